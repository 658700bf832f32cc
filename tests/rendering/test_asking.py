"""What is said under a question with two readings."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.phrases import parse_day, parse_rule, parse_when
from bot.i18n import words
from bot.rendering.asking import IN_FULL, Asked

NOW, ZONE = datetime(2026, 11, 18, tzinfo=UTC), ZoneInfo("Asia/Tokyo")
READERS = {"time": parse_when, "day": parse_day, "rule": parse_rule}


@pytest.mark.parametrize("locale", ["en", "ja"])
@pytest.mark.parametrize("asked", IN_FULL)
def test_the_example_is_read_by_the_command_that_gives_it(asked: Asked, locale: str) -> None:
    (example,) = re.findall("[“「]([^”」]+)[”」]", words(locale)(IN_FULL[asked]))
    assert READERS[asked](example, now=NOW, zone=ZONE)
