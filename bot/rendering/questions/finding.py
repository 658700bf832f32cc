"""What was found among questions, in words: for one reader, with the match in bold and the way to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import discord

from bot.domain.questions.finding import AlikeFound, FoundPage, Hit, Search
from bot.domain.questions.values import QuestionState
from bot.domain.search import MOST_RANKED, Excerpt, PieceKind
from bot.i18n import Words, _, _n, locale_str
from bot.rendering import industries
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened, timestamp
from bot.rendering.content import Button, Content
from bot.rendering.links import message_link
from bot.rendering.questions.asking import ask_button, bare_button, tells
from bot.rendering.questions.words import CONFIRM, DRAFT, DROP, FOUND_PAGES, REWORD, STATES
from bot.rendering.sessions.replies import pager

_LONGEST_PART = 220
"""Characters of an excerpt with all marks: what is on one screen fits into an embed, whatever stands in it."""
_LONGEST_SHOWN = 60
"""Characters of what was looked for that are said back."""
_MARKS = re.compile(r"([\\*_~`|>#\[\]()<@:-])")
"""What Discord would read as more than what people wrote."""
_KINDS: Mapping[PieceKind, locale_str] = {
    "topic": _("Topic: {text}"),
    "details": _("Details: {text}"),
    "answer": _("Answer: {text}"),
    "thanked": _("Somebody was thanked for: {text}"),
    "remark": _("In the thread: {text}"),
}
_ANSWER = _("Answer: {text}")
POST, ANSWERED, CHANGE = _("Post my question"), _("That answers it"), _("Change first")


def found(value: FoundPage, guild_id: int, w: Words) -> Content:
    """A screen of what was found."""
    if not value.hits:
        return Content(_nothing(value, w), rows=((ask_button(w),),))
    lines = [_looked_for(value, w)]
    if value.closest:
        lines.append(w(_("No question contains all of that. These come closest:")))
    lines += [_entry(hit, guild_id, w) for hit in value.hits]
    number = _n("{n} question found", "{n} questions found")
    title = w(_("The newest {n} questions"), n=value.total) if value.total >= MOST_RANKED else w(number, n=value.total)
    embed = discord.Embed(title=title, description="\n".join(filter(None, lines)))
    rows = (pager((FOUND_PAGES, value.kept_id), value.page, value.pages, w),) if value.pages > 1 else ()
    return Content(embed=embed, rows=rows)


def alike(value: AlikeFound, guild_id: int, w: Words) -> Content:
    """Before a question is posted: it may have been answered."""
    lines = [w(_("Does one of these answer it? Your question is kept, and nobody has seen it yet."))]
    if value.people:
        circle = _n(
            "Only {n} person here may have asked it, so others could guess that it was you.",
            "Only {n} people here may have asked it, so others could guess that it was you.",
        )
        lines.append(w(circle, n=value.people))
    if value.file:
        lines.append(tells(w))
    acts = ((POST, CONFIRM), (ANSWERED, DROP), (CHANGE, REWORD))
    styles = (discord.ButtonStyle.primary, discord.ButtonStyle.success, discord.ButtonStyle.secondary)
    row = [
        Button(w(label), button_id(DRAFT, value.draft_id, act), style)
        for (label, act), style in zip(acts, styles, strict=True)
    ]
    if value.file:
        row.insert(1, bare_button(value.draft_id, w))
    return Content("\n".join(lines), embed=_answered(value.hits, guild_id, w), rows=(tuple(row),))


def dropped(hits: Sequence[Hit], guild_id: int, w: Words) -> Content:
    """It was answered already; the way there stays."""
    text = w(_("Good. Your question was not posted, and nothing of it is kept."))
    return Content(text, embed=_answered(hits, guild_id, w) if hits else None)


def bold(excerpt: Excerpt) -> str:
    """An excerpt with the match in bold, and no other marks; never longer than one may be."""
    before, match, after = excerpt.before, excerpt.match, excerpt.after
    whole = _marked(before, match, after)
    if len(whole) <= _LONGEST_PART:
        return whole
    # Each character takes two at the most.
    if not match.strip():
        return plain(shortened(f"{before}{after}", 105))
    return _marked(before[-12:], shortened(match, 55), shortened(after, 38))


def plain(text: str) -> str:
    """What people wrote, in one line, so that nothing in it is read as a mark."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _marked(before: str, match: str, after: str) -> str:
    middle = f"**{plain(match)}**" if match.strip() else ""
    # What is cut may begin or end with a blank, which one line keeps.
    left, right = (" " if before[-1:].isspace() else ""), (" " if after[:1].isspace() else "")
    return f"{plain(before)}{left}{middle}{right}{plain(after)}"


def _answered(hits: Sequence[Hit], guild_id: int, w: Words) -> discord.Embed:
    lines = [_entry(hit, guild_id, w) for hit in hits]
    return discord.Embed(title=w(_("Already answered")), description="\n".join(lines))


def _entry(hit: Hit, guild_id: int, w: Words) -> str:
    question = hit.view.question
    if hit.kind == "question":
        lines = [f"- {bold(hit.excerpt)}"]
        if hit.answer is not None and hit.answer.text:
            lines.append(w(_ANSWER, text=plain(shortened(hit.answer.text, 100))))
    else:
        lines = [f"- {plain(shortened(question.text, 100))}", w(_KINDS[hit.kind], text=bold(hit.excerpt))]
    parts = [w(STATES[question.state]), timestamp(question.asked_at, "d")]
    if hit.view.wanted is not None:
        parts.append(industries.short(hit.view.wanted, w))
    parts += _ways(hit, guild_id, w)
    return "\n  ".join((*lines, " · ".join(parts)))


def _ways(hit: Hit, guild_id: int, w: Words) -> list[str]:
    """The links to where it stands, or that it stands nowhere any more."""
    if hit.gone:
        return [w(_("its forum was deleted"))]
    post_id = hit.view.post_id
    found: list[tuple[locale_str, int, int]] = [(_("Thread"), post_id, post_id)] if post_id else []
    if hit.thanked is not None and hit.thanked.channel_id == post_id:
        found.append((_("Message"), post_id, hit.thanked.message_id))
    elif hit.answer is not None:
        found.append((_("Answer"), hit.answer.channel_id, hit.answer.message_id))
    return [f"[{w(label)}]({message_link(guild_id, place, message)})" for label, place, message in found]


def _looked_for(value: FoundPage, w: Words) -> str:
    """What was looked for, said back."""
    search = value.search
    parts = [w(_("“{text}”"), text=plain(shortened(search.words, _LONGEST_SHOWN)))] if search.words else []
    if value.industry is not None:
        parts.append(industries.short(value.industry, w))
    if search.topic:
        parts.append(w(_("Topic: {text}"), text=plain(shortened(search.topic, _LONGEST_SHOWN // 2))))
    if search.only_open:
        parts.append(w(STATES[QuestionState.OPEN]))
    return " · ".join(parts)


def _nothing(value: FoundPage, w: Words) -> str:
    if value.search == Search():
        return w(_("There is no such question yet. `/ask` asks the first one."))
    lines = [w(_("Nothing was found: {what}"), what=_looked_for(value, w))]
    if value.search.words:
        lines.append(w(_("Try fewer or other words: I look for questions and answers that contain all of them.")))
    if value.search.industry or value.search.topic or value.search.only_open:
        lines.append(w(_("Or leave out `industry`, `topic` or `open`.")))
    lines.append(w(_("If nobody has asked it yet, you can.")))
    return "\n".join(lines)
