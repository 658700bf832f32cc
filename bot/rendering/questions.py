"""Questions to people of other industries in words: how one is asked, its post in the forum, and lists of them."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.domain.errors import StudyError
from bot.domain.forms import LONGEST_TEXT
from bot.domain.questions.forum import Forum, QuestionPost
from bot.domain.questions.life import Said
from bot.domain.questions.values import (
    LONGEST_DETAILS,
    LONGEST_QUESTION,
    LONGEST_REMARK,
    LONGEST_TOPIC,
    OTHER,
    SOLVED,
    UNSOLVED,
    Asked,
    ClosedAlready,
    ForumGone,
    NewQuestion,
    NoForum,
    NotAnonymous,
    NotPostedYet,
    OpenAlready,
    OwnQuestion,
    Question,
    QuestionPage,
    QuestionState,
    QuestionView,
    SmallCircle,
)
from bot.i18n import Words, _, _n, locale_str
from bot.rendering import industries
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened, timestamp
from bot.rendering.content import WORDS_LIMIT, Button, Content
from bot.rendering.errors import Say
from bot.rendering.forms import Box, Entry, Pick, form
from bot.rendering.sessions.public import with_industry
from bot.rendering.sessions.replies import pager

FEATURE, DRAFT, PAGES, OWN_PAGES = "question", "newquestion", "questions", "myquestions"
ASK, FORM, REPLY_FORM = "ask", "newquestionform", "replyform"
SOLVE, REOPEN, REPLY, SHOW = "solve", "reopen", "reply", "show"
"""What the buttons of a question do."""
NAMED, ANONYMOUS = "named", "anonymous"
"""What can be chosen in the form."""
ANY = "any"
"""In the place of an industry's key: all of them."""
_SHORT = 120
_THREAD_NAME = 100
"""Discord's limit."""
STATES: Mapping[QuestionState, locale_str] = {
    QuestionState.DRAFT: _("not posted yet"),
    QuestionState.OPEN: _("open"),
    QuestionState.SOLVED: _("solved"),
    QuestionState.CLOSED: _("closed without an answer"),
}
_TAGS: Mapping[str, locale_str] = {UNSOLVED: _("Unsolved"), SOLVED: _("Solved"), OTHER: _("Other")}


# Asking


def ask_button(w: Words) -> Button:
    """Opens the form for a question; it may stand anywhere, for ever."""
    return Button(w(_("Ask a question")), button_id(ASK))


def ask_form(draft_id: int, new: NewQuestion, industry: str, w: Words) -> discord.ui.Modal:
    """The form for a question, with what was written before; `industry` is its name.

    What is longer than it may be stands there all the same, to be shortened: a question that has no room even in its
    box goes on in the details.
    """
    text, rest = new.text[:LONGEST_TEXT], new.text[LONGEST_TEXT:]
    details = (f"{rest}\n{new.details}".strip() if rest else new.details)[:LONGEST_TEXT]
    industry, topic = industry[:LONGEST_TEXT], new.topic[:LONGEST_TEXT]
    boxes: list[Box | Pick] = [
        Box(
            "question",
            w(_("Your question")),
            text,
            max(LONGEST_QUESTION, len(text)),
            long=True,
            example=w(_("Who decides the price of a fish in the morning?")),
        ),
        Box(
            "industry",
            w(_("Whom you ask")),
            industry,
            max(100, len(industry)),
            required=False,
            hint=w(_("An industry; leave it empty if anybody may know.")),
        ),
        Box(
            "topic",
            w(_("Topic")),
            topic,
            max(LONGEST_TOPIC, len(topic)),
            required=False,
            hint=w(_("In a word or two, such as “cold chains”.")),
        ),
        Box(
            "details",
            w(_("Details")),
            details,
            max(LONGEST_DETAILS, len(details)),
            required=False,
            long=True,
        ),
        Pick(
            "name",
            w(_("How do you ask?")),
            (
                Entry(w(_("With my name and industry")), NAMED, chosen=not new.anonymous),
                Entry(w(_("Anonymously")), ANONYMOUS, chosen=new.anonymous),
            ),
            w(_("Anonymously")),
            hint=w(_("Of an anonymous question nobody learns who asked it.")),
        ),
    ]
    return form(button_id(FORM, draft_id), w(_("Ask people of other industries")), boxes)


def asked(value: Asked, w: Words) -> Content:
    """A question was posted."""
    question = value.view.question
    lines = [w(_("Your question is on its way to <#{channel}>."), channel=question.channel_id)]
    if question.anonymous:
        text = _(
            "Nobody learns that it is yours. To say more there, press “{button}” or use `/question reply`: what you "
            "write in the thread yourself shows your name."
        )
        lines.append(w(text, button=w(_REPLY_ANONYMOUSLY)))
    lines.append(w(_("Once it is answered, please close it with `/question close`.")))
    row = (Button(w(_("Show it")), button_id(FEATURE, question.id, SHOW)),)
    return Content("\n".join(lines), rows=(row,))


def small_circle(value: SmallCircle, w: Words) -> Content:
    """Before an anonymous question is posted where few people may have asked it."""
    text = _n(
        "Only {n} person here may have asked this, so others could guess that it was you. Post it anonymously "
        "all the same? Nobody has seen it yet.",
        "Only {n} people here may have asked this, so others could guess that it was you. Post it anonymously "
        "all the same? Nobody has seen it yet.",
    )
    post = Button(w(_("Post")), button_id(DRAFT, value.draft_id, "confirm"), discord.ButtonStyle.primary)
    change = Button(w(_("Change first")), button_id(DRAFT, value.draft_id, "change"))
    return Content(w(text, n=value.people), rows=((post, change),))


def refused(text: str, draft_id: int, w: Words) -> Content:
    """Why a question was not posted, with the button that opens it again."""
    label = _("Correct it")
    kept = w(_("What you wrote is not lost: press “{button}” to go on with it."), button=label)
    button = Button(w(label), button_id(DRAFT, draft_id, "change"), discord.ButtonStyle.primary)
    return Content(f"{text[: WORDS_LIMIT - len(kept) - 1]}\n{kept}", rows=((button,),))


# In the forum


def tags(value: Forum, w: Words) -> list[tuple[str, str]]:
    """The keys and names of the forum's tags; of two that would be called the same, the first."""
    found: dict[str, str] = {}
    for key in value.keys:
        name = w(_TAGS[key]) if key in _TAGS else industries.short(value.industries[key], w)
        if name.casefold() not in {each.casefold() for each in found.values()}:
            found[key] = name
    return list(found.items())


_REPLY_ANONYMOUSLY = _("Reply anonymously")


def post(value: QuestionPost, w: Words) -> tuple[str, Content]:
    """The name of a question's thread and its first message."""
    question = value.view.question
    if question.is_open:
        row = [Button(w(_("It is solved")), button_id(FEATURE, question.id, SOLVE), discord.ButtonStyle.success)]
    else:
        row = [Button(w(_("Open it again")), button_id(FEATURE, question.id, REOPEN))]
    if question.anonymous:
        row.append(Button(w(_REPLY_ANONYMOUSLY), button_id(FEATURE, question.id, REPLY)))
    name = shortened(" ".join(question.text.split()), _THREAD_NAME)
    return name, Content(embed=_embed(value.view, w), rows=(tuple(row),))


def remark(value: Said, w: Words) -> Content:
    """What somebody says in the thread through the bot."""
    who = _("{member}, who asked, says:") if value.by_asker else _("{member} says:")
    if not value.member_id:
        who = _("Who asked says:")
    row = (Button(w(_("Show the question")), button_id(FEATURE, value.question_id, SHOW)),)
    return Content(f"{w(who, member=f'<@{value.member_id}>')}\n>>> {value.text}", rows=(row,))


def _embed(value: QuestionView, w: Words) -> discord.Embed:
    question = value.question
    text = f"**{question.text}**"
    if question.details:
        text += f"\n\n{question.details}"
    embed = discord.Embed(description=text)
    if question.anonymous or not question.asker_id:
        asker = w(_("somebody anonymous")) if question.anonymous else w(_("somebody who is no longer here"))
    else:
        asker = with_industry(question.asker_id, value.asker_industry, w)
    embed.add_field(name=w(_("Asked by")), value=asker)
    if value.wanted is not None:
        embed.add_field(name=w(_("Put to")), value=industries.name(value.wanted, w))
    if question.topic:
        embed.add_field(name=w(_("Topic")), value=question.topic)
    state = w(STATES[question.state])
    if question.reason:
        state += f": {question.reason}"
    embed.add_field(name=w(_("State")), value=state, inline=False)
    return embed


# For one reader


def card(value: OwnQuestion, w: Words, note: str = "") -> Content:
    """A question for one member, with what they can do about it; `note` is what has just been done."""
    question = value.view.question
    lines = [note] if note else []
    if value.view.post_id:
        lines.append(w(_("Its thread: {link}"), link=f"<#{value.view.post_id}>"))
    else:
        lines.append(w(_("Its thread is not there: it follows in a moment, or it was deleted.")))
    if value.mine and question.anonymous:
        lines.append(w(_("You asked it anonymously: nobody else knows that it is yours.")))
    row: list[Button] = []
    if value.may_close:
        act, label = (SOLVE, _("It is solved")) if question.is_open else (REOPEN, _("Open it again"))
        row.append(Button(w(label), button_id(FEATURE, question.id, act)))
    if value.mine and question.anonymous:
        row.append(Button(w(_REPLY_ANONYMOUSLY), button_id(FEATURE, question.id, REPLY)))
    return Content("\n".join(lines), embed=_embed(value.view, w), rows=(tuple(row),) if row else ())


def closed(value: OwnQuestion, w: Words) -> Content:
    """A question was closed."""
    if value.view.question.state is QuestionState.SOLVED:
        return card(value, w, w(_("Closed as solved. People can go on writing in its thread.")))
    return card(value, w, w(_("Closed without an answer. People can go on writing in its thread.")))


def reopened(value: OwnQuestion, w: Words) -> Content:
    """A question was opened again."""
    return card(value, w, w(_("The question is open again.")))


def replied(value: OwnQuestion, w: Words) -> Content:
    """Something was said in the thread."""
    return card(value, w, w(_("I am saying it in the thread.")))


def reply_form(question: Question, w: Words) -> discord.ui.Modal:
    """The form in which who asked anonymously says more."""
    hint = w(_("It appears in the thread as said by who asked, without your name."))
    text = Box("text", w(_("What you want to say")), "", LONGEST_REMARK, long=True, hint=hint)
    return form(button_id(REPLY_FORM, question.id), w(_REPLY_ANONYMOUSLY), [text])


def label(question: Question, w: Words) -> str:
    """A question in a list of choices."""
    text = " ".join(question.text.split())
    return shortened(text if question.is_open else w(_("{question} (closed)"), question=shortened(text, 80)), 100)


def listed(value: QuestionPage, w: Words) -> Content:
    """A screen of questions, newest first."""
    which = "open" if value.only_open else "all"
    key = (PAGES, which, value.industry.key if value.industry else ANY)
    if not value.questions:
        return Content(w(_("There is no such question yet. `/ask` puts the first one.")), rows=((ask_button(w),),))
    return _screen(value, w(_("Questions")), key, w)


def own(value: QuestionPage, guild_id: int, w: Words) -> Content:
    """A screen of what the reader has asked."""
    if not value.questions:
        return Content(w(_("You have asked nothing yet. `/ask` puts a question to people of other industries.")))
    return _screen(value, w(_("Your questions")), (OWN_PAGES, guild_id), w)


def _screen(value: QuestionPage, title: str, key: tuple[str | int, ...], w: Words) -> Content:
    lines = [_line(each, w) for each in value.questions]
    rows = (pager(key, value.page, value.pages, w),) if value.pages > 1 else ()
    return Content(embed=discord.Embed(title=title, description="\n".join(lines)), rows=rows)


def _line(value: QuestionView, w: Words) -> str:
    question = value.question
    parts = [w(STATES[question.state]), timestamp(question.asked_at, "d")]
    if value.wanted is not None:
        parts.insert(0, industries.short(value.wanted, w))
    if value.post_id:
        parts.append(f"<#{value.post_id}>")
    return f"- **{shortened(' '.join(question.text.split()), _SHORT)}**\n  {' · '.join(parts)}"


def _named(text: str) -> str:
    return shortened(" ".join(text.split()), _SHORT)


ERRORS: dict[type[StudyError], Say] = {
    NoForum: lambda e, w: w(
        _(
            "There is no place for questions here yet. A moderator can choose one with `/settings set questions:`, or "
            "let me make it with `/setup`."
        )
    ),
    ForumGone: lambda e, w: w(
        _("The channel for questions was deleted. A moderator can choose another with `/settings set questions:`.")
    ),
    NotPostedYet: lambda e, w: w(
        _(
            "The thread of “{question}” is not there, so nothing was said. It may follow in a moment: please try again "
            "then. If it was deleted, please ask once more with `/ask`."
        ),
        question=_named(e.text),
    ),
    NotAnonymous: lambda e, w: w(
        _(
            "Only who asked a question anonymously can say more there without a name. Please write in its thread, or "
            "leave out `anonymous`."
        )
    ),
    ClosedAlready: lambda e, w: w(
        _("“{question}” is closed already. `/question reopen` opens it again."), question=_named(e.text)
    ),
    OpenAlready: lambda e, w: w(
        _("“{question}” is open already. `/question close` closes it."), question=_named(e.text)
    ),
}
"""What goes wrong with a question."""
