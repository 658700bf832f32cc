"""What readers see of a rotation, and why somebody was chosen: names only where they may be known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.domain.actors import Actor
from bot.domain.errors import Unknown
from bot.domain.rotation import Away, RotationSettings, TurnState, explain
from bot.domain.rotation.showing import PAGE, NoRotation, NotALecture, RotationView
from tests.domain.reminding import GUILD, Club, at
from tests.domain.rotation.taking_turns import DAY, choose, join, one, plan, rotation, take, turns, weekly, work_in
from tests.domain.study import NOW

ORGANIZER = 21


async def looked_after(club: Club) -> None:
    """The group has an organizer."""
    async with club.db(GUILD) as uow:
        await uow.groups.add_organizer(club.group.id, ORGANIZER)


async def seen(club: Club, member_id: int, page: int = 0) -> RotationView:
    return await club.services.rotation_views.show(GUILD, one(member_id), None, page)


def named(view: RotationView) -> list[list[tuple[int, str]]]:
    """Who is named at each date, and as what."""
    return [[(turn.member_id, turn.state.value) for turn in date.turns] for date in view.dates]


async def test_until_they_confirm_people_are_named_to_themselves_and_to_organizers_only(club: Club):
    await looked_after(club)
    await join(club, 11, 12, 13)
    first, second, _third = await weekly(club, 3, at(28, 7))
    await take(club, first, 11)
    await take(club, second, 12, TurnState.ASKED)
    (planned,) = {turn.member_id for turn in (await plan(club)).turns}
    assert planned == 13
    assert named(await seen(club, 11)) == [[(11, "confirmed")], [], []]
    assert named(await seen(club, 12)) == [[(11, "confirmed")], [(12, "asked")], []]
    assert named(await seen(club, 13)) == [[(11, "confirmed")], [], [(13, "planned")]]
    assert named(await seen(club, 99)) == [[(11, "confirmed")], [], []]
    for who in (ORGANIZER, 99):
        assert [date.arranged for date in (await seen(club, who)).dates] == [0, 1, 1]
    assert named(await seen(club, ORGANIZER)) == [[(11, "confirmed")], [(12, "asked")], [(13, "planned")]]


async def test_refusals_the_roster_and_absences_are_shown_to_organizers_only_and_reasons_to_nobody(club: Club):
    await looked_after(club)
    await join(club, 11, 12)
    session = await club.schedule(at(28, 7))
    for member_id, state in ((11, TurnState.DECLINED), (12, TurnState.LAPSED), (11, TurnState.DECLINED)):
        await take(club, session, member_id, state)
    window = (at(20, 0), at(27, 0))
    for member_id in (11, 99):
        await club.services.unavailability.add(GUILD, one(member_id), *window, "入院")
    await club.services.unavailability.add(GUILD, one(12), NOW - DAY, NOW + timedelta(minutes=1), "入院")
    club.clock.at += timedelta(minutes=1)
    theirs, others = await seen(club, ORGANIZER), await seen(club, 11)
    assert (theirs.roster, theirs.away, theirs.dates[0].refused) == ((11, 12), {11: (Away(*window),)}, (11, 12))
    assert (others.roster, others.away, others.dates[0].refused) == ((), {}, ())
    assert (theirs.people, others.people) == (2, 2)
    assert "入院" not in str(theirs)


async def test_ones_own_next_turn_is_the_first_whatever_screen_is_shown(club: Club):
    await join(club, 11, 12)
    sessions = await weekly(club, PAGE + 2, at(28, 7))
    await take(club, sessions[1], 11, TurnState.ASKED)
    last = await seen(club, 11, 9)
    assert (last.page, last.pages, len(last.dates)) == (1, 2, 2)
    assert last.next is not None
    assert (last.next[0].id, last.next[1].state) == (sessions[1].id, "asked")
    planned = (await seen(club, 12)).next
    assert planned is not None
    assert (planned[0].id, planned[1].state) == (sessions[0].id, "planned")
    assert planned[1].asked_at == next(t.asked_at for t in (await plan(club)).turns if t.member_id == 12)
    assert (await seen(club, 99)).next is None


async def test_what_has_begun_is_shown_no_more_and_a_guest_has_a_place(club: Club):
    await join(club, 11)
    await choose(club, RotationSettings(per_session=2))
    first, second = [await club.schedule(at(day, 7)) for day in (20, 28)]
    await take(club, second, 0, industry="finance")
    club.clock.at = first.starts_at
    view = await seen(club, 99)
    assert [date.session.id for date in view.dates] == [second.id]
    assert named(view) == [[(0, "confirmed")]]
    assert view.dates[0].arranged == 1


async def test_the_industries_that_were_heard_and_that_are_missing_have_names(club: Club):
    await work_in(club, 11, "finance")
    await work_in(club, 12, "medical")
    await join(club, 11, 12)
    session = await club.schedule(at(15, 7))
    await take(club, session, 11)
    await club.until(session.ends_at)
    view = await seen(club, 99)
    assert view.spread is not None
    assert (view.spread.covered, view.spread.waiting, len(view.spread.missing)) == (("finance",), ("medical",), 18)
    assert set(view.industries) == {*view.spread.covered, *view.spread.waiting, *view.spread.missing}


async def test_a_group_without_a_rotation_is_shown_as_that_and_a_hidden_one_not_at_all(club: Club):
    session = await club.schedule(at(28, 7))
    view = await seen(club, 11)
    assert (view.people, view.dates, view.spread, view.pages) == (0, (), None, 1)
    with pytest.raises(NoRotation):
        await club.services.rotation_views.why(GUILD, one(11), session.id)
    await join(club, 11)
    blind = Actor(1, moderator=True, sees=lambda channel_id: False)
    with pytest.raises(Unknown):
        await club.services.rotation_views.show(GUILD, blind, club.group.name)
    with pytest.raises(Unknown):
        await club.services.rotation_views.why(GUILD, blind, session.id)


# Why


async def test_why_somebody_was_chosen_is_told_to_others_once_they_have_confirmed(club: Club):
    await looked_after(club)
    await join(club, 11, 12)
    session = await club.schedule(at(28, 7))
    why = club.services.rotation_views.why
    now = await rotation(club)
    (reason,) = explain(now.roster, now.slots, club.clock.now(), session.id)
    assert reason.member_id == 11
    for who in (11, ORGANIZER):
        told = await why(GUILD, one(who), session.id)
        assert (told.whys, told.arranged) == ((reason,), 0)
    told = await why(GUILD, one(12), session.id)
    assert (told.whys, told.arranged) == ((), 1)
    asked = await take(club, session, 11, TurnState.ASKED, why=replace(reason, load=7))
    assert [each.load for each in (await why(GUILD, one(11), session.id)).whys] == [7]
    assert (await why(GUILD, one(12), session.id)).arranged == 1
    async with club.db(GUILD) as uow:
        await uow.rotation.put(asked.become(TurnState.CONFIRMED, club.clock.now()))
    assert [each.load for each in (await why(GUILD, one(12), session.id)).whys] == [7]
    await club.until(session.ends_at)
    assert [turn.state for turn in await turns(club, session)] == ["given"]
    told = await why(GUILD, one(12), session.id)
    assert ([each.load for each in told.whys], told.arranged) == ([7], 0)


async def test_of_whom_people_chose_and_of_what_is_kept_no_more_there_is_no_why(club: Club):
    await join(club, 11, 12)
    await choose(club, RotationSettings(per_session=3))
    session = await club.schedule(at(28, 7))
    await take(club, session, 0)
    forgotten = await take(club, session, 11, place=1)
    by_hand = await take(club, session, 12, place=2)
    async with club.db(GUILD) as uow:
        await uow.rotation.put(replace(by_hand, by_hand=True))
    told = await club.services.rotation_views.why(GUILD, one(99), session.id)
    assert (told.whys, told.by_hand, told.forgotten, told.arranged) == ((), (0, 12), (forgotten.member_id,), 0)


async def test_for_what_is_no_lecture_nobody_is_chosen(club: Club):
    await join(club, 11)
    session = await club.schedule(at(28, 7), kind="discussion")
    with pytest.raises(NotALecture):
        await club.services.rotation_views.why(GUILD, one(11), session.id)
