"""Dates, times and standing rules in words.

Instants are shown as Discord timestamps, so that each reader sees their own zone and language; where the zone itself
matters (a preview, the label of a list) a date is written out on the community's clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Protocol

from bot.domain.calendar import RuleParts, rule_parts, to_local
from bot.domain.sessions import SessionState
from bot.domain.zones import zone_name, zone_of
from bot.i18n import Words, _, _n, locale_str

WEEKDAYS: tuple[locale_str, ...] = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
_SHORT_WEEKDAYS: tuple[locale_str, ...] = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
# Whole dates, because languages put month and day together in their own ways.
_SHORT_DATES: tuple[locale_str, ...] = (
    _("Jan {day} ({weekday})"),
    _("Feb {day} ({weekday})"),
    _("Mar {day} ({weekday})"),
    _("Apr {day} ({weekday})"),
    _("May {day} ({weekday})"),
    _("Jun {day} ({weekday})"),
    _("Jul {day} ({weekday})"),
    _("Aug {day} ({weekday})"),
    _("Sep {day} ({weekday})"),
    _("Oct {day} ({weekday})"),
    _("Nov {day} ({weekday})"),
    _("Dec {day} ({weekday})"),
)
_LONG_DATES: tuple[locale_str, ...] = (
    _("{weekday}, Jan {day}, {year}"),
    _("{weekday}, Feb {day}, {year}"),
    _("{weekday}, Mar {day}, {year}"),
    _("{weekday}, Apr {day}, {year}"),
    _("{weekday}, May {day}, {year}"),
    _("{weekday}, Jun {day}, {year}"),
    _("{weekday}, Jul {day}, {year}"),
    _("{weekday}, Aug {day}, {year}"),
    _("{weekday}, Sep {day}, {year}"),
    _("{weekday}, Oct {day}, {year}"),
    _("{weekday}, Nov {day}, {year}"),
    _("{weekday}, Dec {day}, {year}"),
)
_MONTHS: tuple[locale_str, ...] = (
    _("January"),
    _("February"),
    _("March"),
    _("April"),
    _("May"),
    _("June"),
    _("July"),
    _("August"),
    _("September"),
    _("October"),
    _("November"),
    _("December"),
)
_LABELS: Mapping[SessionState, locale_str] = {
    SessionState.SCHEDULED: _("{date} {time} {name}"),
    SessionState.CANCELLED: _("{date} {time} cancelled: {name}"),
    SessionState.ENDED: _("{date} {time} past: {name}"),
}
_WORKDAYS = (0, 1, 2, 3, 4)


# Dates and times


def timestamp(instant: datetime, style: str = "F") -> str:
    """The instant in each reader's own zone and language; `style` is Discord's ("F" long, "f" short, "R" relative)."""
    return f"<t:{int(instant.timestamp())}:{style}>"


def moment(instant: datetime) -> str:
    """The instant and how far away it is."""
    return f"{timestamp(instant)} ({timestamp(instant, 'R')})"


def short_date(day: date, w: Words) -> str:
    """As "Jul 15 (Wed)" or 「7/15(水)」: for lists, where the year goes without saying."""
    return w(_SHORT_DATES[day.month - 1], day=day.day, weekday=_SHORT_WEEKDAYS[day.weekday()])


_short_date = lru_cache(maxsize=1024)(short_date)


def long_date(day: date, w: Words) -> str:
    """As "Wed, Jul 15, 2026" or 「2026年7月15日(水)」."""
    return w(_LONG_DATES[day.month - 1], year=day.year, day=day.day, weekday=_SHORT_WEEKDAYS[day.weekday()])


def month(day: date, w: Words) -> str:
    """As "May 2026" or 「2026年5月」."""
    return w(_("{month} {year}"), month=_MONTHS[day.month - 1], year=day.year)


def clock(at: time | datetime) -> str:
    """As "07:00"."""
    return f"{at:%H:%M}"


def clock_in(at: time, time_zone: str, w: Words) -> str:
    """As "07:00 (New York time)": where several clocks may be meant."""
    if time_zone == "UTC":
        return w(_("{time} (UTC)"), time=clock(at))
    return w(_("{time} ({zone} time)"), time=clock(at), zone=zone_name(time_zone, locale=w.language))


def when(instant: datetime, time_zone: str, w: Words) -> str:
    """Date, time and zone on the community's clock: what is confirmed before anybody is told."""
    local = to_local(instant, zone_of(time_zone))
    # The one zone that is no place, and whose name is a time already.
    text = _("{date}, {time} UTC") if time_zone == "UTC" else _("{date}, {time}, {zone} time")
    zone = zone_name(time_zone, locale=w.language)
    return w(text, date=long_date(local.date(), w), time=clock(local), zone=zone)


_PARTS_OF_DAY = ("朝", "昼", "夕方", "夕", "夜", "晩", "午前", "午後", "深夜", "未明")
"""What a time of day is written behind without a blank: 「明日の朝7時」."""


def with_clock(day: str, at: time) -> str:
    """A day as somebody wrote it, with a time as one would write it behind: “next Tue 7am”, 「来週火曜 朝7時」."""
    morning, evening = 5 <= at.hour < 12, at.hour >= 18
    if day.endswith(_PARTS_OF_DAY):
        return f"{day}{(at.hour - 1) % 12 + 1}時{'半' if at.minute else ''}"
    if not (morning or evening) or at.minute not in (0, 30) or not any(letter.isalpha() for letter in day):
        return f"{day} {clock(at)}"
    hour = at.hour - 12 if evening else at.hour
    if any("\u3040" <= letter < "\uff00" for letter in day):
        return f"{day} {'夜' if evening else '朝'}{hour}時{'半' if at.minute else ''}"
    return f"{day} {hour}{':30' if at.minute else ''}{'pm' if evening else 'am'}"


class Named(Protocol):
    """What has a start (UTC), a name and a state."""

    @property
    def starts_at(self) -> datetime:  # noqa: D102
        ...

    @property
    def theme(self) -> str:  # noqa: D102
        ...

    @property
    def state(self) -> SessionState:  # noqa: D102
        ...


@lru_cache
def labels(time_zone: str, w: Words) -> Callable[[Named], str]:
    """«7/15(水) 07:00 朝の会»: how sessions are called in a list of choices, at most 100 characters.

    One that was cancelled or is over says so before its name, where a phone still shows it.
    A thousand of them are looked through with every key that somebody presses, so what was made stays for the next key,
    and who asks for the same zone and language is given the same function.
    """
    return lambda named: _label(named.starts_at, named.theme, named.state, time_zone, w)


@lru_cache(maxsize=16_384)
def _label(starts_at: datetime, name: str, state: SessionState, time_zone: str, w: Words) -> str:
    local = starts_at.astimezone(zone_of(time_zone))
    # Filled by itself, without the care for what does not fit, which costs more than all the rest.
    text = _label_template(state, w).format(
        date=_short_date(local.date(), w), time=f"{local.hour:02}:{local.minute:02}", name=name
    )
    return shortened(text, 100)


@lru_cache
def _label_template(state: SessionState, w: Words) -> str:
    return w.template(_LABELS[state]) or _LABELS[state].message


def typed(instant: datetime, time_zone: str) -> str:
    """As a person may type it in that zone: "2026-12-03 07:00"."""
    return f"{to_local(instant, zone_of(time_zone)):%Y-%m-%d %H:%M}"


def duration(minutes: int, w: Words) -> str:
    """As "90 minutes" or 「90分」; whole hours as hours."""
    if minutes % 60 == 0:
        return w(_n("{n} hour", "{n} hours"), n=minutes // 60)
    return w(_n("{n} minute", "{n} minutes"), n=minutes)


def shortened(text: str, limit: int) -> str:
    """The text, cut with "…" if it is longer than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


# Rules


def rule(rrule: str, at: time, starts_on: date, w: Words) -> str:
    """A standing rule in words: "every Wednesday at 07:00", 「毎週水曜日 07:00」.

    `starts_on` tells what the rule leaves open: a weekly rule without a weekday is that day's.
    """
    parts = rule_parts(rrule)
    match parts.frequency:
        case "DAILY":
            text = _daily(parts, w)
        case "WEEKLY":
            text = _weekly(parts, starts_on, w)
        case "MONTHLY":
            each = _("every month on {days}") if parts.interval == 1 else _("every {n} months on {days}")
            text = w(each, n=parts.interval, days=_days(parts, starts_on, w))
        case "YEARLY":
            each = _("every year in {months} on {days}")
            if parts.interval > 1:
                each = _("every {n} years in {months} on {days}")
            months = _months(parts.months or (starts_on.month,), w)
            text = w(each, n=parts.interval, months=months, days=_days(parts, starts_on, w))
    if parts.months and parts.frequency != "YEARLY":
        text = w(_("{rule}, only in {months}"), rule=text, months=_months(parts.months, w))
    return w(_("{rule} at {time}"), rule=text, time=clock(at))


_ORDINALS: Mapping[int, locale_str] = {
    1: _("first"),
    2: _("second"),
    3: _("third"),
    4: _("fourth"),
    5: _("fifth"),
    -1: _("last"),
    -2: _("second to last"),
    -3: _("third to last"),
    -4: _("fourth to last"),
    -5: _("fifth to last"),
}


def _daily(parts: RuleParts, w: Words) -> str:
    text = w(_("every day")) if parts.interval == 1 else w(_("every {n} days"), n=parts.interval)
    if parts.month_days:
        text = w(_("{rule}, only on {days}"), rule=text, days=_month_days(parts.month_days, w))
    if parts.weekdays:
        text = w(_("{rule}, only on {days}"), rule=text, days=weekdays(parts.weekdays, w))
    return text


def _weekly(parts: RuleParts, starts_on: date, w: Words) -> str:
    days = parts.weekdays or (starts_on.weekday(),)
    if parts.interval == 1 and days == _WORKDAYS:
        return w(_("every weekday (Monday to Friday)"))
    if parts.interval == 2:
        return w(_("every other week on {days}"), days=weekdays(days, w))
    each = _("every {days}") if parts.interval == 1 else _("every {n} weeks on {days}")
    return w(each, n=parts.interval, days=weekdays(days, w))


def _days(parts: RuleParts, starts_on: date, w: Words) -> str:
    """The days of a month: "the first and third Tuesday", "day 15", "the last working day"."""
    if parts.nth_weekdays:
        return _joined(_nth(parts.nth_weekdays, w), w)
    if parts.positions:
        places = _joined([_ordinal(place, w) for place in parts.positions], w)
        if parts.weekdays == _WORKDAYS:
            return w(_("the {ordinals} working day (Monday to Friday)"), ordinals=places)
        return w(_("the {ordinals} of all {days}"), ordinals=places, days=weekdays(parts.weekdays, w))
    if parts.weekdays and parts.month_days:
        days = _month_days(parts.month_days, w)
        return w(_("{days}, if it is {weekdays}"), days=days, weekdays=weekdays(parts.weekdays, w))
    if parts.weekdays:
        return w(_("each {days}"), days=weekdays(parts.weekdays, w))
    return _month_days(parts.month_days or (starts_on.day,), w)


def _nth(pairs: Sequence[tuple[int, int]], w: Words) -> list[str]:
    """As "the first and third Tuesday": one text for each set of weekdays that share their ordinals."""
    ordinals: dict[int, list[int]] = {}
    for ordinal, day in pairs:
        ordinals.setdefault(day, []).append(ordinal)
    shared: dict[tuple[int, ...], list[int]] = {}
    for day, places in ordinals.items():
        shared.setdefault(tuple(places), []).append(day)
    return [
        w(
            _("the {ordinals} {weekday}"),
            ordinals=_joined([_ordinal(place, w) for place in places], w),
            weekday=weekdays(days, w),
        )
        for places, days in shared.items()
    ]


def _ordinal(place: int, w: Words) -> str:
    if place in _ORDINALS:
        return w(_ORDINALS[place])
    return w(_("number {n}"), n=place) if place > 0 else w(_("number {n} from the end"), n=-place)


def _months(months: Sequence[int], w: Words) -> str:
    return _joined([w(_MONTHS[month - 1]) for month in months], w)


def _month_days(days: Sequence[int], w: Words) -> str:
    return _joined([_month_day(day, w) for day in days], w)


def _month_day(day: int, w: Words) -> str:
    if day == -1:
        return w(_("the last day"))
    return w(_("day {n}"), n=day) if day > 0 else w(_("day {n} from the end"), n=-day)


def weekdays(days: Sequence[int], w: Words) -> str:
    """As "Tuesday and Friday" (0 is Monday)."""
    return _joined([w(WEEKDAYS[day]) for day in days], w)


def _joined(days: Sequence[str], w: Words) -> str:
    """Days, ordinals or months of a rule in one list; some languages join them unlike the parts of a sentence."""
    text = days[0] if days else ""
    for day in days[1:-1]:
        text = w(_("{days}, {day}"), days=text, day=day)
    return w(_("{days} and {day}"), days=text, day=days[-1]) if len(days) > 1 else text
