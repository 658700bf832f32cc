"""What is said while a lecturer is looked for: the posts, and what each of them says when it goes out.

All are about a session (their subject). What is asked of one person goes to them alone; what the channel reads names
nobody. A post about a turn carries the turn's id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.members import dm_readers
from bot.domain.mirrors import announcement_of
from bot.domain.posts import NewPost, PostState, may_be_read, next_revision
from bot.domain.quiet import plan_in_peace, renew_in_peace
from bot.domain.readers import reader_of
from bot.domain.rotation.asking import discuss_at, nudge_at
from bot.domain.rotation.reading import slot as slot_of
from bot.domain.rotation.values import Member, Slot, Turn, TurnState
from bot.domain.sessions import Session, SessionState

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.groups import StudyGroup
    from bot.domain.mirrors import Spot
    from bot.domain.posts import Post, Settled
    from bot.domain.uow import UnitOfWork

REQUEST = "turn_request"
"""To one person: will you lecture?"""
NUDGE = "turn_nudge"
"""To the same person half-way, should they not have answered."""
OFFER = "turn_offer"
"""To everybody who can take an open place of a near date; the first press takes it."""
CALL = "turn_call"
"""The same in the group's channel, silently and naming nobody."""
OUTLINE = "turn_outline"
"""To a lecturer a week before, if they have not said yet what they will talk about."""
MATERIALS = "turn_materials"
"""To a lecturer two days before."""
AWAY = "turn_away"
"""To a lecturer, or to whoever was asked: the session has a new time, at which they have said that they can't."""
TROUBLE = "turn_trouble"
"""To the organizers: nobody has confirmed yet."""
DISCUSS = "turn_discuss"
"""In the group's channel, silently: nobody lectures, so all talk."""
PERSONAL = (REQUEST, NUDGE, OFFER, OUTLINE, MATERIALS, AWAY)
"""What one person alone reads."""
ALL = (*PERSONAL, CALL, TROUBLE, DISCUSS)
OUTLINE_BEFORE = timedelta(days=7)
MATERIALS_BEFORE = timedelta(days=2)


class Asked(Struct, frozen=True):
    """What somebody is told of a turn of theirs, or of one they can take (`turn` None).

    `first`: they have not lectured in this group yet; `anew`: they know of the question, but the session has another
    time now; `another`: somebody else lectures there already. `reader` is their id where it stands in their private
    thread (0: in a direct message), `member_id` whoever reads it.
    """

    kind: str
    session: Session
    group: StudyGroup
    member_id: int
    turn: Turn | None = None
    first: bool = False
    anew: bool = False
    another: bool = False
    reader: int = 0


class Wanted(Struct, frozen=True):
    """What a channel or an organizer is told of a date without a lecturer.

    For organizers alone to read, `declined`, `silent` and `unreached` (the question never reached them) are people
    whose turn it was, and `asked` who has time to answer until `until`.
    `another`: somebody lectures there already, but more are wanted. `discuss_at` is when it becomes an open discussion.
    `private` and `reader`: as in `bot.domain.hosting.HostGone`.
    """

    kind: str
    session: Session
    group: StudyGroup
    declined: tuple[int, ...] = ()
    silent: tuple[int, ...] = ()
    unreached: tuple[int, ...] = ()
    asked: tuple[int, ...] = ()
    until: datetime | None = None
    another: bool = False
    discuss_at: datetime | None = None
    private: bool = False
    reader: int = 0
    announced: Spot | None = None


# Saying it


async def request_from(uow: UnitOfWork, session: Session, turn: Turn, now: datetime, *, anew: bool = False) -> None:
    """Ask somebody, and again half-way, should they not have answered by then."""
    assert turn.answer_due is not None
    data = {"turn": turn.id, "anew": True} if anew else {"turn": turn.id}
    await _plan(uow, REQUEST, session, now, now, member_id=turn.member_id, data=data)
    await _nudge(uow, session, turn, now, data)


async def nudge_anew(uow: UnitOfWork, turn: Turn, now: datetime) -> None:
    """Whoever is asked has got more time: they are reminded half-way of that, unless they were reminded already."""
    nudges = await of_turn(uow, NUDGE, turn)
    if not any(may_be_read(post) for post in nudges):
        await uow.posts.cancel([NUDGE], turn.slot_id, "more time", only=[post.id for post in nudges])
        await _nudge(uow, await uow.sessions.get(turn.slot_id), turn, now, {"turn": turn.id})


async def _nudge(uow: UnitOfWork, session: Session, turn: Turn, now: datetime, data: Mapping[str, Any]) -> None:
    assert turn.answer_due is not None
    at = nudge_at(now, turn.answer_due)
    await _plan(uow, NUDGE, session, at, now, member_id=turn.member_id, expires_at=turn.answer_due, data=data)


async def of_turn(uow: UnitOfWork, kind: str, turn: Turn) -> list[Post]:
    """The posts of a kind that are about this turn."""
    return [post for post in await uow.posts.of_subject(kind, turn.slot_id) if post.data.get("turn") == turn.id]


async def say_to(
    uow: UnitOfWork, kind: str, session: Session, member_id: int, now: datetime, data: Mapping[str, Any]
) -> bool:
    """Tell one person something about a session that is to come; False if they are not to be written to."""
    if not await dm_readers(uow, kind, [member_id]):
        return False
    await _plan(uow, kind, session, now, now, member_id=member_id, data=data)
    return True


async def prepare(uow: UnitOfWork, session: Session, turn: Turn, now: datetime) -> None:
    """Remind a lecturer of what is to be prepared, one message a stage; a stage that has passed is left out."""
    if not await dm_readers(uow, OUTLINE, [turn.member_id]):
        return
    for kind, before in ((OUTLINE, OUTLINE_BEFORE), (MATERIALS, MATERIALS_BEFORE)):
        if (at := session.starts_at - before) > now:
            await _plan(uow, kind, session, at, now, member_id=turn.member_id, data={"turn": turn.id})


async def withdraw(uow: UnitOfWork, turn: Turn, reason: str) -> None:
    """What still waits to be said of this turn no longer holds."""
    for kind in PERSONAL:
        if theirs := [post.id for post in await of_turn(uow, kind, turn)]:
            await uow.posts.cancel([kind], turn.slot_id, reason, only=theirs)


async def offer_to(
    uow: UnitOfWork, session: Session, member_ids: Iterable[int], now: datetime, since: datetime | None
) -> None:
    """Offer the open place to those who were not offered it yet, at least not `since` it was taken and came free."""
    known = {reader_of(post) for post in await _said(uow, OFFER, session, since)}
    if new := await dm_readers(uow, OFFER, [each for each in member_ids if each not in known]):
        revision = next_revision(await uow.posts.of_subject(OFFER, session.id))
        await plan_in_peace(uow, [_post(OFFER, session, now, revision, member_id=each) for each in new], now)


async def call_for(uow: UnitOfWork, group: StudyGroup, session: Session, now: datetime, since: datetime | None) -> None:
    """Say in the group's channel that a lecturer is wanted; once, and again `since` the place came free anew."""
    await _say_once(uow, CALL, group, session, now, since)


async def discuss_it(uow: UnitOfWork, group: StudyGroup, session: Session, now: datetime) -> None:
    """Say in the group's channel that it is an open discussion; what was said of a lecturer no longer holds."""
    await uow.posts.cancel([*PERSONAL, CALL, TROUBLE], session.id, "discussion")
    await _say_once(uow, DISCUSS, group, session, now)


async def tell_of_trouble(uow: UnitOfWork, group: StudyGroup, session: Session, now: datetime) -> None:
    """Tell the organizers once of each date that nobody has confirmed; if none may be written to, the moderators."""
    if await _said(uow, TROUBLE, session):
        return
    readers = await dm_readers(uow, TROUBLE, sorted(group.organizers))
    for member_id in readers:
        await _plan(uow, TROUBLE, session, now, now, member_id=member_id)
    if not readers:
        await tell_moderators(uow, session, now)


async def tell_moderators(uow: UnitOfWork, session: Session, now: datetime) -> None:
    """Tell the moderators in their log channel, if there is one."""
    if log_channel := (await uow.communities.get()).log_channel:
        await _plan(uow, TROUBLE, session, now, now, channel_id=log_channel)


async def say_anew(uow: UnitOfWork, session: Session, turns: Iterable[Turn], now: datetime) -> None:
    """The session has another time: what waits tells it and lives to it, and whoever is asked is asked for it."""
    for kind in (OFFER, CALL, TROUBLE, DISCUSS):
        await renew_in_peace(uow, kind, session, now)
    for turn in turns:
        await withdraw(uow, turn, "moved")
        if turn.state is TurnState.ASKED and await dm_readers(uow, REQUEST, [turn.member_id]):
            known = any(may_be_read(post) for post in await of_turn(uow, REQUEST, turn))
            await request_from(uow, session, turn, now, anew=known)
        elif turn.state is TurnState.CONFIRMED and turn.member_id:
            await prepare(uow, session, turn, now)


async def _say_once(
    uow: UnitOfWork, kind: str, group: StudyGroup, session: Session, now: datetime, since: datetime | None = None
) -> None:
    channel_id = group.channel_id or (await uow.communities.get()).announcements_channel
    if channel_id and not await _said(uow, kind, session, since):
        await _plan(uow, kind, session, now, now, channel_id=channel_id, silent=True)


async def _said(uow: UnitOfWork, kind: str, session: Session, since: datetime | None = None) -> list[Post]:
    """What was said of the session's date (`since` then), or is to be.

    Another date is other news, and so is what was taken back.
    """
    posts = [post for post in await uow.posts.of_subject(kind, session.id) if since is None or post.due_at >= since]
    return [post for post in posts if post.starts_at == session.starts_at and post.state is not PostState.CANCELLED]


async def _plan(uow: UnitOfWork, kind: str, session: Session, due_at: datetime, now: datetime, **fields: Any) -> None:
    """Plan a post about a session; `fields` are others of `NewPost`."""
    revision = next_revision(await uow.posts.of_subject(kind, session.id))
    await plan_in_peace(uow, [_post(kind, session, due_at, revision, **fields)], now)


def _post(kind: str, session: Session, due_at: datetime, revision: int, **fields: Any) -> NewPost:
    """A post about a session, that waits for the end of quiet hours and lives to the start at the longest."""
    fields = {"expires_at": session.starts_at, **fields}
    return NewPost(kind, session.id, due_at, revision=revision, starts_at=session.starts_at, quiet=True, **fields)


# What it says


class SayingService:
    """What each post of the rotation says when it goes out; None where it no longer holds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def asked(self, uow: UnitOfWork, post: Post) -> Asked | None:
        """To one person, of their turn or of one they can take."""
        found = await self._ahead(uow, post)
        if found is None:
            return None
        session, group = found
        reader, turns = reader_of(post), await _slot(uow, session)
        sure, there = any(turn.state is TurnState.CONFIRMED for turn in turns.turns), 0 if post.member_id else reader
        roster = await uow.rotation.roster(group.id)
        me = next((member for member in roster.members if member.id == reader), None)
        if post.kind == OFFER:
            mine = any(turn.member_id == reader for turn in turns.standing)
            wanted = session.kind == "lecture" and turns.open_places and not mine and me is not None
            return Asked(post.kind, session, group, reader, another=sure, reader=there) if wanted else None
        turn = next((each for each in turns.turns if each.id == post.data["turn"]), None)
        if post.kind == AWAY:
            holds = turn is not None and _still_away(turn, me, turns)
            return Asked(post.kind, session, group, reader, turn, reader=there) if holds else None
        wanted = TurnState.ASKED if post.kind in (REQUEST, NUDGE) else TurnState.CONFIRMED
        if turn is None or turn.state is not wanted or (post.kind == OUTLINE and turn.theme):
            return None
        if post.kind == NUDGE and not any(_was_read(each, post.due_at) for each in await of_turn(uow, REQUEST, turn)):
            return None
        anew = post.data.get("anew", False)
        return Asked(post.kind, session, group, reader, turn, first=not (me and me.given), anew=anew, reader=there)

    async def wanted(self, uow: UnitOfWork, post: Post) -> Wanted | None:
        """In a channel, or to the organizers: a lecturer is wanted, or nobody lectures."""
        found = await self._ahead(uow, post)
        if found is None:
            return None
        session, group = found
        turns, reader = await _slot(uow, session), reader_of(post)
        announced = await announcement_of(uow, session.id)
        if post.kind == DISCUSS:
            return Wanted(post.kind, session, group, announced=announced) if session.prompt else None
        if session.kind != "lecture" or (reader and reader not in group.organizers):
            return None
        sure = sum(turn.state is TurnState.CONFIRMED for turn in turns.turns)
        if sure >= turns.places or (post.kind == CALL and not turns.open_places):
            return None
        ends = discuss_at(turns)
        value = Wanted(post.kind, session, group, another=sure > 0, discuss_at=ends, announced=announced)
        if post.kind == CALL:
            return value
        questions = await uow.posts.of_subject(REQUEST, session.id)
        read = {question.data["turn"] for question in questions if may_be_read(question)}
        return replace(
            value,
            declined=_people(turns.turns, TurnState.DECLINED),
            silent=_people([turn for turn in turns.turns if turn.id in read], TurnState.LAPSED),
            unreached=_people([turn for turn in turns.turns if turn.id not in read], TurnState.LAPSED),
            asked=_people(turns.turns, TurnState.ASKED),
            until=min((t.answer_due for t in turns.turns if t.state is TurnState.ASKED and t.answer_due), default=None),
            private=bool(reader),
            reader=0 if post.member_id else reader,
        )

    async def undelivered(self, uow: UnitOfWork, result: Settled) -> None:
        """An organizer whom it can't reach: the moderators are told instead."""
        if result.state is PostState.UNDELIVERABLE and reader_of(result.post):
            await tell_moderators(uow, await uow.sessions.get(result.post.subject_id), self._clock.now())

    async def _ahead(self, uow: UnitOfWork, post: Post) -> tuple[Session, StudyGroup] | None:
        session = await uow.sessions.get(post.subject_id)
        if session.state is not SessionState.SCHEDULED or session.starts_at <= self._clock.now():
            return None
        return session, await uow.groups.get(session.group_id)


async def _slot(uow: UnitOfWork, session: Session) -> Slot:
    settings = (await uow.rotation.roster(session.group_id)).settings
    return slot_of(session, settings, (await uow.rotation.turns([session.id])).get(session.id, ()))


def _was_read(question: Post, by: datetime) -> bool:
    """Whether the question may have been read by then: nobody is reminded of what they learn only now."""
    asked_at = question.first_attempt_at
    return may_be_read(question) and asked_at is not None and asked_at <= by


def _still_away(turn: Turn, member: Member | None, slot: Slot) -> bool:
    """Whether somebody lectures, or would have been asked to, at a time at which they have said that they can't."""
    if member is None or not member.is_away(slot.starts_at):
        return False
    thought_again = any(each.member_id == member.id for each in slot.standing)
    return turn.state is TurnState.CONFIRMED or (turn.state is TurnState.DECLINED and not thought_again)


def _people(turns: Iterable[Turn], state: TurnState) -> tuple[int, ...]:
    """Whose turns at this date have come to that, in order; each once."""
    return tuple(dict.fromkeys(turn.member_id for turn in turns if turn.state is state and turn.member_id))
