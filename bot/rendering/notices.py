"""Notices of changes, and of trouble, in words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.notices import Change, Problem, Trouble
from bot.i18n import Words, _, locale_str
from bot.rendering.buttons import button_id
from bot.rendering.calendar import duration, timestamp
from bot.rendering.content import Button, Content
from bot.rendering.members import stop_row
from bot.rendering.reminders import fitted, pings
from bot.rendering.sessions.public import answer_buttons
from bot.rendering.settings import needed

_FIELDS: dict[str, locale_str] = {
    "theme": _("Theme: {value}"),
    "venue": _("Place: {value}"),
    "duration": _("Length: {value}"),
    "deadline": _("Answer by: {value}"),
    "link": _("The link has changed; `/session show` has the new one."),
}
_NO_LINK = _("There is no link any more.")
_NONE = _("none any more")
_TROUBLE: dict[Problem, locale_str] = {
    "undeliverable": _("I could not post in {where}: I lack a permission there."),
    "failed": _("Discord refused a message of mine for {where}; the mistake is on my side."),
    "unconfirmed": _(
        "I can't tell whether a message arrived in {where}: I was interrupted while sending it and can't read the "
        "history there. I did not send it again, so that nobody gets it twice."
    ),
    "step": _("Something that I do by myself keeps failing."),
    "refused": _("I can't show something in {where}."),
    "deleted": _("A message of mine in {where} was deleted twice. I won't post it a third time."),
    "no channel": _("I could not remind people of a session: there is no announcements channel."),
}
_ADVICE: Mapping[str, locale_str] = {
    "failed": _("Please tell whoever runs me. Details: {cause}"),
    "unconfirmed": _(
        "Please look there. So that I can check it myself next time: Channel settings, Permissions: add me and allow "
        "Read Message History."
    ),
    "step": _("Please tell whoever runs me. Details: {cause}"),
    "refused": _("Please tell whoever runs me, if it does not pass by itself. Details: {cause}"),
    "no channel": _(
        "Choose one for all groups with `/settings set announcements:`, or one for a single group with "
        "`/group edit channel:`."
    ),
    "deleted": _("To have it back, change the session with `/session edit`."),
}
_GONE = "10003"
"""Discord's code for a channel or thread that does not exist any more, at the end of a cause."""
_CANT_SHOW = _("I can't show something in {where}: I lack a permission.")
_WAS_DELETED = _("I could not post in {where}: it was deleted.")
_CHOOSE_ANOTHER = _(
    "A thread needs nothing. For a channel, please choose another: `/group edit channel:` for one study group, "
    "`/morning set channel:` for the morning post, `/settings set` for the others."
)
_MOVED = _("**{theme}** has a new time.")
_EDITED = _("**{theme}** on {when} has changed:")
_CANCELLED = _("**{theme}** on {when} is cancelled.")
_STANDS = _("Your answer still counts. If the new time does not suit you, please change your answer.")
_SUITS = _("You said you can't come. If the new time suits you, press Going.")


def change(value: Change, w: Words) -> Content:
    """A session was moved, edited or cancelled."""
    session = value.session
    theme, old, new = session.theme, timestamp(value.old_start or session.starts_at), timestamp(session.starts_at)
    reason = [w(_("Reason: {reason}"), reason=value.reason)] if value.reason else []
    if value.kind == "moved":
        lines = [w(_MOVED, theme=theme), w(_("Old: {when}"), when=old), w(_("New: {when}"), when=new), *reason]
        lines += [_field(value, field, w) for field in value.fields]
        lines.append(w(_SUITS if value.declined else _STANDS))
    elif value.kind == "cancelled":
        # Named by the time that its readers know.
        lines = [w(_CANCELLED, theme=theme, when=old), *reason]
    else:
        lines = [w(_EDITED, theme=theme, when=new), *(_field(value, field, w) for field in value.fields), *reason]
    rows = answer_buttons(session.id, w, guild_id=session.guild_id if value.private else 0)
    if value.kind == "cancelled":
        # In a direct message it would not say which server is meant.
        rows = () if value.private else ((Button(w(_("Next session")), button_id("next", session.group_id)),),)
    if value.private:
        rows = (*rows, stop_row("changes", session.guild_id, w))
    return Content(fitted(lines, pings(value.mentions)), rows=rows, mentions=value.mentions)


def trouble(value: Trouble, w: Words) -> Content:
    """What could not be delivered, and what to do."""
    where = f"<#{value.channel_id}>" if value.channel_id else w(_("this server"))
    gone = value.problem in ("undeliverable", "refused") and value.cause.split()[-1:] == [_GONE]
    if gone and value.channel_id:
        lines = [w(_WAS_DELETED, where=where), w(_CHOOSE_ANOTHER)]
    elif value.lacks:
        problem = _CANT_SHOW if value.problem == "refused" else _TROUBLE[value.problem]
        lines = [w(problem, where=where), needed(value.grant_in, value.lacks, w)]
    else:
        advice = w(_ADVICE[value.problem], cause=f"`{value.cause}`")
        lines = [w(_TROUBLE[value.problem], where=where), advice]
    return Content("\n".join(lines), rows=((Button(w(_("Seen")), button_id("seen", value.subject_id)),),))


def seen_by(text: str, mention: str, w: Words) -> str:
    """A notice that a moderator has seen."""
    return fitted(text.split("\n"), w(_("Seen by {member}"), member=mention))


def _field(value: Change, field: str, w: Words) -> str:
    session = value.session
    match field:
        case "link" if not session.link:
            return w(_NO_LINK)
        case "deadline":
            shown = timestamp(session.deadline) if session.deadline else w(_NONE)
        case "duration":
            shown = duration(session.duration, w)
        case _:
            shown = getattr(session, field) or w(_NONE)
    return w(_FIELDS[field], value=shown)
