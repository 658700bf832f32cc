"""Notices as people get them, and the buttons under them, with the real bot in a simulated server."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.demo.simulation import Posted, close_dms
from tests.cogs.acts import at_rest, button, called_off, scheduled, told, with_group
from tests.cogs.permissions import forbid
from tests.world import World


@pytest.fixture
async def study(world: World) -> World:
    """A session of a study group, announced, with its thread."""
    await with_group(world)
    await scheduled(world)
    await at_rest(world)
    return world


async def answer(world: World, who: Any, answer: str) -> None:
    await who.slash(world.general, "session rsvp", session="Logistics", answer=answer)


async def move(world: World, when: str = "2026-01-08 07:00", **options: Any) -> None:
    result = await world.moderator.slash(world.general, "session edit", session="Logistics", when=when, **options)
    assert result.response is not None
    (confirm,) = (part["custom_id"] for part in parts(result.response) if part["custom_id"].endswith(":confirm"))
    await world.moderator.click(result.response, custom_id=confirm)
    await at_rest(world)


def parts(message: Any) -> list[dict[str, Any]]:
    """The buttons of a message."""
    return [part for row in message.components for part in row["components"]]


async def cancel(world: World) -> None:
    await called_off(world, session="Logistics", reason="Storm")
    await at_rest(world)


def saying(world: World, text: str) -> list[Posted]:
    return [post for post in world.sim.unprompted() if text in post.content]


def thread_of(world: World) -> Any:
    (thread,) = world.general.threads.values() if isinstance(world.general.threads, dict) else world.general.threads
    return thread


async def test_those_who_come_are_told_of_a_move_in_the_thread_and_decliners_by_dm(study: World):
    await answer(study, study.member, "going")
    await answer(study, study.other, "not_going")
    await move(study, reason="The lecturer is ill")
    public, private = sorted(saying(study, "has a new time"), key=lambda post: not post.pinged)
    assert (public.channel_id, public.pinged, public.silent) == (thread_of(study).id, {study.member.id}, False)
    assert "Reason: The lecturer is ill" in public.content
    assert (private.channel_id, private.silent) == (study.other.user.dm_channel.id, True)
    assert f"<@{study.other.id}>" not in public.content


async def test_a_decliner_can_join_from_the_dm(study: World):
    await answer(study, study.other, "not_going")
    await move(study)
    dm = study.other.user.dm_channel.last_message
    await study.other.user.click(dm, custom_id=button(dm, "Going"))
    await at_rest(study)
    await cancel(study)
    assert [post.pinged for post in saying(study, "is cancelled")] == [{study.other.id}]


async def test_a_decliner_with_closed_dms_is_told_in_a_private_thread_only_and_nobody_is_troubled(study: World):
    await answer(study, study.other, "not_going")
    close_dms(study.other)
    await move(study)
    await study.sim.advance(timedelta(minutes=5))
    (post,) = saying(study, "has a new time")
    assert study.app.bot.get_channel(post.channel_id).is_private()
    assert post.pinged == {study.other.id}
    assert study.sim.messages(study.log) == []


async def test_a_free_place_is_told_in_the_thread_if_dms_are_closed(study: World):
    await told(study, study.moderator, "session edit", session="Logistics", capacity=1)
    await answer(study, study.member, "going")
    await answer(study, study.other, "going")
    close_dms(study.other)
    await answer(study, study.member, "not_going")
    await at_rest(study)
    (post,) = saying(study, "A place has come free")
    assert (post.channel_id, post.pinged) == (thread_of(study).id, {study.other.id})


async def test_the_notice_of_a_cancellation_leads_to_the_groups_next_session(study: World):
    await answer(study, study.member, "going")
    await cancel(study)
    message = study.sim.messages(thread_of(study))[-1]
    assert "is cancelled" in message.content
    (nothing,) = study.sim.private_replies(await study.member.click(message, label="Next session"))
    await scheduled(study, "Tea", when="2026-01-14 07:00")
    await study.sim.restart()
    (found,) = study.sim.private_replies(await study.other.click(message, label="Next session"))
    assert "Tea" not in nothing
    assert "Tea" in found


async def test_the_next_session_is_the_groups_in_the_button_even_if_another_is_called_like_its_id(study: World):
    await answer(study, study.member, "going")
    await cancel(study)
    message = study.sim.messages(thread_of(study))[-1]
    await with_group(study, "1")
    await scheduled(study, "Other", when="2026-01-12 07:00", group="1")
    await scheduled(study, "Tea", when="2026-01-14 07:00", group="Asakai")
    (found,) = study.sim.private_replies(await study.member.click(message, label="Next session"))
    assert "Tea" in found
    assert "Other" not in found


async def test_moderators_are_told_once_where_a_message_could_not_go_and_say_that_they_have_seen_it(study: World):
    await answer(study, study.member, "going")
    forbid(study, study.general, send_messages=False, send_messages_in_threads=False)
    await study.sim.env.settle()
    await move(study)
    await move(study, "2026-01-09 07:00")
    notices = [message for message in study.sim.messages(study.log) if "could not post" in message.content]
    places = {f"<#{study.general.id}>", f"<#{thread_of(study).id}>"}
    assert len(notices) == 2
    assert {place for place in places for notice in notices if place in notice.content} == places
    refused = study.sim.private_replies(await study.other.click(notices[0], label="Seen"))
    assert "Only moderators" in refused[-1]
    await study.moderator.click(notices[0], label="Seen")
    seen = study.sim.text(notices[0])
    assert seen.endswith(f"Seen by <@{study.moderator.id}>")
    assert "[Seen]" not in seen


async def test_moderators_hear_which_permission_is_missing_and_where_to_allow_it(study: World):
    await answer(study, study.member, "going")
    forbid(study, study.general, send_messages=False, send_messages_in_threads=False, create_public_threads=False)
    await study.sim.env.settle()
    await move(study)
    await scheduled(study, "Tea", when="2026-01-14 07:00")
    forbid(study, study.general, create_public_threads=False)
    await study.sim.advance(timedelta(minutes=20))
    said = "\n".join(message.content for message in study.sim.messages(study.log))
    where, advice = f"In <#{study.general.id}> I need: ", "Channel settings, Permissions: add me and allow them."
    in_threads = f"I could not post in <#{thread_of(study).id}>: I lack a permission there.\n"
    assert f"{in_threads}{where}**Send Messages in Threads**" in said
    assert f"{where}**Send Messages** and **Embed Links**. {advice}" in said
    assert f"{where}**Create Public Threads**. {advice}" in said
    assert "50013" not in said


async def test_an_edit_is_told_without_the_link(study: World):
    await answer(study, study.member, "going")
    await told(
        study, study.moderator, "session edit", session="Logistics", link="https://meet.example/x", venue="Room 2"
    )
    await at_rest(study)
    (post,) = saying(study, "has changed")
    assert "Place: Room 2" in post.content
    assert "meet.example" not in post.content
    assert f"<@{study.member.id}>" in post.content
    assert post.pinged == frozenset(), "nobody's phone rings for it"


def test_the_buttons_ids_are_those_of_the_messages():
    from bot.rendering.buttons import button_id, marked
    from cogs.notices import ITEMS

    for custom_id in (button_id("next", 5), button_id("seen", 5)):
        matching = [
            item
            for item in ITEMS
            if item.__discord_ui_compiled_template__.fullmatch(custom_id)
            and item.__discord_ui_compiled_template__.fullmatch(marked(custom_id, "12-ab34"))
        ]
        assert len(matching) == 1
        assert issubclass(matching[0], discord.ui.DynamicItem)
