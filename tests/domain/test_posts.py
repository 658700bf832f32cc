from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.patience import PATIENCE, in_time
from bot.domain.posts import (
    FINAL,
    MENTIONS_PER_POST,
    MOST_WAIT,
    Delivered,
    Limited,
    Lost,
    NewPost,
    Outcome,
    Post,
    PostState,
    Refused,
    Rejected,
    Settled,
    Unauthorized,
    after_attempt,
    after_reading,
    again,
    lane,
    may_be_read,
    may_drop,
    next_act,
    next_revision,
    parts,
    pause,
    time_left,
    unsent,
)

NOW = datetime(2026, 11, 2, 22, 0, tzinfo=UTC)
LIFE = timedelta(seconds=120)
SECOND = timedelta(seconds=1)

POST = Post(
    id=1,
    guild_id=7,
    kind="dawn",
    subject_id=3,
    channel_id=50,
    member_id=0,
    revision=2,
    part=0,
    due_at=NOW,
    not_before=NOW,
    expires_at=NOW + timedelta(hours=1),
    starts_at=None,
    quiet=False,
    silent=False,
    data={},
    state=PostState.CLAIMED,
    reason=None,
    token="abc",
    attempts=0,
    first_attempt_at=None,
    window_at=None,
    target_id=50,
    payload=None,
    nonce=None,
    in_doubt=False,
    cancel_wanted=False,
    message_id=0,
    sent_at=None,
)
BEGUN = replace(POST, state=PostState.SENDING, attempts=1, first_attempt_at=NOW, window_at=NOW, payload="{}", nonce="1")
DOUBTFUL = replace(BEGUN, state=PostState.CLAIMED, in_doubt=True)


def settled(outcome: Outcome, post: Post = BEGUN, after: timedelta = SECOND) -> Settled:
    return after_attempt(post, outcome, NOW + after, LIFE, 1.0)


@pytest.mark.parametrize("target", [{}, {"channel_id": 1, "member_id": 2}])
def test_a_post_goes_either_to_a_channel_or_to_a_person(target: dict[str, int]):
    with pytest.raises(ValueError, match="one channel or to one member"):
        NewPost("dawn", 1, NOW, NOW, **target)


def test_a_channel_and_a_person_of_the_same_id_wait_in_different_lanes():
    assert lane(POST) == 50
    assert lane(replace(POST, channel_id=0, member_id=50)) == -50


def test_six_states_are_final():
    assert {state.value for state in PostState} - {state.value for state in FINAL} == {
        "planned",
        "claimed",
        "sending",
        "retry",
    }


# What to do with a claimed post


def test_a_wanted_post_is_sent():
    assert next_act(POST, NOW, LIFE) == "send"


def test_a_post_expires_at_the_very_instant_it_expires():
    assert next_act(POST, POST.expires_at - SECOND, LIFE) == "send"
    assert next_act(POST, POST.expires_at, LIFE) == "expire"


def test_a_cancelled_post_without_a_doubt_is_dropped_even_if_it_has_expired():
    unwanted = replace(POST, cancel_wanted=True)
    assert next_act(unwanted, NOW, LIFE) == "cancel"
    assert next_act(unwanted, POST.expires_at, LIFE) == "cancel"


def test_a_doubt_is_cleared_by_sending_again_while_discord_knows_the_nonce():
    assert next_act(DOUBTFUL, NOW + LIFE - SECOND, LIFE) == "send"


def test_a_doubt_is_cleared_by_reading_once_the_nonce_may_be_forgotten():
    assert next_act(DOUBTFUL, NOW + LIFE, LIFE) == "read history"


@pytest.mark.parametrize("unwanted", [{"cancel_wanted": True}, {"expires_at": NOW}])
def test_a_doubtful_post_that_nobody_wants_any_more_is_never_sent_again_but_read(unwanted: dict[str, object]):
    post = replace(DOUBTFUL, **unwanted)
    assert next_act(post, NOW + LIFE - SECOND, LIFE) == "wait"
    assert next_act(post, NOW + LIFE, LIFE) == "read history"


def test_an_earlier_attempt_without_a_doubt_does_not_make_a_post_wait_for_anything():
    limited = replace(DOUBTFUL, in_doubt=False)
    assert next_act(limited, NOW + 10 * LIFE, LIFE) == "send"


def test_an_attempt_ends_with_the_nonces_life():
    minute = timedelta(seconds=60)
    assert time_left(BEGUN, NOW, minute, LIFE) == minute
    assert time_left(BEGUN, NOW + timedelta(seconds=100), minute, LIFE) == timedelta(seconds=20)
    assert time_left(BEGUN, NOW + LIFE, minute, LIFE) <= timedelta(0)


# What an answer makes of it


def test_a_2xx_ends_it_as_sent():
    assert settled(Delivered(9)) == Settled(BEGUN, PostState.SENT, message_id=9)
    assert settled(Delivered(9), replace(BEGUN, in_doubt=True)).state is PostState.SENT


def test_a_429_is_tried_again_when_discord_says_and_leaves_no_doubt():
    result = settled(Limited(7.5))
    assert (result.state, result.in_doubt) == (PostState.RETRY, False)
    assert result.not_before == NOW + SECOND + timedelta(seconds=7.5)


def test_a_429_does_not_clear_the_doubt_of_an_earlier_attempt():
    assert settled(Limited(1), replace(BEGUN, in_doubt=True)).in_doubt


def test_no_clear_answer_leaves_a_doubt_and_a_pause_that_grows():
    waits: list[float] = []
    for attempts in range(1, 12):
        result = settled(Lost("503"), replace(BEGUN, attempts=attempts))
        assert (result.state, result.reason, result.in_doubt) == (PostState.RETRY, "503", True)
        assert result.not_before is not None
        waits.append((result.not_before - NOW - SECOND).total_seconds())
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_a_403_makes_it_undeliverable():
    assert settled(Refused("403 50013")) == Settled(BEGUN, PostState.UNDELIVERABLE, "403 50013")


def test_any_other_4xx_is_our_mistake_and_carries_its_reference():
    assert settled(Rejected("400 50035", "K7M2QX")) == Settled(BEGUN, PostState.FAILED, "400 50035 [K7M2QX]")


@pytest.mark.parametrize("outcome", [Refused("403 50013"), Rejected("400 50035", "K7M2QX")])
def test_a_refusal_answers_only_its_own_attempt_and_an_older_doubt_is_read_up(outcome: Outcome):
    result = settled(outcome, replace(BEGUN, in_doubt=True))
    assert (result.state, result.in_doubt, result.not_before) == (PostState.RETRY, True, NOW + LIFE)


def test_a_401_leaves_it_for_the_next_process():
    result = settled(Unauthorized())
    assert (result.state, result.in_doubt, result.not_before) == (PostState.RETRY, False, NOW + SECOND)
    assert settled(Unauthorized(), replace(BEGUN, in_doubt=True)).in_doubt


# What the history makes of it


@pytest.mark.parametrize("change", [{}, {"cancel_wanted": True}, {"expires_at": NOW}])
def test_what_stands_in_the_history_was_sent_whatever_was_wanted_since(change: dict[str, object]):
    result = after_reading(replace(DOUBTFUL, **change), 9, NOW)
    assert (result.state, result.message_id) == (PostState.SENT, 9)


@pytest.mark.parametrize("change", [{}, {"cancel_wanted": True}, {"expires_at": NOW}])
def test_what_cannot_be_read_is_left_unconfirmed_and_never_guessed(change: dict[str, object]):
    assert after_reading(replace(DOUBTFUL, **change), "unreadable", NOW).state is PostState.UNCONFIRMED


def test_what_is_absent_is_sent_again_without_a_doubt():
    result = after_reading(DOUBTFUL, "absent", NOW + LIFE)
    assert (result.state, result.in_doubt, result.not_before) == (PostState.RETRY, False, NOW + LIFE)


def test_what_is_absent_and_no_longer_wanted_ends():
    assert after_reading(replace(DOUBTFUL, cancel_wanted=True), "absent", NOW).state is PostState.CANCELLED
    assert after_reading(DOUBTFUL, "absent", DOUBTFUL.expires_at).state is PostState.EXPIRED


# What a change does to it


@pytest.mark.parametrize(
    ("state", "in_doubt", "expected"),
    [
        (PostState.PLANNED, False, (True, False)),
        (PostState.CLAIMED, False, (True, False)),
        (PostState.RETRY, False, (True, False)),
        (PostState.CLAIMED, True, (False, True)),
        (PostState.RETRY, True, (False, True)),
        (PostState.SENDING, False, (False, True)),
        (PostState.SENT, False, (False, True)),
        (PostState.UNCONFIRMED, False, (False, True)),
        (PostState.CANCELLED, False, (False, False)),
        (PostState.EXPIRED, False, (False, False)),
    ],
)
def test_a_post_is_unsent_or_may_be_read_or_is_over(state: PostState, in_doubt: bool, expected: tuple[bool, bool]):
    post = replace(POST, state=state, in_doubt=in_doubt)
    assert (unsent(post), may_be_read(post)) == expected


def test_said_again_it_is_the_same_but_for_its_revision_and_what_has_changed():
    new = again(POST, 9, starts_at=NOW)
    assert (new.revision, new.starts_at) == (9, NOW)
    for name in ("kind", "subject_id", "due_at", "expires_at", "channel_id", "member_id", "part", "silent", "data"):
        assert getattr(new, name) == getattr(POST, name)


def test_the_next_revision_is_later_than_all():
    assert next_revision([]) == 1
    assert next_revision([replace(POST, revision=5), POST]) == 6


def test_only_an_end_without_a_message_and_without_a_doubt_lets_a_cancellation_come_true():
    dropping = {
        (state, in_doubt)
        for state in PostState
        for in_doubt in (True, False)
        if may_drop(Settled(POST, state, in_doubt=in_doubt))
    }
    assert dropping == {(PostState.RETRY, False), (PostState.CANCELLED, False)}


# Properties

ODD = settings(max_examples=200, deadline=None)
outcomes = st.one_of(
    st.builds(Delivered, st.integers(min_value=1)),
    st.builds(Limited, st.floats(min_value=-5, max_value=90_000)),
    st.builds(Lost, st.text(max_size=5)),
    st.builds(Refused, st.text(max_size=5)),
    st.builds(Rejected, st.text(max_size=5), st.text(max_size=6)),
    st.just(Unauthorized()),
)
begun = st.builds(
    lambda doubt, unwanted, attempts, expires: replace(
        BEGUN,
        in_doubt=doubt,
        cancel_wanted=unwanted,
        attempts=attempts,
        expires_at=NOW + timedelta(seconds=expires),
    ),
    st.booleans(),
    st.booleans(),
    st.integers(1, 60),
    st.integers(-60, 7200),
)
waits = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=2))


@ODD
@given(begun, outcomes, waits, st.floats(0.5, 1))
def test_no_answer_but_a_success_ends_a_post_in_doubt_or_forgets_the_doubt(
    post: Post, outcome: Outcome, after: timedelta, jitter: float
):
    result = after_attempt(post, outcome, NOW + after, LIFE, jitter)
    if post.in_doubt and not isinstance(outcome, Delivered):
        assert result.state is PostState.RETRY
        assert result.in_doubt
    if result.state is PostState.RETRY:
        assert result.not_before is not None
    else:
        assert result.state in FINAL
        assert not result.in_doubt


@ODD
@given(begun, waits)
def test_a_doubtful_post_is_never_dropped_and_never_sent_when_the_nonce_may_be_forgotten(post: Post, after: timedelta):
    act = next_act(replace(post, in_doubt=True), NOW + after, LIFE)
    assert act in {"send", "wait", "read history"}
    assert (act == "read history") == (after >= LIFE)
    if act == "send":
        assert not post.cancel_wanted
        assert NOW + after < post.expires_at


@ODD
@given(st.integers(0, 100_000), st.floats(0.5, 1))
def test_the_pause_lies_between_half_and_all_of_its_length_and_never_over_five_minutes(attempts: int, jitter: float):
    length = pause(attempts, 1.0).total_seconds()
    assert length <= MOST_WAIT == 300
    assert length / 2 - 1e-6 <= pause(attempts, jitter).total_seconds() <= length + 1e-6


@ODD
@given(st.lists(st.integers(), max_size=300), st.integers(1, 90))
def test_mentions_are_split_without_loss_and_in_order(members: list[int], size: int):
    split = parts(members, size)
    assert [each for part in split for each in part] == members
    assert all(len(part) <= size for part in split)
    assert all(len(part) == size for part in split[:-1])


def test_a_post_without_mentions_still_has_one_part():
    assert parts([]) == [()]
    assert [len(part) for part in parts(range(161))] == [MENTIONS_PER_POST, MENTIONS_PER_POST, 1]


# Direct messages that would come too late

PRIVATE = replace(POST, channel_id=0, member_id=9)


@pytest.mark.parametrize(
    ("wait", "timely", "ends"),
    [
        (timedelta(seconds=30), True, False),
        (PATIENCE, True, False),
        (PATIENCE + SECOND, True, True),
        (PATIENCE + SECOND, False, False),
        (timedelta(minutes=59), False, False),
        (timedelta(hours=1), False, True),
        (timedelta(hours=3), True, True),
    ],
)
def test_a_direct_message_that_would_come_too_late_ends_so_that_its_fallback_comes_in_time(
    wait: timedelta, timely: bool, ends: bool
):
    waits = after_attempt(PRIVATE, Limited(wait.total_seconds()), NOW, LIFE, 1.0)
    result = in_time(waits, NOW, timely=timely)
    assert (result.state is PostState.UNDELIVERABLE) is ends
    assert result == waits or ends


@pytest.mark.parametrize("changes", [{"member_id": 0, "channel_id": 50}, {"in_doubt": True}, {"cancel_wanted": True}])
def test_what_is_no_direct_message_or_in_doubt_or_no_longer_wanted_waits_as_ever(changes: dict[str, object]):
    begun = replace(BEGUN, channel_id=0, member_id=9)
    post = replace(begun, **changes)  # pyright: ignore[reportArgumentType]
    waits = after_attempt(post, Limited(3 * 3600), NOW + SECOND, LIFE, 1.0)
    assert in_time(waits, NOW, timely=True) == waits


@pytest.mark.parametrize("outcome", [Delivered(5), Refused("403 50007"), Lost("503"), Rejected("400", "K7")])
def test_what_ends_or_is_lost_is_left_as_it_is(outcome: Outcome):
    result = settled(outcome, replace(BEGUN, channel_id=0, member_id=9))
    assert in_time(result, NOW, timely=True) == result
