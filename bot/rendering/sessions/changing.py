"""What an edit, a move and a cancellation come to: before they are made, and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import discord

from bot.domain.sessions import Cancelled, CancelPreview, Edited, NewSession, Session, SessionView, Standing
from bot.domain.told import Told
from bot.i18n import Words, _, _n, locale_str
from bot.rendering.buttons import button_id
from bot.rendering.calendar import duration, moment, shortened, timestamp, when
from bot.rendering.content import Button, Content
from bot.rendering.deciding import KEEP, decision
from bot.rendering.sessions.public import add_reason, all_names, people
from bot.rendering.told import told_lines

CANCEL = "cancel"
_LONGEST_SHOWN = 150
"""Characters of a field's old and new text."""
_NO_LIMIT = _("no limit")


def capacity(places: int, w: Words) -> str:
    """How many can come."""
    return w(_n("{n} place", "{n} places"), n=places)


_FIELDS: Mapping[str, tuple[locale_str, Callable[[object, Words], str]]] = {
    "theme": (_("Theme"), lambda value, w: shortened(str(value), _LONGEST_SHOWN)),
    "duration": (_("Length"), lambda value, w: duration(int(str(value)), w)),
    "venue": (_("Place"), lambda value, w: shortened(str(value), _LONGEST_SHOWN)),
    "link": (_("Link"), lambda value, w: shortened(str(value), _LONGEST_SHOWN)),
    "capacity": (_("Capacity"), lambda value, w: capacity(int(str(value)), w) if value else w(_NO_LIMIT)),
    "deadline": (
        _("Please answer by"),
        lambda value, w: timestamp(value, "f") if value else "",  # pyright: ignore[reportArgumentType]
    ),
    "description": (_("Description"), lambda value, w: shortened(str(value).replace("\n", " "), _LONGEST_SHOWN)),
}


def changed_lines(before: Session, after: Session | NewSession, w: Words) -> list[str]:
    """A line for each field but the start that changes: what it will be, and what it was."""
    none = w(_("none"))
    text = _("{field}: {new} (was: {old})")
    return [
        w(text, field=title, new=said(getattr(after, name), w) or none, old=said(getattr(before, name), w) or none)
        for name, (title, said) in _FIELDS.items()
        if getattr(before, name) != getattr(after, name)
    ]


def cut_lines(w: Words) -> list[str]:
    """That the deadline of a session that moves would come after its start."""
    text = _(
        "The deadline would come after the new start, so it ends with the start. If the session is moved back, the "
        "deadline is moved back, too."
    )
    return [w(text)]


def crowded(places: int | None, coming: int, waiting: int, w: Words) -> list[str]:
    """What it means that more people have a place than there are places from now on."""
    if places is None or coming <= places:
        return []
    text = _n(
        "**{n} person already has a place and keeps it.**",
        "**{n} people already have a place, and all of them keep it.**",
    )
    lines = [w(text, n=coming)]
    text = _n(
        "A place comes free once {n} of them has left.",
        "A place comes free once {n} of them have left.",
    )
    lines.append(w(text, n=coming - places + 1))
    text = _n(
        "{n} person is on the waitlist and gets it then.",
        "{n} people are on the waitlist, in the same order as before; the first of them gets that place.",
    )
    if waiting:
        lines.append(w(text, n=waiting))
    return lines


def let_in(number: int, w: Words) -> list[str]:
    """How many of the waitlist get a place by the change."""
    text = _n(
        "{n} person on the waitlist gets a place and will be told.",
        "{n} people on the waitlist get a place and will be told.",
    )
    return [w(text, n=number)] if number > 0 else []


# After an act


def edited(value: Edited, w: Words) -> Content:
    """What an edit has come to: what changed, and who is told and how."""
    before, view = value.before, value.view
    session = view.session
    lines: list[str] = []
    if before.starts_at != session.starts_at:
        text = _("**{theme}** has moved from {old} to {new}.")
        old, new = timestamp(before.starts_at, "f"), timestamp(session.starts_at, "f")
        lines.append(w(text, theme=session.theme, old=old, new=new))
    else:
        text = _("I changed **{theme}** on {when}.")
        lines.append(w(text, theme=session.theme, when=timestamp(session.starts_at, "f")))
    lines += [f"- {line}" for line in changed_lines(before, session, w)]
    if before.starts_at != session.starts_at and session.deadline_uncut:
        lines += cut_lines(w)
    if before.capacity != session.capacity:
        lines += crowded(session.capacity, len(view.coming), len(view.waiting), w) or let_in(value.promoted, w)
    lines += told_lines(value.told, w)
    return Content("\n".join(lines))


# Before a session is cancelled


def cancel_preview(value: CancelPreview, w: Words) -> Content:
    """What becomes of the session and who will be told, for its author alone."""
    session, zone = value.session, value.community.time_zone
    lines: list[str] = []
    if value.again:
        lines.append(w(_("It has been moved since, so nothing is cancelled yet. Please check again.")))
    lines += [
        w(_("Do you want to cancel **{theme}** ({group})?"), theme=session.theme, group=value.group.name),
        w(_("{when}\nFor you: {yours}"), when=when(session.starts_at, zone, w), yours=moment(session.starts_at)),
        w(_("This will happen:")),
    ]
    happens = becomes(session, value.told, value.standing, value.reason, w)
    if session.series_id is not None:
        happens.append(w(_("The other dates of its series stay.")))
    lines += [f"- {each}" for each in happens]
    lines.append(w(_("A cancelled session can't be brought back; you would have to plan a new one.")))
    return Content("\n".join(lines), rows=decision(CANCEL, value.draft_id, _("Cancel the session"), w))


def becomes(
    session: Session, told: Told, standing: Standing, reason: str, w: Words, *, keep: locale_str = KEEP
) -> list[str]:
    """What becomes of a session that is cancelled: who will be told, and of what Discord shows of it.

    `keep` is the button that leaves everything as it is.
    """
    happens = told_lines(told, w)
    announced = session.announced_at is not None
    happens += reason_lines(reason, w, told=bool(told.people), announced=announced, keep=keep)
    if standing.channel_id:
        text = _("Its announcement in <#{channel}> stays and says that it is cancelled.")
        happens.append(w(text, channel=standing.channel_id))
    elif not announced and told.nobody != "not announced":
        happens.append(w(_("It has not been announced yet, so nothing appears in the channel.")))
    if standing.thread_id:
        happens.append(w(_("Its thread <#{thread}> stays, with what was written there."), thread=standing.thread_id))
    if standing.event:
        happens.append(w(_("Its event in Discord is removed.")))
    happens.append(w(_("No more reminders go out for it.")))
    return happens


def reason_lines(reason: str, w: Words, *, told: bool, announced: bool, keep: locale_str = KEEP) -> list[str]:
    """The reason as it will be read: by those who are told, and in the announcement by everybody who sees it.

    `keep` is the button that leaves everything as it is.
    """
    if not reason:
        text = _("They will read no reason. To give one, press “{button}” and use the command again with `reason:`.")
        return [w(text, button=keep)] if told else []
    lines = [w(_("They will read the reason: “{reason}”"), reason=reason)] if told else []
    if announced:
        text = (
            _("Everybody who sees the announcement can read the reason, too.")
            if told
            else _("Everybody who sees the announcement can read the reason: “{reason}”")
        )
        lines.append(w(text, reason=reason))
    return lines


def kept(value: Session, w: Words) -> Content:
    """It was not cancelled."""
    text = _("**{theme}** on {when} stays as it is. Nobody has been told.")
    return Content(w(text, theme=value.theme, when=timestamp(value.starts_at, "f")))


def cancelled(value: Cancelled, w: Words) -> Content:
    """It does not take place, and who is told."""
    session = value.view.session
    head = w(_("**{theme}** on {when} is cancelled."), theme=session.theme, when=timestamp(session.starts_at, "f"))
    return Content("\n".join([head, *told_lines(value.told, w)]))


def cancelled_session(value: SessionView, w: Words) -> Content:
    """/session show of one that was cancelled: that, when and why, who was coming, and the way to the next one."""
    session = value.session
    embed = discord.Embed(title=shortened(session.theme, 256), description=session.description or None)
    embed.add_field(name=w(_("Was planned for")), value=timestamp(session.starts_at), inline=False)
    if session.cancelled_at is not None:
        embed.add_field(name=w(_("Cancelled on")), value=timestamp(session.cancelled_at, "f"), inline=False)
    add_reason(embed, session, w)
    embed.add_field(name=w(_("Group")), value=value.group.name)
    if value.series is not None:
        embed.add_field(name=w(_("Series")), value=value.series.name)
    if value.coming:
        come = w(_("Were coming: {n}"), n=len(value.coming))
        embed.add_field(name=come, value=people(value.coming, w), inline=False)
    rows = ((Button(w(_("Next session")), button_id("next", session.group_id)),), *all_names(value, w))
    return Content(w(_("This session was cancelled.")), embed, rows)
