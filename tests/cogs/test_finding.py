"""Finding questions: by command, in two languages, only what one can see; and what was answered before it is asked."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.domain.questions.answers import Answer
from bot.domain.questions.indexing import indexed
from tests.cogs.acts import at_rest, told
from tests.cogs.permissions import shut_out
from tests.cogs.test_questions import asked, channel, posted, said_in, threads, where_it_is_known, with_forum
from tests.forged import forget_limits, press, rows, stored
from tests.world import World, a_world

FISH = "魚の値段は朝の市場で誰が決めているのですか？"
AGAIN = "市場での魚の値段って、誰が決めるんですか"
COLD = "What happens when the cold chain breaks in a frozen food delivery?"


@pytest.fixture
async def forum(tmp_path: Path) -> AsyncGenerator[World]:
    """A server with a forum; `member` reads Japanese."""
    async with a_world(tmp_path) as world:
        await with_forum(world)
        yield world


async def searched(world: World, who: Any, **options: Any) -> str:
    """What a search answers."""
    return await told(world, who, "question search", **options)


async def solved(world: World, question: str = FISH, **options: Any) -> discord.Thread:
    """A question that was asked and answered."""
    thread = await asked(world, world.other, question, **options)
    await world.other.slash(world.general, "question close", question=question)
    await at_rest(world)
    return thread


async def accepted(world: World, text: str) -> Answer:
    """An accepted answer of the last question, as if a message of its thread had been accepted."""

    async def write() -> Answer:
        async with world.app.database(world.guild.id) as uow:
            question = (await uow.questions.posted())[0]
            thread_id = threads(world)[-1].id
            place = (question.id, thread_id, 4242, world.member.id)
            answer = await uow.answers.add(Answer(0, *place, False, text, world.other.id, world.sim.now()))
            await indexed(uow, question)
            return answer

    return await world.sim.run(write())


# Searching


async def test_a_question_is_found_again_in_two_characters_with_the_match_in_bold_and_the_way_there(forum: World):
    thread = await solved(forum, FISH, industry="#wholesale")
    await asked(forum, forum.other, COLD)
    text = await searched(forum, forum.member, words="値段")
    assert "魚の**値段**は朝の市場で誰が決めているのですか？" in text
    assert "1件の質問が見つかりました" in text
    assert "解決" in text
    assert f"https://discord.com/channels/{forum.guild.id}/{thread.id}/{thread.id}" in text
    assert "cold" not in text
    text = await searched(forum, forum.other, words="ＣＯＬＤ chains")
    assert "1 question found" in text
    assert "the **cold** chain breaks" in text
    assert "open" in text
    assert (await searched(forum, forum.other, words="市場 ｱｻ")).startswith("Nothing was found")


async def test_an_answer_is_found_with_its_words_and_leads_to_its_message(forum: World):
    thread = await solved(forum)
    answer = await accepted(forum, "卸売業者が*せり*で決めます。仲買人が値を付けます。")
    text = await searched(forum, forum.member, words="ナカガイニン")
    assert "見つかりませんでした" in text
    text = await searched(forum, forum.member, words="仲買人")
    assert "回答：卸売業者が\\*せり\\*で決めます。**仲買人**が値を付けます。" in text
    assert f"https://discord.com/channels/{forum.guild.id}/{thread.id}/{answer.message_id}" in text


async def test_filters_alone_list_the_newest_and_narrow_one_another(forum: World):
    await solved(forum, "茶の等級は？", industry="#agriculture", topic="茶 grades")
    await asked(forum, forum.other, "魚の値段は？", industry="#wholesale", topic="水産物流")
    await asked(forum, forum.other, "船の燃料は？", industry="#wholesale", topic="物流")
    text = await searched(forum, forum.member)
    assert text.index("船の燃料") < text.index("魚の値段") < text.index("茶の等級")
    assert "3件" in text
    assert "2件" in await searched(forum, forum.member, industry="卸売")
    assert "2件" in await searched(forum, forum.member, topic="物流")
    assert "1件" in await searched(forum, forum.member, topic="水産")
    assert "1件" in await searched(forum, forum.member, words="等級", topic="grade")
    assert "2件" in await searched(forum, forum.member, open=True)
    assert "1 question" in await searched(forum, forum.other, words="値段", open=True, industry="Trading and wholesale")
    offered = await forum.member.autocomplete(forum.general, "question search", "topic", "物流")
    assert [each["name"] for each in offered] == ["物流", "水産物流"]


async def test_what_is_hidden_from_somebody_is_not_found_by_them(forum: World):
    await solved(forum, FISH, topic="市場")
    shut_out(forum, channel(forum), forum.member)
    assert "見つかりませんでした" in await searched(forum, forum.member, words="値段")
    assert "まだ質問はありません" in await searched(forum, forum.member)
    assert not await forum.member.autocomplete(forum.general, "question search", "topic", "")
    assert "1 question" in await searched(forum, forum.moderator, words="値段")


async def test_where_nothing_has_all_the_words_the_closest_are_shown_and_else_what_to_try(forum: World):
    await solved(forum)
    text = await searched(forum, forum.member, words="魚の市場で値段が決まる仕組み")
    assert "近いのは次の質問です" in text
    assert "**" in text
    result = await forum.member.slash(forum.general, "question search", words="議員", open=True)
    text = forum.sim.private_replies(result)[-1]
    for part in ("見つかりませんでした：「議員」", "言葉を減らすか", "`open` を省略"):
        assert part in text, part
    form = await forum.member.click(result.response, custom_id="bk:ask")
    assert form.modal is not None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"words": "？！ …"}, "there is nothing to look for"),
        ({"topic": "・・"}, "there is nothing to look for"),
        ({"words": "統" * 201}, "200 fit"),
        ({"industry": "wholesaling"}, "Did you mean"),
        ({"industry": "xyzzyq"}, "choose one from the list"),
        ({"industry": "a, b"}, "no industry"),
        ({"words": "   "}, "There is no such question yet"),
        ({"words": '" OR "*'}, "Nothing was found"),
    ],
)
async def test_what_can_t_be_looked_for_is_refused_with_what_to_do(
    forum: World, options: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
):
    forget_limits(monkeypatch)
    assert said in await searched(forum, forum.other, **options)


async def test_pages_are_turned_after_a_restart_by_whoever_searched_alone_and_each_search_keeps_its_own(forum: World):
    for n in range(7):
        await forum.other.slash(forum.general, "ask", question=f"値段の質問{n}と物流")
    await at_rest(forum)
    first = await forum.member.slash(forum.general, "question search", words="値段")
    await forum.member.slash(forum.general, "question search", words="物流")
    await forum.sim.restart()
    await forum.member.click(first.response, label="次へ")
    text = forum.sim.text(first.response)
    assert "値段" in text
    assert "質問1" in text
    assert "質問6" not in text
    kept = [row for row in (await rows(forum))["kept_forms"] if forum.member.id in row]
    assert len(kept) == 2
    custom_id = next(part for part in _ids(first.response, forum) if part.endswith(":back"))
    carrier = (await forum.other.slash(forum.general, "help")).response
    foreign = await press(forum, forum.other, stored(forum, carrier), custom_id)
    assert "no longer" in forum.sim.private_replies(foreign)[-1]
    await forum.sim.advance(timedelta(days=1, minutes=1).total_seconds())
    await forum.member.click(first.response, custom_id=custom_id)
    assert "使えなく" in forum.sim.text(first.response) or "使えません" in forum.sim.text(first.response)


def _ids(message: Any, world: World) -> list[str]:
    parts = stored(world, message).components
    return [part["custom_id"] for row in parts for part in row["components"]]


async def test_what_was_asked_before_there_was_an_index_is_found_after_a_start(forum: World):
    await solved(forum)

    async def empty() -> None:
        async with forum.app.database(forum.guild.id) as uow:
            await uow.search.remove(1)

    await forum.sim.run(empty())
    assert "見つかりませんでした" in await searched(forum, forum.member, words="値段")
    await forum.sim.restart()
    assert "1件" in await searched(forum, forum.member, words="値段")


# Before asking


async def test_who_asks_what_was_answered_is_shown_the_answer_first_and_can_leave_it_there(forum: World):
    thread = await solved(forum)
    await accepted(forum, "卸売業者がせりで決めます。")
    result = await forum.member.slash(forum.general, "ask", question=AGAIN, anonymous=True)
    text = forum.sim.private_replies(result)[-1]
    for part in ("この中に答えはありませんか", "魚の値段は朝の市場で", "回答：卸売業者がせりで決めます。", "3人だけ"):
        assert part in text, part
    assert f"/{thread.id}/{thread.id})" in text
    await at_rest(forum)
    assert len(threads(forum)) == 1
    assert await where_it_is_known(forum, forum.member.id) - {"answers"} == {"questions"}
    await forum.sim.restart()
    await forum.member.click(result.response, label="これでわかった")
    text = forum.sim.text(result.response)
    assert "質問は投稿していません" in text
    assert f"/{thread.id}/{thread.id})" in text
    assert await where_it_is_known(forum, forum.member.id) - {"answers"} == set()
    again = await press(forum, forum.member, stored(forum, result.response), "bk:newquestion:2:confirm")
    assert "使えません" in forum.sim.private_replies(again)[-1]
    assert len(threads(forum)) == 1


async def test_a_question_is_posted_all_the_same_with_one_press(forum: World):
    await solved(forum)
    result = await forum.member.slash(forum.general, "ask", question=AGAIN, details="くわしく")
    await forum.member.click(result.response, label="質問を投稿する")
    await at_rest(forum)
    assert AGAIN in said_in(forum, threads(forum)[-1])[0]
    assert forum.member.mention in said_in(forum, threads(forum)[-1])[0]
    assert [each.text for each in await posted(forum)] == [AGAIN, FISH]


async def test_what_was_shown_is_not_shown_again_after_a_change_but_what_is_new_is(forum: World):
    await solved(forum)
    await solved(forum, COLD)
    result = await forum.other.slash(forum.general, "ask", question=AGAIN)
    form = await forum.other.click(result.response, label="Change first")
    sent = {"question": "If the cold chain breaks, what happens to frozen food?", "name": ["named"]}
    await forum.other.submit_modal(form, sent | {"industry": "", "topic": "", "details": ""})
    text = forum.sim.text(result.response)
    assert "Does one of these answer it?" in text
    assert "frozen food delivery" in text
    assert "魚の値段" not in text
    form = await forum.other.click(result.response, label="Change first")
    await forum.other.submit_modal(form, sent | {"industry": "", "topic": "", "details": "In summer."})
    assert "on its way" in forum.sim.text(result.response)
    await at_rest(forum)
    assert len(threads(forum)) == 3


async def test_only_answered_questions_that_one_can_see_are_shown_and_only_such_that_are_alike(forum: World):
    await asked(forum, forum.other, FISH)
    assert "on its way" in await told(forum, forum.other, "ask", question=AGAIN)
    await forum.other.slash(forum.general, "question close", question=FISH)
    assert "on its way" in await told(forum, forum.other, "ask", question="議員の一日は何時に始まりますか？")
    hidden = channel(forum)
    guild = forum.app.bot.get_guild(forum.guild.id)
    await forum.sim.run(guild.create_forum("open-questions"))
    await forum.moderator.slash(forum.general, "settings set", questions=channel(forum, "open-questions"))
    shut_out(forum, hidden, forum.other)
    assert "on its way" in await told(forum, forum.other, "ask", question="魚の値段を決めるのは市場の誰？")


async def test_a_draft_that_waits_for_its_author_is_forgotten_after_a_day(forum: World):
    await solved(forum)
    result = await forum.member.slash(forum.general, "ask", question=AGAIN)
    await forum.sim.advance(timedelta(days=2).total_seconds())
    await forum.member.click(result.response, label="質問を投稿する")
    await at_rest(forum)
    assert len(threads(forum)) == 1


async def test_what_stood_in_a_deleted_forum_is_found_by_who_asked_it_and_who_looks_after_questions(forum: World):
    await asked(forum, forum.other, "Who sells fish?")
    await asked(forum, forum.member, "Who decides about fish at sea?")
    guild = forum.app.bot.get_guild(forum.guild.id)
    await forum.sim.run(guild.get_channel(channel(forum).id).delete())
    await at_rest(forum, 3700)
    both = await searched(forum, forum.moderator, words="fish")
    assert "at sea" in both
    assert both.count("its forum was deleted") == 2
    assert "https://" not in both
    own = await searched(forum, forum.member, words="fish")
    assert "at sea" in own
    assert own.count("フォーラムは削除されました") == 1
    assert "sells" not in own
    stranger = forum.guild.add_member(forum.sim.env.create_user("bob"))
    assert "Nothing was found" in await searched(forum, stranger, words="fish")
    await forum.moderator.slash(forum.general, "group create", name="Tea", organizer=stranger)
    assert (await searched(forum, stranger, words="fish")).count("its forum was deleted") == 2
