from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import get_args

import pytest

from bot.domain.actors import Actor
from bot.domain.calendar import QuietHours
from bot.domain.communities import (
    CHANNEL_FIELDS,
    MADE_CHANNEL,
    WELCOME,
    Clearable,
    Community,
    CommunityService,
    EveningNeeded,
    EveryoneAsModerator,
    LanguageUnknown,
    NewSettings,
    differences,
    quiet_hours,
)
from bot.domain.errors import NotAllowed, StudyError
from bot.domain.phrases import ClockAmbiguous, PhraseNotUnderstood, QuietHoursNotUnderstood
from bot.domain.posts import Post, PostState
from bot.domain.uow import UnitOfWork
from bot.domain.zones import ZoneUnknown
from data.database import Database
from tests.data.files import NOW, StandingClock, audit_rows, file_database

GUILD = 7
MODERATOR = Actor(1, moderator=True)
MEMBER = Actor(2)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[Database]:
    async with file_database(tmp_path) as opened:
        yield opened


@pytest.fixture
def service(database: Database) -> CommunityService:
    return CommunityService(database, StandingClock())


async def posts(database: Database) -> list[Post]:
    async with database.reading(GUILD) as uow:
        return await uow.posts.of_subject(WELCOME, GUILD)


async def test_only_what_is_given_changes(service: CommunityService):
    before, after = await service.change(GUILD, MODERATOR, NewSettings(time_zone="東京", usual_start="7:00"))
    assert (before.time_zone, before.usual_start) == ("UTC", None)
    assert (after.time_zone, after.usual_start) == ("Asia/Tokyo", time(7, 0))
    assert (after.language, after.evening_before, after.native_events) == ("en", time(20, 0), True)
    assert await service.show(GUILD) == after


async def test_a_member_may_change_nothing(service: CommunityService, database: Database):
    with pytest.raises(NotAllowed) as refusal:
        await service.change(GUILD, MEMBER, NewSettings(language="ja"))
    assert refusal.value.who == ("moderator",)
    assert (await service.show(GUILD)).language == "en"
    assert await audit_rows(database, GUILD) == []


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (NewSettings(language="fr"), LanguageUnknown),
        (NewSettings(time_zone="Atlantis"), ZoneUnknown),
        (NewSettings(quiet_hours="at night"), QuietHoursNotUnderstood),
        (NewSettings(quiet_hours="07:00-07:00"), QuietHoursNotUnderstood),
        (NewSettings(usual_start="7時"), ClockAmbiguous),
        (NewSettings(evening_before="late"), PhraseNotUnderstood),
        (NewSettings(evening_before="なし"), EveningNeeded),
        (NewSettings(evening_before="off"), EveningNeeded),
        (NewSettings(moderator_role=GUILD), EveryoneAsModerator),
    ],
)
async def test_one_bad_value_changes_nothing_at_all(
    service: CommunityService, database: Database, new: NewSettings, error: type[StudyError]
):
    with pytest.raises(error):
        await service.change(GUILD, MODERATOR, new)
    assert await audit_rows(database, GUILD) == []


async def test_quiet_hours_are_set_and_turned_off(service: CommunityService):
    _, after = await service.change(GUILD, MODERATOR, NewSettings(quiet_hours="22時から6時半"))
    assert quiet_hours(after) == QuietHours(time(22, 0), time(6, 30))
    _, after = await service.change(GUILD, MODERATOR, NewSettings(quiet_hours="OFF"))
    assert (after.quiet_begin, after.quiet_end, quiet_hours(after)) == (None, None, None)


async def test_what_can_be_unset_is_unset_by_name(service: CommunityService):
    await service.change(
        GUILD,
        MODERATOR,
        NewSettings(
            announcements_channel=3,
            log_channel=4,
            introductions_channel=6,
            questions_channel=7,
            moderator_role=5,
            usual_start="07:00",
            quiet_hours="22:00-06:00",
        ),
    )
    names = get_args(Clearable)
    _, after = await service.change(GUILD, MODERATOR, NewSettings(clear=names))
    channels = (after.announcements_channel, after.log_channel, after.introductions_channel, after.questions_channel)
    assert (*channels, after.moderator_role) == (0, 0, 0, 0, 0)
    assert (after.usual_start, quiet_hours(after)) == (None, None)


async def test_a_change_leaves_one_audit_row_with_what_changed(service: CommunityService, database: Database):
    new = NewSettings(language="en", usual_start="19:30", native_events=False)
    await service.change(GUILD, MODERATOR, new)
    await service.change(GUILD, MODERATOR, new)
    assert await audit_rows(database, GUILD) == [
        (
            "community.change",
            1,
            "community:7",
            {"usual_start": None, "native_events": True},
            {"usual_start": "19:30", "native_events": False},
        )
    ]


async def test_other_features_follow_a_change_in_the_same_transaction(database: Database):
    heard: list[tuple[str, str]] = []

    async def follow(uow: UnitOfWork, before: Community, after: Community) -> None:
        assert await uow.communities.get() == after
        heard.append((before.time_zone, after.time_zone))

    async def fail(uow: UnitOfWork, before: Community, after: Community) -> None:
        if after.time_zone == "Europe/Paris":
            raise ZeroDivisionError

    service = CommunityService(database, StandingClock(), on_settings_changed=(follow, fail))
    await service.change(GUILD, MODERATOR, NewSettings(time_zone="Tokyo"))
    await service.change(GUILD, MODERATOR, NewSettings(time_zone="Asia/Tokyo"))
    assert heard == [("UTC", "Asia/Tokyo")]
    with pytest.raises(ZeroDivisionError):
        await service.change(GUILD, MODERATOR, NewSettings(time_zone="Paris"))
    assert (await service.show(GUILD)).time_zone == "Asia/Tokyo"


async def test_joining_posts_one_line_however_often_it_is_told(service: CommunityService, database: Database):
    for _ in range(3):
        await service.joined(GUILD, 50, NOW)
    (post,) = await posts(database)
    assert (post.channel_id, post.due_at, post.expires_at) == (50, NOW, NOW + timedelta(days=7))


async def test_being_invited_again_is_a_new_line(service: CommunityService, database: Database):
    await service.joined(GUILD, 50, NOW)
    await service.joined(GUILD, 50, NOW + timedelta(days=30))
    assert len(await posts(database)) == 2


async def test_where_the_bot_may_write_nowhere_nothing_is_posted(service: CommunityService, database: Database):
    await service.joined(GUILD, 0, NOW)
    assert await posts(database) == []


async def test_a_japanese_server_is_welcomed_in_japanese(service: CommunityService):
    await service.joined(GUILD, 50, NOW, "ja")
    assert (await service.show(GUILD)).language == "ja"
    await service.joined(8, 50, NOW, "fr")
    assert (await service.show(8)).language == "en"


async def test_a_community_that_has_begun_its_setup_is_not_welcomed(service: CommunityService, database: Database):
    await service.joined(GUILD, 50, NOW)
    (post,) = await posts(database)
    async with database(GUILD) as uow:
        assert await service.describe_welcome(uow, post) is not None
        await uow.communities.change(setup_step="language")
        assert await service.describe_welcome(uow, post) is None
    await service.joined(GUILD, 50, NOW + timedelta(days=30), "ja")
    assert [post.state for post in await posts(database)] == [PostState.PLANNED]
    assert (await service.show(GUILD)).language == "en"


@pytest.mark.parametrize(("which", "field"), [*CHANNEL_FIELDS.items()])
async def test_a_made_channel_is_used_unless_another_was_chosen_meanwhile(
    service: CommunityService, database: Database, which: int, field: str
):
    async with database(GUILD) as uow:
        await uow.mirrors.want(MADE_CHANNEL, which)
        mirror = await uow.mirrors.find(MADE_CHANNEL, which)
        assert mirror is not None
        made = await service.describe_channel(uow, mirror)
        assert made is not None
        assert made.which == which
        await service.channel_made(uow, which, 90)
    assert getattr(await service.show(GUILD), field) == 90
    async with database(GUILD) as uow:
        await service.channel_made(uow, which, 91)
        assert await service.describe_channel(uow, mirror) is None
    assert getattr(await service.show(GUILD), field) == 90
    actors = [(action, actor) for action, actor, *_ in await audit_rows(database, GUILD)]
    assert actors == [("community.change", None)]


def test_an_instant_in_the_audit_is_text():
    before = Community(1, "en", "UTC", 0, 0, 0, 0, 0, None, None, None, time(20), True, True, "", None)
    after = Community(1, "en", "UTC", 0, 0, 0, 0, 0, None, None, None, time(20), True, True, "done", NOW)
    assert differences(before, after) == (
        {"setup_step": "", "set_up_at": None},
        {"setup_step": "done", "set_up_at": datetime.isoformat(NOW)},
    )
