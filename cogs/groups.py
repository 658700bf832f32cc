"""/group: study groups (部会)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot
from bot.domain.archiving import ArchivePreview
from bot.domain.groups import LONGEST_DESCRIPTION, LONGEST_NAME, MOST_DAYS_BEFORE, GroupChange, NewGroup, StudyGroup
from bot.domain.own_reminders import parse_shared
from bot.domain.sessions import LONGEST_REASON
from bot.domain.setup import TO_ANNOUNCE
from bot.i18n import _
from bot.rendering import archiving as archiving_rendering
from bot.rendering import groups as rendering
from bot.rendering import memberships as membership_rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from cogs.memberships import Memberships
from cogs.permissions import missing_permissions
from cogs.presses import PageTurn, cog_of, pressed, turn
from cogs.sessions.options import person_id

if TYPE_CHECKING:
    from bot.domain.archiving import ArchiveService
    from bot.domain.groups import GroupService
    from bot.domain.memberships import MembershipService

Name = app_commands.Range[str, 1, LONGEST_NAME]
Description = app_commands.Range[str, 1, LONGEST_DESCRIPTION]
ON_OFF = [app_commands.Choice(name=_("on"), value="on"), app_commands.Choice(name=_("off"), value="off")]
Phrase = app_commands.Range[str, 1, 100]
Reason = app_commands.Range[str, 1, LONGEST_REASON]
DaysBefore = app_commands.Range[int, 0, MOST_DAYS_BEFORE]


class Groups(commands.Cog):
    """Study groups: moderators make them, everybody who sees their channel can see them."""

    def __init__(
        self, bot: StudyBot, groups: GroupService, archive: ArchiveService, memberships: MembershipService
    ) -> None:
        self.bot = bot
        self.groups = groups
        self.archive = archive
        self.memberships = memberships

    group = app_commands.Group(name="group", description=_("See, join and leave study groups"), guild_only=True)

    @group.command(name="create", description=_("Create a study group (moderators)"))
    @app_commands.describe(
        name=_("What the group is called"),
        description=_("What the group is about"),
        channel=_("Announcements channel; the server's if left out"),
        organizer=_("Who looks after its sessions"),
        announce_days_before=_("How many days ahead the sessions of a series are announced (7 if left out)"),
        evening_before=_("Time of the evening-before reminder, such as 20:00; “none”: no such reminder"),
        reminders=_("More reminders for all who come, such as “1 day, 30 min”, or “off”"),
        look_ahead=_("How far ahead sessions are planned and listed, such as “6 weeks”; “default”: as usual"),
        upcoming=_("Whether to pin a list of the coming sessions in the channel"),
    )
    @app_commands.choices(upcoming=ON_OFF)
    async def create(
        self,
        interaction: AnyInteraction,
        name: Name,
        description: Description | None = None,
        channel: discord.TextChannel | None = None,
        organizer: discord.Member | None = None,
        announce_days_before: DaysBefore | None = None,
        evening_before: str | None = None,
        reminders: Phrase | None = None,
        look_ahead: Phrase | None = None,
        upcoming: app_commands.Choice[str] | None = None,
    ) -> None:
        """Make it, and say what comes next."""
        caller = await self.bot.begin(interaction)
        new = NewGroup(
            name=name,
            description=description,
            channel_id=channel.id if channel else None,
            organizer_id=person_id(organizer),
            announce_days_before=announce_days_before,
            evening_before=evening_before,
            reminders=parse_shared(reminders) if reminders is not None else None,
            look_ahead=look_ahead,
            upcoming=upcoming.value == "on" if upcoming is not None else None,
        )
        if (earlier := await self.archive.earlier(caller.guild.id, caller.actor, new)) is not None:
            await caller.reply(archiving_rendering.earlier(earlier, caller.words))
            return
        group = await self.groups.create(caller.guild.id, caller.actor, new)
        await caller.reply(self.created(caller, group))

    def created(self, caller: Caller, group: StudyGroup) -> Content:
        """The new group, and what comes next."""
        self.bot.dispatch("channels_chosen", caller.guild)
        return rendering.created(group, caller.community, _missing(caller, group), caller.words)

    @group.command(name="edit", description=_("Change a study group (moderators); what you leave out stays as it is"))
    @app_commands.describe(
        name=_("The group to change"),
        new_name=_("What it is called from now on"),
        description=_("What the group is about"),
        channel=_("Announcements channel"),
        add_organizer=_("An organizer to add"),
        remove_organizer=_("An organizer to remove"),
        announce_days_before=_("How many days ahead the sessions of a series are announced"),
        evening_before=_("Time of the evening-before reminder, such as 20:00; or “none”, or “default”: as usual here"),
        reminders=_("More reminders for all who come, such as “1 day, 30 min”, or “off”"),
        look_ahead=_("How far ahead sessions are planned and listed, such as “6 weeks”; “default”: as usual"),
        upcoming=_("Whether to pin a list of the coming sessions in the channel"),
    )
    @app_commands.choices(upcoming=ON_OFF)
    async def edit(
        self,
        interaction: AnyInteraction,
        name: str,
        new_name: Name | None = None,
        description: Description | None = None,
        channel: discord.TextChannel | None = None,
        add_organizer: discord.Member | None = None,
        remove_organizer: discord.User | None = None,
        announce_days_before: DaysBefore | None = None,
        evening_before: str | None = None,
        reminders: Phrase | None = None,
        look_ahead: Phrase | None = None,
        upcoming: app_commands.Choice[str] | None = None,
    ) -> None:
        """Change what is given, and show the group."""
        caller = await self.bot.begin(interaction)
        change = GroupChange(
            name=new_name,
            description=description,
            channel_id=channel.id if channel else None,
            add_organizer=person_id(add_organizer),
            # Not a Member: who has left the server must still be removable.
            remove_organizer=remove_organizer.id if remove_organizer else None,
            announce_days_before=announce_days_before,
            evening_before=evening_before,
            reminders=parse_shared(reminders) if reminders is not None else None,
            look_ahead=look_ahead,
            upcoming=upcoming.value == "on" if upcoming is not None else None,
        )
        before, after = await self.groups.edit(caller.guild.id, caller.actor, name, change)
        if before.channel_id != after.channel_id:
            self.bot.dispatch("channels_chosen", caller.guild)
        await caller.reply(rendering.edited(before, after, caller.community, _missing(caller, after), caller.words))

    @group.command(name="archive", description=_("Archive a study group (moderators); you see what stops first"))
    @app_commands.describe(
        name=_("The group to archive"), reason=_("The reason; everybody who sees the group's channel can read it")
    )
    async def archive_(self, interaction: AnyInteraction, name: str, reason: Reason = "") -> None:
        """Show what would stop, with Archive and Keep."""
        caller = await self.bot.begin(interaction)
        preview = await self.archive.preview(caller.guild.id, caller.actor, name, reason)
        await caller.reply(archiving_rendering.preview(preview, caller.words))

    @group.command(name="list", description=_("See the study groups"))
    async def list_(self, interaction: AnyInteraction) -> None:
        """The first screen of them."""
        caller = await self.bot.begin(interaction)
        cards = await self.memberships.cards(caller.guild.id, caller.actor)
        await caller.reply(membership_rendering.listed(cards, caller.community, 0, caller.words))

    @group.command(name="show", description=_("See one study group"))
    @app_commands.describe(group=_("Which group; not needed if there is only one"))
    async def show(self, interaction: AnyInteraction, group: str | None = None) -> None:
        """Where it meets, who looks after it and who belongs to it, with a button to join or leave."""
        caller = await self.bot.begin(interaction)
        card = await self.memberships.card(caller.guild.id, caller.actor, group)
        await caller.reply(membership_rendering.card(card, caller.community, caller.words))

    @group.command(name="join", description=_("Become a member of a study group"))
    @app_commands.describe(group=_("Which group; not needed if there is only one"))
    async def join(self, interaction: AnyInteraction, group: str | None = None) -> None:
        """Join, and hear when it meets next."""
        caller = await self.bot.begin(interaction)
        await cog_of(interaction, Memberships).join(caller, group)

    @group.command(name="leave", description=_("Leave a study group"))
    @app_commands.describe(group=_("Which group; not needed if there is only one"))
    async def leave(self, interaction: AnyInteraction, group: str | None = None) -> None:
        """Leave, and hear what still stands."""
        caller = await self.bot.begin(interaction)
        await cog_of(interaction, Memberships).leave(caller, group)

    @edit.autocomplete("name")
    @archive_.autocomplete("name")
    @show.autocomplete("group")
    @join.autocomplete("group")
    @leave.autocomplete("group")
    async def suggest(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """The groups that the caller can see."""
        caller = await self.bot.caller(interaction, set_up=False)
        found = await self.groups.suggest(caller.guild.id, caller.actor, current)
        return [app_commands.Choice(name=each.name, value=each.name) for each in found]


def _missing(caller: Caller, group: StudyGroup) -> tuple[str, ...]:
    """What the bot lacks in the group's own channel; /settings tells of the common one."""
    if not group.channel_id:
        return ()
    needed = (*TO_ANNOUNCE, "pin_messages") if group.upcoming else TO_ANNOUNCE
    return missing_permissions(caller.guild, group.channel_id, needed)


class PageButton(
    PageTurn,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.FEATURE, r"(?P<page>\d{1,4})", "(?:back|next)"),
):
    """Turns a page of the list of groups."""

    async def shown(self, caller: Caller) -> Content:
        """Those that exist for whoever presses."""
        cards = await cog_of(caller.interaction, Groups).memberships.cards(caller.guild.id, caller.actor)
        return membership_rendering.listed(cards, caller.community, self.page, caller.words)


class DraftButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        f"(?P<kind>{archiving_rendering.ARCHIVE}|{archiving_rendering.NEW})",
        r"(?P<draft>\d{1,18})",
        "(?P<act>confirm|keep)",
    ),
):
    """Archive or Keep, or Make a new one, under what a moderator was shown."""

    def __init__(self, item: discord.ui.Item[Any], kind: str, draft: int, act: str) -> None:
        super().__init__(item)
        self.kind = kind
        self.draft = draft
        self.act = act

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> DraftButton:
        """The draft's id is all that the button carries; only its author finds it."""
        return cls(item, match["kind"], int(match["draft"]), match["act"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it; the buttons go."""
        await pressed(interaction, self.act_on_it)

    async def act_on_it(self, caller: Caller) -> None:
        """Archive the group, keep it, or make a new one of the same name."""
        cog, guild_id, w = cog_of(caller.interaction, Groups), caller.guild.id, caller.words
        if self.kind == archiving_rendering.NEW:
            group = await cog.archive.make_new(guild_id, caller.actor, self.draft)
            await turn(caller, cog.created(caller, group))
        elif self.act == "keep":
            group = await cog.archive.keep(guild_id, caller.actor, self.draft)
            await turn(caller, archiving_rendering.kept(group, w))
        else:
            done = await cog.archive.confirm(guild_id, caller.actor, self.draft)
            if isinstance(done, ArchivePreview):
                await turn(caller, archiving_rendering.preview(done, w))
            else:
                await turn(caller, archiving_rendering.archived(done, w))


class RestoreButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(archiving_rendering.RESTORE, r"(?P<group>\d{1,18})"),
):
    """Brings an archived group back."""

    def __init__(self, item: discord.ui.Item[Any], group: int) -> None:
        super().__init__(item)
        self.group = group

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> RestoreButton:
        """Whether the group exists for the presser, and who may, is asked when it is brought back."""
        return cls(item, int(match["group"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Bring it back, and say what has to be planned anew."""

        async def act(caller: Caller) -> None:
            cog = cog_of(interaction, Groups)
            done = await cog.archive.restore(caller.guild.id, caller.actor, self.group)
            cog.bot.dispatch("channels_chosen", caller.guild)
            missing = _missing(caller, done.group)
            await turn(caller, archiving_rendering.restored(done, caller.community, missing, caller.words))

        await pressed(interaction, act)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (PageButton, DraftButton, RestoreButton)
