"""Which of two readings is meant: the question that its author alone is asked, with a button for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import discord

from bot.i18n import Words, _, locale_str
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened
from bot.rendering.content import Button, Content

Asked = Literal["time", "day", "rule"]

IN_FULL: Mapping[Asked, locale_str] = {
    "time": _(
        "Nobody has been told yet. If neither is right, use the command again and write it in full, like "
        "“2026-12-03 07:00”."
    ),
    "day": _(
        "Nobody has been told yet. If neither is right, use the command again and write the date in full, like "
        "“2026-12-03”."
    ),
    "rule": _(
        "Nobody has been told yet. If neither is right, use the command again and write it in full, like "
        "“every Wednesday 07:00”."
    ),
}
"""What holds meanwhile, and what to do if neither is right: with an example that the same command takes."""


def question(
    feature: str,
    draft_id: int,
    head: str,
    options: Sequence[tuple[str, str]],
    w: Words,
    *,
    otherwise: str,
) -> Content:
    """The question `head`; each option is what its button says, and what stands beside it above.

    `otherwise` says what holds meanwhile, and what to do if none is right.

    A phone cuts long buttons off, so each has its line in the message and a row of its own.
    """
    ids = [button_id(feature, draft_id, number) for number in range(1, len(options) + 1)]
    return choice(head, options, ids, w, otherwise=otherwise)


def choice(head: str, options: Sequence[tuple[str, str]], ids: Sequence[str], w: Words, *, otherwise: str) -> Content:
    """As `question`, with the buttons' own ids."""
    lines = [head]
    for number, (option, more) in enumerate(options, 1):
        lines.append(w(_("{number}. **{option}**, {more}"), number=number, option=option, more=more))
    lines.append(otherwise)
    rows = tuple(
        (
            Button(
                shortened(w(_("{number}. {option}"), number=number, option=option), 80),
                ids[number - 1],
                discord.ButtonStyle.primary,
            ),
        )
        for number, (option, _more) in enumerate(options, 1)
    )
    return Content("\n".join(lines), rows=rows)
