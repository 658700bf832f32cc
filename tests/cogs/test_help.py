"""/help knows who asks, what there is for them, and what is next."""

from __future__ import annotations

from bot.demo.simulation import set_locale
from tests.cogs.acts import scheduled, told, with_group
from tests.cogs.permissions import hide
from tests.world import World


async def test_before_the_setup_moderators_get_the_button_and_others_are_told_whom_to_ask(bare_world: World):
    result = await bare_world.moderator.slash(bare_world.general, "help")
    await bare_world.moderator.click(result.response, label="Set up")
    text = await told(bare_world, bare_world.other, "help")
    assert "A moderator does that with `/setup`" in text
    assert "[Set up]" not in text


async def test_a_newcomer_hears_of_the_first_steps_and_takes_them_by_buttons(world: World):
    await with_group(world)
    await scheduled(world, when="2026-01-07 07:00", venue="Cafe")
    result = await world.other.slash(world.general, "help")
    text = world.sim.private_replies(result)[-1]
    for part in ("Introduce yourself", "Join a study group", "Logistics", "Place: Cafe", "[Going]"):
        assert part in text
    for hidden in ("/settings", "/morning", "/setup", "As a moderator", "You look after"):
        assert hidden not in text
    await world.other.click(result.response, custom_id="bk:join")
    after = await told(world, world.other, "help")
    assert "You are a member of “Asakai”" in after
    assert "Join a study group" not in after


async def test_a_member_sees_the_next_session_of_their_own_groups_and_their_answer(world: World):
    await with_group(world)
    await with_group(world, name="Finance")
    await scheduled(world, theme="Sooner", when="2026-01-06 07:00", group="Finance")
    await scheduled(world, theme="Mine", when="2026-01-07 07:00", group="Asakai")
    await told(world, world.other, "group join", group="Asakai")
    await told(world, world.other, "session rsvp", session="Mine", answer="late")
    text = await told(world, world.other, "help")
    assert "**Mine** (Asakai)" in text
    assert "Your answer so far: Late" in text
    assert "[My reminders]" in text


async def test_organizers_and_moderators_hear_of_what_is_theirs_to_do(world: World):
    assert "**Make the first study group**" in await told(world, world.moderator, "help")
    await with_group(world, organizer=world.other)
    assert "You look after “Asakai”" in await told(world, world.other, "help")
    text = await told(world, world.moderator, "help")
    assert "As a moderator" in text
    assert "`/settings`" in text


async def test_a_topic_lists_its_commands_with_what_they_do_as_discord_shows_them(world: World):
    text = await told(world, world.other, "help", topic="/session list")
    group = next(command for command in world.sim.bot.tree.get_commands() if command.name == "session")
    for command in group.commands:
        assert f"`/{command.qualified_name}`\n{command.description}" in text
    set_locale(world.other, "ja")
    assert "次の予定" not in await told(world, world.other, "help", topic="session")
    assert "勉強会" in await told(world, world.other, "help", topic="session")


async def test_what_is_no_topic_for_somebody_is_answered_with_those_that_are(world: World):
    for typed in ("settings", "nothing"):
        text = await told(world, world.other, "help", topic=typed)
        assert "`session`" in text
        assert "`settings`" not in text
    offered = await world.other.autocomplete(world.general, "help", "topic", "pro")
    assert [choice["value"] for choice in offered] == ["profile"]


async def test_a_hidden_group_is_in_nobodys_help(world: World):
    await with_group(world, name="Board", channel=world.log, organizer=world.other)
    await scheduled(world, theme="Secret", group="Board")
    hide(world, world.log)
    await world.sim.env.settle()
    text = await told(world, world.other, "help")
    assert "Board" not in text
    assert "Secret" not in text
