"""Discord's rules for messages.

Each canary shows a gap in simcord alone, and that our change closes it. One whose first half fails says that a
new simcord has closed the gap itself: take the change out.
"""

from __future__ import annotations

from typing import Any

import discord

from bot.demo.simulation import Simulation, close_dms, open_dms
from tests.simulation.scenes import Little, forbid, outcome, place, seen_by_bot, with_and_without


async def test_canary_the_same_nonce_gives_the_first_message_again() -> None:
    async def scene(sim: Simulation) -> tuple[list[int], Any, Any]:
        _, hall, _ = place(sim)
        channel = seen_by_bot(sim, hall)
        counts: list[int] = []
        for wait in (0, 299, 1):
            await sim.advance(wait)
            message = await sim.run(channel.send("once", nonce="n-1"))
            counts.append(len(sim.messages(hall)))
        return counts, message.nonce, sim.bot.heard

    without, ours = await with_and_without(scene)
    assert without == ([1, 2, 3], None, [("once", None)] * 3)
    assert ours == ([1, 1, 2], "n-1", [("once", "n-1")] * 2)


async def test_canary_a_nonce_has_at_most_25_characters() -> None:
    async def scene(sim: Simulation) -> Any:
        _, hall, _ = place(sim)
        return await outcome(sim.run(seen_by_bot(sim, hall).send("x", nonce="n" * 26)))

    assert await with_and_without(scene) == (None, 50035)


async def test_a_nonce_is_known_only_in_its_channel() -> None:
    async with Simulation(Little) as sim:
        community, hall, _ = place(sim)
        other = community.create_text_channel("other")
        for channel in (hall, other):
            await sim.run(seen_by_bot(sim, channel).send("x", nonce="n-1"))
        assert [len(sim.messages(channel)) for channel in (hall, other)] == [1, 1]


async def test_canary_closed_direct_messages_are_refused() -> None:
    async def scene(sim: Simulation) -> list[Any]:
        _, _, yuki = place(sim)
        user = sim.bot.get_user(yuki.id) or await sim.run(sim.bot.fetch_user(yuki.id))
        close_dms(yuki)
        closed = await outcome(sim.run(user.send("psst")))
        open_dms(yuki)
        return [closed, await outcome(sim.run(user.send("psst")))]

    assert await with_and_without(scene) == ([None, None], [50007, None])


async def test_canary_at_most_100_people_can_be_mentioned_at_once() -> None:
    async def scene(sim: Simulation) -> list[Any]:
        _, hall, _ = place(sim)
        answers = []
        for count in (100, 101):
            people = discord.AllowedMentions(users=[discord.Object(n) for n in range(1, count + 1)])
            answers.append(await outcome(sim.run(seen_by_bot(sim, hall).send("x", allowed_mentions=people))))
        return answers

    assert await with_and_without(scene) == ([None, None], [None, 50035])


async def test_canary_old_messages_can_be_edited_only_so_often() -> None:
    async def scene(sim: Simulation) -> list[Any]:
        _, hall, _ = place(sim)
        sim.rules.old_edits_per_minute = 2
        message = await sim.run(seen_by_bot(sim, hall).send("0"))
        young = [await outcome(sim.run(message.edit(content=str(n)))) for n in range(3)]
        await sim.advance(3601)
        old = [await outcome(sim.run(message.edit(content=str(n)))) for n in range(3)]
        await sim.advance(60)
        return [*young, *old, await outcome(sim.run(message.edit(content="later")))]

    assert await with_and_without(scene) == ([None] * 7, [None] * 5 + [30046, None])


async def test_canary_pinning_has_its_own_permission() -> None:
    async def scene(sim: Simulation) -> Any:
        community, _, _ = place(sim)
        no_pins = discord.PermissionOverwrite(pin_messages=False)
        hall = community.create_text_channel("pins", overwrites={community.default_role: no_pins})
        forbid(sim, hall, pin_messages=False)
        message = await sim.run(seen_by_bot(sim, hall).send("x"))
        return await outcome(sim.run(message.pin()))

    assert await with_and_without(scene) == (None, 50013)


async def test_who_was_notified_is_what_it_was_when_the_message_was_sent() -> None:
    async with Simulation(Little) as sim:
        community, hall, yuki = place(sim)
        role = community.create_role("early birds", mentionable=True)
        ben = community.add_member(sim.env.create_user("ben"), roles=[role])
        channel = seen_by_bot(sim, hall)
        loud = discord.AllowedMentions.all()
        first = await sim.run(channel.send(f"{yuki.mention}", allowed_mentions=loud))
        await sim.run(first.edit(content=ben.mention))
        second = await sim.run(channel.send(role.mention, allowed_mentions=loud))
        third = await sim.run(channel.send(yuki.mention, allowed_mentions=loud, silent=True))
        fourth = await sim.run(channel.send(yuki.mention, allowed_mentions=discord.AllowedMentions.none()))
        dm = await sim.run((await sim.run(sim.bot.fetch_user(ben.id))).send("psst"))
        pinged = [sim.pinged(message) for message in (first, second, third, fourth, dm)]
        assert pinged == [{yuki.id}, {ben.id}, set(), set(), {ben.id}]
        assert [post.silent for post in sim.unprompted()] == [False, False, True, False, False]
