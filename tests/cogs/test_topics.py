"""Themes as people use them: proposed, voted for in a list that all see, and planned with one press."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.topics import MOST_OPEN, Topic, TopicState
from tests.cogs.acts import (
    announcements,
    at_rest,
    button,
    called_off,
    date_skipped,
    in_series,
    previewed,
    scheduled,
    sessions,
    told,
    with_group,
)
from tests.cogs.permissions import hide
from tests.forged import carrier, nothing_written, press, refusal, rows
from tests.world import World


@pytest.fixture
async def study(world: World) -> World:
    """A server with one study group."""
    await with_group(world)
    return world


async def proposed(world: World, who: Any, theme: str, **options: Any) -> str:
    return await told(world, who, "topic propose", theme=theme, **options)


async def topics(world: World) -> list[Topic]:
    """Those that are open or have their date."""

    async def read() -> list[Topic]:
        async with world.app.database.reading(world.guild.id) as uow:
            return await uow.topics.of_groups([group.id for group in await uow.groups.all(archived=True)])

    return await world.sim.run(read())


async def listed(world: World, who: Any, **options: Any) -> Any:
    """The private list."""
    return await previewed(world, "topic list", who, **options)


def board(world: World, channel: Any = None) -> Any:
    """The list in the channel, if it stands there."""
    found = [m for m in world.sim.messages(channel or world.general) if m.embeds and "Themes" in str(m.embeds[0].title)]
    return found[-1] if found else None


async def on_board(world: World) -> Any:
    """The list, which the moderator has put into the channel."""
    message = await listed(world, world.moderator)
    await world.moderator.click(message, label="Show it in the channel")
    await at_rest(world)
    return board(world)


def shown(world: World, message: Any) -> str:
    return world.sim.text(message)


# Proposing and voting


async def test_a_proposal_is_its_authors_vote_and_others_vote_and_take_it_back(study: World):
    text = await proposed(study, study.other, "Fish prices")
    assert "is on the list of **Asakai**, with your vote" in text
    message = await listed(study, study.member)
    assert "1票" in shown(study, message)
    assert f"提案：{study.other.mention}" in shown(study, message)
    await study.member.click(message, custom_id=button(message, "1に投票"))
    assert "2票 · 投票済み" in shown(study, message)
    await study.member.click(message, custom_id="bk:themevote:1:no:1:0")
    assert "1票 · 提案" in shown(study, message)


async def test_each_person_counts_once_for_each_theme_however_often_they_vote(study: World):
    await proposed(study, study.other, "Fish prices")
    await proposed(study, study.other, "Tea ceremony")
    for _again in range(2):
        assert "2 people would come" in await told(study, study.moderator, "topic vote", topic="Fish prices")
    # One may want several.
    assert "2 people would come" in await told(study, study.moderator, "topic vote", topic="Tea ceremony")


async def test_a_theme_that_is_not_there_is_refused_with_those_of_nearly_that_name(study: World):
    await proposed(study, study.other, "Fish prices")
    text = await told(study, study.moderator, "topic vote", topic="Fihs prices")
    assert "Do you mean one of these: “Fish prices (Asakai)”?" in text
    assert "Do you mean" not in await told(study, study.moderator, "topic vote", topic="Steel")


async def test_two_presses_at_once_are_one_vote(study: World):
    await proposed(study, study.other, "Fish prices")
    message = await on_board(study)
    await study.sim.simultaneous(*(study.member.click(message, label="Vote: 1") for _press in range(3)))
    assert len((await rows(study))["topic_wishes"]) == 2


async def test_a_theme_of_nearly_that_name_is_offered_before_a_second_one_is_made(study: World):
    await proposed(study, study.other, "お茶のはなし")
    same = await previewed(study, "topic propose", study.moderator, theme="オ茶のハナシ！")
    assert "is on the list already" in shown(study, same)
    await study.moderator.click(same, label="Vote: 1")
    assert "2 people would come" in shown(study, same)
    near = await previewed(study, "topic propose", study.moderator, theme="お茶のはなしと水")
    assert "may be on the list already" in shown(study, near)
    assert len(await topics(study)) == 1
    await study.moderator.click(near, label="Propose it all the same")
    assert [topic.title for topic in await topics(study)] == ["お茶のはなし", "お茶のはなしと水"]
    async with nothing_written(study):
        await press(study, study.moderator, carrier_of(study, near), "bk:newtheme:1:confirm")


def carrier_of(world: World, message: Any) -> Any:
    return world.sim.env.backend.get_message(message.channel_id, message.id)


async def test_nobody_fills_the_list_alone(study: World):
    words = ("Bread", "Glass making", "Steel works", "Honey", "Railways")
    for word in words[:MOST_OPEN]:
        await proposed(study, study.other, word)
    refused = await previewed(study, "topic propose", study.other, theme="Cargo ships")
    assert "there is room for no more" in shown(study, refused)
    assert button(refused, "Correct it")
    await told(study, study.other, "topic close", topic="Bread")
    assert "with your vote" in await proposed(study, study.other, "Cargo ships")


async def test_only_its_proposer_and_organizers_close_a_theme_and_it_comes_back_with_its_votes(study: World):
    await proposed(study, study.other, "Fish prices")
    await told(study, study.moderator, "topic vote", topic="Fish prices")
    async with nothing_written(study):
        assert "提案した方" in await told(study, study.member, "topic close", topic="Fish prices")
    message = await previewed(study, "topic close", study.moderator, topic="Fish prices")
    assert await topics(study) == []
    assert "There is no theme “Fish prices”" in await told(study, study.other, "topic vote", topic="Fish prices")
    await study.moderator.click(message, label="Put it back")
    assert "with its 2 votes" in shown(study, message)


async def test_what_is_typed_stands_there_as_it_is(study: World):
    await proposed(study, study.other, "**Loud** [link](https://example.org) @everyone")
    text = shown(study, await on_board(study))
    assert r"\*\*Loud\*\*" in text
    assert r"\[link" in text
    assert study.sim.unprompted()[-1].pinged == frozenset()


async def test_somebody_kept_from_sessions_neither_proposes_nor_votes(study: World):
    await proposed(study, study.moderator, "Fish prices")
    await told(study, study.other, "topic vote", topic="Fish prices")
    await told(study, study.moderator, "mod restrict", member=study.other, **{"from": "sessions"})
    async with nothing_written(study):
        assert "sessions" in await proposed(study, study.other, "Tea")
        await told(study, study.other, "topic vote", topic="Fish prices")
    message = await listed(study, study.other)
    await study.other.click(message, label="Take back 1")
    assert "1 vote" in shown(study, message)


async def test_of_several_groups_it_must_be_clear_which(study: World):
    await with_group(study, "Board")
    refused = await previewed(study, "topic propose", study.other, theme="Fish prices")
    assert "Asakai" in shown(study, refused)
    assert await topics(study) == []
    await proposed(study, study.other, "Fish prices", group="Board")
    await proposed(study, study.other, "Fish prices", group="Asakai")
    assert "fits several themes" in await told(study, study.moderator, "topic vote", topic="Fish prices")
    text = shown(study, await listed(study, study.moderator))
    assert "Board" in text
    assert "Asakai" in text
    assert "Asakai" not in shown(study, await listed(study, study.moderator, group="Board")).replace("Board", "")


async def test_a_list_is_turned_and_a_vote_keeps_its_page(study: World):
    words = [f"{word} {number}" for number, word in enumerate(("Bread", "Glass", "Steel", "Honey", "Rails"))]
    for word in words:
        await proposed(study, study.other, word)
        await proposed(study, study.member, word[::-1])
    await proposed(study, study.moderator, "Cargo ships and the sea")
    message = await listed(study, study.other)
    await study.other.click(message, custom_id=button(message, "Next"))
    assert "**11. Cargo ships" in shown(study, message)
    await study.other.click(message, custom_id=button(message, "Vote: 11"))
    # It has most votes by now, and another one stands there.
    assert "**11." in shown(study, message)
    assert "Cargo ships" not in shown(study, message)
    await study.other.click(message, custom_id=button(message, "Previous"))
    assert "**1. Cargo ships" in shown(study, message)


async def test_wanting_to_hear_more_of_a_lecture_is_a_vote(study: World):
    await scheduled(study, when="2026-01-12 10:00")
    await lecture_given(study)
    result = await press(study, study.other, carrier(study), "bk:more:1")
    assert "that is you" in study.sim.private_replies(result)[-1]
    message = await listed(study, study.moderator)
    assert "more of the lecture of" in shown(study, message)
    await study.moderator.click(message, custom_id=button(message, "Vote: 1"))
    assert "2 votes" in shown(study, message)
    await press(study, study.moderator, carrier(study), "bk:more:1")
    (topic,) = await topics(study)
    assert len((await rows(study))["topic_wishes"]) == 1
    assert topic.title == "Logistics"


async def more_heard(world: World) -> None:
    """More was heard of the lecture of the 12th on the 20th; two people had wished for it."""
    await scheduled(world, when="2026-01-12 10:00")
    await lecture_given(world)
    for who in (world.other, world.moderator):
        await press(world, who, carrier(world), "bk:more:1")
    message = await previewed(world, "topic schedule", topic="Logistics", when="2026-01-20 10:00", kind="lecture")
    await world.moderator.click(message, label="Post")


async def test_a_wish_for_more_of_what_was_heard_again_puts_it_on_the_list_anew(study: World):
    await more_heard(study)
    result = await press(study, study.member, carrier(study), "bk:more:1")
    assert "もう日程が決まっています" in study.sim.private_replies(result)[-1]
    await press(study, study.member, carrier(study), "bk:more:1")
    await study.sim.advance_to(datetime(2026, 1, 20, 4, tzinfo=UTC))
    stands = await on_board(study)
    assert "There is no theme yet" in shown(study, stands)
    # Who has wished for it before can wish for more of it again, wherever they press.
    result = await press(study, study.other, carrier(study), "bk:more:1")
    assert "There was more of it at" in study.sim.private_replies(result)[-1]
    await press(study, study.moderator, carrier(study), "bk:more:2")
    await at_rest(study)
    assert "Logistics** · 2 votes" in shown(study, board(study))
    held, again = (await rows(study))["topics"]
    assert [(row[3], row[-1]) for row in (held, again)] == [(1, 2), (2, None)]
    assert len((await rows(study))["topic_wishes"]) == 4


async def test_a_wish_for_more_opens_a_theme_that_was_closed(study: World):
    await scheduled(study, when="2026-01-12 10:00")
    await lecture_given(study)
    await press(study, study.other, carrier(study), "bk:more:1")
    await told(study, study.moderator, "topic close", topic="Logistics")
    assert await topics(study) == []
    # It counts once, and is not taken back.
    result = await press(study, study.other, carrier(study), "bk:more:1")
    assert "that is you" in study.sim.private_replies(result)[-1]
    assert [topic.state for topic in await topics(study)] == [TopicState.OPEN]
    assert len((await rows(study))["topic_wishes"]) == 1


async def test_somebody_kept_from_sessions_wishes_for_no_more_and_can_take_a_wish_back(study: World):
    await scheduled(study, when="2026-01-12 10:00")
    await lecture_given(study)
    await press(study, study.other, carrier(study), "bk:more:1")
    await told(study, study.moderator, "mod restrict", member=study.other, **{"from": "sessions"})
    result = await press(study, study.other, carrier(study), "bk:more:1")
    assert "Taken back" in study.sim.private_replies(result)[-1]
    async with nothing_written(study):
        await press(study, study.other, carrier(study), "bk:more:1")


async def lecture_given(world: World) -> None:
    """Days pass, and the session is over."""
    await world.sim.advance_to(datetime(2026, 1, 12, 4, tzinfo=UTC))


# The list in the channel


async def test_the_list_in_the_channel_takes_votes_shows_them_and_works_after_a_restart(study: World):
    await proposed(study, study.other, "Fish prices")
    await proposed(study, study.other, "Tea ceremony")
    message = await on_board(study)
    assert "**1. Fish prices** · 1 vote" in shown(study, message)
    assert message.pinned
    await study.sim.restart()
    result = await study.member.click(message, label="Vote: 2")
    (answer,) = result.followups
    assert answer.ephemeral
    assert "現在2票です" in shown(study, answer)
    await at_rest(study)
    text = shown(study, board(study))
    assert "**1. Tea ceremony** · 2 votes" in text
    assert "yuki" not in text
    assert study.member.mention not in text
    await study.member.click(answer, custom_id=button(answer, "取り消す"))
    await at_rest(study)
    assert "**1. Fish prices** · 1 vote" in shown(study, board(study))


async def test_somebody_proposes_from_the_list_in_the_channel(study: World):
    message = await on_board(study)
    assert "There is no theme yet" in shown(study, message)
    form = await study.other.click(message, label="Propose a theme")
    sent = await study.other.submit_modal(form, {"theme": "Fish prices"})
    assert "with your vote" in shown(study, sent.followups[-1])
    await at_rest(study)
    assert "Fish prices" in shown(study, board(study))


async def test_an_empty_theme_is_refused_and_the_form_opens_again(study: World):
    message = await on_board(study)
    form = await study.other.click(message, label="Propose a theme")
    sent = await study.other.submit_modal(form, {"theme": " \u3000 "})
    assert "“Theme” is empty" in shown(study, sent.followups[-1])
    again = await study.other.click(sent.followups[-1], label="Correct it")
    await study.other.submit_modal(again, {"theme": "Fish prices"})
    assert [topic.title for topic in await topics(study)] == ["Fish prices"]


async def test_the_list_is_taken_down_and_follows_its_group_to_another_channel(study: World):
    await proposed(study, study.other, "Fish prices")
    await on_board(study)
    tea = study.guild.create_text_channel("tea")
    await study.moderator.slash(study.general, "group edit", name="Asakai", channel=tea)
    await at_rest(study)
    assert board(study) is None
    assert "Fish prices" in shown(study, board(study, tea))
    message = await listed(study, study.moderator)
    await study.moderator.click(message, label="Take it out of the channel")
    await at_rest(study)
    assert board(study, tea) is None
    await study.moderator.click(message, label="Show it in the channel")
    await at_rest(study)
    assert board(study, tea) is not None


async def test_only_organizers_put_the_list_into_the_channel(study: World):
    await proposed(study, study.other, "Fish prices")
    message = await a_message(study)
    async with nothing_written(study):
        text = refusal(study, await press(study, study.other, message, "bk:themeboard:1:post"))
        assert "organizers" in text


async def a_message(world: World) -> Any:
    """A message of the bot's that all see."""
    await scheduled(world, "Something", when="2026-03-01 10:00")
    await at_rest(world)
    return carrier(world)


async def test_whose_votes_go_with_them_is_not_counted_any_more(study: World):
    await proposed(study, study.other, "Fish prices")
    await told(study, study.moderator, "topic vote", topic="Fish prices")
    await on_board(study)
    await study.sim.run(study.app.services.members.left(study.guild.id, study.other.id))
    await at_rest(study)
    assert "Fish prices** · 1 vote" in shown(study, board(study))
    (topic,) = await topics(study)
    assert topic.proposer_id == 0


# Giving it a date


async def test_the_winner_becomes_the_theme_of_the_next_session_that_waits_for_one(study: World):
    await in_series(study, count=3)
    await proposed(study, study.other, "Fish prices")
    await proposed(study, study.other, "Tea ceremony")
    await told(study, study.moderator, "topic vote", topic="Tea ceremony")
    await study.other.slash(study.general, "session rsvp", session="朝の会", answer="going")
    await at_rest(study)
    message = await listed(study, study.moderator)
    await study.moderator.click(message, label="Plan the first one")
    text = shown(study, message)
    assert "2 people would come to **Tea ceremony**" in text
    assert "The next session of the group that waits for a theme is **朝の会**" in text
    assert "silently" in text
    assert {each.theme for each in await sessions(study)} == {"朝の会"}
    await study.sim.restart()
    await study.moderator.click(message, label="Take this session")
    assert "is about **Tea ceremony** now" in shown(study, message)
    assert [each.theme for each in await sessions(study)] == ["Tea ceremony", "朝の会", "朝の会"]
    text = shown(study, await listed(study, study.moderator))
    assert "has its date" in text
    refused = await told(study, study.moderator, "topic schedule", topic="Tea ceremony")
    assert "has its date already" in refused
    async with nothing_written(study):
        refused = await told(study, study.other, "topic vote", topic="Tea ceremony")
        assert "has its date already" in refused
    # The next one takes the next date.
    message = await previewed(study, "topic schedule", topic="Fish prices")
    await study.moderator.click(message, label="Take this session")
    assert [each.theme for each in await sessions(study)] == ["Tea ceremony", "Fish prices", "朝の会"]


async def test_a_theme_whose_session_is_off_waits_for_another_date_with_its_votes(study: World):
    await in_series(study, count=3)
    await proposed(study, study.other, "Fish prices")
    message = await previewed(study, "topic schedule", topic="Fish prices")
    await study.moderator.click(message, label="Take this session")
    await called_off(study, session="Fish prices")
    assert "1 vote" in shown(study, await listed(study, study.moderator))
    message = await previewed(study, "topic schedule", topic="Fish prices")
    await study.moderator.click(message, label="Take this session")
    await date_skipped(study, series="朝の会", on="2026-01-14")
    (topic,) = await topics(study)
    assert topic.state is TopicState.OPEN


async def test_a_theme_is_free_again_when_its_session_gets_another_one(study: World):
    await scheduled_theme(study, "Fish prices", "2026-01-14 19:00")
    await told(study, study.moderator, "session edit", session="Fish prices", theme="Fish prices in winter")
    (topic,) = await topics(study)
    assert topic.state is TopicState.PLANNED
    await told(study, study.moderator, "session edit", session="Fish prices in winter", theme="Steel")
    (topic,) = await topics(study)
    assert topic.state is TopicState.OPEN


async def scheduled_theme(world: World, theme: str, when: str) -> None:
    """A theme with a session of its own at that time."""
    await proposed(world, world.other, theme)
    message = await previewed(world, "topic schedule", topic=theme, when=when)
    assert f"1 person would come to **{theme}**" in shown(world, message)
    await world.moderator.click(message, label="Post")


async def test_a_theme_gets_a_session_of_its_own_at_the_time_that_is_said(study: World):
    await scheduled_theme(study, "Fish prices", "2026-01-14 19:00")
    await at_rest(study)
    (session,) = await sessions(study)
    assert (session.theme, session.starts_at) == ("Fish prices", datetime(2026, 1, 14, 10, tzinfo=UTC))
    assert "Fish prices" in shown(study, announcements(study)[0])
    (topic,) = await topics(study)
    assert topic.planned_session_id == session.id
    await study.sim.advance_to(datetime(2026, 1, 14, 13, tzinfo=UTC))
    assert await topics(study) == []


async def test_a_time_with_two_readings_is_asked_and_the_theme_still_gets_its_date(study: World):
    await proposed(study, study.other, "Fish prices")
    message = await previewed(study, "topic schedule", topic="Fish prices", when="1/14 7時")
    assert "can mean" in shown(study, message)
    await study.moderator.click(message, custom_id=[b for b in ids(study, message) if "whichsession" in b][1])
    form = await study.moderator.click(message, label="Change first")
    values = {"theme": "Fish prices", "when": "2026-01-15 19:00", "duration": "90", "venue": "", "description": ""}
    await study.moderator.submit_modal(form, values)
    await study.moderator.click(message, label="Post")
    (topic,) = await topics(study)
    (session,) = await sessions(study)
    assert topic.planned_session_id == session.id
    assert session.duration == 90


def ids(world: World, message: Any) -> list[str]:
    stored = world.sim.env.backend.get_message(message.channel_id, message.id)
    return [part["custom_id"] for row in stored.components for part in row["components"]]


async def test_without_a_waiting_session_a_free_date_of_the_usual_time_is_proposed(study: World):
    await scheduled(study, "Once", when="2026-01-13 19:00")
    await proposed(study, study.other, "Fish prices")
    message = await previewed(study, "topic schedule", topic="Fish prices")
    # The same weekday and hour, a week ahead, and not on the day on which the group meets already.
    assert f"<t:{int(datetime(2026, 1, 20, 10, tzinfo=UTC).timestamp())}:F>" in shown(study, message)
    await study.moderator.click(message, label="Post")
    assert [each.theme for each in await sessions(study)] == ["Once", "Fish prices"]


async def test_no_free_date_is_proposed_on_a_day_that_a_series_of_the_group_skips(study: World):
    await in_series(study, name="Monthly", rule="third Tuesday 07:00")
    await date_skipped(study, series="Monthly", on="2026-01-20")
    await scheduled(study, "Once", when="2026-01-13 19:00")
    await proposed(study, study.other, "Fish prices")
    message = await previewed(study, "topic schedule", topic="Fish prices", kind="lecture")
    assert f"<t:{int(datetime(2026, 1, 27, 10, tzinfo=UTC).timestamp())}:F>" in shown(study, message)


async def test_where_nothing_says_when_the_group_meets_its_organizer_is_asked(study: World):
    await proposed(study, study.other, "Fish prices")
    message = await previewed(study, "topic schedule", topic="Fish prices")
    assert "Please say when **Fish prices**" in shown(study, message)
    form = await study.moderator.click(message, label="Choose the date")
    sent = await study.moderator.submit_modal(form, {"when": "soonish"})
    assert "What you wrote is not lost" in shown(study, sent.followups[-1])
    form = await study.moderator.click(message, label="Choose the date")
    await study.moderator.submit_modal(form, {"when": "2026-01-20 19:00"})
    await study.moderator.click(message, label="Post")
    assert [each.theme for each in await sessions(study)] == ["Fish prices"]


async def test_two_organizers_at_once_give_a_theme_one_date(study: World):
    await proposed(study, study.other, "Fish prices")
    first = await previewed(study, "topic schedule", topic="Fish prices", when="2026-01-14 19:00")
    second = await previewed(study, "topic schedule", topic="Fish prices", when="2026-01-15 19:00")
    await study.sim.simultaneous(*(study.moderator.click(each, label="Post") for each in (first, second)))
    assert len(await sessions(study)) == 1


async def test_what_was_offered_and_has_moved_is_shown_again(study: World):
    await in_series(study, count=1)
    await proposed(study, study.other, "Fish prices")
    message = await previewed(study, "topic schedule", topic="Fish prices")
    move = await previewed(study, "session edit", session="朝の会", when="2026-01-08 07:00")
    await study.moderator.click(move, label="Move it")
    await study.moderator.click(message, label="Take this session")
    assert "has changed meanwhile" in shown(study, message)
    await study.moderator.click(message, label="Take this session")
    assert [each.theme for each in await sessions(study)] == ["Fish prices"]


async def test_a_member_plans_a_discussion_of_it_and_hosts_it(study: World):
    await in_series(study, count=1)
    await proposed(study, study.other, "Fish prices")
    assert "join" in (await told(study, study.other, "topic schedule", topic="Fish prices")).lower()
    await study.other.slash(study.general, "group join", group="Asakai")
    message = await previewed(study, "topic schedule", study.other, topic="Fish prices")
    # The series is the organizers'.
    assert "You will be its host" in shown(study, message)
    await study.other.click(message, label="Post")
    assert [each.kind for each in await sessions(study)][-1] == "discussion"
    assert {each.theme for each in await sessions(study)} == {"朝の会", "Fish prices"}


async def test_a_theme_of_a_hidden_group_does_not_exist(study: World):
    secret = study.guild.create_text_channel("secret")
    await with_group(study, "Board", channel=secret)
    await proposed(study, study.moderator, "Takeover", group="Board")
    hide(study, secret)
    for command in ("topic vote", "topic close", "topic schedule"):
        assert "Takeover" in (refused := await told(study, study.other, command, topic="Takeover"))
        assert refused == (await told(study, study.other, command, topic="Nothing")).replace("Nothing", "Takeover")
    assert "Takeover" not in shown(study, await listed(study, study.other))
    for option in ("topic vote", "topic schedule"):
        assert await study.other.autocomplete(study.general, option, "topic", "") == []
    # Nor does it hinder a theme of that name elsewhere.
    assert "with your vote" in await proposed(study, study.other, "Takeover")


async def test_the_choices_begin_with_what_most_people_want(study: World):
    await proposed(study, study.other, "Fish prices")
    await proposed(study, study.member, "Tea ceremony")
    await told(study, study.moderator, "topic vote", topic="Tea ceremony")
    found = await study.moderator.autocomplete(study.general, "topic schedule", "topic", "")
    assert [each["name"] for each in found] == ["Tea ceremony (Asakai, 2 votes)", "Fish prices (Asakai, 1 vote)"]
    found = await study.moderator.autocomplete(study.general, "topic vote", "topic", "")
    assert [each["name"].split(" (")[0] for each in found] == ["Fish prices", "Tea ceremony"]
    await study.moderator.slash(study.general, "topic vote", topic=found[0]["value"])
    assert len((await rows(study))["topic_wishes"]) == 4
