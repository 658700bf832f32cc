"""To whom the bot may write, what people can stop, and what follows when they leave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import delete, select

from bot.domain import introductions, pairing
from bot.domain.errors import Unknown
from bot.domain.ledger import YEAR
from bot.domain.members import (
    CLOSED_FOR,
    DM_POSTS,
    DMS_CLOSED,
    DmKind,
    Member,
    closed,
    found_closed,
    hint_due,
    kind_of,
    may_write,
)
from bot.domain.posts import PostState, Settled
from bot.domain.question_box import BOX
from bot.domain.questions.activity import REOPENED, WROTE
from bot.domain.questions.converting import OFFER, POSTED
from bot.domain.questions.idle import IDLE, LOST, TEND_IDLE, TEND_WROTE
from bot.domain.questions.news import MODERATED
from bot.domain.questions.telling import ASK, REMIND, STUCK, TAKEN, UNHEARD
from bot.domain.questions.thanking import THANKED
from bot.domain.restricting import KIND as RESTRICTED
from bot.domain.rotation import concerned, guests
from bot.domain.rotation.saying import PERSONAL, TROUBLE
from bot.domain.rotation.swaps import TO_ITS_OWNER, TO_OTHERS
from bot.domain.rsvps import PROMOTION, Answer
from bot.domain.sessions import Session
from bot.domain.takeaways import ASK_USED, FOLLOW_UP, TELL_USED, THANKS
from bot.domain.told import CHANGES
from data.audit import audit
from data.communities import communities
from data.members import members
from tests.domain.reminding import LOG, Club, Sent, a_club
from tests.domain.study import GUILD, MODERATOR, NOW, at

STRANGE_GUILD = 4242


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as club:
        yield club


async def told(club: Club) -> list[Sent]:
    """What goes out now."""
    return await club.until(club.clock.at)


async def answer_for(club: Club, session: Session, answer: Answer, *member_ids: int) -> None:
    """An organizer answers for people who don't use the bot."""
    for member_id in member_ids:
        await club.services.rsvps.answer(GUILD, MODERATOR, session.id, answer, member_id=member_id)


async def known(club: Club, member_id: int) -> Member | None:
    async with club.db.reading(GUILD) as uow:
        return await uow.members.find(member_id)


async def choose(club: Club, member_id: int, kind: str, *, wanted: bool = False) -> None:
    await club.services.members.choose(GUILD, member_id, kind, wanted=wanted)


async def use(club: Club, member_id: int, *, may_hint: bool = True) -> bool:
    return await club.services.members.used(GUILD, member_id, may_hint=may_hint)


async def promote(club: Club, session: Session, leaving: int) -> None:
    """A place comes free."""
    await club.answer(session, Answer.NOT_GOING, leaving)


async def refuse(club: Club, reason: str = DMS_CLOSED) -> None:
    """Discord refuses all that is due."""
    for post in await club.claim():
        async with club.db(GUILD) as uow:
            result = Settled(post, PostState.UNDELIVERABLE, reason)
            assert await uow.posts.settle(result)
            await club.kinds[post.kind].ended(uow, result)


async def promoted_with_closed_dms(club: Club, member_id: int = 11) -> Session:
    session = await club.schedule(capacity=1)
    await club.answer(session, Answer.GOING, 10, member_id)
    await promote(club, session, 10)
    await refuse(club)
    return session


async def records(club: Club, action: str) -> list[Any]:
    async with club.db.connections.reading() as connection:
        return list(await connection.execute(select(audit).where(audit.c.action == action).order_by(audit.c.id)))


# Rules


def test_every_kind_of_direct_message_can_be_stopped_and_no_other_kind_may_be_sent():
    kinds = {
        *CHANGES,
        PROMOTION,
        "answered_for",
        RESTRICTED,
        MODERATED,
        "evening",
        "dawn",
        "before",
        "hostless",
        *PERSONAL,
        TROUBLE,
        *TO_OTHERS,
        *TO_ITS_OWNER,
        *concerned.KINDS,
        *guests.KINDS,
        *(BOX, THANKS, FOLLOW_UP, ASK_USED, TELL_USED),
        *(pairing.TOLD, pairing.ASKED, pairing.ALONE),
        *(IDLE, WROTE, REOPENED, LOST, TEND_IDLE, TEND_WROTE, OFFER, POSTED),
        *(ASK, REMIND, STUCK, TAKEN, UNHEARD),
        "spinoff_asked",
        YEAR,
        THANKED,
        *(introductions.ASKED, introductions.AGREED, introductions.MET),
    }
    assert {kind for some in DM_POSTS.values() for kind in some} == kinds
    assert [kind_of(post) for post in ("moved", "promotion", "before")] == ["changes", "places", "reminders"]
    with pytest.raises(KeyError):
        kind_of("morning")


@pytest.mark.parametrize(
    ("member", "changes", "places"),
    [
        (None, False, False),
        (Member(1, seen_at=NOW), False, False),
        (Member(1, used_at=NOW), True, True),
        (Member(1, used_at=NOW, stopped=frozenset({"places"})), True, False),
        (Member(1, used_at=NOW, dms_closed_at=NOW), True, True),
    ],
)
def test_only_who_uses_the_bot_is_written_to_and_only_of_what_they_did_not_stop(
    member: Member | None, changes: bool, places: bool
):
    assert (may_write(member, "changes"), may_write(member, "places")) == (changes, places)


def test_closed_dms_are_news_again_after_one_arrived_and_after_thirty_days():
    first = found_closed(Member(1), None, NOW)
    assert hint_due(first, None, NOW)
    told = replace(first, hinted_at=NOW)
    assert not hint_due(told, None, NOW)
    later = NOW + timedelta(days=3)
    assert found_closed(told, None, later) == told, "known already"
    arrived = NOW + timedelta(days=2)
    assert not closed(told, arrived, later)
    assert hint_due(found_closed(told, arrived, later), arrived, later)
    much_later = NOW + CLOSED_FOR
    assert not closed(told, None, much_later)
    assert hint_due(found_closed(told, None, much_later), None, much_later)


# Who is written to


async def test_of_a_free_place_for_whom_an_organizer_answered_and_nobody_may_write_to_only_moderators_hear(club: Club):
    session = await club.schedule(capacity=1)
    await club.answer(session, Answer.GOING, 10)
    await answer_for(club, session, Answer.GOING, 11)
    await club.thread(session)
    await promote(club, session, 10)
    (one,) = await told(club)
    assert (one.kind, one.channel_id, one.member_id, one.pinged) == ("promotion", LOG, 0, frozenset())
    assert "<@11>" in one.text


async def test_without_a_log_channel_they_are_named_nowhere_else(club: Club):
    async with club.db(GUILD) as uow:
        await uow.communities.change(log_channel=0)
    session = await club.schedule(capacity=1)
    await club.answer(session, Answer.GOING, 10)
    await answer_for(club, session, Answer.GOING, 11)
    await promote(club, session, 10)
    assert await told(club) == []


async def test_whoever_was_entered_as_declining_hears_nothing_of_a_move(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.NOT_GOING, 21)
    await answer_for(club, session, Answer.NOT_GOING, 22)
    await club.thread(session)
    await club.move(session, at(16, 7))
    assert [one.member_id for one in await told(club)] == [21]


async def test_an_answer_for_somebody_else_is_not_their_use_but_one_of_their_own_is(club: Club):
    session = await club.schedule()
    await answer_for(club, session, Answer.GOING, 11)
    assert await known(club, 11) is None
    await club.answer(session, Answer.LATE, 11)
    assert await known(club, 11) == Member(11, used_at=NOW, seen_at=NOW)


async def test_any_other_use_counts_too(club: Club):
    session = await club.schedule()
    await answer_for(club, session, Answer.NOT_GOING, 22)
    assert await use(club, 22) is False
    await club.move(session, at(16, 7))
    assert [one.member_id for one in await told(club)] == [22]


async def test_whoever_was_noted_today_is_not_looked_up_and_waits_for_no_writer(club: Club):
    await use(club, 11)
    await club.answer(await club.schedule(), Answer.GOING, 12)
    async with club.db.connections.writing():
        club.clock.pass_time(hours=3)
        assert await asyncio.wait_for(use(club, 11), 5) is False
        # Noted by the answer itself, in its own transaction.
        assert await asyncio.wait_for(use(club, 12), 5) is False
    assert (await known(club, 11)) == Member(11, used_at=NOW, seen_at=NOW)
    async with club.db.connections.writing() as connection:
        await connection.execute(delete(members))
    await use(club, 11)
    assert await known(club, 11) is None, "known from memory, so nobody looked"


async def test_use_is_noted_again_the_next_day_and_after_a_restart_not_the_same_day(club: Club):
    await use(club, 11)
    club.services.members.__init__(club.db, club.clock)  # as after a restart
    club.clock.pass_time(hours=3)
    await use(club, 11)
    assert (await known(club, 11)) == Member(11, used_at=NOW, seen_at=NOW)
    club.clock.pass_time(days=1)
    await use(club, 11)
    member = await known(club, 11)
    assert member is not None
    assert member.used_at == club.clock.at


# Stopping


@pytest.mark.parametrize("kind", list(DM_POSTS))
async def test_what_was_stopped_is_not_planned_and_the_other_kind_still_is(club: Club, kind: DmKind):
    session = await club.schedule(capacity=1)
    await club.answer(session, Answer.GOING, 10, 11)
    await club.answer(session, Answer.NOT_GOING, 21)
    for member_id in (11, 21):
        await choose(club, member_id, kind)
    await club.thread(session)
    await promote(club, session, 10)
    await club.move(session, at(16, 7))
    private = [one.kind for one in await told(club) if one.member_id in (11, 21)]
    left = {"changes": ["promotion"], "places": ["moved"]}
    assert private == left.get(kind, ["promotion", "moved"])
    assert not [post for post in await club.posts("promotion") if post.channel_id], "a stop is not a wish for a mention"


async def test_a_pending_message_of_a_stopped_kind_is_cancelled_and_nobody_elses(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.NOT_GOING, 21, 22)
    await club.move(session, at(16, 7))
    await choose(club, 21, "changes")
    assert [one.member_id for one in await told(club)] == [22]
    (cancelled,) = await club.posts("moved", PostState.CANCELLED)
    assert (cancelled.member_id, cancelled.reason) == (21, "stopped by its reader")


async def test_one_that_is_in_doubt_is_reconciled_instead(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.NOT_GOING, 21)
    await club.move(session, at(16, 7))
    (post,) = await club.claim()
    async with club.db(GUILD) as uow:
        await uow.posts.settle(Settled(post, PostState.RETRY, "500", club.clock.at, in_doubt=True))
    await choose(club, 21, "changes")
    (post,) = await club.posts("moved")
    assert (post.state, post.cancel_wanted) == (PostState.RETRY, True)


async def test_what_was_stopped_can_be_had_again_and_both_are_on_record(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.NOT_GOING, 21)
    for wanted in (False, False, True):
        await choose(club, 21, "changes", wanted=wanted)
    await club.move(session, at(16, 7))
    assert [one.member_id for one in await told(club)] == [21]
    rows = await records(club, "member.choose_dms")
    assert [(row.actor_id, row.before, row.after) for row in rows] == [
        (21, {"stopped_dms": []}, {"stopped_dms": ["changes"]}),
        (21, {"stopped_dms": ["changes"]}, {"stopped_dms": []}),
    ]


@pytest.mark.parametrize(
    ("guild_id", "member_id", "kind"),
    [
        (STRANGE_GUILD, 21, "changes"),
        (GUILD, 22, "changes"),
        (GUILD, 21, "dawn"),
        (0, 21, "places"),
        (2**64, 21, "places"),
    ],
)
async def test_a_forged_choice_is_refused_and_makes_no_community(club: Club, guild_id: int, member_id: int, kind: str):
    await use(club, 21)
    with pytest.raises(Unknown):
        await club.services.members.choose(guild_id, member_id, kind, wanted=False)
    async with club.db.connections.reading() as connection:
        assert list((await connection.execute(select(communities.c.guild_id))).scalars()) == [GUILD]
    assert await known(club, 22) is None


# Closed DMs


async def test_closed_dms_are_remembered_and_told_once_at_the_next_use(club: Club):
    session = await promoted_with_closed_dms(club)
    club.clock.pass_time(minutes=1)
    assert await use(club, 11, may_hint=False) is False, "no chance to say so now"
    assert await use(club, 11) is True
    assert await use(club, 11) is False
    assert await use(club, 12) is False
    await promote(club, session, 11)
    assert await use(club, 11) is False


async def test_of_two_presses_at_once_one_is_followed_by_the_hint(club: Club):
    await promoted_with_closed_dms(club)
    assert sorted(await asyncio.gather(*(use(club, 11) for _ in range(5)))) == [False] * 4 + [True]


async def test_whoever_was_noted_today_hears_of_their_closed_dms_the_same_day(club: Club):
    await use(club, 11)
    await promoted_with_closed_dms(club)
    assert await use(club, 11) is True


async def test_a_message_that_arrives_ends_it_and_the_next_refusal_is_news(club: Club):
    session = await promoted_with_closed_dms(club)
    await club.answer(session, Answer.NOT_GOING, 11)
    club.clock.pass_time(minutes=1)
    await club.move(session, at(16, 7))
    assert [one.member_id for one in await told(club) if one.member_id == 11] == [11]
    assert await use(club, 11) is False, "they are open again"
    club.clock.pass_time(minutes=1)
    await club.move(session, at(17, 7))
    await refuse(club)
    assert await use(club, 11) is True


async def test_a_refusal_for_another_reason_says_nothing_of_the_dms(club: Club):
    session = await club.schedule(capacity=1)
    await club.answer(session, Answer.GOING, 10, 11)
    thread = await club.thread(session)
    await promote(club, session, 10)
    await refuse(club, "quiet hours")
    member = await known(club, 11)
    assert member is not None
    assert member.dms_closed_at is None
    (fallback,) = [post for post in await club.posts("promotion") if post.channel_id]
    assert fallback.channel_id == thread


# Departures


async def leave(club: Club, member_id: int) -> bool:
    return await club.services.members.left(GUILD, member_id)


async def places(club: Club, session: Session) -> tuple[list[int], list[int]]:
    """Who comes and who waits."""
    async with club.db.reading(GUILD) as uow:
        rsvps = await uow.rsvps.of_session(session.id)
    return [r.member_id for r in rsvps if r.coming], [r.member_id for r in rsvps if r.waiting]


async def test_the_places_of_whoever_leaves_go_to_those_who_wait(club: Club):
    session = await club.schedule(capacity=1)
    other = await club.schedule(at(16, 7), capacity=1)
    await club.answer(session, Answer.GOING, 10, 11, 12)
    await club.answer(other, Answer.GOING, 11, 10)
    async with club.db.reading(GUILD) as uow:
        before = await uow.mirrors.find("announcement", session.id)
    assert await leave(club, 10) is True
    assert await places(club, session) == ([11], [12])
    assert await places(club, other) == ([11], [])
    assert [(one.kind, one.member_id) for one in await told(club)] == [("promotion", 11)]
    async with club.db.reading(GUILD) as uow:
        after = await uow.mirrors.find("announcement", session.id)
    assert before is not None
    assert after is not None
    assert after.wanted > before.wanted, "the announcement follows"
    (row,) = await records(club, "member.left")
    assert (row.actor_id, row.before) == (None, {"member": 10})
    withdrawn = await records(club, "rsvp.withdraw")
    assert [(row.actor_id, row.subject) for row in withdrawn] == [
        (None, f"session:{session.id}"),
        (None, f"session:{other.id}"),
    ]


async def test_what_has_begun_keeps_its_answers(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 10)
    club.clock.at = session.starts_at + timedelta(minutes=5)
    await leave(club, 10)
    assert await places(club, session) == ([10], [])


async def test_whoever_leaves_organizes_nothing_any_more(club: Club):
    archived = await club.add_group("旧部会")
    async with club.db(GUILD) as uow:
        for group in (club.group, archived):
            await uow.groups.add_organizer(group.id, 10)
            await uow.groups.add_organizer(group.id, 11)
        await uow.groups.change(archived.id, archived_at=NOW)
    assert await leave(club, 10) is True
    async with club.db.reading(GUILD) as uow:
        assert [group.organizers for group in await uow.groups.all(archived=True)] == [{11}, {11}]
    assert [row.actor_id for row in await records(club, "group.edit")] == [None, None]


async def test_nothing_pending_is_sent_to_whoever_has_left_nor_anything_later(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.NOT_GOING, 21)
    await club.move(session, at(16, 7))
    await leave(club, 21)
    assert await told(club) == []
    await answer_for(club, session, Answer.NOT_GOING, 21)
    await club.move(session, at(17, 7))
    assert await told(club) == [], "they have not used the bot since"


async def test_a_stranger_who_leaves_leaves_nothing_behind(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 10)
    assert await leave(club, 99) is False
    assert await club.services.members.left(STRANGE_GUILD, 10) is False
    assert await records(club, "member.left") == []
    assert await places(club, session) == ([10], [])
    assert await leave(club, 10) is True
    assert await leave(club, 10) is False, "once"


async def test_whoever_returns_answers_again_is_told_again_and_keeps_what_they_stopped(club: Club):
    session = await club.schedule(capacity=1)
    await club.answer(session, Answer.GOING, 10, 11)
    await choose(club, 11, "changes")
    await promote(club, session, 10)
    assert [one.member_id for one in await told(club)] == [11]
    await leave(club, 11)
    assert await places(club, session) == ([], [])
    await club.answer(session, Answer.GOING, 12, 11)
    assert await places(club, session) == ([12], [11])
    await promote(club, session, 12)
    assert [(one.kind, one.member_id) for one in await told(club)] == [("promotion", 11)], "a second time, rightly"
    member = await known(club, 11)
    assert member is not None
    assert member.stopped == {"changes"}


async def test_the_only_one_who_waits_and_was_told_before_is_told_again_after_a_return(club: Club):
    """The place that a post has named is never given again, or the second post would be taken for the first."""
    session = await club.schedule(capacity=1)
    await club.answer(session, Answer.GOING, 10, 11)
    await promote(club, session, 10)
    await told(club)
    await leave(club, 10)
    await leave(club, 11)
    await club.answer(session, Answer.GOING, 12)
    await club.answer(session, Answer.GOING, 11)
    await promote(club, session, 12)
    assert [one.member_id for one in await told(club)] == [11]


async def test_a_use_on_the_day_of_the_return_is_noted(club: Club):
    await use(club, 10)
    await leave(club, 10)
    await use(club, 10)
    member = await known(club, 10)
    assert member is not None
    assert member.used_at == NOW


async def test_each_night_those_are_asked_about_who_were_not_seen_since(club: Club):
    session = await club.schedule()
    await answer_for(club, session, Answer.GOING, 11, 12)
    await club.answer(session, Answer.MAYBE, 13)
    service = club.services.members
    assert await service.to_check(GUILD, 10) == [11, 12]
    assert await service.to_check(GUILD, 1) == [11]
    await service.seen(GUILD, [11])
    assert await service.to_check(GUILD, 10) == [12]
    assert may_write(await known(club, 11), "places") is False, "seen is not used"
    club.clock.pass_time(hours=21)
    assert await service.to_check(GUILD, 10) == [12, 11, 13]
    club.clock.at = session.starts_at
    assert await service.to_check(GUILD, 10) == []
