"""Finding a lecturer, in words: being asked, offers, and what organizers and the channel read of it."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.domain.errors import StudyError
from bot.domain.rotation.requests import (
    LONGEST_OUTLINE,
    LONGEST_READING,
    LONGEST_THEME,
    GiveBack,
    No,
    NotAsked,
    NothingToTake,
    PlaceTaken,
    Yes,
)
from bot.domain.rotation.saying import AWAY, MATERIALS, NUDGE, OFFER, OUTLINE, REQUEST, Asked, Wanted
from bot.domain.rotation.values import Turn, TurnState
from bot.i18n import Words, _, locale_str
from bot.rendering.buttons import button_id
from bot.rendering.calendar import moment, timestamp
from bot.rendering.content import Button, Content
from bot.rendering.errors import Say
from bot.rendering.forms import Box, form
from bot.rendering.links import message_link
from bot.rendering.members import stop_row
from bot.rendering.reminders import fitted, pings
from bot.rendering.sessions.public import named_session, prompt

TURN, TAKE, TELL, SWAP = "turn", "take", "tell", "swap"
"""What one person does with a turn of theirs, taking an open place, the form for theme and outline, and swapping."""
YES, NO, DROP, SAY, ASK = "yes", "no", "drop", "say", "ask"
"""Answers to the question; `DROP` is a no that was asked about, since there was a yes before. `ASK` is for a swap."""

_I_WILL = _("I'll lecture")
NOT_THIS_TIME = _("Not this time")
_SAY_THEME = _("Say what I'll talk about")

_HEADS: Mapping[str, locale_str] = {
    REQUEST: _("**{theme}** ({group}): would you be the lecturer?"),
    NUDGE: _("I asked you to be the lecturer at **{theme}** ({group}), and have no answer yet."),
    OFFER: _("Nobody lectures yet at **{theme}** ({group}). Would you? The first to press has the turn."),
    OUTLINE: _("You lecture at **{theme}** ({group}). What will you talk about? A title and a few lines are enough."),
    MATERIALS: _("Soon you lecture at **{theme}** ({group})."),
    AWAY: _("**{theme}** ({group}), where you lecture, has a new time. You have noted that you can't lecture then."),
}
_ANOTHER = _("Another lecturer is wanted at **{theme}** ({group}). Would you? The first to press has the turn.")
_ANEW = _("**{theme}** ({group}), for which I asked you to be the lecturer, has a new time. Would you lecture then?")
_BY_HAND = _("**{theme}** ({group}): an organizer would like to hear you there. Would you be the lecturer?")
_BY = _("Please answer by {when}. If it does not suit you, I ask somebody else at once; nobody is told why.")
_WHAT_OF = _(
    "Most talk about the basics of their trade: what you do, how money is earned with it, what people often get wrong "
    "about it, and a question you would like to ask the others."
)
_FIRST = _("It would be your first lecture here. Nobody expects slides: what is everyday to you is new to the others.")
_STAY_OR_GO = _(
    "If it suits you all the same, there is nothing to do. If not, please press below; I then find somebody else."
)
_PASSED_ON = _(
    "**{theme}** ({group}), for which I asked you to be the lecturer, has a new time. You have noted that you can't "
    "lecture then, so I ask somebody else."
)
_SLIDES = _("If there is something to read or to look at beforehand, put it into the session's thread.")
_AFTER_ALL = _("If you change your mind, press below: the turn is yours if it is still open.")
_OFFER_ENDS = _("If nobody is found, it becomes an open discussion.")


def asked(value: Asked, w: Words) -> Content:
    """What one person is asked or reminded of, about a turn of theirs or one that they can take."""
    session, turn = value.session, value.turn
    head = _HEADS[value.kind]
    if value.kind == REQUEST and value.anew:
        head = _ANEW
    elif value.kind == REQUEST and turn is not None and turn.by_hand:
        head = _BY_HAND
    elif value.kind == OFFER and value.another:
        head = _ANOTHER
    elif _is_lost(value):
        head = _PASSED_ON
    lines = [w(head, theme=session.theme, group=value.group.name), moment(session.starts_at)]
    if value.kind in (REQUEST, NUDGE) and turn is not None and turn.answer_due is not None:
        lines.append(w(_BY, when=timestamp(turn.answer_due, "f")))
    if value.kind in (REQUEST, OFFER):
        lines.append(w(_WHAT_OF))
    if value.kind == REQUEST and value.first:
        lines.append(w(_FIRST))
    if value.kind == MATERIALS:
        lines.append(w(_SLIDES))
    if value.kind == AWAY:
        lines.append(w(_AFTER_ALL if _is_lost(value) else _STAY_OR_GO))
    mentions = (value.reader,) if value.reader else ()
    rows = (_buttons(value, w), stop_row("turns", session.guild_id, w))
    return Content(fitted(lines, pings(mentions)), rows=rows, mentions=mentions)


def _is_lost(value: Asked) -> bool:
    """Whether its reader need not answer any more."""
    return value.turn is not None and value.turn.state is TurnState.DECLINED


def _buttons(value: Asked, w: Words) -> tuple[Button, ...]:
    guild_id = value.session.guild_id
    if value.turn is None:
        return (take_button(value.session.id, w, guild_id=guild_id),)
    if _is_lost(value):
        return (_after_all_button(value.turn, w, guild_id),)
    if value.kind in (REQUEST, NUDGE):
        return answer_buttons(value.turn, w, guild_id=guild_id)
    return lecturer_buttons(value.turn, w, guild_id=guild_id)


def answer_buttons(turn: Turn, w: Words, *, guild_id: int = 0) -> tuple[Button, ...]:
    """What somebody can do who is asked to lecture; in a direct message `guild_id` says which server is meant."""
    server = (guild_id,) if guild_id else ()
    return (
        Button(w(_I_WILL), button_id(TURN, turn.id, YES, *server), discord.ButtonStyle.success),
        Button(w(_("Suggest a swap")), button_id(SWAP, turn.id, ASK, *server)),
        Button(w(NOT_THIS_TIME), button_id(TURN, turn.id, NO, *server)),
    )


def lecturer_buttons(turn: Turn, w: Words, *, guild_id: int = 0) -> tuple[Button, ...]:
    """What somebody can do who has said yes; `guild_id`: as above."""
    server = (guild_id,) if guild_id else ()
    label = _SAY_THEME if not turn.theme else _("Change what I'll talk about")
    return (
        Button(w(label), button_id(TURN, turn.id, SAY, *server), discord.ButtonStyle.primary),
        Button(w(_("Suggest a swap")), button_id(SWAP, turn.id, ASK, *server)),
        Button(w(_("I can't after all")), button_id(TURN, turn.id, NO, *server)),
    )


def take_button(session_id: int, w: Words, *, guild_id: int = 0) -> Button:
    """Takes an open place; in a direct message `guild_id` says which server is meant."""
    server = (guild_id,) if guild_id else ()
    return Button(w(_I_WILL), button_id(TAKE, session_id, *server), discord.ButtonStyle.success)


def called(value: Wanted, w: Words) -> Content:
    """In the channel: a lecturer is wanted."""
    text = _("Nobody lectures yet at **{theme}** ({group}). Whoever takes part in the rotation can take the turn.")
    if value.another:
        text = _(
            "Another lecturer is wanted at **{theme}** ({group}). Whoever takes part in the rotation can take the turn."
        )
    lines = [w(text, theme=value.session.theme, group=value.group.name), moment(value.session.starts_at)]
    if value.discuss_at is not None:
        lines.append(w(_OFFER_ENDS))
    return Content(fitted(lines), rows=((take_button(value.session.id, w),),))


def discussed(value: Wanted, w: Words) -> Content:
    """In the channel: nobody lectures, so all talk."""
    session = value.session
    text = _(
        "No lecture this time at **{theme}** ({group}): it is an open discussion, and everybody has something to say."
    )
    lines = [w(text, theme=session.theme, group=value.group.name), moment(session.starts_at), prompt(session, w)]
    row = (Button(w(_("Seen")), button_id("seen", session.id)),)
    return Content(fitted(lines), rows=(row,))


def trouble(value: Wanted, w: Words) -> Content:
    """To the organizers, or to the moderators: nobody has confirmed yet, who was asked, and what can be done."""
    session = value.session
    text = _("**{theme}** ({group}) has no lecturer who has confirmed.")
    if value.another:
        text = _("At **{theme}** ({group}) not all lecturers have confirmed.")
    lines = [w(text, theme=session.theme, group=value.group.name), moment(session.starts_at)]
    if value.declined:
        lines.append(w(_("Declined: {names}"), names=pings(value.declined)))
    if value.silent:
        lines.append(w(_("Did not answer: {names}"), names=pings(value.silent)))
    if value.unreached:
        lines.append(w(_("I could not ask: {names}"), names=pings(value.unreached)))
    if value.asked and value.until is not None:
        text = _("Being asked: {names}, until {when}")
        lines.append(w(text, names=pings(value.asked), when=timestamp(value.until, "f")))
    lines.append(
        w(_("I go on asking. If you speak to somebody yourself, they can take the turn with `/rotation volunteer`."))
    )
    if value.discuss_at is not None:
        text = _("If nobody is found by {when}, it becomes an open discussion.")
        lines.append(w(text, when=timestamp(value.discuss_at, "f")))
    if value.announced is not None:
        spot = value.announced
        link = message_link(session.guild_id, spot.channel_id, spot.message_id)
        lines.append(w(_("Announcement: {link}"), link=link))
    mentions = (value.reader,) if value.reader else ()
    row = (Button(w(_("Seen")), button_id("seen", session.id)),)
    if value.private:
        row = stop_row("arranging", session.guild_id, w)
    return Content(fitted(lines, pings(mentions)), rows=(row,), mentions=mentions)


# Answers


def said_yes(value: Yes, w: Words, *, guild_id: int = 0) -> Content:
    """To whoever lectures: that they do, what happens next, and the button to say what they will talk about."""
    turn, session = value.turn, named_session(value.session, w)
    if value.new:
        lines = [w(_("Thank you! You lecture at {session}."), session=session)]
        lines.append(w(_("The announcement names you from now on, and you are put down as coming.")))
    else:
        lines = [w(_("You lecture at {session}."), session=session)]
    if turn.theme:
        lines.append(w(_("Theme: {theme}"), theme=turn.theme))
    if turn.outline:
        lines.append(turn.outline)
    if turn.reading:
        lines.append(w(_("To read ahead: {reading}"), reading=turn.reading))
    if not turn.theme:
        later = _("You can say now or later what you will talk about; a week before, I ask you again.")
        lines.append(w(later if value.again else _("Please say what you will talk about as soon as you know it.")))
    return Content(fitted(lines), rows=(lecturer_buttons(turn, w, guild_id=guild_id),))


def give_back(value: GiveBack, w: Words, *, guild_id: int = 0) -> Content:
    """To a lecturer who pressed that they can't: a press by mistake would call somebody else."""
    text = _("Do you want to give your turn at {session} back? I then ask somebody else at once.")
    server = (guild_id,) if guild_id else ()
    row = (
        Button(w(_("Give it back")), button_id(TURN, value.turn.id, DROP, *server), discord.ButtonStyle.danger),
        Button(w(_("I'll lecture as planned")), button_id(TURN, value.turn.id, YES, *server)),
    )
    return Content(w(text, session=named_session(value.session, w)), rows=(row,))


def said_no(value: No, w: Words, *, guild_id: int = 0) -> Content:
    """To whoever does not lecture: that somebody else is asked, and how to change their mind."""
    session = named_session(value.session, w)
    if not value.new:
        text = _("You don't lecture at {session}.")
    elif value.sure:
        text = _("You don't lecture at {session} any more. I ask somebody else; you are still put down as coming.")
    else:
        text = _("All right: you don't lecture at {session}. I ask somebody else; nobody is told why.")
    lines = [w(text, session=session), w(_AFTER_ALL)]
    return Content(fitted(lines), rows=((_after_all_button(value.turn, w, guild_id),),))


def _after_all_button(turn: Turn, w: Words, guild_id: int) -> Button:
    server = (guild_id,) if guild_id else ()
    return Button(w(_("I'll lecture after all")), button_id(TURN, turn.id, YES, *server))


def tell_form(custom_id: str, turn: Turn, w: Words) -> discord.ui.Modal:
    """The form for theme, outline and reading; its hints are the parts of a talk on one's trade."""
    boxes = [
        Box("theme", w(_("Theme")), turn.theme, LONGEST_THEME, example=w(_("How fish gets to the shop overnight"))),
        Box(
            "outline",
            w(_("What you will talk about")),
            turn.outline or w(_OUTLINE_TEMPLATE),
            LONGEST_OUTLINE,
            required=False,
            long=True,
            hint=w(_("A few words each; change it as you like, or leave it out.")),
        ),
        Box(
            "ahead",
            w(_("Something to read ahead")),
            turn.reading,
            LONGEST_READING,
            required=False,
            long=True,
            hint=w(_("A link or a few lines, if you have something; the announcement shows it.")),
        ),
    ]
    return form(custom_id, w(_("Your lecture")), boxes)


_OUTLINE_TEMPLATE = _(
    "What we do:\nHow money is earned with it:\nWhat people often get wrong about it:\nA question I have for you:"
)


def filled_in(outline: str, w: Words) -> str:
    """An outline without those parts of the template under which nothing was written; "" if nothing was at all."""
    parts = {part.strip() for part in w(_OUTLINE_TEMPLATE).splitlines()}
    kept: list[str] = []
    answered = False
    for line in reversed(outline.splitlines()):
        is_part = line.strip() in parts
        if not is_part or answered:
            kept.append(line)
        answered = not is_part and (answered or bool(line.strip()))
    return "\n".join(reversed(kept)).strip()


_NO_LECTURE = _(
    "{session} is not a lecture, or not any more, so no lecturer is looked for. If you come, you are welcome to tell"
    " there what you would have told."
)
_NOT_ON_ROSTER = _(
    "The turns of “{group}” go to those who take part in its rotation. `/rotation join` takes you in; then you can take"
    " an open turn at {session}."
)
ERRORS: dict[type[StudyError], Say] = {
    PlaceTaken: lambda e, w: w(
        _("Somebody else has been found or is being asked for {session} meanwhile, so there is nothing left to do."),
        session=named_session(e.session, w),
    ),
    NotAsked: lambda e, w: w(
        _("You are not asked to lecture at {session}. `/rotation show` shows your next turn."),
        session=named_session(e.session, w),
    ),
    NothingToTake: lambda e, w: w(
        _NOT_ON_ROSTER if e.session.kind == "lecture" else _NO_LECTURE,
        session=named_session(e.session, w),
        group=e.group,
    ),
}
"""What goes wrong when somebody answers a request."""
