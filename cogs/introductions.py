"""/introduce: two people meet if both would like to, and nobody learns who would rather not.

`MeetButton` may stand under any private message of the bot's: `bot.rendering.introductions.meet_button` makes it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot
from bot.domain.errors import NotAPerson, Unknown
from bot.domain.introductions import LONGEST_REASON
from bot.i18n import _
from bot.rendering import introductions as rendering
from bot.rendering.buttons import button_id, template
from bot.rendering.content import Content
from cogs.afar import UsedIn, begin_anywhere
from cogs.forms import Form, open_form
from cogs.presses import cog_of, opening, pressed, turn

if TYPE_CHECKING:
    from bot.domain.forms import Filled
    from bot.domain.introductions import Answer
    from bot.domain.introductions.service import IntroductionService

_INTRODUCTION = r"(?P<introduction>\d{1,18})"
_GUILD = r"(?P<guild>\d{1,20})"
_MEMBER = r"(?P<member>\d{1,19})"
_LARGEST_ID = 2**63 - 1


class Introductions(commands.Cog):
    """Brings people together who both would like to meet."""

    def __init__(self, bot: StudyBot, introductions: IntroductionService, used_in: UsedIn) -> None:
        self.bot = bot
        self.introductions = introductions
        self.used_in = used_in

    @app_commands.command(
        name="introduce", description=_("Propose that two people meet; I ask both in private, and only two yeses count")
    )
    @app_commands.describe(
        person=_("Who; choose yourself if you would like to meet somebody"),
        to=_("Whom they would meet"),
        reason=_("Why they should meet; both read it"),
    )
    @app_commands.guild_only()
    async def introduce(
        self,
        interaction: AnyInteraction,
        person: discord.Member,
        to: discord.Member,
        reason: app_commands.Range[str, 1, LONGEST_REASON],
    ) -> None:
        """The answer is the same whatever becomes of it."""
        caller = await self.bot.begin(interaction)
        for each in (person, to):
            if each.bot:
                raise NotAPerson(each.id)
        await caller.reply(await self.propose(caller, person.id, to.id, reason))

    async def propose(self, caller: Caller, person_id: int, to_id: int, reason: str) -> Content:
        """Propose that two people meet; one of them may be the caller."""
        done = await self.introductions.propose(caller.guild.id, caller.actor, person_id, to_id, reason)
        return rendering.proposed(done, caller.guild.id, caller.words)

    async def answer(self, caller: Caller, introduction_id: int, answer: Answer) -> Content:
        """The caller says whether they would like to meet."""
        done = await self.introductions.answer(caller.guild.id, caller.actor, introduction_id, answer)
        return rendering.answered(done, caller.words)

    async def withdraw(self, caller: Caller, introduction_id: int) -> Content:
        """The caller takes back what they have proposed."""
        done = await self.introductions.withdraw(caller.guild.id, caller.actor, introduction_id)
        return rendering.withdrawn(done, caller.words)

    async def say(self, caller: Caller, introduction_id: int, *, met: bool) -> Content:
        """The caller says whether they have met."""
        done = await self.introductions.say(caller.guild.id, caller.actor, introduction_id, met=met)
        return rendering.said(done, caller.words)

    async def mine(self, caller: Caller) -> Content:
        """The caller's own."""
        view = await self.introductions.mine(caller.guild.id, caller.actor)
        return rendering.mine(view, caller.words, in_dm=caller.interaction.guild is None)

    async def show(self, interaction: AnyInteraction) -> None:
        """What `/me introductions` shows."""
        caller = await begin_anywhere(interaction, self.used_in, (rendering.LIST,))
        if caller is not None:
            await caller.reply(await self.mine(caller))


class MeetButton(discord.ui.DynamicItem[discord.ui.Item[Any]], template=template(rendering.MEET, _MEMBER)):
    """I'd like to meet: opens the form for whoever presses. Whom they would meet stands in the id."""

    def __init__(self, item: discord.ui.Item[Any], member: int) -> None:
        super().__init__(item)
        self.member = member

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> MeetButton:
        """Whether that person may be asked, the form looks up."""
        return cls(item, int(match["member"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Open the form."""
        await opening(interaction, lambda caller: open_form(caller, button_id(rendering.FORM, self.member)))


class MeetForm(Form, template=template(rendering.FORM, _MEMBER)):
    """Why somebody would like to meet this person."""

    @property
    def _member_id(self) -> int:
        found = int(self.parts["member"])
        if not 0 < found <= _LARGEST_ID:
            raise Unknown("member", str(found))
        return found

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """Unless it can be said at once that it would not be taken."""
        cog, me = cog_of(caller.interaction, Introductions), caller.actor
        await cog.introductions.check(caller.guild.id, me, me.member_id, self._member_id)
        member = caller.guild.get_member(self._member_id)
        return rendering.meet_form(self.custom_id, member.display_name if member else "", caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Ask that person, if they may be asked."""
        cog = cog_of(caller.interaction, Introductions)
        # Beside what was pressed, which its reader may still need.
        await caller.reply(await cog.propose(caller, caller.actor.member_id, self._member_id, filled.box("reason")))


class AnswerButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.FEATURE, _INTRODUCTION, rf"(?P<answer>{rendering.YES}|{rendering.NO})", _GUILD),
):
    """I'd like that, or Rather not: for who is asked, also in a direct message."""

    def __init__(self, item: discord.ui.Item[Any], introduction: int, answer: Answer, guild: int) -> None:
        super().__init__(item)
        self.introduction = introduction
        self.answer: Answer = answer
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> AnswerButton:
        """Who is asked, the rows say."""
        answer: Answer = "yes" if match["answer"] == rendering.YES else "no"
        return cls(item, int(match["introduction"]), answer, int(match["guild"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Keep it, for the presser."""

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, Introductions).answer(caller, self.introduction, self.answer))

        await pressed(interaction, act, guild_id=self.guild)


class WithdrawButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]], template=template(rendering.WITHDRAW, _INTRODUCTION, _GUILD)
):
    """Take it back: for who has proposed it."""

    def __init__(self, item: discord.ui.Item[Any], introduction: int, guild: int) -> None:
        super().__init__(item)
        self.introduction = introduction
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> WithdrawButton:
        """Whose it is, the rows say."""
        return cls(item, int(match["introduction"]), int(match["guild"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Take it back, in place of what was shown."""

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, Introductions).withdraw(caller, self.introduction))

        await pressed(interaction, act, guild_id=self.guild)


class MetButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.MET, _INTRODUCTION, rf"(?P<met>{rendering.YES}|{rendering.NOT_YET})", _GUILD),
):
    """We met, or Not yet: for the two who were introduced."""

    def __init__(self, item: discord.ui.Item[Any], introduction: int, met: bool, guild: int) -> None:
        super().__init__(item)
        self.introduction = introduction
        self.met = met
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> MetButton:
        """Whose introduction it is, the rows say."""
        return cls(item, int(match["introduction"]), match["met"] == rendering.YES, int(match["guild"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Keep it, for the presser."""

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, Introductions).say(caller, self.introduction, met=self.met))

        await pressed(interaction, act, guild_id=self.guild)


class ListButton(discord.ui.DynamicItem[discord.ui.Item[Any]], template=template(rendering.LIST, _GUILD)):
    """My introductions, on a server or in a direct message."""

    def __init__(self, item: discord.ui.Item[Any], guild: int) -> None:
        super().__init__(item)
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> ListButton:
        """The server in the id counts in a direct message only."""
        return cls(item, int(match["guild"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Show the presser's own."""

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, Introductions).mine(caller))

        await pressed(interaction, act, guild_id=self.guild)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (
    MeetButton,
    AnswerButton,
    WithdrawButton,
    MetButton,
    ListButton,
)
FORMS: tuple[type[Form], ...] = (MeetForm,)
