"""What everybody reads in the forum: its tags, a question's post, and what is said in its thread through the bot."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.domain.questions.forum import Forum, QuestionPost
from bot.domain.questions.life import Said
from bot.domain.questions.values import (
    NO_ACTIVITY,
    OTHER,
    SOLVED,
    UNSOLVED,
    QuestionView,
)
from bot.i18n import Words, _, _n, locale_str
from bot.rendering import industries
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened
from bot.rendering.content import Button, Content
from bot.rendering.links import message_link
from bot.rendering.names import some_of
from bot.rendering.questions.answers import add_button, answer_field
from bot.rendering.questions.words import (
    FEATURE,
    REOPEN,
    REPLY,
    REPLY_ANONYMOUSLY,
    SHORT,
    SHOW,
    SOLVE,
    STATES,
)
from bot.rendering.sessions.public import with_industry

_THREAD_NAME = 100
"""Discord's limit."""
_MOST_INDUSTRIES = 12
_TAGS: Mapping[str, locale_str] = {UNSOLVED: _("Unsolved"), SOLVED: _("Solved"), OTHER: _("Other")}


def tags(value: Forum, w: Words) -> list[tuple[str, str]]:
    """The keys and names of the forum's tags; of two that would be called the same, the first."""
    found: dict[str, str] = {}
    for key in value.keys:
        name = w(_TAGS[key]) if key in _TAGS else industries.short(value.industries[key], w)
        if name.casefold() not in {each.casefold() for each in found.values()}:
            found[key] = name
    return list(found.items())


def state_tags(w: Words) -> list[str]:
    """What the tags are called that every forum is to have."""
    return [w(name) for name in _TAGS.values()]


def post(value: QuestionPost, w: Words) -> tuple[str, Content]:
    """The name of a question's thread and its first message."""
    question = value.view.question
    if question.is_open:
        row = [Button(w(_("It is solved")), button_id(FEATURE, question.id, SOLVE), discord.ButtonStyle.success)]
    else:
        row = [Button(w(_("Open it again")), button_id(FEATURE, question.id, REOPEN))]
    if question.anonymous:
        row.append(Button(w(REPLY_ANONYMOUSLY), button_id(FEATURE, question.id, REPLY)))
    if value.view.answers:
        row.append(add_button(question.id, w))
    name = shortened(" ".join(question.text.split()), _THREAD_NAME)
    return name, Content(embed=embed(value.view, w), rows=(tuple(row),))


def remark(value: Said, w: Words) -> Content:
    """What somebody says in the thread through the bot."""
    who = _("{member}, who asked, says:") if value.by_asker else _("{member} says:")
    if not value.member_id:
        who = _("Who asked says:") if value.by_asker else _("Somebody who is no longer here says:")
    row = (Button(w(_("Show the question")), button_id(FEATURE, value.question_id, SHOW)),)
    return Content(f"{w(who, member=f'<@{value.member_id}>')}\n>>> {value.text}", rows=(row,))


def embed(value: QuestionView, w: Words) -> discord.Embed:
    """A question as everybody may read it."""
    question = value.question
    text = f"**{question.text}**"
    if question.details:
        text += f"\n\n{question.details}"
    embed = discord.Embed(description=text)
    for answer in value.answers:
        embed.add_field(name=w(_("Answer")), value=answer_field(answer, w, value.post_id), inline=False)
    if question.anonymous or not question.asker_id:
        asker = w(_("somebody anonymous")) if question.anonymous else w(_("somebody who is no longer here"))
    else:
        asker = with_industry(question.asker_id, value.asker_industry, w)
    embed.add_field(name=w(_("Asked by")), value=asker)
    if value.wanted is not None:
        embed.add_field(name=w(_("Put to")), value=industries.name(value.wanted, w))
    if question.topic:
        embed.add_field(name=w(_("Topic")), value=question.topic)
    if question.source_message and value.guild_id:
        link = message_link(value.guild_id, question.source_channel, question.source_message)
        embed.add_field(name=w(_("First said here")), value=link)
    if value.asked.people:
        embed.add_field(name=w(_("Asked privately")), value=_asked(value, w))
    if value.asked.on_it and question.is_open:
        embed.add_field(name=w(_("Will answer")), value=f"<@{value.asked.on_it}>")
    state = w(STATES[question.state])
    if question.reason:
        reason = w(_("nobody wrote any more")) if question.reason == NO_ACTIVITY else question.reason
        state = w(_("{state}: {reason}"), state=state, reason=reason)
    embed.add_field(name=w(_("State")), value=state, inline=False)
    if value.same is not None and (value.same.post_id or value.same.text):
        same = f"<#{value.same.post_id}>" if value.same.post_id else shortened(value.same.text, SHORT)
        embed.add_field(name=w(_("The same question")), value=same, inline=False)
    return embed


def _asked(value: QuestionView, w: Words) -> str:
    """How many people were asked, and in which industries they work; never who."""
    people = w(_n("{n} person", "{n} people"), n=value.asked.people)
    if not value.asked.industries:
        return people
    names = some_of([industries.short(each, w) for each in value.asked.industries], _MOST_INDUSTRIES, w)
    return w(_("{people} ({industries})"), people=people, industries=names)
