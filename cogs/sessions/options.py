"""What the options of /session and /series take, and how they are read."""

from __future__ import annotations

from datetime import timedelta

import discord
from discord import app_commands

from bot.domain.communities import is_off
from bot.domain.errors import NotAPerson
from bot.domain.phrases import parse_duration
from bot.domain.question_box import LONGEST_QUESTION
from bot.domain.sessions import (
    LONGEST_DESCRIPTION,
    LONGEST_DURATION,
    LONGEST_LINK,
    LONGEST_REASON,
    LONGEST_THEME,
    LONGEST_VENUE,
    MOST_PLACES,
    SHORTEST_DURATION,
)
from bot.domain.takeaways import LONGEST_NOTES

Theme = app_commands.Range[str, 1, LONGEST_THEME]
Phrase = app_commands.Range[str, 1, 100]
Minutes = app_commands.Range[int, SHORTEST_DURATION, LONGEST_DURATION]
Question = app_commands.Range[str, 1, LONGEST_QUESTION]
Notes = app_commands.Range[str, 1, LONGEST_NOTES]
Venue = app_commands.Range[str, 1, LONGEST_VENUE]
Link = app_commands.Range[str, 1, LONGEST_LINK]
Places = app_commands.Range[int, 1, MOST_PLACES]
PlacesOrNone = app_commands.Range[int, 0, MOST_PLACES]
Description = app_commands.Range[str, 1, LONGEST_DESCRIPTION]
Reason = app_commands.Range[str, 1, LONGEST_REASON]


def person_id(member: discord.Member | None) -> int | None:
    """The id of the person chosen, if one was.

    Raises:
        NotAPerson: it is a bot.
    """
    if member is not None and member.bot:
        raise NotAPerson(member.id)
    return member.id if member is not None else None


def cleared(text: str | None) -> str | None:
    """A text as given, "" if it says that nothing should stand there any more."""
    return "" if text is not None and (text.strip() == "-" or is_off(text)) else text


def minutes(text: str) -> int:
    """A length written as a phrase ("90", "1h30", 「1時間半」), in minutes."""
    return parse_duration(text) // timedelta(minutes=1)
