"""What is said of what moderators do about questions, in the pseudo-locale: plain letters escaped translation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.questions.news import LOGGED, MODERATED
from bot.domain.restricting import KIND as RESTRICTED
from tests.cogs.acts import at_rest
from tests.cogs.permissions import forbid
from tests.pseudo import Ear, Hand, an_odd_world, controls, dm_buttons, let_it_be_chosen
from tests.test_pseudo_posts import sent
from tests.world import World


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


async def test_everything_that_is_told_of_what_moderators_do_is_translated(odd_world: World):
    world, mod, member, other = odd_world, odd_world.moderator, odd_world.member, odd_world.other
    ear = Ear(world)
    hand = Hand(world, ear)
    await world.sim.run(world.app.bot.get_guild(world.guild.id).create_forum("x-1"))
    await mod.slash(world.general, "settings set", questions=world.guild.channels["x-1"])
    await member.slash(world.general, "ask", question="Tea", details="Sencha", topic="Trucks", industry="#medical")
    asked = await other.slash(world.general, "ask", question="Sencha", anonymous=True)
    await other.click(asked.response, custom_id="bk:newquestion:2:confirm")
    await at_rest(world)
    ear.listen("two questions")

    async def moderate(question: str, action: str, press: str = "", **options: Any) -> Any:
        result = await mod.slash(world.general, "mod question", question=question, action=action, **options)
        ear.listen(f"{action} {question}", options.values())
        if press:
            (found,) = (each for each in controls(result.response, world) if each["custom_id"].endswith(press))
            await hand.use(mod, result.response, found, press)
        await at_rest(world)
        ear.listen(f"after {action} {question}", options.values())
        return result.response

    await moderate("Sencha", "restrict", reason="Storm")
    await moderate("Sencha", "reveal", ":confirm", reason="Storm")
    await moderate("Sencha", "close", reason="Storm")
    await moderate("Tea", "merge", into="Sencha")
    for _each in range(2):
        # Brought back below the answer, then below the copy; who asked reads of both.
        await moderate("Tea", "hide", ":confirm", reason="Storm")
        copy = world.sim.messages(world.log)[-1]
        (undo,) = (each for each in controls(copy, world) if "unhide" in each["custom_id"])
        await hand.use(mod, copy, undo, "under the copy")
        await at_rest(world)
        ear.listen("brought back")
    forbid(world, world.guild.channels["x-1"], manage_threads=False)
    await moderate("Tea", "hide", ":confirm")
    await other.slash(world.general, "me questions")
    for who in (member, other):
        await who.slash(world.general, "me questions")
        for message in world.sim.messages(who.user.dm_channel):
            await hand.use_all(who.user, message, "a direct message")
    for message in world.sim.messages(world.log):
        await hand.use_all(mod, message, "in the log")
    ear.listen("the end")
    assert ear.escapes == {}
    assert await sent(world) >= {LOGGED, MODERATED, RESTRICTED}
    assert hand.used >= {"bk:unhide:#", "bk:moderate:#:confirm", *dm_buttons("questions")}
