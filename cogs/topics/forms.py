"""The forms of themes: a new one, and the date of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.client import Caller
from bot.rendering import topics as rendering
from bot.rendering.buttons import template
from cogs.forms import Form
from cogs.presses import cog_of, turn
from cogs.topics.buttons import GROUP, THEME
from cogs.topics.commands import Topics

if TYPE_CHECKING:
    from bot.domain.forms import Filled


class ProposeForm(Form, template=template(rendering.FORM, GROUP)):
    """A new theme."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """Empty; whoever has proposed enough is told so first."""
        topics = cog_of(caller.interaction, Topics).topics
        await topics.require_room(caller.guild.id, caller.actor, int(self.parts["group"]))
        return rendering.propose_form(self.custom_id, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """As the command does."""
        cog, group_id = cog_of(caller.interaction, Topics), int(self.parts["group"])
        await turn(caller, await cog.proposed(caller, filled.box("theme"), group_id))


class WhenForm(Form, template=template(rendering.WHEN_FORM, THEME)):
    """The date of a theme."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """For whoever may plan it."""
        planning = cog_of(caller.interaction, Topics).planning
        line, _lecturers = await planning.to_plan(caller.guild.id, caller.actor, int(self.parts["theme"]))
        return rendering.when_form(self.custom_id, line, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Show the session before anybody is told."""
        cog = cog_of(caller.interaction, Topics)
        await turn(caller, await cog.at(caller, int(self.parts["theme"]), filled.box("when")))


FORMS: tuple[type[Form], ...] = (ProposeForm, WhenForm)
