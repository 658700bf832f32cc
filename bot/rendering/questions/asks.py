"""Asks in words: what people are asked privately, what those read who asked, and what a press has come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import discord

from bot.domain.errors import StudyError
from bot.domain.questions.answering import (
    AgainTooSoon,
    NoLongerAsked,
    Passing,
    Referring,
    SomebodyOnIt,
    StillAsked,
    Taking,
    WhichMember,
)
from bot.domain.questions.asks import Begun
from bot.domain.questions.routing import Reason
from bot.domain.questions.telling import AskTold, StuckTold, TakenTold
from bot.domain.questions.values import QuestionView
from bot.domain.zones import zone_of
from bot.i18n import Words, _, _n
from bot.rendering import industries
from bot.rendering.buttons import button_id
from bot.rendering.calendar import moment, month, shortened
from bot.rendering.content import Button, Content
from bot.rendering.errors import Say
from bot.rendering.forms import Box, form
from bot.rendering.members import stop_row
from bot.rendering.names import some_people
from bot.rendering.questions.forum import embed
from bot.rendering.questions.words import SHORT
from bot.rendering.reminders import fitted, pings
from bot.rendering.sessions.public import with_industry

ASKED, AGAIN, PUT_TO, REFER = "asked", "askagain", "putto", "refer"
"""The buttons of an ask, the one that asks further people, the one that puts it elsewhere, and the form."""
TAKE, PASS, KNOW, BACK = "take", "pass", "know", "back"
"""What the buttons of an ask do."""
LONGEST_NAME = 100
"""Characters in which somebody can be named."""
_MOST_NAMED = 10
_ABOUT = 100
"""Characters of a theme or a topic in a reason."""


# To those who are asked


def asked(value: AskTold, w: Words) -> Content:
    """Somebody is asked: the question, why they are, and what they can do."""
    question = value.view.question
    if question.anonymous or not question.asker_id:
        head = w(_("Somebody has a question, and you may know the answer."))
    else:
        asker = with_industry(question.asker_id, value.view.asker_industry, w)
        head = w(_("{member} has a question, and you may know the answer."), member=asker)
    lines = [
        head,
        w(_("Why you: {reason}."), reason=_reason(value, w)),
        w(_("It stands here: {link}"), link=f"<#{value.view.post_id}>"),
        w(
            _(
                "Nobody learns that I asked you, unless you press “{button}”. If you pass or don't answer, I ask "
                "somebody else a few hours from now, so that nobody can tell which it was."
            ),
            button=_("I'll answer"),
        ),
    ]
    acts = ((TAKE, w(_("I'll answer"))), (PASS, w(_("Pass"))), (KNOW, w(_("I know who"))))
    row = tuple(_act(value.ask_id, act, value.guild_id, label) for act, label in acts)
    return _told(lines, (row, stop_row("asks", value.guild_id, w)), value, embed(value.view, w))


def reminded(value: AskTold, w: Words) -> Content:
    """They wanted to answer, and nothing was written yet."""
    lines = [
        w(_("You wanted to answer this question, and nothing stands in its thread yet.")),
        w(_("It stands here: {link}"), link=f"<#{value.view.post_id}>"),
        w(_("If it does not suit you after all, that is fine. I ask others tomorrow, and your name goes from it.")),
    ]
    row = (_act(value.ask_id, BACK, value.guild_id, w(_("I can't after all"))),)
    return _told(lines, (row, stop_row("asks", value.guild_id, w)), value, embed(value.view, w))


def _reason(value: AskTold, w: Words) -> str:
    reason: Reason = value.reason
    about = shortened(" ".join(reason.about.split()), _ABOUT)
    match reason.kind:
        case "taught":
            assert reason.at is not None
            return w(_("you taught “{theme}” in {month}"), theme=about, month=_month(reason.at, value.time_zone, w))
        case "thanked":
            text = _n("{n} person thanked you for “{topic}”", "{n} people thanked you for “{topic}”")
            return w(text, n=reason.people, topic=about)
        case "topic":
            return w(_("you named “{topic}” in your profile"), topic=about)
        case "industry":
            name = "" if value.industry is None else industries.name(value.industry, w)
            return w(_("you work in {industry}"), industry=name)
        case "named":
            return w(_("somebody who was asked thinks that you know"))


def _month(at: datetime, time_zone: str, w: Words) -> str:
    return month(at.astimezone(zone_of(time_zone)).date(), w)


def took(value: Taking, w: Words, *, guild_id: int = 0) -> Content:
    """Somebody answers."""
    lines = [
        w(_("Thank you! Your name stands on the question now, so that everybody knows somebody is on it.")),
        w(_("Please write your answer in its thread: {link}"), link=f"<#{value.view.post_id}>")
        if value.view.post_id
        else w(_("Its thread is not there just now. Once it is, `/question show` leads you to it.")),
    ]
    if value.others:
        lines.append(w(_("The others whom I asked need not answer any more.")))
    return Content("\n".join(lines), rows=((_act(value.ask_id, BACK, guild_id, w(_("I can't after all"))),),))


def passed(value: Passing, w: Words) -> Content:
    """Somebody does not answer."""
    if value.gave_back and value.view.question.answered_at is not None:
        return Content(w(_("That is fine. Your name is gone from the question.")))
    if value.gave_back:
        return Content(w(_("That is fine. Your name is gone from the question, and I ask others.")))
    text = _(
        "That is fine. Nobody learns of it, and nobody can tell it from silence: I ask somebody else when the few "
        "hours that you have for an answer are over. Should you know the answer after all, you can still press "
        "“{button}”."
    )
    return Content(w(text, button=_("I'll answer")))


def refer_form(custom_id: str, view: QuestionView, w: Words) -> discord.ui.Modal:
    """The form in which somebody names another."""
    hint = w(_("Their name on this server, or their @name. I ask them without saying who named them."))
    box = Box("member", w(_("Who may know?")), "", LONGEST_NAME, hint=hint)
    return form(custom_id, w(_("I know who")), [box])


def referred(value: Referring, w: Words, *, guild_id: int = 0) -> Content:
    """Whether somebody whom another has named is asked."""
    member = f"<@{value.member_id}>"
    if value.asked:
        return Content(w(_("Thank you! I ask {member} now, and don't say who named them."), member=member))
    text = _("I can't ask {member} just now, and I don't say why. You can name somebody else.")
    if value.view.post_id:
        text = _(
            "I can't ask {member} just now, and I don't say why. You can name somebody else, or show {member} the "
            "question yourself: {link}"
        )
    row = (_act(value.ask_id, KNOW, guild_id, w(_("Name somebody else"))),)
    return Content(w(text, member=member, link=f"<#{value.view.post_id}>"), rows=(row,))


# To who asked, and to those who look after questions


def taken(value: TakenTold, w: Words) -> Content:
    """Somebody answers the reader's question."""
    lines = [
        w(
            _("{member} wants to answer your question “{question}”."),
            member=f"<@{value.member_id}>",
            question=_named(value.view),
        ),
        w(_("It stands here: {link}"), link=f"<#{value.view.post_id}>"),
    ]
    return _told(lines, (stop_row("questions", value.guild_id, w),), value)


def stuck(value: StuckTold, w: Words) -> Content:
    """Nobody is asked any more, for who asked."""
    question = _named(value.view)
    if value.people:
        text = _n(
            "I asked {n} person privately about your question “{question}”, and nobody has taken it up yet.",
            "I asked {n} people privately about your question “{question}”, and nobody has taken it up yet.",
        )
        lines = [w(text, n=value.people, question=question)]
    else:
        lines = [w(_("I found nobody whom I can ask about your question “{question}”."), question=question)]
    if value.why == "nobody" and value.people:
        lines.append(w(_("Just now I know of nobody else who may know.")))
    if value.view.post_id:
        lines.append(w(_("Everybody can still answer it: {link}"), link=f"<#{value.view.post_id}>"))
    further = _(
        "You can have me ask further people, or ask once more with `/ask`: in other words, with a topic, or put to "
        "another industry."
    )
    if value.why == "nobody":
        further = _(
            "You can ask once more with `/ask`: in other words, with a topic, or put to another industry. Or press the "
            "button in some days: by then others may have joined."
        )
    lines.append(w(further))
    row = (again_button(value.view, w, guild_id=value.guild_id),)
    return _told(lines, (row, stop_row("questions", value.guild_id, w)), value)


def unheard(value: StuckTold, w: Words) -> Content:
    """Nobody is asked any more, for those who look after questions."""
    text = _("I found nobody to ask about this question. Perhaps you know who could answer it?")
    if value.people:
        text = _("Nobody has answered this question yet, and I have nobody left to ask. Perhaps you know who could?")
    if value.why == "rounds":
        text = _(
            "Nobody has answered this question yet, and I ask nobody else unless somebody wishes it. Perhaps you know "
            "who could?"
        )
    lines = [w(text)]
    if value.view.post_id:
        lines.append(w(_("It stands here: {link}"), link=f"<#{value.view.post_id}>"))
    if value.people:
        text = _n("I have asked {n} person privately.", "I have asked {n} people privately.")
        lines.append(w(text, n=value.people))
    rows: tuple[tuple[Button, ...], ...] = ((again_button(value.view, w, guild_id=value.guild_id),),)
    if value.reader:
        rows += (stop_row("tending", value.guild_id, w),)
    return _told(lines, rows, value, embed(value.view, w))


def begun(value: Begun, view: QuestionView, w: Words) -> tuple[list[str], tuple[tuple[Button, ...], ...]]:
    """Who is asked, for who asked; with a button that puts it to another industry, where there is nobody."""
    if value.people:
        text = _n(
            "I ask {n} person privately who may know. It can take some hours until you hear more.",
            "I ask {n} people privately who may know. It can take some hours until you hear more.",
        )
        return [w(text, n=value.people)], ()
    anybody = w(_("Everybody who reads it can answer in its thread."))
    if value.wanted is None:
        if view.asked.people:
            text = _("I know of nobody else here who may know it, so I ask nobody else.")
        elif view.question.topic:
            text = _("I know of nobody here who may know it, so I ask nobody privately.")
        else:
            text = _(
                "I know of nobody here who may know it, so I ask nobody privately. With a topic or an industry I find "
                "people more easily."
            )
        return [w(text), anybody], ()
    name = industries.name(value.wanted, w)
    if value.work:
        lines = [w(_("There is nobody in {industry} whom I may ask just now."), industry=name)]
    else:
        lines = [w(_("Nobody else here works in {industry}, so I ask nobody privately."), industry=name)]
    lines.append(anybody)
    if value.near is None:
        return lines, ()
    near = industries.name(value.near, w)
    lines.append(w(_("The nearest industry in which somebody here works is {industry}."), industry=near))
    label = shortened(w(_("Put it to {industry}"), industry=near), 80)
    return lines, ((Button(label, button_id(PUT_TO, view.question.id, value.near.key)),),)


def again_button(view: QuestionView, w: Words, *, guild_id: int = 0) -> Button:
    """Has further people asked; in a direct message it has to name the server."""
    parts = (view.question.id, guild_id) if guild_id else (view.question.id,)
    return Button(w(_("Ask further people")), button_id(AGAIN, *parts))


ERRORS: Mapping[type[StudyError], Say] = {
    NoLongerAsked: lambda e, w: w(
        _("“{question}” is not open any more, so nobody has to answer it. Thank you, there is nothing left to do."),
        question=_in_short(e.text),
    ),
    SomebodyOnIt: lambda e, w: w(
        _(
            "{member} is answering “{question}” already, so nobody else is asked. You can read it in {link}, and "
            "please write there, too, if you like."
        )
        if e.post_id
        else _("{member} is answering “{question}” already, so nobody else is asked; `/question show` shows it."),
        member=f"<@{e.member_id}>",
        question=_in_short(e.text),
        link=f"<#{e.post_id}>",
    ),
    StillAsked: lambda e, w: w(
        _n(
            "{n} person is being asked just now, with time until {until}. Please wait for that; nobody else was asked.",
            "{n} people are being asked just now, with time until {until}. Please wait for that; nobody else was "
            "asked.",
        ),
        n=e.people,
        until=moment(e.until),
    ),
    AgainTooSoon: lambda e, w: w(
        _("I asked people only a short time ago, so nobody else was asked now. Please try again from {at} on."),
        at=moment(e.at),
    ),
    WhichMember: lambda e, w: (
        w(
            _("Several people here are called like “{name}”: {people}. Please write the name in full."),
            name=_in_short(e.name),
            people=some_people([discord.utils.escape_markdown(each) for each in e.fitting], _MOST_NAMED, w),
        )
        if e.fitting
        else w(
            _("I found nobody here called “{name}”. Please write the name as it stands in the list of members."),
            name=_in_short(e.name),
        )
    ),
}
"""What goes wrong with an ask."""


def _named(view: QuestionView) -> str:
    return _in_short(view.question.text)


def _in_short(text: str) -> str:
    return shortened(" ".join(text.split()), SHORT)


def _act(ask_id: int, act: str, guild_id: int, label: str) -> Button:
    style = discord.ButtonStyle.success if act == TAKE else discord.ButtonStyle.secondary
    return Button(label, button_id(ASKED, ask_id, act, guild_id), style)


def _told(
    lines: Sequence[str],
    rows: tuple[tuple[Button, ...], ...],
    value: AskTold | TakenTold | StuckTold,
    embed: discord.Embed | None = None,
) -> Content:
    mentions = (value.reader,) if value.in_own_thread else ()
    return Content(fitted(lines, pings(mentions)), embed=embed, rows=rows, mentions=mentions)
