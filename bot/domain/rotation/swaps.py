"""A turn that is offered to others: what a swap is, whom it is told, and when it ends without having been taken.

What is stored is the offer. Whether it still holds is asked of the turn itself, so that nothing else need know of
swaps: a turn that has fallen, or that its lecturer has confirmed meanwhile, is not to be taken any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.members import dm_readers
from bot.domain.posts import NewPost, PostState, next_revision, unsent
from bot.domain.quiet import plan_in_peace
from bot.domain.readers import reader_of
from bot.domain.rotation.acts import turns_ahead
from bot.domain.rotation.asking import PUNCTUAL
from bot.domain.rotation.line import eligible, line_up
from bot.domain.rotation.reading import slot as slot_of
from bot.domain.rotation.values import Roster, Slot, Turn, TurnState

if TYPE_CHECKING:
    from bot.domain.posts import Post
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork

OFFER = "swap_offer"
"""To each whom a turn is offered: will you take it?"""
NUDGE = "swap_nudge"
"""The same half-way, once."""
FOR = "swap_for"
"""To whoever has the turn: an organizer looks for somebody to take it."""
DONE = "swap_done"
"""To whoever had the turn, and to the organizer who offered it: somebody has taken it."""
STAYS = "swap_stays"
"""To the same: nobody takes it, so it stays whose it is."""
TO_OTHERS = (OFFER, NUDGE)
TO_ITS_OWNER = (FOR, DONE, STAYS)

CLOSES_BEFORE = timedelta(hours=12)
"""From so long before a session on, its turns change hands no more."""
NUDGE_FROM = timedelta(weeks=4)
"""Nobody is reminded earlier before the session."""
FAR = timedelta(days=1)
"""A session that moves by so much is another date: who would have taken its turn was asked for the old one."""


class SwapState(StrEnum):
    """open -> taken, or one of the ends without it.

    `refused`: the one person whom it was offered says no or can't be asked; `withdrawn` by whoever has the turn, or
    offered it; `expired`: nobody took it in time; `moved`: the session has another date; `fallen`: the turn itself
    ended or was confirmed.
    """

    OPEN = "open"
    TAKEN = "taken"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    MOVED = "moved"
    FALLEN = "fallen"


class Swap(Struct, frozen=True):
    """A turn (`turn_id`, at the session `slot_id`) that `by_id` offers to `to_id`, or to all who can take it (0).

    `by_id` is whose turn it is, or an organizer. `sure`: the turn was confirmed when it was offered. `starts_at` is
    when the session was to begin then, `closes_at` until when the turn can be taken; `taken_by` took it (0: nobody).
    """

    id: int
    turn_id: int
    slot_id: int
    by_id: int
    to_id: int
    sure: bool
    starts_at: datetime
    offered_at: datetime
    closes_at: datetime
    state: SwapState = SwapState.OPEN
    taken_by: int = 0


class SwapRepository(Protocol):
    """The swaps of one community."""

    async def find(self, swap_id: int) -> Swap | None:
        """The one with this id; None: the community has none."""
        ...

    async def of_turn(self, turn_id: int) -> list[Swap]:
        """Every offer of this turn that there ever was, in order of id."""
        ...

    async def open_at(self, session_ids: Collection[int]) -> list[Swap]:
        """Those that stand open at these sessions, in order of id."""
        ...

    async def put(self, swap: Swap) -> Swap:
        """Write it: a new row if it has no id; else what it has become. Returns it with its id."""
        ...


# Rules


def closes_at(turn: Turn, starts_at: datetime, now: datetime) -> datetime:
    """Until when a turn that is offered now can be taken.

    Of the time in which somebody is to answer for themselves, the others have the first half: if nobody takes the turn,
    there is time left to say yes or no.
    """
    last = starts_at - CLOSES_BEFORE
    if turn.state is TurnState.ASKED and turn.answer_due is not None:
        return min(last, now + (turn.answer_due - now) / 2)
    return last


def nudge_at(swap: Swap) -> datetime | None:
    """When those whom it is offered are reminded: half-way, but not long before the session; None: not at all."""
    half_way = swap.offered_at + (swap.closes_at - swap.offered_at) / 2
    at = max(half_way, swap.starts_at - NUDGE_FROM)
    return at if at < swap.closes_at else None


def holds(swap: Swap, turn: Turn | None) -> bool:
    """Whether the turn can still be taken, as far as it depends on the turn."""
    wanted = TurnState.CONFIRMED if swap.sure else TurnState.ASKED
    return swap.state is SwapState.OPEN and turn is not None and turn.state is wanted


def may_take(roster: Roster, slot: Slot, member_id: int) -> bool:
    """Whether somebody takes part in the rotation, can lecture on this date, and does not yet."""
    if any(turn.member_id == member_id for turn in slot.standing):
        return False
    return any(one.id == member_id and one.is_available(slot.starts_at) for one in roster.members)


def takers(roster: Roster, slot: Slot) -> list[int]:
    """All to whom a turn of this date is offered: whoever the rule might choose and has no turn there, in line."""
    return [one.member.id for one in eligible(line_up(roster), slot) if may_take(roster, slot, one.member.id)]


async def slot_at(uow: UnitOfWork, session: Session, roster: Roster) -> Slot:
    """The session as the rule sees it, with its turns."""
    return slot_of(session, roster.settings, (await uow.rotation.turns([session.id])).get(session.id, ()))


async def in_exchange(
    uow: UnitOfWork, turn: Turn, session: Session, taker_id: int, now: datetime
) -> tuple[Turn, Session] | None:
    """What somebody who takes this turn gives for it: the nearest turn of theirs after it, else the nearest before.

    Only a date at which its new lecturer can lecture; None: there is none, so that it is a cover.
    """
    roster = await uow.rotation.roster(session.group_id)
    ahead = await turns_ahead(uow, taker_id, now, group_id=session.group_id)
    turns = await uow.rotation.turns([at.id for _theirs, at in ahead])

    def fits(at: Session) -> bool:
        slot = slot_of(at, roster.settings, turns[at.id])
        in_time, free = at.starts_at - CLOSES_BEFORE > now, may_take(roster, slot, turn.member_id)
        return at.id != session.id and in_time and free and turn.member_id not in slot.not_again

    def distance(each: tuple[Turn, Session]) -> tuple[bool, timedelta, int]:
        at = each[1]
        return at.starts_at < session.starts_at, abs(at.starts_at - session.starts_at), at.id

    return min([each for each in ahead if fits(each[1])], key=distance, default=None)


# What follows


async def tell(
    uow: UnitOfWork,
    kind: str,
    swap: Swap,
    session: Session,
    member_ids: Iterable[int],
    now: datetime,
    *,
    at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Tell these people by direct message, now or `at` a later time, as far as they may be written to."""
    readers = await dm_readers(uow, kind, sorted({*member_ids}))
    revision = next_revision(await uow.posts.of_subject(kind, session.id))
    posts = [
        NewPost(
            kind,
            session.id,
            at or now,
            min(swap.closes_at, session.starts_at) if kind in TO_OTHERS else session.starts_at,
            member_id=member_id,
            revision=revision,
            starts_at=session.starts_at,
            quiet=True,
            data={"swap": swap.id, **(data or {})},
        )
        for member_id in readers
    ]
    await plan_in_peace(uow, posts, now)


async def cancel_posts(
    uow: UnitOfWork, swap: Swap, reason: str, *, kinds: Iterable[str] = (*TO_OTHERS, FOR), reader: int = 0
) -> None:
    """What still waits to be said of this offer no longer holds; `reader`: only to this person."""
    for kind in kinds:
        posts = await uow.posts.of_subject(kind, swap.slot_id)
        theirs = [p.id for p in posts if p.data["swap"] == swap.id and reader in (0, reader_of(p))]
        if theirs:
            await uow.posts.cancel([kind], swap.slot_id, reason, only=theirs)


async def end(uow: UnitOfWork, swap: Swap, state: SwapState, now: datetime, actor_id: int | None = None) -> Swap:
    """The offer has ended like this; `actor_id` None: by itself. Who offered it is told, unless they know."""
    after = await uow.swaps.put(replace(swap, state=state))
    await cancel_posts(uow, after, state.value)
    subject = f"session:{swap.slot_id}"
    await uow.record("swap.end", actor_id, subject, {"turn": swap.turn_id}, {"state": state.value})
    # Who was only asked for the old date is asked for the new one, and hears of it by that.
    if state in (SwapState.REFUSED, SwapState.EXPIRED) or (state is SwapState.MOVED and swap.sure):
        turn = await uow.rotation.turn(swap.turn_id)
        assert turn is not None
        await tell(uow, STAYS, after, await uow.sessions.get(swap.slot_id), {turn.member_id, swap.by_id}, now)
    return after


async def review(uow: UnitOfWork, roster: Roster, slots: Mapping[int, Slot], now: datetime) -> datetime | None:
    """End the offers at these dates that hold no longer; returns when to look again (None: none is left)."""
    times: list[datetime] = []
    for swap in await uow.swaps.open_at(slots.keys()):
        slot = slots[swap.slot_id]
        asked = await _asked_alone(uow, swap) if swap.to_id else ()
        if not holds(swap, next((turn for turn in slot.turns if turn.id == swap.turn_id), None)):
            await end(uow, swap, SwapState.FALLEN, now)
        elif swap.to_id and (not may_take(roster, slot, swap.to_id) or _never_asked(asked)):
            await end(uow, swap, SwapState.REFUSED, now)
        elif swap.closes_at <= now:
            await end(uow, swap, SwapState.EXPIRED, now)
        else:
            times.append(min(swap.closes_at, now + PUNCTUAL) if any(map(unsent, asked)) else swap.closes_at)
    return min(times, default=None)


async def _asked_alone(uow: UnitOfWork, swap: Swap) -> list[Post]:
    """What the one person reads to whom it is offered."""
    return [post for post in await uow.posts.of_subject(OFFER, swap.slot_id) if post.data["swap"] == swap.id]


def _never_asked(posts: Collection[Post]) -> bool:
    """Whether they will never read it: they can't see the group's channel any more, say, or want no such messages."""
    return bool(posts) and all(post.state is PostState.CANCELLED for post in posts)
