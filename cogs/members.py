"""Direct messages, which people can stop, and people who leave."""

from __future__ import annotations

import logging
import re
from typing import Any, cast

import discord
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot, answer_error
from bot.domain.members import MemberService
from bot.i18n import words
from bot.rendering import members as rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from cogs.presses import cog_of

_log = logging.getLogger(__name__)


class Members(commands.Cog):
    """What the bot knows of people; it has no commands yet."""

    def __init__(self, bot: StudyBot, members: MemberService) -> None:
        self.bot = bot
        self.members = members

    async def after(self, caller: Caller) -> None:
        """After the answer to whatever somebody did: note that they use the bot, and hint at closed DMs.

        It is nobody's errand, so what goes wrong here is only logged.
        """
        response = caller.interaction.response
        # Nothing can be said behind an open form; sending it is the next chance.
        may_hint = response.is_done() and response.type is not discord.InteractionResponseType.modal
        try:
            who, language = caller.actor.member_id, caller.words.locale
            if await self.members.used(caller.guild.id, who, may_hint=may_hint, language=language):
                await caller.reply(rendering.dms_closed(caller.words))
        except discord.HTTPException as refusal:
            _log.warning("a hint could not be given: %s", refusal)
        except Exception:
            _log.exception("that somebody has used the bot could not be noted")

    @commands.Cog.listener()
    async def on_raw_member_remove(self, event: discord.RawMemberRemoveEvent) -> None:
        """Somebody has left; Discord says so only with the members intent."""
        await self.members.left(event.guild_id, event.user.id)


class DmButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        rendering.FEATURE,
        f"(?P<act>{rendering.STOP}|{rendering.RESUME})",
        "(?P<kind>[a-z_]{1,20})",
        r"(?P<guild>\d{1,20})",
    ),
):
    """Under each direct message: stop messages of its kind; under the answer: have them again."""

    def __init__(self, item: discord.ui.Item[Any], act: str, kind: str, guild: int) -> None:
        super().__init__(item)
        self.act = act
        self.kind = kind
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> DmButton:
        """Nothing in the id is trusted: the rows say whether the presser ever was a member there."""
        return cls(item, match["act"], match["kind"], int(match["guild"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Change the presser's own choice, whether or not they are still a member, and say what it is now."""
        press = cast("AnyInteraction", interaction)
        try:
            await press.response.defer()
            cog, wanted = cog_of(interaction, Members), self.act == rendering.RESUME
            kind = await cog.members.choose(self.guild, press.user.id, self.kind, wanted=wanted)
            server = press.client.get_guild(self.guild)
            say = rendering.resumed if wanted else rendering.stopped
            await _answer(press, say(kind, server and server.name, self.guild, words(press.locale)))
        except Exception as error:
            await answer_error(press, error)


async def _answer(press: AnyInteraction, content: Content) -> None:
    """In place of the private answer that was pressed; privately under the direct message."""
    view = content.view()
    assert view is not None
    none = discord.AllowedMentions.none()
    if press.message is not None and press.message.flags.ephemeral:
        await press.edit_original_response(content=content.text, view=view, allowed_mentions=none)
    else:
        await press.followup.send(content.text, view=view, ephemeral=True, allowed_mentions=none)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (DmButton,)
