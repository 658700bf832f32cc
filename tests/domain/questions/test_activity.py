"""What somebody's message makes of a question."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.questions.activity import EVERY, after_message, opened
from bot.domain.questions.values import Question, QuestionState

NOW = datetime(2026, 7, 13, 3, tzinfo=UTC)


def question(**values: Any) -> Question:
    known: dict[str, Any] = {
        "id": 1,
        "asker_id": 11,
        "anonymous": False,
        "text": "?",
        "details": "",
        "industry": "",
        "topic": "",
        "channel_id": 50,
        "state": QuestionState.OPEN,
        "reason": "",
        "asked_at": NOW,
        "last_active_at": NOW,
    }
    return Question(**known | values)


def test_who_did_not_ask_it_answers_it_with_their_first_message_and_who_asked_never_does():
    first, second = NOW + timedelta(seconds=5), NOW + timedelta(hours=5)
    assert after_message(question(), first, by_asker=True) == question()
    answered = after_message(question(), first, by_asker=False)
    assert answered == question(answered_at=first)
    assert after_message(answered, second, by_asker=False).answered_at == first


messages = st.lists(st.tuples(st.integers(0, 600), st.booleans()), max_size=40)


@given(messages)
def test_the_latest_activity_is_known_to_the_minute_and_written_at_most_once_in_it(said: list[tuple[int, bool]]):
    now, current, written = NOW, question(), [NOW]
    for seconds, by_asker in said:
        now += timedelta(seconds=seconds)
        after = after_message(current, now, by_asker=by_asker)
        if after.last_active_at != current.last_active_at:
            written.append(after.last_active_at)
        current = after
    assert all(later - earlier >= EVERY for earlier, later in itertools.pairwise(written))
    assert now - current.last_active_at < EVERY
    assert (current.answered_at is not None) == any(not by_asker for _seconds, by_asker in said)


def test_what_is_opened_again_has_neither_a_reason_nor_an_end():
    closed = question(state=QuestionState.SOLVED, reason="x", closed_at=NOW)
    assert opened(closed) == question()
