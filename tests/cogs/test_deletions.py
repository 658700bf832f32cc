"""What people delete by hand comes back once, without anybody pressing anything."""

from __future__ import annotations

import pytest

from tests.cogs.acts import announcements, at_rest, events, scheduled, told, with_group
from tests.world import World


@pytest.fixture
async def study(world: World) -> World:
    """A session of a study group, announced, with its thread and its event."""
    await with_group(world)
    await scheduled(world, when="2026-01-08 07:00")
    await at_rest(world)
    return world


async def pass_time(world: World) -> None:
    await at_rest(world, 90)


async def test_a_deleted_announcement_comes_back_by_itself_and_the_second_time_moderators_are_asked(study: World):
    (first,) = announcements(study)
    await study.sim.run(first.delete())
    await pass_time(study)
    (second,) = announcements(study)
    assert second.id != first.id
    pressed = await study.member.click(second, custom_id="bk:rsvp:1:going")
    assert study.sim.private_replies(pressed)
    await study.sim.run(second.delete())
    await pass_time(study)
    assert announcements(study) == []
    assert any("deleted" in study.sim.text(message) for message in study.sim.messages(study.log))


async def test_a_deleted_event_comes_back_by_itself(study: World):
    (event,) = events(study)
    await study.sim.run(event.delete())
    await pass_time(study)
    (again,) = events(study)
    assert again.id != event.id


async def test_after_its_channel_was_deleted_a_session_is_announced_in_the_new_one(study: World):
    hall = study.guild.create_text_channel("hall")
    await told(study, study.moderator, "settings set", announcements=hall)
    await scheduled(study, theme="Trucks", when="2026-01-09 07:00")
    await at_rest(study)
    lost = {message.id for message in announcements(study, hall)}
    assert len(lost) == 2, "the one that stood in the old channel has moved here"
    await study.sim.run(study.app.bot.get_channel(hall.id).delete())
    await pass_time(study)
    fresh = study.guild.create_text_channel("fresh")
    await told(study, study.moderator, "settings set", announcements=fresh)
    await pass_time(study)
    assert len(announcements(study, fresh)) == 2


async def test_what_others_delete_is_none_of_the_bots_business(study: World):
    async def foreign() -> int:
        return await study.app.services.deletions.deleted(study.guild.id, [10**17])

    before = study.sim.messages(study.general)
    assert await study.sim.run(foreign()) == 0
    assert study.sim.messages(study.general) == before
