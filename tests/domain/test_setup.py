from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actors import Actor
from bot.domain.communities import (
    ANNOUNCEMENTS,
    FORUM,
    INTRODUCTIONS,
    LOG,
    MADE_CHANNEL,
    Community,
    CommunityService,
    Language,
    NewSettings,
)
from bot.domain.errors import NotAllowed, Unknown
from bot.domain.setup import (
    NEEDED,
    QUESTIONS,
    STEPS,
    ChannelCheck,
    PermissionReport,
    Proposals,
    SetupService,
    SetupState,
    SetupStep,
    current_step,
    needed_on_server,
    step_after,
)
from bot.domain.zones import ZoneUnknown
from data.communities import DEFAULTS
from data.database import Database
from tests.data.files import NOW, StandingClock, audit_rows, file_database

GUILD = 7
MODERATOR = Actor(1, moderator=True)
OTHER = Actor(3, moderator=True)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[Database]:
    async with file_database(tmp_path) as opened:
        yield opened


@pytest.fixture
def service(database: Database) -> SetupService:
    return at_work(database)


def at_work(database: Database, proposals: Proposals | None = None) -> SetupService:
    clock = StandingClock()
    proposals = proposals or Proposals("en", "Europe/Paris")
    return SetupService(database, clock, CommunityService(database, clock), proposals)


async def skipped_to(service: SetupService, step: SetupStep) -> SetupState:
    state = await service.open(GUILD, MODERATOR)
    while state.step != step:
        state = await service.skip(GUILD, MODERATOR, state.step)
    return state


@given(st.sampled_from(STEPS), st.sampled_from(STEPS), st.sampled_from(["on", "back"]))
def test_a_press_moves_at_most_one_step_and_only_from_its_own_page(current, pressed, direction):
    target = step_after(current, pressed, direction)
    moved = STEPS.index(target) - STEPS.index(current)
    if current != pressed:
        assert moved == 0
    else:
        assert moved in ((0, 1) if direction == "on" else (0, -1))
    assert step_after(STEPS[0], STEPS[0], "back") == STEPS[0]
    assert step_after("done", "done", "on") == "done"


def test_before_it_was_begun_the_first_question_is_shown():
    assert current_step(Community(guild_id=7, **DEFAULTS)) == "language"


async def test_opening_takes_over_the_configured_proposals_once(service: SetupService):
    state = await service.open(GUILD, MODERATOR)
    assert (state.step, state.community.language, state.community.time_zone) == ("language", "en", "Europe/Paris")
    await service.answer(GUILD, MODERATOR, "language", NewSettings(language="ja"))
    state = await service.open(GUILD, MODERATOR)
    assert (state.step, state.community.language) == ("time_zone", "ja")


async def test_the_servers_own_language_is_proposed_before_the_configured_one(service: SetupService):
    assert (await service.open(GUILD, MODERATOR, "ja")).community.language == "ja"
    assert (await service.open(8, MODERATOR, "fr")).community.language == "en"


@pytest.mark.parametrize(
    ("server", "chosen", "zone"), [("ja", "ja", "Asia/Tokyo"), ("en", "ja", "Asia/Tokyo"), ("en", "en", "UTC")]
)
async def test_a_japanese_community_that_passes_over_the_zone_is_in_japan(
    database: Database, server: str, chosen: Language, zone: str
):
    service = at_work(database, Proposals())
    await service.open(GUILD, MODERATOR, server)
    await service.answer(GUILD, MODERATOR, "language", NewSettings(language=chosen))
    assert (await service.skip(GUILD, MODERATOR, "time_zone")).community.time_zone == zone


async def test_a_zone_that_was_chosen_stays_whatever_the_language(database: Database):
    service = at_work(database, Proposals())
    await service.open(GUILD, MODERATOR)
    for zone, language in (("New York", "ja"), ("Tokyo", "en")):
        state = await service.answer(GUILD, MODERATOR, "time_zone", NewSettings(time_zone=zone))
        after = await service.answer(GUILD, MODERATOR, "language", NewSettings(language=language))
        assert after.community.time_zone == state.community.time_zone


async def test_every_question_can_be_answered_and_the_last_answer_sets_up(service: SetupService):
    await service.open(GUILD, MODERATOR)
    answers = {
        "language": NewSettings(language="ja"),
        "time_zone": NewSettings(time_zone="Tokyo"),
        "moderator_role": NewSettings(moderator_role=60),
        "channels": NewSettings(announcements_channel=50, log_channel=51),
        "usual_start": NewSettings(usual_start="07:00"),
    }
    assert tuple(answers) == QUESTIONS
    for place, (step, answer) in enumerate(answers.items()):
        state = await service.answer(GUILD, MODERATOR, step, answer)
        assert state.step == STEPS[place + 1]
        assert state.community.is_set_up is (state.step == "done")
    community = state.community
    assert (community.language, community.time_zone, community.usual_start) == ("ja", "Asia/Tokyo", time(7))
    assert (community.announcements_channel, community.log_channel, community.moderator_role) == (50, 51, 60)
    assert community.set_up_at == NOW


async def test_every_question_can_be_skipped(service: SetupService):
    state = await skipped_to(service, "done")
    assert state.community.is_set_up
    assert (state.community.language, state.community.announcements_channel) == ("en", 0)


async def test_it_goes_on_where_it_was_left_also_after_a_restart(service: SetupService, database: Database):
    await skipped_to(service, "moderator_role")
    assert (await at_work(database).open(GUILD, OTHER)).step == "moderator_role"


async def test_an_answer_under_an_old_page_counts_but_skips_no_question(service: SetupService):
    await skipped_to(service, "channels")
    state = await service.answer(GUILD, OTHER, "language", NewSettings(language="ja"))
    assert (state.step, state.community.language) == ("channels", "ja")


async def test_two_moderators_who_skip_at_once_skip_one_question(service: SetupService):
    await service.open(GUILD, MODERATOR)
    states = await asyncio.gather(*(service.skip(GUILD, who, "language") for who in (MODERATOR, OTHER) * 5))
    assert {state.step for state in states} == {"time_zone"}


async def test_two_moderators_who_answer_at_once_leave_one_whole_answer(service: SetupService):
    await skipped_to(service, "usual_start")
    states = await asyncio.gather(
        service.answer(GUILD, MODERATOR, "usual_start", NewSettings(usual_start="07:00")),
        service.answer(GUILD, OTHER, "usual_start", NewSettings(usual_start="19:00")),
    )
    assert [state.step for state in states] == ["done", "done"]
    assert (await service.open(GUILD, MODERATOR)).community.usual_start == time(19)


async def test_one_can_go_back_but_not_before_the_first_question(service: SetupService):
    await skipped_to(service, "time_zone")
    assert (await service.back(GUILD, MODERATOR, "time_zone")).step == "language"
    assert (await service.back(GUILD, MODERATOR, "language")).step == "language"


async def test_going_through_it_again_keeps_the_community_set_up(service: SetupService):
    await skipped_to(service, "done")
    state = await service.again(GUILD, OTHER)
    assert (state.step, state.community.is_set_up) == ("language", True)
    assert (await skipped_to(service, "done")).community.set_up_at == NOW


async def test_a_bad_answer_stays_at_the_question(service: SetupService):
    await skipped_to(service, "time_zone")
    with pytest.raises(ZoneUnknown):
        await service.answer(GUILD, MODERATOR, "time_zone", NewSettings(time_zone="Atlantis"))
    assert (await service.open(GUILD, MODERATOR)).step == "time_zone"


async def test_a_forged_step_is_refused_and_its_answer_not_kept(service: SetupService):
    await service.open(GUILD, MODERATOR)
    with pytest.raises(Unknown):
        await service.answer(GUILD, MODERATOR, "payment", NewSettings(language="ja"))
    with pytest.raises(Unknown):
        await service.skip(GUILD, MODERATOR, "")
    assert (await service.open(GUILD, MODERATOR)).community.language == "en"


async def test_only_moderators_go_through_it(service: SetupService):
    member = Actor(2)
    for press in (
        service.open(GUILD, member),
        service.answer(GUILD, member, "language", NewSettings(language="ja")),
        service.skip(GUILD, member, "language"),
        service.back(GUILD, member, "language"),
        service.again(GUILD, member),
        service.make_channels(GUILD, member),
    ):
        with pytest.raises(NotAllowed):
            await press


async def test_all_channels_are_asked_for_and_shown_as_being_made(service: SetupService, database: Database):
    state = await service.make_channels(GUILD, MODERATOR)
    assert state.making == {ANNOUNCEMENTS, LOG, INTRODUCTIONS, FORUM}
    async with database(GUILD) as uow:
        await CommunityService(database, StandingClock()).channel_made(uow, ANNOUNCEMENTS, 90)
    state = await service.open(GUILD, MODERATOR)
    assert (state.making, state.community.announcements_channel) == ({LOG, INTRODUCTIONS, FORUM}, 90)


async def test_only_channels_that_are_not_chosen_are_made(service: SetupService, database: Database):
    await service.open(GUILD, MODERATOR)
    chosen = NewSettings(log_channel=51, introductions_channel=52, questions_channel=53)
    await service.answer(GUILD, MODERATOR, "channels", chosen, stay=True)
    assert (await service.make_channels(GUILD, MODERATOR)).making == {ANNOUNCEMENTS}
    async with database.reading(GUILD) as uow:
        assert await uow.mirrors.find(MADE_CHANNEL, LOG) is None


async def test_a_deleted_channel_is_made_anew(service: SetupService):
    await service.open(GUILD, MODERATOR)
    chosen = NewSettings(announcements_channel=50, log_channel=51, introductions_channel=52, questions_channel=53)
    state = await service.answer(GUILD, MODERATOR, "channels", chosen, stay=True)
    assert state.step == "language"
    state = await service.make_channels(GUILD, MODERATOR, deleted={51})
    assert (state.making, state.community.announcements_channel, state.community.log_channel) == ({LOG}, 50, 0)


async def test_asking_for_channels_twice_makes_them_once(service: SetupService, database: Database):
    await asyncio.gather(service.make_channels(GUILD, MODERATOR), service.make_channels(GUILD, OTHER))
    async with database.reading(GUILD) as uow:
        mirror = await uow.mirrors.find(MADE_CHANNEL, ANNOUNCEMENTS)
    assert mirror is not None
    assert mirror.remote_id == 0


async def test_the_audit_tells_answers_from_mere_reading_on(service: SetupService, database: Database):
    await skipped_to(service, "channels")
    await service.make_channels(GUILD, MODERATOR)
    actions = [(action, actor) for action, actor, *_ in await audit_rows(database, GUILD)]
    assert actions == [("community.change", 1), ("community.make_channels", 1)]


def test_the_server_must_allow_events_and_making_channels_only_if_they_are_wanted():
    community = Community(guild_id=7, **DEFAULTS)
    assert needed_on_server(community) == ("create_events",)
    assert needed_on_server(community, to_make_channels=True) == ("create_events", "manage_channels")
    without = Community(guild_id=7, **(DEFAULTS | {"native_events": False}))
    assert needed_on_server(without) == ()


def test_every_channel_needs_its_history_so_that_a_doubt_can_be_settled():
    assert all("read_message_history" in needed for needed in NEEDED.values())
    assert "create_public_threads" not in NEEDED[LOG]


def test_a_report_is_fine_only_if_nothing_is_missing():
    assert PermissionReport((ChannelCheck(LOG, 5),)).is_fine
    assert not PermissionReport((ChannelCheck(LOG, 5, ("embed_links",)),)).is_fine
    assert not PermissionReport((ChannelCheck(LOG, 5, exists=False),)).is_fine
    assert not PermissionReport(server=("create_events",)).is_fine
