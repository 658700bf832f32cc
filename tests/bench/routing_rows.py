"""Who is asked, from SQLite: the whole way from a question to the people, beside a floor.

The floor reads, with plain statements, what speaks for everybody and keeps them from being asked, and does nothing
with it. Half of the questions have a topic, half of all an industry; the others are texts as people write them.
"""

from __future__ import annotations

import asyncio
import gc
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Table, insert, select

from bot.domain.industries import DIVISIONS
from bot.domain.questions.choosing import choose
from bot.domain.questions.gratitude import topic_key
from bot.domain.questions.routing import NoMore
from bot.domain.questions.values import Question, QuestionState
from data.asks import asks
from data.database import Database
from data.gratitude import gratitudes
from data.industries import profile_industries
from data.members import members
from data.profiles import profile_topics, profiles
from data.rotation import turns
from data.schema import metadata
from tests.domain.questions.realistic import ANSWERED, UNRELATED

NOW, GUILD, FORUM = datetime(2026, 1, 5, 1, tzinfo=UTC), 1, 50
DAY = timedelta(days=1)
_WARM = 3
"""Questions before it is measured: the first use of each statement compiles it."""
BASE = {"guild_id": GUILD}


class _Clock:
    def now(self) -> datetime:
        return NOW


def vocabulary() -> list[str]:
    """Two thousand topics."""
    fields = [*"金物食農電水茶株港鉄薬医税法市教研設", "tea", "cold chain", "steel", "寿司", "保険", "inheritance"]
    parts = ["の流通", "の仕入", "統計", "とAI", " pricing", " law", "の歴史", "の採用", " safety", "の輸出"]
    return [f"{field}{part}{n or ''}" for n in range(9) for part in parts for field in fields]


async def fill(database: Database, number: int, topics: Sequence[str]) -> None:
    """So many members, and what speaks for them; some topics are known to many."""
    random = Random(5)
    everybody, seldom = range(1, number + 1), [1 / n for n in range(1, len(topics) + 1)]
    told = {"occupation": "", "hobbies": [], "about": "", "reading": "", "time_zone": ""}
    named = [(one, set(random.choices(topics, seldom, k=random.randint(0, 5)))) for one in everybody]
    thanks = list(
        zip(random.choices(everybody, k=2 * number), random.choices(topics, seldom, k=2 * number), strict=True)
    )
    lectures = random.choices(everybody, k=number // 3)
    async with database(GUILD) as uow:
        await uow.communities.change(questions_channel=FORUM, time_zone="Asia/Tokyo", set_up_at=NOW)
        group = await uow.groups.add(name="g", description="", channel_id=0, announce_days_before=7)
        of = await uow.questions.add(Question(0, 1, False, "?", "", "", "", FORUM, QuestionState.OPEN, "", NOW, NOW))
        values: dict[str, Any] = dict.fromkeys(("description", "venue", "link"), "")
        values |= {"kind": "lecture", "theme": "x", "capacity": None, "deadline": None, "host_id": 1}
        values |= {"starts_at": NOW - 9 * DAY, "duration": 60, "created_at": NOW}
        session = await uow.sessions.add(group_id=group.id, **values)
    async with database.connections.writing() as connection:

        async def write(table: Table, rows: Sequence[dict[str, Any]]) -> None:
            await connection.execute(insert(table), [{**BASE, **row} for row in rows])

        await write(members, [{"member_id": one, "used_at": NOW, "stopped": []} for one in everybody])
        limits = [{"ask_limit": random.choice((None, None, 1, 3))} for _one in everybody]
        await write(profiles, [{"member_id": one, **told, **limits[one - 1]} for one in everybody])
        work = [(one, random.choice(list(DIVISIONS))) for one in everybody]
        some = {"position": 0, "since": NOW}
        await write(profile_industries, [{"member_id": one, "bundled": key, **some} for one, key in work])
        each = [(one, n, name) for one, names in named for n, name in enumerate(sorted(names))]
        rows = [{"member_id": one, "position": n, "name": name, "name_key": name.casefold()} for one, n, name in each]
        await write(profile_topics, rows)
        given = {"question_id": of.id, "message_id": 0, "by_asker": False, "accepted": False, "thanked_at": NOW}
        rows = [
            {**given, "from_id": number + n, "to_id": one, "topic": topic, "topic_key": topic_key(topic)}
            for n, (one, topic) in enumerate(thanks)
        ]
        await write(gratitudes, rows)
        lecture = {"session_id": session.id, "state": "given", "asked_at": NOW, "industry": "", "by_hand": False}
        rows = [
            {**lecture, "member_id": one, "place": n, "theme": f"{random.choice(topics)}入門"}
            for n, one in enumerate(lectures)
        ]
        await write(turns, rows)
        await write(asks, [_ask(of.id, one, random) for one in everybody if random.random() < 0.4])


def _ask(question_id: int, member_id: int, random: Random) -> dict[str, Any]:
    at = NOW - random.randint(1, 300) * DAY
    return {
        "question_id": question_id,
        "member_id": member_id,
        "call": 1,
        "number": 1,
        "kind": "topic",
        "about": "x",
        "people": 0,
        "state": "over",
        "asked_at": at,
        "ends_at": at,
        "delivered_at": at,
    }


def wanted(random: Random, topics: Sequence[str], number: int) -> Question:
    """A question as somebody asks it."""
    seldom = [1 / n for n in range(1, len(topics) + 1)]
    topic = random.choices(topics, seldom)[0] if random.random() < 0.5 else ""
    industry = random.choice(list(DIVISIONS)) if random.random() < 0.5 else ""
    text = random.choice([*ANSWERED.values(), *UNRELATED])
    asker = random.randint(1, number)
    return Question(10**6, asker, False, text, "", industry, topic, FORUM, QuestionState.OPEN, "", NOW, NOW)


async def read_all(database: Database) -> int:
    """The floor: the rows of everybody."""
    tables = (members, profiles, profile_industries, profile_topics, gratitudes, turns, asks)
    async with database.connections.reading() as connection:
        return sum([len((await connection.execute(select(*_read(table)))).all()) for table in tables])


def _read(table: Table) -> list[Any]:
    names = {"member_id", "to_id", "used_at", "ask_limit", "bundled", "name", "topic", "theme", "delivered_at"}
    return [column for column in table.c if column.name in names]


Taken = dict[str, list[float]]
KEPT, CHANGED, FLOOR = "the whole way", "the same, something changed", "a plain SELECT of everybody's rows"


async def measure(folder: Path, number: int, times: int) -> tuple[Taken, Taken, float]:
    """Seconds of the processor and by the clock of each way, so often; and how often somebody was found."""
    database, topics, random = Database(f"sqlite:///{folder / 'routing.db'}", _Clock()), vocabulary(), Random(6)
    processor: Taken = {KEPT: [], CHANGED: [], FLOOR: []}
    clock: Taken = {KEPT: [], CHANGED: [], FLOOR: []}
    found = 0
    try:
        async with database.connections.writing() as connection:
            await connection.run_sync(metadata.create_all)
        await fill(database, number, topics)
        for n in range(-_WARM, times):
            question = wanted(random, topics, number)
            for name in (KEPT, CHANGED, FLOOR):
                if name == CHANGED:
                    await _changes(database, 1 + n % number, f"{random.choice(topics)} {n}")
                began = process_time(), perf_counter()
                if name == FLOOR:
                    await read_all(database)
                else:
                    async with database.reading(GUILD) as uow:
                        choice = await choose(uow, question, [], 0, NOW)
                    found += name == KEPT and n >= 0 and not isinstance(choice.found, NoMore)
                if n >= 0:
                    processor[name].append(process_time() - began[0])
                    clock[name].append(perf_counter() - began[1])
            if n % 20 == 0:
                gc.collect()
                gc.freeze()
        return processor, clock, found / times
    finally:
        await database.close()


async def _changes(database: Database, member_id: int, topic: str) -> None:
    """Somebody tells of a topic."""
    async with database(GUILD) as uow:
        profile = await uow.profiles.find(member_id)
        assert profile is not None
        await uow.profiles.put(replace(profile, topics=(topic, *profile.topics[:4])))


def measured(number: int, times: int) -> tuple[Taken, Taken, float]:
    """As `measure`, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(measure(Path(folder), number, times))
