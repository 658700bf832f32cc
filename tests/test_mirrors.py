"""What Discord shows follows the database: announcements, threads and native events, with the real bot."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.mirrors import MirrorState
from data.mirrors import mirrors
from tests.cogs.acts import announcements, at_rest, events, scheduled, with_group
from tests.cogs.permissions import forbid, hide
from tests.world import World


@pytest.fixture
async def study(world: World) -> World:
    """A server with one study group."""
    await with_group(world)
    return world


def requests(world: World, method: str, ending: str) -> list[Any]:
    return [r for r in world.sim.env.http_requests if r.method == method and r.path.endswith(ending)]


def message_edits(world: World) -> int:
    """Edits of an announcement, by token or not."""
    return len([r for r in world.sim.env.http_requests if r.method == "PATCH" and "/messages/" in r.path])


async def rows(world: World) -> dict[str, Any]:
    async def read() -> dict[str, Any]:
        async with world.app.database.connections.reading() as connection:
            return {row.kind: row for row in await connection.execute(select(mirrors))}

    return await world.sim.run(read())


async def change(world: World, kind: str, **values: Any) -> None:
    async def write() -> None:
        async with world.app.database.connections.writing() as connection:
            await connection.execute(update(mirrors).where(mirrors.c.kind == kind).values(**values))

    await world.sim.run(write())


async def test_a_session_is_announced_once_with_its_thread_and_event_also_after_a_restart(study: World):
    await scheduled(study)
    await at_rest(study)
    found = await rows(study)
    assert {row.state for row in found.values()} == {MirrorState.LIVE.value}
    assert found["thread"].remote_id == found["announcement"].remote_id, "a thread has its message's id"
    await study.sim.restart()
    await study.sim.advance(7200)
    assert len(announcements(study)) == 1
    assert len(study.general.threads) == 1
    assert len(events(study)) == 1


async def test_many_presses_within_two_seconds_make_two_edits_and_the_last_is_shown(study: World):
    await scheduled(study)
    await at_rest(study, 20)
    before = message_edits(study)
    posted = announcements(study)[0]
    for who in (study.moderator, study.member, study.other):
        await who.click(posted, custom_id="bk:rsvp:1:going")
    await at_rest(study)
    # The first press is shown at once, all later ones together when two seconds are over.
    assert message_edits(study) - before == 2
    assert "Coming: 3" in study.sim.text(announcements(study)[0])


async def test_a_press_pays_for_the_edit_with_its_own_token(study: World):
    await scheduled(study)
    await at_rest(study)
    await study.member.click(announcements(study)[0], custom_id="bk:rsvp:1:going")
    await at_rest(study)
    edits = [r for r in study.sim.env.http_requests if r.method == "PATCH" and "/messages/" in r.path]
    assert "/webhooks/" in edits[-1].path


async def test_an_edit_without_a_press_of_an_old_announcement_waits_a_minute_for_the_next(study: World):
    session = await scheduled(study)
    await study.sim.advance(7200)
    before = message_edits(study)
    for venue in ("A", "B", "C"):
        await study.moderator.slash(study.general, "session edit", session=str(session), venue=venue)
        await at_rest(study, 5)
    assert message_edits(study) - before == 1
    await study.sim.advance(60)
    assert message_edits(study) - before == 2
    assert "C" in study.sim.text(announcements(study)[0])


async def test_an_announcement_deleted_by_hand_comes_back_once_and_then_the_moderators_are_asked(study: World):
    session = await scheduled(study)
    await at_rest(study)

    async def delete_and_change(venue: str) -> None:
        (posted,) = announcements(study)
        study.sim.env.backend.delete_message(study.general.id, posted.id)
        await study.moderator.slash(study.general, "session edit", session=str(session), venue=venue)
        await at_rest(study, 10)

    await delete_and_change("Room A")
    assert "Room A" in study.sim.text(announcements(study)[0])
    await delete_and_change("Room B")
    assert announcements(study) == []
    assert (await rows(study))["announcement"].state == MirrorState.ASKED.value
    await study.sim.advance(60)
    assert any("deleted twice" in study.sim.text(message) for message in study.sim.messages(study.log))


async def test_a_message_that_was_made_before_a_crash_is_found_and_not_made_again(study: World):
    await scheduled(study)
    await at_rest(study)
    (posted,) = announcements(study)
    # As if the process had died between Discord's answer and the writing of the id.
    await study.sim.stop()
    async with study.app.database.connections.writing() as connection:
        await connection.execute(
            update(mirrors).where(mirrors.c.kind == "announcement").values(remote_id=0, shown=0, made_at=None)
        )
    await study.app.database.close()
    await study.sim.advance(600)
    await study.sim.restart()
    await at_rest(study, 5)
    assert [message.id for message in announcements(study)] == [posted.id]
    assert (await rows(study))["announcement"].remote_id == posted.id


async def test_cancelling_takes_the_event_away_and_the_announcement_says_so(study: World):
    session = await scheduled(study)
    await at_rest(study)
    await study.moderator.slash(study.general, "session cancel", session=str(session))
    await at_rest(study, 5)
    assert events(study) == []
    assert "Cancelled" in study.sim.text(announcements(study)[0])
    assert (await rows(study))["event"].state == MirrorState.GONE.value


async def test_no_event_is_made_where_the_community_wants_none(study: World):
    await study.moderator.slash(study.general, "settings set", native_events="off")
    await scheduled(study)
    await at_rest(study)
    assert events(study) == []
    assert len(announcements(study)) == 1


async def test_a_moved_session_moves_its_event(study: World):
    session = await scheduled(study)
    await at_rest(study)
    result = await study.moderator.slash(study.general, "session edit", session=str(session), when="2026-01-08 08:00")
    await study.moderator.click(result.response, label="Move it")
    await at_rest(study, 5)
    (event,) = events(study)
    assert event.start_time.isoformat() == "2026-01-07T23:00:00+00:00"


async def test_an_announcement_pings_nobody_and_makes_no_sound(study: World):
    await scheduled(study)
    await at_rest(study)
    posted = [p for p in study.sim.unprompted() if p.channel_id == study.general.id]
    assert posted
    assert all(p.silent and not p.pinged for p in posted)


async def test_an_event_never_shows_the_server_what_only_a_group_may_see(study: World):
    secret = study.guild.create_text_channel("secret")
    hide(study, secret)
    await study.moderator.slash(study.general, "group create", name="Board", channel=secret)
    await scheduled(study, theme="Who goes first", group="Board")
    await at_rest(study, 10)
    assert len(announcements(study, secret)) == 1
    assert events(study) == []


async def test_events_follow_their_switch(study: World):
    await scheduled(study)
    await at_rest(study, 10)
    await study.moderator.slash(study.general, "settings set", native_events="off")
    await study.sim.advance(120)
    assert events(study) == []
    await study.moderator.slash(study.general, "settings set", native_events="on")
    await study.sim.advance(120)
    assert len(events(study)) == 1


async def test_what_could_not_be_posted_goes_where_announcements_go_now(study: World):
    good = study.guild.create_text_channel("good")
    bad = study.guild.create_text_channel("bad")
    forbid(study, bad, send_messages=False)
    await study.moderator.slash(study.general, "settings set", announcements=bad)
    await scheduled(study)
    await at_rest(study, 10)
    await study.moderator.slash(study.general, "settings set", announcements=good)
    await study.sim.advance(120)
    assert len(announcements(study, good)) == 1


async def test_another_language_shows_in_what_is_announced(study: World):
    await scheduled(study)
    await at_rest(study, 10)
    await study.moderator.slash(study.general, "settings set", language="ja")
    await study.sim.advance(120)
    assert "[参加]" in study.sim.text(announcements(study)[0])
