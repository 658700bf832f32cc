"""Pass is silence to everybody else: two servers in which the same happens, but that in one somebody does something.

All that others can read in them is the same at every moment: posts, their edits, direct messages, answers of commands.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cogs.acts import told
from tests.cogs.test_asks import MINUTE, TEA, asks, crowd, pressed
from tests.cogs.test_questions import asked, with_forum
from tests.world import World, a_world

Act = Callable[[World, Any], Awaitable[object]]


async def nothing(_world: World, _who: Any) -> None:
    pass


async def passes(world: World, who: Any) -> None:
    await pressed(world, who, "Pass")


async def passes_twice(world: World, who: Any) -> None:
    await pressed(world, who, "Pass")
    await pressed(world, who, "Pass")


async def stops(world: World, who: Any) -> None:
    await pressed(world, who, "Stop messages of this kind")


def seen_by_others(world: World, everybody: list[Any], besides: Any) -> list[Any]:
    """All that stands anywhere but in this person's direct messages, with the times of writing and editing."""
    readers = {each.user.dm_channel.id: each.id for each in everybody if each.user.dm_channel is not None}
    return sorted(
        # Which of two direct messages of one moment goes out first is chance.
        (
            readers.get(channel_id, channel_id),
            *map(second, (each.timestamp, each.edited_timestamp)),
            each.content,
            str(each.embeds),
            str([[part.get("label") for part in row["components"]] for row in each.components]),
        )
        for channel_id, some in world.sim.env.backend.messages.items()
        for each in some.values()
        if readers.get(channel_id) != besides.id and each.visible_to(None)
    )


def second(instant: str | None) -> str:
    """How far between two seconds something goes out depends on what else does, to anybody in any server."""
    return (instant or "")[:19]


async def story(folder: Path, people: int, act: Act, passer: int) -> list[Any]:
    """A question is asked of `other` and more people, one of whom does something; what others see at each moment."""
    seen: list[Any] = []
    async with a_world(folder) as world:
        await with_forum(world)
        await world.moderator.slash(world.general, "group create", name="Asakai", organizer=world.member)
        await world.member.slash(world.general, "profile edit", language="en", ask_limit="0")
        known = [world.other, *await crowd(world, people, topics="tea")]
        everybody = [world.moderator, world.member, *known]
        await asked(world, world.moderator, "How long does it keep?", **TEA)
        asked_first = (await asks(world))[passer].member_id
        who = next(each for each in known if each.id == asked_first)
        await world.sim.advance(30 * MINUTE)
        after = world.sim.now() + timedelta(minutes=1)
        await act(world, who)
        await world.sim.advance_to(after)
        for minutes in [10] * 3 + [30] * 10 + [240] * 20:
            await world.sim.advance(minutes * MINUTE)
            shown = [await told(world, world.moderator, "question show", question="1")]
            shown.append(await told(world, world.member, "question again", question="1"))
            seen.append((world.sim.now(), seen_by_others(world, everybody, who), shown))
        asked_in_all = len(await asks(world))
    assert asked_in_all > 1, "others were asked afterwards"
    return seen


@pytest.mark.parametrize(("people", "passer"), [(3, 0), (9, 1)], ids=["one at a time", "three at once"])
async def test_nobody_else_can_tell_it_from_silence(tmp_path: Path, people: int, passer: int):
    silent = await story(tmp_path, people, nothing, passer)
    for act in (passes, passes_twice, stops):
        spoken = await story(tmp_path, people, act, passer)
        for was, became in zip(silent, spoken, strict=True):
            assert was == became, act.__name__
