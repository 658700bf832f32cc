"""Which time of a session is meant, before anything is shown or told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

import discord

from bot.domain.calendar import to_local
from bot.domain.phrases import example_after, example_in
from bot.domain.sessions import TimeField, WhichGroup, WhichTime
from bot.domain.zones import zone_of
from bot.i18n import Words, _, locale_str
from bot.rendering.asking import IN_FULL, question
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened, timestamp, when, with_clock
from bot.rendering.content import Button, Content
from bot.rendering.sessions.replies import pager

WHICH_NEW, WHICH_MOVE, WHICH_GROUP = "whichsession", "whichmove", "whichgroup"

_MOST_ROWS = 5
"""Rows of buttons in a message."""
_MOST_BUTTONS, _PER_PAGE = 25, 20
"""So many buttons has a message, and so many groups a page beside the row that turns it."""
_HEADS: Mapping[TimeField, locale_str] = {
    "starts_at": _("“{text}” can mean two times. When does **{theme}** begin?"),
    "deadline": _("“{text}” can mean two times. Until when can people answer for **{theme}**?"),
}
_HEADS_OF_MORE: Mapping[TimeField, locale_str] = {
    "starts_at": _("“{text}” can mean several times. When does **{theme}** begin?"),
    "deadline": _("“{text}” can mean several times. Until when can people answer for **{theme}**?"),
}


def which_time(value: WhichTime, w: Words) -> Content:
    """The readings on the community's clock, each with how far away it is."""
    text = shortened(value.text, 100)
    heads = _HEADS_OF_MORE if value.readings[2:] else _HEADS
    head = w(heads[value.field], text=text, theme=value.theme)
    zone, otherwise = value.community.time_zone, w(IN_FULL["time"])
    if value.day_only and value.field == "starts_at":
        only = _("“{text}” names no hour. When does **{theme}** begin?")
        if not value.part:
            only = _("“{text}” names only the day. When does **{theme}** begin?")
        head = w(only, text=text, theme=value.theme)
        again = _("Nobody has been told yet. For another time, use the command again and add it: “{example}”.")
        otherwise = w(again, example=with_clock(text, _other_time(value)))
    options = [(when(reading, zone, w), timestamp(reading, "R")) for reading in value.readings]
    feature = WHICH_MOVE if value.moves else WHICH_NEW
    return question(feature, value.draft_id, head, options, w, otherwise=otherwise)


def _other_time(value: WhichTime) -> time:
    """Another time of day than what is offered first, and like it still ahead and in the part of the day."""
    first = to_local(value.readings[0], zone_of(value.community.time_zone)).time()
    return (example_in(value.part, first) or first) if value.part else example_after(first)


def which_group(value: WhichGroup, w: Words, page: int = 0) -> Content:
    """A button for each group; on a phone their names are read best below each other, as long as there is room.

    More than fit are shown in pages.
    """
    text = _("In which study group will **{theme}** take place? Nobody has been told yet.")
    buttons = [
        Button(shortened(group.name, 80), button_id(WHICH_GROUP, value.draft_id, number), discord.ButtonStyle.primary)
        for number, group in value.groups.items()
    ]
    turn: tuple[tuple[Button, ...], ...] = ()
    if len(buttons) > _MOST_BUTTONS:
        pages = -(-len(buttons) // _PER_PAGE)
        page = min(page, pages - 1)
        buttons = buttons[page * _PER_PAGE :][:_PER_PAGE]
        turn = (pager((WHICH_GROUP, value.draft_id), page, pages, w),)
    in_row = -(-len(buttons) // (_MOST_ROWS - len(turn)))
    rows = tuple(tuple(buttons[first : first + in_row]) for first in range(0, len(buttons), in_row))
    return Content(w(text, theme=value.theme), rows=rows + turn)
