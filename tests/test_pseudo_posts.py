"""The setup, and all that comes by itself, in the pseudo-locale: what is left in plain letters escaped translation."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from sqlalchemy import select

from bot.app.kinds import post_kinds
from bot.demo.simulation import set_locale
from bot.domain.communities import CHANNEL_FIELDS
from bot.domain.ledger import YEAR
from bot.domain.notices import PROBLEMS, Problem, Trouble, permissions_for
from bot.domain.posts import PostState
from bot.domain.questions.news import LOGGED, MODERATED
from bot.domain.questions.thanking import THANKED
from bot.domain.questions.values import REMARK
from bot.domain.rotation.concerned import KINDS as BY_HAND
from bot.domain.rotation.guests import KINDS as GUESTS
from bot.domain.rotation.swaps import TO_ITS_OWNER, TO_OTHERS
from bot.domain.setup import STEPS
from bot.domain.spinoffs import ASKED as SPINOFF_ASKED
from bot.i18n import PSEUDO, escaped, words
from bot.rendering.notices import trouble
from data.posts import posts
from tests.cogs.acts import at_rest
from tests.cogs.permissions import forbid, hide, withhold
from tests.pseudo import (
    ANSWER_BUTTONS,
    ASK_BUTTONS,
    ASK_POSTS,
    CARE_BUTTONS,
    CARE_POSTS,
    COMMAND_BUTTONS,
    DATE_BUTTONS,
    FINDING_BUTTONS,
    INTRODUCTION_BUTTONS,
    INTRODUCTION_POSTS,
    LECTURE_BUTTONS,
    LECTURER_BUTTONS,
    LECTURER_POSTS,
    PAIRING_BUTTONS,
    PAIRING_POSTS,
    SWAP_BUTTONS,
    UNPROMPTED_BUTTONS,
    WHO_BUTTONS,
    Ear,
    Hand,
    an_odd_world,
    cities,
    controls,
    let_it_be_chosen,
    shapes,
)
from tests.world import World


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


# The setup


async def stand_at(world: World, step: str, **settings: Any) -> None:
    """Put the setup at a step, in the pseudo-locale whatever was chosen before."""

    async def write() -> None:
        async with world.app.database(world.guild.id) as uow:
            await world.app.services.communities.apply(uow, None, language=PSEUDO, setup_step=step, **settings)

    await world.sim.run(write())


@pytest.mark.parametrize("hindered", [False, True], ids=["allowed", "hindered"])
async def test_every_page_of_the_setup_and_everything_on_it_is_translated(
    bare_world: World, monkeypatch: pytest.MonkeyPatch, hindered: bool
):
    world, mod = bare_world, bare_world.moderator
    let_it_be_chosen(monkeypatch)
    set_locale(mod, PSEUDO)
    if hindered:
        withhold(world, "create_events", "manage_channels")
        forbid(world, world.general, send_messages=False, embed_links=False)
        lost = world.guild.create_text_channel("lost")
        world.sim.env.backend.delete_channel(lost.id)
        await world.sim.env.settle()
    settings = dict.fromkeys(CHANNEL_FIELDS.values(), 0)
    if hindered:
        settings = {"announcements_channel": world.general.id, "log_channel": lost.id}
    ear = Ear(world)
    hand = Hand(world, ear)
    for step in STEPS:
        await stand_at(world, step, **settings)
        first = (await mod.slash(world.general, "setup")).response
        assert ear.listen(f"/setup at {step}")
        for part in controls(first, world):
            await stand_at(world, step, **settings)
            page = (await mod.slash(world.general, "setup")).response
            await hand.use(mod, page, part, f"/setup at {step}")
    await stand_at(world, "time_zone")
    page = (await mod.slash(world.general, "setup")).response
    form = await mod.click(page, custom_id="bk:setup:form:time_zone")
    await mod.submit_modal(form, {"text": "new y"})
    await world.sim.advance(5)
    ear.listen("/setup: a search for a city, and channels that were made", cities("new y"))
    assert ear.escapes == {}
    assert {used.split(":")[2] for used in hand.used} == {"set", "form", "skip", "back", "make", "check", "again"}
    assert ("[!!" in "".join(channel.name for channel in world.guild.channels.values())) is not hindered


# What comes by itself


async def choose_pseudo(world: World, guild_id: int) -> None:
    """Let a server speak the pseudo-locale."""

    async def write() -> None:
        async with world.app.database(guild_id) as uow:
            await uow.communities.change(language=PSEUDO)

    await world.sim.run(write())


async def tell_of(world: World, guild_id: int) -> None:
    """The gateway tells the bot that it has come to a server."""
    world.sim.bot.dispatch("guild_join", world.sim.bot.get_guild(guild_id))


def everything(world: World) -> Iterator[discord.Message]:
    """Every message of the bot that stands in a channel or thread."""
    me = world.sim.bot.user.id
    for channel in (world.general, world.log):
        for place in (channel, *channel.threads):
            yield from (message for message in world.sim.messages(place) if message.author.id == me)


async def sent(world: World) -> set[str]:
    """The kinds of posts that arrived so far."""

    async def read() -> set[str]:
        async with world.app.database.connections.reading() as connection:
            rows = await connection.execute(select(posts.c.kind, posts.c.state))
            return {row.kind for row in rows if row.state == PostState.SENT.value}

    return await world.sim.run(read())


def tokyo(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of January 2026 on the community's clock."""
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC) - timedelta(hours=9)


async def test_everything_that_comes_by_itself_in_a_week_is_translated(odd_world: World):
    world, mod, member, other = odd_world, odd_world.moderator, odd_world.member, odd_world.other
    ear = Ear(world)
    hand = Hand(world, ear)

    async def act(who: Any, command: str, **options: Any) -> Any:
        result = await who.slash(world.general, command, **options)
        ear.listen(f"/{command}")
        return result.response

    async def confirm(message: Any) -> None:
        (button,) = (part for part in controls(message, world) if part["custom_id"].endswith(":confirm"))
        await mod.click(message, custom_id=button["custom_id"])
        await at_rest(world)
        ear.listen("what follows")

    async def wait(until: datetime) -> None:
        await world.sim.advance_to(until)
        ear.listen(f"until {until}")

    # A bot that comes to a server whose language it does not speak.
    elsewhere = world.sim.env.create_guild("Board", preferred_locale="fr")
    place = elsewhere.create_text_channel("general")
    await choose_pseudo(world, elsewhere.id)
    await world.sim.run(tell_of(world, elsewhere.id))
    await at_rest(world)
    manager = elsewhere.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
    guide = elsewhere.add_member(world.sim.env.create_user("guide"), roles=[manager])
    set_locale(guide, PSEUDO)
    (line,) = world.sim.messages(place)
    await hand.use(guide, line, controls(line, world)[0], "on joining")

    keeper = world.guild.add_member(world.sim.env.create_user("keeper"))
    set_locale(keeper, PSEUDO)
    hide(world, world.log)
    await act(mod, "morning set", channel=world.general)
    await act(mod, "group create", name="Asakai")
    await act(mod, "group create", name="Board", channel=world.log)
    await confirm(await act(mod, "series create", name="Weekly", group="Asakai", rule="every Wednesday 07:00"))
    await act(mod, "settings set", introductions=world.general)
    card = await act(other, "profile edit", industry="Trucks, #finance", employment="npo", topics="Tea", about="Tea")
    await other.click(card, custom_id="bk:profile:post")
    await at_rest(world)
    ear.listen("an introduction")
    plan = {"theme": "Tea", "group": "Board", "when": "2026-01-08 07:00", "kind": "visit", "duration": 15}
    await confirm(await act(mod, "session schedule", **plan))
    plan = {"theme": "Logistics", "group": "Asakai", "when": "2026-01-08 19:00", "capacity": 1, "venue": "Room A"}
    plan |= {"link": "https://meet.example/tea", "description": "Trucks", "deadline": "2026-01-07 20:00"}
    await confirm(await act(mod, "session schedule", **plan))
    await act(mod, "me reminders", before="10 min")
    await act(mod, "session rsvp", session="Tea", answer="going")
    await act(mod, "session rsvp", session="Weekly", answer="late")
    await act(other, "session rsvp", session="Weekly", answer="maybe")
    for who, answer in ((member, "going"), (other, "going"), (mod, "late"), (member, "not_going")):
        await act(who, "session rsvp", session="Logistics", answer=answer)
        await at_rest(world)
    assert "promotion" in await sent(world)
    await act(mod, "session rsvp", session="Weekly", answer="going", member=other)
    await at_rest(world)
    assert "answered_for" in await sent(world)
    # A host who does not come, of which the organizer hears.
    await act(mod, "group edit", name="Asakai", add_organizer=keeper)
    await act(keeper, "help")
    await act(member, "group join", group="Asakai")
    hosted = await act(member, "session schedule", theme="Sencha", group="Asakai", when="2026-01-20 19:00")
    await member.click(hosted, custom_id=controls(hosted, world)[-1]["custom_id"])
    await at_rest(world)
    await act(member, "session rsvp", session="Sencha", answer="not_going")
    await at_rest(world)
    assert "hostless" in await sent(world)
    await act(mod, "mod restrict", **{"member": keeper, "from": "rotation", "reason": "Storm"})
    await at_rest(world)
    assert "restricted" in await sent(world)
    await confirm(await act(mod, "session edit", session="Logistics", when="2026-01-09 19:00", reason="Holiday"))
    changed = {"theme": "Trucks", "venue": "Room B", "duration": 90, "deadline": "-", "link": "-", "reason": "Storm"}
    await act(mod, "session edit", session="Logistics", **changed)
    await at_rest(world)
    await wait(tokyo(7, 6, 30))
    (morning,) = [m for m in world.sim.messages(world.general) if "bk:morning:#" in shapes(m, world)]
    await hand.use_all(other, morning, "the morning post")
    await wait(tokyo(7, 9))
    await act(mod, "morning set", mention=world.guild.create_role("Helpers"))
    await wait(tokyo(8, 7, 30))
    await confirm(await act(mod, "session cancel", session="Trucks", reason="Storm"))
    # The next session of the series is announced a week ahead, where the bot may no longer write.
    forbid(world, world.general, send_messages=False)
    await wait(tokyo(14, 7, 15))
    forbid(world, world.general)
    await wait(tokyo(21, 6, 30))
    await act(mod, "group create", name="Sencha")
    await act(member, "group join", group="Sencha")
    await confirm(await act(mod, "group archive", name="Sencha", reason="Storm"))
    for message in [*everything(world)]:
        if not shapes(message, world) <= hand.used:
            who = mod if message.channel.id == world.log.id else other
            await hand.use_all(who, message, "what came by itself")
    for who in (member, other, mod, keeper):
        message = world.sim.messages(who.user.dm_channel)[0]
        (stop,) = (part for part in controls(message, world) if part["custom_id"].startswith("bk:dm:"))
        (answer,) = await hand.use(who.user, message, stop, "a direct message")
        await hand.use_all(who.user, answer, "a direct message that was stopped")
    assert ear.escapes == {}
    # Those of lecturers, of turns that change hands, of pairs and of questions come in tests of their own.
    other_tests = {
        *ASK_POSTS,
        *CARE_POSTS,
        *LECTURER_POSTS,
        *PAIRING_POSTS,
        *INTRODUCTION_POSTS,
        YEAR,
        LOGGED,
        MODERATED,
        SPINOFF_ASKED,
        *TO_OTHERS,
        *TO_ITS_OWNER,
        *BY_HAND,
        *GUESTS,
        REMARK,
        THANKED,
    }
    assert await sent(world) == set(post_kinds(world.app.services)) - other_tests
    assert hand.used == UNPROMPTED_BUTTONS


def test_every_kind_of_button_is_pressed_in_one_of_these_tests(odd_world: World):
    every = (
        ANSWER_BUTTONS
        | ASK_BUTTONS
        | CARE_BUTTONS
        | DATE_BUTTONS
        | FINDING_BUTTONS
        | WHO_BUTTONS
        | INTRODUCTION_BUTTONS
        | COMMAND_BUTTONS
        | UNPROMPTED_BUTTONS
        | LECTURER_BUTTONS
        | LECTURE_BUTTONS
        | SWAP_BUTTONS
        | PAIRING_BUTTONS
    )
    pressed = [custom_id.replace("#", "1") for custom_id in every]
    # Which of several servers is meant is asked in `tests/cogs/test_help.py`, in both languages.
    kinds = [kind for kind in odd_world.sim.bot.items_to_load if kind.__name__ != "ServerButton"]
    assert [
        k.__name__ for k in kinds if not any(k.__discord_ui_compiled_template__.fullmatch(p) for p in pressed)
    ] == []
    assert len(kinds) >= 10


@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_problem_that_moderators_hear_of_is_translated(problem: Problem):
    for cause in ("403 50013", "event: 403 50013", "thread: deleted", "K7M2QX"):
        content = trouble(Trouble(problem, 5, cause, 50, 50, permissions_for(problem, cause)), words(PSEUDO))
        assert escaped(content.text) == []
