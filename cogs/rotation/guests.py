"""Guests who lecture without an account: what an organizer writes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.client import Caller, StudyBot
from bot.domain.rotation.inviting import LONGEST, NewGuest
from bot.i18n import _
from bot.rendering import guests as rendering
from bot.rendering.content import Content

if TYPE_CHECKING:
    from bot.domain.rotation.by_hand import Sees
    from bot.domain.rotation.inviting import InvitingService
    from bot.domain.sessions import Session

Name = app_commands.Range[str, 1, LONGEST["name"]]
Affiliation = app_commands.Range[str, 1, LONGEST["affiliation"]]
Topic = app_commands.Range[str, 1, LONGEST["topic"]]
Bio = app_commands.Range[str, 1, LONGEST["bio"]]
Fee = app_commands.Range[str, 1, LONGEST["fee"]]
TITLES = [
    app_commands.Choice(name=_("様 (most guests)"), value="様"),
    app_commands.Choice(name=_("先生 (teachers, doctors, lawyers)"), value="先生"),
]


class Guests(commands.Cog):
    """Lets organizers invite guests."""

    def __init__(self, bot: StudyBot, inviting: InvitingService) -> None:
        self.bot = bot
        self.inviting = inviting

    async def invite(self, caller: Caller, session: Session, guest: NewGuest, sees: Sees | None) -> Content:
        """The guest lectures, or what is said of them changes."""
        done = await self.inviting.invite(caller.guild.id, caller.actor, session.id, guest, sees)
        return rendering.invited(done, caller.words)
