"""The very next key that somebody presses shows what is so by now, to whom it may be shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.actors import Actor
from bot.domain.choices import OnlyPartFits, SeveralFit
from bot.domain.errors import Unknown
from bot.domain.rsvps import Answer
from bot.domain.sessions import LONGEST_DURATION, SessionChange, lookup
from bot.i18n import words
from bot.rendering.calendar import labels
from bot.rendering.errors import explain
from tests.domain.study import GUILD, HIDDEN, MEMBER, MODERATOR, NOW, Study, at, person, study_on

OTHER = GUILD + 1
label = labels("Asia/Tokyo", words("ja"))


@pytest.fixture
async def study(tmp_path: Path) -> AsyncIterator[Study]:
    async with study_on(tmp_path) as study:
        yield study


async def offered(study: Study, typed: str = "", actor: Actor = MEMBER, guild_id: int = GUILD) -> list[str]:
    return [label(name) for name in await study.sessions.suggest(guild_id, actor, typed, label)]


async def test_a_session_is_offered_as_it_is_by_now(study: Study):
    assert await offered(study) == []
    session = await study.schedule("茶")
    assert await offered(study) == ["7/15(水) 07:00 茶"]
    await study.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(theme="紅茶"))
    assert await offered(study) == await offered(study, "紅") == ["7/15(水) 07:00 紅茶"]
    await study.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(starts_at=at(16, 8)))
    assert await offered(study) == await offered(study, "7/16(木) 08:00 紅") == ["7/16(木) 08:00 紅茶"]
    assert await offered(study, "7/15") == []
    await study.sessions.cancel(GUILD, MODERATOR, session.id)
    assert await offered(study) == []
    with pytest.raises(Unknown):
        await study.sessions.find(GUILD, MEMBER, "紅茶", label)


async def test_what_was_rolled_back_is_not_offered(study: Study):
    session = await study.schedule("茶")

    async def fail() -> None:
        async with study.db(GUILD) as uow:
            await uow.sessions.change(session.id, theme="珈琲")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await offered(study) == ["7/15(水) 07:00 茶"]
    assert await offered(study, "珈琲") == []


async def test_looking_back_comes_after_what_is_ahead_the_latest_first(study: Study):
    over, cancelled = await study.schedule("一", starts_at=at(14, 7)), await study.schedule("二")
    await study.sessions.cancel(GUILD, MODERATOR, cancelled.id)
    ahead = await study.schedule("三", starts_at=at(20, 7))
    older = await study.schedule("一", starts_at=at(13, 20))
    study.clock.at = at(16, 7)
    await study.run_steps()
    found = await study.sessions.suggest(GUILD, MEMBER, "", label, looking_back=True)
    assert [name.id for name in found] == [ahead.id, cancelled.id, over.id, older.id]
    assert [label(name) for name in found][1:3] == ["7/15(水) 07:00 中止：二", "7/14(火) 07:00 終了：一"]
    assert [name.id for name in await study.sessions.suggest(GUILD, MEMBER, "", label, 2, looking_back=True)] == [
        ahead.id,
        cancelled.id,
    ]
    assert await offered(study) == ["7/20(月) 07:00 三"]
    for text in ("一", "7/14(火) 07:00 終了：一"):
        assert (await study.sessions.find(GUILD, MEMBER, text, label, looking_back=True)).id == over.id
        with pytest.raises(Unknown):
            await study.sessions.find(GUILD, MEMBER, text, label)
    renewed = await study.schedule("一", starts_at=at(21, 7))
    assert (await study.sessions.find(GUILD, MEMBER, "一", label, looking_back=True)).id == renewed.id


async def test_what_is_over_does_not_exist_for_whoever_cant_see_its_group(study: Study):
    hidden = await study.add_group("財務部会", channel_id=HIDDEN)
    session = await study.schedule("簿記", group_id=hidden.id)
    await study.sessions.cancel(GUILD, MODERATOR, session.id)
    assert await study.sessions.suggest(GUILD, MEMBER, "", label, looking_back=True) == []
    with pytest.raises(Unknown):
        await study.sessions.find(GUILD, MEMBER, "簿記", label, looking_back=True)
    assert (await study.sessions.find(GUILD, MODERATOR, "簿記", label, looking_back=True)).id == session.id


async def test_a_session_goes_as_soon_as_its_group_does_not_exist_for_the_reader(study: Study):
    other = await study.add_group("財務部会")
    await study.schedule("茶")
    await study.schedule("簿記", group_id=other.id)
    assert await offered(study) == ["7/15(水) 07:00 茶", "7/15(水) 07:00 簿記"]
    async with study.db(GUILD) as uow:
        await uow.groups.change(other.id, channel_id=HIDDEN)
    assert await offered(study) == ["7/15(水) 07:00 茶"]
    assert len(await offered(study, actor=MODERATOR)) == 2
    async with study.db(GUILD) as uow:
        await uow.groups.change(other.id, archived_at=NOW)
    assert await offered(study, actor=MODERATOR) == ["7/15(水) 07:00 茶"]


async def test_a_session_is_found_by_the_name_that_its_series_has_by_now(study: Study):
    view = await study.series.create(GUILD, MODERATOR, study.weekly("朝の会", theme="茶"))
    assert (await offered(study, "朝の"))[0] == "7/15(水) 07:00 茶"
    async with study.db(GUILD) as uow:
        await uow.series.change(view.series.id, name="暁の会")
    assert await offered(study, "朝の") == []
    assert (await offered(study, "暁"))[0] == "7/15(水) 07:00 茶"
    assert (await study.sessions.find(GUILD, MEMBER, "暁の会", label)).theme == "茶"


async def test_a_part_of_a_name_is_enough_if_only_one_session_or_series_has_it(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly("モーニング会", theme="茶"))
    gold = await study.schedule("金の話", starts_at=at(20, 9))
    first = await study.sessions.find(GUILD, MEMBER, "もーにんぐ", label)
    assert label(first) == "7/15(水) 07:00 茶", "the next one of the series"
    for typed in ("金の", "7/20", "09:00 金の"):
        assert (await study.sessions.find(GUILD, MEMBER, typed, label)).id == gold.id
    await study.schedule("金と銀", starts_at=at(21, 9))
    with pytest.raises(SeveralFit) as several:
        await study.sessions.find(GUILD, MEMBER, "金", label)
    assert several.value.fitting == ("7/20(月) 09:00 金の話", "7/21(火) 09:00 金と銀")
    for typed in ("", "x", "720", "900"):
        with pytest.raises(Unknown):
            await study.sessions.find(GUILD, MEMBER, typed, label)


async def test_of_many_that_fit_five_are_named_and_the_rest_counted(study: Study):
    for day in range(14, 21):
        await study.schedule(f"茶の{day}", starts_at=at(day, 9))
    with pytest.raises(SeveralFit) as several:
        await study.sessions.find(GUILD, MEMBER, "茶の", label)
    assert (len(several.value.fitting), several.value.more) == (5, 2)
    text = explain(several.value, words("ja"))
    assert "「茶の」に当てはまる勉強会がいくつかあります。\n- 7/14(火) 09:00 茶の14\n" in text
    assert "ほか2件" in text


async def test_a_part_of_a_name_never_finds_what_is_hidden_and_prefers_what_one_may_change(study: Study):
    hidden = await study.add_group("財務部会", channel_id=HIDDEN)
    secret = await study.schedule("簿記の話", group_id=hidden.id)
    with pytest.raises(Unknown):
        await study.sessions.find(GUILD, MEMBER, "簿記", label)
    assert (await study.sessions.find(GUILD, MODERATOR, "簿記", label)).id == secret.id
    own = await study.schedule("簿記入門")
    assert (await study.sessions.find(GUILD, MEMBER, "簿記", label)).id == own.id, (
        "the other one does not exist for them"
    )
    await study.sessions.cancel(GUILD, MODERATOR, own.id)
    assert (await study.sessions.find(GUILD, MEMBER, "入門", label, looking_back=True)).id == own.id


async def test_what_was_cancelled_is_meant_by_its_own_name_and_not_another_that_has_it_as_a_part(study: Study):
    tea = await study.schedule("Tea")
    party = await study.schedule("Tea party", starts_at=at(16, 7))
    assert (await study.sessions.find(GUILD, MEMBER, "tea p", label)).id == party.id
    await study.sessions.cancel(GUILD, MODERATOR, tea.id)
    with pytest.raises(Unknown):
        await study.sessions.find(GUILD, MEMBER, "Tea", label)
    assert (await study.sessions.find(GUILD, MEMBER, "Tea", label, looking_back=True)).id == tea.id


async def test_a_part_in_latin_letters_begins_where_a_word_does(study: Study):
    tea = await study.schedule("お茶Tea 2", starts_at=at(15, 19))
    for typed in ("tea", "ｔｅ", "茶"):
        assert (await study.sessions.find(GUILD, MEMBER, typed, label)).id == tea.id
    for typed in ("ea", "9:00", "e", "７", "７ 15"):
        with pytest.raises(Unknown):
            await study.sessions.find(GUILD, MEMBER, typed, label)


async def test_what_would_be_acted_on_unseen_needs_its_whole_name(study: Study):
    tea = await study.schedule("紅茶")
    with pytest.raises(OnlyPartFits) as part:
        await study.sessions.find(GUILD, MEMBER, "茶", label, whole=True)
    assert explain(part.value, words("ja")) == (
        "「7/15(水) 07:00 紅茶」のことですか？一覧から選ぶか、名前を最後まで入力してください。"
    )
    for typed in ("紅茶", "7/15(水) 07:00 紅茶"):
        assert (await study.sessions.find(GUILD, MEMBER, typed, label, whole=True)).id == tea.id


async def test_of_sessions_with_one_theme_an_answer_is_for_the_one_that_was_answered_before(study: Study):
    near, far = await study.schedule("見学"), await study.schedule("見学", starts_at=at(20, 9))
    await study.rsvps.answer(GUILD, MEMBER, far.id, Answer.GOING)
    assert (await study.sessions.find(GUILD, MEMBER, "見学", label, answering=True)).id == far.id
    assert (await study.sessions.find(GUILD, MEMBER, "見学", label)).id == near.id
    assert (await study.sessions.find(GUILD, person(9), "見学", label, answering=True)).id == near.id


async def test_by_the_name_of_a_series_its_next_session_is_answered(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly("朝の会", theme="茶"))
    first, second = (await study.sessions.suggest(GUILD, MEMBER, "朝の会", label))[:2]
    await study.rsvps.answer(GUILD, MEMBER, second.id, Answer.GOING)
    assert (await study.sessions.find(GUILD, MEMBER, "朝の会", label, answering=True)).id == first.id


async def test_two_communities_never_mix_not_even_one_persons_answers(study: Study):
    session = await study.schedule("茶")
    await study.rsvps.answer(GUILD, MEMBER, session.id, Answer.GOING)
    async with study.db(OTHER) as uow:
        await uow.communities.change(time_zone="Asia/Tokyo", set_up_at=NOW)
    assert await offered(study, guild_id=OTHER) == []
    async with study.db.reading(OTHER) as uow:
        assert await uow.rsvps.chosen_ahead(MEMBER.member_id, NOW, 1000) == set()
    assert await offered(study, "茶") == ["7/15(水) 07:00 茶"]


async def test_answers_count_by_their_state_of_now_and_only_for_their_author(study: Study):
    first, second = await study.schedule("一"), await study.schedule("二")
    assert [first.starts_at, first.theme] == [second.starts_at, "一"]
    await study.rsvps.answer(GUILD, MEMBER, second.id, Answer.LATE)
    in_order, turned = ["7/15(水) 07:00 一", "7/15(水) 07:00 二"], ["7/15(水) 07:00 二", "7/15(水) 07:00 一"]
    assert await offered(study) == turned
    assert await offered(study, actor=person(9)) == in_order
    await study.rsvps.answer(GUILD, MEMBER, second.id, Answer.NOT_GOING)
    assert await offered(study) == in_order


async def test_the_longest_session_is_offered_and_listed_until_its_last_minute(study: Study):
    session = await study.schedule("合宿", duration=LONGEST_DURATION)
    last = session.starts_at + timedelta(minutes=LONGEST_DURATION - 1)
    for now, there in ((last, True), (last + timedelta(minutes=1), False)):
        study.clock.at = now
        assert (await offered(study) == ["7/15(水) 07:00 合宿"]) is there
        assert (len((await study.sessions.list(GUILD, MEMBER)).lines) == 1) is there


async def test_what_is_kept_between_two_keys_is_bounded_and_never_another_languages_or_zones(study: Study):
    await study.schedule("茶")
    (name,) = await study.sessions.suggest(GUILD, MEMBER, "", label)
    said = {
        (zone, locale): labels(zone, words(locale))(name) for zone in ("Asia/Tokyo", "UTC") for locale in ("en", "ja")
    }
    assert said == {
        ("Asia/Tokyo", "en"): "Jul 15 (Wed) 07:00 茶",
        ("Asia/Tokyo", "ja"): "7/15(水) 07:00 茶",
        ("UTC", "en"): "Jul 14 (Tue) 22:00 茶",
        ("UTC", "ja"): "7/14(火) 22:00 茶",
    }
    assert lookup._folded.cache_info().maxsize is not None
