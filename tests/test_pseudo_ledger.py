"""What people read of their own ledger and of their year, in the pseudo-locale: plain letters escaped translation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.ledger import YEAR
from bot.domain.questions.values import Question, QuestionState
from tests.cogs.acts import previewed
from tests.pseudo import LEDGER_BUTTONS, Ear, Hand, an_odd_world, let_it_be_chosen
from tests.test_pseudo_posts import sent
from tests.world import World


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


async def test_everything_that_is_said_of_a_year_is_translated(odd_world: World):
    world, other = odd_world, odd_world.other
    ear = Ear(world)
    hand = Hand(world, ear)

    async def ask() -> None:
        async with world.app.database(world.guild.id) as uow:
            for _number in range(11):
                now = world.sim.now()
                new = Question(0, other.id, True, "Tea", "", "", "", 5, QuestionState.OPEN, "", now, now)
                await uow.questions.add(new)

    await world.sim.run(ask())
    await world.sim.run(world.app.services.ledger.resume(world.guild.id))
    mod = world.moderator
    await mod.slash(world.general, "group create", name="Tea")
    shown = await previewed(world, "session schedule", theme="Tea", when="2026-01-07 07:00")
    await mod.click(shown, custom_id="bk:newsession:1:confirm")
    await other.slash(world.general, "session rsvp", session="#1", answer="going")
    ear.listen("a session", ["Tea"])
    await world.sim.advance_to(datetime(2027, 1, 2, 2, tzinfo=UTC))
    ear.listen("until January", ["Tea"])
    message = next(each for each in world.sim.messages(other.user.dm_channel)[::-1] if "2026" in each.content)
    await hand.use_all(other.user, message, "the summary of a year")
    for given in ({}, {"year": 2026}):
        shown = (await other.slash(world.general, "me ledger", **given)).response
        ear.listen(f"/me ledger {given}", ["Tea"])
        await hand.use_all(other, shown, f"/me ledger {given}")
    assert ear.escapes == {}
    assert YEAR in await sent(world)
    assert hand.used == LEDGER_BUTTONS
