"""Guests who lecture: their turn counts for nobody, their host is told what is to be done, and all can be undone."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.domain.errors import InvalidText, NotAllowed
from bot.domain.rotation.by_hand import OnlyGuestThere
from bot.domain.rotation.concerned import TAKEN_OFF
from bot.domain.rotation.guests import NEWS, PREPARE, THANKS, Guest
from bot.domain.rotation.inviting import HasConfirmed, Invited, NewGuest, named_in
from bot.domain.rotation.saying import REQUEST, TROUBLE
from bot.domain.rotation.undoing import ChangedSince
from bot.domain.sessions import Session, view
from bot.rendering.industries import vocabulary
from tests.domain.reminding import GUILD, MODERATOR, Club
from tests.domain.rotation.taking_turns import DAY, members, one, turns
from tests.domain.rotation.test_by_hand import FAR, HOUR, asked_first, skip, undo, use
from tests.domain.rotation.test_running import say_yes, states, to, when

HOST = 30
SATO = NewGuest("佐藤", "先生", "東都大学 医療", "睡眠の話", "睡眠を研究して20年", "2万円", HOST)


async def invite(club: Club, session: Session, guest: NewGuest = SATO) -> Invited:
    return await club.services.inviting.invite(GUILD, MODERATOR, session.id, guest)


async def kept(club: Club, session: Session) -> Guest | None:
    async with club.db.reading(GUILD) as uow:
        return await uow.guests.of(session.id)


async def with_guest(club: Club) -> Session:
    """A session at which a guest lectures, looked after by somebody who may be written to."""
    await use(club, HOST)
    session = await asked_first(club)
    await invite(club, session)
    return session


async def test_a_guest_lectures_and_the_announcement_tells_who_they_are(club: Club):
    session = await with_guest(club)
    async with club.db.reading(GUILD) as uow:
        shown = await view(uow, session.id)
    assert [turn.member_id for turn, _industry in shown.lecture.lecturers] == [0]
    assert shown.lecture.guest == Guest(
        session.id, HOST, "佐藤", "先生", "東都大学 医療", "睡眠の話", "睡眠を研究して20年", "2万円"
    )
    assert not shown.lecture.arranging


async def test_who_was_asked_for_the_place_is_told_and_who_has_confirmed_keeps_it(club: Club):
    session = await with_guest(club)
    assert to(await club.until(club.clock.at), TAKEN_OFF) == [11]
    other = await club.schedule(FAR + DAY)
    await club.until(FAR - 20 * DAY + HOUR)
    await say_yes(club, other)
    with pytest.raises(HasConfirmed):
        await invite(club, other)
    assert await states(club, session) == [(11, "released"), (0, "confirmed")]


async def test_a_guests_date_changes_nobodys_load_but_their_industry_was_heard(club: Club):
    session = await with_guest(club)
    await club.until(FAR + DAY)
    assert (await states(club, session))[-1] == (0, "given")
    assert [(one.load, one.owes, one.last_turn, one.given) for one in (await members(club)).values()] == [
        (0, False, None, 0)
    ] * 2
    assert (await turns(club, session))[-1].industry == "medical"


async def test_the_host_is_told_at_once_two_days_before_and_when_it_is_over(club: Club):
    session = await with_guest(club)
    sent = await club.until(FAR + DAY)
    assert [(each.kind, each.member_id) for each in sent if each.kind in (NEWS, PREPARE, THANKS)] == [
        (NEWS, HOST),
        (PREPARE, HOST),
        (THANKS, HOST),
    ]
    assert when(sent, PREPARE) == [FAR - 2 * DAY]
    assert when(sent, THANKS) == [session.ends_at]
    assert to(sent, TROUBLE) == []


async def test_what_the_guest_has_to_hear_the_host_hears(club: Club):
    session = await with_guest(club)
    await club.until(club.clock.at)
    await club.move(session, FAR + 3 * DAY)
    (moved,) = [each for each in await club.until(club.clock.at) if each.kind == NEWS]
    assert (moved.member_id, moved.value.news) == (HOST, "moved")
    assert when(await club.until(FAR + 2 * DAY), PREPARE) == [FAR + DAY]
    await club.cancel(await current(club, session))
    (off,) = [each for each in await club.until(FAR + 5 * DAY) if each.kind in (NEWS, THANKS)]
    assert off.value.news == "cancelled"


async def current(club: Club, session: Session) -> Session:
    async with club.db.reading(GUILD) as uow:
        return await uow.sessions.get(session.id)


async def test_the_same_session_again_changes_what_is_given(club: Club):
    session = await with_guest(club)
    await use(club, 31)
    await club.until(club.clock.at)
    changed = await invite(club, session, NewGuest("佐藤", fee="", affiliation="西都銀行", host_id=31))
    assert not changed.new
    guest = await kept(club, session)
    assert guest is not None
    assert (guest.title, guest.fee, guest.topic, guest.host_id) == ("先生", "", "睡眠の話", 31)
    sent = await club.until(club.clock.at)
    assert {each.member_id: each.value.news for each in sent if each.kind == NEWS} == {HOST: "another", 31: "host"}
    assert to(await club.until(FAR + DAY), PREPARE) == [31]
    assert (await turns(club, session))[-1].state == "given"


async def test_the_host_hears_what_has_changed_of_their_guest(club: Club):
    session = await with_guest(club)
    await club.until(club.clock.at)
    first = await invite(club, session, NewGuest("佐藤", fee="3万円"))
    assert first.told
    (told,) = [each for each in await club.until(club.clock.at) if each.kind == NEWS]
    assert (told.member_id, told.value.news, told.value.guest.fee) == (HOST, "changed", "3万円")
    assert "3万円" in told.text
    await undo(club, first.undo_id)
    (told,) = [each for each in await club.until(club.clock.at) if each.kind == NEWS]
    assert (told.value.news, told.value.guest.fee) == ("changed", "2万円")


async def test_what_they_have_not_read_yet_tells_of_the_change_too(club: Club):
    session = await with_guest(club)
    await invite(club, session, NewGuest("佐藤", fee="3万円"))
    (told,) = [each for each in await club.until(club.clock.at) if each.kind == NEWS]
    assert (told.value.news, told.value.guest.fee) == ("host", "3万円")


async def test_the_host_hears_where_their_guest_is_to_go_now(club: Club):
    session = await with_guest(club)
    await club.until(club.clock.at)
    await club.edit(session, venue="会議室B", duration=90)
    (told,) = [each for each in await club.until(club.clock.at) if each.kind == NEWS]
    assert (told.member_id, told.value.news) == (HOST, "edited")
    assert "会議室B" in told.text
    await club.edit(session, capacity=30)
    sent = await club.until(FAR + DAY)
    assert to(sent, NEWS) == []
    assert when(sent, THANKS) == [FAR + HOUR * 1.5]


async def test_several_changes_in_a_row_are_told_as_one(club: Club):
    session = await with_guest(club)
    await club.until(club.clock.at)
    await club.edit(session, venue="会議室B")
    await club.edit(session, venue="会議室C")
    (told,) = [each for each in await club.until(club.clock.at) if each.kind == NEWS]
    assert "会議室C" in told.text


async def test_nothing_is_written_where_nothing_changes(club: Club):
    session = await with_guest(club)
    again = await invite(club, session, NewGuest("佐藤"))
    assert (again.new, again.undo_id) == (False, 0)


async def test_a_guest_who_is_taken_off_leaves_nothing_behind(club: Club):
    session = await with_guest(club)
    await club.until(club.clock.at)
    done = await skip(club, session)
    assert done.guest is not None
    assert await kept(club, session) is None
    sent = await club.until(club.clock.at)
    assert [each.value.news for each in sent if each.kind == NEWS] == ["off"]
    assert to(sent, REQUEST) == [12]
    assert to(await club.until(FAR + DAY), THANKS) == []


async def test_taking_a_guest_off_can_be_undone(club: Club):
    session = await with_guest(club)
    before = await kept(club, session)
    await undo(club, (await skip(club, session)).undo_id)
    assert await kept(club, session) == before
    assert (await states(club, session))[1] == (0, "confirmed")
    assert to(await club.until(FAR + DAY), PREPARE) == [HOST]


async def test_a_guest_whose_host_has_left_since_does_not_come_back_by_it(club: Club):
    session = await with_guest(club)
    result = await skip(club, session)
    await club.services.members.left(GUILD, HOST)
    with pytest.raises(ChangedSince):
        await undo(club, result.undo_id)
    assert await kept(club, session) is None
    assert (0, "released") in await states(club, session)


async def test_inviting_can_be_undone_and_whoever_was_asked_is_asked_again(club: Club):
    session = await asked_first(club)
    result = await invite(club, session, replace(SATO, host_id=None))
    await club.until(club.clock.at)
    await undo(club, result.undo_id)
    assert await kept(club, session) is None
    assert to(await club.until(club.clock.at), REQUEST) == [11]
    assert await states(club, session) == [(11, "asked"), (0, "withdrawn")]


async def test_a_change_can_be_undone_unless_there_was_another(club: Club):
    session = await with_guest(club)
    before = await kept(club, session)
    first = await invite(club, session, NewGuest("鈴木", affiliation="西都銀行"))
    await undo(club, first.undo_id)
    assert await kept(club, session) == before
    assert (await turns(club, session))[-1].industry == "medical"
    second = await invite(club, session, NewGuest("鈴木"))
    await invite(club, session, NewGuest("高橋"))
    with pytest.raises(ChangedSince):
        await undo(club, second.undo_id)


async def test_when_the_host_leaves_whoever_invited_the_guest_looks_after_them(club: Club):
    session = await with_guest(club)
    await club.until(club.clock.at)
    await club.services.members.left(GUILD, HOST)
    (told,) = [each for each in await club.until(club.clock.at) if each.kind == NEWS]
    assert (told.member_id, told.value.news) == (MODERATOR.member_id, "host")
    assert to(await club.until(FAR + DAY), THANKS) == [MODERATOR.member_id]
    guest = await kept(club, session)
    assert guest is not None
    assert guest.host_id == MODERATOR.member_id


async def test_who_may_not_and_what_not(club: Club):
    session = await with_guest(club)
    with pytest.raises(NotAllowed):
        await club.services.inviting.invite(GUILD, one(11), session.id, SATO)
    with pytest.raises(InvalidText):
        await invite(club, session, NewGuest("佐" * 61))
    with pytest.raises(OnlyGuestThere):
        await club.services.by_hand.propose(GUILD, MODERATOR, session.id, 12)


async def test_a_guest_can_come_to_a_group_without_a_rotation(club: Club):
    session = await club.schedule(FAR)
    await invite(club, session, NewGuest("佐藤"))
    async with club.db.reading(GUILD) as uow:
        shown = await view(uow, session.id)
    assert shown.lecture.guest is not None
    assert not shown.lecture.arranging


@pytest.mark.parametrize(
    ("affiliation", "industry"),
    [
        ("", ""),
        ("東都大学 医療", "medical"),
        ("西都銀行", ""),
        ("Finance", "finance"),
        ("金融", "finance"),
        ("・", ""),
    ],
)
def test_an_affiliation_may_name_an_industry(affiliation: str, industry: str):
    assert named_in(affiliation, vocabulary()) == industry
