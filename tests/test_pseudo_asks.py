"""What people are asked privately, and what is told of it, in the pseudo-locale: plain letters escaped translation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from tests.cogs.acts import at_rest
from tests.pseudo import ASK_BUTTONS, ASK_POSTS, Ear, Hand, an_odd_world, controls, let_it_be_chosen
from tests.test_pseudo_posts import sent
from tests.world import World

DAY = 86_400


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


async def test_everything_that_is_said_to_those_who_are_asked_is_translated(odd_world: World):
    world, mod, member, other = odd_world, odd_world.moderator, odd_world.member, odd_world.other
    ear = Ear(world)
    hand = Hand(world, ear)

    async def give(who: Any, command: str, **options: Any) -> Any:
        result = await who.slash(world.general, command, **options)
        ear.listen(f"/{command} {options}", options.values())
        return result.response

    async def use(who: Any, message: Any, act: str) -> list[Any]:
        (part,) = (part for part in controls(message, world) if act in part["custom_id"])
        return await hand.use(who, message, part, act)

    guild = world.app.bot.get_guild(world.guild.id)
    await world.sim.run(guild.create_forum("x-1"))
    await give(mod, "settings set", questions=world.guild.channels["x-1"])
    await give(mod, "group create", name="Asakai", organizer=other)
    # Nobody works there, and who could be asked instead.
    await give(member, "profile edit", topics="Tea", industry="#retail")
    answer = await give(mod, "ask", question="Trucks", industry="#logistics")
    await hand.use_all(mod, answer, "nobody works there")
    for who in (member, other):
        await give(who, "help")
    await at_rest(world)
    (message,) = world.sim.messages(member.user.dm_channel)
    await use(member.user, message, ":know:")
    (answer,) = await use(member.user, message, ":take:")
    await world.sim.advance(2 * DAY + 60)
    ear.listen("somebody is on it, and reminded")
    await hand.use_all(member.user, answer, "somebody is on it")
    for message in world.sim.messages(member.user.dm_channel)[::-1]:
        await hand.use_all(member.user, message, "a direct message")
    await at_rest(world)
    ear.listen("nobody is left")
    for who in (mod, other):
        for message in world.sim.messages(who.user.dm_channel):
            await hand.use_all(who.user, message, "a direct message")
    for message in world.sim.messages(world.log):
        await hand.use_all(mod, message, "in the log")
    await hand.use_all(mod, await give(mod, "question show", question="Trucks"), "/question show")
    assert ear.escapes == {}
    assert await sent(world) >= ASK_POSTS
    assert hand.used >= ASK_BUTTONS
