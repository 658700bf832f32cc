"""Values in which everything is as long as it may be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.groups import LONGEST_NAME, StudyGroup
from bot.domain.industries import Industry
from bot.domain.rotation.requests import LONGEST_THEME as LONGEST_LECTURE_THEME
from bot.domain.rotation.values import Turn, TurnState
from bot.domain.sessions import LONGEST_THEME, LONGEST_VENUE, Lecture, Session, SessionState
from bot.i18n import PSEUDO
from bot.rendering.content import Content

STARTS = datetime(2026, 7, 14, 22, 0, tzinfo=UTC)
HIGHEST_ID = 2**64 - 1
LOCALES = ["en", "ja", PSEUDO]
LONGEST_LECTURE = Lecture(
    tuple(
        (
            Turn(1, place, HIGHEST_ID, TurnState.CONFIRMED, STARTS, theme="話" * LONGEST_LECTURE_THEME),
            Industry("#1", "業" * 40),
        )
        for place in range(5)
    ),
    arranging=True,
)


def people(number: int) -> tuple[int, ...]:
    """So many members with the longest ids."""
    return tuple(HIGHEST_ID - place for place in range(number))


def a_group(**values: Any) -> StudyGroup:
    known: dict[str, Any] = {
        "id": 10**18 - 1,
        "guild_id": HIGHEST_ID,
        "name": "部" * LONGEST_NAME,
        "description": "",
        "channel_id": HIGHEST_ID,
        "announce_days_before": 7,
        "evening_before": None,
        "reminders": (),
        "look_ahead": 0,
        "upcoming": False,
        "open_to_morning": True,
        "organizers": frozenset(),
        "created_at": STARTS,
        "archived_at": None,
    }
    return StudyGroup(**(known | values))


def a_session(**values: Any) -> Session:
    known: dict[str, Any] = {
        "id": 10**18 - 1,
        "guild_id": HIGHEST_ID,
        "group_id": 10**18 - 1,
        "series_id": None,
        "occurrence_on": None,
        "kind": "lecture",
        "theme": "題" * LONGEST_THEME,
        "description": "",
        "starts_at": STARTS,
        "duration": 2879,
        "venue": "場" * LONGEST_VENUE,
        "link": "https://example.org",
        "capacity": None,
        "deadline": STARTS - timedelta(days=1),
        "host_id": HIGHEST_ID,
        "state": SessionState.SCHEDULED,
        "revision": 0,
        "announced_at": STARTS,
        "created_at": STARTS,
    }
    return Session(**(known | values))


def check_limits(content: Content) -> None:
    """Discord's limits of a message and its buttons; nobody meant to be pinged is cut off."""
    assert 0 < len(content.text) <= 2000
    for member_id in content.mentions:
        assert f"<@{member_id}>" in content.text
    for role_id in content.roles:
        assert f"<@&{role_id}>" in content.text
    assert 1 <= len(content.rows) <= 5, "a post needs a button that carries its mark"
    for row in content.rows:
        assert 1 <= len(row) <= 5
        for button in row:
            assert 0 < len(button.label) <= 80
            assert len(button.custom_id) <= 70, "the mark needs the rest"
