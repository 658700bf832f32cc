"""The pinned list of coming sessions: where it stands, what is on it, and how far ahead a group looks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.communities import NewSettings
from bot.domain.group_times import LookAheadNotPossible, parse_look_ahead
from bot.domain.groups import GroupChange, NewGroup, StudyGroup
from bot.domain.mirrors import Mirror, MirrorState
from bot.domain.series import NewSeries, SeriesChange
from bot.domain.series.editing import SeriesEditPreview
from bot.domain.upcoming import MOST, UPCOMING, Upcoming
from tests.domain.reminding import ANNOUNCEMENTS, GUILD, LOG, MODERATOR, SECRET, Club, a_club, at


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as opened:
        yield opened


async def edit(club: Club, name: str = "経済部会", **change: Any) -> StudyGroup:
    return (await club.services.groups.edit(GUILD, MODERATOR, name, GroupChange(**change)))[1]


async def mirror(club: Club, channel_id: int = ANNOUNCEMENTS) -> Mirror | None:
    async with club.db.reading(GUILD) as uow:
        return await uow.mirrors.find(UPCOMING, channel_id)


async def wanted(club: Club, channel_id: int = ANNOUNCEMENTS) -> int:
    found = await mirror(club, channel_id)
    return 0 if found is None else found.wanted


async def listed(club: Club, channel_id: int = ANNOUNCEMENTS) -> Upcoming | None:
    """What the list in a channel says now."""
    found = await mirror(club, channel_id)
    if found is None:
        return None
    async with club.db.reading(GUILD) as uow:
        return await club.services.upcoming.describe(uow, found)


async def themes(club: Club, channel_id: int = ANNOUNCEMENTS) -> list[str]:
    value = await listed(club, channel_id)
    assert value is not None
    return [session.theme for session in value.sessions]


async def planned(club: Club) -> int:
    async with club.db.reading(GUILD) as uow:
        return len(await uow.sessions.upcoming(club.clock.now(), limit=5000))


async def weekly(club: Club, **values: Any) -> None:
    new = {"group_id": club.group.id, "name": "朝の会", "rrule": "FREQ=WEEKLY;BYDAY=WE", "at": time(7)} | values
    await club.services.series.create(GUILD, MODERATOR, NewSeries(**new))


# How far ahead


@pytest.mark.parametrize(
    ("text", "days"),
    [("6 weeks", 42), ("６週間", 42), ("10 days", 10), ("10日", 10), ("26 weeks", 182), ("1 week", 7), ("default", 0)],
)
def test_how_far_ahead_is_read_in_both_languages(text: str, days: int):
    assert parse_look_ahead(text) == days


@pytest.mark.parametrize("text", ["soon", "", "30", "6 days", "27 weeks", "8 days 2 hours", "-3 weeks", "0"])
def test_what_is_no_time_to_look_ahead_is_refused(text: str):
    with pytest.raises(LookAheadNotPossible):
        parse_look_ahead(text)


async def test_a_group_that_looks_farther_ahead_has_more_of_its_series_planned_at_once(club: Club):
    await weekly(club)
    assert await planned(club) == 8
    await edit(club, look_ahead="12 weeks")
    assert await planned(club) == 12
    await edit(club, look_ahead="2 weeks")
    assert await planned(club) == 12, "what is planned stays"
    club.clock.pass_time(weeks=3)
    await club.services.series.plan_all(GUILD)
    assert await planned(club) == 9
    await edit(club, look_ahead="default")
    assert await planned(club) == 9
    club.clock.pass_time(weeks=2)
    await club.services.series.plan_all(GUILD)
    assert await planned(club) == 8


async def test_a_new_series_is_planned_as_far_as_its_group_looks(club: Club):
    group = await club.services.groups.create(GUILD, MODERATOR, NewGroup("茶", look_ahead="2週間"))
    assert group.look_ahead == 14
    await weekly(club, group_id=group.id)
    assert await planned(club) == 2
    await club.services.series.plan_all(GUILD)
    assert await planned(club) == 2


async def test_a_change_of_a_series_plans_no_farther_than_its_group_looks(club: Club):
    await edit(club, look_ahead="2 weeks")
    await weekly(club)
    change = SeriesChange(rrule="FREQ=WEEKLY;BYDAY=TH", at=time(7))
    preview = await club.services.series_edits.propose(GUILD, MODERATOR, "朝の会", change)
    assert isinstance(preview, SeriesEditPreview)
    await club.services.series_edits.confirm(GUILD, MODERATOR, preview.draft_id)
    assert await planned(club) == 2


# Where the list stands


async def test_there_is_no_list_unless_it_is_switched_on(club: Club):
    await club.schedule()
    await edit(club, description="x")
    assert await mirror(club) is None


async def test_it_stands_where_the_groups_sessions_are_announced(club: Club):
    await club.services.groups.create(GUILD, MODERATOR, NewGroup("理事会", channel_id=SECRET, upcoming=True))
    await edit(club, upcoming=True)
    for channel_id in (SECRET, ANNOUNCEMENTS):
        found = await mirror(club, channel_id)
        assert found is not None
        assert (found.parent_id, found.state) == (channel_id, MirrorState.LIVE)


async def test_it_moves_with_the_groups_channel_and_goes_when_switched_off_or_archived(club: Club):
    await edit(club, upcoming=True)
    await edit(club, channel_id=SECRET)
    assert await listed(club) is None
    assert await listed(club, SECRET) is not None
    before = await wanted(club, SECRET)
    await edit(club, upcoming=False)
    assert await listed(club, SECRET) is None
    assert await wanted(club, SECRET) == before + 1, "it is taken away"
    await edit(club, upcoming=True)
    before = await wanted(club, SECRET)
    preview = await club.services.archive.preview(GUILD, MODERATOR, "経済部会")
    await club.services.archive.confirm(GUILD, MODERATOR, preview.draft_id)
    assert await listed(club, SECRET) is None
    assert await wanted(club, SECRET) > before
    await club.services.archive.restore(GUILD, MODERATOR, club.group.id)
    assert await listed(club, SECRET) is not None


async def test_it_moves_with_the_announcements_of_a_group_without_a_channel(club: Club):
    await edit(club, upcoming=True)
    before = await wanted(club)
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(announcements_channel=LOG))
    assert await listed(club) is None
    assert await wanted(club) == before + 1
    assert await listed(club, LOG) is not None


async def test_it_follows_the_communitys_language(club: Club):
    await edit(club, upcoming=True)
    before = await wanted(club)
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(language="ja"))
    assert await wanted(club) == before + 1
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours="22:00-06:00"))
    assert await wanted(club) == before + 1


# What is on it


async def test_groups_that_share_a_channel_share_the_list_and_no_other_group_is_on_it(club: Club):
    tea = await club.add_group("茶")
    hidden = await club.add_group("理事会", SECRET)
    silent = await club.add_group("静かな部会")
    for name in ("経済部会", "茶", "理事会"):
        await edit(club, name, upcoming=True)
    for group, theme in ((club.group, "経済"), (tea, "煎茶"), (hidden, "秘密"), (silent, "静か")):
        await club.schedule(theme=theme, group_id=group.id)
    assert await themes(club) == ["経済", "煎茶"]
    assert await themes(club, SECRET) == ["秘密"]


async def test_it_follows_whatever_happens_to_a_session(club: Club):
    await edit(club, upcoming=True)
    before = await wanted(club)
    one = await club.schedule()
    other = await club.schedule(at(16, 7), "別の会")
    assert await themes(club) == ["朝の会", "別の会"]
    await club.move(one, at(17, 7))
    assert await themes(club) == ["別の会", "朝の会"]
    await club.edit(other, theme="茶の会")
    assert await themes(club) == ["茶の会", "朝の会"]
    await club.cancel(other)
    assert await themes(club) == ["朝の会"]
    assert await wanted(club) == before + 5, "each of these brings it up to date"
    await club.until(at(17, 8))
    assert await themes(club) == []
    assert await wanted(club) == before + 6


async def test_a_session_comes_onto_it_when_it_is_near_enough(club: Club):
    await edit(club, upcoming=True, look_ahead="2 weeks")
    session = await club.schedule(at(30, 7))
    assert await themes(club) == []
    before = await wanted(club)
    await club.until(at(16, 6, 59))
    assert (await themes(club), await wanted(club)) == ([], before)
    await club.until(at(16, 7))
    assert (await themes(club), await wanted(club)) == (["朝の会"], before + 1)
    await club.move(session, at(31, 7))
    assert await themes(club) == []
    await club.until(at(17, 7))
    assert await themes(club) == ["朝の会"]


async def test_a_group_that_looks_farther_ahead_lists_more_at_once_and_later_ones_in_time(club: Club):
    await edit(club, upcoming=True)
    await club.schedule(at(13, 12) + timedelta(weeks=10))
    assert await themes(club) == []
    await edit(club, look_ahead="9 weeks")
    assert await themes(club) == []
    await club.until(at(13, 12) + timedelta(weeks=1))
    assert await themes(club) == ["朝の会"]
    await edit(club, look_ahead="1 week")
    assert await themes(club) == []


async def test_only_the_next_ones_are_on_it_and_the_rest_is_counted(club: Club):
    await edit(club, upcoming=True)
    await weekly(club, rrule="FREQ=DAILY")
    value = await listed(club)
    assert value is not None
    assert len(value.sessions) == MOST
    assert value.more == await planned(club) - MOST
    starts = [session.starts_at for session in value.sessions]
    assert starts == sorted(starts)


async def test_one_that_moderators_were_asked_about_is_not_made_again_by_the_next_session(club: Club):
    await edit(club, upcoming=True)
    found = await mirror(club)
    assert found is not None
    await club.db.mirrors.write(found, state=MirrorState.ASKED)
    await club.schedule()
    after = await mirror(club)
    assert after is not None
    assert after.state is MirrorState.ASKED
