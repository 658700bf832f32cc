"""What is said while people are paired, in the pseudo-locale: plain letters escaped translation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from simcord.builders import ChannelHandle

from tests.cogs.permissions import forbid
from tests.pseudo import PAIRING_BUTTONS, PAIRING_POSTS, Ear, Hand, an_odd_world, let_it_be_chosen
from tests.test_pseudo_posts import sent
from tests.world import World


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


async def test_everything_that_is_said_to_those_who_are_paired_is_translated(odd_world: World):
    world, mod, member, other = odd_world, odd_world.moderator, odd_world.member, odd_world.other
    ear = Ear(world)
    hand = Hand(world, ear)

    async def wait(day: int) -> None:
        await world.sim.advance_to(datetime(2026, 1, day, 4, tzinfo=UTC))
        ear.listen(f"until January {day}")

    async def give(who: Any, command: str, **options: Any) -> Any:
        result = await who.slash(world.general, command, **options)
        ear.listen(f"/{command} {options}", options.values())
        return result.response

    await give(mod, "pairing settings", every_weeks=1, weekday=4, time="12:00")
    await give(member, "pairing join")
    # Alone; then two in their thread, and where none can be made; then three, of whom two have met.
    await wait(9)
    (message,) = world.sim.messages(member.user.dm_channel)
    await hand.use_all(member.user, message, "nobody was found")
    await give(other, "pairing join")
    for who, industry in ((member, "#finance"), (other, "#retail")):
        await who.slash(world.general, "profile edit", industry=industry, ask_hours="any time")
    ear.listen("profiles")
    await wait(16)
    (thread,) = [each for each in world.app.bot.get_guild(world.guild.id).threads if each.is_private()]
    env = world.sim.env
    handle = ChannelHandle(env, world.guild, env.backend.get_channel(thread.id))
    await wait(22)
    for message in world.sim.messages(handle)[::-1]:
        await hand.use_all(other, message, "in the thread")
    await hand.use_all(other, await give(other, "pairing show"), "/pairing show")
    for channel in (world.general, world.log):
        forbid(world, channel, create_private_threads=False)
    await give(mod, "pairing join")
    await wait(29)
    for who in (member, other, mod):
        for message in world.sim.messages(who.user.dm_channel):
            await hand.use_all(who.user, message, "a direct message")
    await hand.use_all(mod, await give(mod, "pairing show"), "/pairing show")
    assert ear.escapes == {}
    assert await sent(world) >= PAIRING_POSTS
    assert hand.used == PAIRING_BUTTONS
