"""What goes wrong with introductions, in words."""

from __future__ import annotations

from bot.domain.errors import StudyError
from bot.domain.introductions import (
    AlreadyIntroduced,
    AlreadyProposed,
    AlreadyTogether,
    IntroductionClosed,
    NoIntroductionsLeft,
    NotHereYet,
    OnlyTheTwo,
    OnOwnList,
    SamePerson,
)
from bot.i18n import _, _n
from bot.rendering.calendar import timestamp
from bot.rendering.errors import Say

ERRORS: dict[type[StudyError], Say] = {
    SamePerson: lambda e, w: w(
        _("That is one person twice. Please choose two people; to meet somebody yourself, be one of them.")
    ),
    NotHereYet: lambda e, w: w(
        _(
            "{member} has not used me on this server yet, so I may not write to them. Please show them `/profile edit` "
            "first; nothing was sent."
        ),
        member=f"<@{e.member_id}>",
    ),
    NoIntroductionsLeft: lambda e, w: w(
        _n(
            "You have proposed {n} introduction this month, and more would be much for those who are asked. "
            "Please propose the next one from {when} on.",
            "You have proposed {n} introductions this month, and more would be much for those who are asked. "
            "Please propose the next one from {when} on.",
        ),
        n=e.limit,
        when=timestamp(e.next_at),
    ),
    AlreadyProposed: lambda e, w: w(
        _("You have proposed this already, and it is open until {until}: there is nothing left to do."),
        until=timestamp(e.until),
    ),
    AlreadyIntroduced: lambda e, w: w(
        _("You brought {one} and {other} together on {date} already, so there is nothing left to do."),
        one=f"<@{e.person_id}>",
        other=f"<@{e.to_id}>",
        date=timestamp(e.at, "D"),
    ),
    AlreadyTogether: lambda e, w: w(
        _("You and {member} were brought together on {date}. Please write to them; I don't ask again so soon."),
        member=f"<@{e.member_id}>",
        date=timestamp(e.at, "D"),
    ),
    OnOwnList: lambda e, w: w(
        _(
            "{member} is on your list of people with whom you are not paired; only you see it. `/pairing avoid` with "
            "`remove` takes them off it, then you can ask."
        ),
        member=f"<@{e.member_id}>",
    ),
    IntroductionClosed: lambda e, w: w(_("This introduction is no longer open, so there is nothing left to do.")),
    OnlyTheTwo: lambda e, w: w(
        _("Thank you for bringing the two together! Whether they met, only they can say; there is nothing left to do.")
    ),
}
