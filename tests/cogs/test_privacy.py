"""/me privacy: what others see of somebody, on a server and in a direct message."""

from __future__ import annotations

from pathlib import Path

from tests.cogs.acts import told
from tests.forged import nothing_written
from tests.world import a_world


async def test_known_for_is_on_and_the_network_off_until_somebody_changes_it(tmp_path: Path):
    async with a_world(tmp_path) as world:
        await world.set_up()
        async with nothing_written(world):
            result = await world.other.slash(world.general, "me privacy")
        first = world.sim.private_replies(result)[-1]
        assert "Others see what you were thanked for" in first
        assert "You are in no picture of who met whom" in first
        await world.other.click(result.response, label="Hide what I was thanked for")
        await world.other.click(result.response, label="Let me be in the picture")
        text = world.sim.text(result.response)
        assert "Nobody else sees what you were thanked for" in text
        assert "You are in the picture of who met whom" in text
        again = await told(world, world.other, "me privacy", known_for="on")
        assert "Others see what you were thanked for" in again
        assert "You are in the picture" in again
        # It is everybody's own.
        assert "ほかの人も見られます" in await told(world, world.member, "me privacy")


async def test_in_a_direct_message_it_is_that_of_the_server_that_is_meant(tmp_path: Path):
    async with a_world(tmp_path) as world:
        await world.set_up()
        await world.other.slash(world.general, "help")
        result = await world.other.user.slash("me privacy", known_for="off")
        assert "Nobody else sees what you were thanked for" in world.sim.private_replies(result)[-1]
        await world.other.user.click(result.response, label="Show what I was thanked for")
        assert "Others see what you were thanked for" in await told(world, world.other, "me privacy")
