"""Who is chosen among rows is who the rule chooses of everybody, though of most people nothing is read."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from msgspec.structs import replace

from bot.domain.industries import Industry
from bot.domain.members import Member
from bot.domain.profiles.values import Profile
from bot.domain.questions import choosing
from bot.domain.questions.asks import Ask, AskState
from bot.domain.questions.choosing import choose, wanted_of
from bot.domain.questions.gratitude import Gratitude
from bot.domain.questions.routing import Candidate, NoMore, Reason, Round, are_few, next_round
from bot.domain.questions.values import Question, QuestionState
from bot.domain.rotation import Turn, TurnState
from data.database import Database
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS
from tests.domain.questions.moderated import FORUM

DAY = timedelta(days=1)
TOPICS = ("tea", "green tea", "Tea!", "統計", "統計学", "steel")
KEYS = ("retail", "finance", "logistics", "public")


async def community(database: Database, random: Random, people: int) -> None:
    """People with what speaks for them, some of whom left, stopped or were asked lately."""
    async with database(GUILD) as uow:
        earlier = await uow.questions.add(
            Question(0, 999, False, "?", "", "", "", FORUM, QuestionState.OPEN, "", NOW, NOW)
        )
        group = await uow.groups.add(name="g", description="", channel_id=0, announce_days_before=7)
        ids = random.sample(range(1, 10_000), people)
        # Where all know the same, it depends on who was asked longest ago.
        known, free = TOPICS[: random.choice((1, len(TOPICS)))], random.random() < 0.5
        for one in ids:
            stopped = frozenset({"asks"}) if random.random() < 0.2 and not free else frozenset()
            used = NOW if random.random() < 0.85 else None
            await uow.members.put(Member(one, used_at=used, stopped=stopped))
            works = tuple(map(Industry, random.sample(KEYS, random.randint(0, 2))))
            topics = tuple(random.sample(known, random.randint(0, min(2, len(known)))))
            limit = None if free else random.choice((None, None, 0, 1, 3))
            await uow.profiles.put(Profile(0, one, works, topics=topics, about="x", ask_limit=limit))
            if random.random() < 0.3:
                thanks = Gratitude(0, earlier.id, 0, random.choice(ids), False, one, random.choice(TOPICS), False, NOW)
                await uow.gratitude.add(thanks)
            if random.random() < 0.3:
                values = dict.fromkeys(("description", "venue", "link"), "")
                values |= {"kind": "lecture", "theme": random.choice(TOPICS), "capacity": None, "deadline": None}
                values |= {"starts_at": NOW - random.randint(-2, 9) * DAY, "duration": 60, "created_at": NOW}
                session = await uow.sessions.add(group_id=group.id, host_id=1, **values)
                await uow.rotation.put(Turn(session.id, 0, one, TurnState.GIVEN, NOW, theme=""))
            if random.random() < 0.85:
                at = NOW - random.randint(0, 20) * DAY
                ask = Ask(0, earlier.id, one, 1, 1, Reason("topic", "x"), AskState.OVER, at, at, at)
                await uow.asks.add(ask)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("enough", [1, 2, 24])
def test_who_is_chosen_among_rows_is_who_the_rule_chooses_of_everybody(
    kind: str, enough: int, monkeypatch: pytest.MonkeyPatch
):
    # Of a few at a time already in small communities.
    monkeypatch.setattr(choosing, "_ENOUGH", enough)
    monkeypatch.setattr(choosing, "_MORE", 2)

    async def compare() -> set[str]:
        seen: set[str] = set()
        for seed in range(12):
            random = Random(seed)
            with TemporaryDirectory() as folder:
                async with database_of(kind, Path(folder), MovingClock()) as database:
                    await community(database, random, random.choice((3, 12, 60)))
                    for _ in range(12):
                        seen.add(await one(database, random))
        return seen

    async def one(database: Database, random: Random) -> str:
        async with database.reading(GUILD) as uow:
            everybody = await uow.knowing.people(NOW)
            asker = random.choice([*everybody, Candidate(998)])
            question = Question(
                777, asker.id, False, "How is tea made?", "", "", "", FORUM, QuestionState.OPEN, "", NOW, NOW
            )
            topic, industry = random.choice(("", "tea", "統計")), random.choice(("", *KEYS))
            question = replace(question, topic=topic, industry=industry)
            rounds = random.randint(0, 1)
            wanted = await wanted_of(uow, question, [], rounds, NOW)
            choice = await choose(uow, question, [], rounds, NOW)
            expected = next_round(wanted, everybody, NOW)
            if topic and isinstance(expected, NoMore):
                wanted = replace(wanted, words=(question.text, question.details))
                expected = next_round(wanted, everybody, NOW)
        assert choice.found == expected
        if isinstance(expected, Round):
            assert choice.few == are_few(wanted, everybody, NOW)
            return "few" if choice.few else "many"
        return expected.why

    assert asyncio.run(compare()) == {"few", "many", "nobody"}
