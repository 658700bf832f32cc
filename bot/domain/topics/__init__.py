"""Themes before they have a date: what people would like to hear of, and how the one they want most gets its date.

Each theme belongs to a group. It was proposed by somebody, or stands for the lecture of which people want to hear more.
**Each person counts once for each theme**: they vote for every theme that they would come to, and take a vote back as
long as the theme has no date. It has to be so, because “I want to hear more” is a vote too, and people may wish for
more of several lectures; one vote for all themes together would silently take the first wish away by the second. Nobody
is shown who voted for what. The winner is the theme with the most votes, and of several that which came first.

`values` holds what a theme is, `likeness` which two are one, `finding` how people name one, `service` what people do
with them, `wishes` what becomes of “I want to hear more”, `planning` how one gets its date, and `boards` the list that
a group's channel shows.
"""

from bot.domain.topics.boards import BOARD, Board, TopicBoardService
from bot.domain.topics.planning import Free, Planned, TopicPlanningService, WhenNeeded
from bot.domain.topics.service import PAGE, TopicService
from bot.domain.topics.values import (
    LONGEST_TITLE,
    MOST_OPEN,
    Close,
    OpenEnough,
    Proposed,
    Similar,
    Topic,
    TopicLine,
    TopicNotOpen,
    TopicPage,
    TopicRepository,
    TopicState,
    Voted,
    Wish,
)

__all__ = [
    "BOARD",
    "LONGEST_TITLE",
    "MOST_OPEN",
    "PAGE",
    "Board",
    "Close",
    "Free",
    "OpenEnough",
    "Planned",
    "Proposed",
    "Similar",
    "Topic",
    "TopicBoardService",
    "TopicLine",
    "TopicNotOpen",
    "TopicPage",
    "TopicPlanningService",
    "TopicRepository",
    "TopicService",
    "TopicState",
    "Voted",
    "WhenNeeded",
    "Wish",
]
