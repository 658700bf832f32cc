"""Who comes: one answer per person and session, places given in the order in which answers were committed.

Organizers may answer for somebody. Such an answer has a place like any other, but that person did not
choose to be named: until they answer themselves, they are counted in public, and neither named nor mentioned there.

`values` holds what an answer is and the rules, `service` takes answers and gives places.
"""

from bot.domain.rsvps.service import RsvpService, tells
from bot.domain.rsvps.values import (
    ANSWERED_FOR,
    COMING,
    PROMOTION,
    Answer,
    CannotSeeGroup,
    DeadlinePassed,
    Promotion,
    Rsvp,
    RsvpRepository,
    RsvpResult,
    is_own,
    promoted,
)

__all__ = [
    "ANSWERED_FOR",
    "COMING",
    "PROMOTION",
    "Answer",
    "CannotSeeGroup",
    "DeadlinePassed",
    "Promotion",
    "Rsvp",
    "RsvpRepository",
    "RsvpResult",
    "RsvpService",
    "is_own",
    "promoted",
    "tells",
]
