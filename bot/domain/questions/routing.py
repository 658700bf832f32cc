"""Who is asked: a few people who have a reason to know, in turn.

**The rule.** Somebody *may be asked* who agreed to be, is neither the asker nor restricted nor on leave, was not asked
for this question before, nor for another one today (the day of their own clock), was asked less often within seven days
than they allow, and may be disturbed some time within the next 48 hours. Of these, those count for whom something
speaks: they declared one of the question's topics, were thanked for it, or lectured on it, or work in the industry that
is wanted. Nobody is asked without such a reason, and they read it. In this order they are asked: other industries than
the asker's before the asker's own; the more of declared, thanked and taught there is the earlier, and of the same
number who works in the wanted industry; then who was asked longest ago (never comes first); then the lower id.
A round is the first three, or only the first one where fewer than 8 people may be or were asked. There are two rounds.

How often something speaks for a person does not count, so that there are many ties, and the asks go round.

**What holds** (`tests/domain/questions/test_routing_limits.py` tries it on random communities):

P1. A round has one to three people, and one where fewer than 8 may be or were asked; nobody is asked twice for one
    question.
P2. Nobody is asked more often within any seven days than they allow, nor twice on one day of their clock.
P3. Nobody is asked who did not agree, is restricted or on leave, could not be disturbed in time, or is the asker.
P4. Everybody who is asked has a reason that is true.
P5. While somebody of another industry can be asked, nobody of the asker's is.
P6. Of two for whom the same speaks, it is who was asked longest ago, and then the lower id.
P7. The result depends neither on the order of what is given nor on hashes.
P8. There is never a third round; when nobody is left it ends earlier, and says which of the two it was.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.calendar import local_day
from bot.domain.industries.likeness import compared
from bot.domain.questions.waking import WakingHours, wakes_at
from bot.domain.search import singular

AT_ONCE = 3
"""So many people a round asks at most."""
SMALL = 8
"""Where fewer people may be or were asked for a question, they are asked one at a time."""
ROUNDS = 2
USUAL_LIMIT = 2
"""Questions a week for whoever has not said."""
WEEK = timedelta(days=7)

_NEVER = datetime.min.replace(tzinfo=UTC)
_MARKS = re.compile(r"[^\w+#]|_|(?<![a-z0-9+#])[+#]+")
"""What stands between words; C, C++ and C# are three languages."""
_SHORTEST = 2
"""Characters of a word that counts as a part of another: 茶 stands in too many."""


class Lecture(Struct, frozen=True):
    """What somebody lectured on, and when (UTC)."""

    theme: str
    at: datetime


class Thanked(Struct, frozen=True):
    """A topic for which so many distinct people thanked somebody."""

    topic: str
    people: int = 1


class Candidate(Struct, frozen=True):
    """Somebody who may know.

    `industries` are keys, the main one first. `asked` holds when they were asked before (UTC): the latest instant, and
    all of the last eight days. `ask_limit` is the most asks within seven days (None: they have not said). `agreed`:
    they may be asked at all. `hours` are meant in `zone`.
    """

    id: int
    industries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    thanked: tuple[Thanked, ...] = ()
    lectures: tuple[Lecture, ...] = ()
    asked: tuple[datetime, ...] = ()
    ask_limit: int | None = None
    agreed: bool = True
    restricted: bool = False
    on_leave: bool = False
    hours: WakingHours = WakingHours()
    zone: ZoneInfo = ZoneInfo("UTC")


class Wanted(Struct, frozen=True):
    """What a question looks for.

    `industry` is a key ("": none is named), `words` the topics of the question, or its text. `rounds` is how many there
    were, and `asked` everybody who was asked in them or before; `missed` are those who were to be asked and could not
    be reached, so that they are neither asked nor counted.
    """

    asker_id: int
    words: tuple[str, ...] = ()
    industry: str = ""
    asker_industries: tuple[str, ...] = ()
    asked: frozenset[int] = frozenset()
    rounds: int = 0
    missed: frozenset[int] = frozenset()


class Reason(Struct, frozen=True):
    """Why somebody is asked: you taught `about` (`at` that time), `people` thanked you for it, you declared it.

    Of an industry, `about` is its key. Who is `named` was so by somebody who was asked: the rule gives no such reason.
    """

    kind: Literal["taught", "thanked", "topic", "industry", "named"]
    about: str
    at: datetime | None = None
    people: int = 0


class Chosen(Struct, frozen=True):
    """Somebody who is to be asked, and why."""

    member_id: int
    reason: Reason


class Round(Struct, frozen=True):
    """Who is asked next, in order; `number` is 1 or 2."""

    number: int
    people: tuple[Chosen, ...]


class NoMore(Struct, frozen=True):
    """Nobody is asked any more: both rounds are over, or nobody is left. Asker and organizers are to be told."""

    why: Literal["rounds", "nobody"]


def next_round(wanted: Wanted, candidates: Iterable[Candidate], now: datetime) -> Round | NoMore:
    """Who is asked next for a question, in whichever order the candidates come."""
    if wanted.rounds >= ROUNDS:
        return NoMore("rounds")
    everybody, about = list(candidates), About(wanted.words)
    fitting = [(place, one) for one in everybody if (place := _place(one, wanted, about))]
    fitting.sort(key=itemgetter(0))
    # To know whether somebody may be asked costs most, so only those are looked at of whom it matters.
    first = (Chosen(one.id, _reason(one, wanted, about)) for _key, one in fitting if may_be_asked(one, wanted, now))
    people = tuple(islice(first, 1 if are_few(wanted, everybody, now) else AT_ONCE))
    return Round(wanted.rounds + 1, people) if people else NoMore("nobody")


def are_few(wanted: Wanted, candidates: Iterable[Candidate], now: datetime) -> bool:
    """Whether so few people may be or were asked that it is done one at a time."""
    able = (one for one in candidates if may_be_asked(one, wanted, now))
    return len(wanted.asked) + len(list(islice(able, SMALL))) < SMALL


def may_be_asked(one: Candidate, wanted: Wanted, now: datetime) -> bool:
    """Whether somebody may be asked this question now, whatever they know."""
    if not one.agreed or one.restricted or one.on_leave or one.id == wanted.asker_id:
        return False
    if one.id in wanted.asked or one.id in wanted.missed:
        return False
    limit = USUAL_LIMIT if one.ask_limit is None else one.ask_limit
    recent = [at for at in one.asked if at > now - WEEK]
    if len(recent) >= limit or (recent and local_day(max(recent), one.zone) >= local_day(now, one.zone)):
        return False
    return one.hours.unlimited or wakes_at(now, one.hours, one.zone) is not None


def _place(one: Candidate, wanted: Wanted, about: About) -> tuple[bool, int, bool, datetime, int] | None:
    """Where somebody stands in the order of the rule, the least comes first; None: nothing speaks for them.

    This runs for everybody, so it makes nothing that is not needed.
    """
    known = 0
    for topic in one.topics:
        if about[topic]:
            known = 1
            break
    for each in one.thanked:
        if about[each.topic]:
            known += 1
            break
    for each in one.lectures:
        if about[each.theme]:
            known += 1
            break
    trade = bool(wanted.industry) and wanted.industry in one.industries
    if not (known or trade):
        return None
    same_industry = bool(one.industries) and one.industries[0] in wanted.asker_industries
    return same_industry, -known, not trade, max(one.asked) if one.asked else _NEVER, one.id


def _reason(one: Candidate, wanted: Wanted, about: About) -> Reason:
    """The most telling of what speaks for somebody."""
    if taught := [each for each in one.lectures if about[each.theme]]:
        latest = max(taught, key=lambda each: (each.at, each.theme))
        return Reason("taught", latest.theme, latest.at)
    if thanked := [each for each in one.thanked if about[each.topic]]:
        most = max(thanked, key=lambda each: (each.people, each.topic))
        return Reason("thanked", most.topic, people=most.people)
    declared = next((topic for topic in one.topics if about[topic]), "")
    return Reason("topic", declared) if declared else Reason("industry", wanted.industry)


class About(dict[str, bool]):
    """Whether a topic or a theme is one of the question's: one stands in the other, however they are written.

    Each text is compared once, however many people have it.
    """

    def __init__(self, words: Collection[str]) -> None:
        super().__init__()
        self._words = [_sought(word) for word in words if _compared(word)]

    def __missing__(self, text: str) -> bool:
        sought, within = _sought(text)
        found = False
        for word, around in self._words:
            if (sought and sought in around) or (word and word in within) or around == within:
                found = True
                break
        self[text] = found
        return found


def _compared(text: str) -> str:
    """As names of industries are compared, without marks and without the plural of English words."""
    return " ".join(map(singular, _MARKS.sub(" ", compared(text)).split()))


@lru_cache(maxsize=50_000)
def _sought(text: str) -> tuple[str, str]:
    """What is looked for in other texts ("": it is too short), and what others are looked for in.

    As `bot.domain.choices.has_word`: where blanks divide the words, only whole ones are found.
    """
    plain = _compared(text)
    return "" if len(plain) < _SHORTEST else f" {plain} " if plain.isascii() else plain, f" {plain} "
