"""Who is told of a change of a session, and how: one rule for what its author is shown, answered, and what is sent.

A new time and a cancellation are said aloud. An edit is said silently, since nobody should be woken for a corrected
theme, and the reminders name what holds by then anyway; only a new place or link shortly before the start is said
aloud, because no reminder may follow.

Whoever stands on the list only by an organizer's answer is told in private what the others are told in public.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from bot.domain.calendar import moved_along
from bot.domain.members import dm_readers
from bot.domain.mirrors import thread_of
from bot.domain.posts import may_be_read, unsent
from bot.domain.readers import reader_of, unnamed
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.domain.posts import Post
    from bot.domain.rsvps import Rsvp
    from bot.domain.sessions import Session, SessionEvent
    from bot.domain.uow import UnitOfWork

CHANGES = ("moved", "edited", "cancelled")
"""The kinds of posts that tell of a change."""
TOLD = ("theme", "venue", "link", "duration", "deadline")
"""The fields of a session whose change those who come are told."""
SOON = timedelta(hours=3)
"""So shortly before the start a new place or link is said aloud."""
_NEEDED_TO_COME = frozenset({"venue", "link"})

Nobody = Literal["no answers", "only you", "over", "no channel", "not announced", "known", "not told of"]
"""Why nobody is told: nobody (else) may come, it has begun, there is no channel, it was not announced, they know the
new time already, or what changes is nothing to them."""

_TELLING: tuple[Nobody, ...] = ("no channel", "only you", "over")
"""Of several reasons why nobody is told, the first of these says most."""

Groups = tuple[tuple[datetime, tuple[int, ...]], ...]
"""People by the start they believe in, the earliest first."""


class Told(Struct, frozen=True):
    """Who is told of a change of a session, and how.

    `aloud` are mentioned in `channel_id` (its thread if `in_thread`), by the start they know. `edited` are told there
    of nothing but `fields`, silently unless `loud`. `alone` are those who declined: they are told in private and
    silently, by the start they know. `unnamed` are told in private what others are mentioned for, by the start they
    know (the session's own: of nothing but `fields`); `unreached` are those of them who can't be written to. `nobody`
    says why nobody is told; `unheard`: for want of a channel some are not.
    """

    channel_id: int
    in_thread: bool
    aloud: Groups = ()
    edited: tuple[int, ...] = ()
    alone: Groups = ()
    fields: tuple[str, ...] = ()
    loud: bool = False
    nobody: Nobody | None = None
    unheard: bool = False
    unnamed: Groups = ()
    unreached: tuple[int, ...] = ()

    @property
    def people(self) -> frozenset[int]:
        """Everybody who is told."""
        return self.in_public | self.in_private

    @property
    def in_public(self) -> frozenset[int]:
        """Who is told where everybody who sees the session reads."""
        return _members(self.aloud) | frozenset(self.edited)

    @property
    def in_private(self) -> frozenset[int]:
        """Who is told where only they read."""
        return _members(self.alone) | _members(self.unnamed)

    @property
    def silently(self) -> bool:
        """Whether nothing that is said in public makes a sound."""
        return not self.aloud and not self.loud


class ToldTogether(Struct, frozen=True):
    """Who is told that several sessions don't take place, each person once.

    `in_public`: in their sessions' threads or channels, all in threads if `in_threads`. `in_private`: of no session in
    public; `unreached`: of none at all. `unheard`: for want of a channel some are not told. `nobody` says why nobody
    is.
    """

    in_public: frozenset[int] = frozenset()
    in_threads: bool = False
    unheard: bool = False
    nobody: Nobody | None = "no answers"
    in_private: frozenset[int] = frozenset()
    unreached: frozenset[int] = frozenset()

    @property
    def people(self) -> frozenset[int]:
        """Everybody who is told."""
        return self.in_public | self.in_private


# The rules


def may_come(rsvps: Sequence[Rsvp]) -> list[int]:
    """Going, Late and Maybe, with a place or waiting for one."""
    return [r.member_id for r in rsvps if r.answer != "not_going"]


def declined(rsvps: Sequence[Rsvp]) -> list[int]:
    """Who said they don't come."""
    return [r.member_id for r in rsvps if r.answer == "not_going"]


def to_tell(session: Session, actor_id: int | None, member_ids: Iterable[int]) -> list[int]:
    """Of these people, who is told of a change: all but a host who made it."""
    own = actor_id if actor_id == session.host_id else None
    return [member_id for member_id in member_ids if member_id != own]


def known_starts(notices: Iterable[Post]) -> dict[int, datetime]:
    """The start that people believe in who were, or were to be, told of earlier moves; `notices` in order of revision.

    A notice that may have been read counts as read: to say a time twice is better than to leave a wrong one.
    """
    known: dict[int, datetime] = {}
    for post in notices:
        read = may_be_read(post)
        for member_id in (*post.data.get("mentions", ()), *([reader_of(post)] if reader_of(post) else ())):
            if read:
                known[member_id] = datetime.fromisoformat(post.data["new_start"])
            else:
                known.setdefault(member_id, datetime.fromisoformat(post.data["old_start"]))
    return known


def by_start(
    member_ids: Iterable[int], known: Mapping[int, datetime], otherwise: datetime
) -> list[tuple[datetime, list[int]]]:
    """People by the start they believe in, the earliest first."""
    groups: defaultdict[datetime, list[int]] = defaultdict(list)
    for member_id in member_ids:
        groups[known.get(member_id, otherwise)].append(member_id)
    return sorted(groups.items())


def changed_fields(event: SessionEvent, pending: Iterable[Post], zone: ZoneInfo) -> list[str]:
    """The fields that people are to be told of, with those of notices that nobody has read yet.

    `zone` is the community's, as in `bot.domain.sessions.changed_values`.
    """
    before, after = event.before, event.after
    assert before is not None
    names = {name for name in TOLD if getattr(before, name) != getattr(after, name)}
    if before.deadline and after.deadline == moved_along(before.deadline, before.starts_at, after.starts_at, zone):
        # A deadline moves along with its session, and is told with the new time.
        names.discard("deadline")
    names |= {name for post in pending if unsent(post) for name in post.data.get("fields", ())}
    return [name for name in TOLD if name in names]


def said_aloud(session: Session, fields: Iterable[str], now: datetime) -> bool:
    """Whether an edit of these fields is said aloud."""
    return not _NEEDED_TO_COME.isdisjoint(fields) and session.starts_at - now <= SOON


# What the events come to; asked before anything of them is planned


async def told_of_move(uow: UnitOfWork, event: SessionEvent, now: datetime) -> Told:
    """Who is told of a new time. A move that nobody was told of yet is told together with this one."""
    assert event.before is not None
    session = event.after
    channel_id, in_thread = await place_to_tell(uow, session)
    earlier = await uow.posts.of_subject("moved", session.id)
    fields = tuple(changed_fields(event, earlier, zone_of((await uow.communities.get()).time_zone)))
    known, rsvps = known_starts(earlier), await uow.rsvps.of_session(session.id)
    may = to_tell(session, event.actor_id, may_come(rsvps))
    named, private, unreached = await _routes(uow, "moved", rsvps, may)
    aloud, unmoved = _apart(by_start(named, known, event.before.starts_at), session)
    believing = by_start(private, known, event.before.starts_at)
    discreetly = tuple((old, tuple(some)) for old, some in believing if fields or old != session.starts_at)
    decliners = await dm_readers(uow, "moved", to_tell(session, event.actor_id, declined(rsvps)))
    alone, _known = _apart(by_start(decliners, known, event.before.starts_at), session)
    edited = unmoved if fields else ()
    unheard = not channel_id and bool(aloud or edited)
    if unheard:
        aloud, edited = (), ()
    some = aloud or edited or alone or discreetly or unreached
    nobody = None if some else _why(rsvps, may, "no channel" if unheard else "known")
    loud = said_aloud(session, fields, now)
    return Told(channel_id, in_thread, aloud, edited, alone, fields, loud, nobody, unheard, discreetly, unreached)


async def told_of_edit(uow: UnitOfWork, event: SessionEvent, now: datetime) -> Told:
    """Who is told of an edit without a new time; several in a row are told as one."""
    session = event.after
    channel_id, in_thread = await place_to_tell(uow, session)
    zone = zone_of((await uow.communities.get()).time_zone)
    fields = tuple(changed_fields(event, await uow.posts.of_subject("edited", session.id), zone))
    rsvps = await uow.rsvps.of_session(session.id)
    people = to_tell(session, event.actor_id, may_come(rsvps))
    nobody: Nobody | None = None
    if not fields:
        nobody = "not told of"
    elif not people:
        nobody = _why(rsvps, people, "no answers")
    elif session.announced_at is None:
        nobody = "not announced"
    elif session.starts_at <= now:
        nobody = "over"
    named, private, unreached = await _routes(uow, "edited", rsvps, [] if nobody else people)
    unheard = bool(named) and not channel_id
    if unheard:
        named, nobody = [], None if private or unreached else "no channel"
    discreetly: Groups = ((session.starts_at, tuple(private)),) if private else ()
    loud = said_aloud(session, fields, now)
    return Told(channel_id, in_thread, (), tuple(named), (), fields, loud, nobody, unheard, discreetly, unreached)


async def told_of_cancellation(uow: UnitOfWork, session: Session, actor_id: int | None, now: datetime) -> Told:
    """Who is told that a session does not take place, by the start they know; `actor_id` is who calls it off."""
    channel_id, in_thread = await place_to_tell(uow, session)
    known = known_starts(await uow.posts.of_subject("moved", session.id))
    rsvps = await uow.rsvps.of_session(session.id)
    people = to_tell(session, actor_id, may_come(rsvps))
    # Whoever knows no start that is ahead is there already.
    awaiting = [m for m in people if max(known.get(m, session.starts_at), session.starts_at) > now]
    named, private, unreached = await _routes(uow, "cancelled", rsvps, awaiting)
    aloud, discreetly = (
        tuple((old, tuple(some)) for old, some in by_start(each, known, session.starts_at)) for each in (named, private)
    )
    unheard = not channel_id and bool(aloud)
    if unheard:
        aloud = ()
    nobody = None if aloud or discreetly or unreached else _why(rsvps, people, "no channel" if unheard else "over")
    return Told(channel_id, in_thread, aloud, nobody=nobody, unheard=unheard, unnamed=discreetly, unreached=unreached)


async def told_of_cancellations(
    uow: UnitOfWork, sessions: Iterable[Session], actor_id: int, now: datetime
) -> ToldTogether:
    """Who is told that these sessions don't take place."""
    each = [await told_of_cancellation(uow, session, actor_id, now) for session in sessions]
    public = frozenset[int]().union(*(told.in_public for told in each))
    private = frozenset[int]().union(*(told.in_private for told in each)) - public
    unreached = frozenset(member for told in each for member in told.unreached) - public - private
    unheard = any(told.unheard for told in each)
    in_threads = all(told.in_thread for told in each if told.in_public)
    if public or private or unreached:
        return ToldTogether(public, in_threads, unheard, None, private, unreached)
    reasons = {told.nobody for told in each}
    telling: list[Nobody] = [why for why in _TELLING if why in reasons]
    return ToldTogether(unheard=unheard, nobody=telling[0] if telling else "no answers")


async def place_to_tell(uow: UnitOfWork, session: Session) -> tuple[int, bool]:
    """Where those who come to a session are told of it, and whether that is its thread; (0, False): nowhere."""
    if thread_id := await thread_of(uow, session.id):
        return thread_id, True
    group = await uow.groups.get(session.group_id)
    return group.channel_id or (await uow.communities.get()).announcements_channel, False


async def _routes(
    uow: UnitOfWork, kind: str, rsvps: Sequence[Rsvp], people: Iterable[int]
) -> tuple[list[int], list[int], tuple[int, ...]]:
    """Of these people, who is told where others read, who in private, and who can't be told."""
    apart, people = unnamed(rsvps), list(people)
    others = [m for m in people if m in apart]
    private = await dm_readers(uow, kind, others) if others else []
    return [m for m in people if m not in apart], private, tuple(m for m in others if m not in private)


def _members(groups: Groups) -> frozenset[int]:
    return frozenset(member for _start, some in groups for member in some)


def _apart(groups: Iterable[tuple[datetime, list[int]]], session: Session) -> tuple[Groups, tuple[int, ...]]:
    """Those who believe in another start than the session's, and those who know it."""
    apart = tuple((old, tuple(people)) for old, people in groups)
    known = tuple(member for old, people in apart if old == session.starts_at for member in people)
    return tuple((old, people) for old, people in apart if old != session.starts_at), known


def _why(rsvps: Sequence[Rsvp], people: Sequence[int], otherwise: Nobody) -> Nobody:
    if not may_come(rsvps):
        return "no answers"
    return otherwise if people else "only you"
