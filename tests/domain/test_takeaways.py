"""After a lecture: thanks, what people took home, who wants more or to take it further, and whether it was used."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.domain.actors import Actor
from bot.domain.errors import InvalidText, NotAllowed, Unknown
from bot.domain.rotation.guests import Guest
from bot.domain.rsvps import Answer
from bot.domain.sessions import LinkNotUnderstood, NothingToChange, Session, SessionNotOpen
from bot.domain.takeaways import (
    ASK_USED,
    FOLLOW_UP,
    TAKE_HOME,
    TELL_USED,
    THANKS,
    NoTakeaway,
    NotBegun,
    NothingToTakeHome,
    OwnLecture,
)
from tests.data.files import audit_rows
from tests.domain.reminding import ANNOUNCEMENTS, GUILD, Club, Sent, a_club, at
from tests.domain.rotation.taking_turns import DAY, one, take, work_in
from tests.domain.study import MODERATOR, time_of

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
STARTS = at(15, 19)
ENDS = STARTS + HOUR
LECTURER, FIRST, SECOND, THIRD = 11, 12, 13, 14


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as opened:
        yield opened


async def lecture(club: Club, *listeners: int) -> Session:
    """A lecture that somebody gives and these people come to; all use the bot."""
    session = await club.schedule(STARTS)
    for member_id in (LECTURER, FIRST, SECOND, THIRD):
        await club.services.members.used(GUILD, member_id, may_hint=False, language="ja")
    await take(club, session, LECTURER)
    await club.answer(session, Answer.GOING, LECTURER, *listeners)
    return session


async def over(club: Club, *listeners: int) -> Session:
    """Such a lecture just after its end."""
    session = await lecture(club, *listeners)
    await club.until(ENDS)
    return session


def of(sent: list[Sent], kind: str) -> list[Sent]:
    return [each for each in sent if each.kind == kind]


async def write(club: Club, session: Session, who: int, text: str, *, named: bool = False) -> None:
    await club.services.takeaways.write(GUILD, one(who), session.id, text, named=named)


# By itself


async def test_an_hour_later_the_lecturer_is_thanked_and_the_group_asked_silently(club: Club):
    await work_in(club, FIRST, "finance")
    await work_in(club, SECOND, "finance")
    await work_in(club, LECTURER, "medical")
    await over(club, FIRST, SECOND, THIRD)
    sent = await club.until(ENDS + 2 * HOUR)
    (thanks,) = of(sent, THANKS)
    assert (thanks.member_id, thanks.at) == (LECTURER, ENDS + HOUR)
    assert (thanks.value.people, thanks.value.industries) == (3, 1)
    (asked,) = of(sent, TAKE_HOME)
    assert (asked.channel_id, asked.silent, asked.pinged, asked.at) == (ANNOUNCEMENTS, True, frozenset(), ENDS + HOUR)
    assert "<@" not in asked.text


@pytest.mark.parametrize(("themes", "title"), [(["魚の流通"], "魚の流通"), ([""], "朝の会"), (["魚", "薬"], "朝の会")])
async def test_what_follows_a_lecture_calls_it_by_its_theme(club: Club, themes: list[str], title: str):
    session = await club.schedule(STARTS, "朝の会")
    for place, (who, theme) in enumerate(zip((LECTURER, FIRST), themes, strict=False)):
        await club.services.members.used(GUILD, who, may_hint=False)
        turn = await take(club, session, who, place=place)
        async with club.db(GUILD) as uow:
            await uow.rotation.put(replace(turn, theme=theme))
    sent = await club.until(ENDS + 2 * HOUR)
    after = of(sent, THANKS) + of(sent, TAKE_HOME)
    assert len(after) == len(themes) + 1
    assert {each.value.session.theme for each in after} == {title}


async def test_quiet_hours_hold_all_of_it_until_the_morning(club: Club):
    async with club.db(GUILD) as uow:
        await uow.communities.change(quiet_begin=time_of(20), quiet_end=time_of(7))
    await over(club, FIRST)
    sent = await club.until(at(16, 8))
    assert {each.kind: each.at for each in sent if each.kind in (THANKS, TAKE_HOME)} == dict.fromkeys(
        (THANKS, TAKE_HOME), at(16, 7)
    )


async def test_a_session_without_a_lecture_leaves_everybody_in_peace(club: Club):
    session = await club.schedule(STARTS)
    await take(club, session, 0)
    talk = await club.schedule(STARTS, "話す会", kind="discussion")
    await club.cancel(await club.schedule(STARTS, "中止の会"))
    sent = await club.until(ENDS + DAY)
    assert [each.value.session.id for each in of(sent, TAKE_HOME)] == [session.id]
    assert of(sent, THANKS) == []
    with pytest.raises(NothingToTakeHome):
        await write(club, talk, FIRST, "x")


async def test_a_host_is_not_thanked_for_the_lecture_of_their_guest(club: Club):
    session = await club.schedule(STARTS)
    await club.services.members.used(GUILD, FIRST, may_hint=False)
    async with club.db(GUILD) as uow:
        await uow.guests.put(Guest(session.id, FIRST, "佐藤"))
    await take(club, session, 0, industry="medical")
    sent = await club.until(ENDS + 2 * HOUR)
    assert of(sent, THANKS) == []
    assert len(of(sent, TAKE_HOME)) == 1


async def test_a_week_later_those_who_wrote_are_asked_and_the_lecturer_hears_a_number(club: Club):
    session = await over(club, FIRST, SECOND, THIRD)
    for who in (FIRST, SECOND, THIRD):
        await write(club, session, who, f"学び{who}", named=True)
    await club.services.takeaways.take_back(GUILD, one(THIRD), session.id)
    sent = of(await club.until(ENDS + 7 * DAY), ASK_USED)
    assert [(each.member_id, each.value.takeaway.text, each.at) for each in sent] == [
        (FIRST, "学び12", ENDS + 7 * DAY),
        (SECOND, "学び13", ENDS + 7 * DAY),
    ]
    await club.services.takeaways.used(GUILD, one(FIRST), session.id, "yes")
    await club.services.takeaways.used(GUILD, one(SECOND), session.id, "not_yet")
    with pytest.raises(NoTakeaway):
        await club.services.takeaways.used(GUILD, one(THIRD), session.id, "yes")
    (told,) = of(await club.until(ENDS + 11 * DAY), TELL_USED)
    assert (told.member_id, told.value.used, told.value.people) == (LECTURER, 1, 2)
    assert "<@" not in told.text


async def test_of_nobody_who_used_it_nothing_is_told(club: Club):
    session = await over(club, FIRST)
    await write(club, session, FIRST, "学び")
    assert len(of(await club.until(ENDS + 8 * DAY), ASK_USED)) == 1
    await club.services.takeaways.used(GUILD, one(FIRST), session.id, "not_yet")
    assert of(await club.until(ENDS + 20 * DAY), TELL_USED) == []


async def test_who_stops_such_messages_gets_none(club: Club):
    session = await lecture(club, FIRST)
    for who in (LECTURER, FIRST):
        await club.services.members.choose(GUILD, who, "after", wanted=False)
    await club.until(ENDS)
    await write(club, session, FIRST, "学び")
    await club.services.takeaways.follow_up(GUILD, one(FIRST), session.id)
    sent = await club.until(ENDS + 20 * DAY)
    assert [each.kind for each in sent if each.kind in (THANKS, FOLLOW_UP, ASK_USED, TELL_USED)] == []


# What people do


async def test_what_somebody_took_home_is_without_their_name_unless_they_choose_it(club: Club):
    session = await over(club)
    await write(club, session, FIRST, "一")
    await write(club, session, SECOND, "二", named=True)
    await write(club, session, FIRST, "一、改")
    memory = await club.services.takeaways.memory(GUILD, one(THIRD), session.id)
    assert [(each.text, each.named) for each in memory.takeaways] == [("二", True), ("一、改", False)]
    for text in ("", " ", "勉" * 201):
        with pytest.raises(InvalidText):
            await write(club, session, FIRST, text)


async def test_before_the_end_there_is_nothing_to_take_home(club: Club):
    session = await lecture(club)
    for act in (club.services.takeaways.more, club.services.takeaways.follow_up, club.services.takeaways.own):
        with pytest.raises(NothingToTakeHome):
            await act(GUILD, one(FIRST), session.id)


async def test_who_can_not_see_the_group_finds_nothing(club: Club):
    session = await over(club)
    stranger = Actor(FIRST)
    service = club.services.takeaways
    for act in (service.more, service.follow_up, service.own, service.take_back, service.memory):
        with pytest.raises(Unknown):
            await act(GUILD, stranger, session.id)


async def test_a_wish_for_more_counts_each_person_once_and_a_second_press_takes_it_back(club: Club):
    session, more = await over(club), club.services.takeaways.more
    assert [(await more(GUILD, one(who), session.id)).wish.people for who in (FIRST, SECOND)] == [1, 2]
    again = (await more(GUILD, one(FIRST), session.id)).wish
    assert (again.wanted, again.people) == (False, 1)


async def test_the_lecturer_hears_together_and_once_of_those_who_take_it_further(club: Club):
    session, follow = await over(club), club.services.takeaways.follow_up
    for who in (FIRST, SECOND, THIRD):
        assert (await follow(GUILD, one(who), session.id)).follow_up is not None
    # One has second thoughts about the name, one about all of it.
    await club.services.takeaways.name(GUILD, one(SECOND), session.id, named=False)
    assert (await follow(GUILD, one(THIRD), session.id)).told is False
    (told,) = of(await club.until(ENDS + HOUR), FOLLOW_UP)
    assert (told.member_id, told.value.named, told.value.unnamed) == (LECTURER, (FIRST,), 1)
    assert told.at >= ENDS + 15 * MINUTE
    assert str(SECOND) not in told.text
    # For good: what was read can't be unread.
    kept = await club.services.takeaways.name(GUILD, one(FIRST), session.id, named=False)
    assert kept.told
    assert kept.follow_up is not None
    assert kept.follow_up.named
    assert (await follow(GUILD, one(FIRST), session.id)).told
    await follow(GUILD, one(THIRD), session.id)
    assert [each.value.named for each in of(await club.until(ENDS + DAY), FOLLOW_UP)] == [(THIRD,)]


async def test_who_lectured_follows_nobody_up(club: Club):
    session = await over(club)
    with pytest.raises(OwnLecture):
        await club.services.takeaways.follow_up(GUILD, one(LECTURER), session.id)


async def test_the_audit_says_who_pressed_but_not_what_they_wrote(club: Club):
    session = await over(club)
    await write(club, session, FIRST, "内緒の学び")
    rows = [row for row in await audit_rows(club.db, GUILD) if row[0] == "takeaway.write"]
    assert [row[1] for row in rows] == [FIRST]
    assert "内緒の学び" not in str(rows)


async def test_what_somebody_who_leaves_took_home_stays_without_their_name(club: Club):
    session = await over(club)
    await write(club, session, FIRST, "学び", named=True)
    await club.services.takeaways.more(GUILD, one(FIRST), session.id)
    await club.services.takeaways.follow_up(GUILD, one(FIRST), session.id)
    await club.services.members.left(GUILD, FIRST)
    memory = await club.services.takeaways.memory(GUILD, one(SECOND), session.id)
    assert [(each.text, each.named) for each in memory.takeaways] == [("学び", False)]
    assert (await club.services.takeaways.more(GUILD, one(SECOND), session.id)).wish.people == 1
    assert of(await club.until(ENDS + DAY), FOLLOW_UP) == []


# Notes


async def test_organizers_host_and_lecturer_keep_notes_that_all_can_read(club: Club):
    session = await over(club)
    keep = club.services.takeaways.keep_notes
    await keep(GUILD, one(LECTURER), session.id, "まとめ", None)
    await keep(GUILD, MODERATOR, session.id, None, "https://example.org/a")
    notes = (await club.services.takeaways.memory(GUILD, one(FIRST), session.id)).notes
    assert notes is not None
    assert (notes.text, notes.link, notes.member_id) == ("まとめ", "https://example.org/a", MODERATOR.member_id)
    await keep(GUILD, MODERATOR, session.id, "", None)
    with pytest.raises(NothingToChange):
        await keep(GUILD, MODERATOR, session.id, "", None)
    with pytest.raises(NothingToChange):
        await keep(GUILD, MODERATOR, session.id, None, None)
    with pytest.raises(NotAllowed):
        await keep(GUILD, one(FIRST), session.id, "横から", None)
    with pytest.raises(LinkNotUnderstood):
        await keep(GUILD, MODERATOR, session.id, None, "example")
    with pytest.raises(InvalidText):
        await keep(GUILD, MODERATOR, session.id, "勉" * 1001, None)


async def test_notes_are_of_what_has_begun_and_was_not_cancelled(club: Club):
    session = await lecture(club)
    keep = club.services.takeaways.keep_notes
    with pytest.raises(NotBegun):
        await keep(GUILD, MODERATOR, session.id, "早い", None)
    await club.cancel(session)
    with pytest.raises(SessionNotOpen):
        await keep(GUILD, MODERATOR, session.id, "遅い", None)
