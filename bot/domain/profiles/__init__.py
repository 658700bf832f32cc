"""Profiles: what people tell of themselves, when one may ask them, and how they introduce themselves."""

from bot.domain.profiles.asking import WhichIndustry
from bot.domain.profiles.hours import AskHours, AskHoursNotUnderstood, parse_ask_hours
from bot.domain.profiles.introductions import INTRODUCTION, Fate, Posted
from bot.domain.profiles.service import (
    Introduction,
    NoIntroductionsChannel,
    NothingToIntroduce,
    OwnProfile,
    ProfileEdited,
    ProfileService,
)
from bot.domain.profiles.values import (
    EMPLOYMENTS,
    LONGEST_ABOUT,
    LONGEST_ITEM,
    LONGEST_OCCUPATION,
    LONGEST_READING,
    MOST_ASKED,
    MOST_ITEMS,
    Employment,
    ItemTooLong,
    Profile,
    ProfileChange,
    ProfileRepository,
    TooManyItems,
    is_cleared,
)

__all__ = [
    "EMPLOYMENTS",
    "INTRODUCTION",
    "LONGEST_ABOUT",
    "LONGEST_ITEM",
    "LONGEST_OCCUPATION",
    "LONGEST_READING",
    "MOST_ASKED",
    "MOST_ITEMS",
    "AskHours",
    "AskHoursNotUnderstood",
    "Employment",
    "Fate",
    "Introduction",
    "ItemTooLong",
    "NoIntroductionsChannel",
    "NothingToIntroduce",
    "OwnProfile",
    "Posted",
    "Profile",
    "ProfileChange",
    "ProfileEdited",
    "ProfileRepository",
    "ProfileService",
    "TooManyItems",
    "WhichIndustry",
    "is_cleared",
    "parse_ask_hours",
]
