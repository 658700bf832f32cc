"""/series edit: shown privately with what becomes of each session, then saved."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.demo.simulation import set_locale
from bot.i18n import escaped
from tests.cogs.acts import announcements, at_rest, in_series, previewed, sessions, told, with_group
from tests.forged import carrier, nothing_written, press, refusal, rows
from tests.world import World

# The clock stands at Monday, 5 January 2026, 09:00 in Tokyo; the series meets on Wednesdays at 07:00.


@pytest.fixture
async def study(world: World) -> World:
    """A server with one study group and one series, whose next session is announced."""
    await with_group(world)
    await in_series(world, venue="Room A")
    await at_rest(world)
    return world


async def starts(world: World) -> list[datetime]:
    return [session.starts_at for session in await sessions(world)]


def day(*parts: int) -> datetime:
    return datetime(2026, *parts, tzinfo=UTC)


async def test_a_change_is_shown_with_rule_dates_and_who_will_be_told_before_anybody_is(study: World):
    await study.other.click(announcements(study)[0], label="Going")
    await at_rest(study)
    before, posted = await starts(study), len(study.sim.unprompted())
    message = await previewed(
        study, "series edit", series="朝の会", rule="毎週木曜 夜7時", venue="Room B", reason="Trains"
    )
    text = study.sim.text(message)
    for part in (
        "Please check. 1 person has answered for the sessions that change and will be told.",
        "every Thursday at 19:00",
        "All that are to come",
        "Rule: every Thursday at 19:00 (was: every Wednesday at 07:00)",
        "Place: Room B (was: Room A)",
        "8 sessions move",
        "Jan 7 (Wed) 07:00, now Jan 8 (Thu) 19:00",
        "and 3 more",
        "Thu, Jan 8, 2026, 19:00, Tokyo time",
        "Thu, Feb 5, 2026, 19:00, Tokyo time",
        "[Save]",
        "[Change first]",
    ):
        assert part in text
    assert (await starts(study), len(study.sim.unprompted())) == (before, posted)
    await study.sim.restart()
    await study.moderator.click(message, label="Save")
    text = study.sim.text(message)
    for part in ("I changed **朝の会**: every Thursday at 19:00.", "8 sessions moved.", "1 person will be told."):
        assert part in text
    assert "[Save]" not in text
    assert (await starts(study))[:2] == [day(1, 8, 10), day(1, 15, 10)]
    await study.sim.advance(61)
    (thread,) = study.general.threads
    said = [study.sim.text(each) for each in study.sim.messages(thread)]
    assert any("Trains" in each and study.other.mention in each for each in said)
    assert "Room B" in study.sim.text(announcements(study)[0])


async def test_what_falls_away_comes_anew_or_stays_is_told_by_date(study: World):
    await study.moderator.slash(study.general, "session edit", session="2", venue="Hotel")
    message = await previewed(study, "series edit", series="朝の会", rule="every other Wednesday 07:00", venue="-")
    text = study.sim.text(message)
    for part in (
        "4 sessions are cancelled: Jan 14 (Wed) 07:00\nJan 28 (Wed) 07:00",
        "Place: none (was: Room A)",
        "Nobody has answered for the sessions that change, so nobody will be told.",
        "Wed, Jan 21, 2026, 07:00, Tokyo time",
    ):
        assert part in text
    await study.moderator.click(message, label="Save")
    assert "4 sessions cancelled." in study.sim.text(message)
    message = await previewed(study, "series edit", series="朝の会", rule="every Wednesday 07:00")
    assert "4 sessions are new" in study.sim.text(message)
    await study.moderator.slash(study.general, "session edit", session="1", venue="Hotel")
    message = await previewed(study, "series edit", series="朝の会", venue="Room C")
    assert "1 session keeps its own settings: Jan 7 (Wed) 07:00" in study.sim.text(message)


async def test_whoever_gives_a_reason_hears_that_the_announcement_of_a_cancelled_session_shows_it(study: World):
    change = {"series": "朝の会", "rule": "every other Wednesday 07:00", "reason": "Trains"}
    publicly = "Everybody who sees the announcement of a cancelled session can read the reason: “Trains”"
    assert publicly not in study.sim.text(await previewed(study, "series edit", **change)), "none was announced"
    await study.moderator.slash(study.general, "group edit", name="Asakai", announce_days_before=10)
    await at_rest(study)
    message = await previewed(study, "series edit", **change)
    assert publicly in study.sim.text(message)
    await study.moderator.click(message, label="Save")
    await at_rest(study, 90)
    said = [study.sim.text(each) for each in announcements(study)]
    assert ["Reason: Trains" in each for each in said] == ["Cancelled" in each for each in said] == [False, True]


async def test_one_date_is_changed_alone(study: World):
    message = await previewed(study, "series edit", series="朝の会", on="1/14", theme="Tea", duration=90)
    text = study.sim.text(message)
    for part in ("Only the one on Wed, Jan 14, 2026", "Theme: Tea (was: 朝の会)", "Length: 90 minutes (was: 1 hour)"):
        assert part in text
    await study.moderator.click(message, label="Save")
    assert "I changed **朝の会** on Wed, Jan 14, 2026, 07:00, Tokyo time." in study.sim.text(message)
    assert [session.theme for session in await sessions(study)][:3] == ["朝の会", "Tea", "朝の会"]


async def test_this_and_later_begins_with_the_date(study: World):
    message = await previewed(
        study, "series edit", series="朝の会", scope="later", on="2026-01-21", rule="every Wednesday 19:00"
    )
    text = study.sim.text(message)
    assert "The one on Wed, Jan 21, 2026 and those after it" in text
    assert "6 sessions move" in text
    await study.moderator.click(message, label="Save")
    assert (await starts(study))[:3] == [day(1, 6, 22), day(1, 13, 22), day(1, 21, 10)]


async def test_the_form_changes_the_change_and_shows_it_again(study: World):
    message = await previewed(study, "series edit", series="朝の会", rule="every Thursday 07:00", reason="Trains")
    opened = await study.moderator.click(message, label="Change first")
    boxes = {part["component"]["custom_id"]: part["component"] for part in opened.modal["components"]}
    assert boxes["rule"]["value"] == "every Thursday at 07:00"
    assert boxes["venue"]["value"] == "Room A"
    written = {"name": "夜の会", "rule": "every Friday at 20:00", "theme": "", "duration": "1h30", "venue": ""}
    await study.moderator.submit_modal(opened, written)
    text = study.sim.text(message)
    for part in (
        "Name: 夜の会 (was: 朝の会)",
        "every Friday at 20:00",
        "Length: 90 minutes",
        "Place: none (was: Room A)",
    ):
        assert part in text
    await study.moderator.click(message, label="Save")
    first = (await sessions(study))[0]
    assert (first.theme, first.duration, first.venue, first.starts_at) == ("夜の会", 90, "", day(1, 9, 11))


async def test_the_form_of_one_date_begins_with_what_that_session_has(study: World):
    await study.moderator.slash(study.general, "session edit", session="2", venue="Hotel")
    message = await previewed(study, "series edit", series="朝の会", on="2026-01-14", theme="Tea")
    opened = await study.moderator.click(message, label="Change first")
    boxes = {part["component"]["custom_id"]: part["component"].get("value") for part in opened.modal["components"]}
    assert boxes == {"theme": "Tea", "duration": "60", "venue": "Hotel", "reason": None}
    written = {"theme": "Sencha", "duration": "60", "venue": "Hotel", "reason": "Season"}
    await study.moderator.submit_modal(opened, written)
    text = study.sim.text(message)
    assert "Theme: Sencha (was: 朝の会)" in text
    assert "Place" not in text
    await study.moderator.click(message, label="Save")
    assert [session.theme for session in await sessions(study)][1] == "Sencha"


async def test_a_form_of_a_rule_that_words_can_not_say_keeps_it(study: World):
    await in_series(study, name="Odd", rule="FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13 07:00")
    message = await previewed(study, "series edit", series="Odd", venue="Room B")
    opened = await study.moderator.click(message, label="Change first")
    boxes = {part["component"]["custom_id"]: part["component"].get("value") for part in opened.modal["components"]}
    assert boxes["rule"] == "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR 07:00"
    await study.moderator.submit_modal(opened, {key: value or "" for key, value in boxes.items()} | {"venue": "Room C"})
    assert "Rule" not in study.sim.text(message)


async def test_a_rule_with_two_readings_is_asked_about_first(study: World):
    message = await previewed(study, "series edit", series="朝の会", rule="毎週木曜 8時")
    text = study.sim.text(message)
    assert "When does **朝の会** meet?" in text
    assert "every Thursday at 20:00**, next on Thu, Jan 8, 2026, 20:00, Tokyo time" in text
    await study.sim.restart()
    await study.moderator.click(message, label="2. every Thursday at 20:00")
    assert "8 sessions move" in study.sim.text(message)
    await study.moderator.click(message, label="Save")
    assert (await starts(study))[0] == day(1, 8, 11)


async def test_two_presses_on_save_do_it_once(study: World):
    message = await previewed(study, "series edit", series="朝の会", rule="every Thursday 07:00")
    custom_id = message.components[0]["components"][0]["custom_id"]
    await study.sim.simultaneous(*(study.moderator.click(message, custom_id=custom_id) for _ in range(2)))
    assert len(await starts(study)) == 8
    assert {session.revision for session in await sessions(study)} == {1}


async def test_strangers_get_nothing_out_of_a_change(study: World):
    await previewed(study, "series edit", series="朝の会", rule="every Thursday 07:00")
    await previewed(study, "series edit", series="朝の会", rule="毎週木曜 8時")
    second = study.guild.add_member(study.sim.env.create_user("second"), roles=[study.guild.roles["Managers"]])
    drafts = [row[0] for row in (await rows(study))["drafts"]]
    async with nothing_written(study):
        for draft in drafts:
            for part in (f"editseries:{draft}:confirm", f"editseries:{draft}:change", f"whichedit:{draft}:1"):
                for who in (study.other, second):
                    text = refusal(study, await press(study, who, carrier(study), f"bk:{part}"))
                    assert text.startswith("This button no longer works")


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ({}, "Nothing changed: it was already like that."),
        ({"series": "夜の会", "venue": "x"}, "There is no series “夜の会” here"),
        ({"rule": "now and then"}, "I don't understand the rule"),
        ({"on": "2026-01-14", "rule": "every Thursday 07:00"}, "belong to the whole series “朝の会”"),
        ({"on": "2026-01-14", "scope": "all", "venue": "x"}, "Please leave out `scope` or `on`"),
        ({"on": "2026-01-15", "venue": "x"}, "does not meet on Thu, Jan 15, 2026. Please choose one of its dates"),
        ({"on": "2026-06-03", "venue": "x"}, "is planned only up to Mon, Mar 2, 2026"),
        ({"until": "2026-01-06"}, "no date ahead"),
        ({"name": " "}, "`name` is empty"),
    ],
)
async def test_what_does_not_work_is_explained_and_changes_nothing(study: World, options: dict[str, Any], answer: str):
    async with nothing_written(study):
        assert answer in await told(study, study.moderator, "series edit", **({"series": "朝の会"} | options))


async def test_members_hear_who_may(study: World):
    text = await told(study, study.other, "series edit", series="朝の会", venue="x")
    assert "Only the group's organizers and moderators" in text


async def test_a_change_is_shown_in_japanese(study: World):
    set_locale(study.moderator, "ja")
    message = await previewed(study, "series edit", series="朝の会", rule="隔週水曜 夜7時")
    text = study.sim.text(message)
    for part in ("隔週水曜日 19:00", "これからのすべての回", "開催ルール：隔週水曜日 19:00(変更前：毎週水曜日 07:00)"):
        assert part in text
    for part in ("日時が変わる回：4回", "中止になる回：4回", "1/7(水) 07:00 → 1/7(水) 19:00", "[保存する]"):
        assert part in text
    await study.moderator.click(message, label="保存する")
    assert "4回の日時を変更、4回を中止しました。" in study.sim.text(message)


async def test_a_change_leaves_nothing_untranslated(study: World):
    set_locale(study.moderator, "xx-pseudo")
    allowed = ["Asakai", "Tokyo", "朝の会", "Room A", "会議室", "夜の会", "次の水曜"]
    await study.moderator.slash(study.general, "session edit", session="2", venue="会議室")
    for options in (
        {"rule": "毎週木曜 8時"},
        {"rule": "every other Wednesday 08:00", "name": "夜の会", "theme": "会議室", "duration": 45, "capacity": 3},
        {"series": "夜の会", "rule": "every day 08:00", "venue": "-", "count": 20},
        {"series": "夜の会", "until": "2026-12-31", "scope": "later"},
        {"series": "夜の会", "on": "次の水曜", "venue": "会議室"},
    ):
        message = await previewed(study, "series edit", **({"series": "朝の会"} | options))
        for _ in range(2):
            assert escaped(study.sim.text(message), allowed) == []
            if message.components:
                first = message.components[0]["components"][0]["custom_id"]
                await study.moderator.click(message, custom_id=first)


async def test_a_series_that_moves_says_whose_deadlines_it_cuts(world: World):
    await with_group(world)
    await in_series(world, rule="every Wednesday 19:00", count=2)
    first = (await sessions(world))[0]
    await told(world, world.moderator, "session edit", session=f"#{first.id}", deadline="2026-01-07 18:00")
    message = await previewed(world, "series edit", series="朝の会", rule="every Wednesday 07:00")
    assert "In 1 session the deadline would come after the new start" in world.sim.text(message)
    message = await previewed(world, "series edit", series="朝の会", rule="every Wednesday 20:00")
    assert "the deadline would come" not in world.sim.text(message)
