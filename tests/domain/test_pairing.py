"""Pairing as people live it: taking part, rounds that come by themselves, and what is said of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain.errors import InvalidNumber, NotAllowed, Unknown
from bot.domain.meetings import Meeting
from bot.domain.members import MemberLeft, note_use
from bot.domain.mirrors import MirrorState
from bot.domain.pairing import (
    ALONE,
    ASKED,
    MOST_AVOIDED,
    ROUND,
    THREAD,
    TOLD,
    AvoidsSelf,
    NotAvoided,
    NotInPairing,
    PairingOff,
    PairingView,
    SnoozeEnds,
    TooManyAvoided,
    WhichSnooze,
)
from bot.domain.phrases import Fork
from bot.domain.posts import PostState
from bot.domain.profiles import ProfileChange
from bot.domain.restrictions import Restricted, Restriction
from tests.data.files import audit_rows
from tests.domain.reminding import GUILD, MODERATOR, Club, Sent, a_club, at
from tests.domain.rotation.taking_turns import DAY, one, work_in

FIRST = at(17, 12)
"""The Friday at noon on which the first round is made."""
THREADS = 7000


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as club:
        await club.services.pairing.set(GUILD, MODERATOR, every_weeks=2, weekday=4, at="12:00")
        yield club


async def take_part(club: Club, *member_ids: int) -> None:
    for member_id in member_ids:
        async with club.db(GUILD) as uow:
            await note_use(uow, member_id, club.clock.now())
        await club.services.pairing.join(GUILD, one(member_id))


async def meetings(club: Club, due_at: datetime) -> list[Meeting]:
    async with club.db.reading(GUILD) as uow:
        return await uow.meetings.of_round("pairing", due_at)


async def groups(club: Club, due_at: datetime) -> list[tuple[int, ...]]:
    return [each.people for each in await meetings(club, due_at)]


async def waited(club: Club) -> dict[int, int]:
    async with club.db.reading(GUILD) as uow:
        return {each.member_id: each.waited for each in await uow.pairing.all()}


async def threads_are_made(club: Club) -> None:
    """What the reconciler does: each thread has the id of its meeting and then some."""
    async with club.db(GUILD) as uow:
        for mirror in await uow.mirrors.live(THREAD):
            if not mirror.remote_id:
                await uow.mirrors.store(mirror, remote_id=THREADS + mirror.subject_id)
                await club.services.pairing_rounds.thread_made(uow, mirror, THREADS + mirror.subject_id)


def said(sent: list[Sent], kind: str) -> list[Sent]:
    return [each for each in sent if each.kind == kind]


# Rounds


async def test_a_round_is_made_at_its_time_and_the_next_one_is_planned_in_step(club: Club):
    await take_part(club, 11, 12, 13, 14)
    await club.until(FIRST - timedelta(minutes=1))
    assert await meetings(club, FIRST) == []
    await club.until(FIRST)
    assert sorted(each for group in await groups(club, FIRST) for each in group) == [11, 12, 13, 14]
    assert list((await club.planned(ROUND)).values()) == [FIRST + 14 * DAY]
    await club.until(FIRST + 14 * DAY)
    assert not set(await groups(club, FIRST)) & set(await groups(club, FIRST + 14 * DAY))


async def test_an_odd_number_makes_a_trio_and_nobody_is_left_over(club: Club):
    await take_part(club, 11, 12, 13, 14, 15)
    await club.until(FIRST)
    assert sorted(map(len, await groups(club, FIRST))) == [2, 3]
    assert set((await waited(club)).values()) == {0}


async def test_after_a_day_of_downtime_the_round_is_made_once_and_the_next_keeps_its_date(club: Club):
    await take_part(club, 11, 12)
    club.clock.at = FIRST + DAY
    await club.drain()
    await club.drain()
    assert await groups(club, FIRST) == [(11, 12)]
    assert list((await club.planned(ROUND)).values()) == [FIRST + 14 * DAY]


async def test_after_weeks_of_downtime_one_round_stands_for_all_that_were_missed(club: Club):
    await take_part(club, 11, 12)
    club.clock.at = FIRST + 31 * DAY
    await club.drain()
    assert len([row for row in await audit_rows(club.db, GUILD) if row[0] == "pairing.round"]) == 1
    assert list((await club.planned(ROUND)).values()) == [FIRST + 42 * DAY]


async def test_noon_stays_noon_across_daylight_saving(club: Club):
    async with club.db(GUILD) as uow:
        before = await uow.communities.get()
        after = await uow.communities.change(time_zone="America/New_York")
        await club.services.pairing_rounds.on_settings_changed(uow, before, after)
    for _ in range(8):
        (due,) = (await club.planned(ROUND)).values()
        await club.until(due)
    # New York goes back to standard time on November 1.
    assert due == datetime(2026, 10, 23, 16, tzinfo=UTC)
    assert list((await club.planned(ROUND)).values()) == [datetime(2026, 11, 6, 17, tzinfo=UTC)]


async def test_a_step_that_failed_for_good_stops_no_later_round(club: Club):
    (subject,) = await club.planned(ROUND)
    async with club.db(GUILD) as uow:
        await uow.steps.cancel([ROUND], subject)
    await club.services.pairing_rounds.resume(GUILD)
    assert list((await club.planned(ROUND)).values()) == [FIRST + 14 * DAY]
    await club.services.pairing_rounds.resume(GUILD)
    assert list((await club.planned(ROUND)).values()) == [FIRST + 14 * DAY]


async def test_people_of_other_industries_and_free_hours_meet(club: Club):
    await take_part(club, 11, 12, 13, 14)
    for member_id, industry in ((11, "finance"), (12, "finance"), (13, "retail"), (14, "retail")):
        await work_in(club, member_id, industry)
    for member_id, hours in ((11, "7-8"), (12, "20-21"), (13, "20-21"), (14, "7-8")):
        await club.services.profiles.edit(GUILD, one(member_id), ProfileChange(ask_hours=hours))
    await club.until(FIRST)
    assert await groups(club, FIRST) == [(11, 14), (12, 13)]


# Told


async def test_those_who_meet_are_told_once_in_their_thread_with_when_and_why(club: Club):
    await take_part(club, 11, 12)
    await work_in(club, 11, "finance")
    await work_in(club, 12, "retail")
    for member_id, zone in ((11, "Asia/Tokyo"), (12, "Asia/Singapore")):
        change = ProfileChange(ask_hours="weekdays 9:00-11:00", time_zone=zone)
        await club.services.profiles.edit(GUILD, one(member_id), change)
    await club.until(FIRST)
    await threads_are_made(club)
    (told,) = said(await club.until(FIRST + DAY), TOLD)
    (meeting,) = await meetings(club, FIRST)
    assert told.channel_id == THREADS + meeting.id
    assert told.pinged == {11, 12}
    # Nine in Singapore is ten in Tokyo: they share an hour on each working day.
    assert told.value.times == (at(20, 10), at(21, 10), at(22, 10))
    assert told.value.before is None
    assert "Finance" in told.text
    assert "Retail" in told.text


async def test_without_a_thread_each_is_told_by_direct_message_and_a_late_thread_says_nothing(club: Club):
    await take_part(club, 11, 12)
    sent = said(await club.until(FIRST + timedelta(minutes=31)), TOLD)
    assert [each.member_id for each in sent] == [11, 12]
    assert "<@12>" in sent[0].text
    assert "<@11>" not in sent[0].text
    async with club.db(GUILD) as uow:
        (meeting,) = await uow.meetings.of_round("pairing", FIRST)
        mirror = await uow.mirrors.find(THREAD, meeting.id)
        assert mirror is not None
        await club.services.pairing_rounds.thread_made(uow, mirror, 7001)
    assert said(await club.until(FIRST + DAY), TOLD) == []


@pytest.mark.parametrize("state", [MirrorState.ASKED, MirrorState.GONE])
async def test_without_a_thread_whatever_became_of_it_each_is_told(club: Club, state: MirrorState):
    await take_part(club, 11, 12)
    await club.until(FIRST)
    async with club.db(GUILD) as uow:
        (mirror,) = await uow.mirrors.live(THREAD)
        await uow.mirrors.store(mirror, state=state)
    sent = said(await club.until(FIRST + timedelta(minutes=31)), TOLD)
    assert [each.member_id for each in sent] == [11, 12]


async def test_who_was_told_in_a_thread_that_is_deleted_then_is_not_told_again(club: Club):
    await take_part(club, 11, 12)
    await club.until(FIRST)
    await threads_are_made(club)
    assert len(said(await club.until(FIRST + timedelta(minutes=5)), TOLD)) == 1
    async with club.db(GUILD) as uow:
        (mirror,) = await uow.mirrors.live(THREAD)
        await uow.mirrors.store(mirror, state=MirrorState.ASKED)
    assert said(await club.until(FIRST + DAY), TOLD) == []


async def test_what_cant_be_said_in_the_thread_is_said_to_each_alone(club: Club):
    await take_part(club, 11, 12)
    await club.until(FIRST)
    await threads_are_made(club)
    (post,) = await club.claim()
    await club.attempt(post, PostState.UNDELIVERABLE)
    sent = said(await club.until(FIRST + DAY), TOLD)
    assert [each.member_id for each in sent] == [11, 12]


async def test_a_second_time_says_when_the_first_was(club: Club):
    await take_part(club, 11, 12)
    await club.until(FIRST)
    await club.until(FIRST + 14 * DAY)
    await threads_are_made(club)
    told = said(await club.until(FIRST + 15 * DAY), TOLD)[-1]
    assert told.value.before == FIRST


async def test_did_you_meet_is_asked_once_unless_somebody_said_so(club: Club):
    await take_part(club, 11, 12, 13, 14)
    await club.until(FIRST)
    await threads_are_made(club)
    first, second = await meetings(club, FIRST)
    await club.services.pairing.say(GUILD, one(first.people[0]), first.id, met=True)
    sent = said(await club.until(FIRST + 13 * DAY), ASKED)
    assert [each.channel_id for each in sent] == [THREADS + second.id]
    assert sent[0].pinged == set(second.people)


async def test_a_meeting_is_kept_for_those_who_were_there_and_for_nobody_else(club: Club):
    await take_part(club, 11, 12, 13)
    await club.until(FIRST)
    (meeting,) = await meetings(club, FIRST)
    assert (await club.services.pairing.say(GUILD, one(11), meeting.id, met=False)).met == {11: False}
    assert (await club.services.pairing.say(GUILD, one(11), meeting.id, met=True)).met == {11: True}
    for stranger, number in ((99, meeting.id), (11, meeting.id + 1)):
        with pytest.raises(Unknown):
            await club.services.pairing.say(GUILD, one(stranger), number, met=True)
    view = await club.services.pairing.show(GUILD, one(11))
    assert view.meetings == (Meeting(meeting.id, "pairing", FIRST, (11, 12, 13), {11: True}),)
    assert view.open is None
    other = await club.services.pairing.show(GUILD, one(12))
    assert other.open is not None
    assert (await club.services.pairing.show(GUILD, one(99))).meetings == ()


async def test_somebody_alone_is_told_kindly_and_comes_first_next_time(club: Club):
    await take_part(club, 11)
    (alone,) = said(await club.until(FIRST + DAY), ALONE)
    assert alone.member_id == 11
    assert await waited(club) == {11: 1}
    await take_part(club, 12)
    await club.until(FIRST + 14 * DAY)
    assert await waited(club) == {11: 0, 12: 0}


async def test_two_who_read_discord_in_a_language_of_their_own_do_not_meet_in_every_round(club: Club):
    await take_part(club, 11, 12, 13, 14, 15)
    async with club.db(GUILD) as uow:
        for member_id in (11, 12):
            member = await uow.members.find(member_id)
            assert member is not None
            await uow.members.put(replace(member, language="en"))
        for member_id in (13, 14, 15):
            member = await uow.members.find(member_id)
            assert member is not None
            await uow.members.put(replace(member, language="ja"))
    await club.until(FIRST)
    assert (11, 12) in await groups(club, FIRST)
    await club.until(FIRST + 14 * DAY)
    assert not any({11, 12} <= set(group) for group in await groups(club, FIRST + 14 * DAY))


# Pausing, leaving, restrictions


async def test_who_pauses_sits_out_what_is_due_before_also_if_it_comes_late(club: Club):
    await take_part(club, 11, 12, 13)
    view = await club.services.pairing.snooze(GUILD, one(13))
    assert isinstance(view, PairingView)
    club.clock.at = FIRST + DAY
    await club.drain()
    assert await groups(club, FIRST) == [(11, 12)]
    await club.until(FIRST + 14 * DAY)
    assert [len(group) for group in await groups(club, FIRST + 14 * DAY)] == [3]


async def test_a_pause_lasts_to_its_end_or_until_its_author_is_back(club: Club):
    await take_part(club, 11, 12)
    await club.services.pairing.snooze(GUILD, one(12), FIRST + 20 * DAY)
    await club.until(FIRST + 14 * DAY)
    assert [*await groups(club, FIRST), *await groups(club, FIRST + 14 * DAY)] == []
    await club.services.pairing.snooze(GUILD, one(12), FIRST + 90 * DAY)
    await club.services.pairing.join(GUILD, one(12))
    await club.until(FIRST + 28 * DAY)
    assert await groups(club, FIRST + 28 * DAY) == [(11, 12)]


async def test_a_pause_that_is_over_changes_nothing_and_one_with_two_readings_is_asked_about(club: Club):
    await take_part(club, 11)
    with pytest.raises(SnoozeEnds):
        await club.services.pairing.snooze(GUILD, one(11), at(1, 0))
    readings = tuple({"until": each.isoformat()} for each in (at(20, 7), at(20, 19)))
    asked = await club.services.pairing.snooze(GUILD, one(11), at(20, 7), [Fork("until", "7/20 7時", readings)])
    assert isinstance(asked, WhichSnooze)
    assert asked.readings == (at(20, 7), at(20, 19))
    with pytest.raises(Unknown):
        await club.services.pairing.choose(GUILD, one(12), asked.draft_id, 1)
    view = await club.services.pairing.choose(GUILD, one(11), asked.draft_id, 1)
    assert isinstance(view, PairingView)
    assert view.mine is not None
    assert view.mine.snoozed_until == at(20, 19)


async def test_who_leaves_the_pairing_is_in_no_round(club: Club):
    await take_part(club, 11, 12, 13)
    await club.services.pairing.leave(GUILD, one(13))
    with pytest.raises(NotInPairing):
        await club.services.pairing.leave(GUILD, one(13))
    with pytest.raises(NotInPairing):
        await club.services.pairing.snooze(GUILD, one(13))
    await club.until(FIRST)
    assert await groups(club, FIRST) == [(11, 12)]


async def test_whose_partner_leaves_the_server_is_told_and_comes_first(club: Club):
    await take_part(club, 11, 12)
    await club.until(FIRST)
    await threads_are_made(club)
    await club.services.members.left(GUILD, 12)
    sent = await club.until(FIRST + DAY)
    (alone,) = said(sent, ALONE)
    assert (alone.member_id, alone.value.left) == (11, True)
    assert said(sent, TOLD) == []
    assert await waited(club) == {11: 1}


async def test_whose_partner_leaves_before_there_is_a_thread_is_not_told_to_meet_them(club: Club):
    await take_part(club, 11, 12)
    await club.until(FIRST)
    await club.services.members.left(GUILD, 12)
    await threads_are_made(club)
    sent = await club.until(FIRST + 8 * DAY)
    assert [post.member_id for post in said(sent, ALONE)] == [11]
    assert (said(sent, TOLD), said(sent, ASKED)) == ([], [])


async def test_whose_partner_leaves_after_a_round_that_came_late_is_told(club: Club):
    await take_part(club, 11, 12)
    club.clock.at = FIRST + 8 * DAY
    await club.drain()
    await threads_are_made(club)
    await club.services.members.left(GUILD, 12)
    (alone,) = said(await club.until(FIRST + 9 * DAY), ALONE)
    assert (alone.member_id, alone.value.left) == (11, True)


async def test_who_is_left_of_a_trio_is_told_and_comes_first(club: Club):
    await take_part(club, 11, 12, 13)
    await club.until(FIRST)
    await threads_are_made(club)
    for gone in (13, 12):
        await club.services.members.left(GUILD, gone)
    (alone,) = said(await club.until(FIRST + DAY), ALONE)
    assert (alone.member_id, alone.value.left) == (11, True)
    assert await waited(club) == {11: 1}


async def test_whose_partner_leaves_after_they_met_or_were_asked_is_not_told(club: Club):
    await take_part(club, 11, 12, 13, 14)
    await club.until(FIRST)
    await threads_are_made(club)
    first, second = await meetings(club, FIRST)
    await club.services.pairing.say(GUILD, one(first.people[0]), first.id, met=True)
    await club.services.members.left(GUILD, first.people[1])
    await club.until(FIRST + 7 * DAY)
    await club.services.members.left(GUILD, second.people[1])
    assert said(await club.until(FIRST + 8 * DAY), ALONE) == []


async def test_who_said_not_yet_is_told_that_their_partner_has_left(club: Club):
    await take_part(club, 11, 12)
    await club.until(FIRST)
    (meeting,) = await meetings(club, FIRST)
    await club.services.pairing.say(GUILD, one(11), meeting.id, met=False)
    await club.services.members.left(GUILD, 12)
    (alone,) = said(await club.until(FIRST + DAY), ALONE)
    assert alone.member_id == 11


async def test_a_leaver_of_a_trio_leaves_the_two_others_to_meet(club: Club):
    await take_part(club, 11, 12, 13)
    await club.until(FIRST)
    async with club.db(GUILD) as uow:
        await club.services.pairing_rounds.on_member_left(uow, MemberLeft(GUILD, 13))
    assert said(await club.until(FIRST + DAY), ALONE) == []
    assert await waited(club) == {11: 0, 12: 0}


async def test_who_is_kept_from_sessions_is_paired_with_nobody(club: Club):
    await take_part(club, 11, 12, 13)
    await club.services.restricting.restrict(GUILD, MODERATOR, one(13), Restriction(13, "sessions"))
    with pytest.raises(Restricted):
        await club.services.pairing.join(GUILD, one(13))
    await club.until(FIRST)
    assert await groups(club, FIRST) == [(11, 12)]


# The private list


async def test_nobody_is_paired_with_somebody_on_either_list_and_nothing_tells_so(club: Club):
    await take_part(club, 11, 12)
    await club.services.pairing.avoid(GUILD, one(12), 11)
    sent = said(await club.until(FIRST + DAY), ALONE)
    assert await groups(club, FIRST) == []
    # Both read the same words as somebody who takes part alone.
    assert [each.member_id for each in sent] == [11, 12]
    assert len({each.text for each in sent}) == 1
    assert all("11" not in str(row[3:]) for row in await audit_rows(club.db, GUILD) if row[0] == "pairing.avoid")
    assert (await club.services.pairing.show(GUILD, one(11))).avoided == ()
    assert (await club.services.pairing.show(GUILD, one(12))).avoided == (11,)


async def test_a_list_is_its_authors_alone_and_can_be_taken_back(club: Club):
    pairing = club.services.pairing
    with pytest.raises(AvoidsSelf):
        await pairing.avoid(GUILD, one(11), 11)
    with pytest.raises(NotAvoided):
        await pairing.avoid(GUILD, one(11), 12, remove=True)
    for member_id in range(100, 100 + MOST_AVOIDED):
        await pairing.avoid(GUILD, one(11), member_id)
    assert len((await pairing.avoid(GUILD, one(11), 100)).people) == MOST_AVOIDED
    with pytest.raises(TooManyAvoided):
        await pairing.avoid(GUILD, one(11), 12)
    done = await pairing.avoid(GUILD, one(11), 100, remove=True)
    assert 100 not in done.people


# What moderators set


async def test_only_moderators_say_when_rounds_are_made(club: Club):
    with pytest.raises(NotAllowed):
        await club.services.pairing.set(GUILD, one(11), every_weeks=1)
    for wrong in ({"every_weeks": 13}, {"every_weeks": -1}, {"weekday": 7}):
        with pytest.raises(InvalidNumber):
            await club.services.pairing.set(GUILD, MODERATOR, **wrong)


async def test_while_pairing_is_off_nobody_joins_and_no_round_comes(club: Club):
    await take_part(club, 11, 12)
    await club.services.pairing.set(GUILD, MODERATOR, every_weeks=0)
    with pytest.raises(PairingOff):
        await club.services.pairing.join(GUILD, one(13))
    with pytest.raises(PairingOff):
        await club.services.pairing.snooze(GUILD, one(11))
    await club.until(FIRST + 30 * DAY)
    assert await groups(club, FIRST) == []
    await club.services.pairing.set(GUILD, MODERATOR, every_weeks=4)
    assert len(await club.planned(ROUND)) == 1
    assert (await waited(club)) == {11: 0, 12: 0}


@pytest.mark.parametrize(
    ("given", "due"),
    [
        ({"at": "18:00"}, FIRST + timedelta(hours=6)),
        ({"weekday": 0}, at(20, 12)),
        ({"weekday": 0, "at": "11:00"}, at(20, 11)),
        ({"weekday": 0, "at": "13:00"}, at(13, 13)),
        ({"every_weeks": 4}, FIRST),
    ],
)
async def test_the_planned_round_moves_to_the_first_date_that_fits(club: Club, given: dict[str, Any], due: datetime):
    await club.services.pairing.set(GUILD, MODERATOR, **given)
    assert list((await club.planned(ROUND)).values()) == [due]


async def test_no_date_has_two_rounds(club: Club):
    await take_part(club, 11, 12)
    await club.until(FIRST)
    await club.services.pairing.set(GUILD, MODERATOR, every_weeks=1, at="18:00")
    assert list((await club.planned(ROUND)).values()) == [FIRST + timedelta(days=7, hours=6)]
