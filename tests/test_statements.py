"""How many statements an act takes: each holds the writer up, and on PostgreSQL costs a trip to the server."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.app.services import Services, compose
from bot.config import load
from bot.domain.actors import Actor
from bot.domain.own_reminders import OwnChange
from bot.domain.rotation import Turn, TurnState
from bot.domain.rotation.running import LOOK
from bot.domain.rotation.saying import OFFER
from bot.domain.rotation.settings import RotationChange
from bot.domain.rsvps import Answer
from bot.domain.series import NewSeries
from bot.domain.sessions import NewSession, SessionChange
from data.database import Database
from tests.data.files import NOW, StandingClock
from tests.data.rows import database_of
from tests.data.servers import KINDS
from tests.domain.study import CHANNEL, GUILD, MODERATOR, time_of


class Studying:
    """A community with a morning post and quiet hours, and all the rules that follow from a session."""

    def __init__(self, database: Database, clock: StandingClock) -> None:
        self.database = database
        self.services: Services = compose(database, clock, load(None, {}))
        self.group_id = 0

    async def begin(self) -> None:
        async with self.database(GUILD) as uow:
            quiet = {"quiet_begin": time_of(22), "quiet_end": time_of(6)}
            await uow.communities.change(
                time_zone="Asia/Tokyo", announcements_channel=CHANNEL, log_channel=9, set_up_at=NOW, **quiet
            )
            group = await uow.groups.add(name="Tea", description="", channel_id=0, announce_days_before=7)
            self.group_id = group.id
        await self.services.morning.set(GUILD, MODERATOR, channel_id=CHANNEL)

    async def daily(self, name: str = "Dawn") -> int:
        """A series that meets every day; how many sessions were planned."""
        new = NewSeries(group_id=self.group_id, name=name, rrule="FREQ=DAILY", at=time_of(7))
        return (await self.services.series.create(GUILD, MODERATOR, new)).planned

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """The statements that are run meanwhile; many rows of one statement are one."""
        said: list[str] = []

        def heard(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            said.append(statement)

        engines = {each.sync_engine for each in (self.database.connections._writer, self.database.connections._reader)}
        for engine in engines:
            event.listen(engine, "before_cursor_execute", heard)
        try:
            yield said
        finally:
            for engine in engines:
                event.remove(engine, "before_cursor_execute", heard)


@pytest.fixture(params=KINDS)
async def studying(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Studying]:
    clock = StandingClock()
    async with database_of(request.param, tmp_path, clock) as database:
        made = Studying(database, clock)
        await made.begin()
        yield made


async def test_a_daily_series_takes_a_few_statements_for_each_of_its_sessions(studying: Studying):
    with studying.counting() as said:
        sessions = await studying.daily()
    assert sessions == 56
    assert len(said) <= 6 * sessions, len(said)


async def test_the_settings_and_the_groups_are_read_once_and_new_rows_are_written_together(studying: Studying):
    with studying.counting() as said:
        await studying.daily()
    for table in ("communities", "morning_settings", "study_groups"):
        assert sum(f"FROM {table}" in each for each in said) <= 4, table
    for table in ("sessions", "steps", "audit"):
        assert sum(each.startswith(f"INSERT INTO {table} ") for each in said) <= 2, table


async def test_a_second_series_costs_no_more_than_the_first(studying: Studying):
    with studying.counting() as first:
        await studying.daily()
    with studying.counting() as second:
        await studying.daily("Dusk")
    # What each day's list is planned on grows by one session a day.
    assert len(second) <= len(first) + 60


async def test_a_choice_of_reminders_takes_few_statements_however_many_sessions_are_ahead(studying: Studying):
    sessions = await studying.daily()
    choose = studying.services.own_reminders.choose
    for member_id in (11, 12):
        with studying.counting() as said:
            change = OwnChange(before=(60, 30), evening=time_of(21))
            await choose(GUILD, Actor(member_id), change)
        assert len(said) <= 25, len(said)
        assert sum(each.startswith("INSERT INTO steps ") for each in said) == (1 if member_id == 11 else 0)
    assert sessions > 50


async def test_a_lone_session_and_lone_looks_take_few_statements(studying: Studying):
    await studying.daily()
    services, at = studying.services, NOW + timedelta(days=3)
    with studying.counting() as said:
        view = await services.sessions.schedule(GUILD, MODERATOR, NewSession(studying.group_id, "Tea", at))
    assert len(said) <= 35, len(said)
    looks = {
        "show": (lambda: services.sessions.show(GUILD, MODERATOR, view.session.id), 9),
        "list": (lambda: services.sessions.list(GUILD, MODERATOR), 18),
        "series": (lambda: services.series.list(GUILD, MODERATOR), 13),
        "groups": (lambda: services.groups.list(GUILD, MODERATOR), 5),
        "cards": (lambda: services.memberships.cards(GUILD, MODERATOR), 8),
        "card": (lambda: services.memberships.card(GUILD, MODERATOR, None), 9),
        "rotation": (lambda: services.rotation_views.show(GUILD, MODERATOR), 6),
        "morning": (lambda: services.morning.show(GUILD, MODERATOR), 8),
        "profile": (lambda: services.profiles.show(GUILD, 1), 7),
        "industries": (lambda: services.profiles.suggest_industries(GUILD, "Logistics, f"), 6),
    }
    for name, (look, most) in looks.items():
        with studying.counting() as said:
            await look()
        assert len(said) <= most, (name, len(said))


async def test_a_rotation_takes_few_statements_however_many_dates_are_ahead(studying: Studying):
    services = studying.services
    sessions = await studying.daily()
    for member_id in range(11, 31):
        await services.roster.join(GUILD, Actor(member_id, sees=lambda channel_id: True), None)
    async with studying.database(GUILD) as uow:
        first, *_ = await uow.sessions.upcoming(NOW, limit=sessions)
        await uow.rotation.put(Turn(first.id, 0, 11, TurnState.CONFIRMED, NOW))
    looks = {
        "show": (lambda: services.rotation_views.show(GUILD, MODERATOR), 13),
        "why": (lambda: services.rotation_views.why(GUILD, MODERATOR, first.id), 14),
        "settings": (lambda: services.rotation_settings.change(GUILD, MODERATOR, None, RotationChange("fairness")), 15),
        "help": (lambda: services.help.show(GUILD, Actor(11, sees=lambda channel_id: True)), 20),
    }
    for name, (look, most) in looks.items():
        with studying.counting() as said:
            await look()
        assert len(said) <= most, (name, len(said))


async def test_a_rotation_runs_on_few_statements_however_many_dates_and_people_there_are(studying: Studying):
    services = studying.services
    await studying.daily()
    for member_id in range(11, 41):
        await services.roster.join(GUILD, Actor(member_id, sees=lambda channel_id: True), None)
    (step,) = [step for step in await studying.database.due_steps(NOW, 100) if step.kind == LOOK]
    for most in (100, 25):
        # The first look asks somebody, and offers the dates of the next two days to everybody else.
        with studying.counting() as said:
            async with studying.database(GUILD) as uow:
                await services.running.look(uow, step)
        assert len(said) <= most, len(said)
    async with studying.database.reading(GUILD) as uow:
        offers = [post for each in range(1, 4) for post in await uow.posts.of_subject(OFFER, each)]
    assert len(offers) >= 29


async def test_a_group_without_a_rotation_pays_one_look_for_it(studying: Studying):
    sessions = studying.services.sessions
    view = await sessions.schedule(GUILD, MODERATOR, NewSession(studying.group_id, "Tea", NOW + timedelta(days=3)))
    with studying.counting() as said:
        await sessions.edit(GUILD, MODERATOR, view.session.id, SessionChange(starts_at=NOW + timedelta(days=4)))
        await sessions.cancel(GUILD, MODERATOR, view.session.id)
    looks = [each for each in said if re.search(r"\b(turns|rotations|rotation_members|unavailabilities)\b", each)]
    # One for each act, and one for what is shown of the session afterwards.
    assert len(looks) == 3, looks


KINDS_OF_PEOPLE = 6


async def _with_people(studying: Studying, number: int, days: int) -> int:
    """A session in so many days to which so many people answered, of all kinds, by themselves and by an organizer."""
    sessions, rsvps = studying.services.sessions, studying.services.rsvps
    new = NewSession(studying.group_id, "Tea", NOW + timedelta(days=days))
    session = (await sessions.schedule(GUILD, MODERATOR, new)).session
    for member_id in range(100, 100 + number):
        person, kind = Actor(member_id, sees=lambda _channel: True), member_id % KINDS_OF_PEOPLE
        if kind != 5:
            # Whoever has never used the bot is not written to.
            await studying.services.members.used(GUILD, member_id, may_hint=False, language="en")
        answer = (Answer.GOING, Answer.LATE, Answer.MAYBE, Answer.NOT_GOING, Answer.GOING, Answer.GOING)[kind]
        if kind in (4, 5):
            await rsvps.answer(GUILD, MODERATOR, session.id, answer, member_id=member_id)
        else:
            await rsvps.answer(GUILD, person, session.id, answer)
    return session.id


@pytest.mark.parametrize("act", ["move", "move and edit", "move again", "edit", "cancel", "cancel moved"])
async def test_whom_a_change_is_told_costs_the_same_however_many_they_are(studying: Studying, act: str):
    sessions, counts = studying.services.sessions, list[int]()
    for number, days in ((6, 2), (48, 5)):
        session_id = await _with_people(studying, number, days)
        if act in ("move again", "cancel moved"):
            earlier = SessionChange(starts_at=NOW + timedelta(days=days + 2))
            await sessions.edit(GUILD, MODERATOR, session_id, earlier)
        change = SessionChange(
            starts_at=NOW + timedelta(days=days + 1) if act.startswith("move") else None,
            venue="Hall" if act in ("edit", "move and edit") else None,
        )
        with studying.counting() as said:
            if act.startswith("cancel"):
                await sessions.cancel(GUILD, MODERATOR, session_id)
            else:
                await sessions.edit(GUILD, MODERATOR, session_id, change)
        counts.append(len(said))
    assert counts[0] == counts[1] <= 120, counts
