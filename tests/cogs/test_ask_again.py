"""Asking further people, and what becomes of an ask whose reader can't be asked any more."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.cogs.acts import at_rest, told
from tests.cogs.permissions import shut_out
from tests.cogs.test_asks import HOUR, TEA, crowd, post, pressed, read, refer, states
from tests.cogs.test_questions import asked, channel, with_forum
from tests.world import World, a_world


@pytest.fixture
async def forum(tmp_path: Path) -> AsyncGenerator[World]:
    """A forum where `other` and `member` know about tea; a Monday, 9:00 in Tokyo."""
    async with a_world(tmp_path) as world:
        await with_forum(world)
        await world.other.slash(world.general, "profile edit", industry="#hospitality", topics="tea")
        await world.member.slash(world.general, "profile edit", industry="#retail", topics="緑茶, tea")
        yield world


async def test_a_try_that_found_nobody_keeps_nobody_from_trying_again(forum: World):
    for who in (forum.other, forum.member):
        await who.slash(forum.general, "profile edit", ask_limit="0")
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    for _ in range(2):
        said = await told(forum, forum.moderator, "question again", question="1")
        assert "whom I may ask just now" in said
    await forum.other.slash(forum.general, "profile edit", ask_limit="3")
    assert "I ask 1 person privately" in await told(forum, forum.moderator, "question again", question="1")
    await at_rest(forum)
    assert len(read(forum, forum.other)) == 1
    await forum.sim.advance(5 * HOUR)
    await forum.member.slash(forum.general, "profile edit", ask_limit="3")
    assert "I asked people only a short time ago" in await told(forum, forum.moderator, "question again", question="1")
    assert read(forum, forum.member) == []


async def test_where_all_who_may_know_were_asked_something_today_they_are_tomorrow(forum: World):
    for question in ("How long does it keep?", "How hot is the water?", "How dear is it?"):
        await asked(forum, forum.moderator, question, **TEA)
    # One at a time among few: each of the two is asked once a day, so that nobody is left for the third.
    assert [len(read(forum, who)) for who in (forum.other, forum.member)] == [1, 1]
    await forum.sim.advance(26 * HOUR)
    assert any("How dear is it?" in text for who in (forum.other, forum.member) for text in read(forum, who))


async def test_where_nobody_may_be_asked_for_a_week_nobody_is_looked_for_any_more(forum: World):
    for who in (forum.other, forum.member):
        await who.slash(forum.general, "profile edit", ask_limit="0")
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await forum.sim.advance(24 * 5 * HOUR)
    assert await states(forum) == []
    await forum.other.slash(forum.general, "profile edit", ask_limit="3")
    await forum.sim.advance(25 * HOUR)
    assert [who for who, _state in await states(forum)] == [forum.other.id]
    await asked(forum, forum.moderator, "How hot is the water?", topic="coffee", industry="#logistics")
    await forum.sim.advance(24 * 9 * HOUR)
    await forum.member.slash(forum.general, "profile edit", ask_limit="3", topics="coffee", industry="#logistics")
    await forum.sim.advance(24 * 3 * HOUR)
    assert not [text for text in read(forum, forum.member) if "How hot" in text]


async def test_whom_nothing_reached_was_not_asked_so_that_further_people_can_be_at_once(forum: World):
    await forum.member.slash(forum.general, "profile edit", ask_limit="0")
    shut_out(forum, channel(forum), forum.other)
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    assert await states(forum) == [(forum.other.id, "skipped")]
    await forum.member.slash(forum.general, "profile edit", ask_limit="3")
    assert "I ask 1 person privately" in await told(forum, forum.moderator, "question again", question="1")


async def test_who_names_another_after_they_wanted_to_answer_takes_their_name_from_it(forum: World):
    await crowd(forum, 1)
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await pressed(forum, forum.other, "I'll answer")
    assert "Will answer" in post(forum)
    await refer(forum, forum.other, "m0")
    assert "Will answer" not in post(forum)
    assert [state for _who, state in await states(forum)] == ["back", "open"]


async def test_what_was_answered_meanwhile_is_asked_of_nobody_when_somebody_gives_it_back(forum: World):
    await forum.member.slash(forum.general, "profile edit", ask_limit="0")
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await forum.sim.advance(5 * HOUR)
    assert "I asked 1 person privately" in read(forum, forum.moderator)[-1], "nobody is asked any more"
    await forum.member.slash(forum.general, "profile edit", ask_limit="3")
    await forum.member.slash(forum.general, "question reply", question="1", text="A year.")
    await pressed(forum, forum.other, "I'll answer")
    before = read(forum, forum.moderator)
    assert await pressed(forum, forum.other, "Pass") == "That is fine. Your name is gone from the question."
    assert await states(forum) == [(forum.other.id, "back")]
    await forum.sim.advance(5 * HOUR)
    assert read(forum, forum.member) == []
    assert read(forum, forum.moderator) == before


async def test_who_can_not_be_asked_any_more_before_it_reached_them_gives_their_place_to_the_next(forum: World):
    await forum.other.slash(forum.general, "profile edit", ask_hours="weekdays 18:00-21:00")
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    assert await states(forum) == [(forum.other.id, "planned")]
    await forum.moderator.slash(forum.general, "mod restrict", **{"from": "answering", "member": forum.other})
    await at_rest(forum)
    assert await states(forum) == [(forum.other.id, "skipped"), (forum.member.id, "open")]
    await forum.sim.advance(10 * HOUR)
    assert not [text for text in read(forum, forum.other) if "How long" in text]


async def test_who_goes_on_leave_before_it_reached_them_is_not_asked_but_the_next_one_is(forum: World):
    await forum.other.slash(forum.general, "profile edit", ask_hours="weekdays 18:00-21:00")
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await forum.other.slash(forum.general, "rotation unavailable", **{"from": "2026-01-05", "until": "2026-01-07"})
    await forum.sim.advance(10 * HOUR)
    assert not [text for text in read(forum, forum.other) if "How long" in text]
    assert await states(forum) == [(forum.other.id, "skipped"), (forum.member.id, "open")]


async def test_who_is_kept_from_answering_is_waited_for_as_if_they_were_silent(forum: World):
    await asked(forum, forum.moderator, "How long does it keep?", **TEA)
    await forum.moderator.slash(forum.general, "mod restrict", **{"from": "answering", "member": forum.other})
    await at_rest(forum)
    assert read(forum, forum.member) == []
    assert "others' questions" in await pressed(forum, forum.other, "I'll answer")
    await forum.sim.advance(4 * HOUR)
    assert len(read(forum, forum.member)) == 1
