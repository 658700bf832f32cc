"""What stays of a lecture.

`values` holds what it is, `acts` what people do: say what they took home, wish for more, take it further with the
lecturer, and keep notes. `after` is what happens by itself. Nobody is named to others who did not choose to be.
"""

from bot.domain.takeaways.acts import TakeawayService
from bot.domain.takeaways.after import AfterLectureService
from bot.domain.takeaways.values import (
    AFTER,
    ASK_USED,
    FOLLOW_UP,
    LONGEST_NOTES,
    LONGEST_TAKEAWAY,
    TAKE_HOME,
    TELL_USED,
    THANKS,
    Asked,
    Counted,
    Followed,
    Following,
    FollowUp,
    Kept,
    Memory,
    More,
    NoTakeaway,
    NotBegun,
    Notes,
    NothingToTakeHome,
    OwnLecture,
    Takeaway,
    TakeawayRepository,
    Thanks,
    Used,
)

__all__ = [
    "AFTER",
    "ASK_USED",
    "FOLLOW_UP",
    "LONGEST_NOTES",
    "LONGEST_TAKEAWAY",
    "TAKE_HOME",
    "TELL_USED",
    "THANKS",
    "AfterLectureService",
    "Asked",
    "Counted",
    "FollowUp",
    "Followed",
    "Following",
    "Kept",
    "Memory",
    "More",
    "NoTakeaway",
    "NotBegun",
    "Notes",
    "NothingToTakeHome",
    "OwnLecture",
    "Takeaway",
    "TakeawayRepository",
    "TakeawayService",
    "Thanks",
    "Used",
]
