"""What it costs to find who knows a topic among 5,000 members, read from SQLite, beside a floor.

    python -m tests.bench.who                     5,000 members, 20,000 thanks
    python -m tests.bench.who --members 500 --times 20

The floor is one plain scan: every topic, theme and thanks is read and compared in Python as it is typed, without
spellings, counts or reasons. The answer has to be there within a second.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import perf_counter

from sqlalchemy import insert, select

from bot.domain.actors import Actor
from bot.domain.industries import Vocabulary
from bot.domain.members import Member
from bot.domain.questions.asking import AskingService
from bot.domain.questions.gratitude import topic_key
from bot.domain.questions.values import Question, QuestionState
from bot.domain.questions.who import WhoService
from data.database import Database
from data.gratitude import gratitudes
from data.industries import profile_industries
from data.members import members
from data.profiles import profile_topics, profiles
from data.schema import metadata
from tests.bench.routing import TOPICS
from tests.bench.tables import percentile, table, verdict

MOST = 1.0
"""Seconds that one answer may take at the 99th percentile."""
NOW, GUILD, FORUM = datetime(2026, 1, 5, 1, tzinfo=UTC), 1, 50
THANKS_EACH = 4


class _Clock:
    def now(self) -> datetime:
        return NOW


async def _fill(database: Database, number: int) -> None:
    random = Random(5)
    async with database(GUILD) as uow:
        await uow.communities.change(questions_channel=FORUM, set_up_at=NOW)
        await uow.members.put(Member(1, used_at=NOW))
        question = Question(0, 1, False, "?", "", "", "", FORUM, QuestionState.OPEN, "", NOW, NOW)
        asked = await uow.questions.add(question)
    everybody, base = range(2, number + 2), {"guild_id": GUILD}
    told = {"occupation": "", "hobbies": [], "about": "", "reading": "", "time_zone": ""}
    topics = [(one, random.sample(TOPICS, 3)) for one in everybody]
    thanks = [(random.choice(everybody), one, random.choice(TOPICS)) for one in everybody for _n in range(THANKS_EACH)]
    async with database.connections.writing() as connection:
        for statement, rows in (
            (members, [{**base, "member_id": one, "used_at": NOW, "stopped": []} for one in everybody]),
            (profiles, [{**base, "member_id": one, **told} for one in everybody]),
            (
                profile_industries,
                [
                    {
                        **base,
                        "member_id": one,
                        "bundled": random.choice(("retail", "finance")),
                        "position": 0,
                        "since": NOW,
                    }
                    for one in everybody
                ],
            ),
            (
                profile_topics,
                [
                    {**base, "member_id": one, "position": place, "name": name, "name_key": name.casefold()}
                    for one, some in topics
                    for place, name in enumerate(some)
                ],
            ),
            (
                gratitudes,
                [
                    {
                        **base,
                        "question_id": asked.id,
                        "message_id": 0,
                        "from_id": giver,
                        "by_asker": False,
                        "to_id": one,
                        "topic": topic,
                        "topic_key": topic_key(topic),
                        "accepted": False,
                        "thanked_at": NOW,
                    }
                    for giver, one, topic in thanks
                ],
            ),
        ):
            await connection.execute(insert(statement), rows)


async def _scan(database: Database, typed: str) -> int:
    """The floor: everything is read once."""
    async with database.connections.reading() as connection:
        named = await connection.execute(select(profile_topics.c.member_id, profile_topics.c.name))
        given = await connection.execute(select(gratitudes.c.to_id, gratitudes.c.topic))
        return len({row[0] for rows in (named, given) for row in rows if typed in row[1]})


async def measure(folder: Path, number: int, times: int) -> list[list[str]]:
    """Find knowers and scan so often; the rows of the table."""
    database = Database(f"sqlite:///{folder / 'who.db'}", _Clock())
    try:
        async with database.connections.writing() as connection:
            await connection.run_sync(metadata.create_all)
        await _fill(database, number)
        asking = AskingService(database, _Clock(), lambda: Vocabulary({}))
        who = WhoService(database, _Clock(), lambda: Vocabulary({}), asking)
        actor, random, lines = Actor(1, False, lambda _channel: True), Random(6), list[list[str]]()
        wanted = [random.choice(TOPICS) for _n in range(times)]
        for name in ("who knows", "a full scan"):
            spent: list[float] = []
            for topic in wanted:
                begin = perf_counter()
                if name == "who knows":
                    assert (await who.knows(GUILD, actor, topic)).people
                else:
                    assert await _scan(database, topic)
                spent.append(perf_counter() - begin)
            p99 = percentile(spent, 0.99)
            holds = verdict(p99 <= MOST) if name == "who knows" else ""
            lines.append([name, f"{percentile(spent, 0.5) * 1000:.0f} ms", f"{p99 * 1000:.0f} ms", holds])
        return lines
    finally:
        await database.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=5000)
    parser.add_argument("--times", type=int, default=100)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        lines = asyncio.run(measure(Path(folder), options.members, options.times))
    columns = ("", "median", "p99", f"at most {MOST:.0f} s")
    print(table(f"Who of {options.members} members knows a topic, from SQLite", columns, lines))


if __name__ == "__main__":
    main()
