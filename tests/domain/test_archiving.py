from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain.actors import Actor
from bot.domain.archiving import Archived, ArchivePreview, GroupArchived
from bot.domain.errors import InvalidText, NotAllowed, Unknown
from bot.domain.groups import GroupChange, GroupNameTaken, NewGroup
from bot.domain.rsvps import Answer
from bot.domain.series import NewSeries
from bot.domain.sessions import NewSession, SessionState
from tests.data.files import audit_rows
from tests.domain.reminding import ANNOUNCEMENTS, SECRET, Club, a_club, pings
from tests.domain.study import GUILD, MODERATOR, at, time_of

ANOTHER = replace(MODERATOR, member_id=8)
MEMBER = Actor(2, sees=lambda channel_id: channel_id == ANNOUNCEMENTS)
NARROW = Actor(3, moderator=True, sees=lambda channel_id: channel_id == ANNOUNCEMENTS)
"""A moderator who sees only the announcements channel."""


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as opened:
        yield opened


async def weekly(club: Club, name: str = "朝の会", **values: Any) -> None:
    new = {"group_id": club.group.id, "rrule": "FREQ=WEEKLY;BYDAY=WE", "at": time_of(7), "count": 3} | values
    await club.services.series.create(GUILD, MODERATOR, NewSeries(name=name, **new))


async def shown(club: Club, name: str = "経済部会", reason: str = "") -> ArchivePreview:
    return await club.services.archive.preview(GUILD, MODERATOR, name, reason)


async def archived(club: Club, name: str = "経済部会", reason: str = "") -> Archived:
    done = await club.services.archive.confirm(GUILD, MODERATOR, (await shown(club, name, reason)).draft_id)
    assert isinstance(done, Archived)
    return done


async def ahead(club: Club) -> list[int]:
    async with club.db.reading(GUILD) as uow:
        return [session.id for session in await uow.sessions.upcoming(club.clock.now())]


async def test_its_moderator_is_shown_what_stops_and_nothing_stops_yet(club: Club):
    await weekly(club)
    one = await club.schedule(at(16, 19))
    await club.answer(one, Answer.GOING, 11, 12)
    await club.answer(one, Answer.NOT_GOING, 13)
    ending = (await shown(club)).ending
    assert ([series.name for series in ending.series], len(ending.sessions)) == (["朝の会"], 4)
    assert (ending.announced, len(ending.told.people), ending.running) == (2, 2, None)
    assert len(await ahead(club)) == 4
    assert await club.services.groups.list(GUILD, MODERATOR) != []


async def test_archiving_ends_the_series_and_calls_off_what_is_ahead(club: Club):
    await weekly(club)
    one = await club.schedule(at(16, 19))
    await club.answer(one, Answer.GOING, 11)
    await club.answer(one, Answer.MAYBE, 12)
    await club.answer(one, Answer.NOT_GOING, 13)
    done = await archived(club, reason="We meet elsewhere")
    assert done.group.archived_at == club.clock.now()
    assert await ahead(club) == []
    sent = await club.until(at(30, 12))
    assert pings(sent, "cancelled") == [frozenset({11, 12})]
    assert "We meet elsewhere" in sent[0].text
    assert {one.kind for one in sent} == {"cancelled"}, "no reminder and no start fires"
    async with club.db.reading(GUILD) as uow:
        assert await uow.series.all() == []
        assert (await uow.sessions.get(one.id)).state is SessionState.CANCELLED
    actions = [action for action, *_ in await audit_rows(club.db, GUILD)]
    assert actions.count("session.cancel") == 4
    assert (actions.count("series.end"), actions.count("group.archive")) == (1, 1)


async def test_members_who_come_to_nothing_read_of_it_once_in_the_groups_channel_and_nobody_is_pinged_for_it(
    club: Club,
):
    for member_id in (11, 12, 13, MODERATOR.member_id):
        await club.services.memberships.join(GUILD, Actor(member_id, sees=lambda _: True), None)
    one = await club.schedule(at(16, 19))
    await club.answer(one, Answer.GOING, 11)
    await club.answer(one, Answer.NOT_GOING, 12)
    done = await archived(club, reason="We meet elsewhere")
    assert (done.ending.others, done.ending.channel_id) == (2, ANNOUNCEMENTS)
    found = [sent for sent in await club.until(at(30, 12)) if sent.kind == "archived"]
    assert [(sent.channel_id, sent.member_id, sent.pinged, sent.silent) for sent in found] == [
        (ANNOUNCEMENTS, 0, frozenset(), True)
    ]
    assert "We meet elsewhere" in found[0].text


async def test_a_group_whose_members_all_know_or_that_has_none_says_nothing(club: Club):
    await archived(club)
    assert await club.posts("archived") == []


async def test_a_group_that_is_back_before_it_was_said_says_nothing_of_its_end(club: Club):
    await club.services.memberships.join(GUILD, MEMBER, None)
    done = await archived(club)
    assert len(await club.posts("archived")) == 1
    await club.services.archive.restore(GUILD, MODERATOR, done.group.id)
    assert [sent for sent in await club.until(at(30, 12)) if sent.kind == "archived"] == []
    await archived(club)
    assert len([sent for sent in await club.until(at(30, 12)) if sent.kind == "archived"]) == 1


async def test_nothing_is_announced_while_it_is_being_archived(club: Club):
    await weekly(club, count=8)
    async with club.db.reading(GUILD) as uow:
        before = {mirror.subject_id for mirror in await uow.mirrors.live("announcement")}
    await archived(club)
    async with club.db.reading(GUILD) as uow:
        assert {mirror.subject_id for mirror in await uow.mirrors.live("announcement")} == before
    await club.services.announcements.open_due(GUILD)
    await club.services.series.plan_all(GUILD)
    assert await ahead(club) == []


async def test_what_is_shown_in_discord_is_brought_up_to_date(club: Club):
    session = await club.schedule()
    async with club.db.reading(GUILD) as uow:
        before = await uow.mirrors.find("announcement", session.id)
    await archived(club)
    async with club.db.reading(GUILD) as uow:
        after = await uow.mirrors.find("announcement", session.id)
    assert before is not None
    assert after is not None
    assert after.wanted > before.wanted


async def test_a_session_that_goes_on_is_left_in_peace(club: Club):
    session = await club.schedule(at(15, 7))
    await club.until(at(15, 7, 30))
    done = await archived(club)
    assert done.ending.running is not None
    assert (done.ending.running.id, done.ending.sessions) == (session.id, ())
    await club.until(at(15, 9))
    async with club.db.reading(GUILD) as uow:
        assert (await uow.sessions.get(session.id)).state is SessionState.ENDED


async def test_an_archived_group_exists_nowhere_but_its_past_is_kept(club: Club):
    past = await club.schedule(at(14, 7))
    await club.services.memberships.join(GUILD, MEMBER, club.group.id)
    await club.until(at(15, 12))
    await archived(club)
    services = club.services
    assert await services.groups.list(GUILD, MODERATOR) == []
    assert await services.groups.suggest(GUILD, MODERATOR, "") == []
    assert await services.memberships.cards(GUILD, MEMBER) == []
    assert (await services.help.show(GUILD, MEMBER)).mine == ()
    for name in ("経済部会", club.group.id):
        with pytest.raises(Unknown):
            await services.memberships.join(GUILD, MEMBER, name)
    with pytest.raises(Unknown):
        await services.groups.edit(GUILD, MODERATOR, "経済部会", GroupChange(description="x"))
    with pytest.raises(Unknown):
        await services.sessions.schedule(GUILD, MODERATOR, NewSession(club.group.id, "朝の会", at(20, 7)))
    assert (await services.sessions.show(GUILD, MEMBER, past.id)).session.state is SessionState.ENDED


async def test_its_name_is_free_again_and_both_live_side_by_side(club: Club):
    await archived(club)
    new = await club.services.groups.create(GUILD, MODERATOR, NewGroup("経済部会"))
    assert [group.id for group in await club.services.groups.list(GUILD, MODERATOR)] == [new.id]
    await archived(club)
    third = await club.services.groups.create(GUILD, MODERATOR, NewGroup("経済部会"))
    with pytest.raises(GroupNameTaken):
        await club.services.groups.create(GUILD, MODERATOR, NewGroup("経済部会"))
    assert len({club.group.id, new.id, third.id}) == 3


async def test_only_moderators_archive_and_bring_back_not_even_an_organizer(club: Club):
    organizer = replace(MODERATOR, member_id=5, moderator=False)
    await club.services.groups.edit(GUILD, MODERATOR, None, GroupChange(add_organizer=5))
    preview = await shown(club)
    archive = club.services.archive
    with pytest.raises(NotAllowed):
        await archive.preview(GUILD, organizer, "経済部会")
    with pytest.raises(NotAllowed):
        await archive.confirm(GUILD, organizer, preview.draft_id)
    with pytest.raises(NotAllowed):
        await archive.restore(GUILD, organizer, club.group.id)
    with pytest.raises(NotAllowed):
        await archive.earlier(GUILD, organizer, NewGroup("経済部会"))
    with pytest.raises(InvalidText):
        await archive.preview(GUILD, MODERATOR, "経済部会", "x" * 301)


async def test_a_preview_is_used_once_and_only_by_its_author(club: Club):
    preview = await shown(club)
    archive = club.services.archive
    with pytest.raises(Unknown):
        await archive.confirm(GUILD, ANOTHER, preview.draft_id)
    results = await asyncio.gather(
        *(archive.confirm(GUILD, MODERATOR, preview.draft_id) for _ in range(3)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["Archived", "Unknown", "Unknown"]


async def test_the_second_of_two_moderators_hears_that_the_first_was_faster(club: Club):
    mine = await shown(club)
    other = await club.services.archive.preview(GUILD, ANOTHER, "経済部会")
    await club.services.archive.confirm(GUILD, ANOTHER, other.draft_id)
    with pytest.raises(GroupArchived):
        await club.services.archive.confirm(GUILD, MODERATOR, mine.draft_id)


async def test_what_was_planned_after_the_preview_is_shown_before_it_stops(club: Club):
    await weekly(club)
    preview = await shown(club)
    late = await club.schedule(at(17, 19), "懇親会")
    again = await club.services.archive.confirm(GUILD, MODERATOR, preview.draft_id)
    assert isinstance(again, ArchivePreview)
    assert again.again
    assert late.id in [session.id for session in again.ending.sessions]
    assert len(await ahead(club)) == 4
    assert isinstance(await club.services.archive.confirm(GUILD, MODERATOR, again.draft_id), Archived)


async def test_more_dates_of_a_series_that_was_shown_need_no_second_look(club: Club):
    await weekly(club, count=None)
    preview = await shown(club)
    club.clock.pass_time(hours=23)
    await club.services.series.plan_all(GUILD)
    assert isinstance(await club.services.archive.confirm(GUILD, MODERATOR, preview.draft_id), Archived)
    assert await ahead(club) == []


async def test_a_group_that_is_kept_stays_as_it_is(club: Club):
    await club.schedule()
    preview = await shown(club)
    assert (await club.services.archive.keep(GUILD, MODERATOR, preview.draft_id)).archived_at is None
    with pytest.raises(Unknown):
        await club.services.archive.confirm(GUILD, MODERATOR, preview.draft_id)
    assert len(await ahead(club)) == 1


async def test_a_group_comes_back_with_its_members_and_settings_but_not_with_what_was_called_off(club: Club):
    await club.schedule()
    await club.services.groups.edit(GUILD, MODERATOR, None, GroupChange(description="数字の話", add_organizer=5))
    await club.services.memberships.join(GUILD, MEMBER, None)
    await archived(club)
    done = await club.services.archive.restore(GUILD, MODERATOR, club.group.id)
    assert (done.new, done.group.description, done.group.organizers) == (True, "数字の話", {5})
    assert not done.group.open_to_morning, "who sees it is looked at again first"
    (card,) = await club.services.memberships.cards(GUILD, MEMBER)
    assert card.mine
    assert await ahead(club) == []
    assert not (await club.services.archive.restore(GUILD, MODERATOR, club.group.id)).new
    with pytest.raises(GroupNameTaken):
        await club.services.groups.create(GUILD, MODERATOR, NewGroup("経済部会"))


async def test_a_group_does_not_come_back_under_a_name_that_another_has_by_now(club: Club):
    await archived(club)
    await club.services.groups.create(GUILD, MODERATOR, NewGroup("経済部会"))
    with pytest.raises(GroupNameTaken):
        await club.services.archive.restore(GUILD, MODERATOR, club.group.id)


async def test_whoever_gives_the_name_to_a_new_group_is_asked_about_the_old_one(club: Club):
    archive = club.services.archive
    assert await archive.earlier(GUILD, MODERATOR, NewGroup("経済部会")) is None, "it is taken, and creating says so"
    await archived(club)
    assert await archive.earlier(GUILD, MODERATOR, NewGroup("別の部会")) is None
    new = NewGroup("経済 部会", "new", announce_days_before=3)
    assert await archive.earlier(GUILD, MODERATOR, new) is None
    found = await archive.earlier(GUILD, MODERATOR, replace(new, name=" 経済部会 "))
    assert found is not None
    assert found.group.id == club.group.id
    made = await archive.make_new(GUILD, MODERATOR, found.draft_id)
    assert (made.name, made.description, made.announce_days_before) == ("経済部会", "new", 3)
    assert made.id != club.group.id
    with pytest.raises(Unknown):
        await archive.make_new(GUILD, MODERATOR, found.draft_id)
    with pytest.raises(InvalidText):
        await archive.earlier(GUILD, MODERATOR, NewGroup(""))


async def test_a_hidden_group_can_be_archived_and_brought_back_only_by_who_sees_it(club: Club):
    hidden = await club.add_group("理事会", SECRET)
    archive = club.services.archive
    with pytest.raises(Unknown):
        await archive.preview(GUILD, NARROW, "理事会")
    await archived(club, "理事会")
    assert await archive.earlier(GUILD, NARROW, NewGroup("理事会")) is None, "it does not exist for them"
    with pytest.raises(Unknown):
        await archive.restore(GUILD, NARROW, hidden.id)
    with pytest.raises(Unknown):
        await archive.restore(GUILD, MODERATOR, 10**9)
