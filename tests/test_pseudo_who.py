"""Who knows and who works where, in the pseudo-locale: plain letters escaped translation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from simcord.builders import ChannelHandle

from bot.demo.simulation import set_locale
from tests.cogs.acts import at_rest
from tests.pseudo import PSEUDO, WHO_BUTTONS, Ear, Hand, an_odd_world, let_it_be_chosen
from tests.world import World


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


async def test_who_knows_with_all_reasons_and_who_works_where_are_translated(odd_world: World):
    world, mod, other = odd_world, odd_world.moderator, odd_world.other
    ear = Ear(world)
    hand = Hand(world, ear)
    guild = world.app.bot.get_guild(world.guild.id)
    await world.sim.run(guild.create_forum("x-1"))
    await mod.slash(world.general, "settings set", questions=world.guild.channels["x-1"])
    people = [world.guild.add_member(world.sim.env.create_user("yuki")) for _n in range(17)]
    for who in (*people, other):
        set_locale(who, PSEUDO)
        await who.slash(world.general, "profile edit", industry="#retail", topics="Tea", occupation="Tea")
    await mod.slash(world.general, "ask", question="Tea", topic="Tea")
    await at_rest(world)
    (thread,) = guild.threads
    place = ChannelHandle(world.sim.env, world.guild, world.sim.env.backend.get_channel(thread.id))
    await mod.context_menu(place, "Accept answer", await other.send(place, "Sencha"))
    ear.listen("before")
    for command, options in (
        ("who knows", {"topic": "Tea"}),
        ("who knows", {"topic": "Retail"}),
        ("who knows", {"topic": "Trucks"}),
        ("who in", {"industry": "#retail"}),
        ("who in", {"industry": "#finance"}),
    ):
        result = await mod.slash(world.general, command, **options)
        ear.listen(f"/{command} {options}", options.values())
        for _turn in range(2):
            for end in (":next", ":back"):
                parts = [part for row in result.response.components for part in row["components"]]
                ids = [part["custom_id"] for part in parts if part["custom_id"].endswith(end) and not part["disabled"]]
                for custom_id in ids:
                    hand.used.add(custom_id)
                    await mod.click(result.response, custom_id=custom_id)
                    ear.listen("another page", options.values())
    assert {each.split(":")[1] + each[-5:] for each in hand.used} == {
        each.split(":")[1] + each[-5:] for each in WHO_BUTTONS
    }
    assert ear.escapes == {}
