"""Standing series in words: before they are made, as they are, and as they end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time

import discord

from bot.domain.calendar.rules import WEEKDAY_CODES
from bot.domain.communities import Community
from bot.domain.series import (
    LONGEST_NAME,
    NewSeries,
    RuleReading,
    SeriesField,
    SeriesPreview,
    SeriesView,
    SessionSeries,
    WhichRule,
)
from bot.domain.sessions import LONGEST_THEME, LONGEST_VENUE, SessionState
from bot.domain.zones import zone_name
from bot.i18n import Words, _, _n, locale_str
from bot.rendering.asking import IN_FULL, question
from bot.rendering.buttons import button_id
from bot.rendering.calendar import WEEKDAYS, clock, duration, long_date, rule, shortened, timestamp, when
from bot.rendering.content import Button, Content
from bot.rendering.forms import Box, form
from bot.rendering.sessions.changing import capacity
from bot.rendering.sessions.replies import draft_buttons
from bot.rendering.settings import cannot_announce

PER_PAGE = 8
NEW, NEW_FORM, WHICH_NEW = "newseries", "newseriesform", "whichseries"
WHICH_EDIT, WHICH_SKIP = "whichedit", "whichskip"


def in_words(value: SeriesView, w: Words) -> str:
    """Its rule: "every Wednesday at 07:00"; with its zone, where that is no longer the community's."""
    return rule_of(value.series, value.community, w)


def rule_of(series: SessionSeries, community: Community, w: Words) -> str:
    """As `in_words`."""
    text = rule(series.rrule, series.at, series.starts_on, w)
    if series.time_zone == community.time_zone:
        return text
    # The one zone that is no place.
    zoned = _("{rule} UTC") if series.time_zone == "UTC" else _("{rule}, {zone} time")
    return w(zoned, rule=text, zone=zone_name(series.time_zone, locale=w.language))


def draft_rule(new: NewSeries, w: Words) -> str:
    """The rule of a draft that was shown."""
    assert new.starts_on is not None
    return rule(new.rrule, new.at, new.starts_on, w)


def preview(value: SeriesPreview, missing: Sequence[str], w: Words) -> Content:
    """The rule in words and the next five dates, for its author alone, with Create and Change first.

    `missing` is what the bot lacks to announce its sessions.
    """
    new, zone = value.new, value.community.time_zone
    embed = discord.Embed(title=new.name, description=draft_rule(new, w))
    dates = "\n".join(f"{when(ahead.starts_at, zone, w)}" for ahead in value.ahead)
    embed.add_field(name=w(_("Next dates")), value=dates, inline=False)
    embed.add_field(name=w(_("Group")), value=value.group.name)
    embed.add_field(name=w(_("Length")), value=duration(new.duration, w))
    if new.theme:
        embed.add_field(name=w(_("Theme")), value=new.theme)
    if new.venue:
        embed.add_field(name=w(_("Place")), value=new.venue)
    if new.capacity is not None:
        embed.add_field(name=w(_("Capacity")), value=capacity(new.capacity, w))
    bounds = bounds_of(new.until, new.count, w)
    if bounds:
        embed.add_field(name=w(_("Ends")), value=bounds)
    buttons = (draft_buttons(NEW, value.draft_id, _("Create"), w),)
    lines = [_before_creating(value, w)]
    if missing:
        lines.append(cannot_announce(value.channel_id, missing, w))
    return Content("\n".join(lines), embed, buttons)


def _before_creating(value: SeriesPreview, w: Words) -> str:
    """When its sessions will be announced, and where."""
    days = value.group.announce_days_before
    if not days:
        text = _(
            "Please check. Each session is announced in <#{channel}> on the day itself, the next one at once; nobody "
            "is pinged."
        )
        return w(text, channel=value.channel_id)
    text = _n(
        "Please check. Each session is announced in <#{channel}> {n} day ahead, the next one at once; nobody is "
        "pinged.",
        "Please check. Each session is announced in <#{channel}> {n} days ahead, the next one at once; nobody is "
        "pinged.",
    )
    return w(text, n=days, channel=value.channel_id)


_WHICH: Mapping[SeriesField, locale_str] = {
    "rrule": _("“{text}” can mean two things. When does **{name}** meet?"),
    "starts_on": _("“{text}” can mean two days. What is the first day of **{name}**?"),
    "until": _("“{text}” can mean two days. What is the last day of **{name}**?"),
    "on": _("“{text}” can mean two days. Which date of **{name}** do you mean?"),
    "skip": _("“{text}” can mean two days. On which of them do you want to skip **{name}**?"),
}


def which_rule(value: WhichRule, w: Words) -> Content:
    """Both rules in words with the date on which each meets next, or both days."""
    head = w(_WHICH[value.field], text=shortened(value.text, 100), name=value.name)
    options = [_option(reading, value.time_zone, w) for reading in value.readings]
    feature = WHICH_SKIP if value.field == "skip" else WHICH_EDIT if value.edits else WHICH_NEW
    in_full = w(IN_FULL["rule" if value.field == "rrule" else "day"])
    return question(feature, value.draft_id, head, options, w, otherwise=in_full)


def _option(reading: RuleReading | date, time_zone: str, w: Words) -> tuple[str, str]:
    if not isinstance(reading, RuleReading):
        return long_date(reading, w), w(_("a {weekday}"), weekday=WEEKDAYS[reading.weekday()])
    text = rule(reading.rrule, reading.at, reading.starts_on, w)
    if reading.first is None:
        return text, w(_("which has no date ahead"))
    return text, w(_("next on {when}"), when=when(reading.first, time_zone, w))


def new_form(draft_id: int, new: NewSeries, said: str, w: Words) -> discord.ui.Modal:
    """A new series' draft to be changed; `said` is the rule as it stands there."""
    boxes = [
        Box("name", w(_("Name")), new.name, LONGEST_NAME),
        Box("rule", w(_("When, such as “every Wednesday 07:00”")), said, 200),
        Box("theme", w(_("Theme")), new.theme, LONGEST_THEME, required=False),
        Box("duration", w(_("Length in minutes")), str(new.duration), 20),
        Box("venue", w(_("Place")), new.venue, LONGEST_VENUE, required=False),
    ]
    return form(button_id(NEW_FORM, draft_id), w(_("Change first")), boxes)


def bounds_of(until: date | None, count: int | None, w: Words) -> str:
    """When it ends, "" if it goes on."""
    ends = [w(_("on {date}"), date=long_date(until, w))] if until else []
    if count:
        ends.append(w(_n("after {n} session", "after {n} sessions"), n=count))
    return w.list(ends)


def created(value: SeriesView, missing: Sequence[str], w: Words) -> Content:
    """It is there. `missing` is what the bot lacks to announce its sessions."""
    text = _n(
        "I created **{name}**: {rule}. {n} session is planned for now; the announcement of the next one follows.",
        "I created **{name}**: {rule}. {n} sessions are planned for now; the announcement of the next one follows.",
    )
    if missing:
        text = _n(
            "I created **{name}**: {rule}. {n} session is planned for now.",
            "I created **{name}**: {rule}. {n} sessions are planned for now.",
        )
    lines = [w(text, n=value.planned, name=value.series.name, rule=in_words(value, w))]
    if missing:
        channel_id = value.group.channel_id or value.community.announcements_channel
        lines.append(cannot_announce(channel_id, missing, w))
    return Content("\n".join(lines))


def shown(value: SeriesView, w: Words) -> Content:
    """/series show: the rule, what its sessions have in common, and those that are planned."""
    series = value.series
    embed = discord.Embed(title=series.name, description=in_words(value, w))
    lines = [_session_line(value, index, w) for index in range(len(value.sessions))]
    more = value.planned - len(value.sessions)
    if more > 0:
        lines.append(w(_n("and {n} more", "and {n} more"), n=more))
    planned = "\n".join(lines) or w(_("None: no date is ahead."))
    embed.add_field(name=w(_("Planned sessions")), value=shortened(planned, 1024), inline=False)
    embed.add_field(name=w(_("Group")), value=value.group.name)
    embed.add_field(name=w(_("Length")), value=duration(series.duration, w))
    if series.venue:
        embed.add_field(name=w(_("Place")), value=series.venue)
    if series.capacity is not None:
        embed.add_field(name=w(_("Capacity")), value=capacity(series.capacity, w))
    if bounds := bounds_of(series.until, series.count, w):
        embed.add_field(name=w(_("Ends")), value=bounds)
    if series.ended_at is not None:
        return Content(w(_("This series has ended.")), embed)
    return Content(embed=embed)


def _session_line(value: SeriesView, index: int, w: Words) -> str:
    session = value.sessions[index]
    if session.state is SessionState.SCHEDULED and session.announced_at is not None:
        return w(_("{when} · announced"), when=timestamp(session.starts_at))
    return timestamp(session.starts_at)


def listed(values: Sequence[SeriesView], page: int, w: Words) -> Content:
    """/series list: one screen of it. A page that is gone shows the last one."""
    if not values:
        return Content(
            w(
                _(
                    "No series is running. Organizers start one with `/series create`; `/session list` shows what is "
                    "coming up."
                )
            )
        )
    last = (len(values) - 1) // PER_PAGE
    page = min(max(page, 0), last)
    embed = discord.Embed(
        title=w(_("Series")),
        description="\n".join(_line(value, w) for value in values[page * PER_PAGE :][:PER_PAGE]),
    )
    if not last:
        return Content(embed=embed)
    embed.set_footer(text=w(_("Page {page} of {number}"), page=page + 1, number=last + 1))
    buttons = (
        Button(w(_("Previous")), button_id("series", max(page - 1, 0), "back"), disabled=page == 0),
        Button(w(_("Next")), button_id("series", min(page + 1, last), "next"), disabled=page == last),
    )
    return Content(embed=embed, rows=(buttons,))


def _line(value: SeriesView, w: Words) -> str:
    text = w(
        _("**{name}** ({group}): {rule}"),
        name=value.series.name,
        group=value.group.name,
        rule=in_words(value, w),
    )
    if not value.sessions:
        return text
    return w(_("{series}\nnext: {when}"), series=text, when=timestamp(value.sessions[0].starts_at))


def offers(usual: time | None, w: Words) -> list[tuple[str, str]]:
    """Rules to begin with, at the community's usual start (07:00 if there is none): as shown, and as they are read."""
    at = usual or time(7)
    codes = (*WEEKDAY_CODES, ",".join(WEEKDAY_CODES[:5]))
    values = (*(f"every {day.message}" for day in WEEKDAYS), "weekdays")
    return [
        (rule(f"FREQ=WEEKLY;BYDAY={code}", at, date(2024, 1, 1), w), f"{value} {clock(at)}")
        for code, value in zip(codes, values, strict=True)
    ]
