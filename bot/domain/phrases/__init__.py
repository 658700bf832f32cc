"""Times, rules and spans as people write them, in English and Japanese: one strict parser.

    parse_when("来週火曜 19:00", now=..., zone=...)     an instant (UTC)
    parse_day("12/3", now=..., zone=...)                a date
    parse_rule("every Wednesday 07:00", ...)            an RFC 5545 rule and a time of day
    parse_clock("朝7時"), parse_duration("1時間半"), parse_durations("1 day, 30 min")
    parse_quiet_hours("22:00-06:00")                    hours of a day
    parse_days("mon,wed"), parse_dates("8/13-8/16, 12/29-1/3")

Always the whole text is understood, or it is refused: a word left over is a word misunderstood. What has exactly two
sensible readings raises an error that carries both; a `PhraseReader` remembers them, to ask its author. To teach the
parser a new way of saying something, add one entry to the table of its kind: a day in `days.DAY_FORMS`, one counted
from a session's day in `relative`, one before something begins in `before.BEFORE_FORMS`, a rule in `rules.RULE_FORMS`,
a part of the day in `clock`, a word in kana in `text`.

Patterns are texts here. `re` compiles each when it is first used, and remembers it; to compile all of them at once
would take a good part of the bot's start.
"""

from bot.domain.calendar.rules import RuleParts, rule_parts
from bot.domain.phrases.clock import example_after, example_in, parse_clock
from bot.domain.phrases.errors import (
    ClockAmbiguous,
    ClockMissing,
    ClockPastMidnight,
    DayAmbiguous,
    DayOfNothing,
    LengthsDiffer,
    NoSuchDay,
    PhraseAmbiguous,
    PhraseInThePast,
    PhraseKind,
    PhraseNotUnderstood,
    PhraseRepeats,
    RuleOnce,
    RuleTimeMissing,
    WeekdayContradicts,
)
from bot.domain.phrases.forks import Fork, PhraseReader, Reading, kept, resumed, taking
from bot.domain.phrases.hours import QuietHoursNotUnderstood, hours_said, parse_quiet_hours
from bot.domain.phrases.rules import ParsedRule, RuleAmbiguous, parse_rule
from bot.domain.phrases.spans import (
    MonthDay,
    YearlyDates,
    parse_dates,
    parse_days,
    parse_duration,
    parse_durations,
)
from bot.domain.phrases.text import without_bound
from bot.domain.phrases.when import days_meant, parse_day, parse_when

__all__ = [
    "ClockAmbiguous",
    "ClockMissing",
    "ClockPastMidnight",
    "DayAmbiguous",
    "DayOfNothing",
    "Fork",
    "LengthsDiffer",
    "MonthDay",
    "NoSuchDay",
    "ParsedRule",
    "PhraseAmbiguous",
    "PhraseInThePast",
    "PhraseKind",
    "PhraseNotUnderstood",
    "PhraseReader",
    "PhraseRepeats",
    "QuietHoursNotUnderstood",
    "Reading",
    "RuleAmbiguous",
    "RuleOnce",
    "RuleParts",
    "RuleTimeMissing",
    "WeekdayContradicts",
    "YearlyDates",
    "days_meant",
    "example_after",
    "example_in",
    "hours_said",
    "kept",
    "parse_clock",
    "parse_dates",
    "parse_day",
    "parse_days",
    "parse_duration",
    "parse_durations",
    "parse_quiet_hours",
    "parse_rule",
    "parse_when",
    "resumed",
    "rule_parts",
    "taking",
    "without_bound",
]
