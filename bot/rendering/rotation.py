"""The rotation in words."""

from __future__ import annotations

from bot.domain.errors import StudyError
from bot.domain.rotation.roster import NotOnRoster
from bot.domain.rotation.unavailability import NoTimeAway, TooManyAbsences
from bot.i18n import _, _n
from bot.rendering.calendar import moment
from bot.rendering.errors import Say

ERRORS: dict[type[StudyError], Say] = {
    NotOnRoster: lambda e, w: w(
        _("You do not take part in the rotation of “{group}”, so there is nothing left to do."), group=e.group
    ),
    NoTimeAway: lambda e, w: w(
        _(
            "From {since} until {until}: this is over already, or it ends before it begins. Please choose other dates;"
            " nothing was changed."
        ),
        since=moment(e.since),
        until=moment(e.until),
    ),
    TooManyAbsences: lambda e, w: w(
        _n(
            "You have noted {n} time when you can't lecture, and there is no room for more. Please remove one first.",
            "You have noted {n} times when you can't lecture, and there is no room for more. Please remove one first.",
        ),
        n=e.limit,
    ),
}
