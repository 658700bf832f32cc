"""What is said of direct messages, in both languages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.domain.communities import Community
from bot.domain.members import DM_POSTS, DmKind
from bot.domain.notices import Change
from bot.domain.private_threads import PrivateThread
from bot.domain.reminders import Reminder
from bot.domain.rsvps import Promotion
from bot.domain.told import CHANGES
from bot.i18n import PSEUDO, escaped, words
from bot.rendering.afar import for_dm
from bot.rendering.members import dms_closed, private_thread, resumed, stop_row, stopped
from bot.rendering.notices import change
from bot.rendering.reminders import reminder
from bot.rendering.sessions import promotion
from cogs.members import ITEMS
from data.communities import DEFAULTS
from tests.rendering.longest import HIGHEST_ID, LOCALES, STARTS, a_group, a_session, check_limits
from tests.rendering.test_sessions import view

KINDS = list(DM_POSTS)
PATTERN: re.Pattern[str] = ITEMS[0].__discord_ui_compiled_template__


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_stopped_names_the_server_and_offers_the_opposite(locale: str, kind: DmKind):
    w = words(locale)
    for say, act in ((stopped, "resume"), (resumed, "stop")):
        content = say(kind, "サ" * 100, HIGHEST_ID, w)
        check_limits(content)
        assert "サ" * 100 in content.text
        ((button,),) = content.rows
        assert button.custom_id == f"bk:dm:{act}:{kind}:{HIGHEST_ID}"
        assert PATTERN.fullmatch(button.custom_id)
    assert "{" not in stopped(kind, None, 1, w).text


@pytest.mark.parametrize("kind", KINDS)
def test_all_of_it_is_translated(kind: DmKind):
    w = words(PSEUDO)
    shown = [stopped(kind, None, 1, w), resumed(kind, None, 1, w), dms_closed(w)]
    texts = [content.text for content in shown] + [stop_row(kind, 1, w)[0].label]
    assert [escaped(text) for text in texts] == [[]] * 4
    assert all(re.search("[ぁ-ん]", say(kind, "S", 1, words("ja")).text) for say in (stopped, resumed))


LINK = "https://meet.example/tea"


def private_posts() -> list[tuple[str, bool, object]]:
    """Everything that may go out as a direct message: its kind, whether it does now, and how it looks."""
    w, shown = words("en"), []
    for private in (True, False):
        told = Change("", a_session(), a_group(), STARTS - timedelta(days=1), (), "", (), private)
        shown += [(kind, private, change(replace(told, kind=kind), w)) for kind in CHANGES]
        for moment in ("evening", "dawn", "before"):
            told_of = Reminder(moment, a_session(), a_group(), 1, 0, (), 0, private=private)
            shown.append((moment, private, reminder(told_of, w)))
        shown.append(("promotion", private, promotion(Promotion(view(guild_id=HIGHEST_ID, link=LINK), 7, private), w)))
    return shown


def test_every_direct_message_carries_the_button_for_its_kind_and_nothing_else_does():
    for kind, private, content in private_posts():
        ids = [button.custom_id for row in content.rows for button in row if button.custom_id.startswith("bk:dm:")]
        family = next(family for family, posts in DM_POSTS.items() if kind in posts)
        assert ids == ([f"bk:dm:stop:{family}:{HIGHEST_ID}"] if private else []), kind


def test_no_direct_message_sends_its_reader_to_a_command_that_is_not_there():
    for kind, private, content in private_posts():
        if private:
            assert for_dm(content.text, words("en")) == content.text, kind
    assert any("`/session show`" in content.text for _, private, content in private_posts() if not private)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("text", "says_more"),
    [
        ("`/session show` has the link.", True),
        ("Use `/help`, then `/session list`.", True),
        ("`/help` shows what is next.", False),
        ("`/help session`, `/me sessions` and `/me reminders`", False),
        ("`/meeting list`", True),
        ("a/b `kind:`", False),
    ],
)
def test_in_a_direct_message_the_commands_of_a_server_come_with_what_works_here(
    locale: str, text: str, says_more: bool
):
    shown = for_dm(text, words(locale))
    assert shown.startswith(text)
    assert ("`/help` and `/me`" if locale == "en" else "`/me`") in shown[len(text) :] or not says_more
    assert (shown == text) is not says_more
    assert locale != PSEUDO or escaped(shown[len(text) :]) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_private_threads_name_has_its_mark_and_says_nothing_else(locale: str):
    community = Community(guild_id=1, **DEFAULTS)
    name, mark = private_thread(PrivateThread(112, 77777, community), words(locale))
    assert mark == "#112"
    assert name.count(mark) == 1
    assert len(name) <= 100
    assert "77777" not in name
    assert locale != PSEUDO or escaped(name) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_hint_at_closed_dms_says_what_is_missed_and_where_to_change_it(locale: str):
    text = dms_closed(words(locale)).text
    assert len(text) <= 2000
    assert text.count("\n") == 2
    anonymous = {"en": "asked anonymously I can tell you only in a direct message", "ja": "DMでしか届きません"}
    assert anonymous.get(locale, "") in text
    expected = {"en": "Privacy Settings", "ja": "プライバシー設定"}
    assert expected.get(locale, "") in text
