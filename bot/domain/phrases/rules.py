"""Standing dates in words: "every Wednesday 07:00", 「第1・第3火曜 19:00」, or an RFC 5545 RRULE with a time."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from itertools import product
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.calendar.instants import local_day
from bot.domain.calendar.recurrence import Recurrence
from bot.domain.calendar.rules import LONGEST_RULE, RuleNotUnderstood, RuleParts, rule_parts
from bot.domain.errors import StudyError
from bot.domain.phrases.clock import AND_PART, CLOCK, EXAMPLES, bare_minutes, clock_minutes, example_in, lies_in
from bot.domain.phrases.errors import RuleOnce, RuleTimeMissing
from bot.domain.phrases.ranges import with_end
from bot.domain.phrases.text import (
    EN_MONTH,
    EN_ORDINAL,
    EN_WEEKDAY,
    JA_WEEKDAY,
    WEEKDAY,
    month_number,
    normalise,
    ordinal_number,
    weekday_number,
    weekday_set,
)


class ParsedRule(Struct, frozen=True):
    """A rule as written: an RRULE value without COUNT, UNTIL and time, and the time of day (naive).

    `until` (a local date) and `count` are set if an RRULE carried them, `length` (minutes) if an end stood beside the
    time of day.
    """

    rrule: str
    at: time
    until: date | None = None
    count: int | None = None
    length: int | None = None


class RuleAmbiguous(StudyError):
    """The text has two sensible `readings`: "every second Friday" is every other week's or the month's second."""

    text: str
    readings: tuple[ParsedRule, ParsedRule]


RuleReader = Callable[[re.Match[str]], tuple[RuleParts, ...]]
"""From a matched form to its readings: none if it makes no sense after all."""


def parse_rule(text: str, *, now: datetime, zone: ZoneInfo, usual: time | None = None) -> ParsedRule:
    """Read a standing date with its time of day, and its end if one stands beside ("every Wed 7:00-8:30").

    `usual` is the time of a rule that names none, or only a part of the day in which it lies.

    Raises:
        RuleNotUnderstood: not the whole text is understood, or it never occurs.
        RuleTimeMissing: it has no time of day.
        RuleOnce: it is a weekday of which it is not said that it repeats.
        RuleAmbiguous: it has exactly two readings.
    """
    if len(text) > LONGEST_RULE:
        raise RuleNotUnderstood(text[:LONGEST_RULE], "too_long")
    readings = _readings(text, zone, usual)
    if len(readings) == 2:
        raise RuleAmbiguous(text, (readings[0], readings[1]))
    if len(readings) != 1:
        raise RuleNotUnderstood(text, "several") if readings else _not_a_rule(text)
    try:
        Recurrence(readings[0].rrule, local_day(now, zone), readings[0].at, zone.key)
    except RuleNotUnderstood as error:
        raise RuleNotUnderstood(text, error.problem) from error
    return readings[0]


def is_rule(text: str, zone: ZoneInfo) -> bool:
    """Whether a text is a standing date, with a time of day or without one, also one that never falls on a day."""
    try:
        return len(text) <= LONGEST_RULE and bool(_readings(text, zone, EXAMPLES[0]))
    except RuleTimeMissing:
        return True
    except RuleNotUnderstood as error:
        return error.problem != "unreadable"


def _readings(text: str, zone: ZoneInfo, usual: time | None) -> list[ParsedRule]:
    return [_raw(text, zone, usual)] if re.search(_RAW_MARK, text) else _in_words(text, usual)


def _not_a_rule(text: str) -> RuleNotUnderstood:
    """What to say of a text that is none: perhaps it only lacks its "every"."""
    repeated, missing = ("every " if text.isascii() else "毎週") + text.strip(), None
    try:
        readings = _in_words(repeated, None)
    except RuleTimeMissing as error:
        readings, missing = _in_words(f"{repeated} {error.example:%H:%M}", None), error.example
    except RuleNotUnderstood:
        readings = []
    if readings and all(rule_parts(each.rrule).frequency == "WEEKLY" for each in readings):
        return RuleOnce(text, repeated=repeated, missing=missing)
    return RuleNotUnderstood(text)


# --- In words ---------------------------------------------------------------------------------------------

_CONTRACTIONS = (
    (r"^毎朝", "毎日 朝"),
    (r"^(?:毎晩|毎夜)", "毎日 夜"),
    (r"^(?:(?:平日|月-金) ?毎朝|平日 ?朝)", "平日 朝"),
    (r"^every (?=(?:morning|evening|night)\b)", "every day "),
    (r"(?<=[時分半0-9]) ?(?:から|より|に|開始|スタート|start)$", ""),
)
_TIME_LAST = rf"(?P<rule>.+?)(?:,? ?)(?<![0-9]){CLOCK}"
_TIME_FIRST = rf"{CLOCK}(?: ?, ?| )(?P<rule>.+)"
_RULE_AND_PART = rf"(?P<rule>.+?){AND_PART}"


def _in_words(text: str, usual: time | None) -> list[ParsedRule]:
    plain = normalise(text)
    if plain is None:
        raise RuleNotUnderstood(text)
    for pattern, spelled in _CONTRACTIONS:
        plain = re.sub(pattern, spelled, plain)
    spoken = " ".join(plain.replace("の", " ").split())
    readings = _at_a_time(text, spoken, usual)
    if readings or (said := with_end(spoken)) is None:
        return readings
    begin, length = said
    return [replace(reading, length=length) for reading in _at_a_time(text, begin, None)]


def _at_a_time(text: str, spoken: str, usual: time | None) -> list[ParsedRule]:
    for pattern in (_TIME_LAST, _TIME_FIRST):
        found = re.fullmatch(pattern, spoken)
        # A rule names days; the small hours of the next day (25時) are another day.
        times = [minute for minute in clock_minutes(found) if minute < 24 * 60] if found else []
        if found and times and (rules := _rules(found["rule"])):
            return [ParsedRule(rule.to_rrule(), time(*divmod(at, 60))) for rule, at in product(rules, times)]
    rules = _rules(spoken)
    if not rules and (found := re.fullmatch(_TIME_LAST, spoken)):
        # Last of all, since "every month on the 7th" ends with a day.
        bare = [time(*divmod(minute, 60)) for minute in bare_minutes(found)]
        return [ParsedRule(rule.to_rrule(), at) for rule, at in product(_rules(found["rule"]) if bare else (), bare)]
    part = re.fullmatch(_RULE_AND_PART, spoken) if not rules else None
    if part and (rules := _rules(part["rule"])) and not (usual and lies_in(usual, part["part"])):
        raise RuleTimeMissing(text, example=example_in(part["part"], None) or EXAMPLES[0])
    if rules and usual is None:
        raise RuleTimeMissing(text)
    return [ParsedRule(rule.to_rrule(), usual) for rule in rules if usual is not None]


def _rules(phrase: str) -> tuple[RuleParts, ...]:
    for pattern, reader in RULE_FORMS:
        if (found := re.fullmatch(pattern, phrase.strip(" ,"))) and (readings := reader(found)):
            try:
                # Taken apart once more, so that "Monday to Sunday" and "daily" become the same rule.
                return tuple(rule_parts(reading.to_rrule()) for reading in readings)
            except RuleNotUnderstood:
                return ()  # as "every 99 months"
    return ()


def _weekly(found: re.Match[str]) -> tuple[RuleParts, ...]:
    days = weekday_set(found["days"])
    weeks = found.groupdict().get("weeks")
    interval = int(weeks) if weeks else 1
    return (RuleParts("WEEKLY", interval, tuple(sorted(days))),) if days and 1 <= interval <= 53 else ()


def _every_other_week(found: re.Match[str]) -> tuple[RuleParts, ...]:
    days = weekday_set(found["days"])
    return (RuleParts("WEEKLY", 2, tuple(sorted(days))),) if days else ()


def _weekly_apart(found: re.Match[str]) -> tuple[RuleParts, ...]:
    """2週間おき leaves two weeks out for some, and comes every second week for others."""
    days, weeks = weekday_set(found["days"]), int(found["weeks"])
    if not days or not 1 <= weeks <= 52:
        return ()
    return tuple(RuleParts("WEEKLY", each, tuple(sorted(days))) for each in (weeks, weeks + 1))


def _days_apart(found: re.Match[str]) -> tuple[RuleParts, ...]:
    """1日おき is every other day; of more days the same holds as of weeks."""
    days = int(found["n"])
    if not 1 <= days <= 365:
        return ()
    return tuple(RuleParts("DAILY", each) for each in ((days, days + 1) if days > 1 else (2,)))


def _daily(found: re.Match[str]) -> tuple[RuleParts, ...]:
    number = found.groupdict().get("n")
    interval = int(number) if number else 1
    return (RuleParts("DAILY", interval),) if 1 <= interval <= 366 else ()


def _every_other_day(found: re.Match[str]) -> tuple[RuleParts, ...]:
    return (RuleParts("DAILY", 2),)


def _en_nth(found: re.Match[str]) -> tuple[RuleParts, ...]:
    groups = list(re.finditer(_EN_NTH_GROUP, found["nths"]))
    pairs: list[tuple[int, int]] = []
    for group in groups:
        days = sorted(weekday_set(group["days"]) or ())
        pairs += product([ordinal_number(word) for word in re.findall(EN_ORDINAL, group["ordinals"])], days)
    if not pairs:
        return ()
    monthly = RuleParts("MONTHLY", _months_apart(found), nth_weekdays=tuple(pairs))
    if monthly.interval > 1:
        return (monthly,)
    ordinals = {ordinal for ordinal, _ in pairs}
    said_of_months = found["month"] or found["of"] or len(groups) > 1
    if not found["every"] or said_of_months or len(ordinals) > 1 or (ordinal := pairs[0][0]) <= 1:
        return (monthly,)
    return RuleParts("WEEKLY", ordinal, tuple(sorted(day for _, day in pairs))), monthly


def _ja_nth(found: re.Match[str]) -> tuple[RuleParts, ...]:
    pairs = _ja_pairs(found["nths"])
    return (RuleParts("MONTHLY", _months_apart(found), nth_weekdays=pairs),) if pairs else ()


def _ja_pairs(nths: str) -> tuple[tuple[int, int], ...]:
    pairs: list[tuple[int, int]] = []
    for group in re.finditer(_JA_NTH_GROUP, nths):
        ordinals = [ordinal_number(word) for word in re.findall(r"第? ?[1-5]|最終|最後", group["ordinals"])]
        # A bare 日 is a day of the month, not Sunday: 最終日 is the last one, 第2日 the second.
        days = weekday_set(group["days"]) if group["days"] != "日" else None
        pairs += product(ordinals, sorted(days or ()))
    return tuple(pairs)


def _months_apart(found: re.Match[str]) -> int:
    """Return the interval that "every 2 months", "every other month" or 「隔月」 says; out of bounds it is refused."""
    said = found.groupdict()
    if said.get("months"):
        return int(said["months"])
    return 2 if said.get("other") else 1


def _month_days(found: re.Match[str]) -> tuple[RuleParts, ...]:
    days = [-1 if word in _LAST_DAYS else int(word) for word in re.findall(_MONTH_DAY, found["days"])]
    if not days or not all(-1 <= day <= 31 and day for day in days):
        return ()
    return (RuleParts("MONTHLY", _months_apart(found), month_days=tuple(days)),)


def _yearly(found: re.Match[str]) -> tuple[RuleParts, ...]:
    """A day of every year: April 1, 11月第3木曜, the last Friday of November."""
    said = found.groupdict()
    month = int(said["month"]) if said.get("month") else month_number(found["name"])
    if not 1 <= month <= 12:
        return ()
    if said.get("day"):
        day = int(found["day"])
        return (RuleParts("YEARLY", months=(month,), month_days=(day,)),) if 1 <= day <= 31 else ()
    pairs = _ja_pairs(found["nths"]) if said.get("nths") else ()
    if said.get("nth"):
        pairs = ((ordinal_number(found["nth"]), weekday_number(found["weekday"])),)
    return (RuleParts("YEARLY", months=(month,), nth_weekdays=pairs),) if pairs else ()


def _several_weekdays(found: re.Match[str]) -> tuple[RuleParts, ...]:
    """Two weekdays or more can only be meant to recur; one alone may be the coming one."""
    days = weekday_set(found["days"]) or frozenset()
    return (RuleParts("WEEKLY", weekdays=tuple(sorted(days))),) if len(days) > 1 else ()


_AND = r"(?: ?, ?and | ?[,/&] ?| and )"
_EN_DAYS = rf"(?P<days>{EN_WEEKDAY}s?(?:{_AND}{EN_WEEKDAY}s?)*)"
_EN_NTH_GROUP = rf"(?P<ordinals>{EN_ORDINAL}(?:{_AND}(?:the )?{EN_ORDINAL})*) {_EN_DAYS}"
_EN_NTH = re.sub(r"\?P<\w+>", "?:", _EN_NTH_GROUP)
_EN_NTHS = rf"(?P<nths>{_EN_NTH}(?:{_AND}(?:the )?{_EN_NTH})*)"
_EN_MONTH_DAY = r"(?:[0-9]{1,2}(?:st|nd|rd|th)|day [0-9]{1,2}|last day)"
_EN_MONTH_DAYS = rf"(?P<days>{_EN_MONTH_DAY}(?:{_AND}(?:the )?{_EN_MONTH_DAY})*)"
_LAST_DAYS = ("last day", "末日", "月末", "最終日", "末")
_MONTH_DAY = "|".join(("[0-9]{1,2}", *_LAST_DAYS))
_MONTHLY_ON = (
    r"(?:monthly on |every month on "
    r"|every (?P<months>[0-9]{1,2}) months,? (?:on )?|every (?P<other>other) month,? (?:on )?)"
)
_JA_MONTHLY = (
    r"(?:毎月(?:1回)?|月1回|(?P<other>隔月)(?:で|に)?"
    r"|(?P<months>[0-9]{1,2})[かヶケカヵ箇]月(?:ごと|毎|に1回|に1度)に?)"
)
_YEARLY_ON = r"(?:every year on |yearly on |each year on |annually on )"
_OF_MONTH = r"(?: of (?:the|every|each) month| (?:every|each) month| monthly)"
_JA_JOIN = r"(?: ?[,・/&と] ?| )"
_JA_NTH = rf"(?:第 ?[1-5]|最終|最後)(?:{_JA_JOIN}?(?:第 ?[1-5]|最終|最後)|{_JA_JOIN}[1-5])*"
_JA_NTH_GROUP = rf"(?P<ordinals>{_JA_NTH}) ?(?P<days>{JA_WEEKDAY}(?:{_JA_JOIN}?{JA_WEEKDAY})*)(?:{_JA_JOIN})?"
_JA_NTHS = re.sub(r"\?P<\w+>", "?:", _JA_NTH_GROUP)
_JA_MONTH_DAY = rf"(?:[0-9]{{1,2}}日?|{'|'.join(_LAST_DAYS[1:])})"

RULE_FORMS: tuple[tuple[str, RuleReader], ...] = (
    (r"daily|every ?day|毎日|every (?P<n>[0-9]{1,3}) days", _daily),
    (r"every other day|隔日", _every_other_day),
    (r"(?P<n>[0-9]{1,3})日(?:ごと|毎)に?", _daily),
    (r"(?P<n>[0-9]{1,3})日おきに?", _days_apart),
    (r"(?P<weeks>[0-9]{1,2})週間?おきに? ?(?P<days>.+)", _weekly_apart),
    (
        r"(?:every (?:other|second) week on|every other|biweekly(?: on)?|fortnightly(?: on)?|alternate|隔週で?) ?"
        r"(?P<days>.+)",
        _every_other_week,
    ),
    (r"every (?P<weeks>[0-9]{1,2}) weeks,? (?:on )?(?P<days>.+)", _weekly),
    (r"(?P<weeks>[0-9]{1,2})週間?(?:ごと|毎|に1回|に1度)に? ?(?P<days>.+)", _weekly),
    (rf"(?P<month>{_MONTHLY_ON})?(?:(?P<every>every |each )|the )?{_EN_NTHS}(?P<of>{_OF_MONTH})?", _en_nth),
    (rf"{_JA_MONTHLY}? ?(?P<nths>(?:{_JA_NTHS})+)", _ja_nth),
    (rf"(?:{_MONTHLY_ON}|on )?(?:the )?{_EN_MONTH_DAYS}{_OF_MONTH}", _month_days),
    (rf"{_MONTHLY_ON}(?:the )?{_EN_MONTH_DAYS}", _month_days),
    (rf"{_JA_MONTHLY} ?(?P<days>{_JA_MONTH_DAY}(?: ?[,・/と] ?{_JA_MONTH_DAY})*)(?<=[日末])", _month_days),
    (r"毎年 ?(?P<month>[0-9]{1,2})(?:月|/) ?(?P<day>[0-9]{1,2})日?", _yearly),
    (rf"毎年 ?(?P<month>[0-9]{{1,2}})月 ?(?P<nths>{_JA_NTHS})", _yearly),
    (
        rf"(?:{_YEARLY_ON}|every )(?:the )?(?:(?P<name>{EN_MONTH}) (?:the )?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?)",
        _yearly,
    ),
    (rf"{_YEARLY_ON}(?:the )?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<name>{EN_MONTH})", _yearly),
    (rf"every year in (?P<name>{EN_MONTH}) on day (?P<day>[0-9]{{1,2}})", _yearly),
    (
        rf"(?:{_YEARLY_ON}|every )(?:the )?(?P<nth>{EN_ORDINAL}) (?P<weekday>{EN_WEEKDAY})"
        rf" (?:of|in) (?P<name>{EN_MONTH})",
        _yearly,
    ),
    (rf"every year in (?P<name>{EN_MONTH}) on the (?P<nth>{EN_ORDINAL}) (?P<weekday>{EN_WEEKDAY})", _yearly),
    (r"(?:weekly on|every week on|every|each|毎週) ?(?P<days>.+)", _weekly),
    (r"毎週 ?\((?P<days>[^()]+)\)", _weekly),
    (
        rf"(?:on )?(?P<days>[a-z]+days(?:{_AND}[a-z]+days)*|weekends|平日(?:\(月曜日から金曜日\))?|毎?週末|土日)",
        _weekly,
    ),
    (rf"(?P<days>{WEEKDAY} ?(?:-|~|to |through |から) ?{WEEKDAY})", _weekly),
    (r"(?:on )?(?P<days>.+)", _several_weekdays),
)
"""Every way of saying a rule: the whole normalised text without its time, and how it is read, most special first."""


# --- RFC 5545 ---------------------------------------------------------------------------------------------

_RAW_MARK = r"(?i)freq\s*=|rrule"
_RAW = r"(?:RRULE:)?(?P<rule>[A-Z0-9=;,+-]+)(?: +(?P<at>[^ ].*))?"
_UNTIL = r"([0-9]{8})(?:T([0-9]{6})(Z)?)?"


def _raw(text: str, zone: ZoneInfo, usual: time | None) -> ParsedRule:
    """Read an RRULE whose time of day stands in BYHOUR and BYMINUTE or behind it."""
    found = re.fullmatch(_RAW, unicodedata.normalize("NFKC", text).strip().upper())
    if found is None:
        raise RuleNotUnderstood(text)
    pairs = [pair.partition("=") for pair in found["rule"].strip(";").split(";")]
    values = {name: value for name, _, value in pairs}
    if len(values) < len(pairs):
        raise RuleNotUnderstood(text)
    hour, minute, second = (values.pop(name, None) for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    inside = _inside_time(text, hour, minute, second or "0")
    behind = _behind_time(text, found["at"])
    if inside is not None and behind is not None and inside != behind:
        raise RuleNotUnderstood(text)
    until = _until(text, values.pop("UNTIL", None), zone)
    count = values.pop("COUNT", None)
    if count is not None and (until is not None or not re.fullmatch("[0-9]{1,3}|1000", count) or int(count) == 0):
        raise RuleNotUnderstood(text)
    try:
        rule = rule_parts(";".join(f"{name}={value}" for name, value in values.items())).to_rrule()
    except RuleNotUnderstood as error:
        raise RuleNotUnderstood(text, error.problem) from error
    at = inside or behind or usual
    if at is None:
        raise RuleTimeMissing(text)
    return ParsedRule(rule, at, until, int(count) if count else None)


def _inside_time(text: str, hour: str | None, minute: str | None, second: str) -> time | None:
    if hour is None and minute is None and second == "0":
        return None
    if not (re.fullmatch("[0-9]{1,2}", hour or "") and re.fullmatch("[0-9]{1,2}", minute or "0") and second == "0"):
        raise RuleNotUnderstood(text, "unsupported")  # several times a day are several series
    try:
        return time(int(hour or 0), int(minute or 0))
    except ValueError as error:
        raise RuleNotUnderstood(text) from error


def _behind_time(text: str, clock: str | None) -> time | None:
    if clock is None:
        return None
    plain = normalise(clock)
    found = re.fullmatch(CLOCK, plain) if plain else None
    minutes = clock_minutes(found) if found else ()
    if len(minutes) != 1 or minutes[0] >= 24 * 60:
        raise RuleNotUnderstood(text)
    return time(*divmod(minutes[0], 60))


def _until(text: str, value: str | None, zone: ZoneInfo) -> date | None:
    """Return the last local date that UNTIL allows: a date, a local time, or an instant in UTC."""
    if value is None:
        return None
    found = re.fullmatch(_UNTIL, value)
    if found is None:
        raise RuleNotUnderstood(text)
    try:
        moment = datetime.strptime(found[1] + (found[2] or "000000"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise RuleNotUnderstood(text) from error
    try:
        return local_day(moment, zone) if found[3] else moment.date()
    except OverflowError:
        # Calendars write "for ever" as the last moment of the year 9999, which further east is no date any more.
        return moment.date()
