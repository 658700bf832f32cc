"""Where questions stand and who writes there: text channels, forums that require tags, permissions, small circles."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.domain.members import Member
from bot.domain.posts import NewPost
from bot.domain.questions.values import REMARK, SMALL_CIRCLE, Remark
from tests.cogs.acts import at_rest, told
from tests.cogs.permissions import forbid, hide
from tests.cogs.test_asks import pressed
from tests.cogs.test_questions import (
    asked,
    channel,
    first_of,
    many,
    messages,
    posted,
    said_in,
    tags,
    threads,
    with_forum,
)
from tests.world import World, a_world


@pytest.fixture
async def forum(tmp_path: Path) -> AsyncGenerator[World]:
    """A server with a forum for questions, where enough people may have asked one; `member` reads Japanese."""
    async with a_world(tmp_path) as world:
        await with_forum(world)
        await many(world)
        yield world


def silence(world: World, where: Any, who: Any) -> None:
    """Keep one person from writing in a channel's threads."""
    denied = discord.Permissions(send_messages_in_threads=True).value
    overwrite = simcord.backend.models.Overwrite(who.id, simcord.enums.OverwriteType.MEMBER, 0, denied)
    world.sim.env.backend.set_overwrite(where.id, overwrite)


# A text channel


async def test_in_a_text_channel_a_question_lives_as_it_does_in_a_forum(tmp_path: Path):
    async with a_world(tmp_path) as world:
        await world.set_up()
        place = world.guild.create_text_channel("ask-here")
        await world.moderator.slash(world.general, "settings set", questions=place)
        await many(world)
        thread = await asked(world, world.other, "Who sets the price?", topic="fish", anonymous=True)
        assert (thread.parent_id, thread.name) == (place.id, "Who sets the price?")
        (post,) = [each for each in world.sim.messages(place) if each.embeds]
        assert "somebody anonymous" in world.sim.text(post)
        await world.sim.restart()
        form = await world.other.click(post, label="Reply anonymously")
        await world.other.submit_modal(form, {"text": "At dawn, I mean."})
        await at_rest(world)
        assert any("At dawn, I mean." in each for each in said_in(world, thread))
        await world.other.click(post, label="It is solved")
        await at_rest(world, 70)
        (post,) = [each for each in world.sim.messages(place) if each.embeds]
        assert "solved" in world.sim.text(post)
        await world.sim.restart()
        await world.other.click(post, label="Open it again")
        await at_rest(world, 70)
        (post,) = [each for each in world.sim.messages(place) if each.embeds]
        assert "[It is solved]" in world.sim.text(post)
        assert [each.id for each in threads(world)] == [thread.id]


# A forum that requires tags


async def require_tags(world: World) -> discord.ForumChannel:
    found = world.app.bot.get_guild(world.guild.id).get_channel(channel(world).id)
    assert isinstance(found, discord.ForumChannel)
    found._flags |= discord.ChannelFlags(require_tag=True).value
    return found


async def test_where_each_post_must_have_a_tag_it_gets_any_rather_than_none(tmp_path: Path):
    async with a_world(tmp_path) as world:
        await world.set_up()
        guild = world.app.bot.get_guild(world.guild.id)
        await world.sim.run(guild.create_forum("questions", available_tags=[discord.ForumTag(name="Gossip")]))
        forbid(world, channel(world), manage_channels=False)
        await world.moderator.slash(world.general, "settings set", questions=channel(world))
        await at_rest(world)
        await require_tags(world)
        thread = await asked(world, world.other)
        assert tags(world, thread) == ["Gossip"]


async def test_where_no_tag_can_be_given_it_is_said_what_to_change_and_nothing_is_lost(tmp_path: Path):
    async with a_world(tmp_path) as world:
        await world.set_up()
        guild = world.app.bot.get_guild(world.guild.id)
        await world.sim.run(guild.create_forum("questions"))
        forbid(world, channel(world), manage_channels=False)
        await world.moderator.slash(world.general, "settings set", questions=channel(world))
        await at_rest(world)
        await require_tags(world)
        text = await told(world, world.other, "ask", question="Who sets the price?")
        assert "each post must have a tag" in text
        assert "What you wrote is not lost" in text
        assert await posted(world) == []


# Who may write


async def test_who_may_not_write_in_the_forum_is_not_written_for(forum: World):
    thread = await asked(forum, forum.other, anonymous=True)
    for who in (forum.member, forum.other):
        silence(forum, channel(forum), who)
    text = await told(forum, forum.member, "ask", question="いくらですか？")
    assert "書き込めない" in text
    assert "修正" in text or "直す" in text, "nothing is lost"
    assert "may not write" in await told(forum, forum.other, "question reply", question="#1", text="At dawn.")
    refused = await forum.other.click(first_of(forum, thread), label="Reply anonymously")
    assert refused.modal is None
    assert "may not write" in forum.sim.private_replies(refused)[-1]
    await at_rest(forum)
    assert len(await posted(forum)) == 1
    assert len(messages(forum, thread)) == 1


async def test_a_refused_close_says_who_may_close_a_question(forum: World):
    await asked(forum, forum.other)
    text = await told(forum, forum.member, "question close", question="#1")
    assert "いずれかの部会の幹事" in text
    await asked(forum, forum.member, "Is it fresh?")
    text = await told(forum, forum.other, "question close", question="#2")
    assert "who asked it, organizers of a group" in text


# Of how many people an anonymous question may be


async def test_who_cannot_see_the_forum_is_not_counted_among_those_who_may_have_asked(forum: World):
    people = [forum.guild.add_member(forum.sim.env.create_user(f"m{n}")) for n in range(SMALL_CIRCLE)]

    async def use() -> None:
        async with forum.app.database(forum.guild.id) as uow:
            for each in people:
                await uow.members.put(Member(each.id, used_at=forum.sim.now()))

    await forum.sim.run(use())
    assert "on its way" in await told(forum, forum.moderator, "ask", question="Why?", anonymous=True)
    hide(forum, channel(forum))
    text = await told(forum, forum.moderator, "ask", question="Why then?", anonymous=True)
    assert "Only 1 person here may have asked this" in text


async def test_who_is_kept_from_asking_is_not_counted_either(tmp_path: Path):
    async with a_world(tmp_path) as world:
        await with_forum(world)
        # With these three they are ten.
        await many(world, SMALL_CIRCLE - 3)
        await world.member.slash(world.general, "me sessions")
        assert "on its way" in await told(world, world.other, "ask", question="Why?", anonymous=True)
        restricted = {"member": world.member, "from": "asking", "reason": "x"}
        await world.moderator.slash(world.general, "mod restrict", **restricted)
        text = await told(world, world.other, "ask", question="Why then?", anonymous=True)
        assert "Only 9 people here may have asked this" in text


# What people type


@pytest.mark.parametrize("text", ["\u200b\u200b", "\u00a0\u3000", "\ufe0f", "\u3164", "\u2800\u200d"])
async def test_what_nobody_can_see_is_no_question(forum: World, text: str):
    assert "What you wrote is not lost" in await told(forum, forum.other, "ask", question=text)
    assert await posted(forum) == []


async def test_a_list_shows_what_was_typed_as_it_was_typed(forum: World):
    await asked(forum, forum.other, "Is **this** [a link](https://x.example) <@12>?")
    text = await told(forum, forum.other, "question list")
    assert r"Is \*\*this\*\* \[a link]" in text
    assert r"\<@12>" in text


# What is forgotten


async def test_a_named_remark_whose_author_is_forgotten_does_not_become_the_askers(forum: World):
    thread = await asked(forum, forum.other, anonymous=True)

    async def say() -> None:
        now = forum.sim.now()
        async with forum.app.database(forum.guild.id) as uow:
            remark = await uow.questions.add_remark(Remark(0, 1, 0, "Every morning.", now))
            await uow.posts.plan(NewPost(REMARK, remark.id, now, now + timedelta(hours=1), channel_id=thread.id))

    await forum.sim.run(say())
    await at_rest(forum)
    assert said_in(forum, thread)[-1].startswith("Somebody who is no longer here says:")


# What stands in the way, and is told


async def test_where_the_bot_may_not_post_its_asker_is_told_and_the_question_follows_by_itself(forum: World):
    forbid(forum, channel(forum), send_messages=False)
    text = await told(forum, forum.member, "ask", question="いくらですか？")
    assert "質問をまだ投稿できません" in text
    assert "メッセージを送信" in text
    await at_rest(forum)
    assert threads(forum) == []
    forbid(forum, channel(forum))
    await at_rest(forum, 3 * 3600)
    assert [each.name for each in threads(forum)] == ["いくらですか？"]
    assert "on its way" in await told(forum, forum.other, "ask", question="And now?")


@pytest.mark.parametrize(
    ("number", "may", "problem"),
    [
        (20, True, "as many tags as Discord allows"),
        (18, True, "as many tags as Discord allows"),
        (17, True, ""),
        (0, False, "allow me **Manage Channel**"),
    ],
)
async def test_moderators_are_told_why_questions_have_no_tags(tmp_path: Path, number: int, may: bool, problem: str):
    async with a_world(tmp_path) as world:
        await world.set_up()
        tags_there = [discord.ForumTag(name=f"タグ{n:02}の名前は二十文字まで使えます"[:20]) for n in range(number)]
        guild = world.app.bot.get_guild(world.guild.id)
        await world.sim.run(guild.create_forum("questions", available_tags=tags_there))
        forbid(world, channel(world), **({} if may else {"manage_channels": False}))
        for command, options in (("settings set", {"questions": channel(world)}), ("settings show", {})):
            text = await told(world, world.moderator, command, **options)
            assert problem in text
            assert ("so the posts go without" in text) is bool(problem)
            await at_rest(world)


async def test_tags_follow_once_there_is_room_and_what_was_asked_before_gets_them(tmp_path: Path):
    async with a_world(tmp_path) as world:
        await world.set_up(language="ja")
        guild = world.app.bot.get_guild(world.guild.id)
        full = [discord.ForumTag(name=f"話題{n:02}") for n in range(20)]
        await world.sim.run(guild.create_forum("questions", available_tags=full))
        await world.moderator.slash(world.general, "settings set", questions=channel(world))
        first = await asked(world, world.other)
        assert tags(world, first) == []
        forum = guild.get_channel(channel(world).id)
        await world.sim.run(forum.edit(available_tags=forum.available_tags[:10]))
        second = await asked(world, world.member, "次の質問です")
        await at_rest(world, 60)
        assert tags(world, first) == tags(world, second) == ["その他", "未解決"]
        named = [tag.name for tag in guild.get_channel(channel(world).id).available_tags]
        assert named[:10] == [f"話題{n:02}" for n in range(10)]


# A thread that is not there


async def test_whoever_takes_a_question_whose_thread_was_deleted_is_led_nowhere_and_its_asker_posts_it_again(
    forum: World,
):
    await forum.member.slash(forum.general, "profile edit", topics="tea")
    thread = await asked(forum, forum.other, "How long does it keep?", topic="tea", anonymous=True)
    forum.sim.env.backend.delete_channel(thread.id)
    await at_rest(forum)
    said = await pressed(forum, forum.member, "答えます")
    assert "スレッドはいまのところ見つかりません" in said
    assert "<#0>" not in said
    closed = await told(forum, forum.other, "question close", question="1")
    assert closed.startswith("Closed as solved.\n")
    assert "go on writing" not in closed
    refused = await told(forum, forum.other, "question reply", question="1", text="At noon.")
    assert "`/question show` has a button for it" in refused
    await forum.other.slash(forum.general, "question reopen", question="1")
    await at_rest(forum)
    forum.sim.env.backend.delete_channel(threads(forum)[-1].id)
    await at_rest(forum)
    card = await forum.other.slash(forum.general, "question show", question="1")
    assert "Post it again" not in await told(forum, forum.member, "question show", question="1")
    await forum.other.click(card.response, label="Post it again")
    await at_rest(forum)
    assert [each.name for each in threads(forum)] == ["How long does it keep?"]
    assert "Post it again" not in await told(forum, forum.other, "question show", question="1")
