"""The question box of a lecture in words: for whoever asks, and for whoever gets the questions."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from bot.domain.errors import StudyError
from bot.domain.question_box import (
    LONGEST_QUESTION,
    AlreadyBegun,
    AlreadyRead,
    AskedEnough,
    AskingOneself,
    FullBox,
    Handed,
    NoLecturerYet,
    OwnQuestions,
    ReadQuestion,
)
from bot.i18n import Words, _, _n
from bot.rendering.buttons import button_id
from bot.rendering.calendar import moment, timestamp
from bot.rendering.content import Button, Content
from bot.rendering.errors import Say
from bot.rendering.forms import Box, Entry, Pick, form
from bot.rendering.members import stop_row
from bot.rendering.reminders import fitted, pings
from bot.rendering.sessions.public import ASK, named_session, with_industry

WITHDRAW, FORM = "unask", "askform"
"""Taking an own question back, and the form in which one is asked."""
NAMED, ANONYMOUS = "named", "anonymous"
"""What can be chosen in the form."""


# For whoever asks


def ask_form(custom_id: str, w: Words) -> discord.ui.Modal:
    """The form for one question."""
    question = Box(
        "question",
        w(_("Your question")),
        "",
        LONGEST_QUESTION,
        long=True,
        example=w(_("Who decides the price of a fish in the morning?")),
    )
    entries = (
        Entry(w(_("With my name and industry")), NAMED, chosen=True),
        Entry(w(_("Anonymously")), ANONYMOUS),
    )
    hint = w(_("Only the lecturer reads it; of an anonymous question nobody learns who asked it."))
    name = Pick("name", w(_("How do you ask?")), entries, w(_("Anonymously")), hint=hint)
    return form(custom_id, w(_("Ask the lecturer")), (question, name))


def own_questions(value: OwnQuestions, w: Words) -> Content:
    """What somebody has asked, and the buttons to take back what has not been read and to ask more."""
    session = named_session(value.session, w)
    lines = []
    if value.asked:
        lines.append(w(_("Your question is in the box for {session}."), session=session))
    elif value.withdrawn:
        text = _("Taken back: the lecturer does not get that question, unless they have looked into the box already.")
        lines.append(w(text))
    waiting = [question for question in value.questions if question.id not in value.read]
    if waiting and value.handed_at is not None:
        when = timestamp(value.handed_at, "f")
        lines.append(w(_("The lecturer gets it at {when}, and nobody else reads it."), when=when))
    if value.questions:
        lines.append(w(_("Your questions for {session}:"), session=session))
    else:
        lines.append(w(_("You have no question for {session}."), session=session))
    for number, question in enumerate(value.questions, 1):
        text = _("{number}. {question}")
        if question.id in value.read:
            text = _("{number}. {question} (the lecturer has it)")
        elif question.anonymous:
            text = _("{number}. {question} (anonymous)")
        lines.append(w(text, number=number, question=_in_one_line(question.text)))
    row = [
        Button(w(_("Take back {number}"), number=number), button_id(WITHDRAW, question.id))
        for number, question in enumerate(value.questions, 1)
        if question in waiting
    ]
    if value.may_ask:
        row.append(Button(w(_("Ask another question")), button_id(ASK, value.session.id)))
    return Content(fitted(lines), rows=(tuple(row),) if row else ())


# For whoever gets the questions


def full_box(value: FullBox, w: Words) -> Content:
    """All questions so far, shown to whoever gets them."""
    session = named_session(value.session, w)
    if not value.questions:
        text = _(
            "Nobody has asked anything for {session} yet. What comes in, you get on the evening before; later "
            "questions, soon after they are asked."
        )
        return Content(w(text, session=session))
    text = _n("{n} question for {session}:", "{n} questions for {session}:")
    head = w(text, n=len(value.questions), session=session)
    return Content(fitted([head, *_lines(value.questions, w)]))


def handed(value: Handed, w: Words) -> Content:
    """Questions as they are handed to the lecturer, or to the host of a guest."""
    text = _("What people would like to hear at **{theme}** ({group}):")
    if value.more:
        text = _("More questions for **{theme}** ({group}):")
    lines = [w(text, theme=value.session.theme, group=value.group.name), moment(value.session.starts_at)]
    lines += _lines(value.questions, w)
    if not value.more:
        lines.append(w(_("They need not all be answered: they show where to begin.")))
    mentions = (value.reader,) if value.reader else ()
    row = stop_row("box", value.session.guild_id, w)
    return Content(fitted(lines, pings(mentions)), rows=(row,), mentions=mentions)


def _lines(questions: Iterable[ReadQuestion], w: Words) -> list[str]:
    return [f"- {_asker(question, w)}\n> {_in_one_line(question.text)}" for question in questions]


def _asker(question: ReadQuestion, w: Words) -> str:
    return with_industry(question.member_id, question.industry, w) if question.member_id else w(_("Anonymous"))


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


ERRORS: dict[type[StudyError], Say] = {
    NoLecturerYet: lambda e, w: w(
        _(
            "Nobody has agreed to lecture at {session} yet, so there is nobody to ask. "
            "Please try again once the announcement names a lecturer."
        ),
        session=named_session(e.session, w),
    ),
    AlreadyBegun: lambda e, w: w(
        _("{session} has begun, so its question box is closed. Please ask right there, or in its thread."),
        session=named_session(e.session, w),
    ),
    AskedEnough: lambda e, w: w(
        _n(
            "You have asked {n} question for {session} already, and there is no room for more. `/session ask` without "
            "a question shows it, and lets you take it back as long as the lecturer has not read it.",
            "You have asked {n} questions for {session} already, and there is no room for more. `/session ask` without "
            "a question shows them, and lets you take back what the lecturer has not read.",
        ),
        n=e.limit,
        session=named_session(e.session, w),
    ),
    AskingOneself: lambda e, w: w(
        _("The questions for {session} go to you. `/session ask` without a question shows those that have come in."),
        session=named_session(e.session, w),
    ),
    AlreadyRead: lambda e, w: w(
        _("The lecturer of {session} may have read this question already, so there is nothing left to do."),
        session=named_session(e.session, w),
    ),
}
"""What goes wrong with a question."""
