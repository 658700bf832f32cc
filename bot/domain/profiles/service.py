"""Profiles: people tell what they work in and what one may ask them, and introduce themselves if they want to.

An introduction is a post like any other: written in the transaction of the press and sent exactly once. It says what
the profile said at the press, or after a change that came before it was sent. Nobody is introduced by anybody else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import StudyError, cleaned
from bot.domain.groups import folded
from bot.domain.industries import (
    MOST_INDUSTRIES,
    MOST_SUGGESTIONS,
    Industry,
    Vocabulary,
    added,
    doubt,
    fitting,
    offered,
    parts,
    read,
)
from bot.domain.posts import NewPost, next_revision, unsent
from bot.domain.profiles.asking import WhichIndustry, answered, ask
from bot.domain.profiles.introductions import INTRODUCTION, Posted, fate_of, standing
from bot.domain.profiles.values import TOLD, Profile, ProfileChange, changes, divided, facts, told
from bot.domain.questions.recognition import PublicPlaces, Recognition, all_public, introduced_with
from bot.domain.sessions.drafts import own_draft

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.members import MemberLeft
    from bot.domain.posts import Post
    from bot.domain.uow import UnitOfWork, Units

INTRODUCTION_LIVES = timedelta(days=7)
_LONGEST_NAME = 100


ZoneHook = Callable[["UnitOfWork", int, str], Awaitable[None]]
"""A feature's part when this person's time zone was changed, given the one until now ("": the community's)."""


class NoIntroductionsChannel(StudyError):
    """The community has no channel for introductions."""


class NothingToIntroduce(StudyError):
    """The profile tells nothing yet that others could read."""


class ProfileEdited(Struct, frozen=True):
    """What a change has come to; `added` are industries that the community's list did not have.

    `asked`: the industries wait until their owner has said what one of them means; all else is changed.
    """

    before: Profile
    after: Profile
    added: tuple[Industry, ...] = ()
    asked: WhichIndustry | None = None


class OwnProfile(Struct, frozen=True):
    """A profile as its owner sees it, with what became of their introduction (None: nothing to tell)."""

    profile: Profile
    posted: Posted | None


class Introduction(Struct, frozen=True):
    """What an introduction says: what the person is called on the server, and their profile as others see it."""

    member_id: int
    name: str
    profile: Profile
    known: Recognition = Recognition()


class ProfileService:
    """Profiles and introductions. `vocabulary` tells what the bundled industries are called.

    `on_zone_changed` are the other features' parts when somebody's clock hangs in another zone, in order.
    """

    def __init__(
        self,
        units: Units,
        clock: Clock,
        vocabulary: Callable[[], Vocabulary],
        on_zone_changed: Sequence[ZoneHook] = (),
        is_public: PublicPlaces = all_public,
    ) -> None:
        self._units = units
        self._clock = clock
        self._vocabulary = vocabulary
        self._hooks = tuple(on_zone_changed)
        self._is_public = is_public

    async def show(self, guild_id: int, member_id: int) -> Profile:
        """Somebody's profile, an empty one if they have told nothing."""
        async with self._units.reading(guild_id) as uow:
            return await _profile(uow, member_id)

    async def own(self, guild_id: int, actor: Actor) -> OwnProfile:
        """The actor's own profile, and what became of their introduction."""
        async with self._units.reading(guild_id) as uow:
            profile = await _profile(uow, actor.member_id)
            channel_id = (await uow.communities.get()).introductions_channel
            return OwnProfile(profile, fate_of(await _introductions(uow, profile), profile, channel_id))

    async def form(self, guild_id: int, actor: Actor) -> tuple[Profile, tuple[Industry, ...]]:
        """The actor's profile, and the industries to choose from."""
        async with self._units.reading(guild_id) as uow:
            profile = await _profile(uow, actor.member_id)
            return profile, offered(profile.industries, await uow.industries.in_use())

    async def edit(self, guild_id: int, actor: Actor, change: ProfileChange) -> ProfileEdited:
        """Change what is given in the actor's own profile; ask first what is meant by an industry that is in doubt.

        Raises:
            StudyError: a value is not understood, or there are too many; see `ProfileChange.read` and
                `bot.domain.industries`.
        """
        async with self._units(guild_id) as uow:
            return await self._edit(uow, actor, change)

    async def choose_industry(self, guild_id: int, actor: Actor, draft_id: int, place: int) -> ProfileEdited:
        """Go on with what is meant: the candidate in this place, from 1, or with 0 the name as it was typed.

        Raises:
            Unknown: it was answered already, has gone, or is another's.
            TooManyAdded: this person has added enough; the question stays open.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "industry")
            written, settled = answered(draft, place)
            return await self._edit(uow, actor, ProfileChange(industries=written), settled)

    async def _edit(
        self, uow: UnitOfWork, actor: Actor, change: ProfileChange, settled: Sequence[str] = ()
    ) -> ProfileEdited:
        """As `edit`; the industries `settled` are new beyond doubt."""
        values = change.read()
        before = await _profile(uow, actor.member_id)
        new: tuple[Industry, ...] = ()
        asked: WhichIndustry | None = None
        if change.industries is not None:
            # What is said now comes after every question that is open; an old button must not undo it.
            await uow.sessions.drafts.remove_all(actor.member_id, "industry")
            chosen = await read(uow, change.industries, self._vocabulary())
            if change.keeps_order:
                kept = [industry for industry in before.industries if industry in chosen]
                chosen = (*kept, *(industry for industry in chosen if industry not in kept))
            if found := await doubt(uow, chosen, self._vocabulary(), actor.member_id, settled):
                asked = await ask(uow, actor, chosen, found, settled)
            else:
                values["industries"] = await added(uow, chosen, actor.member_id)
                new = tuple(industry for industry in values["industries"] if industry not in chosen)
        after = replace(before, **values)
        if after == before:
            return ProfileEdited(before, before, asked=asked)
        after = await uow.profiles.put(after)
        await uow.record("profile.edit", actor.member_id, f"profile:{after.id}", *changes(before, after))
        await self._say_newest(uow, after)
        await self._move_clock(uow, before, after.time_zone)
        return ProfileEdited(before, after, new, asked)

    async def suggest_industries(self, guild_id: int, typed: str) -> list[tuple[Industry, ...]]:
        """The ways to go on with a list of industries that somebody types, at most as many as Discord shows.

        Each is the whole list: what stands before the last comma, and an industry that fits what stands behind it.
        """
        *before, last = _typed(typed, parts(typed))
        async with self._units.reading(guild_id) as uow:
            own = await uow.industries.in_use()
            try:
                chosen = await read(uow, before, self._vocabulary())
            except StudyError:
                # Said when it is sent; nothing that is typed behind it would make it better.
                return []
        if len(chosen) >= MOST_INDUSTRIES:
            return []
        found = fitting(last, own, self._vocabulary())
        return [(*chosen, industry) for industry in found if industry not in chosen]

    async def suggest_topics(self, guild_id: int, typed: str) -> list[tuple[str, ...]]:
        """The same for topics: those that people of the community have told."""
        *before, last = _typed(typed, divided(typed))
        known = {folded(topic) for topic in before}
        async with self._units.reading(guild_id) as uow:
            found = await uow.profiles.topics(folded(last), MOST_SUGGESTIONS + len(before))
        return [(*before, topic) for topic in found if folded(topic) not in known][:MOST_SUGGESTIONS]

    # Introductions

    async def introduce(self, guild_id: int, actor: Actor, name: str) -> bool:
        """Post the actor's own profile in the channel for introductions, unless the same stands there already.

        `name` is what they are called on the server. Of two presses at once one posts; True for that one.

        Raises:
            NothingToIntroduce: the profile tells nothing.
            NoIntroductionsChannel: there is no such channel.
        """
        async with self._units(guild_id) as uow:
            profile = await _profile(uow, actor.member_id)
            if profile.tells_nothing:
                raise NothingToIntroduce
            channel_id = (await uow.communities.get()).introductions_channel
            if not channel_id:
                raise NoIntroductionsChannel
            posted = fate_of(await _introductions(uow, profile), profile, channel_id)
            if posted is not None and posted.settled:
                return False
            await self._post(uow, profile, channel_id, cleaned(name)[:_LONGEST_NAME])
            await uow.record(
                "profile.introduce", actor.member_id, f"profile:{profile.id}", after={"channel_id": channel_id}
            )
            return True

    async def describe(self, uow: UnitOfWork, post: Post) -> Introduction | None:
        """What an introduction says; None if the person has left."""
        member_id = post.data["member"]
        if await uow.profiles.find(member_id) is None:
            return None
        known = await introduced_with(uow, member_id, self._is_public)
        return Introduction(member_id, post.data["name"], told(member_id, post.data["told"]), known)

    async def on_member_left(self, uow: UnitOfWork, event: MemberLeft) -> None:
        """Whoever has left is no longer known: their profile goes. What they have posted stays theirs and stands."""
        profile = await uow.profiles.find(event.member_id)
        if profile is None:
            return
        await uow.posts.cancel([INTRODUCTION], profile.id, "left")
        await uow.profiles.remove(profile)
        await uow.record("profile.remove", None, f"profile:{profile.id}")
        await self._move_clock(uow, profile, "")

    async def _move_clock(self, uow: UnitOfWork, before: Profile, time_zone: str) -> None:
        if before.time_zone != time_zone:
            for hook in self._hooks:
                await hook(uow, before.member_id, before.time_zone)

    async def _post(self, uow: UnitOfWork, profile: Profile, channel_id: int, name: str) -> None:
        now = self._clock.now()
        await uow.posts.cancel([INTRODUCTION], profile.id, "said anew")
        await uow.posts.plan(
            NewPost(
                INTRODUCTION,
                profile.id,
                due_at=now,
                expires_at=now + INTRODUCTION_LIVES,
                channel_id=channel_id,
                revision=next_revision(await _introductions(uow, profile)),
                silent=True,
                data={"member": profile.member_id, "name": name, "told": facts(profile, TOLD)},
            )
        )

    async def _say_newest(self, uow: UnitOfWork, profile: Profile) -> None:
        """What waits to be posted must not say what was just taken back."""
        waiting = standing(await _introductions(uow, profile))
        if waiting is None or not unsent(waiting) or waiting.data["told"] == facts(profile, TOLD):
            return
        if profile.tells_nothing:
            await uow.posts.cancel([INTRODUCTION], profile.id, "taken back")
        else:
            await self._post(uow, profile, waiting.channel_id, waiting.data["name"])


async def _introductions(uow: UnitOfWork, profile: Profile) -> Sequence[Post]:
    """Of this person, in order of revision."""
    return await uow.posts.of_subject(INTRODUCTION, profile.id)


def _typed(text: str, found: list[str]) -> list[str]:
    """The items found in a list that is being typed; the last one may be empty still."""
    return found if found and text.rstrip().endswith(found[-1]) else [*found, ""]


async def _profile(uow: UnitOfWork, member_id: int) -> Profile:
    return await uow.profiles.find(member_id) or Profile(0, member_id)
