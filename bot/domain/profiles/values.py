"""What a person tells of themselves in one community, and what they want changed in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal, Protocol, cast, get_args

from msgspec import Struct

from bot.domain.communities import LANGUAGES, Language, LanguageUnknown, is_off, plain
from bot.domain.errors import InvalidText, StudyError, Unknown, cleaned, require_text
from bot.domain.groups import folded
from bot.domain.industries import COMMA, Industry
from bot.domain.profiles.hours import AskHours, parse_ask_hours
from bot.domain.zones import parse_zone

Employment = Literal[
    "public_servant", "self_employed", "large_company", "small_company", "founder", "npo", "student", "other"
]
EMPLOYMENTS: tuple[Employment, ...] = get_args(Employment)

LONGEST_OCCUPATION = 100
LONGEST_READING = 60
LONGEST_ABOUT = 500
LONGEST_ITEM = 40
"""Characters of one topic or hobby."""
MOST_ITEMS = 10
"""So many topics, and so many hobbies, a person has."""
MOST_ASKED = 10
"""The highest limit of questions a week."""

_KATAKANA = "[ァ-ヺーｦ-ﾟ]"
_MARK = rf"(?<!{_KATAKANA})[・･]|[・･](?!{_KATAKANA})|(?<![A-Z0-9])[/／]|[/／](?![A-Z0-9])"

TOLD = ("industries", "occupation", "employment", "topics", "hobbies", "about", "reading")
"""The fields that other people see."""


class Profile(Struct, frozen=True):
    """A person in one community; empty fields were not told.

    `id` is 0 while nothing is stored. The first of the `industries` is the main one. `time_zone` is an IANA name, in
    which `ask_hours` are meant ("": the community's); `language` is that of direct messages ("": the community's);
    `ask_limit` is the most questions a week (None: none of their own).
    """

    id: int
    member_id: int
    industries: tuple[Industry, ...] = ()
    occupation: str = ""
    employment: Employment | None = None
    topics: tuple[str, ...] = ()
    hobbies: tuple[str, ...] = ()
    about: str = ""
    reading: str = ""
    time_zone: str = ""
    language: Language | None = None
    ask_hours: AskHours | None = None
    ask_limit: int | None = None

    @property
    def tells_nothing(self) -> bool:
        """Whether there is nothing that others could read but how the name is said."""
        return not any(getattr(self, name) for name in TOLD if name != "reading")


class ProfileRepository(Protocol):
    """The profiles of one community."""

    async def find(self, member_id: int) -> Profile | None:
        """This person's."""
        ...

    async def put(self, profile: Profile) -> Profile:
        """Write or replace it, and begin and end what they work in; returns it as stored."""
        ...

    async def remove(self, profile: Profile) -> None:
        """Forget it. What they worked in ends, and stays as history."""
        ...

    async def language(self, member_id: int) -> Language | None:
        """The language in which this person wants direct messages."""
        ...

    async def time_zone(self, member_id: int) -> str:
        """The zone of this person's clock, "" if they have said none: the community's."""
        ...

    async def time_zones(self, member_ids: Collection[int]) -> Mapping[int, str]:
        """As `time_zone`, by id; who has said none is left out."""
        ...

    async def main_industries(self, member_ids: Collection[int]) -> Mapping[int, Industry]:
        """The first industry of these people's profiles, by id; who has said none is left out."""
        ...

    async def topics(self, typed: str, limit: int) -> list[str]:
        """The topics of this community with the folded text in them, those of most people first."""
        ...


class TooManyItems(StudyError):
    """A list for `field` (an option's name) has `number` items."""

    field: str
    number: int
    limit: int


class ItemTooLong(InvalidText):
    """`item` of the list for `field` is too long."""

    item: str


def divided(text: str) -> list[str]:
    """The items of a list that somebody types.

    Commas and line breaks divide it. Where there is none, people mean ・ and / so, unless these stand within a name as
    in データ・サイエンス and TCP/IP: between katakana, between capitals, or between digits.
    """
    commas = re.split(COMMA, text)
    parts = commas if len(commas) > 1 else re.split(_MARK, text)
    return [part for part in map(cleaned, parts) if part]


def items(field: str, text: str) -> tuple[str, ...]:
    """The items of a list, each once however it is written.

    Raises:
        TooManyItems, ItemTooLong: there are too many, or one is too long.
    """
    found: dict[str, str] = {}
    for part in divided(text):
        if len(part) > LONGEST_ITEM:
            raise ItemTooLong(field, len(part), LONGEST_ITEM, part)
        found.setdefault(folded(part), part)
    if len(found) > MOST_ITEMS:
        raise TooManyItems(field, len(found), MOST_ITEMS)
    return tuple(found.values())


def is_cleared(text: str) -> bool:
    """Whether the text takes back what was told: nothing, "-" or "off"."""
    one_width = unicodedata.normalize("NFKC", text).strip()
    return not one_width.strip("-‐–—−ー") or is_off(one_width)


class ProfileChange(Struct, frozen=True):
    """What a person wants changed, as they wrote it: None stays as it is, "-" or "off" takes it back.

    `industries` are names or entries of a list; with `keeps_order` those that they had keep their places, because the
    order comes from a list and not from them.
    """

    industries: Sequence[str] | None = None
    keeps_order: bool = False
    occupation: str | None = None
    employment: str | None = None
    topics: str | None = None
    hobbies: str | None = None
    reading: str | None = None
    time_zone: str | None = None
    language: str | None = None
    ask_hours: str | None = None
    ask_limit: str | None = None
    about: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given."""
        return all(getattr(self, f) is None for f in self.__struct_fields__ if f != "keeps_order")

    def read(self) -> dict[str, Any]:
        """The fields of `Profile` that this sets, by name; all but the industries, which only rows can tell.

        Raises:
            InvalidText, TooManyItems: a text is too long, or a list too.
            ZoneUnknown, LanguageUnknown, AskHoursNotUnderstood: a text is none.
            Unknown: a choice is none of those that were offered.
        """
        given: dict[str, str | None] = {name: getattr(self, name) for name in _READERS}
        empty = Profile(0, 0)
        return {
            name: getattr(empty, name) if is_cleared(cleaned(text)) else _READERS[name](name, text)
            for name, text in given.items()
            if text is not None
        }


def _text(limit: int) -> Callable[[str, str], str]:
    return lambda field, text: require_text(field, text, limit)


def _employment(field: str, text: str) -> Employment:
    for each in EMPLOYMENTS:
        if each == text:
            return each
    raise Unknown("button", text)


def _language(field: str, text: str) -> Language:
    for each in LANGUAGES:
        if each == text.strip().casefold():
            return each
    raise LanguageUnknown(text)


def _limit(field: str, text: str) -> int:
    if text not in map(str, range(MOST_ASKED + 1)):
        raise Unknown("button", text)
    return int(text)


_READERS: Mapping[str, Callable[[str, str], Any]] = {
    "occupation": _text(LONGEST_OCCUPATION),
    "employment": _employment,
    "topics": items,
    "hobbies": items,
    "about": _text(LONGEST_ABOUT),
    "reading": _text(LONGEST_READING),
    "time_zone": lambda field, text: parse_zone(text).key,
    "language": _language,
    "ask_hours": lambda field, text: parse_ask_hours(text),
    "ask_limit": _limit,
}
"""How each option but the industries is read, given its name and what was written."""


# Facts: for the audit, and for what an introduction says


def facts(profile: Profile, names: Sequence[str]) -> dict[str, Any]:
    """These fields as JSON values."""
    return {name: _fact(getattr(profile, name)) for name in names}


def _fact(value: Any) -> Any:
    match value:
        case AskHours():
            return {"days": sorted(value.days), "begin": plain(value.begin), "end": plain(value.end)}
        case tuple():
            return [_fact(each) for each in cast("tuple[Any, ...]", value)]
        case Industry():
            return {"key": value.key, "name": value.name}
        case _:
            return value


def changes(before: Profile, after: Profile) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts in which they differ, as they were and as they are."""
    names = [f for f in after.__struct_fields__ if f != "id" and getattr(before, f) != getattr(after, f)]
    return facts(before, names), facts(after, names)


def told(member_id: int, data: Mapping[str, Any]) -> Profile:
    """The profile that was told by the facts `TOLD`."""
    return Profile(
        0,
        member_id,
        industries=tuple(Industry(each["key"], each["name"]) for each in data["industries"]),
        occupation=data["occupation"],
        employment=data["employment"],
        topics=tuple(data["topics"]),
        hobbies=tuple(data["hobbies"]),
        about=data["about"],
        reading=data["reading"],
    )
