"""The forms in which an author changes the draft of a series, or of its change, before anybody is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.domain.choices import choice_of
from bot.rendering import series as rendering
from bot.rendering.buttons import template
from cogs.forms import DRAFT, Form
from cogs.presses import cog_of, turn
from cogs.series.commands import Series, outcome
from cogs.sessions.options import minutes

if TYPE_CHECKING:
    import discord

    from bot.client import Caller
    from bot.domain.forms import Filled


class NewForm(Form, template=template(rendering.NEW_FORM, DRAFT)):
    """A new series' draft."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """As it stands in the draft; only its author finds it."""
        cog, w = cog_of(caller.interaction, Series), caller.words
        new, said, _starts_on = await cog.series.draft(caller.guild.id, caller.actor, self.draft_id)
        said = cog.in_words(rendering.draft_rule(new, w), (new.rrule, new.at), said, caller.community)
        return rendering.new_form(self.draft_id, new, said, w)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Show it as the next draft."""
        cog, written, said = cog_of(caller.interaction, Series), filled.box, filled.box("rule")
        reader = cog.reader(caller.community)
        parsed = reader.rule(said)
        before, _said, starts_on = await cog.series.draft(caller.guild.id, caller.actor, self.draft_id)
        length = minutes(written("duration"))
        new = replace(
            before,
            name=written("name"),
            rrule=parsed.rrule,
            at=parsed.at,
            starts_on=starts_on,
            until=parsed.until or before.until,
            count=parsed.count or before.count,
            theme=written("theme"),
            duration=reader.lasting(length, shown=before.duration) or length,
            venue=written("venue"),
        )
        proposed = await cog.series.propose(caller.guild.id, caller.actor, new, said, reader.forks)
        await turn(caller, outcome(proposed, caller))


class EditForm(Form, template=template(rendering.EDIT_FORM, DRAFT)):
    """The draft of a change."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """As it stands in the draft; only its author finds it."""
        cog, w = cog_of(caller.interaction, Series), caller.words
        value = await cog.edits.draft(caller.guild.id, caller.actor, self.draft_id)
        rule = rendering.rule_times(value.series, value.change)
        said = value.said or rendering.raw_rule(*rule)
        said = cog.in_words(rendering.edited_rule(value, w), rule, said, caller.community)
        return rendering.edit_form(self.draft_id, value, said, w)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Show it as the next draft."""
        cog, written = cog_of(caller.interaction, Series), filled.box
        value = await cog.edits.draft(caller.guild.id, caller.actor, self.draft_id)
        reader = cog.reader(caller.community)
        change = replace(
            value.change,
            theme=written("theme"),
            duration=minutes(written("duration")),
            venue=written("venue"),
        )
        said = value.said
        if value.session is not None:
            change = replace(change, reason=written("reason"))
        else:
            parsed, said = reader.rule(written("rule")), written("rule")
            shown = value.change.duration or value.series.duration
            length = reader.lasting(change.duration, shown=shown)
            change = replace(change, name=written("name"), rrule=parsed.rrule, at=parsed.at, duration=length)
        series = choice_of(value.series.id)
        proposed = await cog.edits.propose(caller.guild.id, caller.actor, series, change, said=said, forks=reader.forks)
        await turn(caller, outcome(proposed, caller))


FORMS: tuple[type[Form], ...] = (NewForm, EditForm)
