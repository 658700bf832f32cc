from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.holds import Hold
from bot.domain.mirrors import Spot
from bot.domain.morning import MorningLine, MorningPost, MorningSettings, MorningState, RoleGrantsMore, list_parts
from bot.domain.posts import MENTIONS_PER_POST
from bot.domain.roles import RoleNotGiven
from bot.domain.sessions import SessionState
from bot.i18n import PSEUDO, escaped, words
from bot.rendering import errors, morning
from bot.rendering.morning import ERRORS
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

DAY = date(2026, 7, 15)
SPOT = Spot(HIGHEST_ID, HIGHEST_ID)
EVERY_DAY = frozenset(range(7))


def line(**session: Any) -> MorningLine:
    return MorningLine(
        a_session(**session),
        a_group(),
        99_999,
        99_999,
        HIGHEST_ID,
        host_id=HIGHEST_ID,
        announced=SPOT,
        lecture=LONGEST_LECTURE,
    )


def post(sessions: int, **values: Any) -> MorningPost:
    known: dict[str, Any] = {
        "day": DAY,
        "lines": tuple(line() for _ in range(sessions)),
        "mentions": list_parts(people(500), sessions)[0],
        "role": 0,
        "part": 0,
    }
    return MorningPost(**(known | values))


def state(**values: Any) -> MorningState:
    known: dict[str, Any] = {
        "settings": MorningSettings(HIGHEST_ID, 720, frozenset({0, 2, 4}), HIGHEST_ID),
        "hold": None,
        "next_at": STARTS,
        "next_day": DAY,
        "evening_before": STARTS.time(),
        "time_zone": "Asia/Tokyo",
    }
    return MorningState(**(known | values))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("sessions", [1, 2, 3])
def test_the_longest_sessions_of_a_day_fit_with_as_many_mentions_as_the_part_has(locale: str, sessions: int):
    content = morning.morning_post(post(sessions), words(locale))
    check_limits(content)
    assert content.text.count("題" * 100) == sessions


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("sessions", [5, 12])
def test_of_a_crowded_day_whole_sessions_are_left_out_and_counted(locale: str, sessions: int):
    content = morning.morning_post(post(sessions, role=HIGHEST_ID), words(locale))
    check_limits(content)
    shown = content.text.count("題" * 100)
    assert 1 <= shown < sessions
    assert content.text.count("場" * 100) == shown, "none is cut in the middle"
    assert str(sessions - shown) in content.text.split("\n")[-3]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_later_part_has_room_for_its_mentions(locale: str):
    content = morning.morning_post(post(3, part=1, mentions=people(MENTIONS_PER_POST)), words(locale))
    check_limits(content)
    assert "題" not in content.text


def test_the_list_says_each_session_and_who_comes():
    sessions = (
        MorningLine(
            a_session(theme="朝の会", venue="", guild_id=1), a_group(name="経済部会"), 3, 0, 0, 0, 7, Spot(5, 77)
        ),
        MorningLine(
            a_session(theme="茶", venue="茶室", starts_at=STARTS + timedelta(hours=5)), a_group(name="文化"), 0, 1, 9
        ),
    )
    unix = int(STARTS.timestamp())
    shown = morning.morning_post(post(2, lines=sessions, mentions=(7, 8)), words("en"))
    assert shown.text.split("\n") == [
        "**Today's sessions**",
        "**朝の会** (経済部会)",
        f"<t:{unix}:F> (<t:{unix}:R>)",
        "Host: <@7>",
        "3 people are coming.",
        "[Answer under its announcement](https://discord.com/channels/1/5/77)",
        "**茶** (文化)",
        f"<t:{unix + 18000}:F> (<t:{unix + 18000}:R>)",
        "Place: 茶室",
        "Nobody is coming yet.",
        "1 person is not sure yet.",
        "<#9>",
        "<@7> <@8>",
    ]
    assert [button.custom_id for button in shown.rows[0]] == [f"bk:morning:{DAY.toordinal()}"]


def test_one_session_alone_is_answered_under_the_post_with_the_buttons_of_its_announcement():
    alone = line(id=12, guild_id=1, theme="茶", venue="")
    shown = morning.morning_post(post(1, lines=(alone,), mentions=()), words("en"))
    assert [[button.custom_id for button in row] for row in shown.rows] == [
        [f"bk:rsvp:12:{answer}" for answer in ("going", "late", "maybe", "not_going")],
        [f"bk:morning:{DAY.toordinal()}"],
    ]
    assert f"[Open the announcement](https://discord.com/channels/1/{HIGHEST_ID}/{HIGHEST_ID})" in shown.text
    later = morning.morning_post(post(1, lines=(alone,), part=1, mentions=(7,)), words("en"))
    assert later.rows == shown.rows, "whoever is mentioned in a later part can answer there too"
    unannounced = MorningLine(alone.session, alone.group, 0, 0, 0)
    shown = morning.morning_post(post(1, lines=(unannounced,), mentions=()), words("en"))
    assert "](" not in shown.text
    assert len(shown.rows) == 2, "it can be answered all the same"


@pytest.mark.parametrize("locale", LOCALES)
def test_links_give_way_to_sessions_on_a_crowded_day(locale: str):
    seen: list[tuple[bool, int]] = []
    for number in range(2, 13):
        lines = tuple(line(theme=f"茶{n}。", venue="", id=n) for n in range(number))
        shown = morning.morning_post(post(number, lines=lines, mentions=()), words(locale))
        check_limits(shown)
        all_shown = all(f"茶{n}。" in shown.text for n in range(number))
        links = shown.text.count("](")
        assert links in (0, number), "all have one or none"
        assert all_shown or not links, "none is left out for links"
        seen.append((all_shown, links))
    assert seen[0] == (True, 2)
    assert (True, 0) in seen, "there are more sessions than links have room"
    assert seen[-1][0] is False, "and at last more than a message has"


def test_a_role_is_mentioned_and_comes_with_the_button_to_take_it():
    shown = morning.morning_post(post(1, role=99, mentions=()), words("en"))
    assert (shown.roles, shown.mentions) == ((99,), ())
    assert shown.text.endswith("<@&99>")
    assert [button.custom_id for button in shown.rows[-1]][1] == "bk:morning-role"


def test_on_the_evening_before_it_says_tomorrow():
    assert morning.morning_post(post(1, tomorrow=True), words("en")).text.startswith("**Tomorrow's sessions**")


@pytest.mark.parametrize("locale", LOCALES)
def test_a_preview_fits_says_that_nobody_was_pinged_and_pings_nobody(locale: str):
    content = morning.preview(post(3), state(hold=Hold("morning", STARTS)), words(locale), words("ja"))
    assert len(content.text) <= 2000
    assert (content.mentions, content.roles) == ((), ())
    assert "2026" in content.text.split("\n")[0], "the day is written out on the community's clock"


@pytest.mark.parametrize("sessions", [1, 3])
def test_a_preview_looks_like_the_post_but_none_of_its_buttons_can_be_pressed(sessions: int):
    lines = tuple(line(theme="茶", venue="") for _ in range(sessions))
    value = post(sessions, lines=lines, mentions=(7,), role=9)
    shown, real = morning.preview(value, state(), words("en"), words("ja")), morning.morning_post(value, words("ja"))
    assert shown.text.endswith(real.text)
    for row, of_the_post in zip(shown.rows, real.rows, strict=True):
        assert [button.label for button in row] == [button.label for button in of_the_post]
        assert all(button.disabled for button in row)
        assert not any(button.disabled for button in of_the_post)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "Next post: <t:"),
        ({"next_at": None}, "It has no session to list so far"),
        ({"hold": Hold("morning", None)}, "paused until somebody uses `/morning resume`"),
        ({"hold": Hold("morning", STARTS)}, "paused until <t:"),
        ({"settings": MorningSettings(0, 60, EVERY_DAY, 0)}, "no morning post yet"),
        ({"settings": MorningSettings(5, 60, EVERY_DAY, 0)}, "(every day)"),
        ({"settings": MorningSettings(5, 60, frozenset({0, 2}), 0)}, "(Monday and Wednesday)"),
        ({}, "keeps the role is pinged, even without coming"),
        ({}, "reminders go out at 22:00"),
    ],
)
def test_the_state_says_what_is_set_and_what_comes_next(values: dict[str, Any], text: str):
    assert text in morning.state(state(**values), words("en"))


def test_the_day_as_it_is_now_is_a_list_or_says_that_there_is_nothing():
    one = morning.today([line(id=12)], words("en"))
    assert "題" * 100 in one.text
    assert "[Open the announcement](" in one.text
    assert one.rows[0][0].custom_id == "bk:rsvp:12:going"
    two = morning.today([line(), line()], words("en"))
    assert two.text.count("[Answer under its announcement](") == 2
    assert two.rows == ()
    many = morning.today([line()] * 20, words("en"))
    assert len(many.text) <= 2000
    assert "](" not in many.text
    assert "no session that day any more" in morning.today([], words("en")).text


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_of_a_day_that_is_over_nothing_can_be_answered_and_the_way_on_is_always_told(locale: str):
    over, w = line(id=12, state=SessionState.ENDED), words(locale)
    assert morning.today([over], w).rows == ()
    for lines in ([over], [over] * 20):
        text = morning.today(lines, w).text
        assert len(text) <= 2000
        assert "`/session list`" in text.split("\n")[-1]
    assert "`/session list`" not in morning.today([over, line()], w).text


def test_every_word_is_translated():
    w = words(PSEUDO)
    names = ["題" * 100, "部" * 60, "場" * 100]
    listed = morning.morning_post(post(12, role=9), w)
    texts = [
        listed.text,
        morning.morning_post(post(1, part=1), w).text,
        morning.morning_post(post(3, mentions=()), w).text,
        morning.morning_post(post(1, mentions=()), w).text,
        *(button.label for row in listed.rows for button in row),
        morning.preview(post(1), state(), w, w).text,
        morning.preview(None, state(hold=Hold("morning", None)), w, w).text,
        morning.today([], w).text,
        morning.today([line()], w).text,
        morning.role_taken(9, True, w),
        morning.role_taken(9, False, w),
    ]
    for values in ({}, {"next_at": None}, {"hold": Hold("morning", None)}, {"hold": Hold("morning", STARTS)}):
        texts.append(morning.state(state(**values), w))
    texts.append(morning.state(state(settings=MorningSettings(0, 60, EVERY_DAY, 0)), w))
    for text in texts:
        assert escaped(text, names) == []


def test_every_error_says_what_to_do_instead():
    for kind in ERRORS:
        error = kind(HIGHEST_ID) if kind in (RoleGrantsMore, RoleNotGiven) else kind()
        for locale in LOCALES:
            assert 10 < len(errors.explain(error, words(locale))) <= 2000
