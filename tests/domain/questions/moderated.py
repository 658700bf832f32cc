"""A club with a forum, whose questions have their threads at once, and people who use the bot."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.domain.actors import Actor
from bot.domain.members import note_use
from bot.domain.questions.finding import AlikeFound
from bot.domain.questions.values import QUESTION, MayBeGuessed, NewQuestion, Question
from data.schema import metadata
from tests.domain.reminding import GUILD, Club, a_club

FORUM, OTHER_FORUM = 77, 78
MOD = Actor(900, moderator=True, sees=lambda channel_id: True)
SECOND = Actor(901, moderator=True, sees=lambda channel_id: True)


@asynccontextmanager
async def a_forum(folder: Path) -> AsyncGenerator[Club]:
    """A club with a forum; 11 to 13 use the bot."""
    async with a_club(folder) as club:
        async with club.db(GUILD) as uow:
            await uow.communities.change(questions_channel=FORUM)
            for member_id in (11, 12, 13):
                await note_use(uow, member_id, club.clock.now())
        yield club


def person(member_id: int) -> Actor:
    return Actor(member_id, sees=lambda channel_id: True)


async def asked(club: Club, member_id: int, text: str = "なぜ？", *, anonymous: bool = False, **more: str) -> int:
    """A question of this person's that has its thread; its id."""
    new = NewQuestion(text, anonymous=anonymous, **more)
    result: Any = await club.services.asking.ask(GUILD, person(member_id), new)
    while isinstance(result, MayBeGuessed | AlikeFound):
        result = await club.services.asking.confirm(GUILD, person(member_id), result.draft_id)
    question_id = result.view.question.id
    async with club.db(GUILD) as uow:
        mirror = await uow.mirrors.find(QUESTION, question_id)
        assert mirror is not None
        await uow.mirrors.store(mirror, remote_id=1000 + question_id, shown=mirror.wanted, made_at=club.clock.now())
    return question_id


async def question(club: Club, question_id: int) -> Question:
    async with club.db.reading(GUILD) as uow:
        found = await uow.questions.find(question_id)
        assert found is not None
        return found


async def hidden(club: Club, question_id: int, actor: Actor = MOD, reason: str = "") -> Any:
    """Hidden after a look at what it means."""
    preview = await club.services.moderating.propose(GUILD, actor, str(question_id), "hide", reason)
    return await club.services.moderating.confirm(GUILD, actor, preview.draft_id)


async def where_it_is_known(club: Club, member_id: int) -> set[str]:
    """The tables and columns in which this id stands."""
    found: set[str] = set()
    async with club.db.connections.reading() as connection:
        for table in metadata.sorted_tables:
            for row in await connection.execute(select(table)):
                found |= {f"{table.name}.{name}" for name, value in row._mapping.items() if has(value, member_id)}
    return found


def has(value: object, member_id: int) -> bool:
    """Whether an id stands in a column's value, by itself or in a text."""
    return value == member_id or (not isinstance(value, int | datetime) and str(member_id) in str(value))
