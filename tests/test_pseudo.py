"""Every command in the pseudo-locale: what is left in plain letters escaped translation."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.domain.actors import Actor
from bot.domain.groups import NewGroup
from bot.domain.industries import KEYS
from bot.domain.questions.values import PAGE as QUESTIONS_A_PAGE
from bot.domain.questions.values import NewQuestion
from bot.domain.restricting import PAGE
from bot.domain.restrictions import Restriction
from bot.domain.rotation import Turn, TurnState
from bot.domain.rsvps import Answer, Rsvp
from bot.domain.series import NewSeries
from bot.domain.spinoffs import PAGE as SPINOFFS_A_PAGE
from bot.domain.topics import PAGE as TOPICS_A_PAGE
from tests.cogs.permissions import hide
from tests.pseudo import (
    COMMAND_BUTTONS,
    NONSENSE,
    Ear,
    Hand,
    an_odd_world,
    cities,
    let_it_be_chosen,
)
from tests.world import World


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


# Commands


def commands_of(world: World) -> dict[str, app_commands.Command[Any, ..., Any]]:
    """Every command and subcommand by its whole name."""
    found = [command for command in world.sim.bot.tree.walk_commands() if isinstance(command, app_commands.Command)]
    return {command.qualified_name: command for command in found}


def script(world: World) -> list[tuple[Any, str, dict[str, Any]]]:
    """Who gives which command in which order: with nothing there, with everything there, and with mistakes."""
    mod, member, other = world.moderator, world.member, world.other
    helpers = world.guild.create_role("Helpers")
    empty: list[tuple[Any, str, dict[str, Any]]] = [
        *((who, "help", {}) for who in (member, mod)),
        (mod, "help", {"topic": NONSENSE}),
        (mod, "help", {"topic": "session"}),
        (member, "group list", {}),
        (member, "group show", {}),
        (member, "group join", {}),
        (member, "session list", {}),
        (member, "session list", {"mine": True}),
        (member, "session show", {"session": NONSENSE}),
        (member, "series list", {}),
        (member, "series show", {"series": NONSENSE}),
        (mod, "session schedule", {"theme": "Tea", "when": "2026-01-07 07:00"}),
        (mod, "series create", {"name": "Weekly", "rule": "every Wednesday 07:00"}),
        (mod, "morning show", {}),
        (mod, "morning preview", {}),
        (mod, "morning resume", {}),
        (mod, "settings show", {}),
        (mod, "settings set", {}),
        (member, "group create", {"name": "Board"}),
    ]
    groups: list[tuple[Any, str, dict[str, Any]]] = [
        (mod, "group create", {"name": "Asakai"}),
        (mod, "group create", {"name": "Asakai"}),
        (
            mod,
            "group create",
            {
                "name": "Board",
                "description": "Tea",
                "channel": world.log,
                "organizer": member,
                "announce_days_before": 1,
                "evening_before": "19:30",
                "reminders": "1 week, 90 min",
                "look_ahead": "10 days",
                "upcoming": "on",
            },
        ),
        (mod, "group create", {"name": "Board", "evening_before": NONSENSE}),
        (mod, "group create", {"name": "Board", "reminders": NONSENSE}),
        (mod, "group create", {"name": "Board", "look_ahead": NONSENSE}),
        (mod, "group show", {}),
        (mod, "group show", {"group": "Board"}),
        (mod, "group list", {}),
        (
            mod,
            "group edit",
            {
                "name": "Board",
                "new_name": "Tea",
                "description": "Sencha",
                "channel": world.general,
                "add_organizer": other,
                "remove_organizer": member,
                "announce_days_before": 0,
                "evening_before": "default",
                "reminders": "1 day",
                "look_ahead": "default",
                "upcoming": "off",
            },
        ),
        (mod, "group edit", {"name": "Tea", "remove_organizer": member}),
        (mod, "group edit", {"name": "Tea", "new_name": "Tea"}),
    ]
    sessions: list[tuple[Any, str, dict[str, Any]]] = [
        (member, "session schedule", {"theme": "Tea", "when": "2026-01-07 07:00"}),
        *(
            (mod, "session schedule", {"theme": "Tea", "group": "Asakai", "when": when})
            for when in (NONSENSE, "2020-01-01 07:00", "Wed 2026-01-08 07:00", "2031-01-01 07:00")
        ),
        (mod, "session schedule", {"theme": "Tea", "group": "Asakai", "when": "2026-01-07 07:00"}),
        (
            mod,
            "session schedule",
            {
                "theme": "Logistics",
                "when": "2026-01-08 07:30",
                "group": "Asakai",
                "kind": "discussion",
                "duration": 90,
                "venue": "Room A",
                "link": "https://meet.example/tea",
                "capacity": 1,
                "deadline": "2026-01-07 20:00",
                "description": "Trucks",
            },
        ),
        (mod, "session schedule", {"theme": "Tea", "group": "Asakai", "when": "2026-01-07", "link": NONSENSE}),
        (other, "group join", {"group": "Asakai"}),
        (member, "session rsvp", {"session": "Logistics", "answer": "going"}),
        (other, "session rsvp", {"session": "Logistics", "answer": "late"}),
        (other, "group join", {"group": "Asakai"}),
        (other, "help", {}),
        (mod, "help", {}),
        (other, "group show", {"group": "Asakai"}),
        (other, "group list", {}),
        (member, "group join", {"group": "Tea"}),
        (member, "group leave", {"group": "Tea"}),
        (member, "group leave", {"group": "Tea"}),
        (other, "group leave", {"group": "Asakai"}),
        (mod, "session rsvp", {"session": "Logistics", "answer": "maybe", "member": member}),
        (member, "session rsvp", {"session": "Logistics", "answer": "not_going"}),
        (member, "session rsvp", {"session": "Logistics", "answer": "not_going"}),
        (member, "session show", {"session": "Logistics"}),
        (other, "session show", {"session": "Logistics"}),
        (other, "session list", {"group": "Asakai"}),
        (other, "session list", {"mine": True}),
        (mod, "session edit", {"session": "Logistics", "when": "2026-01-09 07:30", "reason": "Holiday"}),
        (mod, "session edit", {"session": "Tea", "when": "2026-01-08 07:30"}),
        (mod, "session edit", {"session": "Tea", "theme": "Tea"}),
        (mod, "session schedule", {"theme": "Tea", "group": "Asakai", "when": "1/20 8時"}),
        (mod, "session edit", {"session": "Tea", "when": "金曜 8時"}),
        (mod, "session edit", {"session": "Tea", "deadline": "1/6 8時"}),
        (
            mod,
            "session edit",
            {
                "session": "Logistics",
                "theme": "Trucks",
                "duration": 60,
                "venue": "Room B",
                "link": "-",
                "capacity": 0,
                "deadline": "-",
                "description": "-",
                "reason": "Storm",
            },
        ),
        (mod, "session cancel", {"session": "Trucks", "reason": "Storm"}),
        (mod, "session cancel", {"session": "Trucks"}),
        (mod, "session cancel", {"session": "Trucks"}),
        (mod, "session cancel", {"session": "2"}),
        (mod, "session show", {"session": "2"}),
        (mod, "session schedule", {"theme": "Sencha", "when": "2026-01-09 07:00"}),
    ]
    sencha = {"theme": "Sencha", "group": "Asakai"}
    hosting: list[tuple[Any, str, dict[str, Any]]] = [
        (other, "session schedule", sencha | {"when": "2026-01-20 19:00"}),
        (other, "group join", {"group": "Asakai"}),
        (other, "help", {}),
        (other, "session schedule", sencha | {"when": "2026-01-20 19:00", "kind": "lecture"}),
        (other, "session schedule", sencha | {"when": "2026-01-20 19:00"}),
        (other, "session schedule", sencha | {"when": "2026-01-21 19:00", "kind": "visit", "capacity": 2}),
        (other, "session schedule", sencha | {"when": "2026-01-22 19:00"}),
        (other, "session show", {"session": "Sencha"}),
        (other, "session list", {"mine": True}),
        (other, "me sessions", {}),
        (member, "session edit", {"session": "Sencha", "venue": "Room A"}),
        (member, "session list", {}),
        (other, "session edit", {"session": "Sencha", "when": "2026-01-20 20:00"}),
        (other, "session rsvp", {"session": "Sencha", "answer": "not_going"}),
        (other, "group leave", {"group": "Asakai"}),
        (mod, "session cancel", {"session": "Sencha"}),
    ]
    profiles: list[tuple[Any, str, dict[str, Any]]] = [
        (other, "profile show", {}),
        (other, "profile show", {"member": member}),
        *((other, "profile edit", {option: NONSENSE}) for option in ("time_zone", "ask_hours")),
        (other, "profile edit", {"industry": ", ".join(f"#{key}" for key in KEYS[:6])}),
        (other, "profile edit", {"topics": ",".join(map(str, range(11)))}),
        (other, "profile edit", {"ask_hours": "weekdays 9:00-21:00", "ask_limit": "0"}),
        (other, "profile edit", {"ask_limit": "3", "about": "Tea"}),
        (mod, "settings set", {"introductions": world.log}),
        (
            other,
            "profile edit",
            {
                "industry": "Trucks, #finance",
                "occupation": "Logistics",
                "employment": "npo",
                "topics": "Tea, Sencha",
                "hobbies": "Sencha",
                "reading": "Tea",
                "time_zone": "UTC",
                "language": "ja",
                "ask_hours": "Sat 10:00-24:00",
                "ask_limit": "0",
                "about": "Tea",
            },
        ),
        (other, "profile edit", {"about": "Tea"}),
        (other, "profile edit", {"topics": "Tea" * 20}),
        # The form has made it nonsense what the moderator works in.
        (mod, "profile edit", {"industry": "Tea"}),
        (other, "profile edit", {"industry": f"{NONSENSE} Tea"}),
        (other, "profile edit", {"industry": f"{NONSENSE} Sencha", "about": "-"}),
        (other, "profile edit", {"about": "Tea"}),
        (other, "profile show", {}),
        # Who is asked to meet somebody is to read it in the pseudo-locale.
        (other, "profile edit", {"language": "-"}),
        (mod, "profile show", {"member": other}),
        (mod, "settings set", {"clear": "introductions_channel"}),
        (other, "profile show", {}),
    ]
    tea = {"group": "Tea"}
    rotation: list[tuple[Any, str, dict[str, Any]]] = [
        *((who, "rotation show", tea) for who in (member, mod)),
        *((mod, f"group {act}", tea) for act in ("show", "join", "leave")),
        (member, "rotation leave", tea),
        (mod, "session schedule", {"theme": "Sencha", "when": "2026-02-20 07:00", "group": "Tea"}),
        (member, "rotation why", {"session": "Sencha"}),
        (other, "rotation join", tea),
        *((who, "rotation settings", tea) for who in (mod, member)),
        *((mod, "rotation settings", tea | {"priority": "fairness", "per_session": 2}) for _ in range(2)),
        (mod, "rotation settings", tea | {"ask_days_before": 60, "answer_within_days": 1, "grace_days": 0}),
        (other, "help", {}),
        *((other, "rotation unavailable", {"from": when}) for when in (NONSENSE, "2026-01-12", "1/20 8時")),
        (other, "rotation unavailable", {"from": "2026-01-14", "until": "1/20 8時", "reason": "Holiday"}),
        (other, "rotation unavailable", {"from": "2026-01-14", "until": "2026-01-13"}),
        *((other, "rotation available", {}) for _ in range(2)),
        *(
            (mod, "mod restrict", {"member": member, "from": part, "reason": "Storm"})
            for part in ("rotation", "sessions")
        ),
        *((member, command, options) for command, options in (("rotation join", tea), ("session list", {}))),
        (mod, "mod restrict", {"member": member, "from": "rotation", "until": "1/20 8時"}),
        (mod, "mod restrict", {"member": mod, "from": "rotation"}),
        (mod, "mod restrict", {"member": member, "from": "rotation", "until": "2026-01-01"}),
        (mod, "mod restrictions", {}),
        *((mod, "mod unrestrict", {"member": member} | part) for part in ({"from": "rotation"}, {}, {})),
        (mod, "mod restrictions", {}),
    ]
    weekly = {"name": "Weekly", "group": "Asakai"}
    series: list[tuple[Any, str, dict[str, Any]]] = [
        *(
            (mod, "series create", weekly | {"rule": rule})
            for rule in (NONSENSE, "毎週水曜 7時", "FREQ=HOURLY 07:00", "水曜の朝", "毎週水曜の朝")
        ),
        (mod, "series create", weekly | {"rule": "every Wednesday 07:00", "until": "2026-01-06"}),
        (
            mod,
            "series create",
            weekly
            | {
                "rule": "first and third Tue 19:00",
                "theme": "Tea",
                "duration": 45,
                "venue": "Room A",
                "capacity": 12,
                "starts": "2026-01-05",
                "until": "2026-12-31",
                "count": 3,
            },
        ),
        (mod, "series create", {"name": "Nightly", "group": "Asakai", "rule": "every Friday 23:00"}),
        (mod, "series create", {"name": "Nightly", "group": "Asakai", "rule": "every Friday 23:00"}),
        (mod, "series list", {}),
        (mod, "series show", {"series": "Nightly"}),
        (mod, "series show", {"series": "Weekly"}),
        (mod, "series skip", {"series": "Nightly", "on": "next Friday", "reason": "Storm"}),
        (mod, "series skip", {"series": "Nightly", "on": "2026-01-16", "reason": "Holiday"}),
        (mod, "series skip", {"series": "Nightly", "on": "2026-12-25"}),
        (mod, "series skip", {"series": "Nightly", "on": "2026-01-16"}),
        (mod, "series skip", {"series": "Weekly", "on": NONSENSE}),
        (mod, "series skip", {"series": "Nightly", "on": "next Friday"}),
        (mod, "series edit", {"series": "Nightly", "rule": NONSENSE}),
        (mod, "series edit", {"series": "Nightly", "rule": "毎週木曜 8時"}),
        (mod, "series edit", {"series": "Nightly", "rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR 23:00", "count": 3}),
        (mod, "series edit", {"series": "Nightly", "on": "2026-01-23", "scope": "one", "theme": "Tea", "duration": 45}),
        (mod, "series edit", {"series": "Nightly", "on": "2026-01-23", "name": "Weekly"}),
        (mod, "series edit", {"series": "Nightly", "on": "2026-01-23", "scope": "all", "venue": "-"}),
        (mod, "series edit", {"series": "Nightly", "on": "2026-01-22", "venue": "Room B"}),
        (mod, "series edit", {"series": "Nightly", "on": "2026-03-06", "venue": "Room B"}),
        (
            mod,
            "series edit",
            {
                "series": "Nightly",
                "scope": "later",
                "venue": "Room A",
                "capacity": 12,
                "until": "2026-12-31",
                "reason": "Storm",
            },
        ),
        (mod, "series edit", {"series": "Nightly", "until": "-", "theme": "Trucks"}),
        (mod, "series end", {"series": "Nightly", "reason": "Storm"}),
        (mod, "series end", {"series": "Nightly"}),
        (mod, "series end", {"series": "Nightly"}),
        (mod, "series show", {"series": "Nightly"}),
    ]
    mine: list[tuple[Any, str, dict[str, Any]]] = [
        (other, "me sessions", {}),
        (other, "me reminders", {}),
        *((other, "me ledger", given) for given in ({}, {"year": 2025})),
        (member, "me reminders", {"before": "1 day, 90 min", "evening_before": "21:30", "by": "dm"}),
        *((other, "me reminders", {"before": before}) for before in (NONSENSE, "15 days", "1,2,3,4,5,6")),
        (other, "me reminders", {"evening_before": NONSENSE}),
        (other, "me reminders", {"evening_before": "off", "before": "off", "by": "thread"}),
    ]
    settings: list[tuple[Any, str, dict[str, Any]]] = [
        (
            mod,
            "morning set",
            {
                "minutes_before": 45,
                "days": "mon, wed",
                "channel": world.general,
                "evening_before": "20:30",
                "mention": helpers,
            },
        ),
        (mod, "morning set", {"days": NONSENSE}),
        (mod, "morning set", {"mention": world.guild.default_role}),
        (mod, "morning set", {"days": "every day"}),
        (mod, "morning preview", {}),
        (mod, "morning pause", {"until": "2026-01-08 07:00"}),
        (mod, "morning pause", {"until": "next Tue 7am"}),
        (mod, "morning pause", {}),
        (mod, "morning resume", {}),
        (mod, "morning set", {"clear": "mention_role"}),
        (mod, "morning set", {"clear": "channel_id"}),
        (
            mod,
            "settings set",
            {
                "time_zone": "New York",
                "announcements": world.log,
                "log": world.general,
                "introductions": world.general,
                "moderator_role": helpers,
                "usual_start": "夜7時",
                "quiet_hours": "22:00-06:00",
                "native_events": "off",
                "members_may_host": "off",
            },
        ),
        (mod, "settings set", {"time_zone": NONSENSE}),
        (mod, "settings set", {"quiet_hours": NONSENSE}),
        (mod, "settings set", {"usual_start": "7時"}),
        (mod, "settings set", {"moderator_role": world.guild.default_role}),
        (mod, "settings set", {"clear": "log_channel"}),
    ]
    # The first is archived and brought back, the second kept.
    ending: list[tuple[Any, str, dict[str, Any]]] = [
        (member, "group archive", {"name": "Tea"}),
        (mod, "group archive", {"name": NONSENSE}),
        (mod, "group archive", {"name": "Asakai", "reason": "Storm"}),
        (mod, "group archive", {"name": "Tea"}),
    ]
    guest = {"name": "Sencha", "title": "先生", "affiliation": "Trucks", "topic": "Tea", "bio": "Tea", "fee": "Tea"}
    guest |= {"host": member}
    lecturing: list[tuple[Any, str, dict[str, Any]]] = [
        (mod, "session schedule", {"theme": "Storm", "group": "Asakai", "when": "2026-01-25 07:00"}),
        (mod, "rotation skip", {"session": "Storm"}),
        *((mod, "rotation assign", {"session": "Storm", "member": member}) for _ in range(2)),
        (member, "rotation assign", {"session": "Storm", "member": other}),
        (mod, "rotation guest", guest | {"session": "Storm"}),
        (mod, "rotation confirm", {"session": "Storm", "theme": "Tea", "outline": "Trucks"}),
        (mod, "rotation volunteer", {"session": "Storm"}),
        (mod, "rotation join", {"group": "Asakai"}),
        (mod, "rotation volunteer", {"session": "Storm"}),
        (mod, "rotation confirm", {"session": "Storm", "theme": "Tea", "outline": "Trucks"}),
        (mod, "rotation swap", {"session": "Storm"}),
        (mod, "rotation swap", {"session": "Storm", "with": other}),
        *((who, "rotation swap", {"session": "Storm", "for": other}) for who in (member, mod)),
        (other, "rotation volunteer", {"session": "Storm"}),
        (mod, "session ask", {"session": "Storm"}),
        (other, "session ask", {"session": "Storm", "question": "Trucks"}),
        (other, "session ask", {"session": "Storm", "question": "Sencha", "anonymous": True}),
        *((member, "session ask", {"session": "Storm", "question": f"Room {each}"}) for each in "AB"),
        (member, "session ask", {"session": "Storm", "question": "Trucks", "anonymous": True}),
        (member, "session ask", {"session": "Storm", "question": "Trucks"}),
        (mod, "session ask", {"session": "Storm", "question": "Trucks"}),
        (mod, "session ask", {"session": "Storm"}),
        (mod, "session notes", {"session": "Storm", "takeaways": "Tea", "link": "https://example.org"}),
        (other, "session notes", {"session": "Storm", "takeaways": "Tea"}),
        (mod, "rotation guest", {"session": "Storm", "name": "Sencha"}),
        (mod, "rotation skip", {"session": "Storm", "member": mod, "reason": "Holiday", "owed": "no"}),
        (mod, "rotation decline", {"session": "Storm", "reason": "Holiday"}),
        (mod, "session ask", {"session": "Storm", "question": "Trucks"}),
        (mod, "rotation decline", {"session": "Storm"}),
        (mod, "session cancel", {"session": "Storm"}),
    ]
    on = {"every_weeks": 2, "weekday": 4, "time": "12:00"}
    pairing: list[tuple[Any, str, dict[str, Any]]] = [
        *((member, f"pairing {act}", {}) for act in ("join", "leave", "snooze", "show", "settings")),
        *((mod, "pairing settings", given) for given in ({}, on, {"time": NONSENSE}, {"time": "7時"})),
        *((other, f"pairing {act}", {}) for act in ("snooze", "join", "show", "snooze")),
        *((other, "pairing snooze", {"until": until}) for until in ("1/20 8時", "2026-01-01", NONSENSE)),
        *((other, "pairing avoid", {"member": who}) for who in (member, other)),
        (other, "pairing show", {}),
        *((other, "pairing avoid", {"member": member, "remove": True}) for _ in range(2)),
        (other, "pairing leave", {}),
        (mod, "pairing settings", {"every_weeks": 0}),
    ]
    asking = script_of_questions(world)
    first = [*empty, *groups, *sessions, *hosting, *profiles, *rotation, *lecturing, *series, *mine, *pairing]
    return [
        *first,
        *asking,
        *script_of_introductions(world),
        *script_of_topics(world),
        *script_of_spinoffs(world),
        *ending,
        *settings,
    ]


def script_of_topics(world: World) -> list[tuple[Any, str, dict[str, Any]]]:
    """Themes that are proposed, voted for and planned, and what is wrong with some."""
    mod, member, other = world.moderator, world.member, world.other
    here = {"group": "Asakai"}
    return [
        (other, "topic list", here),
        *((who, "topic propose", here | {"theme": "Sencha"}) for who in (other, other, member)),
        *((who, "topic propose", here | {"theme": "Sencha Trucks"}) for who in (other, mod)),
        (other, "topic propose", here | {"theme": " "}),
        *(
            (other, "topic propose", here | {"theme": theme})
            for theme in ("Storm", "Room A", "Room B", "Weekly", "Tea")
        ),
        *((who, "topic list", {}) for who in (member, mod)),
        *((member, f"topic {act}", {"topic": NONSENSE}) for act in ("vote", "close", "schedule")),
        *((who, "topic vote", {"topic": "Storm"}) for who in (other, member)),
        *((who, "topic close", {"topic": "Storm"}) for who in (member, other)),
        (other, "topic schedule", {"topic": "Room A"}),
        (mod, "topic list", here),
        (mod, "topic schedule", {"topic": "Room A", "when": "2026-03-20 7時", "kind": "visit"} | here),
        *((mod, "topic schedule", {"topic": each}) for each in ("Room B", "Room A", "Room B")),
        (other, "topic vote", {"topic": "Room B"}),
        (mod, "topic list", here),
    ]


def script_of_questions(world: World) -> list[tuple[Any, str, dict[str, Any]]]:
    """Asking people of other industries: with and without a name, without a place for it, and with mistakes."""
    mod, member, other = world.moderator, world.member, world.other
    place = world.guild.create_text_channel("questions")
    trucks = {"question": "Trucks", "industry": "#finance", "topic": "Tea", "details": "Storm"}
    sencha = {"question": "Sencha"}
    return [
        (other, "ask", trucks),
        (mod, "settings set", {"questions": place}),
        *((other, command, {}) for command in ("question list", "me questions")),
        (other, "ask", trucks | {"industry": NONSENSE}),
        (other, "ask", trucks | {"question": " "}),
        (other, "ask", trucks | {"file": ("x-1.png", b"x")}),
        (other, "ask", sencha | {"anonymous": True}),
        *((who, command, sencha) for who in (other, member) for command in ("question show", "question refresh")),
        (other, "question reply", sencha | {"text": "Tea"}),
        *((member, "question reply", sencha | {"text": "Tea"} | hidden) for hidden in ({}, {"anonymous": True})),
        # What they lead to is in the tests of answers and of who knows.
        *((member, f"question {act}", sencha | {"answer": NONSENSE}) for act in ("accept", "thank")),
        (member, "question thank", sencha | {"answer": NONSENSE, "topic": "Tea"}),
        (member, "question add", sencha | {"text": "Tea"}),
        (member, "who knows", {"topic": NONSENSE}),
        *((member, "who in", {"industry": industry}) for industry in (NONSENSE, "#energy")),
        (member, "question close", sencha),
        *((mod, "question close", {"question": "Trucks", "solved": False, "reason": "Storm"}) for _ in range(2)),
        *(
            (member, "question search", options)
            for options in (
                {},
                {"words": "Trucks"},
                {"words": "!"},
                {"words": NONSENSE, "industry": "#finance", "topic": "Tea", "open": True},
                *({"industry": industry} for industry in (NONSENSE, "wholesaling")),
            )
        ),
        (member, "question list", {"industry": "#finance"}),
        (member, "question list", {"industry": NONSENSE}),
        (member, "question list", {"open": True}),
        *((mod, "question reopen", {"question": "Trucks"}) for _ in range(2)),
        *((who, "question again", {"question": "Trucks"}) for who in (member, mod)),
        (member, "question show", {"question": NONSENSE}),
        (mod, "mod restrict", {"member": member, "from": "asking", "reason": "Storm"}),
        (member, "ask", trucks),
        (mod, "mod restrict", {"member": member, "from": "answering"}),
        (member, "question reply", sencha | {"text": "Tea"}),
        (mod, "mod restrictions", {}),
        *((mod, "mod unrestrict", {"member": member, "from": part}) for part in ("asking", "answering")),
        *script_of_moderators(mod, other),
        (mod, "settings show", {}),
        (other, "me questions", {}),
    ]


def script_of_moderators(mod: Any, other: Any) -> list[tuple[Any, str, dict[str, Any]]]:
    """What moderators do about a question with a name, and one without."""
    trucks, sencha = {"question": "Room A"}, {"question": "Sencha"}
    acts: list[tuple[Any, dict[str, Any]]] = [
        (mod, {"question": NONSENSE, "action": "close"}),
        (mod, trucks | {"action": "merge"}),
        (mod, trucks | {"action": "close", "until": "2026-02-01"}),
        *((mod, trucks | {"action": "close", "reason": "Storm"}) for _ in range(2)),
        *((mod, trucks | {"action": "move", "industry": "#medical"}) for _ in range(2)),
        (mod, trucks | {"action": "reveal", "reason": "Storm"}),
        *((mod, trucks | {"action": "merge", "into": into}) for into in ("Room A", "Room B")),
        (mod, trucks | {"action": "restrict", "reason": "Storm"}),
        *((mod, sencha | {"action": "restrict", "until": until}) for until in ("1/20 8時", "2026-02-01")),
        *((mod, sencha | {"action": "reveal"} | reason) for reason in ({}, {"reason": "Storm"}, {"reason": "Storm"})),
        # Left there; hidden and brought back.
        *((mod, trucks | {"action": "hide", "reason": "Storm"}) for _ in range(2)),
    ]
    return [
        # Their own, so that nobody is told in another language; what is told is played apart.
        *((mod, "ask", {"question": name}) for name in ("Room A", "Room B")),
        *((who, "mod question", options) for who, options in acts),
        (other, "ask", trucks),
        (mod, "mod restrictions", {}),
        (mod, "mod unrestrict", {}),
        *((mod, "mod unrestrict", each) for each in (trucks, trucks, sencha, sencha, {"member": other} | sencha)),
    ]


def script_of_spinoffs(world: World) -> list[tuple[Any, str, dict[str, Any]]]:
    """What came out of the meetings, and who is in it."""
    mod, member, other = world.moderator, world.member, world.other
    tea = {"name": "Tea", "kind": "company", "state": "running", "about": "Sencha"}
    people = f"{member.mention} {mod.mention}"
    update = {"name": "Tea", "state": "paused", "kind": "npo", "about": "Storm", "new_name": "Sencha"}
    return [
        (other, "spinoff list", {}),
        (other, "spinoff add", tea | {"session": "Logistics"}),
        *((other, "spinoff add", tea | {"members": each}) for each in (NONSENSE, people, people)),
        (other, "spinoff list", {"state": "ended"}),
        *((who, "spinoff list", {}) for who in (member, mod, other)),
        (member, "spinoff update", {"name": "Tea", "state": "ended"}),
        (other, "spinoff update", update | {"session": "-", "members": member.mention}),
        *((other, "spinoff update", {"name": "Sencha", "remove": mod}) for _again in range(2)),
        (other, "spinoff update", {"name": NONSENSE}),
    ]


def script_of_introductions(world: World) -> list[tuple[Any, str, dict[str, Any]]]:
    """Proposing that people meet; what those read who are asked comes in a test of its own."""
    mod, member, other = world.moderator, world.member, world.other
    two = {"person": member, "to": other, "reason": "Tea"}
    return [
        *((mod, "introduce", given) for given in (two | {"to": member}, two)),
        (member, "profile show", {"member": other}),
        *((who, "me introductions", {}) for who in (mod, other)),
    ]


def script_in_a_crowd(world: World) -> list[tuple[Any, str, dict[str, Any]]]:
    """The lists that turn pages when there is much."""
    mod, member, other = world.moderator, world.member, world.other
    return [
        *((other, command, {}) for command in ("group list", "session list", "series list", "me sessions")),
        # The pages are turned once what can't be seen any more has been withdrawn.
        (other, "me sessions", {}),
        (other, "session show", {"session": "1"}),
        *((who, "rotation why", {"session": "Nightly"}) for who in (other, mod)),
        *((who, "help", {}) for who in (other, member)),
        *((other, command, {"group": "Board 0"}) for command in ("rotation join", "rotation leave", "group join")),
        *((who, "rotation show", {"group": "Board 0"}) for who in (mod, other, other)),
        *((mod, "group create", {"name": name}) for name in ("Trucks", "Room A")),
        (mod, "mod restrictions", {}),
        (mod, "session schedule", {"theme": "Tea", "when": "2026-02-20 07:00"}),
        (member, "group join", {}),
        *((other, command, {}) for command in ("question list", "question search", "me questions")),
        *((who, "topic list", {"group": "Board 0"}) for who in (other, mod)),
        (other, "spinoff list", {}),
        (mod, "topic schedule", {"topic": "Storm", "group": "Board 9"}),
        (mod, "settings show", {}),
        (mod, "setup", {}),
    ]


async def crowd(world: World) -> None:
    """More groups, sessions and series than one screen shows, and more people who come to the first session.

    And two groups that are no more, and one that all but moderators can't see any more.
    """
    secret = world.guild.create_text_channel("secret")
    actor, guild_id, services = (
        Actor(world.moderator.id, True, lambda channel_id: True),
        world.guild.id,
        world.app.services,
    )

    async def make() -> None:
        for number in range(9):
            new = NewGroup(f"Board {number}", channel_id=secret.id if number == 8 else None)
            group = await services.groups.create(guild_id, actor, new)
            rule = {"rrule": "FREQ=WEEKLY;BYDAY=TU", "at": time(6, number), "count": 2}
            await services.series.create(guild_id, actor, NewSeries(group_id=group.id, name=f"Weekly {number}", **rule))

        for number in range(9, 30):
            await services.groups.create(guild_id, actor, NewGroup(f"Board {number}"))
        for name in ("Trucks", "Room A"):
            gone = await services.groups.create(guild_id, actor, NewGroup(name))
            preview = await services.archive.preview(guild_id, actor, gone.name)
            await services.archive.confirm(guild_id, actor, preview.draft_id)

        group = await services.groups.show(guild_id, actor, "Board 0")
        far = world.sim.now().date() + timedelta(days=30)
        daily = {"rrule": "FREQ=DAILY", "at": time(7), "count": 9, "starts_on": far}
        await services.series.create(guild_id, actor, NewSeries(group_id=group.id, name="Nightly", **daily))
        for member_id in (world.other.id, 10**18):
            await services.roster.join(guild_id, Actor(member_id, sees=lambda channel_id: True), group.id)
        asker = Actor(world.other.id, sees=lambda channel_id: True)
        for _each in range(QUESTIONS_A_PAGE):
            await services.asking.ask(guild_id, asker, NewQuestion("Tea"))
        async with world.app.database(guild_id) as uow:
            for number in range(PAGE + 1):
                await uow.restrictions.put(Restriction(10**18 + number, "rotation"))
            lectures = [each.id for each in await uow.sessions.upcoming(world.sim.now(), group_id=group.id)]
            for session_id, state in zip(lectures[-2:], (TurnState.ASKED, TurnState.CONFIRMED), strict=True):
                await uow.rotation.put(Turn(session_id, 0, world.other.id, state, world.sim.now()))
            for _each in range(TOPICS_A_PAGE + 1):
                await uow.topics.add(group.id, "Tea", world.other.id)
            for _each in range(SPINOFFS_A_PAGE):
                how = {"name": "Trucks", "kind": "other", "state": "ended", "about": "", "session_id": None}
                await uow.spinoffs.add(**how, adder_id=0, added_at=world.sim.now(), state_since=world.sim.now())
            (late,) = [each for each in await uow.groups.all() if each.name == "Board 9"]
            await uow.topics.add(late.id, "Storm", 0)
            first = await uow.rsvps.last_place(1) + 1
            for number in range(90):
                await uow.rsvps.put(Rsvp(1, 10**18 + number, Answer.GOING, False, first + number, world.sim.now()))
            for session in (await uow.sessions.upcoming(world.sim.now()))[1:]:
                await uow.rsvps.put(Rsvp(session.id, world.other.id, Answer.GOING, False, 500, world.sim.now()))

    await world.sim.run(make())
    hide(world, secret)


async def test_every_command_with_its_forms_buttons_and_choices_is_translated(odd_world: World):
    world, ear = odd_world, Ear(odd_world)
    hand = Hand(world, ear)
    commands = commands_of(world)
    tried: dict[str, set[str]] = {name: set() for name in commands}

    async def give(who: Any, command: str, options: dict[str, Any]) -> None:
        tried[command] |= set(options)
        what = f"/{command} {options}"
        result = await who.slash(world.general, command, **options)
        assert result.response is not None, f"{what}: no answer"
        assert ear.listen(what, options.values())
        if command != "setup":
            await hand.use_all(who, result.response, what)

    for who, command, options in script(world):
        await give(who, command, options)
    await crowd(world)
    for who, command, options in script_in_a_crowd(world):
        await give(who, command, options)
    await suggestions(world, ear, commands)
    await menus(world, ear)
    for topic in ({}, {"topic": "session"}, {"topic": NONSENSE}):
        await world.other.user.slash("help", **topic)
        assert ear.listen(f"/help {topic} in a direct message")
    assert ear.escapes == {}
    # It ends the pseudo-locale: from here on announcements are English, how soon is up to their mirrors.
    english = await world.moderator.slash(world.general, "settings set", language="en")
    assert english.response is not None
    tried["settings set"].add("language")
    # With its buttons in the test of answers.
    tried["me privacy"] |= {"known_for", "network"}
    options = {name: {parameter.display_name for parameter in command.parameters} for name, command in commands.items()}
    assert tried == options, "every option of every command has to be tried in `script`"
    assert ear.number > 1000
    assert hand.used == COMMAND_BUTTONS


async def menus(world: World, ear: Ear) -> None:
    """Use every entry in the menu of a member and of a message; those of messages elsewhere, too."""
    for menu in world.sim.bot.tree.get_commands(type=discord.AppCommandType.user):
        for target in (world.other, world.member, world.moderator):
            result = await world.moderator.context_menu(world.general, menu.name, target)
            assert result.response is not None
            ear.listen(f"{menu.name} of {target}")
    for menu in world.sim.bot.tree.get_commands(type=discord.AppCommandType.message):
        result = await world.moderator.context_menu(world.general, menu.name, world.sim.messages(world.general)[0])
        assert result.ephemeral
        ear.listen(f"{menu.name} of a message")


async def suggestions(world: World, ear: Ear, commands: Mapping[str, app_commands.Command[Any, ..., Any]]) -> None:
    """Type into every option that suggests something."""
    asked = 0
    for name, command in commands.items():
        for parameter in command.parameters:
            if not parameter.autocomplete:
                continue
            asked += 1
            for typed in ("", "an", "東京", NONSENSE):
                await world.moderator.autocomplete(world.general, name, parameter.name, typed)
                ear.listen(f"/{name} {parameter.name}:{typed}", {typed} | cities(typed))
    assert asked >= 10
