"""The setup: a few questions to a moderator, each of which can be skipped, left and taken up again.

    language -> time_zone -> moderator_role -> channels -> usual_start -> done

Where a community stands is kept in its row. A press says which question it was made under, and moves the community on
only from that question: a press under an old page, or the second of two moderators', still answers, but skips nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from msgspec import Struct

from bot.domain.communities import ANNOUNCEMENTS, CHANNEL_FIELDS, FORUM, LANGUAGES, MADE_CHANNEL, NewSettings
from bot.domain.errors import Unknown
from bot.domain.mirrors import MirrorState

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.communities import Community, CommunityService, Language
    from bot.domain.roles import RoleProblem
    from bot.domain.uow import UnitOfWork, Units

# The role comes before the channels: the log channel is made so that its members can see it.
SetupStep = Literal["language", "time_zone", "moderator_role", "channels", "usual_start", "done"]
STEPS: tuple[SetupStep, ...] = get_args(SetupStep)
QUESTIONS = STEPS[:-1]

Direction = Literal["on", "back"]


def current_step(community: Community) -> SetupStep:
    """The question to show; the first one before the setup was begun."""
    return as_step(community.setup_step or STEPS[0])


def as_step(name: str) -> SetupStep:
    """The step with this name.

    Raises:
        Unknown: there is none.
    """
    for step in STEPS:
        if step == name:
            return step
    raise Unknown("button", name)


def step_after(current: SetupStep, pressed: SetupStep, direction: Direction) -> SetupStep:
    """Where a press under the page of `pressed` leads: one on or back, or nowhere if the setup is elsewhere by now."""
    if current != pressed:
        return current
    place = STEPS.index(current) + (1 if direction == "on" else -1)
    return STEPS[min(max(place, 0), len(STEPS) - 1)]


_HOMES: Mapping[str, str] = {"ja": "Asia/Tokyo"}
"""Whoever passes over the question of the zone should not find their sessions on the clock of another country."""


class Proposals(Struct, frozen=True):
    """What the setup offers first."""

    language: Language = "en"
    time_zone: str = "UTC"

    def zone_for(self, language: str) -> str:
        """The configured zone; where there is none, the one in which nearly all who speak the language live."""
        return _HOMES.get(language, self.time_zone) if self.time_zone == "UTC" else self.time_zone


class SetupState(Struct, frozen=True):
    """Where a community's setup stands. `making` are the channels that were asked for and don't exist yet."""

    community: Community
    step: SetupStep
    making: frozenset[int] = frozenset()


NoTags = Literal["permission", "full"]
"""Why the bot can't make its tags in a forum: it may not, or people's leave no room for them."""


class ChannelCheck(Struct, frozen=True):
    """A channel in use and the permissions that the bot lacks there, by discord.py's names; `exists` False: deleted.

    `no_tags` says why the posts in a forum go without the bot's tags, None: they have them.
    """

    which: int
    channel_id: int
    missing: tuple[str, ...] = ()
    exists: bool = True
    no_tags: NoTags | None = None


class PermissionReport(Struct, frozen=True):
    """What the bot may not do: in channels, on the server as a whole, and with the role the morning post mentions."""

    channels: tuple[ChannelCheck, ...] = ()
    server: tuple[str, ...] = ()
    role_id: int = 0
    role: tuple[RoleProblem, ...] = ()

    @property
    def is_fine(self) -> bool:
        """Whether nothing is missing."""
        problems = self.server or self.role
        return not problems and all(
            check.exists and not check.missing and check.no_tags is None for check in self.channels
        )


MORNING = 3
"""The use of the morning post's channel, beside those of `CHANNEL_FIELDS`."""

TO_POST = ("view_channel", "send_messages", "embed_links")
"""Without these nothing appears at all."""

TO_READ_BACK = (*TO_POST, "read_message_history")
"""What posting takes: without the history a message in doubt can't be found again."""

TO_ANNOUNCE = (*TO_READ_BACK, "create_public_threads", "create_private_threads", "send_messages_in_threads")
"""What announcing sessions takes, also in a group's own channel."""

NEEDED: Mapping[int, tuple[str, ...]] = {
    # The message for newcomers is pinned in the channel that all groups share.
    which: (*TO_ANNOUNCE, "pin_messages") if which == ANNOUNCEMENTS else TO_READ_BACK
    for which in CHANNEL_FIELDS
} | {
    # Without Manage Threads a question that moderators hide keeps its thread; files come with questions.
    FORUM: (*TO_READ_BACK, "attach_files", "create_public_threads", "send_messages_in_threads", "manage_threads"),
    MORNING: ("view_channel", "send_messages", "read_message_history"),
}
"""The permissions that the bot needs in a channel of this use."""


def needed_on_server(community: Community, *, to_make_channels: bool = False) -> tuple[str, ...]:
    """The permissions that the bot needs on the server as a whole."""
    events = ("create_events",) if community.native_events else ()
    return (*events, "manage_channels") if to_make_channels else events


class _Move(Struct, frozen=True):
    step: SetupStep
    direction: Direction


class SetupService:
    """Leads moderators through the setup. Every method answers with where the community stands now."""

    def __init__(
        self, units: Units, clock: Clock, communities: CommunityService, proposals: Proposals | None = None
    ) -> None:
        self._units = units
        self._clock = clock
        self._communities = communities
        self._proposals = proposals or Proposals()

    async def open(self, guild_id: int, actor: Actor, server_language: str = "") -> SetupState:
        """Begin, or take up where it was left. `server_language` is proposed before the configured one.

        Raises:
            NotAllowed: the actor is not a moderator; so in every method here.
        """
        actor.require_moderator()
        async with self._units(guild_id) as uow:
            if not (await uow.communities.get()).setup_step:
                language = next((each for each in LANGUAGES if each == server_language), self._proposals.language)
                zone = self._proposals.zone_for(language)
                await self._communities.apply(
                    uow, actor.member_id, language=language, time_zone=zone, setup_step=STEPS[0]
                )
            return await self._state(uow)

    async def answer(
        self, guild_id: int, actor: Actor, step: str, new: NewSettings, *, stay: bool = False
    ) -> SetupState:
        """Take an answer given under the page of `step`, and go on unless told to `stay`.

        Raises:
            StudyError: a text is not understood; see `NewSettings.read`.
        """
        actor.require_moderator()
        values = new.read(guild_id)
        async with self._units(guild_id) as uow:
            return await self.take(uow, actor, step, values, stay=stay)

    async def take(
        self, uow: UnitOfWork, actor: Actor, step: str, values: Mapping[str, Any], *, stay: bool = False
    ) -> SetupState:
        """As `answer`, of an answer that was read to fields of `Community`."""
        community = await uow.communities.get()
        if "language" in values and community.time_zone == self._proposals.time_zone:
            # Nobody has chosen a zone yet; it is asked for next, and may be passed over.
            values = {**values, "time_zone": self._proposals.zone_for(values["language"])}
        await self._communities.apply(uow, actor.member_id, **values)
        return await self._move(uow, actor, None if stay else _Move(as_step(step), "on"))

    async def skip(self, guild_id: int, actor: Actor, step: str) -> SetupState:
        """Leave the question under the page of `step` as it is, and go on."""
        actor.require_moderator()
        async with self._units(guild_id) as uow:
            return await self._move(uow, actor, _Move(as_step(step), "on"))

    async def back(self, guild_id: int, actor: Actor, step: str) -> SetupState:
        """Return to the question before `step`."""
        actor.require_moderator()
        async with self._units(guild_id) as uow:
            return await self._move(uow, actor, _Move(as_step(step), "back"))

    async def again(self, guild_id: int, actor: Actor) -> SetupState:
        """Go through the questions once more; the community stays set up meanwhile."""
        actor.require_moderator()
        async with self._units(guild_id) as uow:
            await uow.communities.change(setup_step=STEPS[0])
            return await self._state(uow)

    async def make_channels(self, guild_id: int, actor: Actor, deleted: Collection[int] = ()) -> SetupState:
        """Ask for the channels that are not chosen yet, or that are among the `deleted`; they appear soon after."""
        actor.require_moderator()
        async with self._units(guild_id) as uow:
            community = await uow.communities.get()
            lost = {field: 0 for field in CHANNEL_FIELDS.values() if getattr(community, field) in deleted}
            community = await self._communities.apply(uow, actor.member_id, **lost)
            asked = [which for which, field in CHANNEL_FIELDS.items() if not getattr(community, field)]
            for which in asked:
                made = await uow.mirrors.find(MADE_CHANNEL, which)
                # One that was made and is gone is made anew; one that is being made must not be made twice.
                gone = made is not None and bool(made.remote_id) and made.shown >= made.wanted
                await uow.mirrors.want(MADE_CHANNEL, which, anew=gone)
            if asked:
                await uow.record(
                    "community.make_channels",
                    actor.member_id,
                    f"community:{guild_id}",
                    after={"channels": [CHANNEL_FIELDS[which] for which in asked]},
                )
            return await self._state(uow)

    async def _move(self, uow: UnitOfWork, actor: Actor, move: _Move | None) -> SetupState:
        community = await uow.communities.get()
        current = current_step(community)
        target = step_after(current, move.step, move.direction) if move else current
        if target == "done" and not community.is_set_up:
            now = self._clock.now()
            await self._communities.apply(uow, actor.member_id, setup_step=target, set_up_at=now)
        elif target != community.setup_step:
            # How far somebody has read is no change of settings, so it leaves no audit row.
            await uow.communities.change(setup_step=target)
        return await self._state(uow)

    async def _state(self, uow: UnitOfWork) -> SetupState:
        community = await uow.communities.get()
        making: set[int] = set()
        for which, field in CHANNEL_FIELDS.items():
            if not getattr(community, field):
                mirror = await uow.mirrors.find(MADE_CHANNEL, which)
                if mirror is not None and mirror.state is MirrorState.LIVE and mirror.shown < mirror.wanted:
                    making.add(which)
        return SetupState(community, current_step(community), frozenset(making))
