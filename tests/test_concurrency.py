"""People who act at the same instant, through the real bot: all presses have arrived before the first is handled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.domain.communities import Community
from bot.domain.rsvps import Rsvp
from data.audit import audit
from data.posts import posts
from tests.cogs.acts import (
    announcements,
    at_rest,
    events,
    previewed,
    scheduled,
    sessions,
    told,
    with_group,
)
from tests.world import World

PLACES, PEOPLE = 20, 50


@pytest.fixture
async def study(world: World) -> World:
    """A server with one study group."""
    await with_group(world)
    return world


def crowd(world: World, number: int = PEOPLE) -> list[Any]:
    return [world.guild.add_member(world.sim.env.create_user(f"p{n}")) for n in range(number)]


async def press(world: World, session_id: int, *answers: tuple[Any, str]) -> list[str]:
    """Everybody's press under the announcement, all at the same instant; what each is told."""
    (posted,) = announcements(world)
    ids = [f"bk:rsvp:{session_id}:{answer}" for _person, answer in answers]
    acts = (person.click(posted, custom_id=i) for (person, _answer), i in zip(answers, ids, strict=True))
    results = await world.sim.simultaneous(*acts)
    texts = [world.sim.private_replies(result) for result in results]
    assert [len(each) for each in texts] == [1] * len(answers), "everybody is answered, once and privately"
    return [each[0] for each in texts]


def confirming(preview: Any) -> str:
    """The custom_id of the button that does what a preview shows."""
    (found,) = (
        part["custom_id"] for row in preview.components for part in row["components"] if "confirm" in part["custom_id"]
    )
    return found


async def rsvps(world: World, session_id: int) -> list[Rsvp]:
    """All answers in the order in which they were committed."""

    async def read() -> list[Rsvp]:
        async with world.app.database.reading(world.guild.id) as uow:
            return await uow.rsvps.of_session(session_id)

    return await world.sim.run(read())


async def order_of_commits(world: World) -> list[int]:
    """Whose answers were committed, the first one first, as the audit has it."""

    async def read() -> list[int]:
        async with world.app.database.connections.reading() as connection:
            rows = await connection.execute(
                select(audit.c.actor_id).where(audit.c.action == "rsvp.answer").order_by(audit.c.id)
            )
            return [row.actor_id for row in rows]

    return await world.sim.run(read())


async def promotions(world: World) -> list[int]:
    """To whom it was planned to tell that a place has come free."""

    async def read() -> list[int]:
        async with world.app.database.connections.reading() as connection:
            rows = await connection.execute(select(posts.c.member_id).where(posts.c.kind == "promotion"))
            return [row.member_id for row in rows]

    return await world.sim.run(read())


async def settings(world: World) -> Community:
    return await world.sim.run(world.app.services.communities.show(world.guild.id))


def told_of_a_place(world: World, people: Sequence[Any]) -> list[int]:
    """Who got a direct message about a free place, as often as they got it."""
    messages = [
        (person.id, world.sim.text(message))
        for person in people
        if world.sim.env.backend.dm_channels.get(person.id)
        for message in world.sim.messages(person.user.dm_channel)
    ]
    return [person for person, text in messages if "Logistics" in text]


# Places


async def test_five_who_leave_at_the_same_instant_let_in_the_first_five_of_the_line_and_each_hears_it_once(
    study: World,
):
    session_id = await scheduled(study, capacity=PLACES)
    await at_rest(study)
    people = crowd(study)
    await press(study, session_id, *((person, "going") for person in people))
    first = await order_of_commits(study)
    assert sorted(first) == sorted(person.id for person in people)
    assert [r.member_id for r in await rsvps(study, session_id) if r.coming] == first[:PLACES]
    assert [r.member_id for r in await rsvps(study, session_id) if r.waiting] == first[PLACES:]
    await at_rest(study)

    leaving = [person for person in people if person.id in first[3:8]]
    answers = await press(study, session_id, *((person, "not_going") for person in leaving))
    assert all("not coming" in text for text in answers)
    now = await rsvps(study, session_id)
    let_in = first[PLACES : PLACES + 5]
    assert {r.member_id for r in now if r.coming} == {*first[:3], *first[8:PLACES], *let_in}
    assert [r.member_id for r in now if r.waiting] == first[PLACES + 5 :]
    await at_rest(study)
    assert sorted(await promotions(study)) == sorted(let_in)
    assert sorted(told_of_a_place(study, people)) == sorted(let_in)
    shown = study.sim.text(announcements(study)[0])
    assert re.search(r"20 of 20\D+25 ", shown)
    assert not any(person.mention in shown for person in leaving)
    await study.sim.advance(120)
    assert sorted(told_of_a_place(study, people)) == sorted(let_in), "nobody hears it again"


async def test_who_joins_as_others_leave_goes_behind_those_who_wait(study: World):
    session_id = await scheduled(study, capacity=3)
    await at_rest(study)
    people = crowd(study, 12)
    early, late = people[:6], people[6:]
    await press(study, session_id, *((person, "going") for person in early))
    first = await order_of_commits(study)
    leaving = [person for person in early if person.id in first[:2]]
    mixed = [pair for two in zip(late, [*leaving, *leaving], strict=False) for pair in two]
    acts = [(person, "not_going" if person in leaving else "going") for person in dict.fromkeys([*mixed, *late])]
    await press(study, session_id, *acts)
    now = await rsvps(study, session_id)
    assert [r.member_id for r in now if r.coming] == first[2:5]
    waiting = [r.member_id for r in now if r.waiting]
    assert waiting[0] == first[5]
    assert sorted(waiting[1:]) == sorted(person.id for person in late)
    assert sorted(await promotions(study)) == sorted(first[3:5])


async def test_one_person_who_presses_everything_at_once_has_one_answer_and_one_place(study: World):
    session_id = await scheduled(study, capacity=1)
    await at_rest(study)
    answers = ("going", "late", "maybe", "not_going", "going", "going", "late", "going")
    await press(study, session_id, *((study.other, answer) for answer in answers))
    (only,) = await rsvps(study, session_id)
    assert (only.member_id, only.answer, only.coming) == (study.other.id, "going", True)
    await at_rest(study)
    assert "1 of 1" in study.sim.text(announcements(study)[0])


async def test_more_places_given_while_people_leave_go_to_the_line_in_order(study: World):
    session_id = await scheduled(study, capacity=2)
    await at_rest(study)
    people = crowd(study, 10)
    await press(study, session_id, *((person, "going") for person in people))
    first = await order_of_commits(study)
    leaving = [person for person in people if person.id in first[:2]]
    (posted,) = announcements(study)
    await study.sim.simultaneous(
        leaving[0].click(posted, custom_id=f"bk:rsvp:{session_id}:not_going"),
        study.moderator.slash(study.general, "session edit", session="Logistics", capacity=4),
        leaving[1].click(posted, custom_id=f"bk:rsvp:{session_id}:not_going"),
    )
    now = await rsvps(study, session_id)
    assert [r.member_id for r in now if r.coming] == first[2:6]
    assert [r.member_id for r in now if r.waiting] == first[6:]
    assert sorted(await promotions(study)) == sorted(first[2:6])


async def test_a_session_called_off_as_people_press_takes_no_answer_after_that(study: World):
    session_id = await scheduled(study)
    await at_rest(study)
    people = crowd(study, 10)
    (posted,) = announcements(study)

    def going(person: Any) -> Any:
        return person.click(posted, custom_id=f"bk:rsvp:{session_id}:going")

    preview = await previewed(study, "session cancel", session="Logistics")
    cancel = study.moderator.click(preview, label="Cancel the session")
    results = await study.sim.simultaneous(*map(going, people[:5]), cancel, *map(going, people[5:]))
    texts = [study.sim.private_replies(result)[-1] for result in results if result is not results[5]]
    taken = [person.id for person, text in zip(people, texts, strict=True) if "You are coming" in text]
    refused = [text for text in texts if "was cancelled" in text]
    assert len(taken) + len(refused) == 10
    assert sorted(r.member_id for r in await rsvps(study, session_id)) == sorted(taken)
    await study.sim.advance(61)
    assert "Cancelled: Logistics" in study.sim.text(announcements(study)[0])


# Previews


async def test_a_move_confirmed_twice_at_the_same_instant_moves_once(study: World):
    await scheduled(study)
    message = await previewed(study, "session edit", session="Logistics", when="2026-01-08 19:00")
    custom_id = confirming(message)
    results = await study.sim.simultaneous(*(study.moderator.click(message, custom_id=custom_id) for _ in range(3)))
    refusals = [text for result in results for text in study.sim.private_replies(result) if "no longer works" in text]
    assert len(refusals) == 2
    (session,) = await sessions(study)
    assert (session.revision, session.starts_at) == (1, datetime(2026, 1, 8, 10, tzinfo=UTC))


async def test_a_series_confirmed_twice_at_the_same_instant_is_created_once(study: World):
    message = await previewed(study, "series create", name="朝の会", rule="every Wednesday 07:00")
    custom_id = confirming(message)
    await study.sim.simultaneous(*(study.moderator.click(message, custom_id=custom_id) for _ in range(3)))
    assert len(await sessions(study)) == 8
    assert "朝の会" in study.sim.text(message)
    listed = await told(study, study.other, "series list")
    assert len(re.findall("朝の会", listed)) == 1


async def test_two_moderators_who_move_the_same_session_at_the_same_instant_end_with_one_time_everywhere(study: World):
    second = study.guild.add_member(study.sim.env.create_user("second"), roles=[study.guild.roles["Managers"]])
    session_id = await scheduled(study)
    await at_rest(study)
    await press(study, session_id, (study.other, "going"))
    times = ("2026-01-08 19:00", "2026-01-09 19:00")
    previews = [
        (who, await previewed(study, "session edit", who, session="Logistics", when=when))
        for who, when in zip((study.moderator, second), times, strict=True)
    ]
    await study.sim.simultaneous(*(who.click(message, custom_id=confirming(message)) for who, message in previews))
    (session,) = await sessions(study)
    assert session.revision == 2
    await study.sim.advance(61)
    stamp = f"<t:{int(session.starts_at.timestamp())}:"
    assert stamp in study.sim.text(announcements(study)[0])
    assert [event.start_time for event in events(study)] == [session.starts_at]
    notices = [post for post in study.sim.unprompted() if study.other.id in post.pinged]
    assert stamp in notices[-1].content
    assert sum(stamp in post.content for post in notices) == 1, "the time that holds is told once"


async def test_a_preview_confirmed_by_two_moderators_is_its_authors_alone(study: World):
    second = study.guild.add_member(study.sim.env.create_user("second"), roles=[study.guild.roles["Managers"]])
    mine = await previewed(study, "session schedule", theme="Tea", when="2026-01-07 07:00")
    theirs = await previewed(study, "session schedule", second, theme="Coffee", when="2026-01-07 08:00")
    # The second one's message bears the button of the first one's preview, as a forger would make it.
    stored = study.sim.env.backend.get_message(study.general.id, theirs.id)
    stored.components[0]["components"][0]["custom_id"] = confirming(mine)
    results = await study.sim.simultaneous(
        second.click(theirs, custom_id=confirming(mine)),
        study.moderator.click(mine, custom_id=confirming(mine)),
    )
    assert "no longer works" in study.sim.private_replies(results[0])[-1]
    assert [s.theme for s in await sessions(study)] == ["Tea"]


# The setup


async def test_two_moderators_who_answer_the_same_question_at_the_same_instant_leave_one_answer(bare_world: World):
    world = bare_world
    second = world.guild.add_member(world.sim.env.create_user("second"), roles=[world.guild.roles["Managers"]])
    pages = [(await who.slash(world.general, "setup")).response for who in (world.moderator, second)]
    await world.sim.simultaneous(
        world.moderator.select(pages[0], ["en"], custom_id="bk:setup:set:language"),
        second.select(pages[1], ["ja"], custom_id="bk:setup:set:language"),
    )
    for page in pages:
        assert "Setup 2 of 5" in world.sim.text(page), "one question further, not two"
    assert (await settings(world)).language == "ja", "the later answer holds"


async def test_answers_to_two_questions_at_the_same_instant_are_both_kept(bare_world: World):
    world = bare_world
    second = world.guild.add_member(world.sim.env.create_user("second"), roles=[world.guild.roles["Managers"]])
    old = (await second.slash(world.general, "setup")).response
    page = (await world.moderator.slash(world.general, "setup")).response
    await world.moderator.click(page, custom_id="bk:setup:skip:language")
    await world.sim.simultaneous(
        world.moderator.select(page, ["Asia/Tokyo"], custom_id="bk:setup:set:time_zone"),
        second.select(old, ["ja"], custom_id="bk:setup:set:language"),
    )
    community = await settings(world)
    assert (community.language, community.time_zone, community.setup_step) == ("ja", "Asia/Tokyo", "moderator_role")
    assert "Setup 3 of 5" in world.sim.text(page)
    assert "Setup 1 of 5" not in world.sim.text(old)


async def test_two_first_presses_of_a_new_server_make_one_community(bare_world: World):
    world = bare_world
    second = world.guild.add_member(world.sim.env.create_user("second"), roles=[world.guild.roles["Managers"]])
    results = await world.sim.simultaneous(*(who.slash(world.general, "setup") for who in (world.moderator, second)))
    for result in results:
        assert "Setup 1 of 5" in world.sim.private_replies(result)[-1]

    async def begun() -> int:
        async with world.app.database.connections.reading() as connection:
            count = select(func.count()).where(audit.c.action == "community.change", audit.c.guild_id == world.guild.id)
            return (await connection.execute(count)).scalar_one()

    assert await world.sim.run(begun()) == 1


async def test_two_groups_of_the_same_name_made_at_the_same_instant_are_one(world: World):
    second = world.guild.add_member(world.sim.env.create_user("second"), roles=[world.guild.roles["Managers"]])
    results = await world.sim.simultaneous(
        *(who.slash(world.general, "group create", name="Tea") for who in (world.moderator, second))
    )
    texts = [world.sim.private_replies(result)[-1] for result in results]
    assert sum("already" in text for text in texts) == 1
    assert (await told(world, world.other, "group list")).count("**Tea**") == 1
