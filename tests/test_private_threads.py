"""A private thread with one person: what is theirs alone is told there when their direct messages are closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from sqlalchemy import delete, select, update

from bot.demo.simulation import close_dms, open_dms
from bot.domain.posts import NewPost
from bot.domain.readers import by_dm_only
from bot.domain.restrictions import Restriction
from data.mirrors import mirrors
from data.posts import posts
from tests.cogs.acts import announcements, at_rest, called_off, previewed, scheduled, with_group
from tests.cogs.permissions import forbid, hide
from tests.world import World


@pytest.fixture
async def study(world: World) -> World:
    """A session that somebody has declined whose direct messages are closed."""
    await with_group(world)
    await scheduled(world, when="2026-01-08 07:00")
    await at_rest(world)
    await world.other.click(announcements(world)[0], custom_id="bk:rsvp:1:not_going")
    close_dms(world.other)
    return world


def private_threads(world: World) -> list[discord.Thread]:
    threads = world.app.bot.get_guild(world.guild.id).threads
    return [thread for thread in threads if thread.is_private()]


async def move(world: World, when: str, seconds: float = 30) -> None:
    message = await previewed(world, "session edit", session="Logistics", when=when)
    await world.moderator.click(message, label="Move it")
    await at_rest(world, seconds)


def said_in(world: World, channel_id: int) -> list[Any]:
    return [post for post in world.sim.unprompted() if post.channel_id == channel_id]


def people_in(world: World, thread: discord.Thread) -> set[int]:
    members = world.sim.env.backend.get_channel(thread.id).thread_members
    return {int(each) for each in members} - {world.app.bot.user.id}


async def forget(world: World, **values: Any) -> None:
    """As if the process had died between Discord's answer and the writing of the id."""
    await world.sim.stop()
    async with world.app.database.connections.writing() as connection:
        private = update(mirrors).where(mirrors.c.kind == "private")
        await connection.execute(private.values(remote_id=0, shown=0, made_at=None, **values))
    await world.app.database.close()


async def test_what_is_personal_is_told_there_to_that_person_alone_and_never_in_public(study: World):
    await move(study, "2026-01-09 07:00")
    (thread,) = private_threads(study)
    (post,) = said_in(study, thread.id)
    assert post.pinged == {study.other.id}
    assert "has a new time" in post.content
    assert "You said you can't come" in post.content
    assert people_in(study, thread) == {study.other.id}
    assert study.other.name not in thread.name
    elsewhere = [each for each in study.sim.unprompted() if each.channel_id != thread.id]
    assert not any(study.other.mention in each.content for each in elsewhere)


async def test_the_next_message_goes_to_the_same_thread_also_after_a_restart(study: World):
    await move(study, "2026-01-09 07:00")
    (thread,) = private_threads(study)
    await study.sim.restart()
    await move(study, "2026-01-10 07:00")
    assert [each.id for each in private_threads(study)] == [thread.id]
    assert len(said_in(study, thread.id)) == 2


@pytest.mark.parametrize("archived", [False, True])
async def test_one_that_was_made_before_a_crash_is_found_and_whoever_belongs_there_let_in(study: World, archived: bool):
    await move(study, "2026-01-09 07:00")
    (thread,) = private_threads(study)
    stored = study.sim.env.backend.get_channel(thread.id)
    # It died before the person was let in.
    stored.thread_members.pop(study.other.id)
    stored.thread_metadata.archived = archived
    await forget(study)
    await study.sim.advance(600)
    await study.sim.restart()
    await at_rest(study, 5)
    async with study.app.database.connections.reading() as connection:
        row = (await connection.execute(select(mirrors).where(mirrors.c.kind == "private"))).one()
    assert row.remote_id == thread.id
    assert people_in(study, thread) == {study.other.id}
    assert len(said_in(study, thread.id)) == 1, "what was said before is not said again"
    made = [each for each in study.sim.env.http_requests if each.method == "POST" and each.path.endswith("/threads")]
    assert len([each for each in made if each.json.get("type") == discord.ChannelType.private_thread.value]) == 1


async def test_one_whose_making_was_never_heard_of_is_made(study: World):
    await move(study, "2026-01-09 07:00")
    (thread,) = private_threads(study)
    async with study.app.database.connections.writing() as connection:
        await connection.execute(delete(posts).where(posts.c.channel_id == thread.id))
    await forget(study, begun_at=None)
    study.sim.env.backend.delete_channel(thread.id)
    await study.sim.restart()
    await at_rest(study, 5)
    (anew,) = private_threads(study)
    assert len(said_in(study, anew.id)) == 1


async def test_what_is_said_there_can_be_stopped(study: World):
    await move(study, "2026-01-09 07:00")
    (thread,) = private_threads(study)
    (message,) = [each async for each in thread.history(limit=5) if each.components]
    pressed = await study.other.click(message, label="Stop messages of this kind")
    assert "won't write to you any more" in study.sim.private_replies(pressed)[0]
    await move(study, "2026-01-10 07:00")
    assert len(said_in(study, thread.id)) == 1


async def test_whoever_left_it_is_let_in_again_when_there_is_something_to_read(study: World):
    await move(study, "2026-01-09 07:00")
    (thread,) = private_threads(study)
    study.sim.env.backend.get_channel(thread.id).thread_members.pop(study.other.id)
    await move(study, "2026-01-10 07:00")
    assert people_in(study, thread) == {study.other.id}


async def test_one_that_was_deleted_is_made_again_when_there_is_something_to_say(study: World):
    await move(study, "2026-01-09 07:00")
    (thread,) = private_threads(study)
    study.sim.env.backend.delete_channel(thread.id)
    await move(study, "2026-01-10 07:00", 90)
    (again,) = private_threads(study)
    (post,) = said_in(study, again.id)
    assert "has a new time" in post.content
    study.sim.env.backend.delete_channel(again.id)
    await at_rest(study, 90)
    assert private_threads(study) == [], "an empty one would only puzzle its reader"
    await move(study, "2026-01-11 07:00", 90)
    (third,) = private_threads(study)
    (post,) = said_in(study, third.id)
    assert "has a new time" in post.content
    assert not any(study.other.mention in each.content for each in said_in(study, study.general.id))


async def test_without_the_permission_nothing_is_said_in_public_and_the_moderators_hear_of_it(study: World):
    forbid(study, study.general, create_private_threads=False)
    await move(study, "2026-01-09 07:00", 90)
    assert private_threads(study) == []
    assert any("lack a permission" in study.sim.text(message) for message in study.sim.messages(study.log))
    forbid(study, study.general, create_private_threads=True)
    await study.sim.advance(1200)
    (thread,) = private_threads(study)
    assert len(said_in(study, thread.id)) == 1, "it is still worth telling"


async def test_who_has_left_the_server_gets_no_thread(study: World):
    forbid(study, study.general, create_private_threads=False)
    await move(study, "2026-01-09 07:00")
    await study.sim.run(study.app.services.members.left(study.guild.id, study.other.id))
    forbid(study, study.general, create_private_threads=True)
    await study.sim.advance(1200)
    assert private_threads(study) == []


async def test_another_persons_thread_with_a_similar_number_is_not_taken_for_ones_own(study: World):
    await move(study, "2026-01-09 07:00")
    (thread,) = private_threads(study)
    assert thread.name == "Personal messages #2"

    async def similar() -> discord.Thread:
        channel = study.app.bot.get_channel(study.general.id)
        kind = discord.ChannelType.private_thread
        return await channel.create_thread(name="Personal messages #22", type=kind)

    other = await study.sim.run(similar())
    await forget(study)
    study.sim.env.backend.delete_channel(thread.id)
    await study.sim.restart()
    await at_rest(study, 5)
    assert said_in(study, other.id) == []
    assert people_in(study, other) == set()
    assert len(private_threads(study)) == 2, "one's own is made anew"


async def test_where_the_channel_can_have_none_it_stands_in_another_that_everybody_sees(study: World):
    news = study.guild.create_text_channel("news")
    study.sim.env.backend.get_channel(news.id).type = discord.ChannelType.news.value
    hidden = study.guild.create_text_channel("hidden")
    hide(study, hidden)
    await study.sim.restart()
    await study.moderator.slash(study.general, "settings set", announcements=news)
    await move(study, "2026-01-09 07:00")
    (thread,) = private_threads(study)
    assert thread.parent_id not in (news.id, hidden.id)
    assert len(said_in(study, thread.id)) == 1


async def test_at_night_nobody_gets_a_thread_whose_direct_messages_are_open(study: World):
    open_dms(study.other)
    await study.moderator.slash(study.general, "settings set", quiet_hours="22:00-07:30")
    await study.sim.advance_to(datetime(2026, 1, 7, 15, tzinfo=UTC))
    await move(study, "2026-01-08 07:30")
    assert private_threads(study) == []


async def test_at_night_who_was_put_down_is_told_there_without_a_sound_what_cannot_wait(study: World):
    open_dms(study.other)
    await study.moderator.slash(study.general, "settings set", quiet_hours="22:00-07:00")
    await study.sim.advance_to(datetime(2026, 1, 7, 13, 30, tzinfo=UTC))
    await study.moderator.slash(study.general, "session rsvp", session="Logistics", answer="going", member=study.other)
    await at_rest(study, 30)
    await called_off(study, session="Logistics")
    await at_rest(study, 30)
    (thread,) = private_threads(study)
    assert people_in(study, thread) == {study.other.id}
    answered, cancelled = said_in(study, thread.id)
    assert "has answered for you" in answered.content
    assert "is cancelled" in cancelled.content
    assert answered.silent
    assert cancelled.silent
    assert study.other.user.dm_channel is None or study.sim.messages(study.other.user.dm_channel) == []


@pytest.mark.parametrize("only", [False, True])
async def test_what_is_for_a_direct_message_only_is_told_in_no_thread_and_reported_to_nobody(study: World, only: bool):
    async def plan() -> None:
        async with study.app.database(study.guild.id) as uow:
            restriction = await uow.restrictions.put(Restriction(study.other.id, "asking"))
            now = study.sim.now()
            post = NewPost("restricted", restriction.id, now, now + timedelta(days=7), member_id=study.other.id)
            await uow.posts.plan(by_dm_only(post) if only else post)

    reports = len(said_in(study, study.log.id))
    await study.sim.run(plan())
    await at_rest(study, 30)
    assert bool(private_threads(study)) is not only
    assert len(said_in(study, study.log.id)) == reports
