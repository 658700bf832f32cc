from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.communities import NewSettings
from bot.domain.errors import NotAllowed
from bot.domain.posts import Limited, Post, PostState
from bot.domain.rsvps import Answer, DeadlinePassed, Rsvp, promoted
from bot.domain.sessions import Session, SessionChange
from data.mirrors import mirrors
from data.rsvps import rsvps
from tests.domain.limbo import comes_to_nothing, ends, read_up, under_way
from tests.domain.reminding import Club, Sent, a_club
from tests.domain.study import GUILD, MEMBER, MODERATOR, NOW, Study, at, person, study_on

GOING, LATE, MAYBE, NOT_GOING = Answer.GOING, Answer.LATE, Answer.MAYBE, Answer.NOT_GOING


@pytest.fixture
async def study(tmp_path: Path) -> AsyncIterator[Study]:
    async with study_on(tmp_path) as study:
        yield study


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as club:
        yield club


async def say(study: Study, session: Session, member_id: int, answer: Answer):
    return await study.rsvps.answer(GUILD, person(member_id), session.id, answer)


async def standing(study: Study, session: Session) -> tuple[list[int], list[int]]:
    """Who has a place and who waits, each in order of place."""
    view = await study.sessions.show(GUILD, MODERATOR, session.id)
    return [r.member_id for r in view.coming], [r.member_id for r in view.waiting]


async def test_an_answer_is_kept_and_the_announcement_follows(study: Study):
    session = await study.schedule()
    result = await say(study, session, 5, GOING)
    assert (result.before, result.after.answer, result.position, result.changed) == (None, GOING, 0, True)
    wanted = {row["kind"]: row["wanted"] for row in await study.rows(mirrors)}
    assert wanted == {"announcement": 2, "thread": 1, "event": 1}
    assert (await study.audit())[-1] == "rsvp.answer"


async def test_the_same_answer_twice_changes_nothing(study: Study):
    session = await study.schedule()
    await say(study, session, 5, GOING)
    before = len(await study.audit())
    again = await say(study, session, 5, GOING)
    assert (again.changed, again.after.place) == (False, 1)
    assert len(await study.audit()) == before
    assert [row["wanted"] for row in await study.rows(mirrors) if row["kind"] == "announcement"] == [2]


async def test_fifty_people_at_the_same_instant_get_twenty_places_and_a_line_in_commit_order(study: Study):
    session = await study.schedule(capacity=20)
    members = list(range(101, 151))
    results = await asyncio.gather(*(say(study, session, member_id, GOING) for member_id in members))
    coming, waiting = await standing(study, session)
    assert (len(coming), len(waiting)) == (20, 30)
    assert sorted(coming + waiting) == members
    by_place = sorted(results, key=lambda result: result.after.place)
    assert [result.after.place for result in by_place] == list(range(1, 51))
    assert [result.after.member_id for result in by_place] == coming + waiting
    assert [result.position for result in by_place] == [0] * 20 + list(range(1, 31))
    # The audit's rows stand in the order of the commits.
    committed = [row["after"]["member"] for row in await study.rows(_audit()) if row["action"] == "rsvp.answer"]
    assert committed == coming + waiting


def _audit():
    from data.audit import audit

    return audit


async def test_no_update_is_lost_when_all_change_their_minds_at_once(study: Study):
    session = await study.schedule(capacity=3)
    await asyncio.gather(*(say(study, session, m, GOING) for m in range(10, 20)))
    await asyncio.gather(*(say(study, session, m, NOT_GOING if m % 2 else LATE) for m in range(10, 20)))
    coming, waiting = await standing(study, session)
    assert len(coming) == 3
    assert sorted(coming + waiting) == [10, 12, 14, 16, 18]
    assert coming + waiting == sorted(coming + waiting, key=(coming + waiting).index)
    assert len(await study.rows(rsvps)) == 10


async def test_a_freed_place_goes_to_the_first_in_line_who_is_told(study: Study):
    session = await study.schedule(capacity=1)
    for member_id in (10, 11, 12):
        await say(study, session, member_id, GOING)
    left = await say(study, session, 10, NOT_GOING)
    assert left.after.waiting is False
    assert await standing(study, session) == ([11], [12])
    (post,) = await study.posts("promotion")
    assert (post["member_id"], post["subject_id"], post["data"]) == (11, session.id, {"place": 2})
    assert (post["due_at"], post["expires_at"]) == (NOW, session.starts_at)
    assert "rsvp.promote" in await study.audit()


async def test_maybe_frees_the_place_too_and_never_takes_one(study: Study):
    session = await study.schedule(capacity=1)
    await say(study, session, 10, MAYBE)
    await say(study, session, 11, GOING)
    await say(study, session, 12, GOING)
    assert await standing(study, session) == ([11], [12])
    await say(study, session, 11, MAYBE)
    assert await standing(study, session) == ([12], [])


async def test_late_instead_of_going_keeps_the_place(study: Study):
    session = await study.schedule(capacity=1)
    await say(study, session, 10, GOING)
    await say(study, session, 11, GOING)
    assert (await say(study, session, 10, LATE)).after.place == 1
    assert (await say(study, session, 11, LATE)).position == 1
    assert await standing(study, session) == ([10], [11])
    assert await study.posts("promotion") == []


async def test_whoever_leaves_and_returns_goes_to_the_end(study: Study):
    session = await study.schedule(capacity=1)
    for member_id in (10, 11, 12):
        await say(study, session, member_id, GOING)
    await say(study, session, 10, NOT_GOING)
    assert (await say(study, session, 10, GOING)).position == 2
    assert await standing(study, session) == ([11], [12, 10])


async def test_more_places_let_in_those_who_wait(study: Study):
    session = await study.schedule(capacity=1)
    for member_id in (10, 11, 12, 13):
        await say(study, session, member_id, GOING)
    await study.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(capacity=3))
    assert await standing(study, session) == ([10, 11, 12], [13])
    assert [post["member_id"] for post in await study.posts("promotion")] == [11, 12]
    await study.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(capacity=0))
    assert await standing(study, session) == ([10, 11, 12, 13], [])


async def test_fewer_places_throw_nobody_out_and_let_nobody_in(study: Study):
    session = await study.schedule(capacity=3)
    for member_id in (10, 11, 12, 13):
        await say(study, session, member_id, GOING)
    await study.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(capacity=2))
    assert await standing(study, session) == ([10, 11, 12], [13])
    await say(study, session, 10, NOT_GOING)
    assert await standing(study, session) == ([11, 12], [13])


async def test_a_move_with_more_places_lets_people_in_as_well(study: Study):
    session = await study.schedule(capacity=1)
    await say(study, session, 10, GOING)
    await say(study, session, 11, GOING)
    change = SessionChange(starts_at=at(16, 7), capacity=2)
    await study.sessions.edit(GUILD, MODERATOR, session.id, change)
    assert await standing(study, session) == ([10, 11], [])
    (post,) = await study.posts("promotion")
    assert post["expires_at"] == at(16, 7)


async def test_after_the_deadline_nobody_joins_but_one_may_leave(study: Study):
    session = await study.schedule(deadline=at(14, 20))
    await say(study, session, 10, GOING)
    study.clock.at = at(14, 20)
    for answer in (GOING, LATE, MAYBE):
        with pytest.raises(DeadlinePassed) as refused:
            await say(study, session, 11, answer)
        assert (refused.value.deadline, refused.value.may_move) == (at(14, 20), False)
    with pytest.raises(DeadlinePassed) as refused:
        await study.rsvps.answer(GUILD, MODERATOR, session.id, GOING, member_id=12)
    assert refused.value.may_move
    assert (await say(study, session, 10, LATE)).after.answer is LATE
    assert (await say(study, session, 10, NOT_GOING)).changed


async def test_only_organizers_answer_for_others(study: Study):
    session = await study.schedule()
    with pytest.raises(NotAllowed):
        await study.rsvps.answer(GUILD, MEMBER, session.id, GOING, member_id=77)
    result = await study.rsvps.answer(GUILD, MODERATOR, session.id, GOING, member_id=77)
    assert result.after.member_id == 77
    assert await standing(study, session) == ([77], [])


async def test_a_promotion_is_told_only_while_the_place_is_still_theirs(study: Study):
    session = await study.schedule(capacity=1)
    await say(study, session, 10, GOING)
    await say(study, session, 11, GOING)
    await say(study, session, 10, NOT_GOING)
    async with study.db.reading(GUILD) as uow:
        (post,) = await uow.posts.of_subject("promotion", session.id)
    assert await describe(study, post) is not None
    await say(study, session, 11, NOT_GOING)
    assert await describe(study, post) is None
    await say(study, session, 11, GOING)
    assert await describe(study, post) is None, "they came back by themselves"


async def test_whoever_gets_a_place_twice_is_told_twice(club: Club):
    session = await club.schedule(capacity=1)
    await club.answer(session, GOING, 11, 12)
    for _ in range(2):
        await club.answer(session, NOT_GOING, 11)
        assert [(one.member_id, one.kind) for one in await club.until(club.clock.at)] == [(12, "promotion")]
        await club.answer(session, NOT_GOING, 12)
        await club.answer(session, GOING, 11, 12)


async def promoted_to(club: Club) -> Session:
    """A session in which 12 has just got a place, and is to be told."""
    session = await club.schedule(capacity=1)
    await club.answer(session, GOING, 11, 12)
    await club.answer(session, NOT_GOING, 11)
    return session


def told(sent: list[Sent]) -> list[tuple[int, datetime]]:
    """To whom a promotion told which time."""
    return [(one.member_id, one.value.view.session.starts_at) for one in sent if one.kind == "promotion"]


@pytest.mark.parametrize("stage", ["planned", "claimed", "limited"])
async def test_a_promotion_that_has_not_left_tells_the_new_time_and_lives_to_it(club: Club, stage: str):
    session = await promoted_to(club)
    if stage == "limited":
        (post,) = await under_way(club, "promotion")
        await ends(club, post, Limited(5))
    claimed = await club.claim() if stage == "claimed" else []
    await club.move(session, at(15, 19))
    for post in claimed:
        await club.attempt(post)
    assert club.sent == [], "no first attempt of the old time begins"
    (post,) = [post for post in await club.posts("promotion") if post.state is PostState.PLANNED]
    assert (post.starts_at, post.expires_at) == (at(15, 19), at(15, 19))
    assert told(await club.until(at(14, 0))) == [(12, at(15, 19))]


@pytest.mark.parametrize("how", ["limited", "absent"])
async def test_a_promotion_under_way_that_does_not_arrive_tells_the_new_time(club: Club, how: Any):
    session = await promoted_to(club)
    (post,) = await under_way(club, "promotion")
    await club.move(session, at(15, 19))
    await comes_to_nothing(club, post, how)
    assert told(await club.until(at(14, 0))) == [(12, at(15, 19))]


async def test_a_promotion_that_arrived_after_all_is_not_told_again(club: Club):
    session = await promoted_to(club)
    (post,) = await under_way(club, "promotion")
    await club.move(session, at(15, 19))
    await read_up(club, post, 900)
    assert told(await club.until(at(14, 0))) == []


@pytest.mark.parametrize("change", ["left", "cancelled", "stopped"])
async def test_a_promotion_that_did_not_arrive_and_is_no_longer_wanted_is_not_told(club: Club, change: str):
    session = await promoted_to(club)
    (post,) = await under_way(club, "promotion")
    await club.move(session, at(15, 19))
    if change == "left":
        await club.answer(session, NOT_GOING, 12)
    elif change == "cancelled":
        await club.cancel(session)
    else:
        await club.services.members.choose(GUILD, 12, "places", wanted=False)
    await comes_to_nothing(club, post, "limited")
    assert told(await club.until(at(14, 0))) == []
    assert len(await club.posts("promotion")) == 1


async def test_a_place_that_comes_free_at_night_is_told_at_its_end(club: Club):
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours="22:00-06:30"))
    club.clock.at = at(14, 23)
    await promoted_to(club)
    (post,) = await club.posts("promotion")
    assert (post.due_at, post.not_before) == (at(14, 23), at(15, 6, 30))


async def test_a_promotion_is_not_told_of_a_cancelled_session(study: Study):
    session = await study.schedule(capacity=1)
    for member_id in (10, 11):
        await say(study, session, member_id, GOING)
    await say(study, session, 10, NOT_GOING)
    await study.sessions.cancel(GUILD, MODERATOR, session.id)
    (post,) = await study.posts("promotion")
    assert post["state"] == "cancelled"


async def describe(study: Study, post: Post):
    async with study.db.reading(GUILD) as uow:
        return await study.rsvps.describe(uow, post)


people = st.lists(st.tuples(st.sampled_from(list(Answer)), st.booleans()), max_size=12)


@given(people=people, capacity=st.none() | st.integers(1, 12))
def test_promotion_fills_the_places_and_never_more_in_the_order_of_the_line(people, capacity):
    line = [
        Rsvp(1, 100 + n, answer, waiting and answer in (GOING, LATE), n, NOW)
        for n, (answer, waiting) in enumerate(people)
    ]
    taken = sum(r.coming for r in line)
    waiting = [r for r in line if r.waiting]
    chosen = promoted(line, capacity)
    assert chosen == waiting[: len(chosen)]
    if capacity is None:
        assert chosen == waiting
    else:
        assert taken + len(chosen) <= max(capacity, taken)
        assert len(chosen) == len(waiting) or taken + len(chosen) >= capacity
