"""A person's own reminders: their times before a session, their evening, and how they want to be told.

A member's own times come before the group's, and those before the community's. They are planned as one step for each
session and distinct lead (minutes before its start), however many people share it; who is told is read when it falls
due, so an answer, a preference or a departure counts until then. Somebody who is told alone is not mentioned as well.
An evening is on the clock that their profile names, else on the community's.

A group's times (`/group edit reminders:`) are leads like these, for all who come and have none of their own; they are
mentioned together in the group's channel.

`values` holds the preferences and the rules, `planning` their steps, `nearness` when a usual reminder stands back for
one of these times, `telling` writes the posts, `outlook` says beforehand what somebody will be told. The service
stands in `service`. These two are not imported here: they build on `bot.domain.reminders`, and that on this package.
"""

from bot.domain.own_reminders.nearness import gives_up, is_near, named_people
from bot.domain.own_reminders.planning import OWN, plan
from bot.domain.own_reminders.telling import Ways, tell, wanting, ways
from bot.domain.own_reminders.values import (
    FARTHEST,
    MOST_OFFSETS,
    WAYS,
    OffsetOutOfRange,
    OffsetsNotUnderstood,
    OwnChange,
    OwnReminderRepository,
    OwnReminders,
    TooManyOffsets,
    Way,
    parse_before,
    parse_evening,
    parse_shared,
)

__all__ = [
    "FARTHEST",
    "MOST_OFFSETS",
    "OWN",
    "WAYS",
    "OffsetOutOfRange",
    "OffsetsNotUnderstood",
    "OwnChange",
    "OwnReminderRepository",
    "OwnReminders",
    "TooManyOffsets",
    "Way",
    "Ways",
    "gives_up",
    "is_near",
    "named_people",
    "parse_before",
    "parse_evening",
    "parse_shared",
    "plan",
    "tell",
    "wanting",
    "ways",
]
