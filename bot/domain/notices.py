"""Notices: those who answered hear of a change once, and moderators hear of what could not be delivered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.members import dm_readers
from bot.domain.mirrors import MirrorState, thread_of
from bot.domain.posts import (
    NewPost,
    Post,
    PostState,
    Settled,
    again,
    next_revision,
    parts,
)
from bot.domain.quiet import in_peace, plan_in_peace, renew_in_peace
from bot.domain.readers import is_for_its_reader, reader_of, unnamed
from bot.domain.reminders import channel_of
from bot.domain.sessions import Session, SessionEvent, SessionState
from bot.domain.setup import TO_ANNOUNCE, TO_POST, TO_READ_BACK
from bot.domain.told import (
    CHANGES,
    Groups,
    Told,
    declined,
    may_come,
    place_to_tell,
    said_aloud,
    told_of_cancellation,
    told_of_edit,
    told_of_move,
)

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.groups import StudyGroup
    from bot.domain.mirrors import Mirror
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork

KIND = "notice"
"""Posts to the moderators."""
PEOPLE = 40
"""People mentioned in one notice: beside so many mentions the longest reason, theme and place still fit."""
NOTICE_LIVES = timedelta(days=7)
SHOWN = ("announcement", "thread", "event")
"""What Discord shows of a session."""
_REFERENCED = frozenset({"failed", "step"})
"""Problems whose cause is a reference, another one each time."""


class Change(Struct, frozen=True):
    """What a notice of a change says.

    `old_start` is the start its readers know, of a session that was moved (None: the session's own); `fields` names
    what else changed; `private` is True where only one person reads it, in a direct message or a thread of theirs:
    one who `declined`, or whom others are not to read of.
    """

    kind: str
    session: Session
    group: StudyGroup
    old_start: datetime | None
    fields: tuple[str, ...]
    reason: str
    mentions: tuple[int, ...]
    private: bool
    declined: bool = False


Problem = Literal["undeliverable", "failed", "unconfirmed", "step", "refused", "deleted", "no channel"]
"""A post's end, a step of ours that keeps failing, something that Discord does not let us show, or people delete, or
that there is no channel for what was to be said."""

PROBLEMS: tuple[Problem, ...] = ("undeliverable", "failed", "unconfirmed", "step", "refused", "deleted", "no channel")


class Trouble(Struct, frozen=True):
    """What moderators are told; `channel_id` 0: not about one channel; `cause` is for whoever runs the bot.

    If permissions are missing, `lacks` names them, and `grant_in` is the channel to allow them in (0: on the server).
    """

    problem: Problem
    subject_id: int
    cause: str
    channel_id: int
    grant_in: int = 0
    lacks: tuple[str, ...] = ()


Lacking = Callable[[int, int, Sequence[str]], tuple[int, tuple[str, ...]]]
"""Of a server, a channel (0: none) and permissions: in which channel they are granted (0: on the server), and which of
them the bot lacks there."""

_TO_SHOW: Mapping[str, tuple[str, ...]] = {
    "thread": TO_ANNOUNCE,
    "private": TO_ANNOUNCE,
    "question": (*TO_READ_BACK, "attach_files", "manage_threads"),
    "intro": TO_ANNOUNCE,
    "pair": TO_ANNOUNCE,
    "upcoming": (*TO_READ_BACK, "pin_messages"),
    "start_here": (*TO_READ_BACK, "pin_messages"),
    "topics": (*TO_READ_BACK, "pin_messages"),
    "event": ("create_events",),
    "channel": ("manage_channels",),
}
"""What it takes to show something; else what posting takes."""
_FORBIDDEN = frozenset({"403 50001", "403 50013"})
"""How Discord says that a permission is missing."""


def permissions_for(problem: Problem, cause: str) -> tuple[str, ...]:
    """The permissions one of which must be missing; () if it is something else that is wrong."""
    if problem == "undeliverable":
        return TO_POST
    kind, _, answer = cause.partition(": ")
    return _TO_SHOW.get(kind, TO_READ_BACK) if problem == "refused" and answer in _FORBIDDEN else ()


class NoticeService:
    """Writes the posts that tell people of changes, as hooks of a session's life."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def on_moved(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Old and new time, once. A move that nobody was told of yet is told together with this one."""
        session, now = event.after, self._clock.now()
        who = await told_of_move(uow, event, now)
        await self._show_again(uow, session)
        await uow.posts.cancel(["moved"], session.id, "moved again", below=session.revision)
        await renew_in_peace(uow, "edited", session, now)
        await self._need_channel(uow, who)
        told = 0
        for old, people in who.aloud:
            data = _move(old, session, event.reason) | {"fields": who.fields}
            told += await self._tell(uow, "moved", session, people, data, old=old, part=told)
        await self._tell_edit(uow, session, who.edited, who.fields, event.reason)
        for old, people in who.alone:
            await self._tell_alone(uow, "moved", session, people, _move(old, session, event.reason), old, silent=True)
        for old, people in who.unnamed:
            if old != session.starts_at:
                data = _move(old, session, event.reason) | {"fields": who.fields}
                await self._tell_alone(uow, "moved", session, people, data, old)
        known = tuple((old, people) for old, people in who.unnamed if old == session.starts_at)
        await self._tell_edit_alone(uow, session, known, who.fields, event.reason)

    async def on_edited(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Those who may come are told what changed, if it matters to them; several edits in a row are told as one."""
        session = event.after
        who = await told_of_edit(uow, event, self._clock.now())
        await self._show_again(uow, session)
        if who.fields and session.announced_at is not None:
            await uow.posts.cancel(["edited"], session.id, "edited again")
            await self._need_channel(uow, who)
            await self._tell_edit(uow, session, who.edited, who.fields, event.reason)
            await self._tell_edit_alone(uow, session, who.unnamed, who.fields, event.reason)

    async def on_cancelled(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """It does not take place; what was to be told of other changes no longer matters."""
        session = event.after
        who = await told_of_cancellation(uow, session, event.actor_id, self._clock.now())
        await uow.posts.cancel(["moved", "edited"], session.id, "cancelled")
        await self._need_channel(uow, who)
        told = 0
        for old, some in who.aloud:
            data = _move(old, session, event.reason)
            told += await self._tell(uow, "cancelled", session, some, data, old=old, part=told)
        for old, some in who.unnamed:
            await self._tell_alone(uow, "cancelled", session, some, _move(old, session, event.reason), old)

    async def dropped(self, uow: UnitOfWork, post: Post) -> None:
        """It was under way when another change came, and came to nothing: what no later notice tells of is told now."""
        session = await uow.sessions.get(post.subject_id)
        if session.state is not SessionState.SCHEDULED:
            return
        told: set[str] = set()
        for kind in ("moved", "edited"):
            for later in await uow.posts.of_subject(kind, session.id):
                theirs = later.id > post.id and reader_of(later) == reader_of(post)
                if theirs and later.state is not PostState.CANCELLED:
                    told |= {*later.data.get("fields", ())}
        fields = [name for name in post.data.get("fields", ()) if name not in told]
        may, reader = may_come(await uow.rsvps.of_session(session.id)), reader_of(post)
        people = [m for m in may if m in post.data.get("mentions", ())]
        if fields:
            await self._tell_edit(uow, session, people, fields, post.data["reason"])
            alone = ((session.starts_at, (reader,)),) if reader in may else ()
            await self._tell_edit_alone(uow, session, alone, fields, post.data["reason"])

    async def describe(self, uow: UnitOfWork, post: Post) -> Change | None:
        """What a notice of a change says; None if a later change has overtaken it, or nobody is left to tell."""
        session = await uow.sessions.get(post.subject_id)
        cancelled = session.state is SessionState.CANCELLED
        if cancelled != (post.kind == "cancelled"):
            return None
        if post.kind == "moved" and post.revision != session.revision:
            return None
        rsvps = await uow.rsvps.of_session(session.id)
        # Whoever has declined since is not pinged any more, also if an organizer has put them back; whoever has joined
        # since has seen the new time.
        apart = unnamed(rsvps)
        mentions = tuple(m for m in may_come(rsvps) if m in post.data.get("mentions", ()) and m not in apart)
        reader = reader_of(post)
        concerned = declined(rsvps) if post.kind == "moved" else []
        may_read = reader in (*may_come(rsvps), *concerned) and await dm_readers(uow, post.kind, [reader])
        if not mentions and not may_read:
            return None
        old = post.data.get("old_start")
        fields = [*post.data.get("fields", ())]
        if post.kind == "moved" and session.deadline is not None and "deadline" not in fields:
            fields.append("deadline")
        return Change(
            kind=post.kind,
            session=session,
            group=await uow.groups.get(session.group_id),
            old_start=datetime.fromisoformat(old) if old else None,
            fields=tuple(fields),
            reason=post.data.get("reason", ""),
            # In their own thread somebody is pinged, so that they find it.
            mentions=mentions if post.member_id or not reader else (reader,),
            private=bool(reader),
            declined=reader in declined(rsvps),
        )

    # What moderators hear

    async def report(self, uow: UnitOfWork, result: Settled) -> None:
        """A post did not arrive, or may not have; told in the transaction that ends it."""
        post = result.post
        closed_dms = post.member_id and result.state is PostState.UNDELIVERABLE
        if post.kind != KIND and not closed_dms and result.state.value in PROBLEMS:
            await self._warn(uow, result.state.value, post.id, post.channel_id, result.reason or "")

    async def report_step(self, uow: UnitOfWork, step: Step, reference: str) -> None:
        """A step failed too often."""
        await self._warn(uow, "step", step.id, 0, reference)

    async def report_mirror(self, uow: UnitOfWork, mirror: Mirror, cause: str) -> None:
        """Something can't be shown, or was deleted by hand again."""
        problem: Problem = "deleted" if cause == "deleted" else "refused"
        await self._warn(uow, problem, mirror.id, mirror.parent_id, f"{mirror.kind}: {cause}")

    async def no_channel(self, uow: UnitOfWork) -> None:
        """Something was to be said in a group that has no channel, where announcements have none either."""
        await self._warn(uow, "no channel", 0, 0, "")

    async def _show_again(self, uow: UnitOfWork, session: Session) -> None:
        """As moderators were told: what people deleted by hand comes back when somebody changes the session."""
        for kind in SHOWN:
            mirror = await uow.mirrors.find(kind, session.id)
            if mirror is not None and mirror.state is MirrorState.ASKED:
                await uow.mirrors.want(kind, session.id, parent_id=mirror.parent_id)

    async def describe_trouble(self, uow: UnitOfWork, post: Post, *, lacking: Lacking | None = None) -> Trouble:
        """What a notice to moderators says. What `lacking` can't tell may be missing altogether."""
        data = post.data
        trouble = Trouble(data["problem"], data["subject_id"], data["cause"], data["channel_id"])
        needed = permissions_for(trouble.problem, trouble.cause)
        if not needed:
            return trouble
        grant_in, lacks = trouble.channel_id, ()
        if lacking is not None:
            grant_in, lacks = lacking(post.guild_id, trouble.channel_id, needed)
        return replace(trouble, grant_in=grant_in, lacks=lacks or needed)

    async def to_thread(self, uow: UnitOfWork, result: Settled) -> None:
        """What can't be told where it should be told is told elsewhere, in the transaction that ends it.

        Closed DMs: what concerns a session that the person comes to is told in its thread instead; a change is told by
        DM only to those who declined, who are told in a private thread (see `bot.domain.private_threads`). A closed
        thread: told in the group's channel.
        """
        post, data = result.post, dict(result.post.data)
        await self.report(uow, result)
        if is_for_its_reader(post) or (reader_of(post) and not post.member_id):
            # What was, or was to be, said in private is said nowhere else.
            return
        if result.state is not PostState.UNDELIVERABLE or bool(post.member_id) == (post.kind in CHANGES):
            return
        session, changes = await uow.sessions.get(post.subject_id), {}
        if post.kind == "moved" and post.revision != session.revision:
            # Its times were overtaken while it was under way; what else it would have told was not.
            await self.dropped(uow, post)
            return
        if post.member_id:
            channel_id = await thread_of(uow, post.subject_id)
            data["mentions"] = [post.member_id]
            # It tells the time that holds by now, and lives to it.
            changes = {"starts_at": session.starts_at, "expires_at": session.starts_at}
        else:
            channel_id = await channel_of(uow, await uow.groups.get(session.group_id))
        if not channel_id or channel_id == post.channel_id:
            return
        now = self._clock.now()
        # Instead of a message of their own they are mentioned; a notice keeps its tone.
        silent = post.silent and not post.member_id
        changes |= {"due_at": now, "channel_id": channel_id, "member_id": 0, "silent": silent, "data": data}
        await uow.posts.plan(await in_peace(uow, again(post, post.revision, **changes), now))

    async def _warn(self, uow: UnitOfWork, problem: Problem, subject_id: int, channel_id: int, cause: str) -> None:
        """In the log channel, once a week for one channel and cause."""
        log_channel = (await uow.communities.get()).log_channel
        if not log_channel:
            return
        now = self._clock.now()
        earlier = await uow.posts.of_subject(KIND, channel_id)
        for post in earlier:
            same = post.data["problem"] == problem and (problem in _REFERENCED or post.data["cause"] == cause)
            if same and now < post.due_at + NOTICE_LIVES:
                return
        post = NewPost(
            KIND,
            channel_id,
            now,
            now + NOTICE_LIVES,
            log_channel,
            revision=next_revision(earlier),
            quiet=True,
            data={"problem": problem, "subject_id": subject_id, "cause": cause, "channel_id": channel_id},
        )
        await uow.posts.plan(await in_peace(uow, post, now))

    # What people hear

    async def _need_channel(self, uow: UnitOfWork, who: Told) -> None:
        if who.unheard:
            await self.no_channel(uow)

    async def _tell_edit(
        self, uow: UnitOfWork, session: Session, people: Sequence[int], fields: Sequence[str], reason: str
    ) -> None:
        revision = next_revision(await uow.posts.of_subject("edited", session.id))
        silent = not said_aloud(session, fields, self._clock.now())
        data = {"fields": fields, "reason": reason}
        await self._tell(uow, "edited", session, people, data, revision=revision, silent=silent)

    async def _tell_edit_alone(
        self, uow: UnitOfWork, session: Session, groups: Groups, fields: Sequence[str], reason: str
    ) -> None:
        """As `_tell_edit`, to each in private."""
        revision = next_revision(await uow.posts.of_subject("edited", session.id))
        silent = not said_aloud(session, fields, self._clock.now())
        for start, people in groups if fields else ():
            data = {"fields": fields, "reason": reason}
            await self._tell_alone(uow, "edited", session, people, data, start, revision=revision, silent=silent)

    async def _tell_alone(
        self,
        uow: UnitOfWork,
        kind: str,
        session: Session,
        people: Sequence[int],
        data: Mapping[str, Any],
        old: datetime,
        *,
        revision: int | None = None,
        silent: bool = False,
    ) -> None:
        """Plan a direct message to each of them. `old` is the start that these people know."""
        now = self._clock.now()
        ahead = [at for at in (old, session.starts_at) if at > now]
        posts = [
            NewPost(
                kind,
                session.id,
                now,
                max(ahead),
                member_id=member_id,
                revision=session.revision if revision is None else revision,
                starts_at=min(ahead),
                quiet=True,
                silent=silent,
                data=data,
            )
            for member_id in (people if ahead else ())
        ]
        await plan_in_peace(uow, posts, now)

    async def _tell(
        self,
        uow: UnitOfWork,
        kind: str,
        session: Session,
        people: Sequence[int],
        data: Mapping[str, Any],
        *,
        old: datetime | None = None,
        part: int = 0,
        revision: int | None = None,
        silent: bool = False,
    ) -> int:
        """Plan the posts, the first one as `part`; returns how many. `old` is the start that these people know."""
        now = self._clock.now()
        ahead = [at for at in (old or session.starts_at, session.starts_at) if at > now]
        channel_id, _in_thread = await place_to_tell(uow, session)
        if not people or not ahead or not channel_id:
            return 0
        some = parts(people, PEOPLE)
        posts = [
            NewPost(
                kind,
                session.id,
                now,
                max(ahead),
                channel_id,
                revision=session.revision if revision is None else revision,
                part=number,
                starts_at=min(ahead),
                quiet=True,
                silent=silent,
                data={**data, "mentions": list(mentions)},
            )
            for number, mentions in enumerate(some, part)
        ]
        await plan_in_peace(uow, posts, now)
        return len(some)


def _move(old: datetime, session: Session, reason: str) -> dict[str, Any]:
    return {"old_start": old.isoformat(), "new_start": session.starts_at.isoformat(), "reason": reason}
