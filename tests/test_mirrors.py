"""What Discord shows follows the database: announcements, threads and native events, with the real bot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import asdict
from sqlalchemy import select, update

from bot.domain.mirrors import MirrorState
from bot.domain.sessions import NewSession
from bot.mirrors.kinds import MOST_EVENTS
from data.mirrors import mirrors
from tests.cogs.acts import announcements, at_rest, called_off, events, scheduled, with_group
from tests.cogs.permissions import forbid, hide, unhide
from tests.world import World

TOKEN, ORDINARY = "/webhooks/", "/channels/"
"""How the address of an edit through a press's token begins, and that of an ordinary one."""


@pytest.fixture
async def study(world: World) -> World:
    """A server with one study group."""
    await with_group(world)
    return world


def requests(world: World, method: str, ending: str) -> list[Any]:
    return [r for r in world.sim.env.http_requests if r.method == method and r.path.endswith(ending)]


def edits(world: World, by: str = "") -> int:
    """Edits of announcements by an address that begins so: TOKEN, ORDINARY, or either."""
    patched = [r.path for r in world.sim.env.http_requests if r.method == "PATCH" and "/messages/" in r.path]
    return len([path for path in patched if path.startswith(by)])


def shown(world: World) -> str:
    """What the only announcement says."""
    (posted,) = announcements(world)
    return world.sim.text(posted)


async def press(world: World, who: Any, answer: str = "going") -> None:
    await who.click(announcements(world)[0], custom_id=f"bk:rsvp:1:{answer}")


async def hold(world: World, venue: str) -> None:
    """The first session takes place elsewhere: a change without a press."""
    await world.moderator.slash(world.general, "session edit", session="1", venue=venue)


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
    before = edits(study)
    posted = announcements(study)[0]
    for who in (study.moderator, study.member, study.other):
        await who.click(posted, custom_id="bk:rsvp:1:going")
    await at_rest(study)
    # The first press is shown at once, all later ones together when two seconds are over.
    assert edits(study) - before == 2
    assert "Coming: 3" in study.sim.text(announcements(study)[0])


async def test_a_press_pays_for_the_edit_with_its_own_token(study: World):
    await scheduled(study)
    await at_rest(study)
    await study.member.click(announcements(study)[0], custom_id="bk:rsvp:1:going")
    await at_rest(study)
    edits = [r for r in study.sim.env.http_requests if r.method == "PATCH" and "/messages/" in r.path]
    assert "/webhooks/" in edits[-1].path


async def test_a_press_soon_after_an_ordinary_edit_of_an_old_announcement_is_shown_within_two_seconds(study: World):
    await scheduled(study)
    await study.sim.advance(7200)
    ordinary, by_token = edits(study, ORDINARY), edits(study, TOKEN)
    await hold(study, "Room A")
    await press(study, study.member)
    assert "Coming: 1" not in shown(study), "two edits of one object are two seconds apart"
    await study.sim.advance(2)
    assert "Coming: 1" in shown(study)
    await press(study, study.other)
    await study.sim.advance(2)
    assert "Coming: 2" in shown(study)
    assert (edits(study, ORDINARY) - ordinary, edits(study, TOKEN) - by_token) == (1, 2)


async def test_a_press_pays_for_edits_for_fourteen_minutes(study: World):
    await scheduled(study)
    await at_rest(study)
    await press(study, study.member)
    await study.sim.advance(13 * 60)
    ordinary, by_token = edits(study, ORDINARY), edits(study, TOKEN)
    await hold(study, "Room A")
    await study.sim.advance(60)
    assert (edits(study, ORDINARY) - ordinary, edits(study, TOKEN) - by_token) == (0, 1)
    await hold(study, "Room B")
    await at_rest(study, 5)
    assert (edits(study, ORDINARY) - ordinary, edits(study, TOKEN) - by_token) == (1, 1)


async def test_a_token_that_does_not_serve_leaves_the_edit_to_the_next_minute(study: World):
    await scheduled(study)
    await study.sim.advance(7200)
    ordinary, by_token = edits(study, ORDINARY), edits(study, TOKEN)
    await hold(study, "Room A")
    await at_rest(study, 5)
    await press(study, study.member)
    await at_rest(study, 5)
    study.sim.env.inject_error("PATCH", f"{TOKEN}*", status=404, code=10015)
    await press(study, study.other)
    await hold(study, "Room B")
    await at_rest(study, 45)
    assert "Coming: 1" in shown(study)
    assert (edits(study, ORDINARY) - ordinary, edits(study, TOKEN) - by_token) == (1, 2)
    await at_rest(study, 10)
    assert "Coming: 2" in shown(study)
    assert "Room B" in shown(study)
    assert (edits(study, ORDINARY) - ordinary, edits(study, TOKEN) - by_token) == (2, 2)


async def test_a_press_is_shown_while_the_bot_may_not_edit_by_itself(study: World):
    await scheduled(study)
    await at_rest(study)
    study.sim.env.inject_error("PATCH", f"{ORDINARY}*/messages/*", status=403, code=50001)
    await hold(study, "Room A")
    await at_rest(study)
    assert "Room A" not in shown(study)
    await press(study, study.member)
    await at_rest(study)
    assert "Coming: 1" in shown(study)


async def test_an_answer_of_a_proxy_is_no_answer_of_discord(study: World):
    await scheduled(study)
    await at_rest(study)
    study.sim.env.inject_error("PATCH", f"{ORDINARY}*/messages/*", status=404, code=0)
    await hold(study, "Room A")
    await at_rest(study, 5)
    assert "Room A" in shown(study)
    study.sim.env.inject_error("GET", "/guilds/*/scheduled-events/*", status=404, code=0)
    await called_off(study, session="1")
    await at_rest(study, 5)
    assert events(study) == []
    assert study.sim.messages(study.log) == []


async def test_an_edit_without_a_press_of_an_old_announcement_waits_a_minute_for_the_next(study: World):
    session = await scheduled(study)
    await study.sim.advance(7200)
    before = edits(study)
    for venue in ("A", "B", "C"):
        await study.moderator.slash(study.general, "session edit", session=str(session), venue=venue)
        await at_rest(study, 5)
    assert edits(study) - before == 1
    await study.sim.advance(60)
    assert edits(study) - before == 2
    assert "C" in study.sim.text(announcements(study)[0])


async def test_an_announcement_that_was_pressed_and_then_deleted_comes_back(study: World):
    await scheduled(study)
    await at_rest(study)
    await press(study, study.member)
    await at_rest(study)
    ordinary = edits(study, ORDINARY)
    study.sim.env.backend.delete_message(study.general.id, announcements(study)[0].id)
    await hold(study, "Room A")
    await at_rest(study, 5)
    assert "Room A" in shown(study)
    assert "Coming: 1" in shown(study)
    assert edits(study, ORDINARY) == ordinary, "its token said already that it is gone"


async def test_an_announcement_deleted_by_hand_comes_back_once_and_then_the_moderators_are_asked(study: World):
    session = await scheduled(study)
    await at_rest(study)

    async def delete() -> None:
        (posted,) = announcements(study)
        study.sim.env.backend.delete_message(study.general.id, posted.id)
        await at_rest(study, 10)

    async def change(venue: str) -> None:
        await study.moderator.slash(study.general, "session edit", session=str(session), venue=venue)
        await at_rest(study, 10)

    await delete()
    await change("Room A")
    assert "Room A" in study.sim.text(announcements(study)[0])
    await delete()
    assert announcements(study) == []
    assert (await rows(study))["announcement"].state == MirrorState.ASKED.value
    await study.sim.advance(60)
    assert any("deleted twice" in study.sim.text(message) for message in study.sim.messages(study.log))
    await change("Room B")
    assert "Room B" in study.sim.text(announcements(study)[0]), "as the moderators were told"


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


async def test_a_lost_announcement_is_not_mistaken_for_a_reminder_with_the_same_buttons(study: World):
    await scheduled(study)
    await at_rest(study)
    (first,) = announcements(study)
    await study.sim.advance_to(datetime(2026, 1, 6, 21, 30, tzinfo=UTC))
    reminders = [m for m in study.sim.messages(study.general) if "**Logistics** (Asakai)" in m.content]
    assert len(reminders) == 2, "the evening before and dawn stand in the same channel"
    # As if the process had died at the first request, and people had deleted what came of it.
    await study.sim.stop()
    async with study.app.database.connections.writing() as connection:
        lost = {"remote_id": 0, "shown": 0, "made_at": None}
        await connection.execute(update(mirrors).where(mirrors.c.kind == "announcement").values(**lost))
    await study.app.database.close()
    study.sim.env.backend.delete_message(study.general.id, first.id)
    await study.sim.restart()
    await at_rest(study, 5)
    (again,) = announcements(study)
    assert again.id not in {reminder.id for reminder in reminders}
    assert [m.content for m in study.sim.messages(study.general) if m.id in {r.id for r in reminders}] == [
        reminder.content for reminder in reminders
    ]


async def test_cancelling_takes_the_event_away_and_the_announcement_says_so(study: World):
    session = await scheduled(study)
    await at_rest(study)
    await called_off(study, session=str(session))
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


async def announced(world: World, *starts: datetime) -> None:
    """Sessions at these times whose announcements stand already; only their events are still to be made."""

    async def write() -> None:
        async with world.app.database(world.guild.id) as uow:
            (group,) = await uow.groups.all()
            now = world.sim.now()
            since = {"created_at": now, "announced_at": now, "series_id": None, "occurrence_on": None}
            for at in starts:
                new = asdict(NewSession(group.id, "Trade", at))
                session = await uow.sessions.add(**new, **since)
                await uow.mirrors.want("announcement", session.id, parent_id=world.general.id)
                mirror = await uow.mirrors.find("announcement", session.id)
                assert mirror is not None
                await uow.mirrors.store(mirror, remote_id=session.id, shown=mirror.wanted)
                await uow.mirrors.want("event", session.id)

    await world.sim.run(write())


def days_ahead(world: World, *days: int) -> list[datetime]:
    return [world.sim.now() + timedelta(days=day) for day in days]


def starts(world: World) -> list[datetime]:
    """When the events that stand begin, nearest first."""
    return sorted(event.start_time for event in events(world))


async def test_never_more_than_eighty_events_stand_and_they_are_the_nearest(study: World):
    most = 0

    async def count(_: Any) -> None:
        nonlocal most
        most = max(most, len(events(study)))

    study.app.bot.add_listener(count, "on_scheduled_event_create")
    far = days_ahead(study, *range(110, 110 + MOST_EVENTS + 3))
    await announced(study, *far)
    await study.sim.advance(30)
    assert starts(study) == far[:MOST_EVENTS]
    # Three nearer ones at once: the three farthest give way.
    near = days_ahead(study, 40, 30, 50)
    await announced(study, *near)
    await study.sim.advance(60)
    assert starts(study) == sorted(near) + far[: MOST_EVENTS - 3]
    # A place that comes free goes to the nearest of those who wait.
    await called_off(study, session=str(MOST_EVENTS + 5))
    await study.sim.advance(3700)
    assert starts(study) == [near[0], near[2], *far[: MOST_EVENTS - 2]]
    assert most == MOST_EVENTS


async def test_what_has_no_event_takes_no_place_from_what_has(study: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.mirrors.kinds.MOST_EVENTS", 1)
    secret = study.guild.create_text_channel("secret")
    hide(study, secret)
    await study.moderator.slash(study.general, "group create", name="Board", channel=secret)
    await scheduled(study, when="2026-01-07 07:00", group="Board")
    await scheduled(study, when="2026-01-08 07:00", group="Asakai")
    await study.sim.advance(3700)
    assert len(events(study)) == 1


async def test_an_event_for_which_discord_has_no_room_waits(study: World, caplog: pytest.LogCaptureFixture):
    study.sim.env.inject_error("POST", "/guilds/*/scheduled-events", status=400, code=30038)
    await scheduled(study)
    await at_rest(study, 600)
    assert events(study) == []
    assert "no room for more events" in caplog.text
    await study.sim.advance(3600)
    assert len(events(study)) == 1


async def other_channel(study: World, name: str = "elsewhere") -> Any:
    return study.guild.create_text_channel(name)


async def test_the_announcements_of_a_group_move_with_it_to_another_channel(study: World):
    await scheduled(study)
    await at_rest(study, 10)
    (old,) = announcements(study)
    await press(study, study.member)
    elsewhere = await other_channel(study)
    result = await study.moderator.slash(study.general, "group edit", name="Asakai", channel=elsewhere)
    assert "moves to the new channel" in study.sim.private_replies(result)[0]
    await study.sim.advance(120)
    (new,) = announcements(study, elsewhere)
    assert "Coming: 1" in study.sim.text(new)
    (left,) = [message for message in study.sim.messages(study.general) if message.id == old.id]
    assert "has moved to another channel" in study.sim.text(left)
    assert "Logistics" not in study.sim.text(left)
    assert left.components == []
    (event,) = events(study)
    assert str(new.id) in event.description
    await study.sim.restart()
    await study.sim.advance(7200)
    assert [m.id for m in announcements(study, elsewhere)] == [new.id]


async def test_what_is_left_in_the_old_channel_is_not_made_again_when_it_is_deleted(study: World):
    await scheduled(study)
    await at_rest(study, 10)
    (old,) = announcements(study)
    elsewhere = await other_channel(study)
    await study.moderator.slash(study.general, "group edit", name="Asakai", channel=elsewhere)
    await study.sim.advance(120)
    before = len(study.sim.messages(study.general))
    study.sim.env.backend.delete_message(study.general.id, old.id)
    await study.sim.advance(120)
    assert len(study.sim.messages(study.general)) == before - 1
    assert not any("deleted" in study.sim.text(message) for message in study.sim.messages(study.log))


async def test_a_group_that_becomes_hidden_loses_its_events_at_once_and_gets_them_back_when_it_is_open(study: World):
    room = await other_channel(study)
    await study.moderator.slash(study.general, "group create", name="Board", channel=room)
    await scheduled(study, theme="Who goes first", group="Board")
    await at_rest(study, 10)
    assert len(events(study)) == 1
    hide(study, room)
    await study.sim.advance(120)
    assert events(study) == []
    unhide(study, room)
    await study.sim.advance(120)
    assert len(events(study)) == 1


async def test_a_group_that_moves_to_a_hidden_channel_leaves_nothing_of_its_sessions_to_read(study: World):
    secret = await other_channel(study, "secret")
    hide(study, secret)
    await scheduled(study)
    await at_rest(study, 10)
    assert len(events(study)) == 1
    await study.moderator.slash(study.general, "group edit", name="Asakai", channel=secret)
    await study.sim.advance(120)
    assert events(study) == []
    assert announcements(study) == []
    assert len(announcements(study, secret)) == 1
