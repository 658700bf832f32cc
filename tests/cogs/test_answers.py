"""Accepting answers and saying thanks: by the menu of a message, by command and by button."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.builders import ChannelHandle

from bot.demo.simulation import close_dms
from tests.cogs.acts import at_rest, told
from tests.cogs.permissions import forbid, hide
from tests.cogs.test_questions import (
    asked,
    channel,
    first_of,
    many,
    messages,
    posted,
    said_in,
    tags,
    where_it_is_known,
    with_forum,
)
from tests.cogs.test_requests import direct
from tests.forged import nothing_written, press, rows, send_form, stored
from tests.world import World, a_world

ACCEPT, THANK = "Accept answer", "Thank"


@pytest.fixture
async def forum(tmp_path: Path) -> AsyncGenerator[World]:
    """A server with a forum for questions, where enough people may have asked one; `member` reads Japanese."""
    async with a_world(tmp_path) as world:
        await with_forum(world)
        await many(world)
        yield world


def place(world: World, thread: discord.Thread) -> ChannelHandle:
    return ChannelHandle(world.sim.env, world.guild, world.sim.env.backend.get_channel(thread.id))


async def said(world: World, who: Any, thread: discord.Thread, text: str = "The auction, at dawn.") -> Any:
    """Somebody writes in a thread."""
    return await who.send(place(world, thread), text)


async def use(world: World, who: Any, thread: discord.Thread, menu: str, message: Any) -> Any:
    return await who.context_menu(place(world, thread), menu, message)


async def accepted(world: World, who: Any, thread: discord.Thread, message: Any) -> tuple[str, Any]:
    """The answer to the menu's entry, and the message with its buttons."""
    result = await use(world, who, thread, ACCEPT, message)
    return world.sim.private_replies(result)[-1], result.response


async def thanked(world: World, who: Any, thread: discord.Thread, message: Any, topic: str) -> tuple[str, Any]:
    form = await use(world, who, thread, THANK, message)
    result = await who.submit_modal(form, {"topic": topic})
    return world.sim.private_replies(result)[-1], result.response or result.followups[-1]


async def known_for(world: World, viewer: Any, member: Any) -> str:
    """The line of somebody's profile that says what they were thanked for; "" if it has none."""
    card = await told(world, viewer, "profile show", member=member)
    return next((line for line in card.splitlines() if "Known for" in line or "お礼の届いた話題" in line), "")


def dms(world: World, who: Any) -> list[str]:
    """What somebody was told of answers and thanks, in order."""
    return [world.sim.text(each) for each in direct(world, who) if "bk:dm:stop:thanks" in str(each.components)]


async def test_the_asker_accepts_an_answer_and_it_stands_on_top_and_its_author_is_told(forum: World):
    await forum.other.slash(forum.general, "profile edit", industry="#finance", about="x")
    thread = await asked(forum, forum.member, topic="fish")
    answer = await said(forum, forum.other, thread)
    reply, carrier = await accepted(forum, forum.member, thread, answer)
    assert "回答として採用しました" in reply
    assert f"{forum.other.mention}に「fish」のお礼を伝えます" in reply
    await at_rest(forum)
    top = forum.sim.text(first_of(forum, thread))
    assert f"{forum.other.mention} (Finance and insurance)" in top
    assert f"/{thread.id}/{answer.id}" in top
    assert "> The auction, at dawn." in top
    assert "solved" in top
    assert "Solved" in tags(forum, thread)
    assert dms(forum, forum.other) == []
    await at_rest(forum, 40 * 60)
    (text,) = dms(forum, forum.other)
    assert "Your answer to “Who sets the price?” was accepted. Thank you!" in text
    assert f"- **fish**: {forum.member.mention}" in text
    assert "fish(1人)" in await known_for(forum, forum.member, forum.other)
    await at_rest(forum, 24 * 60 * 60)
    assert len(dms(forum, forum.other)) == 1
    # Pressed again it is the same answer, and can be taken back, with the thanks that came with it.
    reply, again = await accepted(forum, forum.member, thread, answer)
    assert "すでに採用されています" in reply
    assert len((await rows(forum))["answers"]) == 1
    await forum.member.click(again, label="取り消す")
    assert "質問の受付を再開しました" in forum.sim.text(again)
    await at_rest(forum, 120)
    assert "The auction" not in forum.sim.text(first_of(forum, thread))
    assert "Unsolved" in tags(forum, thread)
    assert (await rows(forum))["gratitudes"] == []
    assert await known_for(forum, forum.member, forum.other) == ""
    gone = await press(forum, forum.member, stored(forum, carrier), "bk:unaccept:1")
    assert "取り消されています" in forum.sim.private_replies(gone)[-1]


async def test_several_answers_are_accepted_and_there_is_an_end(forum: World):
    thread = await asked(forum, forum.member)
    found = [await said(forum, forum.other, thread, f"Answer {n}") for n in range(4)]
    for message in found[:3]:
        await accepted(forum, forum.member, thread, message)
    reply, _none = await accepted(forum, forum.member, thread, found[3])
    assert "すでに3件の回答が採用されていて" in reply
    await at_rest(forum)
    top = forum.sim.text(first_of(forum, thread))
    assert [n for n in range(4) if f"Answer {n}" in top] == [0, 1, 2]


async def test_only_who_asked_and_who_looks_after_questions_accepts(forum: World):
    thread = await asked(forum, forum.member, topic="fish")
    answer = await said(forum, forum.member, thread)
    async with nothing_written(forum):
        reply, _none = await accepted(forum, forum.other, thread, answer)
    assert "who asked it" in reply
    reply, _carrier = await accepted(forum, forum.moderator, thread, answer)
    # What its asker found out themselves is thanked by nobody.
    assert "Accepted" in reply
    assert "You thank" not in reply
    assert (await rows(forum))["gratitudes"] == []
    reply, _carrier = await accepted(forum, forum.member, thread, await said(forum, forum.member, thread, "Or noon."))
    assert "自分の書き込みなので" in reply
    await at_rest(forum, 40 * 60)
    assert "auction" in forum.sim.text(first_of(forum, thread))
    assert (await rows(forum))["gratitudes"] == []
    assert await known_for(forum, forum.other, forum.member) == ""


async def test_who_asked_is_told_of_what_an_organizer_accepted_for_them(forum: World):
    await forum.member.slash(forum.general, "help")
    thread = await asked(forum, forum.member, topic="fish")
    answer = await said(forum, forum.other, thread)
    await accepted(forum, forum.moderator, thread, answer)
    await at_rest(forum)
    (message,) = forum.sim.messages(forum.member.user.dm_channel)
    assert "「Who sets the price?」への回答が代わりに採用され" in message.content
    assert f"<#{thread.id}>" in message.content
    # Another one changes nothing of it.
    await accepted(forum, forum.moderator, thread, await said(forum, forum.other, thread, "At noon."))
    await at_rest(forum)
    assert len(direct(forum, forum.member)) == 1
    done = await forum.member.user.click(message, label="受付を再開する")
    assert "受付を再開しました" in forum.sim.private_replies(done)[-1]
    await at_rest(forum)
    assert "Unsolved" in tags(forum, thread)
    # What they accept themselves they know.
    await accepted(forum, forum.member, thread, await said(forum, forum.other, thread, "At dusk."))
    await at_rest(forum)
    assert len(direct(forum, forum.member)) == 1


async def test_who_asked_anonymously_hears_of_it_by_direct_message_or_not_at_all(forum: World):
    thread = await asked(forum, forum.other, "Is it fresh?", anonymous=True)
    second = await asked(forum, forum.other, "Is it dear?", anonymous=True)
    await accepted(forum, forum.moderator, thread, await said(forum, forum.member, thread))
    await at_rest(forum)
    assert "“Is it fresh?” was accepted for you" in direct(forum, forum.other)[0].content
    close_dms(forum.other)
    await accepted(forum, forum.moderator, second, await said(forum, forum.member, second))
    await at_rest(forum, 24 * 60 * 60)
    assert len(direct(forum, forum.other)) == 1
    assert "Is it dear?" not in str([post.content for post in forum.sim.unprompted()])
    assert [each for each in forum.app.bot.get_guild(forum.guild.id).threads if each.is_private()] == []


async def test_what_is_no_answer_is_refused_clearly(forum: World):
    thread = await asked(forum, forum.moderator)
    bot = forum.guild.add_member(forum.sim.env.create_user("robot", bot=True))
    cases = (
        (await forum.member.send(forum.general, "Hello"), forum.general, "stands in no question's thread"),
        (first_of(forum, thread), place(forum, thread), "This is the question itself"),
        (await said(forum, bot, thread), place(forum, thread), "is a bot's"),
    )
    for message, where, why in cases:
        for menu in (ACCEPT, THANK):
            async with nothing_written(forum):
                result = await forum.moderator.context_menu(where, menu, message)
            assert why in forum.sim.private_replies(result)[-1], (menu, why)
    answer = await said(forum, forum.member, thread)
    form = await use(forum, forum.moderator, thread, THANK, answer)
    await forum.sim.run(messages(forum, thread)[-1].delete())
    async with nothing_written(forum):
        late = await forum.moderator.submit_modal(form, {"topic": "fish"})
        link = f"https://discord.com/channels/{forum.guild.id}/{thread.id}/{answer.id}"
        by_link = await told(forum, forum.moderator, "question accept", question="Who sets the price?", answer=link)
        elsewhere = f"https://discord.com/channels/{forum.guild.id}/{forum.general.id}/{answer.id}"
        wrong = await told(forum, forum.moderator, "question accept", question="Who sets the price?", answer=elsewhere)
        nothing = await told(forum, forum.moderator, "question accept", question="Who sets the price?", answer="hello")
    for text in (forum.sim.private_replies(late)[-1], by_link, wrong, nothing):
        assert "I don't find this message" in text
    assert await posted(forum)


async def test_an_answer_is_accepted_by_command_from_any_channel_also_in_japanese(forum: World):
    thread = await asked(forum, forum.member, topic="fish")
    answer = await said(forum, forum.other, thread, "せりで決まります。")
    await forum.sim.run(thread.edit(archived=True))
    question = "Who sets the price?"
    offered = await forum.member.autocomplete(forum.general, "question accept", "answer", "", question=question)
    assert [choice["value"] for choice in offered] == [str(answer.id)]
    assert offered[0]["name"] == "01/05 09:00 alice: せりで決まります。", "on the community's clock"
    link = f"https://ptb.discord.com/channels/{forum.guild.id}/{thread.id}/{answer.id}"
    reply = await told(forum, forum.member, "question accept", question=question, answer=link)
    assert "回答として採用しました" in reply
    reply = await told(forum, forum.member, "question thank", question=question, answer=str(answer.id), topic="せり")
    assert "「せり」のお礼を伝えます" in reply
    reply = await told(forum, forum.member, "question thank", question=question, answer=str(answer.id))
    assert "「fish」のお礼をすでに伝えています" in reply


async def test_anybody_thanks_anybody_in_the_thread_for_a_topic_once_and_can_take_it_back(forum: World):
    await forum.member.slash(forum.general, "help")
    thread = await asked(forum, forum.moderator, industry="#agriculture")
    answer = await said(forum, forum.member, thread)
    form = await use(forum, forum.other, thread, THANK, answer)
    # The topic suggests itself, in the community's language.
    assert "Agriculture and fisheries" in str(form.modal)
    result = await forum.other.submit_modal(form, {"topic": "Cold chains"})
    carrier = result.response or result.followups[-1]
    assert f"You thank {forum.member.mention} for **Cold chains**." in forum.sim.private_replies(result)[-1]
    reply, _none = await thanked(forum, forum.other, thread, answer, "ｃｏｌｄ　ｃｈａｉｎ")
    assert "for **Cold chains** here already" in reply
    for topic in ("auctions", "boats"):
        await thanked(forum, forum.other, thread, answer, topic)
    reply, _none = await thanked(forum, forum.other, thread, answer, "nets")
    assert "for 3 topics here already" in reply
    own = await use(forum, forum.member, thread, THANK, answer)
    assert "自分のメッセージです" in forum.sim.private_replies(own)[-1]
    await forum.other.click(carrier, label="Take it back")
    assert "do not count any more" in forum.sim.text(carrier)
    foreign = await press(forum, forum.moderator, stored(forum, carrier), "bk:unthank:2")
    assert "no longer works" in forum.sim.private_replies(foreign)[-1]
    await at_rest(forum, 40 * 60)
    # Told once of all, in their own language, without what was taken back.
    (text,) = dms(forum, forum.member)
    assert f"- **auctions**: {forum.other.mention}" in text
    assert "**boats**" in text
    assert "Cold" not in text
    await thanked(forum, forum.moderator, thread, answer, "Auction")
    await at_rest(forum, 40 * 60)
    (_first, second) = dms(forum, forum.member)
    assert forum.moderator.mention in second
    assert forum.other.mention not in second
    assert "Auction (2 people)" in await known_for(forum, forum.other, forum.member)


async def test_who_asked_without_a_name_accepts_thanks_and_adds_without_it(forum: World, caplog: Any):
    await forum.member.slash(forum.general, "help")
    before = await where_it_is_known(forum, forum.other.id)
    thread = await asked(forum, forum.other, "Is it fresh?", topic="fish", anonymous=True)
    answer = await said(forum, forum.member, thread)
    second = await said(forum, forum.member, thread, "And by the eyes.")
    reply, _carrier = await accepted(forum, forum.other, thread, answer)
    assert "without your name" in reply
    reply, _carrier = await thanked(forum, forum.other, thread, second, "eyes")
    assert "without your name" in reply
    added = await told(forum, forum.other, "question add", question="Is it fresh?", text="See https://example.org")
    assert "below the answer" in added
    await at_rest(forum, 40 * 60)
    assert await where_it_is_known(forum, forum.other.id) - before == {"questions"}
    (text,) = dms(forum, forum.member)
    assert "質問した方" in text
    assert str(forum.other.id) not in text
    top = forum.sim.text(first_of(forum, thread))
    assert "➕ See https://example.org (whoever asked)" in top
    assert str(forum.other.id) not in "\n".join(said_in(forum, thread))
    acts = [row for row in (await rows(forum))["audit"] if "question:1" in row]
    assert len(acts) == 4
    assert not [row for row in acts if str(forum.other.id) in str(row)]
    assert str(forum.other.id) not in caplog.text
    # One person for the question, and of no industry.
    assert "fish (1 person)" in await known_for(forum, forum.other, forum.member)


async def test_what_an_anonymous_asker_wrote_under_their_own_name_is_treated_like_anybodys(forum: World):
    thread = await asked(forum, forum.other, "Is it fresh?", topic="fish", anonymous=True)
    own = await said(forum, forum.other, thread)
    others = await said(forum, forum.member, thread)
    for message, author in ((own, forum.other), (others, forum.member)):
        reply, _carrier = await accepted(forum, forum.moderator, thread, message)
        assert f"You thank {author.mention} for **fish**." in reply
    assert len((await rows(forum))["gratitudes"]) == 2


async def test_what_was_said_through_the_bot_is_whose_it_is(forum: World):
    thread = await asked(forum, forum.other, "Is it fresh?", topic="fish", anonymous=True)
    await forum.member.slash(forum.general, "question reply", question="Is it fresh?", text="Look at the eyes.")
    await forum.other.slash(forum.general, "question reply", question="Is it fresh?", text="I smelt it.")
    await at_rest(forum)
    _question, theirs, own = messages(forum, thread)
    reply, _carrier = await accepted(forum, forum.moderator, thread, theirs)
    assert f"You thank {forum.member.mention} for **fish**." in reply
    refused = await use(forum, forum.moderator, thread, THANK, own)
    assert "without their name" in forum.sim.private_replies(refused)[-1]
    reply, _carrier = await accepted(forum, forum.moderator, thread, own)
    assert "You thank" not in reply
    await at_rest(forum, 40 * 60)
    top = forum.sim.text(first_of(forum, thread))
    assert "whoever asked: [read it]" in top
    assert str(forum.other.id) not in top
    assert dms(forum, forum.other) == []


async def test_who_gave_an_answer_and_who_asked_add_corrections_and_sources(forum: World):
    thread = await asked(forum, forum.member)
    answer = await said(forum, forum.other, thread)
    await accepted(forum, forum.member, thread, answer)
    await at_rest(forum)
    post = first_of(forum, thread)
    form = await forum.other.click(post, label="Add a correction or source")
    result = await forum.other.submit_modal(form, {"addition": "Not on\nSundays."})
    carrier = result.followups[-1]
    refused = await forum.moderator.click(post, label="Add a correction or source")
    assert refused.modal is not None
    third = forum.guild.add_member(forum.sim.env.create_user("third"))
    result = await third.click(post, label="Add a correction or source")
    assert "who gave the answer" in forum.sim.private_replies(result)[-1]
    for text in ("https://example.org/a", "https://example.org/b"):
        await forum.member.slash(forum.general, "question add", question="Who sets the price?", text=text)
    more = await told(forum, forum.member, "question add", question="Who sets the price?", text="One too many")
    assert "これ以上は載せられません" in more
    assert "One too many" in more
    await at_rest(forum, 120)
    top = forum.sim.text(first_of(forum, thread))
    assert f"➕ Not on Sundays. ({forum.other.mention})" in top
    assert f"➕ https://example.org/b ({forum.member.mention})" in top
    foreign = await press(forum, third, stored(forum, post), "bk:unadd:1")
    assert "who asked it" in forum.sim.private_replies(foreign)[-1]
    await forum.other.click(carrier, label="Remove it")
    await at_rest(forum, 120)
    assert "Sundays" not in forum.sim.text(first_of(forum, thread))


async def test_without_an_accepted_answer_there_is_nothing_to_add_to(forum: World):
    await asked(forum, forum.member)
    async with nothing_written(forum):
        reply = await told(forum, forum.member, "question add", question="Who sets the price?", text="A source")
    assert "まだ採用された回答がない" in reply
    assert "A source" in reply


async def test_two_presses_at_once_accept_once(forum: World):
    thread = await asked(forum, forum.member, topic="fish")
    answer = await said(forum, forum.other, thread)
    for who in (forum.member, forum.moderator):
        await accepted(forum, who, thread, answer)
    everything = await rows(forum)
    assert len(everything["answers"]) == len(everything["gratitudes"]) == 1


async def test_whose_direct_messages_are_closed_reads_of_it_in_their_private_thread_also_after_a_restart(forum: World):
    close_dms(forum.other)
    await forum.other.slash(forum.general, "help")
    thread = await asked(forum, forum.member, topic="fish")
    await accepted(forum, forum.member, thread, await said(forum, forum.other, thread))
    await forum.sim.restart()
    await at_rest(forum, 40 * 60)
    private = [each for each in forum.app.bot.get_guild(forum.guild.id).threads if each.is_private()]
    assert len(private) == 1
    text = "\n".join(said_in(forum, private[0]))
    assert "Your answer to “Who sets the price?” was accepted." in text
    assert dms(forum, forum.other) == []


async def test_who_wants_no_such_messages_gets_none_and_the_giver_is_told(forum: World):
    await forum.other.slash(forum.general, "help")
    thread = await asked(forum, forum.member, topic="fish")
    answer = await said(forum, forum.other, thread)
    await accepted(forum, forum.member, thread, answer)
    await at_rest(forum, 40 * 60)
    await forum.other.user.click(direct(forum, forum.other)[-1], label="Stop messages of this kind")
    reply, _carrier = await thanked(forum, forum.member, thread, answer, "auctions")
    assert "お知らせを送れません" in reply
    await at_rest(forum, 40 * 60)
    assert len(dms(forum, forum.other)) == 1


async def test_whose_server_it_is_no_more_is_accepted_but_neither_thanked_nor_told(forum: World):
    thread = await asked(forum, forum.member, topic="fish")
    leaver = forum.guild.add_member(forum.sim.env.create_user("leaver"))
    answer = await said(forum, leaver, thread)
    await forum.sim.run(forum.app.bot.get_guild(forum.guild.id).kick(discord.Object(leaver.id)))
    reply, _carrier = await accepted(forum, forum.member, thread, answer)
    assert "回答として採用しました" in reply
    assert "お知らせを送れません" in reply
    assert (await rows(forum))["gratitudes"] == []


async def test_a_question_in_a_forum_that_is_hidden_does_not_exist_for_the_presser(forum: World):
    thread = await asked(forum, forum.moderator, topic="fish")
    answer = await said(forum, forum.other, thread)
    await accepted(forum, forum.moderator, thread, answer)
    await at_rest(forum)
    carrier = stored(forum, (await forum.other.slash(forum.general, "help")).response)
    hide(forum, channel(forum))
    nowhere = f"bk:thank:{thread.id + 1}:{answer.id}"
    answers = set[str]()
    async with nothing_written(forum):
        for custom_id in (f"bk:thank:{thread.id}:{answer.id}", nowhere):
            answers.add(forum.sim.private_replies(await press(forum, forum.other, carrier, custom_id))[-1])
        form = f"bk:thankform:{thread.id}:{answer.id}"
        answers.add(forum.sim.private_replies(await send_form(forum, forum.other, carrier, form, {"topic": "x"}))[-1])
    assert len({text.splitlines()[0] for text in answers}) == 1
    assert "stands in no question's thread" in answers.pop()
    assert await known_for(forum, forum.member, forum.other) == ""


async def test_where_the_bot_may_not_read_the_thread_it_says_what_is_missing(forum: World):
    thread = await asked(forum, forum.member, topic="fish")
    answer = await said(forum, forum.other, thread)
    forbid(forum, channel(forum), read_message_history=False)
    reply = await told(forum, forum.member, "question accept", question="Who sets the price?", answer=str(answer.id))
    assert "「メッセージ履歴を読む」" in reply
    # The menu of the message needs no such permission.
    reply, _carrier = await accepted(forum, forum.member, thread, answer)
    assert "回答として採用しました" in reply
