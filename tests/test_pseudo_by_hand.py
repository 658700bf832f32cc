"""What those are told whom an organizer's hand concerns, and hosts of guests, in the pseudo-locale."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.rotation.concerned import KINDS as BY_HAND
from bot.domain.rotation.guests import KINDS as GUESTS
from tests.cogs.acts import at_rest
from tests.pseudo import Ear, Hand, an_odd_world, controls, dm_buttons, let_it_be_chosen
from tests.test_pseudo_posts import sent
from tests.world import World


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


async def test_everything_that_follows_from_an_organizers_hand_is_translated(odd_world: World):
    world, mod, member, other = odd_world, odd_world.moderator, odd_world.member, odd_world.other
    ear = Ear(world)
    hand = Hand(world, ear)

    async def act(command: str, who: Any = mod, **options: Any) -> Any:
        result = await who.slash(world.general, command, **options)
        ear.listen(f"/{command}", options.values())
        return result.response

    async def press(who: Any, message: Any, part: str) -> list[Any]:
        (found,) = (each for each in controls(message, world) if part in each["custom_id"])
        answers = await hand.use(who, message, found, part)
        await at_rest(world)
        ear.listen(f"after {part}")
        return answers

    def last(who: Any) -> Any:
        return world.sim.messages(who.user.dm_channel)[-1]

    async def wait(day: int, hour: int = 0) -> None:
        await world.sim.advance_to(datetime(2026, 2, day, hour, tzinfo=UTC))
        ear.listen(f"until {day}")

    await act("group create", name="Asakai", organizer=mod)
    for who in (member, other):
        await act("rotation join", who)
    plan = await act("session schedule", theme="Tea", when="2026-02-02 00:00", venue="Room A")
    await press(mod, plan, ":confirm")
    await wait(1)
    await act("session cancel", session="Tea")
    plan = await act("session schedule", theme="Logistics", when="2026-02-20 00:00")
    await press(mod, plan, ":confirm")
    # One is asked and says yes; the other is asked instead, and it is undone after both have read of it.
    await at_rest(world)
    await press(member.user, last(member), ":yes:")
    reply = await act("rotation assign", session="Logistics", member=other)
    await press(mod, reply, ":confirm")
    await press(mod, reply, "bk:undo:")
    # Taken off with a reason, the other one is put down by hand and says no, of which the organizer hears.
    await act("rotation skip", session="Logistics", member=member, reason="Holiday", owed="no")
    await at_rest(world)
    ear.listen("a skip", ["Holiday"])
    reply = await act("rotation assign", session="Logistics", member=member)
    await press(mod, reply, ":confirm")
    await press(member.user, last(member), ":no:")
    assert set(BY_HAND) - await sent(world) == set()
    # A guest: the host hears of it, of another host, of a move, two days before, and when it is over.
    guest = {"session": "Logistics", "name": "Sencha", "topic": "Tea", "fee": "Tea"}
    await act("rotation skip", session="Logistics", member=other)
    await act("rotation guest", **guest, host=other)
    await at_rest(world)
    ear.listen("a guest")
    await act("rotation guest", **guest, host=member)
    await at_rest(world)
    ear.listen("another host")
    await press(mod, await act("session edit", session="Logistics", when="2026-02-21 00:00"), ":confirm")
    await wait(22)
    for answer in await press(member.user, last(member), "bk:dm:stop:guests"):
        await hand.use_all(member.user, answer, "a direct message that was stopped")
    # Taken off, and called off.
    for theme, act_of in (("Storm", "rotation skip"), ("Trucks", "session cancel")):
        plan = await act("session schedule", theme=theme, when="2026-03-20 00:00")
        await press(mod, plan, ":confirm")
        await act("rotation guest", session=theme, name="Sencha", host=other)
        await at_rest(world)
        result = await act(act_of, session=theme)
        if act_of == "session cancel":
            await press(mod, result, ":confirm")
        await at_rest(world)
        ear.listen(act_of)
    assert ear.escapes == {}
    assert set(GUESTS) - await sent(world) == set()
    assert dm_buttons("guests") - hand.used == set()
