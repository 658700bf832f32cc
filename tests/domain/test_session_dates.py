"""A session is called by its date, alone or beside its name, however people write dates, in either language."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendar import to_instant
from bot.domain.choices import OnlyPartFits, SeveralFit
from bot.domain.errors import Unknown
from bot.domain.sessions import Session
from bot.domain.sessions.dates import dated
from bot.i18n import words
from bot.rendering.calendar import labels
from tests.domain.study import GUILD, MEMBER, MODERATOR, Study, at, study_on

LANGUAGES = ("en", "ja")
# The clock stands at Monday, 13 July 2026, 12:00 in Tokyo.


@pytest.fixture
async def study(tmp_path: Path) -> AsyncIterator[Study]:
    async with study_on(tmp_path) as study:
        yield study


async def found(study: Study, typed: str, locale: str = "ja", **how: bool) -> Session:
    return await study.sessions.find(GUILD, MEMBER, typed, labels("Asia/Tokyo", words(locale)), **how)


async def offered(study: Study, typed: str, locale: str = "ja") -> list[int]:
    label = labels("Asia/Tokyo", words(locale))
    return [name.id for name in await study.sessions.suggest(GUILD, MEMBER, typed, label)]


MONDAY_27TH = [
    "7/27", "７／２７", "07/27", "7/27(月)", "7/27 (Mon)", "2026-07-27", "2026/7/27", "2026.7.27", "7月27日",
    "7月27日(月)", "七月二十七日", "2026年7月27日", "令和8年7月27日", "27日", "今月27日", "再来週月曜",
    "再来週の月曜日", "さらいしゅうげつよう", "2週間後", "14日後", "Jul 27", "July 27th", "27 Jul", "the 27th",
    "27th", "Monday, July 27", "Mon, Jul 27, 2026", "Jul 27 (Mon)", "27 July 2026", "in two weeks",
    "Monday of the week after next", "the last Monday of July",
]  # fmt: skip


@pytest.mark.parametrize("locale", LANGUAGES)
async def test_every_way_to_write_its_date_finds_the_session_in_both_languages(study: Study, locale: str):
    await study.schedule("物流の話", starts_at=at(22, 7))
    meant = await study.schedule("見学", starts_at=at(27, 7))
    await study.schedule("Visit", starts_at=at(28, 7))
    for typed in MONDAY_27TH:
        assert (await found(study, typed, locale, whole=True)).id == meant.id, typed
        assert await offered(study, typed, locale) == [meant.id], typed


async def test_a_day_with_two_readings_is_the_one_with_a_session_but_nothing_is_done_on_a_guess(study: Study):
    meant = await study.schedule("物流の話", starts_at=at(22, 7))
    for typed in ("来週水曜", "らいしゅうの水よう", "next week Wed", "next Wed", "今度の水曜"):
        assert (await found(study, typed)).id == meant.id, typed
    assert (await found(study, "来週水曜", whole=True)).id == meant.id
    with pytest.raises(OnlyPartFits):
        await found(study, "next Wed", whole=True)
    await study.schedule("見学", starts_at=at(15, 7))
    with pytest.raises(SeveralFit) as several:
        await found(study, "next Wed")
    assert several.value.fitting == ("7/15(水) 07:00 見学", "7/22(水) 07:00 物流の話")


NAMED = [
    ("Visit Jul 27", "Visit"), ("visit 7/27", "Visit"), ("Jul 27 Visit", "Visit"), ("Visit, 27 July", "Visit"),
    ("Visit 7/27 19:00", "Visit"), ("物流の話 7/27 7:00", "物流の話"), ("the Jul 27 visit", "Visit"),
    ("Visit (Jul 27)", "Visit"), ("Visit 7月27日", "Visit"), ("2026-07-27 visit", "Visit"),
    ("7/27 19:00 Visit", "Visit"), ("Jul 27 (Mon) 19:00 Visit", "Visit"), ("7/27(月) 19:00 Visit", "Visit"),
    ("27日 Visit", "Visit"), ("7/27 物流の話", "物流の話"), ("物流の話 7/27", "物流の話"),
    ("7/27の物流の話", "物流の話"), ("７／２７　物流の話", "物流の話"), ("7月27日の物流の話", "物流の話"),
    ("物流の話（7/27）", "物流の話"), ("7/27物流の話", "物流の話"), ("物流の話7/27", "物流の話"),
    ("再来週月曜の物流の話", "物流の話"), ("27日の物流の話", "物流の話"), ("物流の話 Jul 27", "物流の話"),
    ("物流の話、27日", "物流の話"), ("Jul 27 物流の話", "物流の話"), ("7/27 07:00 物流の話", "物流の話"),
    ("Jul 27 (Mon) 07:00 物流の話", "物流の話"),
]  # fmt: skip


@pytest.mark.parametrize("locale", LANGUAGES)
async def test_its_name_and_its_date_find_the_session_in_both_languages(study: Study, locale: str):
    for theme, hour in (("物流の話", 7), ("Visit", 19)):
        for day in (20, 27, 30):
            await study.schedule(theme, starts_at=at(day, hour))
    for typed, theme in NAMED:
        session = await found(study, typed, locale, whole=True)
        assert (session.theme, session.starts_at.date().month) == (theme, 7), typed
        assert session.starts_at in (at(27, 7), at(27, 19)), typed
        assert session.id in await offered(study, typed, locale), typed


async def test_half_of_what_is_typed_is_japanese():
    for table in (MONDAY_27TH, [typed for typed, _theme in NAMED]):
        assert abs(sum(typed.isascii() for typed in table) * 2 - len(table)) <= 10


async def test_a_session_of_a_series_is_found_by_its_date_and_not_only_the_next_one(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly("朝の会", theme="茶"))
    sessions = await study.sessions.suggest(GUILD, MEMBER, "朝の会", labels("Asia/Tokyo", words("ja")))
    third = sessions[2]
    day = third.starts_at.astimezone(ZoneInfo("Asia/Tokyo"))
    for typed in (f"朝の会 {day.month}/{day.day}", f"{day.month}月{day.day}日の茶", f"{day:%b} {day.day}"):
        assert (await found(study, typed, whole=True)).id == third.id


async def test_of_two_sessions_of_one_name_the_list_tells_them_apart_by_date_and_the_next_is_meant(study: Study):
    near, far = await study.schedule("見学", starts_at=at(20, 7)), await study.schedule("見学", starts_at=at(27, 7))
    for locale, called in (("ja", ["7/20(月) 07:00 見学", "7/27(月) 07:00 見学"]), ("en", ["Jul 20 (Mon) 07:00 見学"])):
        label = labels("Asia/Tokyo", words(locale))
        shown = [label(name) for name in await study.sessions.suggest(GUILD, MEMBER, "見学", label)]
        assert shown[: len(called)] == called
        assert len(shown) == 2
        assert (await found(study, "見学", locale)).id == near.id
        assert (await found(study, "見学 7/27", locale)).id == far.id


async def test_a_date_of_several_sessions_is_asked_about_and_their_time_or_a_part_of_their_name_decides(study: Study):
    early = await study.schedule("物流の話", starts_at=at(27, 7))
    late = await study.schedule("工場の見学", starts_at=at(27, 19))
    with pytest.raises(SeveralFit) as several:
        await found(study, "Jul 27")
    assert len(several.value.fitting) == 2
    assert (await found(study, "7/27 7:00")).id == early.id
    assert (await found(study, "27日の見学")).id == late.id
    with pytest.raises(OnlyPartFits):
        await found(study, "27日の見学", whole=True)
    for typed in ("7/27 茶会", "7/27 8:00", "7/26 物流の話"):
        with pytest.raises(Unknown):
            await found(study, typed)


async def test_a_date_without_a_session_is_not_taken_for_the_beginning_of_another(study: Study):
    await study.schedule("見学", starts_at=at(27, 7))
    for typed, locale in (("7/2", "ja"), ("Jul 2", "en"), ("27日前", "ja")):
        with pytest.raises(Unknown):
            await found(study, typed, locale)
    assert len(await offered(study, "7/2")) == 1, "while somebody is still typing, it is the beginning of a label"


async def test_a_name_that_is_a_date_is_meant_before_a_date(study: Study):
    await study.schedule("茶", starts_at=at(27, 7))
    named = await study.schedule("7/27", starts_at=at(15, 7))
    assert (await found(study, "7/27")).id == named.id


async def test_what_is_over_is_looked_back_at_by_its_date(study: Study):
    last = await study.schedule("茶", starts_at=at(15, 7))
    await study.sessions.cancel(GUILD, MODERATOR, last.id)
    study.clock.at = at(20, 12)
    for typed in ("7/15", "15日", "Jul 15", "the 15th", "2026-07-15", "茶 7/15", "15日の茶"):
        assert (await found(study, typed, looking_back=True)).id == last.id, typed
        with pytest.raises(Unknown):
            await found(study, typed)
    for typed in ("7/14", "先月15日"):
        with pytest.raises(Unknown):
            await found(study, typed, looking_back=True)


@pytest.mark.parametrize(
    ("typed", "now", "days"),
    [
        ("1/27", "2027-01-30 09:00", {"2028-01-27", "2027-01-27"}),
        ("27日", "2027-01-30 09:00", {"2027-02-27", "2027-01-27"}),
        ("12/31", "2027-01-01 00:30", {"2027-12-31", "2026-12-31"}),
        ("31日", "2027-03-01 09:00", {"2027-03-31", "2027-01-31"}),
        ("1/27(水)", "2027-01-30 09:00", {"2027-01-27"}),
        ("2027年1月27日", "2027-01-30 09:00", {"2027-01-27"}),
        ("来月3日", "2027-01-30 09:00", {"2027-02-03"}),
        ("昨日", "2027-01-01 00:30", {"2026-12-31"}),
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Europe/Berlin", "America/New_York"])
def test_a_date_without_a_year_is_the_next_one_or_the_last(typed: str, now: str, days: set[str], zone: str):
    place = ZoneInfo(zone)
    (said,) = dated(typed, to_instant(datetime.fromisoformat(now), place), place)
    assert {begin.astimezone(said.zone).date().isoformat() for begin, _end in said.days} == days
