from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import discord
import pytest
import simcord

from bot.demo.simulation import set_locale
from bot.domain.communities import ANNOUNCEMENTS, LOG, MADE_CHANNEL, Community
from bot.domain.mirrors import Mirror
from tests.cogs.permissions import forbid, withhold
from tests.world import World

Reply = simcord.ResponseMessage


async def opened(world: World, who: Any = None) -> Reply:
    result = await (who or world.moderator).slash(world.general, "setup")
    assert result.ephemeral
    assert result.response is not None
    return result.response


def answer(world: World, result: simcord.InteractionResult) -> str:
    """The last thing that the person who acted was told."""
    return world.sim.private_replies(result)[-1]


async def settings(world: World) -> Community:
    return await world.sim.run(world.app.services.communities.show(world.guild.id))


async def pressed(world: World, message: Any, custom_id: str, who: Any = None) -> str:
    """Press a button; what the message says afterwards."""
    await (who or world.moderator).click(message, custom_id=custom_id)
    return world.sim.text(message)


async def at_step(world: World, step: str) -> Reply:
    message = await opened(world)
    for name in ("language", "time_zone", "moderator_role", "channels", "usual_start"):
        if name == step:
            break
        await pressed(world, message, f"bk:setup:skip:{name}")
    return message


async def test_a_moderator_goes_through_all_questions_in_one_private_message(bare_world: World):
    world, mod = bare_world, bare_world.moderator
    helpers = world.guild.create_role("Helpers")
    message = await opened(world)
    assert "Setup 1 of 5: language" in world.sim.text(message)
    await mod.select(message, ["ja"], custom_id="bk:setup:set:language")
    assert "Setup 2 of 5: time zone" in world.sim.text(message)
    await mod.select(message, ["Asia/Tokyo"], custom_id="bk:setup:set:time_zone")
    assert "Setup 3 of 5: moderators" in world.sim.text(message)
    await mod.select(message, [helpers], custom_id="bk:setup:set:moderator_role")
    assert "Setup 4 of 5: channels" in world.sim.text(message)
    await mod.select(message, [world.general], custom_id="bk:setup:set:announcements_channel")
    await mod.select(message, [world.log], custom_id="bk:setup:set:log_channel")
    hello = world.guild.create_text_channel("hello")
    await mod.select(message, [hello], custom_id="bk:setup:set:introductions_channel")
    assert f"<#{world.general.id}>" in world.sim.text(message)
    assert "Setup 5 of 5: usual start" in await pressed(world, message, "bk:setup:skip:channels")
    await mod.select(message, ["07:00"], custom_id="bk:setup:set:usual_start")
    done = world.sim.text(message)
    for text in ("I am set up", "`/group create`", "`/series create`", "`/morning set`", "Integrations"):
        assert text in done
    community = await settings(world)
    assert community.is_set_up
    assert (community.language, community.time_zone, str(community.usual_start)) == ("ja", "Asia/Tokyo", "07:00:00")
    assert community.announcements_channel == world.general.id
    assert (community.log_channel, community.moderator_role) == (world.log.id, helpers.id)
    assert community.introductions_channel == hello.id
    assert [m for m in world.sim.messages(world.general) if "はじめに" not in world.sim.text(m)] == []


async def test_the_steps_for_the_moderator_role_name_every_command_that_discord_hides(world: World):
    await world.set_up(moderator_role=world.guild.create_role("Helpers").id)
    done = world.sim.text(await opened(world))
    hidden = [each.name for each in world.sim.bot.tree.get_commands() if each.default_permissions is not None]
    assert "mod" in hidden
    assert [name for name in hidden if f"`/{name}`" not in done.split("Discord hides")[1]] == []


async def test_every_question_can_be_skipped(bare_world: World):
    message = await at_step(bare_world, "done")
    assert "I am set up" in bare_world.sim.text(message)
    assert (await settings(bare_world)).is_set_up


async def test_it_is_left_and_taken_up_again_where_it_was(bare_world: World):
    await at_step(bare_world, "channels")
    assert "Setup 4 of 5" in bare_world.sim.text(await opened(bare_world))


async def test_the_controls_of_an_old_message_work_after_a_restart(bare_world: World):
    message = await at_step(bare_world, "moderator_role")
    role = bare_world.guild.create_role("Helpers")
    await bare_world.sim.restart()
    await bare_world.moderator.select(message, [role], custom_id="bk:setup:set:moderator_role")
    assert "Setup 4 of 5" in bare_world.sim.text(message)
    await bare_world.moderator.click(message, custom_id="bk:setup:skip:channels")
    await bare_world.moderator.select(message, ["07:30"], custom_id="bk:setup:set:usual_start")
    assert "07:30" in bare_world.sim.text(message)
    assert (await settings(bare_world)).moderator_role == role.id


async def test_a_form_opened_before_a_restart_still_counts(bare_world: World):
    message = await at_step(bare_world, "usual_start")
    form = await bare_world.moderator.click(message, custom_id="bk:setup:form:usual_start")
    await bare_world.sim.restart()
    await bare_world.moderator.submit_modal(form, {"text": "朝6時45分"})
    assert "06:45" in bare_world.sim.text(message)


async def test_a_time_zone_is_found_by_typing_a_city(bare_world: World):
    message = await at_step(bare_world, "time_zone")
    form = await bare_world.moderator.click(message, custom_id="bk:setup:form:time_zone")
    await bare_world.moderator.submit_modal(form, {"text": "札幌"})
    assert "Setup 3 of 5" in bare_world.sim.text(message)
    assert (await settings(bare_world)).time_zone == "Asia/Tokyo"


async def test_part_of_a_name_offers_the_zones_that_fit(bare_world: World):
    message = await at_step(bare_world, "time_zone")
    form = await bare_world.moderator.click(message, custom_id="bk:setup:form:time_zone")
    await bare_world.moderator.submit_modal(form, {"text": "new y"})
    assert "Setup 2 of 5" in bare_world.sim.text(message)
    await bare_world.moderator.select(message, ["America/New_York"], custom_id="bk:setup:set:time_zone")
    assert (await settings(bare_world)).time_zone == "America/New_York"


async def test_a_slip_offers_the_zone_that_was_meant(bare_world: World):
    message = await at_step(bare_world, "time_zone")
    form = await bare_world.moderator.click(message, custom_id="bk:setup:form:time_zone")
    await bare_world.moderator.submit_modal(form, {"text": "Tokio"})
    assert "Setup 2 of 5" in bare_world.sim.text(message)
    await bare_world.moderator.select(message, ["Asia/Tokyo"], custom_id="bk:setup:set:time_zone")
    assert (await settings(bare_world)).time_zone == "Asia/Tokyo"


async def test_the_abbreviation_people_write_is_the_zone_they_mean(bare_world: World):
    message = await at_step(bare_world, "time_zone")
    form = await bare_world.moderator.click(message, custom_id="bk:setup:form:time_zone")
    await bare_world.moderator.submit_modal(form, {"text": "EST"})
    assert (await settings(bare_world)).time_zone == "America/New_York"


async def test_a_city_nobody_knows_is_refused_with_a_way_on(bare_world: World):
    message = await at_step(bare_world, "time_zone")
    form = await bare_world.moderator.click(message, custom_id="bk:setup:form:time_zone")
    result = await bare_world.moderator.submit_modal(form, {"text": "Atlantis"})
    refused = answer(bare_world, result)
    assert "Atlantis" in refused
    assert "Please write a large city in it" in refused  # a form has no list to choose from
    assert "Setup 2 of 5" in bare_world.sim.text(message)


async def test_a_start_with_two_readings_is_asked_about_and_the_answer_ends_the_setup(bare_world: World):
    message = await at_step(bare_world, "usual_start")
    form = await bare_world.moderator.click(message, custom_id="bk:setup:form:usual_start")
    await bare_world.moderator.submit_modal(form, {"text": "7時"})
    text = bare_world.sim.text(message)
    assert "“7時” can mean two times. When do your sessions usually start?" in text
    assert (await settings(bare_world)).usual_start is None
    await bare_world.sim.restart()
    await bare_world.moderator.click(message, label="2. 19:00")
    assert "I am set up" in bare_world.sim.text(message)
    community = await settings(bare_world)
    assert (community.usual_start, community.setup_step) == (time(19), "done")
    assert community.is_set_up


async def test_a_start_answered_when_the_setup_has_gone_back_is_taken_and_turns_no_page(bare_world: World):
    message = await at_step(bare_world, "usual_start")
    form = await bare_world.moderator.click(message, custom_id="bk:setup:form:usual_start")
    await bare_world.moderator.submit_modal(form, {"text": "7"})
    other = await bare_world.moderator.slash(bare_world.general, "setup")
    await bare_world.moderator.click(other.response, custom_id="bk:setup:back:usual_start")
    await bare_world.moderator.click(message, label="1. 07:00")
    community = await settings(bare_world)
    assert (community.usual_start, community.setup_step) == (time(7), "channels")


async def test_going_back_shows_the_question_before(bare_world: World):
    message = await at_step(bare_world, "channels")
    assert "Setup 3 of 5" in await pressed(bare_world, message, "bk:setup:back:channels")


async def test_two_moderators_who_press_at_the_same_instant_skip_one_question(bare_world: World):
    world = bare_world
    manager = world.guild.roles["Managers"]
    second = world.guild.add_member(world.sim.env.create_user("second"), roles=[manager])
    first_message, second_message = await opened(world), await opened(world, second)
    await world.sim.simultaneous(
        world.moderator.click(first_message, custom_id="bk:setup:skip:language"),
        second.click(second_message, custom_id="bk:setup:skip:language"),
    )
    for message in (first_message, second_message):
        assert "Setup 2 of 5" in world.sim.text(message)


async def test_a_press_on_a_page_that_was_overtaken_shows_where_the_setup_stands(bare_world: World):
    old = await opened(bare_world)
    await at_step(bare_world, "moderator_role")
    await bare_world.moderator.select(old, ["ja"], custom_id="bk:setup:set:language")
    assert "Setup 3 of 5" in bare_world.sim.text(old)
    assert (await settings(bare_world)).language == "ja"


async def test_a_finished_setup_shows_its_result_and_can_be_gone_through_again(bare_world: World):
    await at_step(bare_world, "done")
    message = await opened(bare_world)
    assert "I am set up" in bare_world.sim.text(message)
    assert "Setup 1 of 5" in await pressed(bare_world, message, "bk:setup:again")
    assert (await settings(bare_world)).is_set_up


async def test_whoever_looks_at_the_zone_once_more_is_told_that_series_keep_theirs(bare_world: World):
    message = await at_step(bare_world, "time_zone")
    assert "keep the zone" not in bare_world.sim.text(message)
    for step in ("time_zone", "moderator_role", "channels", "usual_start"):
        await pressed(bare_world, message, f"bk:setup:skip:{step}")
    await pressed(bare_world, message, "bk:setup:again")
    assert "Series that exist already keep the zone" in await pressed(bare_world, message, "bk:setup:skip:language")


async def test_the_page_speaks_the_moderators_language_whatever_the_servers_is(bare_world: World):
    set_locale(bare_world.moderator, "ja")
    message = await at_step(bare_world, "time_zone")
    stored = bare_world.sim.env.backend.get_message(bare_world.general.id, message.id)
    options = stored.components[0]["components"][0]["options"]
    assert options[0] == {"label": "東京 (Asia/Tokyo)", "value": "Asia/Tokyo", "default": False}


# Permissions


async def test_missing_permissions_are_named_with_where_to_grant_them(bare_world: World):
    world = bare_world
    forbid(world, world.general, send_messages=False, create_public_threads=False)
    message = await at_step(world, "channels")
    await world.moderator.select(message, [world.general], custom_id="bk:setup:set:announcements_channel")
    text = world.sim.text(message)
    assert f"In <#{world.general.id}> I need:" in text
    assert "**Send Messages**" in text
    assert "**Create Public Threads**" in text
    assert "**View Channels**" not in text


async def test_granting_them_and_checking_again_clears_the_list(bare_world: World):
    world = bare_world
    forbid(world, world.general, embed_links=False)
    message = await at_step(world, "channels")
    await world.moderator.select(message, [world.general], custom_id="bk:setup:set:announcements_channel")
    assert "**Embed Links**" in world.sim.text(message)
    forbid(world, world.general)
    assert "**Embed Links**" not in await pressed(world, message, "bk:setup:check")


async def test_events_need_a_permission_of_the_server_unless_they_are_off(bare_world: World):
    withhold(bare_world, "create_events")
    message = await at_step(bare_world, "done")
    assert "**Create Events**" in bare_world.sim.text(message)
    await bare_world.moderator.slash(bare_world.general, "settings set", native_events="off")
    assert "**Create Events**" not in await pressed(bare_world, message, "bk:setup:check")


async def test_a_channel_that_was_deleted_is_named_and_made_anew_on_request(bare_world: World):
    world = bare_world
    message = await at_step(world, "channels")
    await world.moderator.select(message, [world.general], custom_id="bk:setup:set:announcements_channel")
    lost = world.guild.create_text_channel("lost")
    await world.moderator.select(message, [lost], custom_id="bk:setup:set:log_channel")
    world.sim.env.backend.delete_channel(lost.id)
    await world.sim.env.settle()
    assert "The log channel was deleted" in await pressed(world, message, "bk:setup:check")
    await pressed(world, message, "bk:setup:make")
    await world.sim.advance(5)
    community = await settings(world)
    assert community.announcements_channel == world.general.id
    assert community.log_channel == world.guild.channels["study-log"].id


# Channels on request


async def made(world: World, which: int) -> Mirror | None:
    async def read() -> Mirror | None:
        async with world.app.database.reading(world.guild.id) as uow:
            return await uow.mirrors.find(MADE_CHANNEL, which)

    return await world.sim.run(read())


async def test_channels_are_made_on_request_and_used(bare_world: World):
    world = bare_world
    message = await at_step(world, "channels")
    await pressed(world, message, "bk:setup:make")
    await world.sim.advance(5)
    community = await settings(world)
    names = {channel.name: channel.id for channel in world.guild.channels.values()}
    assert community.announcements_channel == names["study-announcements"]
    assert community.log_channel == names["study-log"]
    assert community.introductions_channel == names["study-introductions"]
    text = await pressed(world, message, "bk:setup:check")
    assert f"<#{community.log_channel}>" in text
    assert "[Make the channels for me]" not in text


async def test_pressing_it_twice_at_the_same_instant_makes_each_channel_once(bare_world: World):
    world = bare_world
    message = await at_step(world, "channels")
    await world.sim.simultaneous(
        *(world.moderator.click(message, custom_id="bk:setup:make") for _ in range(2)),
    )
    await world.sim.advance(10)
    names = [channel.name for channel in world.guild.channels.values()]
    assert sorted(names) == [
        "general",
        "log",
        "study-announcements",
        "study-introductions",
        "study-log",
        "study-questions",
    ]


async def test_without_the_permission_to_make_channels_it_is_named_and_nothing_is_begun(bare_world: World):
    world = bare_world
    withhold(world, "manage_channels")
    message = await at_step(world, "channels")
    result = await world.moderator.click(message, custom_id="bk:setup:make")
    assert "**Manage Channels**" in answer(world, result)
    assert await made(world, ANNOUNCEMENTS) is None
    assert await made(world, LOG) is None


# Who may


async def test_a_member_cant_see_the_command(bare_world: World):
    with pytest.raises(simcord.SetupError):
        await bare_world.other.slash(bare_world.general, "setup")


async def test_a_member_of_the_moderator_role_may_once_discord_shows_it_to_them(world: World):
    helpers = world.guild.create_role("Helpers")
    helper = world.guild.add_member(world.sim.env.create_user("helper"), roles=[helpers])
    (command,) = [c for c in await world.sim.run(world.sim.bot.tree.fetch_commands()) if c.name == "setup"]
    world.guild.set_command_permissions(command, {helpers: True})
    result = await helper.slash(world.general, "setup")
    assert "Only moderators" in answer(world, result)
    await world.set_up(moderator_role=helpers.id)
    result = await helper.slash(world.general, "setup")
    assert "I am set up" in answer(world, result)


async def test_everyone_is_not_accepted_as_the_moderator_role(bare_world: World):
    message = await at_step(bare_world, "moderator_role")
    everyone = bare_world.guild.default_role
    result = await bare_world.moderator.select(message, [everyone], custom_id="bk:setup:set:moderator_role")
    assert "@everyone" in answer(bare_world, result)
    assert (await settings(bare_world)).moderator_role == 0


@pytest.mark.parametrize(
    "custom_id",
    ["bk:setup:skip:payment", "bk:setup:set:guild_id", "bk:setup:explode", "bk:setup:form:language", "bk:setup:skip"],
)
async def test_a_forged_button_gets_a_clear_private_answer(bare_world: World, custom_id: str):
    world = bare_world
    await opened(world)
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="forged", custom_id=custom_id))
    channel = world.sim.bot.get_channel(world.general.id)
    sent = await world.sim.run(channel.send("x", view=view))
    result = await world.moderator.click(sent, custom_id=custom_id)
    assert "no longer works" in answer(world, result)
    assert "Setup 1 of 5" in world.sim.text(await opened(world))


# Joining a server


async def joined(world: World, guild: Any = None) -> None:
    async def tell() -> None:
        world.sim.bot.dispatch("guild_join", world.sim.bot.get_guild((guild or world.guild).id))

    await world.sim.run(tell())
    await world.sim.advance(2)


async def test_joining_posts_one_line_with_a_button_and_nothing_else(bare_world: World):
    world = bare_world
    await joined(world)
    await joined(world)
    (line,) = world.sim.unprompted()
    assert line.channel_id == world.general.id
    assert "`/setup`" in line.content
    assert "\n" not in line.content
    assert line.pinged == frozenset()


async def test_its_button_opens_the_setup_for_a_moderator_only(bare_world: World):
    world = bare_world
    await joined(world)
    (message,) = world.sim.messages(world.general)
    result = await world.other.click(message, label="Set up")
    assert "Only moderators" in answer(world, result)
    result = await world.moderator.click(message, label="Set up")
    (page,) = result.followups
    assert page.ephemeral
    assert "Setup 1 of 5" in world.sim.text(page)
    await world.moderator.select(page, ["ja"], custom_id="bk:setup:set:language")
    assert "Setup 2 of 5" in world.sim.text(page)


async def test_the_line_is_posted_where_the_bot_may_write(bare_world: World):
    world = bare_world
    forbid(world, world.general, send_messages=False)
    await joined(world)
    assert [post.channel_id for post in world.sim.unprompted()] == [world.log.id]


async def test_a_server_joined_while_the_bot_was_off_gets_the_line_at_the_start_once(bare_world: World):
    world = bare_world
    await world.sim.stop()
    guild = world.sim.env.create_guild("Meanwhile", preferred_locale="ja")
    channel = guild.create_text_channel("general")
    await world.sim.restart()
    await world.sim.advance(2)
    lines = [post for post in world.sim.unprompted() if post.channel_id == channel.id]
    assert ["`/setup`" in line.content for line in lines] == [True]
    assert any("ぁ" <= letter <= "ん" for letter in lines[0].content)
    said = len(world.sim.unprompted())
    for _ in range(2):
        await world.sim.restart()
        await world.sim.advance(timedelta(hours=1))
    await joined(world, guild)
    assert len(world.sim.unprompted()) == said


async def test_a_server_that_is_set_up_hears_nothing_at_a_start(world: World):
    await world.sim.restart()
    await world.sim.advance(5)
    assert world.sim.unprompted() == []


async def test_where_it_may_write_nowhere_at_a_start_the_line_follows_when_it_may(bare_world: World):
    world = bare_world
    for channel in (world.general, world.log):
        forbid(world, channel, send_messages=False)
    await world.sim.restart()
    await world.sim.advance(5)
    assert world.sim.unprompted() == []
    forbid(world, world.log)
    await world.sim.restart()
    await world.sim.advance(5)
    assert [post.channel_id for post in world.sim.unprompted()] == [world.log.id]


async def test_where_it_may_write_nowhere_it_says_nothing(bare_world: World):
    world = bare_world
    forbid(world, world.general, send_messages=False)
    forbid(world, world.log, view_channel=False)
    await joined(world)
    assert world.sim.unprompted() == []


async def test_a_server_that_is_set_up_hears_nothing_on_joining_again(world: World):
    await joined(world)
    assert world.sim.unprompted() == []


async def test_a_japanese_server_is_offered_japanese_first(bare_world: World):
    world = bare_world
    guild = world.sim.env.create_guild("朝会", preferred_locale="ja")
    guild.create_text_channel("general")
    await joined(world, guild)

    async def read() -> Community:
        return await world.app.services.communities.show(guild.id)

    assert (await world.sim.run(read())).language == "ja"


async def test_until_it_is_set_up_commands_that_need_it_say_so(bare_world: World):
    result = await bare_world.other.slash(bare_world.general, "group list")
    assert "`/setup`" in answer(bare_world, result)
