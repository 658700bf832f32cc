"""What moderators do about questions, in words: what is shown first, what was done, and who is told of it."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.domain.errors import StudyError
from bot.domain.questions.hiding import KEPT, Hidden, NotHidden
from bot.domain.questions.moderating import (
    Action,
    AskedByName,
    Back,
    MergeCircle,
    OptionMissing,
    OptionNotTaken,
    Preview,
    QuestionOutOfSight,
    Revealed,
    SameIndustry,
    Shown,
)
from bot.domain.questions.news import AskerTold, LogEntry, Logged, Told
from bot.domain.questions.values import OwnQuestion, Question, QuestionState
from bot.i18n import Words, _, locale_str
from bot.rendering import industries
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened, timestamp
from bot.rendering.content import Button, Content
from bot.rendering.deciding import decision
from bot.rendering.errors import Say
from bot.rendering.members import stop_row
from bot.rendering.questions.replies import card
from bot.rendering.questions.words import CARE, REOPEN, SHORT
from bot.rendering.reminders import fitted, pings

MODERATE, UNHIDE = "moderate", "unhide"
ACTIONS: Mapping[Action, locale_str] = {
    "close": _("close: without an answer"),
    "hide": _("hide: delete its thread; can be undone for 24 hours"),
    "move": _("move: put it to another industry"),
    "merge": _("merge: close it with a link to another question"),
    "restrict": _("restrict asker: keep who asked from asking, without learning who it is"),
    "reveal": _("reveal asker: learn who asked; they are told, and it is logged"),
}
"""As a moderator chooses them."""
_NAMES: Mapping[Action, locale_str] = {
    "close": _("close"),
    "hide": _("hide"),
    "move": _("move"),
    "merge": _("merge"),
    "restrict": _("restrict asker"),
    "reveal": _("reveal asker"),
}
_CLOSED, _MERGED = _("Closed without an answer."), _("Closed, with a link to the other question.")
_IF_I_CAN = _("Who asked it is told in private, if I can write to them.")
_REASON = _("The moderators' reason: {reason}")
_ASK_THEM = _("If you have a question about it, please ask a moderator of this server.")
_TO_ASKER: Mapping[Told, locale_str] = {
    "accept": _("An answer to your question “{question}” was accepted for you, so it is solved: {thread}"),
    "solve": _("Your question “{question}” was closed for you, since it is solved: {thread}"),
    "end": _("Your question “{question}” was closed for you, without an answer: {thread}"),
    "close": _("A moderator has closed your question “{question}” without an answer. People can go on in its thread."),
    "merge": _("A moderator has closed your question “{question}”, since there is another one like it: {same}"),
    "hide": _("A moderator has hidden your question: its thread is deleted, and nobody else finds it any more."),
    "back": _("Your question “{question}” is there again; a moderator has brought it back."),
    "reveal": _("A moderator has looked up that you asked “{question}”. For everybody else it stays anonymous."),
}
_LOG: Mapping[Logged, locale_str] = {
    "hide": _("{moderator} has hidden question {number}. Until {until} a moderator can bring it back; this was it:"),
    "back": _("{moderator} has brought question {number} back: “{question}”"),
    "reveal": _("{moderator} has looked up who asked question {number} anonymously; only they saw it: “{question}”"),
}

ERRORS: dict[type[StudyError], Say] = {
    QuestionOutOfSight: lambda e, w: w(
        _(
            "There is no question “{name}” that you can see, or there are several. Start typing and choose one from "
            "the list. If it stands in a channel that you can't see, please ask somebody who can."
        ),
        name=e.name,
    ),
    OptionMissing: lambda e, w: w(
        _("“{action}” needs the option `{option}`. Nothing was changed; please use the command again with it."),
        action=w(_NAMES[e.action]),
        option=e.option,
    ),
    OptionNotTaken: lambda e, w: w(
        _("“{action}” has no use for the option `{option}`. Nothing was changed; please leave it out."),
        action=w(_NAMES[e.action]),
        option=e.option,
    ),
    AskedByName: lambda e, w: (
        w(
            _("This question was not asked anonymously: {member} asked it. Nothing was changed."),
            member=f"<@{e.member_id}>",
        )
        if e.member_id
        else w(_("This question was not asked anonymously; who asked it is no longer known. Nothing was changed."))
    ),
    SameIndustry: lambda e, w: w(
        _("“{question}” is put to this industry already. Please choose another one."), question=_named(e.text)
    ),
    MergeCircle: lambda e, w: w(
        _("“{question}” would lead back to itself. Please choose another question as `into`."), question=_named(e.text)
    ),
    NotHidden: lambda e, w: (
        w(_("It was hidden more than a day ago, and its words are no longer kept: there is nothing left to do."))
        if e.erased
        else w(_("Somebody has brought it back already; there is nothing left to do."))
    ),
}
"""What goes wrong when moderators act on a question."""


def _named(text: str) -> str:
    return shortened(" ".join(text.split()), SHORT) or "-"


# To the moderator


def preview(value: Preview, w: Words) -> Content:
    """What hiding a question, or revealing who asked it, means, with the buttons to do it or not."""
    text = _named(value.question.text)
    if value.act == "hide":
        lines = [
            w(_("Hide “{question}”?"), question=text),
            w(_("- Its thread is deleted with everything that people wrote there. That can't be brought back.")),
            w(_("- It goes from all lists and searches; who asked it still sees it in `/me questions`, as hidden.")),
            w(_("- For 24 hours moderators can undo it: then it gets a new post. After that its words go.")),
            w(_("- Who asked it is told in private, if I can write to them, with their own words and your reason.")),
        ]
        copy = _("- A copy of its words goes to {channel}, without who asked it.")
        none = _("- No copy is kept: there is no log channel. `/settings set log:` chooses one.")
        act, keep = _("Hide it"), _("Leave it there")
    else:
        lines = [
            w(_("Do you want to learn who asked “{question}”?"), question=text),
            w(_("- You alone read it. For others the question stays anonymous.")),
            w(_("- Who asked it is told in private, if I can write to them, with your reason.")),
            w(_("- That can't be taken back.")),
        ]
        copy = _("- That you did it and why is recorded, and stands in {channel}; who asked stands in neither.")
        none = _("- That you did it and why is recorded; who asked is not.")
        act, keep = _("Show me who asked"), _("Leave it")
    lines.append(w(copy, channel=f"<#{value.log_channel}>") if value.log_channel else w(none))
    if value.reason:
        lines.append(w(_("Your reason: {reason}"), reason=value.reason))
    return Content("\n".join(lines), rows=decision(MODERATE, value.draft_id, act, w, keep=keep))


def left(act: Shown, w: Words) -> Content:
    """Nothing was done."""
    return Content(
        w(_("The question was left as it is."))
        if act == "hide"
        else w(_("Nobody was shown who asked, and nobody was told of it."))
    )


def hidden(value: Hidden, w: Words) -> Content:
    """A question was hidden."""
    lines = [w(_("“{question}” is hidden; its thread is being deleted."), question=_named(value.question.text))]
    lines.append(w(_IF_I_CAN))
    text = _("“{button}” brings it back, until {until}.")
    lines.append(w(text, button=w(_("Undo")), until=timestamp(value.until, "f")))
    if value.log_channel:
        text = _("Its copy in {channel} has the button, too.")
        lines.append(w(text, channel=f"<#{value.log_channel}>"))
    more = _("`/mod question` with `question:{number}` can still keep who asked it from asking more.")
    if value.question.anonymous:
        more = _(
            "`/mod question` with `question:{number}` can still keep who asked it from asking more, or show you for a "
            "reason who it was."
        )
    lines.append(w(more, number=value.question.id))
    return Content("\n".join(lines), rows=_undo(value.question, w))


def unhidden(value: Back, w: Words) -> Content:
    """A question was brought back."""
    lines = [w(_("The question is back. If its thread was deleted, it gets a new one in a moment."))]
    if value.without_file:
        text = _("Its file could not be kept: who asked it has to attach it again in the thread.")
        if value.own.view.question.anonymous:
            text = _("Its file could not be kept, so it comes back without.")
        lines.append(w(text))
    return card(value.own, w, "\n".join(lines))


def revealed(value: Revealed, w: Words) -> Content:
    """Who asked a question, for the moderator alone."""
    lines = [
        w(
            _("{member} asked “{question}”. Only you see this."),
            member=f"<@{value.asker_id}>",
            question=_named(value.question.text),
        ),
        w(_("They are told in private that you did this, with your reason, if I can write to them.")),
    ]
    return Content("\n".join(lines))


def closed(value: OwnQuestion, w: Words) -> Content:
    """A moderator has closed a question."""
    return card(value, w, f"{w(_CLOSED)}\n{w(_IF_I_CAN)}")


def merged(value: OwnQuestion, w: Words) -> Content:
    """A question was closed for another."""
    return card(value, w, f"{w(_MERGED)}\n{w(_IF_I_CAN)}")


def moved(value: OwnQuestion, w: Words) -> Content:
    """A question is put to another industry."""
    wanted = value.view.wanted
    assert wanted is not None
    text = w(_("The question is put to {industry} now; its post and tags follow."), industry=industries.name(wanted, w))
    return card(value, w, text)


def _undo(question: Question, w: Words) -> tuple[tuple[Button, ...], ...]:
    return ((Button(w(_("Undo")), button_id(UNHIDE, question.id)),),)


# To who asked, and to the log channel


def told(value: AskerTold, w: Words) -> Content:
    """What who asked is told, in private."""
    view = value.view
    same = ""
    if view.same is not None:
        same = f"<#{view.same.post_id}>" if view.same.post_id else _named(view.same.text)
    thread = f"<#{view.post_id}>" if view.post_id else "-"
    lines = [w(_TO_ASKER[value.act], question=_named(view.question.text), same=same or "-", thread=thread)]
    by_organizers = value.act in ("accept", "solve", "end")
    if value.reason:
        lines.append(w(_("Reason: {reason}") if by_organizers else _REASON, reason=value.reason))
    has_words = value.act == "hide" and bool(view.question.text)
    if has_words:
        lines.append(w(_("Below is what you had written.")))
    rows = (stop_row("questions", value.guild_id, w),)
    if by_organizers:
        if value.act == "accept":
            lines.append(w(_("If it does not answer what you meant, open the question again.")))
        else:
            lines.append(w(_("If you still look for an answer, open it again.")))
        rows = ((Button(w(_("Open it again")), button_id(CARE, view.question.id, REOPEN, value.guild_id)),), *rows)
    elif value.act != "back":
        lines.append(w(_ASK_THEM))
    mentions = (value.reader,) if value.reader else ()
    return Content(
        fitted(lines, pings(mentions)),
        embed=_copy(view.question) if has_words else None,
        rows=rows,
        mentions=mentions,
    )


def logged(value: LogEntry, w: Words) -> Content:
    """What stands in the log channel: who did it and why, and never who asked."""
    question = value.view.question
    head = w(
        _LOG[value.act],
        moderator=f"<@{value.actor_id}>",
        number=question.id,
        question=_named(question.text),
        until=timestamp(value.hidden_at + KEPT, "f") if value.hidden_at else "",
    )
    lines = [head]
    if value.reason:
        lines.append(w(_("Reason: {reason}"), reason=value.reason))
    if question.state is not QuestionState.HIDDEN or value.act != "hide":
        return Content("\n".join(lines), rows=_seen(question, w))
    copy = _copy(question)
    if value.view.wanted is not None:
        copy.add_field(name=w(_("Put to")), value=industries.name(value.view.wanted, w))
    if question.topic:
        copy.add_field(name=w(_("Topic")), value=question.topic)
    return Content("\n".join(lines), embed=copy, rows=_undo(question, w))


def _seen(question: Question, w: Words) -> tuple[tuple[Button, ...], ...]:
    return ((Button(w(_("Seen")), button_id("seen", question.id)),),)


def _copy(question: Question) -> discord.Embed:
    """Its words, without who asked."""
    text = f"**{question.text}**"
    return discord.Embed(description=f"{text}\n\n{question.details}" if question.details else text)
