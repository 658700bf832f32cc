"""When people can't lecture, in words: only the person themselves reads any of it, but for the dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal

import discord

from bot.domain.calendar import to_local
from bot.domain.rotation.storage import Unavailability
from bot.domain.rotation.unavailability import OPEN_END, Noted, WhichEdge
from bot.domain.sessions import Session
from bot.domain.zones import zone_of
from bot.i18n import Words, _, _n, locale_str
from bot.rendering.asking import question
from bot.rendering.buttons import button_id
from bot.rendering.calendar import long_date, moment, short_date, shortened, timestamp, when
from bot.rendering.content import Button, Content

REMOVE, WHICH = "available", "whichaway"

_IN_ROW = 4
_MOST_LINES = 5
_SHORT = 100
"""Characters of each reason in a list: twenty of them fit into a message."""
_HEADS: Mapping[Literal["since", "until"], locale_str] = {
    "since": _("“{text}” can mean two times. From when on can't you lecture?"),
    "until": _("“{text}” can mean two times. Until when can't you lecture?"),
}


def noted(value: Noted, time_zone: str, w: Words) -> Content:
    """What was written, and where they have a turn meanwhile, with a button to take it back."""
    window = value.window
    text = _("Noted: you can't lecture {span}.") if value.new else _("That was known already: {span}.")
    lines = [w(text, span=f"**{span(window, time_zone, w)}**")]
    if window.reason:
        lines.append(w(_("Reason: {reason} (nobody but you reads it)"), reason=window.reason))
    lines.append(w(_("Meanwhile you are asked for no lecture, in no group. The organizers see the dates.")))
    if value.sessions:
        lines.append(w(_("You no longer lecture at these; I ask somebody else at once:")))
        lines += lectures(value.sessions, w)
    return Content("\n".join(lines), rows=((_remove(window, time_zone, w),),))


def lectures(sessions: Sequence[Session], w: Words) -> list[str]:
    """The lectures at which somebody has a turn, a line each; beyond a number they are counted."""
    text = _("**{theme}**, {when}")
    lines = ["- " + w(text, theme=each.theme, when=moment(each.starts_at)) for each in sessions[:_MOST_LINES]]
    more = len(sessions) - _MOST_LINES
    return [*lines, w(_n("and {n} more", "and {n} more"), n=more)] if more > 0 else lines


def which(value: WhichEdge, w: Words) -> Content:
    """Both readings on the community's clock, each with how far away it is."""
    head = w(_HEADS[value.field], text=shortened(value.text, 100))
    options = [(when(each, value.time_zone, w), timestamp(each, "R")) for each in value.readings]
    otherwise = _(
        "Nothing has been written yet. If neither is right, use the command again and write it in full, like "
        "“2026-12-03” or “2026-12-03 19:00”."
    )
    return question(WHICH, value.draft_id, head, options, w, otherwise=w(otherwise))


def listed(
    windows: Sequence[Unavailability], time_zone: str, w: Words, *, removed: Unavailability | None = None
) -> Content:
    """One's own windows, with a button for each to take it away; `removed` has just gone."""
    lines: list[str] = []
    if removed is not None:
        lines.append(w(_("Removed: **{span}**."), span=span(removed, time_zone, w)))
    if not windows:
        text = _("There is no time at which you can't lecture. `/rotation unavailable` notes one.")
        return Content("\n".join([*lines, w(text)]))
    lines.append(w(_("You can't lecture at these times. Press a button to remove one; you can be asked then again.")))
    shown: list[str] = []
    for window in windows:
        line = f"- **{span(window, time_zone, w)}**"
        if window.reason:
            # Of a quotation, the line's end would be its end.
            line += f" · {shortened(' '.join(window.reason.split()), _SHORT)}"
        shown.append(line)
    buttons = [_remove(window, time_zone, w) for window in windows]
    rows = tuple(tuple(buttons[first : first + _IN_ROW]) for first in range(0, len(buttons), _IN_ROW))
    return Content("\n".join(lines), discord.Embed(description="\n".join(shown)), rows=rows)


def until(end: datetime, w: Words) -> str:
    """The end of a window, for others."""
    return w(_("until further notice")) if end == OPEN_END else w(_("until {end}"), end=timestamp(end, "f"))


def span(window: Unavailability, time_zone: str, w: Words) -> str:
    """From when until when; whole days of the community are told as days, the last included."""
    first, last = _days(window, time_zone)
    if window.until == OPEN_END:
        since = timestamp(window.since, "f") if first is None else long_date(first, w)
        return w(_("from {since} until further notice"), since=since)
    if first is None or last is None:
        return w(
            _("from {since} until {until}"), since=timestamp(window.since, "f"), until=timestamp(window.until, "f")
        )
    if first == last:
        return w(_("on {day}"), day=long_date(first, w))
    return w(_("from {since} until the end of {until}"), since=long_date(first, w), until=long_date(last, w))


def _days(window: Unavailability, time_zone: str) -> tuple[date | None, date | None]:
    """The first and the last day, where the window begins and ends with a day."""
    zone = zone_of(time_zone)
    since = to_local(window.since, zone)
    first = since.date() if since.time() == time() else None
    if window.until == OPEN_END:
        return first, None
    end = to_local(window.until, zone)
    return first, (end - timedelta(days=1)).date() if end.time() == time() else None


def _remove(window: Unavailability, time_zone: str, w: Words) -> Button:
    zone = zone_of(time_zone)
    since = short_date(to_local(window.since, zone).date(), w)
    if window.until == OPEN_END:
        label = w(_("Remove {since} –"), since=since)
    else:
        end = short_date((to_local(window.until, zone) - timedelta(seconds=1)).date(), w)
        label = w(_("Remove {since}"), since=since)
        if end != since:
            label = w(_("Remove {since} – {until}"), since=since, until=end)
    return Button(label, button_id(REMOVE, window.id))
