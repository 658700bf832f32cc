from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any

import discord
import pytest

from bot.domain.communities import Community
from bot.domain.errors import InvalidNumber, InvalidText, StudyError
from bot.domain.profiles import Profile, TooManyItems
from bot.domain.series import NewSeries, SeriesChange, SeriesEditDraft, SessionSeries
from bot.domain.sessions import NewSession, SessionChange
from bot.i18n import Words, words
from bot.rendering import profiles, series, sessions
from bot.rendering.errors import explain
from bot.rendering.forms import LABELS
from data.communities import DEFAULTS
from tests.rendering.longest import STARTS, a_session

COMMUNITY = Community(guild_id=1, **DEFAULTS)
RULE, DAY = "FREQ=WEEKLY;BYDAY=WE", date(2026, 1, 7)
SERIES = SessionSeries(
    id=1,
    guild_id=1,
    group_id=1,
    name="朝の会",
    rrule=RULE,
    starts_on=DAY,
    at=time(7),
    time_zone="UTC",
    until=None,
    count=None,
    theme="",
    duration=60,
    venue="",
    capacity=None,
    except_on=frozenset(),
    planned_until=None,
    created_by=1,
    created_at=STARTS,
    ended_at=None,
)


def forms(w: Words) -> Iterator[discord.ui.Modal]:
    """Every form in which a text or a number can be too long or too large."""
    new = NewSeries(1, "朝の会", RULE, time(7), DAY, None, None, "", 60, "", None)
    yield sessions.new_form(1, NewSession(1, "茶", STARTS), COMMUNITY, w)
    yield sessions.move_form(1, a_session(), SessionChange(), COMMUNITY, w)
    yield series.new_form(1, new, "every Wednesday 07:00", w)
    for session in (None, a_session()):
        yield series.edit_form(1, SeriesEditDraft(SERIES, SeriesChange(), "", session), "every Wednesday 07:00", w)
    yield profiles.form(Profile(1, 1), (), w)
    yield profiles.industry_form(Profile(1, 1), w)


def labels(modal: discord.ui.Modal) -> dict[str, str]:
    """What stands over each box that is written in."""
    parts: list[Any] = modal.to_dict()["components"]
    boxes = {part["component"]["custom_id"]: part for part in parts if part["component"]["type"] == 4}
    return {key: part["label"] for key, part in boxes.items()}


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_what_is_wrong_in_a_box_is_named_as_the_label_over_it_begins(locale: str):
    w = words(locale)
    # A time and a rule are quoted in what is said of them, and need no name.
    shown = [(key, text) for modal in forms(w) for key, text in labels(modal).items() if key not in ("when", "rule")]
    assert {key for key, _text in shown} == set(LABELS)
    for key, text in shown:
        assert text.startswith(w(LABELS[key]))


@pytest.mark.parametrize("error", [InvalidText("duration", 0, 9), InvalidNumber("duration", 9, 1, 2)])
def test_an_error_names_the_option_of_a_command_and_the_label_in_a_form(error: StudyError):
    assert explain(error, words("en")).startswith("`duration` ")
    assert explain(error, words("en"), in_form=True).startswith("“Length in minutes” ")
    assert explain(error, words("ja"), in_form=True).startswith("「所要時間(分)」")


def test_what_has_no_label_keeps_its_name_in_a_form_too():
    assert explain(TooManyItems("hobbies", 11, 10), words("en"), in_form=True).startswith("`hobbies` has 11 entries")
