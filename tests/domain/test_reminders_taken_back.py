"""Whatever times organizers and people set and take back, whoever comes is reminded, and of nothing twice."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.communities import NewSettings
from bot.domain.groups import GroupChange
from bot.domain.own_reminders import OwnChange
from bot.domain.own_reminders.nearness import NEAR
from bot.domain.rsvps import Answer
from tests.domain.reminding import GUILD, MODERATOR, Sent, a_club, at

ME, OTHER = 11, 12
START = at(15, 7)
FOLDER = "/dev/shm" if Path("/dev/shm").is_dir() else None
USUAL = frozenset({"evening", "dawn", "morning"})
# Near a usual evening (11 hours before seven) and near dawns, and at the very minute of them.
TIMES = st.sampled_from(
    [(), (30,), (40,), (45,), (60,), (75,), (85,), (100, 40), (10 * 60 + 45,), (11 * 60,), (11 * 60 + 15, 45)]
)
EVENINGS = st.sampled_from(["19:30", "20:00", "20:20", "21:00", "default"])
ACTS = st.one_of(
    st.builds(GroupChange, reminders=TIMES),
    st.builds(GroupChange, reminders=TIMES),
    st.builds(GroupChange, reminders=TIMES, evening_before=EVENINGS),
    st.builds(OwnChange, before=TIMES | st.just("usual")),
    st.builds(NewSettings, quiet_hours=st.sampled_from(["22:00-06:30", "off"])),
    st.sampled_from([45, 60, 90, 640, 650]),
    st.sampled_from(["19:30", "20:10", "21:00"]),
)
MOMENTS = st.one_of(
    st.integers(-2, 16).map(lambda n: at(14, 19, 30) + n * timedelta(minutes=5)),
    st.integers(-2, 20).map(lambda n: at(15, 5, 20) + n * timedelta(minutes=5)),
)
"""When somebody changes something: about the usual evening, or between the first dawn and the start."""


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    morning=st.booleans(),
    first=TIMES,
    acts=st.lists(st.tuples(MOMENTS, ACTS), min_size=1, max_size=5).map(lambda acts: sorted(acts, key=lambda a: a[0])),
)
def test_whoever_comes_is_reminded_and_of_nothing_twice_within_half_an_hour(
    morning: bool, first: tuple[int, ...], acts: Sequence[tuple[datetime, object]]
):
    with asyncio.Runner() as runner:
        runner.run(_play(morning, first, acts))


async def _play(morning: bool, first: tuple[int, ...], acts: Sequence[tuple[datetime, object]]) -> None:
    with tempfile.TemporaryDirectory(dir=FOLDER) as name:
        async with a_club(Path(name)) as club:
            services = club.services
            actor = replace(MODERATOR, member_id=ME)
            if morning:
                await club.morning()
            await services.groups.edit(GUILD, MODERATOR, club.group.name, GroupChange(reminders=first))
            club.clock.at = at(14, 12)
            session = await club.schedule(START)
            await club.answer(session, Answer.GOING, ME, OTHER)
            await club.thread(session)
            # What each person's times are from when on: their own, or the group's.
            groups: list[tuple[datetime, tuple[int, ...]]] = [(club.clock.at, first)]
            own: list[tuple[datetime, object]] = [(club.clock.at, "usual")]
            for moment, act in acts:
                await club.until(moment)
                match act:
                    case GroupChange():
                        await services.groups.edit(GUILD, MODERATOR, club.group.name, act)
                        groups.append((moment, act.reminders or ()))
                    case OwnChange():
                        await services.own_reminders.choose(GUILD, actor, act)
                        own.append((moment, act.before))
                    case NewSettings():
                        await services.communities.change(GUILD, MODERATOR, act)
                    case int():
                        await services.morning.set(GUILD, MODERATOR, minutes_before=act)
                    case _:
                        await services.morning.set(GUILD, MODERATOR, evening_before=str(act))
            await club.until(START)

            def known(member_id: int, instant: datetime) -> set[object]:
                """The times that this person had asked for by then; an act of this very minute may be either way."""
                shared = [times for since, times in groups if since < instant][-1]
                mine = [times for since, times in own if since < instant][-1] if member_id == ME else "usual"
                return {*(shared if mine == "usual" else mine)}  # pyright: ignore[reportGeneralTypeIssues]

            for member_id in (ME, OTHER):
                heard = [one for one in club.sent if member_id in {*one.pinged, one.member_id}]
                assert heard, f"{member_id} was never reminded"
                assert len([one.kind for one in heard if one.kind in USUAL]) <= 2
                for one, other in pairwise(heard):
                    if other.at - one.at < NEAR:
                        _asked_for_both(one, other, known(member_id, one.at))


def _asked_for_both(one: Sent, other: Sent, times: set[object]) -> None:
    assert other.kind not in USUAL, f"{other.kind} at {other.at} though {one.kind} was told at {one.at}"
    assert one.kind not in USUAL or other.minutes not in times, f"{one.kind} at {one.at} though {other.minutes} is near"
