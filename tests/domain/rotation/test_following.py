"""What a session's life and a departure mean for the rotation: the services together, on a real file."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.members import MemberLeft
from bot.domain.rotation import Away, RotationSettings, Turn, TurnState
from bot.domain.rotation.following import RotationService
from bot.domain.sessions import SessionEvent
from tests.data.files import audit_rows
from tests.domain.reminding import GUILD, Club, at
from tests.domain.rotation.taking_turns import DAY, choose, done, join, members, one, rotation, take, turns, work_in

HOUR = timedelta(hours=1)


def fallen(some: list[Turn]) -> list[tuple[int, str]]:
    return [(turn.member_id, turn.state.value) for turn in some]


async def test_who_lectured_has_given_their_turn_and_it_counts(club: Club):
    await work_in(club, 11, "finance")
    await join(club, 11, 12)
    session = await club.schedule(at(15, 7))
    await take(club, session, 11)
    await club.until(session.ends_at)
    (given,) = await turns(club, session)
    assert (given.state, given.industry, given.closed_at) == ("given", "finance", None)
    after = await rotation(club)
    assert [(m.id, m.load, m.given, m.last_turn) for m in after.roster.members] == [
        (11, 1, 1, session.starts_at), (12, 0, 0, None),
    ]  # fmt: skip
    assert (after.roster.previous, after.roster.base) == (frozenset({"finance"}), 0)
    async with club.db.reading(GUILD) as uow:
        assert await uow.rotation.covered(club.group.id) == {"finance"}
    assert (await done(club))[2:] == [("turn.give", None), ("rotation.settle", None)]


async def test_the_audit_keeps_how_the_rotation_stood(club: Club):
    await work_in(club, 11, "finance")
    await join(club, 11)
    session = await club.schedule(at(15, 7))
    await take(club, session, 11)
    await club.until(session.ends_at)
    (settled,) = [row for row in await audit_rows(club.db, GUILD) if row[0] == "rotation.settle"]
    stood = {"member": 11, "load": 0, "owes": False, "last_turn": None, "given": 0}
    stands = {**stood, "load": 1, "last_turn": session.starts_at.isoformat(), "given": 1}
    assert settled[2:] == (
        f"session:{session.id}",
        {"base": 0, "previous": [], "members": [stood]},
        {"base": 1, "previous": ["finance"], "members": [stands]},
    )


async def test_who_was_passed_by_while_away_owes_a_turn_after_it(club: Club):
    await join(club, 11, 12)
    await club.services.unavailability.add(GUILD, one(12), at(14, 0), at(16, 0), "旅行")
    session = await club.schedule(at(15, 7))
    await take(club, session, 11)
    await club.until(session.ends_at)
    assert {n: (m.load, m.owes) for n, m in (await members(club)).items()} == {11: (1, False), 12: (1, True)}


async def test_who_did_not_answer_until_the_end_was_silent_and_it_does_not_count(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(at(15, 7))
    await take(club, session, 11, TurnState.ASKED)
    before = await rotation(club)
    await club.until(session.ends_at)
    assert fallen(await turns(club, session)) == [(11, "lapsed")]
    assert (await rotation(club)).roster == before.roster
    assert (await done(club))[2:] == [("turn.lapse", None)]


async def test_who_was_silent_while_another_lectured_owes_the_turn(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(at(15, 7))
    await take(club, session, 11)
    await take(club, session, 12, TurnState.ASKED, place=1)
    await club.until(session.ends_at)
    assert fallen(await turns(club, session)) == [(11, "given"), (12, "lapsed")]
    assert {n: (m.load, m.owes) for n, m in (await members(club)).items()} == {11: (1, False), 12: (1, True)}


async def test_a_guests_lecture_is_remembered_for_its_industry_alone(club: Club):
    await join(club, 11)
    session = await club.schedule(at(15, 7))
    await take(club, session, 0, industry="medical")
    before = await members(club)
    await club.until(session.ends_at)
    assert fallen(await turns(club, session)) == [(0, "given")]
    assert (await rotation(club)).roster.previous == {"medical"}
    assert await members(club) == before


async def test_a_group_that_nobody_has_joined_has_no_rotation_by_a_guest(club: Club):
    session = await club.schedule(at(15, 7))
    await take(club, session, 0, industry="medical")
    await club.until(session.ends_at)
    assert fallen(await turns(club, session)) == [(0, "given")]
    assert (await rotation(club)).roster.previous == frozenset()
    assert await done(club) == [("turn.give", None)]


async def test_who_leaves_the_roster_while_they_lecture_has_lectured(club: Club):
    await work_in(club, 11, "finance")
    await join(club, 11, 12)
    session = await club.schedule(at(15, 7))
    await take(club, session, 11)
    club.clock.at = at(15, 7) + timedelta(minutes=1)
    await club.services.roster.leave(GUILD, one(11), None)
    await club.until(session.ends_at)
    assert fallen(await turns(club, session)) == [(11, "given")]
    assert list(await members(club)) == [12]
    assert (await rotation(club)).roster.previous == {"finance"}
    back = await club.services.roster.join(GUILD, one(11), None)
    assert (back.member.load, back.member.given, back.member.last_turn) == (1, 1, session.starts_at)


async def test_a_session_that_is_cancelled_frees_its_lecturers_and_counts_for_nobody(club: Club):
    await join(club, 11, 12, 13)
    session, other = await club.schedule(at(15, 7)), await club.schedule(at(16, 7))
    await take(club, session, 13, TurnState.DECLINED)
    await take(club, session, 11)
    await take(club, session, 12, TurnState.ASKED, place=1)
    await take(club, other, 11)
    before = await members(club)
    await club.cancel(session)
    assert fallen(await turns(club, session)) == [(13, "declined"), (11, "released"), (12, "released")]
    assert fallen(await turns(club, other)) == [(11, "confirmed")]
    await club.until(session.ends_at)
    assert await members(club) == before
    assert (await done(club))[3:] == [("turn.release", 1), ("turn.release", 1)]


@pytest.mark.parametrize(
    ("to", "answer"),
    [(at(29, 7), 4 * DAY), (at(20, 7), (at(20, 7) - at(15, 12)) / 3), (at(15, 16), 4 * HOUR)],
)
async def test_who_is_asked_for_a_date_that_moves_has_as_long_as_if_asked_then(club: Club, to, answer):
    await join(club, 11, 12)
    session = await club.schedule(at(28, 7))
    asked = await take(club, session, 11, TurnState.ASKED, due=club.clock.at + 4 * DAY)
    sure = await take(club, session, 12, place=1, due=club.clock.at + DAY)
    club.clock.at = at(15, 12)
    await club.move(session, to)
    moved, kept = await turns(club, session)
    assert moved.answer_due == at(15, 12) + answer
    assert (moved.state, moved.asked_at, kept) == ("asked", asked.asked_at, sure)
    assert (await done(club))[2:] == [("turn.wait", None)]


async def test_a_date_that_moves_is_planned_at_its_new_time(club: Club):
    await join(club, 11)
    session = await club.schedule(at(28, 7))
    await club.move(session, at(30, 19))
    assert [slot.starts_at for slot in (await rotation(club)).slots] == [at(30, 19)]


async def test_whoever_leaves_the_server_leaves_every_roster_and_their_row_stays(club: Club):
    other = await club.add_group("Other")
    await join(club, 11, 12, group=club.group.name)
    await join(club, 11, group="Other")
    here, there = await club.schedule(at(15, 7)), await club.schedule(at(16, 7), group_id=other.id)
    await take(club, here, 11)
    await take(club, there, 11, TurnState.ASKED)
    await club.services.unavailability.add(GUILD, one(11), at(20, 0), at(27, 0), "出張")
    assert await club.services.members.left(GUILD, 11)
    assert list(await members(club)) == [12]
    assert [fallen(await turns(club, each)) for each in (here, there)] == [[(11, "released")]] * 2
    async with club.db.reading(GUILD) as uow:
        assert await uow.rotation.groups_of(11) == []
        assert await uow.rotation.unavailable(11) == []
        assert [[row.id for row in await uow.rotation.former(each.id, [11])] for each in (club.group, other)] == [
            [11]
        ] * 2
    assert (await done(club))[3:] == [("rotation.leave", None)] * 2 + [("turn.release", None)] * 2
    assert Away(at(20, 0), at(27, 0)) not in (await club.services.roster.join(GUILD, one(11), "Other")).member.away


async def test_done_twice_each_part_does_nothing_more(club: Club):
    await join(club, 11, 12)
    service, ended, cancelled = (
        RotationService(club.clock),
        await club.schedule(at(15, 7)),
        await club.schedule(at(16, 7)),
    )
    await take(club, ended, 11)
    await take(club, cancelled, 12, TurnState.ASKED, due=at(15, 12))
    await club.cancel(cancelled)
    await club.until(ended.ends_at)
    before, known = await rotation(club), await done(club)
    async with club.db(GUILD) as uow:
        for session, hooks in ((ended, [service.on_ended]), (cancelled, [service.on_moved, service.on_cancelled])):
            for hook in hooks:
                await hook(uow, SessionEvent(session, await uow.sessions.get(session.id), None))
        await service.on_member_left(uow, MemberLeft(GUILD, 99))
    assert (await rotation(club), await done(club)) == (before, known)


async def test_a_group_is_left_alone_by_what_happens_in_another(club: Club):
    other = await club.add_group("Other")
    await join(club, 11, group=club.group.name)
    await choose(club, RotationSettings("fairness"), base=2)
    before = await rotation(club)
    session = await club.schedule(at(15, 7), group_id=other.id)
    await take(club, session, 11)
    await club.until(session.ends_at)
    assert await rotation(club) == before
