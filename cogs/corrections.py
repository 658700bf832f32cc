"""A command that was refused is corrected in a form: a box for each text that was given, and all else as it was.

Which commands can be given anew, they say themselves (`extras=CORRECTED`). Their options are texts and numbers, and
they answer through `turn`, so that what was corrected stands in the refusal's place. The form gives the command like a
person: nothing is taken that would not be taken from an option.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.client import AnyInteraction, Caller, answer_privately
from bot.domain.errors import StudyError, check_number
from bot.domain.forms import SaidCommand, boxes_for, can_be_corrected
from bot.rendering import forms as rendering
from bot.rendering.buttons import button_id, template
from cogs.forms import CORRECTED, DRAFT, Form, Forms, refusal_of
from cogs.presses import cog_of
from cogs.sessions.options import minutes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.forms import Filled

_PHRASES = ("when", "rule", "since", "starts", "until", "on", "deadline", "duration", "ask_hours", "time_zone")
_LISTS = ("industry", "topics", "hobbies", "link")
"""With the phrases: what is refused most often; it comes first if there are more texts than boxes."""
AnyCommand = app_commands.Command[Any, ..., Any]


async def corrected(interaction: AnyInteraction, error: StudyError) -> bool:
    """Answer a refused command with a button that opens it as a form; False: nothing typed could help it."""
    command = interaction.command
    if not isinstance(command, app_commands.Command) or command.extras != CORRECTED:
        return False
    names = {each.display_name: each.name for each in command.parameters}
    options = {names[key]: value for key, value in interaction.namespace if isinstance(value, str | int)}
    boxes = boxes_for(error, options, order(command))
    if not boxes or not can_be_corrected(error, boxes):
        return False
    caller = await interaction.client.caller(interaction)
    said = SaidCommand(command.qualified_name, options, boxes)
    kept = await cog_of(interaction, Forms).kept.keep_command(
        caller.guild.id, caller.actor, said, lambda draft: button_id(rendering.COMMAND_FORM, draft)
    )
    await answer_privately(interaction, refusal_of(caller, error, kept.id))
    return True


class CommandForm(Form, template=template(rendering.COMMAND_FORM, DRAFT)):
    """A command that was refused."""

    said: SaidCommand | None = None

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """As it was given; only whoever gave it finds it."""
        said = await self._find(caller)
        parameters = [each for each in _command(caller, said).parameters if each.name in said.boxes]
        return rendering.command_form(self.draft_id, said, parameters, caller.words)

    def can_be_corrected(self, error: StudyError) -> bool:
        """A thing that the command names can be named anew where there is a box for it."""
        return can_be_corrected(error, self.said.boxes if self.said else ())

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Give the command anew. A box that was emptied is an option left out."""
        said = await self._find(caller)
        command = _command(caller, said)
        options = dict(said.options) | {name: filled.box(name).strip() for name in said.boxes}
        given = {each.name: value for each in command.parameters if (value := _value(each, options)) is not None}
        callback: Any = command.callback
        await callback(command.binding, caller.interaction, **given)

    async def _find(self, caller: Caller) -> SaidCommand:
        kept = cog_of(caller.interaction, Forms).kept
        self.said = await kept.command(caller.guild.id, caller.actor, self.draft_id)
        return self.said


def order(command: AnyCommand) -> list[str]:
    """The options that a form can have boxes for: those refused most often first."""
    boxes = [each.name for each in command.parameters if _has_box(each)]
    first = [name for name in (*_PHRASES, *_LISTS) if name in boxes]
    return [*first, *(name for name in boxes if name not in first)]


def _has_box(parameter: app_commands.Parameter) -> bool:
    is_text = parameter.type is discord.AppCommandOptionType.string
    return parameter.name == "duration" or (is_text and not parameter.choices)


def _value(parameter: app_commands.Parameter, options: Mapping[str, str | int]) -> str | int | None:
    """What the command is given for an option; None: it was left out."""
    value = options.get(parameter.name)
    if parameter.type is discord.AppCommandOptionType.integer and isinstance(value, str):
        least, most = int(parameter.min_value or 0), int(parameter.max_value or 0)
        return check_number(parameter.display_name, minutes(value), least, most) if value else None
    return None if value == "" and not parameter.required else value


def _command(caller: Caller, said: SaidCommand) -> AnyCommand:
    """The command by its whole name, as it stands in the draft."""
    found: Any = caller.interaction.client.tree
    for name in said.name.split():
        found = found.get_command(name)
    assert isinstance(found, app_commands.Command)
    return found


FORMS: tuple[type[Form], ...] = (CommandForm,)
