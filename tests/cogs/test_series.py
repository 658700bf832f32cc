from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import pytest

from bot.demo.simulation import set_locale
from bot.i18n import escaped
from tests.cogs.acts import (
    announcements,
    at_rest,
    date_skipped,
    in_series,
    previewed,
    series_ended,
    sessions,
    told,
    with_group,
)
from tests.cogs.permissions import forbid, hide
from tests.world import World


@pytest.fixture
async def study(world: World) -> World:
    """A server with one study group."""
    await with_group(world)
    return world


async def usual_start(world: World, at: time | None) -> None:
    async def write() -> None:
        async with world.app.database(world.guild.id) as uow:
            await world.app.services.communities.apply(uow, None, usual_start=at)

    await world.sim.run(write())


async def test_a_series_is_shown_in_words_with_five_dates_before_it_is_created(study: World):
    message = await previewed(
        study, "series create", name="朝の会", rule="毎週水曜 朝7時", venue="Room A", capacity=12, duration=45, count=20
    )
    text = study.sim.text(message)
    for part in (
        "every Wednesday at 07:00",
        "Wed, Jan 7, 2026, 07:00, Tokyo time",
        "Wed, Feb 4, 2026, 07:00, Tokyo time",
        "Room A",
        "12 places",
        "45 minutes",
        "after 20 sessions",
        f"<#{study.general.id}> 7 days ahead",
    ):
        assert part in text
    assert "Feb 11" not in text
    assert await sessions(study) == []
    await study.moderator.click(message, label="Create")
    assert "I created **朝の会**: every Wednesday at 07:00. 8 sessions are planned for now" in study.sim.text(message)
    assert "[Create]" not in study.sim.text(message)
    assert len(await sessions(study)) == 8


@pytest.mark.parametrize("rule", ["毎週水曜7:00〜8:30", "every Wed 7:00-8:30"])
async def test_a_rule_that_names_its_end_says_how_long_a_session_lasts(study: World, rule: str):
    for given in (60, 180):
        text = await told(study, study.moderator, "series create", name="朝の会", rule=rule, duration=given)
        hours = {60: "1 hour", 180: "3 hours"}[given]
        assert f"until that end it takes 90 minutes, but the length given is {hours}" in text
    message = await previewed(study, "series create", name="朝の会", rule=rule)
    assert "every Wednesday at 07:00" in study.sim.text(message)
    assert "90 minutes" in study.sim.text(message)
    opened = await study.moderator.click(message, label="Change first")
    fields = {"name": "朝の会", "rule": "毎週木曜 19:00〜21:00", "theme": "", "duration": "90", "venue": ""}
    await study.moderator.submit_modal(opened, fields)
    assert "2 hours" in study.sim.text(message)
    await study.moderator.click(message, label="Create")
    assert {session.duration for session in await sessions(study)} == {120}
    message = await previewed(study, "series edit", series="朝の会", rule=rule)
    assert "90 minutes" in study.sim.text(message)
    opened = await study.moderator.click(message, label="Change first")
    fields |= {"rule": "毎週木曜 19:00〜20:00", "duration": "180"}
    result = await study.moderator.submit_modal(opened, fields)
    assert "until that end it takes 1 hour, but the length given is 3 hours" in study.sim.private_replies(result)[-1]


async def test_a_rule_for_a_part_of_the_day_takes_the_usual_start_that_lies_in_it(study: World):
    await usual_start(study, time(7, 30))
    for rule in ("毎週水曜の朝", "every Wednesday morning"):
        message = await previewed(study, "series create", name="朝の会", rule=rule)
        assert "every Wednesday at 07:30" in study.sim.text(message)
    text = await told(study, study.moderator, "series create", name="夜の会", rule="毎週水曜の夜")
    assert "「毎週水曜の夜8時」" in text or "“毎週水曜の夜8時”" in text


async def test_a_series_that_can_not_be_announced_says_what_is_missing_before_and_after(study: World):
    forbid(study, study.general, send_messages=False)
    await study.sim.env.settle()
    message = await previewed(study, "series create", name="Morning", rule="every Wednesday 07:00")
    for part in ("Please check.", "I can't announce it yet", "**Send Messages**", f"<#{study.general.id}>"):
        assert part in study.sim.text(message)
    await study.moderator.click(message, label="Create")
    text = study.sim.text(message)
    assert "I created **Morning**" in text
    assert "I can't announce it yet" in text
    assert "the announcement of the next one follows" not in text


async def test_only_the_next_session_of_a_new_series_is_announced(study: World):
    await in_series(study)
    await at_rest(study)
    (posted,) = announcements(study)
    assert "朝の会" in study.sim.text(posted)
    assert f"<t:{int(datetime(2026, 1, 6, 22, tzinfo=UTC).timestamp())}:F>" in study.sim.text(posted)


async def test_restarting_and_planning_again_post_nothing(study: World):
    await in_series(study)
    await at_rest(study)
    before = len(study.sim.unprompted())
    for _ in range(2):
        await study.sim.restart()
        await study.sim.run(study.app.plan())
        await study.sim.advance(61)
    assert len(study.sim.unprompted()) == before
    assert len(await sessions(study)) == 8


async def test_a_series_can_be_changed_before_it_is_created(study: World):
    message = await previewed(study, "series create", name="朝の会", rule="every Wednesday 07:00")
    opened = await study.moderator.click(message, label="Change first")
    fields = {"name": "夜の会", "rule": "first and third Tue 19:00", "theme": "Tea", "duration": "1時間半", "venue": ""}
    await study.moderator.submit_modal(opened, fields)
    text = study.sim.text(message)
    for part in (
        "夜の会",
        "every month on the first and third Tuesday at 19:00",
        "90 minutes",
        "Tue, Jan 6, 2026, 19:00",
    ):
        assert part in text
    await study.moderator.click(message, label="Create")
    assert {s.theme for s in await sessions(study)} == {"Tea"}


def rule_in(opened: Any) -> str:
    boxes = [part["component"] for part in opened.modal["components"]]
    return next(box["value"] for box in boxes if box["custom_id"] == "rule")


@pytest.mark.parametrize("rule", ["every Wednesday 07:00", "FREQ=WEEKLY;BYDAY=WE 07:00"])
async def test_a_form_left_as_it_was_means_the_same_rule(study: World, rule: str):
    message = await previewed(study, "series create", name="朝の会", rule=rule, until="2026-01-31")
    opened = await study.moderator.click(message, label="Change first")
    written = {"name": "朝の会", "rule": rule_in(opened), "theme": "", "duration": "60", "venue": ""}
    assert written["rule"] == "every Wednesday at 07:00"
    await study.moderator.submit_modal(opened, written)
    assert "on Sat, Jan 31, 2026" in study.sim.text(message)
    assert "every Wednesday at 07:00" in study.sim.text(message)


async def test_a_form_keeps_a_rule_as_it_was_said_if_its_words_can_not_be_read_back(study: World):
    said = "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13 07:00"
    message = await previewed(study, "series create", name="朝の会", rule=said)
    assert rule_in(await study.moderator.click(message, label="Change first")) == said


async def test_a_form_gives_the_rule_in_the_callers_language(study: World):
    set_locale(study.moderator, "ja")
    message = await previewed(study, "series create", name="朝の会", rule="first and third Tue 19:00")
    assert rule_in(await study.moderator.click(message, label="修正する")) == "毎月第1・第3火曜日 19:00"


async def test_a_rule_without_a_time_means_the_usual_start_if_there_is_one(study: World):
    text = await told(study, study.moderator, "series create", name="朝の会", rule="every Wednesday")
    assert "At what time?" in text
    await usual_start(study, time(6, 30))
    message = await previewed(study, "series create", name="朝の会", rule="every Wednesday")
    assert "every Wednesday at 06:30" in study.sim.text(message)


async def test_a_rule_that_lacks_a_word_is_answered_with_that_word(study: World):
    text = await told(study, study.moderator, "series create", name="朝の会", rule="Wed 7am")
    assert "please write “every Wed 7am”" in text
    assert "`/session schedule`" in text
    set_locale(study.moderator, "ja")
    text = await told(study, study.moderator, "series create", name="朝の会", rule="水曜の朝")
    assert "毎週集まる場合は「毎週水曜の朝7時」のように書いてください" in text
    text = await told(study, study.moderator, "series create", name="朝の会", rule="毎週水曜の朝")
    assert "何時からですか？「毎週水曜の朝7時」のように" in text


async def test_rules_are_offered_at_the_usual_start(study: World):
    await usual_start(study, time(6, 30))
    offers = await study.moderator.autocomplete(study.general, "series create", "rule", "wed")
    assert offers[0] == {"name": "every Wednesday at 06:30", "value": "every Wednesday 06:30"}
    message = await previewed(study, "series create", name="朝の会", rule=offers[0]["value"])
    assert "every Wednesday at 06:30" in study.sim.text(message)
    own = await study.moderator.autocomplete(study.general, "series create", "rule", "毎月末日 20時半")
    assert own == [{"name": "毎月末日 20時半", "value": "毎月末日 20時半"}]


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ({"rule": "now and then 07:00"}, "I don't understand the rule"),
        ({"rule": "FREQ=HOURLY 07:00"}, "I can't use the rule"),
        ({"name": " "}, "`name` is empty"),
        ({"until": "2026-01-06"}, "no date ahead"),
        ({"starts": "some day"}, "I don't understand the day"),
        ({"group": "Golf"}, "There is no study group “Golf” here"),
    ],
)
async def test_what_does_not_work_is_explained_and_leaves_nothing(study: World, options: dict[str, Any], answer: str):
    options = {"name": "朝の会", "rule": "every Wednesday 07:00"} | options
    assert answer in await told(study, study.moderator, "series create", **options)
    assert await sessions(study) == []


async def test_members_may_look_but_not_change(study: World):
    await in_series(study)
    text = await told(study, study.other, "series create", name="Tea", rule="every Wednesday 07:00")
    assert "Only the group's organizers and moderators" in text
    for command, options in (("series skip", {"on": "2026-01-14"}), ("series end", {})):
        assert "Only the group's organizers" in await told(study, study.other, command, series="朝の会", **options)
    assert "**朝の会** (Asakai): every Wednesday at 07:00" in await told(study, study.other, "series list")
    assert len(await sessions(study)) == 8


async def test_a_series_is_shown_with_its_planned_sessions(study: World):
    await in_series(study)
    await at_rest(study)
    text = await told(study, study.other, "series show", series="朝の会")
    assert "every Wednesday at 07:00" in text
    assert text.count("<t:") == 8
    assert text.count("announced") == 1
    assert "There is no series “夜の会” here" in await told(study, study.other, "series show", series="夜の会")


async def test_a_skipped_date_is_cancelled_and_the_next_one_named(study: World):
    await in_series(study)
    await at_rest(study)
    text = await date_skipped(study, series="朝の会", on="2026-01-07", reason="Holiday")
    assert "**朝の会** does not meet on Wed, Jan 7, 2026." in text
    assert f"<t:{int(datetime(2026, 1, 13, 22, tzinfo=UTC).timestamp())}:F>" in text
    assert len(await sessions(study)) == 7
    await study.sim.advance(61)
    first, second = announcements(study)
    assert "Cancelled: 朝の会" in study.sim.text(first)
    assert "[Going]" in study.sim.text(second)
    text = await told(study, study.moderator, "series skip", series="朝の会", on="2026-01-08")
    assert "does not meet on Thu, Jan 8, 2026. Please choose one of its dates." in text
    assert "The next ones are: Wed, Jan 14, 2026" in text


async def test_an_ended_series_plans_no_more_and_says_how_much_it_called_off(study: World):
    await in_series(study)
    text = await series_ended(study, series="朝の会", reason="Done")
    assert "8 upcoming sessions are cancelled" in text
    assert await sessions(study) == []
    assert "has ended already" in await told(study, study.moderator, "series end", series="朝の会")
    assert "No series is running. Organizers start one with `/series create`" in await told(
        study, study.other, "series list"
    )


async def test_a_series_announced_on_the_day_and_one_without_sessions_ahead_are_told_so(study: World):
    await study.moderator.slash(study.general, "group edit", name="Asakai", announce_days_before=0)
    message = await previewed(study, "series create", name="朝の会", rule="every Wednesday 07:00", count=1)
    assert f"announced in <#{study.general.id}> on the day itself" in study.sim.text(message)
    await study.moderator.click(message, label="Create")
    await date_skipped(study, series="朝の会", on="2026-01-07")
    text = await series_ended(study, series="朝の会")
    assert text == "**朝の会** has ended. It had no sessions to come."


async def test_many_series_turn_their_pages(study: World):
    for number in range(9):
        await in_series(study, name=f"Series {number}", rule="every Wednesday 07:00", count=1)
    result = await study.other.slash(study.general, "series list")
    assert result.response is not None
    assert "Page 1 of 2" in study.sim.text(result.response)
    await study.other.click(result.response, label="Next")
    assert "**Series 8**" in study.sim.text(result.response)
    assert "**Series 0**" not in study.sim.text(result.response)


async def test_a_series_of_a_hidden_group_does_not_exist_for_others(study: World):
    hide(study, study.log)
    await with_group(study, "Board", channel=study.log)
    await in_series(study, name="Secret", group="Board")
    assert "Secret" not in await told(study, study.other, "series list")
    assert "There is no series “Secret”" in await told(study, study.other, "series show", series="Secret")
    assert await study.other.autocomplete(study.general, "series show", "series", "") == []
    (choice,) = await study.moderator.autocomplete(study.general, "series show", "series", "sec")
    assert choice["name"] == "Secret"


async def test_series_commands_leave_nothing_untranslated(study: World):
    set_locale(study.moderator, "xx-pseudo")
    allowed = ["Asakai", "Tokyo", "朝の会", "会議室"]
    message = await previewed(study, "series create", name="朝の会", rule="every Wednesday 07:00", venue="会議室")
    assert escaped(study.sim.text(message), allowed) == []
    confirm = message.components[0]["components"][0]["custom_id"]
    await study.moderator.click(message, custom_id=confirm)
    assert escaped(study.sim.text(message), allowed) == []
    for command, options in (
        ("series list", {}),
        ("series show", {"series": "朝の会"}),
        ("series skip", {"series": "朝の会", "on": "2026-01-14"}),
        ("series skip", {"series": "朝の会", "on": "2026-01-14"}),
        ("series end", {"series": "朝の会"}),
        ("series end", {"series": "朝の会"}),
    ):
        assert escaped(await told(study, study.moderator, command, **options), allowed) == []
