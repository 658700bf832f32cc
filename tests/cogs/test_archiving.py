"""The end of a study group and the way back, as moderators go it with the real bot."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import discord
import pytest

from bot.demo.simulation import set_locale
from tests.cogs.acts import announcements, at_rest, button, events, in_series, previewed, scheduled, told, with_group
from tests.cogs.permissions import hide
from tests.forged import nothing_written, press, stored
from tests.world import World


@pytest.fixture
async def study(world: World) -> World:
    """A group with a series and a single session, which somebody said they come to."""
    await with_group(world)
    await in_series(world, count=2)
    session_id = await scheduled(world, when="2026-01-08 19:00")
    await at_rest(world)
    await world.other.slash(world.general, "session rsvp", session=str(session_id), answer="going")
    await at_rest(world, 90)
    return world


@asynccontextmanager
async def nothing_stops(world: World) -> AsyncGenerator[None]:
    """Nobody is told, and what Discord shows stays."""

    def standing() -> list[Any]:
        shown = [world.sim.text(message) for message in announcements(world)]
        return [shown, [event.id for event in events(world)], len(world.sim.unprompted())]

    before = standing()
    yield
    await at_rest(world, 90)
    assert standing() == before


async def two_days(world: World) -> None:
    """Time passes in pieces: each has to be played within the same patience."""
    for _ in range(4):
        await world.sim.advance(43_200)


async def archive(world: World, **options: Any) -> Any:
    return await previewed(world, "group archive", None, **{"name": "Asakai"} | options)


async def test_a_moderator_sees_first_what_stops_and_who_is_told(study: World):
    async with nothing_stops(study):
        message = await archive(study)
    text = study.sim.text(message)
    for part in ("1 series ends", "3 planned sessions are cancelled", "1 person who answered Going, Late or Maybe"):
        assert part in text


async def test_members_read_of_it_in_the_channel_as_the_preview_said_and_find_what_goes_on(study: World):
    await study.member.slash(study.general, "group join", group="Asakai")
    message = await archive(study, reason="We meet elsewhere")
    text = study.sim.text(message)
    assert f"1 other member of the group can read about it in <#{study.general.id}>" in text
    assert f"Everybody who sees <#{study.general.id}> can read the reason: “We meet elsewhere”" in text
    await study.moderator.click(message, label="Archive")
    assert "1 other member of the group can read about it" in study.sim.text(message)
    await at_rest(study, 90)
    (said,) = [post for post in study.sim.unprompted() if "has come to an end" in post.content]
    assert (said.channel_id, said.pinged, said.silent) == (study.general.id, frozenset(), True)
    assert "Reason: We meet elsewhere" in said.content
    (post,) = [m for m in study.sim.messages(study.general) if "has come to an end" in m.content]
    await study.sim.restart()
    (answer,) = study.sim.private_replies(await study.other.click(post, label="Next session"))
    assert "No session is planned" in answer


async def test_archiving_after_a_restart_calls_off_what_was_planned_and_tells_who_comes(study: World):
    message = await archive(study, reason="We meet elsewhere")
    posted = len(study.sim.unprompted())
    await study.sim.restart()
    await study.moderator.click(message, label="Archive")
    assert "**Asakai** is archived." in study.sim.text(message)
    assert "1 person will be told." in study.sim.text(message)
    await at_rest(study, 90)
    (notice,) = study.sim.unprompted()[posted:]
    assert notice.pinged == {study.other.id}
    assert "We meet elsewhere" in notice.content
    assert events(study) == []
    for announcement in announcements(study):
        assert study.sim.text(announcement).startswith("Cancelled: ")
    assert "no study group here yet" in await told(study, study.other, "group list")
    assert "No session is planned" in await told(study, study.other, "session list")
    assert await study.moderator.autocomplete(study.general, "group archive", "name", "") == []
    assert "There is no study group" in await told(study, study.moderator, "group archive", name="Asakai")
    await two_days(study)
    assert len(study.sim.unprompted()) == posted + 1, "no reminder, no start, no morning post"


async def test_keeping_the_group_changes_nothing_and_uses_up_the_question(study: World):
    message = await archive(study)
    ask = button(message, "Archive")
    carrier = stored(study, message)
    async with nothing_stops(study):
        await study.moderator.click(message, label="Keep it")
    assert "stays as it is" in study.sim.text(message)
    result = await press(study, study.moderator, carrier, ask)
    assert "no longer works" in study.sim.private_replies(result)[-1]
    assert "Asakai" in await told(study, study.other, "group list")


async def test_only_its_moderator_can_use_the_buttons(study: World):
    message = await archive(study)
    carrier = stored(study, message)
    for label in ("Archive", "Keep it"):
        async with nothing_written(study):
            result = await press(study, study.other, carrier, button(message, label))
            assert study.sim.private_replies(result)
    async with nothing_written(study):
        result = await press(study, study.other, carrier, "bk:restore:1")
        assert "Only moderators" in study.sim.private_replies(result)[-1]


async def test_one_press_brings_the_group_back_also_after_a_restart(study: World):
    await study.other.slash(study.general, "group join")
    message = await archive(study)
    await study.moderator.click(message, label="Archive")
    await study.sim.restart()
    await study.moderator.click(message, label="Bring it back")
    assert "**Asakai** is back" in study.sim.text(message)
    assert "`/series create`" in study.sim.text(message)
    assert "only you so far" in await told(study, study.other, "group show")
    await in_series(study, count=1)


async def test_a_past_session_of_an_archived_group_is_still_shown(study: World):
    await two_days(study)
    message = await archive(study)
    await study.moderator.click(message, label="Archive")
    assert "This session is over." in await told(study, study.other, "session show", session="1")


async def test_a_new_group_of_the_same_name_is_asked_about_first(world: World):
    await with_group(world, "Tea", description="old leaves")
    await world.moderator.click(await archive(world, name="Tea"), label="Archive")
    first = await previewed(world, "group create", None, name="ＴＥＡ", description="new leaves")
    text = world.sim.text(first)
    assert "There was a study group **Tea** here" in text
    assert "no study group here yet" in await told(world, world.other, "group list")
    await world.sim.restart()
    await world.moderator.click(first, label="Make a new one")
    assert "I created the study group “ＴＥＡ”" in world.sim.text(first)
    assert "new leaves" in await told(world, world.other, "group show")
    assert "old leaves" not in await told(world, world.other, "group list")


async def test_an_archived_group_comes_back_where_a_new_one_was_to_be_made(world: World):
    await with_group(world, "Tea", description="old leaves")
    await world.moderator.click(await archive(world, name="Tea"), label="Archive")
    first = await previewed(world, "group create", None, name="Tea")
    await world.moderator.click(first, label="Bring it back")
    assert "old leaves" in world.sim.text(first)
    assert "old leaves" in await told(world, world.other, "group show")


async def test_an_archived_hidden_group_is_not_told_of_to_a_moderator_who_cant_see_it(world: World):
    blind = world.guild.create_role("Blind managers", permissions=discord.Permissions(manage_guild=True))
    second = world.guild.add_member(world.sim.env.create_user("second"), roles=[blind])
    await with_group(world, "Secret", channel=world.log)
    await world.moderator.click(await archive(world, name="Secret"), label="Archive")
    hide(world, world.log)
    text = await told(world, second, "group create", name="Secret")
    assert "I created the study group “Secret”" in text


async def test_it_is_asked_and_answered_in_japanese(study: World):
    set_locale(study.moderator, "ja")
    message = await archive(study)
    assert "部会「Asakai」を終了しますか？" in study.sim.text(message)
    await study.moderator.click(message, label="終了する")
    assert "部会「Asakai」を終了しました。" in study.sim.text(message)
    await study.moderator.click(message, label="元に戻す")
    assert "元に戻しました" in study.sim.text(message)
