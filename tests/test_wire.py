"""What only the wire shows of the whole bot: the real App against the loopback double, in one event loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.app import App
from bot.clock import SystemClock
from bot.config import Config, DatabaseSettings
from bot.domain.actors import Actor
from bot.domain.communities import NewSettings
from bot.domain.posts import NewPost
from bot.domain.sessions import NewSession, SessionChange
from data import meta
from data.database import Database
from data.upgrade import upgrade
from tests.double import DiscordDouble, DoubleSettings, discord_at, eventually, server
from tests.double.settings import APPLICATION_ID, bot_token, fixed_id

POST = "POST /channels/{channel_id}/messages"
EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"
EDIT_BY_TOKEN = "PATCH /webhooks/{application_id}/{token}/messages/{message_id}"
RENAME = "PATCH /channels/{channel_id}"
MAKE_EVENT = "POST /guilds/{guild_id}/scheduled-events"
DELETE_EVENT = "DELETE /guilds/{guild_id}/scheduled-events/{event_id}"
EDIT_EVENT = "PATCH /guilds/{guild_id}/scheduled-events/{event_id}"
SYNC = "PUT /applications/{application_id}/commands"

GUILD = fixed_id("guild", 1)
CHANNEL = fixed_id("channel", 1)
LOG = fixed_id("channel", 2)
OWNER = fixed_id("user", 1)
PERSON = fixed_id("user", 2)
MODERATOR = Actor(OWNER, True, lambda _channel_id: True)
EPHEMERAL = 1 << 6


@dataclass
class Wire:
    """A Discord, a database file, and what was posted, byte by byte."""

    double: DiscordDouble
    folder: Path
    bodies: list[bytes] = field(default_factory=list)
    app: App = field(init=False)

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'bot.db'}"

    def requests(self, route: str) -> int:
        """How often a route was asked, whatever the answer."""
        return sum(self.double.log.counts.get(route, {}).values())

    def counted(self) -> int:
        """How many requests Discord counts towards the bot's limit."""
        free = ("/interactions/", "/webhooks/")
        return sum(
            sum(each.values()) for name, each in self.double.log.counts.items() if not any(f in name for f in free)
        )

    @asynccontextmanager
    async def online(self) -> AsyncIterator[App]:
        """The bot from its start to its end; the file stays."""
        clock = SystemClock()
        config = Config(database=DatabaseSettings(url=self.url))
        with discord_at(self.double.api_url, self.double.gateway_url):
            self.app = app = App(config, Database(self.url, clock), clock)
            # Discord's guilds trickle in over seconds; the double's are all there.
            app.bot._connection.guild_ready_timeout = 0.05
            begun = asyncio.Event()
            begin = app.begin

            async def first_ready() -> None:
                await begin()
                begun.set()

            app.bot.on_first_ready = first_ready
            running = asyncio.create_task(app.bot.start(bot_token()))
            try:
                await eventually(lambda: begun.is_set() or running.done())
                if running.done():
                    running.result()
                yield app
            finally:
                await app.bot.close()
                await asyncio.gather(running, return_exceptions=True)

    async def set_up(self) -> None:
        """As after /setup, with one group."""
        database = Database(self.url, SystemClock())
        try:
            async with database(GUILD) as uow:
                await uow.communities.change(
                    set_up_at=SystemClock().now(),
                    setup_step="done",
                    announcements_channel=CHANNEL,
                    log_channel=LOG,
                )
                await uow.groups.add(name="Tea", description="", channel_id=0, announce_days_before=7)
        finally:
            await database.close()

    async def announced(self, app: App) -> tuple[int, int]:
        """Schedule a session and wait for all that shows it; the session's id and its announcement's."""
        session_id = await schedule(app, "Tea at dawn")
        threads = "POST /channels/{channel_id}/messages/{message_id}/threads"
        await eventually(lambda: self.requests(threads) and self.requests(MAKE_EVENT))
        (message,) = self.double.messages_log(channel=CHANNEL)
        return session_id, message["id"]


async def schedule(app: App, theme: str) -> int:
    """A session in two days, announced at once; its id."""
    group = await app.services.sessions.group_for(GUILD, MODERATOR, None)
    starts_at = SystemClock().now() + timedelta(days=2)
    shown = await app.services.sessions.schedule(GUILD, MODERATOR, NewSession(group.id, theme, starts_at))
    return shown.session.id


async def at_rest(app: App) -> bool:
    """Whether Discord shows all that is wanted."""
    return await app.database.mirrors.next_due(datetime.min.replace(tzinfo=UTC), (), ()) is None


@pytest_asyncio.fixture
async def wire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    async with DiscordDouble(DoubleSettings(channels=3, members=3)) as double:
        made = Wire(double, tmp_path)
        read = server._read

        async def reading(request: Any, ids: list[str]) -> Any:
            call = await read(request, ids)
            if request.method == "POST" and request.path.endswith("/messages"):
                made.bodies.append(await request.read())
            return call

        monkeypatch.setattr(server, "_read", reading)
        await upgrade(made.url, copy_first=False)
        await made.set_up()
        yield made
        assert double.log.unknown_routes == []
        assert double.errors == []


async def plan_notice(app: App) -> None:
    now = SystemClock().now()
    data = {"problem": "step", "subject_id": 7, "cause": "K7M2QX", "channel_id": 0}
    async with app.database(GUILD) as uow:
        await uow.posts.plan(NewPost("notice", 7, now, now + timedelta(days=1), LOG, data=data))


async def test_a_post_carries_an_enforced_nonce_and_its_mark(wire: Wire):
    async with wire.online() as app:
        await plan_notice(app)
        await eventually(lambda: wire.double.messages_log(channel=LOG))
    (body,) = map(json.loads, wire.bodies)
    assert body["enforce_nonce"] is True
    assert body["components"][0]["components"][0]["custom_id"] == f"bk:seen:7~{body['nonce']}"
    assert body["allowed_mentions"]["parse"] == []
    assert len(body["nonce"]) <= 25


async def test_what_is_sent_again_is_the_same_to_the_byte_and_makes_one_message(wire: Wire):
    # Once repeated by discord.py itself within one attempt, once by us in a second attempt.
    wire.double.fail(500, store=True)
    wire.double.cut(store=True)
    async with wire.online() as app:
        await plan_notice(app)
        await eventually(lambda: len(wire.bodies) == 3)
        await eventually(lambda: wire.double.stats()["deduplicated"] == 2)
    assert len(set(wire.bodies)) == 1
    assert len(wire.double.messages_log(channel=LOG)) == 1


async def test_discord_is_told_of_the_commands_only_when_they_have_changed(wire: Wire):
    async with wire.online():
        names = {each["name"] for each in wire.double.commands()}
        assert {"setup", "session", "series"} <= names
        assert wire.requests(SYNC) == 1
    async with wire.online():
        assert wire.requests(SYNC) == 1
    database = Database(wire.url, SystemClock())
    await meta.write(database.connections, f"commands:{APPLICATION_ID}", "the commands of an older release")
    await database.close()
    async with wire.online():
        assert wire.requests(SYNC) == 2


async def test_a_press_is_acknowledged_with_a_deferred_update_and_answered_in_private(wire: Wire):
    async with wire.online() as app:
        session_id, announcement = await wire.announced(app)
        pressed = wire.double.press(announcement, CHANNEL, PERSON, f"bk:rsvp:{session_id}:going")
        interaction = wire.double.interactions.by_id[pressed]
        await eventually(lambda: interaction.messages)
        assert interaction.callback == 6
        assert [bool(each["flags"] & EPHEMERAL) for each in interaction.messages] == [True]
        assert "POST /webhooks/{application_id}/{token}" in wire.double.log.counts


async def test_an_announcement_follows_a_press_through_its_token_and_all_else_by_an_ordinary_edit(wire: Wire):
    async with wire.online() as app:
        session_id, announcement = await wire.announced(app)
        record = wire.double.log.messages[announcement]

        async def shows(text: str) -> None:
            await eventually(lambda: text in str(wire.double.history(CHANNEL)), seconds=10)

        await app.services.sessions.edit(GUILD, MODERATOR, session_id, SessionChange(theme="Coffee at dawn"))
        await shows("Coffee at dawn")
        # The thread and the event bear the theme too.
        await eventually(lambda: wire.requests(RENAME) and wire.requests(EDIT_EVENT))
        assert (wire.requests(EDIT), wire.requests(EDIT_BY_TOKEN)) == (1, 0)
        counted = wire.counted()
        wire.double.press(announcement, CHANNEL, PERSON, f"bk:rsvp:{session_id}:going")
        await shows(f"<@{PERSON}>")
        assert (wire.requests(EDIT), wire.requests(EDIT_BY_TOKEN)) == (1, 1)
        # Discord counts neither the acknowledgement nor the answer nor the edit.
        assert wire.counted() == counted
        assert record.edits == 2


async def test_a_press_waits_neither_for_others_that_hang_nor_for_the_minute_of_an_old_announcement(wire: Wire):
    async with wire.online() as app:
        session_id, announcement = await wire.announced(app)
        others = [await schedule(app, f"Tea {number}") for number in range(8)]
        await eventually(lambda: len(wire.double.messages_log(channel=CHANNEL)) == 9, seconds=10)
        await eventually(lambda: at_rest(app), seconds=10)
        # Announced two hours ago, and edited just now.
        earlier, later = SystemClock().now() - timedelta(hours=2), SystemClock().now() + timedelta(seconds=60)
        async with app.database(GUILD) as uow:
            mirror = await uow.mirrors.find("announcement", session_id)
            assert mirror is not None
            await uow.mirrors.store(mirror, made_at=earlier, not_before=later)
        wire.double.hang(60, route=EDIT, count=None)
        for other in others:
            await app.services.sessions.edit(GUILD, MODERATOR, other, SessionChange(venue="The kitchen"))
        await eventually(lambda: wire.requests(EDIT_EVENT) == 8 and len(app.reconciler._busy) == 8)
        wire.double.press(announcement, CHANNEL, PERSON, f"bk:rsvp:{session_id}:going")
        await eventually(lambda: f"<@{PERSON}>" in str(wire.double.history(CHANNEL)))
        async with app.database.reading(GUILD) as uow:
            mirror = await uow.mirrors.find("announcement", session_id)
            assert mirror is not None
            assert mirror.not_before == later, "the minute of ordinary edits goes on"


async def test_what_is_wanted_again_while_it_is_taken_away_is_made_again(wire: Wire):
    async with wire.online() as app:
        session_id, _ = await wire.announced(app)
        change = app.services.communities.change
        wire.double.hang(1, store=True, route=DELETE_EVENT)
        await change(GUILD, MODERATOR, NewSettings(native_events=False))
        await eventually(lambda: wire.double.faults_log()[0]["struck"])
        await change(GUILD, MODERATOR, NewSettings(native_events=True))
        assert wire.double.events(GUILD) == []
        await eventually(lambda: wire.double.events(GUILD))
        assert wire.requests(MAKE_EVENT) == 2
        async with app.database.reading(GUILD) as uow:
            mirror = await uow.mirrors.find("event", session_id)
            assert mirror is not None
            assert mirror.rebuilt == 0, "nobody deleted it by hand"
