"""The end of a series in words: what stops, before it does, and what has stopped."""

from __future__ import annotations

from bot.domain.series import SeriesEndPreview, SeriesOver, SessionSeries
from bot.i18n import Words, _, _n
from bot.rendering.calendar import when
from bot.rendering.content import Content
from bot.rendering.deciding import decision
from bot.rendering.series.replies import in_words
from bot.rendering.sessions.changing import reason_lines
from bot.rendering.told import told_together, were_told

END = "endseries"


def end_preview(value: SeriesEndPreview, w: Words) -> Content:
    """What goes with the series and who will be told, for its organizer alone, with End and Keep."""
    series, zone = value.view.series, value.view.series.time_zone
    lines: list[str] = []
    if value.again:
        lines.append(w(_("Its sessions have changed since, so nothing has ended yet. Please check again.")))
    head = w(
        _("Do you want to end **{name}** ({group}, {rule})?"),
        name=series.name,
        group=value.view.group.name,
        rule=in_words(value.view, w),
    )
    happens = [w(_("No more sessions will be planned."))]
    if value.sessions:
        text = _n("{n} planned session is cancelled.", "{n} planned sessions are cancelled.")
        happens.append(w(text, n=len(value.sessions)))
        first, last = (when(value.sessions[at].starts_at, zone, w) for at in (0, -1))
        span = (
            _("The first is on {first}, the last on {last}.")
            if len(value.sessions) > 1
            else _("It is the one on {first}.")
        )
        happens.append(w(span, first=first, last=last))
        announced = _n("{n} of them has been announced already.", "{n} of them have been announced already.")
        if value.announced:
            happens.append(w(announced, n=value.announced))
        answered = _n("People have answered for {n} of them.", "People have answered for {n} of them.")
        if value.answered:
            happens.append(w(answered, n=value.answered))
    if value.sessions:
        happens += told_together(value.told, w)
        happens += reason_lines(value.reason, w, told=bool(value.told.people), announced=bool(value.announced))
    else:
        happens.append(w(_("No session is planned, so nobody will be told.")))
    if value.running is not None:
        text = _("**{theme}** has begun already and goes on to its end.")
        happens.append(w(text, theme=value.running.theme))
    lines += [head, w(_("This will happen:")), *(f"- {each}" for each in happens)]
    lines.append(w(_("A series that has ended can't be brought back. Past sessions are kept.")))
    return Content("\n".join(lines), rows=decision(END, value.draft_id, _("End it"), w))


def kept(value: SessionSeries, w: Words) -> Content:
    """It was not ended."""
    return Content(w(_("The series **{name}** goes on. Nobody has been told."), name=value.name))


def ended(value: SeriesOver, w: Words) -> Content:
    """The series is over."""
    name = value.view.series.name
    if not value.called_off:
        return Content(w(_("**{name}** has ended. It had no sessions to come."), name=name))
    text = _n(
        "**{name}** has ended; {n} upcoming session is cancelled.",
        "**{name}** has ended; {n} upcoming sessions are cancelled.",
    )
    return Content("\n".join([w(text, n=value.called_off, name=name), *were_told(value.told, w)]))
