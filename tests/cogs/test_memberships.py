"""Joining and leaving study groups, as people do it with the real bot."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.simulation import set_locale
from tests.cogs.acts import at_rest, button, scheduled, told, with_group
from tests.cogs.permissions import hide
from tests.forged import press, stored
from tests.world import World


@pytest.fixture(autouse=True)
def in_english(world: World) -> None:
    set_locale(world.member, "en-US")


async def members(world: World, name: str = "Asakai") -> frozenset[int]:
    async def read() -> frozenset[int]:
        async with world.app.database.reading(world.guild.id) as uow:
            found = await uow.groups.named(name)
            assert found is not None
            return await uow.memberships.of_group(found.id)

    return await world.sim.run(read())


async def answer(world: World, who: Any, session_id: int) -> str | None:
    async def read() -> str | None:
        async with world.app.database.reading(world.guild.id) as uow:
            rsvp = await uow.rsvps.find(session_id, who.id)
            return None if rsvp is None else rsvp.answer.value

    return await world.sim.run(read())


async def test_whoever_joins_sees_the_next_session_and_answers_at_once(world: World):
    await with_group(world)
    later = await scheduled(world, theme="Later", when="2026-01-14 07:00")
    sooner = await scheduled(world, theme="Logistics", when="2026-01-07 07:00", venue="Cafe")
    result = await world.member.slash(world.general, "group join")
    text = world.sim.private_replies(result)[-1]
    assert "Welcome to **Asakai**" in text
    assert "Next session: **Logistics**" in text
    assert "Place: Cafe" in text
    assert "Later" not in text
    assert await members(world) == {world.member.id}
    pressed = await world.member.click(result.response, label="Going")
    assert "You are coming to **Logistics**" in world.sim.private_replies(pressed)[-1]
    assert (await answer(world, world.member, sooner), await answer(world, world.member, later)) == ("going", None)


async def test_a_group_without_sessions_says_where_they_will_be_announced(world: World):
    await with_group(world)
    text = await told(world, world.member, "group join")
    assert "No session is planned at the moment" in text
    assert f"<#{world.general.id}>" in text


async def test_joining_twice_is_joining_once_and_says_what_was_answered(world: World):
    await with_group(world)
    await scheduled(world)
    await told(world, world.member, "group join")
    await told(world, world.member, "session rsvp", session="Logistics", answer="maybe")
    text = await told(world, world.member, "group join")
    assert "already" in text
    assert "Your answer so far: Maybe" in text
    assert await members(world) == {world.member.id}


async def test_of_two_presses_at_the_same_instant_one_joins(world: World):
    await with_group(world)
    result = await world.member.slash(world.general, "group show")
    await world.sim.simultaneous(
        world.member.click(result.response, label="Join this group"),
        world.member.click(result.response, label="Join this group"),
    )
    assert "1 member" not in await told(world, world.other, "group join")
    assert await members(world) == {world.member.id, world.other.id}
    assert "2 members, including you" in await told(world, world.member, "group show")


async def test_where_there_are_several_groups_each_has_a_button(world: World):
    await with_group(world)
    await with_group(world, name="Finance")
    result = await world.member.slash(world.general, "group list")
    await world.member.click(result.response, label="Join Finance")
    assert await members(world, "Finance") == {world.member.id}
    again = await world.member.slash(world.general, "group list")
    text = world.sim.text(again.response)
    assert "[Join Asakai]" in text
    assert "[Join Finance]" not in text
    assert "including you" in text or "only you so far" in text


async def test_the_button_for_newcomers_asks_which_group_and_works_after_a_restart(world: World):
    await with_group(world)
    await with_group(world, name="Finance")
    await world.sim.restart()
    shown = await world.member.slash(world.general, "group show", group="Asakai")
    carrier = stored(world, shown.response)
    asked = await press(world, world.member, carrier, "bk:join")
    assert "Which study group would you like to join?" in world.sim.private_replies(asked)[-1]
    await press(world, world.member, carrier, "bk:join:2")
    assert await members(world, "Finance") == {world.member.id}


async def test_leaving_says_what_still_stands_and_one_press_withdraws_it(world: World):
    await with_group(world)
    first = await scheduled(world, theme="Logistics", when="2026-01-07 07:00", capacity=1)
    second = await scheduled(world, theme="Trucks", when="2026-01-14 07:00")
    await told(world, world.member, "group join")
    await told(world, world.member, "session rsvp", session="Logistics", answer="going")
    await told(world, world.member, "session rsvp", session="Trucks", answer="maybe")
    await told(world, world.other, "session rsvp", session="Logistics", answer="going")
    result = await world.member.slash(world.general, "group leave")
    text = world.sim.private_replies(result)[-1]
    assert "2 sessions" in text
    assert await members(world) == frozenset()
    assert await answer(world, world.member, first) == "going"
    await world.member.click(result.response, custom_id=button(result.response, "Withdraw my answers"))
    assert "You no longer come to 2 sessions of **Asakai**" in world.sim.text(result.response)
    assert [await answer(world, world.member, each) for each in (first, second)] == ["not_going"] * 2
    await at_rest(world)
    # The place that came free went to whoever waited for it.
    waiting = world.other.user.dm_channel.last_message
    assert "A place has come free" in waiting.content


async def test_leaving_what_one_does_not_belong_to_is_a_clear_answer(world: World):
    await with_group(world)
    assert "You are not a member of “Asakai”" in await told(world, world.member, "group leave")


async def test_a_hidden_group_can_be_neither_joined_nor_guessed(world: World):
    await with_group(world)
    await with_group(world, name="Board", channel=world.log)
    hide(world, world.log)
    await world.sim.env.settle()
    unknown = await told(world, world.member, "group join", group="Nothing")
    for typed in ("Board", "2"):
        assert (await told(world, world.member, "group join", group=typed)).replace(typed, "Nothing") == unknown
    shown = await world.member.slash(world.general, "group show", group="Asakai")
    carrier = stored(world, shown.response)
    for custom_id in ("bk:join:2", "bk:leave:2", "bk:withdraw:2", "bk:join:999999999999999999"):
        refused = await press(world, world.member, carrier, custom_id)
        assert "Board" not in world.sim.private_replies(refused)[-1]
    assert await members(world, "Board") == frozenset()
    # With only one group left to see, nobody is asked which.
    assert "Welcome to **Asakai**" in await told(world, world.member, "group join")


async def test_a_japanese_newcomer_is_answered_in_japanese(world: World):
    await with_group(world, name="朝の会")
    await scheduled(world, theme="物流の基礎")
    set_locale(world.member, "ja")
    text = await told(world, world.member, "group join")
    assert "「朝の会」へようこそ。" in text
    assert "次回は「物流の基礎」" in text


async def test_who_waits_for_a_place_is_not_told_that_they_come(world: World):
    await with_group(world)
    await scheduled(world, capacity=1)
    for person in (world.member, world.other):
        await person.slash(world.general, "session rsvp", session="Logistics", answer="going")
    text = await told(world, world.other, "group join", group="Asakai")
    assert "Your answer so far: Going, number 1 on the waitlist." in text


async def test_many_groups_to_join_are_turned_in_pages_also_after_a_restart(world: World):
    for number in range(1, 31):
        await with_group(world, name=f"Group {number:02}")
    await told(world, world.member, "group join", group="Group 05")
    page = (await world.member.slash(world.general, "group join")).response
    assert page is not None
    text = world.sim.text(page)
    assert "[Join Group 21]" in text
    assert "[Join Group 22]" not in text
    await world.sim.restart()
    await world.member.click(page, label="Next")
    text = world.sim.text(page)
    assert "[Join Group 22]" in text
    assert "[Join Group 30]" in text
    assert "[Join Group 21]" not in text
    result = await world.member.click(page, label="Join Group 30")
    assert "Welcome to **Group 30**" in world.sim.private_replies(result)[-1]


async def test_who_is_in_no_group_is_told_so_before_anything_else_and_joins_with_a_press(world: World):
    for number in range(1, 31):
        await with_group(world, name=f"Group {number:02}")
    message = (await world.member.slash(world.general, "session schedule", theme="Tea", when="soonish")).response
    assert message is not None
    text = world.sim.text(message)
    assert text.startswith("A session belongs to a study group, and you are in none yet.")
    assert "Group 01" not in text
    page = (await world.member.click(message, label="Join a group")).followups[-1]
    await world.member.click(page, label="Join Group 07")
    form = await world.member.click(message, label="Correct it")
    await world.member.submit_modal(form, {"theme": "Tea", "when": "2026-01-08 07:00"})
    text = world.sim.text(message)
    assert "Group: Group 07" in text
    assert "[Post]" in text


async def test_who_would_host_in_a_group_that_they_are_not_in_joins_it_with_a_press(world: World):
    await with_group(world)
    options = {"theme": "Tea", "when": "2026-01-08 07:00", "kind": "social"}
    message = (await world.other.slash(world.general, "session schedule", **options)).response
    assert message is not None
    assert world.sim.text(message).startswith("Members of “Asakai” can host")
    await world.other.click(message, label="Join a group")
    form = await world.other.click(message, label="Correct it")
    await world.other.submit_modal(form, {"theme": "Tea", "when": "2026-01-08 07:00"})
    assert "**You will be its host**" in world.sim.text(message)


async def test_where_only_organizers_plan_a_member_of_no_group_is_told_that(world: World):
    for name in ("Asakai", "Board"):
        await with_group(world, name=name)
    await told(world, world.moderator, "settings set", members_may_host="off")
    text = await told(world, world.member, "session schedule", theme="Tea", when="2026-01-08 07:00")
    assert text.startswith("Only the group's organizers")
