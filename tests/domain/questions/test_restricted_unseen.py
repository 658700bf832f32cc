"""Whoever asked anonymously is kept from asking more, and nothing that moderators can do tells who it is."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain.actors import Actor
from bot.domain.errors import NotAllowed
from bot.domain.phrases import Fork
from bot.domain.questions.moderating import QuestionOutOfSight
from bot.domain.questions.values import NewQuestion
from bot.domain.readers import is_by_dm_only
from bot.domain.restricting import KIND, Restricting, WhichEnd
from bot.domain.restrictions import (
    AskerNotRestricted,
    AskerUnknown,
    ModeratorNotRestricted,
    NotRestricted,
    Restricted,
    Restriction,
    RestrictionEnds,
)
from tests.data.files import audit_rows
from tests.domain.questions.moderated import MOD, a_forum, asked, hidden, person, question, where_it_is_known
from tests.domain.reminding import GUILD, Club


@pytest.fixture
async def club(tmp_path: Path) -> AsyncGenerator[Club]:
    async with a_forum(tmp_path) as club:
        yield club


async def restrict_asker(club: Club, of: int, **options: Any) -> Any:
    return await club.services.restricting.restrict_asker(GUILD, MOD, str(of), None, **options)


async def listed(club: Club) -> list[tuple[int, int]]:
    page = await club.services.restricting.list(GUILD, MOD)
    return [(each.member_id, each.question_id) for each in page.restrictions]


async def may_ask(club: Club, member_id: int) -> bool:
    try:
        await club.services.asking.require_room(GUILD, person(member_id))
    except Restricted:
        return False
    return True


async def test_whoever_asked_asks_no_more_and_their_name_stands_nowhere(club: Club):
    of = await asked(club, 11, anonymous=True)
    before = await where_it_is_known(club, 11)
    done = await restrict_asker(club, of, reason="荒らし")
    assert (done.restriction.member_id, done.restriction.question_id, done.told) == (0, of, False)
    assert not await may_ask(club, 11)
    assert await may_ask(club, 12)
    for anonymous in (True, False):
        with pytest.raises(Restricted) as said:
            await club.services.asking.ask(GUILD, person(11), NewQuestion("また", anonymous=anonymous))
        assert (said.value.reason, said.value.member_id) == ("荒らし", 0)
    with pytest.raises(Restricted):
        await club.services.question_life.reply(GUILD, person(11), str(of), "補足")
    assert await listed(club) == [(0, of)]
    assert await where_it_is_known(club, 11) == before, "not even where the message to them waits"
    rows = [row for row in await audit_rows(club.db, GUILD) if row[0].startswith("restriction")]
    assert [(row[1], row[2]) for row in rows] == [(MOD.member_id, f"question:{of}")]


async def test_they_are_told_by_direct_message_only_whichever_way_they_asked(club: Club):
    of = await asked(club, 11, anonymous=True)
    done = await restrict_asker(club, of, reason="荒らし")
    async with club.db.reading(GUILD) as uow:
        (post,) = await uow.posts.of_subject(KIND, done.restriction.id)
    assert is_by_dm_only(post)
    (sent,) = [each for each in await club.until(club.clock.now()) if each.kind == KIND]
    assert (sent.member_id, sent.value.question, sent.value.restriction.reason) == (11, "なぜ？", "荒らし")


@pytest.mark.parametrize("restricted", [False, True])
async def test_what_moderators_do_by_name_answers_the_same_whether_they_are_restricted_unseen_or_not(
    club: Club, restricted: bool
):
    of = await asked(club, 11, anonymous=True)
    if restricted:
        await restrict_asker(club, of)
    service = club.services.restricting
    with pytest.raises(NotRestricted):
        await service.lift(GUILD, MOD, 11)
    done = await service.restrict(GUILD, MOD, person(11), Restriction(11, "asking", None, "x"))
    assert isinstance(done, Restricting)
    assert done.told
    rows = [row for row in await audit_rows(club.db, GUILD) if row[2] == "member:11"]
    assert [row[3] for row in rows] == [None], "nothing was there before, as far as a name tells"
    assert [each.part for each in await service.lift(GUILD, MOD, 11)] == ["asking"]
    assert await listed(club) == ([(0, of)] if restricted else [])
    assert await may_ask(club, 11) is not restricted


async def test_the_list_puts_them_last_and_by_question_whoever_they_are(club: Club):
    first, second = await asked(club, 13, anonymous=True), await asked(club, 11, "どうして？", anonymous=True)
    await restrict_asker(club, second)
    await restrict_asker(club, first)
    await club.services.restricting.restrict(GUILD, MOD, person(12), Restriction(12, "sessions"))
    assert await listed(club) == [(12, 0), (0, first), (0, second)]


async def test_two_questions_of_one_person_are_two_restrictions_and_each_is_lifted_alone(club: Club):
    one, two = await asked(club, 11, anonymous=True), await asked(club, 11, "どうして？", anonymous=True)
    await restrict_asker(club, one, until=club.clock.now() + timedelta(days=1), reason="短い")
    await restrict_asker(club, two, reason="長い")
    with pytest.raises(Restricted) as said:
        await club.services.asking.require_room(GUILD, person(11))
    assert (said.value.until, said.value.reason) == (None, "長い"), "the one that lasts longest"
    await club.services.restricting.lift_asker(GUILD, MOD, str(two))
    with pytest.raises(Restricted) as said:
        await club.services.asking.require_room(GUILD, person(11))
    assert said.value.reason == "短い"
    club.clock.at += timedelta(days=1)
    assert await may_ask(club, 11)
    with pytest.raises(AskerNotRestricted):
        await club.services.restricting.lift_asker(GUILD, MOD, str(one))


async def test_whether_an_anonymous_asker_is_a_moderator_left_or_was_forgotten_is_not_told(club: Club):
    service = club.services.restricting
    of_moderator = await asked(club, MOD.member_id, anonymous=True)
    of_somebody_who_left = await asked(club, 11, "どうして？", anonymous=True)
    await club.services.members.left(GUILD, 11)
    of_somebody_forgotten = await asked(club, 12, "いつ？", anonymous=True)
    async with club.db(GUILD) as uow:
        await uow.questions.store(replace(await question(club, of_somebody_forgotten), asker_id=0))
    for of in (of_moderator, of_somebody_who_left, of_somebody_forgotten):
        done = await service.restrict_asker(GUILD, MOD, str(of), replace(MOD, member_id=MOD.member_id))
        assert isinstance(done, Restricting)
        assert (done.restriction.member_id, done.sessions, done.told) == (0, (), False)
    assert not await may_ask(club, 11), "to leave and return does not lift it"


async def test_it_is_lifted_through_the_question_also_when_that_is_hidden_or_erased(club: Club):
    of = await asked(club, 11, anonymous=True)
    await restrict_asker(club, of)
    assert [each.text for each in await club.services.restricting.through_questions(GUILD, MOD)] == ["なぜ？"]
    await hidden(club, of)
    await club.until(club.clock.now() + timedelta(hours=25))
    assert [each.text for each in await club.services.restricting.through_questions(GUILD, MOD)] == [""]
    assert not await may_ask(club, 11)
    (lifted,) = await club.services.restricting.lift_asker(GUILD, MOD, f"#{of}")
    assert (lifted.member_id, lifted.question_id) == (0, of)
    assert await may_ask(club, 11)
    rows = [row for row in await audit_rows(club.db, GUILD) if row[0] == "restriction.lift"]
    assert [row[2] for row in rows] == [f"question:{of}"]


@pytest.mark.parametrize("hours", [1, 25])
async def test_moderators_act_on_who_asked_what_they_have_hidden_already_also_once_its_words_are_gone(
    club: Club, hours: int
):
    of = await asked(club, 11, anonymous=True)
    await hidden(club, of)
    await club.until(club.clock.now() + timedelta(hours=hours))
    done = await restrict_asker(club, of, reason="荒らし")
    assert (done.restriction.member_id, done.restriction.question_id) == (0, of)
    assert not await may_ask(club, 11)
    preview = await club.services.moderating.propose(GUILD, MOD, f"#{of}", "reveal", "確認")
    revealed: Any = await club.services.moderating.confirm(GUILD, MOD, preview.draft_id)
    assert revealed.asker_id == 11
    blind, member = replace(MOD, sees=lambda channel_id: False), person(12)
    for actor, error in ((blind, QuestionOutOfSight), (member, NotAllowed)):
        with pytest.raises(error):
            await club.services.restricting.restrict_asker(GUILD, actor, str(of), None)
        with pytest.raises(error):
            await club.services.moderating.propose(GUILD, actor, str(of), "reveal", "確認")
    with pytest.raises(QuestionOutOfSight):
        await club.services.moderating.close(GUILD, MOD, str(of))


async def test_of_a_question_with_a_name_it_is_an_ordinary_restriction(club: Club):
    of = await asked(club, 11)
    done = await club.services.restricting.restrict_asker(GUILD, MOD, str(of), person(11))
    assert isinstance(done, Restricting)
    assert (done.restriction.member_id, done.restriction.question_id, done.told) == (11, 0, True)
    assert await listed(club) == [(11, 0)]
    with pytest.raises(AskerNotRestricted):
        await club.services.restricting.lift_asker(GUILD, MOD, str(of), "sessions")
    await club.services.restricting.lift_asker(GUILD, MOD, str(of))
    assert await may_ask(club, 11)
    with pytest.raises(ModeratorNotRestricted):
        await club.services.restricting.restrict_asker(GUILD, MOD, str(of), Actor(11, moderator=True))
    async with club.db(GUILD) as uow:
        await uow.questions.store(replace(await question(club, of), asker_id=0))
    with pytest.raises(AskerUnknown):
        await restrict_asker(club, of)


async def test_of_two_readings_of_its_end_one_is_chosen_and_the_draft_does_not_know_them(club: Club):
    of = await asked(club, 11, anonymous=True)
    ends = [club.clock.now() + timedelta(days=days) for days in (1, 2)]
    fork = Fork("until", "7時", tuple({"until": end.isoformat()} for end in ends))
    before = await where_it_is_known(club, 11)
    which = await restrict_asker(club, of, until=ends[0], forks=[fork])
    assert isinstance(which, WhichEnd)
    assert await where_it_is_known(club, 11) == before
    done = await club.services.restricting.choose(GUILD, MOD, which.draft_id, 1)
    assert isinstance(done, Restricting)
    assert (done.restriction.until, done.restriction.question_id) == (ends[1], of)
    # A second one takes its place.
    again = await restrict_asker(club, of, reason="x")
    assert isinstance(again, Restricting)
    assert await listed(club) == [(0, of)]


async def test_only_moderators_may_and_a_past_end_is_refused(club: Club):
    of = await asked(club, 11, anonymous=True)
    service = club.services.restricting
    with pytest.raises(NotAllowed):
        await service.restrict_asker(GUILD, person(12), str(of), None)
    with pytest.raises(NotAllowed):
        await service.lift_asker(GUILD, person(12), str(of))
    assert await service.through_questions(GUILD, person(12)) == ()
    with pytest.raises(RestrictionEnds):
        await restrict_asker(club, of, until=club.clock.now())
    with pytest.raises(QuestionOutOfSight):
        await service.restrict_asker(GUILD, Actor(902, moderator=True), str(of), None)
    assert await listed(club) == []
