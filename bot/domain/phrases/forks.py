"""Phrases with two readings, kept apart from the value they belong to until their author has said which is meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from bot.domain.calendar.instants import to_instant, to_local
from bot.domain.errors import Unknown, cleaned
from bot.domain.phrases.alone import last_such_time
from bot.domain.phrases.before import before_start
from bot.domain.phrases.clock import lies_in
from bot.domain.phrases.errors import ClockMissing, DayAmbiguous, LengthsDiffer, PhraseAmbiguous, PhraseNotUnderstood
from bot.domain.phrases.ranges import with_end
from bot.domain.phrases.rules import ParsedRule, RuleAmbiguous, parse_rule
from bot.domain.phrases.text import without_bound
from bot.domain.phrases.when import parse_day, read_when, why_not

T = TypeVar("T")
MOST_TIMES = 2
"""Usual times of day that are offered for one day."""
_DAY = timedelta(days=1)
_LAST_MINUTE = time(23, 59)

Reading = Mapping[str, Any]
"""The fields of a value as one reading sets them, as JSON values."""


class Fork(Struct, frozen=True):
    """What was said of `field` as `text` has two `readings`, the earlier first.

    `day_only`: it named only a day, or a `part` of one, and the readings, from one to four, are its usual times, or its
    end.
    `starts`: it was said of a start that has several readings itself; each reading belongs to the start in its place.
    """

    field: str
    text: str
    readings: tuple[Reading, ...]
    day_only: bool = False
    part: str = ""
    starts: tuple[datetime, ...] = ()


def taking(value: T, fork: Fork, place: int) -> T:
    """The value with the first (`place` 0), the second reading (1) or a later one.

    Raises:
        Unknown: there is no such reading.
    """
    if not 0 <= place < len(fork.readings):
        raise Unknown("draft", str(place))
    return msgspec.convert(msgspec.to_builtins(value) | dict(fork.readings[place]), type(value))


def kept(value: object, forks: Sequence[Fork]) -> dict[str, Any]:
    """A draft's JSON values: the value with its first readings, and what is still to be asked."""
    return {"value": msgspec.to_builtins(value), "forks": msgspec.to_builtins(tuple(forks))}


def resumed(data: Mapping[str, Any], kind: type[T], place: int) -> tuple[T, tuple[Fork, ...]]:
    """From what was `kept`: the value with the reading that was chosen, and what is still to be asked."""
    fork, *others = msgspec.convert(data["forks"], tuple[Fork, ...])
    return taking(msgspec.convert(data["value"], kind), fork, place), tuple(others)


class PhraseReader:
    """Reads the phrases of one command or form.

    Of one that has two readings it gives the first and remembers the fork, to be asked about when all is read. What
    can't be read at all raises as `parse_when`, `parse_day` and `parse_rule` say.
    """

    def __init__(self, now: datetime, zone: ZoneInfo, usual: time | None = None) -> None:
        self.forks: list[Fork] = []
        self.length: int | None = None
        """Minutes, if a phrase named the end beside the start ("7:00-8:30")."""
        self._now = now
        self._zone = zone
        self._usual = usual

    def when(self, field: str, text: str, usual: Collection[time] = (), *, day: date | None = None) -> datetime:
        """A future moment (UTC). To a day alone the `usual` times of day are offered, at most two of them.

        To a part of a day (「明日の朝」) those are that lie in it.

        A time of day alone is that of `day`, or else the next one. If the phrase names its end as well, that is kept as
        the `length`.

        Raises:
            ClockMissing: it is a day or a part of one, and none of its usual times is ahead. Else as `parse_when`.
        """
        try:
            return self._when(field, text, text, usual, day)
        except PhraseNotUnderstood as error:
            said = with_end(text) if type(error) is PhraseNotUnderstood else None
            if said is None:
                raise self._why_not(error, text) from None
        begin, self.length = said
        try:
            return self._when(field, text, begin, usual, day)
        except PhraseNotUnderstood as error:
            raise self._why_not(error, begin).but(text=text[:100]) from None

    def _why_not(self, error: PhraseNotUnderstood, text: str) -> PhraseNotUnderstood:
        return why_not(error, text, self._now, self._zone)

    def _when(
        self, field: str, text: str, begin: str, usual: Collection[time] = (), day: date | None = None
    ) -> datetime:
        try:
            return read_when(begin, now=self._now, zone=self._zone, day=day)
        except PhraseAmbiguous as error:
            return self._fork(field, text, error.readings)
        except ClockMissing as error:
            fitting = [at for at in usual if not error.part or lies_in(at, error.part)]
            times = tuple(dict.fromkeys(fitting))[:MOST_TIMES]
            offered = sorted(to_instant(datetime.combine(day, at), self._zone) for day in error.days for at in times)
            ahead = tuple(instant for instant in offered if instant > self._now)
            if not ahead:
                raise
            return self._fork(field, text, ahead, day_only=True, part=error.part)

    def moved(self, field: str, text: str, start: datetime) -> datetime:
        """The future moment (UTC) to which what begins at `start` moves: what is left out, day or time, stays.

        Raises:
            As `parse_when`.
        """
        local = to_local(start, self._zone)
        return self.when(field, text, (local.time(),), day=local.date())

    def lasting(self, given: int | None, *, shown: int | None = None) -> int | None:
        """The minutes from the start to the end that was named beside it, or else the length that was `given`.

        One that stays in the box of a form as it was `shown` is not said against a new end.

        Raises:
            LengthsDiffer: both are there, and they are not the same.
        """
        if self.length and given not in (None, shown, self.length):
            raise LengthsDiffer(self.length, given)
        return self.length or given

    def until(self, field: str, text: str, start: datetime | None = None) -> datetime:
        """The moment (UTC) at which something ends. A day alone means its last minute, kept as a fork.

        Of the `start`, if that is given, and of any other reading of it are said a time of day alone, which is the last
        one before it, and what is counted back from it (「前日の20時」, see `before`); they may have passed.

        Raises:
            As `parse_when`.
        """
        said = without_bound(text)
        starts = () if start is None else (start, *self._starts())
        found = sorted({(each, of) for of in starts for each in self._before(said, of)})
        if len(found) > 1:
            return self._fork(field, text, tuple(each for each, _ in found), starts=tuple(of for _, of in found))
        if found:
            return found[0][0]
        try:
            return self._when(field, text, said)
        except ClockMissing as error:
            if error.part:
                raise
            return self._when(field, text, said, (_LAST_MINUTE,))
        except PhraseNotUnderstood as error:
            raise self._why_not(error, said) from None

    def _before(self, text: str, start: datetime) -> set[datetime]:
        return last_such_time(text, start, self._zone) or before_start(text, start, self._zone)

    def _starts(self) -> Iterator[datetime]:
        for fork in self.forks:
            if fork.field == "starts_at":
                yield from (msgspec.convert(each["starts_at"], datetime) for each in fork.readings)

    def edge(self, field: str, text: str, *, last: bool = False) -> datetime:
        """The moment (UTC) at which a span begins, or with `last` ends. A day alone, also a past one, is wholly in it.

        Raises:
            WeekdayContradicts; what is no day alone: as `parse_when`.
        """
        try:
            days = (parse_day(text, now=self._now, zone=self._zone),)
        except DayAmbiguous as error:
            days = error.readings
        except PhraseNotUnderstood:
            said = without_bound(text)
            try:
                return self._when(field, text, said)
            except PhraseNotUnderstood as error:
                raise self._why_not(error, said) from None
        edges = tuple(to_instant(datetime.combine(day + last * _DAY, time()), self._zone) for day in days)
        return edges[0] if len(edges) == 1 else self._fork(field, text, edges)

    def day(self, field: str, text: str) -> date:
        """A day; it may lie in the past."""
        try:
            return parse_day(text, now=self._now, zone=self._zone)
        except DayAmbiguous as error:
            return self._fork(field, text, error.readings)

    def rule(self, text: str) -> ParsedRule:
        """A standing date, told as the fields `rrule` and `at`. An end that it names is kept as `length`."""
        try:
            read = parse_rule(text, now=self._now, zone=self._zone, usual=self._usual)
        except RuleAmbiguous as error:
            first, second = ({"rrule": each.rrule, "at": each.at.isoformat()} for each in error.readings)
            self.forks.append(Fork("rrule", cleaned(text), (first, second)))
            read = error.readings[0]
        self.length = read.length
        return read

    def _fork(self, field: str, text: str, readings: tuple[T, ...], **only: Any) -> T:
        said = tuple({field: msgspec.to_builtins(each)} for each in readings)
        self.forks.append(Fork(field, cleaned(text), said, **only))
        return readings[0]
