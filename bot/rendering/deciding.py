"""The two buttons under what is shown before something is done that can't be undone: do it, or leave all as it is."""

from __future__ import annotations

import discord

from bot.i18n import Words, _, locale_str
from bot.rendering.buttons import button_id
from bot.rendering.content import Button

KEEP = _("Keep it")
"""The button that leaves everything as it is."""


def decision(
    feature: str, draft_id: int, act: locale_str, w: Words, *, keep: locale_str = KEEP
) -> tuple[tuple[Button, ...], ...]:
    """Both buttons as one row; `act` is what the first one says. The draft alone knows what is to be done."""
    return (
        (
            Button(w(act), button_id(feature, draft_id, "confirm"), discord.ButtonStyle.danger),
            Button(w(keep), button_id(feature, draft_id, "keep")),
        ),
    )
