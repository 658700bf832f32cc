"""What is said of answers and thanks, in the pseudo-locale: plain letters escaped translation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from simcord.builders import ChannelHandle

from bot.domain.questions.thanking import THANKED
from tests.cogs.acts import at_rest
from tests.cogs.test_requests import direct
from tests.pseudo import ANSWER_BUTTONS, Ear, Hand, an_odd_world, let_it_be_chosen
from tests.test_pseudo_posts import sent
from tests.world import World


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


async def test_answers_what_is_added_to_them_and_thanks_are_translated(odd_world: World):
    world, mod, member, other = odd_world, odd_world.moderator, odd_world.member, odd_world.other
    ear = Ear(world)
    hand = Hand(world, ear)
    guild = world.app.bot.get_guild(world.guild.id)
    await world.sim.run(guild.create_forum("x-1"))
    await mod.slash(world.general, "settings set", questions=world.guild.channels["x-1"])
    await other.slash(world.general, "profile edit", industry="#finance", about="Tea")
    for who, question, options in ((member, "Tea", {"topic": "Trucks"}), (mod, "Sencha", {})):
        await who.slash(world.general, "ask", question=question, **options)
    await at_rest(world)
    tea, sencha = (
        ChannelHandle(world.sim.env, world.guild, world.sim.env.backend.get_channel(thread.id))
        for thread in sorted(guild.threads, key=lambda each: each.id)
    )
    answers = [await other.send(place, "Sencha") for place in (tea, tea, sencha)]
    ear.listen("before")
    for place, message, who in ((tea, answers[0], member), (tea, answers[1], mod), (sencha, answers[2], mod)):
        result = await who.context_menu(place, "Accept answer", message)
        ear.listen("an answer is accepted")
        await hand.use_all(who, result.response, "under an accepted answer")
    await member.context_menu(tea, "Accept answer", answers[0])
    ear.listen("accepted again")
    form = await mod.context_menu(tea, "Thank", answers[1])
    thanks = await mod.submit_modal(form, {"topic": "Tea"})
    ear.listen("thanks")
    await hand.use_all(mod, thanks.response or thanks.followups[-1], "under thanks")
    await mod.submit_modal(await mod.context_menu(tea, "Thank", answers[1]), {"topic": "Tea"})
    await mod.slash(world.general, "question add", question="Tea", text="Tea")
    for who in (member, mod):
        await who.context_menu(tea, "Accept answer", answers[0])
        await who.context_menu(tea, "Accept answer", answers[1])
    await at_rest(world, 40 * 60)
    ear.listen("how they stand now, and what is told")
    await hand.use_all(other.user, direct(world, other)[-1], "what is told of thanks")
    await member.slash(world.general, "profile show", member=other)
    ear.listen("what somebody is known for")
    await other.slash(world.general, "me privacy", known_for="off", network="on")
    own = await other.slash(world.general, "me privacy")
    ear.listen("one's privacy")
    await hand.use_all(other, own.response, "one's privacy")
    await at_rest(world)
    ear.listen("the end")
    assert ear.escapes == {}
    assert THANKED in await sent(world)
    assert hand.used >= ANSWER_BUTTONS
