"""What forgers try: buttons and forms made by hand, or pressed as what they belong to goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from data.schema import metadata
from tests.cogs.acts import announcements, previewed, told
from tests.forged import (
    Elsewhere,
    boxes,
    carrier,
    furnish,
    mistakes,
    nothing_written,
    press,
    refusal,
    rows,
    send_form,
    stored,
    strangers,
)
from tests.world import World

HUGE = str(10**30)


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


# Buttons and lists


def forged(theirs: dict[str, tuple[str, str]], drafts: list[int]) -> dict[str, list[str]]:
    """Custom ids that point at what there is not, or not for the presser, by what is wrong with them."""
    session, group = theirs["session"][1], theirs["group"][1]
    return {
        "another server's": [
            f"bk:rsvp:{session}:going",
            f"bk:rsvp:{session}:going:1",
            f"bk:who:{session}:0",
            f"bk:who:{session}:0:next",
            f"bk:next:{group}",
            f"bk:list:{group}:0:0:next",
        ],
        "somebody else's draft": [
            f"bk:{kind}:{draft}:{act}"
            for kind in ("newsession", "move", "newseries", "editseries")
            for draft in drafts
            for act in ("confirm", "change")
        ]
        + [
            f"bk:{kind}:{draft}:{act}"
            for kind in ("cancel", "skipseries", "endseries")
            for draft in drafts
            for act in ("confirm", "keep")
        ]
        + [
            f"bk:{kind}:{draft}:{number}"
            for kind in ("whichsession", "whichmove", "whichseries", "whichedit", "whichskip", "whichstart")
            for draft in drafts
            for number in (1, 2)
        ]
        + [f"bk:whichgroup:{draft}:1" for draft in drafts],
        "nothing's": [
            "bk:rsvp:999:going",
            f"bk:rsvp:{10**18 - 1}:going",
            "bk:rsvp:0:going",
            "bk:rsvp:1:perhaps",
            "bk:rsvp:1:GOING",
            "bk:who:999:0",
            "bk:list:999:1:0:back",
            "bk:newsession:999:confirm",
            "bk:move:999:change",
            "bk:newseries:999:confirm",
            "bk:whichsession:999:1",
            "bk:whichmove:999:2",
            "bk:whichgroup:999:1",
            "bk:whichseries:999:1",
            "bk:whichedit:999:1",
            "bk:whichstart:999:1",
            "bk:correct:1:999",
            "bk:next:999",
            "bk:morning:0",
            "bk:morning:9999999",
            "bk:morning-role",
            "bk:seen:1",
            "bk:profile:erase",
            "bk:profile:post:1",
            "bk:introduce:1",
        ],
        "no feature's": [
            "bk",
            "bk:",
            "bk:nonsense",
            "bk:nonsense:1:going",
            "bk:rsvp",
            "bk:rsvp:one:going",
            "bk:rsvp:-1:going",
            "bk:rsvp:1.5:going",
            f"bk:rsvp:{HUGE}:going",
            f"bk:rsvp:{2**64}:going",
            f"bk:rsvp:1:going:{HUGE}",
            f"bk:who:1:{HUGE}",
            f"bk:list:{HUGE}:0:0:next",
            "bk:list:1:2:0:next",
            f"bk:newsession:{HUGE}:confirm",
            "bk:newsession:1:publish",
            "bk:whichsession:1:3",
            f"bk:whichsession:{HUGE}:1",
            "bk:whichmove:1:0",
            "bk:whichgroup:1:0",
            f"bk:whichgroup:{HUGE}:1",
            "bk:whichstart:1:0",
            "bk:correct:1",
            f"bk:correct:{HUGE}:1",
            f"bk:correct:1:{HUGE}",
            f"bk:morning:{HUGE}",
            f"bk:seen:{HUGE}",
            "bk:reminders",
            "bk:reminders:erase:1",
            f"bk:reminders:open:{HUGE}",
            "bk:mysessions:1:0:sideways",
            f"bk:mysessions:1:{HUGE}:next",
            "bk:rsvp:1:going~NOT A MARK",
            "bk:rsvp:1:going\n",
            "somebody-elses-button",
            "x" * 100,
        ],
        "the setup's": [
            "bk:setup:explode",
            "bk:setup:skip",
            "bk:setup:skip:payment",
            "bk:setup:back:nowhere",
            "bk:setup:set:language",
            "bk:setup:set:guild_id",
            "bk:setup:form:language",
            "bk:setup:form",
            f"bk:setup:{HUGE}",
        ],
    }


FORMS = ("newsessionform", "moveform", "newseriesform", "editseriesform")
REFUSALS = ("There is no", "This button no longer works", "Only ", "The morning post mentions no role")


async def drafts_of(world: World, who: Any) -> list[int]:
    """One preview of each kind, shown to this person only."""
    await previewed(world, "session schedule", who, theme="Tea", when="2026-01-07 07:00")
    await previewed(world, "session edit", who, session="Logistics", when="2026-01-09 07:00")
    await previewed(world, "series create", who, name="Tea", rule="every Friday 07:00")
    await previewed(world, "series edit", who, series="朝の会", rule="every Friday 07:00")
    return [row[0] for row in (await rows(world))["drafts"]]


async def test_a_forged_button_gets_a_clear_private_answer_and_does_nothing(study: World, elsewhere: Elsewhere):
    second = study.guild.add_member(study.sim.env.create_user("second"), roles=[study.guild.roles["Managers"]])
    drafts = await drafts_of(study, second)
    public = carrier(study)
    async with nothing_written(study):
        for wrong, custom_ids in forged(await strangers(study), drafts).items():
            for custom_id in custom_ids:
                for who in (study.other, study.moderator):
                    if custom_id == "bk:seen:1" and who is study.moderator:
                        continue  # a moderator may say so of any message
                    text = refusal(study, await press(study, who, public, custom_id))
                    clear = (
                        text.startswith(("There is no", "This button no longer works", "Only ")) or "no role" in text
                    )
                    assert clear, f"{wrong} {custom_id}: {text}"


async def test_a_forged_choice_in_the_setup_is_refused(study: World):
    public = carrier(study)
    choices = {
        "language": ["xx", "", "xx-pseudo"],
        "time_zone": ["Atlantis", "../../etc/passwd", ""],
        "usual_start": ["25:99", "", "noonish"],
        "moderator_role": ["1", "-1", HUGE, "٣", str(study.guild.id), ""],
        "announcements_channel": ["1", HUGE, "general", ""],
        "log_channel": ["1"],
        "introductions_channel": ["1"],
        "questions_channel": ["1"],
        "set_up_at": ["x"],
    }
    async with nothing_written(study):
        for name, values in choices.items():
            for value in values:
                for sent in ([value], [value, value], []):
                    result = await press(study, study.moderator, public, f"bk:setup:set:{name}", values=sent)
                    assert refusal(study, result), f"{name}: {sent}"


async def test_no_member_moves_the_setup_or_settings_by_any_button_or_form(study: World):
    public = carrier(study)
    steps = ("language", "time_zone", "moderator_role", "channels", "usual_start", "done")
    ids = [f"bk:setup:{act}:{step}" for act in ("skip", "back", "form") for step in steps]
    async with nothing_written(study):
        for custom_id in (*ids, "bk:setup:open", "bk:setup:again", "bk:setup:check", "bk:setup:make", "bk:seen:1"):
            text = refusal(study, await press(study, study.other, public, custom_id))
            assert text.startswith(("Only moderators", "This button no longer works")), f"{custom_id}: {text}"
        for name, value in (
            ("language", "ja"),
            ("time_zone", "Asia/Tokyo"),
            ("usual_start", "07:00"),
            ("moderator_role", str(study.guild.roles["Managers"].id)),
            ("announcements_channel", str(study.log.id)),
            ("log_channel", str(study.general.id)),
            ("introductions_channel", str(study.general.id)),
            ("questions_channel", str(study.general.id)),
        ):
            result = await press(study, study.other, public, f"bk:setup:set:{name}", values=[value])
            assert refusal(study, result).startswith("Only moderators"), name
        for step in ("time_zone", "usual_start"):
            result = await send_form(study, study.other, public, f"bk:setup-form:{step}", boxes(text="07:00"))
            assert refusal(study, result).startswith("Only moderators")


async def test_a_button_in_a_direct_message_reaches_no_server_that_one_is_not_in(study: World, elsewhere: Elsewhere):
    theirs = await strangers(study)
    user = study.other.user
    known = await study.sim.run(study.sim.bot.fetch_user(user.id))
    channel = await study.sim.run(known.create_dm())
    message = stored(study, await study.sim.run(channel.send("x")))
    ids = [
        f"bk:rsvp:{theirs['session'][1]}:going:{elsewhere.guild.id}",
        f"bk:rsvp:1:going:{elsewhere.guild.id}",
        f"bk:rsvp:{theirs['session'][1]}:going:{study.guild.id}",
        "bk:rsvp:1:going:1",
        f"bk:rsvp:1:going:{2**63}",
        "bk:rsvp:1:going",
        "bk:who:1:0",
        "bk:newsession:1:confirm",
        "bk:newsession:1:change",
        "bk:setup:open",
        "bk:setup:form:time_zone",
        "bk:seen:1",
        *(f"bk:reminders:{act}:{elsewhere.guild.id}" for act in ("open", "form", "before", "evening", "by")),
        "bk:reminders:open",
        "bk:reminders:open:0",
        f"bk:mysessions:{elsewhere.guild.id}:0:next",
    ]
    async with nothing_written(study):
        for custom_id in ids:
            text = refusal(study, await press(study, user, message, custom_id))
            assert text.startswith(("There is no", "This button no longer", "This works only on a server")), custom_id


# Forms


BAD_BOXES: list[dict[str, str]] = [
    {"theme": "", "name": "", "when": "", "text": ""},
    {"theme": " ", "name": "\t", "when": " ", "text": " "},
    {"theme": "勉" * 4000, "name": "勉" * 4000, "reason": "勉" * 4000, "when": "勉" * 4000, "text": "勉" * 4000},
    {"duration": "for ever", "rule": "now and then", "when": "now and then", "text": "now and then"},
    {"duration": "9" * 4000, "rule": "9" * 4000, "when": "9" * 4000, "text": "9" * 4000},
    {"venue": "勉" * 4000, "when": "2020-01-01 07:00", "text": "25:99"},
    {"description": "勉" * 4000, "rule": "FREQ=HOURLY 07:00", "when": "9999-12-31 23:59", "text": "{name}"},
]


async def test_a_form_with_something_wrong_is_explained_and_changes_nothing(study: World):
    drafts = await drafts_of(study, study.moderator)
    public = carrier(study)
    ids = [f"bk:{form}:{i}" for form, i in zip(FORMS, drafts, strict=True)]
    async with nothing_written(study):
        for custom_id in (*ids, "bk:setup-form:time_zone", "bk:setup-form:usual_start"):
            for bad in BAD_BOXES:
                if not (custom_id.endswith(":time_zone") and bad["text"].strip() == ""):
                    text = refusal(study, await send_form(study, study.moderator, public, custom_id, boxes(**bad)))
                    assert text, f"{custom_id}: {bad}"


async def test_a_form_that_nobody_was_shown_is_refused(study: World):
    mine = await drafts_of(study, study.moderator)
    public = carrier(study)
    second = study.guild.add_member(study.sim.env.create_user("second"), roles=[study.guild.roles["Managers"]])
    ids = [f"bk:{kind}:{draft}" for kind in FORMS for draft in (*mine, 999, 10**18 - 1, HUGE, "one", "")]
    ids += ["bk:setup-form:language", "bk:setup-form:", "bk:setup-form", "bk:nonsense:1", "bk:", "anything"]
    async with nothing_written(study):
        for custom_id in ids:
            assert refusal(study, await send_form(study, second, public, custom_id, boxes())), custom_id
        for custom_id in (*(f"bk:{kind}:{i}" for kind, i in zip(FORMS, mine, strict=True)), "bk:setup-form:time_zone"):
            assert refusal(study, await send_form(study, study.other, public, custom_id, boxes())), custom_id
            # The boxes of another form, or none at all.
            assert refusal(study, await send_form(study, study.moderator, public, custom_id, {"x": "y"})), custom_id
            assert refusal(study, await send_form(study, study.moderator, public, custom_id, {})), custom_id


# What is gone


async def test_a_preview_that_was_dismissed_as_it_was_confirmed_is_answered_truthfully(study: World):
    message = await previewed(study, "session schedule", theme="Tea", when="2026-01-07 07:00")
    kept = stored(study, message)
    study.sim.env.backend.delete_message(study.general.id, message.id)
    (draft,) = (row[0] for row in (await rows(study))["drafts"])
    text = refusal(study, await press(study, study.moderator, kept, f"bk:newsession:{draft}:confirm"))
    assert "Tea" in text
    assert "wrong" not in text
    assert "Tea" in await told(study, study.other, "session show", session="Tea")


async def test_an_announcement_that_was_deleted_as_it_was_pressed_takes_the_answer(study: World):
    posted = announcements(study)[0]
    kept = stored(study, posted)
    study.sim.env.backend.delete_message(study.general.id, posted.id)
    text = refusal(study, await press(study, study.other, kept, "bk:rsvp:1:going"))
    assert "You are coming" in text
    await study.sim.advance(61)
    shown = [study.sim.text(message) for message in announcements(study)]
    assert any("Logistics" in each and study.other.mention in each for each in shown), "it is there again"


async def test_a_session_whose_rows_are_gone_is_unknown_to_its_buttons(study: World):
    public = carrier(study)
    tables = ("rsvps", "pings", "steps", "posts", "mirrors", "sessions")

    async def delete() -> None:
        async with study.app.database.connections.writing() as connection:
            for table in tables:
                if table in metadata.tables:
                    await connection.execute(metadata.tables[table].delete())

    await study.sim.run(delete())
    async with nothing_written(study):
        for custom_id in ("bk:rsvp:1:going", "bk:rsvp:1:not_going", "bk:who:1:0"):
            assert "no longer works" in refusal(study, await press(study, study.other, public, custom_id))
        assert refusal(study, await press(study, study.other, public, "bk:list:0:0:3:next"))
        assert refusal(study, await press(study, study.other, public, "bk:next:1"))


async def test_a_press_that_overtakes_its_pressers_departure_is_answered(study: World):
    gone = study.guild.add_member(study.sim.env.create_user("gone"))
    await study.sim.simultaneous(press(study, gone, carrier(study), "bk:rsvp:1:going"))
    study.guild.remove_member(gone)
    await study.sim.env.settle()
    await study.sim.advance(61)
    assert "Coming: 1" in study.sim.text(announcements(study)[0])
