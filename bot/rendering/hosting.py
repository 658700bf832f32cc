"""A session that has lost its host, and what a host is told of their own part, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.hosting import HostGone, Why
from bot.domain.sessions import Session
from bot.i18n import Words, _, _n, locale_str
from bot.rendering.buttons import button_id
from bot.rendering.calendar import moment
from bot.rendering.content import Button, Content
from bot.rendering.links import message_link
from bot.rendering.members import stop_row
from bot.rendering.reminders import fitted, pings
from bot.rendering.sessions.public import named_session

_WHY: Mapping[Why, locale_str] = {
    "declined": _("**{theme}** ({group}): {host}, who hosts it, is not coming after all."),
    "left group": _("**{theme}** ({group}): {host}, who hosts it, has left the study group."),
    "left server": _("**{theme}** ({group}): {host}, who hosted it, has left the server."),
    "may come": _("**{theme}** ({group}): {host}, who hosts it, may come after all."),
    "back": _("**{theme}** ({group}): {host}, who hosts it, is coming after all. There is nothing left to do."),
}

_HERE = _(
    "If nobody does anything, it takes place as planned. `/session edit` changes it, `/session cancel` calls it off; "
    "those who answered Going, Late or Maybe are told."
)
_ON_THE_SERVER = _(
    "If nobody does anything, it takes place as planned. On the server, `/session edit` changes it, `/session cancel` "
    "calls it off; those who answered Going, Late or Maybe are told."
)


def host_gone(value: HostGone, w: Words) -> Content:
    """To the organizers, or to the moderators: what has happened and what they can do, if anything is to be done."""
    session = value.session
    lines = [
        w(_WHY[value.why], theme=session.theme, group=value.group.name, host=f"<@{value.host_id}>"),
        moment(session.starts_at),
    ]
    if value.why != "back":
        # A direct message has none of these commands; a private thread is on the server.
        lines.append(w(_ON_THE_SERVER if value.private and not value.reader else _HERE))
    if value.announced is not None:
        spot = value.announced
        link = message_link(session.guild_id, spot.channel_id, spot.message_id)
        lines.append(w(_("Announcement: {link}"), link=link))
    mentions = (value.reader,) if value.reader else ()
    row = (Button(w(_("Seen")), button_id("seen", session.id)),)
    if value.private:
        row = stop_row("hosts", session.guild_id, w)
    return Content(fitted(lines, pings(mentions)), rows=(row,), mentions=mentions)


def still_hosts(sessions: Sequence[Session], w: Words) -> str:
    """Whoever left a group still has to see to these."""
    named = [named_session(session, w) for session in sessions]
    text = _n(
        "You still host {sessions}. If it can't take place without you, call it off with `/session cancel`, or ask an "
        "organizer to look after it.",
        "You still host {sessions}. If they can't take place without you, call them off with `/session cancel`, or ask "
        "an organizer to look after them.",
    )
    return w(text, n=len(named), sessions=w.list(named))
