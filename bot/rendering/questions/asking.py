"""How a question is asked, in words: the form, what is posted, and what is not yet."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.forms import LONGEST_TEXT
from bot.domain.questions.values import (
    LONGEST_DETAILS,
    LONGEST_QUESTION,
    LONGEST_TOPIC,
    Asked,
    MayBeGuessed,
    NewQuestion,
)
from bot.i18n import Words, _, _n
from bot.rendering.buttons import button_id
from bot.rendering.content import WORDS_LIMIT, Button, Content
from bot.rendering.forms import Box, Entry, Pick, form
from bot.rendering.questions.asks import begun
from bot.rendering.questions.words import (
    ANONYMOUS,
    ASK,
    BARE,
    CHANGE,
    CONFIRM,
    DRAFT,
    FEATURE,
    FORM,
    NAMED,
    REPLY_ANONYMOUSLY,
    SEEN,
    SHOW,
)
from bot.rendering.settings import permissions

_HIDES = _("Nobody sees who asked. A moderator can find out only for a reason, and then you are told.")
_SAID_ALREADY = _("Your message stands under your name already: who reads both knows that you ask.")


def ask_button(w: Words) -> Button:
    """Opens the form for a question; it may stand anywhere, for ever."""
    return Button(w(_("Ask a question")), button_id(ASK))


def ask_form(draft_id: int, new: NewQuestion, industry: str, w: Words, *, seen: bool = False) -> discord.ui.Modal:
    """The form for a question, with what was written before; `industry` is its name. `seen`: after what is like it.

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
            hint=w(_SAID_ALREADY if new.said else _HIDES),
        ),
    ]
    parts = (draft_id, SEEN) if seen else (draft_id,)
    return form(button_id(FORM, *parts), w(_("Ask people of other industries")), boxes)


def on_its_way(channel_id: int, missing: Sequence[str], w: Words) -> str:
    """Where a question is posted; or what the bot lacks for that."""
    if not missing:
        return w(_("Your question is on its way to <#{channel}>."), channel=channel_id)
    text = _(
        "**I can't post your question yet**: I need {permissions} in <#{channel}>. Please tell a moderator. It is "
        "kept, and follows by itself once I may."
    )
    return w(text, permissions=permissions(missing, w), channel=channel_id)


def asked(value: Asked, w: Words, missing: Sequence[str] = ()) -> Content:
    """A question was posted, or waits for the permissions that are `missing`."""
    question = value.view.question
    lines = [on_its_way(question.channel_id, missing, w)]
    if question.anonymous:
        text = _(
            "Nobody sees that it is yours; a moderator can find out only for a reason, and then you are told. To say "
            "more there, press “{button}” or use `/question reply`: what you write in the thread yourself shows your "
            "name."
        )
        lines.append(w(text, button=w(REPLY_ANONYMOUSLY)))
    rows: tuple[tuple[Button, ...], ...] = ((Button(w(_("Show it")), button_id(FEATURE, question.id, SHOW)),),)
    if value.begun is not None:
        more, buttons = begun(value.begun, value.view, w)
        lines, rows = [*lines, *more], (*buttons, *rows)
    text = _(
        "When somebody has answered, accept it: hold or right-click their message, then Apps, “{menu}”. "
        "`/question accept` does the same."
    )
    lines.append(w(text, menu=w(_("Accept answer"))))
    return Content("\n".join(lines), rows=rows)


def may_be_guessed(value: MayBeGuessed, w: Words) -> Content:
    """Before an anonymous question is posted whose author others may guess."""
    row = [
        Button(w(_("Post")), button_id(DRAFT, value.draft_id, CONFIRM), discord.ButtonStyle.primary),
        Button(w(_("Change first")), button_id(DRAFT, value.draft_id, CHANGE)),
    ]
    text = _n(
        "Only {n} person here may have asked this, so others could guess that it was you. Post it anonymously "
        "all the same? Nobody has seen it yet.",
        "Only {n} people here may have asked this, so others could guess that it was you. Post it anonymously "
        "all the same? Nobody has seen it yet.",
    )
    lines = [w(text, n=value.people)] if value.people else []
    if value.file:
        lines.append(tells(w))
        row.insert(1, bare_button(value.draft_id, w))
        if not value.people:
            lines.append(w(_("Post it with the file? Nobody has seen it yet.")))
    return Content("\n".join(lines), rows=(tuple(row),))


def tells(w: Words) -> str:
    """What a file may tell of whoever asks without their name."""
    text = _(
        "Your file may tell who you are: by what can be seen in it, or by what programs write into it, such as an "
        "author's name or the place where a photo was taken. I show it without its name and change nothing else in it."
    )
    return w(text)


def bare_button(draft_id: int, w: Words) -> Button:
    """Posts a question without its file."""
    return Button(w(_("Post without the file")), button_id(DRAFT, draft_id, BARE))


def refused(text: str, draft_id: int, w: Words) -> Content:
    """Why a question was not posted, with the button that opens it again."""
    label = _("Correct it")
    kept = w(_("What you wrote is not lost: press “{button}” to go on with it."), button=label)
    button = Button(w(label), button_id(DRAFT, draft_id, "change"), discord.ButtonStyle.primary)
    return Content(f"{text[: WORDS_LIMIT - len(kept) - 1]}\n{kept}", rows=((button,),))
