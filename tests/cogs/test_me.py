"""One's own reminders and sessions with the real bot: lists, a form, direct messages, closed ones, restarts, days."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import discord
import pytest

from bot.demo.simulation import close_dms
from bot.domain.own_reminders import OwnReminders
from bot.i18n import words
from bot.rendering.own_reminders import reminders_button
from tests.cogs.acts import announcements, at_rest, button, scheduled, told, with_group
from tests.cogs.permissions import hide
from tests.cogs.test_forms import by_press, refused, standing
from tests.forged import Elsewhere, press, refusal, rows, stored
from tests.world import World

SESSION = "2026-01-08 07:00"


@pytest.fixture
async def study(world: World) -> World:
    """A session on Thursday the 8th at seven in Tokyo, announced, with its thread."""
    await with_group(world)
    await scheduled(world, when=SESSION)
    await at_rest(world)
    return world


async def going(world: World, *people: Any, answer: str = "Going") -> None:
    for who in people:
        await who.click(announcements(world)[0], custom_id=f"bk:rsvp:1:{answer.lower()}")


async def own(world: World, who: Any) -> OwnReminders | None:
    async def read() -> OwnReminders | None:
        async with world.app.database.reading(world.guild.id) as uow:
            return await uow.own_reminders.find(who.id)

    return await world.sim.run(read())


async def opened(world: World, who: Any, **options: Any) -> Any:
    """The private page that /me reminders shows."""
    result = await who.slash(world.general, "me reminders", **options)
    assert result.ephemeral
    return result.response


def shown(world: World, message: Any) -> str:
    return world.sim.text(message)


def options(world: World, message: Any, custom_id: str) -> list[dict[str, Any]]:
    """What a list below a message offers."""
    for row in stored(world, message).components:
        for part in row["components"]:
            if part["custom_id"] == custom_id:
                return part["options"]
    raise AssertionError(f"no list {custom_id}")


def reminded(world: World, who: Any) -> list[tuple[str, datetime]]:
    """Where and when somebody was pinged, to the second: "dm", "channel", "thread" or "private"."""
    threads = {thread.id: "private" if thread.is_private() else "thread" for thread in every_thread(world)}
    places = {world.general.id: "channel", **threads}
    return [
        (places.get(post.channel_id, "dm"), post.at.replace(microsecond=0))
        for post in world.sim.unprompted()
        if who.id in post.pinged
    ]


def every_thread(world: World) -> list[discord.Thread]:
    guild = world.app.bot.get_guild(world.guild.id)
    return list(guild.threads)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """In Tokyo, January 2026."""
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC) - timedelta(hours=9)


# Seeing and choosing


async def test_nothing_given_shows_what_holds_with_everything_to_change_it(study: World):
    page = await opened(study, study.other)
    text = shown(study, page)
    assert "Your reminders on Asakai" in text
    assert "Evening before: 20:00, as for everybody" in text
    assert "1 hour before: as for everybody" in text
    assert "before: your own" not in text
    guild = study.guild.id
    chosen = {
        act: [each["value"] for each in options(study, page, f"bk:reminders:{act}:{guild}") if each.get("default")]
        for act in ("before", "evening", "by")
    }
    assert chosen == {"before": [], "evening": ["usual"], "by": ["channel"]}
    assert await own(study, study.other) is None, "to look is not to choose"


async def test_options_are_read_in_both_languages_and_shown_in_the_readers(study: World):
    text = shown(study, await opened(study, study.member, before="前日、30分前", evening_before="夜9時", by="dm"))
    assert text.index("1日前") < text.index("21:00") < text.index("1時間前") < text.index("30分前")
    assert "21:00" in text
    assert "DM" in text
    assert await own(study, study.member) == OwnReminders(study.member.id, (1440, 30), time(21), False, "dm")
    text = shown(study, await opened(study, study.other, before="1 day, 30 min", evening_before="off"))
    assert "- 1 day before: your own time" in text
    assert "- 30 minutes before: your own time" in text
    assert "Evening before: none" in text


async def test_lists_change_one_thing_each_in_place_also_after_a_restart(study: World):
    page = await opened(study, study.other)
    guild = study.guild.id
    await study.sim.restart()
    await study.other.select(page, ["1440", "10"], custom_id=f"bk:reminders:before:{guild}")
    assert "- 10 minutes before: your own time" in shown(study, page)
    await study.other.select(page, ["21:00"], custom_id=f"bk:reminders:evening:{guild}")
    await study.other.select(page, ["thread"], custom_id=f"bk:reminders:by:{guild}")
    assert await own(study, study.other) == OwnReminders(study.other.id, (1440, 10), time(21), False, "thread")
    await study.other.select(page, [], custom_id=f"bk:reminders:before:{guild}")
    await study.other.select(page, ["off"], custom_id=f"bk:reminders:evening:{guild}")
    assert await own(study, study.other) == OwnReminders(study.other.id, (), None, True, "thread")
    await study.other.select(page, ["usual"], custom_id=f"bk:reminders:evening:{guild}")
    await study.other.select(page, ["off"], custom_id=f"bk:reminders:by:{guild}")
    assert "I don't remind you" in shown(study, page)
    assert (await own(study, study.other)).by == "off"


async def test_the_form_takes_any_times_and_shows_them_as_they_may_be_typed(study: World):
    page = await opened(study, study.member, before="90 min, 2 days", evening_before="21:30")
    form = await study.member.click(page, custom_id=f"bk:reminders:form:{study.guild.id}")
    boxes = {part["component"]["custom_id"]: part["component"]["value"] for part in form.modal["components"]}
    assert boxes == {"before": "2日、1時間30分", "evening": "21:30"}
    await study.sim.restart()
    await study.member.submit_modal(form, boxes | {"before": "前日、45分前"})
    assert await own(study, study.member) == OwnReminders(study.member.id, (1440, 45), time(21, 30), False)
    assert "45分前" in shown(study, page)
    listed = [each["value"] for each in options(study, page, f"bk:reminders:before:{study.guild.id}")]
    assert "45" in listed, "a time that no list offers can be taken out of it"
    form = await study.member.click(page, custom_id=f"bk:reminders:form:{study.guild.id}")
    await study.member.submit_modal(form, {"before": "", "evening": ""})
    assert await own(study, study.member) == OwnReminders(study.member.id)


async def test_what_is_not_understood_is_explained_with_an_example_and_changes_nothing(study: World):
    for given, said in (
        ({"before": "1 day 30 min"}, "commas between"),
        ({"before": "15 days"}, "1 minute to 2 weeks before a session, but not 15 days"),
        ({"before": "1,2,3,4,5,6"}, "5 fit before each session"),
        ({"evening_before": "late"}, "20:00"),
        (
            {"before": "30 min", "evening_before": "26時"},
            "“26時” is 02:00 on the next day. Please write a time up to 23:59",
        ),
    ):
        assert said in await told(study, study.other, "me reminders", **given)
    assert await own(study, study.other) is None


@pytest.mark.parametrize("in_dm", [False, True])
async def test_a_command_that_is_not_understood_is_corrected_in_the_form_with_all_that_was_chosen(
    study: World, in_dm: bool
):
    await opened(study, study.member, evening_before="21:30")
    typed = {"before": "いつか", "by": "dm"}
    who = study.member.user if in_dm else study.member
    message = refused(await who.slash(*([] if in_dm else [study.general]), "me reminders", **typed))
    await study.sim.restart()
    form = await by_press(study, message, button(message, "入力を直す"), who)
    assert standing(form) == {"before": "いつか", "evening": "21:30"}
    await who.submit_modal(form, {"before": "前日", "evening": "21:30"})
    assert await own(study, study.member) == OwnReminders(study.member.id, (1440,), time(21, 30), False, by="dm")


async def test_the_button_for_all_opens_everybodys_own_and_works_after_a_restart(study: World):
    button = reminders_button(words("en"))
    channel = study.app.bot.get_channel(study.general.id)
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label=button.label, custom_id=button.custom_id))
    pinned = await study.sim.run(channel.send("Start here", view=view))
    await told(study, study.other, "me reminders", before="30 min")
    await study.sim.restart()
    for who, said in ((study.other, "30 minutes before"), (study.member, "1時間前：全員共通")):
        (text,) = study.sim.private_replies(await who.click(pinned, custom_id="bk:reminders:open"))
        assert said in text
    assert pinned.content == "Start here", "what all can see stays as it is"


async def test_a_forged_choice_is_refused_and_changes_nothing(study: World):
    await told(study, study.other, "me reminders", before="30 min")
    public = stored(study, announcements(study)[0])
    guild = study.guild.id
    before = await rows(study)
    for act, values in (
        ("before", ["x"]),
        ("before", ["-1"]),
        ("before", ["9999999"]),
        ("before", ["٣"]),
        ("before", ["0"]),
        ("before", ["20161"]),
        ("before", ["1", "2", "3", "4", "5", "6"]),
        ("evening", ["25:00"]),
        ("evening", []),
        ("evening", ["21:00", "22:00"]),
        ("by", ["carrier pigeon"]),
        ("by", []),
    ):
        result = await press(study, study.other, public, f"bk:reminders:{act}:{guild}", values=values)
        assert refusal(study, result), f"{act} {values}"
    for custom_id in ("bk:reminders:explode", f"bk:reminders:open:{10**30}", "bk:mysessions:1:x:next"):
        assert "no longer works" in refusal(study, await press(study, study.other, public, custom_id))
    after = await rows(study)
    assert after["own_reminders"] == before["own_reminders"]


# Days pass


async def test_own_times_are_kept_while_days_pass_and_the_bot_is_restarted_in_between(study: World):
    await told(study, study.other, "me reminders", before="1 day, 30 min", evening_before="21:30")
    await going(study, study.other, study.member)
    await study.sim.advance_to(at(7, 12))
    await study.sim.restart()
    await study.sim.advance_to(at(7, 22))
    await study.sim.restart()
    await study.sim.advance_to(at(8, 8))
    assert reminded(study, study.other) == [
        ("dm", at(7, 7)),
        ("dm", at(7, 21, 30)),
        ("channel", at(8, 6)),
        ("dm", at(8, 6, 30)),
    ]
    assert reminded(study, study.member) == [("channel", at(7, 20)), ("channel", at(8, 6))]


async def test_what_fell_due_while_the_bot_was_away_is_told_once_and_nothing_stale(study: World):
    await told(study, study.other, "me reminders", before="1 day, 30 min", by="dm")
    await going(study, study.other)
    await study.sim.stop()
    await study.sim.advance_to(at(8, 6, 40))
    await study.sim.restart()
    await study.sim.advance_to(at(8, 8))
    assert reminded(study, study.other) == [("dm", at(8, 6, 40))], "the nearest of their own stands for dawn"


async def test_a_reminder_that_is_stopped_stays_stopped_until_it_is_chosen_again(study: World):
    await told(study, study.other, "me reminders", before="1 day, 30 min", by="dm")
    await going(study, study.other)
    await study.sim.advance_to(at(7, 8))
    (message,) = study.sim.messages(study.other.user.dm_channel)
    assert "Your reminder: **Logistics**" in message.content
    (text,) = study.sim.private_replies(await study.other.user.click(message, label="Stop messages of this kind"))
    assert "won't write to you any more before sessions on **Asakai**" in text
    await study.sim.advance_to(at(8, 6, 15))
    assert len(study.sim.messages(study.other.user.dm_channel)) == 1
    page = await opened(study, study.other)
    assert "You have stopped these direct messages" in shown(study, page)
    await study.other.select(page, ["dm"], custom_id=f"bk:reminders:by:{study.guild.id}")
    assert "stopped" not in shown(study, page).split("[")[0]
    await study.sim.advance_to(at(8, 8))
    assert len(study.sim.messages(study.other.user.dm_channel)) == 2


async def test_the_answers_in_a_direct_message_count_on_the_server(study: World):
    await told(study, study.other, "me reminders", before="1 day")
    await going(study, study.other)
    await study.sim.advance_to(at(7, 8))
    (message,) = study.sim.messages(study.other.user.dm_channel)
    await study.other.user.click(message, label="Not going")
    await study.sim.advance_to(at(8, 8))
    assert reminded(study, study.other) == [("dm", at(7, 7))]


async def test_the_link_stands_in_the_direct_message_and_never_in_a_mention(study: World):
    await study.moderator.slash(study.general, "session edit", session="Logistics", link="https://meet.example/tea")
    for who, by in ((study.other, "dm"), (study.member, "thread")):
        await told(study, who, "me reminders", before="1 day", by=by)
    await going(study, study.other, study.member)
    await study.sim.advance_to(at(7, 8))
    told_of = [post.content for post in study.sim.unprompted() if "Your reminder" in post.content]
    assert sorted("meet.example" in text for text in told_of) == [False, True]
    assert [place for place, _ in reminded(study, study.member)] == ["thread"]


# On one's own clock


async def test_an_evening_is_on_the_clock_of_ones_profile_and_the_answer_says_so(study: World):
    await told(study, study.other, "me reminders", evening_before="21:00")
    await going(study, study.other)
    assert "New York" in await told(study, study.other, "profile edit", time_zone="New York")
    page = await opened(study, study.other)
    assert "Evening before: 21:00 (New York time), your own time" in shown(study, page)
    usual, *_ = options(study, page, f"bk:reminders:evening:{study.guild.id}")
    assert usual["label"] == "Evening before: 20:00 (Tokyo time), as for everybody"
    await study.sim.restart()
    await study.sim.advance_to(at(8, 8))
    # Thursday at seven in Tokyo is Wednesday, 17:00 in New York; so it is Tuesday there, and Wednesday, 11:00 in Tokyo.
    assert reminded(study, study.other) == [("dm", at(7, 11)), ("channel", at(8, 6))]


# Closed and paused direct messages


async def test_with_closed_dms_a_session_reminder_is_a_mention_in_the_thread_and_a_hint_follows(study: World):
    await told(study, study.other, "me reminders", by="dm")
    await going(study, study.other, study.member)
    close_dms(study.other)
    await study.sim.advance_to(at(8, 6, 1))
    assert reminded(study, study.other) == [("thread", at(7, 20)), ("thread", at(8, 6))]
    assert [place for place, _ in reminded(study, study.member)] == ["channel", "channel"]
    answered, hint = study.sim.private_replies(await study.other.slash(study.general, "me sessions"))
    assert "Logistics" in answered
    assert "I remind you in the session's thread" in hint
    assert "asked to lecture" in hint.partition("in a private thread")[0]
    assert "Your direct messages are closed" in shown(study, await opened(study, study.other))


async def test_when_discord_pauses_direct_messages_no_reminder_is_lost(study: World):
    await told(study, study.other, "me reminders", before="1 day", by="dm")
    await told(study, study.member, "me reminders", before="1 day", by="dm")
    await going(study, study.other, study.member)
    study.sim.env.inject_error("POST", "/users/@me/channels", status=403, code=40003, times=1)
    await study.sim.advance_to(at(7, 7, 1))
    for who in (study.other, study.member):
        assert reminded(study, who) == [("thread", at(7, 7))], "in time, and not hours later"
    await study.sim.advance_to(at(8, 8))
    for who in (study.other, study.member):
        assert [place for place, _ in reminded(study, who)] == ["thread", "dm", "dm"]


# Own sessions


async def test_own_sessions_come_date_first_with_the_answer_and_the_place_in_line(study: World):
    await scheduled(study, theme="Tea", when="2026-01-06 07:00", capacity=1)
    await scheduled(study, theme="Trucks", when="2026-01-07 07:00")
    await study.moderator.slash(study.general, "session rsvp", session="Tea", answer="going")
    for theme, answer in (("Tea", "late"), ("Logistics", "maybe"), ("Trucks", "not_going")):
        await study.other.slash(study.general, "session rsvp", session=theme, answer=answer)
    text = await told(study, study.other, "me sessions")
    lines = [line for line in text.split("\n") if "**" in line]
    assert [re.sub(r"<t:\d+:f>", "WHEN", line) for line in lines] == [
        "WHEN **Tea** (Asakai) · you: Late, number 1 on the waitlist",
        "WHEN **Logistics** (Asakai) · you: Maybe",
    ]


async def test_no_own_sessions_says_what_to_do(study: World):
    text = await told(study, study.other, "me sessions")
    assert "Press Going under an announcement" in text
    assert "[My reminders]" in text
    assert "告知の「参加」ボタン" in await told(study, study.member, "me sessions")
    there = "Please use commands like this on the server."
    assert there not in text
    assert there in said(study, await study.other.user.slash("me sessions")), "a direct message has no `/session list`"


async def test_own_sessions_turn_pages_in_place(study: World):
    for number in range(9):
        await scheduled(study, theme=f"Tea {number}", when=f"2026-01-{10 + number} 07:00")
        await study.other.slash(study.general, "session rsvp", session=f"Tea {number}", answer="going")
    result = await study.other.slash(study.general, "me sessions")
    page = result.response
    assert "Tea 7" in shown(study, page)
    assert "Tea 8" not in shown(study, page)
    await study.other.click(page, label="Next")
    assert "Tea 8" in shown(study, page)
    assert "Page 2 of 2" in shown(study, page)
    await study.other.click(page, label="Previous")
    assert "Tea 0" in shown(study, page)
    await study.other.click(page, label="My reminders")
    assert "Your reminders on Asakai" in shown(study, page)
    await study.other.click(page, label="My sessions")
    assert "Tea 0" in shown(study, page)


async def test_what_one_can_not_see_any_more_is_not_listed(study: World):
    secret = study.guild.create_text_channel("secret")
    await study.moderator.slash(study.general, "group create", name="Board", channel=secret)
    await scheduled(study, theme="Secret", when="2026-01-06 07:00", group="Board")
    await study.other.slash(study.general, "session rsvp", session="Secret", answer="going")
    assert "Secret" in await told(study, study.other, "me sessions")
    hide(study, secret)
    assert "Secret" not in await told(study, study.other, "me sessions")


# In a direct message


def said(world: World, result: Any) -> str:
    return world.sim.private_replies(result)[-1]


async def test_in_a_direct_message_the_only_server_needs_no_choice(study: World):
    await going(study, study.other)
    user = study.other.user
    result = await user.slash("me reminders", before="30 min")
    assert "Your reminders on Asakai" in said(study, result)
    assert (await own(study, study.other)).before == (30,)
    page = result.response or result.followups[-1]
    await user.select(page, ["thread"], custom_id=f"bk:reminders:by:{study.guild.id}")
    assert (await own(study, study.other)).by == "thread"
    form = await user.click(page, custom_id=f"bk:reminders:form:{study.guild.id}")
    await user.submit_modal(form, {"before": "45", "evening": "off"})
    assert await own(study, study.other) == OwnReminders(study.other.id, (45,), None, True, "thread")
    assert "Logistics" in said(study, await user.slash("me sessions"))


async def test_in_a_direct_message_of_several_servers_one_is_asked_for(study: World):
    elsewhere = Elsewhere(study)
    await elsewhere.furnish(study)
    back = elsewhere.guild.add_member(study.other.user)
    await back.slash(elsewhere.channel, "session list")
    await told(study, study.other, "session list")
    user = study.other.user
    result = await user.slash("me reminders", before="30 min")
    text = said(study, result)
    assert "Which server do you mean?" in text
    assert "[Asakai]" in text
    assert await own(study, study.other) is None
    page = result.response or result.followups[-1]
    await user.click(page, label="Asakai")
    assert "Your reminders on Asakai" in shown(study, page)
    result = await user.slash("me sessions")
    page = result.response or result.followups[-1]
    await user.click(page, label="Asakai")
    assert "Your sessions on Asakai" in shown(study, page)


async def test_in_a_direct_message_a_stranger_is_told_what_to_do_and_who_left_reaches_nothing(study: World):
    stranger = study.sim.env.create_user("stranger")
    study.guild.add_member(stranger)
    assert "use this command there once" in said(study, await stranger.slash("me reminders"))
    await told(study, study.other, "session list")
    user = study.other.user
    study.guild.remove_member(study.other)
    assert "use this command there once" in said(study, await user.slash("me sessions"))
