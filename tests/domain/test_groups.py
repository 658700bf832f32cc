from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actors import Actor
from bot.domain.choices import OnlyPartFits, SeveralFit
from bot.domain.communities import CommunityService, NewSettings
from bot.domain.errors import InvalidNumber, InvalidText, NotAllowed, StudyError, Unknown
from bot.domain.group_times import GroupEveningNotUnderstood
from bot.domain.groups import (
    MOST_SUGGESTIONS,
    GroupChange,
    GroupNameTaken,
    GroupNeeded,
    GroupService,
    NewGroup,
    NotAnOrganizer,
    StudyGroup,
    find_group,
    folded,
)
from bot.domain.uow import UnitOfWork
from data.database import Database
from tests.data.files import StandingClock, audit_rows, file_database
from tests.domain.study import NOW

GUILD = 7
OPEN, HIDDEN = 50, 51
MODERATOR = Actor(1, moderator=True, sees=lambda channel_id: True)
MEMBER = Actor(2, sees=lambda channel_id: channel_id == OPEN)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[Database]:
    async with file_database(tmp_path) as opened:
        yield opened


@pytest.fixture
def service(database: Database) -> GroupService:
    return GroupService(database)


async def named(service: GroupService, *names: str, channel_id: int = OPEN) -> list[StudyGroup]:
    return [await service.create(GUILD, MODERATOR, NewGroup(name, channel_id=channel_id)) for name in names]


async def test_a_group_is_created_with_sensible_defaults(service: GroupService):
    group = await service.create(GUILD, MODERATOR, NewGroup(" 金融部会 "))
    assert (group.name, group.description, group.channel_id) == ("金融部会", "", 0)
    assert (group.announce_days_before, group.evening_before, group.organizers) == (7, None, frozenset())


async def test_a_group_is_created_with_everything_given(service: GroupService, database: Database):
    new = NewGroup("Tea", "about tea", OPEN, organizer_id=9, announce_days_before=0, evening_before="7:30 pm")
    group = await service.create(GUILD, MODERATOR, new)
    assert (group.description, group.channel_id, group.organizers) == ("about tea", OPEN, {9})
    assert (group.announce_days_before, group.evening_before) == (0, time(19, 30))
    ((action, actor, subject, before, after),) = await audit_rows(database, GUILD)
    assert (action, actor, subject, before) == ("group.create", 1, f"group:{group.id}", None)
    assert (after["name"], after["evening_before"], after["organizers"]) == ("Tea", "19:30", [9])


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (NewGroup(""), InvalidText),
        (NewGroup("   "), InvalidText),
        (NewGroup("x" * 61), InvalidText),
        (NewGroup("x", description="y" * 301), InvalidText),
        (NewGroup("x", announce_days_before=61), InvalidNumber),
        (NewGroup("x", announce_days_before=-1), InvalidNumber),
        (NewGroup("x", evening_before="soon"), GroupEveningNotUnderstood),
    ],
)
async def test_a_group_out_of_bounds_is_not_created(service: GroupService, new: NewGroup, error: type[StudyError]):
    with pytest.raises(error):
        await service.create(GUILD, MODERATOR, new)
    assert await service.list(GUILD, MODERATOR) == []


@pytest.mark.parametrize("again", ["finance", "ＦＩＮＡＮＣＥ", "  Finance "])
async def test_a_name_is_given_once_however_it_is_written(service: GroupService, again: str):
    await named(service, "Finance")
    with pytest.raises(GroupNameTaken):
        await service.create(GUILD, MODERATOR, NewGroup(again))
    assert len(await service.list(GUILD, MODERATOR)) == 1


async def test_two_moderators_who_create_the_same_group_at_once_make_one(service: GroupService):
    results = await asyncio.gather(
        *(service.create(GUILD, MODERATOR, NewGroup("Finance")) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["GroupNameTaken"] * 3 + ["StudyGroup"]


async def test_only_moderators_create_and_edit_not_even_the_organizer(service: GroupService):
    group = await service.create(GUILD, MODERATOR, NewGroup("Tea", channel_id=OPEN, organizer_id=MEMBER.member_id))
    with pytest.raises(NotAllowed):
        await service.create(GUILD, MEMBER, NewGroup("Coffee"))
    with pytest.raises(NotAllowed):
        await service.edit(GUILD, MEMBER, "Tea", GroupChange(description="mine"))
    assert await service.list(GUILD, MODERATOR) == [group]


async def test_an_edit_changes_what_is_given_and_tells_before_and_after(service: GroupService, database: Database):
    (tea,) = await named(service, "Tea")
    change = GroupChange(
        name="茶", description="茶の話", add_organizer=9, announce_days_before=14, evening_before="20:30"
    )
    before, after = await service.edit(GUILD, MODERATOR, "tea", change)
    assert before == tea
    assert (after.name, after.description, after.organizers) == ("茶", "茶の話", {9})
    assert (after.announce_days_before, after.evening_before, after.channel_id) == (14, time(20, 30), OPEN)
    *_, (action, actor, _subject, old, new) = await audit_rows(database, GUILD)
    assert (action, actor, old["name"], new["organizers"]) == ("group.edit", 1, "Tea", [9])
    assert "channel_id" not in new


async def test_an_edit_that_changes_nothing_leaves_no_trace(service: GroupService, database: Database):
    await named(service, "Tea")
    before, after = await service.edit(GUILD, MODERATOR, None, GroupChange(name="Tea", announce_days_before=7))
    assert before == after
    assert len(await audit_rows(database, GUILD)) == 1


async def test_a_group_follows_the_communitys_evening_again(service: GroupService):
    await service.create(GUILD, MODERATOR, NewGroup("Tea", evening_before="19:00"))
    for word in ("default", "標準", "-"):
        for other in ("18:00", "none"):
            await service.edit(GUILD, MODERATOR, None, GroupChange(evening_before=other))
            _, after = await service.edit(GUILD, MODERATOR, None, GroupChange(evening_before=word))
            assert (after.evening_before, after.evening_off) == (None, False)


async def test_a_group_has_no_evening_until_it_is_given_a_time(service: GroupService):
    group = await service.create(GUILD, MODERATOR, NewGroup("Tea", evening_before="なし"))
    assert group.evening_off
    _, after = await service.edit(GUILD, MODERATOR, None, GroupChange(evening_before="18:00"))
    assert (after.evening_before, after.evening_off) == (time(18), False)
    _, after = await service.edit(GUILD, MODERATOR, None, GroupChange(evening_before="オフ"))
    assert (after.evening_before, after.evening_off) == (None, True)


async def test_a_group_may_be_written_anew_but_not_take_anothers_name(service: GroupService):
    await named(service, "Tea", "Coffee")
    _, after = await service.edit(GUILD, MODERATOR, "Tea", GroupChange(name="TEA"))
    assert after.name == "TEA"
    with pytest.raises(GroupNameTaken):
        await service.edit(GUILD, MODERATOR, "Tea", GroupChange(name="coffee", description="kept?"))
    assert (await service.show(GUILD, MODERATOR, "TEA")).description == ""


async def test_one_organizer_hands_over_to_another_in_one_edit(service: GroupService):
    await service.create(GUILD, MODERATOR, NewGroup("Tea", organizer_id=8))
    _, after = await service.edit(GUILD, MODERATOR, None, GroupChange(add_organizer=9, remove_organizer=8))
    assert after.organizers == {9}
    with pytest.raises(NotAnOrganizer) as refusal:
        await service.edit(GUILD, MODERATOR, None, GroupChange(description="not kept", remove_organizer=8))
    assert (refusal.value.member_id, refusal.value.group) == (8, "Tea")
    assert (await service.show(GUILD, MODERATOR, None)).description == ""


async def test_a_group_whose_channel_one_cant_see_does_not_exist(service: GroupService):
    (hidden,) = await named(service, "Secret", channel_id=HIDDEN)
    (shown,) = await named(service, "Tea")
    assert await service.list(GUILD, MEMBER) == [shown]
    assert await service.suggest(GUILD, MEMBER, "") == [shown]
    assert await service.show(GUILD, MEMBER, None) == shown
    for text in ("Secret", str(hidden.id), "nothing like it"):
        with pytest.raises(Unknown):
            await service.show(GUILD, MEMBER, text)


async def test_a_group_without_a_channel_is_seen_by_those_who_see_the_announcements(
    service: GroupService, database: Database
):
    group = await service.create(GUILD, MODERATOR, NewGroup("Tea"))
    assert await service.list(GUILD, MEMBER) == [group]
    settings = CommunityService(database, StandingClock())
    await settings.change(GUILD, MODERATOR, NewSettings(announcements_channel=HIDDEN))
    assert await service.list(GUILD, MEMBER) == []
    await settings.change(GUILD, MODERATOR, NewSettings(announcements_channel=OPEN))
    assert await service.list(GUILD, MEMBER) == [group]


async def test_a_group_is_found_by_exact_name_or_id(service: GroupService, database: Database):
    first, second = await named(service, "Tea time", "2")
    async with database.reading(GUILD) as uow:
        assert await find_group(uow, MEMBER, "ＴＥＡ  time") == first
        assert await find_group(uow, MEMBER, str(first.id)) == first
        # A name wins over an id: it is what people see.
        assert await find_group(uow, MEMBER, "2") == second
        with pytest.raises(Unknown) as refusal:
            await find_group(uow, MEMBER, "Tea" + "x" * 500)
    assert len(refusal.value.name) == 60


async def test_a_part_of_a_name_is_enough_if_only_one_group_has_it(service: GroupService, database: Database):
    tea, _coffee = await named(service, "モーニング Tea", "Coffee")
    await named(service, "Secret tea", channel_id=HIDDEN)
    async with database.reading(GUILD) as uow:
        for typed in ("ＴＥＡ", "もーにんぐ", "ング t"):
            assert await find_group(uow, MEMBER, typed) == tea
        with pytest.raises(SeveralFit) as several:
            await find_group(uow, MODERATOR, "tea")
        assert several.value.fitting == ("モーニング Tea", "Secret tea")
        for typed in ("secret", "t", "", "42"):
            with pytest.raises(Unknown):
                await find_group(uow, MEMBER, typed)


async def test_of_groups_that_fit_five_are_named_and_all_others_counted(service: GroupService, database: Database):
    await named(service, *(f"部会{number}" for number in range(30)))
    async with database.reading(GUILD) as uow:
        with pytest.raises(SeveralFit) as several:
            await find_group(uow, MEMBER, "部会")
    assert (len(several.value.fitting), several.value.more) == (5, 25)


async def test_a_part_begins_where_a_word_does_and_is_only_asked_about_where_the_act_would_follow_unseen(
    service: GroupService, database: Database
):
    await named(service, "モーニング Tea")
    async with database.reading(GUILD) as uow:
        for typed in ("ea", "ｅ"):
            with pytest.raises(Unknown):
                await find_group(uow, MEMBER, typed)
        with pytest.raises(OnlyPartFits) as part:
            await find_group(uow, MEMBER, "tea", whole=True)
    assert part.value.called == "モーニング Tea"
    with pytest.raises(OnlyPartFits):
        await service.edit(GUILD, MODERATOR, "tea", GroupChange(description="x"))


async def test_an_archived_group_is_meant_by_its_own_name_and_not_another_that_has_it_as_a_part(
    service: GroupService, database: Database
):
    tea, party = await named(service, "Tea", "Tea party")
    (hidden,) = await named(service, "Morning", channel_id=HIDDEN)
    (morning,) = await named(service, "Morning tea")
    async with database(GUILD) as uow:
        for gone in (tea, hidden):
            await uow.groups.change(gone.id, archived_at=NOW)
        with pytest.raises(Unknown):
            await find_group(uow, MEMBER, "Tea")
        assert await find_group(uow, MEMBER, "tea p") == party
        assert await find_group(uow, MEMBER, "Morning") == morning, "they never saw the archived one"


async def test_a_number_is_an_id_even_if_another_group_is_called_like_it(service: GroupService, database: Database):
    (first,) = await named(service, "Tea")
    (second,) = await named(service, str(first.id))
    (hidden,) = await named(service, "Secret", channel_id=HIDDEN)
    async with database.reading(GUILD) as uow:
        assert await find_group(uow, MEMBER, first.id) == first
        assert await find_group(uow, MEMBER, str(first.id)) == second
        for unknown in (hidden.id, 0, 10**18):
            with pytest.raises(Unknown):
                await find_group(uow, MEMBER, unknown)


async def test_another_communitys_group_does_not_exist(service: GroupService):
    (tea,) = await named(service, "Tea")
    for text in ("Tea", str(tea.id)):
        with pytest.raises(Unknown):
            await service.show(8, MODERATOR, text)


async def test_the_only_group_is_meant_when_none_is_named(service: GroupService):
    with pytest.raises(GroupNeeded) as refusal:
        await service.show(GUILD, MEMBER, None)
    assert refusal.value.names == ()
    (tea,) = await named(service, "Tea")
    assert await service.show(GUILD, MEMBER, None) == tea
    await named(service, "Coffee")
    with pytest.raises(GroupNeeded) as refusal:
        await service.show(GUILD, MEMBER, None)
    assert refusal.value.names == ("Tea", "Coffee")


async def test_suggestions_begin_with_those_that_begin_with_what_was_typed(service: GroupService):
    await named(service, "Green tea", "TEA", "Coffee")
    assert [group.name for group in await service.suggest(GUILD, MEMBER, "tea")] == ["TEA", "Green tea"]
    await named(service, *(f"Group {n}" for n in range(30)))
    assert len(await service.suggest(GUILD, MEMBER, "")) == MOST_SUGGESTIONS


async def test_other_features_follow_an_edit_in_the_same_transaction(database: Database):
    heard: list[tuple[int, int]] = []

    async def follow(uow: UnitOfWork, before: StudyGroup, after: StudyGroup) -> None:
        heard.append((before.announce_days_before, after.announce_days_before))
        if after.announce_days_before == 60:
            raise ZeroDivisionError

    service = GroupService(database, on_group_changed=(follow,))
    await named(service, "Tea")
    await service.edit(GUILD, MODERATOR, None, GroupChange(announce_days_before=3))
    await service.edit(GUILD, MODERATOR, None, GroupChange(announce_days_before=3))
    assert heard == [(7, 3)]
    with pytest.raises(ZeroDivisionError):
        await service.edit(GUILD, MODERATOR, None, GroupChange(announce_days_before=60))
    assert (await service.show(GUILD, MODERATOR, None)).announce_days_before == 3


async def test_a_group_that_moves_is_hidden_from_the_morning_post_until_it_is_known_who_sees_it(
    service: GroupService, database: Database
):
    (tea,) = await named(service, "Tea")
    async with database(GUILD) as uow:
        await uow.groups.change(tea.id, open_to_morning=True)
    _, after = await service.edit(GUILD, MODERATOR, None, GroupChange(channel_id=OPEN, description="stays"))
    assert after.open_to_morning
    _, after = await service.edit(GUILD, MODERATOR, None, GroupChange(channel_id=HIDDEN))
    assert not after.open_to_morning


async def test_groups_without_a_channel_are_hidden_when_the_announcements_move(
    service: GroupService, database: Database
):
    plain, own = await service.create(GUILD, MODERATOR, NewGroup("Tea")), (await named(service, "Coffee"))[0]
    async with database(GUILD) as uow:
        for group in (plain, own):
            await uow.groups.change(group.id, open_to_morning=True)
    settings = CommunityService(database, StandingClock(), on_settings_changed=(service.on_settings_changed,))
    await settings.change(GUILD, MODERATOR, NewSettings(language="ja"))
    assert [group.open_to_morning for group in await service.list(GUILD, MODERATOR)] == [True, True]
    await settings.change(GUILD, MODERATOR, NewSettings(announcements_channel=HIDDEN))
    assert [group.open_to_morning for group in await service.list(GUILD, MODERATOR)] == [False, True]


@given(st.text(max_size=80))
def test_folding_a_name_again_changes_nothing(name: str):
    assert folded(folded(name)) == folded(name)
    assert folded(name) == folded(f"  {name}\u3000")
