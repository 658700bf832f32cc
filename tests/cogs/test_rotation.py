"""The rotation as people use it: taking part, saying when one can't, looking at it, and setting it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.demo.simulation import set_locale
from bot.domain.actors import Actor
from bot.domain.rotation import OPEN, Turn, TurnState
from bot.domain.sessions import NewSession
from tests.cogs.acts import button, previewed, scheduled, told, with_group
from tests.cogs.permissions import hide
from tests.forged import carrier, press
from tests.world import World


@pytest.fixture(autouse=True)
async def a_group(world: World) -> None:
    """A group without a rotation, looked after by `other`."""
    set_locale(world.member, "en-US")
    await with_group(world, organizer=world.other)


async def on_roster(world: World) -> list[int]:
    async def read() -> list[int]:
        async with world.app.database.reading(world.guild.id) as uow:
            (group,) = await uow.groups.all()
            return [member.id for member in (await uow.rotation.roster(group.id)).members]

    return await world.sim.run(read())


async def take(world: World, session_id: int, who: Any, state: TurnState = TurnState.CONFIRMED) -> None:
    """Somebody has a turn from now on."""

    async def write() -> None:
        async with world.app.database(world.guild.id) as uow:
            await uow.rotation.put(Turn(session_id, 0, who.id, state, world.sim.now()))

    await world.sim.run(write())


async def states(world: World, session_id: int) -> list[str]:
    async def read() -> list[str]:
        async with world.app.database.reading(world.guild.id) as uow:
            return [turn.state.value for turn in (await uow.rotation.turns([session_id])).get(session_id, ())]

    return await world.sim.run(read())


# Taking part


async def test_whoever_joins_takes_part_and_hears_how_it_works(world: World):
    result = await world.member.slash(world.general, "rotation join")
    text = world.sim.private_replies(result)[-1]
    assert "You take part in the rotation of **Asakai** from now on." in text
    assert "everybody may say no" in text
    assert "`/profile edit`" in text, "they have no industry yet"
    assert await on_roster(world) == [world.member.id]
    assert "already" in await told(world, world.member, "rotation join")
    await told(world, world.other, "profile edit", industry="#finance")
    assert "`/profile edit`" not in await told(world, world.other, "rotation join")


async def test_who_has_no_turn_leaves_at_once_and_is_welcome_back(world: World):
    await told(world, world.member, "rotation join")
    assert "You no longer take part" in await told(world, world.member, "rotation leave")
    assert await on_roster(world) == []
    assert "nothing left to do" in await told(world, world.member, "rotation leave")
    assert "Welcome back" in await told(world, world.member, "rotation join")


async def test_who_has_a_turn_is_shown_it_first_and_leaves_by_a_press_that_outlives_a_restart(world: World):
    session = await scheduled(world)
    await told(world, world.member, "rotation join")
    await take(world, session, world.member)
    shown = await previewed(world, "rotation leave", world.member)
    assert "You then give back this turn" in world.sim.text(shown)
    assert "**Logistics**" in world.sim.text(shown)
    assert (await on_roster(world), await states(world, session)) == ([world.member.id], ["confirmed"])
    await world.member.click(shown, label="Stay in it")
    assert "You still take part" in world.sim.text(shown)
    shown = await previewed(world, "rotation leave", world.member)
    await world.sim.restart()
    await world.sim.simultaneous(
        world.member.click(shown, label="Leave the rotation"), world.member.click(shown, label="Leave the rotation")
    )
    text = world.sim.text(shown)
    assert "You no longer lecture at:" in text
    assert "**Logistics**" in text
    assert (await on_roster(world), await states(world, session)) == ([], ["released"])


async def test_nobody_leaves_or_stays_for_somebody_else(world: World):
    session = await scheduled(world)
    await told(world, world.member, "rotation join")
    await take(world, session, world.member)
    shown = await previewed(world, "rotation leave", world.member)
    for label in ("Leave the rotation", "Stay in it"):
        result = await press(world, world.other, carrier(world), button(shown, label))
        assert "no longer works" in world.sim.private_replies(result)[-1]
    assert (await on_roster(world), await states(world, session)) == ([world.member.id], ["confirmed"])


async def test_the_buttons_under_a_rotation_and_a_group_let_people_join_and_leave(world: World):
    page = await previewed(world, "rotation show", world.member)
    await world.sim.restart()
    await world.member.click(page, label="Join the rotation")
    card = await previewed(world, "group show", world.other)
    await world.other.click(card, label="Join the rotation")
    assert sorted(await on_roster(world)) == sorted([world.member.id, world.other.id])
    card = await previewed(world, "group show", world.other)
    assert "2 people take part, including you." in world.sim.text(card)
    await world.other.click(card, label="See the rotation")
    assert "Rotation of Asakai" in world.sim.text(card)
    await world.other.click(card, label="Leave the rotation")
    assert await on_roster(world) == [world.member.id]


# When somebody can't


async def test_a_day_alone_counts_from_its_beginning_to_its_end(world: World):
    text = await told(world, world.member, "rotation unavailable", **{"from": "1/12", "until": "1/14"})
    assert "from Mon, Jan 12, 2026 until the end of Wed, Jan 14, 2026" in text
    assert "on Fri, Jan 16, 2026" in await told(
        world, world.member, "rotation unavailable", **{"from": "1/16", "until": "1/16"}
    )
    text = await told(world, world.member, "rotation unavailable", **{"from": "today"})
    assert "from Mon, Jan 5, 2026 until further notice" in text
    text = await told(world, world.member, "rotation unavailable", **{"from": "1/20 19:00", "until": "1/21"})
    assert "from <t:1768903200:f> until <t:1769007600:f>" in text


@pytest.mark.parametrize(
    ("since", "until"),
    [("1/12から", "16日まで"), ("来週の月ようから", "来週金曜まで"), ("from the 12th", "till the 16th")],
)
async def test_an_end_may_say_until_and_a_beginning_from(world: World, since: str, until: str):
    text = await told(world, world.member, "rotation unavailable", **{"from": since, "until": until})
    assert "from Mon, Jan 12, 2026 until the end of Fri, Jan 16, 2026" in text


async def test_what_can_not_be_is_refused_with_what_to_do_and_writes_nothing(world: World):
    for since, until, said in (
        ("soonish", None, "“soonish”"),
        ("1/12", "whenever", "“whenever”"),
        ("1/12", "1/11", "choose other dates"),
        ("2020-01-01", "2020-01-02", "choose other dates"),
    ):
        options = {"from": since} | ({"until": until} if until else {})
        assert said in await told(world, world.member, "rotation unavailable", **options)
    assert "There is no time" in await told(world, world.member, "rotation available")


async def test_a_phrase_with_two_readings_is_asked_about(world: World):
    await scheduled(world)
    asked = await previewed(world, "rotation unavailable", world.member, **{"from": "1/20 8時", "reason": "Holiday"})
    assert "can mean two times" in world.sim.text(asked)
    assert "There is no time" in await told(world, world.member, "rotation available")
    await world.sim.restart()
    second = next(label for label in world.sim.text(asked).split("[")[1:] if label.startswith("2."))
    result = await press(world, world.other, carrier(world), button(asked, second.partition("]")[0]))
    assert "no longer works" in world.sim.private_replies(result)[-1]
    await world.member.click(asked, label=second.partition("]")[0])
    assert "<t:1768906800:f>" in world.sim.text(asked), "20:00 in Tokyo"
    assert "Reason: Holiday" in world.sim.text(asked)


async def test_the_own_times_are_listed_with_a_button_each_that_takes_one_away(world: World):
    await scheduled(world)
    for since, reason in (("1/12", "Holiday"), ("1/20", "Training")):
        await told(world, world.member, "rotation unavailable", **{"from": since, "until": since, "reason": reason})
    listed = await previewed(world, "rotation available", world.member)
    for part in ("Mon, Jan 12, 2026", "Holiday", "Tue, Jan 20, 2026", "Training"):
        assert part in world.sim.text(listed)
    first = button(listed, "Remove Jan 12 (Mon)")
    result = await press(world, world.other, carrier(world), first)
    assert "no longer works" in world.sim.private_replies(result)[-1]
    await world.sim.restart()
    await world.member.click(listed, label="Remove Jan 12 (Mon)")
    text = world.sim.text(listed)
    assert "Removed: **on Mon, Jan 12, 2026**" in text
    assert "Holiday" not in text
    assert "Training" in text


async def test_a_reason_is_read_by_nobody_else_and_the_dates_by_organizers_only(world: World):
    await told(world, world.member, "rotation join")
    await told(world, world.member, "rotation unavailable", **{"from": "1/12", "until": "1/14", "reason": "Surgery"})
    reader = world.guild.add_member(world.sim.env.create_user("reader"))
    for who, sees in ((world.other, True), (world.moderator, True), (reader, False)):
        text = await told(world, who, "rotation show")
        assert ("Not available (only organizers see this)" in text) is sees
        assert "Surgery" not in text


async def test_who_can_not_come_to_their_own_lecture_gives_it_back(world: World):
    session = await scheduled(world)
    await told(world, world.member, "rotation join")
    await take(world, session, world.member)
    text = await told(world, world.member, "rotation unavailable", **{"from": "1/6", "until": "1/8"})
    assert "You no longer lecture at these; I ask somebody else at once:" in text
    assert "**Logistics**" in text
    assert await states(world, session) == ["declined"]


# Looking


async def test_until_they_confirm_people_are_named_to_themselves_and_to_organizers_only(world: World):
    reader = world.guild.add_member(world.sim.env.create_user("reader"))
    for who in (world.member, reader):
        await told(world, who, "rotation join")
    session = await scheduled(world, when="2026-02-11 07:00")
    await take(world, session, world.member, TurnState.ASKED)
    assert "**Logistics**: being arranged" in await told(world, reader, "rotation show")
    mine = await told(world, world.member, "rotation show")
    assert "**you** (asked, no answer yet)" in mine
    assert "You are asked, and your answer is awaited." in mine
    organizers = await told(world, world.other, "rotation show")
    assert f"<@{world.member.id}> (asked)" in organizers
    assert "Who takes part (only organizers see this)" in organizers
    await become(world, session, TurnState.CONFIRMED)
    for who in (reader, world.other):
        assert f"**Logistics**: <@{world.member.id}>" in await told(world, who, "rotation show")
    assert "You have confirmed." in await told(world, world.member, "rotation show")


async def become(world: World, session_id: int, state: TurnState) -> None:
    """The open turn of a session reaches its next state."""

    async def write() -> None:
        async with world.app.database(world.guild.id) as uow:
            (turn,) = [each for each in (await uow.rotation.turns([session_id]))[session_id] if each.state in OPEN]
            await uow.rotation.put(turn.become(state, world.sim.now()))

    await world.sim.run(write())


async def test_who_declined_is_named_to_organizers_only(world: World):
    for who in (world.member, world.other):
        await told(world, who, "rotation join")
    session = await scheduled(world, when="2026-02-11 07:00")
    await take(world, session, world.member, TurnState.ASKED)
    await become(world, session, TurnState.DECLINED)
    assert f"Declined or silent: <@{world.member.id}>" in await told(world, world.other, "rotation show")
    reader = world.guild.add_member(world.sim.env.create_user("reader"))
    text = await told(world, reader, "rotation show")
    assert str(world.member.id) not in text
    assert "Declined" not in text


async def test_an_empty_rotation_says_what_to_do(world: World):
    text = await told(world, world.member, "rotation show")
    assert "Nobody takes part yet." in text
    assert "As an organizer" not in text
    assert "As an organizer" in await told(world, world.other, "rotation show")
    await told(world, world.member, "rotation join")
    assert "No lecture is planned yet." in await told(world, world.member, "rotation show")
    assert "`/session schedule`" in await told(world, world.other, "rotation show")
    set_locale(world.member, "ja")
    assert "参加しているのは、まだ自分だけです。" in await told(world, world.member, "rotation show")


async def test_long_rotations_turn_pages(world: World):
    await told(world, world.member, "rotation join")

    async def plan() -> None:
        actor = Actor(world.moderator.id, True, lambda channel_id: True)
        for number in range(9):
            at = world.sim.now() + timedelta(days=30 + number)
            await world.app.services.sessions.schedule(world.guild.id, actor, NewSession(1, f"No. {number}", at))

    await world.sim.run(plan())
    page = await previewed(world, "rotation show", world.member)
    assert "No. 5" in world.sim.text(page)
    assert "No. 6" not in world.sim.text(page)
    await world.sim.restart()
    await world.member.click(page, label="Next")
    assert "No. 8" in world.sim.text(page)
    assert "Page 2 of 2" in world.sim.text(page)


async def test_why_is_told_in_counts_and_dates_and_names_nobody_else(world: World):
    for who in (world.member, world.other):
        await told(world, who, "rotation join")
        await world.sim.advance(60)
    await scheduled(world, when="2026-02-11 07:00")
    text = await told(world, world.member, "rotation why", session="Logistics")
    assert f"Of those with as few turns, <@{world.member.id}> joined the rotation first." in text
    assert "0 turns counted so far, like all 2 compared" in text
    assert "1 other had as few turns" in text
    assert str(world.other.id) not in text
    reader = world.guild.add_member(world.sim.env.create_user("reader"))
    text = await told(world, reader, "rotation why", session="Logistics")
    assert "A lecturer is being arranged." in text
    assert str(world.member.id) not in text
    set_locale(world.member, "ja")
    text = await told(world, world.member, "rotation why", session="Logistics")
    assert f"<@{world.member.id}>が一番先に持ち回りに参加したためです。" in text


async def test_why_says_what_to_do_where_nobody_is_chosen(world: World):
    await scheduled(world, theme="Talk", kind="discussion")
    await scheduled(world)
    assert "`/rotation join` begins it" in await told(world, world.member, "rotation why", session="Logistics")
    assert "is not a lecture" in await told(world, world.member, "rotation why", session="Talk")
    assert "There is no session" in await told(world, world.member, "rotation why", session="nothing")
    offered = await world.member.autocomplete(world.general, "rotation why", "session", "Log")
    assert [choice["name"] for choice in offered] == ["Jan 7 (Wed) 07:00 Logistics"]


# Setting


async def test_organizers_see_all_settings_and_what_changes(world: World):
    text = await told(world, world.other, "rotation settings", group="Asakai")
    for part in ("diversity first", "Lecturers per session: 1", "21 days before", "Time to answer: 4 days", "14 days"):
        assert part in text
    assert "Saved" not in text
    text = await told(world, world.other, "rotation settings", group="Asakai", priority="fairness", grace_days=0)
    assert "Saved." in text
    assert "about even → **fairness first" in text
    assert "after 14 days → **at once**" in text
    assert "Lecturers per session: 1" in text
    text = await told(world, world.other, "rotation settings", group="Asakai", priority="fairness")
    assert "Nothing changed" in text
    refused = await told(world, world.member, "rotation settings", group="Asakai")
    assert refused.startswith("Only ")


# Where else it is mentioned


async def test_a_group_tells_of_its_rotation_and_organizers_how_to_begin_one(world: World):
    reader = world.guild.add_member(world.sim.env.create_user("reader"))
    assert "Rotation" not in await told(world, reader, "group show")
    assert "none yet; it begins as soon as" in await told(world, world.other, "group show")
    assert "rotation" not in await told(world, reader, "group join")
    assert "It has no rotation yet" in await told(world, world.other, "group join")
    await told(world, world.member, "rotation join")
    assert "1 person takes part." in await told(world, reader, "group show")
    result = await reader.slash(world.general, "group join")
    assert "Would you like to take part?" in world.sim.private_replies(result)[-1]
    await reader.click(result.response, label="Join the rotation")
    assert await on_roster(world) == [world.member.id, reader.id]
    assert "You take part in its rotation." in await told(world, reader, "group join")


async def test_help_knows_the_rotation_for_newcomers_members_and_organizers(world: World):
    begin = "can have members lecture in turn"
    assert begin in await told(world, world.other, "help")
    assert begin not in await told(world, world.member, "help")
    await told(world, world.other, "rotation join")
    invited = "In “Asakai” members lecture in turn on their own industry"
    assert invited in await told(world, world.member, "help"), "a newcomer hears of it"
    await told(world, world.member, "group join")
    assert invited in await told(world, world.member, "help")
    text = await told(world, world.other, "help")
    assert invited not in text
    assert begin not in text
    assert "You take part in the rotation of “Asakai”" in text
    session = await scheduled(world)
    await take(world, session, world.other, TurnState.ASKED)
    assert "you are asked to lecture at **Logistics**" in await told(world, world.other, "help")
    await become(world, session, TurnState.CONFIRMED)
    assert "you lecture at **Logistics**" in await told(world, world.other, "help")
    await with_group(world, name="Elsewhere")
    await told(world, world.other, "rotation join", group="Elsewhere")
    assert "“Elsewhere”" not in (await told(world, world.member, "help")).split("All commands")[0]


async def test_the_rotation_of_a_hidden_group_does_not_exist(world: World):
    await with_group(world, name="Board", channel=world.log)
    await told(world, world.member, "rotation join", group="Board")
    session = await scheduled(world, theme="Secret", group="Board")
    await take(world, session, world.member)
    page = await previewed(world, "rotation show", world.member, group="Board")
    hide(world, world.log)
    await world.sim.env.settle()
    for command, options in (
        ("rotation show", {"group": "Board"}),
        ("rotation join", {"group": "Board"}),
        ("rotation leave", {"group": "Board"}),
        ("rotation settings", {"group": "Board"}),
        ("rotation why", {"session": "Secret"}),
    ):
        assert (await told(world, world.member, command, **options)).startswith("There is no"), command
    text = await told(world, world.member, "help")
    assert "Board" not in text
    assert "Secret" not in text
    result = await world.member.click(page, label="Leave the rotation")
    assert "no longer works" in world.sim.private_replies(result)[-1]
    assert await states(world, session) == ["confirmed"]
