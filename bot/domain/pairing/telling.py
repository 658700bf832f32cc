"""What those who take part are told, and where: in the private thread of those who meet, or each alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.members import dm_readers
from bot.domain.pairing.hours import common, free, week_from
from bot.domain.pairing.values import ALONE, LIVES, Alone, Asked, Habits, Told
from bot.domain.posts import NewPost
from bot.domain.quiet import plan_in_peace
from bot.domain.readers import for_its_reader, reader_of
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from bot.domain.meetings import Meeting
    from bot.domain.posts import Post
    from bot.domain.uow import UnitOfWork

_TIMES = 3
"""So many times are proposed."""


async def tell_of(uow: UnitOfWork, kind: str, meeting: Meeting, now: datetime, thread_id: int = 0) -> None:
    """Plan a message of this kind about a meeting: one in its thread, or without one for each alone."""
    if thread_id:
        post = NewPost(kind, meeting.id, now, now + LIVES, thread_id, quiet=True)
        await plan_in_peace(uow, [post], now)
        return
    readers = await dm_readers(uow, kind, meeting.people)
    posts = [NewPost(kind, meeting.id, now, now + LIVES, member_id=each, quiet=True) for each in readers]
    await plan_in_peace(uow, [for_its_reader(post) for post in posts], now)


async def tell_alone(
    uow: UnitOfWork, member_ids: Sequence[int], subject_id: int, now: datetime, *, left: bool = False
) -> None:
    """Tell these people that they meet nobody this time."""
    data = {"left": left}
    posts = [
        for_its_reader(NewPost(ALONE, subject_id, now, now + LIVES, member_id=each, quiet=True, data=data))
        for each in await dm_readers(uow, ALONE, member_ids)
    ]
    await plan_in_peace(uow, posts, now)


async def still_there(uow: UnitOfWork, member_ids: Sequence[int]) -> list[int]:
    """Those of these people who are still members of the server, as far as is known."""
    known = await uow.members.some(member_ids)
    gone = {each.member_id for each in known.values() if each.used_at is None and each.seen_at is None}
    return [each for each in member_ids if each not in gone]


class PairingWords:
    """What each message says when it goes out."""

    async def told(self, uow: UnitOfWork, post: Post) -> Told | None:
        """To those who meet: who, why, and when they could."""
        meeting = await uow.meetings.get(post.subject_id)
        if meeting is None or not await _can_meet(uow, meeting):
            return None
        return Told(
            meeting=meeting,
            guild_id=uow.guild_id,
            industries=await uow.profiles.main_industries(meeting.people),
            before=await _before(uow, meeting),
            times=await _times(uow, meeting, post.due_at),
            reader=reader_of(post),
            in_own_thread=not post.member_id,
        )

    async def asked(self, uow: UnitOfWork, post: Post) -> Asked | None:
        """To those who were to meet; None once somebody has said that they did, or if only one of them is there."""
        meeting, reader = await uow.meetings.get(post.subject_id), reader_of(post)
        if meeting is None or any(meeting.met.values()) or reader in meeting.met:
            return None
        if not await _can_meet(uow, meeting):
            return None
        return Asked(meeting, uow.guild_id, reader, not post.member_id)

    async def alone(self, uow: UnitOfWork, post: Post) -> Alone | None:
        """To who meets nobody this time."""
        return Alone(uow.guild_id, reader_of(post), post.data["left"], not post.member_id)


async def _can_meet(uow: UnitOfWork, meeting: Meeting) -> bool:
    """Whether two of them at least are still members of the server, as far as is known."""
    return len(await still_there(uow, meeting.people)) >= 2


async def _before(uow: UnitOfWork, meeting: Meeting) -> datetime | None:
    """When two people were paired before this time."""
    if len(meeting.people) != 2:
        return None
    one, other = meeting.people
    return await uow.meetings.together_before(one, other, meeting.at, "pairing")


async def _times(uow: UnitOfWork, meeting: Meeting, now: datetime) -> tuple[datetime, ...]:
    """When all of them are free; none where somebody has not said their hours."""
    habits = await uow.pairing.habits(meeting.people)
    community_zone = (await uow.communities.get()).time_zone
    hours: list[int] = []
    week = week_from(now)
    for member_id in meeting.people:
        own = habits.get(member_id, Habits())
        if own.ask_hours is None:
            return ()
        hours.append(free(own.ask_hours, zone_of(own.time_zone or community_zone), week))
    return common(hours, week, zone_of(community_zone), _TIMES)
