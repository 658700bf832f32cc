"""/mod as moderators use it, and what the restricted person reads."""

from __future__ import annotations

import pytest

from bot.demo.simulation import close_dms, set_locale
from tests.cogs.acts import announcements, at_rest, previewed, scheduled, told, with_group
from tests.pseudo import controls
from tests.world import World


@pytest.fixture(autouse=True)
async def a_session(world: World) -> None:
    set_locale(world.member, "ja")
    await with_group(world)
    await scheduled(world, "Trucks", "2026-01-07 07:00")


async def test_a_restriction_is_told_in_private_and_ends_when_it_is_lifted(world: World):
    (post,) = announcements(world)
    await world.member.click(post, label="Going")
    text = await told(
        world, world.moderator, "mod restrict", member=world.member, reason="三回続けて連絡なし", **{"from": "sessions"}
    )
    assert f"From now on <@{world.member.id}> can't come to sessions or host any" in text
    assert "**Trucks**" in text
    await at_rest(world)
    (message,) = world.sim.messages(world.member.user.dm_channel)
    assert "勉強会への参加と主催が制限されています" in message.content
    assert "三回続けて連絡なし" in message.content
    refused = await world.member.click(announcements(world)[0], label="Going")
    assert "三回続けて連絡なし" in world.sim.private_replies(refused)[-1]
    lifted = await told(world, world.moderator, "mod unrestrict", member=world.member)
    assert f"<@{world.member.id}> may come to sessions" in lifted
    again = await world.member.click(announcements(world)[0], label="Going")
    assert "三回続けて連絡なし" not in world.sim.private_replies(again)[-1]


async def test_with_closed_direct_messages_it_is_told_in_a_private_thread(world: World):
    await world.member.click(announcements(world)[0], label="Going")
    close_dms(world.member)
    public = len(world.sim.unprompted())
    await told(world, world.moderator, "mod restrict", member=world.member, reason="連絡なし", **{"from": "sessions"})
    await at_rest(world, 30)
    (thread,) = [each for each in world.app.bot.get_guild(world.guild.id).threads if each.is_private()]
    (post,) = [each for each in world.sim.unprompted()[public:] if "制限" in each.content]
    assert (post.channel_id, post.pinged) == (thread.id, {world.member.id})
    assert "連絡なし" in post.content
    assert thread.parent_id == world.general.id
    assert not [each for each in world.sim.messages(world.log) if world.member.mention in each.content]


async def test_nobody_else_learns_of_it(world: World):
    await world.member.click(announcements(world)[0], label="Going")
    public = len(world.sim.unprompted())
    await told(world, world.moderator, "mod restrict", member=world.member, **{"from": "rotation"})
    await at_rest(world)
    (post,) = [each for each in world.sim.unprompted()[public:] if "restrict" in each.content or "制限" in each.content]
    assert post.channel_id == world.member.user.dm_channel.id
    (mod,) = [each for each in await world.sim.run(world.sim.bot.tree.fetch_commands()) if each.name == "mod"]
    world.guild.set_command_permissions(mod, {world.other: True})
    for command, options in (
        ("mod restrict", {"member": world.member, "from": "rotation"}),
        ("mod unrestrict", {"member": world.member}),
        ("mod restrictions", {}),
    ):
        assert "Manage Server" in await told(world, world.other, command, **options), command


async def test_of_two_times_one_is_chosen_by_a_press_that_outlives_a_restart(world: World):
    options = {"member": world.member, "until": "1/20 8時", "from": "rotation"}
    shown = await previewed(world, "mod restrict", world.moderator, **options)
    assert "can mean two times" in world.sim.text(shown)
    await world.sim.restart()
    (second,) = [part["custom_id"] for part in controls(shown, world) if part["label"].startswith("2.")]
    await world.moderator.click(shown, custom_id=second)
    assert "can't lecture in turn, until" in world.sim.text(shown)
    assert f"<@{world.member.id}> can't lecture in turn" in await told(world, world.moderator, "mod restrictions")


async def test_a_moderator_and_a_time_that_has_passed_are_refused(world: World):
    text = await told(world, world.moderator, "mod restrict", member=world.moderator, **{"from": "sessions"})
    assert "Moderators can't be restricted" in text
    text = await told(
        world, world.moderator, "mod restrict", member=world.member, until="2026-01-01", **{"from": "sessions"}
    )
    assert "has passed already" in text
    assert "Nobody is restricted" in await told(world, world.moderator, "mod restrictions")
