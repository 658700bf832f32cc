"""The end of a study group, and the way back.

Its moderator is shown first what stops and who will be told. Then its series end, its sessions to come are cancelled,
and the group is in no list any more; a session that has begun goes on. What was, stays: past sessions, members,
organizers and settings. Its name is free again, and whoever gives it to a new group is asked about the old one first.
Members who come to none of its sessions read of it in the group's channel, once and silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from bot.domain.errors import StudyError, Unknown
from bot.domain.groups import GroupHook, GroupNameTaken, NewGroup, checked, find_group, folded, is_visible
from bot.domain.posts import NewPost, next_revision
from bot.domain.quiet import in_peace
from bot.domain.reminders import channel_of
from bot.domain.series import SessionSeries, end_series
from bot.domain.sessions import (
    LONGEST_REASON,
    Session,
    SessionHooks,
    cancel_session,
    optional_text,
    own_draft,
)
from bot.domain.told import ToldTogether, told_of_cancellations

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.groups import GroupService, StudyGroup
    from bot.domain.posts import Post
    from bot.domain.uow import UnitOfWork, Units

KIND = "archived"
"""The posts that tell a group's members; their subject is the group."""
LIVES = timedelta(days=7)
"""So long it is worth telling."""
_ALL = 5000


class GroupArchived(StudyError):
    """Somebody else has archived the group `name` meanwhile."""

    name: str


class Ending(Struct, frozen=True):
    """What stops with a group: its running series, its sessions that have not begun (by start), and who will be told.

    `running` is a session that goes on just now, and is left in peace. So many `others` belong to the group and are
    told of no session: they read of it in `channel_id` (0: nowhere).
    """

    series: tuple[SessionSeries, ...]
    sessions: tuple[Session, ...]
    told: ToldTogether
    running: Session | None
    others: int
    channel_id: int

    @property
    def posted(self) -> bool:
        """Whether the group's channel says that it is archived."""
        return bool(self.others and self.channel_id)

    @property
    def announced(self) -> int:
        """How many of the sessions people have read of."""
        return sum(session.announced_at is not None for session in self.sessions)

    @property
    def single(self) -> tuple[Session, ...]:
        """The sessions that stop with no series."""
        ending = {series.id for series in self.series}
        return tuple(session for session in self.sessions if session.series_id not in ending)


class ArchivePreview(Struct, frozen=True):
    """What its moderator is shown before anything stops; `again`: more would stop than they were shown before."""

    draft_id: int
    group: StudyGroup
    ending: Ending
    reason: str
    again: bool = False


class Archived(Struct, frozen=True):
    """The group is archived, and this has stopped with it."""

    group: StudyGroup
    ending: Ending


class GroupGone(Struct, frozen=True):
    """What members read of the end of their group; `reason` "": none was given."""

    group: StudyGroup
    reason: str


class Restored(Struct, frozen=True):
    """A group that was archived stands again; `new` is False if it did already."""

    group: StudyGroup
    new: bool


class Earlier(Struct, frozen=True):
    """There was a group of the name that is to be given to a new one: which of the two is meant?"""

    draft_id: int
    group: StudyGroup


class ArchiveService:
    """Archives groups and brings them back. What follows for their sessions are `hooks`, as ever."""

    def __init__(
        self,
        units: Units,
        clock: Clock,
        hooks: SessionHooks,
        groups: GroupService,
        on_group_changed: Sequence[GroupHook] = (),
    ) -> None:
        self._units = units
        self._clock = clock
        self._hooks = hooks
        self._groups = groups
        self._on_group_changed = tuple(on_group_changed)

    # Archiving

    async def preview(self, guild_id: int, actor: Actor, name: str, reason: str = "") -> ArchivePreview:
        """What would stop, kept as a draft; nothing stops yet, and nobody is told.

        Raises:
            NotAllowed: the actor is not a moderator.
            Unknown: see `find_group`.
            InvalidText: the reason is too long.
        """
        actor.require_moderator()
        async with self._units(guild_id) as uow:
            group = await find_group(uow, actor, name)
            reason = optional_text("reason", reason, LONGEST_REASON)
            return await self._preview(uow, actor, group, reason)

    async def confirm(self, guild_id: int, actor: Actor, draft_id: int) -> Archived | ArchivePreview:
        """Archive what was shown. The second of two presses finds the draft used.

        If something was planned meanwhile that would stop too, it is shown anew and nothing stops.

        Raises:
            NotAllowed, Unknown: it was used already, has gone, or is another's.
            GroupArchived: somebody else was first.
        """
        actor.require_moderator()
        async with self._units(guild_id) as uow:
            group, data = await self._use(uow, actor, draft_id)
            ending = await self._ending(uow, actor.member_id, group)
            if not _single_ids(ending) <= {*data["sessions"]} or not _series_ids(ending) <= {*data["series"]}:
                return await self._preview(uow, actor, group, data["reason"], again=True)
            return await self._archive(uow, actor, group, ending, data["reason"])

    async def keep(self, guild_id: int, actor: Actor, draft_id: int) -> StudyGroup:
        """It stays as it is; the draft is gone.

        Raises:
            As `confirm`.
        """
        async with self._units(guild_id) as uow:
            return (await self._use(uow, actor, draft_id))[0]

    async def describe(self, uow: UnitOfWork, post: Post) -> GroupGone | None:
        """What members read; None if the group is back."""
        group = await uow.groups.get(post.subject_id)
        return GroupGone(group, post.data["reason"]) if group.archived_at is not None else None

    # The way back

    async def restore(self, guild_id: int, actor: Actor, group_id: int) -> Restored:
        """The group stands again, with its members, organizers and settings; what was called off stays off.

        Raises:
            NotAllowed: the actor is not a moderator.
            Unknown: there is none for them.
            GroupNameTaken: another group has its name by now.
        """
        actor.require_moderator()
        async with self._units(guild_id) as uow:
            group = await self._known(uow, actor, group_id)
            if group.archived_at is None:
                return Restored(group, new=False)
            if await uow.groups.named(group.name) is not None:
                raise GroupNameTaken(group.name)
            archived_at = group.archived_at.isoformat()
            # Who sees its channel by now is looked at again before the morning post may name it.
            after = await uow.groups.change(group.id, archived_at=None, open_to_morning=False)
            await uow.posts.cancel([KIND], group.id, "restored")
            subject = f"group:{group.id}"
            await uow.record(
                "group.restore", actor.member_id, subject, {"archived_at": archived_at}, {"archived_at": None}
            )
            await self._follow(uow, group, after)
            return Restored(after, new=True)

    async def earlier(self, guild_id: int, actor: Actor, new: NewGroup) -> Earlier | None:
        """The newest archived group of a new one's name; the new one is kept as a draft. None: just make it.

        Raises:
            As `GroupService.create`, but for a name that is taken.
        """
        actor.require_moderator()
        name, _values = checked(new)
        async with self._units(guild_id) as uow:
            community = await uow.communities.get()
            found = [
                group
                for group in await uow.groups.all(archived=True)
                if folded(group.name) == folded(name) and is_visible(group, actor, community)
            ]
            if not found or any(group.archived_at is None for group in found):
                return None
            draft = await uow.sessions.drafts.add(actor.member_id, "group", msgspec.to_builtins(new), found[-1].id)
            return Earlier(draft.id, found[-1])

    async def make_new(self, guild_id: int, actor: Actor, draft_id: int) -> StudyGroup:
        """Make the new group all the same; the earlier one keeps its history.

        Raises:
            Unknown: the draft was used already, has gone, or is another's. Else as `GroupService.create`.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "group")
            await uow.sessions.drafts.remove(draft.id)
            return await self._groups.write(uow, actor, msgspec.convert(draft.data, NewGroup))

    # Parts of the above

    async def _use(self, uow: UnitOfWork, actor: Actor, draft_id: int) -> tuple[StudyGroup, Any]:
        draft = await own_draft(uow, actor, draft_id, "archive")
        await uow.sessions.drafts.remove(draft.id)
        group = await self._known(uow, actor, draft.subject_id)
        if group.archived_at is not None:
            raise GroupArchived(group.name)
        return group, draft.data

    async def _known(self, uow: UnitOfWork, actor: Actor, group_id: int) -> StudyGroup:
        with suppress(Unknown):
            group = await uow.groups.get(group_id)
            if is_visible(group, actor, await uow.communities.get()):
                return group
        raise Unknown("button", str(group_id))

    async def _preview(
        self, uow: UnitOfWork, actor: Actor, group: StudyGroup, reason: str, *, again: bool = False
    ) -> ArchivePreview:
        ending = await self._ending(uow, actor.member_id, group)
        data = {"reason": reason, "sessions": sorted(_single_ids(ending)), "series": sorted(_series_ids(ending))}
        draft = await uow.sessions.drafts.add(actor.member_id, "archive", data, group.id)
        return ArchivePreview(draft.id, group, ending, reason, again)

    async def _ending(self, uow: UnitOfWork, actor_id: int, group: StudyGroup) -> Ending:
        now = self._clock.now()
        series = [each for each in await uow.series.all() if each.group_id == group.id]
        planned = await uow.sessions.upcoming(now, group_id=group.id, limit=_ALL)
        sessions = [session for session in planned if session.starts_at > now]
        told = await told_of_cancellations(uow, sessions, actor_id, now)
        running = next((session for session in planned if session.starts_at <= now), None)
        others = await uow.memberships.of_group(group.id) - told.people - {actor_id}
        return Ending(tuple(series), tuple(sessions), told, running, len(others), await channel_of(uow, group))

    async def _archive(self, uow: UnitOfWork, actor: Actor, group: StudyGroup, ending: Ending, reason: str) -> Archived:
        now = self._clock.now()
        # First of all, so that nothing is announced while one session after the other is called off.
        after = await uow.groups.change(group.id, archived_at=now, open_to_morning=False)
        await uow.record(
            "group.archive",
            actor.member_id,
            f"group:{group.id}",
            {"archived_at": None},
            {"archived_at": now.isoformat(), "reason": reason},
        )
        for series in ending.series:
            await end_series(uow, self._hooks, series, actor.member_id, reason, now)
        for session in reversed(ending.single):
            await cancel_session(uow, self._hooks, session, actor.member_id, reason, now)
        if ending.posted:
            await self._tell_members(uow, group, ending.channel_id, reason)
        await self._follow(uow, group, after)
        return Archived(after, ending)

    async def _tell_members(self, uow: UnitOfWork, group: StudyGroup, channel_id: int, reason: str) -> None:
        now, data = self._clock.now(), {"reason": reason}
        revision = next_revision(await uow.posts.of_subject(KIND, group.id))
        post = NewPost(
            KIND, group.id, now, now + LIVES, channel_id, revision=revision, quiet=True, silent=True, data=data
        )
        await uow.posts.plan(await in_peace(uow, post, now))

    async def _follow(self, uow: UnitOfWork, before: StudyGroup, after: StudyGroup) -> None:
        for hook in self._on_group_changed:
            await hook(uow, before, after)


def _single_ids(ending: Ending) -> set[int]:
    return {session.id for session in ending.single}


def _series_ids(ending: Ending) -> set[int]:
    return {series.id for series in ending.series}
