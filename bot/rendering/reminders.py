"""Reminders in words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.reminders import Reminder
from bot.i18n import Words, _, _n
from bot.rendering.calendar import moment
from bot.rendering.content import WORDS_LIMIT, Content
from bot.rendering.members import stop_row
from bot.rendering.sessions.public import answer_buttons, host_line, lecture_line

_TODAY = _("Today: **{theme}** ({group})")
_TOMORROW = _("Tomorrow: **{theme}** ({group})")
_AHEAD = _("Coming up: **{theme}** ({group})")
_SOON = _("Your reminder: **{theme}** ({group})")
_NOW = _("**{theme}** ({group}) begins now.")
_COMING = _n("{n} person is coming.", "{n} people are coming.")
_NOBODY = _("Nobody is coming yet.")
_UNANSWERED = _n("{n} member has not answered yet.", "{n} members have not answered yet.")
_MAYBE = _n("{n} person is not sure yet.", "{n} people are not sure yet.")


def numbers(coming: int, maybe: int, unanswered: int, w: Words) -> str:
    """How many come, how many may and how many have not said, a line each."""
    counted = [w(_COMING, n=coming) if coming else w(_NOBODY)]
    if maybe:
        counted.append(w(_MAYBE, n=maybe))
    if unanswered:
        counted.append(w(_UNANSWERED, n=unanswered))
    return "\n".join(counted)


def pings(mentions: Sequence[int]) -> str:
    """The mentions as text."""
    return " ".join(f"<@{member_id}>" for member_id in mentions)


def fitted(lines: Sequence[str], end: str = "") -> str:
    """The lines, then the `end`, in one message: what has no room is left out from the last line on, never the end."""
    room = WORDS_LIMIT - len(end) - 1
    kept: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, end] if end else kept)


def reminder(value: Reminder, w: Words) -> Content:
    """The evening before, dawn, a time of somebody's own or the start of one session.

    In a direct message stands the link too: it goes only to those who come.
    """
    session, begins = value.session, value.moment == "start"
    head = _NOW if begins else _TOMORROW if value.tomorrow else _TODAY
    alone = value.moment == "before" and not value.together
    if alone:
        head = _SOON
    elif value.together and value.tomorrow:
        # Or any later day.
        head = _AHEAD
    lines = [w(head, theme=session.theme, group=value.group.name), moment(session.starts_at)]
    if value.lecture:
        lines.append(lecture_line(value.lecture, w))
    if session.venue:
        lines.append(w(_("Place: {venue}"), venue=session.venue))
    if value.host_id:
        lines.append(host_line(value.host_id, w))
    if value.private and session.link:
        lines.append(w(_("Link: {link}"), link=session.link))
    if not begins and not alone:
        lines.append(numbers(value.coming, value.maybe, value.unanswered, w))
    if not begins and value.thread_id:
        lines.append(f"<#{value.thread_id}>")
    text = fitted(lines, pings(value.mentions))
    rows = answer_buttons(session.id, w, guild_id=session.guild_id if value.private else 0)
    if value.private:
        rows = (*rows, stop_row("reminders", session.guild_id, w))
    return Content(text, rows=rows, mentions=value.mentions)
