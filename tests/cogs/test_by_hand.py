"""An organizer's hand: asking somebody, taking somebody off, inviting a guest, and taking that back with one press."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cogs.acts import at_rest, button, previewed, scheduled, told, with_group
from tests.cogs.permissions import hide
from tests.cogs.test_requests import asked, direct, joined, shown
from tests.world import World, a_world


@pytest.fixture
async def study(tmp_path: Path) -> AsyncGenerator[World]:
    """A study group whose rotation two have joined: first `member`, who reads Japanese, then `other`."""
    async with a_world(tmp_path) as world:
        await world.set_up()
        await with_group(world)
        for somebody in (world.member, world.other):
            await somebody.slash(world.general, "session list")
            await joined(world, somebody)
        await scheduled(world, when="2026-02-04 07:00", venue="Room A", link="https://meet.example/x")
        yield world


async def assigned(world: World, who: Any) -> Any:
    """The moderator asks somebody, after what they are shown; the reply."""
    preview = await previewed(world, "rotation assign", session="Logistics", member=who)
    await world.moderator.click(preview, label="Ask them")
    await at_rest(world)
    return preview


def last(world: World, who: Any) -> str:
    return world.sim.text(direct(world, who)[-1])


async def test_whoever_has_the_turn_is_named_before_anybody_else_is_asked(study: World):
    await study.member.user.click(await asked(study, study.member), label="引き受ける")
    preview = await previewed(study, "rotation assign", session="Logistics", member=study.other)
    text = study.sim.text(preview)
    assert f"Shall I ask {study.other.mention} to be the lecturer" in text
    assert f"{study.member.mention} has confirmed to lecture there" in text
    await study.moderator.click(preview, label="Ask nobody")
    assert study.sim.text(preview).startswith("Nobody was asked")
    assert study.member.mention in shown(study)


async def test_they_are_asked_with_the_same_buttons_and_the_other_is_told_kindly(study: World):
    await study.member.user.click(await asked(study, study.member), label="引き受ける")
    await assigned(study, study.other)
    assert "an organizer would like to hear you there" in last(study, study.other)
    assert "幹事の判断で外れることになりました" in last(study, study.member)
    await study.sim.advance(61)
    assert "Lecturer: being arranged" in shown(study)
    await study.other.user.click(direct(study, study.other)[-1], label="I'll lecture")
    await study.sim.advance(61)
    assert f"Lecturer: {study.other.mention}" in shown(study)


async def test_an_act_is_undone_by_one_press_also_after_a_restart(study: World):
    await study.member.user.click(await asked(study, study.member), label="引き受ける")
    reply = await assigned(study, study.other)
    await study.sim.restart()
    await study.moderator.click(reply, custom_id=button(reply, "Undo"))
    await study.sim.advance(61)
    assert study.sim.text(reply).startswith("Undone: ")
    assert f"Lecturer: {study.member.mention}" in shown(study)
    assert "講師は、やはりお願いします" in last(study, study.member)
    assert "have taken their question back" in last(study, study.other)


async def test_what_somebody_said_since_is_not_undone(study: World):
    reply = await assigned(study, study.other)
    await study.other.user.click(direct(study, study.other)[-1], label="I'll lecture")
    result = await study.moderator.click(reply, custom_id=button(reply, "Undo"))
    assert study.sim.private_replies(result)[-1].startswith("This can't be undone any more")


async def test_a_reason_is_for_nobody_but_who_is_taken_off(study: World):
    await asked(study, study.member)
    await study.moderator.slash(study.general, "rotation skip", session="Logistics", reason="部屋の都合", owed="no")
    await at_rest(study)
    assert "理由(ほかの人には見えません)：部屋の都合" in last(study, study.member)
    assert "would you be the lecturer?" in last(study, study.other)
    for post in study.sim.unprompted():
        assert post.channel_id == study.member.user.dm_channel.id or "部屋の都合" not in post.content


async def test_a_guest_is_announced_and_the_invitation_is_there_to_be_copied(study: World):
    await study.moderator.slash(study.general, "settings set", language="ja")
    guest = {
        "name": "佐藤",
        "title": "先生",
        "affiliation": "東都大学",
        "topic": "睡眠",
        "bio": "研究20年",
        "fee": "2万円",
    }
    text = await told(study, study.moderator, "rotation guest", session="Logistics", host=study.member, **guest)
    for part in ("佐藤先生\n", "会場：Room A", "https://meet.example/x", "06:45", "謝礼：2万円", "2026年2月4日(水)"):
        assert part in text
    await study.sim.advance(61)
    assert "佐藤先生(東都大学)「睡眠」\n研究20年" in shown(study)
    assert "2万円" not in shown(study)
    assert "佐藤 (東都大学)" in await told(study, study.other, "rotation show")
    assert "世話役をお願いします" in last(study, study.member)
    await study.sim.advance_to(datetime(2026, 2, 2, 1, tzinfo=UTC))
    assert "どなたがどこでお迎えするか" in last(study, study.member)
    await study.sim.advance_to(datetime(2026, 2, 4, 3, tzinfo=UTC))
    assert "誠にありがとうございました" in last(study, study.member)
    for post in study.sim.unprompted():
        assert post.channel_id == study.member.user.dm_channel.id or "2万円" not in post.content


async def test_settings_are_set_back_by_one_press(study: World):
    reply = await previewed(study, "rotation settings", group="Asakai", per_session=2)
    await study.moderator.click(reply, custom_id=button(reply, "Undo"))
    assert study.sim.text(reply) == "Undone: the rotation of **Asakai** is set as it was before."
    assert button_labels(await previewed(study, "rotation settings", group="Asakai")) == []


def button_labels(message: Any) -> list[str]:
    return [part["label"] for row in message.components for part in row["components"]]


async def test_nobody_is_put_down_who_can_not_see_the_group(study: World):
    hidden = study.guild.create_text_channel("board")
    await with_group(study, "Board", channel=hidden)
    await scheduled(study, "Takeover", "2026-02-05 07:00", group="Board")
    hide(study, hidden)
    text = await told(study, study.moderator, "rotation assign", session="Takeover", member=study.other)
    assert text.startswith(f"{study.other.mention} can't see")
    text = await told(study, study.moderator, "rotation guest", session="Takeover", name="佐藤", host=study.other)
    assert text.startswith(f"{study.other.mention} can't see")


async def test_a_bot_is_no_lecturer_and_no_host(study: World):
    robot = study.guild.add_member(study.sim.env.create_user("robot", bot=True))
    for command, options in (
        ("rotation assign", {"member": robot}),
        ("rotation skip", {"member": robot}),
        ("rotation guest", {"name": "佐藤", "host": robot}),
    ):
        text = await told(study, study.moderator, command, session="Logistics", **options)
        assert "is a bot" in text, command
