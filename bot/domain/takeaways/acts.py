"""What people do after a lecture: say what they took home, wish for more, take it further, and keep notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.domain.errors import NotAllowed, require_text
from bot.domain.posts import may_be_read
from bot.domain.restrictions import require_free
from bot.domain.rotation.lecturing import lecturing_of
from bot.domain.sessions import NothingToChange, SessionNotOpen, SessionState, optional_text, visible_session
from bot.domain.sessions.limits import check_link
from bot.domain.takeaways.values import (
    FOLLOW_UP,
    LONGEST_NOTES,
    LONGEST_TAKEAWAY,
    Following,
    FollowUp,
    Kept,
    Memory,
    More,
    NoTakeaway,
    NotBegun,
    Notes,
    NothingToTakeHome,
    OwnLecture,
    Takeaway,
    Used,
    follow_up_at,
    own,
    title_of,
)
from bot.domain.topics.wishes import wish

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork, Units


class TakeawayService:
    """Keeps what stays of a lecture."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def own(self, guild_id: int, actor: Actor, session_id: int) -> Kept:
        """What the actor took home, for the form in which they say it.

        Raises:
            Unknown: the session does not exist for the actor.
            NothingToTakeHome: it is no lecture that is over.
        """
        async with self._units.reading(guild_id) as uow:
            session = await self._lecture(uow, actor, session_id)
            return Kept(session, own(await uow.takeaways.of_session(session.id), actor.member_id))

    async def write(self, guild_id: int, actor: Actor, session_id: int, text: str, *, named: bool) -> Kept:
        """The actor says what they took home, or says it anew.

        Raises:
            Unknown, NothingToTakeHome: as for `own`.
            InvalidText: it is empty or too long.
        """
        text = require_text("takeaway", text, LONGEST_TAKEAWAY)
        async with self._units(guild_id) as uow:
            session = await self._lecture(uow, actor, session_id)
            before = own(await uow.takeaways.of_session(session.id), actor.member_id)
            used = before.used if before is not None else None
            after = Takeaway(session.id, actor.member_id, text, named, self._clock.now(), used)
            await uow.takeaways.put(after)
            await _record(uow, "takeaway.write", actor, session, {"named": named})
            return Kept(session, after)

    async def take_back(self, guild_id: int, actor: Actor, session_id: int) -> Kept:
        """The actor's takeaway is kept no more.

        Raises:
            Unknown, NothingToTakeHome: as for `own`.
        """
        async with self._units(guild_id) as uow:
            session = await self._lecture(uow, actor, session_id)
            if own(await uow.takeaways.of_session(session.id), actor.member_id) is not None:
                await uow.takeaways.remove(session.id, actor.member_id)
                await _record(uow, "takeaway.remove", actor, session)
            return Kept(session, None)

    async def used(self, guild_id: int, actor: Actor, session_id: int, used: Used) -> Kept:
        """The actor says whether they have used what they took home.

        Raises:
            Unknown, NothingToTakeHome: as for `own`.
            NoTakeaway: they took nothing home.
        """
        async with self._units(guild_id) as uow:
            session = await self._lecture(uow, actor, session_id)
            takeaway = own(await uow.takeaways.of_session(session.id), actor.member_id)
            if takeaway is None:
                raise NoTakeaway(session)
            takeaway = replace(takeaway, used=used)
            await uow.takeaways.put(takeaway)
            await _record(uow, "takeaway.used", actor, session)
            return Kept(session, takeaway)

    async def more(self, guild_id: int, actor: Actor, session_id: int) -> More:
        """The actor wants to hear more of a lecture, or does not any more.

        Raises:
            Unknown, NothingToTakeHome: as for `own`.
            Restricted: a moderator keeps them from sessions; a wish can be taken back all the same.
        """
        async with self._units(guild_id) as uow:
            session, now = await self._lecture(uow, actor, session_id), self._clock.now()
            wished = await wish(uow, session, await title_of(uow, session), actor.member_id)
            if wished.wanted:
                # It is a vote for a theme. What was written is undone with it.
                await require_free(uow, actor.member_id, "sessions", now, now, actor.member_id)
            await _record(uow, "topic.wish" if wished.wanted else "topic.unwish", actor, session)
            return More(session, wished)

    # Taking it further

    async def follow_up(self, guild_id: int, actor: Actor, session_id: int) -> Following:
        """The actor wants to take it further with the lecturer, by name, or does not any more.

        Raises:
            Unknown, NothingToTakeHome: as for `own`.
            OwnLecture: they gave it.
        """
        async with self._units(guild_id) as uow:
            session = await self._others_lecture(uow, actor, session_id)
            found = await _following(uow, actor, session)
            if found.follow_up is not None:
                await uow.takeaways.remove_follow_up(found.follow_up.id)
                await uow.posts.renew(FOLLOW_UP, session.id, "taken back")
                await _record(uow, "follow_up.remove", actor, session)
                return replace(found, follow_up=None)
            await self._put(uow, FollowUp(0, session.id, actor.member_id, True, self._clock.now()))
            await _record(uow, "follow_up.add", actor, session)
            return await _following(uow, actor, session)

    async def name(self, guild_id: int, actor: Actor, session_id: int, *, named: bool) -> Following:
        """The lecturer hears who the actor is, or only that there is somebody; for good once they have read it.

        Raises:
            Unknown, NothingToTakeHome, OwnLecture: as for `follow_up`.
        """
        async with self._units(guild_id) as uow:
            session = await self._others_lecture(uow, actor, session_id)
            found = await _following(uow, actor, session)
            if found.told or (found.follow_up is not None and found.follow_up.named is named):
                return found
            new = found.follow_up or FollowUp(0, session.id, actor.member_id, named, self._clock.now())
            await self._put(uow, replace(new, named=named))
            await uow.posts.renew(FOLLOW_UP, session.id, "named" if named else "unnamed")
            await _record(uow, "follow_up.name", actor, session, {"named": named})
            return await _following(uow, actor, session)

    async def _put(self, uow: UnitOfWork, follow_up: FollowUp) -> None:
        await uow.takeaways.put_follow_up(follow_up)
        await uow.steps.again(FOLLOW_UP, follow_up.session_id, follow_up_at(self._clock.now()))

    # Notes

    async def keep_notes(
        self, guild_id: int, actor: Actor, session_id: int, text: str | None, link: str | None
    ) -> tuple[Session, Notes]:
        """Keep notes with a session; None leaves a field as it is, "" clears it.

        Raises:
            Unknown: the session does not exist for the actor.
            NotAllowed: they are none of its organizers, lecturers and host.
            SessionNotOpen: it was cancelled.
            NotBegun: it has not begun.
            InvalidText, LinkNotUnderstood: a field can't be taken.
            NothingToChange: nothing differs.
        """
        text = None if text is None else optional_text("takeaways", text, LONGEST_NOTES)
        link = None if link is None else check_link(link)
        async with self._units(guild_id) as uow:
            session, group = await visible_session(uow, actor, session_id)
            lecturing = (await lecturing_of(uow, session)).readers
            if not (actor.organizes(group) or actor.member_id in (*lecturing, session.host_id)):
                raise NotAllowed(("organizer", "lecturer", "host", "moderator"))
            if session.state is SessionState.CANCELLED:
                raise SessionNotOpen(session, session.state)
            if session.starts_at > self._clock.now():
                raise NotBegun(session)
            before = await uow.takeaways.notes(session.id)
            known = before or Notes(session.id, "", "", actor.member_id, self._clock.now())
            after = replace(known, text=known.text if text is None else text, link=known.link if link is None else link)
            if after == known:
                raise NothingToChange
            after = replace(after, member_id=actor.member_id, changed_at=self._clock.now())
            await uow.takeaways.put_notes(after)
            kept = {"text": bool(after.text), "link": bool(after.link)}
            await uow.record("session.notes", actor.member_id, f"session:{session.id}", after=kept)
            return session, after

    async def memory(self, guild_id: int, actor: Actor, session_id: int) -> Memory:
        """What can be read of a session afterwards.

        Raises:
            Unknown: it does not exist for the actor.
        """
        async with self._units.reading(guild_id) as uow:
            session, _group = await visible_session(uow, actor, session_id)
            if session.starts_at > self._clock.now():
                return Memory()
            takeaways = sorted(await uow.takeaways.of_session(session.id), key=lambda each: not each.named)
            return Memory(await uow.takeaways.notes(session.id), tuple(takeaways))

    async def _lecture(self, uow: UnitOfWork, actor: Actor, session_id: int) -> Session:
        """The session, if it was a lecture that is over."""
        session, _group = await visible_session(uow, actor, session_id)
        if session.state is not SessionState.ENDED or session.kind != "lecture":
            raise NothingToTakeHome(session)
        return session

    async def _others_lecture(self, uow: UnitOfWork, actor: Actor, session_id: int) -> Session:
        session = await self._lecture(uow, actor, session_id)
        readers = (await lecturing_of(uow, session)).readers
        if not readers:
            raise NothingToTakeHome(session)
        if actor.member_id in readers:
            raise OwnLecture(session)
        return session


async def _following(uow: UnitOfWork, actor: Actor, session: Session) -> Following:
    """Whether the actor wants to take it further, and whether that may have been read."""
    found = await uow.takeaways.follow_ups(session.id)
    mine = next((each for each in found if each.member_id == actor.member_id), None)
    posts = await uow.posts.of_subject(FOLLOW_UP, session.id)
    told = mine is not None and any(mine.id in post.data["follow_ups"] for post in posts if may_be_read(post))
    return Following(session, mine, told)


async def _record(
    uow: UnitOfWork, action: str, actor: Actor, session: Session, after: dict[str, bool] | None = None
) -> None:
    await uow.record(action, actor.member_id, f"session:{session.id}", after=after)
