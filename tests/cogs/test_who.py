"""Finding people by what they know and where they work."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cogs.acts import at_rest, previewed, scheduled, told, with_group
from tests.cogs.permissions import hide
from tests.cogs.test_answers import accepted, said
from tests.cogs.test_questions import asked, channel, many, threads, with_forum
from tests.cogs.test_requests import direct, joined
from tests.forged import nothing_written, press, stored
from tests.world import START, World, a_world


@pytest.fixture
async def forum(tmp_path: Path) -> AsyncGenerator[World]:
    """A server with a forum for questions; `member` reads Japanese."""
    async with a_world(tmp_path) as world:
        await with_forum(world)
        await many(world)
        yield world


async def knows(world: World, who: Any, topic: str) -> str:
    return await told(world, who, "who knows", topic=topic)


async def test_who_was_thanked_named_it_or_works_there_is_found_best_first_with_all_reasons(forum: World):
    third = forum.guild.add_member(forum.sim.env.create_user("third"))
    await forum.other.slash(forum.general, "profile edit", topics="Cold chain, tea", industry="#logistics")
    await third.slash(forum.general, "profile edit", topics="cold chains", industry="#retail", occupation="Buyer")
    thread = await asked(forum, forum.moderator, topic="cold chains")
    await accepted(forum, forum.moderator, thread, await said(forum, forum.other, thread))
    text = await knows(forum, forum.moderator, "COLD CHAINS")
    assert text.index(forum.other.mention) < text.index(third.mention)
    assert "thanked for “cold chains” by 1 person" in text
    assert "can be asked about “Cold chain”" in text
    assert "works in" not in text
    assert "works in Transport and logistics" in await knows(forum, forum.moderator, "logistics")
    japanese = await knows(forum, forum.member, "cold chain")
    assert "お礼" in japanese
    assert "話せること" in japanese
    # Nobody is shown to themselves.
    assert forum.other.mention not in await knows(forum, forum.other, "cold chains")


async def test_who_hides_what_they_are_known_for_is_found_by_what_they_told_alone(forum: World):
    thread = await asked(forum, forum.moderator, topic="cold chains")
    await forum.other.slash(forum.general, "profile edit", topics="tea")
    await accepted(forum, forum.moderator, thread, await said(forum, forum.other, thread))
    assert forum.other.mention in await knows(forum, forum.moderator, "cold chains")
    assert "Known for" in await told(forum, forum.moderator, "profile show", member=forum.other)
    hidden = await told(forum, forum.other, "me privacy", known_for="off")
    assert "Nobody else sees what you were thanked for" in hidden
    assert "Nobody here is known for “cold chains” yet" in await knows(forum, forum.moderator, "cold chains")
    assert "Known for" not in await told(forum, forum.moderator, "profile show", member=forum.other)
    # They themselves still read it.
    assert "Known for" in await told(forum, forum.other, "profile show")
    assert forum.other.mention in await knows(forum, forum.moderator, "tea")


async def test_whom_nobody_may_ask_and_who_has_left_are_not_found(forum: World):
    await forum.other.slash(forum.general, "profile edit", topics="tea", ask_limit="0")
    await forum.member.slash(forum.general, "profile edit", topics="tea")
    text = await knows(forum, forum.moderator, "tea")
    assert forum.other.mention not in text
    assert forum.member.mention in text
    await forum.sim.run(forum.app.services.members.left(forum.guild.id, forum.member.id))
    assert "Nobody here is known for “tea” yet" in await knows(forum, forum.moderator, "tea")


async def test_nobody_knows_and_the_question_is_asked_with_one_press_with_its_topic(forum: World):
    result = await forum.other.slash(forum.general, "who knows", topic="cold chains")
    assert "Nobody here is known for “cold chains” yet" in forum.sim.private_replies(result)[-1]
    form = await forum.other.click(result.response, label="Ask a question")
    assert "cold chains" in str(form.modal)
    texts = {"question": "How cold?", "industry": "", "topic": "cold chains", "details": "", "name": ["named"]}
    await forum.other.submit_modal(form, texts)
    await at_rest(forum)
    assert [each.name for each in threads(forum)] == ["How cold?"]


async def test_more_than_a_screen_is_paged_and_only_its_author_turns_the_pages(forum: World):
    people = [forum.guild.add_member(forum.sim.env.create_user(f"p{n}")) for n in range(7)]
    for who in people:
        await who.slash(forum.general, "profile edit", topics="tea", industry="#retail", occupation="Buyer")
    result = await forum.other.slash(forum.general, "who knows", topic="tea")
    first = forum.sim.private_replies(result)[-1]
    await forum.other.click(result.response, label="Next")
    second = forum.sim.text(result.response)
    assert [sum(who.mention in text for who in people) for text in (first, second)] == [5, 2]
    assert f"7. {people[6].mention}" in second
    carrier = stored(forum, (await forum.member.slash(forum.general, "help")).response)
    async with nothing_written(forum):
        foreign = await press(forum, forum.member, carrier, "bk:whoknows:1:1:next")
    assert "このボタンはもう使えません" in forum.sim.private_replies(foreign)[-1]
    text = await told(forum, forum.other, "who in", industry="retail")
    assert "Retail and shops: 7 people" in text
    assert f"- {people[0].mention}: Buyer" in text
    assert "Nobody here has said that they work in" in await told(forum, forum.other, "who in", industry="finance")
    assert "There is no industry “Quux”" in await told(forum, forum.other, "who in", industry="Quux")
    assert "`industry` が空です" in await told(forum, forum.member, "who in", industry="　")


async def test_what_belongs_to_a_hidden_forum_does_not_exist_for_who_looks(forum: World):
    await forum.other.slash(forum.general, "help")
    thread = await asked(forum, forum.moderator, topic="takeovers")
    await accepted(forum, forum.moderator, thread, await said(forum, forum.other, thread))
    offered = await forum.member.autocomplete(forum.general, "who knows", "topic", "take")
    assert [each["value"] for each in offered] == ["takeovers"]
    hide(forum, channel(forum))
    assert forum.other.mention not in await knows(forum, forum.member, "takeovers")
    assert await forum.member.autocomplete(forum.general, "who knows", "topic", "take") == []
    assert forum.other.mention in await knows(forum, forum.moderator, "takeovers")


async def test_topics_are_offered_as_people_named_them_and_were_thanked_for_them(forum: World):
    await forum.other.slash(forum.general, "profile edit", topics="Cold chains, tea")
    await forum.member.slash(forum.general, "profile edit", topics="tea")
    offered = await forum.moderator.autocomplete(forum.general, "who knows", "topic", "")
    assert [each["value"] for each in offered] == ["tea", "Cold chains"]
    for command in ("who knows", "ask", "question thank"):
        offered = await forum.moderator.autocomplete(forum.general, command, "topic", "ＣＯＬＤ")
        assert [each["value"] for each in offered] == ["Cold chains"], command


async def test_a_lecture_is_a_reason_also_when_its_group_is_archived_but_only_to_who_can_see_its_channel(forum: World):
    secret = forum.guild.create_text_channel("secret")
    await with_group(forum, "Board", channel=secret)
    await joined(forum, forum.other)
    await scheduled(forum, when="2026-01-12 10:00", group="Board")
    await forum.other.slash(forum.general, "rotation confirm", session="Logistics", theme="Cold chains")
    await forum.sim.advance_to(START + timedelta(days=8))
    ending = await previewed(forum, "group archive", name="Board")
    await forum.moderator.click(ending, label="Archive")
    assert forum.other.mention in await told(forum, forum.moderator, "who knows", topic="cold chains")
    hide(forum, secret)
    assert forum.other.mention not in await told(forum, forum.member, "who knows", topic="cold chains")


@pytest.mark.parametrize("hidden", [False, True])
async def test_what_somebody_was_thanked_for_where_not_all_can_read_stands_in_no_introduction(
    forum: World, hidden: bool
):
    hello = forum.guild.create_text_channel("hello")
    await forum.moderator.slash(forum.general, "settings set", introductions=hello)
    for who in (forum.member, forum.other):
        await who.slash(forum.general, "profile edit", topics="tea")
    thread = await asked(forum, forum.moderator, topic="cold chains")
    await accepted(forum, forum.moderator, thread, await said(forum, forum.other, thread))
    await at_rest(forum)
    if hidden:
        hide(forum, channel(forum))
    card = await previewed(forum, "profile show", forum.other)
    await forum.other.click(card, label="Post it in the introductions channel")
    reason = {"person": forum.moderator, "to": forum.other, "reason": "Tea"}
    await forum.member.slash(forum.general, "introduce", **reason)
    await at_rest(forum)
    (posted,) = forum.sim.messages(hello)
    for message in (posted, direct(forum, forum.moderator)[-1]):
        assert forum.other.mention in forum.sim.text(message)
        assert ("cold chains" in forum.sim.text(message)) is not hidden
