"""What came out of the meetings, as people write it down; nobody is listed before they say yes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from simcord.builders import ChannelHandle

from bot.demo.simulation.rules import close_dms
from tests.cogs.acts import at_rest, button, previewed, scheduled, told, with_group
from tests.cogs.permissions import hide
from tests.cogs.test_requests import direct
from tests.forged import carrier, nothing_written, press, refusal, rows
from tests.world import START, World


@pytest.fixture
async def study(world: World) -> World:
    """A server with one study group, where everybody has used the bot."""
    await with_group(world)
    for who in (world.member, world.other):
        await who.slash(world.general, "help")
    return world


async def listed(world: World, who: Any, **options: Any) -> str:
    return await told(world, who, "spinoff list", **options)


async def asked(world: World, who: Any) -> Any:
    """The message in which somebody is asked."""
    await at_rest(world)
    return direct(world, who)[-1]


async def test_somebody_who_adds_a_project_is_in_it(study: World):
    text = await told(
        study, study.other, "spinoff add", name="Fish & Co", kind="company", state="running", about="We sell."
    )
    assert "Company, running since" in text
    assert "> We sell." in text
    assert f"with {study.other.mention}" in await listed(study, study.moderator)
    assert "メンバー：" in await listed(study, study.member)


async def test_nobody_is_listed_before_they_say_yes(study: World):
    people = f"{study.member.mention} {study.other.mention}"
    text = await told(study, study.other, "spinoff add", name="Fish", members=people)
    assert f"I ask {study.member.mention} in private" in text
    message = await asked(study, study.member)
    assert f"{study.other.mention}が、勉強会から生まれた「Fish」" in study.sim.text(message)
    assert study.member.mention not in await listed(study, study.moderator)
    await study.sim.restart()
    answer = await study.member.user.click(message, custom_id=button(message, "名前を載せる"))
    assert "「Fish」に名前を載せました" in study.sim.text(answer.followups[-1])
    assert study.member.mention in await listed(study, study.moderator)
    await study.member.user.click(answer.followups[-1], custom_id=button(answer.followups[-1], "名前を外す"))
    assert study.member.mention not in await listed(study, study.moderator)
    # What was taken off can't be put back but by being asked again.
    message = await a_message(study)
    async with nothing_written(study):
        await press(study, study.member, message, "bk:spinoffjoin:1:yes")


async def a_message(world: World) -> Any:
    await scheduled(world, "Something", when="2026-03-01 10:00")
    await at_rest(world)
    return carrier(world)


async def test_a_no_is_as_silence_for_whoever_looks_or_asks_again(study: World):
    quiet = study.moderator
    await told(study, study.other, "spinoff add", name="Fish", members=f"{study.member.mention} {quiet.mention}")
    message = await asked(study, study.member)
    async with nothing_written(study):
        result = await study.member.user.click(message, custom_id=button(message, "載せない"))
        assert "名前は載りません" in study.sim.private_replies(result)[-1]
        assert "名前は載りません" not in await told(
            study, study.member, "spinoff update", name="Fish", remove=study.member
        )
    answers = []
    for who in (study.member, quiet):
        again = [await told(study, study.other, "spinoff update", name="Fish", members=who.mention)]
        assert len(direct(study, who)) == 1
        for options in ({"remove": who}, {"remove": who}, {"members": who.mention}):
            again.append(await told(study, study.other, "spinoff update", name="Fish", **options))
        answers.append([text.replace(who.mention, "@") for text in again])
    assert answers[0] == answers[1]
    assert "already" in answers[0][0]


async def test_who_said_no_can_say_yes_later_in_the_list(study: World):
    await told(study, study.other, "spinoff add", name="Fish", members=study.member.mention)
    message = await asked(study, study.member)
    await study.member.user.click(message, custom_id=button(message, "載せない"))
    shown = await previewed(study, "spinoff list", study.member)
    assert "承諾しないかぎり、名前は誰にも表示されません" in study.sim.text(shown)
    await study.member.click(shown, label="名前を載せる：Fish")
    assert study.member.mention in await listed(study, study.moderator)


async def test_two_answers_at_once_leave_one(study: World):
    await told(study, study.other, "spinoff add", name="Fish", members=study.member.mention)
    message = await asked(study, study.member)
    yes = button(message, "名前を載せる")
    await study.sim.simultaneous(*(study.member.user.click(message, custom_id=yes) for _press in range(2)))
    assert len((await rows(study))["spinoff_members"]) == 1


async def test_whom_the_bot_may_not_write_to_says_yes_in_the_list(study: World):
    quiet = study.guild.add_member(study.sim.env.create_user("quiet"))
    text = await told(study, study.other, "spinoff add", name="Fish", members=f"{quiet.mention},{study.other.mention}")
    assert f"I can't write to {quiet.mention}" in text
    message = await previewed(study, "spinoff list", quiet)
    assert "You can be listed here, too" in study.sim.text(message)
    await quiet.click(message, label="List me: Fish")
    assert quiet.mention in await listed(study, study.moderator)


async def test_with_closed_dms_it_is_asked_in_a_private_thread(study: World):
    close_dms(study.member)
    await told(study, study.other, "spinoff add", name="Fish", members=study.member.mention)
    await at_rest(study, 300)
    (thread,) = [each for each in study.app.bot.get_guild(study.guild.id).threads if each.is_private()]
    place = ChannelHandle(study.sim.env, study.guild, study.sim.env.backend.get_channel(thread.id))
    message = study.sim.messages(place)[-1]
    await study.member.click(message, custom_id=button(message, "名前を載せる"))
    assert study.member.mention in await listed(study, study.moderator)


async def test_its_people_change_it_and_nobody_else(study: World):
    await told(study, study.other, "spinoff add", name="Fish")
    async with nothing_written(study):
        refused = await told(study, study.member, "spinoff update", name="Fish", state="ended")
        assert "そのメンバー" in refused
    text = await told(study, study.other, "spinoff update", name="Fish", state="running", new_name="Fish & Co")
    assert "**Fish & Co** · Project, running since" in text
    assert "NPO" in await told(study, study.moderator, "spinoff update", name="Fish & Co", kind="npo")
    async with nothing_written(study):
        same = {"name": "Fish & Co", "state": "running"}
        assert "already" in await told(study, study.other, "spinoff update", **same)


async def test_everybody_can_be_taken_off_and_takes_themselves_off(study: World):
    await told(study, study.other, "spinoff add", name="Fish")
    assert "no longer" not in await told(study, study.moderator, "spinoff update", name="Fish", remove=study.other)
    refused = await told(study, study.moderator, "spinoff update", name="Fish", remove=study.other)
    assert "is not listed in **Fish**" in refused


async def test_of_a_session_in_a_hidden_channel_only_those_read_who_see_it(study: World):
    secret = study.guild.create_text_channel("secret")
    await with_group(study, "Board", channel=secret)
    await scheduled(study, "Takeover", group="Board")
    await told(study, study.moderator, "spinoff add", name="Fish", session="Takeover")
    assert "Takeover" in await listed(study, study.other)
    hide(study, secret)
    assert "Takeover" not in await listed(study, study.other)
    refused = await told(study, study.other, "spinoff add", name="Tea", session="Takeover")
    assert "There is no session" in refused
    assert len((await rows(study))["spinoffs"]) == 1


async def test_where_it_began_is_said_also_when_the_group_is_archived(study: World):
    await with_group(study, "Board")
    await scheduled(study, "Takeover", when="2026-01-06 10:00", group="Board")
    await told(study, study.other, "spinoff add", name="Fish", session="Takeover")
    await study.sim.advance_to(START + timedelta(days=3))
    ending = await previewed(study, "group archive", name="Board")
    await study.moderator.click(ending, label="Archive")
    assert "Takeover" in await listed(study, study.other)


async def test_mistakes_are_said_and_nothing_is_written(study: World):
    await told(study, study.other, "spinoff add", name="Fish")
    message = await a_message(study)
    async with nothing_written(study):
        assert "is on the list already" in await told(study, study.moderator, "spinoff add", name="ＦＩＳＨ")
        assert "who “nobody” is" in await told(study, study.other, "spinoff add", name="Tea", members="nobody")
        assert "is a bot" in await told(
            study, study.other, "spinoff add", name="Tea", members=f"<@{study.app.bot.user.id}>"
        )
        assert "is empty" in await told(study, study.other, "spinoff add", name="  ")
        assert "There is no such project" in await told(study, study.other, "spinoff update", name="Tea")
        assert "no longer" in refusal(study, await press(study, study.other, message, "bk:spinoffjoin:9:yes"))


async def test_a_name_that_is_nearly_right_is_unknown_and_the_right_one_is_named(study: World):
    await told(study, study.other, "spinoff add", name="Fish market")
    async with nothing_written(study):
        text = await told(study, study.other, "spinoff update", name="Fsh market")
        assert "There is no such project “Fsh market”" in text
        assert "Do you mean one of these: “Fish market”?" in text
        assert "Do you mean" not in await told(study, study.other, "spinoff update", name="Steel")


async def test_who_has_left_is_in_none(study: World):
    await told(study, study.other, "spinoff add", name="Fish")
    await study.sim.run(study.app.services.members.left(study.guild.id, study.other.id))
    assert study.other.mention not in await listed(study, study.moderator)
    found = await rows(study)
    assert found["spinoff_members"] == []
    assert study.other.id not in found["spinoffs"][0]


async def test_the_list_is_turned_and_asked_for_by_state(study: World):
    for number in range(6):
        await told(study, study.other, "spinoff add", name=f"Fish {number}", state="ended" if number else "running")
    message = await previewed(study, "spinoff list", study.moderator)
    assert "Fish 0" not in study.sim.text(message)
    await study.moderator.click(message, label="Next")
    assert "Fish 0" in study.sim.text(message)
    assert "Fish 1" not in await listed(study, study.moderator, state="running")
    assert "There is nothing of this kind" in await listed(study, study.moderator, state="paused")
