from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import simcord

from bot.demo.simulation import set_locale
from bot.domain.groups import StudyGroup
from bot.rendering.groups import PER_PAGE
from tests.cogs.acts import scheduled
from tests.cogs.permissions import forbid, hide
from tests.world import World


async def said(world: World, who: Any, command: str, /, **options: Any) -> str:
    """What a command answers, privately."""
    result = await who.slash(world.general, command, **options)
    assert result.ephemeral
    return world.sim.private_replies(result)[-1]


async def group(world: World, name: str) -> StudyGroup:
    async def read() -> StudyGroup | None:
        async with world.app.database.reading(world.guild.id) as uow:
            return await uow.groups.named(name)

    found = await world.sim.run(read())
    assert found is not None
    return found


async def test_a_moderator_makes_a_group_and_hears_what_comes_next(world: World):
    text = await said(
        world,
        world.moderator,
        "group create",
        name="金融部会",
        description="How money moves",
        channel=world.log,
        organizer=world.member,
        announce_days_before=3,
        evening_before="19:30",
    )
    for part in ("金融部会", "How money moves", f"<#{world.log.id}>", world.member.mention, "3 days", "19:30"):
        assert part in text
    assert "`/series create`" in text
    assert (await group(world, "金融部会")).organizers == {world.member.id}
    assert world.sim.messages(world.log) == []


async def test_a_name_is_enough(world: World):
    text = await said(world, world.moderator, "group create", name="Tea")
    assert f"<#{world.general.id}>" in text
    assert "7 days" in text
    assert "20:00" in text


async def test_a_member_is_told_who_may(world: World):
    assert "Only moderators" in await said(world, world.other, "group create", name="Tea")
    await said(world, world.moderator, "group create", name="Tea", organizer=world.other)
    assert "Only moderators" in await said(world, world.other, "group edit", name="Tea", description="mine")
    assert (await group(world, "Tea")).description == ""


async def test_a_name_that_is_taken_is_refused(world: World):
    await said(world, world.moderator, "group create", name="Tea")
    assert "“ＴＥＡ”" in await said(world, world.moderator, "group create", name="ＴＥＡ")


async def test_text_that_is_too_long_or_blank_is_refused(world: World):
    assert "`name`" in await said(world, world.moderator, "group create", name="  ")
    for options in (
        {"name": "x" * 61},
        {"name": "Tea", "description": "x" * 301},
        {"name": "Tea", "announce_days_before": 61},
    ):
        with pytest.raises(simcord.SetupError):
            await world.moderator.slash(world.general, "group create", **options)
    assert "no study group here yet" in await said(world, world.other, "group list")


async def test_a_group_is_edited_and_shown_as_it_is_now(world: World):
    await said(world, world.moderator, "group create", name="Tea", organizer=world.member)
    text = await said(
        world,
        world.moderator,
        "group edit",
        name="tea",
        new_name="茶",
        add_organizer=world.other,
        remove_organizer=world.member,
        announce_days_before=0,
    )
    assert world.other.mention in text
    assert world.member.mention not in text
    assert "on the day itself" in text
    assert (await group(world, "茶")).announce_days_before == 0


async def test_removing_somebody_who_is_no_organizer_is_refused(world: World):
    await said(world, world.moderator, "group create", name="Tea")
    text = await said(world, world.moderator, "group edit", name="Tea", remove_organizer=world.other)
    assert world.other.mention in text
    assert "“Tea”" in text


async def test_an_edit_without_changes_says_so(world: World):
    await said(world, world.moderator, "group create", name="Tea")
    assert "Nothing changed" in await said(world, world.moderator, "group edit", name="Tea", new_name="Tea")


async def test_the_only_group_needs_no_name(world: World):
    await said(world, world.moderator, "group create", name="Tea", description="about tea")
    assert "about tea" in await said(world, world.other, "group show")
    await said(world, world.moderator, "group create", name="Coffee")
    text = await said(world, world.other, "group show")
    assert "“Tea”" in text
    assert "“Coffee”" in text
    assert "about tea" in await said(world, world.other, "group show", group="TEA")


async def test_a_group_whose_channel_one_cant_see_does_not_exist(world: World):
    hide(world, world.log)
    await said(world, world.moderator, "group create", name="Secret", channel=world.log)
    await said(world, world.moderator, "group create", name="Tea", channel=world.general)
    secret = await group(world, "Secret")
    listed = await said(world, world.other, "group list")
    assert "Tea" in listed
    assert "Secret" not in listed
    unknown = await said(world, world.other, "group show", group="Nothing")
    for text in ("Secret", str(secret.id)):
        answer = await said(world, world.other, "group show", group=text)
        assert answer == unknown.replace("Nothing", text)
    offered = await world.other.autocomplete(world.general, "group show", "group", "")
    assert offered == [{"name": "Tea", "value": "Tea"}]
    assert "Secret" in await said(world, world.moderator, "group list")


async def test_names_complete_while_typing(world: World):
    for name in ("Green tea", "Tea", "Coffee"):
        await said(world, world.moderator, "group create", name=name)
    offered = await world.moderator.autocomplete(world.general, "group edit", "name", "tea")
    assert [choice["value"] for choice in offered] == ["Tea", "Green tea"]


async def test_missing_permissions_in_the_groups_channel_are_named(world: World):
    forbid(world, world.log, send_messages_in_threads=False)
    text = await said(world, world.moderator, "group create", name="Tea", channel=world.log)
    assert f"In <#{world.log.id}> I need: **Send Messages in Threads**" in text


async def test_a_long_list_is_turned_page_by_page_also_after_a_restart(world: World):
    names = [f"Group {number:02}" for number in range(PER_PAGE + 1)]
    for name in names:
        await said(world, world.moderator, "group create", name=name)
    result = await world.other.slash(world.general, "group list")
    message = result.response
    assert message is not None
    assert names[0] in world.sim.text(message)
    assert names[-1] not in world.sim.text(message)
    await world.sim.restart()
    await world.other.click(message, label="Next")
    assert names[-1] in world.sim.text(message)
    assert names[0] not in world.sim.text(message)
    with pytest.raises(simcord.SetupError):
        await world.other.click(message, label="Next")
    await world.other.click(message, label="Previous")
    assert names[0] in world.sim.text(message)


async def test_a_page_that_is_full_to_the_brim_still_fits_into_a_message(world: World):
    for number in range(PER_PAGE):
        await said(world, world.moderator, "group create", name=f"{number:060}", description="説" * 300)
    assert f"{PER_PAGE - 1:060}" in await said(world, world.other, "group list")


async def test_a_groups_reminders_are_set_shown_and_taken_away_again(world: World):
    text = await said(world, world.moderator, "group create", name="Tea", reminders="1 day, 30 min")
    assert "1 day before and 30 minutes before" in text
    assert (await group(world, "Tea")).reminders == (1440, 30)
    assert "“none”" in await said(world, world.moderator, "group edit", name="Tea", reminders="soon")
    assert (await group(world, "Tea")).reminders == (1440, 30)
    assert "45 minutes before" in await said(world, world.moderator, "group edit", name="Tea", reminders="45分前")
    await said(world, world.moderator, "group edit", name="Tea", description="leaves")
    assert (await group(world, "Tea")).reminders == (45,)
    assert "45分前" in await said(world, world.member, "me reminders")
    await said(world, world.moderator, "group edit", name="Tea", reminders="off")
    assert (await group(world, "Tea")).reminders == ()
    assert "45分前" not in await said(world, world.member, "me reminders")


async def test_who_comes_is_mentioned_at_the_groups_times_also_after_a_restart(world: World):
    await said(world, world.moderator, "group create", name="Tea", reminders="30 min")
    await scheduled(world)
    await world.other.slash(world.general, "session rsvp", session="Logistics", answer="going")
    await world.sim.advance((datetime(2026, 1, 6, 21, 20, tzinfo=UTC) - world.sim.now()).total_seconds())
    await world.sim.restart()
    before = len(world.sim.unprompted())
    await world.sim.advance(15 * 60)
    (post,) = world.sim.unprompted()[before:]
    assert (post.channel_id, post.pinged) == (world.general.id, {world.other.id})
    assert post.content.startswith("Today: **Logistics** (Tea)")


async def test_opening_the_form_for_ones_own_reminders_does_not_mute_those_of_the_group(world: World):
    await said(world, world.moderator, "group create", name="Tea", reminders="30 min")
    result = await world.other.slash(world.general, "me reminders")
    assert "In **Tea** I also remind all who come, 30 min before" in world.sim.text(result.response)
    form = await world.other.click(result.response, custom_id=f"bk:reminders:form:{world.guild.id}")
    boxes = {part["component"]["custom_id"]: part["component"].get("value", "") for part in form.modal["components"]}
    assert boxes["before"] == ""
    await world.other.submit_modal(form, boxes | {"evening": "21:30"})
    assert "In **Tea** I also remind" in world.sim.text(result.response)
    form = await world.other.click(result.response, custom_id=f"bk:reminders:form:{world.guild.id}")
    await world.other.submit_modal(form, {"before": "off", "evening": ""})
    assert "In **Tea** I also remind" not in world.sim.text(result.response)
    form = await world.other.click(result.response, custom_id=f"bk:reminders:form:{world.guild.id}")
    boxes = {part["component"]["custom_id"]: part["component"].get("value", "") for part in form.modal["components"]}
    assert boxes["before"] == "none"


async def test_a_group_without_an_evening_says_none_wherever_it_is_shown(world: World):
    await said(world, world.moderator, "group create", name="Tea", evening_before="off")
    assert "Reminder on the evening before: none" in await said(world, world.moderator, "group show")
    assert "In **Tea**, the usual reminder on the evening before: none." in await said(
        world, world.other, "me reminders"
    )
    set_locale(world.other, "ja")
    assert "「Tea」では、前日のリマインダーは「なし」になっています。" in await said(world, world.other, "me reminders")
    assert "前日のリマインダー: なし" in (await said(world, world.other, "group show")).replace("：", ": ")
    text = await said(world, world.moderator, "group edit", name="Tea", evening_before="soon")
    assert "“none” if nobody" in text
    assert "“default” for the server's usual time" in text
    assert "20:00, the server's usual time" in await said(
        world, world.moderator, "group edit", name="Tea", evening_before="-"
    )
