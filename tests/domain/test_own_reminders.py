"""What people choose of their reminders, and that each is told once, at their time and in their way."""

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
from msgspec.structs import replace
from sqlalchemy import func, select

from bot.domain.communities import NewSettings
from bot.domain.groups import GroupChange
from bot.domain.members import DMS_CLOSED
from bot.domain.own_reminders import (
    FARTHEST,
    OffsetOutOfRange,
    OffsetsNotUnderstood,
    OwnChange,
    OwnReminders,
    TooManyOffsets,
    Way,
    parse_before,
    parse_evening,
)
from bot.domain.own_reminders.planning import key_of, read_key
from bot.domain.own_reminders.values import checked_offsets, leads
from bot.domain.phrases import PhraseNotUnderstood
from bot.domain.posts import Post, PostState
from bot.domain.rsvps import Answer
from bot.domain.series import NewSeries
from bot.domain.sessions import Session
from data.own_reminders import own_reminders
from data.steps import steps
from tests.data.files import audit_rows
from tests.domain.limbo import comes_to_nothing, under_way
from tests.domain.reminding import (
    ANNOUNCEMENTS,
    GUILD,
    MODERATOR,
    MORNING,
    THREADS,
    Club,
    Sent,
    a_club,
    at,
)

DAY = 24 * 60
ME, OTHER = 11, 12


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as club:
        yield club


async def choose(club: Club, member_id: int = ME, /, **change: Any) -> None:
    actor = replace(MODERATOR, member_id=member_id)
    await club.services.own_reminders.choose(GUILD, actor, OwnChange(**change))


async def coming(club: Club, *member_ids: int, **values: Any) -> Session:
    """A session on Wednesday the 15th at 07:00 to which these people come, with its thread."""
    session = await club.schedule(**values)
    await club.answer(session, Answer.GOING, *(member_ids or (ME, OTHER)))
    await club.thread(session)
    return session


def told(sent: list[Sent], member_id: int = ME) -> list[tuple[str, datetime, str]]:
    """What one person was told, when and where; a mention in a silent post is none."""
    found: list[tuple[str, datetime, str]] = []
    for one in sent:
        if one.kind == "moved":
            continue
        if one.member_id == member_id:
            found.append((one.kind, one.at, "dm"))
        elif member_id in one.pinged:
            where = {ANNOUNCEMENTS: "channel", MORNING: "morning"}.get(one.channel_id, "thread")
            found.append((one.kind, one.at, where))
    return found


# Reading


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1 day, 30 min", (DAY, 30)),
        ("前日、30分前", (DAY, 30)),
        ("前日と30分前", (DAY, 30)),
        ("１日前、３０分前", (DAY, 30)),
        ("一日前, 三十分前", (DAY, 30)),
        ("1 day and 30 min", (DAY, 30)),
        ("the day before and 1 hour before", (DAY, 60)),
        ("a day before", (DAY,)),
        ("30", (30,)),
        ("90 min", (90,)),
        ("1h30", (90,)),
        ("1 hour 30 min", (90,)),
        ("1:30", (90,)),
        ("an hour and a half before", (90,)),
        ("half an hour before", (30,)),
        ("1時間半前", (90,)),
        ("１時間まえ、30分まえ", (60, 30)),
        ("ぜんじつ、3時間まえ", (DAY, 180)),
        ("1時間30分前", (90,)),
        ("1週間前、2日前、3時間前、10分前、1分前", (7 * DAY, 2 * DAY, 180, 10, 1)),
        ("2 weeks", (FARTHEST,)),
        ("前々日", (2 * DAY,)),
        ("1日前・1時間前", (DAY, 60)),
        ("10 min, 10 minutes, 1 hour", (60, 10)),
        ("off", ()),
        ("なし", ()),
        ("default", "usual"),
        ("標準", "usual"),
    ],
)
def test_offsets_are_read_in_both_languages(text: str, minutes: Any):
    assert parse_before(text) == minutes


NO_OFFSETS = ["", " ", "soon", "1 day 30 min", "1日30分前", "1日と", "1 hour and 30 min", "1時間と30分", "朝", "-1 day"]
NO_OFFSETS += ["1 day,", "07:00 tomorrow", "0 min", "1.5 min", "30 min after", "x" * 200, "前日前", "9" * 30]


@pytest.mark.parametrize("text", NO_OFFSETS)
def test_what_is_no_offset_or_may_be_two_is_refused(text: str):
    with pytest.raises(OffsetsNotUnderstood):
        parse_before(text)


def test_offsets_are_between_a_minute_and_two_weeks_and_at_most_five():
    with pytest.raises(OffsetOutOfRange) as far:
        parse_before("15 days")
    assert far.value.minutes == 15 * DAY
    with pytest.raises(TooManyOffsets) as many:
        parse_before("1, 2, 3, 4, 5, 6")
    assert (many.value.number, many.value.most) == (6, 5)
    with pytest.raises(OffsetOutOfRange):
        checked_offsets([0])
    assert parse_before("5, 4, 3, 2, 1, 1") == (5, 4, 3, 2, 1)


def test_an_evening_is_a_time_or_off_or_as_usual():
    assert [parse_evening(text) for text in ("21:30", "夜9時", "off", "default")] == [
        time(21, 30),
        time(21),
        "off",
        "usual",
    ]
    with pytest.raises(PhraseNotUnderstood):
        parse_evening("late")
    assert parse_evening("8時") == time(20), "no evening is in the morning"


@given(st.integers(0, 60_000), st.integers(0, FARTHEST + 3 * DAY))
def test_a_step_says_which_time_of_the_session_and_which_lead_it_stands_for(revision: int, minutes: int):
    assert read_key(key_of(revision, minutes)) == (revision, minutes)
    assert key_of(revision, minutes) < 2**31


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)])
def test_an_own_evening_stays_on_the_clock_when_the_clocks_change_and_an_offset_counts_real_minutes(day: date):
    zone = ZoneInfo("America/New_York")
    starts_at = datetime.combine(day, time(19), zone).astimezone(UTC)
    session = cast(Any, SimpleNamespace(starts_at=starts_at))
    (evening,) = leads(session, [OwnReminders(1, evening=time(20))], zone)
    assert (starts_at - timedelta(minutes=evening)).astimezone(zone).time() == time(20)
    assert evening == {3: 22 * 60, 11: 24 * 60}[day.month], "an hour less, an hour more than on other days"
    assert leads(session, [OwnReminders(1, (DAY,))], zone) == {DAY}


# When and how


async def test_own_times_come_by_direct_message_beside_the_usual_reminders(club: Club):
    session = await coming(club)
    await choose(club, before=(DAY, 30))
    sent = await club.until(at(15, 8))
    assert told(sent) == [
        ("before", at(14, 7), "dm"),
        ("evening", at(14, 20), "channel"),
        ("dawn", at(15, 6), "channel"),
        ("before", at(15, 6, 30), "dm"),
    ]
    assert [kind for kind, _, _ in told(sent, OTHER)] == ["evening", "dawn"]
    assert {one.value.session.id for one in sent if one.kind == "before"} == {session.id}


async def test_an_own_evening_comes_at_its_time_and_not_in_the_channel_as_well(club: Club):
    await coming(club)
    await choose(club, evening=time(21, 30))
    sent = await club.until(at(15, 8))
    assert told(sent) == [("evening", at(14, 21, 30), "dm"), ("dawn", at(15, 6), "channel")]
    assert told(sent, OTHER)[0] == ("evening", at(14, 20), "channel")
    (public,) = [one for one in sent if one.kind == "evening" and one.channel_id]
    assert public.value.coming == 2, "who is told alone still counts"


@pytest.mark.parametrize(("by", "where"), [("channel", "channel"), ("dm", "dm"), ("thread", "thread"), ("off", "")])
async def test_each_way_tells_of_the_evening_and_of_dawn_once(club: Club, by: Way, where: str):
    await coming(club)
    await choose(club, by=by)
    sent = await club.until(at(15, 8))
    wanted = [("evening", at(14, 20), where), ("dawn", at(15, 6), where)]
    assert told(sent) == (wanted if where else [])
    assert [kind for kind, _, _ in told(sent, OTHER)] == ["evening", "dawn"]
    assert [
        one.value.coming for one in sent if one.kind in ("evening", "dawn") and one.channel_id == ANNOUNCEMENTS
    ] == [
        2,
        2,
    ]


@pytest.mark.parametrize(("by", "where"), [("channel", "morning"), ("dm", "dm"), ("thread", "thread"), ("off", "")])
async def test_each_way_holds_for_the_morning_post_too(club: Club, by: Way, where: str):
    await club.morning()
    await coming(club)
    await choose(club, by=by)
    sent = [one for one in await club.until(at(15, 8)) if one.kind != "evening"]
    kind = "morning" if by == "channel" else "dawn"
    assert told(sent) == ([(kind, at(15, 6), where)] if where else [])
    (post,) = [one for one in sent if one.kind == "morning"]
    assert OTHER in post.pinged
    assert "参加者" in post.text or "2 people" in post.text


async def test_the_preview_of_the_morning_post_mentions_whom_it_would(club: Club):
    await club.morning()
    await coming(club)
    await choose(club, by="off")
    preview = await club.services.morning.preview(GUILD, MODERATOR)
    assert preview is not None
    assert preview.mentions == (OTHER,)


async def test_no_evening_is_none_and_the_rest_stays(club: Club):
    await coming(club)
    await choose(club, evening="off", before=(30,))
    assert told(await club.until(at(15, 8))) == [("dawn", at(15, 6), "channel"), ("before", at(15, 6, 30), "dm")]


async def test_when_everybody_is_told_alone_the_channel_still_hears_silently(club: Club):
    await coming(club, ME)
    await choose(club, by="dm")
    sent = await club.until(at(15, 8))
    public = [one for one in sent if one.kind in ("evening", "dawn") and one.channel_id]
    assert [(one.silent, one.pinged, one.value.coming) for one in public] == [(True, frozenset(), 1)] * 2


async def test_a_time_of_ones_own_on_the_very_minute_of_the_usual_one_is_told_once(club: Club):
    await coming(club)
    # Dawn is 60 minutes before, the evening before eleven hours.
    await choose(club, before=(11 * 60, 60))
    sent = await club.until(at(15, 8))
    assert told(sent) == [("before", at(14, 20), "dm"), ("before", at(15, 6), "dm")]


async def test_on_that_minute_who_stopped_direct_messages_is_mentioned_as_everybody(club: Club):
    await coming(club)
    await choose(club, before=(60,))
    await club.services.members.choose(GUILD, ME, "reminders", wanted=False)
    assert told(await club.until(at(15, 8))) == [("evening", at(14, 20), "channel"), ("dawn", at(15, 6), "channel")]


@pytest.mark.parametrize("minutes", [31, 45, 75, 89])
@pytest.mark.parametrize("with_morning_post", [False, True])
async def test_the_usual_reminder_stands_back_for_a_time_that_is_nearer_than_half_an_hour(
    club: Club, minutes: int, with_morning_post: bool
):
    if with_morning_post:
        await club.morning()
    await coming(club)
    await choose(club, before=(minutes, 11 * 60 + 20), by="thread")
    sent = await club.until(at(15, 8))
    assert told(sent) == [
        ("before", at(14, 19, 40), "thread"),
        ("before", at(15, 7) - timedelta(minutes=minutes), "thread"),
    ]
    assert [kind for kind, *_ in told(sent, OTHER)] == ["evening", "morning" if with_morning_post else "dawn"]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"before": ()},
        {"before": (DAY, 45), "evening": time(21, 30)},
        {"before": (30, 11 * 60 + 10), "by": "dm"},
        {"evening": "off", "by": "thread"},
        {"by": "off"},
    ],
)
@pytest.mark.parametrize("group_times", [(), (3 * 60, 75)])
async def test_what_is_shown_of_the_next_session_is_what_one_is_told(
    club: Club, change: dict[str, Any], group_times: tuple[int, ...]
):
    await club.services.groups.edit(GUILD, MODERATOR, None, GroupChange(reminders=group_times))
    await club.schedule(at(14, 9), theme="somebody else's")
    await coming(club)
    await choose(club, **change)
    shown = await club.services.own_reminders.show(GUILD, replace(MODERATOR, member_id=ME))
    assert shown.next is not None
    sent = await club.until(at(15, 8))
    assert list(shown.next.times) == [instant for _, instant, _ in told(sent)]
    later = await club.services.own_reminders.show(GUILD, replace(MODERATOR, member_id=ME))
    assert later.next is None


@pytest.mark.parametrize(
    ("by", "until", "with_post", "dawn"),
    [
        ("channel", None, True, []),
        ("channel", at(15, 8), True, []),
        ("channel", at(15, 6), True, [at(15, 6)]),
        ("channel", None, False, [at(15, 6)]),
        ("dm", None, True, [at(15, 6)]),
        ("thread", None, True, [at(15, 6)]),
    ],
)
async def test_what_a_paused_morning_post_does_not_tell_is_not_shown(
    club: Club, by: Way, until: datetime | None, with_post: bool, dawn: list[datetime]
):
    if with_post:
        await club.morning()
    await coming(club)
    await choose(club, by=by)
    await club.services.morning.pause(GUILD, MODERATOR, until)
    shown = await club.services.own_reminders.show(GUILD, replace(MODERATOR, member_id=ME))
    assert shown.next is not None
    sent = await club.until(at(15, 7))
    assert list(shown.next.times) == [instant for _, instant, _ in told(sent)]
    assert list(shown.next.times)[1:] == dawn


@pytest.mark.parametrize("minutes", [30, 90])
async def test_half_an_hour_apart_both_are_told(club: Club, minutes: int):
    await coming(club)
    await choose(club, before=(minutes,), by="thread")
    sent = await club.until(at(15, 8))
    expected = sorted([at(15, 6), at(15, 7) - timedelta(minutes=minutes)])
    assert [instant for _, instant, _ in told(sent)][1:] == expected


async def test_the_usual_reminder_does_not_stand_back_for_a_time_that_came_before_they_chose_it(club: Club):
    await coming(club)
    await choose(club, OTHER, before=(75,))
    await club.until(at(15, 5, 50))
    await choose(club, ME, before=(75,))
    assert told(await club.until(at(15, 8))) == [("dawn", at(15, 6), "channel")]


async def test_dawn_stands_back_for_an_evening_of_ones_own_just_before_it(club: Club):
    await coming(club, starts_at=at(15, 0, 30))
    await choose(club, evening=time(23, 15))
    sent = await club.until(at(15, 1))
    assert told(sent) == [("evening", at(14, 23, 15), "dm")]
    assert told(sent, OTHER) == [("evening", at(14, 20), "channel"), ("dawn", at(14, 23, 30), "channel")]


async def test_the_evening_is_not_said_shortly_before_dawn(club: Club):
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours="off"))
    await club.services.groups.edit(GUILD, MODERATOR, None, GroupChange(evening_before="23:10"))
    await coming(club, starts_at=at(15, 0, 30))
    assert told(await club.until(at(15, 1))) == [("dawn", at(14, 23, 30), "channel")]


async def test_a_member_comes_before_the_group_and_the_group_before_the_community(club: Club):
    await club.services.groups.edit(GUILD, MODERATOR, None, GroupChange(evening_before="19:00"))
    await coming(club)
    await choose(club, evening=time(22))
    sent = await club.until(at(15, 5))
    assert told(sent) == [("evening", at(14, 22), "dm")]
    assert told(sent, OTHER) == [("evening", at(14, 19), "channel")]


# Who


@pytest.mark.parametrize("answer", [Answer.MAYBE, Answer.NOT_GOING])
async def test_only_who_comes_is_reminded_alone(club: Club, answer: Answer):
    session = await club.schedule()
    await club.thread(session)
    await choose(club, before=(30,), evening=time(21), by="dm")
    await club.answer(session, answer, ME)
    assert told(await club.until(at(15, 8))) == []


async def test_who_waits_for_a_place_is_reminded_once_they_have_it(club: Club):
    session = await coming(club, OTHER, ME, capacity=1)
    await choose(club, before=(DAY, 30))
    assert told(await club.until(at(14, 12))) == []
    await club.answer(session, Answer.NOT_GOING, OTHER)
    sent = [one for one in await club.until(at(15, 8)) if one.kind != "promotion"]
    assert told(sent) == [
        ("evening", at(14, 20), "channel"),
        ("dawn", at(15, 6), "channel"),
        ("before", at(15, 6, 30), "dm"),
    ]


async def test_who_joins_after_the_planning_is_reminded_and_who_declines_is_not(club: Club):
    await choose(club, before=(30,))
    await choose(club, OTHER, before=(30,))
    session = await coming(club, OTHER)
    await club.until(at(15, 6, 29))
    await club.answer(session, Answer.LATE, ME)
    await club.answer(session, Answer.NOT_GOING, OTHER)
    sent = await club.until(at(15, 8))
    assert [one.member_id for one in sent if one.kind == "before"] == [ME]


async def test_who_declines_after_the_message_was_written_is_not_told(club: Club):
    session = await coming(club)
    await choose(club, before=(30,))
    await club.until(at(15, 6, 29))
    club.clock.at = at(15, 6, 30)
    await club.run_steps()
    await club.answer(session, Answer.NOT_GOING, ME)
    await club.deliver()
    (post,) = await club.posts("before")
    assert (post.state, post.reason) == (PostState.CANCELLED, "overtaken")


async def test_who_wants_none_any_more_after_the_message_was_written_is_not_told(club: Club):
    await coming(club)
    await club.until(at(15, 5, 59))
    club.clock.at = at(15, 6)
    await club.run_steps()
    await choose(club, by="off")
    await club.deliver()
    assert club.sent[-1].pinged == {OTHER}


async def test_who_leaves_is_told_nothing_and_whoever_returns_has_chosen_still(club: Club):
    await coming(club)
    await choose(club, before=(30,), by="dm")
    await club.services.members.left(GUILD, ME)
    assert told(await club.until(at(15, 8))) == []
    later = await club.schedule(at(22, 7))
    await club.answer(later, Answer.GOING, ME)
    assert ("before", at(22, 6, 30), "dm") in told(await club.until(at(22, 8)))


async def test_who_has_not_used_the_bot_since_they_returned_is_not_named_for_an_organizers_answer(club: Club):
    await choose(club, before=(30,), by="dm")
    await club.services.members.left(GUILD, ME)
    session = await club.schedule()
    await club.thread(session)
    await club.services.rsvps.answer(GUILD, MODERATOR, session.id, Answer.GOING, member_id=ME)
    sent = await club.until(at(15, 8))
    assert not [one for one in sent if one.member_id or ME in one.pinged]


# Changing one's mind


async def test_a_time_that_was_chosen_after_the_planning_is_planned_for_every_session(club: Club):
    first, second = await coming(club), await club.schedule(at(22, 7))
    await choose(club, before=(30,))
    await club.answer(second, Answer.GOING, ME)
    before = [each for each in told(await club.until(at(22, 8))) if each[0] == "before"]
    assert before == [("before", at(15, 6, 30), "dm"), ("before", at(22, 6, 30), "dm")]
    assert first.id != second.id


async def test_a_time_that_has_passed_already_is_not_made_up_for(club: Club):
    await coming(club)
    club.clock.at = at(15, 6, 45)
    await choose(club, before=(DAY, 30, 10))
    sent = await club.until(at(15, 8))
    assert [each for each in told(sent) if each[0] == "before"] == [("before", at(15, 6, 50), "dm")]


async def test_a_time_that_was_given_up_is_not_told_and_taken_up_again_is_told_once(club: Club):
    await coming(club)
    await choose(club, before=(60 * 3, 30))
    await choose(club, before=())
    assert [each for each in told(await club.until(at(15, 5))) if each[0] == "before"] == []
    await choose(club, before=(30,))
    await choose(club, before="usual")
    await choose(club, before=(30,))
    assert [each[1] for each in told(await club.until(at(15, 8))) if each[0] == "before"] == [at(15, 6, 30)]


async def test_whoever_was_pinged_already_is_not_told_again_at_a_later_evening(club: Club):
    await coming(club)
    await club.until(at(14, 20))
    await choose(club, evening=time(22), by="dm")
    assert told(await club.until(at(15, 5))) == []


async def test_whoever_was_told_early_is_not_mentioned_later_as_well(club: Club):
    await coming(club)
    await choose(club, evening=time(18))
    await club.until(at(14, 19))
    await choose(club, evening="usual")
    assert [each[:2] for each in told(club.sent)] == [("evening", at(14, 18))]
    assert told(await club.until(at(15, 5))) == []


@pytest.mark.parametrize("evening", ["usual", time(20, 30)])
async def test_an_evening_that_was_ahead_and_is_made_earlier_than_now_is_told_now(club: Club, evening: Any):
    await coming(club)
    await choose(club, evening=time(22))
    await club.until(at(14, 21))
    await choose(club, evening=evening)
    assert told(await club.until(at(15, 5))) == [("evening", at(14, 21), "dm")]


async def test_in_another_zone_an_evening_that_has_passed_there_is_told_now(club: Club):
    await coming(club)
    await choose(club, evening=time(21))
    await club.until(at(14, 20, 30))
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(time_zone="Australia/Sydney"))
    assert told(await club.until(at(14, 20, 30))) == [("evening", at(14, 20, 30), "dm")]
    assert [each for each in told(await club.until(at(15, 5))) if each[0] == "evening"] == []


async def test_a_choice_is_on_record_and_no_choice_leaves_none(club: Club):
    await choose(club, before=(30,), evening=time(21), by="thread")
    await choose(club, by="thread")
    rows = [row for row in await audit_rows(club.db, GUILD) if row[0] == "member.choose_reminders"]
    assert rows == [
        (
            "member.choose_reminders",
            ME,
            f"community:{GUILD}",
            {"before": None, "evening": None, "by": "channel"},
            {"before": [30], "evening": "21:00", "by": "thread"},
        )
    ]


async def test_a_refused_choice_changes_nothing(club: Club):
    await choose(club, before=(30,))
    with pytest.raises(OffsetOutOfRange):
        await choose(club, before=(FARTHEST + 1,), by="off")
    state = await club.services.own_reminders.show(GUILD, replace(MODERATOR, member_id=ME))
    assert (state.own.before, state.own.by) == ((30,), "channel")


# Stopping


async def test_who_stops_the_direct_messages_is_told_nothing_in_their_stead_until_they_choose_again(club: Club):
    session = await coming(club)
    await choose(club, before=(DAY, 30), by="dm")
    await club.until(at(14, 7))
    await club.services.members.choose(GUILD, ME, "reminders", wanted=False)
    assert told(await club.until(at(15, 6))) == []
    await choose(club, by="dm")
    assert told(await club.until(at(15, 8))) == [("before", at(15, 6, 30), "dm")]
    stops = [row[3:] for row in await audit_rows(club.db, GUILD) if row[0] == "member.choose_dms"]
    none, all_ = {"stopped_dms": []}, {"stopped_dms": ["reminders"]}
    assert stops == [(none, all_), (all_, none)]
    assert session.id


async def test_a_stop_cancels_what_is_about_to_be_sent(club: Club):
    await coming(club)
    await choose(club, before=(30,))
    await club.until(at(15, 6, 29))
    club.clock.at = at(15, 6, 30)
    await club.run_steps()
    await club.services.members.choose(GUILD, ME, "reminders", wanted=False)
    assert told(await club.until(at(15, 8))) == []


# Moving


async def test_a_move_cancels_the_old_times_and_the_new_ones_are_told(club: Club):
    session = await coming(club)
    await choose(club, before=(DAY, 30), evening=time(21), by="dm")
    await club.until(at(14, 8))
    await club.move(session, at(16, 9))
    assert told(await club.until(at(16, 10))) == [
        ("before", at(15, 9), "dm"),
        ("evening", at(15, 21), "dm"),
        ("dawn", at(16, 8), "dm"),
        ("before", at(16, 8, 30), "dm"),
    ]


async def test_a_session_moved_within_its_day_is_told_again_at_own_times_only(club: Club):
    session = await coming(club)
    await choose(club, before=(30,), by="dm")
    await club.until(at(15, 6, 30))
    await club.move(session, at(15, 9))
    assert told(await club.until(at(15, 10))) == [("before", at(15, 8, 30), "dm")]


async def test_a_cancelled_session_is_told_of_no_more(club: Club):
    session = await coming(club)
    await choose(club, before=(30,), evening=time(21))
    await club.cancel(session)
    assert [one.kind for one in await club.until(at(15, 8))] == ["cancelled"]


@pytest.mark.parametrize("moment", ["evening", "dawn", "before"])
async def test_whom_an_attempt_did_not_reach_before_the_move_is_told_for_the_new_time(club: Club, moment: str):
    session = await coming(club)
    await choose(club, before=(30,), by="dm")
    due = {"evening": at(14, 20), "dawn": at(15, 6), "before": at(15, 6, 30)}[moment]
    await club.until(due - timedelta(minutes=1))
    club.clock.at = due
    await club.run_steps()
    (post,) = [each for each in await under_way(club, moment) if each.member_id]
    await club.move(session, at(17, 9))
    await comes_to_nothing(club, post, "limited")
    kinds = [each[:2] for each in told(await club.until(at(17, 10)))]
    assert kinds == [("evening", at(16, 20)), ("dawn", at(17, 8)), ("before", at(17, 8, 30))]


async def test_if_the_new_time_has_come_before_that_is_known_it_is_told_then(club: Club):
    session = await coming(club)
    await choose(club, by="dm")
    await club.until(at(15, 5, 59))
    club.clock.at = at(15, 6)
    await club.run_steps()
    (post,) = [each for each in await under_way(club, "dawn") if each.member_id]
    await club.move(session, at(15, 7, 1))
    await club.until(at(15, 6, 2))
    assert told(club.sent)[1:] == []
    await comes_to_nothing(club, post, "limited")
    assert told(await club.until(at(15, 7))) == [("dawn", at(15, 6, 2), "dm")]


# Closed, paused


async def refuse(club: Club, kind: str, reason: str) -> list[Post]:
    """Discord refuses the direct messages of a kind that are due, and takes all else."""
    claimed = await club.claim()
    for post in claimed:
        refused = post.member_id and post.kind == kind
        await club.attempt(post, PostState.UNDELIVERABLE if refused else PostState.SENT, reason)
    return claimed


@pytest.mark.parametrize("reason", [DMS_CLOSED, "direct messages are paused"])
async def test_what_could_not_be_sent_is_a_mention_in_the_sessions_thread(club: Club, reason: str):
    session = await coming(club, ME, OTHER, 13)
    for member_id in (ME, OTHER):
        await choose(club, member_id, before=(30,))
    await club.until(at(15, 6, 29))
    club.clock.at = at(15, 6, 30)
    await club.run_steps()
    await refuse(club, "before", reason)
    sent = await club.until(at(15, 6, 40))
    assert [(one.channel_id, one.pinged) for one in sent] == [(THREADS + session.id, {ME, OTHER})], (
        "one message for both"
    )
    async with club.db.reading(GUILD) as uow:
        member = await uow.members.find(ME)
    assert member is not None
    assert (member.dms_closed_at is not None) is (reason == DMS_CLOSED)
    state = await club.services.own_reminders.show(GUILD, replace(MODERATOR, member_id=ME))
    assert state.closed is (reason == DMS_CLOSED)
    assert await club.posts("notice") == [], "closed direct messages are no business of the moderators"


async def test_who_is_mentioned_in_the_thread_anyway_and_who_because_of_closed_dms_are_both_told(club: Club):
    await coming(club)
    await choose(club, ME, before=(30,), by="thread")
    await choose(club, OTHER, before=(30,), by="dm")
    await club.until(at(15, 6, 29))
    club.clock.at = at(15, 6, 30)
    await club.run_steps()
    await refuse(club, "before", DMS_CLOSED)
    await club.until(at(15, 6, 31))
    for member_id in (ME, OTHER):
        assert ("before", at(15, 6, 30), "thread") in told(club.sent, member_id)


async def test_without_a_thread_it_is_a_mention_in_the_groups_channel(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, ME)
    await choose(club, by="dm")
    await club.until(at(15, 5, 59))
    club.clock.at = at(15, 6)
    await club.run_steps()
    await refuse(club, "dawn", DMS_CLOSED)
    assert told(await club.until(at(15, 6, 1))) == [("dawn", at(15, 6), "channel")]


async def test_a_thread_that_is_closed_to_us_is_replaced_by_the_groups_channel_and_then_by_nothing(club: Club):
    await coming(club, ME)
    await choose(club, by="thread", evening="off")
    await club.until(at(15, 5, 59))
    club.clock.at = at(15, 6)
    await club.run_steps()
    for post in await club.claim():
        await club.attempt(post, PostState.UNDELIVERABLE if post.channel_id > THREADS else PostState.SENT)
    assert told(club.sent) == []
    for post in await club.claim():
        assert post.channel_id == ANNOUNCEMENTS or post.kind == "notice"
        await club.attempt(post, PostState.UNDELIVERABLE)
    assert told(await club.until(at(15, 7, 30))) == []


async def test_a_fallback_in_the_channel_does_not_stand_for_the_channels_own_reminder(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, ME)
    await choose(club, by="dm", evening=time(19))
    await club.until(at(14, 18, 59))
    club.clock.at = at(14, 19)
    await club.run_steps()
    await refuse(club, "evening", DMS_CLOSED)
    await club.answer(session, Answer.GOING, OTHER)
    sent = await club.until(at(15, 5))
    assert told(sent) == [("evening", at(14, 19), "channel")]
    assert told(sent, OTHER) == [("evening", at(14, 20), "channel")]


async def test_many_are_mentioned_in_the_thread_in_few_messages_and_each_once(club: Club):
    people = range(100, 231)
    await coming(club, *people)
    for member_id in people:
        await choose(club, member_id, by="thread", evening="off")
    sent = [one for one in await club.until(at(15, 8)) if one.kind == "dawn" and one.channel_id > THREADS]
    assert [len(one.pinged) for one in sent] == [60, 60, 11]
    assert set().union(*(one.pinged for one in sent)) == set(people)
    assert all(len(one.text) <= 2000 for one in sent)


# Quiet hours, outages


async def test_no_quiet_hours_hold_what_somebody_chose(club: Club):
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours="19:00-06:46"))
    await coming(club)
    await choose(club, before=(4 * 60, 30), evening=time(23), by="dm")
    assert [each[:2] for each in told(await club.until(at(15, 8)))] == [
        ("evening", at(14, 23)),
        ("before", at(15, 3)),
        ("dawn", at(15, 6)),
        ("before", at(15, 6, 30)),
    ]


async def test_before_the_quiet_hours_only_the_channel_is_told_early(club: Club):
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours="22:00-06:46"))
    await coming(club, ME)
    await choose(club, by="dm", evening="off")
    sent = await club.until(at(15, 8))
    dawns = [(one.at, one.member_id, one.silent) for one in sent if one.kind == "dawn"]
    assert dawns == [(at(14, 21, 50), 0, True), (at(15, 6), ME, False)]


@pytest.mark.parametrize(
    ("back_at", "kinds"),
    [
        (at(15, 4), ["before"]),
        (at(15, 6, 10), ["before"]),
        (at(15, 6, 40), ["before"]),
        (at(15, 7), []),
    ],
)
async def test_after_an_outage_the_nearest_of_ones_own_times_is_told_and_nothing_stale(
    club: Club, back_at: datetime, kinds: list[str]
):
    await coming(club)
    await choose(club, before=(DAY, 12 * 60, 30), by="dm")
    club.clock.at = back_at
    sent = [one for one in await club.until(back_at) if one.member_id == ME]
    assert sorted(one.kind for one in sent) == kinds


async def test_a_message_expires_at_the_start_and_the_evening_at_dawn(club: Club):
    session = await coming(club)
    await choose(club, before=(30,), evening=time(21), by="dm")
    await club.until(at(15, 8))
    ends = {post.kind: post.expires_at for kind in ("evening", "dawn", "before") for post in await club.posts(kind)}
    assert ends == {"evening": at(15, 6), "dawn": session.starts_at, "before": session.starts_at}


# Rows


async def count(club: Club, *where: Any) -> int:
    async with club.db.connections.reading() as connection:
        return (await connection.execute(select(func.count()).where(*where))).scalar_one()


async def test_two_hundred_people_and_eight_weeks_take_a_step_for_each_session_and_distinct_time(club: Club):
    weekly = NewSeries(group_id=club.group.id, name="毎朝", rrule="FREQ=DAILY", at=time(7))
    sessions = (await club.services.series.create(GUILD, MODERATOR, weekly)).planned
    for number in range(200):
        await choose(club, 1000 + number, before=(DAY, 30) if number % 2 else (60,), evening=time(21))
    assert await count(club, own_reminders.c.id > 0) == 200
    # Of the first session the times of the day before are past.
    planned = await count(club, steps.c.kind == "own")
    assert 4 * sessions - 4 <= planned <= 4 * sessions


async def test_planning_again_drops_nothing_and_doubles_nothing(club: Club):
    await coming(club)
    await choose(club, before=(DAY, 30), evening=time(21), by="dm")
    for instant in (at(14, 6), at(14, 7), at(14, 21), at(15, 6), at(15, 6, 30), at(15, 7)):
        await club.until(instant)
        hours = f"{instant.minute % 24:02}:{instant.hour:02}"
        await club.services.communities.change(GUILD, MODERATOR, NewSettings(usual_start=hours))
        await choose(club, OTHER, before=(instant.minute + 1,))
        await club.until(instant)
    assert [each[:2] for each in told(club.sent)] == [
        ("before", at(14, 7)),
        ("evening", at(14, 21)),
        ("dawn", at(15, 6)),
        ("before", at(15, 6, 30)),
    ]


@pytest.mark.parametrize("change", [{"before": "usual"}, {"before": ()}, {"before": (10,)}])
async def test_who_gives_up_the_time_for_which_the_usual_reminder_stood_back_is_told_at_once(
    club: Club, change: dict[str, Any]
):
    await coming(club)
    await choose(club, before=(45,), by="thread")
    assert "dawn" not in [kind for kind, *_ in told(await club.until(at(15, 6, 5)))]
    await choose(club, **change)
    sent = told(await club.until(at(15, 6, 20)))
    assert [kind for kind, *_ in sent] == ["dawn"]
    assert at(15, 6, 5) <= sent[0][1] < at(15, 6, 6)


async def test_who_changes_to_another_time_near_it_is_told_at_that_one_only(club: Club):
    await coming(club)
    await choose(club, before=(45,), by="thread")
    await club.until(at(15, 6, 5))
    await choose(club, before=(40,))
    assert told(await club.until(at(15, 8))) == [("before", at(15, 6, 20), "thread")]
