"""Guests who lecture, in both databases."""

from __future__ import annotations

from msgspec.structs import replace

from bot.domain.rotation import Turn, TurnState
from bot.domain.rotation.guests import Guest
from data.database import Database
from tests.data.files import NOW
from tests.data.rows import GUILD
from tests.data.test_rotation import OTHER, a_group, a_session, database

__all__ = ["database"]
HOST = 30


async def test_a_guest_is_kept_changed_and_forgotten_in_their_own_community(database: Database):
    group_id = await a_group(database)
    first, second = [await a_session(database, group_id, days) for days in (1, 2)]
    guest = Guest(first, HOST, "佐藤", "先生", "東都大学", "睡眠", "研究20年", "2万円")
    another = Guest(second, HOST + 1, "鈴木")
    async with database(GUILD) as uow:
        await uow.guests.put(guest)
        await uow.guests.put(another)
        await uow.guests.put(replace(guest, fee=""))
    async with database.reading(GUILD) as uow:
        assert await uow.guests.of(first) == replace(guest, fee="")
        assert await uow.guests.hosted_by(HOST) == [replace(guest, fee="")]
    await a_group(database, OTHER)
    async with database(OTHER) as uow:
        await uow.guests.remove(first)
        assert (await uow.guests.of(first), await uow.guests.hosted_by(HOST)) == (None, [])
    async with database(GUILD) as uow:
        await uow.guests.remove(first)
        assert await uow.guests.of(first) is None
        assert await uow.guests.of(second) == another


async def test_which_organizer_asked_somebody_is_kept_with_the_turn(database: Database):
    session_id = await a_session(database, await a_group(database))
    async with database(GUILD) as uow:
        turn = await uow.rotation.put(Turn(session_id, 0, 11, TurnState.ASKED, NOW, by_hand=True, asked_by=1))
        assert await uow.rotation.turn(turn.id) == turn
        await uow.rotation.put(turn.become(TurnState.WITHDRAWN, NOW))
        # The place is free for another.
        await uow.rotation.put(Turn(session_id, 0, 12, TurnState.ASKED, NOW))
