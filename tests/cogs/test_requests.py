"""Being asked to lecture: by direct message, answered by one press, also after a restart."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actors import Actor
from tests.cogs.acts import announcements, at_rest, button, previewed, scheduled, told, with_group
from tests.cogs.permissions import shut_out
from tests.forged import carrier, press
from tests.world import World, a_world

DAY = 86_400


@pytest.fixture
async def study(tmp_path: Path) -> AsyncGenerator[World]:
    """A study group whose rotation two have joined: first `member`, who reads Japanese, then `other`."""
    async with a_world(tmp_path) as world:
        await world.set_up()
        await with_group(world)
        for somebody in (world.member, world.other):
            await somebody.slash(world.general, "session list")
            await joined(world, somebody)
        await scheduled(world, when="2026-02-04 07:00")
        yield world


async def joined(world: World, who: Any) -> None:
    """Somebody takes part in the rotation."""
    actor = Actor(who.id, sees=lambda _channel: True)
    await world.sim.run(world.app.services.roster.join(world.guild.id, actor, None))


def direct(world: World, who: Any) -> list[Any]:
    """The bot's direct messages to somebody."""
    channel = who.user.dm_channel
    return world.sim.messages(channel) if channel is not None else []


async def asked(world: World, who: Any) -> Any:
    """The message in which somebody is asked, once their time has come."""
    await world.sim.advance(10 * DAY)
    return direct(world, who)[-1]


def shown(world: World) -> str:
    return world.sim.text(announcements(world)[0])


async def test_one_press_makes_them_the_lecturer_and_the_announcement_names_them(study: World):
    message = await asked(study, study.member)
    text = study.sim.text(message)
    assert "「Logistics」(Asakai)で、講師をお願いできますか。" in text
    assert "ここでは初めての講師ですね。" in text
    assert "Lecturer: being arranged" in shown(study)
    assert study.member.mention not in shown(study)
    await study.member.user.click(message, custom_id=button(message, "引き受ける"))
    await study.sim.advance(61)
    assert f"Lecturer: {study.member.mention}" in shown(study)
    assert "being arranged" not in shown(study)
    assert "Coming: 1" in shown(study)


async def test_a_no_is_for_nobody_else_and_the_next_one_is_asked(study: World):
    message = await asked(study, study.member)
    await study.member.user.click(message, custom_id=button(message, "今回は辞退する"))
    await at_rest(study)
    assert "would you be the lecturer?" in study.sim.text(direct(study, study.other)[-1])
    assert "being arranged" in shown(study)
    for post in study.sim.unprompted():
        assert post.channel_id == study.other.user.dm_channel.id or str(study.member.id) not in post.content


async def test_who_can_not_see_the_channel_any_more_is_told_nothing_and_the_next_one_is_asked(study: World):
    shut_out(study, study.general, study.member)
    await study.sim.advance(10 * DAY)
    assert direct(study, study.member) == []
    await study.sim.advance(3600)
    assert "would you be the lecturer?" in study.sim.text(direct(study, study.other)[-1])


async def test_the_buttons_survive_a_restart(study: World):
    message = await asked(study, study.member)
    await study.sim.restart()
    await study.member.user.click(message, custom_id=button(message, "引き受ける"))
    await study.sim.advance(61)
    assert study.member.mention in shown(study)


async def test_nobody_else_can_press_for_them(study: World):
    message = await asked(study, study.member)
    await press(study, study.other, carrier(study), button(message, "引き受ける"))
    await study.sim.advance(61)
    assert "being arranged" in shown(study)
    assert study.other.mention not in shown(study)


async def test_what_they_will_tell_of_is_said_in_a_form_and_stands_in_the_announcement(study: World):
    message = await asked(study, study.member)
    answer = await study.member.user.click(message, custom_id=button(message, "引き受ける"))
    said = answer.followups[-1]
    opened = await study.member.user.click(said, custom_id=button(said, "話す内容を書く"))
    assert opened.modal is not None
    written = {"theme": "魚の流通", "outline": "卸から店まで"}
    assert "よくある誤解" in str(opened.modal)
    await study.sim.restart()
    await study.member.user.submit_modal(opened, written)
    await study.sim.advance(61)
    assert f"Lecturer: {study.member.mention}: “魚の流通”\n卸から店まで" in shown(study)


async def test_who_has_said_yes_gives_the_turn_back_only_on_a_second_press(study: World):
    message = await asked(study, study.member)
    click = study.member.user.click
    await click(message, custom_id=button(message, "引き受ける"))
    # Pressed by mistake, under the old question.
    answer = (await click(message, custom_id=button(message, "今回は辞退する"))).followups[-1]
    assert "すぐにほかの方にお願いします" in study.sim.text(answer)
    await study.sim.restart()
    await click(answer, custom_id=button(answer, "予定どおり担当する"))
    await study.sim.advance(61)
    assert (study.member.mention in shown(study), direct(study, study.other)) == (True, [])
    await click(answer, custom_id=button(answer, "都合が悪くなった"))
    await click(answer, custom_id=button(answer, "担当から外れる"))
    await study.sim.advance(61)
    assert "being arranged" in shown(study)
    assert "would you be the lecturer?" in study.sim.text(direct(study, study.other)[-1])


async def test_a_lecturer_whose_session_moves_into_their_absence_may_give_the_turn_back(study: World):
    await study.member.user.click(await asked(study, study.member), label="引き受ける")
    await told(
        study, study.member, "rotation unavailable", reason="通院", **{"from": "2026-02-05", "until": "2026-02-06"}
    )
    preview = await previewed(study, "session edit", session="Logistics", when="2026-02-05 07:00")
    await study.moderator.click(preview, label="Move it")
    await at_rest(study)
    await study.sim.restart()
    message = direct(study, study.member)[-1]
    text = study.sim.text(message)
    assert "記録された「担当できない期間」に入っています。" in text
    assert "通院" not in text
    await study.sim.advance(61)
    assert f"Lecturer: {study.member.mention}" in shown(study)
    result = await study.member.user.click(message, label="都合が悪くなった")
    await study.member.user.click(result.followups[-1], label="担当から外れる")
    await at_rest(study)
    assert "would you be the lecturer?" in study.sim.text(direct(study, study.other)[-1])
    await study.sim.advance(61)
    assert "Lecturer: being arranged" in shown(study)


async def test_a_lecturer_who_says_that_they_do_not_come_hears_how_to_give_the_turn_back(study: World):
    message = await asked(study, study.member)
    await study.member.user.click(message, custom_id=button(message, "引き受ける"))
    options = {"session": "Logistics", "answer": "not_going"}
    assert "`/rotation decline`" in await told(study, study.member, "session rsvp", **options)
    assert "rotation" not in await told(study, study.other, "session rsvp", **options)


async def test_where_nobody_is_found_the_channel_reads_what_there_is_to_talk_about(study: World):
    for who in (study.member, study.other):
        message = await asked(study, who)
        label = "今回は辞退する" if who is study.member else "Not this time"
        await who.user.click(message, custom_id=button(message, label))
        await at_rest(study)
    await study.sim.advance(20 * DAY)
    posts = [post for post in study.sim.unprompted() if post.channel_id == study.general.id]
    (said,) = [post for post in posts if "open discussion" in post.content and "What if" in post.content]
    assert said.pinged == frozenset()
    assert "To talk about: What if" in shown(study)


async def test_who_has_left_without_a_word_is_not_asked_but_the_next_one_is(study: World):
    # After the night in which it is looked for who has left, and an hour before the first one would be asked.
    await study.sim.advance_to(datetime(2026, 1, 13, 21, tzinfo=UTC))
    gone = study.member.user
    study.guild.remove_member(study.member)
    await study.sim.advance(3700)
    assert gone.dm_channel is None or study.sim.messages(gone.dm_channel) == []
    assert "would you be the lecturer?" in study.sim.text(direct(study, study.other)[-1])
