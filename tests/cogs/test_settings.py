from __future__ import annotations

from datetime import time
from typing import Any

import pytest
import simcord

from bot.demo.simulation import set_locale
from bot.domain.communities import Community
from tests.cogs.acts import at_rest, in_series, previewed, scheduled, told, with_group
from tests.cogs.permissions import forbid
from tests.world import World


async def change(world: World, **options: Any) -> str:
    """What /settings set answers."""
    result = await world.moderator.slash(world.general, "settings set", **options)
    (reply,) = world.sim.private_replies(result)
    return reply


async def settings(world: World) -> Community:
    return await world.sim.run(world.app.services.communities.show(world.guild.id))


async def test_all_settings_are_shown_to_the_moderator_alone(world: World):
    result = await world.moderator.slash(world.general, "settings show")
    (text,) = world.sim.private_replies(result)
    for part in ("Tokyo (`Asia/Tokyo`)", f"<#{world.general.id}>", f"<#{world.log.id}>", "20:00", "English"):
        assert part in text
    assert world.sim.messages(world.general) == []


async def test_several_settings_change_at_once_and_the_answer_says_how(world: World):
    helpers = world.guild.create_role("Helpers")
    text = await change(
        world,
        language="ja",
        time_zone="ニューヨーク",
        announcements=world.log,
        log=world.general,
        moderator_role=helpers,
        usual_start="夜7時",
        quiet_hours="22:00-06:00",
        native_events="off",
    )
    community = await settings(world)
    assert (community.language, community.time_zone, community.usual_start) == ("ja", "America/New_York", time(19))
    assert (community.announcements_channel, community.log_channel) == (world.log.id, world.general.id)
    assert (community.moderator_role, community.native_events) == (helpers.id, False)
    assert (community.quiet_begin, community.quiet_end) == (time(22), time(6))
    assert "**Time zone**: Tokyo (`Asia/Tokyo`) → New York (`America/New_York`)" in text
    assert "**Quiet hours**: off → 22:00-06:00" in text


async def test_another_time_zone_names_the_series_that_keep_their_own_and_how_to_move_one(world: World):
    await with_group(world)
    assert "/series" not in await change(world, time_zone="London")
    await in_series(world, name="Dawn circle")
    text = await change(world, time_zone="Tokyo")
    assert "1 series keeps its own time zone" in text
    assert "“Dawn circle”" in text
    assert "`/series end`" in text
    assert "`/series create`" in text
    assert "/series" not in await change(world, quiet_hours="23:00-05:00")
    await in_series(world, name="Night circle", rule="every Friday 19:00")
    text = await change(world, time_zone="New York")
    assert "2 series keep their own time zone" in text
    assert "“Dawn circle” and “Night circle”" in text
    assert "1 series keeps" in await change(world, time_zone="London")
    shown = await told(world, world.other, "series show", series="Night circle")
    assert "every Friday at 19:00, Tokyo time" in shown
    listed = await told(world, world.other, "series list")
    assert "19:00, Tokyo time" in listed
    assert "07:00, " not in listed


async def test_what_is_left_out_stays_as_it_is(world: World):
    before = await settings(world)
    await change(world, quiet_hours="23:00-05:00")
    after = await settings(world)
    assert (after.language, after.time_zone, after.log_channel) == (
        before.language,
        before.time_zone,
        before.log_channel,
    )


async def test_saying_nothing_or_the_same_changes_nothing(world: World):
    text = await change(world)
    for part in ("nothing changed", "`language`", "`quiet_hours`", "`/settings show`"):
        assert part in text
    assert "Nothing changed" in await change(world, time_zone="Tokyo", language="en")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"time_zone": "Atlantis"}, "Please write a large city"),
        ({"time_zone": "Tokio"}, "The closest I know: Tokyo (Asia/Tokyo)."),
        ({"quiet_hours": "in the dark"}, "in the dark"),
        ({"usual_start": "26時"}, "“26時” is 02:00 on the next day"),
        ({"usual_start": "7時", "time_zone": "Atlantis"}, "Atlantis"),
        ({"usual_start": "7時", "quiet_hours": "in the dark"}, "in the dark"),
        ({"usual_start": "soonish"}, "soonish"),
    ],
)
async def test_what_is_not_understood_is_named_and_nothing_is_saved(world: World, options: dict[str, str], said: str):
    before = await settings(world)
    assert said in await change(world, native_events="off", **options)
    assert await settings(world) == before


async def test_everyone_is_not_accepted_as_the_moderator_role(world: World):
    assert "@everyone" in await change(world, moderator_role=world.guild.default_role)
    assert (await settings(world)).moderator_role == 0


async def test_a_setting_is_unset_by_its_name(world: World):
    await change(world, clear="log_channel")
    assert (await settings(world)).log_channel == 0
    assert (await settings(world)).announcements_channel == world.general.id


async def test_quiet_hours_are_turned_off(world: World):
    await change(world, quiet_hours="22:00-06:00")
    assert "22:00-06:00 → off" in await change(world, quiet_hours="off")


async def test_a_channel_where_permissions_are_missing_is_taken_and_they_are_named(world: World):
    quiet = world.guild.create_text_channel("quiet")
    forbid(world, quiet, embed_links=False)
    text = await change(world, announcements=quiet)
    assert (await settings(world)).announcements_channel == quiet.id
    assert f"In <#{quiet.id}> I need: **Embed Links**" in text


async def test_time_zones_complete_by_the_names_people_use_in_their_language(world: World):
    typed = await world.moderator.autocomplete(world.general, "settings set", "time_zone", "Tok")
    assert typed[0] == {"name": "Tokyo (Asia/Tokyo)", "value": "Asia/Tokyo"}
    set_locale(world.moderator, "ja")
    typed = await world.moderator.autocomplete(world.general, "settings set", "time_zone", "とうきょう")
    assert typed[0]["name"] == "東京 (Asia/Tokyo)"
    assert len(await world.moderator.autocomplete(world.general, "settings set", "time_zone", "")) == 25


async def test_settings_can_be_changed_before_the_setup_is_finished(bare_world: World):
    await change(bare_world, language="ja")
    assert (await settings(bare_world)).language == "ja"
    result = await bare_world.moderator.slash(bare_world.general, "settings show")
    assert "`/setup`" in bare_world.sim.private_replies(result)[0]


async def test_a_member_cant_see_the_commands_and_is_refused_where_discord_shows_them(world: World):
    with pytest.raises(simcord.SetupError):
        await world.other.slash(world.general, "settings show")
    (command,) = [c for c in await world.sim.run(world.sim.bot.tree.fetch_commands()) if c.name == "settings"]
    world.guild.set_command_permissions(command, {world.other: True})
    for name, options in (("settings show", {}), ("settings set", {"language": "ja"})):
        result = await world.other.slash(world.general, name, **options)
        assert "Only moderators" in world.sim.private_replies(result)[0]
    assert (await settings(world)).language == "en"


async def test_what_did_not_arrive_is_told_with_where_to_hear_of_it_at_once(world: World):
    await with_group(world)
    assert "Not delivered" not in await told(world, world.moderator, "settings show")
    await scheduled(world, when="2026-01-07 07:00")
    await told(world, world.member, "session rsvp", session="Logistics", answer="going")
    await at_rest(world)
    forbid(world, world.general, send_messages=False, send_messages_in_threads=False)
    message = await previewed(world, "session edit", session="Logistics", when="2026-01-08 07:00")
    await world.moderator.click(message, label="Move it")
    await at_rest(world)
    text = await told(world, world.moderator, "settings show")
    assert "Not delivered in the last 7 days" in text
    assert "could not be delivered" in text
    assert f"More about it is in <#{world.log.id}>" in text
    await change(world, clear="log_channel")
    assert "`/settings set log:`" in await told(world, world.moderator, "settings show")
