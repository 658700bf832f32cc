"""The people of a community as the bot knows them: who uses it, to whom it may write, and who has left.

A direct message goes only to people who have used the bot in that community, and only if they have not stopped messages
of its kind. Whom it can't reach is told in the session's thread where everybody may read it, else not at all.

Departures are known from Discord's own events, if the bot may have them, and else from asking it every night about
those who have said that they come, and about those who told of themselves. What a departure means for the other
features, they do in `on_member_left`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import Unknown
from bot.domain.mirrors import thread_of
from bot.domain.posts import NewPost, PostState, Settled

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.posts import Post
    from bot.domain.uow import UnitOfWork, Units

DmKind = Literal[
    "changes",
    "places",
    "reminders",
    "hosts",
    "turns",
    "arranging",
    "guests",
    "box",
    "after",
    "pairing",
    "questions",
    "tending",
    "introductions",
    "thanks",
    "spinoffs",
    "asks",
    "year",
]
"""What a person can stop: the new times of sessions they declined and what organizers answered for them, places that
came free for them, reminders, word that a session of a group they organize has lost its host, being asked to lecture
and what follows from a yes, word that a lecture of a group they organize has nobody yet, what concerns a guest whom
they look after, the questions that people have for their lecture, what comes after one (thanks, who wants to take it
further, and whether it was used), whom they are paired with, whether they would like to meet somebody, what becomes of
the questions that they asked or might ask, and of those that they look after, that their answers were accepted or
thanked, whether they may be listed in a spin-off, being asked what they may know, and the summary of their year."""

DM_POSTS: Mapping[DmKind, tuple[str, ...]] = {
    "changes": ("moved", "edited", "cancelled", "answered_for", "restricted"),
    "places": ("promotion",),
    "reminders": ("evening", "dawn", "before"),
    "hosts": ("hostless",),
    "turns": (
        *("turn_request", "turn_nudge", "turn_offer", "turn_outline", "turn_materials", "turn_away"),
        *("swap_offer", "swap_nudge", "swap_for", "swap_done", "swap_stays"),
        *("turn_released", "turn_back"),
    ),
    "arranging": ("turn_trouble", "turn_fell"),
    "guests": ("guest_news", "guest_prepare", "guest_thanks"),
    "box": ("question_box",),
    "after": ("lecture_thanks", "follow_up", "ask_used", "tell_used"),
    "pairing": ("pair_told", "pair_asked", "pair_alone"),
    "spinoffs": ("spinoff_asked",),
    "asks": ("question_ask", "question_remind"),
    "questions": (
        *("question_idle", "question_wrote", "question_lost", "question_moderated", "question_reopened"),
        *("question_taken", "question_stuck", "question_offer", "question_posted"),
    ),
    "tending": ("tend_idle", "tend_wrote", "tend_unheard"),
    "thanks": ("thanked",),
    "introductions": ("intro_asked", "intro_agreed", "intro_met"),
    "year": ("year_ledger",),
}
"""The kinds of posts that each kind of direct message consists of."""
DMS_CLOSED = "403 50007"
"""Why a post ends as undeliverable to somebody who takes no direct messages from this bot."""
CLOSED_FOR = timedelta(days=30)
"""So long DMs that were found closed are taken to be closed, unless one arrives; then it is news again."""
CHECK_AFTER = timedelta(hours=20)
"""Who was seen this recently is still there: less than a day, so that each night asks about everybody else."""
_LARGEST_ID = 2**63 - 1


class Member(Struct, frozen=True):
    """What is known of one person in one community.

    `used_at` is when they last used the bot themselves, to the day (None: never, or not since they left); `seen_at` is
    when they were last known to be there; `dms_closed_at` is since when their DMs are known to be closed, and
    `hinted_at` when they were told so. `language` is the one in which they used Discord last (None: not known).
    """

    member_id: int
    used_at: datetime | None = None
    seen_at: datetime | None = None
    dms_closed_at: datetime | None = None
    hinted_at: datetime | None = None
    stopped: frozenset[DmKind] = frozenset()
    language: str | None = None


class MemberLeft(Struct, frozen=True):
    """Somebody is no longer a member of a community."""

    guild_id: int
    member_id: int


MemberHook = Callable[["UnitOfWork", MemberLeft], Awaitable[None]]
"""A feature's part in a departure, run in the same transaction."""


StopHook = Callable[["UnitOfWork", int, DmKind], Awaitable[None]]
"""A feature's part when somebody stops direct messages of a kind, run in the same transaction."""


class MemberRepository(Protocol):
    """The people of one community."""

    async def find(self, member_id: int) -> Member | None:
        """What is known of this person; None: nothing."""
        ...

    async def some(self, member_ids: Collection[int]) -> dict[int, Member]:
        """What is known of these people, by id; the unknown are left out."""
        ...

    async def put(self, member: Member) -> None:
        """Write or replace what is known of a person."""
        ...

    async def reached_at(self, member_id: int) -> datetime | None:
        """When a direct message last arrived; None: none is remembered."""
        ...

    async def cancel_dms(self, member_id: int, kinds: Collection[str], reason: str) -> None:
        """Cancel this person's DMs of these post kinds as `PostRepository.cancel` would."""
        ...

    async def number_of(self, member_id: int) -> int:
        """A number that stands for this person here and says nothing to others; 0: they are not known."""
        ...

    async def numbered(self, number: int) -> Member | None:
        """The person with this number."""
        ...

    async def undelivered(self, member_id: int, kinds: Collection[str]) -> list[Post]:
        """The direct messages of these kinds that could not be delivered and have not expired, in order of id."""
        ...

    async def has_part(self, member_id: int, now: datetime) -> bool:
        """Whether this person uses the bot, told of themselves, has a part in a group, or answered for what begins."""
        ...

    async def to_check(self, now: datetime, seen_before: datetime, limit: int) -> list[int]:
        """Those who have a part in something, not seen since; longest unseen first.

        A part: they organize, take turns, are paired, are in a spin-off, vote for an open theme, have asked an open
        question, or answered for what begins. Behind them come those who only told of themselves.
        """
        ...


# Rules


def kind_of(post_kind: str) -> DmKind:
    """The kind of direct message that a post of this kind is.

    Raises:
        KeyError: nobody could stop such a message, so none may be sent.
    """
    for kind, posts in DM_POSTS.items():
        if post_kind in posts:
            return kind
    raise KeyError(post_kind)


def may_write(member: Member | None, kind: DmKind) -> bool:
    """Whether to send this person direct messages of a kind."""
    return member is not None and member.used_at is not None and kind not in member.stopped


def used_today(member: Member | None, now: datetime) -> bool:
    """Whether it is written already that this person has used the bot today (UTC)."""
    return member is not None and member.used_at is not None and member.used_at.date() == now.date()


def closed(member: Member, reached_at: datetime | None, now: datetime) -> bool:
    """Whether this person's DMs are known to be closed; `reached_at` is when one last arrived."""
    if member.dms_closed_at is None or now >= member.dms_closed_at + CLOSED_FOR:
        return False
    return reached_at is None or reached_at <= member.dms_closed_at


def found_closed(member: Member, reached_at: datetime | None, now: datetime) -> Member:
    """The member after Discord refused a direct message to them. If that is known, it is no news."""
    return member if closed(member, reached_at, now) else replace(member, dms_closed_at=now, hinted_at=None)


def hint_due(member: Member, reached_at: datetime | None, now: datetime) -> bool:
    """Whether to tell this person that their DMs are closed: once each time it is news."""
    return member.hinted_at is None and closed(member, reached_at, now)


# What other features call


async def note_use(uow: UnitOfWork, member_id: int, now: datetime) -> Member:
    """Remember that this person has used the bot themselves; written once a day."""
    member = await uow.members.find(member_id)
    if member is not None and used_today(member, now):
        return member
    member = replace(member or Member(member_id), used_at=now, seen_at=now)
    await uow.members.put(member)
    return member


async def dm_readers(uow: UnitOfWork, post_kind: str, member_ids: Sequence[int]) -> list[int]:
    """Those of these people, in the same order, who may be sent direct messages of this kind of post."""
    kind, known = kind_of(post_kind), await uow.members.some(member_ids)
    return [member_id for member_id in member_ids if may_write(known.get(member_id), kind)]


async def plan_dm(uow: UnitOfWork, post: NewPost) -> None:
    """Plan a direct message about a session, or where it may not be sent, a mention in the session's thread.

    Nobody is told by a mention instead what they did not want to be told. Only for what everybody may read.
    """
    kind, member = kind_of(post.kind), await uow.members.find(post.member_id)
    if may_write(member, kind):
        await uow.posts.plan(post)
    elif member is None or kind not in member.stopped:
        thread_id = await thread_of(uow, post.subject_id)
        if thread_id:
            data = {**post.data, "mentions": [post.member_id]}
            await uow.posts.plan(replace(post, channel_id=thread_id, member_id=0, data=data))


class MemberService:
    """Keeps what is known of people. `on_member_left` are the other features' parts in a departure, in order."""

    def __init__(
        self,
        units: Units,
        clock: Clock,
        on_member_left: Sequence[MemberHook] = (),
        on_stopped: Sequence[StopHook] = (),
    ) -> None:
        self._units = units
        self._clock = clock
        self._hooks = tuple(on_member_left)
        self._on_stopped = tuple(on_stopped)
        self._today: date | None = None
        self._noted: dict[tuple[int, int], str | None] = {}
        self._refused: set[tuple[int, int]] = set()

    async def used(self, guild_id: int, member_id: int, *, may_hint: bool, language: str | None = None) -> bool:
        """Note that somebody has used the bot; True if they are to be told, now, that their DMs are closed.

        `language` is the one in which they use Discord. Whoever was noted today costs nothing; else it is a look, and
        a write only if there is something new to write.
        """
        now, key = self._clock.now(), (guild_id, member_id)
        if self._today != now.date():
            self._today, self._noted = now.date(), {}
        if key in self._noted and self._noted[key] == language and key not in self._refused:
            return False
        async with self._units.reading(guild_id) as uow:
            member = await uow.members.find(member_id)
            hint = may_hint and member is not None and await _hint_due(uow, member, now)
        spoken = language or (member.language if member is not None else None)
        if hint or member is None or not used_today(member, now) or member.language != spoken:
            async with self._units(guild_id) as uow:
                member = await note_use(uow, member_id, now)
                if member.language != spoken:
                    member = replace(member, language=spoken)
                    await uow.members.put(member)
                # Asked again: of two presses at once only one is followed by the hint.
                hint = may_hint and await _hint_due(uow, member, now)
                if hint:
                    await uow.members.put(replace(member, hinted_at=now))
        self._noted[key] = language
        if may_hint and member.dms_closed_at is not None:
            self._refused.discard(key)
        return hint

    async def choose(self, guild_id: int, member_id: int, kind: str, *, wanted: bool) -> DmKind:
        """Let somebody stop direct messages of a kind, or have them again. What is pending is cancelled.

        Raises:
            Unknown: there is no such kind, or this person was never a member of that community.
        """
        known: DmKind | None = next((each for each in DM_POSTS if each == kind), None)
        if known is None or not 0 < guild_id <= _LARGEST_ID:
            raise Unknown("button", str(kind))
        async with self._units(guild_id) as uow:
            member = await uow.members.find(member_id)
            if member is None:
                # Rolled back, so that no community is made of whatever id was sent.
                raise Unknown("button", str(guild_id))
            if (known in member.stopped) is wanted:
                stopped = member.stopped - {known} if wanted else member.stopped | {known}
                await uow.members.put(replace(member, stopped=stopped))
                before, after = ({"stopped_dms": sorted(kinds)} for kinds in (member.stopped, stopped))
                await uow.record("member.choose_dms", member_id, f"community:{guild_id}", before, after)
            if not wanted:
                await uow.members.cancel_dms(member_id, DM_POSTS[known], "stopped by its reader")
                for hook in self._on_stopped:
                    await hook(uow, member_id, known)
        return known

    async def on_undelivered(self, uow: UnitOfWork, result: Settled) -> None:
        """A post could not be delivered; remembered if that is because of closed DMs."""
        post = result.post
        if not post.member_id or result.state is not PostState.UNDELIVERABLE or result.reason != DMS_CLOSED:
            return
        member = await uow.members.find(post.member_id) or Member(post.member_id)
        reached_at = await uow.members.reached_at(post.member_id)
        await uow.members.put(found_closed(member, reached_at, self._clock.now()))
        self._refused.add((post.guild_id, post.member_id))

    # Departures

    async def left(self, guild_id: int, member_id: int) -> bool:
        """Somebody has left: what they had a part in goes on without them; True if there was anything.

        What they have stopped stays stopped, should they return.
        """
        now = self._clock.now()
        async with self._units.reading(guild_id) as uow:
            if not await uow.members.has_part(member_id, now):
                return False
        async with self._units(guild_id) as uow:
            for hook in self._hooks:
                await hook(uow, MemberLeft(guild_id, member_id))
            await uow.members.cancel_dms(member_id, [kind for kinds in DM_POSTS.values() for kind in kinds], "left")
            member = await uow.members.find(member_id)
            if member is not None:
                await uow.members.put(Member(member_id, stopped=member.stopped))
            await uow.record("member.left", None, f"community:{guild_id}", before={"member": member_id})
        self._noted.pop((guild_id, member_id), None)
        return True

    async def to_check(self, guild_id: int, limit: int) -> list[int]:
        """Of whom Discord is to be asked tonight whether they are still there."""
        now = self._clock.now()
        async with self._units.reading(guild_id) as uow:
            return await uow.members.to_check(now, now - CHECK_AFTER, limit)

    async def seen(self, guild_id: int, member_ids: Sequence[int]) -> None:
        """These people are still there."""
        if not member_ids:
            return
        now = self._clock.now()
        async with self._units(guild_id) as uow:
            known = await uow.members.some(member_ids)
            for member_id in member_ids:
                await uow.members.put(replace(known.get(member_id) or Member(member_id), seen_at=now))


async def _hint_due(uow: UnitOfWork, member: Member, now: datetime) -> bool:
    if member.dms_closed_at is None or member.hinted_at is not None:
        return False
    return hint_due(member, await uow.members.reached_at(member.member_id), now)
