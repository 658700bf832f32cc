"""/pairing: who takes part in meeting somebody of another industry every few weeks, and whom they met."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot
from bot.domain.errors import NotAPerson
from bot.domain.pairing import MOST_WEEKS, PairingView, WhichSnooze
from bot.domain.pairing.service import PairingService
from bot.domain.phrases import PhraseReader
from bot.domain.zones import zone_of
from bot.i18n import _
from bot.rendering import pairing as rendering
from bot.rendering.buttons import template
from bot.rendering.calendar import WEEKDAYS
from bot.rendering.content import Content
from cogs.forms import CORRECTED
from cogs.presses import OneReading, cog_of, pressed, turn

if TYPE_CHECKING:
    from bot.clock import Clock

_WEEKDAYS = [app_commands.Choice(name=name, value=day) for day, name in enumerate(WEEKDAYS)]


class Pairing(commands.Cog):
    """Meetings of two, across industries."""

    def __init__(self, bot: StudyBot, pairing: PairingService, clock: Clock) -> None:
        self.bot = bot
        self.pairing = pairing
        self.clock = clock

    group = app_commands.Group(
        name="pairing", description=_("Meet somebody of another industry every few weeks"), guild_only=True
    )

    @group.command(name="join", description=_("Take part in pairing, or end your pause"))
    async def join(self, interaction: AnyInteraction) -> None:
        """From the next round on."""
        caller = await self.bot.begin(interaction)
        view = await self.pairing.join(caller.guild.id, caller.actor)
        await caller.reply(rendering.joined(view, caller.words))

    @group.command(name="leave", description=_("Take part in pairing no more"))
    async def leave(self, interaction: AnyInteraction) -> None:
        """From now on."""
        caller = await self.bot.begin(interaction)
        await self.pairing.leave(caller.guild.id, caller.actor)
        await caller.reply(rendering.left(caller.words))

    @group.command(name="snooze", description=_("Sit out the next round, or all until a date"), extras=CORRECTED)
    @app_commands.describe(until=_("Until when, such as “12/3” (to its end); if left out, the next round only"))
    async def snooze(self, interaction: AnyInteraction, until: app_commands.Range[str, 1, 100] | None = None) -> None:
        """At once; or ask first which of two times is meant."""
        caller = await self.bot.begin(interaction)
        reader = PhraseReader(self.clock.now(), zone_of(caller.community.time_zone))
        end = reader.edge("until", until, last=True) if until else None
        await turn(caller, paused(await self.pairing.snooze(caller.guild.id, caller.actor, end, reader.forks), caller))

    @group.command(
        name="show", description=_("See whether you take part, when the next round is, and with whom you were paired")
    )
    async def show(self, interaction: AnyInteraction) -> None:
        """Only what is the caller's own."""
        caller = await self.bot.begin(interaction)
        view = await self.pairing.show(caller.guild.id, caller.actor)
        await caller.reply(rendering.shown(view, caller.guild.id, caller.words))

    @group.command(name="avoid", description=_("Say with whom you don't want to be paired; only you see it"))
    @app_commands.describe(
        member=_("With whom you are not to be paired"),
        remove=_("Whether to take them off your list again"),
    )
    async def avoid(self, interaction: AnyInteraction, member: discord.User, remove: bool = False) -> None:
        """Also somebody who has left the server can be taken off."""
        caller = await self.bot.begin(interaction)
        if member.bot:
            raise NotAPerson(member.id)
        done = await self.pairing.avoid(caller.guild.id, caller.actor, member.id, remove=remove)
        await caller.reply(rendering.avoided(done, caller.words))

    @group.command(
        name="settings", description=_("Say when pairs are made, or turn pairing off (moderators)"), extras=CORRECTED
    )
    @app_commands.describe(
        every_weeks=_("Every how many weeks; 0 turns pairing off"),
        weekday=_("On which weekday"),
        time=_("At what time of day, such as 12:00"),
    )
    @app_commands.choices(weekday=_WEEKDAYS)
    async def settings(
        self,
        interaction: AnyInteraction,
        every_weeks: app_commands.Range[int, 0, MOST_WEEKS] | None = None,
        weekday: int | None = None,
        time: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Change what is given, then show all."""
        caller = await self.bot.begin(interaction)
        view = await self.pairing.set(caller.guild.id, caller.actor, every_weeks=every_weeks, weekday=weekday, at=time)
        await turn(caller, rendering.settings(view, caller.words))


def paused(result: PairingView | WhichSnooze, caller: Caller) -> Content:
    """What a pause has come to, or which of two ends is meant."""
    if isinstance(result, WhichSnooze):
        return rendering.which(result, caller.words)
    return rendering.snoozed(result, caller.words)


class WhichButton(
    OneReading,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.WHICH, r"(?P<draft>\d{1,18})", "(?P<number>[12])"),
):
    """One of the two times at which a pause can be meant to end."""

    async def chosen(self, caller: Caller) -> Content:
        """Pause until then."""
        pairing = cog_of(caller.interaction, Pairing).pairing
        return paused(await pairing.choose(caller.guild.id, caller.actor, self.draft, self.place), caller)


class MetButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        rendering.MET,
        r"(?P<meeting>\d{1,18})",
        rf"(?P<met>{rendering.YES}|{rendering.NOT_YET})",
        r"(?P<guild>\d{1,20})",
    ),
):
    """We met, or Not yet: for who was to be there."""

    def __init__(self, item: discord.ui.Item[Any], meeting: int, met: bool, guild: int) -> None:
        super().__init__(item)
        self.meeting = meeting
        self.met = met
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> MetButton:
        """Whose meeting it is, the rows say."""
        return cls(item, int(match["meeting"]), match["met"] == rendering.YES, int(match["guild"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Keep it, for the presser."""

        async def act(caller: Caller) -> None:
            pairing = cog_of(interaction, Pairing).pairing
            meeting = await pairing.say(caller.guild.id, caller.actor, self.meeting, met=self.met)
            said = rendering.said(meeting, caller.actor.member_id, caller.guild.id, caller.words)
            # A press on `/pairing show` is answered in its place, one in the thread privately.
            await turn(caller, said)

        await pressed(interaction, act, guild_id=self.guild)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (WhichButton, MetButton)
