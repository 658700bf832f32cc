"""/morning and the buttons under the morning post, with the real bot in a simulated server."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import discord
import pytest
import simcord

from bot.demo.simulation import Posted
from tests.cogs.acts import announcements, at_rest, called_off, scheduled, told, with_group
from tests.cogs.permissions import forbid, hide, withhold
from tests.forged import Elsewhere
from tests.world import START, World

DAWN = START + timedelta(days=1, hours=21)
"""Wednesday the 7th, 06:00 in Tokyo."""


@pytest.fixture
async def study(world: World) -> World:
    """A study group announced in `general`."""
    await with_group(world)
    return world


@pytest.fixture
async def morning(study: World) -> Any:
    """The channel of the morning post."""
    channel = study.guild.create_text_channel("morning")
    await told(study, study.moderator, "morning set", channel=channel)
    return channel


def dawns(world: World) -> list[Posted]:
    """What was posted at dawn or as the morning post."""
    return [post for post in world.sim.unprompted() if "sessions**" in post.content or "Today: " in post.content]


async def going(world: World, *members: Any) -> None:
    for member in members:
        await member.slash(world.general, "session rsvp", session="Logistics", answer="going")


# The post


async def test_the_post_goes_out_an_hour_before_and_pings_who_comes(study: World, morning: Any):
    await scheduled(study)
    await going(study, study.member, study.other)
    await study.sim.advance_to(DAWN - timedelta(seconds=1))
    assert dawns(study) == []
    await study.sim.advance(2)
    (post,) = dawns(study)
    assert (post.at, post.channel_id) == (DAWN, morning.id)
    assert post.pinged == {study.member.id, study.other.id}
    await study.sim.advance(timedelta(hours=3))
    assert len(dawns(study)) == 1


async def test_a_restart_over_dawn_neither_loses_nor_doubles_it(study: World, morning: Any):
    await scheduled(study)
    await going(study, study.member)
    await study.sim.advance_to(DAWN - timedelta(minutes=1))
    await study.sim.stop()
    await study.sim.advance(timedelta(minutes=11))
    await study.sim.restart()
    await study.sim.advance(timedelta(minutes=5))
    await study.sim.restart()
    await study.sim.advance(timedelta(hours=3))
    (post,) = dawns(study)
    assert (post.channel_id, post.pinged) == (morning.id, {study.member.id})
    assert post.at - DAWN == timedelta(minutes=10)


async def test_a_list_that_pings_nobody_is_silent(study: World, morning: Any):
    await scheduled(study)
    await study.sim.advance_to(DAWN + timedelta(minutes=1))
    assert [(post.silent, post.pinged) for post in dawns(study)] == [(True, frozenset())]


async def test_a_hidden_groups_session_is_remembered_in_its_own_channel_only(study: World, morning: Any):
    secret = study.guild.create_text_channel("board")
    hide(study, secret)
    await with_group(study, "Board", channel=secret)
    await scheduled(study, "Budget", group="Board")
    await study.sim.advance_to(DAWN + timedelta(minutes=1))
    assert [post.channel_id for post in dawns(study)] == [secret.id]


async def test_a_channel_hidden_later_takes_its_group_off_the_list(study: World, morning: Any):
    await scheduled(study)
    hide(study, study.general)
    await study.sim.env.settle()
    await study.sim.advance_to(DAWN + timedelta(minutes=1))
    assert [post.channel_id for post in dawns(study)] == [study.general.id]


async def test_a_channel_hidden_while_the_bot_was_away_takes_its_group_off_the_list(study: World, morning: Any):
    await scheduled(study)
    await study.sim.stop()
    hide(study, study.general)
    await study.sim.restart()
    await study.sim.advance_to(DAWN + timedelta(minutes=1))
    assert [post.channel_id for post in dawns(study)] == [study.general.id]


async def away_over_dawn(world: World) -> None:
    """The bot is off from before the post is due until after it; meanwhile the group's channel is hidden."""
    await scheduled(world)
    await world.sim.advance_to(DAWN - timedelta(minutes=1))
    await world.sim.stop()
    hide(world, world.general)
    await world.sim.advance(timedelta(minutes=11))


async def test_an_overdue_post_at_the_start_names_no_group_that_was_hidden_meanwhile(study: World, morning: Any):
    await away_over_dawn(study)
    await study.sim.restart()
    await study.sim.advance(2)
    assert [post.channel_id for post in dawns(study)] == [study.general.id]


async def test_a_server_that_cant_be_looked_at_at_the_start_stops_no_other(study: World, morning: Any, caplog: Any):
    other = Elsewhere(study)

    async def break_it() -> None:
        async with study.app.database(other.guild.id) as uow:
            await uow.communities.change(set_up_at=START, time_zone="Mars/Base")
            await uow.morning.change(channel_id=other.channel.id)

    await study.sim.run(break_it())
    await away_over_dawn(study)
    study.sim.env.backend.guilds = dict(reversed(study.sim.env.backend.guilds.items()))
    await study.sim.restart()
    await study.sim.advance(2)
    assert [guild.id for guild in study.sim.bot.guilds] == [other.guild.id, study.guild.id]
    assert any(f"server {other.guild.id}: Visibility.look failed" in line for line in caplog.messages)
    assert [post.channel_id for post in dawns(study)] == [study.general.id]


async def test_a_look_that_takes_too_long_holds_no_post_up_for_ever(study: World, morning: Any, caplog: Any):
    await scheduled(study)
    await study.sim.advance_to(DAWN - timedelta(minutes=1))
    await study.sim.stop()

    async def never(guild: discord.Guild) -> None:
        await asyncio.Event().wait()

    def slow(clock: Any) -> Any:
        bot = study.make_bot(clock)
        bot.look = never
        return bot

    await study.sim.advance(timedelta(minutes=2))
    await study.sim.restart(slow)
    assert dawns(study) == []
    await study.sim.advance(timedelta(minutes=1))
    assert [post.channel_id for post in dawns(study)] == [morning.id]
    assert "who sees what is not known of every server yet; going on without" in caplog.messages


async def test_who_sees_what_is_learnt_anew_after_a_lost_connection(study: World, morning: Any):
    hide(study, study.general)
    await study.sim.env.settle()

    async def open_again() -> None:
        async with study.app.database(study.guild.id) as uow:
            (group,) = await uow.groups.all()
            await uow.groups.change(group.id, open_to_morning=True)
        # As when Discord has forgotten the session: the caches are filled anew, and nothing tells what has changed.
        study.sim.bot.dispatch("ready")

    await study.sim.run(open_again())
    async with study.app.database.reading(study.guild.id) as uow:
        assert [group.open_to_morning for group in await uow.groups.all()] == [False]


# /morning


async def test_set_changes_what_is_given_and_show_says_it(study: World, morning: Any):
    await scheduled(study)
    text = await told(study, study.moderator, "morning set", minutes_before=90, days="weekdays", evening_before="19:30")
    assert f"<#{morning.id}>, 90 minutes before" in text
    assert "Monday" in text
    assert "19:30" in text
    assert f"Next post: <t:{int((DAWN - timedelta(minutes=30)).timestamp())}:F>" in text
    assert await told(study, study.moderator, "morning show") == text
    text = await told(study, study.moderator, "morning set", clear="channel_id")
    assert "There is no morning post yet." in text
    assert "90 minutes before its start" in text


async def test_what_is_not_understood_changes_nothing(study: World, morning: Any):
    before = await told(study, study.moderator, "morning show")
    for options in (
        {"days": "someday"},
        {"evening_before": "soon"},
        {"minutes_before": 30, "evening_before": "soon"},
        {"mention": study.guild.roles["@everyone"]},
    ):
        refusal = await told(study, study.moderator, "morning set", **options)
        assert "Write" in refusal or "@everyone" in refusal
    assert await told(study, study.moderator, "morning show") == before
    with pytest.raises(simcord.OptionError):
        await study.moderator.slash(study.general, "morning set", minutes_before=3)


async def test_it_is_hidden_from_members_and_refused_to_those_who_reach_it(study: World):
    assert "morning show" in study.moderator.available_commands(study.general)
    assert "morning show" not in study.member.available_commands(study.general)
    with pytest.raises(simcord.SetupError):
        await study.member.slash(study.general, "morning show")


async def test_a_preview_is_private_and_pings_nobody(study: World, morning: Any):
    assert "no session to list so far" in await told(study, study.moderator, "morning preview")
    await scheduled(study)
    await going(study, study.member)
    before = len(study.sim.unprompted())
    text = await told(study, study.moderator, "morning preview")
    assert "nobody was pinged" in text
    assert "**Logistics** (Asakai)" in text
    assert f"<@{study.member.id}>" in text
    assert len(study.sim.unprompted()) == before
    await study.sim.advance_to(DAWN + timedelta(minutes=1))
    assert [post.pinged for post in dawns(study)] == [{study.member.id}]


async def test_without_a_channel_a_preview_says_how_to_choose_one(study: World):
    assert "/morning set channel:" in await told(study, study.moderator, "morning preview")


async def test_pause_holds_it_and_resume_releases_it(study: World, morning: Any):
    await scheduled(study)
    assert "`/morning resume`" in await told(study, study.moderator, "morning pause")
    await study.sim.advance_to(DAWN + timedelta(minutes=30))
    assert dawns(study) == []
    assert "paused" not in await told(study, study.moderator, "morning resume")
    await study.sim.advance(2)
    assert [post.at for post in dawns(study)] == [DAWN + timedelta(minutes=30)]
    assert "nothing to resume" in await told(study, study.moderator, "morning resume")


async def test_a_pause_says_that_nobody_is_reminded_and_a_preview_that_it_is_paused(study: World, morning: Any):
    await scheduled(study)
    await going(study, study.member)
    assert "paused" not in await told(study, study.moderator, "morning preview")
    for said in ("morning pause", "morning show"):
        assert "While it is paused, it reminds nobody" in await told(study, study.moderator, said)
    assert "is paused until somebody uses" in await told(study, study.moderator, "morning preview")
    await told(study, study.moderator, "morning resume")
    assert "While it is paused" not in await told(study, study.moderator, "morning show")


async def test_a_pause_until_a_time_ends_by_itself(world: World):
    await with_group(world)
    await told(world, world.moderator, "morning set", channel=world.general)
    await scheduled(world, when="2026-01-05 12:00")
    text = await told(world, world.moderator, "morning pause", until="2026-01-05 11:20")
    until = START + timedelta(hours=2, minutes=20)
    assert f"paused until <t:{int(until.timestamp())}:F>" in text
    await world.sim.advance_to(until - timedelta(seconds=1))
    assert dawns(world) == []
    await world.sim.advance(timedelta(minutes=1, seconds=2))
    assert len(dawns(world)) == 1
    assert "has passed" in await told(world, world.moderator, "morning pause", until="2020-01-01 06:00")


@pytest.mark.parametrize(
    "until", ["Wednesday", "1/7", "明後日", "until Wednesday", "till the 7th", "水曜まで", "7日まで"]
)
async def test_a_pause_until_a_day_alone_ends_before_that_days_post(study: World, morning: Any, until: str):
    text = await told(study, study.moderator, "morning pause", until=until)
    assert "paused until the morning of Wed, Jan 7, 2026; that day it goes out again" in text
    await scheduled(study, when="2026-01-06 07:00")
    await scheduled(study, when="2026-01-07 07:00")
    await study.sim.advance_to(DAWN - timedelta(minutes=1))
    assert dawns(study) == []
    await study.sim.advance_to(DAWN + timedelta(seconds=1))
    assert len(dawns(study)) == 1


async def test_a_pause_until_a_day_that_may_be_two_is_asked_about(study: World, morning: Any):
    message = (await study.moderator.slash(study.general, "morning pause", until="next Thu")).response
    text = study.sim.text(message)
    assert "can mean two times" in text
    await study.moderator.click(message, label="2. Thu, Jan 15, 2026, 00:00, Tokyo time")
    assert "paused until the morning of Thu, Jan 15, 2026" in study.sim.text(message)


async def test_it_names_the_permissions_that_it_needs_in_the_channel(study: World, morning: Any):
    forbid(study, morning, send_messages=False)
    await study.sim.env.settle()
    text = await told(study, study.moderator, "morning show")
    assert f"In <#{morning.id}> I need: **Send Messages**" in text


# The buttons


async def posted(world: World, channel: Any) -> discord.Message:
    """The morning post, once it is there."""
    await world.sim.advance_to(DAWN + timedelta(seconds=1))
    return world.sim.messages(channel)[-1]


async def test_the_button_shows_the_day_as_it_is_now_in_the_pressers_language(study: World, morning: Any):
    await scheduled(study)
    message = await posted(study, morning)
    await going(study, study.other)
    (answer,) = study.sim.private_replies(await study.other.click(message, label="The list as it is now"))
    assert "1 person is coming." in answer
    await study.sim.restart()
    (answer,) = study.sim.private_replies(await study.member.click(message, label="The list as it is now"))
    assert "Logistics" in answer
    await called_off(study, session="Logistics")
    (answer,) = study.sim.private_replies(await study.other.click(message, label="The list as it is now"))
    assert "no session that day any more" in answer


async def test_once_the_day_is_over_the_button_still_shows_what_was(study: World, morning: Any):
    await scheduled(study)
    await scheduled(study, theme="Tea", when="2026-01-07 12:00")
    message = await posted(study, morning)
    await going(study, study.other)
    await study.sim.advance_to(DAWN + timedelta(hours=3))
    (answer,) = study.sim.private_replies(await study.other.click(message, label="The list as it is now"))
    over, ahead = answer.split("**Tea**")
    for part in ("**Logistics**", "This session is over.", "1 person was coming.", "[Open the announcement]("):
        assert part in over, part
    assert "[Answer under its announcement](" in ahead
    assert "over" not in ahead
    await study.sim.advance_to(DAWN + timedelta(days=1))
    (answer,) = study.sim.private_replies(await study.member.click(message, label="The list as it is now"))
    assert answer.count("この勉強会は終了しました。") == 2
    assert answer.endswith("これからの予定は `/session list` で見られます。")


async def test_the_only_session_is_answered_under_the_post_also_after_a_restart_and_the_post_leads_to_it(
    study: World, morning: Any
):
    session_id = await scheduled(study)
    message = await posted(study, morning)
    (announced,) = announcements(study)
    place = f"{study.guild.id}/{study.general.id}/{announced.id}"
    assert f"[Open the announcement](https://discord.com/channels/{place})" in message.content
    await study.sim.restart()
    (answer,) = study.sim.private_replies(await study.member.click(message, label="Going"))
    assert "「Logistics」に「参加」と回答しました。" in answer
    await at_rest(study)
    (announced,) = announcements(study)
    assert "Coming: 1" in study.sim.text(announced)
    assert study.sim.messages(morning)[-1].content == message.content, "what was said stays as it was said"
    (answer,) = study.sim.private_replies(await study.other.click(message, label="The list as it is now"))
    assert "1 person is coming." in answer
    assert f"bk:rsvp:{session_id}:late" in {part.custom_id for row in message.components for part in row.children}
    await called_off(study, session="Logistics")
    (answer,) = study.sim.private_replies(await study.other.click(message, label="Late"))
    assert "was cancelled" in answer


async def test_several_sessions_each_lead_to_their_own_announcement(study: World, morning: Any):
    await scheduled(study)
    await scheduled(study, theme="Tea", when="2026-01-07 12:00")
    message = await posted(study, morning)
    for announced in announcements(study):
        place = f"{study.guild.id}/{study.general.id}/{announced.id}"
        assert f"[Answer under its announcement](https://discord.com/channels/{place})" in message.content
    labels = [part.label for row in message.components for part in row.children]
    assert labels == ["The list as it is now"], "nobody could tell which session a button means"


async def test_a_preview_shows_the_buttons_and_none_of_them_works(study: World, morning: Any):
    await scheduled(study)
    shown = (await study.moderator.slash(study.general, "morning preview")).response
    parts = [part for row in shown.components for part in row["components"]]
    assert [part["label"] for part in parts] == ["Going", "Late", "Maybe", "Not going", "The list as it is now"]
    assert all(part["disabled"] for part in parts)


async def test_a_role_is_pinged_instead_of_people_and_members_take_and_leave_it_by_the_button(
    study: World, morning: Any
):
    role = study.guild.create_role("Early birds")
    role_id = role.id
    backend = study.sim.env.backend
    backend.edit_role(study.guild.id, role_id, {"mentionable": True})
    await told(study, study.moderator, "morning set", mention=role)
    await scheduled(study)
    await going(study, study.member)
    message = await posted(study, morning)
    assert study.sim.pinged(message) == frozenset(), "nobody has taken the role yet"
    assert message.content.endswith(f"<@&{role_id}>")
    taken = study.sim.private_replies(await study.other.click(message, label="Turn my pings on or off"))
    assert "From now on" in taken[-1]
    assert role_id in backend.get_member(study.guild.id, study.other.id).role_ids
    left = study.sim.private_replies(await study.other.click(message, label="Turn my pings on or off"))
    assert "no longer" in left[-1]
    assert role_id not in backend.get_member(study.guild.id, study.other.id).role_ids
    withhold(study, "manage_roles", "administrator")
    refused = study.sim.private_replies(await study.other.click(message, label="Turn my pings on or off"))
    assert "I need Manage Roles" in refused[-1]
    await told(study, study.moderator, "morning set", clear="mention_role")
    gone = study.sim.private_replies(await study.other.click(message, label="Turn my pings on or off"))
    assert "mentions no role any more" in gone[-1]


async def test_who_has_the_role_is_pinged_by_the_post(study: World, morning: Any):
    role = study.guild.create_role("Early birds")
    study.sim.env.backend.edit_role(study.guild.id, role.id, {"mentionable": True})
    await told(study, study.moderator, "morning set", mention=role)
    study.sim.env.backend.add_member_role(study.guild.id, study.other.id, role.id)
    await scheduled(study)
    await going(study, study.member)
    assert study.sim.pinged(await posted(study, morning)) == {study.other.id}


async def test_what_keeps_a_role_from_being_pinged_or_given_is_said(study: World, morning: Any):
    role = study.guild.create_role("Early birds")
    withhold(study, "manage_roles", "mention_everyone", "administrator")
    await study.sim.env.settle()
    text = await told(study, study.moderator, "morning set", mention=role)
    assert "allow anyone to @mention this role" in text
    assert "on the server I need **Manage Roles**" in text
    assert "put my role above" not in text
    settings = await told(study, study.moderator, "settings show")
    setup = await told(study, study.moderator, "setup")
    for line in text.split("\n\n")[-1].split("\n"):
        assert line in settings
        assert line in setup
    await told(study, study.moderator, "morning set", clear="mention_role")
    assert "Manage Roles" not in await told(study, study.moderator, "settings show")


async def test_a_role_above_the_bots_own_is_named_at_once(study: World, morning: Any):
    role = study.guild.create_role("Early birds")
    backend = study.sim.env.backend
    backend.edit_role(study.guild.id, role.id, {"mentionable": True})
    backend.get_guild(study.guild.id).roles[role.id].position = 99
    backend.edit_role(study.guild.id, role.id, {"name": "Earlier birds"})
    await study.sim.env.settle()
    text = await told(study, study.moderator, "morning set", mention=role)
    assert "put my role above that one" in text
    assert "Manage Roles" not in text


async def test_a_role_that_was_deleted_or_gives_more_by_now_is_named(study: World, morning: Any):
    role = study.guild.create_role("Early birds")
    backend = study.sim.env.backend
    backend.edit_role(study.guild.id, role.id, {"mentionable": True})
    await told(study, study.moderator, "morning set", mention=role)
    backend.edit_role(study.guild.id, role.id, {"permissions": discord.Permissions(manage_messages=True).value})
    await study.sim.env.settle()
    assert "gives more than pings" in await told(study, study.moderator, "morning show")
    backend.delete_role(study.guild.id, role.id)
    await study.sim.env.settle()
    text = await told(study, study.moderator, "morning show")
    assert "was deleted. Choose another with `/morning set mention:`" in text
    assert "<@&" not in text.split("\n\n")[-1]


async def test_a_role_that_gives_rights_is_not_handed_out_by_a_button(study: World):
    staff = study.guild.roles["Managers"]
    answer = await told(study, study.moderator, "morning set", mention=staff)
    assert "gives more than pings" in answer
    async with study.app.database.reading(study.guild.id) as uow:
        assert (await uow.morning.get()).mention_role == 0


async def test_what_waits_while_it_is_paused_is_shown_and_previewed(study: World, morning: Any):
    await scheduled(study)
    await going(study, study.member)
    await told(study, study.moderator, "morning pause")
    await study.sim.advance_to(DAWN + timedelta(minutes=30))
    shown = await told(study, study.moderator, "morning show")
    assert f"The post of <t:{int(DAWN.timestamp())}:F> waits until then" in shown
    assert "**Logistics** (Asakai)" in await told(study, study.moderator, "morning preview")
    assert "goes out as soon as" in await told(study, study.moderator, "morning resume")
    await study.sim.advance(2)
    assert "no session to list" in await told(study, study.moderator, "morning show")


@pytest.mark.parametrize("before", [True, False], ids=["beside another", "alone"])
async def test_whoever_says_they_come_while_it_waits_is_pinged_with_the_others(
    study: World, morning: Any, before: bool
):
    await scheduled(study)
    if before:
        await going(study, study.member)
    await told(study, study.moderator, "morning pause")
    await study.sim.advance_to(DAWN + timedelta(minutes=10))
    await going(study, study.other)
    await study.sim.restart()
    await told(study, study.moderator, "morning resume")
    await study.sim.advance(2)
    assert [post.pinged for post in dawns(study)] == [{study.other.id, study.member.id} if before else {study.other.id}]
    await going(study, study.moderator)
    await study.sim.advance(120)
    assert len(dawns(study)) == 1, "who answers afterwards has just heard of it"


async def test_whoever_changes_their_mind_while_it_waits_is_not_pinged(study: World, morning: Any):
    await scheduled(study)
    await told(study, study.moderator, "morning pause")
    await study.sim.advance_to(DAWN + timedelta(minutes=10))
    await going(study, study.member, study.other)
    await study.member.slash(study.general, "session rsvp", session="Logistics", answer="not_going")
    await told(study, study.moderator, "morning resume")
    await study.sim.advance(2)
    assert [post.pinged for post in dawns(study)] == [{study.other.id}]


async def test_whoever_gets_a_place_while_it_waits_is_pinged(study: World, morning: Any):
    await scheduled(study, capacity=1)
    await going(study, study.member, study.other)
    await told(study, study.moderator, "morning pause")
    await study.sim.advance_to(DAWN + timedelta(minutes=10))
    await study.member.slash(study.general, "session rsvp", session="Logistics", answer="not_going")
    await told(study, study.moderator, "morning resume")
    await study.sim.advance(2)
    assert [post.pinged for post in dawns(study)] == [{study.other.id}]


async def test_a_post_from_which_all_mentions_have_gone_makes_no_sound(study: World, morning: Any):
    await scheduled(study)
    await going(study, study.member)
    await told(study, study.moderator, "morning pause")
    await study.sim.advance_to(DAWN + timedelta(minutes=10))
    await study.member.slash(study.general, "session rsvp", session="Logistics", answer="not_going")
    await told(study, study.moderator, "morning resume")
    await study.sim.advance(2)
    (post,) = dawns(study)
    assert post.silent
