"""Asking a lecturer beforehand: by command and by button, anonymously too, and what reaches the lecturer."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import simcord

from cogs.question_box import AskForm
from tests.cogs.acts import announcements, at_rest, button, scheduled, told, with_group
from tests.cogs.test_requests import direct, joined
from tests.forged import carrier, nothing_written, press, refusal, rows, send_form
from tests.world import World, a_world

ASK = "講師に質問する"


@pytest.fixture
async def lecture(tmp_path: Path) -> AsyncGenerator[World]:
    """A server where `member`, who reads Japanese, has confirmed to lecture in two weeks."""
    async with a_world(tmp_path) as world:
        await world.set_up(language="ja")
        await with_group(world)
        await world.member.slash(world.general, "profile edit", industry="#finance", about="魚")
        await world.other.slash(world.general, "profile edit", industry="#medical", about="薬")
        await joined(world, world.member)
        await scheduled(world, when="2026-01-20 19:00")
        await at_rest(world)
        await world.member.slash(world.general, "rotation confirm", session="Logistics", theme="魚の流通")
        await at_rest(world, 61)
        yield world


def announcement(world: World) -> Any:
    return announcements(world)[0]


async def opened(world: World, who: Any) -> simcord.InteractionResult:
    """The form under the announcement."""
    return await who.click(announcement(world), custom_id=button(announcement(world), ASK))


def answered(world: World, result: simcord.InteractionResult) -> str:
    """What a press is answered, privately."""
    (reply,) = [each for each in (result.response, *result.followups) if each is not None]
    assert reply.ephemeral
    return world.sim.text(reply)


async def asked(world: World, who: Any, text: str, name: str = "named") -> Any:
    """What somebody is answered who has filled in the form."""
    sent = await who.submit_modal(await opened(world, who), {"question": text, "name": [name]})
    return sent.followups[-1]


async def evening(world: World) -> str:
    """What the lecturer reads on the evening before."""
    await world.sim.advance_to(world.sim.now().replace(month=1, day=19, hour=12, minute=0))
    return world.sim.text(direct(world, world.member)[-1])


async def test_a_question_from_the_button_reaches_the_lecturer_on_the_evening_before(lecture: World):
    answer = await asked(lecture, lecture.other, "Who sets the price?")
    text = lecture.sim.text(answer)
    assert "Your question is in the box for **Logistics**" in text
    assert "1. Who sets the price?" in text
    said = await evening(lecture)
    assert "「Logistics」(Asakai)で聞きたいこととして" in said
    assert f"- {lecture.other.mention}(医療・ヘルスケア)\n" in said
    assert "> Who sets the price?" in said
    public = [lecture.sim.text(message) for message in lecture.sim.messages(lecture.general)]
    assert not [each for each in public if "Who sets the price?" in each]


async def test_who_asks_anonymously_is_named_nowhere(lecture: World):
    await asked(lecture, lecture.other, "Is it fresh?", "anonymous")
    said = await evening(lecture)
    assert "- 匿名\n> Is it fresh?" in said
    assert str(lecture.other.id) not in said
    (row,) = (await rows(lecture))["lecture_questions"]
    assert str(lecture.other.id) in map(str, row)
    acts = [row for row in (await rows(lecture))["audit"] if "question.ask" in row]
    assert acts
    assert not [row for row in acts if lecture.other.id in row]


async def test_a_form_sent_after_a_restart_counts_and_without_a_choice_it_is_anonymous(lecture: World):
    form = await opened(lecture, lecture.other)
    await lecture.sim.restart()
    await lecture.other.submit_modal(form, {"question": "Is it fresh?", "name": []})
    assert "匿名" in await evening(lecture)


async def test_by_command_one_asks_looks_and_takes_back(lecture: World):
    first = await lecture.other.slash(lecture.general, "session ask", session="Logistics", question="One?")
    assert first.ephemeral
    await told(lecture, lecture.other, "session ask", session="Logistics", question="Two?", anonymous=True)
    listed = (await lecture.other.slash(lecture.general, "session ask", session="Logistics")).response
    text = lecture.sim.text(listed)
    assert "1. One?" in text
    assert "2. Two? (anonymous)" in text
    await lecture.sim.restart()
    await lecture.other.click(listed, custom_id=button(listed, "Take back 1"))
    text = lecture.sim.text(listed)
    assert "the lecturer does not get that question" in text
    assert "1. Two? (anonymous)" in text
    said = await evening(lecture)
    assert "Two?" in said
    assert "One?" not in said


async def test_after_three_questions_the_button_shows_them_instead(lecture: World):
    for number in range(3):
        await asked(lecture, lecture.other, f"Number {number}")
    result = await opened(lecture, lecture.other)
    assert result.modal is None
    assert "3. Number 2" in answered(lecture, result)
    refused = await told(lecture, lecture.other, "session ask", session="Logistics", question="Number 3")
    assert "3 questions" in refused


async def test_a_form_that_comes_too_late_gives_the_question_back_and_keeps_nothing(lecture: World):
    form = await opened(lecture, lecture.other)
    for number in range(3):
        await asked(lecture, lecture.other, f"Number {number}")
    sent = await lecture.other.submit_modal(form, {"question": "Number 3", "name": ["anonymous"]})
    text = lecture.sim.text(sent.followups[-1])
    assert "there is no room for more" in text
    assert "Number 3" in text
    assert (await rows(lecture))["kept_forms"] == []


async def test_the_lecturer_who_presses_reads_all_questions(lecture: World):
    assert "質問はまだありません" in answered(lecture, await opened(lecture, lecture.member))
    await asked(lecture, lecture.other, "Is it fresh?", "anonymous")
    text = answered(lecture, await opened(lecture, lecture.member))
    assert "質問が1件あります" in text
    assert "- 匿名\n> Is it fresh?" in text
    refused = await told(lecture, lecture.member, "session ask", session="Logistics", question="自分に？")
    assert "自分に届きます" in refused


async def test_while_nobody_lectures_there_is_no_button_and_a_forged_one_says_why(lecture: World):
    await told(lecture, lecture.member, "rotation decline", session="Logistics")
    await at_rest(lecture, 61)
    with pytest.raises(AssertionError):
        button(announcement(lecture), ASK)
    async with nothing_written(lecture):
        text = refusal(lecture, await press(lecture, lecture.other, carrier(lecture), "bk:askbox:1"))
        assert "there is nobody to ask" in text
        sent = {"question": "Who?"}
        text = refusal(lecture, await send_form(lecture, lecture.other, carrier(lecture), "bk:askform:1", sent))
        assert "there is nobody to ask" in text


async def test_nobody_takes_back_the_question_of_another(lecture: World):
    await asked(lecture, lecture.other, "Mine?")
    async with nothing_written(lecture):
        text = refusal(lecture, await press(lecture, lecture.moderator, carrier(lecture), "bk:unask:1"))
    assert text.startswith("This button no longer works")


@pytest.mark.parametrize("text", ["", "   ", "勉" * 301])
async def test_a_question_that_says_nothing_or_too_much_is_refused(lecture: World, text: str):
    sent = {"question": text}
    result = await send_form(lecture, lecture.other, carrier(lecture), "bk:askform:1", sent)
    assert "“Your question”" in refusal(lecture, result)
    assert (await rows(lecture))["lecture_questions"] == []
    assert AskForm.pattern.fullmatch("bk:askform:1")


async def test_what_the_lecturer_gives_to_read_ahead_stands_in_the_announcement(lecture: World):
    shown = (await lecture.member.slash(lecture.general, "rotation confirm", session="Logistics")).response
    form = await lecture.member.click(shown, custom_id=button(shown, "話す内容を変更する"))
    written = {"theme": "魚の流通", "outline": "", "ahead": "https://example.org/fish"}
    sent = await lecture.member.submit_modal(form, written)
    assert "https://example.org/fish" in lecture.sim.text(shown) + "".join(map(lecture.sim.text, sent.followups))
    await at_rest(lecture, 61)
    assert "https://example.org/fish" in lecture.sim.text(announcement(lecture))
    again = await lecture.member.click(shown, custom_id=button(shown, "話す内容を変更する"))
    assert "https://example.org/fish" in str(again.modal)
