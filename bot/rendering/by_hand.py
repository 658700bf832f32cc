"""What organizers do to a rotation by hand, in words: what is shown first, what was done, and who is told of it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.errors import StudyError
from bot.domain.rotation.by_hand import (
    Assigned,
    AssignPreview,
    HasTurnThere,
    LectureBegun,
    NobodyToSkip,
    OnlyGuestThere,
    OutOfSight,
    SeveralThere,
    Skipped,
)
from bot.domain.rotation.concerned import BACK, FELL, Concerned
from bot.domain.rotation.undoing import Act, ChangedSince, Undone
from bot.domain.rotation.values import REFUSED, Turn, TurnState
from bot.domain.sessions import Session
from bot.i18n import Words, _, locale_str
from bot.rendering.buttons import button_id
from bot.rendering.calendar import moment
from bot.rendering.content import Button, Content
from bot.rendering.deciding import decision
from bot.rendering.errors import Say
from bot.rendering.members import stop_row
from bot.rendering.names import honoured
from bot.rendering.reminders import fitted, pings
from bot.rendering.sessions.public import named_session

ASSIGN, UNDO = "assign", "undo"

UNREACHABLE = _(
    "I can't write to {member}: they have not used me yet, or want no such messages. Please tell them yourself."
)
_CONFIRM_THEMSELVES = _("They answer with `/rotation confirm` or `/rotation decline`.")


def undo_row(draft_id: int, w: Words) -> tuple[tuple[Button, ...], ...]:
    """The button that takes an act back, for a day; none if there is nothing to take back."""
    return ((Button(w(_("Undo")), button_id(UNDO, draft_id)),),) if draft_id else ()


# Putting somebody down


def assign_preview(value: AssignPreview, w: Words) -> Content:
    """What asking somebody means for others, with the buttons to do it or not."""
    member, lines = f"<@{value.member_id}>", list[str]()
    if value.again:
        lines.append(w(_("Something has changed meanwhile, so nobody was asked yet. Please check again.")))
    session = named_session(value.session, w)
    lines.append(w(_("Shall I ask {member} to be the lecturer at {session}?"), member=member, session=session))
    lines.append(w(_("They are asked in private and may say no; you hear of it if they do, or if they don't answer.")))
    if value.displaced is not None:
        text = _("{other} has been asked for this turn, and is told in private that there is no need to answer.")
        if value.displaced.state is TurnState.CONFIRMED:
            text = _(
                "{other} has confirmed to lecture there, and is told in private that the turn is no longer theirs."
            )
        lines.append(w(text, other=f"<@{value.displaced.member_id}>"))
    if value.refused:
        lines.append(w(_("{member} has declined this date already, or did not answer."), member=member))
    if value.away:
        lines.append(w(_("{member} has noted that they can't lecture then."), member=member))
    if not value.may_write:
        lines += [w(UNREACHABLE, member=member), w(_CONFIRM_THEMSELVES)]
    return Content(fitted(lines), rows=decision(ASSIGN, value.draft_id, _("Ask them"), w, keep=_("Ask nobody")))


def assigned(value: Assigned, w: Words) -> Content:
    """Somebody is asked."""
    member, session = f"<@{value.turn.member_id}>", named_session(value.session, w)
    text = _("I ask {member} to be the lecturer at {session}, and tell you if they decline or don't answer.")
    lines = [w(text, member=member, session=session)]
    if not value.told:
        lines += [w(UNREACHABLE, member=member), w(_CONFIRM_THEMSELVES)]
    if value.displaced is not None:
        lines.append(taken_from(value.displaced, w, told=value.displaced_told))
    return Content(fitted(lines), rows=undo_row(value.undo_id, w))


def taken_from(turn: Turn, w: Words, *, told: bool) -> str:
    """To the organizer: what whoever had the turn is told."""
    other = f"<@{turn.member_id}>"
    if not told:
        return w(UNREACHABLE, member=other)
    return w(_("{other} is told in private that the turn is no longer theirs."), other=other)


def assign_kept(session: Session, w: Words) -> Content:
    """Nobody is asked."""
    return Content(w(_("Nobody was asked; {session} stays as it is."), session=named_session(session, w)))


# Taking somebody off


def skipped(value: Skipped, w: Words) -> Content:
    """Somebody is taken off a date."""
    session = named_session(value.session, w)
    if value.guest is not None:
        lines = [w(_("{guest} does not lecture at {session}."), guest=honoured(value.guest, w), session=session)]
        if not value.told:
            lines.append(w(UNREACHABLE, member=f"<@{value.guest.host_id}>"))
        lines.append(w(_("I look for a lecturer among those who take part in the rotation.")))
        return Content(fitted(lines), rows=undo_row(value.undo_id, w))
    if not value.member_id:
        lines = [w(_("No guest lectures at {session} any more."), session=session)]
        return Content(fitted(lines), rows=undo_row(value.undo_id, w))
    member = f"<@{value.member_id}>"
    lines = [w(_("{member} does not lecture at {session}."), member=member, session=session)]
    if value.counts:
        lines.append(w(_("The turn counts as taken.")))
    else:
        lines.append(w(_("The turn does not count as taken, so they stay where they are in line.")))
    lines.append(
        w(_("They are told in private. I ask somebody else.")) if value.told else w(UNREACHABLE, member=member)
    )
    return Content(fitted(lines), rows=undo_row(value.undo_id, w))


# Taking it back

_UNDONE: Mapping[Act, locale_str] = {
    "assign": _("Undone: {session} is as it was before you chose a lecturer. Those concerned are told."),
    "skip": _("Undone: {session} is as it was before you took somebody off. Those concerned are told."),
    "guest": _("Undone: {session} is as it was before you wrote of a guest. Those concerned are told."),
    "settings": _("Undone: the rotation of **{group}** is set as it was before."),
}


def undone(value: Undone, w: Words) -> Content:
    """What was taken back."""
    session = "" if value.session is None else named_session(value.session, w)
    return Content(w(_UNDONE[value.act], session=session, group=value.group.name))


# To those whom it concerns


def told(value: Concerned, w: Words) -> Content:
    """To one person, of their own turn; or to the organizer who asked them by hand."""
    session, turn = value.session, value.turn
    named = {"theme": session.theme, "group": value.group.name}
    lines = [w(_head(value), member=f"<@{turn.member_id}>", **named), moment(session.starts_at)]
    if value.kind == FELL:
        lines.append(w(_("I go on asking. `/rotation show` on the server shows how things are.")))
    elif value.kind == BACK:
        lines.append(w(_("Please forgive the confusion.")))
    elif value.undone:
        lines.append(w(_("Thank you all the same. Your turn comes another time.")))
    else:
        if value.reason:
            lines.append(w(_("The reason, which nobody else reads: {reason}"), reason=value.reason))
        text = _("This turn counts as taken.") if value.counts else _("Your place in line stays as it is.")
        lines.append(w(text))
    mentions = (value.reader,) if value.reader else ()
    row = stop_row("arranging" if value.kind == FELL else "turns", session.guild_id, w)
    return Content(fitted(lines, pings(mentions)), rows=(row,), mentions=mentions)


def _head(value: Concerned) -> locale_str:
    if value.kind == BACK:
        return _("You lecture at **{theme}** ({group}) after all: taking you off was undone.")
    if value.kind == FELL:
        if value.turn.state in REFUSED:
            return _("{member}, whom you asked to lecture at **{theme}** ({group}), said no or did not answer.")
        return _("{member}, whom you asked to lecture at **{theme}** ({group}), no longer has the turn.")
    if value.undone:
        return _("You need not lecture at **{theme}** ({group}): the organizers have taken their question back.")
    return _("You need not lecture at **{theme}** ({group}): the organizers have taken you off this date.")


ERRORS: dict[type[StudyError], Say] = {
    LectureBegun: lambda e, w: w(
        _("{session} has begun already, so there is nothing left to do about its lecturer."),
        session=named_session(e.session, w),
    ),
    OutOfSight: lambda e, w: w(
        _(
            "<@{member}> can't see <#{channel}>, where “{group}” meets, so nothing was changed. Please let them see it "
            "first: Channel settings, Permissions."
        ),
        member=e.member_id,
        channel=e.channel_id,
        group=e.group,
    ),
    HasTurnThere: lambda e, w: w(
        _("<@{member}> has confirmed to lecture at {session} already, so there is nothing left to do.")
        if e.sure
        else _("<@{member}> is being asked to lecture at {session} already. Please wait for their answer."),
        member=e.member_id,
        session=named_session(e.session, w),
    ),
    OnlyGuestThere: lambda e, w: w(
        _("A guest lectures at {session}. `/rotation skip` takes them off first."), session=named_session(e.session, w)
    ),
    NobodyToSkip: lambda e, w: w(
        _("<@{member}> has no turn at {session}. `/rotation show` shows who has one.")
        if e.member_id
        else _("Nobody has a turn at {session} yet. `/rotation show` shows how things are."),
        member=e.member_id,
        session=named_session(e.session, w),
    ),
    SeveralThere: lambda e, w: w(
        _("Several people have a turn at {session}. Please say with `member` whom you mean."),
        session=named_session(e.session, w),
    ),
    ChangedSince: lambda e, w: w(
        _(
            "This can't be undone any more: in the rotation of “{group}” somebody has answered or changed something "
            "since. `/rotation show` shows how things are; nothing was changed."
        ),
        group=e.group,
    ),
}
"""What goes wrong when organizers choose by hand."""
