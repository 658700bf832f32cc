"""What is said of a time, a rule or a time zone that was not understood: what is missing, with an example."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.domain.calendar import RuleNotUnderstood
from bot.domain.calendar.rules import RuleProblem
from bot.domain.errors import StudyError
from bot.domain.phrases import (
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
    QuietHoursNotUnderstood,
    RuleAmbiguous,
    RuleOnce,
    RuleTimeMissing,
    WeekdayContradicts,
)
from bot.domain.zones import ZoneUnknown, close_zones
from bot.i18n import Words, _, locale_str
from bot.rendering.calendar import WEEKDAYS, clock, duration, long_date, rule, shortened, timestamp, with_clock
from bot.rendering.errors import Say

_EXAMPLES: Mapping[PhraseKind, locale_str] = {
    "when": _(
        "I don't understand the time “{text}”. Write it like “2026-12-03 07:00”, “next Tue 7am” or 「来週火曜 朝7時」."
    ),
    "several": _("“{text}” can mean more than two times. Please write the date and the hour, like “2026-12-03 07:00”."),
    "day": _("I don't understand the day “{text}”. Write it like “2026-12-03”, “12/3” or 「12月3日」."),
    "clock": _("I don't understand the time of day “{text}”. Write it like “20:00”, “8pm” or 「夜8時」."),
    "duration": _("I don't understand how long “{text}” is. Write it like “90”, “1h30” or 「1時間半」."),
    "days": _("I don't understand the weekdays “{text}”. Write them like “mon, wed”, “weekdays” or 「月・水」."),
    "dates": _("I don't understand the dates “{text}”. Write them like “8/13-8/16, 12/29-1/3”."),
}
_RULES: Mapping[RuleProblem, locale_str] = {
    "unreadable": _(
        "I don't understand the rule “{text}”. Write it like “every Wednesday 07:00”, “first and third Tue 19:00”, "
        "「毎週水曜 朝7時」 or an RRULE with a time."
    ),
    "several": _(
        "“{text}” can mean more than two things. Please write the hour like “07:00” and the day like “every Wednesday” "
        "or “second Friday of the month”."
    ),
    "unsupported": _(
        "I can't use the rule “{text}”. Write one that repeats by days, weeks, months or years, such as "
        "“every 2 weeks on Tue 19:00”."
    ),
    "never": _("The rule “{text}” never falls on a date. Please check its days and months."),
    "too_long": _("The rule “{text}…” is too long. Please write a shorter one, such as “every Wednesday 07:00”."),
}


def _past(error: PhraseInThePast, w: Words) -> str:
    return w(
        _("“{text}” is {when}, which has passed. Please give a time that is still ahead."),
        text=shortened(error.text, 100),
        when=timestamp(error.instant, "D" if error.day_only else "F"),
    )


def _no_clock(error: ClockMissing, w: Words) -> str:
    text = shortened(error.text, 100)
    if error.part:
        said = _("“{text}” needs a time of day. Please add the hour, like “{example}”.")
    else:
        said = _("“{text}” names only the day; the time of day is missing. Write both, like “{example}”.")
    return w(said, text=text, example=with_clock(text, error.example))


def _two_moments(error: PhraseAmbiguous, w: Words) -> str:
    first, second = error.readings[:2]
    return w(
        _(
            "“{text}” can mean two times: {first} or {second}. "
            "Please write it with date and time, like “2026-12-03 07:00”."
        ),
        text=shortened(error.text, 100),
        first=timestamp(first),
        second=timestamp(second),
    )


def _two_days(error: DayAmbiguous, w: Words) -> str:
    first, second = error.readings
    return w(
        _("“{text}” can mean {first} or {second}. Please write the date, like “2026-12-03”."),
        text=shortened(error.text, 100),
        first=long_date(first, w),
        second=long_date(second, w),
    )


def _two_clocks(error: ClockAmbiguous, w: Words) -> str:
    first, second = error.readings
    return w(
        _("“{text}” can mean {first} or {second}. Please write one of these."),
        text=shortened(error.text, 100),
        first=clock(first),
        second=clock(second),
    )


def _past_midnight(error: ClockPastMidnight, w: Words) -> str:
    return w(
        _("“{text}” is {time} on the next day. Please write a time up to 23:59, like “21:30” or 「夜9時半」."),
        text=shortened(error.text, 100),
        time=clock(error.at),
    )


def _two_rules(error: RuleAmbiguous, w: Words) -> str:
    # What these rules leave open does not matter: both come from words that name their days.
    first, second = (rule(reading.rrule, reading.at, date(2024, 1, 1), w) for reading in error.readings)
    return w(
        _("“{text}” can mean two things: {first}, or {second}. Please write the one you mean."),
        text=shortened(error.text, 100),
        first=first,
        second=second,
    )


def _no_time(error: RuleTimeMissing, w: Words) -> str:
    example = with_clock(shortened(error.text, 100), error.example)
    return w(_("At what time? Please add it to the rule, like “{example}”."), example=example)


def _once(error: RuleOnce, w: Words) -> str:
    example = shortened(error.repeated, 100)
    return w(
        _(
            "“{text}” is only one day. If you want to meet every week, please write “{example}”. For a single session "
            "use `/session schedule`."
        ),
        text=shortened(error.text, 100),
        example=with_clock(example, error.missing) if error.missing else example,
    )


def _no_zone(error: ZoneUnknown, w: Words) -> str:
    # A form has no list to choose from, and an option takes a city's name as well.
    text = shortened(error.text, 100)
    if close := close_zones(error.text, locale=w.language):
        return w(
            _(
                "I don't know the time zone “{text}”. The closest I know: {zones}. Please write one of them just "
                "as it stands."
            ),
            text=text,
            zones=w.list([zone.label for zone in close]),
        )
    return w(
        _(
            "I don't know the time zone “{text}”. Please write a large city in it, such as “Tokyo”, 「東京」 or "
            "“Berlin”."
        ),
        text=text,
    )


def _two_lengths(error: LengthsDiffer, w: Words) -> str:
    return w(
        _(
            "The end and the length differ: until that end it takes {said}, but the length given is {given}. "
            "Please correct one of them."
        ),
        said=duration(error.said, w),
        given=duration(error.given, w),
    )


def _contradiction(error: WeekdayContradicts, w: Words) -> str:
    return w(
        _("“{text}” does not fit: {date} is not a {weekday}. Please correct the date or the weekday."),
        text=shortened(error.text, 100),
        date=long_date(error.day, w),
        weekday=WEEKDAYS[error.said],
    )


ERRORS: dict[type[StudyError], Say] = {
    ZoneUnknown: _no_zone,
    QuietHoursNotUnderstood: lambda e, w: w(
        _(
            "I don't understand the quiet hours “{text}”. Write them like “22:00-06:00” or “10pm to 6am”, or write "
            "“off” to have none. At least one hour of the day must stay outside them."
        ),
        text=shortened(e.text, 100),
    ),
    RuleNotUnderstood: lambda e, w: w(_RULES[e.problem], text=shortened(e.text, 100)),
    RuleTimeMissing: _no_time,
    RuleOnce: _once,
    RuleAmbiguous: _two_rules,
    ClockMissing: _no_clock,
    PhraseNotUnderstood: lambda e, w: w(_EXAMPLES[e.kind], text=shortened(e.text, 100)),
    NoSuchDay: lambda e, w: w(
        _(
            "The day in “{text}” does not exist. Please check the month and the day; the month comes first, like "
            "“12/3”."
        ),
        text=shortened(e.text, 100),
    ),
    DayOfNothing: lambda e, w: w(
        _(
            "“{text}” is counted from another day, and I don't know from which. "
            "Please write the date, like “{example}”."
        ),
        text=shortened(e.text, 100),
        example="12/3" if e.kind == "day" else "12/3 07:00",
    ),
    PhraseRepeats: lambda e, w: w(
        _(
            "“{text}” stands for many dates, and one is needed here. Please write it like “12/3 7:00” or "
            "「来週火曜 朝7時」. Sessions that repeat are planned with `/series create`."
        ),
        text=shortened(e.text, 100),
    ),
    PhraseInThePast: _past,
    PhraseAmbiguous: _two_moments,
    DayAmbiguous: _two_days,
    ClockAmbiguous: _two_clocks,
    ClockPastMidnight: _past_midnight,
    LengthsDiffer: _two_lengths,
    WeekdayContradicts: _contradiction,
}
