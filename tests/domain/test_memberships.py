"""Who belongs to which group: the rules, and the service on a real file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.actors import Actor
from bot.domain.errors import Unknown
from bot.domain.memberships import NotAMember, unanswered
from bot.domain.rsvps import Answer, Rsvp
from bot.domain.sessions import Session
from tests.data.files import audit_rows
from tests.domain.reminding import GUILD, Club, a_club, at

MEMBER = Actor(11, sees=lambda channel_id: True)


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as opened:
        yield opened


def said(member_id: int, answer: Answer) -> Rsvp:
    return Rsvp(1, member_id, answer, False, member_id, at(1, 7))


async def answers(club: Club, session: Session) -> dict[int, Answer]:
    async with club.db.reading(GUILD) as uow:
        return {rsvp.member_id: rsvp.answer for rsvp in await uow.rsvps.of_session(session.id)}


def test_only_members_of_the_group_are_unanswered_whatever_they_or_others_said():
    assert unanswered([1, 2, 3], [said(2, Answer.NOT_GOING), said(9, Answer.GOING)]) == 2
    assert unanswered([], [said(9, Answer.GOING)]) == 0


async def test_who_leaves_and_returns_has_a_history(club: Club):
    service, group = club.services.memberships, club.group.name
    assert (await service.join(GUILD, MEMBER, group)).new
    club.clock.at += timedelta(days=1)
    await service.leave(GUILD, MEMBER, group)
    club.clock.at += timedelta(days=1)
    assert (await service.join(GUILD, MEMBER, group)).new
    assert not (await service.join(GUILD, MEMBER, group)).new
    async with club.db.reading(GUILD) as uow:
        assert await uow.memberships.of_member(11) == {club.group.id}
        assert await uow.memberships.sizes() == {club.group.id: 1}
    done = [action for action, *_rest in await audit_rows(club.db, GUILD) if action.startswith("group.")]
    assert done[-3:] == ["group.join", "group.leave", "group.join"]


async def test_a_session_that_has_begun_is_not_the_next_one_and_is_not_withdrawn_from(club: Club):
    begun, ahead = await club.schedule(at(15, 7)), await club.schedule(at(16, 7))
    await club.answer(begun, Answer.GOING, 11)
    await club.answer(ahead, Answer.LATE, 11)
    club.clock.at = at(15, 7) + timedelta(minutes=5)
    joined = await club.services.memberships.join(GUILD, MEMBER, None)
    assert joined.next is not None
    assert (joined.next.session.id, joined.answer and joined.answer.answer) == (ahead.id, Answer.LATE)
    left = await club.services.memberships.leave(GUILD, MEMBER, None)
    assert left.answers == 1
    assert (await club.services.memberships.withdraw(GUILD, MEMBER, club.group.id)).answers == 1
    assert await answers(club, begun) == {11: Answer.GOING}
    assert await answers(club, ahead) == {11: Answer.NOT_GOING}


async def test_withdrawing_leaves_other_groups_and_other_people_alone(club: Club):
    other = await club.add_group("Other")
    here, there = await club.schedule(at(15, 7)), await club.schedule(at(16, 7), group_id=other.id)
    for session in (here, there):
        await club.answer(session, Answer.GOING, 11, 12)
    await club.services.memberships.withdraw(GUILD, MEMBER, club.group.id)
    assert await answers(club, here) == {11: Answer.NOT_GOING, 12: Answer.GOING}
    assert await answers(club, there) == {11: Answer.GOING, 12: Answer.GOING}


async def test_whoever_leaves_the_server_belongs_to_none_of_its_groups(club: Club):
    await club.services.memberships.join(GUILD, MEMBER, None)
    assert await club.services.members.left(GUILD, 11)
    async with club.db.reading(GUILD) as uow:
        assert await uow.memberships.of_member(11) == frozenset()
    with pytest.raises(NotAMember):
        await club.services.memberships.leave(GUILD, MEMBER, None)


async def test_a_group_of_another_server_is_unknown_here(club: Club):
    with pytest.raises(Unknown):
        await club.services.memberships.join(GUILD, MEMBER, 10**17)


async def test_a_reminder_counts_members_who_have_not_answered_and_mentions_none_of_them(club: Club):
    session = await club.schedule(at(15, 7))
    for member_id in (11, 12, 13):
        await club.services.memberships.join(GUILD, Actor(member_id, sees=lambda channel_id: True), None)
    await club.answer(session, Answer.GOING, 11, 99)
    await club.answer(session, Answer.NOT_GOING, 12)
    sent = [one for one in await club.until(at(14, 22)) if one.kind == "evening"]
    assert [(one.value.unanswered, one.pinged) for one in sent] == [(1, {11, 99})]
    assert "1 member has not answered yet." in sent[0].text


async def test_the_morning_post_counts_them_too(club: Club):
    await club.morning()
    await club.schedule(at(15, 7))
    await club.services.memberships.join(GUILD, MEMBER, None)
    (post,) = [one for one in await club.until(at(15, 6, 30)) if one.kind == "morning"]
    assert "1 member has not answered yet." in post.text
