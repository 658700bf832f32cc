"""What people are asked later about questions, in the pseudo-locale: plain letters escaped translation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.questions.converting import OFFER, POSTED
from tests.cogs.acts import at_rest, with_group
from tests.cogs.permissions import hide
from tests.cogs.test_question_activity import place
from tests.cogs.test_questions import many, threads
from tests.pseudo import CARE_BUTTONS, CARE_POSTS, OFFER_BUTTONS, Ear, Hand, an_odd_world, controls, let_it_be_chosen
from tests.test_pseudo_posts import sent
from tests.world import World


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


async def test_everything_that_people_are_asked_about_questions_is_translated(odd_world: World):
    world, mod, member, other = odd_world, odd_world.moderator, odd_world.member, odd_world.other
    ear = Ear(world)
    hand = Hand(world, ear)
    guild = world.app.bot.get_guild(world.guild.id)

    async def use_the_last(who: Any, what: str) -> None:
        await hand.use_all(who.user, world.sim.messages(who.user.dm_channel)[-1], what)
        # They hear of it again.
        kinds = ("questions", "tending")
        for kind in kinds:
            await world.sim.run(world.app.services.members.choose(world.guild.id, who.id, kind, wanted=True))

    await world.sim.run(guild.create_forum("x-1"))
    await mod.slash(world.general, "settings set", questions=world.guild.channels["x-1"])
    await many(world)
    await with_group(world, organizer=member)
    await member.slash(world.general, "help")
    await other.slash(world.general, "ask", question="Tea")
    await at_rest(world)
    (thread,) = threads(world)
    await world.sim.advance(timedelta(days=22))
    ear.listen("three weeks")
    await use_the_last(other, "is it solved?")
    await other.slash(world.general, "question reopen", question="#1")
    await world.sim.advance(timedelta(days=30))
    ear.listen("closed by itself")
    await mod.send(place(world, thread), "Tea")
    await world.sim.advance(timedelta(hours=30))
    ear.listen("somebody wrote")
    await use_the_last(other, "open it again?")
    await use_the_last(member, "open it again, as an organizer?")
    await other.slash(world.general, "question close", question="#1")
    await other.send(place(world, thread), "Tea")
    await at_rest(world)
    ear.listen("opened by writing")
    await use_the_last(other, "close it again?")
    await other.slash(world.general, "question reopen", question="#1")
    await world.sim.run(guild.get_thread(thread.id).edit(archived=True, locked=True))
    await other.slash(world.general, "question close", question="#1")
    await other.slash(world.general, "question reopen", question="#1")
    ear.listen("locked")
    await world.sim.run((await world.sim.run(guild.fetch_channel(thread.id))).delete())
    await at_rest(world, 90)
    await use_the_last(other, "its thread was deleted")
    await world.sim.run(world.app.services.members.left(world.guild.id, other.id))
    await mod.slash(world.general, "question reopen", question="#1")
    await world.sim.advance(timedelta(days=23))
    await use_the_last(member, "the asker has left")
    assert ear.escapes == {}
    assert await sent(world) >= CARE_POSTS - {OFFER, POSTED}
    assert hand.used >= CARE_BUTTONS - OFFER_BUTTONS


async def test_everything_about_messages_that_become_questions_is_translated(odd_world: World):
    world, mod, member, other = odd_world, odd_world.moderator, odd_world.member, odd_world.other
    ear = Ear(world)
    hand = Hand(world, ear)
    guild = world.app.bot.get_guild(world.guild.id)
    await world.sim.run(guild.create_forum("x-1"))
    await mod.slash(world.general, "settings set", questions=world.guild.channels["x-1"])
    await many(world)
    for who in (member, other):
        await who.slash(world.general, "help")
    ear.listen("before")

    async def make(who: Any, text: str, author: Any, where: Any = None) -> Any:
        place = where or world.general
        message = await author.send(place, text)
        result = await who.context_menu(place, "Make it a question", message)
        ear.listen(f"the menu: {text}")
        await at_rest(world)
        ear.listen(f"what follows from the menu: {text}")
        return result

    await make(member, "Tea", other)
    message = world.sim.messages(other.user.dm_channel)[-1]
    (unnamed,) = [each for each in controls(message, world) if ":hidden:" in each["custom_id"]]
    for answer in await hand.use(other.user, message, unnamed, "without my name"):
        await hand.use_all(other.user, answer, "without my name, really?")
    await hand.use_all(other.user, message, "will you ask it?")
    await world.sim.run(world.app.services.members.choose(world.guild.id, other.id, "questions", wanted=True))
    await make(member, "Sencha", other)
    message = world.sim.messages(other.user.dm_channel)[-1]
    (yes,) = [each for each in controls(message, world) if ":agree:" in each["custom_id"]]
    await hand.use(other.user, message, yes, "yes")
    await at_rest(world, 10)
    ear.listen("it was posted")
    own = await make(other, "Trucks", other)
    assert own.modal is not None
    secret = world.guild.create_text_channel("x-1")
    hide(world, secret)
    warned = await make(mod, "Storm", mod, secret)
    assert warned.modal is None
    assert ear.escapes == {}
    assert await sent(world) >= {OFFER, POSTED}
    assert hand.used >= OFFER_BUTTONS
