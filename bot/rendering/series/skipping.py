"""A skipped date of a series in words: what becomes of it, before it is skipped, and what has come of it."""

from __future__ import annotations

from datetime import date

from bot.domain.series import SeriesView, SessionSeries, Skipped, SkipPreview
from bot.i18n import Words, _
from bot.rendering.calendar import long_date, moment, timestamp, when
from bot.rendering.content import Content
from bot.rendering.deciding import decision
from bot.rendering.sessions.changing import becomes
from bot.rendering.told import told_lines

SKIP = "skipseries"
_KEEP = _("Keep this date")


def skip_preview(value: SkipPreview, w: Words) -> Content:
    """What becomes of the date and who will be told, for its organizer alone, with buttons that skip or keep it."""
    series, session = value.view.series, value.session
    lines: list[str] = []
    if value.again:
        lines.append(w(_("Its session has changed since, so nothing is skipped yet. Please check again.")))
    head = _("Do you want to skip this date of **{name}** ({group})?")
    lines += [
        w(head, name=series.name, group=value.view.group.name),
        w(
            _("{when}\nFor you: {yours}"),
            when=when(value.starts_at, series.time_zone, w),
            yours=moment(value.starts_at),
        ),
        w(_("This will happen:")),
    ]
    if session is None or value.told is None or value.standing is None:
        happens = [w(_("No session is planned for it yet, so nobody will be told, and none will be planned."))]
    else:
        happens = [w(_("Its session **{theme}** is cancelled."), theme=session.theme)]
        happens += becomes(session, value.told, value.standing, value.reason, w, keep=_KEEP)
    happens.append(w(_("The other dates of its series stay.")))
    lines += [f"- {each}" for each in happens]
    lines.append(w(_("A skipped date can't be brought back; you would have to plan a session of its own for it.")))
    return Content("\n".join(lines), rows=decision(SKIP, value.draft_id, _("Skip this date"), w, keep=_KEEP))


def date_kept(series: SessionSeries, on: date, w: Words) -> Content:
    """It was not skipped."""
    text = _("**{name}** meets on {date} as planned. Nobody has been told.")
    return Content(w(text, name=series.name, date=long_date(on, w)))


def skipped(value: Skipped, w: Words) -> Content:
    """The date is off: who is told, and when the series meets next."""
    view: SeriesView = value.view
    lines = [w(_("**{name}** does not meet on {date}."), name=view.series.name, date=long_date(value.on, w))]
    if value.told is not None:
        lines += [w(_("Its session is cancelled.")), *told_lines(value.told, w)]
    if view.sessions:
        lines.append(w(_("It meets next on {when}."), when=timestamp(view.sessions[0].starts_at)))
    return Content("\n".join(lines))
