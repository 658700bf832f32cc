"""The forms of questions. What is refused of them is kept nowhere under its author's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.client import Caller
from bot.domain.forms import Filled
from bot.domain.questions.values import NewQuestion
from bot.rendering import industries
from bot.rendering import questions as rendering
from bot.rendering.buttons import template
from cogs.forms import Form
from cogs.presses import cog_of, turn
from cogs.questions.buttons import QUESTION
from cogs.questions.commands import Questions, require_place

if TYPE_CHECKING:
    from bot.domain.industries import Industry


class QuestionForm(Form, template=template(rendering.FORM, QUESTION + f"(?P<seen>:{rendering.SEEN})?"), kept=False):
    """A question: a new one, or a draft (its number, else 0) to be changed, perhaps after what is like it was shown."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """Whoever can't ask at all is told so before they write."""
        cog, draft_id = cog_of(caller.interaction, Questions), int(self.parts["question"])
        if draft_id:
            new, industry = await cog.asking.draft(caller.guild.id, caller.actor, draft_id)
            called = _called(industry, new, caller)
            return rendering.ask_form(draft_id, new, called, caller.words, seen=bool(self.parts["seen"]))
        require_place(caller)
        await cog.asking.require_room(caller.guild.id, caller.actor)
        return rendering.ask_form(0, NewQuestion(""), "", caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Post it. Unless they chose their name, it is asked anonymously."""
        texts = (filled.box(box) for box in ("question", "details", "industry", "topic"))
        new = NewQuestion(*texts, anonymous=filled.chosen.get("name") != (rendering.NAMED,))
        cog = cog_of(caller.interaction, Questions)
        await turn(caller, await cog.ask(caller, new, int(self.parts["question"]), shown=bool(self.parts["seen"])))


def _called(industry: Industry | None, new: NewQuestion, caller: Caller) -> str:
    """The industry of a draft as its author reads it: its name, or what they typed."""
    return new.industry if industry is None else industries.name(industry, caller.words)


class ReplyForm(Form, template=template(rendering.REPLY_FORM, QUESTION), kept=False):
    """Something more of whoever asked anonymously."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """Only for them."""
        life = cog_of(caller.interaction, Questions).life
        question = await life.require_reply(caller.guild.id, caller.actor, int(self.parts["question"]))
        return rendering.reply_form(question, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Say it without their name."""
        life = cog_of(caller.interaction, Questions).life
        text, question = filled.box("text"), self.parts["question"]
        done = await life.reply(caller.guild.id, caller.actor, question, text, anonymous=True)
        await turn(caller, rendering.replied(done, caller.words))


FORMS: tuple[type[Form], ...] = (QuestionForm, ReplyForm)
