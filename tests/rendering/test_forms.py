from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any

import discord
import pytest

from bot.domain.communities import Community
from bot.domain.errors import InvalidNumber, InvalidText, StudyError
from bot.domain.forms import Filled
from bot.domain.industries import Industry
from bot.domain.profiles import Profile, TooManyItems
from bot.domain.rotation import Turn, TurnState
from bot.domain.series import NewSeries, SeriesChange, SeriesEditDraft, SessionSeries
from bot.domain.sessions import NewSession, SessionChange
from bot.i18n import PSEUDO, Words, escaped, words
from bot.rendering import profiles, question_box, requests, series, sessions, takeaways
from bot.rendering.errors import explain
from bot.rendering.forms import LABELS, given_back, refilled, refusal
from cogs.forms import ITEMS
from data.communities import DEFAULTS
from tests.rendering.longest import HIGHEST_ID, LOCALES, STARTS, a_session, check_limits

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
    yield question_box.ask_form("bk:askform:1", w)
    yield requests.tell_form("bk:tell:1", Turn(1, 0, 1, TurnState.CONFIRMED, STARTS), w)
    yield takeaways.takeaway_form("bk:takeawayform:1", None, w)


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
    # The others are those of a command's form; see `tests/cogs/test_corrections.py`.
    assert {key for key, _text in shown} <= set(LABELS)
    for key, text in shown:
        assert text.startswith(w(LABELS[key]))


@pytest.mark.parametrize("error", [InvalidText("duration", 0, 9), InvalidNumber("duration", 9, 1, 2)])
def test_an_error_names_the_option_of_a_command_and_the_label_in_a_form(error: StudyError):
    assert explain(error, words("en")).startswith("`duration` ")
    assert explain(error, words("ja")).startswith("`duration` "), "code has a blank beside Japanese words"
    assert explain(error, words("en"), in_form=True).startswith("“Length in minutes” ")
    assert explain(error, words("ja"), in_form=True).startswith("「所要時間(分)」")


def test_what_has_no_label_keeps_its_name_in_a_form_too():
    assert explain(TooManyItems("things", 11, 10), words("en"), in_form=True).startswith("`things` has 11 entries")


# A form that was refused


FILLED = Filled(
    {"theme": "Sencha", "when": "soonish", "duration": "long", "venue": "", "description": "One\nTwo", "gone": "x"}, {}
)


def test_a_form_opens_with_what_was_typed_before_and_what_it_has_no_box_for_is_left_out():
    new = NewSession(1, "茶", STARTS, venue="Room A")
    modal = refilled(sessions.new_form(1, new, COMMUNITY, words("en")), FILLED)
    parts: list[Any] = modal.to_dict()["components"]
    standing = {part["component"]["custom_id"]: part["component"].get("value") for part in parts}
    expected = {key: text or None for key, text in FILLED.written.items() if key != "gone"}
    assert standing == expected, "a box that was emptied is empty"


def test_a_text_that_no_longer_fits_its_box_is_cut():
    modal = refilled(
        sessions.new_form(1, NewSession(1, "茶", STARTS), COMMUNITY, words("en")), Filled({"theme": "x" * 999}, {})
    )
    parts: list[Any] = modal.to_dict()["components"]
    assert len(parts[0]["component"]["value"]) == parts[0]["component"]["max_length"]


def test_what_was_chosen_stays_chosen_as_far_as_the_list_still_has_it():
    offered = [Industry(f"key{n}", "") for n in range(9)]
    profile = Profile(1, 1, industries=(offered[0],), employment="npo")
    chosen = {"industry": tuple(f"#key{n}" for n in (8, 7, 99, 6, 5, 4, 3, 2)), "employment": ()}
    modal = refilled(profiles.form(profile, offered, words("en")), Filled({}, chosen))
    parts: list[Any] = modal.to_dict()["components"]
    lists = {part["component"]["custom_id"]: part["component"] for part in parts if "options" in part["component"]}
    standing = {
        key: [option["value"] for option in each["options"] if option.get("default")] for key, each in lists.items()
    }
    assert standing == {"industry": ["#key4", "#key5", "#key6", "#key7", "#key8"], "employment": []}
    assert len(standing["industry"]) <= lists["industry"]["max_values"]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_longest_refusal_fits_and_its_button_is_known(locale: str):
    content = refusal("勉" * 4000, HIGHEST_ID, 10**18 - 1, words(locale))
    assert len(content.text) <= 2000
    check_limits(content)
    ((button,),) = content.rows
    assert any(item.__discord_ui_compiled_template__.fullmatch(button.custom_id) for item in ITEMS)
    assert button.label in content.text, "the button is called as it is named"
    if locale == PSEUDO:
        assert escaped(refusal("", 1, 1, words(locale)).text) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_given_back_fits_into_a_message_whatever_was_sent(locale: str):
    w = words(locale)
    for written in ({}, {"a": " "}, {"a": "勉" * 4000}, dict.fromkeys("abcde", "x" * 700), {"a": "```" * 900}):
        text = given_back("Gone.", Filled(written, {}), w)
        assert len(text) <= 2000
        assert text.count("```") % 2 == 0
        assert (text == "Gone.") is not any(value.strip() for value in written.values())
    assert "```\nTea\n```" in given_back("Gone.", Filled({"a": " Tea ", "b": ""}, {}), w)
