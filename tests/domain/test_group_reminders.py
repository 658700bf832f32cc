"""A group's own times before a session: all who come are told once, unless they have times of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain.actors import Actor
from bot.domain.communities import NewSettings
from bot.domain.groups import GroupChange, NewGroup
from bot.domain.own_reminders import OffsetsNotUnderstood, OwnChange, TooManyOffsets, parse_shared
from bot.domain.posts import PostState
from bot.domain.rsvps import Answer
from bot.domain.series import NewSeries
from bot.domain.sessions import Session
from tests.data.files import audit_rows
from tests.domain.limbo import comes_to_nothing, under_way
from tests.domain.reminding import (
    ANNOUNCEMENTS,
    GUILD,
    MODERATOR,
    MORNING,
    SECRET,
    THREADS,
    Club,
    Sent,
    a_club,
    at,
    pings,
)

DAY = 24 * 60
ME, OTHER, THIRD = 11, 12, 13


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as opened:
        yield opened


async def remind(club: Club, *minutes: int) -> None:
    await club.services.groups.edit(GUILD, MODERATOR, club.group.name, GroupChange(reminders=minutes))


async def choose(club: Club, member_id: int = ME, /, **change: Any) -> None:
    await club.services.own_reminders.choose(GUILD, replace(MODERATOR, member_id=member_id), OwnChange(**change))


async def coming(club: Club, *member_ids: int, **values: Any) -> Session:
    session = await club.schedule(**values)
    await club.answer(session, Answer.GOING, *(member_ids or (ME, OTHER)))
    await club.thread(session)
    return session


def shared(sent: list[Sent]) -> list[tuple[datetime, int, frozenset[int]]]:
    """When, where and whom the posts at a group's times pinged."""
    return [(one.at, one.channel_id, one.pinged) for one in sent if one.kind == "before" and one.value.together]


def told(sent: list[Sent], member_id: int = ME) -> list[tuple[str, datetime]]:
    return [(one.kind, one.at) for one in sent if member_id in {*one.pinged, one.member_id}]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("1 day, 30 min", (DAY, 30)), ("前日、30分前", (DAY, 30)), ("off", ()), ("なし", ()), ("default", ())],
)
def test_a_groups_times_are_read_as_a_members(text: str, minutes: tuple[int, ...]):
    assert parse_shared(text) == minutes


def test_what_is_no_time_before_a_session_is_refused_for_a_group_too():
    with pytest.raises(OffsetsNotUnderstood):
        parse_shared("soon")
    with pytest.raises(TooManyOffsets):
        parse_shared("1, 2, 3, 4, 5, 6")


async def test_all_who_come_are_mentioned_together_at_each_of_the_groups_times(club: Club):
    await remind(club, 2 * DAY, 30)
    club.clock.at = at(12, 12)
    session = await coming(club)
    await club.answer(session, Answer.LATE, THIRD)
    await club.answer(session, Answer.MAYBE, 14)
    await club.answer(session, Answer.NOT_GOING, 15)
    sent = await club.until(at(15, 8))
    people = frozenset({ME, OTHER, THIRD})
    assert shared(sent) == [(at(13, 7), ANNOUNCEMENTS, people), (at(15, 6, 30), ANNOUNCEMENTS, people)]
    assert [kind for kind, _ in told(sent)] == ["before", "evening", "dawn", "before"]
    assert "これからの勉強会" in sent[0].text or "Coming up" in sent[0].text


async def test_nobody_who_comes_is_nobody_to_tell(club: Club):
    await remind(club, 30)
    session = await club.schedule()
    await club.answer(session, Answer.MAYBE, ME)
    assert shared(await club.until(at(15, 8))) == []


async def test_a_new_group_has_its_times_from_the_beginning(club: Club):
    group = await club.services.groups.create(GUILD, MODERATOR, NewGroup("茶", channel_id=SECRET, reminders=(90, 30)))
    assert group.reminders == (90, 30)
    await coming(club, ME, group_id=group.id)
    assert shared(await club.until(at(15, 8))) == [
        (at(15, 5, 30), SECRET, frozenset({ME})),
        (at(15, 6, 30), SECRET, frozenset({ME})),
    ]


async def test_a_members_own_times_come_before_the_groups(club: Club):
    await remind(club, 30)
    await coming(club, ME, OTHER, THIRD)
    await choose(club, ME, before=(45,))
    await choose(club, OTHER, before=())
    sent = await club.until(at(15, 8))
    assert shared(sent) == [(at(15, 6, 30), ANNOUNCEMENTS, frozenset({THIRD}))]
    assert told(sent) == [("evening", at(14, 20)), ("before", at(15, 6, 15))]
    assert told(sent, OTHER) == [("evening", at(14, 20)), ("dawn", at(15, 6))]


async def test_who_has_the_same_time_of_their_own_is_told_once_alone(club: Club):
    await remind(club, 30)
    await coming(club)
    await choose(club, ME, before=(30,))
    sent = await club.until(at(15, 8))
    assert shared(sent) == [(at(15, 6, 30), ANNOUNCEMENTS, frozenset({OTHER}))]
    assert [one.member_id for one in sent if one.kind == "before" and not one.value.together] == [ME]


async def test_each_is_told_in_the_way_they_chose(club: Club):
    await remind(club, 30)
    session = await coming(club, ME, OTHER, THIRD, 14)
    await choose(club, ME, by="dm")
    await choose(club, OTHER, by="thread")
    await choose(club, THIRD, by="off")
    sent = [one for one in await club.until(at(15, 8)) if one.kind == "before"]
    where = {(one.channel_id, one.member_id, one.pinged) for one in sent}
    assert where == {
        (ANNOUNCEMENTS, 0, frozenset({14})),
        (THREADS + session.id, 0, frozenset({OTHER})),
        (0, ME, frozenset()),
    }


async def test_a_time_on_the_very_minute_of_the_evening_before_or_of_dawn_is_said_once(club: Club):
    await remind(club, 11 * 60, 60)
    await coming(club)
    sent = await club.until(at(15, 8))
    assert told(sent) == [("evening", at(14, 20)), ("dawn", at(15, 6))]


@pytest.mark.parametrize("minutes", [40, 80])
async def test_the_communitys_reminder_stands_back_for_a_time_of_the_group_that_is_near(club: Club, minutes: int):
    await remind(club, minutes)
    await coming(club)
    sent = await club.until(at(15, 8))
    assert told(sent) == [("evening", at(14, 20)), ("before", at(15, 7) - timedelta(minutes=minutes))]
    (dawn,) = [one for one in sent if one.kind == "dawn"]
    assert (dawn.pinged, dawn.silent) == (frozenset(), True), "the channel still hears silently"


async def test_a_time_on_the_very_minute_of_the_morning_post_is_said_once(club: Club):
    await club.morning(minutes_before=45)
    await remind(club, 45)
    await coming(club)
    sent = await club.until(at(15, 8))
    assert told(sent) == [("evening", at(14, 20)), ("morning", at(15, 6, 15))]
    assert {one.channel_id for one in sent if one.kind == "morning"} == {MORNING}


async def test_whoever_has_their_own_evening_at_a_time_of_the_group_is_told_once(club: Club):
    await remind(club, 10 * 60)
    await coming(club)
    await choose(club, ME, evening=time(21))
    sent = await club.until(at(15, 5))
    assert told(sent) == [("evening", at(14, 21))]
    assert shared(sent) == [(at(14, 21), ANNOUNCEMENTS, frozenset({OTHER}))]


async def test_times_that_a_moderator_sets_hold_for_what_is_planned_already(club: Club):
    await coming(club)
    await remind(club, 90)
    await remind(club, 30)
    sent = await club.until(at(15, 8))
    assert shared(sent) == [(at(15, 6, 30), ANNOUNCEMENTS, frozenset({ME, OTHER}))]
    edits = [(old, new) for action, _, _, old, new in await audit_rows(club.db, GUILD) if action == "group.edit"]
    assert edits == [({"reminders": []}, {"reminders": [90]}), ({"reminders": [90]}, {"reminders": [30]})]


async def test_a_time_that_has_passed_when_it_is_set_tells_nobody(club: Club):
    await coming(club)
    club.clock.at = at(14, 12)
    await remind(club, DAY)
    assert shared(await club.until(at(15, 8))) == []


async def test_a_move_takes_the_times_along_and_forgets_the_old_ones(club: Club):
    await remind(club, 30)
    session = await coming(club)
    club.clock.at = at(14, 12)
    await club.move(session, at(15, 9))
    assert shared(await club.until(at(15, 10))) == [(at(15, 8, 30), ANNOUNCEMENTS, frozenset({ME, OTHER}))]


async def test_what_was_under_way_when_the_session_moved_is_said_once_for_the_new_time(club: Club):
    await remind(club, 30)
    session = await coming(club)
    await club.until(at(15, 6, 29))
    club.clock.at = at(15, 6, 30)
    await club.run_steps()
    (post,) = await under_way(club, "before")
    await club.move(session, at(15, 9))
    await comes_to_nothing(club, post, "limited")
    assert shared(await club.until(at(15, 10))) == [(at(15, 8, 30), ANNOUNCEMENTS, frozenset({ME, OTHER}))]


async def test_a_cancelled_session_reminds_nobody(club: Club):
    await remind(club, 30)
    session = await coming(club)
    await club.cancel(session)
    assert shared(await club.until(at(15, 8))) == []


async def test_nothing_is_said_once_the_session_has_begun_and_after_an_outage_only_the_nearest(club: Club):
    await remind(club, 90, 45, 30)
    await coming(club)
    await club.until(at(15, 5))
    club.clock.at = at(15, 6, 20)
    assert [when for when, _, _ in shared(await club.until(at(15, 6, 40)))] == [at(15, 6, 20), at(15, 6, 30)]
    late = await coming(club, starts_at=at(16, 7))
    club.clock.at = at(16, 7, 1)
    assert [
        one for one in await club.until(at(16, 8)) if one.value.session.id == late.id and one.kind == "before"
    ] == []


async def test_an_answer_counts_until_the_very_minute(club: Club):
    await remind(club, 30)
    session = await coming(club)
    await club.until(at(15, 6, 29))
    await club.answer(session, Answer.NOT_GOING, OTHER)
    await club.answer(session, Answer.GOING, THIRD)
    assert shared(await club.until(at(15, 8))) == [(at(15, 6, 30), ANNOUNCEMENTS, frozenset({ME, THIRD}))]


async def test_who_gets_a_place_while_it_waits_to_go_out_is_mentioned_too_and_nobody_twice(club: Club):
    await remind(club, 30)
    session = await coming(club)
    await choose(club, 14, before=())
    await club.until(at(15, 6, 29))
    club.clock.at = at(15, 6, 30)
    await club.run_steps()
    await club.answer(session, Answer.LATE, THIRD, 14)
    await club.answer(session, Answer.NOT_GOING, ME)
    await club.answer(session, Answer.GOING, ME)
    await club.deliver()
    assert shared(club.sent) == [(at(15, 6, 30), ANNOUNCEMENTS, frozenset({ME, OTHER, THIRD}))]
    await club.answer(session, Answer.GOING, 15)
    assert len(shared([*club.sent, *await club.until(at(15, 8))])) == 1, "it has left already"


async def test_quiet_hours_hold_nothing_that_tells_those_who_come(club: Club):
    settings = NewSettings(quiet_hours="22:00-06:45")
    await club.services.communities.change(GUILD, MODERATOR, settings)
    await remind(club, 30)
    await coming(club)
    (post,) = [one for one in await club.until(at(15, 8)) if one.kind == "before"]
    assert (post.at, post.silent) == (at(15, 6, 30), False)


async def test_two_hundred_people_are_mentioned_once_each(club: Club):
    await remind(club, 30)
    people = range(1000, 1200)
    session = await club.schedule()
    await club.answer(session, Answer.GOING, *people)
    sent = shared(await club.until(at(15, 8)))
    assert len(sent) == 4
    mentioned = [member_id for _, _, some in sent for member_id in some]
    assert sorted(mentioned) == [*people]


async def test_one_group_does_not_remind_of_anothers_sessions(club: Club):
    other = await club.add_group("茶")
    await remind(club, 30)
    await coming(club, ME, group_id=other.id)
    assert shared(await club.until(at(15, 8))) == []


async def test_each_session_of_a_series_has_them(club: Club):
    await remind(club, 30)
    new = NewSeries(club.group.id, "朝の会", "FREQ=WEEKLY;BYDAY=WE", time(7), count=2)
    await club.services.series.create(GUILD, MODERATOR, new)
    async with club.db.reading(GUILD) as uow:
        sessions = await uow.sessions.upcoming(club.clock.now())
    for session in sessions:
        await club.answer(session, Answer.GOING, ME)
    sent = shared(await club.until(at(23, 8)))
    assert [when for when, _, _ in sent] == [at(15, 6, 30), at(22, 6, 30)]


async def test_a_channel_that_is_closed_is_told_to_the_moderators(club: Club):
    await remind(club, 30)
    await coming(club)
    await club.until(at(15, 6, 29))
    club.clock.at = at(15, 6, 30)
    await club.run_steps()
    await club.deliver(PostState.UNDELIVERABLE)
    assert [post.data["problem"] for post in await club.posts("notice")] == ["undeliverable"]


async def test_one_sees_which_groups_have_times_of_their_own_but_no_hidden_one(club: Club):
    await club.services.groups.create(GUILD, MODERATOR, NewGroup("理事会", channel_id=SECRET, reminders=(30,)))
    await remind(club, DAY)
    member = Actor(ME, sees=lambda channel_id: channel_id == ANNOUNCEMENTS)
    state = await club.services.own_reminders.show(GUILD, member)
    assert [(group.name, group.reminders) for group in state.groups] == [("経済部会", (DAY,))]


@pytest.mark.parametrize(("minutes", "kind"), [(60, "dawn"), (11 * 60, "evening")])
@pytest.mark.parametrize("set_first", [True, False])
@pytest.mark.parametrize("with_morning_post", [False, True])
async def test_a_time_on_the_very_minute_of_the_usual_reminder_loses_it_to_nobody(
    club: Club, minutes: int, kind: str, set_first: bool, with_morning_post: bool
):
    if with_morning_post:
        await club.morning()
    if set_first:
        await remind(club, minutes)
    await coming(club, ME, OTHER, THIRD)
    if not set_first:
        await remind(club, minutes)
    # Somebody has the same time of their own: it is theirs alone, and stands in for nobody else's.
    await choose(club, ME, before=(minutes,))
    sent = await club.until(at(15, 8))
    due = at(15, 7) - timedelta(minutes=minutes)
    for member_id in (ME, OTHER, THIRD):
        assert [instant for _, instant in told(sent, member_id)].count(due) == 1, member_id
    assert (kind, due) in [("dawn" if each == "morning" else each, instant) for each, instant in told(sent, OTHER)]


# What a group takes back

EVENING = 11 * 60
"""The usual evening before comes so many minutes before seven."""


def pinged(sent: list[Sent], member_id: int) -> list[tuple[str, datetime]]:
    """As `told`, without what others read in silence."""
    return [(one.kind, one.at) for one in sent if member_id in {*one.pinged, one.member_id} and one.kind != "start"]


@pytest.mark.parametrize(("usual", "kind"), [(60, "dawn"), (EVENING, "evening")])
@pytest.mark.parametrize("instead", [(), (14 * DAY,), (15,)])
@pytest.mark.parametrize("with_morning_post", [False, True])
async def test_a_time_that_is_taken_back_after_a_usual_reminder_stood_back_for_it_is_made_up_for(
    club: Club, usual: int, kind: str, instead: tuple[int, ...], with_morning_post: bool
):
    if with_morning_post:
        await club.morning()
    await remind(club, usual - 20)
    session = await coming(club, ME, OTHER, THIRD)
    await club.answer(session, Answer.MAYBE, 14)
    now = at(15, 7) - timedelta(minutes=usual - 5)
    await club.until(now)
    before = len(club.sent)
    await remind(club, *instead)
    again = [one for one in await club.until(now) if one.kind == kind]
    assert [(one.channel_id, one.pinged) for one in again] == [(ANNOUNCEMENTS, frozenset({ME, OTHER, THIRD}))]
    await remind(club, usual - 20)
    await remind(club)
    await club.until(at(15, 8))
    sent = [each for each in pinged(club.sent[before:], ME) if each[1] - now < timedelta(hours=1)]
    assert sent == [(kind, now)], "nobody hears of it a second time"


async def test_what_is_taken_back_is_told_in_the_way_that_each_has_chosen(club: Club):
    await remind(club, 40)
    session = await coming(club, ME, OTHER, THIRD, 14, 15)
    await choose(club, ME, by="dm")
    await choose(club, OTHER, by="off")
    await choose(club, 14, by="thread")
    await choose(club, 15, before=(45,))
    await club.until(at(15, 6, 5))
    await remind(club)
    sent = [one for one in await club.until(at(15, 8)) if one.kind in ("dawn", "before")]
    assert [(one.kind, one.channel_id, one.member_id, one.pinged) for one in sent] == [
        ("dawn", 0, ME, frozenset()),
        ("dawn", THREADS + session.id, 0, frozenset({14})),
        ("dawn", ANNOUNCEMENTS, 0, frozenset({THIRD})),
        ("before", 0, 15, frozenset()),
    ]


async def test_who_was_reminded_near_the_usual_reminder_hears_nothing_when_another_time_is_taken_back(club: Club):
    await remind(club, 80, 40)
    await coming(club)
    await club.until(at(15, 6, 5))
    await remind(club)
    assert told(await club.until(at(15, 8))) == []


async def test_a_time_that_had_come_and_one_not_near_a_usual_reminder_leave_nothing_to_make_up_for(club: Club):
    await remind(club, 90, 40)
    await coming(club)
    await club.until(at(15, 6, 20))
    before = told(club.sent)
    await remind(club)
    await club.until(at(15, 6, 50))
    assert told(club.sent) == before
    assert [each for each in before if each[0] == "dawn"] == [], "90 is far from dawn, and 40 was told"


async def test_a_later_time_of_the_evening_that_is_set_along_with_it_does_not_hide_what_was_lost(club: Club):
    await remind(club, EVENING - 20)
    await coming(club)
    await club.until(at(14, 20, 5))
    change = GroupChange(reminders=(), evening_before="21:00")
    await club.services.groups.edit(GUILD, MODERATOR, club.group.name, change)
    assert told(await club.until(at(14, 23))) == [("evening", at(14, 20, 5))]


async def test_a_person_who_takes_their_time_back_after_the_evening_was_set_later_hears_now(club: Club):
    await coming(club)
    await choose(club, ME, before=(EVENING - 20,))
    await club.until(at(14, 20, 3))
    await club.services.groups.edit(GUILD, MODERATOR, club.group.name, GroupChange(evening_before="21:00"))
    club.clock.at = at(14, 20, 5)
    await choose(club, ME, before=())
    assert told(await club.until(at(14, 23))) == [("evening", at(14, 20, 5))]


async def test_quiet_hours_don_t_hold_what_is_made_up_for_and_nothing_is_said_once_it_begins(club: Club):
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours="22:00-06:45"))
    await remind(club, 40)
    await coming(club)
    await club.until(at(15, 6, 5))
    await remind(club)
    (again,) = [one for one in await club.until(at(15, 6, 6)) if one.pinged]
    assert (again.kind, again.at, again.silent) == ("dawn", at(15, 6, 5), False)
    (post,) = [post for post in await club.posts("dawn") if post.data["mentions"]]
    assert post.expires_at == at(15, 7)


async def test_what_is_made_up_for_is_said_for_the_new_time_if_the_session_moves_while_it_is_under_way(club: Club):
    await remind(club, 40)
    session = await coming(club)
    await club.until(at(15, 6, 5))
    await remind(club)
    (post,) = await under_way(club, "dawn")
    await club.move(session, at(15, 9))
    await comes_to_nothing(club, post, "limited")
    sent = [one for one in await club.until(at(15, 10)) if one.kind != "moved"]
    assert told(sent) == [("dawn", at(15, 8))]


async def test_other_groups_and_an_unchanged_time_are_left_alone(club: Club):
    other = await club.add_group("茶")
    await remind(club, 40)
    await coming(club, ME, group_id=other.id)
    await coming(club, OTHER)
    await club.until(at(15, 6, 5))
    await club.services.groups.edit(GUILD, MODERATOR, club.group.name, GroupChange(description="新"))
    assert [one for one in await club.until(at(15, 6, 5)) if one.pinged] == []
    await remind(club)
    assert [one.pinged for one in await club.until(at(15, 6, 5)) if one.pinged] == [frozenset({OTHER})]


async def test_an_evening_that_never_went_out_takes_nothing_from_dawn(club: Club):
    club.clock.at = at(14, 12)
    session = await club.schedule(at(15, 7))
    await club.answer(session, Answer.GOING, 11, 12)
    await club.until(at(14, 19, 59))
    club.clock.at = at(14, 20)
    # It is written, and the process stops before it is sent; it starts again once dawn is due.
    await club.run_steps()
    club.clock.at = at(15, 6)
    assert pings(await club.until(at(15, 7)), "dawn") == [frozenset({11, 12})]


@pytest.mark.parametrize("held", ["a role", "paused"])
async def test_where_nobody_stood_back_by_name_nothing_is_made_up_for(club: Club, held: str):
    await club.morning(mention_role=77 if held == "a role" else None)
    await remind(club, 40)
    club.clock.at = at(14, 12)
    session = await club.schedule(at(15, 7))
    await club.answer(session, Answer.GOING, 11, 12)
    if held == "paused":
        await club.services.morning.pause(GUILD, MODERATOR, None)
    await club.until(at(15, 6, 5))
    await remind(club)
    assert pings(await club.until(at(15, 6, 59)), "dawn") == []


# No evening for all


async def evening(club: Club, said: str) -> None:
    await club.services.groups.edit(GUILD, MODERATOR, club.group.name, GroupChange(evening_before=said))


async def test_where_a_group_has_no_evening_only_those_are_told_who_have_a_time_of_their_own(club: Club):
    await choose(club, THIRD, evening=time(21), by="dm")
    session = await coming(club, ME, OTHER, THIRD)
    await evening(club, "none")
    sent = await club.until(at(15, 8))
    assert [kind for kind, _ in told(sent)] == ["dawn"]
    assert ("evening", at(14, 21)) in told(sent, THIRD)
    assert session.id


async def test_an_evening_that_a_group_has_again_is_told(club: Club):
    await evening(club, "none")
    await coming(club, ME)
    await evening(club, "default")
    assert ("evening", at(14, 20)) in told(await club.until(at(15, 8)))


async def test_a_time_of_the_group_on_the_evening_that_it_does_not_have_is_told(club: Club):
    await evening(club, "none")
    await remind(club, 11 * 60)
    await coming(club, ME)
    await evening(club, "default")
    await evening(club, "none")
    assert ("before", at(14, 20)) in told(await club.until(at(15, 8)))


async def test_who_gives_up_a_time_of_their_own_hears_of_no_evening_that_there_is_not(club: Club):
    await evening(club, "none")
    await coming(club, ME)
    await choose(club, ME, evening=time(23))
    await club.until(at(14, 22))
    await choose(club, ME, evening="usual")
    assert [kind for kind, _ in told(await club.until(at(15, 8)))] == ["dawn"]
