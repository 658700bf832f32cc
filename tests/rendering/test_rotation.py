"""The rotation in words: the longest fits, and fairness is told as people would tell it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.domain.industries import KEYS, LONGEST_SHORT, Industry
from bot.domain.rotation import Away, Reason, Spread, TurnState, Unavailability, Why
from bot.domain.rotation.roster import LeavePreview, OffRoster
from bot.domain.rotation.showing import PAGE, RotationView, ShownDate, ShownTurn, WhyView
from bot.domain.rotation.unavailability import MOST_UNAVAILABLE, OPEN_END, Noted
from bot.domain.sessions import LONGEST_REASON
from bot.i18n import PSEUDO, escaped, words
from bot.rendering import absences, rotation
from bot.rendering.content import Content
from bot.rendering.rotation_why import why
from tests.rendering.longest import HIGHEST_ID, LOCALES, STARTS, a_group, a_session, people

FIVE = people(5)
MANY = people(300)


def length(embed: discord.Embed | None) -> int:
    return 0 if embed is None else len(embed)


def check(content: Content) -> None:
    """Discord's limits of a private message and its embed."""
    embed = content.embed
    assert len(content.text) <= 2000
    assert length(embed) <= 6000
    if embed is not None:
        assert len(embed.title or "") <= 256
        assert len(embed.description or "") <= 4096
        assert all(0 < len(field.value or "") <= 1024 for field in embed.fields)
    assert len(content.rows) <= 5
    assert all(1 <= len(row) <= 5 for row in content.rows)
    assert all(len(button.custom_id) <= 70 for row in content.rows for button in row)


def a_view(**values: Any) -> RotationView:
    asked = STARTS + timedelta(days=1)
    turns = tuple(ShownTurn(each, TurnState.ASKED, asked) for each in FIVE)
    dates = tuple(ShownDate(a_session(), turns, 5, MANY[:20]) for _ in range(PAGE))
    own = tuple(f"own-{n}" for n in range(60))
    names = {key: Industry(key, "業" * LONGEST_SHORT) for key in own} | {key: Industry(key) for key in KEYS}
    away = {each: (Away(STARTS, OPEN_END), Away(STARTS, asked)) for each in MANY}
    known: dict[str, Any] = {
        "reader_id": HIGHEST_ID,
        "group": a_group(),
        "organizes": True,
        "takes_part": True,
        "people": 300,
        "dates": dates,
        "page": 1,
        "pages": 9999,
        "next": (a_session(), ShownTurn(HIGHEST_ID, TurnState.PLANNED, asked)),
        "spread": Spread(300, 1, 2, 0, 99, 0, own[:30], own[30:], KEYS),
        "industries": names,
        "roster": MANY,
        "away": away,
    }
    return RotationView(**(known | values))


@pytest.mark.parametrize("locale", LOCALES)
def test_the_longest_of_everything_fits(locale: str):
    w = words(locale)
    check(rotation.shown(a_view(), w))
    check(rotation.shown(a_view(people=0), w))
    sessions = tuple(a_session() for _ in range(60))
    check(rotation.leave_preview(LeavePreview(10**18, a_group(), sessions, again=True), w))
    check(rotation.left(OffRoster(a_group(), sessions), w))
    window = Unavailability(10**18, HIGHEST_ID, STARTS, STARTS + timedelta(hours=5), "由" * LONGEST_REASON)
    check(absences.noted(Noted(window, True, sessions), "Asia/Tokyo", w))
    check(absences.listed([window] * MOST_UNAVAILABLE, "Asia/Tokyo", w, removed=window))
    facts = Why(1, 0, HIGHEST_ID, Reason.INDUSTRY, False, 99, 99, STARTS, STARTS, 99, 98, 99, 99, 99, 99, 99, 99)
    check(why(WhyView(a_session(), (facts,) * 5, FIVE, FIVE, 5), w))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((0, 0), "Nobody has lectured yet."),
        ((1, 1), "Everyone has lectured once."),
        ((3, 3), "Everyone has lectured 3 times."),
        ((0, 1), "Some have lectured once, the others have their first turn before them."),
        ((0, 3), "Some have lectured up to 3 times, the others have their first turn before them."),
        ((1, 2), "Everyone has lectured once or twice."),
        ((2, 3), "Everyone has lectured 2 or 3 times."),
        ((2, 4), "Everyone has lectured 2 to 4 times."),
    ],
)
def test_fairness_is_told_in_words(given: tuple[int, int], said: str):
    least, most = given
    view = a_view(spread=Spread(5, least, most, least, most, 0, (), (), ()))
    shown = rotation.shown(view, words("en")).embed
    assert shown is not None
    assert [field.value for field in shown.fields if field.name == "Turns so far"] == [said]


def test_who_joined_later_and_has_lectured_less_is_no_unfairness():
    shown = rotation.shown(a_view(spread=Spread(5, 6, 7, 0, 7, 0, (), (), ())), words("en")).embed
    assert shown is not None
    assert "Whoever joins later begins with the count of the others" in str(shown.to_dict())


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_in_every_language_and_names_the_chosen_one_alone(reason: Reason):
    facts = Why(1, 0, 11, reason, False, 2, 1, None, STARTS, 4, 1, 3, 2, 1, 3, 1, 1)
    for locale in LOCALES:
        shown = why(WhyView(a_session(theme="x"), (facts,), (), (), 0), words(locale)).embed
        assert shown is not None
        text = shown.description or ""
        assert "<@11>" in text
        if locale == PSEUDO:
            assert escaped(text, {"x"}) == []
        if locale == "en":
            assert "3 others were not available" in text
