"""What is said of what was found, or answered already, in the pseudo-locale: plain letters escaped translation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.questions.answers import Answer
from bot.domain.questions.indexing import indexed
from tests.cogs.acts import at_rest
from tests.pseudo import FINDING_BUTTONS, NONSENSE, Ear, Hand, an_odd_world, let_it_be_chosen
from tests.world import World

TEXT = "Sencha Trucks Tea"
DRAFT = "bk:newquestion:{}:{}"


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


async def test_what_is_found_and_what_was_answered_already_is_said_in_translated_words(odd_world: World):
    world, mod, other = odd_world, odd_world.moderator, odd_world.other
    ear = Ear(world)
    hand = Hand(world, ear)
    guild = world.app.bot.get_guild(world.guild.id)
    await world.sim.run(guild.create_forum("x-1"))
    await mod.slash(world.general, "settings set", questions=world.guild.channels["x-1"])
    asked = {"question": TEXT, "details": "Storm", "topic": "Logistics", "industry": "#finance"}
    await other.slash(world.general, "ask", **asked)
    await other.slash(world.general, "question reply", question=TEXT, text="Weekly")
    await other.slash(world.general, "question close", question=TEXT)
    await at_rest(world)

    async def accept() -> None:
        async with world.app.database(world.guild.id) as uow:
            (question,) = await uow.questions.posted()
            ids = (question.id, guild.threads[0].id, 5, other.id)
            await uow.answers.add(Answer(0, *ids, False, "Board Room A", other.id, world.sim.now()))
            await indexed(uow, question)

    await world.sim.run(accept())
    for words in (TEXT, "Storm", "Weekly", "Board", "Logistics", "Sencha Tea Holiday", "Holiday"):
        result = await other.slash(world.general, "question search", words=words)
        assert result.response is not None
        ear.listen(f"search {words}", [words])
    for number, act in enumerate(("reword", "drop", "confirm"), 2):
        result = await other.slash(world.general, "ask", question=f"{TEXT} {NONSENSE}", anonymous=True)
        assert result.response is not None
        ear.listen(f"ask, to {act}")
        await use(hand, other, result.response, DRAFT.format(number, act))
        await at_rest(world)
    assert ear.escapes == {}
    assert hand.used >= FINDING_BUTTONS


async def use(hand: Hand, who: Any, message: Any, custom_id: str) -> None:
    await hand.use(who, message, {"custom_id": custom_id, "type": 2}, custom_id)
