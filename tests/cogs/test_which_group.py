"""A new session without a group, by somebody who belongs to several: they are asked, and what they typed is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.demo.simulation import set_locale
from tests.cogs.acts import announcements, button, previewed, scheduled, sessions, told, with_group
from tests.cogs.permissions import hide
from tests.forged import carrier, press, refusal
from tests.world import World

# The clock stands at Monday, 5 January 2026, 09:00 in Tokyo.


@pytest.fixture
async def study(world: World) -> World:
    """A server with two study groups, to both of which `other` belongs, and `member` to none."""
    for name in ("Asakai", "Board"):
        await with_group(world, name)
        await world.other.slash(world.general, "group join", group=name)
    return world


async def test_one_press_leads_to_the_preview_with_all_that_was_typed_also_after_a_restart(study: World):
    typed = {"theme": "Tea", "when": "tomorrow 7pm", "venue": "Room A", "capacity": 5, "deadline": "tomorrow 5pm"}
    message = await previewed(study, "session schedule", study.other, **typed)
    text = study.sim.text(message)
    assert "In which study group will **Tea** take place? Nobody has been told yet." in text
    assert "[Asakai]" in text
    await study.sim.restart()
    await study.other.click(message, label="Board")
    text = study.sim.text(message)
    for part in ("Group: Board", "Kind: Discussion", "Place: Room A", "5 places", "Jan 6, 2026, 17:00", "[Post]"):
        assert part in text, part
    assert announcements(study) == []
    await study.other.click(message, label="Post")
    (session,) = await sessions(study)
    assert (session.host_id, session.starts_at) == (study.other.id, datetime(2026, 1, 6, 10, tzinfo=UTC))


async def test_no_deadline_is_none_in_the_chosen_group_too(study: World):
    message = await previewed(study, "session schedule", study.other, theme="Tea", when="tomorrow 7pm", deadline="なし")
    await study.other.click(message, label="Board")
    await study.other.click(message, label="Post")
    (session,) = await sessions(study)
    assert session.deadline is None


async def test_an_end_that_differs_from_the_length_is_refused_before_the_group_is_asked_for(study: World):
    text = await told(study, study.other, "session schedule", theme="Tea", when="tomorrow 7:00-8:30", duration=180)
    assert "The end and the length differ" in text


async def test_a_phrase_is_read_as_it_was_meant_when_it_was_typed(study: World):
    message = await previewed(study, "session schedule", study.other, theme="Tea", when="tomorrow 7pm")
    for _ in range(4):
        # In pieces: each has to be played within the same patience. Now it is one o'clock, on the next day.
        await study.sim.advance(timedelta(hours=4))
    await study.other.click(message, label="Asakai")
    assert "Tue, Jan 6, 2026, 19:00, Tokyo time" in study.sim.text(message)


async def test_a_deadline_before_the_start_is_counted_from_the_start_that_is_chosen_last(study: World):
    await study.moderator.slash(study.general, "settings set", usual_start="18:30")
    message = await previewed(study, "session schedule", theme="Tea", when="next Tue", deadline="the day before 8pm")
    await study.moderator.click(message, label="Board")
    await study.sim.restart()
    await study.moderator.click(message, label="2. Tue, Jan 13, 2026, 18:30, Tokyo time")
    assert "Mon, Jan 12, 2026, 20:00, Tokyo time" in study.sim.text(message)


async def test_more_groups_than_fit_are_turned_in_pages_and_nothing_typed_is_lost(study: World):
    for number in range(1, 28):
        await with_group(study, f"Circle {number}")
    options = {"theme": "Tea", "when": "tomorrow 7pm", "venue": "Room A"}
    message = await previewed(study, "session schedule", study.moderator, **options)
    assert "[Circle 18]" in study.sim.text(message)
    assert "[Circle 19]" not in study.sim.text(message)
    await study.sim.restart()
    await study.moderator.click(message, label="Next")
    text = study.sim.text(message)
    assert "In which study group will **Tea** take place?" in text
    assert "[Circle 18]" not in text
    await told(study, study.moderator, "group archive", name="Circle 19")
    await study.moderator.click(message, label="Previous")
    await study.moderator.click(message, label="Next")
    await study.moderator.click(message, label="Circle 27")
    text = study.sim.text(message)
    for part in ("Group: Circle 27", "Place: Room A", "[Post]"):
        assert part in text, part
    turned = button(await previewed(study, "session schedule", study.moderator, **options), "Next")
    await scheduled(study, group="Board")
    assert "もう使えません" in refusal(study, await press(study, study.member, carrier(study), turned))


async def test_two_readings_and_the_usual_times_of_the_group_are_asked_for_next(study: World):
    await study.moderator.slash(study.general, "settings set", usual_start="18:30")
    message = await previewed(study, "session schedule", theme="Tea", when="next Tue")
    await study.moderator.click(message, label="Board")
    text = study.sim.text(message)
    assert "1. **Tue, Jan 6, 2026, 18:30, Tokyo time**" in text
    await study.moderator.click(message, label="2. Tue, Jan 13, 2026, 18:30, Tokyo time")
    assert "Group: Board" in study.sim.text(message)


async def test_what_can_be_read_in_no_group_is_refused_before_anybody_is_asked(study: World):
    text = await told(study, study.other, "session schedule", theme="Tea", when="soonish")
    assert "“soonish”" in text
    assert "In which" not in text
    options = {"theme": "Tea", "when": "tomorrow 7pm", "deadline": "soonish"}
    assert "“soonish”" in await told(study, study.other, "session schedule", **options)


async def test_whoever_may_plan_in_no_group_is_told_to_join_one(study: World):
    text = await told(study, study.member, "session schedule", theme="Tea", when="tomorrow 7pm")
    assert text.startswith("勉強会は部会の中で開きます。まだどの部会にも入っていないので、先に部会に入ってから")
    assert "[部会に入る]" in text


async def test_the_question_is_its_authors_alone_and_of_a_group_they_can_no_longer_see_nothing_is_known(study: World):
    await with_group(study, "Secret", channel=study.log)
    set_locale(study.other, "ja")
    await study.other.slash(study.general, "group join", group="Secret")
    message = await previewed(study, "session schedule", study.other, theme="Tea", when="tomorrow 7pm")
    assert "「Tea」はどの部会で開きますか？" in study.sim.text(message)
    await study.other.slash(study.general, "group leave", group="Board")
    result = await study.other.click(message, label="Board")
    assert "`/group join`" in study.sim.private_replies(result)[-1]
    hide(study, study.log)
    shown = study.sim.text(message)
    result = await study.other.click(message, label="Secret")
    assert "Secret" not in study.sim.private_replies(result)[-1]
    assert study.sim.text(message) == shown, "the other groups can still be chosen"
    assert await sessions(study) == []
    await study.other.click(message, label="Asakai")
    assert "部会: Asakai" in study.sim.text(message)
