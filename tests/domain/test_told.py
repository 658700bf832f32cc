"""Who is told of a change, and how: the preview, the answer and what goes out are one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain.errors import InvalidText, NotAllowed, Unknown
from bot.domain.groups import StudyGroup
from bot.domain.rsvps import Answer
from bot.domain.series import NewSeries, SeriesChange, SeriesEditPreview, SeriesEnded, SeriesOver
from bot.domain.sessions import (
    Cancelled,
    CancelPreview,
    NewSession,
    Session,
    SessionChange,
    SessionNotOpen,
    SessionState,
)
from bot.domain.told import SOON, Told
from tests.domain.reminding import Club, Sent, a_club
from tests.domain.study import GUILD, MODERATOR, at, person, time_of

GOING, LATE, MAYBE, NO, WAITS, HOST = 11, 12, 13, 14, 15, 16


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as opened:
        yield opened


async def answered(club: Club, **values: Any) -> Session:
    """A session with three places, of which two are taken, and with somebody for each answer."""
    session = await club.schedule(capacity=2, **values)
    await club.answer(session, Answer.GOING, GOING)
    await club.answer(session, Answer.LATE, LATE)
    await club.answer(session, Answer.MAYBE, MAYBE)
    await club.answer(session, Answer.NOT_GOING, NO)
    await club.answer(session, Answer.GOING, WAITS)
    return session


async def heard(club: Club, kinds: tuple[str, ...] = ("moved", "edited", "cancelled")) -> list[Sent]:
    return [one for one in await club.until(club.clock.now()) if one.kind in kinds]


def readers(sent: list[Sent]) -> set[int]:
    return {member for one in sent for member in ((one.member_id,) if one.member_id else one.value.mentions)}


def check(told: Told, sent: list[Sent]) -> None:
    """What was announced of the notices is what went out."""
    assert readers(sent) == told.people
    public = [one for one in sent if not one.member_id]
    assert readers(public) == told.in_public
    assert readers([one for one in sent if one.member_id]) == told.in_private
    assert all(one.channel_id == told.channel_id for one in public)
    assert all(one.silent for one in sent) is told.silently or not public
    assert bool(sent) is (told.nobody is None)


async def test_a_moves_preview_its_answer_and_its_notices_name_the_same_people(club: Club):
    session = await answered(club)
    sessions = club.services.sessions
    shown = await sessions.preview_move(GUILD, MODERATOR, session.id, SessionChange(starts_at=at(16, 7)))
    moved = await sessions.confirm_move(GUILD, MODERATOR, shown.draft_id)
    assert shown.told == moved.told
    assert moved.told.in_public == {GOING, LATE, MAYBE, WAITS}
    assert moved.told.in_private == {NO}
    check(moved.told, await heard(club))


async def test_who_moves_their_own_session_is_not_counted_among_the_told_even_if_they_declined(club: Club):
    await club.services.memberships.join(GUILD, person(HOST), None)
    see = replace(MODERATOR, member_id=HOST, moderator=False)
    new = NewSession(club.group.id, "茶", at(15, 7), kind="discussion")
    session = (await club.services.sessions.schedule(GUILD, see, new)).session
    await club.answer(session, Answer.NOT_GOING, HOST)
    moved = await club.services.sessions.edit(GUILD, see, session.id, SessionChange(starts_at=at(16, 7)))
    assert (moved.told.people, moved.told.nobody) == (frozenset(), "no answers")
    check(moved.told, await heard(club))


async def test_whoever_knows_the_time_already_is_not_told_again_and_the_answer_says_so(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.GOING, GOING)
    await club.move(session, at(16, 7))
    back = await club.services.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(starts_at=at(15, 7)))
    assert (back.told.people, back.told.nobody) == (frozenset(), "known")
    check(back.told, await heard(club))


@pytest.mark.parametrize(
    ("changes", "before_start", "nobody", "silently"),
    [
        ({"theme": "物流の基礎"}, timedelta(days=1), None, True),
        ({"venue": "会議室B"}, timedelta(days=1), None, True),
        ({"venue": "会議室B"}, SOON + timedelta(minutes=1), None, True),
        ({"venue": "会議室B"}, SOON, None, False),
        ({"link": "https://example.org/x"}, timedelta(minutes=5), None, False),
        ({"theme": "物流の基礎"}, timedelta(minutes=5), None, True),
        ({"description": "詳細"}, timedelta(days=1), "not told of", True),
        ({"capacity": 1}, timedelta(days=1), "not told of", True),
        ({"venue": "会議室B"}, -timedelta(minutes=5), "over", True),
    ],
)
async def test_an_edit_is_told_silently_unless_people_would_go_to_the_wrong_place(
    club: Club, changes: Any, before_start: timedelta, nobody: Any, silently: bool
):
    session = await answered(club)
    club.clock.at = session.starts_at - before_start
    await heard(club)
    edited = await club.services.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(**changes))
    assert edited.told.nobody == nobody
    sent = await heard(club)
    check(edited.told, sent)
    assert [one.silent for one in sent] == ([silently] if nobody is None else [])


async def test_a_corrected_typo_in_the_description_sends_nothing_at_all(club: Club):
    session = await answered(club)
    await heard(club)
    await club.edit(session, description="物流の基礎")
    assert await club.until(club.clock.now()) == []


async def test_nobody_can_be_told_without_a_channel_and_it_is_said(club: Club):
    session = await answered(club)
    async with club.db(GUILD) as uow:
        await uow.communities.change(announcements_channel=0)
    told = (await club.services.sessions.preview_cancel(GUILD, MODERATOR, session.id)).told
    assert (told.people, told.nobody, told.unheard) == (frozenset(), "no channel", True)


async def test_a_series_that_changes_counts_each_person_once(club: Club):
    series = await club.services.series.create(GUILD, MODERATOR, weekly(club.group))
    first, second = series.sessions[:2]
    for session in (first, second):
        await club.answer(session, Answer.GOING, GOING)
        await club.answer(session, Answer.NOT_GOING, NO)
    shown = await club.services.series_ends.preview(GUILD, MODERATOR, "朝の会", "終了")
    assert (len(shown.sessions), shown.answered, shown.announced, len(shown.told.people)) == (8, 2, 1, 1)
    over = await club.services.series_ends.confirm(GUILD, MODERATOR, shown.draft_id)
    assert isinstance(over, SeriesOver)
    assert (over.called_off, len(over.told.people)) == (8, 1)
    assert readers(await heard(club)) == {GOING}


def weekly(group: StudyGroup) -> NewSeries:
    return NewSeries(group.id, "朝の会", "FREQ=WEEKLY;BYDAY=WE", time_of(7))


# Cancelling


async def test_a_cancellation_is_shown_first_and_happens_once(club: Club):
    session = await answered(club)
    sessions = club.services.sessions
    shown = await sessions.preview_cancel(GUILD, MODERATOR, session.id, "台風")
    assert (shown.reason, shown.told.in_public, shown.told.in_private) == ("台風", {GOING, LATE, MAYBE, WAITS}, set())
    assert await heard(club) == []
    done = await sessions.confirm_cancel(GUILD, MODERATOR, shown.draft_id)
    assert isinstance(done, Cancelled)
    assert done.told == shown.told
    check(done.told, await heard(club))
    after = done.view.session
    assert (after.cancelled_at, after.cancelled_because) == (club.clock.now(), "台風")
    with pytest.raises(Unknown):
        await sessions.confirm_cancel(GUILD, MODERATOR, shown.draft_id)


async def test_a_session_that_nobody_answered_for_is_cancelled_without_a_word(club: Club):
    session = await club.schedule()
    await club.answer(session, Answer.NOT_GOING, NO)
    done = await club.services.sessions.cancel(GUILD, MODERATOR, session.id)
    assert (done.told.people, done.told.nobody) == (frozenset(), "no answers")
    check(done.told, await heard(club))


async def test_what_has_begun_is_cancelled_without_telling_those_who_are_there(club: Club):
    session = await answered(club)
    club.clock.at = session.starts_at + timedelta(minutes=5)
    done = await club.services.sessions.cancel(GUILD, MODERATOR, session.id)
    assert done.told.nobody == "over"
    check(done.told, await heard(club))


async def test_what_was_moved_since_it_was_shown_is_shown_again_and_not_cancelled(club: Club):
    session = await answered(club)
    sessions = club.services.sessions
    shown = await sessions.preview_cancel(GUILD, MODERATOR, session.id, "会場の都合")
    await club.move(session, at(16, 7))
    again = await sessions.confirm_cancel(GUILD, MODERATOR, shown.draft_id)
    assert isinstance(again, CancelPreview)
    assert (again.again, again.session.starts_at, again.reason) == (True, at(16, 7), "会場の都合")
    assert (await sessions.show(GUILD, MODERATOR, session.id)).session.state is SessionState.SCHEDULED
    assert isinstance(await sessions.confirm_cancel(GUILD, MODERATOR, again.draft_id), Cancelled)


async def test_what_is_kept_stays_and_its_button_is_used_up(club: Club):
    session = await answered(club)
    sessions = club.services.sessions
    shown = await sessions.preview_cancel(GUILD, MODERATOR, session.id)
    assert (await sessions.keep(GUILD, MODERATOR, shown.draft_id)).state is SessionState.SCHEDULED
    for press in (sessions.confirm_cancel, sessions.keep):
        with pytest.raises(Unknown):
            await press(GUILD, MODERATOR, shown.draft_id)
    assert await heard(club) == []


async def test_only_its_author_confirms_and_only_while_they_may(club: Club):
    session = await answered(club)
    sessions = club.services.sessions
    shown = await sessions.preview_cancel(GUILD, MODERATOR, session.id)
    for actor in (person(GOING), replace(MODERATOR, member_id=99), replace(MODERATOR, sees=lambda _: False)):
        if actor.moderator and actor.member_id == MODERATOR.member_id:
            continue
        with pytest.raises(Unknown):
            await sessions.confirm_cancel(GUILD, actor, shown.draft_id)
    with pytest.raises(NotAllowed):
        await sessions.confirm_cancel(GUILD, replace(MODERATOR, moderator=False), shown.draft_id)
    with pytest.raises(NotAllowed):
        await sessions.preview_cancel(GUILD, person(GOING), session.id)
    with pytest.raises(InvalidText):
        await sessions.preview_cancel(GUILD, MODERATOR, session.id, "長" * 301)
    other = await sessions.preview_cancel(GUILD, MODERATOR, session.id)
    await club.cancel(session)
    with pytest.raises(SessionNotOpen):
        await sessions.confirm_cancel(GUILD, MODERATOR, other.draft_id)


async def test_a_series_is_ended_once_and_kept_without_a_word(club: Club):
    await club.services.series.create(GUILD, MODERATOR, weekly(club.group))
    ends = club.services.series_ends
    shown = await ends.preview(GUILD, MODERATOR, "朝の会")
    assert (await ends.keep(GUILD, MODERATOR, shown.draft_id)).ended_at is None
    with pytest.raises(Unknown):
        await ends.confirm(GUILD, MODERATOR, shown.draft_id)
    first, second = [await ends.preview(GUILD, MODERATOR, "朝の会") for _ in range(2)]
    assert (await ends.confirm(GUILD, MODERATOR, first.draft_id)).called_off == 8
    with pytest.raises(SeriesEnded):
        await ends.confirm(GUILD, MODERATOR, second.draft_id)


# Fewer places than people


async def test_with_fewer_places_than_people_nobody_loses_theirs_and_the_line_stays(club: Club):
    session = await club.schedule(capacity=4)
    await club.answer(session, Answer.GOING, 1, 2, 3, 4, 5, 6)
    edited = await club.services.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(capacity=2))
    assert [r.member_id for r in edited.view.coming] == [1, 2, 3, 4]
    assert [r.member_id for r in edited.view.waiting] == [5, 6]
    assert edited.promoted == 0
    for leaver in (1, 2):
        await club.answer(session, Answer.NOT_GOING, leaver)
        view = await club.services.sessions.show(GUILD, MODERATOR, session.id)
        assert [r.member_id for r in view.waiting] == [5, 6], "the place is free once 4 - 2 + 1 have left"
    await club.answer(session, Answer.NOT_GOING, 3)
    view = await club.services.sessions.show(GUILD, MODERATOR, session.id)
    assert ([r.member_id for r in view.coming], [r.member_id for r in view.waiting]) == ([4, 5], [6])
    more = await club.services.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(capacity=10))
    assert more.promoted == 1


async def test_a_series_with_fewer_places_than_people_says_in_how_many_sessions(club: Club):
    series = await club.services.series.create(GUILD, MODERATOR, weekly(club.group))
    first, second = series.sessions[:2]
    await club.answer(first, Answer.GOING, 1, 2, 3)
    await club.answer(second, Answer.GOING, 1)
    edits = club.services.series_edits
    for places, crowded in ((2, 1), (3, 0), (0, 0)):
        change = SeriesChange(capacity=places, venue="会議室B")
        shown = await edits.propose(GUILD, MODERATOR, "朝の会", change)
        assert isinstance(shown, SeriesEditPreview)
        assert shown.crowded == crowded
    shown = await edits.propose(GUILD, MODERATOR, "朝の会", SeriesChange(capacity=2))
    assert isinstance(shown, SeriesEditPreview)
    await edits.confirm(GUILD, MODERATOR, shown.draft_id)
    view = await club.services.sessions.show(GUILD, MODERATOR, first.id)
    assert len(view.coming) == 3
