"""What moderators do about restrictions, and what the restricted person is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import Unknown
from bot.domain.members import dm_readers
from bot.domain.phrases import Fork, kept, resumed, taking
from bot.domain.posts import NewPost
from bot.domain.questions.moderating import moderated
from bot.domain.questions.reading import id_of, visible
from bot.domain.quiet import in_peace
from bot.domain.readers import reader_of, to_asker
from bot.domain.restrictions import (
    PARTS,
    AskerNotRestricted,
    AskerUnknown,
    ModeratorNotRestricted,
    NotRestricted,
    Part,
    Restriction,
    RestrictionEnds,
)
from bot.domain.sessions import Session, optional_text, own_draft

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.posts import Post
    from bot.domain.uow import UnitOfWork, Units

KIND = "restricted"
"""The direct message that tells of it; its subject is the restriction's row."""
LONGEST_REASON = 200
PAGE = 10
"""Restrictions on one screen: so many of the longest reasons fit."""
_TELL_FOR = timedelta(days=7)
_DRAFT = "ask-restrict"


class Restricting(Struct, frozen=True):
    """What a moderator has done: the restriction, and the sessions and lectures that the person had to give back.

    `told` is whether they are told, by direct message or in their private thread. Of a restriction through a question
    it says nothing: that somebody can't be written to would tell of them.
    """

    restriction: Restriction
    sessions: tuple[Session, ...]
    told: bool


class NamedQuestion(Struct, frozen=True):
    """A question through which somebody is restricted unseen; `text` "": it was hidden, or stands out of sight."""

    id: int
    text: str


class WhichEnd(Struct, frozen=True):
    """The end of a restriction has two readings; the moderator is asked which is meant. `time_zone`: the community's.

    Choosing needs only `draft_id` and the place of a reading.
    """

    draft_id: int
    text: str
    readings: tuple[datetime, ...]
    time_zone: str


class RestrictionPage(Struct, frozen=True):
    """One screen of the restrictions in force; `page` counts from 0."""

    restrictions: tuple[Restriction, ...]
    page: int
    pages: int


class RestrictionTold(Struct, frozen=True):
    """What the restricted person is told, and in which community; `reader` is their id in a private thread, else 0.

    `question` is the one that they asked, if they are restricted through it ("": its words have gone).
    """

    restriction: Restriction
    guild_id: int
    reader: int = 0
    question: str = ""


GiveBack = Callable[["UnitOfWork", Restriction, int], Awaitable[Sequence[Session]]]
"""A feature's part in a restriction that an actor (the last argument) sets or ends: where the person lost something."""


class RestrictionService:
    """Sets and lifts restrictions. `parts` are what features take back, by the part of the bot."""

    def __init__(self, units: Units, clock: Clock, parts: Mapping[Part, Sequence[GiveBack]]) -> None:
        self._units = units
        self._clock = clock
        self._parts = parts

    async def restrict(
        self, guild_id: int, actor: Actor, person: Actor, new: Restriction, forks: Sequence[Fork] = ()
    ) -> Restricting | WhichEnd:
        """Keep `person` from a part of the bot; one that they have already is replaced.

        Raises:
            NotAllowed: the actor is not a moderator.
            ModeratorNotRestricted: the person is one.
            InvalidText: the reason is too long.
            RestrictionEnds: it would end before it begins.
        """
        actor.require_moderator()
        if person.moderator:
            raise ModeratorNotRestricted
        new = replace(new, reason=optional_text("reason", new.reason, LONGEST_REASON))
        async with self._units(guild_id) as uow:
            return await self._go_on(uow, actor, new, forks)

    async def restrict_asker(
        self,
        guild_id: int,
        actor: Actor,
        text: str,
        person: Actor | None,
        until: datetime | None = None,
        reason: str = "",
        forks: Sequence[Fork] = (),
    ) -> Restricting | WhichEnd:
        """Keep whoever asked this question from asking more; who asked without their name, unseen.

        `person` is who asked with it, None where they have left. Of an anonymous question nothing is asked of who it
        was: not even whether they are a moderator, or still here.

        Raises:
            NotAllowed, QuestionOutOfSight: as `bot.domain.questions.moderating.moderated`.
            AskerUnknown: who asked with their name is no longer known. Else as `restrict`.
        """
        reason = optional_text("reason", reason, LONGEST_REASON)
        async with self._units(guild_id) as uow:
            question = await moderated(uow, actor, text, also_hidden=True)
            new = Restriction(question.asker_id, "asking", until, reason)
            if question.anonymous:
                new = replace(new, member_id=0, question_id=question.id)
            elif not question.asker_id:
                raise AskerUnknown
            elif person is not None and person.moderator:
                raise ModeratorNotRestricted
            return await self._go_on(uow, actor, new, forks)

    async def choose(self, guild_id: int, actor: Actor, draft_id: int, place: int) -> Restricting | WhichEnd:
        """Go on with the end that was chosen (0 the first, 1 the second).

        Raises:
            Unknown: the question was answered, has gone, or was another's. Else as `restrict`.
        """
        actor.require_moderator()
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, _DRAFT)
            await uow.sessions.drafts.remove(draft.id)
            return await self._go_on(uow, actor, *resumed(draft.data, Restriction, place))

    async def lift(self, guild_id: int, actor: Actor, member_id: int, part: Part | None = None) -> list[Restriction]:
        """End this restriction of somebody, or all; returns them. What they gave back stays with others.

        Raises:
            NotAllowed: the actor is not a moderator.
            NotRestricted: there is none.
        """
        actor.require_moderator()
        async with self._units(guild_id) as uow:
            now = self._clock.now()
            found = [await uow.restrictions.find(member_id, each, now) for each in PARTS if part in (None, each)]
            lifted = [each for each in found if each is not None]
            if not lifted:
                raise NotRestricted(member_id)
            for each in lifted:
                await self._lift(uow, actor, each, now)
            return lifted

    async def lift_asker(self, guild_id: int, actor: Actor, text: str, part: Part | None = None) -> list[Restriction]:
        """End what was set through a question, also a hidden one; of one asked by name, that of who asked it.

        Raises:
            NotAllowed, QuestionOutOfSight: as `bot.domain.questions.moderating.moderated`.
            AskerNotRestricted: there is none.
        """
        actor.require_moderator()
        async with self._units(guild_id) as uow:
            now = self._clock.now()
            found = await uow.restrictions.through(id_of(text), now)
            if found is None:
                question = await moderated(uow, actor, text)
                found = await uow.restrictions.through(question.id, now)
                if found is None and not question.anonymous:
                    found = await uow.restrictions.find(question.asker_id, "asking", now)
                if found is None:
                    raise AskerNotRestricted(question.id)
            if part not in (None, found.part):
                raise AskerNotRestricted(found.question_id or id_of(text))
            await self._lift(uow, actor, found, now)
            return [found]

    async def through_questions(self, guild_id: int, actor: Actor) -> Sequence[NamedQuestion]:
        """The questions through which somebody is restricted unseen, for moderators."""
        if not actor.moderator:
            return ()
        async with self._units.reading(guild_id) as uow:
            unseen = [each for each in await uow.restrictions.all(self._clock.now()) if each.question_id]
            return [NamedQuestion(each.question_id, await _words(uow, actor, each.question_id)) for each in unseen]

    async def list(self, guild_id: int, actor: Actor, page: int = 0) -> RestrictionPage:
        """A screen of those in force, for moderators."""
        actor.require_moderator()
        async with self._units.reading(guild_id) as uow:
            found = await uow.restrictions.all(self._clock.now())
        pages = max(1, -(-len(found) // PAGE))
        page = min(page, pages - 1)
        return RestrictionPage(tuple(found[page * PAGE : (page + 1) * PAGE]), page, pages)

    async def describe(self, uow: UnitOfWork, post: Post) -> RestrictionTold | None:
        """What the person is told; None if it has ended or was changed since."""
        found = await uow.restrictions.get(post.subject_id)
        if found is None or not found.covers(self._clock.now()):
            return None
        question = await uow.questions.find(found.question_id) if found.question_id else None
        reader = 0 if post.member_id else reader_of(post)
        return RestrictionTold(found, uow.guild_id, reader, "" if question is None else question.text)

    async def _go_on(
        self, uow: UnitOfWork, actor: Actor, new: Restriction, forks: Sequence[Fork]
    ) -> Restricting | WhichEnd:
        if forks:
            fork = forks[0]
            draft = await uow.sessions.drafts.add(actor.member_id, _DRAFT, kept(new, forks))
            ends = [taking(new, fork, place).until for place in range(len(fork.readings))]
            time_zone = (await uow.communities.get()).time_zone
            return WhichEnd(draft.id, fork.text, tuple(end for end in ends if end is not None), time_zone)
        now = self._clock.now()
        if new.until is not None and not new.covers(now):
            raise RestrictionEnds(new.until)
        before = await _standing(uow, new, now)
        if before is not None:
            await uow.posts.cancel([KIND], before.id, "changed")
        new = await uow.restrictions.put(new)
        old = None if before is None else _as_plain(before)
        await uow.record("restriction.set", actor.member_id, _subject(new), old, _as_plain(new))
        given_back = await self._give_back(uow, new, actor.member_id)
        return Restricting(new, given_back, await self._tell(uow, new, now))

    async def _tell(self, uow: UnitOfWork, new: Restriction, now: datetime) -> bool:
        """Plan the message to the person; whether there is one, and that may be known."""
        question = await uow.questions.find(new.question_id) if new.question_id else None
        member_id = new.member_id if question is None else question.asker_id
        if not await dm_readers(uow, KIND, [member_id]):
            return False
        ends = min(filter(None, (now + _TELL_FOR, new.until)))
        post = NewPost(KIND, new.id, now, ends, member_id=member_id, quiet=True)
        post = post if question is None else to_asker(post, question.id)
        await uow.posts.plan(await in_peace(uow, post, now))
        return question is None

    async def _lift(self, uow: UnitOfWork, actor: Actor, lifted: Restriction, now: datetime) -> None:
        await uow.restrictions.lift(lifted)
        await uow.posts.cancel([KIND], lifted.id, "lifted")
        await uow.record("restriction.lift", actor.member_id, _subject(lifted), before=_as_plain(lifted))
        await self._give_back(uow, replace(lifted, until=now), actor.member_id)

    async def _give_back(self, uow: UnitOfWork, restriction: Restriction, actor_id: int) -> tuple[Session, ...]:
        """What it takes from the person, in all features that it is about; each session once, by start."""
        lost: dict[int, Session] = {}
        # What nobody is to know of takes nothing away that others would see go.
        for feature in () if restriction.question_id else self._parts[restriction.part]:
            lost |= {session.id: session for session in await feature(uow, restriction, actor_id)}
        return tuple(sorted(lost.values(), key=lambda session: (session.starts_at, session.id)))


async def _standing(uow: UnitOfWork, new: Restriction, now: datetime) -> Restriction | None:
    """The restriction that a new one takes the place of."""
    if new.question_id:
        return await uow.restrictions.through(new.question_id, now)
    return await uow.restrictions.find(new.member_id, new.part, now)


async def _words(uow: UnitOfWork, actor: Actor, question_id: int) -> str:
    try:
        return (await visible(uow, actor, question_id)).text
    except Unknown:
        return ""


def _subject(restriction: Restriction) -> str:
    """Whom the audit says it is about."""
    question_id = restriction.question_id
    return f"question:{question_id}" if question_id else f"member:{restriction.member_id}"


def _as_plain(restriction: Restriction) -> dict[str, str | None]:
    """What the audit keeps of it: not the reason, which goes with the restriction."""
    until = restriction.until
    return {"from": restriction.part, "until": None if until is None else until.isoformat()}
