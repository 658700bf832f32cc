"""One's own reminders and sessions, in both languages and at their longest."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.own_reminders import FARTHEST, MOST_OFFSETS, WAYS, OwnReminders, parse_before, parse_evening
from bot.domain.own_reminders.outlook import Outlook
from bot.domain.own_reminders.service import OwnState
from bot.domain.own_sessions import PAGE, OwnSession, OwnSessions
from bot.domain.rsvps import Answer, Rsvp
from bot.i18n import PSEUDO, escaped, words
from bot.rendering import own_sessions
from bot.rendering.calendar import moment, timestamp
from bot.rendering.own_reminders import PRESETS, before, lines, own_form, page, reminders_button, typed
from cogs.me import ITEMS
from tests.rendering.longest import HIGHEST_ID, LOCALES, STARTS, a_group, a_session, check_limits

OFFSETS = st.lists(st.integers(1, FARTHEST), max_size=MOST_OFFSETS, unique=True)
SERVER = "サ" * 100
ZONE = "America/Argentina/Buenos_Aires"


def state(own: OwnReminders | None = None, **values: Any) -> OwnState:
    known: dict[str, Any] = {"usual_evening": time(20), "time_zone": "Asia/Tokyo"}
    known |= {"usual_before": 60, "with_morning_post": False, "evening_lead": 600, "closed": False, "stopped": False}
    return OwnState(HIGHEST_ID, own or OwnReminders(7), **known | values)


STATES = [
    state(),
    state(
        groups=(a_group(reminders=tuple(range(20_159, 20_154, -1)), evening_before=time(23, 59)),) * 9,
        with_morning_post=True,
        next=Outlook(a_session(), tuple(STARTS - timedelta(minutes=n) for n in range(7))),
    ),
    *(state(OwnReminders(7, (1441, 30), time(21, 30), by=by)) for by in WAYS),
    *(state(OwnReminders(7, None, evening, zone=ZONE)) for evening in (None, time(21, 30))),
    state(OwnReminders(7, (), None, True, "dm"), closed=True),
    state(OwnReminders(7, tuple(range(20_160, 20_155, -1)), time(23, 59), by="dm"), closed=True, stopped=True),
    state(OwnReminders(7, tuple(range(89, 84, -1))), usual_before=61, next=Outlook(a_session(), ())),
]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("value", STATES)
def test_a_page_and_its_controls_fit_and_are_translated(locale: str, value: OwnState):
    w = words(locale)
    shown = page(value, SERVER, w)
    assert len(shown.content.text) <= 2000
    controls = list(shown.view.children)
    texts = [shown.content.text]
    for control in controls:
        if isinstance(control, discord.ui.Select):
            assert 1 <= len(control.options) <= 25
            assert len({option.value for option in control.options}) == len(control.options)
            texts += [control.placeholder or "", *(option.label for option in control.options)]
            assert all(len(option.label) <= 100 for option in control.options)
        elif isinstance(control, discord.ui.Button):
            texts.append(control.label or "")
        pattern = [item.__discord_ui_compiled_template__ for item in ITEMS]
        custom_id: str = control.custom_id  # type: ignore[attr-defined]
        assert len(custom_id) <= 100
        assert any(each.fullmatch(custom_id) for each in pattern), custom_id
    if locale == PSEUDO:
        assert [escaped(text, (SERVER, "Buenos Aires", "Tokyo")) for text in texts] == [[]] * len(texts)


def test_what_holds_is_said_in_words():
    text = lines(state(OwnReminders(7, (1440, 30), time(21, 30))), "Asakai", words("en"))
    assert text == [
        "**Your reminders on Asakai**",
        "I remind you of every session to which you said Going or Late:",
        "- 1 day before: your own time",
        "- Evening before: 21:30, your own time",
        "- 1 hour before: as for everybody",
        "- 30 minutes before: your own time",
        "- At the start: a note in the session's thread that mentions nobody",
        "How: mentioned in the group's channel, like everybody; at times of your own by direct message",
    ]
    assert lines(state(OwnReminders(7, (1440, 30), by="off")), "朝会", words("ja")) == [
        "**「朝会」でのリマインダー**",
        "リマインダーは送りません。「参加」と回答すれば参加者に数えられ、日時の変更などはお知らせします。",
    ]


def test_the_usual_reminders_are_shown_to_who_has_chosen_nothing():
    assert lines(state(with_morning_post=True), "朝会", words("ja"))[1:-1] == [
        "「参加」または「遅れて参加」と回答した勉強会について、次の順にお知らせします。",
        "- 前日のリマインダー：20:00(通常の時刻)",
        "- 1時間前、または当日の朝のお知らせ：全員共通のリマインダー",
        "- 開始時：勉強会のスレッドに投稿します(メンションはしません)",
    ]


def test_a_time_of_ones_own_that_stands_for_the_usual_one_says_so():
    text = lines(state(OwnReminders(7, (45,)), usual_before=60), "A", words("en"))
    assert "- 45 minutes before: your own time, instead of the usual reminder 1 hour before" in text
    assert not any("as for everybody" in line for line in text[3:])


def test_the_next_session_is_named_with_the_instants_at_which_one_is_told():
    at = STARTS - timedelta(hours=1)
    said = lines(state(next=Outlook(a_session(theme="朝の会"), (at,))), "A", words("en"))[-1]
    assert said == f"Next: **朝の会**, {moment(STARTS)}. I remind you {timestamp(at, 'f')}."
    assert "won't remind you of this one again" in lines(state(next=Outlook(a_session(), ())), "A", words("en"))[-1]


def test_a_group_with_an_evening_of_its_own_is_named_only_to_who_has_none():
    group = a_group(evening_before=time(21, 45))
    assert any("21:45" in line for line in lines(state(groups=(group,)), "A", words("en")))
    own = OwnReminders(7, None, time(20))
    assert not any("21:45" in line for line in lines(state(own, groups=(group,)), "A", words("en")))


def test_closed_and_stopped_direct_messages_are_told_only_where_they_matter():
    for by in WAYS:
        said = "\n".join(lines(state(OwnReminders(7, by=by), closed=True), "A", words("en")))
        assert ("are closed" in said) is (by in ("dm", "channel"))
        said = "\n".join(lines(state(OwnReminders(7, by=by), stopped=True), "A", words("en")))
        assert ("have stopped" in said) is (by in ("dm", "channel"))


def test_who_has_stopped_direct_messages_can_choose_them_in_the_list():
    for stopped in (False, True):
        shown = page(state(OwnReminders(7, by="dm"), stopped=stopped), "A", words("en"))
        ways = [c for c in shown.view.children if isinstance(c, discord.ui.Select)][-1]
        assert [option.value for option in ways.options if option.default] == ([] if stopped else ["dm"])


@pytest.mark.parametrize(
    ("minutes", "english", "japanese"),
    [
        (1, "1 minute", "1分"),
        (90, "1 hour 30 minutes", "1時間30分"),
        (1440, "1 day", "1日"),
        (1441, "1 day 1 minute", "1日1分"),
        (10 * 1440, "10 days", "10日"),
        (FARTHEST, "2 weeks", "2週間"),
        (0, "0 minutes", "0分"),
    ],
)
def test_a_length_of_time_reads_as_people_say_it(minutes: int, english: str, japanese: str):
    assert before(minutes, words("en")) == english
    assert before(minutes, words("ja")) == japanese


@pytest.mark.parametrize("locale", ["en", "ja"])
@given(minutes=OFFSETS)
def test_what_the_form_shows_is_read_back_as_it_was(locale: str, minutes: list[int]):
    ordered = tuple(sorted(minutes, reverse=True))
    shown = typed(ordered, words(locale))
    assert len(shown) <= 100
    assert parse_before(shown) == ordered


@pytest.mark.parametrize(
    ("minutes", "english", "japanese"),
    [
        ((1440, 30), "1 day, 30 min", "1日、30分"),
        ((2880, 90, 60), "2 days, 1 h 30 min, 1 h", "2日、1時間30分、1時間"),
        ((1500,), "25 h", "25時間"),
        ((), "none", "なし"),
    ],
)
def test_the_form_shows_times_as_its_reader_writes_them(minutes: tuple[int, ...], english: str, japanese: str):
    assert typed(minutes, words("en")) == english
    assert typed(minutes, words("ja")) == japanese


@pytest.mark.parametrize("locale", LOCALES)
def test_the_form_shows_what_holds_in_words_that_it_understands(locale: str):
    for value in STATES:
        modal = own_form("form", value, words(locale)).to_dict()
        boxes = {part["component"]["custom_id"]: part["component"] for part in modal["components"]}  # type: ignore
        assert len(modal["title"]) <= 45
        assert all(len(part["label"]) <= 45 for part in modal["components"])  # type: ignore
        assert all(len(box.get("value") or "") <= box["max_length"] for box in boxes.values())
        if locale == PSEUDO:
            continue  # nobody can read it back
        assert parse_before(boxes["before"].get("value") or "off") == (value.own.before or ())
        evening = parse_evening(boxes["evening"].get("value") or "default")
        assert evening == ("off" if value.own.evening_off else value.own.evening or "usual")


def test_presets_are_possible_times_and_the_public_button_names_nobody():
    assert all(1 <= minutes <= FARTHEST for minutes in PRESETS)
    button = reminders_button(words("ja"))
    assert button.custom_id == "bk:reminders:open"
    assert any(item.__discord_ui_compiled_template__.fullmatch(button.custom_id) for item in ITEMS)


# Own sessions


def sessions(number: int, pages: int = 3, position: int = 99_999, *, hosting: bool = True) -> OwnSessions:
    mine = Rsvp(1, 7, Answer.GOING, bool(position), 1, STARTS)
    line = OwnSession(a_session(), a_group(), mine, position, hosting)
    return OwnSessions(HIGHEST_ID, (line,) * number, 1, pages)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("value", [sessions(PAGE), sessions(PAGE, 1), sessions(0, 1)])
def test_a_screen_of_own_sessions_fits_and_is_translated(locale: str, value: OwnSessions):
    w = words(locale)
    content = own_sessions.page(value, SERVER, w)
    assert content.embed is not None
    assert len(content.embed.title or "") <= 256
    assert len(content.embed.description or "") <= 4096
    texts = [content.embed.title, content.embed.description, content.embed.footer.text]
    texts += [button.label for row in content.rows for button in row]
    for row in content.rows:
        for button in row:
            assert any(item.__discord_ui_compiled_template__.fullmatch(button.custom_id) for item in ITEMS)
    if locale == PSEUDO:
        names = (SERVER, "題" * 100, "部" * 60)
        assert [escaped(text, names) for text in texts if text] == [[]] * len([text for text in texts if text])


@pytest.mark.parametrize("locale", LOCALES)
def test_many_servers_fit_below_one_question(locale: str):
    servers = [(HIGHEST_ID - n, SERVER) for n in range(40)]
    for act in (("reminders", "open"), ("mysessions",)):
        content = own_sessions.which_server(servers, act, words(locale))
        check_limits(content)
        ids = [button.custom_id for row in content.rows for button in row]
        assert len(ids) == 20
        for custom_id in ids:
            assert any(item.__discord_ui_compiled_template__.fullmatch(custom_id) for item in ITEMS), custom_id
    assert escaped(own_sessions.no_server(words(PSEUDO))) == []


@pytest.mark.parametrize(
    ("locale", "own", "said"),
    [
        ("en", OwnReminders(7, None, time(21)), "Evening before: 21:00, your own time"),
        ("en", OwnReminders(7, None, time(21), zone="Asia/Tokyo"), "Evening before: 21:00, your own time"),
        (
            "en",
            OwnReminders(7, None, time(21), zone="America/New_York"),
            "Evening before: 21:00 (New York time), your own time",
        ),
        ("en", OwnReminders(7, None, time(21), zone="UTC"), "Evening before: 21:00 (UTC), your own time"),
        ("en", OwnReminders(7, zone="America/New_York"), "Evening before: 20:00 (Tokyo time), as for everybody"),
        (
            "ja",
            OwnReminders(7, None, time(21), zone="America/New_York"),
            "前日のリマインダー：ニューヨーク時間の21:00(自分で選んだ時刻)",
        ),
    ],
)
def test_an_evening_names_its_clock_where_two_may_be_meant(locale: str, own: OwnReminders, said: str):
    assert f"- {said}" in lines(state(own), SERVER, words(locale))
