"""What acts come to, in words: within Discord's limits, and true in every case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.actors import Actor
from bot.domain.series import SeriesEndPreview, SeriesView, Skipped, SkipPreview
from bot.domain.sessions import (
    LONGEST_DESCRIPTION,
    LONGEST_LINK,
    LONGEST_REASON,
    LONGEST_THEME,
    LONGEST_VENUE,
    Cancelled,
    CancelPreview,
    Edited,
    SessionState,
    SessionView,
    Standing,
    WhichTime,
)
from bot.domain.told import Nobody, Told, ToldTogether
from bot.i18n import words
from bot.rendering import series as series_rendering
from bot.rendering import sessions as rendering
from bot.rendering.sessions.changing import crowded
from bot.rendering.told import told_lines
from tests.rendering.longest import HIGHEST_ID, LOCALES, STARTS, a_group, a_session, check_limits, people
from tests.rendering.test_asking import DRAFT, a_series, somewhere

EVERYBODY = Told(
    HIGHEST_ID,
    in_thread=True,
    aloud=((STARTS, people(1000)),),
    edited=people(2000)[1000:],
    alone=((STARTS, people(3000)[2000:]),),
    fields=("venue",),
)


def a_view(**values: Any) -> SessionView:
    return SessionView(a_session(**values), a_group(), somewhere(), a_series(), ())


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("again", [False, True])
def test_the_longest_preview_of_a_cancellation_keeps_within_the_limits(locale: str, again: bool):
    reason = "因" * LONGEST_REASON
    session = a_session(series_id=1, theme="題" * LONGEST_THEME)
    standing = Standing(HIGHEST_ID, HIGHEST_ID, event=True)
    value = CancelPreview(DRAFT, session, a_group(), somewhere(), reason, EVERYBODY, standing, again)
    content = rendering.cancel_preview(value, words(locale))
    check_limits(content)
    assert reason in content.text
    assert [button.custom_id for row in content.rows for button in row] == [
        f"bk:cancel:{DRAFT}:confirm",
        f"bk:cancel:{DRAFT}:keep",
    ]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_longest_preview_of_a_series_end_keeps_within_the_limits(locale: str):
    sessions = tuple(a_session(starts_at=STARTS + timedelta(days=day)) for day in range(500))
    view = SeriesView(a_series(), a_group(), somewhere(), sessions[:10], 500)
    told = ToldTogether(frozenset(range(10_000)), unheard=True, nobody=None)
    value = SeriesEndPreview(DRAFT, view, sessions, 400, 300, told, a_session(), "因" * LONGEST_REASON, again=True)
    check_limits(series_rendering.end_preview(value, words(locale)))


@pytest.mark.parametrize("locale", LOCALES)
def test_the_longest_preview_of_a_skipped_date_keeps_within_the_limits(locale: str):
    session, view = a_session(theme="題" * LONGEST_THEME), SeriesView(a_series(), a_group(), somewhere(), (), 0)
    standing, reason = Standing(HIGHEST_ID, HIGHEST_ID, event=True), "因" * LONGEST_REASON
    on = STARTS.date()
    value = SkipPreview(DRAFT, view, on, STARTS, session, EVERYBODY, standing, reason, again=True)
    content = series_rendering.skip_preview(value, words(locale))
    check_limits(content)
    assert reason in content.text
    assert len(series_rendering.skipped(Skipped(view, on, EVERYBODY), words(locale)).text) <= 2000


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("moves", [False, True])
def test_the_longest_answer_to_an_edit_keeps_within_the_limits(locale: str, moves: bool):
    before = a_session(
        theme="前" * LONGEST_THEME,
        venue="前" * LONGEST_VENUE,
        link="https://" + "a" * (LONGEST_LINK - 8),
        description="前" * LONGEST_DESCRIPTION,
        capacity=999,
    )
    after = a_view(
        starts_at=STARTS + timedelta(hours=moves),
        theme="後" * LONGEST_THEME,
        venue="後" * LONGEST_VENUE,
        link="https://" + "b" * (LONGEST_LINK - 8),
        description="後" * LONGEST_DESCRIPTION,
        capacity=None,
        deadline=None,
        duration=5,
    )
    content = rendering.edited(Edited(before, after, EVERYBODY, 1000), words(locale))
    assert len(content.text) <= 2000
    assert content.text.count("\n- ") == 7


@pytest.mark.parametrize(
    ("nobody", "part"),
    [
        ("no answers", "Nobody is coming so far"),
        ("only you", "Nobody but you"),
        ("over", "has begun already"),
        ("no channel", "`/settings set announcements:`"),
        ("not announced", "has not been announced yet"),
        ("known", "know this time already"),
        ("not told of", "Nothing changes for those who come"),
    ],
)
def test_why_nobody_is_told_is_said(nobody: Nobody, part: str):
    (line,) = told_lines(Told(HIGHEST_ID, in_thread=False, nobody=nobody), words("en"))
    assert part in line


def test_each_way_of_telling_is_a_line_with_its_number():
    lines = told_lines(EVERYBODY, words("en"))
    assert [line.split()[0] for line in lines] == ["1000", "1000", "1000"]
    assert ["with a mention" in line for line in lines] == [True, False, False]
    loud = Told(1, in_thread=True, edited=(1, 2), fields=("venue",), loud=True)
    assert told_lines(loud, words("en")) == [
        "2 people who answered Going, Late or Maybe will be told in <#1>, with a mention.",
    ]


@pytest.mark.parametrize(
    ("places", "coming", "waiting", "expected"),
    [
        (None, 5, 0, ""),
        (5, 5, 3, ""),
        (4, 5, 0, "**5 people already have a place, and all of them keep it.**\nA place comes free once 2 of them"),
        (1, 4, 2, "once 4 of them have left.\n2 people are on the waitlist, in the same order as before; the first"),
    ],
)
def test_what_fewer_places_than_people_means(places: int | None, coming: int, waiting: int, expected: str):
    text = "\n".join(crowded(places, coming, waiting, words("en")))
    assert expected in text
    assert bool(text) is bool(expected)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_session_cancelled_before_its_reason_was_kept_is_shown_without(locale: str):
    view = a_view(state=SessionState.CANCELLED, cancelled_at=None, link="https://example.org/x")
    content = rendering.shown(view, Actor(1, moderator=True), words(locale))
    assert content.embed is not None
    names = [field.name for field in content.embed.fields]
    assert len(names) == 3, "when it was planned, its group and its series"
    assert "example.org" not in str(content.embed.to_dict())
    assert [button.custom_id for row in content.rows for button in row] == [f"bk:next:{view.session.group_id}"]
    assert len(rendering.cancelled(Cancelled(view, EVERYBODY), words(locale)).text) <= 2000


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("number", [1, 2, 4])
def test_the_longest_question_about_a_missing_time_keeps_within_the_limits(locale: str, number: int):
    readings = tuple(STARTS + timedelta(hours=hour) for hour in range(number))
    value = WhichTime(DRAFT, "starts_at", "次" * 100, readings, "題" * LONGEST_THEME, True, somewhere(), day_only=True)
    content = rendering.which_time(value, words(locale))
    check_limits(content)
    assert [row[0].custom_id for row in content.rows] == [f"bk:whichmove:{DRAFT}:{n + 1}" for n in range(number)]
