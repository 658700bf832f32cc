"""What people say that can mean two things: they are asked privately, with a button for each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.demo.simulation import set_locale
from bot.i18n import escaped
from tests.cogs.acts import announcements, at_rest, in_series, previewed, scheduled, sessions, told, with_group
from tests.forged import carrier, forget_limits, nothing_written, press, refusal, rows
from tests.world import World

# The clock stands at Monday, 5 January 2026, 09:00 in Tokyo.


@pytest.fixture
async def study(world: World) -> World:
    """A server with one study group."""
    await with_group(world)
    return world


async def starts(world: World) -> list[datetime]:
    return [session.starts_at for session in await sessions(world)]


async def test_next_tuesday_said_on_a_monday_is_offered_as_both_and_one_press_leads_to_the_preview(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="next Tue 7am", venue="Room A")
    text = study.sim.text(message)
    for part in (
        "“next Tue 7am” can mean two times. When does **Tea** begin?",
        "1. **Tue, Jan 6, 2026, 07:00, Tokyo time**",
        "2. **Tue, Jan 13, 2026, 07:00, Tokyo time**",
        "[1. Tue, Jan 6, 2026, 07:00, Tokyo time]",
        "[2. Tue, Jan 13, 2026, 07:00, Tokyo time]",
        "Nobody has been told yet",
    ):
        assert part in text
    assert "[Post]" not in text
    await study.moderator.click(message, label="2. Tue, Jan 13, 2026, 07:00, Tokyo time")
    text = study.sim.text(message)
    assert "Tue, Jan 13, 2026, 07:00, Tokyo time" in text
    assert "Room A" in text
    assert "Jan 6" not in text
    assert announcements(study) == []
    await study.moderator.click(message, label="Post")
    assert await starts(study) == [datetime(2026, 1, 12, 22, tzinfo=UTC)]


async def test_seven_without_morning_or_evening_is_offered_in_japanese(study: World):
    set_locale(study.moderator, "ja")
    message = await previewed(study, "session schedule", theme="お茶", when="1月7日(水) 7時")
    text = study.sim.text(message)
    for part in (
        "「1月7日(水) 7時」は二通りに読めます。",
        "1. **2026年1月7日(水) 07:00(東京時間)**",
        "2. **2026年1月7日(水) 19:00(東京時間)**",
    ):
        assert part in text
    await study.moderator.click(message, custom_id=message.components[1]["components"][0]["custom_id"])
    assert "2026年1月7日(水) 19:00" in study.sim.text(message)
    await study.moderator.click(message, label="投稿する")
    assert await starts(study) == [datetime(2026, 1, 7, 10, tzinfo=UTC)]


async def test_a_question_from_before_a_restart_is_still_answered(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="next Tue 7am")
    await study.sim.restart()
    await study.moderator.click(message, label="1. Tue, Jan 6, 2026, 07:00, Tokyo time")
    await study.sim.restart()
    await study.moderator.click(message, label="Post")
    assert await starts(study) == [datetime(2026, 1, 5, 22, tzinfo=UTC)]


async def test_two_presses_at_once_end_in_one_preview_and_one_session(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="next Tue 7am")
    first, second = (row["components"][0]["custom_id"] for row in message.components)
    await study.sim.simultaneous(*(study.moderator.click(message, custom_id=each) for each in (first, second, first)))
    assert "[Post]" in study.sim.text(message)
    await study.moderator.click(message, label="Post")
    assert len(await starts(study)) == 1


async def test_a_stranger_gets_nothing_out_of_a_question_and_the_author_not_by_another_button(study: World):
    await scheduled(study)
    await at_rest(study)
    await previewed(study, "session schedule", theme="Secret", when="next Tue 7am")
    await previewed(study, "session edit", session="Logistics", when="金曜 8時")
    await previewed(study, "series create", name="Secret", rule="毎週水曜 7時")
    drafts = [row[0] for row in (await rows(study))["drafts"]]
    assert len(drafts) == 3
    second = study.guild.add_member(study.sim.env.create_user("second"), roles=[study.guild.roles["Managers"]])
    kinds = ("whichsession", "whichmove", "whichseries")
    everybody = [(who, kind, draft) for who in (study.other, second) for kind in kinds for draft in drafts]
    mine = [(study.moderator, kind, draft) for at, kind in enumerate(kinds) for draft in drafts if drafts[at] != draft]
    # What is not clear yet can't be posted past the question.
    mine += [(study.moderator, kind, draft) for kind in ("newsession", "move", "newseries") for draft in drafts]
    async with nothing_written(study):
        for who, kind, draft in everybody + mine:
            for act in ("1", "2") if kind.startswith("which") else ("confirm", "change"):
                text = refusal(study, await press(study, who, carrier(study), f"bk:{kind}:{draft}:{act}"))
                assert text.startswith("This button no longer works"), f"{kind} {draft} {act}: {text}"


@pytest.mark.parametrize("odd", ["T\ud83c", "T\x00", "T\n# big", "{theme}"])
async def test_odd_texts_beside_a_question_do_no_harm(study: World, odd: str, monkeypatch: pytest.MonkeyPatch):
    forget_limits(monkeypatch)
    for command, options, confirm in (
        ("session schedule", {"theme": odd, "when": "next Tue 7am", "venue": odd, "description": odd}, "Post"),
        ("session edit", {"session": "1", "when": "金曜 8時", "venue": odd, "reason": odd}, "Move it"),
        ("series create", {"name": odd, "rule": "毎週水曜 7時", "theme": odd, "venue": odd}, "Create"),
        ("series edit", {"series": "1", "rule": "毎週木曜 8時", "venue": odd + "x", "reason": odd}, "Save"),
    ):
        message = await previewed(study, command, **options)
        await study.moderator.click(message, custom_id=message.components[0]["components"][0]["custom_id"])
        await study.moderator.click(message, label=confirm)
        assert f"[{confirm}]" not in study.sim.text(message), command


async def test_a_question_expires_after_a_day_and_says_so(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="next Tue 7am")
    await study.sim.advance(24 * 3600 + 60)
    result = await study.moderator.click(message, label="2. Tue, Jan 13, 2026, 07:00, Tokyo time")
    text = study.sim.private_replies(result)[-1]
    assert "more than a day old" in text
    assert "use the command again" in text
    assert await starts(study) == []


async def test_a_reading_that_has_passed_meanwhile_is_refused_and_the_other_one_stays(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="today at 10")
    await study.sim.advance(2 * 3600)
    result = await study.moderator.click(message, label="1. Mon, Jan 5, 2026, 10:00, Tokyo time")
    assert "passed" in study.sim.private_replies(result)[-1]
    await study.moderator.click(message, label="2. Mon, Jan 5, 2026, 22:00, Tokyo time")
    await study.moderator.click(message, label="Post")
    assert await starts(study) == [datetime(2026, 1, 5, 13, tzinfo=UTC)]


async def test_start_and_deadline_are_asked_about_one_after_the_other(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="Jan 9 at 8", deadline="Jan 8 at 6")
    assert "When does **Tea** begin?" in study.sim.text(message)
    await study.moderator.click(message, label="2. Fri, Jan 9, 2026, 20:00, Tokyo time")
    text = study.sim.text(message)
    assert "“Jan 8 at 6” can mean two times. Until when can people answer for **Tea**?" in text
    await study.moderator.click(message, label="1. Thu, Jan 8, 2026, 06:00, Tokyo time")
    await study.moderator.click(message, label="Post")
    (session,) = await sessions(study)
    assert session.starts_at == datetime(2026, 1, 9, 11, tzinfo=UTC)
    assert session.deadline == datetime(2026, 1, 7, 21, tzinfo=UTC)


async def test_a_deadline_of_which_only_one_reading_is_before_the_start_is_not_asked_about(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="Jan 9 12:00", deadline="Jan 9 at 8")
    assert "Fri, Jan 9, 2026, 08:00, Tokyo time" in study.sim.text(message)
    await study.moderator.click(message, label="Post")
    (session,) = await sessions(study)
    assert session.deadline == datetime(2026, 1, 8, 23, tzinfo=UTC)
    text = await told(study, study.moderator, "session schedule", theme="Tea", when="Jan 9 5:00", deadline="Jan 9 at 8")
    assert "The deadline" in text


async def test_a_day_alone_as_a_deadline_is_its_end_in_the_servers_zone(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="Jan 9 at 8", deadline="1/8")
    await study.moderator.click(message, label="1. Fri, Jan 9, 2026, 08:00, Tokyo time")
    assert "Thu, Jan 8, 2026, 23:59, Tokyo time" in study.sim.text(message)
    await study.moderator.click(message, label="Post")
    (session,) = await sessions(study)
    assert session.deadline == datetime(2026, 1, 8, 14, 59, tzinfo=UTC)
    message = await previewed(study, "session edit", session="Tea", deadline="7日")
    assert "I changed **Tea**" in study.sim.text(message)


async def test_a_deadline_with_two_days_is_asked_about_in_its_own_words(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="Jan 30 8:00", deadline="next Thu")
    assert "can mean two times. Until when can people answer for **Tea**?" in study.sim.text(message)
    await study.moderator.click(message, label="2. Thu, Jan 15, 2026, 23:59, Tokyo time")
    assert "Thu, Jan 15, 2026, 23:59" in study.sim.text(message)


async def test_a_move_with_two_readings_is_asked_about_and_shown_before_anybody_is_told(study: World):
    await scheduled(study)
    await at_rest(study)
    message = await previewed(study, "session edit", session="Logistics", when="金曜 8時", reason="Trains")
    assert "When does **Logistics** begin?" in study.sim.text(message)
    await study.moderator.click(message, label="2. Fri, Jan 9, 2026, 20:00, Tokyo time")
    text = study.sim.text(message)
    assert "Fri, Jan 9, 2026, 20:00, Tokyo time" in text
    assert "[Move it]" in text
    await study.moderator.click(message, label="Move it")
    assert await starts(study) == [datetime(2026, 1, 9, 11, tzinfo=UTC)]


async def test_a_weekday_may_be_one_of_the_sessions_week_or_the_next_one(study: World):
    await scheduled(study, when="2026-01-21 07:00")
    await at_rest(study)
    set_locale(study.moderator, "ja")
    message = await previewed(study, "session edit", session="Logistics", when="木曜 朝8時")
    text = study.sim.text(message)
    assert "1. **2026年1月8日(木) 08:00(東京時間)**" in text
    assert "2. **2026年1月22日(木) 08:00(東京時間)**" in text
    set_locale(study.moderator, "en-US")
    message = await previewed(study, "session edit", session="Logistics", when="Thu 8")
    assert "“Thu 8” can mean several times. When does **Logistics** begin?" in study.sim.text(message)
    await study.moderator.click(message, label="4. Thu, Jan 22, 2026, 20:00, Tokyo time")
    await study.moderator.click(message, label="Move it")
    assert await starts(study) == [datetime(2026, 1, 22, 11, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        ("翌日 朝7時", "Thu, Jan 22, 2026, 07:00"),
        ("翌週の火曜 19:00", "Tue, Jan 27, 2026, 19:00"),
        ("同じ日の夜8時", "Wed, Jan 21, 2026, 20:00"),
        ("next day 7am", "Thu, Jan 22, 2026, 07:00"),
        ("same day 8am", "Wed, Jan 21, 2026, 08:00"),
        ("the week after, Tuesday 7am", "Tue, Jan 27, 2026, 07:00"),
    ],
)
async def test_a_day_counted_from_the_session_is_shown_in_full_before_anybody_is_told(
    study: World, when: str, shown: str
):
    await scheduled(study, when="2026-01-21 07:00")
    await at_rest(study)
    message = await previewed(study, "session edit", session="Logistics", when=when)
    assert f"{shown}, Tokyo time" in study.sim.text(message)
    assert "[Move it]" in study.sim.text(message)


async def test_a_new_session_has_no_day_to_count_from_and_its_deadline_has(study: World):
    for when in ("翌日 朝7時", "the week after, Tuesday 7am"):
        text = await told(study, study.moderator, "session schedule", theme="Tea", when=when)
        assert text.split("\n")[0] == (
            f"“{when}” is counted from another day, and I don't know from which. "
            "Please write the date, like “12/3 07:00”."
        )
    for deadline in ("前の週の金曜の20時", "the Friday before at 8pm"):
        message = await previewed(study, "session schedule", theme="Tea", when="Jan 22 7:00", deadline=deadline)
        assert "Fri, Jan 16, 2026, 20:00, Tokyo time" in study.sim.text(message)


async def test_a_deadline_alone_is_changed_at_once_when_it_is_clear(study: World):
    await scheduled(study)
    message = await previewed(study, "session edit", session="Logistics", deadline="Jan 6 at 8")
    assert "Until when can people answer for **Logistics**?" in study.sim.text(message)
    await study.moderator.click(message, label="2. Tue, Jan 6, 2026, 20:00, Tokyo time")
    assert "I changed **Logistics**" in study.sim.text(message)
    (session,) = await sessions(study)
    assert session.deadline == datetime(2026, 1, 6, 11, tzinfo=UTC)


async def test_a_time_alone_for_a_planned_session_is_of_its_own_day(study: World):
    await scheduled(study, when="2026-01-20 07:00")
    await at_rest(study)
    message = await previewed(study, "session edit", session="Logistics", when="7:30")
    assert "Tue, Jan 20, 2026, 07:30, Tokyo time" in study.sim.text(message)
    opened = await study.moderator.click(message, label="Change first")
    await study.moderator.submit_modal(opened, {"when": "夜8時", "reason": ""})
    assert "Tue, Jan 20, 2026, 20:00, Tokyo time" in study.sim.text(message)
    await study.moderator.click(message, label="Move it")
    assert await starts(study) == [datetime(2026, 1, 20, 11, tzinfo=UTC)]
    message = await previewed(study, "session edit", session="Logistics", deadline="18:00")
    assert f"<t:{int(datetime(2026, 1, 20, 9, tzinfo=UTC).timestamp())}" in study.sim.text(message)
    message = await previewed(study, "session edit", session="Logistics", when="7:00", deadline="18:00")
    await study.moderator.click(message, label="Move it")
    (session,) = await sessions(study)
    assert session.deadline == datetime(2026, 1, 19, 9, tzinfo=UTC)


async def test_a_time_alone_as_a_deadline_is_shown_in_the_preview_with_its_day(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="Jan 9 19:00", deadline="18:00")
    assert "Fri, Jan 9, 2026, 18:00, Tokyo time" in study.sim.text(message)
    message = await previewed(study, "session schedule", theme="Tea", when="Jan 9 7:00", deadline="午後6時")
    assert "Thu, Jan 8, 2026, 18:00, Tokyo time" in study.sim.text(message)


async def test_a_time_alone_is_the_next_one_and_a_part_of_a_day_is_told_what_it_needs(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="7pm")
    assert "Mon, Jan 5, 2026, 19:00, Tokyo time" in study.sim.text(message)
    message = await previewed(study, "session schedule", theme="Tea", when="7am")
    assert "Tue, Jan 6, 2026, 07:00, Tokyo time" in study.sim.text(message)
    message = await previewed(study, "session schedule", theme="Tea", when="7時")
    assert "can mean two times" in study.sim.text(message)
    text = await told(study, study.moderator, "session schedule", theme="Tea", when="tonight")
    assert "“tonight” needs a time of day. Please add the hour, like “tonight 8pm”." in text
    await told(study, study.member, "group join", group="Asakai")
    text = await told(study, study.member, "session schedule", theme="Tea", when="明日の朝")
    assert "「明日の朝7時」のように" in text


async def test_a_form_asks_too(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="2026-01-07 07:00")
    opened = await study.moderator.click(message, label="Change first")
    fields = {"theme": "Tea", "when": "1/8 8時", "duration": "60", "venue": "", "description": ""}
    await study.moderator.submit_modal(opened, fields)
    await study.moderator.click(message, label="2. Thu, Jan 8, 2026, 20:00, Tokyo time")
    opened = await study.moderator.click(message, label="Post")
    assert await starts(study) == [datetime(2026, 1, 8, 11, tzinfo=UTC)]
    message = await previewed(study, "session edit", session="Tea", when="2026-01-09 07:00")
    opened = await study.moderator.click(message, label="Change first")
    await study.moderator.submit_modal(opened, {"when": "1/9 8時", "reason": ""})
    await study.moderator.click(message, label="1. Fri, Jan 9, 2026, 08:00, Tokyo time")
    await study.moderator.click(message, label="Move it")
    assert await starts(study) == [datetime(2026, 1, 8, 23, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("rule", "options", "chosen"),
    [
        (
            "毎週水曜 7時",
            (
                "every Wednesday at 07:00**, next on Wed, Jan 7, 2026, 07:00, Tokyo time",
                "every Wednesday at 19:00**, next on Wed, Jan 7, 2026, 19:00, Tokyo time",
            ),
            ("FREQ=WEEKLY;BYDAY=WE", 19),
        ),
        (
            "every second Friday 19:00",
            (
                "every other week on Friday at 19:00**, next on Fri, Jan 9, 2026, 19:00, Tokyo time",
                "every month on the second Friday at 19:00**, next on Fri, Jan 9, 2026, 19:00, Tokyo time",
            ),
            ("FREQ=MONTHLY;BYDAY=2FR", 19),
        ),
    ],
)
async def test_a_rule_with_two_readings_is_offered_as_both_with_the_next_date(
    study: World, rule: str, options: tuple[str, str], chosen: tuple[str, int]
):
    message = await previewed(study, "series create", name="朝の会", rule=rule)
    text = study.sim.text(message)
    assert "can mean two things. When does **朝の会** meet?" in text
    for option in options:
        assert option in text
    await study.sim.restart()
    await study.moderator.click(message, label="2. " + options[1].partition("**")[0])
    assert "[Create]" in study.sim.text(message)
    assert await sessions(study) == []
    await study.moderator.click(message, label="Create")

    async def rules() -> list[Any]:
        async with study.app.database.reading(study.guild.id) as uow:
            return await uow.series.all()

    (series,) = await study.sim.run(rules())
    assert (series.rrule, series.at.hour) == chosen


async def test_a_first_day_with_two_readings_is_asked_about_after_the_rule(study: World):
    message = await previewed(study, "series create", name="朝の会", rule="金曜・土曜 8時", starts="next Friday")
    await study.moderator.click(message, label="1. every Friday and Saturday at 08:00")
    text = study.sim.text(message)
    assert "What is the first day of **朝の会**?" in text
    await study.moderator.click(message, label="2. Fri, Jan 16, 2026")
    text = study.sim.text(message)
    assert "Fri, Jan 16, 2026, 08:00" in text
    assert "Jan 9" not in text
    await study.moderator.click(message, label="Create")
    assert (await starts(study))[0] == datetime(2026, 1, 15, 23, tzinfo=UTC)


async def test_the_form_of_a_series_asks_too(study: World):
    message = await previewed(study, "series create", name="朝の会", rule="every Wednesday 07:00")
    opened = await study.moderator.click(message, label="Change first")
    written = {"name": "朝の会", "rule": "平日 8時", "theme": "", "duration": "60", "venue": ""}
    await study.moderator.submit_modal(opened, written)
    await study.moderator.click(message, label="1. every weekday (Monday to Friday) at 08:00")
    assert "[Create]" in study.sim.text(message)


async def test_a_skip_of_a_day_with_two_readings_on_both_of_which_it_meets_is_asked_about(study: World):
    await in_series(study, rule="every Friday 07:00")
    message = await previewed(study, "series skip", series="朝の会", on="next Friday", reason="Holiday")
    text = study.sim.text(message)
    assert "“next Friday” can mean two days. On which of them do you want to skip **朝の会**?" in text
    await study.sim.restart()
    await study.moderator.click(message, label="2. Fri, Jan 16, 2026")
    assert "Fri, Jan 16, 2026" in study.sim.text(message)
    await study.moderator.click(message, label="Skip this date")
    assert "does not meet on Fri, Jan 16, 2026" in study.sim.text(message)
    assert datetime(2026, 1, 15, 22, tzinfo=UTC) not in await starts(study)
    assert datetime(2026, 1, 8, 22, tzinfo=UTC) in await starts(study)


async def test_if_it_meets_on_one_of_them_only_that_one_is_meant(study: World):
    await in_series(study, rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=FR 07:00", starts="2026-01-16")
    message = await previewed(study, "series skip", series="朝の会", on="next Friday")
    assert "Do you want to skip this date of **朝の会** (Asakai)?\nFri, Jan 16, 2026" in study.sim.text(message)


async def test_another_persons_question_of_a_skip_is_nobody_elses(study: World):
    await in_series(study, rule="every Friday 07:00")
    message = await previewed(study, "series skip", series="朝の会", on="next Friday")
    (first, *_rest) = [row["components"][0]["custom_id"] for row in message.components]
    async with nothing_written(study):
        assert "no longer works" in refusal(study, await press(study, study.other, carrier(study), first))


async def test_a_pause_until_a_time_with_two_readings_is_asked_about(study: World):
    await told(study, study.moderator, "morning set", channel=study.general)
    message = await previewed(study, "morning pause", until="next Tue 7am")
    text = study.sim.text(message)
    assert "“next Tue 7am” can mean two times. Until when do you want to pause the morning post?" in text
    await study.sim.restart()
    await study.moderator.click(message, label="2. Tue, Jan 13, 2026, 07:00, Tokyo time")
    assert f"paused until <t:{int(datetime(2026, 1, 12, 22, tzinfo=UTC).timestamp())}:F>" in study.sim.text(message)


async def test_a_pause_chosen_too_late_or_by_a_member_changes_nothing(study: World):
    await told(study, study.moderator, "morning set", channel=study.general)
    await scheduled(study)
    await at_rest(study)
    message = carrier(study)
    async with nothing_written(study):
        assert "has passed" in refusal(study, await press(study, study.moderator, message, "bk:pause:29000000"))
        assert "Only" in refusal(study, await press(study, study.other, message, "bk:pause:29900000"))


async def test_questions_leave_nothing_untranslated(study: World):
    set_locale(study.moderator, "xx-pseudo")
    allowed = ["Asakai", "Tokyo", "朝の会", "next Tue 7am", "1月8日 8時", "毎週水曜 7時", "next Friday"]
    for command, options in (
        ("session schedule", {"theme": "朝の会", "when": "next Tue 7am"}),
        ("session schedule", {"theme": "朝の会", "when": "2026-01-09 07:00", "deadline": "1月8日 8時"}),
        ("series create", {"name": "朝の会", "rule": "毎週水曜 7時"}),
        ("series create", {"name": "朝の会", "rule": "FREQ=DAILY 07:00", "starts": "next Friday"}),
        ("series create", {"name": "朝の会", "rule": "FREQ=DAILY 07:00", "until": "next Friday"}),
        ("morning pause", {"until": "next Tue 7am"}),
    ):
        message = await previewed(study, command, **options)
        assert escaped(study.sim.text(message), allowed) == []
        first = message.components[0]["components"][0]["custom_id"]
        assert first.startswith(("bk:which", "bk:pause")), options
        await study.moderator.click(message, custom_id=first)
        assert escaped(study.sim.text(message), allowed) == []
