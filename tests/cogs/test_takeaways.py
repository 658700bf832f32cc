"""After a lecture, as people use it: the question in the channel and its buttons, notes, and “did you use it?”."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cogs.acts import at_rest, button, scheduled, told, with_group
from tests.cogs.test_requests import direct, joined
from tests.forged import carrier, nothing_written, press, refusal, rows, send_form
from tests.world import World, a_world


@pytest.fixture
async def afterwards(tmp_path: Path) -> AsyncGenerator[World]:
    """A server where `member`, who reads Japanese, has lectured two hours ago, and `other` came."""
    async with a_world(tmp_path) as world:
        await world.set_up()
        await with_group(world)
        await joined(world, world.member)
        await scheduled(world, when="2026-01-12 10:00")
        await world.member.slash(world.general, "rotation confirm", session="Logistics", theme="Fish")
        await world.other.slash(world.general, "session rsvp", session="Logistics", answer="going")
        await until(world, 12, 4)
        yield world


async def until(world: World, day: int, hour: int) -> None:
    await world.sim.advance_to(datetime(2026, 1, day, hour, tzinfo=UTC))


def asked(world: World) -> Any:
    """The question in the channel."""
    (found,) = [each for each in world.sim.messages(world.general) if "What did you take home" in each.content]
    return found


async def pressed(world: World, who: Any, label: str) -> Any:
    """The private answer to a press on one of its buttons."""
    result = await who.click(asked(world), custom_id=button(asked(world), label))
    (answer,) = result.followups
    assert answer.ephemeral
    return answer


async def written(world: World, who: Any, text: str, name: str) -> Any:
    form = await who.click(asked(world), custom_id=button(asked(world), "Takeaway"))
    sent = await who.submit_modal(form, {"takeaway": text, "name": [name]})
    return sent.followups[-1]


async def test_the_lecturer_is_thanked_and_the_channel_asked_naming_nobody(afterwards: World):
    thanks = afterwards.sim.text(direct(afterwards, afterwards.member)[-1])
    assert "「Fish」(Asakai)での講義、ありがとうございました。" in thanks
    assert "参加された方：1人" in thanks
    assert "<@" not in asked(afterwards).content
    (post,) = [each for each in afterwards.sim.unprompted() if "take home" in each.content]
    assert post.pinged == frozenset()


async def test_what_people_took_home_stands_in_the_session_by_name_only_if_they_chose(afterwards: World):
    await afterwards.sim.restart()
    answer = await written(afterwards, afterwards.other, "Ask who decides.", "unnamed")
    assert "without your name" in afterwards.sim.text(answer)
    await written(afterwards, afterwards.moderator, "Start earlier.", "named")
    text = await told(afterwards, afterwards.member, "session show", session="Logistics")
    assert "- Ask who decides." in text
    assert f"- Start earlier.({afterwards.moderator.mention})" in text
    assert f"Ask who decides.({afterwards.other.mention})" not in text
    await afterwards.other.click(answer, custom_id=button(answer, "Take it back"))
    assert "Nothing of yours is kept" in afterwards.sim.text(answer)
    assert "Ask who decides." not in await told(afterwards, afterwards.member, "session show", session="Logistics")


async def test_one_press_wishes_for_more_and_another_takes_it_back(afterwards: World):
    assert "that is you" in afterwards.sim.text(await pressed(afterwards, afterwards.other, "I want to hear more"))
    again = await pressed(afterwards, afterwards.moderator, "I want to hear more")
    assert "2 people want to hear more" in afterwards.sim.text(again)
    assert "Taken back" in afterwards.sim.text(await pressed(afterwards, afterwards.other, "I want to hear more"))


async def test_the_lecturer_hears_in_private_who_takes_it_further(afterwards: World):
    answer = await pressed(afterwards, afterwards.other, "I'll follow up")
    assert "so that they can write" in afterwards.sim.text(answer)
    await pressed(afterwards, afterwards.moderator, "I'll follow up")
    second = await pressed(afterwards, afterwards.moderator, "I'll follow up")
    assert "does not hear of you" in afterwards.sim.text(second)
    await afterwards.sim.advance(3600)
    said = afterwards.sim.text(direct(afterwards, afterwards.member)[-1])
    assert f"直接連絡できます：{afterwards.other.mention}" in said
    assert afterwards.moderator.mention not in said


async def test_who_leaves_out_their_name_is_not_named(afterwards: World):
    answer = await pressed(afterwards, afterwards.other, "I'll follow up")
    await afterwards.other.click(answer, custom_id=button(answer, "Leave out my name"))
    assert "without your name" in afterwards.sim.text(answer)
    await afterwards.sim.advance(3600)
    said = afterwards.sim.text(direct(afterwards, afterwards.member)[-1])
    assert "名前を出さずに希望している方が1人" in said
    assert afterwards.other.mention not in said


async def test_a_week_later_one_press_says_whether_it_was_used_and_the_lecturer_reads_a_number(afterwards: World):
    await written(afterwards, afterwards.other, "Ask who decides.", "unnamed")
    await until(afterwards, 19, 4)
    message = direct(afterwards, afterwards.other)[-1]
    assert "> Ask who decides." in afterwards.sim.text(message)
    await afterwards.sim.restart()
    answer = await afterwards.other.user.click(message, custom_id=button(message, "Yes"))
    assert "as a number only" in afterwards.sim.text(answer.followups[-1])
    await until(afterwards, 23, 4)
    said = afterwards.sim.text(direct(afterwards, afterwards.member)[-1])
    assert "1人のうち、1人がもう役立てたそうです" in said


async def test_notes_are_shown_with_the_session_and_kept_by_those_who_may(afterwards: World):
    kept = await told(
        afterwards,
        afterwards.member,
        "session notes",
        session="Logistics",
        takeaways="魚",
        link="https://example.org/x",
    )
    assert "に残しました" in kept
    text = await told(afterwards, afterwards.other, "session show", session="Logistics")
    assert "魚" in text
    assert "https://example.org/x" in text
    async with nothing_written(afterwards):
        refused = await told(afterwards, afterwards.other, "session notes", session="Logistics", takeaways="Mine")
        assert "its lecturers" in refused
    await told(afterwards, afterwards.moderator, "session notes", session="Logistics", link="-")
    assert "example.org" not in await told(afterwards, afterwards.other, "session show", session="Logistics")


async def test_forged_presses_for_a_session_ahead_say_why_and_write_nothing(afterwards: World):
    await scheduled(afterwards, "Ahead", when="2026-01-20 10:00")
    await at_rest(afterwards)
    async with nothing_written(afterwards):
        for custom_id in ("bk:takeaway:2", "bk:more:2", "bk:follow:2:press", "bk:untakeaway:2"):
            text = refusal(afterwards, await press(afterwards, afterwards.other, carrier(afterwards), custom_id))
            assert "is not a lecture, or it is not over yet" in text, custom_id
    result = await send_form(afterwards, afterwards.other, carrier(afterwards), "bk:takeawayform:1", {"takeaway": " "})
    assert "“What you took home”" in refusal(afterwards, result)
    assert (await rows(afterwards))["takeaways"] == []
