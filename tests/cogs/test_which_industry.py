"""An industry that somebody types and that may be one of the list: they are asked, privately, and lose nothing."""

from __future__ import annotations

from typing import Any

from tests.cogs.acts import button, previewed, scheduled, told, with_group
from tests.forged import carrier, press, refusal
from tests.world import World


async def industries(world: World, who: Any) -> list[str]:
    """What somebody works in: the key of each, or its name if it was added."""
    found = await world.sim.run(world.app.services.profiles.show(world.guild.id, who.id))
    return [industry.name or industry.key for industry in found.industries]


async def test_a_clear_word_is_understood_without_a_question(world: World):
    await world.set_up()
    text = await told(world, world.other, "profile edit", industry="銀行、介護, carpenter")
    assert "**Industries**: Finance and insurance, Social care and welfare, Construction and civil engineering" in text
    assert "I added" not in text


async def test_one_that_resembles_another_is_asked_for_and_the_rest_is_saved_meanwhile(world: World):
    await world.set_up()
    message = await previewed(world, "profile edit", world.other, industry="Home care, Finance", occupation="helper")
    text = world.sim.text(message)
    assert "“Home care” is not in this server's list of industries. Do you mean one of these?" in text
    assert "Everything else is saved already.\nYour industries are not saved until you press a button." in text
    assert "[Medicine and health care]" in text
    found = await world.sim.run(world.app.services.profiles.show(world.guild.id, world.other.id))
    assert (found.occupation, found.industries) == ("helper", ())
    await world.sim.restart()
    await world.other.click(message, label="Social care and welfare")
    text = world.sim.text(message)
    assert "**Industries**: Social care and welfare, Finance and insurance" in text
    assert "**Work**: helper" in text


async def test_with_one_that_may_be_meant_the_answer_is_yes_or_no(world: World):
    await world.set_up()
    message = await previewed(world, "profile edit", world.member, industry="訪問介護")
    text = world.sim.text(message)
    assert "「訪問介護」は、このサーバーの業界の一覧にありません。「介護・福祉・保育」のことですか？" in text
    assert "[はい、それです]" in text
    assert "業界は、ボタンを押すまで保存されません。" in text
    assert "保存しました" not in text, "nothing else was given"
    await world.member.click(message, label="いいえ、「訪問介護」を追加する")
    assert "業界の一覧に「訪問介護」を追加しました" in world.sim.text(message)
    assert await industries(world, world.member) == ["訪問介護"]


async def test_a_word_that_can_mean_anything_is_asked_about_and_se_is_it(world: World):
    await world.set_up()
    message = await previewed(world, "profile edit", world.member, industry="SE、国")
    assert "「公務・行政」のことですか？" in world.sim.text(message)
    await world.member.click(message, label="はい、それです")
    assert await industries(world, world.member) == ["information", "public"]
    message = await previewed(world, "profile edit", world.member, industry="先生")
    for name in ("教育・学習支援", "医療・ヘルスケア", "士業・コンサルティング"):
        assert f"[{name}" in world.sim.text(message)


async def test_several_in_doubt_are_asked_for_one_after_the_other_and_keep_their_order(world: World):
    await world.set_up()
    message = await previewed(world, "profile edit", world.other, industry="Home care, Zoo, finanse")
    await world.other.click(message, label="No, add “Home care”")
    assert "Do you mean **Finance and insurance**?" in world.sim.text(message)
    await world.sim.restart()
    await world.other.click(message, label="Yes, that one")
    assert "I added “Home care” and “Zoo” to this server's list" in world.sim.text(message)
    assert await industries(world, world.other) == ["Home care", "Zoo", "finance"]
    again = await told(world, world.member, "profile edit", industry="home care")
    assert "Home care" in again, "now it is one of the list"


async def test_the_form_asks_too_and_its_card_turns_into_the_question_and_back(world: World):
    await world.set_up()
    card = await previewed(world, "profile edit", world.other, occupation="helper")
    form = await world.other.click(card, label="Type my industries")
    await world.other.submit_modal(form, {"industry": "Home care"})
    assert "Do you mean one of these?" in world.sim.text(card)
    await world.other.click(card, label="Social care and welfare")
    assert "**Industry**: Social care and welfare" in world.sim.text(card)
    assert "[Type my industries]" in world.sim.text(card)


async def test_the_question_is_its_authors_alone_and_answered_once(world: World):
    await world.set_up()
    await with_group(world)
    await scheduled(world)
    public = carrier(world)
    message = await previewed(world, "profile edit", world.other, industry="finanse")
    custom_id = button(message, "Yes, that one")
    assert "もう使えません" in refusal(world, await press(world, world.member, public, custom_id))
    assert await industries(world, world.member) == []
    assert refusal(world, await press(world, world.other, public, custom_id[:-1] + "3")), "there is one candidate"
    await world.other.click(message, label="Yes, that one")
    assert refusal(world, await press(world, world.other, public, custom_id[:-1] + "0"))
    assert await industries(world, world.other) == ["finance"]


async def test_who_corrects_their_own_slip_is_not_asked_about_it_and_the_others_are(world: World):
    await world.set_up()
    await told(world, world.other, "profile edit", industry="Gardning")
    assert "Gardening" in await told(world, world.other, "profile edit", industry="Gardening")
    message = await previewed(world, "profile edit", world.member, industry="Gardenin")
    assert "「Gardening」のことですか？" in world.sim.text(message)
