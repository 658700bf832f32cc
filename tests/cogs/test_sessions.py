from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import simcord

from bot.demo.simulation import set_locale
from bot.domain.actors import Actor
from bot.domain.rsvps import Answer
from bot.i18n import escaped
from tests.cogs.acts import (
    announcements,
    at_rest,
    button,
    called_off,
    events,
    previewed,
    scheduled,
    sessions,
    told,
    with_group,
)
from tests.cogs.permissions import hide
from tests.world import World


@pytest.fixture
async def study(world: World) -> World:
    """A server with one study group."""
    await with_group(world)
    return world


def stamp(*parts: int) -> str:
    return f"<t:{int(datetime(*parts, tzinfo=UTC).timestamp())}:"


async def press(world: World, who: Any, session_id: int, answer: str) -> str:
    """Press a button under the first announcement; the private answer."""
    result = await who.click(announcements(world)[0], custom_id=f"bk:rsvp:{session_id}:{answer}")
    return world.sim.private_replies(result)[-1]


# Scheduling


async def test_a_new_session_is_shown_privately_and_posted_only_when_confirmed(study: World):
    message = await previewed(
        study,
        "session schedule",
        theme="Logistics",
        when="2026-01-07 07:00",
        venue="Room A",
        link="https://meet.example/x",
        capacity=20,
        duration=90,
        deadline="2026-01-06 20:00",
        description="From port to shelf",
    )
    text = study.sim.text(message)
    for part in ("Wed, Jan 7, 2026, 07:00, Tokyo time", stamp(2026, 1, 6, 22), "Room A", "90 minutes", "20", "Asakai"):
        assert part in text
    assert f"<#{study.general.id}>" in text
    assert "https://meet.example/x" in text
    assert announcements(study) == []
    await study.moderator.click(message, label="Post")
    assert "is scheduled for" in study.sim.text(message)
    assert "[Post]" not in study.sim.text(message)
    await at_rest(study)
    (posted,) = announcements(study)
    text = study.sim.text(posted)
    for part in (
        "Logistics",
        "From port to shelf",
        "Room A",
        "0 of 20 places taken",
        "Nobody yet",
        "[Going]",
        "[Not going]",
    ):
        assert part in text
    assert "meet.example" not in text, "the link is for those who come"
    assert study.sim.pinged(posted) == frozenset()
    (event,) = events(study)
    assert event.name == "Logistics"
    assert [thread.name for thread in study.general.threads] == ["Jan 7 (Wed) Logistics"]


async def test_a_second_press_on_post_is_refused_and_schedules_nothing(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="2026-01-07 07:00")
    custom_id = button(message, "Post")
    await study.sim.simultaneous(*(study.moderator.click(message, custom_id=custom_id) for _ in range(2)))
    assert len(await sessions(study)) == 1


async def test_change_first_opens_a_form_with_what_was_said(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="2026-01-07 07:00", venue="Room A")
    opened = await study.moderator.click(message, label="Change first")
    assert opened.modal is not None
    fields = {"theme": "Green tea", "when": "2026-01-08 19:30", "duration": "1h30", "venue": ""}
    fields["description"] = "Sencha"
    await study.moderator.submit_modal(opened, fields)
    text = study.sim.text(message)
    for part in ("Green tea", "Thu, Jan 8, 2026, 19:30", "90 minutes", "Sencha"):
        assert part in text
    assert "Room A" not in text
    await study.moderator.click(message, label="Post")
    (session,) = await sessions(study)
    assert (session.theme, session.duration, session.venue) == ("Green tea", 90, "")


async def test_a_form_with_a_wrong_time_explains_itself_and_the_preview_stays(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="2026-01-07 07:00")
    opened = await study.moderator.click(message, label="Change first")
    fields = {"theme": "Tea", "when": "sometime", "duration": "60", "venue": "", "description": ""}
    result = await study.moderator.submit_modal(opened, fields)
    assert "I don't understand the time “sometime”" in study.sim.private_replies(result)[-1]
    assert "Wed, Jan 7, 2026, 07:00" in study.sim.text(message)


async def test_a_form_with_a_wrong_length_names_its_box_and_not_the_option(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="2026-01-07 07:00")
    opened = await study.moderator.click(message, label="Change first")
    fields = {"theme": "Tea", "when": "2026-01-07 07:00", "duration": "1", "venue": "", "description": ""}
    result = await study.moderator.submit_modal(opened, fields)
    text = study.sim.private_replies(result)[-1]
    assert text.startswith("“Length in minutes” can be ")
    assert "duration" not in text


async def test_a_preview_from_before_a_restart_still_posts(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="2026-01-07 07:00")
    await study.sim.restart()
    await study.moderator.click(message, label="Post")
    assert [s.theme for s in await sessions(study)] == ["Tea"]


async def test_an_organizer_may_schedule(study: World):
    await study.moderator.slash(study.general, "group edit", name="Asakai", add_organizer=study.other)
    message = await previewed(study, "session schedule", study.other, theme="Tea", when="2026-01-07 07:00")
    await study.other.click(message, label="Post")
    assert [(s.kind, s.host_id) for s in await sessions(study)] == [("lecture", 0)]


async def test_after_the_deadline_an_organizer_hears_how_to_move_it_and_a_member_whom_to_ask(study: World):
    await scheduled(study, deadline="2026-01-06 20:00")
    await study.sim.advance_to(datetime(2026, 1, 6, 11, 1, tzinfo=UTC))
    rsvp = {"session": "Logistics", "answer": "going"}
    assert "Please ask an organizer" in await told(study, study.other, "session rsvp", **rsvp)
    for options in (rsvp, rsvp | {"member": study.other}):
        said = await told(study, study.moderator, "session rsvp", **options)
        assert "`/session edit deadline:` with a new time, or `deadline:-` to remove it" in said
    await told(study, study.moderator, "session edit", session="Logistics", deadline="-")
    assert "deadline" not in await told(study, study.moderator, "session rsvp", **rsvp | {"member": study.other})
    async with study.app.database.reading(study.guild.id) as uow:
        (session,) = await sessions(study)
        assert [each.member_id for each in await uow.rsvps.of_session(session.id)] == [study.other.id]


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ({"when": "2026-01-05 08:00"}, "which has passed"),
        ({"when": "when I like"}, "I don't understand the time"),
        ({"theme": "   "}, "`theme` is empty"),
        ({"link": "meet me"}, "is not a web address"),
        ({"deadline": "2026-01-08 07:00"}, "The deadline"),
        ({"group": "Golf"}, "There is no study group “Golf” here"),
        ({"when": "2099-01-08 07:00"}, "Please check the year"),
    ],
)
async def test_what_does_not_work_is_explained_and_leaves_nothing(study: World, options: dict[str, Any], answer: str):
    options = {"theme": "Tea", "when": "2026-01-07 07:00"} | options
    assert answer in await told(study, study.moderator, "session schedule", **options)
    assert await sessions(study) == []


@pytest.mark.parametrize(
    "options", [{"theme": "x" * 101}, {"duration": 4}, {"capacity": 0}, {"kind": "party"}, {"description": "x" * 1001}]
)
async def test_what_discord_can_refuse_never_reaches_the_bot(study: World, options: dict[str, Any]):
    with pytest.raises(simcord.SetupError):
        await study.moderator.slash(
            study.general, "session schedule", **({"theme": "Tea", "when": "2026-01-07 07:00"} | options)
        )


async def test_without_a_channel_the_answer_says_what_to_set(bare_world: World):
    await bare_world.set_up(announcements_channel=0)
    await with_group(bare_world)
    text = await told(bare_world, bare_world.moderator, "session schedule", theme="Tea", when="2026-01-07 07:00")
    assert "/settings set" in text


async def test_two_groups_make_it_necessary_to_name_one(study: World):
    await with_group(study, "Golf")
    text = await told(study, study.moderator, "session schedule", theme="Tea", when="2026-01-07 07:00")
    assert "In which study group will **Tea** take place?" in text
    assert "[Asakai]" in text
    assert "[Golf]" in text
    choices = await study.moderator.autocomplete(study.general, "session schedule", "group", "go")
    assert [choice["value"] for choice in choices] == ["Golf"]


# Answering


async def test_an_answer_is_confirmed_privately_and_shown_in_the_announcement(study: World):
    session_id = await scheduled(study, venue="Room A", link="https://meet.example/x")
    await at_rest(study)
    text = await press(study, study.other, session_id, "going")
    for part in ("You are coming to **Logistics**", stamp(2026, 1, 6, 22), "Room A", "https://meet.example/x"):
        assert part in text
    await at_rest(study)
    assert f"Coming: 1: {study.other.mention}" in study.sim.text(announcements(study)[0])
    text = await press(study, study.other, session_id, "late")
    assert "late" in text
    await at_rest(study)
    assert f"{study.other.mention} (late)" in study.sim.text(announcements(study)[0])
    text = await press(study, study.other, session_id, "maybe")
    assert "https://meet.example/x" not in text
    await at_rest(study)
    assert f"Maybe: 1: {study.other.mention}" in study.sim.text(announcements(study)[0])
    text = await press(study, study.other, session_id, "not_going")
    assert "You are not coming" in text
    await at_rest(study)
    assert study.other.mention not in study.sim.text(announcements(study)[0]), "a decline is nobody's business"


async def test_an_answer_in_japanese_is_confirmed_in_japanese_and_the_post_stays_as_the_community_speaks(study: World):
    session_id = await scheduled(study)
    await at_rest(study)
    assert "参加" in await press(study, study.member, session_id, "going")
    await at_rest(study)
    assert "Coming: 1" in study.sim.text(announcements(study)[0])


async def test_the_buttons_work_after_a_restart(study: World):
    session_id = await scheduled(study)
    await at_rest(study)
    await study.sim.restart()
    assert "You are coming" in await press(study, study.other, session_id, "going")


async def test_fifty_presses_at_the_same_instant_fill_twenty_places_in_the_order_of_the_line(study: World):
    session_id = await scheduled(study, capacity=20)
    await at_rest(study)
    people = [study.guild.add_member(study.sim.env.create_user(f"p{n}")) for n in range(50)]
    (posted,) = announcements(study)
    results = await study.sim.simultaneous(
        *(person.click(posted, custom_id=f"bk:rsvp:{session_id}:going") for person in people)
    )
    answers = [study.sim.private_replies(result)[-1] for result in results]
    coming = [person.id for person, text in zip(people, answers, strict=True) if "You are coming" in text]
    line = {
        int(found[1]): person.id
        for person, text in zip(people, answers, strict=True)
        if (found := re.search(r"number (\d+) on the waitlist", text))
    }
    assert (len(coming), sorted(line)) == (20, list(range(1, 31)))

    async def read() -> tuple[list[int], list[int]]:
        async with study.app.database.reading(study.guild.id) as uow:
            rsvps = await uow.rsvps.of_session(session_id)
            return [r.member_id for r in rsvps if r.coming], [r.member_id for r in rsvps if r.waiting]

    have, wait = await study.sim.run(read())
    assert sorted(have) == sorted(coming)
    assert wait == [line[position] for position in sorted(line)]
    await at_rest(study)
    text = study.sim.text(announcements(study)[0])
    assert "20 of 20 places taken, 30 on the waitlist" in text
    assert "and 10 more" in text
    assert "[Show all names]" in text


async def test_all_names_are_shown_privately_a_page_at_a_time(study: World):
    session_id = await scheduled(study)
    await at_rest(study)

    async def all_answer() -> None:
        for number in range(90):
            actor = Actor(10**18 + number, sees=lambda channel_id: True)
            await study.app.services.rsvps.answer(study.guild.id, actor, session_id, Answer.GOING)

    await study.sim.run(all_answer())
    await at_rest(study)
    assert "and 70 more" in study.sim.text(announcements(study)[0])
    result = await study.other.click(announcements(study)[0], label="Show all names")
    (reply,) = result.followups
    assert reply.ephemeral
    for page, names in enumerate((40, 40, 10), 1):
        assert len(re.findall("<@", study.sim.text(reply))) == names
        assert f"Page {page} of 3" in study.sim.text(reply)
        if page < 3:
            await study.other.click(reply, label="Next")


async def test_a_freed_place_is_told_by_message_and_given_up_there(study: World):
    session_id = await scheduled(study, capacity=1)
    await at_rest(study)
    await press(study, study.other, session_id, "going")
    third = study.guild.add_member(study.sim.env.create_user("third"))
    assert "number 1 on the waitlist" in await press(study, third, session_id, "going")
    await press(study, study.other, session_id, "not_going")
    await at_rest(study)
    (message,) = study.sim.messages(third.user.dm_channel)
    assert "A place has come free: you are in at **Logistics**" in study.sim.text(message)
    result = await third.user.click(message, label="Not going")
    assert "You are not coming" in study.sim.private_replies(result)[-1]
    await at_rest(study)
    assert "0 of 1 places taken" in study.sim.text(announcements(study)[0])


async def test_a_button_in_a_message_to_somebody_who_left_is_refused(study: World):
    session_id = await scheduled(study, capacity=1)
    await at_rest(study)
    third = study.guild.add_member(study.sim.env.create_user("third"))
    await press(study, study.other, session_id, "going")
    await press(study, third, session_id, "going")
    await press(study, study.other, session_id, "not_going")
    await at_rest(study)
    study.guild.remove_member(third)
    (message,) = study.sim.messages(third.user.dm_channel)
    result = await third.user.click(message, label="Not going")
    assert "This button no longer works" in study.sim.private_replies(result)[-1]
    await study.sim.advance(61)
    assert "1 of 1 places taken" in study.sim.text(announcements(study)[0])


async def test_an_organizer_answers_for_somebody_else(study: World):
    await scheduled(study)
    text = await told(study, study.moderator, "session rsvp", session="Logistics", answer="going", member=study.other)
    assert f"Saved for **Logistics**. {study.other.mention}: Going" in text
    text = await told(study, study.other, "session rsvp", session="Logistics", answer="going", member=study.member)
    assert "Only the group's organizers and moderators" in text


@pytest.mark.parametrize("custom_id", ["bk:rsvp:999:going", "bk:rsvp:{id}:perhaps", "bk:rsvp:{id}:going:123456789"])
async def test_a_forged_button_is_answered_clearly_and_changes_nothing(study: World, custom_id: str):
    session_id = await scheduled(study)
    await at_rest(study)
    (posted,) = announcements(study)
    stored = study.sim.env.backend.get_message(study.general.id, posted.id)
    stored.components[0]["components"][1]["custom_id"] = custom_id.format(id=session_id)
    result = await study.other.click(announcements(study)[0], custom_id=custom_id.format(id=session_id))
    text = study.sim.private_replies(result)[-1]
    if custom_id.endswith("123456789"):
        assert "You are coming" in text, "the server is the one where the button was pressed"
    else:
        assert "/session list" in text


# Changing


async def test_a_new_time_is_shown_first_and_everything_follows_when_posted(study: World):
    session_id = await scheduled(study)
    await at_rest(study)
    await press(study, study.other, session_id, "going")
    message = await previewed(study, "session edit", session="Logistics", when="2026-01-08 19:00", reason="Room taken")
    text = study.sim.text(message)
    for part in (
        "Wed, Jan 7, 2026, 07:00",
        "Thu, Jan 8, 2026, 19:00",
        "1 person who answered Going, Late or Maybe will be told",
    ):
        assert part in text
    assert (await sessions(study))[0].revision == 0
    await study.moderator.click(message, label="Move it")
    assert "has moved" in study.sim.text(message)
    (session,) = await sessions(study)
    assert (session.starts_at, session.revision) == (datetime(2026, 1, 8, 10, tzinfo=UTC), 1)
    await study.sim.advance(61)
    assert stamp(2026, 1, 8, 10) in study.sim.text(announcements(study)[0])
    assert events(study)[0].start_time == datetime(2026, 1, 8, 10, tzinfo=UTC)


async def test_a_move_can_be_changed_before_it_is_posted(study: World):
    await scheduled(study)
    message = await previewed(study, "session edit", session="Logistics", when="2026-01-08 19:00")
    opened = await study.moderator.click(message, label="Change first")
    await study.moderator.submit_modal(opened, {"when": "2026-01-09 19:00", "reason": "Holiday"})
    assert "Fri, Jan 9, 2026, 19:00" in study.sim.text(message)
    await study.moderator.click(message, label="Move it")
    assert (await sessions(study))[0].starts_at == datetime(2026, 1, 9, 10, tzinfo=UTC)


async def test_another_change_is_made_at_once_and_a_dash_clears(study: World):
    await scheduled(study, venue="Room A", capacity=5, deadline="2026-01-06 20:00")
    text = await told(
        study,
        study.moderator,
        "session edit",
        session="Logistics",
        theme="Trucks",
        venue="-",
        capacity=0,
        deadline="-",
        duration=30,
    )
    assert "**Trucks**" in text
    (session,) = await sessions(study)
    assert (session.venue, session.capacity, session.deadline, session.duration) == ("", None, None, 30)
    assert "Nothing changed" in await told(study, study.moderator, "session edit", session="Trucks", theme="Trucks")


@pytest.mark.parametrize("none", ["なし", "none", "-"])
async def test_a_session_may_be_said_to_have_no_deadline(study: World, none: str):
    await scheduled(study, deadline=none)
    (session,) = await sessions(study)
    assert session.deadline is None


async def test_an_end_and_a_length_that_differ_are_refused(study: World):
    await scheduled(study)
    for command, options in (
        ("session schedule", {"theme": "Tea", "when": "1/8 7:00-8:30", "duration": 180}),
        ("session schedule", {"theme": "Tea", "when": "1/8 7:00-8:30", "duration": 60}),
        ("session edit", {"session": "Logistics", "when": "7:00-8:30", "duration": 180}),
    ):
        text = await told(study, study.moderator, command, **options)
        assert "The end and the length differ: until that end it takes 90 minutes, but" in text, options
    assert [session.theme for session in await sessions(study)] == ["Logistics"]
    message = await previewed(study, "session schedule", theme="Tea", when="1/8 7:00-8:30", duration=90)
    opened = await study.moderator.click(message, label="Change first")
    result = await study.moderator.submit_modal(opened, {"when": "1/8 7:00-9:00", "theme": "Tea", "duration": "180"})
    assert "until that end it takes 2 hours, but the length given is 3 hours" in study.sim.private_replies(result)[-1]
    set_locale(study.moderator, "ja")
    options = {"theme": "茶", "when": "1/8 7:00〜8:30", "duration": 180}
    assert "90分ですが、長さは3時間と" in await told(study, study.moderator, "session schedule", **options)


async def test_a_start_that_names_its_end_says_how_long_it_lasts(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="1/8 7:00〜8:30", deadline="前日の20時")
    text = study.sim.text(message)
    for part in ("Thu, Jan 8, 2026, 07:00, Tokyo time", "90 minutes", "Wed, Jan 7, 2026, 20:00, Tokyo time"):
        assert part in text, part
    opened = await study.moderator.click(message, label="Change first")
    await study.moderator.submit_modal(opened, {"when": "2026-01-08 07:00-09:00", "theme": "Tea", "duration": "90"})
    assert "2 hours" in study.sim.text(message)
    await study.moderator.click(message, label="Post")
    message = await previewed(study, "session edit", session="Tea", when="7:30-8:15", deadline="the day before")
    text = study.sim.text(message)
    assert "45 minutes" in text
    opened = await study.moderator.click(message, label="Change first")
    await study.moderator.submit_modal(opened, {"when": "2026-01-15 7:30-8:45", "reason": ""})
    await study.moderator.click(message, label="Move it")
    (session,) = await sessions(study)
    assert (session.starts_at, session.duration) == (datetime(2026, 1, 14, 22, 30, tzinfo=UTC), 75)
    # What was counted back from the start in the command is counted back from the one in the form.
    assert session.deadline == datetime(2026, 1, 14, 14, 59, tzinfo=UTC)


async def test_a_draft_takes_its_deadline_along_to_another_start(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="1/8 7:00", deadline="前日の20時")
    opened = await study.moderator.click(message, label="Change first")
    await study.moderator.submit_modal(opened, {"when": "next Fri 8:00", "theme": "Tea", "duration": "60"})
    await study.moderator.click(message, label="2. Fri, Jan 16, 2026, 08:00, Tokyo time")
    assert "Thu, Jan 15, 2026, 20:00, Tokyo time" in study.sim.text(message)
    opened = await study.moderator.click(message, label="Change first")
    await study.moderator.submit_modal(opened, {"when": "today 21:00", "theme": "Tea", "duration": "60"})
    text = study.sim.text(message)
    assert "Mon, Jan 5, 2026, 21:00, Tokyo time" in text
    assert "answer by" not in text, "its time has passed, and people could not answer"


async def test_a_deadline_is_counted_back_from_the_start_that_the_same_edit_gives(study: World):
    await scheduled(study)
    message = await previewed(
        study, "session edit", session="Logistics", when="1/9 19:00", deadline="the day before 8pm"
    )
    await study.moderator.click(message, label="Move it")
    assert (await sessions(study))[0].deadline == datetime(2026, 1, 8, 11, tzinfo=UTC)
    await told(study, study.moderator, "session edit", session="Logistics", deadline="2日前")
    assert (await sessions(study))[0].deadline == datetime(2026, 1, 7, 14, 59, tzinfo=UTC)
    text = await told(study, study.moderator, "session edit", session="Logistics", deadline="前日の夜")
    assert "Please add the hour, like “前日の夜8時”" in text


@pytest.mark.parametrize(
    ("when", "english", "japanese"),
    [
        ("2/30 7:00", "The day in “2/30 7:00” does not exist", "「2/30 7:00」の日付は存在しません"),
        ("毎週水曜7時", "planned with `/series create`", "定期的な会は `/series create` で予定できます"),
    ],
)
async def test_a_start_is_refused_for_its_reason(study: World, when: str, english: str, japanese: str):
    assert english in await told(study, study.moderator, "session schedule", theme="Tea", when=when)
    set_locale(study.moderator, "ja")
    assert japanese in await told(study, study.moderator, "session schedule", theme="Tea", when=when)


async def test_a_cancelled_session_says_so_and_takes_no_answers(study: World):
    session_id = await scheduled(study)
    await at_rest(study)
    shown = (await study.other.slash(study.general, "session show", session="Logistics")).response
    assert "is cancelled" in await called_off(study, session="Logistics", reason="Storm")
    assert "was cancelled" in await told(study, study.other, "session rsvp", session=str(session_id), answer="going")
    result = await study.other.click(shown, label="Going")
    assert "was cancelled" in study.sim.private_replies(result)[-1], "also where an old button still stands"
    await study.sim.advance(61)
    text = study.sim.text(announcements(study)[0])
    assert "Cancelled: Logistics" in text
    assert "Reason: Storm" in text
    assert "[Going]" not in text
    assert session_id not in [s.id for s in await sessions(study)]
    assert events(study) == []


async def test_a_session_that_is_over_says_so(study: World):
    await scheduled(study, when="2026-01-05 09:30", duration=15)
    await study.sim.advance_to(datetime(2026, 1, 5, 0, 47, tzinfo=UTC))
    text = study.sim.text(announcements(study)[0])
    assert "This session is over." in text
    assert "[Going]" not in text


# Looking


async def test_the_list_shows_what_is_coming_and_ones_own_answer(study: World):
    assert "No session is planned" in await told(study, study.other, "session list")
    session_id = await scheduled(study)
    await at_rest(study)
    await press(study, study.other, session_id, "maybe")
    text = await told(study, study.other, "session list")
    assert "**Logistics** (Asakai), 0 coming · you: Maybe" in text
    assert "**Logistics**" in await told(study, study.other, "session list", mine=True)
    assert "You have no sessions ahead" in await told(study, study.moderator, "session list", mine=True)


async def test_a_long_list_turns_its_pages(study: World):
    for day in range(10, 22):
        await scheduled(study, f"Day {day}", f"2026-01-{day} 07:00")
    result = await study.other.slash(study.general, "session list")
    assert result.response is not None
    assert "Page 1 of 2" in study.sim.text(result.response)
    await study.other.click(result.response, label="Next")
    text = study.sim.text(result.response)
    assert "**Day 21**" in text
    assert "**Day 10**" not in text
    await study.other.click(result.response, label="Previous")
    assert "**Day 10**" in study.sim.text(result.response)


async def test_pages_are_of_the_group_in_the_button_even_if_another_is_called_like_its_id(study: World):
    for day in range(10, 22):
        await scheduled(study, f"Day {day}", f"2026-01-{day} 07:00")
    result = await study.other.slash(study.general, "session list", group="Asakai")
    await with_group(study, "1")
    await scheduled(study, "Other", "2026-01-09 07:00", group="1")
    assert result.response is not None
    await study.other.click(result.response, label="Next")
    assert "**Day 21**" in study.sim.text(result.response)
    # What is typed is a name first.
    assert "**Other**" in await told(study, study.other, "session list", group="1")


async def test_a_session_chosen_from_the_list_is_meant_even_if_another_is_called_like_its_id(study: World):
    first = await scheduled(study)
    await scheduled(study, str(first), "2026-01-08 07:00")
    assert "Logistics" in await told(study, study.other, "session show", session=f"#{first}")
    assert "Logistics" not in await told(study, study.other, "session show", session=str(first))


async def test_showing_a_session_tells_the_link_only_to_those_who_come(study: World):
    session_id = await scheduled(study, link="https://meet.example/x")
    await at_rest(study)
    assert "meet.example" not in await told(study, study.other, "session show", session="Logistics")
    await press(study, study.other, session_id, "going")
    assert "https://meet.example/x" in await told(study, study.other, "session show", session=str(session_id))


async def test_suggestions_begin_with_the_date_in_the_callers_language(study: World):
    session_id = await scheduled(study)
    (choice,) = await study.other.autocomplete(study.general, "session show", "session", "log")
    assert (choice["name"], choice["value"]) == ("Jan 7 (Wed) 07:00 Logistics", f"#{session_id}")
    assert "Logistics" in await told(study, study.other, "session show", session="Jan 7 (Wed) 07:00 Logistics")


async def test_a_group_with_a_hidden_channel_does_not_exist_for_others(study: World):
    hide(study, study.log)
    await with_group(study, "Board", channel=study.log)
    session_id = await scheduled(study, "Secret", group="Board")
    assert "Secret" not in await told(study, study.other, "session list")
    assert "There is no session" in await told(study, study.other, "session show", session="Secret")
    assert "There is no session" in await told(
        study, study.other, "session rsvp", session=str(session_id), answer="going"
    )
    assert await study.other.autocomplete(study.general, "session show", "session", "") == []
    assert "Secret" in await told(study, study.moderator, "session list")


async def test_before_setup_the_commands_say_so(bare_world: World):
    text = await told(bare_world, bare_world.other, "session list")
    assert "/setup" in text


async def test_commands_in_the_pseudo_language_leave_nothing_untranslated(study: World):
    set_locale(study.moderator, "xx-pseudo")
    message = await previewed(study, "session schedule", theme="茶", when="2026-01-07 07:00", venue="会議室")
    assert escaped(study.sim.text(message), ["Asakai", "Tokyo", "茶", "会議室"]) == []


async def test_a_preview_tells_the_time_on_the_clock_of_its_author_too_if_it_hangs_elsewhere(study: World):
    def lines(message: Any) -> list[str]:
        (embed,) = study.sim.env.backend.get_message(study.general.id, message.id).embeds
        return next(field["value"] for field in embed["fields"] if field["name"] == "When").split("\n")

    in_tokyo = "Wed, Jan 7, 2026, 07:00, Tokyo time"
    options = {"theme": "Tea", "when": "2026-01-07 07:00"}
    for zone, others in (("-", []), ("Tokyo", []), ("New York", ["Tue, Jan 6, 2026, 17:00, New York time"])):
        await told(study, study.moderator, "profile edit", time_zone=zone)
        first, *rest = lines(await previewed(study, "session schedule", **options))
        assert [first, *rest[:-1]] == [in_tokyo, *others], zone
    await scheduled(study, "Tea", "2026-01-08 07:00")
    moved = lines(await previewed(study, "session edit", session="Tea", when="2026-01-07 07:00"))
    assert moved[:-1] == [in_tokyo, "Tue, Jan 6, 2026, 17:00, New York time"]


async def test_a_deadline_that_a_move_cuts_is_said_and_comes_back_with_a_move_back(study: World):
    await scheduled(study, when="2026-01-07 19:00", deadline="2026-01-07 18:00")
    cut = "The deadline would come after the new start, so it ends with the start."
    message = await previewed(study, "session edit", session="Logistics", when="2026-01-08 07:00")
    assert cut in study.sim.text(message)
    await study.moderator.click(message, label="Move it")
    assert cut in study.sim.text(message)
    message = await previewed(study, "session edit", session="Logistics", when="2026-01-07 19:00")
    assert cut not in study.sim.text(message)
    await study.moderator.click(message, label="Move it")
    assert cut not in study.sim.text(message)
    assert (await sessions(study))[0].deadline == datetime(2026, 1, 7, 9, tzinfo=UTC)
