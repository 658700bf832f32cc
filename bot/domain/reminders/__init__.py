"""Reminders: the evening before, dawn and the start of a session.

A due reminder is a step that reads who comes and writes posts of limited mentions, so an answer given a minute before
counts. Going and Late are mentioned, Maybe is counted, decliners are neither. Nobody is pinged twice for one moment of
one session on one day: what was pinged is a row.

Quiet hours hold a reminder only if nobody comes who would miss it. One that can't wait for their end is said before
they begin, in a step of its own; whoever says later that they come is pinged when the reminder is due all the same.

`values` holds what they say, `planning` when they are due and where they are said, `service` writes them.
"""

from bot.domain.reminders.planning import (
    FARTHEST_EVENING,
    MENTIONS,
    MOST_AHEAD,
    channel_of,
    coming,
    place_of,
    plan_all,
    plan_step,
)
from bot.domain.reminders.service import ReminderService
from bot.domain.reminders.values import Moment, PingRepository, Reminder

__all__ = [
    "FARTHEST_EVENING",
    "MENTIONS",
    "MOST_AHEAD",
    "Moment",
    "PingRepository",
    "Reminder",
    "ReminderService",
    "channel_of",
    "coming",
    "place_of",
    "plan_all",
    "plan_step",
]
