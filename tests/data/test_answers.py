"""Accepted answers, thanks by topic and what people decide for themselves, in both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain.industries import Industry
from bot.domain.privacy import Privacy
from bot.domain.profiles import Profile
from bot.domain.questions.answers import Addition, Answer
from bot.domain.questions.gratitude import Gratitude, KnownFor
from data.database import Database
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS
from tests.data.test_questions import added as question_added

THREAD = 70


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        yield opened


def answer(question_id: int, message_id: int = 71, **values: Any) -> Answer:
    known: dict[str, Any] = {"author_id": 12, "by_asker": False, "text": "朝のせり", "accepted_by": 11}
    return Answer(0, question_id, THREAD, message_id, accepted_at=NOW, **known | values)


def thanks(question_id: int, from_id: int = 11, to_id: int = 12, topic: str = "魚", **values: Any) -> Gratitude:
    known: dict[str, Any] = {"message_id": 71, "by_asker": not from_id, "accepted": False} | values
    return Gratitude(0, question_id, from_id=from_id, to_id=to_id, topic=topic, thanked_at=NOW, **known)


async def test_an_answer_and_what_was_added_are_read_back_as_written_and_only_in_their_community(database: Database):
    question = await question_added(database)
    async with database(GUILD) as uow:
        first = await uow.answers.add(answer(question.id))
        second = await uow.answers.add(answer(question.id, 72, author_id=0, by_asker=True, accepted_by=0))
        source = await uow.answers.add_addition(Addition(0, first.id, 12, False, "出典", NOW))
        hidden = await uow.answers.add_addition(Addition(0, first.id, 0, True, "訂正", NOW))
        await uow.answers.store(replace(first, text="せり"))
        first = replace(first, text="せり")
    async with database.reading(GUILD) as uow:
        assert await uow.answers.find(second.id) == second
        assert await uow.answers.of_message(71) == first
        assert await uow.answers.of_questions([question.id, 99]) == {question.id: [first, second]}
        assert await uow.answers.of_author(12) == [first]
        assert await uow.answers.additions([first.id, second.id]) == {first.id: [source, hidden]}
        assert await uow.answers.addition(hidden.id) == hidden
    async with database(GUILD + 1) as uow:
        assert await uow.answers.find(first.id) is None
        assert await uow.answers.of_message(71) is None
        assert await uow.answers.additions([first.id]) == {}
        await uow.answers.remove_addition(source)
        await uow.answers.remove(first)
    async with database(GUILD) as uow:
        assert await uow.answers.additions([first.id]) == {first.id: [source, hidden]}
        await uow.answers.remove_addition(source)
        assert await uow.answers.additions([first.id]) == {first.id: [hidden]}
        await uow.answers.remove(first)
        assert await uow.answers.of_questions([question.id]) == {question.id: [second]}
        assert await uow.answers.addition(hidden.id) is None


async def test_thanks_are_read_back_as_they_were_written_and_only_in_their_community(database: Database):
    question = await question_added(database)
    async with database(GUILD) as uow:
        one = await uow.gratitude.add(thanks(question.id))
        other = await uow.gratitude.add(thanks(question.id, 0, 13, accepted=True))
    async with database.reading(GUILD) as uow:
        assert await uow.gratitude.of_question(question.id) == [one, other]
        assert await uow.gratitude.to_member(13) == [other]
        assert await uow.gratitude.find(one.id) == one
    async with database(GUILD + 1) as uow:
        assert await uow.gratitude.of_question(question.id) == []
        assert await uow.gratitude.thanked() == {}
        await uow.gratitude.remove(one.id)
    async with database(GUILD) as uow:
        await uow.gratitude.remove(other.id)
        assert await uow.gratitude.of_question(question.id) == [one]


async def test_people_are_counted_once_for_all_spellings_and_questions_of_a_topic(database: Database):
    first, second = await question_added(database), await question_added(database)
    async with database(GUILD) as uow:
        own = await uow.industries.add("鮮魚", 5)
        for member_id, key in ((21, "finance"), (22, "finance"), (23, own.key)):
            industry = own if key == own.key else Industry(key)
            await uow.profiles.put(Profile(0, member_id, industries=(industry, Industry("education"))))
        for question in (first, second):
            for spelling in ("Cold chains", "cold chain", "ＣＯＬＤ　ＣＨＡＩＮ"):
                await uow.gratitude.add(thanks(question.id, 21, topic=spelling))
        for from_id in (22, 23, 24):
            await uow.gratitude.add(thanks(first.id, from_id, topic="cold chain"))
        await uow.gratitude.add(thanks(first.id, 22, topic="tea"))
        await uow.gratitude.add(thanks(first.id, 22, 13, topic="tea"))
        found = await uow.gratitude.thanked()
        assert found == {12: [KnownFor("Cold chains", 4, 2), KnownFor("tea", 1, 1)], 13: [KnownFor("tea", 1, 1)]}
        assert await uow.gratitude.thanked([13, 99]) == {13: found[13]}
        # Who changed their industry is of the new one only.
        await uow.profiles.put(Profile(0, 23, industries=(Industry("finance"),)))
        assert (await uow.gratitude.thanked([12]))[12][0] == KnownFor("Cold chains", 4, 1)


async def test_who_thanks_without_a_name_is_one_person_for_each_question_and_of_no_industry(database: Database):
    first, second = await question_added(database), await question_added(database)
    async with database(GUILD) as uow:
        await uow.profiles.put(Profile(0, 11, industries=(Industry("finance"),)))
        for question in (first, second):
            await uow.gratitude.add(thanks(question.id, 0, topic="tea"))
        assert await uow.gratitude.thanked() == {12: [KnownFor("tea", 2, 0)]}
        # The same person with their name adds one: nobody can tell that they asked.
        await uow.gratitude.add(thanks(first.id, 11, topic="tea"))
        assert await uow.gratitude.thanked() == {12: [KnownFor("tea", 3, 1)]}
        # Whose name was erased counts no more.
        await uow.gratitude.add(thanks(first.id, 0, topic="tea", by_asker=False))
        assert await uow.gratitude.thanked() == {12: [KnownFor("tea", 3, 1)]}


async def test_known_for_is_shown_and_the_network_is_not_until_somebody_says_otherwise(database: Database):
    async with database(GUILD) as uow:
        assert await uow.privacy.get(11) == Privacy(known_for=True, network=False)
        await uow.privacy.put(11, Privacy(known_for=False, network=True))
        await uow.privacy.put(12, Privacy(known_for=False))
        await uow.privacy.put(12, Privacy(known_for=True))
        assert await uow.privacy.get(11) == Privacy(known_for=False, network=True)
        assert await uow.privacy.hide_known_for() == {11}
        assert await uow.privacy.hide_known_for([12, 13]) == set()
        assert await uow.privacy.hide_known_for([11]) == {11}
    async with database.reading(GUILD + 1) as uow:
        assert await uow.privacy.get(11) == Privacy()
        assert await uow.privacy.hide_known_for() == set()
