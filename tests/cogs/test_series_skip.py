"""A date of a series that is skipped: its organizer sees first what becomes of it and who will be told."""

from __future__ import annotations

import pytest
import simcord

from bot.demo.simulation import set_locale
from bot.domain.choices import choice_of
from tests.cogs.acts import (
    announcements,
    at_rest,
    button,
    date_skipped,
    in_series,
    previewed,
    sessions,
    told,
    with_group,
)
from tests.cogs.permissions import hide
from tests.world import World

NEXT = "2026-01-07"
LATER = "2026-01-14"
UNPLANNED = "2026-12-23"
CHANGED = "Its session has changed since, so nothing is skipped yet. Please check again."


@pytest.fixture
async def study(world: World) -> World:
    """A server with one study group and a weekly series, whose first session is announced."""
    await with_group(world)
    await in_series(world)
    await at_rest(world)
    return world


async def skipping(world: World, on: str = NEXT, **options: str) -> simcord.ResponseMessage:
    return await previewed(world, "series skip", series="朝の会", on=on, **options)


async def pressed(world: World, message: simcord.ResponseMessage, label: str) -> str:
    await world.moderator.click(message, label=label)
    return world.sim.text(message)


async def test_nothing_is_skipped_and_nobody_told_before_the_press(study: World):
    (posted,) = announcements(study)
    session = (await sessions(study))[0]
    await study.member.click(posted, custom_id=f"bk:rsvp:{session.id}:going")
    message = await skipping(study, reason="Holiday")
    text = study.sim.text(message)
    for part in (
        "Do you want to skip this date of **朝の会** (Asakai)?\nWed, Jan 7, 2026, 07:00, Tokyo time",
        "Its session **朝の会** is cancelled.",
        "1 person who answered Going, Late or Maybe will be told in <#",
        "They will read the reason: “Holiday”",
        f"Its announcement in <#{study.general.id}> stays and says that it is cancelled.",
        "The other dates of its series stay.",
        "A skipped date can't be brought back",
        "[Skip this date] [Keep this date]",
    ):
        assert part in text, part
    assert len(await sessions(study)) == 8
    assert [post for post in study.sim.unprompted() if post.pinged] == []
    text = await pressed(study, message, "Skip this date")
    assert "**朝の会** does not meet on Wed, Jan 7, 2026.\nIts session is cancelled." in text
    assert "1 person who answered Going, Late or Maybe will be told" in text
    assert "[" not in text, "no button is left"
    await at_rest(study)
    assert [post.pinged for post in study.sim.unprompted() if post.pinged] == [{study.member.id}]
    assert len(await sessions(study)) == 7


async def test_a_date_that_is_kept_stays(study: World):
    text = await pressed(study, await skipping(study), "Keep this date")
    assert text == "**朝の会** meets on Wed, Jan 7, 2026 as planned. Nobody has been told."
    assert len(await sessions(study)) == 8


async def test_a_date_too_far_ahead_to_be_planned_tells_nobody(study: World):
    message = await skipping(study, UNPLANNED)
    text = study.sim.text(message)
    assert "Wed, Dec 23, 2026, 07:00, Tokyo time" in text
    assert "No session is planned for it yet, so nobody will be told, and none will be planned." in text
    assert "cancelled" not in text
    text = await pressed(study, message, "Skip this date")
    assert "**朝の会** does not meet on Wed, Dec 23, 2026." in text
    assert "cancelled" not in text
    assert len(await sessions(study)) == 8
    assert "does not meet on Wed, Dec 23, 2026. Please choose one of its dates." in await told(
        study, study.moderator, "series skip", series="朝の会", on=UNPLANNED
    )


async def test_a_preview_from_before_a_restart_still_skips_and_two_presses_at_once_skip_once(study: World):
    message = await skipping(study)
    await study.sim.restart()
    pressing = button(message, "Skip this date")
    results = await study.sim.simultaneous(*(study.moderator.click(message, custom_id=pressing) for _ in range(2)))
    assert "does not meet on Wed, Jan 7, 2026" in study.sim.text(message)
    refused = [text for result in results for text in study.sim.private_replies(result) if "no longer works" in text]
    assert len(refused) == 1
    assert len(await sessions(study)) == 7


async def test_a_date_whose_session_was_moved_since_is_shown_again(study: World):
    message = await skipping(study)
    session = (await sessions(study))[0]
    moved = await previewed(study, "session edit", session=choice_of(session.id), when="2026-01-09 20:00")
    await study.moderator.click(moved, label="Move it")
    text = await pressed(study, message, "Skip this date")
    assert text.startswith(CHANGED)
    assert "Fri, Jan 9, 2026, 20:00, Tokyo time" in text
    assert len(await sessions(study)) == 8
    assert "does not meet on Wed, Jan 7, 2026" in await pressed(study, message, "Skip this date")
    assert len(await sessions(study)) == 7


async def test_a_date_that_has_been_skipped_meanwhile_is_not_skipped_twice(study: World):
    first, second = await skipping(study), await skipping(study)
    await pressed(study, first, "Skip this date")
    result = await study.moderator.click(second, label="Skip this date")
    assert "does not meet on Wed, Jan 7, 2026. Please choose one of its dates." in study.sim.private_replies(result)[-1]
    assert len(await sessions(study)) == 7


async def test_in_a_group_that_became_hidden_meanwhile_no_button_does_anything(study: World):
    await with_group(study, "Board", channel=study.log, organizer=study.other)
    await in_series(study, name="Secret", group="Board")
    messages = [await previewed(study, "series skip", study.other, series="Secret", on=LATER) for _ in range(2)]
    before = len(await sessions(study))
    hide(study, study.log)
    for message, label in zip(messages, ("Skip this date", "Keep this date"), strict=True):
        result = await study.other.click(message, label=label)
        assert "This button no longer works" in study.sim.private_replies(result)[-1]
    assert len(await sessions(study)) == before


async def test_without_a_reason_it_says_which_button_to_press_to_give_one(study: World):
    (posted,) = announcements(study)
    await study.member.click(posted, custom_id=f"bk:rsvp:{(await sessions(study))[0].id}:going")
    text = study.sim.text(await skipping(study))
    assert "To give one, press “Keep this date” and use the command again" in text
    assert "[Keep this date]" in text


async def test_it_is_said_in_japanese_too(study: World):
    set_locale(study.moderator, "ja")
    message = await skipping(study, reason="お盆")
    text = study.sim.text(message)
    assert "「朝の会」(Asakai)のこの日を休会にしますか？" in text
    assert "[休会にする] [予定どおり開く]" in text
    assert "「朝の会」の2026年1月7日(水)の回を休会にしました。" in await pressed(study, message, "休会にする")


async def test_the_moderator_is_told_the_same_at_the_end_as_before(study: World):
    await study.moderator.slash(study.general, "settings set", clear="announcements_channel")
    session = (await sessions(study))[-1]
    await study.other.slash(study.general, "session rsvp", session=choice_of(session.id), answer="going")
    on = session.occurrence_on
    assert on is not None
    shown = study.sim.text(await skipping(study, on.isoformat()))
    for text in (shown, await date_skipped(study, series="朝の会", on=on.isoformat())):
        assert "there is no announcements channel" in text
        assert "Nobody is coming" not in text
