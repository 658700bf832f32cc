from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.notices import PEOPLE, PROBLEMS, Change, Problem, Trouble, permissions_for
from bot.domain.sessions import LONGEST_REASON
from bot.domain.setup import TO_ANNOUNCE, TO_POST
from bot.domain.told import CHANGES, TOLD
from bot.i18n import PSEUDO, escaped, words
from bot.rendering.notices import change, seen_by, trouble
from tests.rendering.longest import HIGHEST_ID, LOCALES, STARTS, a_group, a_session, check_limits, people

NAMES = ["題" * 100, "部" * 60, "場" * 100, "由" * LONGEST_REASON]


def value(**values: Any) -> Change:
    known: dict[str, Any] = {
        "kind": "moved",
        "session": a_session(),
        "group": a_group(),
        "old_start": STARTS - timedelta(days=1),
        "fields": TOLD,
        "reason": "由" * LONGEST_REASON,
        "mentions": people(PEOPLE),
        "private": False,
    }
    return Change(**(known | values))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", CHANGES)
def test_the_longest_notice_with_most_mentions_fits_and_loses_nothing(locale: str, kind: str):
    content = change(value(kind=kind), words(locale))
    check_limits(content)
    assert "由" * LONGEST_REASON in content.text
    assert "題" * 100 in content.text
    assert ("場" * 100 in content.text) is (kind != "cancelled")


def test_a_move_says_the_old_and_the_new_time():
    shown = change(value(session=a_session(theme="茶"), fields=(), reason="", mentions=(7,)), words("en"))
    old, new = int((STARTS - timedelta(days=1)).timestamp()), int(STARTS.timestamp())
    assert shown.text.split("\n") == [
        "**茶** has a new time.",
        f"Old: <t:{old}:F>",
        f"New: <t:{new}:F>",
        "Your answer still counts. If the new time does not suit you, please change your answer.",
        "<@7>",
    ]


def test_a_decliners_message_says_how_to_come_after_all_and_its_buttons_know_the_server():
    shown = change(value(private=True, declined=True, mentions=()), words("en"))
    assert "If the new time suits you, press Going." in shown.text
    assert shown.rows[0][0].custom_id.endswith(f":going:{HIGHEST_ID}")
    assert ":going:" not in change(value(), words("en")).rows[0][0].custom_id


def test_an_edit_says_what_it_is_now_and_never_the_link():
    session = a_session(theme="茶", venue="", duration=90, link="https://secret.example", deadline=None)
    text = change(value(kind="edited", session=session, reason=""), words("en")).text
    for said in ("Theme: 茶", "Place: none any more", "Length: 90 minutes", "Answer by: none any more"):
        assert said in text
    assert "`/session show` has the new one" in text
    assert "secret.example" not in text
    gone = change(value(kind="edited", session=a_session(link=""), fields=("link",)), words("en")).text
    assert "There is no link any more." in gone


def test_a_cancellation_is_named_by_the_time_its_readers_know_and_leads_to_the_next_session():
    shown = change(value(kind="cancelled", reason="台風"), words("en"))
    assert f"<t:{int((STARTS - timedelta(days=1)).timestamp())}:F> is cancelled." in shown.text
    assert "Reason: 台風" in shown.text
    assert [button.custom_id for button in shown.rows[0]] == [f"bk:next:{10**18 - 1}"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("channel_id", [0, HIGHEST_ID])
def test_each_trouble_says_where_and_what_to_do(locale: str, problem: Problem, channel_id: int):
    lacks = TO_ANNOUNCE if problem in ("undeliverable", "refused") else ()
    content = trouble(Trouble(problem, 10**18 - 1, "c" * 200, channel_id, channel_id, lacks), words(locale))
    check_limits(content)
    assert len(content.text.split("\n")) == 2
    if problem not in ("step", "no channel"):
        assert (f"<#{HIGHEST_ID}>" in content.text) is bool(channel_id)


@pytest.mark.parametrize(("problem", "cause"), [("undeliverable", "404 10003"), ("refused", "announcement: 404 10003")])
def test_of_a_deleted_channel_moderators_hear_that_it_was_deleted_and_how_to_choose_another(
    problem: Problem, cause: str
):
    gone = trouble(Trouble(problem, 1, cause, 7), words("en")).text
    assert gone.startswith("I could not post in <#7>: it was deleted.\n")
    assert "`/group edit channel:`" in gone
    assert "permission" not in gone.casefold()
    assert "削除されているため" in trouble(Trouble(problem, 1, cause, 7), words("ja")).text


@pytest.mark.parametrize("cause", ["403 50013", "403 50001", "404 110003", ""])
def test_of_a_channel_that_is_closed_to_the_bot_moderators_hear_which_permissions_it_needs(cause: str):
    closed = trouble(Trouble("undeliverable", 1, cause, 7, 8, TO_POST), words("en")).text
    assert "deleted" not in closed
    assert "In <#8> I need: **View Channels**, **Send Messages** and **Embed Links**." in closed


def test_what_is_missing_on_the_server_is_to_be_allowed_there_and_no_code_is_shown():
    event = Trouble("refused", 1, "event: 403 50013", 0, 0, ("create_events",))
    assert trouble(event, words("en")).text.split("\n") == [
        "I can't show something in this server: I lack a permission.",
        "On the server I need: **Create Events**. Server Settings, Roles: open my role and allow them.",
    ]
    japanese = trouble(event, words("ja")).text
    assert "**イベントを作成**" in japanese
    assert "50013" not in japanese


def test_a_refusal_for_another_reason_gives_its_code_to_whoever_runs_the_bot():
    text = trouble(Trouble("refused", 1, "thread: 403 40333", 7), words("en")).text
    assert "`thread: 403 40333`" in text
    assert "permission" not in text


def test_a_notice_that_was_seen_says_by_whom():
    assert seen_by("Trouble\nAdvice", "<@7>", words("en")) == "Trouble\nAdvice\nSeen by <@7>"


def test_every_word_is_translated():
    w = words(PSEUDO)
    texts = [seen_by("", "<@7>", w)]
    for kind in CHANGES:
        for private in (True, False):
            shown = change(value(kind=kind, private=private), w)
            texts += [shown.text, *(button.label for button in shown.rows[0])]
    for problem in PROBLEMS:
        shown = trouble(Trouble(problem, 1, "403", 0, 0, permissions_for(problem, "event: 403 50013")), w)
        texts += [shown.text, *(button.label for button in shown.rows[0])]
    for text in texts:
        assert escaped(text, NAMES) == []
