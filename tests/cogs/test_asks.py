"""Asking a few right people privately: who is asked, what they can press, and what everybody else may learn of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo.simulation import close_dms
from bot.domain.questions.asks import Ask
from tests.cogs.acts import at_rest, button, told
from tests.cogs.permissions import forbid, shut_out
from tests.cogs.test_questions import asked, channel, first_of, messages, said_in, threads, with_forum
from tests.forged import nothing_written, press, rows, stored
from tests.test_private_threads import people_in, private_threads
from tests.world import World, a_world

TEA = {"topic": "tea", "industry": "#hospitality"}
"""A question for which both of them are known, and `other` more."""
MINUTE, HOUR, DAY = 60, 3600, 86_400


@pytest.fixture
async def forum(tmp_path: Path) -> AsyncGenerator[World]:
    """A forum where `other` and `member` (who reads Japanese) know about tea; a Monday, 9:00 in Tokyo."""
    async with a_world(tmp_path) as world:
        await with_forum(world)
        await world.other.slash(world.general, "profile edit", industry="#hospitality", topics="tea")
        await world.member.slash(world.general, "profile edit", industry="#retail", topics="緑茶, tea")
        yield world


async def crowd(world: World, number: int, **profile: Any) -> list[Any]:
    """So many more members who told something of themselves."""
    people = []
    for n in range(number):
        who = world.guild.add_member(world.sim.env.create_user(f"m{n}"))
        await who.slash(world.general, "profile edit", **({"about": "x"} | profile))
        people.append(who)
    return people


def direct(world: World, who: Any) -> list[Any]:
    """The bot's direct messages to somebody."""
    dms = who.user.dm_channel
    return [] if dms is None else [each for each in world.sim.messages(dms) if each.author.id == world.app.bot.user.id]


def read(world: World, who: Any) -> list[str]:
    return [world.sim.text(message) for message in direct(world, who)]


async def pressed(world: World, who: Any, label: str) -> str:
    """Press a button of the newest direct message that has it; what is answered."""
    for message in reversed(direct(world, who)):
        try:
            custom_id = button(message, label)
        except AssertionError:
            continue
        result = await who.user.click(message, custom_id=custom_id)
        await at_rest(world)
        return world.sim.private_replies(result)[-1]
    raise AssertionError(f"no message with {label}")


async def asks(world: World, question_id: int = 1) -> list[Ask]:
    async def find() -> list[Ask]:
        async with world.app.database.reading(world.guild.id) as uow:
            return await uow.asks.of_question(question_id)

    return await world.sim.run(find())


async def states(world: World) -> list[tuple[int, str]]:
    return [(ask.member_id, ask.state.value) for ask in await asks(world)]


def post(world: World) -> str:
    """The question as everybody reads it."""
    return world.sim.text(first_of(world, threads(world)[0]))


async def test_who_may_know_is_asked_privately_with_the_reason_and_a_press_shows_their_name(forum: World):
    answer = await told(forum, forum.moderator, "ask", question="How long does it keep?", **TEA)
    assert "I ask 1 person privately who may know." in answer
    await at_rest(forum)
    (text,) = read(forum, forum.other)
    assert f"{forum.moderator.mention} has a question, and you may know the answer." in text
    assert "Why you: you named “tea” in your profile." in text
    assert "**How long does it keep?**" in text
    assert f"<#{threads(forum)[0].id}>" in text
    assert read(forum, forum.member) == []
    assert "Asked privately" in post(forum)
    assert "1 person (Food and lodging)" in post(forum)
    assert forum.other.mention not in post(forum)
    said = await pressed(forum, forum.other, "I'll answer")
    assert "Your name stands on the question now" in said
    assert f"<#{threads(forum)[0].id}>" in said
    assert f"Will answer: {forum.other.mention}" in post(forum)
    assert (
        f"{forum.other.mention} wants to answer your question “How long does it keep?”."
        in read(forum, forum.moderator)[-1]
    )
    await forum.sim.advance(DAY)
    assert read(forum, forum.member) == []


async def test_where_nobody_can_be_asked_those_who_look_after_questions_are_led_to_its_thread(forum: World):
    world = forum
    await world.moderator.slash(world.general, "group create", name="Asakai", organizer=world.member)
    answer = await told(world, world.other, "ask", question="Who sets fees?")
    assert "Everybody who reads it can answer in its thread." in answer
    assert "hold or right-click their message, then Apps, “Accept answer”" in answer
    await at_rest(world, 30)
    link = f"<#{threads(world)[-1].id}>"
    texts = [world.sim.text(world.sim.messages(world.log)[-1]), *read(world, world.member)]
    assert ["Who sets fees?" in text and link in text for text in texts] == [True, True]
    assert "<#0>" not in "".join(texts)
    # The thread is there, and it is night: only the log is told.
    await world.moderator.slash(world.general, "settings set", quiet_hours="22:00-06:00")
    await world.sim.advance_to(datetime(2026, 1, 5, 14, tzinfo=UTC))
    await told(world, world.other, "ask", question="Who pays fees?")
    await at_rest(world, 60)
    assert "Who pays fees?" in world.sim.text(world.sim.messages(world.log)[-1])
    assert len(read(world, world.member)) == 1
    await world.sim.advance_to(datetime(2026, 1, 5, 21, 10, tzinfo=UTC))
    assert "Who pays fees?" in read(world, world.member)[-1]


async def test_where_the_thread_can_not_be_made_they_are_told_an_hour_later_without_a_link(forum: World):
    world = forum
    forbid(world, channel(world), send_messages=False)
    await told(world, world.other, "ask", question="Who sets fees?")

    def logged() -> list[str]:
        texts = [world.sim.text(each) for each in world.sim.messages(world.log)]
        return [text for text in texts if "I found nobody to ask" in text]

    await world.sim.advance(50 * MINUTE)
    assert logged() == []
    await world.sim.advance(30 * MINUTE)
    (text,) = logged()
    assert "Who sets fees?" in text
    assert "<#" not in text


async def test_a_question_of_the_evening_waits_for_the_morning_of_who_has_set_no_hours(forum: World):
    await forum.sim.advance(13 * HOUR + 30 * MINUTE)
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await forum.sim.advance_to(datetime(2026, 1, 5, 21, 59, tzinfo=UTC))
    assert read(forum, forum.other) == read(forum, forum.member) == []
    await forum.sim.advance(2 * MINUTE)
    assert len(read(forum, forum.other)) == 1
    await forum.sim.advance(3 * HOUR)
    assert read(forum, forum.member) == []
    await forum.sim.advance(HOUR)
    assert len(read(forum, forum.member)) == 1


async def test_a_pass_leaves_no_trace_and_the_next_one_is_asked_in_due_time_and_in_their_language(forum: World):
    thread = await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    before = await rows(forum)
    answer = await pressed(forum, forum.other, "Pass")
    assert answer.startswith("That is fine. Nobody learns of it, and nobody can tell it from silence")
    after = await rows(forum)
    assert {name for name in after if after[name] != before[name]} <= {"members"}, "a pass is written nowhere"
    await forum.sim.advance(4 * HOUR - 2 * MINUTE)
    assert read(forum, forum.member) == []
    await forum.sim.advance(2 * MINUTE)
    (text,) = read(forum, forum.member)
    assert "お聞きする理由：プロフィールに「tea」と書かれています。" in text
    assert "2 people (Food and lodging and Retail)" in post(forum)
    assert forum.other.mention not in "\n".join(said_in(forum, thread))
    after = await rows(forum)
    assert not [row for row in after["audit"] if row not in before["audit"] and forum.other.id in row]
    assert "Your name stands" in await pressed(forum, forum.other, "I'll answer"), "whoever passed may think again"


async def test_silence_ends_after_four_waking_hours(forum: World):
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await forum.sim.advance(4 * HOUR - 2 * MINUTE)
    assert read(forum, forum.member) == []
    await forum.sim.advance(3 * MINUTE)
    assert len(read(forum, forum.member)) == 1
    assert [state for _who, state in await states(forum)] == ["over", "open"]
    # Who answers late is welcome, as long as nobody else is on it.
    assert "Your name stands" in await pressed(forum, forum.other, "I'll answer")
    assert [state for _who, state in await states(forum)] == ["taken", "over"]
    assert "答えてくださることになった" in await pressed(forum, forum.member, "答えます")


async def test_who_gives_it_back_leaves_no_trace_and_others_are_asked(forum: World):
    thread = await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await pressed(forum, forum.other, "I'll answer")
    answer = await pressed(forum, forum.other, "Pass")
    assert "Your name is gone from the question" in answer
    assert "Will answer" not in post(forum)
    assert forum.other.mention not in "\n".join(said_in(forum, thread))
    assert len(read(forum, forum.member)) == 1
    assert not [row for row in (await rows(forum))["audit"] if forum.other.id in row and "question" in str(row)]


async def test_who_said_they_answer_is_reminded_once_and_then_others_are_asked(forum: World):
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await pressed(forum, forum.other, "I'll answer")
    await forum.sim.advance(2 * DAY - HOUR)
    assert len(read(forum, forum.other)) == 1
    await forum.sim.advance(2 * HOUR)
    assert "nothing stands in its thread yet" in read(forum, forum.other)[-1]
    assert read(forum, forum.member) == []
    await forum.sim.advance(DAY)
    assert len(read(forum, forum.other)) == 2
    assert len(read(forum, forum.member)) == 1
    assert "Will answer" not in post(forum)


async def test_what_was_answered_is_asked_of_nobody_else(forum: World):
    thread = await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await pressed(forum, forum.other, "I'll answer")
    await forum.other.slash(forum.general, "question reply", question="1", text="A year.")
    await forum.sim.advance(5 * DAY)
    assert len(read(forum, forum.other)) == 1
    assert read(forum, forum.member) == []
    assert "Will answer" in post(forum)
    assert len(said_in(forum, thread)) == 2


async def test_when_nobody_is_left_the_asker_and_those_who_look_after_questions_are_told(forum: World):
    await forum.moderator.slash(forum.general, "group create", name="Asakai", organizer=forum.member)
    await forum.member.slash(forum.general, "profile edit", ask_limit="0")
    asker = (await crowd(forum, 1))[0]
    await asked(forum, asker, "How long does it keep?", **TEA)
    await pressed(forum, forum.other, "Pass")
    await forum.sim.advance(4 * HOUR)
    text = read(forum, asker)[-1]
    assert "I asked 1 person privately about your question “How long does it keep?”" in text
    assert "[Ask further people]" in text
    assert "この質問にはまだ回答がなく" in read(forum, forum.member)[-1]
    log = [forum.sim.text(message) for message in forum.sim.messages(forum.log)]
    assert any("Nobody has answered this question yet" in each for each in log)
    assert forum.other.mention not in "".join([text, *log, *read(forum, forum.member)])
    assert "Please try again from" in await pressed(forum, asker, "Ask further people")
    await crowd(forum, 1, topics="tea")
    await forum.sim.advance(DAY)
    assert "I ask 1 person privately" in await pressed(forum, asker, "Ask further people")


async def test_of_an_anonymous_question_nothing_tells_who_asked(forum: World):
    for n in range(10):
        await forum.guild.add_member(forum.sim.env.create_user(f"u{n}")).slash(forum.general, "help")
    asker = (await crowd(forum, 1))[0]
    close_dms(asker)
    await asked(forum, asker, "How long does it keep?", **TEA, anonymous=True)
    text = read(forum, forum.other)[-1]
    assert "Somebody has a question, and you may know the answer." in text
    assert "somebody anonymous" in text
    await pressed(forum, forum.other, "Pass")
    await forum.sim.advance(4 * HOUR)
    await pressed(forum, forum.member, "見送る")
    await forum.sim.advance(4 * HOUR)
    assert private_threads(forum) == []
    said = [each.content for each in forum.sim.unprompted()] + read(forum, forum.other) + read(forum, forum.member)
    assert not [each for each in said if str(asker.id) in each]
    found = {name for name, some in (await rows(forum)).items() if any(str(asker.id) in str(row) for row in some)}
    assert found <= {"questions", "members", "profiles", "posts", "audit", "profile_industries", "profile_topics"}
    assert not [row for row in (await rows(forum))["audit"] if asker.id in row and "question" in str(row)]


async def test_who_takes_no_direct_messages_is_asked_in_their_private_thread(forum: World):
    close_dms(forum.other)
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await at_rest(forum, 30)
    (thread,) = private_threads(forum)
    assert people_in(forum, thread) == {forum.other.id}
    text = said_in(forum, thread)[-1]
    assert "Why you: you named “tea” in your profile." in text
    message = messages(forum, thread)[-1]
    result = await forum.other.click(message, custom_id=button(message, "I'll answer"))
    assert "Your name stands" in forum.sim.private_replies(result)[0]
    await at_rest(forum)
    assert [state for _who, state in await states(forum)] == ["taken"]


async def test_who_can_not_see_the_forum_is_passed_over_and_the_next_in_order_is_asked(forum: World):
    shut_out(forum, channel(forum), forum.other)
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    assert read(forum, forum.other) == []
    assert len(read(forum, forum.member)) == 1
    assert await states(forum) == [(forum.other.id, "skipped"), (forum.member.id, "open")]
    assert "1 person (Retail)" in post(forum)


async def test_where_nobody_works_in_the_industry_the_nearest_is_offered(forum: World):
    result = await forum.moderator.slash(forum.general, "ask", question="How heavy is it?", industry="#logistics")
    answer = forum.sim.private_replies(result)[-1]
    assert "Nobody else here works in Transport and logistics, so I ask nobody privately." in answer
    assert "The nearest industry in which somebody here works is Retail and shops." in answer
    await at_rest(forum)
    again = await forum.moderator.click(result.response, label="Put it to Retail and shops")
    assert "I ask 1 person privately" in forum.sim.text(again.response or result.response)
    await at_rest(forum)
    assert "「小売・お店」" in read(forum, forum.member)[-1]
    assert "Put to: Retail and shops" in post(forum)


async def test_who_alone_works_in_an_industry_is_not_asked_by_themselves(forum: World):
    answer = await told(forum, forum.other, "ask", question="How heavy is it?", industry="#hospitality")
    assert "Nobody else here works in Hotels and restaurants" in answer


async def test_somebody_else_can_be_named_and_is_not_told_by_whom(forum: World):
    (third,) = await crowd(forum, 1)
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    answer = await refer(forum, forum.other, "m0")
    assert f"I ask {third.mention} now" in answer
    text = read(forum, third)[-1]
    assert "Why you: somebody who was asked thinks that you know." in text
    assert forum.other.mention not in text
    assert read(forum, forum.member) == []
    assert [state for _who, state in await states(forum)] == ["passed", "open"]
    assert not [row for row in (await rows(forum))["audit"] if forum.other.id in row and "question" in str(row)]


async def test_who_can_not_be_asked_is_not_and_nobody_learns_why(forum: World):
    (third,) = await crowd(forum, 1, ask_limit="0")
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    for name in ("m0", str(forum.moderator.id), f"<@{forum.other.id}>", "1" * 18):
        answer = await refer(forum, forum.other, name)
        assert "just now, and I don't say why." in answer
    assert "I found nobody here called “zzz”" in await refer(forum, forum.other, "zzz")
    assert await states(forum) == [(forum.other.id, "open")]
    assert read(forum, third) == []


async def refer(world: World, who: Any, name: str) -> str:
    """Name somebody in the form; what is answered."""
    message = direct(world, who)[0]
    opened = await who.user.click(message, custom_id=button(message, "I know who"))
    assert opened.modal is not None
    result = await who.user.submit_modal(opened, {"member": name})
    await at_rest(world)
    return world.sim.private_replies(result)[-1]


async def test_who_stops_such_messages_is_waited_for_as_if_they_were_silent(forum: World):
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    answer = await pressed(forum, forum.other, "Stop messages of this kind")
    assert "I won't ask you any questions" in answer
    assert read(forum, forum.member) == []
    await forum.sim.advance(4 * HOUR)
    assert len(read(forum, forum.member)) == 1


async def test_who_is_kept_from_answering_is_asked_no_more_and_their_name_goes(forum: World):
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await pressed(forum, forum.other, "I'll answer")
    await forum.moderator.slash(forum.general, "mod restrict", **{"from": "answering", "member": forum.other})
    await at_rest(forum)
    assert "Will answer" not in post(forum)
    assert len(read(forum, forum.member)) == 1
    assert "others' questions" in await pressed(forum, forum.other, "I'll answer")


async def test_who_leaves_is_not_waited_for(forum: World):
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await forum.sim.run(forum.app.services.members.left(forum.guild.id, forum.other.id))
    await at_rest(forum)
    assert len(read(forum, forum.member)) == 1


async def test_when_the_asker_has_left_nobody_has_to_answer(forum: World):
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await forum.sim.run(forum.app.services.members.left(forum.guild.id, forum.moderator.id))
    await forum.sim.advance(DAY)
    assert [state for _who, state in await states(forum)] == ["over"]
    assert read(forum, forum.member) == []


async def test_buttons_of_a_closed_question_say_so(forum: World):
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await forum.moderator.slash(forum.general, "question close", question="1")
    await at_rest(forum)
    async with nothing_written(forum):
        for label in ("I'll answer", "Pass"):
            assert "is not open any more" in await pressed(forum, forum.other, label)
    await forum.moderator.slash(forum.general, "question reopen", question="1")
    await forum.sim.advance(HOUR)
    assert read(forum, forum.member) == []
    assert "Your name stands" in await pressed(forum, forum.other, "I'll answer")


async def test_nobody_is_asked_what_moderators_have_closed(forum: World):
    await asked(forum, forum.other, "How long does it keep?", **TEA)
    assert [state for _who, state in await states(forum)] == ["open"]
    await told(forum, forum.moderator, "mod question", question="1", action="close")
    assert [state for _who, state in await states(forum)] == ["over"]
    await forum.sim.advance(DAY)
    assert len(await asks(forum)) == 1


async def test_nobody_presses_for_somebody_else(forum: World):
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    here = (await forum.member.slash(forum.general, "help")).response
    async with nothing_written(forum):
        for act in ("take", "pass", "know", "back"):
            result = await press(forum, forum.member, stored(forum, here), f"bk:asked:1:{act}")
            assert "使えません" in forum.sim.private_replies(result)[-1]
        for who in (forum.member, forum.other):
            result = await press(forum, who, stored(forum, here), "bk:askagain:1")
            assert "モデレーター" in (said := forum.sim.private_replies(result)[-1]) or "moderator" in said
            await press(forum, who, stored(forum, here), "bk:putto:1:retail")
            await press(forum, who, stored(forum, here), "bk:putto:77:retail")


async def test_of_two_who_press_at_once_one_answers(forum: World):
    await crowd(forum, 8)
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    assert len(read(forum, forum.other)) == len(read(forum, forum.member)) == 1
    (mine,), (theirs,) = direct(forum, forum.other), direct(forum, forum.member)
    await forum.sim.simultaneous(
        forum.other.user.click(mine, custom_id=button(mine, "I'll answer")),
        forum.member.user.click(theirs, custom_id=button(theirs, "答えます")),
    )
    await at_rest(forum)
    assert sorted(state for _who, state in await states(forum)) == ["over", "taken"]
    assert "2 people (Retail and Food and lodging)" in post(forum) or "(Food and lodging and Retail)" in post(forum)


async def test_a_round_goes_on_after_a_restart(forum: World):
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await forum.sim.restart()
    await forum.sim.advance(4 * HOUR + MINUTE)
    assert len(read(forum, forum.member)) == 1
    await forum.sim.restart()
    assert "お名前を表示しました" in await pressed(forum, forum.member, "答えます")
    assert [state for _who, state in await states(forum)] == ["over", "taken"]


async def test_a_day_of_downtime_ends_a_round_and_the_next_one_has_its_full_time(forum: World):
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await forum.sim.stop()
    await forum.sim.advance(DAY)
    await forum.sim.restart()
    await at_rest(forum)
    (first, second) = await asks(forum)
    assert (first.state, second.state) == ("over", "open")
    assert second.delivered_at is not None
    assert second.ends_at - second.delivered_at == timedelta(hours=4)


async def test_messages_wait_for_the_hours_in_which_somebody_may_be_asked(forum: World):
    await forum.other.slash(forum.general, "profile edit", ask_hours="weekdays 18:00-21:00")
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await forum.sim.advance(9 * HOUR - MINUTE)
    assert read(forum, forum.other) == []
    await forum.sim.stop()
    await forum.sim.advance(5 * HOUR)
    await forum.sim.restart()
    await at_rest(forum)
    assert read(forum, forum.other) == []
    await forum.sim.advance_to(datetime(2026, 1, 6, 9, 1, tzinfo=UTC))
    assert len(read(forum, forum.other)) == 1
    # Three hours of an evening, and one of the next.
    await forum.sim.advance_to(datetime(2026, 1, 7, 9, 58, tzinfo=UTC))
    assert read(forum, forum.member) == []
    await forum.sim.advance_to(datetime(2026, 1, 7, 10, 2, tzinfo=UTC))
    assert len(read(forum, forum.member)) == 1


async def test_after_three_days_without_an_answer_others_are_asked(forum: World):
    await forum.member.slash(forum.general, "profile edit", ask_limit="0")
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await pressed(forum, forum.other, "Pass")
    await forum.sim.advance(5 * HOUR)
    await forum.member.slash(forum.general, "profile edit", ask_limit="3")
    await forum.sim.advance(3 * DAY - 6 * HOUR)
    assert read(forum, forum.member) == []
    await forum.sim.advance(2 * HOUR)
    assert len(read(forum, forum.member)) == 1
