"""In which way each person is told of a session, and the posts that tell those who are told alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from bot.domain.members import dm_readers, kind_of, may_write
from bot.domain.mirrors import thread_of
from bot.domain.own_reminders.nearness import nearby
from bot.domain.posts import NewPost, Post, PostState, parts, unsent
from bot.domain.readers import for_its_reader, unnamed

if TYPE_CHECKING:
    from bot.domain.members import Member
    from bot.domain.own_reminders.values import OwnReminders
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork

OwnMoment = Literal["evening", "dawn", "before"]
PEOPLE = 60
"""People in one mention: beside so many the longest theme, group and place still fit into a message."""
_FIRST_PART, _PARTS = 1000, 1000
"""The parts of a channel's own post come before these; each lead has a thousand of them."""
_FIRST_SHARED = 100_000_000
"""The parts of what is said at a group's times come after all of those."""


class Ways(Struct, frozen=True):
    """Who is told in which way, each in the given order; whoever is in none of them is not told."""

    channel: list[int] = field(default_factory=list[int])
    thread: list[int] = field(default_factory=list[int])
    dm: list[int] = field(default_factory=list[int])

    @property
    def alone(self) -> list[int]:
        """Those who are not mentioned where everybody reads."""
        return [*self.thread, *self.dm]

    def of(self, member_ids: Sequence[int]) -> Ways:
        """The same for some of them."""
        some = set(member_ids)
        return Ways(*([m for m in people if m in some] for people in (self.channel, self.thread, self.dm)))


async def ways(
    uow: UnitOfWork,
    moment: Literal["evening", "dawn"],
    session: Session,
    people: Sequence[int],
    due_at: datetime,
    now: datetime,
) -> Ways:
    """How these people are told of the evening before or of dawn, which all are told of at `due_at`, or, late, now.

    Left out are those who want none, who have an own time for it, or who are told at a time near it (`nearness`).
    """
    chosen = await uow.own_reminders.some(people)
    group = await uow.groups.get(session.group_id)
    known = await uow.members.some(list(chosen))
    others = await nearby(uow, moment, session, group, chosen, due_at, now)
    found = Ways()
    for member_id in people:
        own, member = chosen.get(member_id), known.get(member_id)
        if moment == "evening" and own is not None and (own.evening_off or own.evening is not None):
            continue
        way = "channel" if own is None else own.way(alone=own.before is not None)
        if others.stands_in(member_id, own, group) and reachable(way, member):
            continue
        _put(found, member_id, "channel" if own is None else own.way(alone=False), member)
    return await discreet(uow, session, found)


async def discreet(uow: UnitOfWork, session: Session, told: Ways) -> Ways:
    """The same, but nobody is mentioned who has not put their name down themselves.

    They are told by direct message, or if they may not be sent any, not at all.
    """
    apart = unnamed(await uow.rsvps.of_session(session.id))
    mentioned = [m for m in (*told.channel, *told.thread) if m in apart]
    if not mentioned:
        return told
    channel, thread = ([m for m in people if m not in apart] for people in (told.channel, told.thread))
    return Ways(channel, thread, [*told.dm, *await dm_readers(uow, "before", mentioned)])


def as_everybody(chosen: Mapping[int, OwnReminders], known: dict[int, Member], people: Sequence[int]) -> Ways:
    """How these people are told of a time that all have."""
    found = Ways()
    for member_id in people:
        own = chosen.get(member_id)
        _put(found, member_id, "channel" if own is None else own.way(alone=False), known.get(member_id))
    return found


def told_alone(chosen: dict[int, OwnReminders], known: dict[int, Member], people: Sequence[int]) -> Ways:
    """How these people are told of a time of their own."""
    found = Ways()
    for member_id in people:
        _put(found, member_id, chosen[member_id].way(alone=True), known.get(member_id))
    return found


def _put(found: Ways, member_id: int, way: str, member: Member | None) -> None:
    if not reachable(way, member):
        return
    if way == "dm" and (member is None or member.used_at is None):
        # They have not used the bot since they came back.
        way = "thread"
    if way != "off":
        getattr(found, way).append(member_id)


def reachable(way: str, member: Member | None) -> bool:
    """Whether somebody is told at all in this way; who has stopped direct messages is not mentioned instead."""
    if way == "dm" and member is not None and member.used_at is not None:
        return may_write(member, kind_of("before"))
    return way != "off"


async def wanting(uow: UnitOfWork, people: Iterable[int]) -> set[int]:
    """Those of these people who want to be told at all; asked again when a message is about to go out."""
    some = sorted(people)
    chosen = await uow.own_reminders.among(tuple(some))
    return {member_id for member_id in some if member_id not in chosen or chosen[member_id].by != "off"}


async def tell(
    uow: UnitOfWork,
    moment: OwnMoment,
    session: Session,
    told: Ways,
    *,
    due_at: datetime,
    expires_at: datetime,
    day: date,
    minutes: int = 0,
) -> None:
    """Write the posts to those who are told alone; `minutes` is the lead of an offset, `day` the session's local day.

    Quiet hours hold none of them: all are about a session that their readers said they come to.
    """
    apart = unnamed(await uow.rsvps.of_session(session.id)) if told.dm else frozenset[int]()
    for member_id in told.dm:
        post = NewPost(
            moment,
            session.id,
            due_at,
            expires_at,
            member_id=member_id,
            revision=session.revision,
            part=minutes,
            starts_at=session.starts_at,
            data=_data([member_id], day, minutes),
        )
        await uow.posts.plan(for_its_reader(post) if member_id in apart else post)
    await mention(uow, moment, session, told.thread, due_at=due_at, expires_at=expires_at, day=day, minutes=minutes)


async def tell_together(
    uow: UnitOfWork,
    session: Session,
    people: Sequence[int],
    channel_id: int,
    *,
    due_at: datetime,
    day: date,
    minutes: int,
) -> None:
    """Mention those who come in the group's channel, at a time that the group has for all."""
    data: dict[str, object] = {"day": day.toordinal(), "minutes": minutes, "together": True}
    first = _FIRST_SHARED + minutes * _PARTS
    for part, some in enumerate(parts(people, PEOPLE) if people and channel_id else [], first):
        post = NewPost(
            "before",
            session.id,
            due_at,
            session.starts_at,
            channel_id,
            revision=session.revision,
            part=part,
            starts_at=session.starts_at,
            data=data | {"mentions": list(some)},
        )
        await uow.posts.plan(post)


async def mention(
    uow: UnitOfWork,
    moment: OwnMoment,
    session: Session,
    people: Sequence[int],
    *,
    due_at: datetime,
    expires_at: datetime,
    day: date,
    minutes: int = 0,
    channel_id: int = 0,
) -> None:
    """Mention people in the session's thread, or where there is none in its group's channel; `channel_id`: there.

    Whoever still fits into a message that has not begun is mentioned in that one: many may come one after the other.
    """
    people = (await discreet(uow, session, Ways(thread=list(people)))).thread
    channel_id = channel_id or await thread_of(uow, session.id) or await _channel_of(uow, session)
    if not people or not channel_id:
        return
    first = _FIRST_PART + minutes * _PARTS
    written = [
        post
        for post in await uow.posts.of_subject(moment, session.id)
        if (post.channel_id, post.revision) == (channel_id, session.revision) and first <= post.part < first + _PARTS
    ]
    left = list(people)
    if written and _takes_more(written[-1]):
        last = written[-1]
        room = PEOPLE - len(last.data["mentions"])
        some, left = left[:room], left[room:]
        data = _data([*last.data["mentions"], *some], day, minutes)
        await uow.posts.plan(_as_new(last, data))
    number = written[-1].part + 1 if written else first
    for part, some in enumerate(parts(left, PEOPLE) if left else [], number):
        post = NewPost(
            moment,
            session.id,
            due_at,
            expires_at,
            channel_id,
            revision=session.revision,
            part=part,
            starts_at=session.starts_at,
            data=_data(some, day, minutes),
        )
        await uow.posts.plan(post)


def _takes_more(post: Post) -> bool:
    waits = unsent(post) and not post.attempts and post.state is not PostState.CANCELLED
    return waits and len(post.data["mentions"]) < PEOPLE


def _as_new(post: Post, data: dict[str, object]) -> NewPost:
    known = NewPost(post.kind, post.subject_id, post.due_at, post.expires_at, post.channel_id)
    return replace(known, revision=post.revision, part=post.part, starts_at=post.starts_at, data=data)


def _data(people: Sequence[int], day: date, minutes: int) -> dict[str, object]:
    data: dict[str, object] = {"mentions": list(people), "day": day.toordinal(), "alone": True}
    return data | {"minutes": minutes} if minutes else data


async def _channel_of(uow: UnitOfWork, session: Session) -> int:
    group = await uow.groups.get(session.group_id)
    return group.channel_id or (await uow.communities.get()).announcements_channel
