"""The pinned list of coming sessions: that it stands there once, follows what happens, and its buttons work."""

from __future__ import annotations

from typing import Any

from tests.cogs.acts import at_rest, called_off, scheduled, told, with_group
from tests.cogs.permissions import forbid, hide
from tests.world import World


def lists(world: World, channel: Any = None) -> list[Any]:
    """The lists that stand in a channel."""
    found = world.sim.messages(channel or world.general)
    titles = ("Upcoming sessions", "これからの勉強会")
    return [m for m in found if m.embeds and (m.embeds[0].title or "").startswith(titles)]


def pinned(world: World, message: Any) -> bool:
    return world.sim.env.backend.get_message(message.channel.id, message.id).pinned


async def test_it_is_pinned_silently_and_follows_the_sessions(world: World):
    await with_group(world, upcoming="on")
    await at_rest(world)
    (message,) = lists(world)
    assert pinned(world, message)
    assert message.flags.suppress_notifications
    assert "Upcoming sessions: Asakai" in world.sim.text(message)
    assert "No session is planned at the moment" in world.sim.text(message)
    await scheduled(world, venue="Cafe")
    await at_rest(world)
    assert "**Logistics**, Cafe" in world.sim.text(message)
    await called_off(world, session="Logistics")
    await at_rest(world)
    assert "Logistics" not in world.sim.text(message)
    assert world.sim.unprompted() == [post for post in world.sim.unprompted() if not post.pinged]


async def test_its_buttons_work_for_ever_and_answer_privately(world: World):
    await with_group(world, upcoming="on")
    await scheduled(world)
    await at_rest(world)
    (message,) = lists(world)
    before = world.sim.text(message)
    await world.sim.restart()
    await at_rest(world)
    assert len(lists(world)) == 1
    for label, said in (
        ("Next session", "**Logistics**"),
        ("All sessions", "**Logistics** (Asakai)"),
        ("My reminders", "Evening before"),
    ):
        result = await world.other.click(message, label=label)
        assert said in world.sim.private_replies(result)[-1], label
    assert world.sim.text(message) == before


async def test_a_restart_while_it_is_made_does_not_make_a_second_one(world: World):
    await with_group(world, upcoming="on")
    await world.sim.restart()
    await at_rest(world)
    assert len(lists(world)) == 1


async def test_groups_in_one_channel_share_it_and_a_hidden_group_is_on_none_but_its_own(world: World):
    hide(world, world.log)
    await with_group(world, upcoming="on")
    await with_group(world, "Tea", upcoming="on")
    await with_group(world, "Secret", channel=world.log, upcoming="on")
    for group in ("Asakai", "Tea", "Secret"):
        await scheduled(world, f"{group} first", group=group)
    await at_rest(world)
    (public,), (hidden,) = lists(world), lists(world, world.log)
    assert "**Asakai first** (Asakai)" in world.sim.text(public)
    assert "**Tea first** (Tea)" in world.sim.text(public)
    assert "Secret" not in world.sim.text(public)
    assert "**Secret first**" in world.sim.text(hidden)


async def test_it_moves_with_the_groups_channel_and_goes_when_switched_off(world: World):
    await with_group(world, upcoming="on")
    await at_rest(world)
    await told(world, world.moderator, "group edit", name="Asakai", channel=world.log)
    await at_rest(world)
    assert (len(lists(world)), len(lists(world, world.log))) == (0, 1)
    await told(world, world.moderator, "group edit", name="Asakai", upcoming="off")
    await at_rest(world)
    assert lists(world, world.log) == []


async def test_it_speaks_the_communitys_language(world: World):
    await world.set_up(language="ja")
    await with_group(world, upcoming="on")
    await at_rest(world)
    (message,) = lists(world)
    assert "勉強会の予定は、今のところありません。" in world.sim.text(message)


async def test_without_the_permission_to_pin_it_stands_there_and_the_permission_is_named(world: World):
    forbid(world, world.log, pin_messages=False)
    await world.sim.env.settle()
    text = await told(world, world.moderator, "group create", name="Tea", channel=world.log, upcoming="on")
    assert "Pin Messages" in text
    await at_rest(world)
    (message,) = lists(world, world.log)
    assert not pinned(world, message)


async def test_deleted_by_hand_it_comes_back_once(world: World):
    await with_group(world, upcoming="on")
    await at_rest(world)
    for standing, theme in ((1, "Logistics"), (0, "Trucks")):
        (message,) = lists(world)
        world.sim.env.backend.delete_message(message.channel.id, message.id)
        await scheduled(world, theme)
        await at_rest(world)
        assert len(lists(world)) == standing


async def test_how_far_ahead_a_group_looks_is_set_shown_and_refused_with_an_example(world: World):
    await with_group(world)
    assert "as for the other groups" in await told(world, world.other, "group show")
    assert "6 weeks" in await told(world, world.moderator, "group edit", name="Asakai", look_ahead="6週間")
    assert "“6 weeks”" in await told(world, world.moderator, "group edit", name="Asakai", look_ahead="soon")
    assert "6 weeks" in await told(world, world.other, "group show")
    text = await told(world, world.moderator, "group edit", name="Asakai", look_ahead="default", upcoming="on")
    assert "as for the other groups" in text
    assert "on, pinned in the channel" in text
