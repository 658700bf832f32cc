"""A form that is refused keeps what was typed: each form the bot has, after a restart, for its author alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import simcord
from msgspec import Struct

from bot.demo.simulation import set_locale
from bot.i18n import words
from bot.rendering.forms import LABELS
from cogs.corrections import CommandForm
from cogs.introductions import MeetForm
from cogs.question_box import AskForm
from cogs.questions.answers import AddForm, ThankForm
from cogs.questions.asks import ReferForm
from cogs.questions.converting import OfferForm
from cogs.questions.forms import QuestionForm, ReplyForm
from cogs.rotation.requests import TellForm
from cogs.sessions.forms import NewForm
from cogs.takeaways import TakeawayForm
from cogs.topics.forms import ProposeForm
from data.schema import metadata
from tests.cogs.acts import at_rest, button, called_off, previewed, sessions, told, with_group
from tests.cogs.permissions import hide
from tests.forged import carrier, furnish, mistakes, nothing_written, press, refusal, rows, send_form
from tests.world import World

NO_LONGER = "This button no longer works"


@pytest.fixture
async def study(world: World) -> World:
    """A server with a study group, a session that is announced, and a series, all with the id 1."""
    await furnish(world)
    return world


# Every form there is


async def by_press(world: World, message: Any, custom_id: str, who: Any = None) -> simcord.InteractionResult:
    return await (who or world.moderator).click(message, custom_id=custom_id)


async def change_first(world: World, command: str, **options: Any) -> simcord.InteractionResult:
    message = await previewed(world, command, **options)
    return await by_press(world, message, button(message, "Change first"))


async def profile_form(world: World) -> simcord.InteractionResult:
    return await world.moderator.slash(world.general, "profile edit")


async def industry_form(world: World) -> simcord.InteractionResult:
    return await by_press(world, await previewed(world, "profile edit", about="Tea"), "bk:profile:type")


async def reminders_form(world: World) -> simcord.InteractionResult:
    return await by_press(world, await previewed(world, "me reminders"), f"bk:reminders:form:{world.guild.id}")


def setup_form(step: str, *skipped: str) -> Callable[[World], Awaitable[simcord.InteractionResult]]:
    async def opened(world: World) -> simcord.InteractionResult:
        message = await previewed(world, "setup")
        await by_press(world, message, "bk:setup:again")
        for each in skipped:
            await by_press(world, message, f"bk:setup:skip:{each}")
        return await by_press(world, message, f"bk:setup:form:{step}")

    return opened


def changing(command: str, **options: Any) -> Callable[[World], Awaitable[simcord.InteractionResult]]:
    return lambda world: change_first(world, command, **options)


class Case(Struct, frozen=True):
    """A form, what is typed into it that is refused and why, how it is corrected, and what is answered then."""

    opened: Callable[[World], Awaitable[simcord.InteractionResult]]
    typed: dict[str, str | list[str]]
    refused: str
    corrected: dict[str, str]
    done: str


async def theme_form(world: World) -> simcord.InteractionResult:
    await world.moderator.slash(world.general, "topic propose", theme="Fish prices")
    return await press(world, world.moderator, carrier(world), "bk:theme:1:when")


SERIES = {"name": "Nightly", "rule": "every Friday 23:00"}
CASES = {
    "profile": Case(
        profile_form,
        {
            "industry": ["#manufacturing", "#finance"],
            "occupation": "Planning",
            "employment": ["npo"],
            "topics": ",".join(f"tea {n}" for n in range(11)),
            "about": "Hello\n\nthere 勉強",
        },
        "11 entries",
        {"topics": "Sencha"},
        "Sencha",
    ),
    "industries": Case(industry_form, {"industry": "a, b, c, d, e, f"}, "6", {"industry": "Trucks"}, "Trucks"),
    "new session": Case(
        changing("session schedule", theme="Tea", when="2026-01-08 07:00"),
        {"theme": "Sencha", "when": "soonish", "duration": "45", "venue": "Room B", "description": "One\nTwo"},
        "soonish",
        {"when": "2026-01-09 08:00"},
        "Sencha",
    ),
    "move": Case(
        changing("session edit", session="Logistics", when="2026-01-09 07:00"),
        {"when": "soonish", "reason": "Storm"},
        "soonish",
        {"when": "2026-01-10 07:00"},
        "Sat, Jan 10, 2026, 07:00",
    ),
    "new series": Case(
        changing("series create", **SERIES),
        {"name": "Tea", "rule": "now and then", "theme": "Sencha", "duration": "45", "venue": "Room B"},
        "now and then",
        {"rule": "every Friday 22:00"},
        "Tea",
    ),
    "series": Case(
        changing("series edit", series="朝の会", rule="every Friday 07:00"),
        {"name": "夜の会", "rule": "毎週金曜 夜9時", "theme": "茶", "duration": "long", "venue": "Room B"},
        "long",
        {"duration": "45"},
        "夜の会",
    ),
    "one date of a series": Case(
        changing("series edit", series="朝の会", on="2026-01-14", venue="Room A"),
        {"theme": "茶", "duration": "long", "venue": "Room B", "reason": "Storm"},
        "long",
        {"duration": "45"},
        "Room B",
    ),
    "date of a theme": Case(
        theme_form, {"when": "soonish"}, "soonish", {"when": "2026-01-09 08:00"}, "would come to **Fish prices**"
    ),
    "reminders": Case(
        reminders_form,
        {"before": "1 day, whenever", "evening": "9pm"},
        "whenever",
        {"before": "1 day, 45 min"},
        "45 minutes before",
    ),
    "setup: time zone": Case(
        setup_form("time_zone", "language"), {"text": "Atlantis"}, "Atlantis", {"text": "Berlin"}, "Setup 3 of 5"
    ),
    "setup: usual start": Case(
        setup_form("usual_start", "language", "time_zone", "moderator_role", "channels"),
        {"text": "soonish"},
        "soonish",
        {"text": "7:15"},
        "07:15",
    ),
}


def refused(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    """The private refusal that answers a form."""
    replies = [each for each in (result.response, *result.followups) if each is not None and each.ephemeral]
    return replies[-1]


def correct_id(message: Any) -> str:
    return button(message, "Correct it")


def standing(shown: simcord.InteractionResult) -> dict[str, str | list[str]]:
    """What stands in a form that was opened."""
    assert shown.modal is not None
    boxes = [part["component"] for part in shown.modal["components"]]
    return {
        box["custom_id"]: [each["value"] for each in box["options"] if each.get("default")]
        if "options" in box
        else box.get("value") or ""
        for box in boxes
    }


async def kept(world: World) -> list[Any]:
    return (await rows(world))["kept_forms"]


async def test_every_form_is_tried_here(study: World):
    found: set[str] = set()
    for name, case in CASES.items():
        await study.set_up()
        opened = await case.opened(study)
        assert opened.modal is not None, name
        assert set(case.typed) == set(standing(opened)), f"{name}: every box is filled in"
        patterns = [each.pattern for each in study.sim.bot.forms_to_load if each.fullmatch(opened.modal["custom_id"])]
        assert len(patterns) == 1, name
        found |= {patterns[0], opened.modal["custom_id"].partition(":")[2]}
    # Of what is typed into these, Discord itself refuses the only mistakes; each is tried beside its feature. And a
    # command's opens from its refusal; see `test_corrections`. A question may be anonymous, and keeps itself.
    elsewhere = {form.pattern.pattern for form in (TellForm, AskForm, TakeawayForm, CommandForm)}
    elsewhere |= {form.pattern.pattern for form in (QuestionForm, ReplyForm, ThankForm, AddForm, ProposeForm)}
    elsewhere |= {form.pattern.pattern for form in (MeetForm, OfferForm, ReferForm)}
    assert {each.pattern for each in study.sim.bot.forms_to_load} - elsewhere <= found
    assert {"setup-form:time_zone", "setup-form:usual_start"} <= found


@pytest.mark.parametrize("name", CASES)
async def test_a_refused_form_opens_again_with_all_that_was_typed(study: World, name: str):
    case, mod = CASES[name], study.moderator
    opened = await case.opened(study)
    message = refused(await mod.submit_modal(opened, case.typed))
    text = study.sim.text(message)
    assert case.refused in text
    assert "What you wrote is not lost: press “Correct it”" in text
    await study.sim.restart()
    again = await by_press(study, message, correct_id(message))
    assert again.modal is not None
    assert again.modal["custom_id"] == opened.modal["custom_id"]
    assert [part["label"] for part in again.modal["components"]] == [
        part["label"] for part in opened.modal["components"]
    ]
    assert standing(again) == case.typed
    await study.sim.restart()
    await mod.submit_modal(again, case.typed | case.corrected)
    text = study.sim.text(message)
    assert case.done in text, "what was corrected stands in the refusal's place"
    assert "[Correct it]" not in text
    assert await kept(study) == []


@pytest.mark.parametrize("name", CASES)
async def test_a_form_refused_twice_keeps_the_newest_text_in_one_message(study: World, name: str):
    case, mod = CASES[name], study.moderator
    message = refused(await mod.submit_modal(await case.opened(study), case.typed))
    key = next(key for key in case.corrected)
    newest = case.typed | {key: f"{case.typed[key]}, {case.typed[key]}"}
    custom_id = correct_id(message)
    result = await mod.submit_modal(await by_press(study, message, custom_id), newest)
    assert result.followups == [], "the refusal is said anew in its place"
    assert case.refused in study.sim.text(message)
    assert correct_id(message) == custom_id
    await study.sim.restart()
    assert standing(await by_press(study, message, custom_id)) == newest
    assert len(await kept(study)) == 1


@pytest.mark.parametrize("name", CASES)
async def test_nobody_else_gets_at_what_was_typed(study: World, name: str):
    case = CASES[name]
    second = study.guild.add_member(study.sim.env.create_user("second"), roles=[study.guild.roles["Managers"]])
    message = refused(await study.moderator.submit_modal(await case.opened(study), case.typed))
    async with nothing_written(study):
        for who in (study.other, second):
            assert refusal(study, await press(study, who, carrier(study), correct_id(message))).startswith(NO_LONGER)


# When


async def refused_session(world: World, **typed: str) -> simcord.ResponseMessage:
    """The refusal of the form of a new session."""
    opened = await change_first(world, "session schedule", theme="Tea", when="2026-01-08 07:00")
    fields = {"theme": "Sencha", "when": "soonish", "duration": "45", "venue": "", "description": ""} | typed
    return refused(await world.moderator.submit_modal(opened, fields))


async def test_the_refusal_is_in_the_readers_language(study: World):
    page = await study.member.slash(study.general, "me reminders")
    form = await by_press(study, page.response, f"bk:reminders:form:{study.guild.id}", study.member)
    message = refused(await study.member.submit_modal(form, {"before": "いつか", "evening": ""}))
    text = study.sim.text(message)
    assert "入力した内容は残っています。「入力を直す」を押すと" in text
    assert "[入力を直す]" in text
    again = await by_press(study, message, button(message, "入力を直す"), study.member)
    assert standing(again) == {"before": "いつか", "evening": ""}


async def test_a_form_in_a_direct_message_is_corrected_there(study: World):
    await told(study, study.other, "session list")
    user = study.other.user
    page = (await user.slash("me reminders")).response
    form = await user.click(page, custom_id=f"bk:reminders:form:{study.guild.id}")
    message = refused(await user.submit_modal(form, {"before": "whenever", "evening": "21"}))
    await study.sim.restart()
    again = await user.click(message, custom_id=correct_id(message))
    assert standing(again) == {"before": "whenever", "evening": "21"}
    await user.submit_modal(again, {"before": "30 min", "evening": "21"})
    assert "Evening before: 21:00, your own time" in study.sim.text(message)


async def test_a_form_opened_under_a_public_message_is_refused_and_corrected_in_private(study: World):
    await study.moderator.slash(study.general, "settings set", introductions=study.log)
    page = await study.moderator.slash(study.general, "profile edit", about="Tea")
    await study.moderator.click(page.response or page.followups[-1], custom_id="bk:profile:post")
    await at_rest(study)
    public = next(each for each in study.sim.messages(study.log) if "says hello" in each.content)
    form = await study.other.click(public, label="Introduce myself")
    message = refused(await study.other.submit_modal(form, {"topics": ",".join("abcdefghijk")}))
    before = study.sim.text(public)
    again = await by_press(study, message, correct_id(message), study.other)
    await study.other.submit_modal(again, {"topics": "Sencha"})
    assert "Sencha" in study.sim.text(message)
    assert study.sim.text(public) == before


async def test_the_preview_above_a_refusal_can_no_longer_be_posted_once_the_form_was_corrected(study: World):
    preview = await previewed(study, "session schedule", theme="Tea", when="2026-01-08 07:00")
    opened = await by_press(study, preview, button(preview, "Change first"))
    typed = {"theme": "Sencha", "when": "soonish", "duration": "45", "venue": "", "description": ""}
    message = refused(await study.moderator.submit_modal(opened, typed))
    again = await by_press(study, message, correct_id(message))
    await study.moderator.submit_modal(again, typed | {"when": "2026-01-09 08:00"})
    result = await study.moderator.click(preview, label="Post")
    assert study.sim.private_replies(result)[-1].startswith(NO_LONGER)
    retired = study.sim.text(preview)
    assert "These buttons no longer work" in retired
    assert "[" not in retired
    assert "Tea" in retired, "what it showed stands there still"
    await study.moderator.click(message, label="Post")
    found = [session.theme for session in await sessions(study) if session.theme in ("Tea", "Sencha")]
    assert found == ["Sencha"]


async def test_a_form_whose_draft_has_gone_gives_the_text_back(study: World):
    preview = await previewed(study, "session schedule", theme="Tea", when="2026-01-08 07:00")
    opened = await by_press(study, preview, button(preview, "Change first"))
    await study.moderator.click(preview, label="Post")
    typed = {"theme": "Sencha", "when": "soonish", "duration": "45", "venue": "", "description": "One\nTwo ```x"}
    result = await study.moderator.submit_modal(opened, typed)
    text = study.sim.private_replies(result)[-1]
    assert text.startswith(NO_LONGER)
    assert text.endswith("```\nSencha\n```\n```\nsoonish\n```\n```\n45\n```\n```\nOne\nTwo ~~~x\n```")
    assert "[Correct it]" not in text


async def test_two_presses_at_once_leave_what_the_first_one_has_come_to(study: World):
    preview = await previewed(study, "session schedule", theme="Tea", when="2026-01-08 07:00")
    await study.sim.simultaneous(*(study.moderator.click(preview, label="Post") for _ in range(2)))
    text = study.sim.text(preview)
    assert "**Tea** is scheduled" in text
    assert "no longer work" not in text


async def test_a_dead_form_button_retires_its_preview_too(study: World):
    preview = await previewed(study, "session schedule", theme="Tea", when="2026-01-08 07:00")
    await study.sim.advance(25 * 3600)
    result = await by_press(study, preview, button(preview, "Change first"))
    assert result.modal is None
    assert study.sim.private_replies(result)[-1].startswith(NO_LONGER)
    assert "These buttons no longer work" in study.sim.text(preview)


async def test_while_a_form_is_refused_the_preview_above_it_can_be_posted_still(study: World):
    preview = await previewed(study, "session schedule", theme="Tea", when="2026-01-08 07:00")
    opened = await by_press(study, preview, button(preview, "Change first"))
    typed = {"theme": "Sencha", "when": "soonish", "duration": "45", "venue": "", "description": ""}
    message = refused(await study.moderator.submit_modal(opened, typed))
    await study.moderator.click(preview, label="Post")
    assert "Tea" in [session.theme for session in await sessions(study)]
    # What the form would have changed is no draft any more.
    result = await by_press(study, message, correct_id(message))
    assert result.modal is None
    assert study.sim.private_replies(result)[-1].startswith(NO_LONGER)


async def test_a_correction_that_can_mean_two_times_is_asked_about_in_the_refusals_place(study: World):
    message = await refused_session(study)
    again = await by_press(study, message, correct_id(message))
    fields = {"theme": "Sencha", "when": "1/8 8時", "duration": "45", "venue": "", "description": ""}
    await study.moderator.submit_modal(again, fields)
    await study.moderator.click(message, label="2. Thu, Jan 8, 2026, 20:00, Tokyo time")
    await study.moderator.click(message, label="Post")
    assert "Sencha" in [session.theme for session in await sessions(study)]


async def test_after_a_day_it_is_gone_and_says_so(study: World):
    page = await previewed(study, "me reminders")
    form = await by_press(study, page, f"bk:reminders:form:{study.guild.id}")
    message = refused(await study.moderator.submit_modal(form, {"before": "whenever", "evening": ""}))
    await study.sim.advance(24 * 3600 + 60)
    result = await by_press(study, message, correct_id(message))
    assert result.modal is None
    assert "more than a day old" in study.sim.private_replies(result)[-1]


async def test_what_nothing_typed_could_help_has_no_button_and_nothing_is_kept(study: World):
    # Not allowed any more.
    form = await CASES["setup: usual start"].opened(study)
    manager = study.guild.roles["Managers"]
    second = study.guild.add_member(study.sim.env.create_user("second"))
    result = await send_form(study, second, carrier(study), form.modal["custom_id"], {"text": "soonish"})
    assert refusal(study, result).startswith("Only moderators")
    assert "[Correct it]" not in refusal(study, result)
    # Its draft is another's.
    opened = await change_first(study, "session schedule", theme="Tea", when="2026-01-08 07:00")
    boxes = {"theme": "Tea", "when": "soonish", "duration": "60", "venue": "", "description": ""}
    third = study.guild.add_member(study.sim.env.create_user("third"), roles=[manager])
    result = await send_form(study, third, carrier(study), opened.modal["custom_id"], boxes)
    assert "[Correct it]" not in refusal(study, result)
    opened = await change_first(study, "series create", **SERIES)
    boxes = {"name": "Tea", "rule": "now and then", "theme": "", "duration": "60", "venue": ""}
    result = await send_form(study, third, carrier(study), opened.modal["custom_id"], boxes)
    assert "now and then" in refusal(study, result), "what was typed is read before the draft is looked for"
    assert "[Correct it]" not in refusal(study, result)
    # Its session is cancelled.
    opened = await change_first(study, "session edit", session="Logistics", when="2026-01-09 07:00")
    await called_off(study, session="Logistics")
    message = refused(await study.moderator.submit_modal(opened, {"when": "2026-01-09 08:00", "reason": ""}))
    assert "cancelled" in study.sim.text(message)
    assert "[Correct it]" not in study.sim.text(message)
    assert await kept(study) == []


async def test_a_form_of_a_group_that_is_hidden_meanwhile_opens_for_nobody(study: World):
    secret = study.guild.create_text_channel("secret")
    organizer = study.other
    await with_group(study, "Board", channel=secret, organizer=organizer)
    preview = await previewed(study, "session schedule", organizer, theme="Tea", when="2026-01-08 07:00", group="Board")
    opened = await by_press(study, preview, button(preview, "Change first"), organizer)
    fields = {"theme": "Tea", "when": "soonish", "duration": "60", "venue": "", "description": ""}
    message = refused(await organizer.submit_modal(opened, fields))
    assert "[Correct it]" in study.sim.text(message)
    hide(study, secret)
    result = await by_press(study, message, correct_id(message), organizer)
    assert result.modal is None
    assert study.sim.private_replies(result)[-1].startswith(NO_LONGER)


async def test_an_error_of_ours_keeps_what_was_typed_too(
    study: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    opened = await change_first(study, "session schedule", theme="Tea", when="2026-01-08 07:00")
    fields = {"theme": "Sencha", "when": "2026-01-09 08:00", "duration": "45", "venue": "", "description": ""}
    with monkeypatch.context() as broken:

        async def sent(self: Any, caller: Any, filled: Any) -> None:
            raise ZeroDivisionError

        broken.setattr(NewForm, "sent", sent)
        message = refused(await study.moderator.submit_modal(opened, fields))
    assert "Something went wrong on my side" in study.sim.text(message)
    assert len(mistakes(caplog)) == 1
    again = await by_press(study, message, correct_id(message))
    assert standing(again) == fields
    await study.moderator.submit_modal(again, fields)
    assert "[Post]" in study.sim.text(message)


async def test_two_presses_at_once_open_it_twice_and_one_draft_comes_of_it(study: World):
    message = await refused_session(study)
    custom_id = correct_id(message)
    first, second = await study.sim.simultaneous(
        *(study.moderator.click(message, custom_id=custom_id) for _ in range(2))
    )
    assert standing(first) == standing(second)
    fields = {"theme": "Sencha", "when": "2026-01-09 08:00", "duration": "45", "venue": "", "description": ""}
    await study.moderator.submit_modal(first, fields)
    result = await study.moderator.submit_modal(second, fields)
    assert study.sim.private_replies(result)[-1].startswith(NO_LONGER)
    drafts = [row for row in (await rows(study))["drafts"] if "Sencha" in str(row)]
    assert len(drafts) == 1


@pytest.mark.parametrize("odd", ["T\x00", "T\ud83c", "{theme}", "*`<@1> @everyone", "勉" * 100])
async def test_odd_texts_are_kept_without_harm(study: World, odd: str):
    message = await refused_session(study, theme=odd, when="x" + odd[:90])
    again = await by_press(study, message, correct_id(message))
    assert str(standing(again)["theme"]) == odd.replace("\x00", "").replace("\ud83c", "")
    assert study.sim.pinged(message) == frozenset()


async def test_a_forged_form_of_any_size_is_kept_only_as_far_as_discord_would_send_it(study: World):
    boxes = {f"box {n}": "勉" * 9000 for n in range(9)}
    custom_id = f"bk:remindersform:{study.guild.id}"
    result = await send_form(study, study.other, carrier(study), custom_id, {"before": "whenever"} | boxes)
    assert "[Correct it]" in refusal(study, result)
    (row,) = await kept(study)
    written = row[metadata.tables["kept_forms"].columns.keys().index("data")]["written"]
    assert len(written) == 5
    assert max(map(len, written.values())) == 4000


async def test_a_form_opens_again_in_the_language_that_its_author_reads_by_then(study: World):
    message = await refused_session(study)
    set_locale(study.moderator, "ja")
    again = await by_press(study, message, correct_id(message))
    assert next(part["label"] for part in again.modal["components"]) == words("ja")(LABELS["theme"])
    assert standing(again)["when"] == "soonish"
