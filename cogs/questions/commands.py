"""/ask and /question: the commands, and what they and the buttons and forms do.

What somebody wrote anonymously is kept nowhere under their name: a refused question is a draft among the questions, and
what else is refused is given back to be copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot, why_not
from bot.domain.choices import choice_of
from bot.domain.errors import StudyError
from bot.domain.forms import Filled, can_be_corrected
from bot.domain.questions.circle import TagNeeded
from bot.domain.questions.finding import LONGEST_WORDS, AlikeFound, Search
from bot.domain.questions.values import Asked, ForumGone, MayBeGuessed, NewQuestion
from bot.i18n import _
from bot.rendering import forms as form_rendering
from bot.rendering import industries
from bot.rendering import questions as rendering
from bot.rendering.content import Content
from cogs.permissions import missing_to_ask
from cogs.presses import cog_of
from cogs.questions.answers import Answers
from cogs.questions.asks import Asks
from cogs.questions.files import taken
from cogs.questions.finding import Finding
from cogs.questions.refreshing import Refreshing
from cogs.who import Who

if TYPE_CHECKING:
    from bot.domain.profiles import ProfileService
    from bot.domain.questions.asking import AskingService
    from bot.domain.questions.files import QuestionFile
    from bot.domain.questions.life import QuestionLifeService
    from bot.domain.questions.reading import QuestionViewService

_QUESTION = r"(?P<question>\d{1,18})"
_Name = app_commands.Range[str, 1, 100]
_Link = app_commands.Range[str, 1, 150]


class Questions(commands.Cog):
    """Takes questions to people of other industries, and shows what became of them."""

    def __init__(
        self,
        bot: StudyBot,
        asking: AskingService,
        views: QuestionViewService,
        life: QuestionLifeService,
        profiles: ProfileService,
    ) -> None:
        self.bot = bot
        self.asking = asking
        self.views = views
        self.life = life
        self.profiles = profiles

    group = app_commands.Group(
        name="question", description=_("Questions to people of other industries"), guild_only=True
    )

    @app_commands.command(name="ask", description=_("Ask people of other industries something"))
    @app_commands.guild_only()
    @app_commands.describe(
        question=_("Your question, in a sentence or two"),
        industry=_("Whom you ask; anybody if left out"),
        topic=_("What it is about, such as “cold chains”"),
        details=_("What one should know to answer it"),
        anonymous=_("Whether nobody is to learn who asks"),
        file=_("A picture or document that shows what you mean"),
    )
    async def ask_(
        self,
        interaction: AnyInteraction,
        question: str,
        industry: _Name | None = None,
        topic: _Name | None = None,
        details: str | None = None,
        anonymous: bool = False,
        file: discord.Attachment | None = None,
    ) -> None:
        """At once; or warn first that its author may be guessed, or say why not and keep what was written."""
        caller = await self.bot.begin(interaction)
        new = NewQuestion(question, details or "", industry or "", topic or "", anonymous)
        await caller.reply(await self.ask(caller, new, attachment=file))

    @group.command(name="list", description=_("See the questions that were asked here, the newest first"))
    @app_commands.rename(only_open="open")
    @app_commands.describe(industry=_("Only those put to this industry"), only_open=_("Whether only open ones"))
    async def list_(self, interaction: AnyInteraction, industry: _Name | None = None, only_open: bool = False) -> None:
        """The first screen of them."""
        caller = await self.bot.begin(interaction)
        key = await self.asking.industry_key(caller.guild.id, industry or "")
        await caller.reply(await self.page(caller, 0, industry=key, only_open=only_open))

    @group.command(name="search", description=_("Search questions and their answers"))
    @app_commands.rename(only_open="open")
    @app_commands.describe(
        words=_("Words in the question or its answers; the newest if left out"),
        industry=_("Only those put to this industry"),
        topic=_("Only those on this topic"),
        only_open=_("Whether only open ones"),
    )
    async def search_(
        self,
        interaction: AnyInteraction,
        words: app_commands.Range[str, 1, LONGEST_WORDS] | None = None,
        industry: _Name | None = None,
        topic: _Name | None = None,
        only_open: bool = False,
    ) -> None:
        """The best of the newest, privately."""
        caller = await self.bot.begin(interaction)
        wanted = Search(words or "", industry or "", topic or "", only_open)
        await caller.reply(await cog_of(interaction, Finding).search(caller, wanted))

    @group.command(name="show", description=_("See a question and how it stands"))
    @app_commands.describe(question=_("The question"))
    async def show_(self, interaction: AnyInteraction, question: _Name) -> None:
        """Privately."""
        caller = await self.bot.begin(interaction)
        await caller.reply(await self.show(caller, question))

    @group.command(name="close", description=_("Close a question (who asked it, organizers and moderators)"))
    @app_commands.describe(
        question=_("The question"), solved=_("Whether it was answered; yes if left out"), reason=_("Why it is closed")
    )
    async def close_(
        self, interaction: AnyInteraction, question: _Name, solved: bool = True, reason: str | None = None
    ) -> None:
        """People can go on writing in its thread."""
        caller = await self.bot.begin(interaction)
        done = await self.life.close(caller.guild.id, caller.actor, question, solved=solved, reason=reason or "")
        await caller.reply(rendering.closed(done, caller.words))

    @group.command(
        name="reopen", description=_("Open a closed question again (who asked it, organizers and moderators)")
    )
    @app_commands.describe(question=_("The question"))
    async def reopen_(self, interaction: AnyInteraction, question: _Name) -> None:
        """Answers are looked for again."""
        caller = await self.bot.begin(interaction)
        await caller.reply(await self.reopen(caller, question))

    @group.command(
        name="again", description=_("Ask further people a question (who asked it, organizers and moderators)")
    )
    @app_commands.describe(question=_("The question"))
    async def again_(self, interaction: AnyInteraction, question: _Name) -> None:
        """People who were not asked before."""
        caller = await self.bot.begin(interaction)
        await caller.reply(await cog_of(interaction, Asks).again(caller, question))

    @group.command(name="reply", description=_("Say something in a question's thread through me"))
    @app_commands.describe(
        question=_("The question"),
        text=_("What you want to say"),
        anonymous=_("Whether without your name; as you asked it if left out"),
    )
    async def reply_(
        self, interaction: AnyInteraction, question: _Name, text: str, anonymous: bool | None = None
    ) -> None:
        """What is refused is given back: it may be somebody's who asked without their name."""
        caller = await self.bot.begin(interaction)
        try:
            done = await self.life.reply(caller.guild.id, caller.actor, question, text, anonymous=anonymous)
        except StudyError as error:
            await caller.reply(_given_back(caller, error, text))
        else:
            await caller.reply(rendering.replied(done, caller.words))

    @group.command(
        name="refresh",
        description=_("Read again what was accepted or thanked for (its author, who asked, organizers, moderators)"),
    )
    @app_commands.describe(question=_("The question"))
    async def refresh_(self, interaction: AnyInteraction, question: _Name) -> None:
        """What was edited or deleted since is followed."""
        caller = await self.bot.begin(interaction)
        await caller.reply(await cog_of(interaction, Refreshing).refresh(caller, question))

    @group.command(
        name="accept", description=_("Accept an answer to a question (who asked it, organizers and moderators)")
    )
    @app_commands.describe(
        question=_("The question"), answer=_("The message that answers it: choose one, or paste its link")
    )
    async def accept_(self, interaction: AnyInteraction, question: _Name, answer: _Link) -> None:
        """As the entry in the message's menu, from any channel."""
        caller, answers = await self.bot.begin(interaction), cog_of(interaction, Answers)
        await caller.reply(await answers.accept(caller, await answers.named(caller, question, answer)))

    @group.command(name="thank", description=_("Thank somebody for what they said in a question's thread"))
    @app_commands.describe(
        question=_("The question"),
        answer=_("The message you thank for: choose one, or paste its link"),
        topic=_("For which topic; that of the question if left out"),
    )
    async def thank_(
        self, interaction: AnyInteraction, question: _Name, answer: _Link, topic: _Name | None = None
    ) -> None:
        """As the entry in the message's menu, from any channel."""
        caller, answers = await self.bot.begin(interaction), cog_of(interaction, Answers)
        message = await answers.named(caller, question, answer)
        await caller.reply(await answers.thank(caller, message, topic or ""))

    @group.command(
        name="add",
        description=_("Add a correction or source to an answer (who gave it or asked, organizers and moderators)"),
    )
    @app_commands.describe(question=_("The question"), text=_("One line, with a link if you like"))
    async def add_(self, interaction: AnyInteraction, question: _Name, text: str) -> None:
        """To one's own answer, else to the one accepted last."""
        caller, answers = await self.bot.begin(interaction), cog_of(interaction, Answers)
        try:
            await caller.reply(await answers.add(caller, question, text))
        except StudyError as error:
            await caller.reply(_given_back(caller, error, text))

    @accept_.autocomplete("answer")
    @thank_.autocomplete("answer")
    async def suggest_answers(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """The latest messages in the thread of the question that was chosen."""
        caller = await self.bot.caller(interaction, set_up=False)
        question = str(interaction.namespace.question or "")
        try:
            return await cog_of(interaction, Answers).suggest(caller, question, current)
        except (StudyError, discord.HTTPException):
            return []

    @refresh_.autocomplete("question")
    @show_.autocomplete("question")
    @accept_.autocomplete("question")
    @thank_.autocomplete("question")
    @add_.autocomplete("question")
    @close_.autocomplete("question")
    @reopen_.autocomplete("question")
    @again_.autocomplete("question")
    @reply_.autocomplete("question")
    async def suggest_questions(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Questions that the caller can see, open ones first."""
        caller = await self.bot.caller(interaction, set_up=False)
        found = await self.views.suggest(caller.guild.id, caller.actor, current)
        return [
            app_commands.Choice(name=rendering.label(each, caller.words), value=choice_of(each.id)) for each in found
        ]

    @search_.autocomplete("topic")
    async def suggest_topics(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Topics of the questions that the caller can see."""
        caller = await self.bot.caller(interaction, set_up=False)
        finding = cog_of(interaction, Finding).finding
        found = await finding.suggest_topics(caller.guild.id, caller.actor, current)
        return [app_commands.Choice(name=topic[:100], value=topic[:100]) for topic in found]

    @ask_.autocomplete("topic")
    @thank_.autocomplete("topic")
    async def suggest_known(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Topics that people here know; anything else may be typed."""
        caller = await self.bot.caller(interaction, set_up=False)
        found = await cog_of(interaction, Who).who.suggest(caller.guild.id, caller.actor, current)
        return [app_commands.Choice(name=topic[:100], value=topic[:100]) for topic in found]

    @ask_.autocomplete("industry")
    @list_.autocomplete("industry")
    @search_.autocomplete("industry")
    async def suggest_industries(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Industries that there are; none is added by asking it something."""
        caller = await self.bot.caller(interaction, set_up=False)
        found = await self.profiles.suggest_industries(caller.guild.id, current)
        choices = [industries.choice(each, caller.words) for each in found if each[-1].key]
        return [app_commands.Choice(name=name[:100], value=value[:100]) for name, value in choices]

    # What the commands, buttons and forms do

    async def ask(
        self,
        caller: Caller,
        new: NewQuestion,
        draft_id: int = 0,
        *,
        shown: bool = False,
        attachment: discord.Attachment | None = None,
    ) -> Content:
        """Post a question, in the place of the draft that it was; what is refused is kept for its author.

        Before that they see what was answered already, but for what was `shown` with the draft. A file that can be
        posted is kept with what is refused.
        """
        who, file = (caller.guild.id, caller.actor), None
        try:
            require_place(caller)
            if attachment is not None:
                await self.asking.require_room(*who)
                file = await taken(caller, attachment)
            result = await self.asking.ask(*who, new, draft_id, shown=shown, file=file)
        except StudyError as error:
            return await self._refused(caller, new, draft_id, error, file)
        if isinstance(result, AlikeFound):
            return rendering.alike(result, caller.guild.id, caller.words)
        if isinstance(result, MayBeGuessed):
            return rendering.may_be_guessed(result, caller.words)
        return self._asked(caller, result)

    async def confirm(self, caller: Caller, draft_id: int, *, bare: bool = False) -> Content:
        """Post a draft, though others may guess whose it is; `bare`: without its file."""
        require_place(caller)
        done = await self.asking.confirm(caller.guild.id, caller.actor, draft_id, bare=bare)
        return self._asked(caller, done)

    async def confirm_bare(self, caller: Caller, draft_id: int) -> Content:
        """Post a draft without its file."""
        return await self.confirm(caller, draft_id, bare=True)

    async def drop(self, caller: Caller, draft_id: int) -> Content:
        """Forget a draft that was answered already."""
        hits = await self.asking.drop(caller.guild.id, caller.actor, draft_id)
        return rendering.dropped(hits, caller.guild.id, caller.words)

    async def show(self, caller: Caller, text: str) -> Content:
        """A question, and what the caller can do about it."""
        return rendering.card(await self.views.show(caller.guild.id, caller.actor, text), caller.words)

    async def close(self, caller: Caller, text: str) -> Content:
        """Close a question as solved."""
        return rendering.closed(await self.life.close(caller.guild.id, caller.actor, text), caller.words)

    async def reopen(self, caller: Caller, text: str) -> Content:
        """Open a question again."""
        done = await self.life.reopen(caller.guild.id, caller.actor, text)
        return rendering.reopened(done, caller.words, locked=await is_locked(caller, done.view.post_id))

    async def page(self, caller: Caller, number: int, *, industry: str, only_open: bool) -> Content:
        """A screen of questions; `industry` is a key ("": all)."""
        page = await self.views.page(caller.guild.id, caller.actor, industry=industry, only_open=only_open, page=number)
        return rendering.listed(page, caller.words)

    def _asked(self, caller: Caller, done: Asked) -> Content:
        missing = missing_to_ask(caller.guild, done.view.question.channel_id, file=done.file)
        return rendering.asked(done, caller.words, missing)

    async def _refused(
        self, caller: Caller, new: NewQuestion, draft_id: int, error: StudyError, file: QuestionFile | None
    ) -> Content:
        if not can_be_corrected(error):
            return _given_back(caller, error, new.text, new.details)
        kept = await self.asking.keep(caller.guild.id, caller.actor, new, draft_id, file)
        return rendering.refused(why_not(caller.interaction, error), kept, caller.words)


def _given_back(caller: Caller, error: StudyError, *texts: str) -> Content:
    """Why not, with what was written, to be copied from there."""
    typed = Filled({str(place): text for place, text in enumerate(texts)}, {})
    return Content(form_rendering.given_back(why_not(caller.interaction, error), typed, caller.words))


async def is_locked(caller: Caller, thread_id: int) -> bool:
    """Whether moderators have locked a thread; one that sleeps is in no cache, and is asked for."""
    thread: object = caller.guild.get_thread(thread_id)
    if thread is None and thread_id:
        try:
            thread = await caller.guild.fetch_channel(thread_id)
        except discord.HTTPException:
            return False
    return isinstance(thread, discord.Thread) and thread.locked


def require_place(caller: Caller) -> None:
    """Raise ForumGone if the channel for questions was chosen and is there no more, TagNeeded if it takes no post."""
    channel_id = caller.community.questions_channel
    channel = caller.guild.get_channel(channel_id)
    if channel_id and channel is None:
        raise ForumGone
    if isinstance(channel, discord.ForumChannel) and channel.flags.require_tag and not channel.available_tags:
        makes_tags = channel.permissions_for(caller.guild.me).manage_channels
        if not makes_tags:
            raise TagNeeded(channel_id)
