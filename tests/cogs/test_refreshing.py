"""Accepted answers that were edited or deleted: followed with the intent, else read again from the menu."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from simcord.builders import ChannelHandle

from bot.domain.questions.answers import Answer
from bot.domain.questions.indexing import indexed
from tests.cogs.acts import at_rest, told
from tests.cogs.test_finding import FISH, searched
from tests.cogs.test_questions import asked, with_forum
from tests.forged import rows
from tests.world import World, a_world, unhelped


@pytest.fixture(params=[True, False], ids=["with the intent", "without it"])
async def forum(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[World]:
    """A server with a forum, with and without the intent for what people write."""
    config = unhelped()
    config = replace(config, discord=replace(config.discord, message_content_intent=request.param))
    async with a_world(tmp_path, config=config) as world:
        await with_forum(world)
        yield world


async def answered(world: World, text: str = "卸売業者が決めます") -> tuple[Any, Any]:
    """The accepted answer of `other` to a question that `member` asked, and the thread in which it stands."""
    thread = await asked(world, world.member, FISH)
    env = world.sim.env
    place = ChannelHandle(env, world.guild, env.backend.get_channel(thread.id))
    message = await world.other.send(place, text)

    async def write() -> None:
        async with world.app.database(world.guild.id) as uow:
            (question,) = await uow.questions.posted()
            ids = (question.id, thread.id, message.id, world.other.id)
            await uow.answers.add(Answer(0, *ids, False, text, world.member.id, world.sim.now()))
            await indexed(uow, question)

    await world.sim.run(write())
    assert await is_found(world, "卸売")
    return message, place


async def is_found(world: World, words: str) -> bool:
    return f"**{words}**" in await searched(world, world.moderator, words=words)


async def test_an_edit_is_followed_with_the_intent_and_without_it_from_the_menu_of_the_message(forum: World):
    message, place = await answered(forum)
    heard = forum.app.bot.intents.message_content
    await forum.other.edit(message, "仲買人が決めます")
    await at_rest(forum)
    assert await is_found(forum, "仲買人") == heard
    result = await forum.other.context_menu(place, "Refresh", message)
    said = "Nothing has changed" if heard else "1 answer has a new text"
    assert said in forum.sim.private_replies(result)[-1]
    assert await is_found(forum, "仲買人")
    assert not await is_found(forum, "卸売")


async def test_only_who_wrote_or_asked_it_or_looks_after_it_refreshes_an_answer(forum: World):
    message, place = await answered(forum)
    stranger = forum.guild.add_member(forum.sim.env.create_user("bob"))
    result = await stranger.context_menu(place, "Refresh", message)
    assert "who gave the answer" in forum.sim.private_replies(result)[-1]
    assert "who gave the answer" in await told(forum, stranger, "question refresh", question="1")
    for who, said in ((forum.other, "Nothing has changed"), (forum.member, "変わったところは")):
        result = await who.context_menu(place, "Refresh", message)
        assert said in forum.sim.private_replies(result)[-1]
    mine = await forum.other.send(forum.general, "茶")
    result = await forum.other.context_menu(forum.general, "Refresh", mine)
    assert "I keep no text of this message" in forum.sim.private_replies(result)[-1]


async def test_the_command_takes_out_what_was_deleted_and_changes_nothing_that_it_can_t_read(forum: World):
    message, _place = await answered(forum)
    text = await told(forum, forum.other, "question refresh", question="1")
    assert "Nothing has changed" in text or "can't read by myself" in text
    assert await is_found(forum, "卸売")
    await forum.other.delete(message)
    assert "1 answer was deleted" in await told(forum, forum.other, "question refresh", question="1")
    assert not await is_found(forum, "卸売")
    assert len([row for row in (await rows(forum))["audit"] if "answer.forget" in row]) == 1
