"""/spinoff: projects, companies and NPOs that came out of the meetings, and who is in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot
from bot.domain.choices import choice_of
from bot.domain.errors import NotAPerson
from bot.domain.groups import folded
from bot.domain.sessions import Session
from bot.domain.spinoffs import (
    LONGEST_ABOUT,
    LONGEST_NAME,
    NewSpinoff,
    SpinoffKind,
    SpinoffState,
    WhoIsMeant,
)
from bot.i18n import _
from bot.rendering import spinoffs as rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from cogs.forms import CORRECTED
from cogs.presses import cog_of, pressed, turn
from cogs.sessions.commands import Sessions
from cogs.sessions.options import cleared

if TYPE_CHECKING:
    from bot.domain.spinoffs import SpinoffService

Name = app_commands.Range[str, 1, LONGEST_NAME]
About = app_commands.Range[str, 1, LONGEST_ABOUT]
People = app_commands.Range[str, 1, 600]
_KINDS = [app_commands.Choice(name=name, value=kind) for kind, name in rendering.KINDS.items()]
_STATES = [app_commands.Choice(name=name, value=state) for state, name in rendering.STATES.items()]
_STATE = rf"(?P<state>{'|'.join((rendering.ANY, *rendering.STATES))})"


class Spinoffs(commands.Cog):
    """What came out of the meetings."""

    def __init__(self, bot: StudyBot, spinoffs: SpinoffService) -> None:
        self.bot = bot
        self.spinoffs = spinoffs

    group = app_commands.Group(
        name="spinoff", description=_("Projects, companies and NPOs that came out of the meetings"), guild_only=True
    )

    @group.command(name="add", description=_("Write down what came out of the meetings"), extras=CORRECTED)
    @app_commands.describe(
        name=_("What it is called"),
        session=_("The session at which it began; also one that is over"),
        members=_("Who is in it, as mentions; each is asked first (you alone if left out)"),
        state=_("How it stands (an idea if left out)"),
        kind=_("What it is (a project if left out)"),
        summary=_("What it is about, in a sentence"),
    )
    @app_commands.rename(summary="about")
    @app_commands.choices(state=_STATES, kind=_KINDS)
    async def add(
        self,
        interaction: AnyInteraction,
        name: Name,
        session: str | None = None,
        members: People | None = None,
        state: str | None = None,
        kind: str | None = None,
        summary: About | None = None,
    ) -> None:
        """Whoever is named besides the caller is asked in private."""
        caller = await self.bot.begin(interaction)
        began = await self._session(caller, session)
        new = NewSpinoff(
            name=name,
            kind=_kind(kind),
            state=_state(state),
            about=summary,
            session_id=began.id if began else None,
            members=await _people(caller, members),
        )
        kept = await self.spinoffs.add(caller.guild.id, caller.actor, new)
        await turn(caller, rendering.kept(kept, caller.words, new=True))

    @group.command(name="list", description=_("See what came out of the meetings, and who is in it"))
    @app_commands.describe(state=_("Only those in this state"))
    @app_commands.choices(state=_STATES)
    async def list_(self, interaction: AnyInteraction, state: str | None = None) -> None:
        """The first screen of it."""
        caller = await self.bot.begin(interaction)
        await caller.reply(await self.page(caller, state, 0))

    async def page(self, caller: Caller, state: str | None, number: int) -> Content:
        """One screen of the list."""
        page = await self.spinoffs.list(caller.guild.id, caller.actor, _state(state) or "", number)
        return rendering.listed(page, caller.words)

    @group.command(
        name="update", description=_("Change what is written down (those who are in it, moderators)"), extras=CORRECTED
    )
    @app_commands.describe(
        name=_("Which one"),
        state=_("How it stands now"),
        members=_("Who is in it besides, as mentions; each is asked first"),
        remove=_("Who is not in it any more; everybody can take themselves off"),
        session=_("The session at which it began (“-” removes it)"),
        new_name=_("What it is called from now on"),
        kind=_("What it is"),
        summary=_("What it is about, in a sentence (“-” removes it)"),
    )
    @app_commands.rename(summary="about")
    @app_commands.choices(state=_STATES, kind=_KINDS)
    async def update(
        self,
        interaction: AnyInteraction,
        name: str,
        state: str | None = None,
        members: People | None = None,
        remove: discord.User | None = None,
        session: str | None = None,
        new_name: Name | None = None,
        kind: str | None = None,
        summary: About | None = None,
    ) -> None:
        """Change what is given."""
        caller = await self.bot.begin(interaction)
        found = await self.spinoffs.find(caller.guild.id, caller.actor, name)
        gone = cleared(session) == ""
        began = None if gone else await self._session(caller, session)
        new = NewSpinoff(
            name=new_name,
            kind=_kind(kind),
            state=_state(state),
            about=cleared(summary),
            session_id=0 if gone else began.id if began else None,
            members=await _people(caller, members),
            remove=remove.id if remove else 0,
        )
        kept = await self.spinoffs.update(caller.guild.id, caller.actor, found.id, new)
        await turn(caller, rendering.kept(kept, caller.words, new=False))

    async def _session(self, caller: Caller, text: str | None) -> Session | None:
        if not text:
            return None
        sessions = cog_of(caller.interaction, Sessions)
        return await sessions.find(caller, text, looking_back=True, whole=True)

    @update.autocomplete("name")
    async def suggest(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """What the caller is in, then the others."""
        caller = await self.bot.caller(interaction, set_up=False)
        found = await self.spinoffs.suggest(caller.guild.id, caller.actor, current)
        return [
            app_commands.Choice(name=rendering.label(each, caller.words), value=choice_of(each.id)) for each in found
        ]

    @add.autocomplete("session")
    @update.autocomplete("session")
    async def suggest_session(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Sessions ahead, then those that are over."""
        return await cog_of(interaction, Sessions).suggested(interaction, current, looking_back=True)


def _kind(choice: str | None) -> SpinoffKind | None:
    return next((kind for kind in rendering.KINDS if choice == kind), None)


def _state(choice: str | None) -> SpinoffState | None:
    return next((state for state in rendering.STATES if choice == state), None)


async def _people(caller: Caller, text: str | None) -> tuple[int, ...]:
    """Who is meant by mentions, or by names of people whom the bot knows of, with commas or blanks between them.

    Raises:
        WhoIsMeant: a part of it is nobody here, or several people.
        NotAPerson: it is a bot.
    """
    found: list[int] = []
    for part in re.findall(r"<@!?\d{1,20}>|[^\s,、<>]+|[<>]", text or ""):
        mention = re.fullmatch(r"<@!?(\d{1,20})>", part)
        if mention is not None:
            people = [await _member(caller.guild, int(mention[1]))]
        else:
            wanted = folded(part.removeprefix("@"))
            people = [each for each in caller.guild.members if wanted in (folded(each.display_name), folded(each.name))]
        if len(people) != 1 or people[0] is None:
            raise WhoIsMeant(part[:100])
        if people[0].bot:
            raise NotAPerson(people[0].id)
        found.append(people[0].id)
    return tuple(dict.fromkeys(found))


async def _member(guild: discord.Guild, member_id: int) -> discord.Member | None:
    if (known := guild.get_member(member_id)) is not None:
        return known
    try:
        return await guild.fetch_member(member_id)
    except discord.NotFound:
        return None


class ListingButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        rendering.LISTING,
        r"(?P<spinoff>\d{1,18})",
        rf"(?P<act>{rendering.YES}|{rendering.NO})(?::(?P<guild>\d{{1,20}}))?",
    ),
):
    """List me, or Don't: in the message that asks, in the list, and to take one's name off."""

    def __init__(self, item: discord.ui.Item[Any], spinoff: int, act: str, guild: int) -> None:
        super().__init__(item)
        self.spinoff = spinoff
        self.act = act
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> ListingButton:
        """Whether the presser was asked is asked of the rows."""
        return cls(item, int(match["spinoff"]), match["act"], int(match["guild"] or 0))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Keep it, for the presser alone."""

        async def act(caller: Caller) -> None:
            spinoffs = cog_of(interaction, Spinoffs).spinoffs
            agreed = self.act == rendering.YES
            view = await spinoffs.answer(caller.guild.id, caller.actor, self.spinoff, agreed=agreed)
            await turn(caller, rendering.answered(view, caller.actor.member_id, caller.guild.id, caller.words))

        await pressed(interaction, act, guild_id=self.guild)


class SpinoffPageButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.PAGES, _STATE, r"(?P<page>\d{1,4})", "(?:back|next)"),
):
    """Turns a page of the list."""

    def __init__(self, item: discord.ui.Item[Any], state: str, page: int) -> None:
        super().__init__(item)
        self.state = state
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> SpinoffPageButton:
        """What is on the page is read anew."""
        return cls(item, match["state"], int(match["page"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Turn the page in place."""

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, Spinoffs).page(caller, self.state, self.page))

        await pressed(interaction, act)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (ListingButton, SpinoffPageButton)
