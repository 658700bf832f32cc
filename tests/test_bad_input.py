"""What people get wrong: a clear private answer, and nothing half-written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from discord import app_commands
from discord.enums import AppCommandOptionType

from tests.cogs.acts import told
from tests.forged import (
    NAMING,
    VALID,
    Elsewhere,
    boxes,
    forget_limits,
    furnish,
    mistakes,
    nothing_written,
    press,
    refusal,
    rows,
    send_form,
    stored,
    strangers,
    valid,
)
from tests.world import World


@pytest.fixture(autouse=True)
def no_mistakes_of_ours(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """None of this is the bot's fault, so it logs no error."""
    yield
    assert mistakes(caplog) == []


@pytest.fixture
async def study(world: World) -> World:
    """A server with a study group, a session that is announced, and a series, all with the id 1."""
    await furnish(world)
    return world


@pytest.fixture
async def elsewhere(study: World) -> Elsewhere:
    """Another server with things of its own."""
    other = Elsewhere(study)
    await other.furnish(study)
    return other


# Texts of any length


def text_options(world: World) -> Iterator[tuple[str, str]]:
    """Every command with each of its options that takes free text."""
    for command in world.sim.bot.tree.walk_commands():
        if isinstance(command, app_commands.Command):
            for parameter in command.parameters:
                if parameter.type is AppCommandOptionType.string and not parameter.choices:
                    yield command.qualified_name, parameter.display_name


def test_every_command_has_options_to_start_from(study: World):
    commands = [c for c in study.sim.bot.tree.walk_commands() if isinstance(c, app_commands.Command)]
    assert {command.qualified_name for command in commands} == set(VALID)


@pytest.mark.parametrize("text", ["", "   ", "勉" * 6000, "*`<@1> @everyone {name} {0} }{\u200b", "T\x00", "T\ud83c"])
async def test_no_text_in_any_option_is_too_much_for_the_bot(study: World, monkeypatch: pytest.MonkeyPatch, text: str):
    forget_limits(monkeypatch)
    refused, before = 0, await rows(study)
    for command, option in text_options(study):
        seen = len(study.sim.env._errors)
        result = await study.moderator.slash(study.general, command, **valid(study, command) | {option: text})
        answer = refusal(study, result)
        assert len(answer) > 0, f"/{command} {option}"
        after = await rows(study) | {"kept_forms": before["kept_forms"]}
        if len(study.sim.env._errors) > seen:
            refused += 1
            assert after == before, f"/{command} {option} was refused, and wrote something nevertheless"
        before = after
    assert refused > 5
    assert study.sim.errors == []
    assert not [post.pinged for post in study.sim.unprompted() if post.pinged]


TIMES = [
    "0001-01-01 00:00",
    "9999-12-31 23:59",
    "0001-01-01",
    "9999-12-31",
    "12/31 99:99",
    "2026-02-30 07:00",
    "99999999999999999999",
    "-1",
    "RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z 07:00",
    "FREQ=WEEKLY;INTERVAL=99999999999 07:00",
    "FREQ=DAILY;COUNT=99999999999 07:00",
    "every 99999999999 weeks on Tue 19:00",
    "٣٣٣٣-٠١-٠١ 07:00",
    "25時",
]


@pytest.mark.parametrize("time_zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
async def test_no_time_is_too_far_for_the_bot_to_answer(study: World, time_zone: str):
    await study.set_up(time_zone=time_zone)
    for text in TIMES:
        for command, option in [
            ("session schedule", "when"),
            ("session edit", "deadline"),
            ("series create", "rule"),
            ("series create", "until"),
            ("series skip", "on"),
            ("morning set", "evening_before"),
            ("morning set", "days"),
            ("settings set", "quiet_hours"),
            ("me reminders", "before"),
            ("group edit", "reminders"),
            ("group edit", "look_ahead"),
            ("rotation unavailable", "from"),
            ("rotation unavailable", "until"),
            ("mod restrict", "until"),
            ("pairing snooze", "until"),
            ("pairing settings", "time"),
            ("me reminders", "evening_before"),
        ]:
            result = await study.moderator.slash(study.general, command, **valid(study, command) | {option: text})
            assert refusal(study, result), f"/{command} {option}:{text}"


# Another server's things, and people who left


async def test_what_belongs_to_another_server_does_not_exist_here(study: World, elsewhere: Elsewhere):
    theirs = await strangers(study)
    extra = {"session edit": {"theme": "Mine now"}, "group edit": {"new_name": "Mine now"}}
    async with nothing_written(study):
        for option, commands in NAMING.items():
            for command in commands:
                for typed in theirs[option]:
                    options = valid(study, command) | extra.get(command, {}) | {option: typed}
                    text = await told(study, study.moderator, command, **options)
                    assert text.startswith("There is no"), f"/{command} {options}: {text}"
                    assert typed in text
    for option, commands in NAMING.items():
        for command in commands:
            assert await study.moderator.autocomplete(study.general, command, option, "Secret") == []


async def test_somebody_who_left_can_be_named_nowhere(study: World):
    gone = study.guild.add_member(study.sim.env.create_user("gone"))
    user = gone.user
    study.guild.remove_member(gone)
    await study.sim.env.settle()
    async with nothing_written(study):
        for command, option in (
            ("session rsvp", "member"),
            ("mod restrict", "member"),
            ("group create", "organizer"),
            ("group edit", "add_organizer"),
            ("group edit", "remove_organizer"),
            ("rotation assign", "member"),
            ("rotation skip", "member"),
            ("rotation guest", "host"),
        ):
            text = await told(study, study.moderator, command, **valid(study, command) | {option: user})
            assert "not a member" in text or "not an organizer" in text, f"/{command} {option}: {text}"


async def test_a_bot_is_no_person_who_comes_or_organizes(study: World):
    robot = study.guild.add_member(study.sim.env.create_user("robot", bot=True))
    async with nothing_written(study):
        for command, option in (
            ("session rsvp", "member"),
            ("mod restrict", "member"),
            ("pairing avoid", "member"),
            ("group create", "organizer"),
            ("group edit", "add_organizer"),
            ("rotation assign", "member"),
            ("rotation skip", "member"),
            ("rotation guest", "host"),
        ):
            text = await told(study, study.moderator, command, **valid(study, command) | {option: robot})
            assert text == f"<@{robot.id}> is a bot. Please choose a person instead.", f"/{command} {option}: {text}"


async def test_an_organizer_who_left_can_still_be_removed(study: World):
    gone = study.guild.add_member(study.sim.env.create_user("gone"))
    await study.moderator.slash(study.general, "group edit", name="Asakai", add_organizer=gone)
    study.guild.remove_member(gone)
    await study.sim.env.settle()
    text = await told(study, study.moderator, "group edit", name="Asakai", remove_organizer=gone.user)
    assert gone.mention not in text


# Who may not, and when


async def test_a_member_is_refused_every_act_of_organizers_and_moderators(study: World):
    acts = {
        "group archive": {"name": "Asakai"},
        "group create": {"name": "Tea"},
        "group edit": {"name": "Asakai", "new_name": "Mine"},
        "session schedule": VALID["session schedule"],
        "session edit": {"session": "Logistics", "theme": "Mine"},
        "session cancel": VALID["session cancel"],
        "session rsvp": VALID["session rsvp"] | {"member": study.member},
        "series create": VALID["series create"],
        "series skip": VALID["series skip"],
        "series end": VALID["series end"],
        "rotation settings": VALID["rotation settings"],
        "rotation assign": valid(study, "rotation assign"),
        "rotation skip": VALID["rotation skip"],
        "rotation guest": VALID["rotation guest"],
        "session notes": VALID["session notes"],
        "pairing settings": {"every_weeks": 1},
    }
    await study.moderator.slash(study.general, "settings set", members_may_host="off")
    async with nothing_written(study):
        for command, options in acts.items():
            assert (await told(study, study.other, command, **options)).startswith("Only "), command


async def test_before_the_setup_every_button_form_and_command_says_what_to_do_and_writes_nothing(bare_world: World):
    world = bare_world
    channel = world.sim.bot.get_channel(world.general.id)
    message = stored(world, await world.sim.run(channel.send("x")))
    ids = ["bk:rsvp:1:going", "bk:who:1:0", "bk:list:0:0:0:next", "bk:groups:0:next", "bk:series:0:next", "bk:next:1"]
    ids += ["bk:newsession:1:confirm", "bk:newsession:1:change", "bk:move:1:confirm", "bk:newseries:1:change"]
    ids += ["bk:reminders:open", "bk:reminders:form:1", "bk:reminders:by:1", "bk:mysessions:1:0:next"]
    ids += ["bk:morning:739000", "bk:morning-role", "bk:seen:1"]
    ids += ["bk:archive:1:confirm", "bk:archive:1:keep", "bk:newgroup:1:confirm", "bk:restore:1"]
    ids += ["bk:rotation:join:1", "bk:rotation:leave:1", "bk:rotation:show:1", "bk:rotationpage:1:0:next"]
    ids += ["bk:unroster:1:confirm", "bk:unroster:1:keep", "bk:whichaway:1:1", "bk:available:1"]
    ids += ["bk:swap:1:ask", "bk:swap:1:all", "bk:swaptake:1:0", "bk:swapoffer:1:no", "bk:swapoffer:1:withdraw"]
    ids += ["bk:assign:1:confirm", "bk:assign:1:keep", "bk:undo:1"]
    ids += ["bk:askbox:1", "bk:unask:1", "bk:takeaway:1", "bk:untakeaway:1", "bk:more:1", "bk:follow:1:press"]
    ids += ["bk:whichsnooze:1:1", "bk:met:1:yes:1", "bk:met:1:not_yet:1"]
    ids += ["bk:moderate:1:confirm", "bk:moderate:1:keep", "bk:unhide:1"]
    ids += ["bk:introduce", "bk:profile:post", "bk:profile:change", "bk:profile:type"]
    forms = ["bk:newsessionform:1", "bk:moveform:1", "bk:newseriesform:1", "bk:profileform", "bk:industryform"]
    forms += ["bk:remindersform:1", "bk:askform:1", "bk:takeawayform:1"]
    async with nothing_written(world):
        for custom_id in ids:
            assert "`/setup`" in refusal(world, await press(world, world.other, message, custom_id)), custom_id
        for custom_id in forms:
            result = await send_form(world, world.moderator, message, custom_id, boxes())
            assert "`/setup`" in refusal(world, result), custom_id
        for command in VALID:
            if command not in ("setup", "settings set", "settings show"):
                assert "`/setup`" in await told(world, world.moderator, command, **valid(world, command)), command
        for option, commands in NAMING.items():
            for command in commands:
                assert await world.moderator.autocomplete(world.general, command, option, "") == []
