"""Direct messages that people can stop, hints at closed ones, and people who leave, with the real bot."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.demo.simulation import close_dms, open_dms, set_locale
from bot.domain.members import Member
from tests.cogs.acts import announcements, at_rest, button, previewed, scheduled, told, with_group
from tests.forged import press, refusal, rows, stored
from tests.world import World, a_world, unhelped

HINT = "I could not send you a direct message"
NIGHT = datetime(2026, 1, 5, 3, 41, tzinfo=UTC)
"""Just after the first housekeeping."""


@pytest.fixture
async def study(world: World) -> World:
    """A session of a study group with one place, announced, with its thread."""
    return await furnished(world)


async def furnished(world: World) -> World:
    await with_group(world)
    await scheduled(world, when="2026-01-08 07:00", capacity=1)
    await at_rest(world)
    return world


@pytest.fixture(params=[True, False], ids=["members intent", "no members intent"])
async def days(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[World]:
    """The same, with and without the members intent."""
    config = unhelped()
    config = replace(config, discord=replace(config.discord, members_intent=request.param))
    async with a_world(tmp_path, config=config) as world:
        await world.set_up()
        yield await furnished(world)


async def answer(world: World, who: Any, answer: str) -> None:
    await who.slash(world.general, "session rsvp", session="Logistics", answer=answer)


async def move(world: World, when: str) -> None:
    message = await previewed(world, "session edit", session="Logistics", when=when)
    await world.moderator.click(message, label="Move it")
    await at_rest(world)


async def promote(world: World, waiting: Any) -> None:
    """The one who waits gets the place of the moderator."""
    await answer(world, world.moderator, "going")
    await answer(world, waiting, "going")
    await answer(world, world.moderator, "not_going")
    await at_rest(world)


def direct(world: World, who: Any) -> list[Any]:
    """The direct messages that somebody got."""
    if not world.sim.env.backend.dm_channels.get(who.id):
        return []
    return [
        message for message in world.sim.messages(who.user.dm_channel) if message.author.id == world.app.bot.user.id
    ]


def replies(world: World, result: Any) -> list[str]:
    return world.sim.private_replies(result)


async def known(world: World, who: Any) -> Member | None:
    async def read() -> Member | None:
        async with world.app.database.reading(world.guild.id) as uow:
            return await uow.members.find(who.id)

    return await world.sim.run(read())


async def coming(world: World) -> list[int]:
    async def read() -> list[int]:
        async with world.app.database.reading(world.guild.id) as uow:
            return [r.member_id for r in await uow.rsvps.of_session(1) if r.coming]

    return await world.sim.run(read())


# Stopping


async def test_every_direct_message_can_be_stopped_also_after_a_restart_and_had_again(study: World):
    await answer(study, study.other, "not_going")
    await move(study, "2026-01-09 07:00")
    (message,) = direct(study, study.other)
    assert "has a new time" in message.content
    await study.sim.restart()
    pressed = await study.other.user.click(message, label="Stop messages of this kind")
    (text,) = replies(study, pressed)
    assert text.startswith(
        "I won't write to you any more about sessions on **Asakai** that you declined, or for which an organizer "
        "answered for you."
    )
    await move(study, "2026-01-10 07:00")
    assert len(direct(study, study.other)) == 1
    (shown,) = pressed.followups
    again = await study.other.user.click(shown, label="Turn on again")
    assert again.followups == []
    assert study.sim.text(shown).startswith(
        "From now on I write to you again about sessions on **Asakai** that you declined"
    )
    assert "[Stop messages of this kind]" in study.sim.text(shown)
    await move(study, "2026-01-11 07:00")
    assert len(direct(study, study.other)) == 2


async def test_a_stop_of_one_kind_leaves_the_other_and_speaks_the_readers_language(study: World):
    await promote(study, study.member)
    (message,) = direct(study, study.member)
    result = await study.member.user.click(message, custom_id=button(message, "この種類のお知らせを止める"))
    (text,) = replies(study, result)
    assert "「Asakai」" in text
    assert "繰り上げ" in text
    assert "[また受け取る]" in text
    await answer(study, study.member, "not_going")
    await move(study, "2026-01-09 07:00")
    assert len(direct(study, study.member)) == 2


async def test_who_has_left_can_still_stop_and_nobody_elses_choice_is_touched(study: World):
    await answer(study, study.other, "not_going")
    await answer(study, study.member, "not_going")
    await move(study, "2026-01-09 07:00")
    (message,) = direct(study, study.other)
    user = study.other.user
    study.guild.remove_member(study.other)
    (text,) = replies(study, await user.click(message, label="Stop messages of this kind"))
    assert "won't write to you any more" in text
    assert (await known(study, study.other)).stopped == {"changes"}
    assert (await known(study, study.member)).stopped == frozenset()


async def test_a_forged_stop_is_refused_and_changes_nothing(study: World):
    await answer(study, study.other, "going")
    elsewhere = study.sim.env.create_guild("Elsewhere")
    public = stored(study, announcements(study)[0])
    before = await rows(study)
    for custom_id in (
        f"bk:dm:stop:changes:{elsewhere.id}",
        f"bk:dm:resume:places:{elsewhere.id}",
        f"bk:dm:stop:dawn:{study.guild.id}",
        "bk:dm:stop:changes:0",
        f"bk:dm:stop:changes:{10**20 - 1}",
        f"bk:dm:stop:changes:{10**30}",
        f"bk:dm:drop:changes:{study.guild.id}",
    ):
        assert "no longer works" in refusal(study, await press(study, study.other, public, custom_id)), custom_id
    # The moderator's own choice is theirs, wherever the button stands; it is another's to nobody.
    stranger = study.guild.add_member(study.sim.env.create_user("stranger"))
    own = f"bk:dm:stop:changes:{study.guild.id}"
    assert "no longer works" in refusal(study, await press(study, stranger, public, own))
    assert await rows(study) == before


# To whom


async def test_who_was_entered_by_an_organizer_gets_no_direct_message_and_is_named_nowhere(study: World):
    await answer(study, study.moderator, "going")
    await study.moderator.slash(study.general, "session rsvp", session="Logistics", answer="going", member=study.other)
    await answer(study, study.moderator, "not_going")
    await at_rest(study)
    assert direct(study, study.other) == []
    assert not [post for post in study.sim.unprompted() if study.other.id in post.pinged]
    assert str(study.other.id) not in study.sim.text(announcements(study)[0])


async def test_a_command_a_press_and_a_form_are_use_and_typing_is_not(study: World):
    people = [study.guild.add_member(study.sim.env.create_user(f"p{n}")) for n in range(3)]
    await people[0].autocomplete(study.general, "session show", "session", "Log")
    assert await known(study, people[0]) is None
    await told(study, people[0], "session show", session="nonsense")
    session = announcements(study)[0]
    await people[1].click(session, label="Going")
    assert [(await known(study, person)).used_at for person in people[:2]] == [study.sim.now()] * 2
    message = await previewed(study, "session edit", session="Logistics", when="2026-01-09 07:00")
    opened = await study.moderator.click(message, label="Change first")
    assert opened.modal is not None
    assert await known(study, people[2]) is None


# Hints


async def closed_to(world: World, who: Any) -> None:
    """A direct message to this person was refused."""
    close_dms(who)
    await promote(world, who)


async def test_closed_dms_are_hinted_at_once_after_the_answer_to_the_next_command(study: World):
    await closed_to(study, study.other)
    first = replies(study, await study.other.slash(study.general, "session list"))
    assert len(first) == 2
    assert "Logistics" in first[0]
    assert first[1].startswith(HINT)
    assert "Privacy Settings" in first[1]
    assert len(replies(study, await study.other.slash(study.general, "session list"))) == 1


async def test_the_hint_follows_a_press_too_in_the_readers_language(study: World):
    await closed_to(study, study.member)
    await study.sim.restart()
    answered, hint = replies(study, await study.member.click(announcements(study)[0], label="Late"))
    assert "遅れて" in answered
    assert "プライバシー設定" in hint


async def test_the_hint_follows_an_answer_that_was_a_refusal(study: World):
    await closed_to(study, study.other)
    refused, hint = replies(study, await study.other.slash(study.general, "session show", session="nonsense"))
    assert "nonsense" in refused
    assert hint.startswith(HINT)


async def test_no_hint_stands_behind_a_form_but_it_follows_what_the_form_says(study: World):
    close_dms(study.moderator)
    await answer(study, study.other, "going")
    await answer(study, study.moderator, "going")
    message = await previewed(study, "session edit", session="Logistics", when="2026-01-09 07:00")
    await answer(study, study.other, "not_going")
    await at_rest(study)
    opened = await study.moderator.click(message, label="Change first")
    assert opened.modal is not None
    assert replies(study, opened) == []
    sent = await study.moderator.submit_modal(opened, {"when": "2026-01-10 07:00", "reason": ""})
    assert [text.startswith(HINT) for text in replies(study, sent)].count(True) == 1


async def test_when_a_direct_message_arrives_nothing_is_hinted(study: World):
    await closed_to(study, study.other)
    open_dms(study.other)
    await answer_without_looking(study, study.other, "not_going")
    await study.sim.advance(60)
    await move(study, "2026-01-09 07:00")
    answered, moved = direct(study, study.other)
    assert "has answered for you" in answered.content
    assert "has a new time" in moved.content
    assert len(replies(study, await study.other.slash(study.general, "session list"))) == 1


async def answer_without_looking(world: World, who: Any, answer: str) -> None:
    """An organizer answers for them, so that they have no chance to read a hint."""
    await world.moderator.slash(world.general, "session rsvp", session="Logistics", answer=answer, member=who)


async def test_nothing_is_looked_up_or_written_before_the_answer_is_out(study: World):
    bot, answers = study.app.bot, []
    seen = len(study.sim.env.http_requests)

    async def witness(caller: Any) -> None:
        answers.append([request.path for request in study.sim.env.http_requests[seen:] if "/webhooks/" in request.path])

    bot.after_answer = witness
    await study.other.slash(study.general, "session list")
    await study.other.slash(study.general, "session show", session="nonsense")
    assert [len(before) for before in answers] == [1, 2]


async def test_a_look_that_fails_spoils_nothing(study: World):
    study.app.bot.get_cog("Members").members.used = broken
    (text,) = replies(study, await study.other.slash(study.general, "session list"))
    assert "Logistics" in text


async def broken(*_: Any, **__: Any) -> bool:
    raise RuntimeError("the database is away")


# Departures


async def depart(world: World, who: Any) -> None:
    world.guild.remove_member(who)
    await world.sim.env.settle()


async def test_who_has_left_is_missed_at_once_with_the_members_intent_and_else_in_the_night(days: World):
    await answer_without_looking(days, days.member, "going")
    await answer(days, days.other, "going")
    await depart(days, days.member)
    at_once = days.config.discord.members_intent
    assert await coming(days) == [days.other.id if at_once else days.member.id]
    await days.sim.advance_to(NIGHT)
    assert await coming(days) == [days.other.id]
    (message,) = direct(days, days.other)
    assert "A place has come free" in message.content
    shown = days.sim.text(announcements(days)[0])
    assert f"<@{days.other.id}>" in shown
    assert f"<@{days.member.id}>" not in shown


async def test_who_leaves_while_the_bot_is_away_is_missed_in_the_night(days: World):
    await answer_without_looking(days, days.member, "going")
    await days.sim.stop()
    days.guild.remove_member(days.member)
    await days.sim.restart()
    assert await coming(days) == [days.member.id]
    await days.sim.advance_to(NIGHT)
    assert await coming(days) == []


async def test_what_can_not_be_asked_waits_for_the_next_night(days: World):
    await answer_without_looking(days, days.member, "going")
    await days.sim.stop()
    days.guild.remove_member(days.member)
    await days.sim.restart()
    path = f"/guilds/{days.guild.id}/members/{days.member.id}"
    days.sim.env.inject_error("GET", path, status=500, times=1)
    await days.sim.advance_to(NIGHT)
    assert await coming(days) == [days.member.id]
    await days.sim.advance_to(NIGHT + timedelta(days=1))
    assert await coming(days) == []


async def test_whoever_returns_has_no_answer_and_is_free_to_answer_again(days: World):
    await answer(days, days.other, "going")
    user = days.other.user
    await depart(days, days.other)
    await days.sim.advance_to(NIGHT + timedelta(days=1))
    assert await coming(days) == []
    back = days.guild.add_member(user)
    assert "Your answer" not in await told(days, back, "session show", session="Logistics")
    await back.click(announcements(days)[0], label="Going")
    assert await coming(days) == [back.id]


async def test_direct_messages_come_in_the_language_in_which_their_reader_uses_discord(study: World):
    set_locale(study.other, "ja")
    await study.other.click(announcements(study)[0], custom_id="bk:rsvp:1:not_going")
    message = await previewed(study, "session edit", session="Logistics", when="2026-01-09 07:00")
    await study.moderator.click(message, label="Move it")
    await at_rest(study, 30)
    (told_of_it,) = study.sim.messages(study.other.user.dm_channel)
    assert "新しい日時" in told_of_it.content or "変わりました" in told_of_it.content
    # Who has chosen one in their profile is told in that one.
    await told(study, study.other, "profile edit", language="en")
    message = await previewed(study, "session edit", session="Logistics", when="2026-01-10 07:00")
    await study.moderator.click(message, label="Move it")
    await at_rest(study, 30)
    assert "has a new time" in study.sim.messages(study.other.user.dm_channel)[-1].content
