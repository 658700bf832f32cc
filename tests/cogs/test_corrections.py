"""A command that is refused is corrected in a form with what was typed; nothing has to be typed twice."""

from __future__ import annotations

from typing import Any

import pytest
import simcord
from discord import app_commands

from bot.rendering.forms import LABELS
from cogs.corrections import order
from cogs.forms import CORRECTED
from tests.cogs.acts import at_rest, button, called_off, sessions, told, with_group
from tests.cogs.test_forms import NO_LONGER, by_press, correct_id, refused, standing
from tests.forged import carrier, furnish, nothing_written, press, refusal
from tests.world import World


@pytest.fixture
async def study(world: World) -> World:
    """A server with a study group, a session that is announced, and a series, all with the id 1."""
    await furnish(world)
    return world


async def refusal_of(world: World, command: str, who: Any = None, /, **options: Any) -> simcord.ResponseMessage:
    """The private refusal of a command."""
    return refused(await (who or world.moderator).slash(world.general, command, **options))


LONG_NAME = "Board of those who move things by night"
"""Of a study group; longer than any number."""
SCHEDULED = {
    "theme": "Tea",
    "when": "水曜 朝7字",
    "kind": "social",
    "duration": 45,
    "venue": "Room A",
    "link": "https://example.org/tea",
    "capacity": 7,
    "deadline": "the day before",
    "description": "Green tea",
}


async def test_a_refused_session_is_corrected_with_all_that_was_typed(study: World):
    message = await refusal_of(study, "session schedule", **SCHEDULED)
    assert "水曜 朝7字" in study.sim.text(message)
    assert "What you wrote is not lost" in study.sim.text(message)
    await study.sim.restart()
    form = await by_press(study, message, correct_id(message))
    assert standing(form) == {
        "theme": "Tea",
        "when": "水曜 朝7字",
        "duration": "45",
        "link": "https://example.org/tea",
        "deadline": "the day before",
    }
    await study.moderator.submit_modal(form, standing(form) | {"when": "2026-01-08 07:00", "duration": "1h"})
    text = study.sim.text(message)
    assert "[Post]" in text, "the preview stands in the refusal's place"
    await study.moderator.click(message, label="Post")
    session = (await sessions(study))[-1]
    assert (session.theme, session.kind, session.venue, session.capacity) == ("Tea", "social", "Room A", 7)
    assert (session.duration, session.description, session.link) == (60, "Green tea", "https://example.org/tea")
    assert session.deadline is not None


async def test_what_was_not_typed_has_no_box(study: World):
    message = await refusal_of(study, "session schedule", theme="Tea", when="soonish")
    assert standing(await by_press(study, message, correct_id(message))) == {"theme": "Tea", "when": "soonish"}


async def test_a_deadline_that_was_refused_is_corrected(study: World):
    message = await refusal_of(study, "session schedule", theme="Tea", when="2026-01-08 07:00", deadline="soonish")
    form = await by_press(study, message, correct_id(message))
    assert standing(form)["deadline"] == "soonish"
    await study.moderator.submit_modal(form, standing(form) | {"deadline": "2026-01-07 18:00"})
    assert "[Post]" in study.sim.text(message)


@pytest.mark.parametrize(
    ("command", "options", "refused_as", "corrected", "done"),
    [
        (
            "session edit",
            {"session": "Logistics", "when": "soonish", "venue": "Room B", "reason": "Storm"},
            "soonish",
            {"when": "2026-01-09 07:00"},
            "Room B",
        ),
        ("session edit", {"session": "xyzzy", "venue": "Room B"}, "xyzzy", {"session": "Logistics"}, "Room B"),
        (
            "series create",
            {"name": "Tea", "rule": "now and then", "venue": "Room B", "capacity": 7},
            "now and then",
            {"rule": "every Friday 22:00"},
            "Room B",
        ),
        (
            "series edit",
            {"series": "朝の会", "scope": "later", "on": "whenever", "venue": "Room B"},
            "whenever",
            {"on": "2026-01-14"},
            "Room B",
        ),
        (
            "series skip",
            {"series": "朝の会", "on": "whenever", "reason": "Storm"},
            "whenever",
            {"on": "1/14"},
            "[Skip this date]",
        ),
        (
            "profile edit",
            {"about": "Tea", "employment": "npo", "ask_hours": "now and then"},
            "now and then",
            {"ask_hours": "weekdays 9:00-21:00"},
            "NPO",
        ),
        (
            "pairing settings",
            {"every_weeks": 3, "weekday": 2, "time": "noonish"},
            "noonish",
            {"time": "12:00"},
            "3 weeks",
        ),
        ("rotation unavailable", {"from": "whenever", "reason": "Storm"}, "whenever", {"since": "2026-01-14"}, "Storm"),
    ],
)
async def test_each_command_with_a_time_phrase_is_corrected_in_its_place(
    study: World, command: str, options: dict[str, Any], refused_as: str, corrected: dict[str, str], done: str
):
    message = await refusal_of(study, command, **options)
    assert refused_as in study.sim.text(message)
    form = await by_press(study, message, correct_id(message))
    assert corrected.keys() <= standing(form).keys()
    result = await study.moderator.submit_modal(form, standing(form) | corrected)
    assert result.followups == [], "it is answered in the refusal's place"
    text = study.sim.text(message)
    assert done in text
    assert "[Correct it]" not in text


async def test_a_group_that_must_be_named_has_a_box_to_name_it(study: World):
    await with_group(study, LONG_NAME)
    message = await refusal_of(study, "series create", name="Tea", rule="every Friday 22:00")
    form = await by_press(study, message, correct_id(message))
    assert standing(form)["group"] == ""
    await study.moderator.submit_modal(form, standing(form) | {"group": LONG_NAME})
    assert "[Create]" in study.sim.text(message)


async def test_refused_again_it_keeps_the_newest_text(study: World):
    message = await refusal_of(study, "session schedule", **SCHEDULED)
    form = await by_press(study, message, correct_id(message))
    await study.moderator.submit_modal(form, standing(form) | {"when": "sooner", "theme": "Sencha"})
    assert "sooner" in study.sim.text(message)
    again = await by_press(study, message, correct_id(message))
    assert (standing(again)["when"], standing(again)["theme"]) == ("sooner", "Sencha")
    await study.moderator.submit_modal(again, standing(again) | {"when": "2026-01-08 07:00"})
    assert "Room A" in study.sim.text(message), "what has no box is kept all the time"


async def test_two_refusals_of_one_command_keep_each_its_own_text(study: World):
    first = await refusal_of(study, "session schedule", theme="Tea", when="soonish", venue="Room A")
    second = await refusal_of(study, "session schedule", theme="Sencha", when="later on")
    assert standing(await by_press(study, first, correct_id(first)))["theme"] == "Tea"
    assert standing(await by_press(study, second, correct_id(second)))["theme"] == "Sencha"


async def test_what_was_corrected_or_is_a_day_old_says_that_it_is_gone(study: World):
    message = await refusal_of(study, "session schedule", theme="Tea", when="soonish")
    custom_id = correct_id(message)
    form = await by_press(study, message, custom_id)
    await study.moderator.submit_modal(form, {"theme": "Tea", "when": "2026-01-08 07:00"})
    assert refusal(study, await press(study, study.moderator, carrier(study), custom_id)).startswith(NO_LONGER)
    message = await refusal_of(study, "session schedule", theme="Tea", when="soonish")
    await study.sim.advance(24 * 3600 + 60)
    result = await by_press(study, message, correct_id(message))
    assert study.sim.private_replies(result)[-1].startswith(NO_LONGER)


async def test_nobody_else_opens_it(study: World):
    message = await refusal_of(study, "session schedule", theme="Tea", when="soonish")
    async with nothing_written(study):
        result = await press(study, study.other, carrier(study), correct_id(message))
        assert refusal(study, result).startswith(NO_LONGER)


async def test_what_nothing_typed_could_help_has_no_button(study: World):
    await called_off(study, session="Logistics")
    text = await told(study, study.moderator, "session edit", session="#1", when="2026-01-09 07:00")
    assert "cancelled" in text
    assert "[Correct it]" not in text
    text = await told(study, study.member, "series create", name="Tea", rule="soonish")
    assert "[Correct it]" not in text
    await at_rest(study)


async def test_every_box_that_a_command_can_have_has_a_label(study: World):
    found = [each for each in study.sim.bot.tree.walk_commands() if each.extras == CORRECTED]
    names = {name for command in found if isinstance(command, app_commands.Command) for name in order(command)}
    assert len(found) == 13
    assert names <= set(LABELS)


async def test_the_form_speaks_its_readers_language(study: World):
    message = await refusal_of(study, "rotation unavailable", study.member, **{"from": "いつか"})
    assert "[入力を直す]" in study.sim.text(message)
    form = await by_press(study, message, button(message, "入力を直す"), study.member)
    assert form.modal is not None
    assert [part["label"] for part in form.modal["components"]] == ["いつから"]
