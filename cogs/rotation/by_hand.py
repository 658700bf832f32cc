"""What organizers do by hand: put a lecturer down, take somebody off a date, and take that back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.client import Caller, StudyBot, actor_of
from bot.domain.rotation.by_hand import Assigned, AssignPreview
from bot.rendering import by_hand as rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from cogs.presses import Decision, OfDraft, cog_of
from cogs.sessions.options import person_id

if TYPE_CHECKING:
    from bot.domain.rotation.by_hand import ByHandService
    from bot.domain.rotation.undoing import UndoService
    from bot.domain.sessions import Session


class ByHand(commands.Cog):
    """Lets organizers choose who lectures."""

    def __init__(self, bot: StudyBot, by_hand: ByHandService, undoing: UndoService) -> None:
        self.bot = bot
        self.by_hand = by_hand
        self.undoing = undoing

    async def assign(self, caller: Caller, session: Session, member: discord.Member) -> Content:
        """Show what asking them means."""
        member_id = person_id(member)
        assert member_id is not None
        sees = actor_of(member, member.guild_permissions, caller.community).sees
        who = (caller.guild.id, caller.actor)
        return chosen(await self.by_hand.propose(*who, session.id, member_id, sees), caller)

    async def skip(
        self, caller: Caller, session: Session, member: discord.Member | None, reason: str, *, owed: bool
    ) -> Content:
        """Take somebody off."""
        done = await self.by_hand.skip(
            caller.guild.id, caller.actor, session.id, person_id(member), owed=owed, reason=reason
        )
        return rendering.skipped(done, caller.words)


def chosen(result: Assigned | AssignPreview, caller: Caller) -> Content:
    """What putting somebody down has come to: done, or shown first."""
    if isinstance(result, AssignPreview):
        return rendering.assign_preview(result, caller.words)
    return rendering.assigned(result, caller.words)


class AssignButton(
    Decision,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.ASSIGN, r"(?P<draft>\d{1,18})", "(?P<act>confirm|keep)"),
):
    """Ask them, or Ask nobody, under what it would mean."""

    async def confirm(self, caller: Caller) -> Content:
        """Ask them."""
        by_hand = cog_of(caller.interaction, ByHand).by_hand
        return chosen(await by_hand.confirm(caller.guild.id, caller.actor, self.draft), caller)

    async def keep(self, caller: Caller) -> Content:
        """Leave everything as it is."""
        by_hand = cog_of(caller.interaction, ByHand).by_hand
        return rendering.assign_kept(await by_hand.keep(caller.guild.id, caller.actor, self.draft), caller.words)


class UndoButton(
    OfDraft,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.UNDO, r"(?P<draft>\d{1,18})"),
):
    """Takes back what an organizer has done to a rotation, for a day; the draft alone knows what was there before."""

    async def done(self, caller: Caller) -> Content:
        """Restore what was there before, and say so."""
        undoing = cog_of(caller.interaction, ByHand).undoing
        return rendering.undone(await undoing.undo(caller.guild.id, caller.actor, self.draft), caller.words)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (AssignButton, UndoButton)
