"""What is said while people are introduced to each other, in the pseudo-locale: plain letters escaped translation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from simcord.builders import ChannelHandle

from tests.cogs.permissions import forbid
from tests.pseudo import INTRODUCTION_BUTTONS, INTRODUCTION_POSTS, Ear, Hand, an_odd_world, controls, let_it_be_chosen
from tests.test_pseudo_posts import sent
from tests.world import World

REASON = "Tea"


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


async def test_everything_that_is_said_of_introductions_is_translated(odd_world: World):
    world, mod, member, other = odd_world, odd_world.moderator, odd_world.member, odd_world.other
    ear = Ear(world)
    hand = Hand(world, ear)

    async def wait(day: int) -> None:
        await world.sim.advance_to(datetime(2026, 1, day, 4, tzinfo=UTC))
        ear.listen(f"until January {day}")

    async def give(who: Any, command: str, **options: Any) -> Any:
        result = await who.slash(world.general, command, **options)
        ear.listen(f"/{command} {options}", [REASON, *options.values()])
        return result.response

    async def thread() -> Any:
        """The newest private thread of theirs."""
        found = [each for each in world.app.bot.get_guild(world.guild.id).threads if each.is_private()]
        env = world.sim.env
        return ChannelHandle(env, world.guild, env.backend.get_channel(max(each.id for each in found)))

    # Whoever has never used the bot can't be asked, and nobody is introduced to themselves.
    await give(mod, "introduce", person=member, to=other, reason=REASON)
    await give(mod, "introduce", person=mod, to=mod, reason=REASON)
    for who, industry in ((member, "#finance"), (other, "#retail"), (mod, "#finance")):
        await who.slash(world.general, "profile edit", industry=industry, topics=f"{REASON}, Sencha")
    ear.listen("profiles", [REASON])
    await give(mod, "me introductions")
    # Two by a third, in their thread; the one who is asked first says no, then yes.
    for _attempt in range(2):
        await give(mod, "introduce", person=member, to=other, reason=REASON)
    await give(mod, "me introductions")
    shown = await give(member, "me introductions")
    for act in ("no", "yes"):
        (part,) = [each for each in controls(shown, world) if f":{act}:" in each["custom_id"]]
        (shown, *_more) = [*await hand.use(member, shown, part, "/me introductions"), shown]
    await give(member, "me introductions")
    (asked,) = world.sim.messages(other.user.dm_channel)
    yes = next(each for each in controls(asked, world) if ":yes:" in each["custom_id"])
    for answer in await hand.use(other.user, asked, yes, "what somebody is asked"):
        await hand.use_all(other.user, answer, "what somebody has answered")
    await wait(20)
    for message in world.sim.messages(await thread())[::-1]:
        await hand.use_all(other, message, "in the thread")
        await hand.use_all(mod, message, "in the thread, as who proposed it")
    await give(mod, "introduce", person=member, to=other, reason=REASON)
    await give(member, "introduce", person=member, to=other, reason=REASON)
    # Somebody who would like to meet, who is of the same industry; and where no thread can be made.
    await give(member, "introduce", person=member, to=mod, reason=REASON)
    await hand.use_all(mod.user, world.sim.messages(mod.user.dm_channel)[-1], "what somebody is asked")
    for channel in (world.general, world.log):
        forbid(world, channel, create_private_threads=False)
    await give(mod, "introduce", person=mod, to=other, reason=REASON)
    message = world.sim.messages(other.user.dm_channel)[-1]
    await hand.use_all(other.user, message, "what somebody is asked")
    await give(other, "pairing avoid", member=member)
    await give(other, "introduce", person=other, to=member, reason=REASON)
    await wait(22)
    await world.sim.advance_to(datetime(2026, 2, 8, tzinfo=UTC))
    ear.listen("two weeks later")
    for who in (mod, member, other):
        for message in world.sim.messages(who.user.dm_channel):
            await hand.use_all(who.user, message, "a direct message")
        await give(who, "me introductions")
    await who.user.slash("me introductions")
    ear.listen("/me introductions in a direct message")
    assert ear.escapes == {}
    assert await sent(world) >= INTRODUCTION_POSTS
    assert hand.used == INTRODUCTION_BUTTONS
