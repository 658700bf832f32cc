"""What is said while lecturers are looked for, in the pseudo-locale: plain letters escaped translation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actors import Actor
from bot.domain.rotation.saying import ALL
from tests.cogs.acts import at_rest
from tests.pseudo import (
    LECTURE_BUTTONS,
    LECTURE_POSTS,
    LECTURER_BUTTONS,
    Ear,
    Hand,
    an_odd_world,
    controls,
    let_it_be_chosen,
    shape,
    shapes,
)
from tests.test_pseudo_posts import everything, sent
from tests.world import World


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


async def test_everything_that_is_said_to_find_a_lecturer_is_translated(odd_world: World):
    world, mod, member, other = odd_world, odd_world.moderator, odd_world.member, odd_world.other
    ear = Ear(world)
    hand = Hand(world, ear)

    async def wait(day: int, hour: int, month: int = 2) -> None:
        await world.sim.advance_to(datetime(2026, month, day, hour, tzinfo=UTC))
        ear.listen(f"until {month}/{day} {hour}:00")

    def last(who: Any) -> Any:
        return world.sim.messages(who.user.dm_channel)[-1]

    async def use(who: Any, act: str) -> list[Any]:
        """Press what does this under somebody's last direct message."""
        (part,) = (each for each in controls(last(who), world) if act in each["custom_id"])
        answers = await hand.use(who.user, last(who), part, "a direct message")
        await at_rest(world)
        ear.listen(f"after {act}")
        return answers

    await mod.slash(world.general, "group create", name="Asakai", organizer=mod)
    for who in (member, other):
        await who.slash(world.general, "rotation join")
    plan = await mod.slash(world.general, "session schedule", theme="Tea", when="2026-02-05 00:00")
    assert plan.response is not None
    await mod.click(plan.response, custom_id=controls(plan.response, world)[-1]["custom_id"])
    # Asked on January 15, reminded half-way, yes; then what is to be prepared.
    await wait(17, 15, month=1)
    await use(member, ":yes:")
    await wait(29, 0, month=1)
    await use(member, ":say:")
    # It moves into an absence of theirs.
    since, actor = datetime(2026, 2, 4, 15, 20, tzinfo=UTC), Actor(member.id, sees=lambda _channel: True)
    await world.sim.run(world.app.services.unavailability.add(world.guild.id, actor, since))
    move = await mod.slash(world.general, "session edit", session="Tea", when="2026-02-05 00:30")
    assert move.response is not None
    await mod.click(move.response, custom_id=controls(move.response, world)[-1]["custom_id"])
    await at_rest(world)
    ear.listen("after a move into an absence")
    await wait(2, 16)
    (doubt,) = await use(member, ":no:")
    (drop,) = (each for each in controls(doubt, world) if ":drop" in each["custom_id"])
    await hand.use(member.user, doubt, drop, "whether the turn is given back")
    await at_rest(world)
    ear.listen("after a turn is given back")
    # Too late to ask the next one alone: it is offered, called out and, since nobody takes it, talked about instead.
    offered = last(other)
    for answer in await use(other, "bk:dm:stop:turns"):
        await hand.use_all(other.user, answer, "a direct message that was stopped")
    for message in [*everything(world)]:
        for part in controls(message, world):
            if shape(part["custom_id"]) in LECTURER_BUTTONS:
                await hand.use(mod, message, part, "in the channel")
    for answer in await use(mod, "bk:dm:stop:arranging"):
        await hand.use_all(mod.user, answer, "a direct message that was stopped")
    await wait(4, 1)
    for message in [*everything(world)]:
        for part in controls(message, world):
            if shape(part["custom_id"]) == "bk:seen:#":
                await hand.use(mod, message, part, "in the channel")
    (late,) = (each for each in controls(offered, world) if "bk:take:" in each["custom_id"])
    await hand.use(other.user, offered, late, "an offer that has passed")
    assert ear.escapes == {}
    assert set(ALL) - await sent(world) == set()
    assert LECTURER_BUTTONS - hand.used == set()


async def test_everything_that_is_said_before_and_after_a_lecture_is_translated(odd_world: World):
    world, mod, member, other = odd_world, odd_world.moderator, odd_world.member, odd_world.other
    ear = Ear(world)
    hand = Hand(world, ear)

    async def asked(number: int) -> None:
        await other.slash(world.general, "session ask", session="Tea", question=f"Room {'AB'[number]}")
        ear.listen("a question")

    await mod.slash(world.general, "group create", name="Asakai")
    await member.slash(world.general, "rotation join")
    await other.slash(world.general, "profile edit", industry="#finance", about="Tea")
    plan = await mod.slash(world.general, "session schedule", theme="Tea", when="2026-01-20 10:00")
    await mod.click(plan.response, custom_id=controls(plan.response, world)[-1]["custom_id"])
    await at_rest(world)
    await member.slash(world.general, "rotation confirm", session="Tea")
    ear.listen("before anything is asked", ("Tea", "Asakai"))
    await asked(0)
    await world.sim.advance_to(datetime(2026, 1, 19, 12, tzinfo=UTC))
    ear.listen("on the evening before")
    await asked(1)
    await world.sim.advance_to(datetime(2026, 1, 19, 13, tzinfo=UTC))
    ear.listen("later")
    for message in world.sim.messages(member.user.dm_channel)[-2:]:
        await hand.use_all(member.user, message, "questions")
    await other.slash(world.general, "session rsvp", session="Tea", answer="going")
    await world.sim.advance_to(datetime(2026, 1, 20, 4, tzinfo=UTC))
    ear.listen("afterwards", ("Tea",))
    (asked_all,) = [each for each in everything(world) if "bk:takeaway:#" in shapes(each, world)]
    await hand.use_all(other, asked_all, "what was taken home")
    (follow,) = (each for each in controls(asked_all, world) if "bk:follow:" in each["custom_id"])
    for who in (other, mod, member):
        # One by name, one without, and the lecturer, who can't.
        for answer in await hand.use(who, asked_all, follow, "taking it further"):
            if who is mod:
                await hand.use_all(who, answer, "without a name")
    await hand.use(other, asked_all, controls(asked_all, world)[0], "a takeaway")
    for options in ({"takeaways": "Sencha"}, {"link": "https://example.org"}, {"takeaways": "Sencha"}):
        await mod.slash(world.general, "session notes", session="Tea", **options)
        ear.listen("notes", options.values())
    await other.slash(world.general, "session show", session="Tea")
    ear.listen("what stays", ("https://example.org",))
    await world.sim.advance_to(datetime(2026, 1, 20, 6, tzinfo=UTC))
    await world.sim.advance_to(datetime(2026, 1, 28, 4, tzinfo=UTC))
    ear.listen("a week later")
    used = world.sim.messages(other.user.dm_channel)[-1]
    for part in sorted(controls(used, world), key=lambda part: "stop" in part["custom_id"]):
        if "not_yet" in part["custom_id"] or "bk:dm" in part["custom_id"]:
            await hand.use(other.user, used, part, "whether it was used")
    (yes,) = (part for part in controls(used, world) if ":yes:" in part["custom_id"])
    await hand.use(other.user, used, yes, "it was used")
    await world.sim.advance_to(datetime(2026, 2, 2, 4, tzinfo=UTC))
    ear.listen("how many used it")
    last = world.sim.messages(member.user.dm_channel)[-1]
    (stop,) = (part for part in controls(last, world) if "bk:dm" in part["custom_id"])
    for answer in await hand.use(member.user, last, stop, "a direct message"):
        await hand.use_all(member.user, answer, "a direct message that was stopped")
    assert ear.escapes == {}
    assert LECTURE_POSTS - await sent(world) == set()
    assert LECTURE_BUTTONS - hand.used == set()
