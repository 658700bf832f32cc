"""What those read who are to be listed in a spin-off, in the pseudo-locale: plain letters escaped translation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.domain.spinoffs import ASKED
from tests.cogs.acts import at_rest
from tests.pseudo import SPINOFF_BUTTONS, Ear, Hand, an_odd_world, let_it_be_chosen
from tests.test_pseudo_posts import sent
from tests.world import World


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


async def test_what_somebody_is_asked_who_is_to_be_listed_is_translated(odd_world: World):
    world, member, other = odd_world, odd_world.member, odd_world.other
    ear = Ear(world)
    hand = Hand(world, ear)
    await member.slash(world.general, "help")
    await other.slash(world.general, "spinoff add", name="Tea", members=member.mention, about="Sencha")
    await at_rest(world)
    ear.listen("a question to who is to be listed", [member.mention])
    (message,) = world.sim.messages(member.user.dm_channel)
    await hand.use_all(member.user, message, "a question to who is to be listed")
    assert ear.escapes == {}
    assert ASKED in await sent(world)
    assert hand.used == SPINOFF_BUTTONS
