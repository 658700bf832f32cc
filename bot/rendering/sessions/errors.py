"""What is said when something about a session or a series did not work."""

from __future__ import annotations

from bot.domain.errors import StudyError
from bot.domain.rsvps import CannotSeeGroup, DeadlinePassed
from bot.domain.series import (
    DateNotNeeded,
    DateNotPlanned,
    NoSuchDate,
    NotForOneDate,
    SeriesAmbiguous,
    SeriesEnded,
    SeriesNameTaken,
    SeriesNeverMeets,
)
from bot.domain.sessions import (
    MOST_HOSTED,
    DeadlineNotPossible,
    HostsEnough,
    JoinFirst,
    JoinToHost,
    LectureNotHosted,
    LinkNotUnderstood,
    NoChannel,
    NothingToChange,
    SessionNotOpen,
    SessionState,
    SessionTooFar,
    StartsInPast,
)
from bot.i18n import Words, _, _n
from bot.rendering.calendar import long_date, moment, shortened, timestamp
from bot.rendering.errors import Say, who_may
from bot.rendering.sessions.public import named_session


def _not_open(error: SessionNotOpen, w: Words) -> str:
    text = _("“{theme}” on {when} was cancelled. `/session list` shows what is coming up.")
    if error.state is SessionState.ENDED:
        text = _("“{theme}” on {when} is over. `/session list` shows what is coming up.")
    return w(text, theme=error.session.theme, when=timestamp(error.session.starts_at, "f"))


def _no_such_date(error: NoSuchDate, w: Words) -> str:
    day = long_date(error.on, w)
    if not error.ahead:
        text = _("“{name}” does not meet on {date}, and it has no dates ahead. `/series show` shows its rule.")
        return w(text, name=error.name, date=day)
    return w(
        _("“{name}” does not meet on {date}. Please choose one of its dates. The next ones are: {dates}."),
        name=error.name,
        date=day,
        dates=w.list([long_date(ahead, w) for ahead in error.ahead]),
    )


ERRORS: dict[type[StudyError], Say] = {
    StartsInPast: lambda e, w: w(
        _("{when} has passed already. Please give a time that is still ahead."), when=timestamp(e.starts_at)
    ),
    SessionTooFar: lambda e, w: w(
        _n(
            "{when} is too far ahead: sessions can be planned up to {n} year ahead. Please check the year.",
            "{when} is too far ahead: sessions can be planned up to {n} years ahead. Please check the year.",
        ),
        when=timestamp(e.starts_at),
        n=e.years,
    ),
    DeadlineNotPossible: lambda e, w: w(
        _("The deadline {deadline} has passed, or is after the start {start}. Please give one before the start."),
        deadline=timestamp(e.deadline, "f"),
        start=timestamp(e.starts_at, "f"),
    ),
    LinkNotUnderstood: lambda e, w: w(
        _("“{text}” is not a web address. Please write one that begins with `https://` or `http://`."),
        text=shortened(e.text, 100),
    ),
    SessionNotOpen: _not_open,
    NothingToChange: lambda e, w: w(
        _("Nothing changed: it was already like that. Please say what should be different.")
    ),
    JoinFirst: lambda e, w: w(
        _("A session belongs to a study group, and you are in none yet. Please join one first, then plan the session.")
    ),
    JoinToHost: lambda e, w: w(
        _(
            "Members of “{group}” can host a discussion, a visit or a social there. Please join it first, with "
            "`/group join` or “Join a group”, then plan the session."
        ),
        group=e.group,
    ),
    LectureNotHosted: lambda e, w: w(
        _(
            "Only {who} can plan lectures in “{group}”. Please ask one of them. As a member you can host a discussion, "
            "a visit or a social: choose it with `kind:`."
        ),
        group=e.group,
        who=who_may(("organizer", "moderator"), w),
    ),
    HostsEnough: lambda e, w: w(
        _(
            "You host {sessions} already, and one person can host {n} sessions at a time. Please wait until one of "
            "them is over, call one off with `/session cancel`, or ask an organizer to plan this one."
        ),
        sessions=w.list([named_session(session, w) for session in e.sessions]),
        n=MOST_HOSTED,
    ),
    NoChannel: lambda e, w: w(
        _(
            "The sessions of “{name}” have no channel to be announced in. A moderator can choose one with "
            "`/settings set announcements:`."
        ),
        name=e.name,
    ),
    DeadlinePassed: lambda e, w: w(
        _(
            "“{theme}” took answers until {deadline}, so nobody can join any more. To let people join again, use "
            "`/session edit deadline:` with a new time, or `deadline:-` to remove it."
        )
        if e.may_move
        else _("“{theme}” took answers until {deadline}, so nobody can join any more. Please ask an organizer."),
        deadline=moment(e.deadline),
        theme=e.session.theme,
    ),
    CannotSeeGroup: lambda e, w: w(
        _(
            "<@{member}> can't see <#{channel}>, where “{group}” meets, so I did not enter an answer for them. "
            "Please let them see it first: Channel settings, Permissions. Then answer for them again."
        ),
        member=e.member_id,
        channel=e.channel_id,
        group=e.group,
    ),
    SeriesNameTaken: lambda e, w: w(
        _(
            "“{group}” has a running series called “{name}” already. Please choose another name, or end that one with "
            "`/series end`."
        ),
        name=e.name,
        group=e.group,
    ),
    SeriesAmbiguous: lambda e, w: w(
        _("Several groups have a series called “{name}”: {groups}. Start typing and choose one from the list."),
        name=e.name,
        groups=w.list(e.groups[:10]),
    ),
    SeriesNeverMeets: lambda e, w: w(
        _("This series has no date ahead. Please check the rule and its first and last day.")
    ),
    NoSuchDate: _no_such_date,
    NotForOneDate: lambda e, w: w(
        _(
            "Name, rule and last day belong to the whole series “{name}”. Please choose another `scope`, or move "
            "one session with `/session edit`."
        ),
        name=e.name,
    ),
    DateNotNeeded: lambda e, w: w(
        _("A change of all sessions of “{name}” needs no date. Please leave out `scope` or `on`."),
        name=e.name,
    ),
    DateNotPlanned: lambda e, w: w(
        _("“{name}” meets on {date}, but is planned only up to {until}. Please choose a date up to then."),
        name=e.name,
        date=long_date(e.on, w),
        until=long_date(e.until, w),
    ),
    SeriesEnded: lambda e, w: w(
        _("The series “{name}” has ended already. `/series create` makes a new one."), name=e.name
    ),
}
