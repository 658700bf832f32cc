from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actors import Actor
from bot.domain.communities import LanguageUnknown
from bot.domain.deletions import DeletionService
from bot.domain.errors import InvalidText, StudyError, Unknown
from bot.domain.industries import KEYS, Industry, TooManyIndustries
from bot.domain.members import MemberLeft, MemberService
from bot.domain.posts import PostState, Settled
from bot.domain.profiles import (
    INTRODUCTION,
    AskHours,
    AskHoursNotUnderstood,
    ItemTooLong,
    NoIntroductionsChannel,
    NothingToIntroduce,
    Profile,
    ProfileChange,
    ProfileService,
    TooManyItems,
    is_cleared,
    parse_ask_hours,
)
from bot.domain.zones import ZoneUnknown
from bot.i18n import words
from bot.rendering.errors import explain
from bot.rendering.industries import vocabulary
from data.database import Database
from tests.data.files import audit_rows
from tests.data.rows import GUILD, MovingClock, all_posts, begin_of, tables_at

YUKI, KEN = Actor(7), Actor(8)
CHANNEL = 60
WEEKDAYS, WEEKEND, DAILY = frozenset(range(5)), frozenset({5, 6}), frozenset(range(7))


class Studio:
    """The service on a file, and a clock that a test moves."""

    def __init__(self, database: Database, clock: MovingClock) -> None:
        self.database = database
        self.clock = clock
        self.profiles = ProfileService(database, clock, vocabulary)

    async def edit(self, actor: Actor = YUKI, **values: Any) -> Profile:
        return (await self.profiles.edit(GUILD, actor, ProfileChange(**values))).after

    async def channel(self, channel_id: int = CHANNEL) -> None:
        async with self.database(GUILD) as uow:
            await uow.communities.change(introductions_channel=channel_id)

    async def introduce(self, actor: Actor = YUKI, name: str = "ゆき") -> bool:
        return await self.profiles.introduce(GUILD, actor, name)

    async def fate(self, actor: Actor = YUKI) -> Any:
        posted = (await self.profiles.own(GUILD, actor)).posted
        return posted and (posted.fate, posted.channel_id, posted.message_id)

    async def send(self, state: PostState = PostState.SENT) -> None:
        """The waiting posts are attempted, and end like this."""
        claimed = await self.database.outbox.claim(self.clock.now(), 10, timedelta(seconds=60), [])
        begun = await self.database.outbox.begin([begin_of(post) for post in claimed], self.clock.now())
        results = [Settled(post, state, message_id=900 + post.id) for post in begun.values()]
        await self.database.outbox.settle(results, self.clock.now())

    async def said(self) -> list[tuple[PostState, dict[str, Any]]]:
        return [(post.state, dict(post.data["told"])) for post in await all_posts(self.database)]

    async def states(self) -> list[PostState]:
        return [post.state for post in await all_posts(self.database)]


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncGenerator[Studio]:
    clock = MovingClock()
    async with tables_at(f"sqlite:///{tmp_path / 'bot.db'}", clock) as database:
        yield Studio(database, clock)


# Hours


@pytest.mark.parametrize(
    ("text", "days", "begin", "end"),
    [
        ("weekdays 9:00-21:00", WEEKDAYS, 9, 21),
        ("平日 9:00〜21:00", WEEKDAYS, 9, 21),
        ("平日9:00〜21:00", WEEKDAYS, 9, 21),
        ("平日の9時から21時まで", WEEKDAYS, 9, 21),
        ("土日の朝9時から正午まで", WEEKEND, 9, 12),
        ("9:00-21:00", DAILY, 9, 21),
        ("mon, wed 19:00-21:00", frozenset({0, 2}), 19, 21),
        ("Mon-Fri 9am-5pm", WEEKDAYS, 9, 17),
        ("every day from 9:00 to 18:00", DAILY, 9, 18),
        ("夜7時から9時", DAILY, 19, 21),
        ("月から金の 8:00-9:00", WEEKDAYS, 8, 9),
        ("月・水 ８：００－９：００", frozenset({0, 2}), 8, 9),
        ("weekdays, 9am to noon", WEEKDAYS, 9, 12),
        ("Sat 午後1時〜5時", frozenset({5}), 13, 17),
        ("weekdays 9-21", WEEKDAYS, 9, 21),
        ("火曜日 19:00-24:00", frozenset({1}), 19, 0),
        ("毎日 0:00-24:00", DAILY, 0, 0),
        ("any time", DAILY, 0, 0),
        ("Anytime", DAILY, 0, 0),
        ("いつでも", DAILY, 0, 0),
        ("weekdays, any time", WEEKDAYS, 0, 0),
        ("平日はいつでも", WEEKDAYS, 0, 0),
        ("土日の終日", WEEKEND, 0, 0),
        ("24 hours", DAILY, 0, 0),
        ("weekdays between 9am and 5pm", WEEKDAYS, 9, 17),
        ("平日 9〜21時", WEEKDAYS, 9, 21),
        ("夜7時〜夜9時", DAILY, 19, 21),
        ("Sun 7pm to 9pm", frozenset({6}), 19, 21),
        ("9:00-21", DAILY, 9, 21),
    ],
)
def test_hours_for_questions_are_read_in_both_languages(text: str, days: frozenset[int], begin: int, end: int):
    assert parse_ask_hours(text) == AskHours(days, time(begin), time(end))


def test_minutes_are_kept():
    assert parse_ask_hours("土日 13時15分〜17時半") == AskHours(WEEKEND, time(13, 15), time(17, 30))


@pytest.mark.parametrize(
    "text",
    ["", "sometimes", "weekdays", "9:00", "平日", "平日 9:00-9:00", "平日 22:00-6:00", "xx 9:00-10:00", "9-5",
     "25:00-26:00", "weekdays 9:00-21:00 please", "平日 10:00-12:00, 13:00-17:00", "9:00-21:00 weekdays", "9:70-10:00",
     "平日 9:00-", "-21:00", "x" * 200, "9:00 - 21:00 - 22:00", "weekdays 9:00-25:00",
     "any time please", "xx any time", "9-5pm", "夜10時から翌朝7時", "any time 9:00-10:00", "平日 9:00 いつでも"],
)  # fmt: skip
def test_anything_not_wholly_understood_is_refused(text: str):
    with pytest.raises(AskHoursNotUnderstood):
        parse_ask_hours(text)


@given(
    st.sampled_from(["weekdays", "平日", "土日", "毎日", "mon, wed", "月・水", "Sat"]),
    st.integers(0, 1438),
    st.integers(1, 1440),
    st.sampled_from(["{}-{}", "{} to {}", "{}〜{}", "{}から{}まで"]),
)
def test_hours_written_in_any_supported_way_are_read_back(days: str, begin: int, length: int, form: str):
    end = min(begin + length, 1440)
    said = form.format(*(f"{minute // 60}:{minute % 60:02}" for minute in (begin, end)))
    hours = parse_ask_hours(f"{days} {said}")
    assert (hours.begin, hours.end) == (time(*divmod(begin, 60)), time(*divmod(end % 1440, 60)))


# Changing


@pytest.mark.parametrize("text", ["", "  ", "-", "－", "ー", "—", "off", "OFF", "なし", "None"])
def test_a_dash_nothing_or_off_takes_a_field_back(text: str):
    assert is_cleared(text)
    assert ProfileChange(occupation=text, topics=text, ask_hours=text, ask_limit=text, language=text).read() == {
        "occupation": "", "topics": (), "ask_hours": None, "ask_limit": None, "language": None,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["office", "-1", "no problem"])
def test_other_words_take_nothing_back(text: str):
    assert not is_cleared(text)


def test_what_is_left_out_is_not_read():
    assert ProfileChange().is_empty
    assert ProfileChange(keeps_order=True).is_empty
    assert ProfileChange().read() == {}
    assert not ProfileChange(industries=[]).is_empty
    assert not ProfileChange(about="").is_empty


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("お茶、統計，物流, tea", ("お茶", "統計", "物流", "tea")),
        ("お茶\n統計", ("お茶", "統計")),
        ("お茶・統計・物流", ("お茶", "統計", "物流")),
        ("お茶／統計 / 物流", ("お茶", "統計", "物流")),
        ("データ・サイエンス", ("データ・サイエンス",)),
        ("ﾃﾞｰﾀ･ｻｲｴﾝｽ", ("ﾃﾞｰﾀ･ｻｲｴﾝｽ",)),
        ("データ・サイエンス・統計", ("データ・サイエンス", "統計")),
        ("お茶・お菓子、統計", ("お茶・お菓子", "統計")),
        ("TCP/IP", ("TCP/IP",)),
        ("tea/AI", ("tea", "AI")),
        ("24/7, tea/coffee", ("24/7", "tea/coffee")),
        ("お茶・お菓子、", ("お茶・お菓子",)),
    ],
)
def test_topics_are_divided_as_people_write_lists(text: str, topics: tuple[str, ...]):
    assert ProfileChange(topics=text).read()["topics"] == topics


def test_each_topic_may_be_long_and_the_refusal_names_the_one_that_is_too_long():
    assert len(ProfileChange(topics=f"{'x' * 40}, {'y' * 40}").read()["topics"]) == 2
    with pytest.raises(ItemTooLong) as refused:
        ProfileChange(hobbies=f"tea, {'y' * 41}").read()
    assert (refused.value.field, refused.value.item, refused.value.length) == ("hobbies", "y" * 41, 41)
    text = explain(refused.value, words("en"))
    assert text.startswith(f"`hobbies`: “{'y' * 41}” has 41 characters, and one entry may have 40.")


def test_everything_is_read_as_it_was_meant():
    change = ProfileChange(
        occupation=" 企画 ", employment="npo", topics="お茶、統計, お茶，ＴＥＡ、tea", hobbies="golf", reading="ゆき",
        time_zone="東京", language="JA", ask_hours="平日 9:00〜21:00", ask_limit="3", about="はじめまして",
    )  # fmt: skip
    assert change.read() == {
        "occupation": "企画",
        "employment": "npo",
        "topics": ("お茶", "統計", "ＴＥＡ"),
        "hobbies": ("golf",),
        "reading": "ゆき",
        "time_zone": "Asia/Tokyo",
        "language": "ja",
        "ask_hours": AskHours(WEEKDAYS, time(9), time(21)),
        "ask_limit": 3,
        "about": "はじめまして",
    }


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"occupation": "x" * 101}, InvalidText),
        ({"about": "x" * 501}, InvalidText),
        ({"reading": "x" * 61}, InvalidText),
        ({"topics": "x" * 41}, InvalidText),
        ({"topics": ",".join(map(str, range(11)))}, TooManyItems),
        ({"hobbies": ",".join(map(str, range(11)))}, TooManyItems),
        ({"time_zone": "Atlantis"}, ZoneUnknown),
        ({"language": "fr"}, LanguageUnknown),
        ({"ask_hours": "whenever"}, AskHoursNotUnderstood),
        ({"ask_limit": "11"}, Unknown),
        ({"ask_limit": "٣"}, Unknown),
        ({"employment": "pirate"}, Unknown),
        ({"industries": [f"#{key}" for key in KEYS[:6]]}, TooManyIndustries),
        ({"industries": ["#own-1"]}, Unknown),
    ],
)
async def test_what_cant_be_taken_is_refused_and_nothing_is_kept(
    studio: Studio, values: dict[str, Any], error: type[StudyError]
):
    with pytest.raises(error):
        await studio.edit(**{"hobbies": "golf"} | values)
    assert (await studio.profiles.show(GUILD, YUKI.member_id)).id == 0
    assert await audit_rows(studio.database, GUILD) == []


async def test_a_change_leaves_the_rest_as_it_is_and_tells_the_audit_what_it_changed(studio: Studio):
    await studio.edit(industries=["金融", "茶道具店"], occupation="企画", ask_hours="平日 9:00-21:00")
    after = await studio.edit(occupation="-", topics="茶", industries=["茶道具店", "物流"])
    assert after.industries == (Industry("own-1", "茶道具店"), Industry("logistics"))
    assert (after.occupation, after.topics, after.ask_hours) == ("", ("茶",), AskHours(WEEKDAYS, time(9), time(21)))
    rows = await audit_rows(studio.database, GUILD)
    assert [(action, actor, subject) for action, actor, subject, *_ in rows] == [
        ("industry.add", 7, "industry:1"), ("profile.edit", 7, "profile:1"), ("profile.edit", 7, "profile:1"),
    ]  # fmt: skip
    assert rows[0][4] == {"name": "茶道具店"}
    assert rows[2][3:] == (
        {
            "industries": [{"key": "finance", "name": ""}, {"key": "own-1", "name": "茶道具店"}],
            "occupation": "企画",
            "topics": [],
        },
        {
            "industries": [{"key": "own-1", "name": "茶道具店"}, {"key": "logistics", "name": ""}],
            "occupation": "",
            "topics": ["茶"],
        },
    )


async def test_the_same_again_writes_nothing(studio: Studio):
    await studio.edit(industries=["金融"], topics="茶")
    before = await audit_rows(studio.database, GUILD)
    result = await studio.profiles.edit(GUILD, YUKI, ProfileChange(industries=["Finance"], topics="茶"))
    assert result.before == result.after
    assert await audit_rows(studio.database, GUILD) == before


async def test_what_was_added_is_told_to_the_one_who_added_it_only(studio: Studio):
    first = await studio.profiles.edit(GUILD, YUKI, ProfileChange(industries=["金融", "茶道具店"]))
    second = await studio.profiles.edit(GUILD, KEN, ProfileChange(industries=["茶道具店"]))
    assert [industry.name for industry in first.added] == ["茶道具店"]
    assert second.added == ()


async def test_two_who_add_the_same_at_once_add_one(studio: Studio):
    first, second = await asyncio.gather(
        studio.edit(YUKI, industries=["Tea trade"]), studio.edit(KEN, industries=["ｔｅａ ＴＲＡＤＥ"])
    )
    assert first.industries == second.industries == (Industry("own-1", "Tea trade"),)


async def test_a_list_keeps_the_order_that_its_owner_gave_and_a_text_gives_a_new_one(studio: Studio):
    await studio.edit(industries=["物流", "金融", "教育"])
    chosen = ["#education", "#finance", "#logistics", "#retail"]
    after = await studio.edit(industries=chosen, keeps_order=True)
    assert [industry.key for industry in after.industries] == ["logistics", "finance", "education", "retail"]
    after = await studio.edit(industries=["#retail", "#finance"], keeps_order=True)
    assert [industry.key for industry in after.industries] == ["finance", "retail"]
    after = await studio.edit(industries=["小売", "金融"])
    assert [industry.key for industry in after.industries] == ["retail", "finance"]


# Suggestions


async def test_a_change_of_the_industries_closes_the_questions_that_are_open(studio: Studio):
    asked = (await studio.profiles.edit(GUILD, YUKI, ProfileChange(industries=["Home care", "Finance"]))).asked
    others = (await studio.profiles.edit(GUILD, KEN, ProfileChange(industries=["Home care"]))).asked
    assert asked is not None
    assert others is not None
    after = await studio.edit(industries=["Law", "Education"])
    with pytest.raises(Unknown):
        await studio.profiles.choose_industry(GUILD, YUKI, asked.draft_id, 1)
    assert (await studio.profiles.show(GUILD, YUKI.member_id)).industries == after.industries
    result = await studio.profiles.choose_industry(GUILD, KEN, others.draft_id, 1)
    assert [industry.key for industry in result.after.industries] == ["medical"], "another's question stays open"


async def test_what_is_changed_beside_the_industries_leaves_the_question_open(studio: Studio):
    asked = (await studio.profiles.edit(GUILD, YUKI, ProfileChange(industries=["Home care"]))).asked
    assert asked is not None
    await studio.edit(occupation="helper")
    result = await studio.profiles.choose_industry(GUILD, YUKI, asked.draft_id, 1)
    assert [industry.key for industry in result.after.industries] == ["medical"]


async def test_industries_are_suggested_behind_the_last_comma(studio: Studio):
    async def suggested(typed: str) -> list[list[str]]:
        found = await studio.profiles.suggest_industries(GUILD, typed)
        return [[industry.key or f"+{industry.name}" for industry in each] for each in found]

    assert await suggested("物流、finan") == [["logistics", "finance"], ["logistics", "+finan"]]
    assert (await suggested("物流、"))[0] == ["logistics", "agriculture"]
    assert ["logistics", "logistics"] not in await suggested("物流、物"), "nobody has one twice"
    assert await suggested("Zoo") == [["+Zoo"]]
    assert await suggested("Zoo, Circus") == [["+Zoo", "+Circus"]]
    assert len(await suggested("")) == 20
    assert await suggested("物流,金融,教育,小売,建設,") == [], "there is no place for a sixth"
    assert await suggested(f"{'x' * 50}, fin") == [], "what stands before it will be refused"


async def test_what_nobody_has_any_more_is_suggested_no_more_but_still_known(studio: Studio):
    await studio.edit(industries=["Traed"])
    await studio.edit(industries=["Trade"])
    found = await studio.profiles.suggest_industries(GUILD, "tra")
    assert [industries[-1].name for industries in found if industries[-1].key.startswith("own")] == ["Trade"]
    assert (await studio.edit(KEN, industries=["traed"])).industries == (Industry("own-1", "Traed"),)


async def test_topics_of_others_are_suggested_those_of_most_people_first(studio: Studio):
    await studio.edit(topics="お茶、統計")
    await studio.edit(KEN, topics="統計、物流の統計")
    found = await studio.profiles.suggest_topics(GUILD, "")
    assert found[0] == ("統計",)
    assert await studio.profiles.suggest_topics(GUILD, "golf、統") == [("golf", "統計"), ("golf", "物流の統計")]
    assert await studio.profiles.suggest_topics(GUILD, "統計、統") == [("統計", "物流の統計")]
    assert await studio.profiles.suggest_topics(GUILD, "%") == []
    assert await studio.profiles.suggest_topics(GUILD + 1, "") == []


# Introductions


async def test_an_introduction_is_one_silent_post_of_what_others_may_read(studio: Studio):
    await studio.channel()
    await studio.edit(industries=["金融"], about="はじめまして", ask_hours="平日 9:00-21:00", time_zone="東京")
    assert await studio.profiles.introduce(GUILD, YUKI, "ゆき")
    (post,) = await all_posts(studio.database)
    assert (post.kind, post.channel_id, post.member_id, post.silent, post.quiet) == (
        INTRODUCTION, CHANNEL, 0, True, False,
    )  # fmt: skip
    async with studio.database.reading(GUILD) as uow:
        told = await studio.profiles.describe(uow, post)
    assert told is not None
    assert (told.member_id, told.name) == (7, "ゆき")
    assert told.profile == Profile(0, 7, (Industry("finance"),), about="はじめまして")


async def test_pressing_twice_at_once_posts_once(studio: Studio):
    await studio.channel()
    await studio.edit(about="Hello")
    assert sorted(await asyncio.gather(studio.introduce(), studio.introduce())) == [False, True]
    assert await studio.states() == [PostState.PLANNED]


async def test_the_same_is_posted_again_only_after_a_change_of_what_others_read(studio: Studio):
    await studio.channel()
    await studio.edit(about="Hello")
    await studio.introduce()
    await studio.send()
    assert not await studio.profiles.introduce(GUILD, YUKI, "another name")
    await studio.edit(ask_limit="3", language="en")
    assert not await studio.introduce()
    await studio.edit(about="Hello, all")
    assert await studio.introduce()
    assert await studio.said() == [
        (PostState.SENT, (await studio.said())[0][1]),
        (PostState.PLANNED, (await studio.said())[0][1] | {"about": "Hello, all"}),
    ]


async def test_in_another_channel_it_is_posted_anew(studio: Studio):
    await studio.channel()
    await studio.edit(about="Hello")
    await studio.introduce()
    await studio.send()
    await studio.channel(61)
    assert await studio.introduce()
    assert [post.channel_id for post in await all_posts(studio.database)] == [CHANNEL, 61]


@pytest.mark.parametrize("state", [PostState.UNDELIVERABLE, PostState.FAILED, PostState.EXPIRED])
async def test_what_never_arrived_can_be_posted_again(studio: Studio, state: PostState):
    await studio.channel()
    await studio.edit(about="Hello")
    await studio.introduce()
    await studio.send(state)
    assert await studio.introduce()
    assert await studio.states() == [state, PostState.PLANNED]


async def test_what_may_have_arrived_is_posted_again_only_if_its_author_who_can_look_wants_it(studio: Studio):
    await studio.channel()
    await studio.edit(about="Hello")
    await studio.introduce()
    await studio.send(PostState.UNCONFIRMED)
    assert await studio.fate() == ("doubtful", CHANNEL, 0)
    assert await studio.states() == [PostState.UNCONFIRMED], "nothing by itself"
    assert await studio.introduce()
    assert not await studio.introduce(), "a second press posts no third one"


async def test_an_introduction_on_its_way_is_only_waited_for_even_if_it_would_be_another_by_now(studio: Studio):
    await studio.channel()
    await studio.edit(about="Hello")
    await studio.introduce()
    assert not await studio.introduce()
    await studio.edit(about="Hello, all")
    assert await studio.fate() == ("waiting", CHANNEL, 0)
    await studio.channel(61)
    assert await studio.fate() == ("waiting", CHANNEL, 0)
    assert await studio.introduce(), "what waits says something else, elsewhere"


async def test_what_became_of_an_introduction_is_told_to_its_author(studio: Studio):
    await studio.channel()
    assert await studio.fate() is None
    await studio.edit(about="Hello")
    assert await studio.fate() is None
    await studio.introduce()
    assert await studio.fate() == ("waiting", CHANNEL, 0)
    await studio.send()
    assert await studio.fate() == ("standing", CHANNEL, 901)
    await studio.edit(ask_limit="3")
    assert await studio.fate() == ("standing", CHANNEL, 901), "what others don't read makes no difference"
    await studio.channel(61)
    assert await studio.fate() == ("elsewhere", CHANNEL, 901)
    await studio.channel(0)
    assert await studio.fate() == ("standing", CHANNEL, 901), "without a channel it still stands"
    await studio.channel()
    await studio.edit(about="Hello, all")
    assert await studio.fate() == ("outdated", CHANNEL, 901)
    await studio.introduce()
    await studio.send(PostState.UNDELIVERABLE)
    assert await studio.fate() == ("lost", CHANNEL, 0)
    await studio.edit(about="Hello")
    assert await studio.fate() == ("standing", CHANNEL, 901), "the one that says this arrived"
    assert await studio.fate(KEN) is None


@pytest.mark.parametrize("lost", [901, CHANNEL], ids=["the message", "its channel"])
async def test_an_introduction_that_people_deleted_comes_back_only_by_a_press(studio: Studio, lost: int):
    deletions = DeletionService(studio.database, (INTRODUCTION,))
    await studio.channel()
    await studio.edit(about="Hello")
    await studio.introduce()
    await studio.send()
    assert await deletions.deleted(GUILD, [555]) == 0
    assert await deletions.deleted(GUILD + 1, [lost]) == 0, "of another server"
    assert await deletions.deleted(GUILD, [lost]) == 1
    assert await deletions.deleted(GUILD, [lost]) == 0, "once is enough"
    assert await studio.fate() == ("deleted", CHANNEL, 0)
    assert await studio.states() == [PostState.SENT], "nothing is posted by itself"
    await studio.edit(about="Hello, all")
    assert await studio.states() == [PostState.SENT], "nor by a change"
    await studio.edit(about="Hello")
    assert sorted(await asyncio.gather(studio.introduce(), studio.introduce())) == [False, True]
    assert await studio.fate() == ("waiting", CHANNEL, 0)


async def test_the_deletion_of_an_older_introduction_says_nothing_of_the_newest(studio: Studio):
    deletions = DeletionService(studio.database, (INTRODUCTION,))
    await studio.channel()
    await studio.edit(about="Hello")
    await studio.introduce()
    await studio.send()
    await studio.edit(about="Hello, all")
    await studio.introduce()
    await studio.send()
    await deletions.deleted(GUILD, [901])
    assert await studio.fate() == ("standing", CHANNEL, 902)
    await deletions.deleted(GUILD, [902])
    assert await studio.fate() == ("deleted", CHANNEL, 0)


async def test_posts_of_other_kinds_are_not_remembered_as_deleted(studio: Studio):
    await studio.channel()
    await studio.edit(about="Hello")
    await studio.introduce()
    await studio.send()
    assert await DeletionService(studio.database, ("dawn",)).deleted(GUILD, [901]) == 0


async def test_what_is_taken_back_before_it_was_sent_is_not_said(studio: Studio):
    await studio.channel()
    await studio.edit(about="my secret", occupation="spy")
    await studio.introduce()
    await studio.edit(about="-")
    waiting = [told for state, told in await studio.said() if state is PostState.PLANNED]
    assert [(told["about"], told["occupation"]) for told in waiting] == [("", "spy")]
    await studio.edit(occupation="-")
    assert PostState.PLANNED not in await studio.states()


async def test_what_was_posted_stays_when_the_profile_changes(studio: Studio):
    await studio.channel()
    await studio.edit(about="Hello")
    await studio.introduce()
    await studio.send()
    await studio.edit(about="-")
    assert await studio.states() == [PostState.SENT]


async def test_without_a_channel_or_anything_to_tell_there_is_no_introduction(studio: Studio):
    with pytest.raises(NothingToIntroduce):
        await studio.introduce()
    await studio.edit(reading="ゆき")
    with pytest.raises(NothingToIntroduce):
        await studio.introduce()
    await studio.edit(about="Hello")
    with pytest.raises(NoIntroductionsChannel):
        await studio.introduce()
    assert await studio.states() == []


# Departures


async def test_who_leaves_has_no_profile_and_is_introduced_no_more(studio: Studio):
    members = MemberService(studio.database, studio.clock, (studio.profiles.on_member_left,))
    await studio.channel()
    await studio.edit(industries=["茶道具店"], about="Hello", topics="茶")
    await studio.edit(KEN, about="Hi")
    await studio.introduce()
    # Nobody saw them use the bot: that is noted after the answer, and the process may have ended before.
    assert await members.left(GUILD, YUKI.member_id)
    assert await studio.states() == [PostState.CANCELLED]
    assert await studio.profiles.show(GUILD, YUKI.member_id) == Profile(0, 7)
    assert (await studio.profiles.show(GUILD, KEN.member_id)).about == "Hi"
    assert await studio.profiles.suggest_topics(GUILD, "") == []
    assert len(await studio.profiles.suggest_industries(GUILD, "茶道具")) == 1, "only that it can be added"
    (last,) = [row for row in await audit_rows(studio.database, GUILD) if row[0] == "profile.remove"]
    assert last[1:] == (None, "profile:1", None, None)
    assert not await members.left(GUILD, YUKI.member_id)


async def test_who_returns_begins_anew_and_gets_nobody_elses_row(studio: Studio):
    await studio.channel()
    await studio.edit(about="Hello")
    await studio.introduce()
    await studio.send()
    async with studio.database(GUILD) as uow:
        await studio.profiles.on_member_left(uow, MemberLeft(GUILD, YUKI.member_id))
    await studio.edit(KEN, about="Hello")
    assert await studio.introduce(KEN), "the other one's post is not theirs"


async def test_a_post_whose_author_has_left_says_nothing(studio: Studio):
    await studio.channel()
    await studio.edit(about="Hello")
    await studio.introduce()
    (post,) = await all_posts(studio.database)
    async with studio.database(GUILD) as uow:
        await uow.profiles.remove(await uow.profiles.find(YUKI.member_id) or Profile(0, 0))
        assert await studio.profiles.describe(uow, post) is None
