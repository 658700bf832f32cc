"""What stays of a lecture: the buttons under the question what was taken home, its form, and “did you use it?”.

The command for notes stands with the others of /session.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.client import Caller, StudyBot
from bot.domain.takeaways import Memory, TakeawayService
from bot.rendering import takeaways as rendering
from bot.rendering.buttons import button_id, template
from bot.rendering.content import Content
from bot.rendering.sessions.public import named_session
from cogs.forms import Form, open_form
from cogs.presses import cog_of, opening, pressed, turn

if TYPE_CHECKING:
    from bot.domain.forms import Filled
    from bot.domain.takeaways import Used

_SESSION = r"(?P<session>\d{1,18})"


class Takeaways(commands.Cog):
    """Keeps what stays of lectures."""

    def __init__(self, bot: StudyBot, takeaways: TakeawayService) -> None:
        self.bot = bot
        self.takeaways = takeaways

    async def write(self, caller: Caller, session_id: int, text: str, *, named: bool) -> Content:
        """The caller says what they took home."""
        done = await self.takeaways.write(caller.guild.id, caller.actor, session_id, text, named=named)
        return rendering.kept(done, caller.words)

    async def take_back(self, caller: Caller, session_id: int) -> Content:
        """The caller's takeaway is kept no more."""
        done = await self.takeaways.take_back(caller.guild.id, caller.actor, session_id)
        return rendering.kept(done, caller.words)

    async def more(self, caller: Caller, session_id: int) -> Content:
        """The caller wants to hear more, or does not any more."""
        return rendering.more(await self.takeaways.more(caller.guild.id, caller.actor, session_id), caller.words)

    async def follow(self, caller: Caller, session_id: int, act: str) -> Content:
        """The caller wants to take it further, or chooses what the lecturer hears of them."""
        who = (caller.guild.id, caller.actor, session_id)
        if act == rendering.TOGGLE:
            done = await self.takeaways.follow_up(*who)
        else:
            done = await self.takeaways.name(*who, named=act == rendering.NAMED)
        return rendering.following(done, caller.words)

    async def used(self, caller: Caller, session_id: int, used: Used) -> Content:
        """The caller says whether they have used it."""
        done = await self.takeaways.used(caller.guild.id, caller.actor, session_id, used)
        return rendering.used(done, caller.words)

    async def note(self, caller: Caller, session_id: int, text: str | None, link: str | None) -> Content:
        """Notes are kept with a session."""
        session, _notes = await self.takeaways.keep_notes(caller.guild.id, caller.actor, session_id, text, link)
        return rendering.noted(named_session(session, caller.words), caller.words)

    async def memory(self, caller: Caller, session_id: int) -> Memory:
        """What can be read of a session afterwards."""
        return await self.takeaways.memory(caller.guild.id, caller.actor, session_id)


class TakeawayButton(discord.ui.DynamicItem[discord.ui.Item[Any]], template=template(rendering.TAKEAWAY, _SESSION)):
    """Opens the form for what the presser took home."""

    def __init__(self, item: discord.ui.Item[Any], session: int) -> None:
        super().__init__(item)
        self.session = session

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> TakeawayButton:
        """Whether there was a lecture is asked of the rows."""
        return cls(item, int(match["session"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Open it, with what they wrote before."""
        await opening(interaction, lambda caller: open_form(caller, button_id(rendering.FORM, self.session)))


class AfterButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        f"(?P<act>{rendering.MORE}|{rendering.TAKE_BACK}|{rendering.FOLLOW})",
        rf"{_SESSION}(?::(?P<how>{rendering.TOGGLE}|{rendering.NAMED}|{rendering.UNNAMED}))?",
    ),
):
    """Wishes for more, takes it further, or takes back what was written: the presser's own."""

    def __init__(self, item: discord.ui.Item[Any], act: str, session: int, how: str) -> None:
        super().__init__(item)
        self.act = act
        self.session = session
        self.how = how

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> AfterButton:
        """Nothing in the id is trusted: each press is only about the presser."""
        return cls(item, match["act"], int(match["session"]), match["how"] or rendering.TOGGLE)

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it, and say privately what it has come to."""

        async def act(caller: Caller) -> None:
            cog = cog_of(interaction, Takeaways)
            if self.act == rendering.MORE:
                content = await cog.more(caller, self.session)
            elif self.act == rendering.FOLLOW:
                content = await cog.follow(caller, self.session, self.how)
            else:
                content = await cog.take_back(caller, self.session)
            await turn(caller, content)

        await pressed(interaction, act)


class UsedButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        rendering.USED, _SESSION, rf"(?P<used>{rendering.YES}|{rendering.NOT_YET})", r"(?P<guild>\d{1,20})"
    ),
):
    """Yes or Not yet, a week later."""

    def __init__(self, item: discord.ui.Item[Any], session: int, used: str, guild: int) -> None:
        super().__init__(item)
        self.session = session
        self.used: Used = "yes" if used == rendering.YES else "not_yet"
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> UsedButton:
        """The presser's own takeaway is meant, if there is one."""
        return cls(item, int(match["session"]), match["used"], int(match["guild"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Note it."""

        async def act(caller: Caller) -> None:
            await caller.reply(await cog_of(interaction, Takeaways).used(caller, self.session, self.used))

        await pressed(interaction, act, guild_id=self.guild)


class TakeawayForm(Form, template=template(rendering.FORM, _SESSION)):
    """What somebody took home, and whether the others read who it was."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """With what they wrote before."""
        takeaways = cog_of(caller.interaction, Takeaways).takeaways
        own = await takeaways.own(caller.guild.id, caller.actor, int(self.parts["session"]))
        return rendering.takeaway_form(self.custom_id, own.takeaway, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Keep it; without their name, unless they chose it."""
        named = filled.chosen.get("name") == (rendering.NAMED,)
        cog, session_id = cog_of(caller.interaction, Takeaways), int(self.parts["session"])
        await turn(caller, await cog.write(caller, session_id, filled.box("takeaway"), named=named))


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (TakeawayButton, AfterButton, UsedButton)
FORMS: tuple[type[Form], ...] = (TakeawayForm,)
