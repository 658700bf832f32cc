"""The morning post, and the dawns of the sessions that it does not list."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.actors import Actor
from bot.domain.communities import EveningNeeded, NewSettings
from bot.domain.errors import InvalidNumber, NotAllowed, Unknown
from bot.domain.groups import GroupChange
from bot.domain.mirrors import MirrorState, Spot
from bot.domain.morning import (
    EveryoneMentioned,
    NoMorningPost,
    NoMorningRole,
    NotPaused,
    list_parts,
    post_due,
)
from bot.domain.phrases import PhraseNotUnderstood
from bot.domain.posts import Delivered, Limited, Post, PostState
from bot.domain.rotation.values import Turn, TurnState
from bot.domain.rsvps import Answer
from bot.domain.sessions import Session
from bot.i18n import words
from bot.rendering.morning import morning_post
from tests.data.files import audit_rows
from tests.domain.limbo import WAIT, comes_to_nothing, ends, read_up, under_way
from tests.domain.reminding import ANNOUNCEMENTS, GUILD, MODERATOR, MORNING, SECRET, Club, Sent, a_club, at, pings
from tests.domain.study import person

Nothing = Literal["limited", "absent"]
NOTHING: tuple[Nothing, ...] = ("limited", "absent")
DAY = date(2026, 7, 15)
"""The local day of at(15, ...)."""


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as club:
        yield club


def listed(one: Sent) -> list[int]:
    return [line.session.id for line in one.value.lines]


def dawns(sent: list[Sent]) -> list[tuple[str, datetime, int]]:
    """What stood for dawn, when and where."""
    return [(one.kind, one.at, one.channel_id) for one in sent if one.kind in ("dawn", "morning")]


# When and where


async def test_one_post_before_the_days_first_session_lists_them_all_and_pings_each_person_once(club: Club):
    await club.morning()
    late, early = await club.schedule(at(15, 12)), await club.schedule(at(15, 7))
    await club.answer(early, Answer.GOING, 11, 12)
    await club.answer(late, Answer.LATE, 12, 13)
    sent = await club.until(at(15, 13))
    assert dawns(sent) == [("morning", at(15, 6), MORNING)]
    (post,) = [one for one in sent if one.kind == "morning"]
    assert listed(post) == [early.id, late.id]
    assert post.pinged == {11, 12, 13}


async def test_a_session_leads_to_its_announcement_as_long_as_that_stands(club: Club):
    await club.morning()
    states = {MirrorState.LIVE: Spot(ANNOUNCEMENTS, 501), MirrorState.ASKED: None, MirrorState.GONE: None}
    expected = {(await club.schedule(at(15, 12 + n))).id: spot for n, spot in enumerate(states.values())}
    unmade = await club.schedule(at(15, 15))
    async with club.db(GUILD) as uow:
        for number, (session_id, state) in enumerate(zip(expected, states, strict=True)):
            await uow.mirrors.want("announcement", session_id, parent_id=ANNOUNCEMENTS)
            mirror = await uow.mirrors.find("announcement", session_id)
            assert mirror is not None
            await uow.mirrors.store(mirror, remote_id=501 + number, state=state)
    (post,) = [one for one in await club.until(at(15, 11, 30)) if one.kind == "morning"]
    assert {line.session.id: line.announced for line in post.value.lines} == expected | {unmade.id: None}


async def test_the_list_names_who_lectures_as_soon_as_they_have_confirmed(club: Club):
    await club.morning()
    sure = await club.schedule(at(15, 7))
    await club.services.roster.join(GUILD, Actor(11, sees=lambda channel_id: True), None)
    turn = Turn(sure.id, 0, 11, TurnState.CONFIRMED, club.clock.now(), theme="魚はどこから")
    async with club.db(GUILD) as uow:
        await uow.rotation.put(turn)
    (post,) = [one for one in await club.until(at(15, 6)) if one.kind == "morning"]
    told = {line.session.id: line.lecture for line in post.value.lines}
    assert [(turn.member_id, turn.theme) for turn, _industry in told[sure.id].lecturers] == [(11, "魚はどこから")]
    assert "<@11>" in morning_post(post.value, words("ja")).text


async def test_a_day_without_a_session_posts_nothing(club: Club):
    await club.morning()
    session = await club.schedule()
    await club.schedule(at(17, 7))
    await club.cancel(session)
    sent = await club.until(at(18, 0))
    assert dawns(sent) == [("morning", at(17, 6), MORNING)]
    assert await club.planned("morning") == {}


async def test_without_a_channel_every_session_has_its_own_dawn(club: Club):
    await club.schedule()
    assert dawns(await club.until(at(15, 8))) == [("dawn", at(15, 6), ANNOUNCEMENTS)]


async def test_on_other_weekdays_sessions_have_their_own_dawn(club: Club):
    await club.morning(days=frozenset({4}))
    await club.schedule(at(15, 7))
    await club.schedule(at(17, 7))
    assert dawns(await club.until(at(18, 0))) == [
        ("dawn", at(15, 6), ANNOUNCEMENTS),
        ("morning", at(17, 6), MORNING),
    ]


async def test_a_group_that_not_all_readers_can_see_has_its_own_dawn_in_its_own_channel(club: Club):
    await club.morning()
    secret = await club.add_group("役員会", SECRET)
    shown = await club.schedule(at(15, 12))
    hidden = await club.schedule(at(15, 7), "秘密", group_id=secret.id)
    for session in (shown, hidden):
        await club.answer(session, Answer.GOING, 11)
    sent = await club.until(at(15, 13))
    assert dawns(sent) == [("dawn", at(15, 6), SECRET), ("morning", at(15, 11), MORNING)]
    assert listed(sent[-2]) == [shown.id]
    assert "秘密" not in sent[-2].text


async def test_a_group_announced_in_the_morning_channel_itself_is_always_listed(club: Club):
    await club.morning(channel_id=ANNOUNCEMENTS, open=False)
    await club.schedule()
    assert dawns(await club.until(at(15, 8))) == [("morning", at(15, 6), ANNOUNCEMENTS)]


async def test_a_group_that_becomes_hidden_or_shown_changes_to_the_other_kind_of_dawn(club: Club):
    await club.morning()
    await club.schedule()
    await club.look({club.group.id: False})
    assert await club.planned("morning") == {}
    assert list((await club.planned("dawn")).values()) == [at(15, 6)]
    await club.look({club.group.id: True})
    assert await club.planned("dawn") == {}
    assert dawns(await club.until(at(15, 8))) == [("morning", at(15, 6), MORNING)]


async def test_another_channel_names_no_group_before_it_is_known_who_sees_it(club: Club):
    await club.morning()
    await club.schedule()
    await club.services.morning.set(GUILD, MODERATOR, channel_id=MORNING + 1)
    assert dawns(await club.until(at(15, 8))) == [("dawn", at(15, 6), ANNOUNCEMENTS)]


async def test_the_post_lists_no_group_that_was_hidden_after_it_was_written(club: Club):
    await club.morning()
    secret = await club.add_group("役員会", SECRET, shown=True)
    shown = await club.schedule()
    await club.schedule(at(15, 8), "秘密", group_id=secret.id)
    club.clock.at = at(15, 6)
    await club.run_steps()
    await club.look({secret.id: False})
    await club.deliver()
    (post,) = [one for one in club.sent if one.kind == "morning"]
    assert listed(post) == [shown.id]


async def test_for_a_session_after_midnight_it_goes_out_on_the_evening_before_and_says_so(club: Club):
    await club.morning()
    await club.schedule(at(15, 0, 30))
    (post,) = [one for one in await club.until(at(15, 2)) if one.kind == "morning"]
    assert (post.at, post.value.tomorrow) == (at(14, 23, 30), True)


# Late, moved, cancelled


async def test_a_session_scheduled_after_the_post_went_out_has_its_own_dawn(club: Club):
    await club.morning()
    await club.schedule()
    await club.until(at(15, 6, 30))
    added = await club.schedule(at(15, 19))
    await club.answer(added, Answer.GOING, 11)
    assert dawns(await club.until(at(15, 20))) == [("dawn", at(15, 18), ANNOUNCEMENTS)]


async def test_a_session_scheduled_too_late_for_a_dawn_brings_no_post_forward(club: Club):
    await club.morning()
    noon = await club.schedule(at(15, 12))
    await club.until(at(15, 8))
    await club.schedule(at(15, 8, 30))
    sent = await club.until(at(15, 13))
    assert dawns(sent) == [("morning", at(15, 11), MORNING)]
    assert [listed(one) for one in sent if one.kind == "morning"] == [[noon.id]]


async def test_a_session_added_shortly_before_the_post_is_on_it(club: Club):
    await club.morning()
    noon = await club.schedule(at(15, 12))
    await club.until(at(15, 10, 30))
    added = await club.schedule(at(15, 11, 15))
    sent = await club.until(at(15, 13))
    assert dawns(sent) == [("morning", at(15, 11), MORNING)]
    assert [listed(one) for one in sent if one.kind == "morning"] == [[added.id, noon.id]]


async def test_an_earlier_session_brings_the_post_forward(club: Club):
    await club.morning()
    await club.schedule(at(15, 12))
    await club.schedule(at(15, 7))
    assert dawns(await club.until(at(15, 13))) == [("morning", at(15, 6), MORNING)]


async def test_moving_the_first_session_moves_the_post(club: Club):
    await club.morning()
    first = await club.schedule(at(15, 7))
    await club.schedule(at(15, 12))
    await club.move(first, at(16, 7))
    assert dawns(await club.until(at(17, 0))) == [("morning", at(15, 11), MORNING), ("morning", at(16, 6), MORNING)]


async def test_nobody_is_pinged_twice_for_a_dawn_on_one_day_whatever_happens_to_it(club: Club):
    await club.morning()
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    sent = await club.until(at(15, 6))
    await club.move(session, at(15, 9))
    await club.morning(minutes_before=30)
    await club.look({club.group.id: False})
    await club.services.morning.set(GUILD, MODERATOR, channel_id=0)
    await club.move(session, at(16, 9))
    await club.move(session, at(15, 18))
    sent += await club.until(at(15, 20))
    assert pings(sent, "morning") + pings(sent, "dawn") == [{11}]


async def test_a_list_that_nobody_has_read_tells_the_new_time(club: Club):
    await club.morning()
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.until(at(15, 5, 59))
    club.clock.at = at(15, 6)
    await club.run_steps()
    (claimed,) = await club.claim()
    await club.move(session, at(15, 9))
    await club.attempt(claimed)
    assert "morning" not in [one.kind for one in club.sent], "no first attempt for an old time"
    sent = await club.until(at(15, 10))
    (post,) = [one for one in sent if one.kind == "morning"]
    assert post.value.lines[0].session.starts_at == at(15, 9)
    assert post.pinged == {11}
    assert "dawn" not in [one.kind for one in sent]


@pytest.mark.parametrize("in_hand", [True, False])
async def test_a_session_that_left_before_its_list_was_read_has_its_own_dawn_if_it_comes_back(
    club: Club, in_hand: bool
):
    await club.morning()
    stays, leaves = await club.schedule(at(15, 7)), await club.schedule(at(15, 12))
    await club.answer(leaves, Answer.GOING, 11)
    await club.until(at(15, 5, 59))
    club.clock.at = at(15, 6)
    await club.run_steps()
    if in_hand:
        assert len(await club.claim()) == 1
    await club.move(leaves, at(17, 12))
    sent = await club.until(at(15, 6, 30))
    assert [(listed(one), one.pinged) for one in sent if one.kind == "morning"] == [([stays.id], frozenset())]
    await club.move(leaves, at(15, 12))
    sent = await club.until(at(15, 13))
    assert dawns(sent) == [("dawn", at(15, 11), ANNOUNCEMENTS)]
    assert pings(sent, "dawn") == [{11}]


async def test_when_all_sessions_of_a_written_list_are_cancelled_it_is_never_sent(club: Club):
    await club.morning()
    session = await club.schedule()
    club.clock.at = at(15, 6)
    await club.run_steps()
    await club.cancel(session)
    await club.until(at(15, 8))
    assert "morning" not in [one.kind for one in club.sent]
    assert {post.state for post in await club.posts("morning")} == {PostState.CANCELLED}


# Changes while an attempt is under way


async def at_dawn(club: Club) -> Post:
    """It is 06:00, and the only part of the list is on its way."""
    await club.until(at(15, 5, 59))
    club.clock.at = at(15, 6)
    await club.run_steps()
    (post,) = await under_way(club, "morning")
    return post


@pytest.mark.parametrize("how", NOTHING)
async def test_a_list_under_way_that_does_not_arrive_is_said_without_what_was_cancelled(club: Club, how: Nothing):
    await club.morning()
    stays, leaves = await club.schedule(at(15, 7)), await club.schedule(at(15, 12))
    await club.answer(stays, Answer.GOING, 11)
    await club.answer(leaves, Answer.GOING, 11, 12)
    post = await at_dawn(club)
    await club.cancel(leaves)
    await comes_to_nothing(club, post, how)
    sent = await club.until(at(15, 13))
    assert [(listed(one), one.pinged) for one in sent if one.kind == "morning"] == [([stays.id], {11})]
    assert "dawn" not in [one.kind for one in sent]


@pytest.mark.parametrize("how", NOTHING)
async def test_a_list_under_way_that_does_not_arrive_is_said_with_the_new_time(club: Club, how: Nothing):
    await club.morning()
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    post = await at_dawn(club)
    await club.move(session, at(15, 9))
    await comes_to_nothing(club, post, how)
    sent = await club.until(at(15, 10))
    (again,) = [one for one in sent if one.kind == "morning"]
    assert (again.value.lines[0].session.starts_at, again.pinged) == (at(15, 9), {11})
    assert "dawn" not in [one.kind for one in sent]


async def test_a_list_that_arrived_after_all_is_not_said_again_whatever_has_changed(club: Club):
    await club.morning()
    first, second = await club.schedule(at(15, 7)), await club.schedule(at(15, 12))
    await club.answer(second, Answer.GOING, 11)
    post = await at_dawn(club)
    await club.cancel(first)
    await club.move(second, at(15, 13))
    await read_up(club, post, 900)
    sent = await club.until(at(15, 14))
    assert dawns(sent) == []
    assert [row.state for row in await club.posts("morning")] == [PostState.SENT]


async def test_a_throttled_channel_is_left_in_peace_as_long_as_it_asks_for(club: Club):
    await club.morning()
    first = await club.schedule(at(15, 7))
    await club.schedule(at(15, 12))
    post = await at_dawn(club)
    await club.cancel(first)
    await ends(club, post, Limited(90))
    assert dawns(await club.until(at(15, 7))) == [("morning", at(15, 6) + timedelta(seconds=90), MORNING)]


async def test_when_nothing_is_left_of_a_list_that_does_not_arrive_nothing_is_said(club: Club):
    await club.morning()
    session = await club.schedule()
    post = await at_dawn(club)
    await club.cancel(session)
    await comes_to_nothing(club, post, "limited")
    assert dawns(await club.until(at(15, 8))) == []
    assert len(await club.posts("morning")) == 1


async def test_whoever_was_on_a_list_that_never_arrived_is_reminded_of_a_session_that_comes_back(club: Club):
    await club.morning()
    stays, leaves = await club.schedule(at(15, 7)), await club.schedule(at(15, 12))
    await club.answer(leaves, Answer.GOING, 11)
    post = await at_dawn(club)
    await club.move(leaves, at(17, 12))
    await comes_to_nothing(club, post, "limited")
    sent = await club.until(at(15, 6, 30))
    assert [(listed(one), one.pinged) for one in sent if one.kind == "morning"] == [([stays.id], frozenset())]
    await club.move(leaves, at(15, 12))
    sent = await club.until(at(15, 13))
    assert dawns(sent) == [("dawn", at(15, 11), ANNOUNCEMENTS)]
    assert pings(sent, "dawn") == [{11}]


async def test_a_session_that_is_back_before_the_end_is_known_is_told_once(club: Club):
    await club.morning()
    session = await club.schedule(at(15, 12))
    await club.schedule(at(15, 7))
    await club.answer(session, Answer.GOING, 11)
    post = await at_dawn(club)
    await club.move(session, at(17, 12))
    await club.move(session, at(15, 13))
    await comes_to_nothing(club, post, "limited")
    sent = await club.until(at(15, 14))
    assert dawns(sent) == [("morning", at(15, 6) + WAIT, MORNING)]
    assert pings(sent, "morning") == [{11}]


async def test_of_a_list_in_parts_only_the_part_that_did_not_arrive_is_said_again(club: Club):
    await club.morning()
    session = await club.schedule()
    people = range(10**18, 10**18 + 130)
    await club.answer(session, Answer.GOING, *people)
    await club.until(at(15, 5, 59))
    club.clock.at = at(15, 6)
    await club.run_steps()
    first, second = await under_way(club, "morning")
    await club.move(session, at(15, 9))
    await ends(club, first, Delivered(900))
    await comes_to_nothing(club, second, "limited")
    sent = await club.until(at(15, 10))
    assert [len(pinged) for pinged in pings(sent, "morning")] == [80]
    assert pings(sent, "dawn") == []


async def test_a_list_that_waits_is_held_by_the_session_that_is_first_by_now(club: Club):
    await club.morning()
    first, second = await club.schedule(at(15, 7)), await club.schedule(at(15, 12))
    club.clock.at = at(15, 6)
    await club.run_steps()
    assert [post.starts_at for post in await club.posts("morning")] == [at(15, 7)]
    await club.move(first, at(15, 11))
    assert [post.starts_at for post in await club.posts("morning")] == [at(15, 11)]
    await club.cancel(first)
    assert [post.starts_at for post in await club.posts("morning")] == [second.starts_at]


# Quiet hours


async def quiet(club: Club, hours: str) -> None:
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours=hours))


async def test_a_list_that_pings_nobody_and_cannot_wait_for_the_end_of_the_night_comes_before_it(club: Club):
    await club.morning()
    await quiet(club, "22:00-06:30")
    session = await club.schedule(at(15, 6, 30))
    (post,) = [one for one in await club.until(at(15, 8)) if one.kind == "morning"]
    assert (post.at, listed(post), post.value.tomorrow, post.silent) == (at(14, 21, 50), [session.id], True, True)


async def test_whoever_comes_is_reminded_at_dawn_whatever_the_night(club: Club):
    await club.morning()
    await quiet(club, "22:00-06:30")
    session = await club.schedule(at(15, 6, 30))
    await club.answer(session, Answer.GOING, 11)
    sent = await club.until(at(15, 8))
    assert dawns(sent) == [("morning", at(15, 5, 30), MORNING)]
    assert pings(sent, "morning") == [{11}]


async def test_whoever_says_at_night_that_they_come_is_reminded_at_dawn_all_the_same(club: Club):
    await club.morning()
    await quiet(club, "22:00-06:30")
    session = await club.schedule(at(15, 6, 30))
    assert [kind for kind, _, _ in dawns(await club.until(at(14, 23)))] == ["morning"]
    await club.answer(session, Answer.GOING, 11)
    sent = await club.until(at(15, 8))
    assert dawns(sent) == [("morning", at(15, 5, 30), MORNING)]
    assert pings(sent, "morning") == [{11}]


async def test_a_session_that_the_early_list_does_not_name_is_listed_at_dawn(club: Club):
    await club.morning()
    await quiet(club, "22:00-06:30")
    early = await club.schedule(at(15, 6, 30))
    await club.until(at(14, 23))
    late = await club.schedule(at(15, 8))
    (post,) = [one for one in await club.until(at(15, 9)) if one.kind == "morning"]
    assert (post.at, listed(post), post.silent) == (at(15, 5, 30), [early.id, late.id], True)


async def test_an_early_list_that_is_still_unsent_at_dawn_is_replaced_and_not_doubled(club: Club):
    await club.morning()
    await quiet(club, "22:00-06:30")
    session = await club.schedule(at(15, 6, 30))
    await club.services.morning.pause(GUILD, MODERATOR, at(15, 5))
    await club.until(at(14, 23))
    assert len(await club.posts("morning", PostState.PLANNED)) == 1
    await club.answer(session, Answer.GOING, 11)
    club.clock.at = at(15, 5, 31)
    assert pings(await club.until(at(15, 8)), "morning") == [{11}]


async def test_the_role_is_pinged_once_and_not_in_the_night(club: Club):
    await club.morning(mention_role=99)
    await quiet(club, "22:00-06:30")
    session = await club.schedule(at(15, 6, 30))
    (post,) = [one for one in await club.until(at(14, 23)) if one.kind == "morning"]
    assert (post.at, post.value.role, post.silent) == (at(14, 21, 50), 99, False)
    await club.answer(session, Answer.GOING, 11)
    (post,) = [one for one in await club.until(at(15, 8)) if one.kind == "morning"]
    assert (post.at, post.value.role, post.pinged) == (at(15, 5, 30), 0, {11})


async def test_a_list_that_can_wait_for_the_end_of_the_night_does(club: Club):
    await club.morning()
    await quiet(club, "22:00-06:30")
    await club.schedule(at(15, 6, 45))
    assert dawns(await club.until(at(15, 8))) == [("morning", at(15, 6, 30), MORNING)]


async def test_other_quiet_hours_hold_what_is_held_and_plan_what_is_planned_anew(club: Club):
    await club.morning()
    await quiet(club, "22:00-06:30")
    await club.schedule(at(15, 6, 30))
    await club.schedule(at(16, 7))
    assert await club.planned("morning_early") == {DAY.toordinal(): at(14, 21, 50)}
    await quiet(club, "23:00-06:50")
    assert await club.planned("morning_early") == {
        DAY.toordinal(): at(14, 22, 50),
        DAY.toordinal() + 1: at(15, 22, 50),
    }
    await quiet(club, "off")
    assert await club.planned("morning_early") == {}
    await quiet(club, "22:00-06:30")
    club.clock.at = at(16, 6)
    await club.run_steps()
    assert {post.not_before for post in await club.posts("morning", PostState.PLANNED)} == {at(16, 6, 30)}
    await quiet(club, "22:00-06:45")
    assert {post.not_before for post in await club.posts("morning", PostState.PLANNED)} == {at(16, 6, 45)}
    await quiet(club, "off")
    assert dawns(await club.until(at(16, 6)))[-1] == ("morning", at(16, 6), MORNING)


async def test_a_session_with_a_dawn_of_its_own_is_looked_at_early_too_and_no_more_when_it_is_listed(club: Club):
    await quiet(club, "22:00-06:30")
    session = await club.schedule(at(15, 6, 30))
    assert await club.planned("dawn_early") == {session.id: at(14, 21, 50)}
    await club.morning()
    assert await club.planned("dawn_early") == {}
    assert list((await club.planned("morning_early")).values()) == [at(14, 21, 50)]
    await club.cancel(session)
    assert await club.planned("morning_early") == {}


async def test_a_look_that_comes_too_late_leaves_it_all_to_dawn(club: Club):
    await club.morning()
    await quiet(club, "22:00-06:30")
    await club.schedule(at(15, 6, 30))
    club.clock.at = at(14, 22)
    assert dawns(await club.until(at(15, 8))) == [("morning", at(15, 5, 30), MORNING)]


# Outages


@pytest.mark.parametrize("shown", [True, False])
async def test_a_post_that_is_overdue_still_goes_out_however_often_the_day_is_planned_anew(club: Club, shown: bool):
    await club.morning(open=shown)
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.until(at(15, 5, 59))
    club.clock.at = at(15, 6, 10)
    await club.morning(minutes_before=90, open=shown)
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(usual_start="07:00"))
    await club.services.groups.edit(GUILD, MODERATOR, None, GroupChange(name="再開"))
    sent = await club.until(at(15, 8))
    assert [one.at for one in sent if one.kind in ("dawn", "morning")] == [at(15, 6, 10)]
    assert pings(sent, "dawn") + pings(sent, "morning") == [{11}]


@pytest.mark.parametrize("shown", [True, False])
async def test_what_is_overdue_is_not_lost_when_the_kind_of_dawn_changes(club: Club, shown: bool):
    await club.morning(open=shown)
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.until(at(15, 5, 59))
    club.clock.at = at(15, 6, 10)
    await club.look({club.group.id: not shown})
    sent = await club.until(at(15, 8))
    assert dawns(sent) == [("dawn", at(15, 6, 10), ANNOUNCEMENTS)]
    assert pings(sent, "dawn") == [{11}]


async def test_a_morning_channel_chosen_in_the_course_of_the_day_loses_no_later_dawn(club: Club):
    await club.schedule(at(15, 7), duration=180)
    later = await club.schedule(at(15, 12))
    await club.answer(later, Answer.GOING, 11)
    await club.until(at(15, 8))
    await club.morning()
    sent = await club.until(at(15, 13))
    assert [(kind, instant) for kind, instant, _ in dawns(sent)] == [("morning", at(15, 11))]
    assert pings(sent, "morning") == [{11}]


async def test_after_a_long_outage_the_list_pings_only_for_what_is_still_ahead(club: Club):
    await club.morning()
    over, later = await club.schedule(at(15, 7)), await club.schedule(at(15, 12))
    await club.answer(over, Answer.GOING, 11)
    await club.answer(later, Answer.GOING, 12)
    club.clock.at = at(15, 9)
    sent = [one for one in await club.until(at(15, 13)) if one.kind == "morning"]
    assert [(one.at, listed(one), one.pinged) for one in sent] == [(at(15, 9), [later.id], {12})]


async def test_while_its_only_session_is_under_way_the_list_is_silent_and_pings_nobody(club: Club):
    await club.morning()
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    club.clock.at = at(15, 7, 20)
    (post,) = [one for one in await club.until(at(15, 9)) if one.kind == "morning"]
    assert (post.at, post.pinged, post.silent) == (at(15, 7, 20), frozenset(), True)


async def test_when_the_day_is_over_the_post_is_too(club: Club):
    await club.morning()
    await club.schedule(at(15, 23, 30), duration=120)
    club.clock.at = at(16, 0)
    assert dawns(await club.until(at(16, 2))) == []
    await club.schedule(at(17, 7))
    await club.until(at(17, 8))
    assert (await club.posts("morning"))[0].expires_at == at(18, 0)


# Whom it mentions


async def test_a_role_replaces_single_mentions(club: Club):
    await club.morning(mention_role=99)
    session = await club.schedule()
    await club.answer(session, Answer.GOING, *range(11, 200))
    (post,) = [one for one in await club.until(at(15, 8)) if one.kind == "morning"]
    assert (post.value.role, post.pinged, post.silent) == (99, frozenset(), False)
    assert "<@&99>" in post.text


async def test_a_list_that_pings_nobody_is_silent_and_may_be_held(club: Club):
    await club.morning()
    await club.schedule()
    busy = await club.schedule(at(17, 7))
    await club.answer(busy, Answer.GOING, 11)
    await club.until(at(18, 0))
    assert [(post.quiet, post.silent) for post in await club.posts("morning")] == [(True, True), (False, False)]


async def test_hundreds_are_mentioned_once_each_in_parts_of_at_most_eighty(club: Club):
    await club.morning()
    session = await club.schedule()
    people = range(10**18, 10**18 + 250)
    await club.answer(session, Answer.GOING, *people)
    sent = [one for one in await club.until(at(15, 6)) if one.kind == "morning"]
    assert [len(one.pinged) for one in sent] == [50, 80, 80, 40]
    assert set().union(*(one.pinged for one in sent)) == set(people)


@given(people=st.integers(0, 400), sessions=st.integers(1, 12))
def test_every_part_has_at_most_eighty_and_together_they_are_everybody_in_order(people: int, sessions: int):
    parts = list_parts(list(range(people)), sessions)
    assert [m for part in parts for m in part] == list(range(people))
    assert all(len(part) <= 80 for part in parts)
    assert all(parts[1:]), "no part after the first is empty"
    assert len(parts) >= 1


# What moderators do


async def test_pausing_holds_the_post_and_resuming_releases_it(club: Club):
    await club.morning()
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    state = await club.services.morning.pause(GUILD, MODERATOR, None)
    assert state.hold is not None
    assert dawns(await club.until(at(15, 6, 30))) == []
    state = await club.services.morning.resume(GUILD, MODERATOR)
    assert state.hold is None
    sent = await club.until(at(15, 6, 31))
    assert dawns(sent) == [("morning", at(15, 6, 30), MORNING)]
    assert pings(sent, "morning") == [{11}]
    with pytest.raises(NotPaused):
        await club.services.morning.resume(GUILD, MODERATOR)
    actions = [row[0] for row in await audit_rows(club.db, GUILD)]
    assert actions.count("morning.pause") == actions.count("morning.resume") == 1


async def test_a_pause_until_a_time_ends_by_itself_and_what_is_over_by_then_is_not_said(club: Club):
    await club.morning()
    await club.schedule()
    await club.schedule(at(17, 7))
    await club.services.morning.pause(GUILD, MODERATOR, at(17, 6, 15))
    assert dawns(await club.until(at(17, 6, 14))) == []
    assert dawns(await club.until(at(17, 6, 15))) == [("morning", at(17, 6, 15), MORNING)]


async def test_a_preview_leaves_out_what_a_moderator_can_not_see(club: Club):
    await club.morning()
    board = await club.add_group("Board", SECRET, shown=True)
    await club.schedule()
    await club.schedule(at(15, 8), "Takeover", group_id=board.id)
    await club.schedule(at(16, 8), "Takeover", group_id=board.id)
    half_blind = replace(MODERATOR, sees=lambda channel_id: channel_id != SECRET)
    shown = await club.services.morning.preview(GUILD, half_blind)
    assert shown is not None
    assert [line.session.theme for line in shown.lines] == ["朝の会"]
    await club.until(at(15, 9))
    assert await club.services.morning.preview(GUILD, half_blind) is None
    assert await club.services.morning.preview(GUILD, MODERATOR) is not None


async def test_a_preview_shows_the_next_post_and_posts_to_nobody(club: Club):
    with pytest.raises(NoMorningPost):
        await club.services.morning.preview(GUILD, MODERATOR)
    await club.morning()
    assert await club.services.morning.preview(GUILD, MODERATOR) is None
    session, following = await club.schedule(), await club.schedule(at(17, 7))
    await club.answer(session, Answer.GOING, 11)
    shown = await club.services.morning.preview(GUILD, MODERATOR)
    assert shown is not None
    assert ([line.session.id for line in shown.lines], shown.mentions) == ([session.id], (11,))
    assert not shown.tomorrow, "it shows the post as it will be when it goes out"
    assert await club.posts("morning") == []
    sent = await club.until(at(15, 6))
    assert pings(sent, "morning") == [{11}], "looking at it has claimed no ping"
    shown = await club.services.morning.preview(GUILD, MODERATOR)
    assert shown is not None
    assert [line.session.id for line in shown.lines] == [following.id], "what has gone out is not the next one"


async def test_what_is_set_is_shown_and_recorded(club: Club):
    await club.schedule()
    state = await club.services.morning.set(
        GUILD, MODERATOR, channel_id=MORNING, minutes_before=45, days=frozenset({2}), mention_role=9
    )
    assert (state.settings.channel_id, state.settings.minutes_before) == (MORNING, 45)
    assert (state.settings.days, state.settings.mention_role) == ({2}, 9)
    await club.look({club.group.id: True})
    state = await club.services.morning.show(GUILD, MODERATOR)
    assert (state.next_at, state.next_day) == (at(15, 6, 15), DAY)
    state = await club.services.morning.set(GUILD, MODERATOR, mention_role=0, evening_before="夜9時")
    assert (state.settings.mention_role, str(state.evening_before)) == (0, "21:00:00")
    rows = await audit_rows(club.db, GUILD)
    changed = {row[0]: (row[3], row[4]) for row in rows if row[0] in ("morning.set", "community.change")}
    assert changed["morning.set"] == ({"mention_role": 9}, {"mention_role": 0})
    assert changed["community.change"] == ({"evening_before": "20:00"}, {"evening_before": "21:00"})


async def test_what_is_refused_leaves_everything_as_it_was(club: Club):
    before = await club.services.morning.show(GUILD, MODERATOR)
    for wanted, error in [
        ({"minutes_before": 4}, InvalidNumber),
        ({"minutes_before": 721}, InvalidNumber),
        ({"mention_role": GUILD}, EveryoneMentioned),
        ({"minutes_before": 30, "evening_before": "soon"}, PhraseNotUnderstood),
        ({"minutes_before": 30, "evening_before": "off"}, EveningNeeded),
    ]:
        with pytest.raises(error):
            await club.services.morning.set(GUILD, MODERATOR, **cast(Any, wanted))
    assert await club.services.morning.show(GUILD, MODERATOR) == before


async def test_only_moderators_touch_it(club: Club):
    morning, nobody = club.services.morning, person(5)
    for act in (
        morning.set(GUILD, nobody, minutes_before=30),
        morning.show(GUILD, nobody),
        morning.preview(GUILD, nobody),
        morning.pause(GUILD, nobody, None),
        morning.resume(GUILD, nobody),
    ):
        with pytest.raises(NotAllowed):
            await act


async def test_the_button_shows_a_days_sessions_that_the_presser_can_see(club: Club):
    secret = await club.add_group("役員会", SECRET)
    shown = await club.schedule()
    await club.schedule(at(15, 8), group_id=secret.id)
    member = Actor(5, sees=lambda channel_id: channel_id == ANNOUNCEMENTS)
    assert [line.session.id for line in await club.services.morning.today(GUILD, member, DAY.toordinal())] == [shown.id]
    assert len(await club.services.morning.today(GUILD, MODERATOR, DAY.toordinal())) == 2
    for forged in (0, 9_999_999):
        with pytest.raises(Unknown):
            await club.services.morning.today(GUILD, member, forged)


async def test_the_role_can_be_taken_only_while_there_is_one(club: Club):
    with pytest.raises(NoMorningRole):
        await club.services.morning.role(GUILD)
    await club.morning(mention_role=9)
    assert await club.services.morning.role(GUILD) == 9


# The rule by itself


@dataclass
class Meeting:
    starts_at: datetime


def meetings(*hours: float) -> list[Session]:
    return [cast(Session, Meeting(at(15, 0) + timedelta(hours=h))) for h in hours]


@pytest.mark.parametrize(
    ("hours", "planned", "now", "due"),
    [
        ((), None, at(15, 3), None),
        ((7,), None, at(15, 3), at(15, 6)),
        ((7, 12), None, at(15, 3), at(15, 6)),
        ((7,), None, at(15, 6), None),
        ((7, 12), None, at(15, 6), at(15, 11)),
        ((7,), at(15, 6), at(15, 6, 30), at(15, 6)),
        ((7, 12), at(15, 6), at(15, 9), at(15, 6)),
        ((9, 12), at(15, 6), at(15, 7), at(15, 8)),
        ((8.5, 12), at(15, 11), at(15, 8), at(15, 11)),
        ((8.5,), at(15, 11), at(15, 8), None),
        ((11.25, 12), at(15, 11), at(15, 10, 30), at(15, 11)),
        ((), at(15, 6), at(15, 6, 30), None),
    ],
)
def test_the_post_is_due_before_the_first_session_that_it_can_still_precede(
    hours: tuple[float, ...], planned: datetime | None, now: datetime, due: datetime | None
):
    assert post_due(meetings(*hours), 60, planned, now) == due


@given(
    hours=st.lists(st.integers(0, 23), min_size=1, max_size=5, unique=True).map(sorted),
    minutes=st.integers(5, 720),
    planned=st.none() | st.integers(-600, 1440),
    now=st.integers(-600, 1440),
)
def test_what_is_overdue_stays_due_and_nothing_begins_in_the_past(
    hours: list[int], minutes: int, planned: int | None, now: int
):
    day = at(15, 0)
    sessions, instant = meetings(*hours), day + timedelta(minutes=now)
    until_now = None if planned is None else day + timedelta(minutes=planned)
    due = post_due(sessions, minutes, until_now, instant)
    if due is not None and due != until_now:
        assert due > instant
    overdue = until_now is not None and until_now <= instant and until_now < sessions[0].starts_at
    if overdue:
        first_dawn = sessions[0].starts_at - timedelta(minutes=minutes)
        assert due is not None
        assert due == until_now or first_dawn > instant
