"""Guests who lecture, in words: what organizers and hosts read, and the texts that they copy for the guest."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.calendar import to_local
from bot.domain.communities import Community
from bot.domain.errors import StudyError
from bot.domain.rotation.guests import ARRIVAL, PREPARE, THANKS, ForHost, Guest, News
from bot.domain.rotation.inviting import HasConfirmed, Invited
from bot.domain.sessions import Session
from bot.domain.zones import zone_of
from bot.i18n import Words, _, locale_str, words
from bot.rendering.by_hand import UNREACHABLE, taken_from, undo_row
from bot.rendering.calendar import clock, moment, timestamp, when
from bot.rendering.content import Content
from bot.rendering.errors import Say
from bot.rendering.members import stop_row
from bot.rendering.names import honoured, introduced
from bot.rendering.reminders import fitted, pings
from bot.rendering.sessions.public import named_session

_FEE = _("Fee: {fee} (only you and the organizers see this)")
_TO_COPY = _("A text to copy and change as you like:")


def invited(value: Invited, w: Words) -> Content:
    """To the organizer: that the guest lectures, who looks after them, and a text of invitation to copy."""
    guest, session = value.guest, named_session(value.session, w)
    text = _("{guest} lectures at {session}, and {host} looks after them. The announcement says so.")
    if not value.new:
        text = _("{guest} lectures at {session}, looked after by {host}. What you have changed is noted.")
        if not value.undo_id:
            text = _("{guest} lectures at {session}, looked after by {host}. Nothing has changed.")
    lines = [w(text, guest=introduced(guest, w), session=session, host=f"<@{guest.host_id}>")]
    if not value.told:
        lines.append(w(UNREACHABLE, member=f"<@{guest.host_id}>"))
    if value.released is not None:
        lines.append(taken_from(value.released, w, told=value.released_told))
    lines += _facts(guest, w)
    lines += _to_copy(_invitation(value.session, guest, value.group.name, value.community), w)
    return Content(fitted(lines), rows=undo_row(value.undo_id, w))


# To the host

_NEWS: Mapping[News, locale_str] = {
    "host": _("You look after {guest}, who lectures at **{theme}** ({group}). You invite and welcome them."),
    "changed": _("What was written of {guest}, who lectures at **{theme}** ({group}), has changed."),
    "another": _("You no longer look after {guest}, who lectures at **{theme}** ({group}): somebody else does now."),
    "moved": _("**{theme}** ({group}), where {guest} lectures, has a new time. Please tell your guest."),
    "edited": _(
        "Something has changed about **{theme}** ({group}), where {guest} lectures. Please tell your guest what "
        "matters to them."
    ),
    "cancelled": _("**{theme}** ({group}), where {guest} was to lecture, is cancelled. Please tell your guest."),
    "off": _("{guest} does not lecture at **{theme}** ({group}) after all. Please tell your guest."),
}
_IN_TWO_DAYS = _("In two days {guest}, whom you look after, lectures at **{theme}** ({group}).")
_OVER = _("{guest}, whom you looked after, has lectured at **{theme}** ({group}). A word of thanks would be kind.")


def for_host(value: ForHost, w: Words) -> Content:
    """To the host: that they look after a guest, what to prepare, a text of thanks, or what the guest has to hear."""
    session, guest = value.session, value.guest
    head = {PREPARE: _IN_TWO_DAYS, THANKS: _OVER}.get(value.kind) or _NEWS[value.news or "host"]
    lines = [w(head, guest=introduced(guest, w), theme=session.theme, group=value.group.name)]
    if value.kind != THANKS:
        lines.append(moment(session.starts_at))
    if value.kind == PREPARE:
        arrival = timestamp(session.starts_at - ARRIVAL, "t")
        lines.append(w(_("Who meets them, and where? They are asked to be there at {time}."), time=arrival))
    if value.kind == PREPARE or value.news in ("host", "changed"):
        lines += _facts(guest, w)
    if value.news in ("host", "changed", "moved", "edited"):
        lines += _to_copy(_invitation(session, guest, value.group.name, value.community), w)
    if value.kind == THANKS:
        lines += _to_copy(_thanks(session, guest, value.group.name, value.community), w)
    mentions = (value.reader,) if value.reader else ()
    rows = (stop_row("guests", session.guild_id, w),)
    return Content(fitted(lines, pings(mentions)), rows=rows, mentions=mentions)


def _facts(guest: Guest, w: Words) -> list[str]:
    """What only the host and the organizers read of a guest."""
    return [w(_FEE, fee=guest.fee)] if guest.fee else []


# What is copied, in the community's language


def _to_copy(text: str, w: Words) -> list[str]:
    plain = text.replace("```", "'''")
    return [w(_TO_COPY), f"```\n{plain}\n```"]


def _invitation(session: Session, guest: Guest, group: str, community: Community) -> str:
    """The text with which a guest is invited: what, when and where, when to be there, and the fee if there is one."""
    w = words(community.language)
    arrival = to_local(session.starts_at - ARRIVAL, zone_of(community.time_zone))
    lines = [
        w(_("Dear {guest},"), guest=honoured(guest, w)),
        "",
        w(_("The study group “{group}” would be very glad to hear you as its guest lecturer."), group=group),
        "",
        w(_("What: {theme}"), theme=session.theme),
        w(_("When: {when}"), when=when(session.starts_at, community.time_zone, w)),
        w(_("Please be there: {time}, 15 minutes before"), time=clock(arrival)),
    ]
    if session.venue:
        lines.append(w(_("Where: {venue}"), venue=session.venue))
    if session.link:
        lines.append(w(_("Link: {link}"), link=session.link))
    if guest.topic:
        lines.append(w(_("Your topic: {topic}"), topic=guest.topic))
    if guest.fee:
        lines.append(w(_("Fee: {fee}"), fee=guest.fee))
    lines += ["", w(_("The listeners work in many trades, so please explain it as to somebody who hears of it first."))]
    lines.append(w(_("If anything is unclear, please ask me at any time.")))
    return "\n".join(lines)


def _thanks(session: Session, guest: Guest, group: str, community: Community) -> str:
    """The text with which a guest is thanked."""
    w = words(community.language)
    lines = [
        w(_("Dear {guest},"), guest=honoured(guest, w)),
        "",
        w(
            _("Thank you very much for your lecture at “{theme}”. All of “{group}” learned a lot from it."),
            theme=session.theme,
            group=group,
        ),
        w(_("We would be very glad to hear you again.")),
    ]
    return "\n".join(lines)


ERRORS: dict[type[StudyError], Say] = {
    HasConfirmed: lambda e, w: w(
        _(
            "<@{member}> has confirmed to lecture at {session}, so there is no place for a guest. `/rotation skip` "
            "takes them off first; they are told in private."
        ),
        member=e.member_id,
        session=named_session(e.session, w),
    ),
}
"""What goes wrong when a guest is invited."""
