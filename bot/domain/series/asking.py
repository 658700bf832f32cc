"""A rule or a day with two readings: its author is asked which one is meant, privately and with a button for each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Literal, cast

from msgspec import Struct

from bot.domain.calendar import Recurrence, next_occurrences

if TYPE_CHECKING:
    from bot.domain.phrases import Fork

SeriesField = Literal["rrule", "starts_on", "until", "on", "skip"]


class RuleReading(Struct, frozen=True):
    """A rule that a text can mean; `starts_on` is the day it counts from, `first` when it first meets (UTC)."""

    rrule: str
    at: time
    starts_on: date
    first: datetime | None


class WhichRule(Struct, frozen=True):
    """What its author is asked before anything is shown: `text`, said of `field`, has two readings.

    Choosing needs only `draft_id` and the place of a reading. `name` is what the series is called; `time_zone` is where
    its clock hangs; `edits` tells the change of a series from a new one.
    """

    draft_id: int
    field: SeriesField
    text: str
    readings: tuple[RuleReading, RuleReading] | tuple[date, date]
    name: str
    time_zone: str
    edits: bool


def which_rule(
    draft_id: int,
    fork: Fork,
    name: str,
    begins: Callable[[str, time], date],
    time_zone: str,
    now: datetime,
    *,
    edits: bool,
) -> WhichRule:
    """The question that a draft with an open fork puts to its author; a rule `begins` to count from that day."""
    field = cast(SeriesField, fork.field)
    first, second = fork.readings[:2]
    if field != "rrule":
        days = (date.fromisoformat(first[field]), date.fromisoformat(second[field]))
        return WhichRule(draft_id, field, fork.text, days, name, time_zone, edits)

    def rule(rrule: str, at: time) -> RuleReading:
        since = begins(rrule, at)
        ahead = next_occurrences(Recurrence(rrule, since, at, time_zone), now, 1)
        return RuleReading(rrule, at, since, ahead[0].starts_at if ahead else None)

    rules = [rule(each["rrule"], time.fromisoformat(each["at"])) for each in (first, second)]
    return WhichRule(draft_id, field, fork.text, (rules[0], rules[1]), name, time_zone, edits)
