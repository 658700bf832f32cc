"""What came out of the meetings: projects, companies and NPOs, with those who are in them and how they stand.

Nobody is listed against their will. Whoever adds one is in it, unless they name others only; each of the others is
asked in private once, is named nowhere before they say yes, and takes their name off with one press. A no is kept as
silence is, so that nobody can tell the two apart, and a yes is possible later. It may have begun at a session; who
can't see that session's group does not read of it.

Its people, whoever added it, moderators, and the organizers of the group in which it began may change it.
"""

from bot.domain.spinoffs.service import SpinoffService
from bot.domain.spinoffs.values import (
    ASKED,
    ASKED_FOR,
    KINDS,
    LONGEST_ABOUT,
    LONGEST_NAME,
    MOST_ADDED,
    MOST_MEMBERS,
    PAGE,
    STATES,
    Kept,
    MayList,
    NewSpinoff,
    NotAPartner,
    Spinoff,
    SpinoffKind,
    SpinoffNameTaken,
    SpinoffPage,
    SpinoffRepository,
    SpinoffsEnough,
    SpinoffState,
    SpinoffView,
    TooManyPartners,
    WhoIsMeant,
)

__all__ = [
    "ASKED",
    "ASKED_FOR",
    "KINDS",
    "LONGEST_ABOUT",
    "LONGEST_NAME",
    "MOST_ADDED",
    "MOST_MEMBERS",
    "PAGE",
    "STATES",
    "Kept",
    "MayList",
    "NewSpinoff",
    "NotAPartner",
    "Spinoff",
    "SpinoffKind",
    "SpinoffNameTaken",
    "SpinoffPage",
    "SpinoffRepository",
    "SpinoffService",
    "SpinoffState",
    "SpinoffView",
    "SpinoffsEnough",
    "TooManyPartners",
    "WhoIsMeant",
]
