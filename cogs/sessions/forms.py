"""The forms in which an author changes the draft of a session before anybody is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.domain.sessions import taking_deadline
from bot.domain.zones import zone_of
from bot.rendering import sessions as rendering
from bot.rendering.buttons import template
from cogs.forms import DRAFT, Form
from cogs.presses import cog_of, turn
from cogs.sessions.commands import Sessions, outcome
from cogs.sessions.options import minutes

if TYPE_CHECKING:
    import discord

    from bot.client import Caller
    from bot.domain.forms import Filled


class NewForm(Form, template=template(rendering.NEW_FORM, DRAFT)):
    """A new session's draft."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """As it stands in the draft; only its author finds it."""
        sessions = cog_of(caller.interaction, Sessions).sessions
        new = await sessions.draft(caller.guild.id, caller.actor, self.draft_id)
        return rendering.new_form(self.draft_id, new, caller.community, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Show it as the next draft."""
        cog, written = cog_of(caller.interaction, Sessions), filled.box
        reader = cog.reader(caller.community)
        draft = await cog.sessions.draft(caller.guild.id, caller.actor, self.draft_id)
        starts_at, length = reader.moved("starts_at", written("when"), draft.starts_at), minutes(written("duration"))
        new = replace(
            draft,
            theme=written("theme"),
            starts_at=starts_at,
            duration=reader.lasting(length, shown=draft.duration) or length,
            venue=written("venue"),
            description=written("description"),
        )
        zone = zone_of(caller.community.time_zone)
        new, forks = taking_deadline(new, reader.forks, draft.starts_at, cog.clock.now(), zone)
        proposed = await cog.sessions.propose(caller.guild.id, caller.actor, new, forks)
        await turn(caller, outcome(proposed, caller))


class MoveForm(Form, template=template(rendering.MOVE_FORM, DRAFT)):
    """The draft of a move."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """As it stands in the draft; only its author finds it."""
        sessions = cog_of(caller.interaction, Sessions).sessions
        session, change = await sessions.drafted_move(caller.guild.id, caller.actor, self.draft_id)
        return rendering.move_form(self.draft_id, session, change, caller.community, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Show it as the next draft."""
        cog, written, actor = cog_of(caller.interaction, Sessions), filled.box, caller.actor
        session, change = await cog.sessions.drafted_move(caller.guild.id, actor, self.draft_id)
        reader = cog.reader(caller.community)
        shown_at = change.starts_at or session.starts_at
        starts_at = reader.moved("starts_at", written("when"), shown_at)
        duration = reader.length or change.duration
        change = replace(change, starts_at=starts_at, duration=duration, reason=written("reason"))
        zone = zone_of(caller.community.time_zone)
        change, forks = taking_deadline(change, reader.forks, shown_at, cog.clock.now(), zone)
        if forks:
            result = await cog.sessions.propose_change(caller.guild.id, actor, session.id, change, forks)
        else:
            # A form is always shown once more, even if its time is the old one again.
            result = await cog.sessions.preview_move(caller.guild.id, actor, session.id, change)
        await turn(caller, outcome(result, caller))


FORMS: tuple[type[Form], ...] = (NewForm, MoveForm)
