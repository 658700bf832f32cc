"""The change of a series: what it comes to, for its author alone, and what it has come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time

import discord

from bot.domain.calendar import to_local
from bot.domain.communities import Community
from bot.domain.series import (
    LONGEST_NAME,
    Scope,
    SeriesChange,
    SeriesEdit,
    SeriesEditDraft,
    SeriesEdited,
    SeriesEditPreview,
    SessionSeries,
)
from bot.domain.sessions import LONGEST_REASON, LONGEST_THEME, LONGEST_VENUE
from bot.domain.zones import zone_of
from bot.i18n import Words, _, _n, locale_str
from bot.rendering.buttons import button_id
from bot.rendering.calendar import clock, duration, long_date, rule, short_date, shortened, when
from bot.rendering.content import Content
from bot.rendering.forms import Box, form
from bot.rendering.series.replies import bounds_of, rule_of
from bot.rendering.sessions.changing import capacity
from bot.rendering.sessions.replies import draft_buttons

EDIT, EDIT_FORM = "editseries", "editseriesform"
MOST_LINES = 5
"""Sessions that are named one by one in each list."""
SCOPES: Mapping[Scope, locale_str] = {
    "one": _("This one only"),
    "later": _("This one and later ones"),
    "all": _("All that are to come"),
}


def edit_preview(value: SeriesEditPreview, w: Words) -> Content:
    """The rule in words, what changes, what becomes of which session and who will be told; Save, or Change first."""
    series, edit = value.edit.series, value.edit
    embed = discord.Embed(title=shortened(series.name, 256), description=rule_of(series, value.community, w))
    embed.add_field(name=w(_("Which sessions")), value=_scope(value.change, w), inline=False)
    changes = "\n".join(_changes(value.before, edit, value.community, w))
    embed.add_field(name=w(_("What changes")), value=shortened(changes, 1024), inline=False)
    for title, lines in _sessions(edit, series.time_zone, w):
        embed.add_field(name=title, value=shortened("\n".join(lines), 1024), inline=False)
    dates = "\n".join(when(starts_at, series.time_zone, w) for starts_at in edit.ahead)
    embed.add_field(name=w(_("Next dates")), value=shortened(dates, 1024), inline=False)
    head = w(_("Please check. Nobody has answered for the sessions that change, so nobody will be told."))
    if value.told:
        text = _n(
            "Please check. {n} person has answered for the sessions that change and will be told.",
            "Please check. {n} people have answered for the sessions that change and will be told.",
        )
        head = w(text, n=value.told)
    crowded = _n(
        "In {n} session, more people than that have a place. All of them keep it; a place comes free once enough of "
        "them have left.",
        "In {n} sessions, more people than that have a place. All of them keep it; a place comes free once enough of "
        "them have left.",
    )
    if value.crowded:
        head += "\n" + w(crowded, n=value.crowded)
    cut = _n(
        "In {n} session the deadline would come after the new start, so it ends with the start.",
        "In {n} sessions the deadline would come after the new start, so it ends with the start.",
    )
    if number := sum(bool(each.values.get("deadline_uncut")) for each in edit.edits):
        head += "\n" + w(cut, n=number)
    if value.change.reason and any(session.announced_at is not None for session in edit.cancelled):
        # Of a change only those who answered read the reason; an announcement of what is cancelled shows it to all.
        text = _("Everybody who sees the announcement of a cancelled session can read the reason: “{reason}”")
        head += "\n" + w(text, reason=value.change.reason)
    return Content(head, embed, (draft_buttons(EDIT, value.draft_id, _("Save"), w),))


def _scope(change: SeriesChange, w: Words) -> str:
    if change.on is None or change.scope == "all":
        return w(SCOPES["all"])
    text = _("Only the one on {date}") if change.scope == "one" else _("The one on {date} and those after it")
    return w(text, date=long_date(change.on, w))


def _changes(before: SessionSeries, edit: SeriesEdit, community: Community, w: Words) -> list[str]:
    """A line for each field: what it will be, and what it was."""
    after = edit.series
    changed: list[tuple[locale_str, str, str]] = []
    if "name" in edit.values:
        changed.append((_("Name"), before.name, after.name))
    if edit.values.keys() & {"rrule", "at"}:
        changed.append((_("Rule"), rule_of(before, community, w), rule_of(after, community, w)))
    old: Mapping[str, object] = {name: getattr(before, name) for name in edit.values}
    new: Mapping[str, object] = edit.values
    if not edit.values:
        (only,) = edit.edits
        new, old = only.values, {name: getattr(only.session, name) for name in only.values}
    for name, title in _FIELDS.items():
        if name in new:
            changed.append((title, _value(name, old[name], w), _value(name, new[name], w)))
    if edit.values.keys() & {"until", "count"}:
        ends = (bounds_of(before.until, before.count, w), bounds_of(after.until, after.count, w))
        changed.append((_("Ends"), *ends))
    none = w(_("none"))
    text = _("{field}: {new} (was: {old})")
    return [w(text, field=w(title), new=now or none, old=was or none) for title, was, now in changed]


_FIELDS: Mapping[str, locale_str] = {
    "theme": _("Theme"),
    "duration": _("Length"),
    "venue": _("Place"),
    "capacity": _("Capacity"),
}


def _value(name: str, value: object, w: Words) -> str:
    if isinstance(value, int):
        return duration(value, w) if name == "duration" else capacity(value, w)
    return str(value or "")


def _sessions(edit: SeriesEdit, time_zone: str, w: Words) -> list[tuple[str, list[str]]]:
    """What becomes of which session, each list with its title."""

    def moment(starts_at: datetime) -> str:
        local = to_local(starts_at, zone_of(time_zone))
        return w(_("{date} {time}"), date=short_date(local.date(), w), time=clock(local))

    moved = [each for each in edit.edits if each.moves]
    text = _("{old}, now {new}")
    lists = [
        (
            _n("{n} session moves", "{n} sessions move"),
            [w(text, old=moment(each.session.starts_at), new=moment(each.starts_at)) for each in moved],
        ),
        (_n("{n} session is cancelled", "{n} sessions are cancelled"), [moment(s.starts_at) for s in edit.cancelled]),
        (_n("{n} session is new", "{n} sessions are new"), [moment(o.starts_at) for o in edit.added]),
        (
            _n("{n} session keeps its own settings", "{n} sessions keep their own settings"),
            [moment(s.starts_at) for s in edit.kept],
        ),
    ]
    return [(w(title, n=len(lines)), _first(lines, w)) for title, lines in lists if lines]


def _first(lines: Sequence[str], w: Words) -> list[str]:
    more = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], *([w(_n("and {n} more", "and {n} more"), n=more)] if more > 0 else [])]


def edited_series(value: SeriesEdited, w: Words) -> Content:
    """What it has come to."""
    edit, community = value.edit, value.view.community
    if value.change.scope == "one":
        (only,) = edit.edits
        text = _("I changed **{name}** on {when}.")
        head = w(text, name=edit.series.name, when=when(only.starts_at, edit.series.time_zone, w))
    else:
        head = w(_("I changed **{name}**: {rule}."), name=edit.series.name, rule=rule_of(edit.series, community, w))
    counts = [
        (_n("{n} session moved", "{n} sessions moved"), sum(each.moves for each in edit.edits)),
        (_n("{n} session cancelled", "{n} sessions cancelled"), len(edit.cancelled)),
        (_n("{n} session added", "{n} sessions added"), len(edit.added)),
    ]
    done = [w(text, n=number) for text, number in counts if number]
    lines = [head, *([w(_("{list}."), list=w.list(done))] if done else [])]
    if value.told:
        lines.append(w(_n("{n} person will be told.", "{n} people will be told."), n=value.told))
    return Content("\n".join(lines))


def edit_form(draft_id: int, value: SeriesEditDraft, said: str, w: Words) -> discord.ui.Modal:
    """A change's draft to be changed; `said` is the rule as it stands there."""
    series, change, session = value.series, value.change, value.session
    own = session or series
    theme = own.theme if change.theme is None else change.theme
    venue = own.venue if change.venue is None else change.venue
    shared = [
        Box("theme", w(_("Theme")), theme, LONGEST_THEME, required=False),
        Box("duration", w(_("Length in minutes")), str(change.duration or own.duration), 20),
        Box("venue", w(_("Place")), venue, LONGEST_VENUE, required=False),
    ]
    if session is not None:
        reason = w(_("Reason (those who answered see it)"))
        boxes = [*shared, Box("reason", reason, change.reason, LONGEST_REASON, required=False)]
    else:
        boxes = [
            Box("name", w(_("Name")), change.name or series.name, LONGEST_NAME),
            Box("rule", w(_("When, such as “every Wednesday 07:00”")), said, 200),
            *shared,
        ]
    return form(button_id(EDIT_FORM, draft_id), w(_("Change first")), boxes)


def edited_rule(value: SeriesEditDraft, w: Words) -> str:
    """The rule that a change makes, or leaves, in words."""
    return rule(*rule_times(value.series, value.change), value.series.starts_on, w)


def raw_rule(rrule: str, at: time) -> str:
    """A rule as calendars write it, for one that was never said in words: "FREQ=WEEKLY;BYDAY=WE 07:00"."""
    return f"{rrule} {clock(at)}"


def rule_times(series: SessionSeries, change: SeriesChange) -> tuple[str, time]:
    """The rule that a change makes, or leaves."""
    return change.rrule or series.rrule, series.at if change.at is None else change.at
