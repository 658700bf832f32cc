"""Messages whose text is kept, edited or deleted: followed with the intent, else read again from the menu."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from simcord.builders import ChannelHandle

from bot.domain.questions.answers import Answer
from bot.domain.questions.indexing import indexed
from tests.cogs.acts import at_rest, button, told
from tests.cogs.permissions import hide
from tests.cogs.test_answers import accepted, thanked
from tests.cogs.test_finding import FISH, searched
from tests.cogs.test_questions import asked, channel, many, messages, posted, said_in, threads, with_forum
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
    said = "Nothing has changed" if heard else "1 message has a new text"
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
    message, place = await answered(forum)
    text = await told(forum, forum.other, "question refresh", question="1")
    assert "Nothing has changed" in text or "can't read by myself" in text
    assert await is_found(forum, "卸売")
    # While the bot was away.
    forum.sim.env.inject_error("GET", f"/channels/{place.id}/messages/{message.id}", status=404, code=10008)
    assert "1 message was deleted" in await told(forum, forum.other, "question refresh", question="1")
    assert not await is_found(forum, "卸売")
    assert len([row for row in (await rows(forum))["audit"] if "answer.forget" in row]) == 1


async def test_of_an_answer_that_is_deleted_nothing_is_left(forum: World):
    message, _place = await answered(forum)
    await forum.other.delete(message)
    assert not await is_found(forum, "卸売")
    assert (await rows(forum))["answers"] == []
    assert "Nothing has changed" in await told(forum, forum.moderator, "question refresh", question="1")


async def test_an_answer_that_was_said_through_the_bot_keeps_those_words_alone(forum: World):
    await many(forum)
    thread = await asked(forum, forum.other, "Salt?", anonymous=True)
    place = ChannelHandle(forum.sim.env, forum.guild, forum.sim.env.backend.get_channel(thread.id))
    for who, name in ((forum.other, True), (forum.member, False)):
        await who.slash(forum.general, "question reply", question="1", text="From okapi bays.", anonymous=name)
        await at_rest(forum, 10)
        message = messages(forum, thread)[-1]
        await forum.moderator.context_menu(place, "Accept answer", message)
        await forum.moderator.context_menu(place, "Refresh", message)
        await told(forum, forum.moderator, "question refresh", question="1")
        assert (await rows(forum))["answers"][-1].count("From okapi bays.") == 1
    assert not any("says:" in str(value) for row in (await rows(forum))["answers"] for value in row)


# Messages that people thank for


async def thanked_for(world: World, text: str = "競りで決まります") -> tuple[Any, Any, Any]:
    """A message of `other` for which `member` thanked from the menu, where it stands, and the answer to that."""
    thread = await asked(world, world.member, FISH)
    place = ChannelHandle(world.sim.env, world.guild, world.sim.env.backend.get_channel(thread.id))
    message = await world.other.send(place, text)
    _said, done = await thanked(world, world.member, thread, message, "fish")
    return message, place, done


async def test_a_message_that_somebody_thanks_for_is_found_and_leads_there(forum: World):
    message, place, _done = await thanked_for(forum)
    text = await searched(forum, forum.moderator, words="競り")
    assert "**競り**" in text
    assert "Somebody was thanked for" in text
    assert f"/{place.id}/{message.id}" in text
    # Once accepted it is found as the answer that it is, once.
    await accepted(forum, forum.member, threads(forum)[0], message)
    assert "Somebody was thanked for" not in await searched(forum, forum.moderator, words="競り")


async def test_a_thanked_message_is_followed_and_goes_with_the_thanks_or_the_message(forum: World):
    message, place, done = await thanked_for(forum)
    heard = forum.app.bot.intents.message_content
    await forum.other.edit(message, "仲買人が決めます")
    await at_rest(forum)
    assert await is_found(forum, "仲買人") == heard
    result = await forum.other.context_menu(place, "Refresh", message)
    assert ("Nothing has changed" if heard else "1 message has a new text") in forum.sim.private_replies(result)[-1]
    assert await is_found(forum, "仲買人")
    # Two thank for it: with the first of them it stays.
    _said, second = await thanked(forum, forum.moderator, threads(forum)[0], message, "prices")
    await forum.moderator.click(second, label="Take it back")
    assert await is_found(forum, "仲買人")
    await forum.member.click(done, custom_id=button(done, "取り消す"))
    assert not await is_found(forum, "仲買人")
    assert (await rows(forum))["thanked_messages"] == []
    await thanked(forum, forum.member, threads(forum)[0], message, "fish")
    assert await is_found(forum, "仲買人")
    await forum.other.delete(message)
    assert not await is_found(forum, "仲買人")
    assert (await rows(forum))["thanked_messages"] == []


async def test_what_was_thanked_for_is_not_read_by_who_sees_another_forum_than_it_stood_in(forum: World):
    await thanked_for(forum)
    guild = forum.app.bot.get_guild(forum.guild.id)
    await forum.sim.run(guild.get_channel(channel(forum).id).delete())
    await forum.sim.run(guild.create_forum("elsewhere"))
    await forum.moderator.slash(forum.general, "settings set", questions=channel(forum, "elsewhere"))
    await at_rest(forum, 3700)
    await forum.member.slash(forum.general, "question reopen", question="1")
    await at_rest(forum)
    if (await posted(forum))[0].channel_id != channel(forum, "elsewhere").id:
        pytest.fail("the question was not posted again")
    assert not await is_found(forum, "競り")


# Messages that were made questions


async def converted(world: World, words: str, typed: str = "", who: Any = None, where: Any = None) -> Any:
    """A message that its author made a question, in these words or as it is."""
    who, where = who or world.other, where or world.general
    message = await who.send(where, words)
    form = await who.context_menu(where, "Make it a question", message)
    if form.modal is None:
        form = await who.click(form.response, label="Go on")
    await who.submit_modal(form, {"question": typed or words, "name": ["named"]})
    await at_rest(world)
    return message


async def refreshed(world: World, who: Any, message: Any, where: Any = None) -> str:
    return world.sim.private_replies(await who.context_menu(where or world.general, "Refresh", message))[-1]


async def test_a_question_follows_the_message_that_it_was(forum: World):
    message = await converted(forum, "Who sets the prise?")
    await forum.other.edit(message, "誰が値段を決めますか？")
    await at_rest(forum)
    assert await is_found(forum, "値段") == forum.app.bot.intents.message_content
    await refreshed(forum, forum.other, message)
    assert await is_found(forum, "値段")
    (question,) = await posted(forum)
    assert (question.text, question.details) == ("誰が値段を決めますか？", "")
    await at_rest(forum)
    assert "誰が値段を決めますか？" in said_in(forum, threads(forum)[0])[0]
    await forum.other.delete(message)
    await at_rest(forum)
    (question,) = await posted(forum)
    assert (question.text, question.source_message, question.source_text) == ("誰が値段を決めますか？", 0, "")
    assert str(message.id) not in said_in(forum, threads(forum)[0])[0]


async def test_a_question_in_other_words_than_its_message_keeps_them(forum: World):
    message = await converted(forum, "prise??", "Who sets the price?")
    await forum.other.edit(message, "値段？？")
    await at_rest(forum)
    assert "in other words" in await refreshed(forum, forum.other, message)
    (question,) = await posted(forum)
    assert question.text == "Who sets the price?"
    assert not await is_found(forum, "値段")


async def test_from_where_not_everybody_reads_only_its_author_brings_new_words(forum: World):
    secret = forum.guild.create_text_channel("secret")
    chief = forum.guild.add_member(forum.sim.env.create_user("chief"), roles=[forum.guild.roles["Managers"]])
    hide(forum, secret)
    message = await converted(forum, "Who sets the price?", who=forum.moderator, where=secret)
    await forum.moderator.edit(message, "予算はいくらですか？")
    await at_rest(forum)
    assert not await is_found(forum, "予算")
    assert "only who wrote it" in await refreshed(forum, chief, message, secret)
    await told(forum, chief, "question refresh", question="1")
    assert not await is_found(forum, "予算")
    await refreshed(forum, forum.moderator, message, secret)
    assert await is_found(forum, "予算")


async def test_what_is_too_long_for_a_question_now_is_refused_and_changes_nothing(forum: World):
    message = await converted(forum, "Who sets the price?")
    # Some people's messages may have 4,000 characters.
    forum.sim.env.backend.get_message(forum.general.id, message.id).content = "なぜ" * 1300
    assert "has 2300 characters" in await refreshed(forum, forum.other, message)
    (question,) = await posted(forum)
    assert question.text == "Who sets the price?"


async def test_of_an_anonymous_question_nothing_is_followed(forum: World):
    message = await forum.other.send(forum.general, "Who sets the price?")
    form = await forum.other.context_menu(forum.general, "Make it a question", message)
    sent = await forum.other.submit_modal(form, {"question": "Who sets the price?", "name": ["anonymous"]})
    await forum.other.click(sent.response or sent.followups[-1], label="Post")
    await at_rest(forum)
    (question,) = await posted(forum)
    assert (question.source_message, question.source_text) == (0, "")
    assert "I keep no text" in await refreshed(forum, forum.other, message)
