"""Who can't see a channel any more is told nothing of what belongs to it, and all of it comes back when they can."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from msgspec.structs import replace

from tests.cogs.acts import at_rest, events, scheduled, told, with_group
from tests.cogs.permissions import hide
from tests.world import World, a_world, unhelped

EVENING, DAWN = datetime(2026, 1, 7, 11, tzinfo=UTC), datetime(2026, 1, 7, 21, tzinfo=UTC)
"""In Tokyo 20:00 on the day before, and 6:00."""


@pytest.fixture(params=[False, True], ids=["without the members intent", "with it"])
async def study(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[World]:
    """A session of a group in a channel of its own, to which `other` comes, who wants direct messages."""
    config = unhelped()
    config = replace(config, discord=replace(config.discord, members_intent=request.param))
    async with a_world(tmp_path, config=config) as world:
        await world.set_up()
        world.board = world.guild.create_text_channel("board")
        await with_group(world, "Board", channel=world.board)
        await scheduled(world, "Takeover", "2026-01-08 07:00", group="Board")
        await told(world, world.other, "me reminders", by="dm")
        await told(world, world.other, "session rsvp", session="Takeover", answer="going")
        await at_rest(world)
        yield world


def show(world: World, channel: Any) -> None:
    """Let everybody see a channel again."""
    role = simcord.enums.OverwriteType.ROLE
    overwrite = simcord.backend.models.Overwrite(world.guild.id, role, 0, 0)
    world.sim.env.backend.set_overwrite(channel.id, overwrite)


def admit(world: World, channel: Any, who: Any) -> None:
    """Let one person see a channel that is hidden from all others."""
    allowed = discord.Permissions(view_channel=True).value
    overwrite = simcord.backend.models.Overwrite(who.id, simcord.enums.OverwriteType.MEMBER, allowed, 0)
    world.sim.env.backend.set_overwrite(channel.id, overwrite)


def private(world: World) -> list[str]:
    """What `other` was told by direct message."""
    channel = world.other.user.dm_channel
    return [] if channel is None else [message.content for message in world.sim.messages(channel)]


async def test_a_direct_message_tells_nobody_of_a_channel_that_they_can_not_see_any_more(study: World):
    hide(study, study.board)
    await study.sim.advance_to(EVENING.replace(hour=12))
    assert private(study) == []
    admit(study, study.board, study.other)
    await study.sim.advance_to(DAWN.replace(hour=22))
    (text,) = private(study)
    assert "Takeover" in text, "whoever is let in is told again"


async def test_a_direct_message_waits_while_discord_does_not_say_who_its_reader_is(study: World):
    hide(study, study.board)
    admit(study, study.board, study.other)
    await study.sim.advance_to(EVENING.replace(hour=10))
    path = f"/guilds/{study.guild.id}/members/{study.other.id}"
    study.sim.env.inject_error("GET", path, status=500, code=0, times=1)
    await study.sim.advance_to(EVENING.replace(second=10))
    # With the intent nobody needs to be asked.
    assert len(private(study)) == study.config.discord.members_intent
    await study.sim.advance_to(EVENING.replace(minute=2))
    assert ["Takeover" in text for text in private(study)] == [True]


async def test_who_has_left_without_a_word_gets_no_direct_message_from_a_hidden_channel(study: World):
    hide(study, study.board)
    admit(study, study.board, study.other)
    study.guild.remove_member(study.other)
    await study.sim.advance_to(DAWN.replace(hour=22))
    assert private(study) == []


async def test_what_everybody_may_read_is_told_without_asking_discord_who_the_reader_is(study: World):
    await study.sim.advance_to(EVENING.replace(hour=10))
    begun = len(study.sim.env.http_requests)
    await study.sim.advance_to(EVENING.replace(hour=12))
    assert len(private(study)) == 1
    asked = [request for request in study.sim.env.http_requests[begun:] if "/members/" in request.path]
    assert asked == []


async def test_an_event_goes_when_its_channel_is_hidden_and_comes_back_with_it_once(study: World):
    assert [event.name for event in events(study)] == ["Takeover"]
    hide(study, study.board)
    await at_rest(study)
    assert events(study) == []
    show(study, study.board)
    await at_rest(study)
    assert [event.name for event in events(study)] == ["Takeover"]


def shut_out(world: World, channel: Any, target: Any) -> None:
    """Hide a channel that everybody sees from one role or person."""
    is_role = target in world.guild.roles.values()
    kind = simcord.enums.OverwriteType.ROLE if is_role else simcord.enums.OverwriteType.MEMBER
    denied = discord.Permissions(view_channel=True).value
    world.sim.env.backend.set_overwrite(channel.id, simcord.backend.models.Overwrite(target.id, kind, 0, denied))


async def test_who_alone_is_shut_out_sees_neither_event_nor_direct_message_and_a_bot_does_not_count(study: World):
    robot = study.guild.add_member(study.sim.env.create_user("robot", bot=True))
    if study.config.discord.members_intent:
        # Without the intent nobody knows that it is a bot.
        shut_out(study, study.board, robot)
    await at_rest(study)
    assert [event.name for event in events(study)] == ["Takeover"]
    shut_out(study, study.board, study.other)
    await study.sim.advance_to(EVENING.replace(hour=12))
    assert events(study) == []
    assert private(study) == []


async def test_an_event_goes_when_its_channel_was_hidden_while_the_bot_was_away(study: World):
    await study.sim.stop()
    hide(study, study.board)
    await study.sim.restart()
    await at_rest(study)
    assert events(study) == []


async def test_who_lost_sight_of_the_channel_is_mentioned_no_more(study: World):
    await told(study, study.other, "me reminders", by="channel")
    await told(study, study.member, "session rsvp", session="Takeover", answer="going")
    shut_out(study, study.board, study.other)
    seen = len(study.sim.unprompted())
    await study.sim.advance_to(EVENING.replace(hour=12))
    (evening,) = [post for post in study.sim.unprompted()[seen:] if post.channel_id == study.board.id and post.pinged]
    assert evening.pinged == {study.member.id}
    assert study.other.mention not in evening.content


async def test_who_lost_sight_of_the_channel_withdraws_without_hearing_more_of_it(study: World):
    await told(study, study.member, "session rsvp", session="Takeover", answer="going")
    hide(study, study.board)
    page = (await study.other.slash(study.general, "me sessions")).response
    assert page is not None
    text = study.sim.text(page)
    assert "You also said that you (may) come to 1 session of a study group that you can't see any more." in text
    assert "Takeover" not in text
    assert "Board" not in text
    await study.sim.restart()
    await study.other.click(page, label="Withdraw those answers")
    assert study.sim.text(page).startswith("I withdrew your answer to 1 session.")
    assert "can't see" not in await told(study, study.other, "me sessions")
    shown = await told(study, study.moderator, "session show", session="Takeover")
    assert study.other.mention not in shown
    assert study.member.mention in shown, "nobody else's answer is touched"
