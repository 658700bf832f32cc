"""What stays of a lecture, in words: for the lecturer, for the group's channel, and for whoever presses."""

from __future__ import annotations

import discord

from bot.domain.errors import StudyError
from bot.domain.takeaways import (
    LONGEST_TAKEAWAY,
    Asked,
    Counted,
    Followed,
    Following,
    Kept,
    More,
    NoTakeaway,
    NotBegun,
    NothingToTakeHome,
    OwnLecture,
    Takeaway,
    Thanks,
)
from bot.i18n import Words, _, _n
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened
from bot.rendering.content import Button, Content
from bot.rendering.errors import Say
from bot.rendering.forms import Box, Entry, Pick, form
from bot.rendering.members import stop_row
from bot.rendering.names import mentions, some_people
from bot.rendering.reminders import fitted, pings
from bot.rendering.sessions.public import named_session

TAKEAWAY, FORM, TAKE_BACK = "takeaway", "takeawayform", "untakeaway"
"""Opening the form for what somebody took home, the form, and taking it back."""
MORE, FOLLOW, USED = "more", "follow", "used"
"""Wishing for more, taking it further, and whether it was used."""
NAMED, UNNAMED = "named", "unnamed"
"""What can be chosen in the form, and of what the lecturer hears."""
TOGGLE, YES, NOT_YET = "press", "yes", "not_yet"
_NAMES = 20


# To the lecturer, in private


def thanks(value: Thanks, w: Words) -> Content:
    """Thanks, with how many came from how many industries."""
    session = value.session
    lines = [w(_("Thank you for **{theme}** ({group})!"), theme=session.theme, group=value.group.name)]
    people = w(_n("{n} person", "{n} people"), n=value.people)
    if value.people and value.industries:
        industries = w(_n("{n} industry", "{n} industries"), n=value.industries)
        lines.append(w(_("Who came to listen: {people} from {industries}."), people=people, industries=industries))
    elif value.people:
        lines.append(w(_("Who came to listen: {people}."), people=people))
    lines.append(w(_("I ask the group what they took home; `/session show` shows what they write.")))
    return _private(lines, value.reader, (), session.guild_id, w)


def followed(value: Followed, w: Words) -> Content:
    """Who wants to take it further."""
    session = value.session
    text = _("Somebody would like to take **{theme}** ({group}) further with you.")
    lines = [w(text, theme=session.theme, group=value.group.name)]
    if value.named:
        names = some_people(mentions(value.named), _NAMES, w)
        lines.append(w(_("You can write to them: {names}"), names=names))
    if value.unnamed:
        text = _n("{n} person did not want to be named.", "{n} people did not want to be named.")
        lines.append(w(text, n=value.unnamed))
    return _private(lines, value.reader, (), session.guild_id, w)


def tell_used(value: Counted, w: Words) -> Content:
    """How many have used it, and nobody's name."""
    session = value.session
    text = _n(
        "What came of **{theme}** ({group}): of {people} who took something home, {n} has used it already.",
        "What came of **{theme}** ({group}): of {people} who took something home, {n} have used it already.",
    )
    line = w(text, theme=session.theme, group=value.group.name, people=value.people, n=value.used)
    return _private([line], value.reader, (), session.guild_id, w)


# To who took something home, in private


def ask_used(value: Asked, w: Words) -> Content:
    """A week later: did you use it?"""
    session = value.session
    assert value.takeaway is not None
    lines = [
        w(_("From **{theme}** ({group}) you took home:"), theme=session.theme, group=value.group.name),
        f"> {_in_one_line(value.takeaway.text)}",
        w(_("Have you used it? The lecturer only hears how many have.")),
    ]
    row = (
        Button(w(_("Yes")), button_id(USED, session.id, YES, session.guild_id), discord.ButtonStyle.success),
        Button(w(_("Not yet")), button_id(USED, session.id, NOT_YET, session.guild_id)),
    )
    return _private(lines, value.reader, row, session.guild_id, w)


def _private(lines: list[str], reader: int, row: tuple[Button, ...], guild_id: int, w: Words) -> Content:
    """A private message, with its buttons and the one that stops such messages."""
    named = (reader,) if reader else ()
    rows = ((row,) if row else ()) + (stop_row("after", guild_id, w),)
    return Content(fitted(lines, pings(named)), rows=rows, mentions=named)


# In the group's channel


def take_home(value: Asked, w: Words) -> Content:
    """What did you take home? With what one press can do about it."""
    session = value.session
    text = _("What did you take home from **{theme}** ({group})? One sentence is enough.")
    row = (
        Button(w(_("Takeaway")), button_id(TAKEAWAY, session.id), discord.ButtonStyle.primary),
        Button(w(_("I want to hear more")), button_id(MORE, session.id)),
        Button(w(_("I'll follow up")), button_id(FOLLOW, session.id, TOGGLE)),
    )
    return Content(w(text, theme=session.theme, group=value.group.name), rows=(row,))


# Answers


def takeaway_form(custom_id: str, kept: Takeaway | None, w: Words) -> discord.ui.Modal:
    """The form for what somebody took home, with what they wrote before."""
    named = kept is not None and kept.named
    entries = (
        Entry(w(_("Without my name")), UNNAMED, chosen=not named),
        Entry(w(_("With my name")), NAMED, chosen=named),
    )
    boxes = (
        Box(
            "takeaway",
            w(_("What you took home")),
            kept.text if kept is not None else "",
            LONGEST_TAKEAWAY,
            long=True,
            example=w(_("Tomorrow I'll ask our warehouse who decides the order.")),
        ),
        Pick(
            "name",
            w(_("How do the others read it?")),
            entries,
            w(_("Without my name")),
            hint=w(_("Everybody who can see the session reads it in /session show.")),
        ),
    )
    return form(custom_id, w(_("What did you take home?")), boxes)


def kept(value: Kept, w: Words) -> Content:
    """What is kept of what somebody took home."""
    session, takeaway = named_session(value.session, w), value.takeaway
    write = Button(w(_("Write something")), button_id(TAKEAWAY, value.session.id))
    if takeaway is None:
        return Content(w(_("Nothing of yours is kept from {session}."), session=session), rows=((write,),))
    text = _("Kept from {session}, without your name:")
    if takeaway.named:
        text = _("Kept from {session}, with your name:")
    lines = [w(text, session=session), f"> {_in_one_line(takeaway.text)}"]
    lines.append(w(_("`/session show` shows it to the group.")))
    row = (
        Button(w(_("Change it")), button_id(TAKEAWAY, value.session.id)),
        Button(w(_("Take it back")), button_id(TAKE_BACK, value.session.id)),
    )
    return Content(fitted(lines), rows=(row,))


def used(value: Kept, w: Words) -> Content:
    """Whether somebody has used it is noted."""
    text = _("Good to hear! The lecturer hears of it as a number only.")
    if value.takeaway is not None and value.takeaway.used == NOT_YET:
        text = _("That is fine. If you use it some day, press Yes.")
    return Content(w(text))


def more(value: More, w: Words) -> Content:
    """Somebody wants to hear more, or does not any more."""
    session, wish = named_session(value.session, w), value.wish
    if not wish.wanted:
        return Content(w(_("Taken back: you don't ask for more of {session}."), session=session))
    text = _n(
        "Noted: {n} person wants to hear more of {session}, and that is you. Press again to take it back.",
        "Noted: with you, {n} people want to hear more of {session}. Press again to take it back.",
    )
    lines = [w(text, n=wish.people, session=session)]
    if wish.planned is not None:
        lines.append(w(_("It has its date already: {session}."), session=named_session(wish.planned, w)))
    elif wish.heard is not None:
        text = _("There was more of it at {session}. `/topic list` has it again, so that others can vote for it too.")
        lines.append(w(text, session=named_session(wish.heard, w)))
    return Content("\n".join(lines))


def following(value: Following, w: Words) -> Content:
    """Somebody wants to take it further, and what the lecturer hears of them."""
    session, follow_up = named_session(value.session, w), value.follow_up
    session_id = value.session.id
    if follow_up is None:
        text = _("Taken back: the lecturer of {session} does not hear of you.")
        if value.told:
            text = _(
                "Taken back. The lecturer of {session} has heard of it already; please tell them, if you gave "
                "your name."
            )
        return Content(w(text, session=session))
    again = Button(w(_("Take it back")), button_id(FOLLOW, session_id, TOGGLE))
    if value.told:
        text = _("The lecturer of {session} knows that somebody wants to take it further, without your name.")
        if follow_up.named:
            text = _("The lecturer of {session} knows that you want to take it further, and can write to you.")
        return Content(w(text, session=session), rows=((again,),))
    text = _("I'll tell the lecturer of {session} soon that somebody wants to take it further, without your name.")
    name = Button(w(_("Give my name")), button_id(FOLLOW, session_id, NAMED))
    if follow_up.named:
        text = _("I'll tell the lecturer of {session} soon that you want to take it further, so that they can write.")
        name = Button(w(_("Leave out my name")), button_id(FOLLOW, session_id, UNNAMED))
    return Content(w(text, session=session), rows=((name, again),))


def noted(session_name: str, w: Words) -> Content:
    """Notes are kept."""
    return Content(w(_("Kept with {session}. `/session show` shows it."), session=session_name))


def _in_one_line(text: str) -> str:
    return shortened(" ".join(text.split()), LONGEST_TAKEAWAY)


ERRORS: dict[type[StudyError], Say] = {
    NothingToTakeHome: lambda e, w: w(
        _(
            "{session} is not a lecture, or it is not over yet, so there is nothing to take home. "
            "Please press again once it has taken place."
        ),
        session=named_session(e.session, w),
    ),
    OwnLecture: lambda e, w: w(
        _(
            "You gave the lecture at {session} yourself: I tell you who wants to take it further. There is nothing "
            "left to do."
        ),
        session=named_session(e.session, w),
    ),
    NotBegun: lambda e, w: w(
        _(
            "{session} has not begun yet. Please note what comes of it afterwards. What people should know before it "
            "goes into its description: `/session edit`."
        ),
        session=named_session(e.session, w),
    ),
    NoTakeaway: lambda e, w: w(
        _("Nothing that you took home from {session} is kept any more, so there is nothing left to do."),
        session=named_session(e.session, w),
    ),
}
"""What goes wrong after a lecture."""
