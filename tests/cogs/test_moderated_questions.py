"""/mod question as moderators use it, and what who asked and everybody else sees of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo.simulation import close_dms, set_locale
from bot.domain.questions.activity import REOPENED
from bot.domain.questions.hiding import KEPT
from bot.domain.questions.idle import IDLE
from bot.domain.questions.news import MODERATED
from bot.domain.questions.telling import ASK, STUCK
from tests.cogs.acts import at_rest, button, previewed, told
from tests.cogs.permissions import forbid, hide
from tests.cogs.test_answers import accepted, said
from tests.cogs.test_question_activity import place
from tests.cogs.test_questions import asked, channel, many, messages, posted, said_in, tags, threads, with_forum
from tests.data.rows import all_posts
from tests.forged import nothing_written, press, refusal, stored
from tests.world import World, a_world


@pytest.fixture
async def forum(tmp_path: Path) -> AsyncGenerator[World]:
    """A server with a forum for questions, where enough people may have asked one; `member` reads Japanese."""
    async with a_world(tmp_path) as world:
        await with_forum(world)
        await many(world)
        yield world


async def moderate(world: World, action: str, question: str = "Who sets the price?", **options: Any) -> str:
    return await told(world, world.moderator, "mod question", question=question, action=action, **options)


async def hidden(world: World, question: str = "Who sets the price?", **options: Any) -> Any:
    """Hidden by the moderator after a look; the answer to that."""
    options = {"question": question, "action": "hide"} | options
    message = await previewed(world, "mod question", **options)
    await world.moderator.click(message, label="Hide it")
    await at_rest(world)
    return message


def dms(world: World, who: Any) -> list[str]:
    return [world.sim.text(message) for message in world.sim.messages(who.user.dm_channel)]


def private_threads(world: World) -> list[Any]:
    return [each for each in world.app.bot.get_guild(world.guild.id).threads if each.is_private()]


async def test_what_is_hidden_loses_its_thread_and_comes_back_with_a_new_one(forum: World):
    thread = await asked(forum, forum.other, details="At dawn.")
    message = await hidden(forum, reason="Spam")
    assert threads(forum) == []
    assert "is hidden" in forum.sim.text(message)
    assert "There is no question" in await told(forum, forum.other, "question show", question="1")
    (copy,) = forum.sim.messages(forum.log)[-1:]
    text = forum.sim.text(copy)
    for part in ("Who sets the price?", "At dawn.", "Spam", forum.moderator.mention):
        assert part in text, part
    assert forum.other.mention not in text
    (dm,) = dms(forum, forum.other)
    for part in ("has hidden your question", "Who sets the price?", "At dawn.", "Spam"):
        assert part in dm, part
    assert "hidden by moderators" in await told(forum, forum.other, "me questions")
    # Any moderator presses the button below the copy; the answer's button is then used up.
    await forum.sim.restart()
    second = forum.guild.add_member(forum.sim.env.create_user("second"), roles=[forum.guild.roles["Managers"]])
    result = await second.click(copy, label="Undo")
    assert "The question is back" in forum.sim.private_replies(result)[-1]
    await at_rest(forum)
    (again,) = threads(forum)
    assert again.id != thread.id
    assert "**Who sets the price?**" in said_in(forum, again)[0]
    assert "is there again" in dms(forum, forum.other)[-1]
    assert "brought question 1 back" in forum.sim.text(forum.sim.messages(forum.log)[-1])
    late = await forum.moderator.click(message, label="Undo")
    assert "brought it back already" in forum.sim.private_replies(late)[-1]


async def test_a_thread_that_was_deleted_or_whose_forum_was_makes_no_trouble(forum: World):
    thread = await asked(forum, forum.other)
    forum.sim.env.backend.delete_channel(thread.id)
    await hidden(forum)
    assert threads(forum) == []
    await moderate(forum, "close", "1")
    await asked(forum, forum.other, "How do you price a service?")
    reports = len(forum.sim.messages(forum.log))
    forum.sim.env.backend.delete_channel(channel(forum).id)
    await at_rest(forum)
    assert "Closed without an answer" in await moderate(forum, "close", "2")
    await hidden(forum, "2")
    await at_rest(forum, 30)
    logged = [forum.sim.text(each) for each in forum.sim.messages(forum.log)[reports:]]
    assert [text for text in logged if "can't show" in text] == []
    assert [each.state.value for each in await posted(forum)] == []


async def test_without_the_permission_the_words_go_and_moderators_read_what_is_missing(forum: World):
    thread = await asked(forum, forum.other, "Secret price?")
    forbid(forum, channel(forum), manage_threads=False)
    await hidden(forum, "Secret price?")
    await at_rest(forum, 30)
    assert [text for text in said_in(forum, thread) if "Secret" in text] == []
    logged = [forum.sim.text(each) for each in forum.sim.messages(forum.log)]
    assert [text for text in logged if "Manage Threads" in text]


async def test_a_day_later_nothing_stays_of_what_people_were_asked_and_told_of_it(forum: World):
    await forum.other.slash(forum.general, "profile edit", industry="#hospitality", topics="oolong")
    await forum.member.slash(forum.general, "help")
    await forum.member.slash(forum.general, "ask", question="Is oolong dear?", industry="#hospitality")
    await at_rest(forum)
    (thread,) = threads(forum)
    # It stays unanswered and quiet, is closed, and its asker writes once more.
    await forum.sim.advance(timedelta(days=30))
    await forum.member.send(place(forum, thread), "Thanks!")
    await at_rest(forum)

    async def telling() -> set[str]:
        async def read() -> set[str]:
            found = await all_posts(forum.app.database)
            return {post.kind for post in found if "oolong" in f"{post.payload}{post.data}"}

        return await forum.sim.run(read())

    assert await telling() >= {ASK, STUCK, IDLE, REOPENED}
    await hidden(forum, "Is oolong dear?")
    assert await telling() >= {ASK, MODERATED}
    await forum.sim.advance(KEPT + timedelta(minutes=1))
    assert await telling() == set()


async def test_an_answer_whose_thread_went_with_the_question_keeps_its_words_and_loses_its_link(forum: World):
    thread = await asked(forum, forum.other)
    answer = await said(forum, forum.member, thread, "競りで決まります")
    await accepted(forum, forum.other, thread, answer)
    await at_rest(forum)
    assert answer.jump_url in said_in(forum, thread)[0]
    message = await hidden(forum)
    await forum.moderator.click(message, label="Undo")
    await at_rest(forum)
    text = said_in(forum, threads(forum)[-1])[0]
    assert "競りで決まります" in text
    assert f"/{thread.id}/" not in text


async def test_a_moderator_reads_in_japanese_that_a_question_was_closed(forum: World):
    set_locale(forum.moderator, "ja")
    await asked(forum, forum.other)
    text = await moderate(forum, "close", reason="解決済み")
    assert text.startswith("未解決のまま終了しました。\n質問した方には")
    assert "未解決のまま終了：解決済み" in text


async def test_in_a_text_channel_the_message_and_its_thread_go(forum: World):
    place = forum.guild.create_text_channel("ask-here")
    await forum.moderator.slash(forum.general, "settings set", questions=place)
    await at_rest(forum)
    await asked(forum, forum.other)
    assert len(forum.sim.messages(place)) == 1
    await hidden(forum)
    assert forum.sim.messages(place) == []
    assert threads(forum) == []


async def test_a_moved_question_has_another_industry_and_tag(forum: World):
    thread = await asked(forum, forum.other, industry="logistics")
    assert tags(forum, thread) == ["Logistics", "Unsolved"]
    assert "Finance and insurance" in await moderate(forum, "move", industry="finance")
    await at_rest(forum)
    assert tags(forum, thread) == ["Finance", "Unsolved"]
    assert "Finance and insurance" in said_in(forum, thread)[0]
    assert "There is no industry" in await moderate(forum, "move", industry="alchemy")
    assert "already" in await moderate(forum, "move", industry="finance")


async def test_a_merged_question_shows_the_other_and_its_asker_is_told(forum: World):
    first = await asked(forum, forum.member)
    second = await asked(forum, forum.other, "Who decides the price?")
    text = await moderate(forum, "merge", "Who sets the price?", into="Who decides the price?", reason="Same")
    assert "Closed, with a link" in text
    await at_rest(forum)
    shown = said_in(forum, first)[0]
    assert f"<#{second.id}>" in shown
    assert "Open it again" in str(messages(forum, first)[0].components)
    (dm,) = dms(forum, forum.member)
    assert "同じ内容の質問" in dm
    assert f"<#{second.id}>" in dm
    assert "lead back to itself" in await moderate(forum, "merge", "Who decides the price?", into="#1")


async def test_who_asked_anonymously_is_restricted_unseen_and_told_alone(forum: World):
    await asked(forum, forum.member)
    await forum.sim.advance_to(forum.sim.now() + timedelta(minutes=1))
    await asked(forum, forum.other, "Who decides the price?", anonymous=True)
    text = await moderate(forum, "restrict", "Who decides the price?", reason="Spam", until="2026-02-01")
    assert "the asker of question 2 can't ask" in text
    await at_rest(forum)
    (dm,) = dms(forum, forum.other)
    assert "Moderators don't learn from that who you are" in dm
    assert "Spam" in dm
    assert "Spam" in await told(forum, forum.other, "ask", question="And now?")
    shown = await told(forum, forum.moderator, "mod restrictions")
    assert "The asker of question 2" in shown
    for text in (shown, await told(forum, forum.moderator, "mod unrestrict", member=forum.other)):
        assert "Spam" not in text or forum.other.mention not in text
    choices = await forum.moderator.autocomplete(forum.general, "mod unrestrict", "question", "deci")
    assert [choice["name"] for choice in choices] == ["Question 2: Who decides the price?"]
    lifted = await told(forum, forum.moderator, "mod unrestrict", question=choices[0]["value"])
    assert "The asker of question 2 may ask questions again" in lifted
    assert "on its way" in await told(forum, forum.other, "ask", question="And now?")
    log = [forum.sim.text(each) for each in forum.sim.messages(forum.log)]
    assert not [each for each in log if str(forum.other.id) in each]


async def test_with_closed_direct_messages_no_thread_shows_who_asked_anonymously(forum: World):
    await asked(forum, forum.other, anonymous=True)
    await asked(forum, forum.member, "どうして？")
    for who in (forum.other, forum.member):
        close_dms(who)
    reports = len(forum.sim.messages(forum.log))
    await moderate(forum, "restrict")
    await moderate(forum, "close")
    await at_rest(forum, 30)
    assert private_threads(forum) == []
    assert len(forum.sim.messages(forum.log)) == reports
    await moderate(forum, "close", "どうして？", reason="重複")
    await at_rest(forum, 30)
    (thread,) = private_threads(forum)
    (said,) = [each for each in forum.sim.unprompted() if each.channel_id == thread.id]
    assert said.pinged == {forum.member.id}
    assert "重複" in said.content


async def test_whoever_takes_no_direct_messages_reads_among_their_own_that_they_were_looked_up(forum: World):
    set_locale(forum.other, "ja")
    await asked(forum, forum.other, anonymous=True)
    await asked(forum, forum.other, "Is it fresh?", anonymous=True)
    close_dms(forum.other)
    options = {"question": "Who sets the price?", "action": "reveal", "reason": "A threat"}
    message = await previewed(forum, "mod question", **options)
    assert "モデレーター" not in await told(forum, forum.other, "me questions")
    await forum.moderator.click(message, label="Show me who asked")
    await at_rest(forum)
    # The hint that their direct messages are closed follows.
    mine = forum.sim.private_replies(await forum.other.slash(forum.general, "me questions"))[0]
    other, looked_up = mine.split("Who sets the price?")
    assert "モデレーターが質問者を確認しました" in looked_up
    assert "A threat" in looked_up
    assert "モデレーター" not in other
    # Nobody else reads of it, not even in lists of the same question.
    for who in (forum.moderator, forum.member):
        assert "A threat" not in await told(forum, who, "question list")
        assert "A threat" not in await told(forum, who, "me questions")


async def test_who_asked_is_shown_to_one_moderator_after_a_look(forum: World):
    set_locale(forum.other, "ja")
    await asked(forum, forum.other, anonymous=True)
    assert "needs the option `reason`" in await moderate(forum, "reveal")
    options = {"question": "Who sets the price?", "action": "reveal", "reason": "A threat"}
    message = await previewed(forum, "mod question", **options)
    assert forum.other.mention not in forum.sim.text(message)
    await forum.moderator.click(message, label="Show me who asked")
    await at_rest(forum)
    assert forum.other.mention in forum.sim.text(message)
    entry = forum.sim.text(forum.sim.messages(forum.log)[-1])
    assert "A threat" in entry
    assert "has looked up who asked question 1 anonymously; only they saw it" in entry
    assert str(forum.other.id) not in entry
    (dm,) = dms(forum, forum.other)
    assert "モデレーター1名が確認しました" in dm
    assert "A threat" in dm


async def test_two_presses_at_once_hide_it_once(forum: World):
    await asked(forum, forum.other)
    message = await previewed(forum, "mod question", question="1", action="hide")
    custom_id = button(stored(forum, message), "Hide it")
    await forum.sim.simultaneous(
        press(forum, forum.moderator, stored(forum, message), custom_id),
        press(forum, forum.moderator, stored(forum, message), custom_id),
    )
    await at_rest(forum)
    assert len([each for each in dms(forum, forum.other) if "has hidden" in each]) == 1
    assert len([each for each in forum.sim.messages(forum.log) if "has hidden" in forum.sim.text(each)]) == 1


async def test_members_and_moderators_who_see_no_forum_do_nothing_by_any_way(forum: World):
    await asked(forum, forum.other, anonymous=True)
    message = await previewed(forum, "mod question", question="1", action="hide")
    confirm = button(stored(forum, message), "Hide it")
    await hidden(forum, "1")
    copy = stored(forum, forum.sim.messages(forum.log)[-1])
    (mod,) = [each for each in await forum.sim.run(forum.sim.bot.tree.fetch_commands()) if each.name == "mod"]
    forum.guild.set_command_permissions(mod, {forum.other: True, forum.member: True})
    async with nothing_written(forum):
        for custom_id in (confirm, "bk:unhide:1", "bk:unhide:999"):
            text = refusal(forum, await press(forum, forum.other, copy, custom_id))
            assert text.startswith(("Only moderators", "This button no longer")), custom_id
        for action in ("close", "hide", "move", "merge", "restrict", "reveal"):
            options = {"move": {"industry": "finance"}, "merge": {"into": "1"}, "reveal": {"reason": "x"}}
            text = await told(
                forum, forum.other, "mod question", question="1", action=action, **options.get(action, {})
            )
            assert text.startswith("Only moderators"), action
    hide(forum, channel(forum))
    staff = forum.guild.create_role("Staff")
    blind = forum.guild.add_member(forum.sim.env.create_user("staff"), roles=[staff])
    forum.guild.set_command_permissions(mod, {blind: True})
    await forum.moderator.slash(forum.general, "settings set", moderator_role=staff)
    text = await told(forum, blind, "mod question", question="1", action="close")
    assert "There is no question “1” that you can see" in text
    assert "There is no question" in refusal(forum, await press(forum, blind, copy, "bk:unhide:1"))


async def test_options_that_an_action_does_not_take_are_refused(forum: World):
    await asked(forum, forum.other)
    async with nothing_written(forum):
        assert "has no use for the option `until`" in await moderate(forum, "hide", until="tomorrow")
        assert "needs the option `into`" in await moderate(forum, "merge")
        for options in ({}, {"member": forum.other, "question": "1"}):
            assert "either `member`, or `question`" in await told(forum, forum.moderator, "mod unrestrict", **options)
        assert "Nobody is restricted through question 1" in await told(
            forum, forum.moderator, "mod unrestrict", question="1"
        )
