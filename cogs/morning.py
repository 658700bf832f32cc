"""/morning: the morning post, for moderators; and the buttons under it, for all."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot
from bot.domain.morning import LONGEST_NOTICE, SHORTEST_NOTICE, MorningService, RoleGrantsMore
from bot.domain.phrases import PhraseAmbiguous, PhraseInThePast, parse_days, parse_when, without_bound
from bot.i18n import _, words
from bot.rendering import morning as rendering
from bot.rendering import settings
from bot.rendering.buttons import button_id, template
from bot.rendering.calendar import typed
from bot.rendering.content import Content
from cogs.permissions import morning_report, only_pings
from cogs.presses import cog_of, pressed, turn

if TYPE_CHECKING:
    from bot.client import ForServer
    from bot.clock import Clock
    from bot.domain.roles import Roles

_CLEAR = [
    app_commands.Choice(name=_("channel: no morning post; each session gets its own reminder"), value="channel_id"),
    app_commands.Choice(name=_("mention: people instead of a role"), value="mention_role"),
]
_DAY_BREAKS = time()
"""A day alone is paused until it begins, so that its own post goes out."""
_BY_BUTTON = _("Pressed the button under the morning post")
"""What the server's audit log gives as the reason."""


class Morning(commands.Cog):
    """The morning post."""

    def __init__(self, bot: StudyBot, morning: MorningService, clock: Clock, roles: Roles, look: ForServer) -> None:
        """`look` finds out who sees the channel that was chosen."""
        self.bot = bot
        self.look = look
        self.morning = morning
        self.clock = clock
        self.roles = roles

    group = app_commands.Group(
        name="morning",
        description=_("The morning post: the day's sessions and who comes, in one message"),
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )

    @group.command(name="set", description=_("Say where and when the morning post goes out"))
    @app_commands.describe(
        minutes_before=_("How many minutes before the day's first session (60 to begin with)"),
        days=_("On which weekdays, such as “weekdays” or “mon, wed”"),
        channel=_("The channel it goes to"),
        evening_before=_("Time of the evening-before reminder, such as 20:00"),
        mention=_("A role to mention instead of each person; it pings all who have it, even those who don't come"),
        clear=_("A setting to clear"),
    )
    @app_commands.choices(clear=_CLEAR)
    async def set_(
        self,
        interaction: AnyInteraction,
        minutes_before: app_commands.Range[int, SHORTEST_NOTICE, LONGEST_NOTICE] | None = None,
        days: app_commands.Range[str, 1, 100] | None = None,
        channel: discord.TextChannel | None = None,
        evening_before: app_commands.Range[str, 1, 100] | None = None,
        mention: discord.Role | None = None,
        clear: str | None = None,
    ) -> None:
        """Change what is given, then show all."""
        caller = await self.bot.begin(interaction)
        caller.actor.require_moderator()
        if (
            mention is not None
            and not mention.is_default()
            and not only_pings(mention, caller.community.moderator_role)
        ):
            raise RoleGrantsMore(mention.id)
        given: dict[str, Any] = {
            "channel_id": channel.id if channel else None,
            "mention_role": mention.id if mention else None,
        }
        if clear is not None:
            given[clear] = 0
        await self.morning.set(
            caller.guild.id,
            caller.actor,
            minutes_before=minutes_before,
            days=parse_days(days) if days else None,
            evening_before=evening_before,
            **given,
        )
        await self.look(caller.guild)
        await self._show(caller)

    @group.command(name="show", description=_("See when the next morning post goes out"))
    async def show(self, interaction: AnyInteraction) -> None:
        """The settings and what comes next."""
        await self._show(await self.bot.begin(interaction))

    @group.command(name="preview", description=_("Preview the next morning post; only you see it"))
    async def preview(self, interaction: AnyInteraction) -> None:
        """Posts to nobody."""
        caller = await self.bot.begin(interaction)
        post = await self.morning.preview(caller.guild.id, caller.actor)
        state = await self.morning.show(caller.guild.id, caller.actor)
        await caller.reply(rendering.preview(post, state, caller.words, words(caller.community.language)))

    @group.command(name="pause", description=_("Pause the morning post"))
    @app_commands.describe(
        until=_("Until when, such as “12/3 07:00” or “12/3” (its morning); without it, until you resume")
    )
    async def pause(self, interaction: AnyInteraction, until: app_commands.Range[str, 1, 100] | None = None) -> None:
        """Hold it until a time or until resumed."""
        caller = await self.bot.begin(interaction)
        zone = ZoneInfo(caller.community.time_zone)
        try:
            said = without_bound(until) if until else ""
            at = parse_when(said, now=self.clock.now(), zone=zone, usual=_DAY_BREAKS) if until else None
        except PhraseAmbiguous as said:
            caller.actor.require_moderator()
            await caller.reply(rendering.which_pause(said.text, said.readings, zone.key, caller.words))
        else:
            await self.hold(caller, at)

    async def hold(self, caller: Caller, until: datetime | None) -> None:
        """Pause it, and say so."""
        await caller.reply(
            rendering.state(await self.morning.pause(caller.guild.id, caller.actor, until), caller.words)
        )

    @group.command(name="resume", description=_("Resume the morning post"))
    async def resume(self, interaction: AnyInteraction) -> None:
        """Release it."""
        caller = await self.bot.begin(interaction)
        await caller.reply(rendering.state(await self.morning.resume(caller.guild.id, caller.actor), caller.words))

    async def _show(self, caller: Caller) -> None:
        state = await self.morning.show(caller.guild.id, caller.actor)
        report = morning_report(caller.guild, caller.community, state.settings)
        problems = settings.problems(report, caller.words)
        text = rendering.state(state, caller.words)
        await caller.reply(f"{text}\n\n{problems}" if problems else text)


class PauseButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]], template=template(rendering.PAUSE, r"(?P<minute>\d{1,9})")
):
    """One of the two times until which the morning post can be meant to be paused."""

    def __init__(self, item: discord.ui.Item[Any], minute: int) -> None:
        super().__init__(item)
        self.minute = minute

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> PauseButton:
        """The minute since 1970; whoever presses has to be a moderator then."""
        return cls(item, int(match["minute"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Pause it until then, unless that has passed."""

        async def act(caller: Caller) -> None:
            cog, until = cog_of(interaction, Morning), datetime.fromtimestamp(self.minute * 60, UTC)
            caller.actor.require_moderator()
            if until <= cog.clock.now():
                raise PhraseInThePast(typed(until, caller.community.time_zone), until)
            state = await cog.morning.pause(caller.guild.id, caller.actor, until)
            await turn(caller, Content(rendering.state(state, caller.words)))

        await pressed(interaction, act)


class TodayButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=template("morning", r"(?P<day>\d{1,7})")):
    """Under the morning post: that day's sessions as they are now, for the one who pressed."""

    def __init__(self, day: int) -> None:
        self.day = day
        super().__init__(discord.ui.Button(custom_id=button_id("morning", day)))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> TodayButton:
        """The day stands in the id; which sessions it has is read from the rows."""
        return cls(int(match["day"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Answer privately."""

        async def act(caller: Caller) -> None:
            cog = cog_of(interaction, Morning)
            lines = await cog.morning.today(caller.guild.id, caller.actor, self.day)
            await caller.reply(rendering.today(lines, caller.words))

        await pressed(interaction, act)


class RoleButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=template("morning-role")):
    """Under a morning post that mentions a role: take the role, or leave it."""

    def __init__(self) -> None:
        super().__init__(discord.ui.Button(custom_id=button_id("morning-role")))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> RoleButton:
        """Which role it is, the settings say."""
        return cls()

    async def callback(self, interaction: discord.Interaction) -> None:
        """The press itself is the wish, so the role is given at once and not through a row."""

        async def act(caller: Caller) -> None:
            cog = cog_of(interaction, Morning)
            role_id = await cog.morning.role(caller.guild.id)
            member = interaction.user
            assert isinstance(member, discord.Member)
            role = caller.guild.get_role(role_id)
            # It may have been given rights since it was chosen, and whoever presses takes it.
            if role is not None and not only_pings(role, caller.community.moderator_role):
                raise RoleGrantsMore(role_id)
            takes = member.get_role(role_id) is None
            reason = words(caller.community.language)(_BY_BUTTON)
            await cog.roles.change(caller.guild.id, member.id, role_id, give=takes, reason=reason)
            await caller.reply(rendering.role_taken(role_id, takes, caller.words))

        await pressed(interaction, act)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (PauseButton, TodayButton, RoleButton)
