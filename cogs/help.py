"""/help: what you can do now, and all commands by topic, read from the commands themselves; on a server and by DM."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot
from bot.i18n import _, words
from bot.rendering import help as rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from cogs.afar import UsedIn, begin_anywhere
from cogs.presses import cog_of, pressed, turn

if TYPE_CHECKING:
    from bot.domain.help import HelpService


class Help(commands.Cog):
    """Tells people what there is for them."""

    def __init__(self, bot: StudyBot, help_service: HelpService, used_in: UsedIn) -> None:
        self.bot = bot
        self.service = help_service
        self.used_in = used_in

    @app_commands.command(name="help", description=_("What you can do now, and what comes next for you"))
    @app_commands.describe(topic=_("Which commands to explain"))
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def help_(self, interaction: AnyInteraction, topic: str | None = None) -> None:
        """The reader's next steps, or the commands of one topic; in a direct message on the server that they mean."""
        # What is no topic of ours stands in no button.
        known = rendering.OVERVIEW
        if topic is not None:
            known = rendering.meant(topic, self._topics(True), words(interaction.locale))
        caller = await begin_anywhere(interaction, self.used_in, (rendering.FEATURE, known), set_up=False)
        if caller is not None:
            await caller.reply(await self.page(caller, known))

    async def page(self, caller: Caller, wanted: str) -> Content:
        """The reader's next steps, or the topic of this name if it is one for them."""
        topics = self.topics(caller)
        if wanted == rendering.OVERVIEW:
            view = await self.service.show(caller.guild.id, caller.actor)
            afar = caller.guild.name if caller.interaction.guild is None else ""
            return rendering.overview(view, caller.actor.member_id, topics, caller.words, afar=afar)
        found = next((each for each in topics if each.name == wanted), None)
        if found is None:
            return rendering.unknown(topics, caller.words)
        return rendering.topic(found, caller.words, in_dm=caller.interaction.guild is None)

    @help_.autocomplete("topic")
    async def suggest(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """The topics that the reader has a use for."""
        w = words(interaction.locale)
        # In a direct message nobody has said yet on which server they may be a moderator.
        moderator = interaction.guild is not None and (await self.bot.caller(interaction, set_up=False)).actor.moderator
        found = rendering.suggested(current, self._topics(moderator), w)
        return [app_commands.Choice(name=rendering.label(each, w)[:100], value=each.name) for each in found[:25]]

    def topics(self, caller: Caller) -> list[rendering.Topic]:
        """What Discord shows this member; those that it hides from them are none of their business."""
        return self._topics(caller.actor.moderator)

    def _topics(self, moderator: bool) -> list[rendering.Topic]:
        found: list[rendering.Topic] = []
        for command in self.bot.tree.get_commands():
            if isinstance(command, app_commands.ContextMenu) or command.name == "help":
                continue
            if command.default_permissions is not None and not moderator:
                continue
            lines: list[tuple[str, Any]] = []
            for each in command.walk_commands() if isinstance(command, app_commands.Group) else [command]:
                if isinstance(each, app_commands.Command):
                    lines.append((each.qualified_name, _described(each)))
            found.append(rendering.Topic(command.name, _described(command), lines))
        return sorted(found, key=lambda topic: topic.name)


def _described(command: app_commands.Command[Any, ..., Any] | app_commands.Group) -> Any:
    """Its description as it was marked for translation."""
    return getattr(command, "_locale_description", None) or command.description


class ServerButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.FEATURE, "(?P<topic>[a-z-]{1,32})", r"(?P<guild>\d{1,20})"),
):
    """The server that somebody means who asks for help in a direct message."""

    def __init__(self, item: discord.ui.Item[Any], topic: str, guild: int) -> None:
        super().__init__(item)
        self.topic = topic
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> ServerButton:
        """Whether the presser is a member there is asked when it is pressed."""
        return cls(item, match["topic"], int(match["guild"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Go on with the help, in place of the question."""

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, Help).page(caller, self.topic))

        await pressed(interaction, act, guild_id=self.guild)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (ServerButton,)
