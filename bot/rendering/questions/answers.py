"""Accepted answers, what was added to them, and thanks by topic, in words."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.errors import StudyError
from bot.domain.questions.accepting import Accepted, Added, AddedEnough, Adding, AnsweredEnough, NothingAccepted
from bot.domain.questions.answers import LONGEST_ADDITION
from bot.domain.questions.speaking import MessageGone, MessageUnreadable, NotInThread, QuestionItself, SaidByNobody
from bot.domain.questions.thanking import (
    GivenThanks,
    NobodyToThank,
    Thanked,
    ThankedAlready,
    ThankedEnough,
    Thanking,
    ThanksToOneself,
)
from bot.domain.questions.values import LONGEST_TOPIC, AnswerView, OwnQuestion
from bot.i18n import Words, _, _n
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened
from bot.rendering.content import Button, Content
from bot.rendering.errors import Say
from bot.rendering.forms import Box, Entry, Pick, form
from bot.rendering.links import message_link
from bot.rendering.members import stop_row
from bot.rendering.names import mentions, some_people
from bot.rendering.questions.words import SHORT
from bot.rendering.reminders import fitted, pings
from bot.rendering.sessions.public import with_industry

THANK, THANK_FORM, UNTHANK = "thank", "thankform", "unthank"
UNACCEPT = "unaccept"
ADD, ADD_FORM, UNADD = "addto", "addform", "unadd"
"""What the buttons and forms of answers do: say thanks, take thanks or an acceptance back, add something, remove it."""
ACCEPT_ANSWER, SAY_THANKS = _("Accept answer"), _("Thank")
"""The entries in a message's menu."""
_EXCERPT = 200
"""Characters of an answer that stand on top of its question."""
_FIELD = 1024
"""Discord's limit of what stands in a part of an embed."""
_NAMES = 10


# On top of the question


def answer_field(value: AnswerView, w: Words, thread_id: int) -> str:
    """An accepted answer on top of its question: who gave it, the way to it, how it begins, and what was added.

    Where the question has another thread by now, there is no way to it.
    """
    answer = value.answer
    link = message_link(value.guild_id, answer.channel_id, answer.message_id)
    head = _giver(value, w)
    if answer.channel_id == thread_id:
        head = w(_("{who}: [read it]({link})"), who=head, link=link)
    added = [
        w(_("➕ {text} ({who})"), text=each.text, who=_adder(each.member_id, each.by_asker, w))
        for each in value.additions
    ]
    room = _FIELD - len("\n".join([head, *added])) - len("\n> ")
    text = " ".join(answer.text.split())
    said = discord.utils.escape_markdown(shortened(text, _EXCERPT))
    lines = [head, *([f"> {shortened(said, room)}"] if said and room > 0 else []), *added]
    return "\n".join(lines)[:_FIELD]


def add_button(question_id: int, w: Words) -> Button:
    """Opens the form for a correction or a source."""
    return Button(w(_("Add a correction or source")), button_id(ADD, question_id))


def _giver(value: AnswerView, w: Words) -> str:
    answer = value.answer
    if answer.author_id:
        return with_industry(answer.author_id, value.industry, w)
    return _adder(0, answer.by_asker, w)


def _adder(member_id: int, by_asker: bool, w: Words) -> str:
    if member_id:
        return f"<@{member_id}>"
    return w(_("whoever asked")) if by_asker else w(_("somebody who is no longer here"))


# Accepting


def accepted(value: Accepted, w: Words) -> Content:
    """An answer is accepted."""
    answer, question = value.answer, value.own.view.question
    who = f"<@{answer.author_id}>"
    text = _("This is an accepted answer of “{question}” already.")
    if value.new:
        text = _("Accepted: “{question}” is solved, and its post begins with this answer.")
    lines = [w(text, question=_short(question.text))]
    if value.new and value.mine:
        lines.append(w(_("It is your own, so nobody is thanked for it.")))
    elif value.new and value.thanks is not None:
        text = _("You thank {who} for **{topic}**.")
        if value.thanks.by_asker:
            text = _("You thank {who} for **{topic}**, without your name.")
        lines.append(w(text, who=who, topic=value.thanks.topic))
    elif value.new and answer.author_id:
        lines.append(w(_("Say with “{button}” for what you thank {who}."), who=who, button=w(SAY_THANKS)))
    if value.new and answer.author_id and not value.mine:
        lines.append(_news(who, value.told, w))
    if value.new and not answer.text:
        text = _(
            "I can't read what it says, so it won't be found by its words. If you open the menu of the message itself "
            "and choose “{menu}”, I can: take it back here first."
        )
        lines.append(w(text, menu=w(ACCEPT_ANSWER)))
    row: list[Button] = []
    if answer.author_id and not value.mine:
        row.append(_thank_button(answer.channel_id, answer.message_id, w))
    row += [add_button(question.id, w), Button(w(_("Take it back")), button_id(UNACCEPT, answer.id))]
    return Content("\n".join(lines), rows=(tuple(row),))


def _short(text: str) -> str:
    return shortened(" ".join(text.split()), SHORT)


def _news(who: str, told: bool, w: Words) -> str:
    if told:
        return w(_("I tell {who} soon, in private."), who=who)
    return w(_("I can't tell {who}, or they want no such messages: please say it in the thread, too."), who=who)


def unaccepted(value: OwnQuestion, w: Words) -> Content:
    """An answer is accepted no more."""
    text = _("Taken back: it is no accepted answer of “{question}” any more, and its thanks are gone.")
    lines = [w(text, question=_short(value.view.question.text))]
    if value.view.question.is_open:
        lines.append(w(_("The question is open again.")))
    return Content("\n".join(lines))


# Corrections and sources


def add_form(value: Adding, w: Words) -> discord.ui.Modal:
    """The form for a correction or a source; of several answers one is chosen."""
    text = _("One line, with a link if you like. It stands below the answer, with your name.")
    if value.hidden:
        text = _("One line, with a link if you like. It stands below the answer, without your name.")
    boxes: list[Box | Pick] = [Box("addition", w(_("Correction or source")), "", LONGEST_ADDITION, hint=w(text))]
    if len(value.answers) > 1:
        entries = [
            Entry(w(_("{n}. {text}"), n=n, text=_short(each.text or "…")), str(each.id))
            for n, each in enumerate(value.answers, 1)
        ]
        boxes.append(Pick("answer", w(_("To which answer?")), entries, w(_("The last one"))))
    return form(button_id(ADD_FORM, value.question.id), w(_("Add a correction or source")), boxes)


def added(value: Added, w: Words) -> Content:
    """Something was added."""
    button = Button(w(_("Remove it")), button_id(UNADD, value.addition.id))
    text = _("It stands below the answer of “{question}” now.")
    return Content(w(text, question=_short(value.own.view.question.text)), rows=((button,),))


def removed(value: OwnQuestion, w: Words) -> Content:
    """What was added is gone."""
    return Content(w(_("Removed from the answer of “{question}”."), question=_short(value.view.question.text)))


# Thanks


def _thank_button(channel_id: int, message_id: int, w: Words) -> Button:
    return Button(w(SAY_THANKS), button_id(THANK, channel_id, message_id))


def thank_form(value: Thanking, channel_id: int, w: Words) -> discord.ui.Modal:
    """The form in which somebody says for what they thank."""
    hint = w(_("In a word or two, such as “cold chains”."))
    topic = Box("topic", w(_("For which topic?")), value.topic[:LONGEST_TOPIC], LONGEST_TOPIC, hint=hint)
    return form(button_id(THANK_FORM, channel_id, value.message_id), w(_("Say thanks")), [topic])


def thanked(value: Thanked, w: Words) -> Content:
    """Thanks were given."""
    gratitude = value.gratitude
    who = f"<@{gratitude.to_id}>"
    text = _("You thank {who} for **{topic}**.")
    if gratitude.by_asker:
        text = _("You thank {who} for **{topic}**, without your name.")
    lines = [w(text, who=who, topic=gratitude.topic), _news(who, value.told, w)]
    button = Button(w(_("Take it back")), button_id(UNTHANK, gratitude.id))
    return Content("\n".join(lines), rows=((button,),))


def unthanked(value: Thanked, w: Words) -> Content:
    """Thanks were taken back."""
    gratitude = value.gratitude
    text = _("Taken back: your thanks to {who} for **{topic}** do not count any more.")
    return Content(w(text, who=f"<@{gratitude.to_id}>", topic=gratitude.topic))


def told(value: GivenThanks, w: Words) -> Content:
    """To whom was thanked, in private: for what and by whom."""
    question = _short(value.question.text)
    lines: list[str] = []
    if value.accepted:
        text = _n(
            "Your answer to “{question}” was accepted. Thank you!",
            "{n} of your answers to “{question}” were accepted. Thank you!",
        )
        lines.append(w(text, n=value.accepted, question=question))
    if value.thanks:
        lines.append(w(_("For “{question}” people thank you:"), question=question))
    lines += [f"- **{topic}**: {_thankers(ids, unnamed, w)}" for topic, ids, unnamed in value.thanks]
    if value.thread_id:
        lines.append(w(_("Its thread: {link}"), link=f"<#{value.thread_id}>"))
    if value.thanks:
        lines.append(
            w(_("Your profile says what people thanked you for. `/me privacy` decides whether others see that."))
        )
    named = (value.reader,) if value.reader else ()
    return Content(fitted(lines, pings(named)), rows=(stop_row("thanks", value.guild_id, w),), mentions=named)


def _thankers(member_ids: Sequence[int], unnamed: bool, w: Words) -> str:
    names = mentions(member_ids)
    return some_people([*([w(_("whoever asked"))] if unnamed else []), *names], _NAMES, w)


ERRORS: dict[type[StudyError], Say] = {
    NotInThread: lambda e, w: w(
        _(
            "This message stands in no question's thread. Please choose one that answers a question of the forum; "
            "`/question list` shows them."
        )
    ),
    QuestionItself: lambda e, w: w(
        _("This is the question itself. Please choose the message in its thread that answers it.")
    ),
    SaidByNobody: lambda e, w: w(_("This message is a bot's. Please choose one that a person has written.")),
    MessageGone: lambda e, w: w(
        _(
            "I don't find this message in the question's thread: it was deleted, or the link leads elsewhere. Please "
            "copy the link of another one."
        )
    ),
    MessageUnreadable: lambda e, w: w(
        _(
            "I may not look at the thread's messages. Please ask a moderator to allow me Read Message History there, "
            "and try again."
        )
    ),
    AnsweredEnough: lambda e, w: w(
        _n(
            "{n} answer is accepted already, and no more have room on top. Please take one back first, with "
            "“{menu}” in its menu.",
            "{n} answers are accepted already, and no more have room on top. Please take one back first, with "
            "“{menu}” in its menu.",
        ),
        n=e.most,
        menu=w(ACCEPT_ANSWER),
    ),
    AddedEnough: lambda e, w: w(
        _n(
            "{n} line was added to this answer already, and no more have room. Please say it in the thread.",
            "{n} lines were added to this answer already, and no more have room. Please say it in the thread.",
        ),
        n=e.most,
    ),
    NothingAccepted: lambda e, w: w(
        _(
            "No answer of “{question}” was accepted yet, so there is nothing to add to. Please say it in its thread, "
            "or accept an answer first: `/question accept`."
        ),
        question=_short(e.text),
    ),
    ThanksToOneself: lambda e, w: w(_("You wrote this yourself. Please choose the message of somebody you thank.")),
    NobodyToThank: lambda e, w: w(
        _("Whoever asked wrote this without their name, so thanks can't be kept for them. Please say it in the thread.")
    ),
    ThankedAlready: lambda e, w: w(
        _("You have thanked {who} for **{topic}** here already. Please choose another topic."),
        who=f"<@{e.member_id}>",
        topic=shortened(e.topic, LONGEST_TOPIC),
    ),
    ThankedEnough: lambda e, w: w(
        _n(
            "You have thanked {who} for {n} topic here already, and no more count. Please say the rest in the thread.",
            "You have thanked {who} for {n} topics here already, and no more count. Please say the rest in the thread.",
        ),
        n=e.most,
        who=f"<@{e.member_id}>",
    ),
}
"""What goes wrong with answers and thanks."""
