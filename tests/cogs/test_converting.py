"""A message becomes a question: one's own at once, another's only after its author agrees."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo.simulation import close_dms
from tests.cogs.acts import at_rest
from tests.cogs.permissions import hide
from tests.cogs.test_question_care import dm_texts, dms
from tests.cogs.test_questions import channel, many, posted, said_in, threads, where_it_is_known, with_forum
from tests.forged import press, rows, stored
from tests.test_private_threads import private_threads
from tests.world import World, a_world

MENU = "Make it a question"
WORDS = "Who sets the price of a fish in the morning?"


@pytest.fixture
async def forum(tmp_path: Path) -> AsyncGenerator[World]:
    """A server with a forum for questions; `other` has used the bot, and `member` reads Japanese."""
    async with a_world(tmp_path) as world:
        await with_forum(world)
        await many(world)
        await world.other.slash(world.general, "help")
        yield world


async def menu(world: World, who: Any, message: Any, where: Any = None) -> Any:
    return await who.context_menu(where or world.general, MENU, message)


async def answer(world: World, who: Any, message: Any, where: Any = None) -> str:
    """What somebody is told who chooses the entry of a message's menu."""
    return world.sim.private_replies(await menu(world, who, message, where))[-1]


async def offers(world: World) -> list[Any]:
    return (await rows(world))["question_offers"]


def link_in(world: World) -> str:
    (thread,) = threads(world)
    return said_in(world, thread)[0]


def wordless(world: World) -> int:
    """The id of a message of `other` that has no text, as one with only a picture."""
    message = world.sim.env.backend.create_message(world.general.id, world.other.id, WORDS)
    message.content = ""
    return message.id


async def test_ones_own_message_opens_the_form_with_its_text_and_the_post_links_to_it(forum: World):
    message = await forum.other.send(forum.general, WORDS)
    form = await menu(forum, forum.other, message)
    boxes = {part["component"]["custom_id"]: part["component"] for part in form.modal["components"]}
    assert boxes["question"]["value"] == WORDS
    chosen = [each["value"] for each in boxes["name"]["options"] if each.get("default")]
    assert chosen == ["named"]
    await forum.sim.restart()
    await forum.other.submit_modal(form, {"question": WORDS, "name": ["named"]})
    await at_rest(forum)
    assert f"/{forum.general.id}/{message.id}" in link_in(forum)
    again = await answer(forum, forum.other, message)
    assert f"is a question already, at <#{threads(forum)[0].id}>" in again
    assert "すでに質問になっています" in await answer(forum, forum.member, message)


async def test_asked_anonymously_no_link_leads_to_its_author(forum: World):
    before = await where_it_is_known(forum, forum.other.id)
    message = await forum.other.send(forum.general, WORDS)
    form = await menu(forum, forum.other, message)
    await forum.other.submit_modal(form, {"question": WORDS, "name": ["anonymous"]})
    await at_rest(forum)
    assert str(message.id) not in link_in(forum)
    assert "somebody anonymous" in link_in(forum)
    (question,) = await posted(forum)
    assert (question.source_channel, question.source_message) == (0, 0)
    assert await where_it_is_known(forum, forum.other.id) - before == {"questions"}


async def test_a_long_message_is_divided_and_nothing_of_it_is_lost(forum: World):
    message = await forum.other.send(forum.general, "魚の値段は誰が決めますか？" + "朝" * 900)
    form = await menu(forum, forum.other, message)
    boxes = {part["component"]["custom_id"]: part["component"] for part in form.modal["components"]}
    assert boxes["question"]["value"] == "魚の値段は誰が決めますか？"
    assert boxes["details"]["value"] == "朝" * 900


async def test_from_a_channel_that_not_everybody_sees_only_its_author_can_and_is_warned(forum: World):
    secret = forum.guild.create_text_channel("secret")
    message = await forum.moderator.send(secret, WORDS)
    hide(forum, secret)
    warned = await menu(forum, forum.moderator, message, secret)
    assert warned.modal is None
    assert "can be read by all of them" in forum.sim.private_replies(warned)[-1]
    assert await posted(forum) == []
    form = await forum.moderator.click(warned.response, label="Go on")
    await forum.moderator.submit_modal(form, {"question": WORDS, "name": ["named"]})
    await at_rest(forum)
    assert f"/{secret.id}/{message.id}" in link_in(forum)
    chief = forum.guild.add_member(forum.sim.env.create_user("chief"), roles=[forum.guild.roles["Managers"]])
    other = await forum.moderator.send(secret, "And in the evening?")
    assert "only who wrote a message here can" in await answer(forum, chief, other, secret)
    assert await offers(forum) == []


async def test_anothers_message_becomes_a_question_once_its_author_agrees(forum: World):
    message = await forum.other.send(forum.general, WORDS)
    told = await answer(forum, forum.member, message)
    assert f"{forum.other.mention} の意向を確かめます" in told
    await at_rest(forum)
    (asked,) = dms(forum.other, forum)
    text = forum.sim.text(asked)
    assert WORDS in text
    assert forum.member.mention in text
    assert f"/{forum.general.id}/{message.id}" in text
    assert threads(forum) == []
    assert "すでにお聞きしています" in await answer(forum, forum.member, message)
    assert "has been asked already" in await answer(forum, forum.moderator, message)
    await forum.sim.restart()
    done = await forum.other.user.click(asked, label="Yes, with my name")
    assert "on its way" in forum.sim.private_replies(done)[-1]
    await at_rest(forum, 10)
    assert forum.other.mention in link_in(forum)
    assert f"/{forum.general.id}/{message.id}" in link_in(forum)
    (question,) = await posted(forum)
    assert question.asker_id == forum.other.id
    (news,) = dm_texts(forum.member, forum)
    assert f"質問になりました：「{WORDS}」" in news
    again = await forum.other.user.click(asked, label="Yes, with my name")
    assert "This is over" in forum.sim.private_replies(again)[-1]
    assert len(await posted(forum)) == 1
    acts = [row for row in (await rows(forum))["audit"] if "question.post" in row]
    assert [forum.other.id in row for row in acts] == [True]


@pytest.mark.parametrize("silent", [False, True])
async def test_a_no_and_silence_leave_no_trace(forum: World, silent: bool):
    message = await forum.other.send(forum.general, WORDS)
    await menu(forum, forum.member, message)
    await at_rest(forum)
    (asked,) = dms(forum.other, forum)
    audit = (await rows(forum))["audit"]
    if not silent:
        done = await forum.other.user.click(asked, label="No")
        assert "Nobody hears of it" in forum.sim.private_replies(done)[-1]
        assert WORDS not in str(await offers(forum))
    assert "すでにお聞きしています" in await answer(forum, forum.member, message)
    await forum.sim.advance(timedelta(days=7, hours=1))
    assert await offers(forum) == []
    assert await posted(forum) == []
    assert dms(forum.member, forum) == []
    assert (await rows(forum))["audit"] == audit
    late = await forum.other.user.click(asked, label="Yes, with my name")
    assert "seven days have passed" in forum.sim.private_replies(late)[-1]


async def test_who_agrees_without_their_name_is_warned_and_nobody_is_told(forum: World):
    message = await forum.other.send(forum.general, WORDS)
    await menu(forum, forum.member, message)
    await at_rest(forum)
    (asked,) = dms(forum.other, forum)
    warned = await forum.other.user.click(asked, label="Yes, anonymously")
    assert "stands under your name already" in forum.sim.private_replies(warned)[-1]
    assert await posted(forum) == []
    await forum.other.user.click(warned.followups[-1], label="Ask anonymously")
    await at_rest(forum, 10)
    assert "somebody anonymous" in link_in(forum)
    assert str(message.id) not in link_in(forum)
    assert dms(forum.member, forum) == []


async def test_its_author_may_change_it_first_also_when_it_is_too_long(forum: World):
    long = "なぜ" * 1400
    original = forum.sim.env.backend.create_message(forum.general.id, forum.other.id, WORDS)
    original.content = long
    await menu(forum, forum.member, next(m for m in forum.sim.messages(forum.general) if m.id == original.id))
    await at_rest(forum)
    (asked,) = dms(forum.other, forum)
    refused = await forum.other.user.click(asked, label="Yes, with my name")
    assert "2000 fit" in forum.sim.private_replies(refused)[-1]
    form = await forum.other.user.click(refused.followups[-1], label="Change it first")
    boxes = {part["component"]["custom_id"]: part["component"] for part in form.modal["components"]}
    assert boxes["question"]["value"] + boxes["details"]["value"] == long
    sent = await forum.other.user.submit_modal(form, {"question": "なぜですか？", "name": ["named"]})
    assert "on its way" in forum.sim.private_replies(sent)[-1]
    await at_rest(forum, 10)
    assert [thread.name for thread in threads(forum)] == ["なぜですか？"]


async def test_where_nobody_can_be_asked_the_answer_says_so(forum: World):
    stranger = forum.guild.add_member(forum.sim.env.create_user("stranger"))
    theirs = await stranger.send(forum.general, WORDS)
    assert "このボットを使ったことがない" in await answer(forum, forum.member, theirs)
    empty = wordless(forum)
    picture = next(m for m in forum.sim.messages(forum.general) if m.id == empty)
    assert "no text that could be asked" in await answer(forum, forum.other, picture)
    robot = forum.guild.add_member(forum.sim.env.create_user("robot", bot=True))
    beep = await robot.send(forum.general, WORDS)
    assert "メンバーのメッセージではない" in await answer(forum, forum.member, beep)
    assert await offers(forum) == []


async def test_whoever_is_restricted_from_asking_proposes_nothing_and_is_asked_nothing(forum: World):
    message = await forum.other.send(forum.general, WORDS)
    restrict = {"from": "asking", "reason": "x"}
    await forum.moderator.slash(forum.general, "mod restrict", member=forum.member, **restrict)
    assert await offers(forum) == []
    assert "質問" in await answer(forum, forum.member, message)
    assert await offers(forum) == []
    await forum.moderator.slash(forum.general, "mod restrict", member=forum.other, **restrict)
    seen = len(dms(forum.other, forum))
    assert "I see whether" in await answer(forum, forum.moderator, message)
    await at_rest(forum)
    assert not any(WORDS in text for text in dm_texts(forum.other, forum)[seen:])


async def test_a_message_that_is_deleted_meanwhile_is_not_asked(forum: World):
    message = await forum.other.send(forum.general, WORDS)
    await menu(forum, forum.member, message)
    await at_rest(forum)
    (asked,) = dms(forum.other, forum)
    place = forum.app.bot.get_channel(forum.general.id)
    await forum.sim.run(place.get_partial_message(message.id).delete())
    assert WORDS not in str(await offers(forum))
    late = await forum.other.user.click(asked, label="Yes, with my name")
    assert "seven days have passed" in forum.sim.private_replies(late)[-1]
    assert await posted(forum) == []


async def test_closed_direct_messages_become_a_private_thread(forum: World):
    close_dms(forum.other)
    message = await forum.other.send(forum.general, WORDS)
    await menu(forum, forum.member, message)
    await at_rest(forum, 90)
    (thread,) = private_threads(forum)
    (text,) = said_in(forum, thread)
    assert WORDS in text


async def test_only_so_many_are_proposed_and_only_the_author_can_answer(forum: World):
    for number in range(5):
        message = await forum.other.send(forum.general, f"Number {number}?")
        assert "確かめます" in await answer(forum, forum.member, message)
    message = await forum.other.send(forum.general, "Number 6?")
    assert "5件" in await answer(forum, forum.member, message)
    carrier = stored(forum, (await forum.moderator.slash(forum.general, "help")).response)
    for act in ("agree", "hidden", "hide", "change", "decline"):
        result = await press(forum, forum.moderator, carrier, f"bk:offer:1:{act}:{forum.guild.id}")
        assert "This is over" in forum.sim.private_replies(result)[-1], act
    assert await posted(forum) == []


async def test_who_leaves_is_forgotten_with_what_they_were_asked(forum: World):
    message = await forum.other.send(forum.general, WORDS)
    await menu(forum, forum.member, message)
    await at_rest(forum)
    await forum.sim.run(forum.app.services.members.left(forum.guild.id, forum.other.id))
    assert await offers(forum) == []
    assert channel(forum) is not None


async def test_its_author_reads_first_where_it_was_answered_already(forum: World):
    text = "鮮魚の値段は誰が決めますか？"
    await forum.moderator.slash(forum.general, "ask", question=text)
    await forum.moderator.slash(forum.general, "ask", question="野菜の値段は誰が決めますか？")
    for number in ("1", "2"):
        await forum.moderator.slash(forum.general, "question close", question=number)
    await at_rest(forum)
    fish = next(thread for thread in threads(forum) if thread.name == text)
    await menu(forum, forum.member, await forum.other.send(forum.general, "鮮魚の値段は誰が決めるんでしょうか"))
    await menu(forum, forum.member, await forum.other.send(forum.general, WORDS))
    await at_rest(forum)
    first, second = dm_texts(forum.other, forum)
    assert f"Perhaps it has been answered already: <#{fish.id}>\n" in first
    assert "answered already" not in second


async def test_who_changes_it_first_reads_that_it_stands_under_their_name_already(forum: World):
    await menu(forum, forum.member, await forum.other.send(forum.general, WORDS))
    await at_rest(forum)
    form = await forum.other.user.click(dms(forum.other, forum)[-1], label="Change it first")
    hints = [part.get("description") for part in form.modal["components"]]
    assert "Your message stands under your name already: who reads both knows that you ask." in hints
    assert form.modal["custom_id"].startswith("bk:offerform:")
