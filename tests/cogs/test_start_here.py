"""The pinned message for newcomers: that it is there once, says what to do, and works."""

from __future__ import annotations

from typing import Any

from tests.cogs.acts import at_rest, scheduled, told, with_group
from tests.cogs.permissions import forbid
from tests.world import World


def here(world: World, channel: Any = None) -> list[Any]:
    """The messages for newcomers that stand in a channel."""
    found = world.sim.messages(channel or world.general)
    return [message for message in found if "Start here" in world.sim.text(message)]


def pinned(world: World, message: Any) -> bool:
    return world.sim.env.backend.get_message(message.channel.id, message.id).pinned


async def set_up(world: World, channel: Any = None) -> None:
    """A moderator goes through /setup, and chooses nothing but the channel."""
    result = await world.moderator.slash(world.general, "setup")
    message = result.response
    for step in ("language", "time_zone", "moderator_role"):
        await world.moderator.click(message, custom_id=f"bk:setup:skip:{step}")
    await world.moderator.select(message, [channel or world.general], custom_id="bk:setup:set:announcements_channel")
    for step in ("channels", "usual_start"):
        await world.moderator.click(message, custom_id=f"bk:setup:skip:{step}")
    await at_rest(world)


async def test_it_appears_when_the_setup_is_done_silently_and_pinned(bare_world: World):
    assert here(bare_world) == []
    await set_up(bare_world)
    (message,) = here(bare_world)
    assert pinned(bare_world, message)
    assert message.flags.suppress_notifications
    assert message.mentions == []


async def test_a_newcomer_goes_from_it_to_a_first_answer_by_pressing_buttons_alone(bare_world: World):
    world = bare_world
    await set_up(world)
    await with_group(world)
    await scheduled(world, when="2026-01-07 07:00")
    (message,) = here(world)
    joined = await world.other.click(message, custom_id="bk:join")
    assert "Welcome to **Asakai**" in world.sim.private_replies(joined)[-1]
    (card,) = joined.followups
    answered = await world.other.click(card, label="Going")
    assert "You are coming to **Logistics**" in world.sim.private_replies(answered)[-1]
    form = await world.other.click(message, custom_id="bk:introduce")
    assert form.modal is not None
    shown = await world.other.click(message, custom_id="bk:next")
    assert "Logistics" in world.sim.private_replies(shown)[-1]
    reminders = await world.other.click(message, custom_id="bk:reminders:open")
    assert "evening before" in world.sim.private_replies(reminders)[-1].lower()


async def test_without_any_group_or_session_its_buttons_say_what_is_missing(bare_world: World):
    await set_up(bare_world)
    (message,) = here(bare_world)
    joined = await bare_world.other.click(message, custom_id="bk:join")
    assert "no study group here yet" in bare_world.sim.private_replies(joined)[-1]
    shown = await bare_world.other.click(message, custom_id="bk:next")
    assert "No session is planned" in bare_world.sim.private_replies(shown)[-1]


async def test_it_works_after_a_restart_and_is_not_made_twice(bare_world: World):
    await set_up(bare_world)
    await bare_world.sim.restart()
    await at_rest(bare_world)
    (message,) = here(bare_world)
    shown = await bare_world.other.click(message, custom_id="bk:join")
    assert "no study group here yet" in bare_world.sim.private_replies(shown)[-1]


async def test_it_moves_with_the_channel_for_announcements_and_back(bare_world: World):
    world = bare_world
    await set_up(world)
    for there, gone in ((world.log, world.general), (world.general, world.log)):
        await told(world, world.moderator, "settings set", announcements=there)
        await at_rest(world)
        (message,) = here(world, there)
        assert pinned(world, message)
        assert here(world, gone) == []


async def test_it_speaks_the_communitys_language(bare_world: World):
    await set_up(bare_world)
    await told(bare_world, bare_world.moderator, "settings set", language="ja")
    await at_rest(bare_world)
    (message,) = here(bare_world)
    assert "ようこそ。下のボタンだけで始められます。" in bare_world.sim.text(message)


async def test_without_the_permission_to_pin_it_stands_there_once_and_the_permission_is_named(bare_world: World):
    forbid(bare_world, bare_world.general, pin_messages=False)
    await bare_world.sim.env.settle()
    await set_up(bare_world)
    (message,) = here(bare_world)
    assert not pinned(bare_world, message)
    assert "Pin Messages" in await told(bare_world, bare_world.moderator, "settings show")
    forbid(bare_world, bare_world.general)
    await told(bare_world, bare_world.moderator, "settings set", language="ja")
    await at_rest(bare_world)
    assert pinned(bare_world, message)


async def test_deleted_by_hand_it_comes_back_once(bare_world: World):
    await set_up(bare_world)
    for standing in (1, 0):
        (message,) = here(bare_world)
        bare_world.sim.env.backend.delete_message(message.channel.id, message.id)
        await told(bare_world, bare_world.moderator, "settings set", language="ja" if standing else "en")
        await at_rest(bare_world)
        assert len(here(bare_world)) == standing


def labels(message: Any) -> list[str]:
    """What its buttons say."""
    return [button.label for row in message.components for button in row.children]


async def test_who_reads_the_other_language_is_told_what_each_button_is(bare_world: World):
    world = bare_world
    await set_up(world)
    await told(world, world.moderator, "settings set", questions=world.guild.create_text_channel("questions"))
    await at_rest(world, 120)
    (message,) = here(world)
    english, in_english = labels(message), world.sim.text(message)
    assert "Ask a question" in english
    await told(world, world.moderator, "settings set", language="ja")
    await at_rest(world, 120)
    (message,) = here(world)
    japanese, in_japanese = labels(message), world.sim.text(message)
    for one, other in zip(english, japanese, strict=True):
        assert f"\n{one}：{other}" in in_english
        assert f"\n{other}: {one}" in in_japanese


async def test_one_line_is_for_those_who_read_the_other_language(bare_world: World):
    await set_up(bare_world)
    (message,) = here(bare_world)
    there = "日本語でも使えます。ボタンの返事は、Discordで使っている言語で届きます。"
    assert there in bare_world.sim.text(message)
    await told(bare_world, bare_world.moderator, "settings set", language="ja")
    await at_rest(bare_world, 120)
    (message,) = here(bare_world)
    assert "This works in English, too" in bare_world.sim.text(message)
    assert there not in bare_world.sim.text(message)
