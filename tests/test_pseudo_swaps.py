"""What is said while turns change hands, in the pseudo-locale: plain letters escaped translation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.demo.simulation import set_locale
from bot.domain.rotation.swaps import TO_ITS_OWNER, TO_OTHERS
from bot.i18n import PSEUDO
from tests.cogs.acts import at_rest
from tests.pseudo import SWAP_BUTTONS, Ear, Hand, an_odd_world, controls, let_it_be_chosen
from tests.test_pseudo_posts import sent
from tests.world import World


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


async def test_everything_that_is_said_while_turns_change_hands_is_translated(odd_world: World):
    world, mod, member, other = odd_world, odd_world.moderator, odd_world.member, odd_world.other
    third = world.guild.add_member(world.sim.env.create_user("keeper"))
    set_locale(third, PSEUDO)
    ear = Ear(world)
    hand = Hand(world, ear)

    async def wait(day: int, hour: int, month: int = 1) -> None:
        await world.sim.advance_to(datetime(2026, month, day, hour, tzinfo=UTC))
        ear.listen(f"until {month}/{day} {hour}:00")

    async def use(who: Any, message: Any, act: str) -> Any:
        """Press what does this under a message; the private answer."""
        (part,) = (each for each in controls(message, world) if act in each["custom_id"])
        answers = await hand.use(who.user, message, part, "a direct message")
        await at_rest(world)
        ear.listen(f"after {act}")
        return answers[-1] if answers else message  # which shows it now

    def last(who: Any, act: str) -> Any:
        """The last direct message with a button that does this."""
        messages = world.sim.messages(who.user.dm_channel)
        return [each for each in messages if any(act in part["custom_id"] for part in controls(each, world))][-1]

    async def plan(theme: str, when: str) -> None:
        shown = await mod.slash(world.general, "session schedule", theme=theme, when=when)
        assert shown.response is not None
        await mod.click(shown.response, custom_id=controls(shown.response, world)[-1]["custom_id"])
        await at_rest(world)

    await mod.slash(world.general, "group create", name="Asakai", organizer=mod)
    for who in (member, other, third):
        await who.slash(world.general, "session list")
        await who.slash(world.general, "rotation join")
    await plan("Tea", "2026-02-05 00:00")
    await plan("Sencha", "2026-02-12 00:00")
    ear.listen("the beginning")
    # Asked on January 14; all are asked, nobody takes it, and there is time left to answer.
    await wait(14, 16)
    question = await use(member, last(member, ":yes:"), "bk:swap:")
    answer = await use(member, question, ":all:")
    await use(other, last(other, "swaptake"), ":no:")
    await wait(19, 0)
    await use(member, last(member, ":yes:"), ":yes:")
    await use(member, answer, ":withdraw:")
    # One person alone, who says no; then an organizer, for a turn that another one gives theirs for.
    await wait(23, 0)
    swap = {"session": "Tea", "with": other}
    await member.slash(world.general, "rotation swap", **swap)
    ear.listen("/rotation swap", swap.values())
    await at_rest(world)
    await use(other, last(other, "swaptake"), ":no:")
    swap |= {"with": third, "for": member}
    for each in (swap, swap | {"with": other}):
        await mod.slash(world.general, "rotation swap", **each)
        ear.listen("/rotation swap", swap.values())
    await use(third, last(third, "swaptake"), "swaptake")
    await wait(4, 23, month=2)
    assert ear.escapes == {}
    assert {*TO_OTHERS, *TO_ITS_OWNER} - await sent(world) == set()
    assert SWAP_BUTTONS - hand.used == set()
