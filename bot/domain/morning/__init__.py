"""The morning post: the day's list and the dawn reminder in one.

It goes out `minutes_before` ahead of the first session of its local day, in one channel, and lists the sessions of the
groups whose channel everybody who sees it can see; every other session has a dawn reminder of its own, in its group's
channel. A day without a session posts nothing.

`values` holds what it is made of, `planning` decides what stands for the dawn of each session, `service` is what
people do, `writing` what follows from a session's life and what happens when it falls due.
"""

from bot.domain.morning.planning import Ground, covers, list_parts, plan_day, post_due, replan
from bot.domain.morning.service import MorningService
from bot.domain.morning.values import (
    KIND,
    LONGEST_NOTICE,
    SHORTEST_NOTICE,
    EveryoneMentioned,
    MorningLine,
    MorningPost,
    MorningRepository,
    MorningSettings,
    MorningState,
    NoMorningPost,
    NoMorningRole,
    NotPaused,
    RoleGrantsMore,
)
from bot.domain.morning.writing import MorningWriter

__all__ = [
    "KIND",
    "LONGEST_NOTICE",
    "SHORTEST_NOTICE",
    "EveryoneMentioned",
    "Ground",
    "MorningLine",
    "MorningPost",
    "MorningRepository",
    "MorningService",
    "MorningSettings",
    "MorningState",
    "MorningWriter",
    "NoMorningPost",
    "NoMorningRole",
    "NotPaused",
    "RoleGrantsMore",
    "covers",
    "list_parts",
    "plan_day",
    "post_due",
    "replan",
]
