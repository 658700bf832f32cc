"""Members as hosts: who may, how many, what they may do, and who hears of a host who is no longer there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actors import Actor
from bot.domain.communities import NewSettings
from bot.domain.errors import NotAllowed, Unknown
from bot.domain.groups import GroupNeeded
from bot.domain.members import DMS_CLOSED
from bot.domain.posts import PostState
from bot.domain.reminders import Reminder
from bot.domain.rsvps import Answer
from bot.domain.series import NewSeries
from bot.domain.sessions import (
    HostsEnough,
    JoinToHost,
    LectureNotHosted,
    NewSession,
    Session,
    SessionChange,
    SessionKind,
    usual_kind,
)
from tests.data.files import audit_rows
from tests.domain.limbo import comes_to_nothing, under_way
from tests.domain.reminding import LOG, SECRET, Club, Sent, a_club, pings
from tests.domain.study import GUILD, MODERATOR, at, time_of
from tests.rendering.longest import a_group

ME, YOU, ORGANIZER, SECOND = 11, 12, 21, 22


def member(member_id: int = ME, *, sees: bool = True) -> Actor:
    """A member who sees all channels but the secret one, or none."""
    return Actor(member_id, sees=lambda channel_id: sees and channel_id != SECRET)


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    """A group with the members ME and YOU, organized by ORGANIZER, who uses the bot."""
    async with a_club(tmp_path) as opened:
        for person in (ME, YOU):
            await opened.services.memberships.join(GUILD, member(person), None)
        async with opened.db(GUILD) as uow:
            await uow.groups.add_organizer(opened.group.id, ORGANIZER)
        await opened.services.members.used(GUILD, ORGANIZER, may_hint=False)
        yield opened


def new(club: Club, starts_at: datetime | None = None, **values: Any) -> NewSession:
    return NewSession(
        **{"group_id": club.group.id, "theme": "茶", "kind": "discussion"} | values, starts_at=starts_at or at(15, 19)
    )


async def host(club: Club, who: int = ME, starts_at: datetime | None = None, **values: Any) -> Session:
    made = await club.services.sessions.schedule(GUILD, member(who), new(club, starts_at, **values))
    return made.session


async def say(club: Club, session: Session, answer: Answer, who: int = ME) -> None:
    await club.services.rsvps.answer(GUILD, member(who), session.id, answer)


async def switch(club: Club, *, on: bool) -> None:
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(members_may_host=on))


async def seen(club: Club, session: Session, who: Actor | None = None) -> Any:
    return await club.services.sessions.show(GUILD, who or member(), session.id)


async def told(club: Club) -> list[Sent]:
    """What goes out now about hosts."""
    return [one for one in await club.until(club.clock.now()) if one.kind == "hostless"]


async def leave_server(club: Club, who: int = ME) -> None:
    assert await club.services.members.left(GUILD, who)


# Who may


@pytest.mark.parametrize("kind", ["discussion", "visit", "social"])
async def test_a_member_hosts_and_comes_from_the_start_with_the_first_place(club: Club, kind: SessionKind):
    session = await host(club, kind=kind, capacity=1)
    assert (session.host_id, session.kind) == (ME, kind)
    view = await seen(club, session)
    assert [(r.member_id, r.answer, r.place) for r in view.coming] == [(ME, Answer.GOING, 1)]
    assert view.host_id == ME
    await say(club, session, Answer.GOING, YOU)
    assert [r.member_id for r in (await seen(club, session)).waiting] == [YOU]
    rows = await audit_rows(club.db, GUILD)
    (scheduled,) = (row for row in rows if row[0] == "session.schedule")
    assert (scheduled[1], scheduled[4]["host_id"], scheduled[4]["kind"]) == (ME, ME, kind)
    assert ("rsvp.answer", ME) in [(action, actor) for action, actor, *_ in rows]


def test_nobody_says_a_kind_and_an_organizer_lectures_while_a_member_discusses():
    group = a_group(organizers=frozenset({ORGANIZER}))
    assert usual_kind(member(ORGANIZER), group) == "lecture"
    assert usual_kind(MODERATOR, group) == "lecture"
    assert usual_kind(member(ME), group) == "discussion"


async def test_who_does_not_belong_is_told_to_join_and_a_lecture_is_left_to_organizers(club: Club):
    with pytest.raises(JoinToHost) as refused:
        await host(club, 13)
    assert refused.value.group == club.group.name
    with pytest.raises(LectureNotHosted):
        await host(club, kind="lecture")
    with pytest.raises(JoinToHost):
        await club.services.sessions.group_for(GUILD, member(13), None)
    assert (await club.services.sessions.group_for(GUILD, member(), None)).id == club.group.id


async def test_what_organizers_and_moderators_schedule_has_no_host_and_no_limit(club: Club):
    for who in (member(ORGANIZER), MODERATOR, MODERATOR, MODERATOR):
        made = await club.services.sessions.schedule(GUILD, who, new(club))
        assert made.session.host_id == 0
        assert (made.host_id, made.rsvps) == (0, ())


async def test_a_series_has_no_host(club: Club):
    weekly = NewSeries(group_id=club.group.id, name="朝の会", rrule="FREQ=WEEKLY;BYDAY=WE", at=time_of(7))
    await club.services.series.create(GUILD, member(ORGANIZER), weekly)
    async with club.db.reading(GUILD) as uow:
        assert {session.host_id for session in await uow.sessions.upcoming(club.clock.now())} == {0}


async def test_in_a_group_one_cannot_see_nobody_hosts(club: Club):
    secret = await club.add_group("役員会", SECRET)
    with pytest.raises(Unknown):
        await host(club, group_id=secret.id)
    for act in (
        club.services.sessions.group_for(GUILD, member(), "役員会"),
        club.services.sessions.group_for(GUILD, member(), str(secret.id)),
    ):
        with pytest.raises(Unknown):
            await act


async def test_of_several_groups_the_only_one_that_a_member_belongs_to_is_meant(club: Club):
    await club.add_group("文化部会")
    choose = club.services.sessions.group_for
    assert (await choose(GUILD, member(), None)).id == club.group.id
    assert (await choose(GUILD, member(ORGANIZER), None)).id == club.group.id
    for who in (member(13), MODERATOR):
        with pytest.raises(GroupNeeded) as unclear:
            await choose(GUILD, who, None)
        assert unclear.value.names == (club.group.name, "文化部会")
    await club.services.memberships.join(GUILD, member(), "文化部会")
    with pytest.raises(GroupNeeded):
        await choose(GUILD, member(), None)


async def test_switched_off_only_organizers_schedule_and_what_is_hosted_stays_its_hosts(club: Club):
    session = await host(club)
    await switch(club, on=False)
    with pytest.raises(NotAllowed) as refused:
        await host(club)
    assert refused.value.who == ("organizer", "moderator")
    await club.services.sessions.edit(GUILD, member(), session.id, SessionChange(theme="緑茶"))
    assert (await seen(club, session)).host_id == ME
    await switch(club, on=True)
    assert (await host(club)).host_id == ME


# How many


async def test_the_third_is_refused_with_the_two_that_are_open(club: Club):
    second, first = await host(club, starts_at=at(17, 19)), await host(club, starts_at=at(16, 19))
    with pytest.raises(HostsEnough) as refused:
        await host(club)
    assert [s.id for s in refused.value.sessions] == [first.id, second.id]
    assert (await host(club, YOU)).host_id == YOU, "each has two of their own"
    await club.services.sessions.cancel(GUILD, member(), first.id)
    assert (await host(club)).host_id == ME


async def test_a_session_that_is_over_makes_room_even_before_its_step_has_run(club: Club):
    await host(club, starts_at=at(14, 19))
    await host(club, starts_at=at(16, 19))
    club.clock.at = at(14, 19, 59)
    with pytest.raises(HostsEnough):
        await host(club)
    club.clock.at = at(14, 20)
    assert (await host(club)).host_id == ME


async def test_two_at_once_are_counted_over_all_groups_but_not_where_one_cannot_look(club: Club):
    other = await club.add_group("文化部会")
    await club.services.memberships.join(GUILD, member(), other.id)
    await host(club, group_id=other.id)
    await host(club)
    with pytest.raises(HostsEnough):
        await host(club)
    async with club.db(GUILD) as uow:
        await uow.groups.change(other.id, channel_id=SECRET)
    # They could not call it off to make room, and must not be told of it.
    assert (await host(club)).host_id == ME


async def test_two_confirmations_at_once_for_the_last_one_leave_one(club: Club):
    await host(club, starts_at=at(20, 19))
    sessions = club.services.sessions
    previews = [await sessions.preview(GUILD, member(), new(club, at(day, 19))) for day in (16, 17)]
    results = await asyncio.gather(
        *(sessions.confirm(GUILD, member(), preview.draft_id) for preview in previews), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["HostsEnough", "SessionView"]
    async with club.db.reading(GUILD) as uow:
        assert len(await uow.sessions.hosted_by(ME, club.clock.now())) == 2


# Between the preview and its confirmation


async def test_the_preview_says_who_hosts_and_how_many_belong(club: Club):
    shown = await club.services.sessions.preview(GUILD, member(), new(club))
    assert (shown.after.host_id, shown.members) == (ME, 2)
    shown = await club.services.sessions.preview(GUILD, MODERATOR, new(club))
    assert (shown.after.host_id, shown.members) == (0, 2)


async def test_who_has_left_the_group_meanwhile_posts_nothing(club: Club):
    shown = await club.services.sessions.preview(GUILD, member(), new(club))
    await club.services.memberships.leave(GUILD, member(), None)
    with pytest.raises(JoinToHost):
        await club.services.sessions.confirm(GUILD, member(), shown.draft_id)


async def test_what_was_switched_off_meanwhile_posts_nothing(club: Club):
    shown = await club.services.sessions.preview(GUILD, member(), new(club))
    await switch(club, on=False)
    with pytest.raises(NotAllowed):
        await club.services.sessions.confirm(GUILD, member(), shown.draft_id)


async def test_whoever_was_shown_no_host_is_never_named_as_one(club: Club):
    shown = await club.services.sessions.preview(GUILD, member(ORGANIZER), new(club))
    await club.services.memberships.join(GUILD, member(ORGANIZER), None)
    async with club.db(GUILD) as uow:
        await uow.groups.remove_organizer(club.group.id, ORGANIZER)
    with pytest.raises(NotAllowed):
        await club.services.sessions.confirm(GUILD, member(ORGANIZER), shown.draft_id)


async def test_whoever_was_shown_as_host_stays_it_as_an_organizer(club: Club):
    shown = await club.services.sessions.preview(GUILD, member(), new(club))
    async with club.db(GUILD) as uow:
        await uow.groups.add_organizer(club.group.id, ME)
    assert (await club.services.sessions.confirm(GUILD, member(), shown.draft_id)).session.host_id == ME


async def test_another_persons_draft_is_nobody_elses_to_host(club: Club):
    shown = await club.services.sessions.preview(GUILD, member(), new(club))
    with pytest.raises(Unknown):
        await club.services.sessions.confirm(GUILD, member(YOU), shown.draft_id)


# What a host may do


async def test_a_host_edits_and_cancels_their_own_session_and_no_other(club: Club):
    mine, theirs, groups = await host(club), await host(club, YOU), await club.schedule()
    sessions = club.services.sessions
    view = (await sessions.edit(GUILD, member(), mine.id, SessionChange(venue="茶室"))).view
    assert view.session.venue == "茶室"
    shown = await sessions.preview_move(GUILD, member(), mine.id, SessionChange(starts_at=at(16, 19)))
    assert shown.told is not None
    assert (shown.told.people, shown.told.nobody) == (frozenset(), "only you"), "they need not tell themselves"
    await sessions.confirm_move(GUILD, member(), shown.draft_id)
    for session, who in ((theirs, ("host", "organizer", "moderator")), (groups, ("organizer", "moderator"))):
        for act in (
            sessions.edit(GUILD, member(), session.id, SessionChange(venue="茶室")),
            sessions.preview_move(GUILD, member(), session.id, SessionChange(starts_at=at(16, 19))),
            sessions.cancel(GUILD, member(), session.id),
        ):
            with pytest.raises(NotAllowed) as refused:
                await act
            assert refused.value.who == who
    await sessions.cancel(GUILD, member(), mine.id)
    await sessions.cancel(GUILD, member(ORGANIZER), theirs.id)


async def test_a_host_who_can_no_longer_see_the_group_has_no_session(club: Club):
    session = await host(club)
    blind = member(sees=False)
    for act in (
        club.services.sessions.cancel(GUILD, blind, session.id),
        club.services.sessions.show(GUILD, blind, session.id),
    ):
        with pytest.raises(Unknown):
            await act
    assert (await club.services.own_sessions.list(GUILD, blind)).lines == ()


async def test_choices_for_a_change_are_what_one_may_change_and_a_shared_name_means_ones_own(club: Club):
    def label(session: Session) -> str:
        return session.theme

    earlier = await club.schedule(at(14, 7), theme="茶")
    mine = await host(club)
    theirs = await host(club, YOU, at(16, 19))
    suggest, find = club.services.sessions.suggest, club.services.sessions.find
    assert [s.id for s in await suggest(GUILD, member(), "", label, changing=True)] == [mine.id]
    everything = [earlier.id, mine.id, theirs.id]
    assert [s.id for s in await suggest(GUILD, member(ORGANIZER), "", label, changing=True)] == everything
    assert [s.id for s in await suggest(GUILD, member(), "", label)] == [mine.id, earlier.id, theirs.id]
    assert (await find(GUILD, member(), "茶", label, changing=True)).id == mine.id
    assert (await find(GUILD, member(13), "茶", label, changing=True)).id == earlier.id
    assert (await find(GUILD, member(), "茶", label)).id == earlier.id


async def test_a_host_is_not_told_of_their_own_change_and_others_are(club: Club):
    session = await host(club)
    await say(club, session, Answer.GOING, YOU)
    sessions = club.services.sessions
    await sessions.edit(GUILD, member(), session.id, SessionChange(starts_at=at(16, 19)))
    assert pings(await club.until(club.clock.now()), "moved") == [frozenset({YOU})]
    await club.move(session, at(17, 19))
    assert pings(await club.until(club.clock.now()), "moved") == [frozenset({ME, YOU})]
    await sessions.edit(GUILD, member(), session.id, SessionChange(venue="茶室"))
    edits = [one for one in await club.until(club.clock.now()) if one.kind == "edited"]
    assert [one.value.mentions for one in edits] == [(YOU,)]
    await sessions.cancel(GUILD, member(), session.id)
    assert pings(await club.until(club.clock.now()), "cancelled") == [frozenset({YOU})]


async def test_reminders_lists_and_ones_own_sessions_name_the_host_who_comes(club: Club):
    session = await host(club)
    evening = [one for one in await club.until(at(14, 20)) if one.kind == "evening"]
    assert [one.pinged for one in evening] == [frozenset({ME})]
    assert isinstance(evening[0].value, Reminder)
    assert evening[0].value.host_id == ME
    (line,) = (await club.services.sessions.list(GUILD, member(YOU))).lines
    assert (line.host_id, line.coming) == (ME, 1)
    (own,) = (await club.services.own_sessions.list(GUILD, member())).lines
    assert own.hosting
    await say(club, session, Answer.NOT_GOING)
    (line,) = (await club.services.sessions.list(GUILD, member(YOU))).lines
    assert line.host_id == 0, "a decline is nobody's business"
    assert (await seen(club, session)).host_id == 0
    (own,) = (await club.services.own_sessions.list(GUILD, member())).lines
    assert own.hosting, "they still have to see to it"
    assert [each.session.id for each in (await club.services.sessions.list(GUILD, member(), mine=True)).lines] == [
        session.id
    ]


# A host who is no longer there


async def test_organizers_hear_once_by_direct_message_that_the_host_does_not_come(club: Club):
    async with club.db(GUILD) as uow:
        await uow.groups.add_organizer(club.group.id, SECOND)
    await club.services.members.used(GUILD, SECOND, may_hint=False)
    session = await host(club)
    await say(club, session, Answer.NOT_GOING)
    await say(club, session, Answer.NOT_GOING)
    found = await told(club)
    assert [(one.member_id, one.channel_id, one.value.why) for one in found] == [
        (ORGANIZER, 0, "declined"),
        (SECOND, 0, "declined"),
    ]
    await club.services.memberships.leave(GUILD, member(), None)
    await leave_server(club)
    assert await told(club) == [], "they look after it already"


async def test_a_host_who_came_back_and_declines_anew_is_told_of_anew(club: Club):
    session = await host(club)
    await say(club, session, Answer.NOT_GOING)
    assert len(await told(club)) == 1
    await say(club, session, Answer.LATE)
    await say(club, session, Answer.NOT_GOING)
    assert len(await told(club)) == 1


async def test_a_host_who_is_back_before_it_was_said_is_not_told_of(club: Club):
    session = await host(club)
    await say(club, session, Answer.NOT_GOING)
    await say(club, session, Answer.GOING)
    assert await told(club) == []
    await say(club, session, Answer.NOT_GOING)
    await say(club, session, Answer.MAYBE)
    await say(club, session, Answer.NOT_GOING)
    assert len(await told(club)) == 1


async def test_whoever_read_that_the_host_does_not_come_hears_once_that_they_come_after_all(club: Club):
    session = await host(club)
    await say(club, session, Answer.NOT_GOING)
    await told(club)
    for answer in (Answer.LATE, Answer.MAYBE, Answer.GOING):
        await say(club, session, answer)
    assert [(one.member_id, one.value.why) for one in await told(club)] == [(ORGANIZER, "back")]
    await say(club, session, Answer.LATE)
    await say(club, session, Answer.MAYBE)
    await say(club, session, Answer.GOING)
    assert await told(club) == [], "they know"
    await say(club, session, Answer.NOT_GOING)
    assert [one.value.why for one in await told(club)] == ["declined"]
    await say(club, session, Answer.GOING)
    await say(club, session, Answer.NOT_GOING)
    assert [one.value.why for one in await told(club)] == ["declined"], "what was overtaken is not said"


async def test_a_host_who_may_come_after_all_is_told_of_and_once_more_when_they_come(club: Club):
    session = await host(club, capacity=1)
    await say(club, session, Answer.NOT_GOING)
    await told(club)
    await say(club, session, Answer.MAYBE)
    assert [(one.member_id, one.value.why) for one in await told(club)] == [(ORGANIZER, "may come")]
    await say(club, session, Answer.GOING, YOU)
    await say(club, session, Answer.GOING)
    assert await told(club) == [], "they wait for a place, and only may come"
    await say(club, session, Answer.NOT_GOING, YOU)
    assert [(one.member_id, one.value.why) for one in await told(club)] == [(ORGANIZER, "back")]
    await say(club, session, Answer.MAYBE)
    assert await told(club) == [], "they are not missed"


async def test_where_the_moderators_were_told_they_are_told_of_the_return_and_nobody_else_ever_is(club: Club):
    await club.services.members.choose(GUILD, ORGANIZER, "hosts", wanted=False)
    session = await host(club)
    await say(club, session, Answer.GOING, YOU)
    await say(club, session, Answer.NOT_GOING)
    await told(club)
    await say(club, session, Answer.NOT_GOING, YOU)
    await say(club, session, Answer.GOING, YOU)
    assert await told(club) == [], "another who comes is no host"
    await say(club, session, Answer.GOING)
    assert [(one.channel_id, one.value.why, one.pinged) for one in await told(club)] == [(LOG, "back", frozenset())]


async def test_of_a_return_nobody_hears_who_wants_no_such_messages_any_more(club: Club):
    session = await host(club)
    await say(club, session, Answer.NOT_GOING)
    await told(club)
    await club.services.members.choose(GUILD, ORGANIZER, "hosts", wanted=False)
    await say(club, session, Answer.GOING)
    assert await told(club) == []


async def test_without_an_organizer_to_write_to_the_moderators_are_told(club: Club):
    await club.services.members.choose(GUILD, ORGANIZER, "hosts", wanted=False)
    session = await host(club)
    await say(club, session, Answer.NOT_GOING)
    assert [(one.member_id, one.channel_id, one.pinged) for one in await told(club)] == [(0, LOG, frozenset())]


async def test_an_organizer_with_closed_direct_messages_is_told_in_private_and_else_the_moderators_are(club: Club):
    session = await host(club)
    await say(club, session, Answer.NOT_GOING)
    (post,) = await club.claim()
    await club.attempt(post, PostState.UNDELIVERABLE, DMS_CLOSED)
    async with club.db.reading(GUILD) as uow:
        number = await uow.members.number_of(ORGANIZER)
        mirror = await uow.mirrors.find("private", number)
    assert mirror is not None
    async with club.db(GUILD) as uow:
        await club.services.private_threads.made(uow, mirror, 7777)
    (post,) = await club.claim()
    assert (post.channel_id, post.data["private"]) == (7777, ORGANIZER)
    await club.attempt(post, PostState.UNDELIVERABLE, "403 50013")
    (said,) = await told(club)
    assert said.channel_id == LOG


async def test_of_a_return_that_an_organizer_can_not_be_told_no_moderator_hears_who_heard_of_nothing(club: Club):
    session = await host(club)
    await say(club, session, Answer.NOT_GOING)
    await told(club)
    await say(club, session, Answer.GOING)
    (post,) = await club.claim()
    assert (post.member_id, post.data["why"]) == (ORGANIZER, "back")
    await club.attempt(post, PostState.UNDELIVERABLE, "403 50013")
    assert await told(club) == []


async def test_what_an_organizer_answers_for_the_host_only_the_others_hear(club: Club):
    session = await host(club)
    await club.services.rsvps.answer(GUILD, member(ORGANIZER), session.id, Answer.NOT_GOING, member_id=ME)
    assert await told(club) == []


async def test_a_host_who_leaves_the_group_is_told_of_and_still_hosts(club: Club):
    session = await host(club)
    left = await club.services.memberships.leave(GUILD, member(), None)
    assert [each.id for each in left.hosts] == [session.id]
    assert [(one.member_id, one.value.why) for one in await told(club)] == [(ORGANIZER, "left group")]
    assert (await seen(club, session)).host_id == ME
    await club.services.memberships.withdraw(GUILD, member(), club.group.id)
    assert await told(club) == [], "the organizers look after it already"
    await club.services.sessions.cancel(GUILD, member(), session.id)


@pytest.mark.parametrize(
    ("answer", "said"), [(Answer.GOING, ["back"]), (Answer.MAYBE, ["may come"]), (Answer.NOT_GOING, [])]
)
async def test_a_host_who_left_the_group_and_joins_it_again_is_told_of_if_they_may_come(
    club: Club, answer: Answer, said: list[str]
):
    session = await host(club)
    await club.services.memberships.leave(GUILD, member(), None)
    assert [one.value.why for one in await told(club)] == ["left group"]
    await say(club, session, answer)
    await club.services.memberships.join(GUILD, member(13), None)
    assert await told(club) == []
    await club.services.memberships.join(GUILD, member(), None)
    assert [(one.member_id, one.value.why) for one in await told(club)] == [(ORGANIZER, why) for why in said]


async def test_a_host_who_leaves_the_server_hosts_nothing_any_more(club: Club):
    session = await host(club)
    begun = await host(club, starts_at=at(14, 7))
    club.clock.at = at(14, 7, 30)
    await leave_server(club)
    assert [(one.member_id, one.value.why) for one in await told(club)] == [(ORGANIZER, "left server")]
    assert (await seen(club, session, MODERATOR)).session.host_id == 0
    assert (await seen(club, session, MODERATOR)).coming == ()
    assert (await seen(club, begun, MODERATOR)).session.host_id == ME, "what was is remembered"
    assert "session.unhost" in [action for action, *_ in await audit_rows(club.db, GUILD)]
    with pytest.raises(NotAllowed):
        await club.services.sessions.cancel(GUILD, member(), session.id)


async def test_it_is_not_said_of_what_was_cancelled_or_has_begun(club: Club):
    cancelled, begun = await host(club), await host(club, starts_at=at(14, 19))
    await say(club, cancelled, Answer.NOT_GOING)
    await club.cancel(cancelled)
    club.clock.at = at(14, 19)
    await say(club, begun, Answer.NOT_GOING)
    assert await told(club) == []


async def test_an_organizer_who_no_longer_is_one_is_not_told(club: Club):
    session = await host(club)
    await say(club, session, Answer.NOT_GOING)
    async with club.db(GUILD) as uow:
        await uow.groups.remove_organizer(club.group.id, ORGANIZER)
    assert await told(club) == []


async def test_at_night_it_waits_for_the_morning_and_tells_the_time_to_which_the_session_moved(club: Club):
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours="22:00-06:00"))
    session = await host(club)
    club.clock.at = at(13, 23)
    await say(club, session, Answer.NOT_GOING)
    await club.move(session, at(18, 19))
    assert await told(club) == []
    found = [one for one in await club.until(at(14, 6)) if one.kind == "hostless"]
    assert [(one.member_id, one.at, one.value.session.starts_at) for one in found] == [
        (ORGANIZER, at(14, 6), at(18, 19))
    ]


async def test_one_that_was_under_way_as_the_session_moved_is_said_anew_if_it_did_not_arrive(club: Club):
    session = await host(club)
    await say(club, session, Answer.NOT_GOING)
    (post,) = await under_way(club, "hostless")
    await club.move(session, at(18, 19))
    await comes_to_nothing(club, post, "absent")
    assert [(one.member_id, one.value.session.starts_at) for one in await told(club)] == [(ORGANIZER, at(18, 19))]


# Whose answer only an organizer gave


async def put_back(club: Club, session: Session) -> None:
    """The host says that they don't come, and an organizer that they do."""
    await say(club, session, Answer.NOT_GOING)
    organizer = member(ORGANIZER)
    await club.services.rsvps.answer(GUILD, organizer, session.id, Answer.GOING, member_id=ME)


async def test_a_host_whom_an_organizer_puts_back_is_not_missed_and_named_only_once_they_answer(club: Club):
    session = await host(club)
    await put_back(club, session)
    assert await told(club) == []
    assert (await seen(club, session)).host_id == 0
    await say(club, session, Answer.GOING)
    assert (await seen(club, session)).host_id == ME


async def test_a_host_whom_an_organizer_put_back_is_missed_once_they_leave_the_group(club: Club):
    session = await host(club)
    await put_back(club, session)
    await club.services.memberships.leave(GUILD, member(), None)
    assert [one.value.why for one in await told(club)] == ["left group"]
