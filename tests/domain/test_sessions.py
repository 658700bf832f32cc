from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from bot.domain.actors import Actor
from bot.domain.calendar import to_instant
from bot.domain.choices import choice_of
from bot.domain.errors import InvalidNumber, InvalidText, Unknown
from bot.domain.rsvps import Answer
from bot.domain.sessions import (
    DeadlineNotPossible,
    LinkNotUnderstood,
    NoChannel,
    NothingToChange,
    Session,
    SessionChange,
    SessionNotOpen,
    SessionState,
    SessionTooFar,
    StartsInPast,
)
from tests.domain.study import CHANNEL, GUILD, HIDDEN, MEMBER, MODERATOR, NOW, Study, at, person, study_on


@pytest.fixture
async def study(tmp_path: Path) -> AsyncIterator[Study]:
    async with study_on(tmp_path) as study:
        yield study


def label(session: Session) -> str:
    local = session.starts_at + timedelta(hours=9)
    return f"{local.month}/{local.day}({'月火水木金土日'[local.weekday()]}) {local:%H:%M} {session.theme}"


async def test_a_scheduled_session_keeps_what_was_said_and_ends_by_a_step(study: Study):
    view = await study.sessions.schedule(
        GUILD, MODERATOR, study.new(" 物流の基礎 ", venue="会議室A", link="https://meet.example/x", capacity=20)
    )
    session = view.session
    assert (session.theme, session.venue, session.capacity) == ("物流の基礎", "会議室A", 20)
    assert (session.revision, session.state, session.host_id) == (0, SessionState.SCHEDULED, 0)
    assert await study.steps("ended") == {session.id: session.starts_at + timedelta(minutes=60)}
    assert [name for name, _ in study.told] == ["scheduled"]
    assert "session.schedule" in await study.audit()


async def test_an_organizer_schedules_in_the_groups_name(study: Study):
    async with study.db(GUILD) as uow:
        await uow.groups.add_organizer(study.group.id, MEMBER.member_id)
    assert (await study.sessions.schedule(GUILD, MEMBER, study.new())).session.host_id == 0


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"theme": "  "}, InvalidText),
        ({"theme": "あ" * 101}, InvalidText),
        ({"venue": "あ" * 101}, InvalidText),
        ({"description": "あ" * 1001}, InvalidText),
        ({"link": "https://example.org/" + "a" * 500}, InvalidText),
        ({"link": "javascript:alert(1)"}, LinkNotUnderstood),
        ({"link": "https://[broken"}, LinkNotUnderstood),
        ({"link": "https://a b"}, LinkNotUnderstood),
        ({"capacity": 0}, InvalidNumber),
        ({"capacity": 1001}, InvalidNumber),
        ({"duration": 4}, InvalidNumber),
        ({"duration": 2881}, InvalidNumber),
        ({"starts_at": at(13, 12)}, StartsInPast),
        ({"starts_at": at(13, 12) + timedelta(days=4000)}, SessionTooFar),
        ({"deadline": at(13, 11)}, DeadlineNotPossible),
        ({"deadline": at(15, 7, 1)}, DeadlineNotPossible),
        ({"group_id": 999}, Unknown),
    ],
)
async def test_what_is_against_the_limits_is_refused_and_leaves_nothing(study: Study, values: dict, error: type):
    with pytest.raises(error):
        await study.sessions.schedule(GUILD, MODERATOR, replace(study.new(), **values))
    with pytest.raises(error):
        await study.sessions.preview(GUILD, MODERATOR, replace(study.new(), **values))
    assert await study.all_sessions() == []
    assert await study.audit() == []


async def test_a_preview_tells_nobody_and_its_confirmation_schedules_once(study: Study):
    preview = await study.sessions.preview(GUILD, MODERATOR, study.new(capacity=3, deadline=at(14, 20)))
    assert preview.channel_id == CHANNEL
    assert await study.all_sessions() == []
    with pytest.raises(Unknown):
        await study.sessions.confirm(GUILD, MEMBER, preview.draft_id)
    session = (await study.sessions.confirm(GUILD, MODERATOR, preview.draft_id)).session
    assert (session.theme, session.starts_at, session.deadline) == ("朝の会", at(15, 7), at(14, 20))
    with pytest.raises(Unknown):
        await study.sessions.confirm(GUILD, MODERATOR, preview.draft_id)
    assert len(await study.all_sessions()) == 1


async def test_a_draft_of_another_community_cannot_be_confirmed(study: Study):
    preview = await study.sessions.preview(GUILD, MODERATOR, study.new())
    with pytest.raises(Unknown):
        await study.sessions.confirm(GUILD + 1, MODERATOR, preview.draft_id)


async def test_a_preview_confirmed_after_its_time_has_come_is_refused(study: Study):
    preview = await study.sessions.preview(GUILD, MODERATOR, study.new(starts_at=at(14, 7)))
    study.clock.pass_time(hours=23)
    with pytest.raises(StartsInPast):
        await study.sessions.confirm(GUILD, MODERATOR, preview.draft_id)


async def test_scheduling_without_any_channel_says_what_to_set(study: Study):
    async with study.db(GUILD) as uow:
        await uow.communities.change(announcements_channel=0)
    with pytest.raises(NoChannel) as refused:
        await study.sessions.schedule(GUILD, MODERATOR, study.new())
    assert refused.value.name == "経済部会"


async def test_a_new_time_is_a_move_that_raises_the_revision(study: Study):
    session = await study.schedule()
    edited = await study.sessions.edit(
        GUILD, MODERATOR, session.id, SessionChange(starts_at=at(16, 19), venue="B", reason="会場の都合")
    )
    moved = edited.view.session
    assert (edited.before.starts_at, moved.starts_at, moved.revision) == (at(15, 7), at(16, 19), 1)
    assert moved.venue == "B"
    name, event = study.told[-1]
    assert (name, event.reason, event.actor_id) == ("moved", "会場の都合", MODERATOR.member_id)
    assert await study.steps("ended") == {session.id: at(16, 20)}
    assert await study.steps("ended", "cancelled") == {session.id: at(15, 8)}


async def test_another_change_is_an_edit_and_keeps_the_revision(study: Study):
    session = await study.schedule(capacity=5)
    change = SessionChange(theme="夜の会", duration=90, capacity=0)
    view = (await study.sessions.edit(GUILD, MODERATOR, session.id, change)).view
    assert (view.session.theme, view.session.capacity, view.session.revision) == ("夜の会", None, 0)
    assert [name for name, _ in study.told] == ["scheduled", "edited"]
    assert await study.steps("ended") == {session.id: at(15, 8, 30)}


async def test_a_deadline_moves_along_and_goes_if_it_would_have_passed(study: Study):
    session = await study.schedule(starts_at=at(20, 7), deadline=at(19, 7))
    view = (await study.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(starts_at=at(21, 9)))).view
    assert view.session.deadline == at(20, 7)
    view = (await study.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(starts_at=at(13, 18)))).view
    assert view.session.deadline is None


async def test_a_deadline_that_a_move_cuts_is_whole_again_after_a_move_back(study: Study):
    session = await study.schedule(starts_at=at(20, 19), deadline=at(20, 18))
    there = await study.sessions.preview_move(GUILD, MODERATOR, session.id, SessionChange(starts_at=at(21, 7)))
    assert there.deadline_cut
    cut = (await study.sessions.confirm_move(GUILD, MODERATOR, there.draft_id)).view.session
    assert (cut.deadline, cut.deadline_uncut) == (at(21, 7), at(21, 18))
    farther = await study.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(starts_at=at(22, 8)))
    assert farther.view.session.deadline == at(22, 8)
    back = await study.sessions.preview_move(GUILD, MODERATOR, session.id, SessionChange(starts_at=at(20, 19)))
    assert not back.deadline_cut
    whole = (await study.sessions.confirm_move(GUILD, MODERATOR, back.draft_id)).view.session
    assert (whole.deadline, whole.deadline_uncut) == (at(20, 18), None)


async def test_a_deadline_that_is_said_anew_forgets_the_one_that_was_cut(study: Study):
    session = await study.schedule(starts_at=at(20, 19), deadline=at(20, 18))
    for change in (SessionChange(starts_at=at(20, 9)), SessionChange(deadline=at(19, 12))):
        await study.sessions.edit(GUILD, MODERATOR, session.id, change)
    back = await study.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(starts_at=at(20, 19)))
    assert back.view.session.deadline == at(19, 12)


@pytest.mark.parametrize(
    ("start", "deadline", "moved_to", "moved_deadline"),
    [
        (at(20, 7), at(19, 23, 59), at(20, 7, 30), at(19, 23, 59)),
        (at(20, 7), at(19, 23, 59), at(27, 19), at(26, 23, 59)),
        (at(20, 7), at(20, 7), at(21, 9), at(21, 9)),  # at the start it stays at the start
        (at(20, 19), at(20, 12), at(20, 9), at(20, 9)),  # never after the start
        (at(20, 19), at(20, 12), at(21, 9), at(21, 9)),
    ],
)
async def test_a_deadline_moves_by_days_and_keeps_its_time_of_day(
    study: Study, start: datetime, deadline: datetime, moved_to: datetime, moved_deadline: datetime
):
    session = await study.schedule(starts_at=start, deadline=deadline)
    change = SessionChange(starts_at=moved_to)
    shown = await study.sessions.preview_move(GUILD, MODERATOR, session.id, change)
    moved = await study.sessions.confirm_move(GUILD, MODERATOR, shown.draft_id)
    assert (shown.after.starts_at, shown.after.deadline) == (moved_to, moved_deadline)
    assert moved.view.session.deadline == moved_deadline
    # One that had to be cut short is news; one that moved along is told with the new time.
    assert shown.told is not None
    assert shown.told.fields == moved.told.fields == (("deadline",) if deadline == at(20, 12) else ())


@pytest.mark.parametrize(
    ("zone", "day", "later"),
    [
        ("America/New_York", "2026-10-30", "2026-11-06"),  # the clocks go back
        ("America/New_York", "2027-03-12", "2027-03-19"),  # and forward
        ("Australia/Sydney", "2026-10-02", "2026-10-09"),
        ("Australia/Sydney", "2027-04-02", "2027-04-09"),
    ],
)
async def test_a_deadline_keeps_its_time_of_day_where_the_clocks_change(study: Study, zone: str, day: str, later: str):
    async with study.db(GUILD) as uow:
        await uow.communities.change(time_zone=zone)

    def local(day: str, clock: str, days: int = 0) -> datetime:
        return to_instant(datetime.fromisoformat(f"{day} {clock}") + timedelta(days), ZoneInfo(zone))

    session = await study.schedule(starts_at=local(day, "07:00"), deadline=local(day, "23:59", -1))
    for there, time in ((later, "19:00"), (day, "07:00")):
        change = SessionChange(starts_at=local(there, time))
        moved = await study.sessions.edit(GUILD, MODERATOR, session.id, change)
        assert moved.view.session.deadline == local(there, "23:59", -1)
        assert moved.told.fields == ()


async def test_a_change_to_what_it_is_already_is_refused(study: Study):
    session = await study.schedule()
    with pytest.raises(NothingToChange):
        await study.sessions.edit(
            GUILD, MODERATOR, session.id, SessionChange(theme="朝の会", starts_at=session.starts_at)
        )
    assert [name for name, _ in study.told] == ["scheduled"]


async def test_a_previewed_move_is_made_once_and_only_when_confirmed(study: Study):
    session = await study.schedule()
    await study.rsvps.answer(GUILD, MEMBER, session.id, Answer.GOING)
    preview = await study.sessions.preview_move(GUILD, MODERATOR, session.id, SessionChange(starts_at=at(16, 7)))
    assert preview.before is not None
    assert (preview.before.starts_at, preview.after.starts_at) == (at(15, 7), at(16, 7))
    assert preview.told is not None
    assert preview.told.people == {MEMBER.member_id}
    assert (await study.session(session.id)).starts_at == at(15, 7)
    moved = await study.sessions.confirm_move(GUILD, MODERATOR, preview.draft_id)
    assert moved.told == preview.told
    assert (moved.before.starts_at, moved.view.session.starts_at) == (at(15, 7), at(16, 7))
    with pytest.raises(Unknown):
        await study.sessions.confirm_move(GUILD, MODERATOR, preview.draft_id)


async def test_a_cancelled_session_is_final(study: Study):
    session = await study.schedule()
    after = (await study.sessions.cancel(GUILD, MODERATOR, session.id, "台風")).view.session
    assert (after.state, after.cancelled_at, after.cancelled_because) == (SessionState.CANCELLED, NOW, "台風")
    assert await study.steps("ended") == {}
    assert (study.told[-1][0], study.told[-1][1].reason) == ("cancelled", "台風")
    for act in (
        study.sessions.cancel(GUILD, MODERATOR, session.id),
        study.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(theme="x")),
        study.rsvps.answer(GUILD, MEMBER, session.id, Answer.GOING),
    ):
        with pytest.raises(SessionNotOpen) as refused:
            await act
        assert refused.value.state is SessionState.CANCELLED


async def test_a_session_ends_when_its_time_is_over(study: Study):
    session = await study.schedule()
    study.clock.at = at(15, 7, 59)
    await study.run_steps()
    assert (await study.session(session.id)).state is SessionState.SCHEDULED
    study.clock.at = at(15, 8)
    with pytest.raises(SessionNotOpen) as refused:
        await study.rsvps.answer(GUILD, MEMBER, session.id, Answer.GOING)
    assert refused.value.state is SessionState.ENDED
    await study.run_steps()
    assert (await study.session(session.id)).state is SessionState.ENDED
    assert [name for name, _ in study.told] == ["scheduled", "ended"]


async def test_the_end_of_a_moved_session_is_the_end_of_its_new_time(study: Study):
    session = await study.schedule()
    await study.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(starts_at=at(17, 7)))
    await study.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(starts_at=at(15, 7)))
    study.clock.at = at(15, 8)
    await study.run_steps()
    assert (await study.session(session.id)).state is SessionState.ENDED
    assert [name for name, _ in study.told].count("ended") == 1


async def test_a_step_of_an_older_time_ends_nothing(study: Study):
    session = await study.schedule()
    async with study.db.reading(GUILD) as uow:
        stale = await uow.steps.find("ended", session.id, 0)
    assert stale is not None
    await study.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(starts_at=at(17, 7)))
    async with study.db(GUILD) as uow:
        await study.sessions.ended(uow, stale)
    assert (await study.session(session.id)).state is SessionState.SCHEDULED


async def test_a_session_is_named_by_its_theme_its_id_or_its_label(study: Study):
    first = await study.schedule("朝の会", starts_at=at(15, 7))
    second = await study.schedule("朝の会", starts_at=at(22, 7))
    found = await study.sessions.find(GUILD, MEMBER, " 朝の会 ", label)
    assert found.id == first.id, "a name that fits several means the next one"
    for text in (str(second.id), choice_of(second.id)):
        assert (await study.sessions.find(GUILD, MEMBER, text, label)).id == second.id
    assert (await study.sessions.find(GUILD, MEMBER, "7/22(水) 07:00 朝の会", label)).id == second.id
    assert (await study.sessions.find(GUILD, MEMBER, "７/22（水） 07:00 朝の会", label)).id == second.id
    with pytest.raises(Unknown):
        await study.sessions.find(GUILD, MEMBER, "昼の会", label)


async def test_a_session_that_is_over_is_still_found_by_its_id_alone(study: Study):
    session = await study.schedule("朝の会")
    study.clock.at = at(20, 7)
    await study.run_steps()
    assert (await study.sessions.find(GUILD, MEMBER, str(session.id), label)).id == session.id
    with pytest.raises(Unknown):
        await study.sessions.find(GUILD, MEMBER, "朝の会", label)


async def test_a_group_whose_channel_is_hidden_does_not_exist(study: Study):
    secret = await study.add_group("役員会", HIDDEN)
    shown = await study.schedule("公開")
    hidden = await study.schedule("非公開", group_id=secret.id, starts_at=at(14, 7))
    page = await study.sessions.list(GUILD, MEMBER)
    assert [line.session.id for line in page.lines] == [shown.id]
    assert [s.id for s in await study.sessions.suggest(GUILD, MEMBER, "", label)] == [shown.id]
    for act in (
        study.sessions.show(GUILD, MEMBER, hidden.id),
        study.sessions.find(GUILD, MEMBER, "非公開", label),
        study.sessions.find(GUILD, MEMBER, str(hidden.id), label),
        study.sessions.find(GUILD, MEMBER, choice_of(hidden.id), label),
        study.rsvps.answer(GUILD, MEMBER, hidden.id, Answer.GOING),
        study.sessions.list(GUILD, MEMBER, "役員会"),
    ):
        with pytest.raises(Unknown):
            await act
    assert len((await study.sessions.list(GUILD, MODERATOR)).lines) == 2


async def test_a_session_of_another_community_does_not_exist(study: Study):
    session = await study.schedule()
    with pytest.raises(Unknown):
        await study.sessions.show(GUILD + 1, MODERATOR, session.id)
    with pytest.raises(Unknown):
        await study.rsvps.answer(GUILD + 1, MEMBER, session.id, Answer.GOING)
    with pytest.raises(Unknown):
        await study.sessions.cancel(GUILD + 1, MODERATOR, session.id)


async def test_suggestions_put_first_what_the_person_answered(study: Study):
    await study.schedule("一", starts_at=at(15, 7))
    second = await study.schedule("二", starts_at=at(16, 7))
    await study.rsvps.answer(GUILD, MEMBER, second.id, Answer.MAYBE)
    themes = [s.theme for s in await study.sessions.suggest(GUILD, MEMBER, "", label)]
    assert themes == ["二", "一"]
    assert [s.theme for s in await study.sessions.suggest(GUILD, MEMBER, "7/15", label)] == ["一"]


async def test_a_list_has_pages_and_can_be_of_ones_own_sessions(study: Study):
    made = [await study.schedule(f"{n}", starts_at=at(14, 7) + timedelta(days=n)) for n in range(23)]
    await study.rsvps.answer(GUILD, MEMBER, made[4].id, Answer.LATE)
    await study.rsvps.answer(GUILD, MEMBER, made[5].id, Answer.NOT_GOING)
    page = await study.sessions.list(GUILD, MEMBER, page=2)
    assert (page.page, page.pages, page.total) == (2, 3, 23)
    assert [line.session.theme for line in page.lines] == ["20", "21", "22"]
    assert (await study.sessions.list(GUILD, MEMBER, page=99)).page == 2
    mine = await study.sessions.list(GUILD, MEMBER, mine=True)
    assert [(line.session.theme, line.coming) for line in mine.lines] == [("4", 1)]
    assert (await study.sessions.list(GUILD, person(9), mine=True)).lines == ()


async def test_the_default_group_is_the_only_one_a_person_can_see(study: Study):
    await study.add_group("役員会", HIDDEN)
    organizer = Actor(7, moderator=True, sees=lambda channel_id: channel_id == CHANNEL)
    assert (await study.sessions.group_for(GUILD, organizer, None)).id == study.group.id
