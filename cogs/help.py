"""/help: what you can do now, and all commands by topic, read from the commands themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot
from bot.i18n import _
from bot.rendering import help as rendering

if TYPE_CHECKING:
    from bot.domain.help import HelpService


class Help(commands.Cog):
    """Tells people what there is for them."""

    def __init__(self, bot: StudyBot, help_service: HelpService) -> None:
        self.bot = bot
        self.service = help_service

    @app_commands.command(name="help", description=_("What you can do now, and what comes next for you"))
    @app_commands.describe(topic=_("Which commands to explain"))
    @app_commands.guild_only()
    async def help_(self, interaction: AnyInteraction, topic: str | None = None) -> None:
        """The reader's next steps, or the commands of one topic."""
        caller = await self.bot.begin(interaction, set_up=False)
        topics = self.topics(caller)
        if topic is None:
            view = await self.service.show(caller.guild.id, caller.actor)
            await caller.reply(rendering.overview(view, caller.actor.member_id, topics, caller.words))
            return
        wanted = topic.strip().removeprefix("/").partition(" ")[0].casefold()
        found = next((each for each in topics if each.name == wanted), None)
        shown = rendering.unknown(topics, caller.words) if found is None else rendering.topic(found, caller.words)
        await caller.reply(shown)

    @help_.autocomplete("topic")
    async def suggest(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """The topics that the reader has a use for."""
        caller = await self.bot.caller(interaction, set_up=False)
        typed = current.strip().removeprefix("/").casefold()
        offered = [(each.name, f"/{each.name} {rendering.said(each, caller.words)}") for each in self.topics(caller)]
        return [
            app_commands.Choice(name=label[:100], value=name) for name, label in offered if typed in label.casefold()
        ][:25]

    def topics(self, caller: Caller) -> list[rendering.Topic]:
        """What Discord shows this member; those that it hides from them are none of their business."""
        found: list[rendering.Topic] = []
        for command in self.bot.tree.get_commands():
            if isinstance(command, app_commands.ContextMenu) or command.name == "help":
                continue
            if command.default_permissions is not None and not caller.actor.moderator:
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


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = ()
