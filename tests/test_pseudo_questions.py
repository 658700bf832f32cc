"""What is said in the forum for questions, in the pseudo-locale: plain letters escaped translation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from simcord.builders import ChannelHandle

from bot.domain.questions.values import REMARK
from tests.cogs.acts import at_rest
from tests.pseudo import QUESTION_BUTTONS, Ear, Hand, an_odd_world, let_it_be_chosen
from tests.test_pseudo_posts import sent
from tests.world import World


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


async def test_the_forum_its_tags_posts_and_what_is_said_in_them_are_translated(odd_world: World):
    world, mod, member, other = odd_world, odd_world.moderator, odd_world.member, odd_world.other
    ear = Ear(world)
    hand = Hand(world, ear)
    guild = world.app.bot.get_guild(world.guild.id)
    forum = await world.sim.run(guild.create_forum("x-1"))
    await mod.slash(world.general, "settings set", questions=world.guild.channels["x-1"])
    await other.slash(world.general, "profile edit", industry="#finance", about="Tea")
    await at_rest(world)
    ear.listen("the forum's tags")
    assert all("[!!" in tag.name or tag.name.startswith("[") for tag in forum.available_tags)
    await member.slash(world.general, "ask", question="Tea", details="Sencha", topic="Trucks", industry="#medical")
    result = await other.slash(world.general, "ask", question="Sencha", anonymous=True, file=("x-1.png", b"x"))
    assert result.response is not None
    await other.click(result.response, custom_id="bk:newquestion:2:confirm")
    await at_rest(world)
    for who in (member, other):
        await who.slash(world.general, "question reply", question="Sencha", text="Tea")
        await who.slash(world.general, "question reply", question="Tea", text="Tea")
    await at_rest(world)
    ear.listen("two questions and what was said about them")
    assert len(guild.threads) == 2
    for thread in guild.threads:
        place = ChannelHandle(world.sim.env, world.guild, world.sim.env.backend.get_channel(thread.id))
        for message in world.sim.messages(place):
            for who in (other, mod):
                await hand.use_all(who, message, "in a question's thread")
    await at_rest(world)
    ear.listen("how they stand now")
    assert ear.escapes == {}
    assert REMARK in await sent(world)
    assert hand.used == QUESTION_BUTTONS - {"bk:ask"}
