"""The evening before, dawn and the start of sessions that no morning post lists."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import to_local
from bot.domain.communities import NewSettings
from bot.domain.groups import GroupChange
from bot.domain.posts import Limited, Post, PostState
from bot.domain.reminders import MENTIONS
from bot.domain.rsvps import Answer
from bot.domain.usual_times import dawn_at, evening_at
from tests.domain.limbo import comes_to_nothing, ends, read_up, under_way
from tests.domain.reminding import ANNOUNCEMENTS, GUILD, LOG, MODERATOR, SECRET, Club, Sent, a_club, at, pings


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as club:
        yield club


# When


@given(
    zone=st.sampled_from(
        ["Asia/Tokyo", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Cairo"]
    ),
    day=st.dates(date(2025, 1, 2), date(2028, 12, 30)),
    start=st.times(),
    evening=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)
def test_the_evening_before_is_on_the_clock_of_the_day_before_whatever_the_clocks_do(
    zone: str, day: date, start: time, evening: time
):
    starts_at = datetime.combine(day, start, ZoneInfo(zone)).astimezone(UTC)
    due = evening_at(
        cast(Any, SimpleNamespace(starts_at=starts_at)),
        cast(Any, SimpleNamespace(evening_before=None, evening_off=False)),
        cast(Any, SimpleNamespace(time_zone=zone, evening_before=evening)),
    )
    assert due is not None
    local = to_local(due, ZoneInfo(zone))
    shown = datetime.combine(to_local(starts_at, ZoneInfo(zone)).date() - timedelta(days=1), evening)
    # A time that clocks skip moves later by what they skip; every other one is shown as it was set.
    assert timedelta(0) <= local.replace(tzinfo=None) - shown <= timedelta(hours=1)
    exists = shown.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert exists != shown or local.replace(tzinfo=None) == shown


async def test_a_session_is_remembered_on_the_evening_before_at_dawn_and_at_its_start(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    thread = await club.thread(session)
    sent = await club.until(at(15, 9))
    assert [(one.kind, one.at, one.channel_id) for one in sent] == [
        ("evening", at(14, 20), ANNOUNCEMENTS),
        ("dawn", at(15, 6), ANNOUNCEMENTS),
        ("start", at(15, 7), thread),
    ]
    assert [one.pinged for one in sent] == [{11}, {11}, set()]


async def test_a_group_with_a_channel_of_its_own_is_remembered_there(club: Club):
    group = await club.add_group("役員会", SECRET)
    await club.schedule(group_id=group.id)
    assert {one.channel_id for one in await club.until(at(15, 9))} == {SECRET}


async def test_without_any_channel_the_moderators_hear_once_that_nobody_could_be_reminded(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    async with club.db(GUILD) as uow:
        await uow.communities.change(announcements_channel=0)
    (notice,) = await club.until(at(15, 9))
    assert (notice.kind, notice.channel_id, notice.at) == ("notice", LOG, at(14, 20))
    assert "no announcements channel" in notice.text
    assert "/settings set announcements:" in notice.text


async def test_the_start_is_told_in_the_channel_if_the_thread_is_gone(club: Club):
    session = await club.schedule()
    thread = await club.thread(session)
    await club.until(at(15, 6, 59))
    club.clock.at = at(15, 7)
    await club.run_steps()
    (start,) = await club.posts("start")
    assert start.channel_id == thread
    (claimed,) = await club.claim()
    await club.attempt(claimed, PostState.UNDELIVERABLE, "404 10003")
    (sent,) = await club.until(at(15, 9))
    assert (sent.kind, sent.channel_id, sent.silent) == ("start", ANNOUNCEMENTS, True)


async def test_where_the_channel_refuses_the_start_too_the_moderators_hear_of_it(club: Club):
    session = await club.schedule()
    await club.thread(session)
    club.clock.at = at(15, 6, 59)
    await club.drain()
    club.clock.at = at(15, 7)
    await club.run_steps()
    assert await club.deliver(PostState.UNDELIVERABLE) == 1
    assert await club.deliver(PostState.UNDELIVERABLE) == 1
    notices = [post for post in await club.posts("notice") if post.data["channel_id"] == ANNOUNCEMENTS]
    assert len(notices) == 1
    assert len(await club.posts("start")) == 2


async def test_the_groups_own_evening_comes_before_the_communitys(club: Club):
    session = await club.schedule()
    await club.services.groups.edit(GUILD, MODERATOR, None, GroupChange(evening_before="18:30"))
    assert await club.planned("evening") == {session.id: at(14, 18, 30)}
    await club.services.morning.set(GUILD, MODERATOR, evening_before="21:00")
    assert await club.planned("evening") == {session.id: at(14, 18, 30)}
    await club.services.groups.edit(GUILD, MODERATOR, None, GroupChange(evening_before="default"))
    assert await club.planned("evening") == {session.id: at(14, 21)}


async def test_another_zone_moves_the_evening_but_not_the_start(club: Club):
    session = await club.schedule()
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(time_zone="Europe/Berlin"))
    evening = datetime(2026, 7, 14, 20, tzinfo=ZoneInfo("Europe/Berlin"))
    assert await club.planned("evening") == {session.id: evening}
    assert await club.planned("start") == {session.id: session.starts_at}


async def test_a_session_scheduled_too_late_gets_no_stale_reminder(club: Club):
    club.clock.at = at(15, 6, 30)
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    assert [one.kind for one in await club.until(at(15, 9))] == ["start"]


# Who


async def test_who_comes_is_read_when_it_is_due(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11, 12)
    await club.until(at(15, 5, 59))
    await club.answer(session, Answer.NOT_GOING, 11)
    await club.answer(session, Answer.LATE, 13)
    sent = await club.until(at(15, 6))
    assert pings(sent, "dawn") == [{12, 13}]


async def test_maybe_is_counted_and_neither_they_nor_decliners_nor_those_who_wait_are_mentioned(club: Club):
    session = await club.schedule(capacity=1)
    await club.answer(session, Answer.GOING, 11, 12)
    await club.answer(session, Answer.MAYBE, 13)
    await club.answer(session, Answer.NOT_GOING, 14)
    sent = await club.until(at(15, 6))
    for one in sent:
        assert one.pinged == {11}
        assert (one.value.coming, one.value.maybe) == (1, 1)


async def test_whoever_declines_after_the_post_was_written_is_not_mentioned(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11, 12)
    await club.until(at(15, 5, 59))
    club.clock.at = at(15, 6)
    await club.run_steps()
    await club.answer(session, Answer.NOT_GOING, 12)
    await club.deliver()
    assert club.sent[-1].kind == "dawn"
    assert club.sent[-1].pinged == {11}


async def test_many_are_mentioned_in_parts_and_everybody_exactly_once(club: Club):
    session = await club.schedule()
    people = range(10**18, 10**18 + 2 * MENTIONS + 1)
    await club.answer(session, Answer.GOING, *people)
    sent = await club.until(at(14, 20))
    assert [len(one.pinged) for one in sent] == [MENTIONS, MENTIONS, 1]
    assert set().union(*(one.pinged for one in sent)) == set(people)
    assert MENTIONS <= 80


async def test_a_reminder_without_mentions_is_silent_and_may_be_held_and_one_with_mentions_never_is(club: Club):
    quiet, loud = await club.schedule(), await club.schedule(at(15, 8))
    await club.answer(loud, Answer.GOING, 11)
    await club.until(at(15, 9))
    for kind in ("evening", "dawn"):
        flags = {post.subject_id: (post.quiet, post.silent) for post in await club.posts(kind)}
        assert flags == {quiet.id: (True, True), loud.id: (False, False)}
    assert {(post.quiet, post.silent) for post in await club.posts("start")} == {(False, True)}


# Expiry


async def test_each_reminder_expires_when_it_is_no_longer_worth_saying(club: Club):
    session = await club.schedule()
    await club.until(at(15, 9))
    expiry = {kind: (await club.posts(kind))[0].expires_at for kind in ("evening", "dawn", "start")}
    assert expiry == {
        "evening": at(15, 6),
        "dawn": session.starts_at,
        "start": session.starts_at + timedelta(minutes=10),
    }


async def test_the_evening_expires_when_the_days_morning_post_is_due(club: Club):
    await club.morning()
    await club.schedule(at(15, 7))
    later = await club.schedule(at(15, 12))
    await club.until(at(14, 21))
    assert {post.subject_id: post.expires_at for post in await club.posts("evening")}[later.id] == at(15, 6)


@pytest.mark.parametrize(
    ("back_at", "kinds"),
    [
        (at(15, 5, 30), ["evening", "dawn", "start"]),
        (at(15, 5, 31), ["dawn", "start"]),
        (at(15, 6), ["dawn", "start"]),
        (at(15, 6, 59), ["dawn", "start"]),
        (at(15, 7), ["start"]),
        (at(15, 7, 9), ["start"]),
        (at(15, 7, 10), []),
    ],
)
async def test_after_an_outage_what_is_still_worth_saying_is_said_at_once(
    club: Club, back_at: datetime, kinds: list[str]
):
    await club.schedule()
    club.clock.at = back_at
    await club.services.groups.edit(GUILD, MODERATOR, None, GroupChange(name="再開"))
    assert [one.kind for one in await club.until(at(15, 9))] == kinds


async def test_an_evening_said_after_midnight_does_not_say_tomorrow(club: Club):
    await club.schedule()
    club.clock.at = at(15, 1)
    (late,) = await club.until(at(15, 1))
    assert (late.kind, late.value.tomorrow) == ("evening", False)


# Moving


async def test_a_move_leaves_no_old_reminder_and_plans_all_three_for_the_new_time(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.until(at(14, 19))
    await club.move(session, at(17, 8))
    assert await club.planned("evening") == {session.id: at(16, 20)}
    assert await club.planned("dawn") == {session.id: at(17, 7)}
    assert await club.planned("start") == {session.id: at(17, 8)}
    sent = [one for one in await club.until(at(18, 0)) if one.kind != "moved"]
    assert [(one.kind, one.at) for one in sent] == [
        ("evening", at(16, 20)),
        ("dawn", at(17, 7)),
        ("start", at(17, 8)),
    ]


async def test_a_move_there_and_back_reminds_once(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.move(session, at(17, 7))
    await club.move(session, at(15, 7))
    sent = await club.until(at(18, 0))
    assert [(one.kind, one.at) for one in sent] == [
        ("evening", at(14, 20)),
        ("dawn", at(15, 6)),
        ("start", at(15, 7)),
    ]


async def test_nobody_is_pinged_twice_when_a_session_moves_within_its_day(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.until(at(15, 6))
    await club.move(session, at(15, 9))
    await club.answer(session, Answer.LATE, 12)
    sent = await club.until(at(15, 10))
    assert pings(sent, "dawn") == [{12}], "only who has joined since"


async def test_a_session_moved_to_another_day_is_remembered_again(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.until(at(15, 6))
    await club.move(session, at(16, 7))
    assert pings(await club.until(at(16, 8)), "dawn") == [{11}]


async def test_whoever_would_have_been_pinged_by_a_post_that_never_left_is_pinged_by_the_next(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.until(at(15, 5, 59))
    club.clock.at = at(15, 6)
    await club.run_steps()
    assert len(await club.posts("dawn", PostState.PLANNED)) == 1
    await club.move(session, at(15, 9))
    sent = await club.until(at(15, 10))
    assert pings(sent, "dawn") == [{11}]
    assert [one.at for one in sent if one.kind == "dawn"] == [at(15, 8)]


async def test_no_first_attempt_of_an_old_time_begins_after_the_move(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.until(at(15, 5, 59))
    club.clock.at = at(15, 6)
    await club.run_steps()
    (claimed,) = await club.claim()
    await club.move(session, at(15, 9))
    await club.attempt(claimed)
    assert [one.kind for one in club.sent] == ["evening"]
    (old,) = [post for post in await club.posts("dawn") if post.revision == 0]
    assert (old.state, old.reason, old.attempts) == (PostState.CANCELLED, "moved", 0)


async def dawn_under_way(club: Club) -> Post:
    """It is 06:00, and the dawn reminder is on its way."""
    await club.until(at(15, 5, 59))
    club.clock.at = at(15, 6)
    await club.run_steps()
    (post,) = await under_way(club, "dawn")
    return post


@pytest.mark.parametrize("how", ["limited", "absent"])
async def test_whoever_would_have_been_pinged_by_an_attempt_that_came_to_nothing_is_pinged_for_the_new_time(
    club: Club, how: Any
):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    post = await dawn_under_way(club)
    await club.move(session, at(15, 9))
    await comes_to_nothing(club, post, how)
    sent = await club.until(at(15, 10))
    assert [(one.at, one.pinged) for one in sent if one.kind == "dawn"] == [(at(15, 8), {11})]


async def test_whoever_was_pinged_by_an_attempt_that_arrived_after_all_is_not_pinged_again(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    post = await dawn_under_way(club)
    await club.move(session, at(15, 9))
    await read_up(club, post, 900)
    assert pings(await club.until(at(15, 10)), "dawn") == []


async def test_a_reminder_that_was_due_before_that_was_known_is_said_then(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11, 12)
    post = await dawn_under_way(club)
    await club.move(session, at(15, 7, 1))
    await club.answer(session, Answer.LATE, 13)
    assert pings(await club.until(at(15, 6, 1)), "dawn") == [{13}]
    await club.answer(session, Answer.NOT_GOING, 12)
    await comes_to_nothing(club, post, "absent")
    sent = await club.until(at(15, 8))
    assert [(one.at, one.pinged) for one in sent if one.kind == "dawn"] == [(at(15, 6, 3), {11})]


async def test_an_attempt_that_came_to_nothing_after_a_cancellation_is_followed_by_nothing(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    post = await dawn_under_way(club)
    await club.cancel(session)
    await comes_to_nothing(club, post, "limited")
    assert [one.kind for one in await club.until(at(15, 10))] == ["cancelled"]


async def test_a_cancelled_session_is_remembered_no_more(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.until(at(15, 5, 59))
    club.clock.at = at(15, 6)
    await club.run_steps()
    await club.cancel(session)
    assert [one.kind for one in await club.until(at(15, 9))] == ["cancelled"]
    assert await club.planned("start") == {}


async def test_planning_again_drops_nothing_and_doubles_nothing(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    for instant in (at(14, 12), at(14, 20), at(15, 5), at(15, 6), at(15, 6, 30), at(15, 7)):
        club.clock.at = instant
        await club.services.communities.change(
            GUILD, MODERATOR, NewSettings(usual_start=f"{instant.minute % 24:02}:{instant.hour:02}")
        )
        await club.until(instant)
        await club.look({})
    assert [one.kind for one in club.sent] == ["evening", "dawn", "start"]


async def test_an_evening_made_earlier_than_now_is_said_now(club: Club):
    await club.schedule()
    club.clock.at = at(14, 19)
    await club.services.morning.set(GUILD, MODERATOR, evening_before="18:00")
    assert [(one.kind, one.at) for one in await club.until(at(14, 23))] == [("evening", at(14, 19))]


async def test_two_sessions_of_a_day_are_each_remembered_without_a_morning_post(club: Club):
    first, second = await club.schedule(), await club.schedule(at(15, 12))
    for session in (first, second):
        await club.answer(session, Answer.GOING, 11)
    sent = await club.until(at(15, 13))
    assert [one.at for one in sent if one.kind == "dawn"] == [at(15, 6), at(15, 11)]
    assert pings(sent, "dawn") == [{11}, {11}], "once for each session"


def test_dawn_is_counted_back_from_the_start():
    session = cast(Any, SimpleNamespace(starts_at=at(15, 7)))
    assert dawn_at(session, 90) == at(15, 5, 30)


# Quiet hours


async def quiet(club: Club, hours: str) -> None:
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours=hours))


def told(sent: list[Sent]) -> list[tuple[str, datetime, frozenset[int]]]:
    return [(one.kind, one.at, one.pinged) for one in sent if one.kind in ("evening", "dawn")]


async def test_a_reminder_that_pings_nobody_waits_for_the_end_of_the_night_if_that_is_in_time(club: Club):
    await quiet(club, "22:00-06:45")
    await club.schedule()
    assert told(await club.until(at(15, 8)))[1:] == [("dawn", at(15, 6, 45), frozenset())]


async def test_a_reminder_that_pings_nobody_comes_before_the_night_if_its_end_is_too_late(club: Club):
    await quiet(club, "22:00-06:46")
    await club.schedule()
    await quiet_dawn_is_early(club)


async def quiet_dawn_is_early(club: Club) -> None:
    sent = await club.until(at(15, 8))
    assert told(sent)[1:] == [("dawn", at(14, 21, 50), frozenset())]
    (early,) = [one for one in sent if one.kind == "dawn"]
    assert early.value.tomorrow
    assert early.silent
    assert len(await club.posts("dawn")) == 1


async def test_no_night_holds_the_reminder_of_those_who_come(club: Club):
    await quiet(club, "19:00-06:46")
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    assert told(await club.until(at(15, 8))) == [("evening", at(14, 20), {11}), ("dawn", at(15, 6), {11})]


async def test_whoever_says_after_an_early_reminder_that_they_come_is_pinged_when_it_is_due(club: Club):
    await quiet(club, "22:00-06:46")
    session = await club.schedule()
    await club.until(at(14, 22))
    await club.answer(session, Answer.GOING, *range(11, 11 + MENTIONS + 1))
    sent = await club.until(at(15, 8))
    assert [one.at for one in sent if one.kind == "dawn"] == [at(15, 6)] * 2
    assert set().union(*pings(sent, "dawn")) == set(range(11, 11 + MENTIONS + 1))


@pytest.mark.parametrize("limited", [True, False])
async def test_an_early_reminder_that_is_still_unsent_when_people_are_pinged_is_not_said_as_well(
    club: Club, limited: bool
):
    await quiet(club, "22:00-06:46")
    session = await club.schedule()
    await club.until(at(14, 21, 49))
    club.clock.at = at(14, 21, 50)
    await club.run_steps()
    if limited:
        (post,) = await under_way(club, "dawn")
        await ends(club, post, Limited(9 * 3600))
    await club.answer(session, Answer.GOING, 11)
    club.clock.at = at(15, 6)
    assert told(await club.until(at(15, 8))) == [("dawn", at(15, 6), {11})]


async def test_an_evening_that_would_be_over_at_the_end_of_the_night_comes_before_it(club: Club):
    await quiet(club, "19:00-06:00")
    await club.schedule()
    assert told(await club.until(at(15, 8))) == [
        ("evening", at(14, 18, 50), frozenset()),
        ("dawn", at(15, 6), frozenset()),
    ]


async def test_a_session_that_moves_out_of_the_reach_of_the_night_is_looked_at_early_no_more(club: Club):
    await quiet(club, "22:00-06:46")
    session = await club.schedule()
    assert await club.planned("dawn_early") == {session.id: at(14, 21, 50)}
    await club.move(session, at(15, 9))
    assert await club.planned("dawn_early") == {}
    await club.move(session, at(15, 6))
    assert await club.planned("dawn_early") == {session.id: at(14, 21, 50)}
    await club.cancel(session)
    assert await club.planned("dawn_early") == {}


async def test_other_quiet_hours_or_another_zone_plan_the_early_looks_anew(club: Club):
    session = await club.schedule()
    for hours, dawn, evening in [
        ("22:00-06:46", {session.id: at(14, 21, 50)}, {}),
        ("19:30-06:46", {session.id: at(14, 19, 20)}, {session.id: at(14, 19, 20)}),
        ("off", {}, {}),
    ]:
        await quiet(club, hours)
        assert (await club.planned("dawn_early"), await club.planned("evening_early")) == (dawn, evening)
    await quiet(club, "22:00-06:46")
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(time_zone="America/New_York"))
    assert await club.planned("dawn_early") == {}, "there it begins at six in the evening"


async def test_what_waits_for_the_end_of_the_night_goes_out_when_quiet_hours_are_switched_off(club: Club):
    await quiet(club, "22:00-06:45")
    await club.schedule()
    await club.until(at(15, 6, 10))
    await quiet(club, "off")
    assert told(await club.until(at(15, 6, 10))) == [("dawn", at(15, 6, 10), frozenset())]


async def test_the_start_is_told_at_the_start_at_any_hour(club: Club):
    await quiet(club, "22:00-08:00")
    await club.schedule()
    assert [one.at for one in await club.until(at(15, 9)) if one.kind == "start"] == [at(15, 7)]
