from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.industries import Industry
from bot.domain.reminders import MENTIONS, Reminder
from bot.domain.rotation.values import Turn, TurnState
from bot.domain.sessions import LONGEST_LINK, Lecture
from bot.i18n import PSEUDO, escaped, words
from bot.rendering.content import WORDS_LIMIT
from bot.rendering.reminders import fitted, reminder
from tests.rendering.longest import (
    HIGHEST_ID,
    LOCALES,
    LONGEST_LECTURE,
    STARTS,
    a_group,
    a_session,
    check_limits,
    people,
)

MOMENTS = ["evening", "dawn", "before", "start"]


def value(**values: Any) -> Reminder:
    known: dict[str, Any] = {
        "moment": "dawn",
        "session": a_session(),
        "group": a_group(),
        "coming": 99_999,
        "maybe": 99_999,
        "mentions": people(MENTIONS),
        "thread_id": HIGHEST_ID,
        "tomorrow": True,
        "host_id": HIGHEST_ID,
        "lecture": LONGEST_LECTURE,
    }
    return Reminder(**(known | values))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("moment", MOMENTS)
def test_the_longest_reminder_with_most_mentions_fits_and_loses_nothing(locale: str, moment: str):
    content = reminder(value(moment=moment), words(locale))
    check_limits(content)
    for text in ("題" * 100, "部" * 60, "場" * 100):
        assert text in content.text
    assert (f"<#{HIGHEST_ID}>" in content.text) is (moment != "start")


@pytest.mark.parametrize("locale", LOCALES)
def test_a_reminder_at_a_groups_time_says_who_comes_and_not_that_it_is_somebodys_own(locale: str):
    values = {"moment": "before", "together": True}
    for tomorrow in (True, False):
        content = reminder(value(**values, tomorrow=tomorrow), words(locale))
        check_limits(content)
        assert "99" in content.text, "how many come"
        if locale == PSEUDO:
            assert escaped(content.text, {"題" * 100, "部" * 60, "場" * 100}) == []
    texts = [reminder(value(**values, tomorrow=each), words("en")).text for each in (True, False)]
    assert [text.split(":")[0] for text in texts] == ["Coming up", "Today"]


def test_a_dawn_says_what_when_where_who_comes_and_pings_them():
    session = a_session(theme="物流の基礎", venue="会議室A")
    group = a_group(name="経済部会")
    turn = Turn(1, 0, 7, TurnState.CONFIRMED, STARTS, theme="魚はどこから")
    told = Lecture(((turn, Industry("logistics")), (replace(turn, member_id=8), None)), arranging=True)
    shown = reminder(
        value(
            session=session,
            group=group,
            coming=2,
            maybe=1,
            mentions=(7, 8),
            thread_id=9,
            tomorrow=False,
            host_id=8,
            lecture=told,
        ),
        words("en"),
    )
    unix = int(STARTS.timestamp())
    assert shown.text.split("\n") == [
        "Today: **物流の基礎** (経済部会)",
        f"<t:{unix}:F> (<t:{unix}:R>)",
        "Lecturer: <@7> (Transport and logistics): “魚はどこから” and <@8>: “魚はどこから”",
        "Place: 会議室A",
        "Host: <@8>",
        "2 people are coming.",
        "1 person is not sure yet.",
        "<#9>",
        "<@7> <@8>",
    ]
    assert [button.label for button in shown.rows[0]] == ["Going", "Late", "Maybe", "Not going"]
    assert shown.rows[0][0].custom_id == f"bk:rsvp:{session.id}:going"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("moment", ["evening", "dawn", "before"])
def test_a_direct_message_has_the_link_and_buttons_that_say_which_server_and_a_mention_has_neither(
    locale: str, moment: str
):
    link = "https://example.org/" + "x" * (LONGEST_LINK - 20)
    private = reminder(value(moment=moment, session=a_session(link=link), mentions=(), private=True), words(locale))
    check_limits(private)
    assert link in private.text
    assert private.rows[0][0].custom_id.endswith(f":going:{HIGHEST_ID}")
    assert private.rows[1][0].custom_id == f"bk:dm:stop:reminders:{HIGHEST_ID}"
    public = reminder(value(moment=moment, session=a_session(link=link)), words(locale))
    assert link not in public.text
    assert len(public.rows) == 1


def test_a_reminder_at_ones_own_time_says_when_and_where_and_counts_nobody():
    session = a_session(theme="物流の基礎", venue="会議室A")
    shown = reminder(
        value(
            moment="before",
            session=session,
            group=a_group(name="経済部会"),
            mentions=(7,),
            thread_id=9,
            host_id=7,
            lecture=Lecture(),
        ),
        words("ja"),
    )
    unix = int(STARTS.timestamp())
    assert shown.text.split("\n") == [
        "リマインダー：**物流の基礎**(経済部会)",
        f"<t:{unix}:F> (<t:{unix}:R>)",
        "会場：会議室A",
        "主催者：<@7>",
        "<#9>",
        "<@7>",
    ]


def test_the_evening_before_says_tomorrow_and_the_start_that_it_begins():
    assert reminder(value(moment="evening"), words("en")).text.startswith("Tomorrow: **")
    assert " begins now." in reminder(value(moment="start"), words("en")).text.split("\n")[0]


def test_that_nobody_comes_yet_is_said_in_words():
    assert "Nobody is coming yet." in reminder(value(coming=0, maybe=0), words("en")).text


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_word_of_a_reminder_is_translated(moment: str):
    shown = reminder(value(moment=moment), words(PSEUDO))
    names = ["題" * 100, "部" * 60, "場" * 100]
    assert escaped(shown.text, names) == []
    for button in shown.rows[0]:
        assert escaped(button.label) == []


@given(st.lists(st.text(max_size=700), max_size=8), st.text(max_size=1900))
def test_what_does_not_fit_is_left_out_from_the_end_of_the_lines_and_never_the_end(lines: list[str], end: str):
    text = fitted(lines, end)
    assert len(text) <= WORDS_LIMIT
    assert text.endswith(end)
    assert text in {"\n".join([*lines[:n], end] if end else lines[:n]) for n in range(len(lines) + 1)}
