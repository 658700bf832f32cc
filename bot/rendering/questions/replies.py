"""Questions for one reader: a card with what they can do, and lists."""

from __future__ import annotations

from datetime import datetime

import discord

from bot.domain.questions.answering import Again
from bot.domain.questions.refreshing import Refreshed
from bot.domain.questions.values import (
    LONGEST_REMARK,
    OwnQuestion,
    Question,
    QuestionPage,
    QuestionState,
    QuestionView,
)
from bot.i18n import Words, _, _n
from bot.rendering import industries
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened, timestamp
from bot.rendering.content import Button, Content
from bot.rendering.forms import Box, form
from bot.rendering.names import as_typed
from bot.rendering.questions.asking import ask_button
from bot.rendering.questions.asks import again_button, begun
from bot.rendering.questions.forum import embed
from bot.rendering.questions.words import (
    ANY,
    CARE,
    FEATURE,
    OWN_PAGES,
    PAGES,
    POST,
    REOPEN,
    REPLY,
    REPLY_ANONYMOUSLY,
    REPLY_FORM,
    SHORT,
    SOLVE,
    STATES,
)
from bot.rendering.sessions.replies import pager

POST_AGAIN = _("Post it again")
_LOOKED_UP = _("A moderator looked up that you asked it ({when}). Reason: {reason}")
_REASON_SHOWN = 60
"""Characters of a reason in a list, so that eight questions fit into one message."""


def card(value: OwnQuestion, w: Words, note: str = "") -> Content:
    """A question for one member, with what they can do about it; `note` is what has just been done."""
    question = value.view.question
    lines = [note] if note else []
    if value.view.post_id:
        lines.append(w(_("Its thread: {link}"), link=f"<#{value.view.post_id}>"))
    else:
        lines.append(w(_("Its thread is not there: it follows in a moment, or it was deleted.")))
    if value.mine and question.anonymous:
        lines.append(w(_("You asked it anonymously: others don't see that it is yours.")))
    row: list[Button] = []
    if value.may_close:
        act, label = (SOLVE, _("It is solved")) if question.is_open else (REOPEN, _("Open it again"))
        row.append(Button(w(label), button_id(FEATURE, question.id, act)))
        if question.is_open and not value.view.post_id:
            row.append(Button(w(POST_AGAIN), button_id(CARE, question.id, POST, value.view.guild_id)))
        elif question.is_open and not value.view.asked.on_it:
            row.append(again_button(value.view, w))
    if value.mine and question.anonymous:
        row.append(Button(w(REPLY_ANONYMOUSLY), button_id(FEATURE, question.id, REPLY)))
    return Content("\n".join(lines), embed=embed(value.view, w), rows=(tuple(row),) if row else ())


def closed(value: OwnQuestion, w: Words) -> Content:
    """A question was closed."""
    solved, there = value.view.question.state is QuestionState.SOLVED, bool(value.view.post_id)
    note = _("Closed as solved.") if solved else _("Closed without an answer.")
    if there:
        note = _("Closed without an answer. People can go on writing in its thread.")
        if solved:
            note = _("Closed as solved. People can go on writing in its thread.")
    lines = [w(note)]
    if value.mine and there:
        lines.append(w(_("If you write there yourself, I open it again.")))
    return card(value, w, "\n".join(lines))


def reopened(value: OwnQuestion, w: Words, *, locked: bool = False) -> Content:
    """A question was opened again, and nobody is asked by that alone; `locked`: moderators have locked its thread."""
    lines = [w(_("The question is open again."))]
    if locked:
        lines.append(w(_("Moderators have locked its thread, so nobody can write there until they unlock it.")))
    return card(value, w, "\n".join(lines))


def again(value: Again, w: Words) -> Content:
    """Further people are asked, or there is nobody."""
    lines, rows = begun(value.begun, value.view, w)
    return Content("\n".join(lines), embed=embed(value.view, w), rows=rows)


def replied(value: OwnQuestion, w: Words) -> Content:
    """Something was said in the thread."""
    lines = [w(_("I am posting it in the thread."))]
    if value.reopened:
        lines.append(w(_("The question is open again, because you wrote in its thread.")))
    return card(value, w, "\n".join(lines))


def refreshed(value: Refreshed, w: Words) -> Content:
    """What is kept of messages was brought up to date."""
    lines: list[str] = []
    if value.changed:
        lines.append(w(_n("{n} message has a new text now.", "{n} messages have a new text now."), n=value.changed))
    if value.gone:
        lines.append(
            w(
                _n(
                    "{n} message was deleted, and what it said has gone.",
                    "{n} messages were deleted, and what they said has gone.",
                ),
                n=value.gone,
            )
        )
    if value.unread:
        text = _n(
            "{n} message I can't read by myself: please use “{menu}” in its menu.",
            "{n} messages I can't read by myself: please use “{menu}” in the menu of each.",
        )
        lines.append(w(text, n=value.unread, menu=_("Refresh")))
    if value.worded:
        lines.append(w(_("The question was asked in other words than this message: those stay.")))
    return card(value.own, w, "\n".join(lines) or w(_("Nothing has changed.")))


def reply_form(question: Question, w: Words) -> discord.ui.Modal:
    """The form in which who asked anonymously says more."""
    hint = w(_("It appears in the thread as said by who asked, without your name."))
    text = Box("text", w(_("What you want to say")), "", LONGEST_REMARK, long=True, hint=hint)
    return form(button_id(REPLY_FORM, question.id), w(REPLY_ANONYMOUSLY), [text])


def label(question: Question, w: Words) -> str:
    """A question in a list of choices."""
    text = " ".join(question.text.split())
    return shortened(text if question.is_open else w(_("{question} (closed)"), question=shortened(text, 80)), 100)


def listed(value: QuestionPage, w: Words) -> Content:
    """A screen of questions, newest first."""
    which = "open" if value.only_open else "all"
    key = (PAGES, which, value.industry.key if value.industry else ANY)
    if not value.questions:
        return Content(w(_("There is no such question yet. `/ask` asks the first one.")), rows=((ask_button(w),),))
    return _screen(value, w(_("Questions")), key, w)


def own(value: QuestionPage, guild_id: int, w: Words) -> Content:
    """A screen of what the reader has asked."""
    if not value.questions:
        return Content(w(_("You have asked nothing yet. `/ask` puts a question to people of other industries.")))
    return _screen(value, w(_("Your questions")), (OWN_PAGES, guild_id), w, own=True)


def _screen(value: QuestionPage, title: str, key: tuple[str | int, ...], w: Words, *, own: bool = False) -> Content:
    lines = [_line(each, w, value.looked_up.get(each.question.id), own=own) for each in value.questions]
    rows = (pager(key, value.page, value.pages, w),) if value.pages > 1 else ()
    return Content(embed=discord.Embed(title=title, description="\n".join(lines)[:4096]), rows=rows)


def _line(value: QuestionView, w: Words, looked_up: tuple[datetime, str] | None, *, own: bool) -> str:
    question = value.question
    parts = [w(STATES[question.state]), timestamp(question.asked_at, "d")]
    if own and question.anonymous:
        parts.append(w(_("asked anonymously")))
    if value.wanted is not None:
        parts.insert(0, industries.short(value.wanted, w))
    if question.state is QuestionState.HIDDEN:
        # Only who asked it reads this.
        parts += [w(_("reason: {reason}"), reason=question.reason)] if question.reason else []
    elif value.post_id:
        parts.append(f"<#{value.post_id}>")
    # A list is the bot's own text: what people typed neither formats it nor hides a link in it.
    text = as_typed(shortened(" ".join(question.text.split()), SHORT)) or w(_("(its words are no longer kept)"))
    lines = [f"- **{text}**", " · ".join(parts)]
    if looked_up is not None:
        at, reason = looked_up
        lines.append(w(_LOOKED_UP, when=timestamp(at, "f"), reason=as_typed(shortened(reason, _REASON_SHOWN))))
    return "\n  ".join(lines)
