"""Discord's rules for threads.

Each canary shows a gap in simcord alone, and that our change closes it. One whose first half fails says that a
new simcord has closed the gap itself: take the change out.
"""

from __future__ import annotations

from typing import Any

import discord
import simcord

from bot.demo.simulation import Simulation
from tests.simulation.scenes import Going, Little, buttons, forbid, outcome, place, seen_by_bot, with_and_without


async def archived_thread(sim: Simulation, hall: simcord.ChannelHandle, **edit: Any) -> tuple[Any, Any, Any]:
    """An archived thread as the bot and as people see it, and a message of the bot in it."""
    message = await sim.run(seen_by_bot(sim, hall).send("a session"))
    thread = await sim.run(message.create_thread(name="talk"))
    inside = await sim.run(thread.send("welcome"))
    await sim.run(thread.edit(archived=True, **edit))
    [handle] = hall.threads
    return thread, handle, inside


async def test_canary_a_message_reopens_an_archived_thread() -> None:
    async def scene(sim: Simulation) -> list[bool]:
        _, hall, yuki = place(sim)
        reopened = []
        for speak in (lambda t, h: sim.run(t.send("hello")), lambda t, h: yuki.send(h, "hello")):
            hall = yuki.guild.create_text_channel("another")
            thread, handle, _ = await archived_thread(sim, hall)
            await speak(thread, handle)
            reopened.append(not (await sim.run(sim.bot.fetch_channel(thread.id))).archived)
        return reopened

    assert await with_and_without(scene) == ([False, False], [True, True])


async def test_canary_a_locked_thread_is_for_those_who_manage_threads() -> None:
    async def scene(sim: Simulation) -> list[Any]:
        _, hall, yuki = place(sim)
        thread, handle, _ = await archived_thread(sim, hall, locked=True)
        member = await outcome(yuki.send(handle, "may I?"))
        forbid(sim, hall, manage_threads=False)
        bot = await outcome(sim.run(thread.send("may I?")))
        forbid(sim, hall, manage_threads=True)
        return [member, bot, await outcome(sim.run(thread.send("I may")))]

    assert await with_and_without(scene) == ([None, None, None], [50083, 50083, None])


async def test_canary_nothing_else_changes_in_an_archived_thread() -> None:
    async def scene(sim: Simulation) -> list[Any]:
        _, hall, yuki = place(sim)
        thread, _, inside = await archived_thread(sim, hall)
        member = discord.Object(yuki.id)
        works = (inside.edit(content="x"), thread.add_user(member), thread.join(), thread.edit(name="x"))
        refused = [await outcome(sim.run(work)) for work in works]
        return [*refused, await outcome(sim.run(thread.edit(name="x", archived=False)))]

    assert await with_and_without(scene) == ([None] * 5, [50083] * 4 + [None])


async def test_canary_buttons_do_not_work_in_an_archived_thread() -> None:
    class Host(Little):
        free = 2

        async def setup_hook(self) -> None:
            self.add_dynamic_items(Going)

    async def scene(sim: Simulation) -> str:
        _, hall, yuki = place(sim)
        thread = await sim.run((await sim.run(seen_by_bot(sim, hall).send("x"))).create_thread(name="talk"))
        post = await sim.run(thread.send("come?", view=buttons(1)))
        await sim.run(thread.edit(archived=True))
        try:
            return sim.private_replies(await yuki.click(post, label="Going"))[0]
        except simcord.SetupError:
            return "impossible"

    assert await with_and_without(scene, Host) == ("place 2", "impossible")


async def test_canary_who_made_a_thread_may_rename_but_not_lock_it() -> None:
    async def scene(sim: Simulation) -> list[Any]:
        _, hall, _ = place(sim)
        thread = await sim.run((await sim.run(seen_by_bot(sim, hall).send("x"))).create_thread(name="talk"))
        forbid(sim, hall, manage_channels=False, manage_threads=False)
        works = (thread.edit(name="new"), thread.edit(locked=True), thread.delete())
        creator = [await outcome(sim.run(work)) for work in works]
        forbid(sim, hall, manage_channels=False)
        works = (thread.edit(locked=True), thread.delete())
        return [*creator, *[await outcome(sim.run(work)) for work in works]]

    assert await with_and_without(scene) == ([50013] * 5, [None, 50013, 50013, None, None])


async def test_canary_a_message_has_one_thread_and_its_name_has_limits() -> None:
    async def scene(sim: Simulation) -> list[Any]:
        _, hall, _ = place(sim)
        message = await sim.run(seen_by_bot(sim, hall).send("x"))
        names = ("n" * 101, "talk", "talk")
        return [
            await outcome(
                sim.run(
                    sim.bot.http.start_thread_with_message(hall.id, message.id, name=name, auto_archive_duration=1440)
                )
            )
            for name in names
        ]

    assert await with_and_without(scene) == ([None] * 3, [50035, None, 160004])
