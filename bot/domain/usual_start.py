"""The usual start as people say it: 「7時」 is in the morning or in the evening, so whoever said it is asked.

What else was given beside it waits with the question: all of it is changed by the press on an answer, or nothing.
"""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from bot.domain.communities import NewSettings
from bot.domain.errors import cleaned
from bot.domain.phrases import ClockAmbiguous, Fork, kept, resumed, taking
from bot.domain.sessions.drafts import own_draft
from bot.domain.setup import SetupState

if TYPE_CHECKING:
    from bot.domain.actors import Actor
    from bot.domain.communities import Community, CommunityService
    from bot.domain.setup import SetupService
    from bot.domain.uow import Units


class WhichStart(Struct, frozen=True):
    """What a moderator is asked before anything changes: `text` has two `readings`, the earlier first.

    Choosing needs only `draft_id` and the place of a reading.
    """

    draft_id: int
    text: str
    readings: tuple[time, time]


class SettingsChanged(Struct, frozen=True):
    """The settings as they were and as they are."""

    before: Community
    after: Community


class UsualStartService:
    """Asks which start is meant, and goes on with the answer."""

    def __init__(self, units: Units, communities: CommunityService, setup: SetupService) -> None:
        self._units = units
        self._communities = communities
        self._setup = setup

    async def ask(
        self, guild_id: int, actor: Actor, new: NewSettings, said: ClockAmbiguous, *, step: str = ""
    ) -> WhichStart:
        """Keep a change whose usual start was `said` so that it has two readings; `step`: given in the setup.

        Raises:
            NotAllowed: the actor is not a moderator.
            StudyError: something else in it is not understood; see `NewSettings.read`.
        """
        actor.require_moderator()
        first, second = ({"usual_start": msgspec.to_builtins(each)[:5]} for each in said.readings)
        fork = Fork("usual_start", cleaned(said.text), (first, second))
        new = taking(new, fork, 0)
        new.read(guild_id)
        async with self._units(guild_id) as uow:
            data = kept(new, [fork]) | {"step": step}
            draft = await uow.sessions.drafts.add(actor.member_id, "ask-start", data)
            return WhichStart(draft.id, fork.text, said.readings)

    async def choose(self, guild_id: int, actor: Actor, draft_id: int, place: int) -> SettingsChanged | SetupState:
        """Change all that was given, with the reading that was chosen (0 the first, 1 the second).

        Raises:
            NotAllowed: the actor is not a moderator (any more).
            Unknown: the question was answered, has gone, or was another's.
        """
        actor.require_moderator()
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "ask-start")
            await uow.sessions.drafts.remove(draft.id)
            new, _none = resumed(draft.data, NewSettings, place)
            values = new.read(guild_id)
            if draft.data["step"]:
                return await self._setup.take(uow, actor, draft.data["step"], values)
            before = await uow.communities.get()
            return SettingsChanged(before, await self._communities.apply(uow, actor.member_id, **values))
