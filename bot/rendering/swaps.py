"""Turns that change hands, in words: offering one, being asked to take one, and what has become of it."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from msgspec.structs import replace

from bot.domain.errors import StudyError
from bot.domain.rotation.requests import Yes
from bot.domain.rotation.swap_news import Offer, SwapNews
from bot.domain.rotation.swapping import (
    CannotTakeTurn,
    NobodyToTakeTurn,
    NotAbleToTake,
    NoTurnToSwap,
    Refused,
    Suggested,
    SwapAskedBefore,
    SwapChoice,
    SwapOver,
    SwapTooLate,
    Taken,
    Withdrawn,
)
from bot.domain.rotation.swaps import DONE, FOR, NUDGE, OFFER, SwapState
from bot.domain.rotation.values import TurnState
from bot.i18n import Words, _, locale_str
from bot.rendering.buttons import button_id
from bot.rendering.calendar import moment, timestamp
from bot.rendering.content import Button, Content
from bot.rendering.errors import Say
from bot.rendering.members import stop_row
from bot.rendering.reminders import fitted, pings
from bot.rendering.requests import NOT_THIS_TIME, SWAP, answer_buttons, lecturer_buttons, said_yes
from bot.rendering.sessions.public import named_session

ALL = "all"
TAKE_TURN = "swaptake"
"""Takes the turn that is offered, for the one that its reader was shown."""
OFFERED, NO, WITHDRAW = "swapoffer", "no", "withdraw"

_TO_ONE: Mapping[str, locale_str] = {
    OFFER: _("Would you take {giver}'s turn to lecture at **{theme}** ({group})?"),
    NUDGE: _(
        "I asked whether you would take {giver}'s turn to lecture at **{theme}** ({group}), and have no answer yet."
    ),
}
_TO_ALL: Mapping[str, locale_str] = {
    OFFER: _("Would you take over a turn to lecture at **{theme}** ({group})? The first to press has it."),
    NUDGE: _(
        "Nobody has taken over the turn to lecture at **{theme}** ({group}) yet. Would you? The first to press has it."
    ),
}
_TAKEABLE = _("The turn can be taken until {when}.")


# Offering


def choice(value: SwapChoice, w: Words, *, guild_id: int = 0) -> Content:
    """What happens if all are asked, with the button that does it, and how to ask one person."""
    session, giver = named_session(value.session, w), f"<@{value.turn.member_id}>"
    if value.own:
        lines = [
            w(_("Shall I ask whether somebody takes your turn at {session}?"), session=session),
            w(
                _(
                    "I write to everybody in the rotation who can lecture then, each in private and without your name. "
                    "The first to accept has the turn. If they have a turn at another date, you take that one instead."
                )
            ),
            w(_("Until somebody accepts, the turn stays yours.")),
        ]
    else:
        lines = [
            w(_("Shall I ask whether somebody takes {giver}'s turn at {session}?"), giver=giver, session=session),
            w(
                _(
                    "I write to everybody in the rotation who can lecture then, each in private and without naming "
                    "{giver}. The first to accept has the turn. If they have a turn at another date, I ask {giver} to "
                    "take that one instead. {giver} is told."
                ),
                giver=giver,
            ),
        ]
    lines.append(w(_("To ask one person only, use `/rotation swap` and choose them in `with`.")))
    server = (guild_id,) if guild_id else ()
    row = (Button(w(_("Ask everybody")), button_id(SWAP, value.turn.id, ALL, *server), discord.ButtonStyle.primary),)
    return Content(fitted(lines), rows=(row,))


def suggested(value: Suggested, w: Words, *, guild_id: int = 0) -> Content:
    """Who is asked, what they would give, until when, and how to withdraw it."""
    turn, offer = value.turn, value.swap
    giver, somebody = f"<@{turn.member_id}>", f"<@{offer.to_id}>"
    if value.own:
        head = (
            _("I am asking {somebody} whether they take your turn at {session}.")
            if offer.to_id
            else _("I am asking everybody who can whether they take your turn at {session}, without your name.")
        )
        gives = _("If they have a turn at another date, you take that one instead; else they step in for you.")
    else:
        head = (
            _("I am asking {somebody} whether they take {giver}'s turn at {session}.")
            if offer.to_id
            else _("I am asking everybody who can whether they take a turn at {session}, without naming {giver}.")
        )
        gives = _("If they have a turn at another date, I ask {giver} to take that one instead. {giver} is told.")
    named = {"somebody": somebody, "giver": giver, "session": named_session(value.session, w)}
    lines = [w(head, **named), w(gives, giver=giver), w(_TAKEABLE, when=timestamp(offer.closes_at, "f"))]
    if value.own:
        lines.append(w(_("Until somebody accepts, the turn stays yours. If nobody does, I tell you.")))
        if turn.state is TurnState.ASKED and turn.answer_due is not None:
            text = _("You have until {when} then to say whether you lecture yourself.")
            lines.append(w(text, when=timestamp(turn.answer_due, "f")))
    server = (guild_id,) if guild_id else ()
    row = (Button(w(_("Withdraw it")), button_id(OFFERED, offer.id, WITHDRAW, *server)),)
    return Content(fitted(lines), rows=(row,))


def withdrawn(value: Withdrawn, w: Words) -> Content:
    """The turn stays where it is."""
    text = _("I no longer ask anybody about the turn at {session}; it stays as it is.")
    if not value.new:
        text = _("Nobody was being asked about the turn at {session} any more; nothing was changed.")
    return Content(w(text, session=named_session(value.session, w)))


# Being asked


def offered(value: Offer, w: Words, *, stop: bool = True) -> Content:
    """In private: which two dates would change hands, and the buttons that say yes and no; `stop`: no more of these."""
    session, to_one = value.session, bool(value.giver_id)
    head = (_TO_ONE if to_one else _TO_ALL)[value.kind]
    giver = f"<@{value.giver_id}>"
    lines = [w(head, theme=session.theme, group=value.group.name, giver=giver), moment(session.starts_at)]
    if value.anew:
        lines.insert(
            0, w(_("What you would give for the turn has changed meanwhile. Nothing was done yet; please check."))
        )
    if value.at is not None:
        text = _("In exchange, you give your turn at {session}.")
        lines.append(w(text, session=named_session(value.at, w)))
    else:
        lines.append(w(_("You have no turn to give for it, so you would step in: it counts as a turn of yours.")))
    lines.append(w(_TAKEABLE, when=timestamp(value.swap.closes_at, "f")))
    lines.append(
        w(_("If it does not suit you, please say so, so that somebody else can be found."))
        if to_one
        else w(_("If it does not suit you, there is nothing to do; nobody is told."))
    )
    mentions = (value.reader,) if value.reader else ()
    label = _("Swap these turns") if value.gives is not None else _("Take the turn")
    gives_id, server = value.gives.id if value.gives is not None else 0, session.guild_id
    row = (
        Button(w(label), button_id(TAKE_TURN, value.swap.id, gives_id, server), discord.ButtonStyle.success),
        Button(w(NOT_THIS_TIME), button_id(OFFERED, value.swap.id, NO, server)),
    )
    rows = (row, stop_row("turns", server, w)) if stop else (row,)
    return Content(fitted(lines, pings(mentions)), rows=rows, mentions=mentions)


def taken(value: Taken, w: Words, *, guild_id: int = 0) -> Content:
    """To whoever has the turn now, as to anybody who has said yes; and what they have given for it."""
    done = said_yes(Yes(value.session, value.group, value.turn, value.new), w, guild_id=guild_id)
    if value.gave is None:
        return done
    text = _("In exchange, you no longer lecture at {session}.")
    return replace(done, text=fitted([done.text, w(text, session=named_session(value.gave, w))]))


def refused(value: Refused, w: Words) -> Content:
    """They are not asked again."""
    text = _("All right: you don't take the turn at {session}. Whoever asked is told that it stays as it is.")
    if not value.alone:
        text = _("All right: I don't ask you about the turn at {session} any more. Nobody is told.")
    return Content(w(text, session=named_session(value.session, w)))


# What has become of it


def news(value: SwapNews, w: Words) -> Content:
    """To whoever has the turn, or had it, and to the organizer who offered it."""
    session, offer, server = value.session, value.swap, value.session.guild_id
    named = {"theme": session.theme, "group": value.group.name, "giver": f"<@{value.turn.member_id}>"}
    named |= {"organizer": f"<@{offer.by_id}>", "somebody": f"<@{offer.taken_by or offer.to_id}>"}
    lines = [w(_head(value), **named), moment(session.starts_at)]
    row: tuple[Button, ...] = ()
    if value.kind == FOR:
        lines.append(w(_("Until somebody accepts, the turn stays yours. To lecture yourself, press below.")))
        row = (Button(w(_("Keep my turn")), button_id(OFFERED, offer.id, WITHDRAW, server)),)
    elif value.kind == DONE and value.own:
        lines.append(w(_("You are still put down as coming.")))
        if value.got is not None and value.at is not None and value.got.state is TurnState.CONFIRMED:
            text = _("In exchange, you lecture at {session}.")
            lines.insert(1, w(text, session=named_session(value.at, w)))
            row = lecturer_buttons(value.got, w, guild_id=server)
    elif value.own and value.turn.state is TurnState.CONFIRMED:
        lines.append(w(_("You lecture as planned.")))
        row = lecturer_buttons(value.turn, w, guild_id=server)
    elif value.own:
        due = value.turn.answer_due
        if due is not None:
            lines.append(w(_("Would you lecture yourself? Please answer by {when}."), when=timestamp(due, "f")))
        row = answer_buttons(value.turn, w, guild_id=server)
    mentions = (value.reader,) if value.reader else ()
    rows = (*((row,) if row else ()), stop_row("turns", server, w))
    return Content(fitted(lines, pings(mentions)), rows=rows, mentions=mentions)


def _head(value: SwapNews) -> locale_str:
    if value.kind == FOR:
        return _("{organizer} is looking for somebody to take your turn to lecture at **{theme}** ({group}).")
    if value.kind == DONE:
        if value.own:
            return _("{somebody} lectures at **{theme}** ({group}) instead of you.")
        return _("{somebody} lectures at **{theme}** ({group}) instead of {giver}.")
    if value.swap.state is SwapState.MOVED:
        if value.own:
            return _("**{theme}** ({group}) has a new time, so I no longer ask whether somebody takes your turn there.")
        return _(
            "**{theme}** ({group}) has a new time, so I no longer ask whether somebody takes {giver}'s turn there."
        )
    if value.swap.state is SwapState.REFUSED:
        if value.own:
            return _("{somebody} can't take your turn to lecture at **{theme}** ({group}), so it stays yours.")
        return _("{somebody} can't take {giver}'s turn to lecture at **{theme}** ({group}), so it stays theirs.")
    if value.own:
        return _("Nobody has taken your turn to lecture at **{theme}** ({group}), so it stays yours.")
    return _("Nobody has taken {giver}'s turn to lecture at **{theme}** ({group}), so it stays theirs.")


def _asked_before(error: SwapAskedBefore, w: Words) -> str:
    session = named_session(error.session, w)
    if not error.member_id:
        text = _("I have asked everybody about the turn at {session} before. Please choose somebody in `with`.")
        return w(text, session=session)
    text = _("I have asked {member} about the turn at {session} before. Please choose somebody else.")
    return w(text, session=session, member=f"<@{error.member_id}>")


ERRORS: dict[type[StudyError], Say] = {
    NoTurnToSwap: lambda e, w: w(
        _("{member} does not lecture at {session}. `/rotation show` says who does."),
        member=f"<@{e.member_id}>",
        session=named_session(e.session, w),
    ),
    SwapTooLate: lambda e, w: w(
        _(
            "It is too late to find somebody else for {session} like this. If you can't lecture, please use"
            " `/rotation decline`."
        ),
        session=named_session(e.session, w),
    ),
    CannotTakeTurn: lambda e, w: w(
        _("I can't ask {member} about the turn at {session}. Please choose somebody else, or ask everybody."),
        member=f"<@{e.member_id}>",
        session=named_session(e.session, w),
    ),
    NobodyToTakeTurn: lambda e, w: w(
        _("There is nobody else whom I could ask for {session}. If you can't lecture, please use `/rotation decline`."),
        session=named_session(e.session, w),
    ),
    SwapAskedBefore: _asked_before,
    SwapOver: lambda e, w: w(
        _("Somebody else has taken the turn at {session}, or it is no longer offered; there is nothing left to do."),
        session=named_session(e.session, w),
    ),
    NotAbleToTake: lambda e, w: w(
        _(
            "You lecture at {session} already, or have said that you can't lecture then. `/rotation available` shows"
            " those times."
        ),
        session=named_session(e.session, w),
    ),
}
"""What goes wrong when a turn is to change hands."""
