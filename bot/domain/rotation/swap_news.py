"""What is told of a turn that is offered, when it goes out, and what a session's move means for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.posts import PostState
from bot.domain.quiet import anew_in_peace, renew_in_peace
from bot.domain.readers import reader_of
from bot.domain.rotation.swaps import (
    CLOSES_BEFORE,
    DONE,
    FAR,
    FOR,
    OFFER,
    TO_ITS_OWNER,
    TO_OTHERS,
    Swap,
    SwapState,
    end,
    holds,
    in_exchange,
    may_take,
    slot_at,
)
from bot.domain.rotation.values import OPEN, Turn
from bot.domain.sessions import SessionState

if TYPE_CHECKING:
    from datetime import datetime

    from bot.clock import Clock
    from bot.domain.groups import StudyGroup
    from bot.domain.posts import Post, Settled
    from bot.domain.sessions import Session, SessionEvent
    from bot.domain.uow import UnitOfWork


class Offer(Struct, frozen=True):
    """What somebody reads to whom a turn is offered, before they accept.

    In exchange they give `gives`, their turn at `at` (None: they have none to give). `giver_id` is whose turn it is, if
    it is offered to them alone (0: not told). `anew`: what they would give is something else than they were shown.
    `reader`: as in `bot.domain.rotation.saying.Asked`.
    """

    kind: str
    session: Session
    group: StudyGroup
    swap: Swap
    gives: Turn | None
    at: Session | None
    giver_id: int = 0
    anew: bool = False
    reader: int = 0


class SwapNews(Struct, frozen=True):
    """What those hear whose turn is offered, or who offered it (not `own`): by `kind` and the swap's state.

    `turn` is the one that was offered. After a swap `got` is the turn that its lecturer has now instead, at `at`.
    `reader`: as in `Offer`.
    """

    kind: str
    session: Session
    group: StudyGroup
    swap: Swap
    turn: Turn
    own: bool
    got: Turn | None = None
    at: Session | None = None
    reader: int = 0


async def offer_to(
    uow: UnitOfWork, swap: Swap, turn: Turn, session: Session, group: StudyGroup, member_id: int, now: datetime
) -> Offer:
    """What somebody is asked to take, and what they would give for it as things are."""
    gives, at = await in_exchange(uow, turn, session, member_id, now) or (None, None)
    return Offer(OFFER, session, group, swap, gives, at, turn.member_id if swap.to_id else 0)


class SwapNewsService:
    """Says what each post about a swap says when it goes out; None where it no longer holds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    # Parts in other features

    async def on_moved(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """On another day it is another date, and nobody was asked for that; else what is said tells the new time."""
        session, now = event.after, self._clock.now()
        if not await uow.rotation.is_kept(session.group_id):
            return
        for offered in await uow.swaps.open_at([session.id]):
            if abs(session.starts_at - offered.starts_at) >= FAR:
                await end(uow, offered, SwapState.MOVED, now)
            elif (last := session.starts_at - CLOSES_BEFORE) < offered.closes_at:
                await uow.swaps.put(replace(offered, closes_at=last))
        for kind in (*TO_OTHERS, *TO_ITS_OWNER):
            await renew_in_peace(uow, kind, session, now)

    async def dropped(self, uow: UnitOfWork, post: Post) -> None:
        """It was under way when its session moved, and came to nothing: it is said anew, if it still holds."""
        session = await uow.sessions.get(post.subject_id)
        tells = self.offer if post.kind in TO_OTHERS else self.news
        if post.starts_at != session.starts_at and await tells(uow, post) is not None:
            await anew_in_peace(uow, post, session, self._clock.now(), key="swap")

    async def undelivered(self, uow: UnitOfWork, result: Settled) -> None:
        """The one person who was asked can't be reached: who asked is told at once."""
        if result.post.kind != OFFER or result.state not in (PostState.UNDELIVERABLE, PostState.FAILED):
            return
        offered = await uow.swaps.find(result.post.data["swap"])
        if offered is not None and offered.to_id and offered.state is SwapState.OPEN:
            await end(uow, offered, SwapState.REFUSED, self._clock.now())

    # What is told

    async def offer(self, uow: UnitOfWork, post: Post) -> Offer | None:
        """What somebody is asked to take; None if it can't be taken any more, or not by them."""
        found, now = await self._news(uow, post), self._clock.now()
        if found is None or not holds(found.swap, found.turn) or found.swap.closes_at <= now:
            return None
        roster, reader = await uow.rotation.roster(found.group.id), reader_of(post)
        if not may_take(roster, await slot_at(uow, found.session, roster), reader):
            return None
        offer = await offer_to(uow, found.swap, found.turn, found.session, found.group, reader, now)
        return replace(offer, kind=post.kind, reader=found.reader)

    async def news(self, uow: UnitOfWork, post: Post) -> SwapNews | None:
        """What has become of it, to whom it matters; None if that is no longer so."""
        found = await self._news(uow, post)
        if found is None:
            return None
        if post.kind != DONE:
            stands = holds(found.swap, found.turn) if post.kind == FOR else found.turn.state in OPEN
            return found if stands else None
        turns = (await uow.rotation.turns([found.session.id])).get(found.session.id, ())
        if not any(each.member_id == found.swap.taken_by and each.is_standing for each in turns):
            return None
        got = await uow.rotation.turn(post.data["got"])
        if got is None or got.state not in OPEN:
            return found
        return replace(found, got=got, at=await uow.sessions.get(got.slot_id))

    async def _news(self, uow: UnitOfWork, post: Post) -> SwapNews | None:
        """The offer that a post is about, while the session is ahead."""
        session, reader = await uow.sessions.get(post.subject_id), reader_of(post)
        offered = await uow.swaps.find(post.data["swap"])
        turn = await uow.rotation.turn(offered.turn_id) if offered is not None else None
        ahead = session.state is SessionState.SCHEDULED and session.starts_at > self._clock.now()
        if offered is None or turn is None or not ahead:
            return None
        group, own = await uow.groups.get(session.group_id), turn.member_id == reader
        return SwapNews(post.kind, session, group, offered, turn, own, reader=0 if post.member_id else reader)
