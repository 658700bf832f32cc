"""Turns change hands: by direct message and one press, also after a restart, and nobody learns of it in public."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.simulation import set_locale
from tests.cogs.acts import announcements, at_rest, button, scheduled, sessions, told
from tests.cogs.test_requests import asked, direct, joined, shown, study  # noqa: F401
from tests.world import World

DAY = 86_400


async def confirmed(world: World, who: Any = None) -> Any:
    """The answer to a yes of whoever is asked; `member` unless it is said who."""
    who = who or world.member
    message = await asked(world, who)
    label = "引き受ける" if who is world.member else "I'll lecture"
    return (await who.user.click(message, custom_id=button(message, label))).followups[-1]


async def press(who: Any, message: Any, label: str) -> Any:
    """The private answer to a press."""
    result = await who.user.click(message, custom_id=button(message, label))
    return [each for each in (result.response, *result.followups) if each is not None][-1]


async def test_a_turn_is_offered_to_all_and_the_first_to_press_has_it(study: World):  # noqa: F811
    third = study.guild.add_member(study.sim.env.create_user("carol"))
    await third.slash(study.general, "session list")
    await joined(study, third)
    question = await press(study.member, await confirmed(study), "担当の交換を相談する")
    assert "お名前を出さずに" in study.sim.text(question)
    assert [post for post in study.sim.unprompted() if "take over a turn" in post.content] == []
    answer = await press(study.member, question, "全員に聞く")
    assert "全員に" in study.sim.text(answer)
    await at_rest(study)
    await study.sim.restart()
    offers = [direct(study, who)[-1] for who in (study.other, third)]
    for offer in offers:
        text = study.sim.text(offer)
        assert "Would you take over a turn to lecture at **Logistics** (Asakai)?" in text
        assert str(study.member.id) not in text
        assert "it counts as a turn of yours" in text
    assert "Thank you! You lecture at" in study.sim.text(await press(study.other, offers[0], "Take the turn"))
    assert "Somebody else has taken the turn" in study.sim.text(await press(third, offers[1], "Take the turn"))
    await study.sim.advance(61)
    assert f"Lecturer: {study.other.mention}" in shown(study)
    assert f"{study.other.mention}が代わりに引き受けました" in study.sim.text(direct(study, study.member)[-1])
    public = {study.general.id, study.log.id}
    assert [p for p in study.sim.unprompted() if p.channel_id in public and study.member.mention in p.content] == []


async def test_two_turns_are_exchanged_between_two_who_agree(study: World):  # noqa: F811
    await scheduled(study, "Fish", "2026-02-11 07:00")
    await confirmed(study)
    await study.sim.advance(7 * DAY)
    # Meanwhile the other one was asked for the second date.
    text = await told(study, study.member, "rotation swap", session="Logistics", **{"with": study.other})
    assert study.other.mention in text
    await at_rest(study)
    offer = direct(study, study.other)[-1]
    assert f"Would you take {study.member.mention}'s turn to lecture at **Logistics** (Asakai)?" in study.sim.text(
        offer
    )
    assert "In exchange, you give your turn at **Fish**" in study.sim.text(offer)
    answer = study.sim.text(await press(study.other, offer, "Swap these turns"))
    assert "In exchange, you no longer lecture at **Fish**" in answer
    await study.sim.advance(61)
    first, second = [study.sim.text(each) for each in announcements(study)[:2]]
    assert f"Lecturer: {study.other.mention}" in first
    assert f"Lecturer: {study.member.mention}" in second


async def test_under_the_question_and_its_reminder_stands_the_button_too(study: World):  # noqa: F811
    message = await asked(study, study.member)
    assert button(message, "担当の交換を相談する")
    await study.sim.advance(2 * DAY)
    reminder = direct(study, study.member)[-1]
    assert "まだお返事を" in study.sim.text(reminder)
    question = await press(study.member, reminder, "担当の交換を相談する")
    answer = await press(study.member, question, "全員に聞く")
    assert "ご自身で担当するかどうかは" in study.sim.text(answer)
    # Asked again, it says that it is on its way, and lets it be taken back.
    again = await press(study.member, reminder, "担当の交換を相談する")
    assert "取り下げました" in study.sim.text(await press(study.member, again, "相談を取り下げる"))
    offer = direct(study, study.other)
    assert offer == [] or "no longer offered" in study.sim.text(await press(study.other, offer[-1], "Take the turn"))
    assert "being arranged" in shown(study)


async def test_an_organizer_offers_the_turn_of_somebody_absent(study: World):  # noqa: F811
    await confirmed(study)
    (session, *_) = await sessions(study)
    options = {"session": f"#{session.id}", "with": study.other, "for": study.member}
    assert "Only the group's organizers and moderators" in await told(study, study.other, "rotation swap", **options)
    assert study.member.mention in await told(study, study.moderator, "rotation swap", **options)
    await at_rest(study)
    keep = direct(study, study.member)[-1]
    assert f"{study.moderator.mention}が探しています" in study.sim.text(keep)
    offer = direct(study, study.other)[-1]
    await press(study.member, keep, "自分で担当する")
    assert "no longer offered" in study.sim.text(await press(study.other, offer, "Take the turn"))


async def test_one_who_is_asked_says_no(study: World):  # noqa: F811
    set_locale(study.member, "en")
    await study.member.slash(study.general, "session list")
    await confirmed_in_english(study)
    await told(study, study.member, "rotation swap", session="Logistics", **{"with": study.other})
    await at_rest(study)
    answer = await press(study.other, direct(study, study.other)[-1], "Not this time")
    assert "you don't take the turn" in study.sim.text(answer)
    await at_rest(study)
    assert "can't take your turn" in study.sim.text(direct(study, study.member)[-1])


async def confirmed_in_english(world: World) -> None:
    message = await asked(world, world.member)
    await world.member.user.click(message, custom_id=button(message, "I'll lecture"))


@pytest.mark.parametrize("who", ["bot", "self"])
async def test_nobody_swaps_with_a_bot_or_with_themselves(study: World, who: str):  # noqa: F811
    await confirmed(study)
    robot = study.guild.add_member(study.sim.env.create_user("robot", bot=True))
    options: dict[str, Any] = {"session": "Logistics", "with": robot if who == "bot" else study.member}
    text = await told(study, study.member, "rotation swap", **options)
    assert ("ボット" in text) if who == "bot" else ("聞くことができません" in text)
