"""Acts that nobody does by accident, and answers that say what happened."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import simcord

from bot.demo.simulation import set_locale
from bot.domain.choices import choice_of
from tests.cogs.acts import (
    announcements,
    at_rest,
    button,
    called_off,
    events,
    in_series,
    previewed,
    scheduled,
    sessions,
    told,
    with_group,
)
from tests.cogs.permissions import forbid, hide
from tests.forged import carrier, press
from tests.world import World

# The clock stands at Monday, 5 January 2026, 09:00 in Tokyo.


@pytest.fixture
async def study(world: World) -> World:
    """A server with one study group."""
    await with_group(world)
    return world


async def answer(world: World, who: Any, session_id: int, said: str = "going") -> None:
    await who.click(announcements(world)[0], custom_id=f"bk:rsvp:{session_id}:{said}")


async def test_a_cancellation_shows_everything_first_and_nothing_happens_before_the_press(study: World):
    session_id = await scheduled(study)
    await at_rest(study)
    await answer(study, study.member, session_id)
    await answer(study, study.other, session_id, "maybe")
    message = await previewed(study, "session cancel", session="Logistics", reason="Storm")
    text = study.sim.text(message)
    for part in (
        "Do you want to cancel **Logistics** (Asakai)?",
        "Wed, Jan 7, 2026, 07:00, Tokyo time",
        "2 people who answered Going, Late or Maybe will be told in <#",
        "with a mention",
        "They will read the reason: “Storm”",
        "Everybody who sees the announcement can read the reason, too.",
        f"Its announcement in <#{study.general.id}> stays and says that it is cancelled.",
        "Its thread <#",
        "Its event in Discord is removed.",
        "No more reminders go out for it.",
        "can't be brought back",
        "[Cancel the session] [Keep it]",
    ):
        assert part in text, part
    assert len(await sessions(study)) == 1
    assert [post for post in study.sim.unprompted() if post.pinged] == []
    assert len(events(study)) == 1
    await study.moderator.click(message, label="Cancel the session")
    text = study.sim.text(message)
    assert "**Logistics** on" in text
    assert "is cancelled" in text
    assert "2 people who answered Going, Late or Maybe will be told" in text
    assert "[" not in text, "no button is left"
    await at_rest(study)
    assert {member for post in study.sim.unprompted() for member in post.pinged} == {study.member.id, study.other.id}
    assert events(study) == []


async def test_what_nobody_knows_of_is_cancelled_without_telling_anybody(study: World):
    await in_series(study)
    later = (await sessions(study))[-1]
    message = await previewed(study, "session cancel", session=str(later.id))
    text = study.sim.text(message)
    assert "Nobody is coming so far, so nobody will be told." in text
    assert "It has not been announced yet, so nothing appears in the channel." in text
    assert "The other dates of its series stay." in text
    assert "They will read" not in text
    await study.moderator.click(message, label="Keep it")
    assert "stays as it is. Nobody has been told." in study.sim.text(message)
    assert later.id in [session.id for session in await sessions(study)]


async def test_a_reason_that_nobody_is_told_is_still_read_in_the_announcement_and_the_preview_says_so(study: World):
    await scheduled(study)
    await at_rest(study)
    text = study.sim.text(await previewed(study, "session cancel", session="Logistics", reason="Storm"))
    assert "nobody will be told" in text
    assert "Everybody who sees the announcement can read the reason: “Storm”" in text
    await in_series(study)
    later = (await sessions(study))[-1]
    text = study.sim.text(await previewed(study, "session cancel", session=str(later.id), reason="Storm"))
    assert "reason" not in text, "of what was not announced nobody reads it"


async def test_no_button_of_the_preview_can_be_mistaken_in_japanese(study: World):
    await scheduled(study)
    await at_rest(study)
    set_locale(study.moderator, "ja")
    message = await previewed(study, "session cancel", session="Logistics")
    text = study.sim.text(message)
    assert "[勉強会を中止する] [このまま残す]" in text
    assert "「Logistics」(Asakai)を中止しますか？" in text
    await study.moderator.click(message, label="このまま残す")
    assert len(await sessions(study)) == 1


async def test_a_preview_from_before_a_restart_still_cancels_and_two_presses_at_once_cancel_once(study: World):
    session_id = await scheduled(study)
    await at_rest(study)
    await answer(study, study.member, session_id)
    message = await previewed(study, "session cancel", session="Logistics")
    await study.sim.restart()
    pressing = button(message, "Cancel the session")
    first, second = await study.sim.simultaneous(
        *(study.moderator.click(message, custom_id=pressing) for _ in range(2))
    )
    assert "is cancelled" in study.sim.text(message)
    refused = [text for result in (first, second) for text in study.sim.private_replies(result) if "longer" in text]
    assert len(refused) == 1
    await at_rest(study)
    assert len([post for post in study.sim.unprompted() if "is cancelled" in post.content]) == 1


async def test_in_a_group_that_became_hidden_meanwhile_no_button_does_anything(study: World):
    await with_group(study, "Board", channel=study.log)
    await study.other.slash(study.general, "group join", group="Board")
    options = {"theme": "Tea", "when": "2026-01-07 19:00", "group": "Board"}
    shown = await previewed(study, "session schedule", study.other, **options)
    await study.other.click(shown, label="Post")
    messages = [await previewed(study, "session cancel", study.other, session="Tea") for _ in range(2)]
    hide(study, study.log)
    for message, label in zip(messages, ("Cancel the session", "Keep it"), strict=True):
        result = await study.other.click(message, label=label)
        assert "This button no longer works" in study.sim.private_replies(result)[-1]
    assert len(await sessions(study)) == 1


async def test_the_end_of_a_series_says_how_many_sessions_go_and_waits_for_the_press(study: World):
    await in_series(study)
    first = (await sessions(study))[0]
    await at_rest(study)
    await answer(study, study.member, first.id)
    message = await previewed(study, "series end", series="朝の会", reason="Done")
    text = study.sim.text(message)
    for part in (
        "Do you want to end **朝の会** (Asakai, every Wednesday at 07:00)?",
        "8 planned sessions are cancelled.",
        "The first is on Wed, Jan 7, 2026, 07:00, Tokyo time, the last on Wed, Feb 25, 2026, 07:00, Tokyo time.",
        "People have answered for 1 of them.",
        "1 person who answered Going, Late or Maybe will be told",
        "They will read the reason: “Done”",
        "Everybody who sees the announcement can read the reason, too.",
        "[End it] [Keep it]",
    ):
        assert part in text, part
    assert len(await sessions(study)) == 8
    await study.moderator.click(message, label="Keep it")
    assert study.sim.text(message) == "The series **朝の会** goes on. Nobody has been told."
    message = await previewed(study, "series end", series="朝の会", reason="Done")
    await study.sim.restart()
    await study.sim.simultaneous(
        *(study.moderator.click(message, custom_id=button(message, "End it")) for _ in range(2))
    )
    assert "8 upcoming sessions are cancelled.\n1 person will be told." in study.sim.text(message)
    assert await sessions(study) == []


async def test_the_end_of_a_series_says_truly_who_will_be_told(study: World):
    await in_series(study)
    last = (await sessions(study))[-1]
    await study.other.slash(study.general, "session rsvp", session=choice_of(last.id), answer="going")
    text = study.sim.text(await previewed(study, "series end", series="朝の会"))
    assert "People have answered for 1 of them." in text
    assert "1 person who answered Going, Late or Maybe will be told in the thread or channel of the session" in text
    await study.moderator.slash(study.general, "settings set", clear="announcements_channel")
    message = await previewed(study, "series end", series="朝の会")
    for shown in (study.sim.text(message), await pressed_in(study, message, "End it")):
        assert "Nobody can be told: there is no announcements channel." in shown
        assert "Nobody is coming" not in shown


async def test_the_end_of_a_series_is_shown_again_if_a_session_was_moved_since(study: World):
    await in_series(study)
    message = await previewed(study, "series end", series="朝の会", reason="Done")
    first = (await sessions(study))[0]
    moved = await previewed(study, "session edit", session=choice_of(first.id), when="2026-01-09 20:00")
    await study.moderator.click(moved, label="Move it")
    text = await pressed_in(study, message, "End it")
    assert text.startswith("Its sessions have changed since, so nothing has ended yet. Please check again.")
    assert "Fri, Jan 9, 2026, 20:00" in text
    assert len(await sessions(study)) == 8
    assert "has ended" in await pressed_in(study, message, "End it")
    assert await sessions(study) == []


async def pressed_in(study: World, message: simcord.ResponseMessage, label: str) -> str:
    """What a private message says once the moderator has pressed one of its buttons."""
    await study.moderator.click(message, label=label)
    return study.sim.text(message)


async def test_an_edit_is_answered_with_old_and_new_and_who_is_told_how(study: World):
    session_id = await scheduled(study, venue="Room A", capacity=3)
    await at_rest(study)
    await answer(study, study.member, session_id)
    await answer(study, study.other, session_id)
    text = await told(
        study, study.moderator, "session edit", session="Logistics", venue="Room B", duration=90, capacity=1
    )
    for part in (
        "I changed **Logistics** on",
        "- Place: Room B (was: Room A)",
        "- Length: 90 minutes (was: 1 hour)",
        "- Capacity: 1 place (was: 3 places)",
        "**2 people already have a place, and all of them keep it.**",
        "A place comes free once 2 of them have left.",
        "2 people who answered Going, Late or Maybe will be told in <#",
        "silently: no phone rings.",
    ):
        assert part in text, part
    await at_rest(study)
    assert [post for post in study.sim.unprompted() if post.pinged] == []
    text = await told(study, study.moderator, "session edit", session="Logistics", description="Basics")
    assert "- Description: Basics (was: none)" in text
    assert "Nothing changes for those who come, so nobody will be told." in text


async def test_a_moves_preview_and_its_answer_say_the_same_of_who_is_told(study: World):
    session_id = await scheduled(study)
    await at_rest(study)
    await answer(study, study.member, session_id)
    await answer(study, study.other, session_id, "not_going")
    message = await previewed(study, "session edit", session="Logistics", when="2026-01-08 19:00", venue="Room B")
    before = study.sim.text(message)
    await study.moderator.click(message, label="Move it")
    after = study.sim.text(message)
    for part in (
        "1 person who answered Going, Late or Maybe will be told in <#",
        "1 person who declined will be told in private, silently.",
        "Place: Room B (was: none)",
    ):
        assert part in before, part
        assert part in after, part


async def test_a_cancelled_session_shows_when_and_why_and_nothing_that_cant_be_done(study: World):
    session_id = await scheduled(study, link="https://example.org/x", capacity=5)
    await at_rest(study)
    await answer(study, study.other, session_id)
    await called_off(study, session="Logistics", reason="Storm")
    result = await study.other.slash(study.general, "session show", session=str(session_id))
    assert result.response is not None
    text = study.sim.text(result.response)
    were_coming = f"Were coming: 1: <@{study.other.id}>"
    for part in ("This session was cancelled.", "Cancelled on: <t:", "Reason: Storm", were_coming, "[Next session]"):
        assert part in text, part
    for part in ("Coming", "Your answer", "example.org", "[Going]", "places", "1 place"):
        assert part not in text, part


async def test_what_was_cancelled_or_is_over_is_found_by_name_to_look_at_it_but_not_to_change_it(study: World):
    await scheduled(study, "Tea", when="2026-01-05 12:00")
    await scheduled(study)
    await called_off(study, session="Logistics", reason="Storm")
    await study.sim.advance_to(datetime(2026, 1, 5, 4, 30, tzinfo=UTC))
    await scheduled(study, "Trucks")

    async def offered(command: str, typed: str = "") -> list[str]:
        actor = study.moderator
        return [each["name"] for each in await actor.autocomplete(study.general, command, "session", typed)]

    assert await offered("session show") == [
        "Jan 7 (Wed) 07:00 Trucks",
        "Jan 7 (Wed) 07:00 cancelled: Logistics",
        "Jan 5 (Mon) 12:00 past: Tea",
    ]
    for command in ("session edit", "session cancel", "session rsvp"):
        assert await offered(command) == ["Jan 7 (Wed) 07:00 Trucks"], command
    assert "Reason: Storm" in await told(study, study.other, "session show", session="logistics")
    assert "This session is over." in await told(study, study.other, "session show", session="Tea")
    assert "There is no session" in await told(study, study.moderator, "session edit", session="Tea", theme="Cake")
    set_locale(study.moderator, "ja")
    assert await offered("session show", "終了") == ["1/5(月) 12:00 終了：Tea"]
    assert await offered("session show", "中止") == ["1/7(水) 07:00 中止：Logistics"]


async def test_the_next_session_says_where_it_is_and_gives_the_link_to_those_who_come(study: World):
    session_id = await scheduled(study, venue="Room A", link="https://example.org/x")
    await at_rest(study)
    (text,) = study.sim.private_replies(await press(study, study.other, carrier(study), "bk:next"))
    assert "Place: Room A" in text
    assert f"Channel: <#{study.general.id}>" in text
    assert "example.org" not in text
    await answer(study, study.other, session_id)
    (text,) = study.sim.private_replies(await press(study, study.other, carrier(study), "bk:next"))
    assert "Link: https://example.org/x" in text


async def test_after_an_answer_the_next_session_and_a_shown_one_say_who_comes_now(study: World):
    session_id = await scheduled(study, link="https://example.org/x")
    await at_rest(study)
    await answer(study, study.member, session_id)
    (card,) = (await press(study, study.other, carrier(study), "bk:next")).followups
    assert "1 coming" in study.sim.text(card)
    await study.sim.restart()
    result = await study.other.click(card, label="Going")
    assert len(result.followups) == 1
    assert "You are coming to **Logistics**" in study.sim.private_replies(result)[-1]
    for part in ("2 coming", "you: Going", "Link: https://example.org/x", "[Not going]"):
        assert part in study.sim.text(card), part
    await study.other.click(card, label="Not going")
    assert "1 coming" in study.sim.text(card)
    shown = await previewed(study, "session show", study.other, session="Logistics")
    await study.other.click(shown, label="Late")
    assert "Late" in study.sim.text(shown).partition("[")[0]


async def test_a_preview_says_that_it_cant_be_announced_where_the_bot_may_not_write(study: World):
    forbid(study, study.general, send_messages=False)
    message = await previewed(study, "session schedule", theme="Tea", when="2026-01-07 07:00")
    text = study.sim.text(message)
    for part in ("I can't announce it yet", "**Send Messages**", f"<#{study.general.id}>", "A moderator can allow it"):
        assert part in text, part
    assert "It will be announced" not in text
    await study.moderator.click(message, label="Post")
    text = study.sim.text(message)
    assert "I can't announce it yet" in text
    assert "The announcement follows.\n" not in text
    forbid(study, study.general)
    await study.sim.advance(120)
    assert "Tea" in study.sim.text(announcements(study)[-1])


# A day without a time


async def test_a_day_alone_is_offered_at_the_usual_start(study: World):
    await in_series(study, rule="every Wednesday 18:30")
    message = await previewed(study, "session schedule", theme="Tea", when="next week Fri")
    text = study.sim.text(message)
    for part in (
        "“next week Fri” names only the day. When does **Tea** begin?",
        "1. **Fri, Jan 16, 2026, 18:30, Tokyo time**",
        "For another time, use the command again and add it: “next week Fri 8pm”.",
    ):
        assert part in text, part
    await study.sim.restart()
    await study.moderator.click(message, custom_id=message.components[0]["components"][0]["custom_id"])
    await study.moderator.click(message, label="Post")
    assert datetime(2026, 1, 16, 9, 30, tzinfo=UTC) in [session.starts_at for session in await sessions(study)]


async def test_a_part_of_a_day_is_offered_at_the_usual_start_that_lies_in_it(study: World):
    await study.moderator.slash(study.general, "settings set", usual_start="7:30")
    for when, day in (
        ("明日の朝", "Tue, Jan 6, 2026"),
        ("tomorrow morning", "Tue, Jan 6, 2026"),
        ("来週水曜の朝", "Wed, Jan 14, 2026"),
    ):
        message = await previewed(study, "session schedule", theme="Tea", when=when)
        text = study.sim.text(message)
        assert f"“{when}” names no hour. When does **Tea** begin?" in text
        assert f"1. **{day}, 07:30, Tokyo time**" in text
        assert f"add it: “{when}8時”." in text or "add it: “tomorrow morning 8am”." in text
    await study.moderator.click(message, custom_id=message.components[0]["components"][0]["custom_id"])
    assert "Wed, Jan 14, 2026, 07:30, Tokyo time" in study.sim.text(message)
    text = await told(study, study.moderator, "session schedule", theme="Tea", when="明日の夜")
    assert "明日の夜8時" in text


async def test_a_new_day_of_a_session_keeps_its_own_time_of_day(study: World):
    await scheduled(study, when="2026-01-07 18:15")
    set_locale(study.moderator, "ja")
    message = await previewed(study, "session edit", session="Logistics", when="来週火曜")
    text = study.sim.text(message)
    assert "「来週火曜」は日付だけです。" in text
    assert "「来週火曜 夜8時」" in text
    assert "1. **2026年1月13日(火) 18:15(東京時間)**" in text
    await study.moderator.click(message, custom_id=message.components[0]["components"][0]["custom_id"])
    await study.moderator.click(message, label="日時を変更する")
    assert [session.starts_at for session in await sessions(study)] == [datetime(2026, 1, 13, 9, 15, tzinfo=UTC)]


async def test_without_a_usual_time_the_refusal_says_that_the_time_is_missing(study: World):
    text = await told(study, study.moderator, "session schedule", theme="Tea", when="tomorrow")
    first = text.split("\n")[0]
    assert first == "“tomorrow” names only the day; the time of day is missing. Write both, like “tomorrow 7am”."


async def test_an_hour_alone_is_offered_in_the_morning_and_in_the_evening(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="Fri 7")
    text = study.sim.text(message)
    assert "1. **Fri, Jan 9, 2026, 07:00, Tokyo time**" in text
    assert "2. **Fri, Jan 9, 2026, 19:00, Tokyo time**" in text
