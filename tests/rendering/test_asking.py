"""Questions and previews keep within Discord's limits, whatever people say."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from bot.domain.calendar import Occurrence
from bot.domain.communities import Community
from bot.domain.phrases import parse_day, parse_rule, parse_when
from bot.domain.series import (
    LONGEST_NAME,
    RuleReading,
    SeriesChange,
    SeriesEdit,
    SeriesEditPreview,
    SessionEdit,
    SessionSeries,
    WhichRule,
)
from bot.domain.sessions import LONGEST_THEME, LONGEST_VENUE, WhichTime
from bot.i18n import words
from bot.rendering import series as series_rendering
from bot.rendering import sessions as session_rendering
from bot.rendering.asking import IN_FULL, Asked
from data.communities import DEFAULTS
from tests.rendering.longest import HIGHEST_ID, LOCALES, STARTS, a_group, a_session, check_limits

ZONE = "America/Argentina/ComodRivadavia"
DRAFT = 10**18 - 1
LONG_RULE = "FREQ=MONTHLY;INTERVAL=24;BYDAY=1MO,2TU,3WE,4TH,5FR,-1SA,-2SU;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12"


def somewhere() -> Community:
    return Community(guild_id=HIGHEST_ID, **(DEFAULTS | {"time_zone": ZONE}))


def a_series(**values: object) -> SessionSeries:
    series = SessionSeries(
        id=DRAFT,
        guild_id=HIGHEST_ID,
        group_id=1,
        name="会" * LONGEST_NAME,
        rrule=LONG_RULE,
        starts_on=date(2026, 7, 1),
        at=time(7),
        time_zone="Asia/Tokyo",
        until=date(2026, 12, 31),
        count=500,
        theme="題" * LONGEST_THEME,
        duration=2879,
        venue="場" * LONGEST_VENUE,
        capacity=1000,
        except_on=frozenset(),
        planned_until=None,
        created_by=1,
        created_at=STARTS,
        ended_at=None,
    )
    return replace(series, **values)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("moves", [False, True])
@pytest.mark.parametrize("field", ["starts_at", "deadline"])
def test_the_longest_question_about_a_time_keeps_within_the_limits(locale: str, moves: bool, field):
    for number in (2, 4):
        readings = tuple(STARTS + timedelta(hours=hour) for hour in range(number))
        value = WhichTime(DRAFT, field, "次" * 100, readings, "題" * LONGEST_THEME, moves, somewhere())
        content = session_rendering.which_time(value, words(locale))
        check_limits(content)
        assert [len(row) for row in content.rows] == [1] * number, "each has a row of its own"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("field", ["rrule", "starts_on", "until", "on"])
def test_the_longest_question_about_a_series_keeps_within_the_limits(locale: str, field):
    rules = tuple(RuleReading(LONG_RULE, time(hour), date(2026, 7, 1), STARTS) for hour in (7, 19))
    readings = (rules[0], replace(rules[1], first=None)) if field == "rrule" else (date(2026, 9, 30), date(2026, 10, 7))
    value = WhichRule(DRAFT, field, "次" * 100, readings, "会" * LONGEST_NAME, ZONE, edits=True)
    check_limits(series_rendering.which_rule(value, words(locale)))


@pytest.mark.parametrize("locale", LOCALES)
def test_the_longest_change_of_a_series_keeps_within_the_limits(locale: str):
    before = a_series()
    sessions = [a_session(id=number, starts_at=STARTS + timedelta(days=number)) for number in range(1, 60)]
    values = {"name": "新" * LONGEST_NAME, "rrule": LONG_RULE, "at": time(19), "until": None, "count": None}
    values |= {"theme": "新" * LONGEST_THEME, "venue": "", "duration": 5, "capacity": None}
    edit = SeriesEdit(
        series=replace(before, **values),
        values=values,
        edits=tuple(SessionEdit(each, {"starts_at": each.starts_at + timedelta(hours=12)}) for each in sessions),
        cancelled=tuple(sessions),
        added=tuple(Occurrence(date(2026, 8, 1), each.starts_at) for each in sessions),
        kept=tuple(sessions),
        ahead=tuple(each.starts_at for each in sessions[:5]),
    )
    change = SeriesChange("later", date(2026, 9, 30))
    value = SeriesEditPreview(DRAFT, before, change, edit, a_group(), somewhere(), told=10_000)
    content = series_rendering.edit_preview(value, words(locale))
    check_limits(content)
    embed = content.embed
    assert embed is not None
    assert len(embed) <= 6000
    assert all(0 < len(field.value or "") <= 1024 and 0 < len(field.name or "") <= 256 for field in embed.fields)
    assert len(embed.description or "") <= 4096


@pytest.mark.parametrize("locale", ["en", "ja"])
@pytest.mark.parametrize("asked", IN_FULL)
def test_the_example_is_read_by_the_command_that_gives_it(asked: Asked, locale: str):
    (example,) = re.findall("[“「]([^”」]+)[”」]", words(locale)(IN_FULL[asked]))
    read = {"time": parse_when, "day": parse_day, "rule": parse_rule}[asked]
    assert read(example, now=STARTS, zone=ZoneInfo("Asia/Tokyo"))
