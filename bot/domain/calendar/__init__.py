"""Time as the study group means it: instants, wall-clock rules and quiet hours. Pure and synchronous.

An *instant* is an aware datetime in UTC. A *rule* is wall-clock time, an IANA zone, an RFC 5545 recurrence
and exceptions; instants are derived from it and never the other way round, so that a weekly 07:00 stays 07:00
across daylight saving. Nothing here asks a clock: whoever calls says what time it is.
"""

from bot.domain.calendar.instants import day_bounds, local_day, moved_along, require_aware, to_instant, to_local
from bot.domain.calendar.quiet import Held, QuietHours, hold
from bot.domain.calendar.recurrence import Occurrence, Recurrence, first_date, next_occurrences, occurrences
from bot.domain.calendar.rules import Frequency, RuleNotUnderstood, RuleParts, rule_parts

__all__ = [
    "Frequency",
    "Held",
    "Occurrence",
    "QuietHours",
    "Recurrence",
    "RuleNotUnderstood",
    "RuleParts",
    "day_bounds",
    "first_date",
    "hold",
    "local_day",
    "moved_along",
    "next_occurrences",
    "occurrences",
    "require_aware",
    "rule_parts",
    "to_instant",
    "to_local",
]
