"""Who hears of a change, once; and what moderators hear."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.communities import NewSettings
from bot.domain.groups import StudyGroup
from bot.domain.mirrors import Mirror, MirrorState
from bot.domain.notices import NOTICE_LIVES, PEOPLE, Trouble
from bot.domain.posts import Post, PostState, Settled
from bot.domain.rsvps import Answer
from bot.domain.sessions import Session
from bot.domain.setup import TO_ANNOUNCE, TO_READ_BACK
from bot.domain.steps import Step, StepState
from bot.domain.told import by_start
from tests.domain.limbo import comes_to_nothing, read_up, refused, under_way
from tests.domain.reminding import ANNOUNCEMENTS, GUILD, LOG, MODERATOR, SECRET, Club, Sent, a_club, at, pings

NOON = at(13, 12)
"""When these tests begin."""


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as club:
        yield club


async def told(club: Club) -> list[Sent]:
    """What goes out now."""
    return await club.until(club.clock.at)


def moves(sent: list[Sent]) -> list[tuple[datetime | None, datetime, frozenset[int]]]:
    return [(one.value.old_start, one.value.session.starts_at, one.pinged) for one in sent if one.kind == "moved"]


# Moves


async def test_those_who_may_come_are_told_old_and_new_time_in_the_thread(club: Club):
    session = await club.schedule(capacity=1)
    await club.answer(session, Answer.GOING, 11, 12)
    await club.answer(session, Answer.MAYBE, 13)
    thread = await club.thread(session)
    await club.move(session, at(15, 19), reason="講師の都合")
    (one,) = await told(club)
    assert moves([one]) == [(at(15, 7), at(15, 19), frozenset({11, 12, 13}))]
    assert (one.channel_id, one.silent, one.value.reason) == (thread, False, "講師の都合")


@pytest.mark.parametrize("state", [MirrorState.ASKED, MirrorState.GONE])
async def test_without_a_thread_they_are_told_in_the_channel(club: Club, state: MirrorState):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.thread(session)
    async with club.db.reading(GUILD) as uow:
        mirror = await uow.mirrors.find("thread", session.id)
    assert mirror is not None
    await club.db.mirrors.write(mirror, state=state)
    await club.cancel(session)
    assert [one.channel_id for one in await told(club)] == [ANNOUNCEMENTS]


async def test_two_moves_before_delivery_are_one_notice_with_the_first_old_time(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.move(session, at(16, 7))
    await club.move(session, at(17, 7))
    assert moves(await told(club)) == [(at(15, 7), at(17, 7), frozenset({11}))]


async def test_there_and_back_before_delivery_tells_nobody(club: Club):
    session = await club.schedule(deadline=at(14, 7))
    await club.answer(session, Answer.GOING, 11)
    await club.answer(session, Answer.NOT_GOING, 12)
    await club.move(session, at(16, 7))
    await club.move(session, at(15, 7))
    assert await told(club) == []
    await club.move(session, at(18, 7))
    assert {(old, new) for old, new, _ in moves(await told(club))} == {(at(15, 7), at(18, 7))}


async def test_there_and_back_is_told_to_those_who_had_read_of_the_first_move(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.move(session, at(16, 7))
    await told(club)
    await club.answer(session, Answer.GOING, 12)
    await club.move(session, at(15, 7))
    assert moves(await told(club)) == [(at(16, 7), at(15, 7), frozenset({11, 12}))]


async def test_whoever_answered_between_two_untold_moves_is_told_from_the_time_they_saw(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.move(session, at(16, 7))
    await club.answer(session, Answer.GOING, 12)
    await club.move(session, at(15, 7))
    assert moves(await told(club)) == [(at(16, 7), at(15, 7), frozenset({12}))]


async def test_of_a_notice_in_parts_only_those_whose_part_was_read_are_told_of_the_way_back(club: Club):
    session = await club.schedule()
    people = list(range(100, 100 + PEOPLE + 3))
    await club.answer(session, Answer.GOING, *people)
    await club.move(session, at(16, 7))
    first, _second = await club.claim()
    await club.attempt(first)
    await club.move(session, at(15, 7))
    assert moves(await told(club)) == [(at(16, 7), at(15, 7), frozenset(people[:PEOPLE]))]


async def test_a_notice_that_may_have_arrived_counts_as_read(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.move(session, at(16, 7))
    (post,) = await club.claim()
    async with club.db(GUILD) as uow:
        await uow.posts.settle(Settled(post, PostState.RETRY, "500", club.clock.at, in_doubt=True))
    await club.move(session, at(15, 7))
    assert (at(16, 7), at(15, 7), frozenset({11})) in moves(await told(club))


async def test_decliners_are_told_of_a_move_by_dm_and_never_pinged_in_public(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.NOT_GOING, 21, 22)
    await club.answer(session, Answer.GOING, 11)
    await club.move(session, at(16, 7))
    sent = await told(club)
    assert {one.member_id for one in sent} == {0, 21, 22}
    for one in sent:
        assert one.value.private is bool(one.member_id)
        assert one.silent is bool(one.member_id)
        assert one.pinged == (frozenset() if one.member_id else {11})


async def test_a_decliner_with_closed_dms_is_left_in_peace(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.NOT_GOING, 21)
    await club.thread(session)
    await club.move(session, at(16, 7))
    await club.deliver(PostState.UNDELIVERABLE)
    assert await told(club) == []
    assert [post.member_id for post in await club.posts("moved")] == [21]
    assert await club.posts("notice") == []


async def test_whoever_declines_before_the_notice_arrives_is_not_pinged_by_it(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11, 12)
    await club.move(session, at(16, 7))
    await club.answer(session, Answer.NOT_GOING, 12)
    assert moves(await told(club)) == [(at(15, 7), at(16, 7), frozenset({11}))]
    await club.move(session, at(17, 7))
    await club.answer(session, Answer.NOT_GOING, 11)
    assert {one.member_id for one in await told(club)} == {12}


async def test_a_move_notice_lives_to_the_later_and_may_wait_to_the_earlier_of_both_starts(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.answer(session, Answer.NOT_GOING, 12)
    for start, later, earlier in [(at(17, 7), at(17, 7), at(15, 7)), (at(14, 7), at(15, 7), at(14, 7))]:
        await club.move(session, start)
        for post in await club.posts("moved", PostState.PLANNED):
            assert (post.expires_at, post.starts_at, post.quiet) == (later, earlier, True)


async def test_a_new_time_and_place_given_together_are_told_together(club: Club):
    session = await club.schedule(venue="会議室A", deadline=at(14, 7))
    await club.answer(session, Answer.GOING, 11)
    await club.edit(session, starts_at=at(16, 7), venue="会議室B")
    (one,) = await told(club)
    assert (one.kind, one.value.fields) == ("moved", ("venue", "deadline"))
    assert "会議室B" in one.text
    await club.edit(session, starts_at=at(17, 7), venue="会議室C")
    await club.move(session, at(16, 7))
    (one,) = await told(club)
    assert (one.kind, one.value.fields) == ("edited", ("venue",))


async def test_no_first_attempt_of_an_edits_notice_with_the_old_time_begins_after_a_move(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.edit(session, venue="会議室B")
    (claimed,) = await club.claim()
    await club.move(session, at(16, 7))
    await club.attempt(claimed)
    assert club.sent == []
    sent = await told(club)
    assert sorted(one.kind for one in sent) == ["edited", "moved"]
    assert {one.value.session.starts_at for one in sent} == {at(16, 7)}


@pytest.mark.parametrize("how", ["limited", "absent"])
async def test_an_edits_notice_under_way_that_does_not_arrive_is_said_with_the_new_time(club: Club, how: Any):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.edit(session, venue="会議室B")
    (post,) = await under_way(club, "edited")
    await club.move(session, at(16, 7))
    await comes_to_nothing(club, post, how)
    sent = await club.until(at(14, 0))
    assert sorted(one.kind for one in sent) == ["edited", "moved"]
    (edited,) = [one for one in sent if one.kind == "edited"]
    assert (edited.value.session.starts_at, edited.value.fields) == (at(16, 7), ("venue",))
    assert (edited.value.mentions, edited.silent) == ((11,), True)


@pytest.mark.parametrize("how", ["limited", "absent"])
async def test_what_a_notice_that_did_not_arrive_would_have_told_is_told_beside_the_next_edit(club: Club, how: Any):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.edit(session, venue="会議室B", link="https://meet.example/x")
    (post,) = await under_way(club, "edited")
    await club.edit(session, theme="物流の基礎", venue="会議室C")
    await comes_to_nothing(club, post, how)
    sent = await club.until(at(14, 0))
    assert sorted(field for one in sent for field in one.value.fields) == ["link", "theme", "venue"]
    assert [one.value.mentions for one in sent] == [(11,), (11,)]


async def test_what_a_notice_told_that_arrived_after_all_is_not_told_again(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.edit(session, venue="会議室B")
    (post,) = await under_way(club, "edited")
    await club.move(session, at(16, 7))
    await read_up(club, post, 900)
    assert [one.kind for one in await club.until(at(14, 0))] == ["moved"]


async def test_a_new_place_told_with_a_new_time_is_told_although_that_time_is_old_again(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.edit(session, starts_at=at(16, 7), venue="会議室B")
    (post,) = await under_way(club, "moved")
    await club.move(session, at(17, 7))
    await comes_to_nothing(club, post, "limited")
    sent = await club.until(at(14, 0))
    assert {one.kind: one.value.fields for one in sent} == {"moved": (), "edited": ("venue",)}


async def test_a_new_place_told_with_a_new_time_is_told_if_the_thread_refuses_it_after_another_move(club: Club):
    session = await club.schedule()
    thread = await club.thread(session)
    await club.answer(session, Answer.GOING, 11)
    await club.edit(session, starts_at=at(16, 7), venue="会議室B")
    (post,) = await under_way(club, "moved")
    assert post.channel_id == thread
    await club.move(session, at(17, 7))
    await refused(club, post)
    sent = await club.until(at(14, 0))
    assert {one.kind: one.value.fields for one in sent if one.kind != "notice"} == {"moved": (), "edited": ("venue",)}


async def test_of_a_cancelled_session_nothing_else_is_told_whatever_did_not_arrive(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.edit(session, venue="会議室B")
    (post,) = await under_way(club, "edited")
    await club.cancel(session)
    await comes_to_nothing(club, post, "limited")
    assert [one.kind for one in await club.until(at(14, 0))] == ["cancelled"]
    assert len(await club.posts("edited")) == 1


async def test_an_edits_notice_that_waits_lives_to_the_new_start(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.edit(session, venue="会議室B")
    await club.move(session, at(16, 7))
    (post,) = await club.posts("edited")
    assert (post.starts_at, post.expires_at) == (at(16, 7), at(16, 7))


# Quiet hours


async def test_what_changes_at_night_is_told_at_its_end_or_at_once_if_that_is_too_late(club: Club):
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours="22:00-06:30"))
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.answer(session, Answer.NOT_GOING, 12)
    await club.until(at(14, 23))
    await club.edit(session, venue="会議室B")
    await club.move(session, at(15, 6, 45))
    await settle(club, "dawn", PostState.UNDELIVERABLE)
    waiting = [post for kind in ("edited", "moved", "notice") for post in await club.posts(kind, PostState.PLANNED)]
    assert [(post.due_at, post.not_before) for post in waiting] == [(at(14, 23), at(15, 6, 30))] * 4
    await club.move(session, at(15, 6, 44))
    for kind in ("edited", "moved"):
        for post in await club.posts(kind, PostState.PLANNED):
            assert post.not_before == at(14, 23), kind
    await club.cancel(session)
    (post,) = await club.posts("cancelled")
    assert post.not_before == at(14, 23)


# Edits and cancellations


async def test_an_edit_that_matters_is_told_once_to_those_who_may_come(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.answer(session, Answer.NOT_GOING, 12)
    await club.edit(session, venue="会議室B")
    await club.edit(session, theme="物流の基礎")
    (one,) = await told(club)
    assert (one.kind, one.value.fields, one.value.mentions, one.member_id) == ("edited", ("theme", "venue"), (11,), 0)
    assert one.silent, "nobody's phone rings for a corrected theme"
    await club.edit(session, link="https://meet.example/x")
    (one,) = await told(club)
    assert one.value.fields == ("link",)
    assert "meet.example" not in one.text, "the link is shown only to those who come"


async def test_what_matters_to_nobody_is_not_told(club: Club):
    session = await club.schedule()
    await club.edit(session, venue="会議室B")
    await club.answer(session, Answer.GOING, 11)
    await club.edit(session, description="詳細", capacity=20)
    assert await told(club) == []


async def test_a_cancellation_is_told_to_those_who_may_come_by_the_time_they_know(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.answer(session, Answer.NOT_GOING, 12)
    await club.edit(session, venue="会議室B")
    await club.move(session, at(16, 7))
    await club.cancel(session)
    (one,) = await told(club)
    assert (one.kind, one.pinged, one.value.old_start) == ("cancelled", {11}, at(15, 7))
    assert f"<t:{int(at(15, 7).timestamp())}:F>" in one.text
    (post,) = await club.posts("cancelled")
    assert (post.expires_at, post.starts_at) == (at(16, 7), at(15, 7))


async def test_many_are_told_in_parts_and_everybody_exactly_once(club: Club):
    session = await club.schedule()
    people = range(10**18, 10**18 + 2 * PEOPLE + 1)
    await club.answer(session, Answer.GOING, *people)
    await club.cancel(session)
    sent = await told(club)
    assert [len(one.pinged) for one in sent] == [PEOPLE, PEOPLE, 1]
    assert set().union(*pings(sent, "cancelled")) == set(people)


def test_people_are_grouped_by_the_start_they_believe_in_the_earliest_first():
    known = {2: at(14, 7), 4: at(14, 7), 5: at(16, 7)}
    assert by_start([1, 2, 3, 4, 5], known, at(15, 7)) == [
        (at(14, 7), [2, 4]),
        (at(15, 7), [1, 3]),
        (at(16, 7), [5]),
    ]


# Where it can't be told


async def test_a_promotion_to_closed_dms_is_told_in_the_thread(club: Club):
    session = await club.schedule(capacity=1)
    thread = await club.thread(session)
    await club.answer(session, Answer.GOING, 11, 12)
    await club.answer(session, Answer.NOT_GOING, 11)
    await club.deliver(PostState.UNDELIVERABLE)
    (one,) = await told(club)
    assert (one.kind, one.channel_id, one.member_id, one.pinged) == ("promotion", thread, 0, {12})
    assert await club.posts("notice") == []


async def test_a_promotion_whose_session_moved_while_its_dm_was_refused_is_told_with_the_new_time(club: Club):
    session = await club.schedule(capacity=1)
    thread = await club.thread(session)
    await club.answer(session, Answer.GOING, 11, 12)
    await club.answer(session, Answer.NOT_GOING, 11)
    (post,) = await under_way(club, "promotion")
    await club.move(session, at(16, 7))
    async with club.db(GUILD) as uow:
        refused = Settled(post, PostState.UNDELIVERABLE, "403 50007")
        assert await uow.posts.settle(refused)
        await club.kinds["promotion"].ended(uow, refused)
    (new,) = await club.posts("promotion", PostState.PLANNED)
    assert (new.channel_id, new.starts_at, new.expires_at) == (thread, at(16, 7), at(16, 7))


async def test_a_promotion_that_may_have_arrived_is_not_told_again_in_the_thread(club: Club):
    session = await club.schedule(capacity=1)
    await club.thread(session)
    await club.answer(session, Answer.GOING, 11, 12)
    await club.answer(session, Answer.NOT_GOING, 11)
    await club.deliver(PostState.UNCONFIRMED)
    assert [one.kind for one in await told(club)] == ["notice"]
    assert [post.member_id for post in await club.posts("promotion")] == [12]


async def test_a_change_that_the_thread_does_not_take_is_told_in_the_groups_channel(club: Club):
    group: StudyGroup = await club.add_group("役員会", SECRET)
    session: Session = await club.schedule(group_id=group.id)
    thread = await club.thread(session)
    await club.answer(session, Answer.GOING, 11)
    await club.move(session, at(16, 7))
    await club.deliver(PostState.UNDELIVERABLE)
    sent = await told(club)
    assert [(one.channel_id, one.pinged) for one in sent if one.kind == "moved"] == [(SECRET, {11})]
    assert [one.value.channel_id for one in sent if one.kind == "notice"] == [thread]


async def test_a_change_that_no_channel_takes_is_reported_and_ends_there(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, 11)
    await club.cancel(session)
    await club.deliver(PostState.UNDELIVERABLE)
    assert [(one.kind, one.channel_id) for one in await told(club)] == [("notice", LOG)]
    assert len(await club.posts("cancelled")) == 1


# What moderators hear


async def settle(club: Club, kind: str, state: PostState, reason: str = "403 50013", channel_id: int = 50) -> None:
    """A post of this kind, in this channel, has ended so."""
    async with club.db(GUILD) as uow:
        await club.kinds[kind].ended(uow, Settled(a_post(kind, channel_id), state, reason))


def a_post(kind: str, channel_id: int) -> Post:
    return Post(
        id=1,
        guild_id=GUILD,
        kind=kind,
        subject_id=1,
        channel_id=channel_id,
        member_id=0,
        revision=0,
        part=0,
        due_at=NOON,
        not_before=NOON,
        expires_at=NOON,
        starts_at=None,
        quiet=False,
        silent=False,
        data={},
        state=PostState.SENDING,
        reason=None,
        token=None,
        attempts=1,
        first_attempt_at=NOON,
        window_at=NOON,
        target_id=channel_id,
        payload="{}",
        nonce="1",
        in_doubt=False,
        cancel_wanted=False,
        message_id=0,
        sent_at=None,
    )


async def heard(club: Club) -> list[Trouble]:
    return [one.value for one in await told(club) if one.kind == "notice"]


async def test_moderators_hear_of_a_closed_channel_once_a_week(club: Club):
    for _ in range(3):
        await settle(club, "dawn", PostState.UNDELIVERABLE)
    (trouble,) = await heard(club)
    assert (trouble.problem, trouble.channel_id, trouble.cause) == ("undeliverable", 50, "403 50013")
    club.clock.at += NOTICE_LIVES - timedelta(minutes=1)
    await settle(club, "evening", PostState.UNDELIVERABLE)
    assert await heard(club) == [], "less than a week later, though in another calendar week"
    club.clock.at += timedelta(minutes=1)
    await settle(club, "dawn", PostState.UNDELIVERABLE)
    assert len(await heard(club)) == 1


async def test_another_channel_or_another_cause_is_another_notice(club: Club):
    await settle(club, "dawn", PostState.UNDELIVERABLE)
    await settle(club, "dawn", PostState.UNDELIVERABLE, channel_id=51)
    await settle(club, "dawn", PostState.UNDELIVERABLE, "404 10003")
    await settle(club, "dawn", PostState.UNCONFIRMED, "history unreadable")
    await settle(club, "dawn", PostState.UNCONFIRMED, "history unreadable")
    problems = [(trouble.problem, trouble.channel_id) for trouble in await heard(club)]
    assert sorted(problems) == [
        ("unconfirmed", 50),
        ("undeliverable", 50),
        ("undeliverable", 50),
        ("undeliverable", 51),
    ]


async def test_a_mistake_of_ours_is_one_notice_whatever_its_reference(club: Club):
    for code in ("aa11", "bb22"):
        await settle(club, "dawn", PostState.FAILED, f"400 50035 [{code}]")
        async with club.db(GUILD) as uow:
            step = Step(7, GUILD, "dawn", 1, 0, NOON, StepState.FAILED, 8, NOON)
            await club.services.notices.report_step(uow, step, code)
    assert [(trouble.problem, trouble.cause) for trouble in await heard(club)] == [
        ("failed", "400 50035 [aa11]"),
        ("step", "aa11"),
    ]


async def test_what_discord_does_not_let_us_show_and_what_people_delete_is_told(club: Club):
    mirror = Mirror(5, GUILD, "thread", 1, 50, 900, 2, 1, NOON, None, NOON, NOON, 1, 0, MirrorState.ASKED)
    async with club.db(GUILD) as uow:
        for cause in ("403 50013", "deleted", "deleted"):
            await club.services.notices.report_mirror(uow, mirror, cause)
    assert [(trouble.problem, trouble.cause) for trouble in await heard(club)] == [
        ("refused", "thread: 403 50013"),
        ("deleted", "thread: deleted"),
    ]


@pytest.mark.parametrize(
    ("kind", "channel_id", "needed"),
    [
        ("announcement", 50, TO_READ_BACK),
        ("thread", 50, TO_ANNOUNCE),
        ("upcoming", 50, (*TO_READ_BACK, "pin_messages")),
        ("event", 0, ("create_events",)),
    ],
)
async def test_of_what_is_forbidden_moderators_hear_which_permission_is_missing_where(
    club: Club, kind: str, channel_id: int, needed: tuple[str, ...]
):
    mirror = Mirror(5, GUILD, kind, 1, channel_id, 900, 2, 1, NOON, None, NOON, NOON, 1, 0, MirrorState.LIVE)
    async with club.db(GUILD) as uow:
        await club.services.notices.report_mirror(uow, mirror, "403 50013")
        (post,) = await uow.posts.of_subject("notice", channel_id)

        def lacking(guild_id: int, where: int, asked: Sequence[str]) -> tuple[int, tuple[str, ...]]:
            assert (guild_id, where, tuple(asked)) == (GUILD, channel_id, needed)
            return 77, (asked[-1],)

        told = await club.services.notices.describe_trouble(uow, post, lacking=lacking)
        assert (told.grant_in, told.lacks) == (77, (needed[-1],))
        told = await club.services.notices.describe_trouble(uow, post, lacking=lambda *_: (channel_id, ()))
        assert told.lacks == needed, "granted meanwhile, or not to be seen: any may have been missing"


async def test_a_notice_waits_for_the_end_of_the_night_and_expires_after_a_week(club: Club):
    await settle(club, "dawn", PostState.UNDELIVERABLE)
    (post,) = await club.posts("notice")
    assert (post.quiet, post.silent, post.channel_id) == (True, False, LOG)
    assert post.expires_at == NOON + timedelta(days=7)


async def test_trouble_with_the_notices_themselves_makes_no_further_notice(club: Club):
    await settle(club, "notice", PostState.UNDELIVERABLE, channel_id=LOG)
    async with club.db(GUILD) as uow:
        await uow.communities.change(log_channel=0)
    await settle(club, "dawn", PostState.UNDELIVERABLE)
    assert await club.posts("notice") == []


async def test_what_was_deleted_by_hand_comes_back_when_its_session_is_edited_or_moved(club: Club):
    for change in ({"venue": "会議室B"}, {"starts_at": at(16, 7)}):
        session = await club.schedule()
        async with club.db.reading(GUILD) as uow:
            mirror = await uow.mirrors.find("announcement", session.id)
        assert mirror is not None
        await club.db.mirrors.write(mirror, state=MirrorState.ASKED, remote_id=900, rebuilt=1, shown=mirror.wanted)
        await club.answer(session, Answer.GOING, 11)
        async with club.db.reading(GUILD) as uow:
            still = await uow.mirrors.find("announcement", session.id)
        assert still is not None
        assert still.state is MirrorState.ASKED, "an answer alone does not bring it back"
        await club.edit(session, **change)
        async with club.db.reading(GUILD) as uow:
            again = await uow.mirrors.find("announcement", session.id)
        assert again is not None
        assert (again.state, again.remote_id, again.parent_id) == (MirrorState.LIVE, 0, ANNOUNCEMENTS)
        assert again.shown < again.wanted
