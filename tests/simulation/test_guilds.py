"""Discord's rules for channels, forums and scheduled events.

Each canary shows a gap in simcord alone, and that our change closes it. One whose first half fails says that a
new simcord has closed the gap itself: take the change out.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import discord
import pytest
import simcord

from bot.demo.simulation import START, Simulation
from tests.simulation.scenes import Little, outcome, place, with_and_without


async def test_canary_a_forum_is_made_with_its_tags_and_options() -> None:
    async def scene(sim: Simulation) -> Any:
        community, _, _ = place(sim)
        guild = sim.bot.get_guild(community.id)
        made = guild.create_forum(
            "Questions for All",
            available_tags=[discord.ForumTag(name="open", emoji="🙋"), discord.ForumTag(name="answered")],
            default_layout=discord.ForumLayoutType.list_view,
            default_sort_order=discord.ForumOrderType.latest_activity,
            default_auto_archive_duration=10080,
            default_thread_slowmode_delay=5,
            default_reaction_emoji="🙏",
            nsfw=False,
        )
        try:
            forum = await sim.run(made)
        except simcord.UnsupportedField:
            return "unsupported"
        cached = guild.get_channel(forum.id)
        await sim.run(forum.edit(require_tag=True, default_layout=discord.ForumLayoutType.gallery_view))
        post = await sim.run(cached.create_thread(name="Why?", content="x", applied_tags=cached.available_tags[:1]))
        return [
            forum.name,
            [(tag.name, str(tag.emoji), tag.id > 0) for tag in cached.available_tags],
            cached.default_layout.name,
            cached.default_sort_order.name,
            cached.default_auto_archive_duration,
            cached.default_thread_slowmode_delay,
            str(cached.default_reaction_emoji),
            cached.flags.require_tag,
            [tag.name for tag in post.thread.applied_tags],
        ]

    without, ours = await with_and_without(scene)
    assert without == "unsupported"
    tags = [("open", "🙋", True), ("answered", "None", True)]
    options = ["gallery_view", "latest_activity", 10080, 5, "🙏", True]
    assert ours == ["questions-for-all", tags, *options, ["open"]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "n" * 101},
        {"available_tags": [discord.ForumTag(name="t" * 21)]},
        {"available_tags": [discord.ForumTag(name=str(n)) for n in range(21)]},
        {"available_tags": [discord.ForumTag(name="same")] * 2},
        {"default_auto_archive_duration": 61},
    ],
)
async def test_a_forum_with_bad_options_is_refused(wrong: dict[str, Any]) -> None:
    async with Simulation(Little) as sim:
        community, _, _ = place(sim)
        guild = sim.bot.get_guild(community.id)
        assert await outcome(sim.run(guild.create_forum(**{"name": "questions", **wrong}))) == 50035


def event(guild: Any, start: datetime, **changes: Any) -> Any:
    details = {"name": "Morning", "location": "hall", "end_time": start + timedelta(hours=1), **changes}
    kind, privacy = discord.EntityType.external, discord.PrivacyLevel.guild_only
    return guild.create_scheduled_event(start_time=start, entity_type=kind, privacy_level=privacy, **details)


async def test_canary_an_event_begins_in_the_future_and_has_a_short_name() -> None:
    async def scene(sim: Simulation) -> list[Any]:
        community, _, _ = place(sim)
        guild = sim.bot.get_guild(community.id)
        tomorrow = START + timedelta(days=1)
        answers = [
            await outcome(sim.run(event(guild, START - timedelta(minutes=1), end_time=tomorrow))),
            await outcome(sim.run(event(guild, tomorrow, name="n" * 101))),
            await outcome(sim.run(event(guild, tomorrow, end_time=START))),
        ]
        good = await sim.run(event(guild, tomorrow))
        answers.append(await outcome(sim.run(good.edit(start_time=START - timedelta(minutes=1)))))
        return [*answers, await outcome(sim.run(good.edit(name="Evening")))]

    assert await with_and_without(scene) == ([None] * 5, [50035] * 4 + [None])


async def test_canary_a_community_has_at_most_100_coming_events() -> None:
    async def scene(sim: Simulation) -> list[Any]:
        community, _, _ = place(sim)
        guild = sim.bot.get_guild(community.id)
        for number in range(100):
            start = (START + timedelta(days=1 + number)).isoformat()
            community.create_scheduled_event("e", start_time=start, entity_type=3, location="hall", end_time=start)
        full = await outcome(sim.run(event(guild, START + timedelta(days=3))))
        await sim.advance(timedelta(days=1, hours=1))
        return [full, await outcome(sim.run(event(guild, START + timedelta(days=3))))]

    assert await with_and_without(scene) == ([None, None], [30038, None])


async def test_canary_creating_an_event_needs_create_events() -> None:
    async def scene(sim: Simulation) -> list[Any]:
        community, _, _ = place(sim)
        guild = sim.bot.get_guild(community.id)
        role = next(r for r in community._guild.roles.values() if r.managed)
        answers = []
        for missing in ("create_events", "manage_events"):
            role.permissions = discord.Permissions(
                **{"create_events": True, "manage_events": True, missing: False}
            ).value
            answers.append(await outcome(sim.run(event(guild, START + timedelta(days=1)))))
        return answers

    assert await with_and_without(scene) == ([None, 50013], [50013, None])


async def test_canary_a_forums_post_begins_with_a_message_of_its_own_id() -> None:
    async def scene(sim: Simulation) -> Any:
        community, _, _ = place(sim)
        forum = sim.env.backend.create_channel(community.id, "questions", type=simcord.enums.ChannelType.FORUM)
        cached = sim.bot.get_guild(community.id).get_channel(forum.id)
        made = await sim.run(cached.create_thread(name="Why?", content="x"))
        return made.thread.id == made.message.id

    assert await with_and_without(scene) == (False, True)
