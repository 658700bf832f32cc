"""What whoever asked without their name is told by direct message: it arrives, and nothing stored tells to whom."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain.posts import PostState
from tests.cogs.acts import at_rest
from tests.cogs.test_asks import direct, pressed, read
from tests.cogs.test_questions import asked, many, posted, where_it_is_known, with_forum
from tests.data.rows import all_posts
from tests.world import World, a_world


@pytest.fixture
async def forum(tmp_path: Path) -> AsyncGenerator[World]:
    """A server with a forum, where `member` knows of tea and many may have asked."""
    async with a_world(tmp_path) as world:
        await with_forum(world)
        await many(world)
        await world.member.slash(world.general, "profile edit", topics="tea")
        yield world


async def kept(world: World) -> list[Any]:
    return await world.sim.run(all_posts(world.app.database))


async def test_each_message_to_them_arrives_and_only_the_question_knows_who_they_are(forum: World):
    before = await where_it_is_known(forum, forum.other.id)
    await asked(forum, forum.other, "How long does it keep?", topic="tea", anonymous=True)
    await pressed(forum, forum.member, "答えます")
    moderator = {"question": "1", "reason": "Spam"}
    await forum.moderator.slash(forum.general, "mod question", action="restrict", **moderator)
    await forum.sim.restart()
    reveal = await forum.moderator.slash(forum.general, "mod question", action="reveal", **moderator)
    await forum.moderator.click(reveal.response, label="Show me who asked")
    await forum.moderator.slash(forum.general, "mod question", action="close", **moderator)
    await at_rest(forum)
    told = "\n".join(read(forum, forum.other))
    for part in ("wants to answer your question", "has restricted", "has looked up", "has closed your question"):
        assert part in told, part
    assert await where_it_is_known(forum, forum.other.id) - before == {"questions"}
    assert await where_it_is_known(forum, direct(forum, forum.other)[0].channel.id) == set()
    sent = [post for post in await kept(forum) if post.asker_of]
    assert [(post.member_id, post.asker_of, post.state) for post in sent] == [
        (forum.other.id, 1, PostState.SENT) for _ in range(4)
    ]


async def test_a_lost_attempt_is_made_again_and_no_message_stands_there_twice(forum: World):
    await asked(forum, forum.other, "How long does it keep?", topic="tea", anonymous=True)
    await forum.other.slash(forum.general, "question show", question="1")
    forum.sim.env.inject_error("POST", "/users/@me/channels", status=429, code=0)
    await pressed(forum, forum.member, "答えます")
    await at_rest(forum, 600)
    assert len([text for text in read(forum, forum.other) if "wants to answer" in text]) == 1


async def test_whoever_stops_such_messages_is_written_to_no_more_not_even_what_waits_already(forum: World):
    for text in ("How long does it keep?", "And how warm is it?"):
        await asked(forum, forum.other, text, topic="tea", anonymous=True)
    await pressed(forum, forum.member, "答えます")
    await at_rest(forum)
    assert "How long" in read(forum, forum.other)[-1]

    async def hold() -> None:
        async with forum.app.database(forum.guild.id) as uow:
            await uow.communities.change(quiet_begin=None, quiet_end=None)
            post = next(post for post in await uow.posts.of_subject("question_taken", 1) if post.asker_of)
            from bot.domain.posts import again

            due = forum.sim.now() + timedelta(hours=1)
            await uow.posts.plan(again(post, post.revision + 1, due_at=due))

    await forum.sim.run(hold())
    await pressed(forum, forum.other, "Stop messages of this kind")
    await forum.sim.advance(2 * 3600)
    states = [post.state for post in await kept(forum) if post.asker_of]
    assert states == [PostState.SENT, PostState.CANCELLED]


async def test_what_waits_for_somebody_who_is_no_longer_known_goes_to_nobody(forum: World):
    await asked(forum, forum.other, "How long does it keep?", topic="tea", anonymous=True)
    (question,) = await posted(forum)

    async def forget() -> None:
        async with forum.app.database(forum.guild.id) as uow:
            await uow.questions.store(replace(question, asker_id=0))

    forum.sim.env.inject_error("POST", "/users/@me/channels", status=429, code=0)
    await pressed(forum, forum.member, "答えます")
    await forum.sim.run(forget())
    await at_rest(forum, 600)
    assert read(forum, forum.other) == []
    (post,) = [post for post in await kept(forum) if post.asker_of]
    assert (post.member_id, post.state, post.reason) == (0, PostState.UNDELIVERABLE, "nobody")
