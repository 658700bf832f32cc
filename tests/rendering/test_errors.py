from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

import bot.domain
from bot.domain.actors import Actor
from bot.domain.errors import StudyError
from bot.domain.industries import Industry
from bot.domain.phrases import ParsedRule
from bot.domain.sessions import Session, SessionState, SessionTooFar
from bot.domain.topics import TopicState
from bot.i18n import PSEUDO, escaped, words
from bot.rendering.content import WORDS_LIMIT
from bot.rendering.errors import explain, table

NAME = "朝の会"
"""What people wrote; the only words that may stand in a text as they are."""
START = datetime(2026, 7, 14, 22, tzinfo=UTC)
SESSION = Session(
    id=7,
    guild_id=1,
    group_id=1,
    series_id=None,
    occurrence_on=None,
    kind="lecture",
    theme=NAME,
    description="",
    starts_at=START,
    duration=60,
    venue="",
    link="",
    capacity=None,
    deadline=START,
    host_id=1,
    state=SessionState.SCHEDULED,
    revision=0,
    announced_at=START,
    created_at=START,
)
RULE = ParsedRule("FREQ=WEEKLY;BYDAY=TU", time(7), None, None)
SAMPLES: dict[Any, list[Any]] = {
    bool: [False, True],
    str: [NAME, "勉" * 6000],
    int: [0, 3, 10**18],
    datetime: [START],
    datetime | None: [None, START],
    date: [date(2026, 7, 15)],
    time: [time(2)],
    time | None: [None, time(7)],
    Session: [SESSION],
    SessionState: [SessionState.CANCELLED, SessionState.ENDED],
    Session | None: [None, SESSION],
    TopicState: [TopicState.PLANNED, TopicState.HELD, TopicState.CLOSED],
    tuple[Session, ...]: [(SESSION,), (msgspec.structs.replace(SESSION, theme="勉" * 100),) * 2],
    tuple[Industry, ...]: [(), (Industry("finance"), Industry("own-1", NAME))],
    tuple[str, ...]: [(), (NAME,), ("勉" * 60,) * 100],
    tuple[date, ...]: [(), (date(2026, 7, 15), date(2026, 12, 2))],
    tuple[datetime, ...]: [(START, START.replace(hour=10))],
    tuple[date, date]: [(date(2026, 7, 15), date(2026, 7, 22))],
    tuple[time, time]: [(time(7), time(19))],
    tuple[ParsedRule, ParsedRule]: [(RULE, msgspec.structs.replace(RULE, rrule="FREQ=WEEKLY;BYDAY=TU,FR"))],
}
"""Values of each type that a field of an error may have: ordinary ones, and the longest a person can bring about."""
NEXT = re.compile(
    r"`/[a-z]+"
    r"|\b(?:Please|please|Choose|choose|Start typing|Write|Make a role|Nothing was changed|nothing left to do)\b"
    r"|must be between"
)
"""How a text says what to do next: a command, a request, or that nothing is left to be done."""
LIMITED = {
    "field": ["theme"],
    "reason": ["", "勉" * 200],
    "name": [NAME, "勉" * 100],
    "group": [NAME, "勉" * 60],
    "title": [NAME, "勉" * 100],
    "said": [2],
}
"""Fields whose values were looked at before, so that they are not just any of their type."""


def kinds(of: type[StudyError] = StudyError) -> Iterator[type[StudyError]]:
    """Every class of errors in the domain, however deep."""
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


for found in pkgutil.walk_packages(bot.domain.__path__, "bot.domain."):
    importlib.import_module(found.name)
KINDS = sorted(
    (kind for kind in kinds() if kind.__module__.startswith("bot.domain.")), key=lambda kind: kind.__qualname__
)


def values(kind: type[StudyError], field: str, hint: Any) -> list[Any]:
    """What the field may hold."""
    if field in LIMITED:
        return LIMITED[field]
    if hint in SAMPLES:
        return SAMPLES[hint]
    args = get_args(hint)
    if args and all(isinstance(arg, str) for arg in args):
        return list(args)
    if args and get_args(args[0]):
        # A tuple of some of the words that a Literal lists.
        return [(word,) for word in get_args(args[0])] + [get_args(args[0])]
    raise AssertionError(f"{kind.__name__}.{field}: add sample values of {hint} to SAMPLES")


def samples(kind: type[StudyError]) -> Iterator[StudyError]:
    """Errors of this class: each value of each field once, the other fields at their first."""
    # Names that are imported for type checkers only.
    hints = get_type_hints(kind, localns={"date": date, "datetime": datetime, "Session": Session})
    fields = {name: values(kind, name, hints[name]) for name in kind.fields()}
    ordinary = {name: some[0] for name, some in fields.items()}
    yield kind(**ordinary)
    for name, some in fields.items():
        for value in some[1:]:
            yield kind(**ordinary | {name: value})


def test_there_are_errors_to_explain():
    assert len(KINDS) >= 35
    own = [kind.__name__ for kind in KINDS if kind.__init__ is not StudyError.__init__]
    assert own == [], "StudyError takes the facts that they declare: no decorator, no __init__ of their own"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_is_explained_in_both_languages(kind: type[StudyError]):
    for error in samples(kind):
        english, japanese, odd = (explain(error, words(locale)) for locale in ("en", "ja", PSEUDO))
        for text in (english, japanese, odd):
            assert text.strip()
            assert len(text) <= WORDS_LIMIT
            assert "{" not in text, "a placeholder that nobody filled"
        assert japanese != english
        people = (NAME, "勉" * 10)
        assert any("ぁ" <= letter <= "ー" for letter in japanese), "not a Japanese sentence"
        assert [run for run in escaped(odd, (NAME,)) if not run.startswith(people)] == []
        # A full sentence, and what to do: on a phone at half past six nobody wants to guess.
        assert NEXT.search(english), english
        assert english.rstrip("”`)").endswith((".", "?"))
        assert len(english.split()) >= 5


def test_an_error_without_a_text_is_found_out():
    class Unsaid(StudyError):
        pass

    with pytest.raises(KeyError):
        explain(Unsaid(), words("en"))


def test_a_special_case_of_an_error_is_explained_as_the_error_unless_it_has_its_own_text():
    general = next(kind for kind in KINDS if not kind.fields())

    class Special(general):
        pass

    assert explain(Special(), words("en")) == explain(general(), words("en"))


def test_only_errors_of_the_domain_have_a_text():
    assert set(table()) <= set(KINDS)


def test_who_may_is_named_for_every_role():
    actor = Actor(1)
    with pytest.raises(StudyError) as refused:
        actor.require_moderator()
    assert "moderators (Manage Server or the moderator role)" in explain(refused.value, words("en"))


def test_a_date_too_far_ahead_is_told_the_limit_in_years() -> None:
    error = SessionTooFar(datetime(2099, 1, 1, tzinfo=UTC), 3)
    assert "up to 3 years ahead" in explain(error, words("en"))
    assert "予定を入れられるのは3年先までです" in explain(error, words("ja"))
