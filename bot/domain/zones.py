"""Time zones under the names people use: "Tokyo", 「東京」, 「ニューヨーク」, "Asia/Tokyo"."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Struct

from bot.domain.errors import StudyError

if TYPE_CHECKING:
    from bot.domain.zone_cities import City

MOST_CHOICES = 25
"""Discord shows no more than this many suggestions."""

LONGEST_NAME = 100
"""Characters of a name worth looking up."""

_MOST_CLOSE = 3
_SHORTEST_PART = 3
_SHORT = 5
_BEGINS = (1, 2, 3)
"""The results of `_fit` for a text with which a word of the name begins."""
_OFFSET = re.compile(r"(?:utc|gmt)? ?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?")
_FIXED = re.compile(r"etc/gmt(?P<sign>[+-])(?P<hours>0?[1-9]|1[0-4])")
"""Ids that count the other way round, Etc/GMT+5 being five hours behind, and know no summer time."""
_PARTS = re.compile(" ?[,、] ?")
_NOT_PLACES = frozenset({"Factory", "localtime", "posixrules"})
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_UTC = "UTC"


class ZoneUnknown(StudyError):
    """No time zone has this id or name."""

    text: str


class ZoneChoice(Struct, frozen=True):
    """A suggestion: the IANA `id` and a `label` such as "Tokyo (Asia/Tokyo)" or 「東京 (Asia/Tokyo)」."""

    id: str
    label: str


class _Name(Struct, frozen=True):
    """One name of a zone: as shown, as compared, and the smaller its `rank`, the better known the zone."""

    shown: str
    folded: str
    zone: str
    rank: int
    japanese: bool


@lru_cache(maxsize=256)
def zone_of(zone_id: str) -> ZoneInfo:
    """Return the zone with exactly this IANA id, as stored in our rows.

    Raises:
        ZoneUnknown: there is none.
    """
    try:
        return ZoneInfo(zone_id)
    except (
        ValueError,
        OSError,
    ) as error:  # a malformed key, a missing one (a KeyError of its own), a directory
        raise ZoneUnknown(zone_id) from error
    except KeyError as error:
        raise ZoneUnknown(zone_id) from error


def parse_zone(text: str) -> ZoneInfo:
    """Return the zone with this id or human name in English or Japanese; case, width and kana don't matter.

    A label that `find_zones` has shown is understood as well, and so are a city and its country: "Tokyo, Japan". An id
    that is only a distance from UTC (Etc/GMT+5) is not: places have their summer time.

    Raises:
        ZoneUnknown: there is none.
    """
    if len(text) > LONGEST_NAME:
        raise ZoneUnknown(text[:LONGEST_NAME])
    folded = _fold(text)
    found = _exact().get(folded)
    if found is None and (label := re.fullmatch(r"(.+?) ?\(([^()]+)\)", folded)):
        found = _exact().get(label[2]) if _exact().get(label[1]) == _exact().get(label[2]) else None
    if found is None and len(zones := {_exact().get(part) for part in _PARTS.split(folded)}) == 1:
        found = zones.pop()
    if found is None:
        raise ZoneUnknown(text)
    return zone_of(found)


def find_zones(text: str, *, locale: str, limit: int = MOST_CHOICES) -> tuple[ZoneChoice, ...]:
    """Return the zones that fit what has been typed so far, best first, labelled in the reader's language.

    A name that begins with the text comes before one of whose words does, then before one that merely
    contains it; ties go to the better known zone, then by id. Nothing typed: the best known, Asia/Tokyo first
    in Japanese.
    """
    japanese = locale.casefold().startswith("ja")
    folded = _fold(text[:LONGEST_NAME])
    best: dict[str, tuple[tuple[int, int, bool, str], _Name]] = {}
    for name in _names():
        if not (fit := _fit(name, folded)):
            continue
        # Among equally fitting names of a zone the reader's own language is shown.
        key = (fit, name.rank, name.japanese is not japanese, name.zone)
        if name.zone not in best or key < best[name.zone][0]:
            best[name.zone] = key, name
    if not folded:
        home = "Asia/Tokyo" if japanese else _UTC
        ordered = sorted(best.values(), key=lambda found: (found[1].zone != home, found[0]))
    else:
        ordered = sorted(best.values(), key=lambda found: found[0])
    return tuple(_choice(name, japanese, folded) for _, name in ordered[:limit])


def close_zones(text: str, *, locale: str) -> tuple[ZoneChoice, ...]:
    """Return up to three zones that somebody may have meant who wrote what is none, the likeliest first.

    What a word of a name begins with counts from three letters on ("Tok"), else what differs from one by a slip
    ("Tokio"). Who writes a distance from UTC is shown the best known places that have it outside of summer time.
    """
    # Of "New York, USA" the city is looked for.
    folded = _PARTS.split(_fold(text[:LONGEST_NAME]))[0]
    if found := _OFFSET.fullmatch(folded) or _FIXED.fullmatch(folded):
        return _places_at(_offset(found), locale)
    if re.match("(utc|gmt) ?[+-]", folded):
        return ()  # it looks like "UTC" and means another zone
    if len(folded) >= _SHORTEST_PART and any(_fit(name, folded) in _BEGINS for name in _names()):
        return find_zones(folded, locale=locale, limit=_MOST_CLOSE)
    if folded.isascii() and (len(folded) <= _SHORTEST_PART or any(letter.isdigit() for letter in folded)):
        return ()  # another abbreviation is another zone, however alike they look; USA is no part of Busan
    japanese = locale.casefold().startswith("ja")
    # One slip: of few letters it leaves three quarters the same, of many more.
    cutoff = 0.75 if len(folded) <= _SHORT else 0.82
    close = difflib.get_close_matches(folded, sorted(_exact()), n=_MOST_CLOSE, cutoff=cutoff)
    # Several names of one zone may be close; it is offered once, under its usual name.
    zones = dict.fromkeys(_exact()[name] for name in close)
    return tuple(_labelled(zone, zone_name(zone, locale="ja" if japanese else "en")) for zone in zones)


def _offset(found: re.Match[str]) -> timedelta:
    """East of Greenwich; the ids of Etc count the other way round."""
    parts = found.groupdict()
    distance = timedelta(hours=int(parts["hours"]), minutes=int(parts.get("minutes") or 0))
    return -distance if (parts["sign"] == "-") is not found[0].startswith("etc/") else distance


def _places_at(offset: timedelta, locale: str) -> tuple[ZoneChoice, ...]:
    language = "ja" if locale.casefold().startswith("ja") else "en"
    fitting = (zone for zone in _cities() if _standard_offset(zone) == offset)
    return tuple(_labelled(zone, zone_name(zone, locale=language)) for zone in islice(fitting, _MOST_CLOSE))


def _standard_offset(zone_id: str) -> timedelta | None:
    """The distance from UTC outside of summer time, on either half of the earth."""
    zone = zone_of(zone_id)
    return min(datetime(2026, month, 1, tzinfo=zone).utcoffset() or timedelta(0) for month in (1, 7))


def zone_name(zone_id: str, *, locale: str) -> str:
    """Return what people call the zone: "New York", 「ニューヨーク」 (else the English one)."""
    japanese = locale.casefold().startswith("ja")
    if japanese and (city := _cities().get(zone_id)) is not None:
        return city.ja[0]
    return _english(zone_id)


def _choice(name: _Name, japanese: bool, folded: str) -> ZoneChoice:
    # Whoever typed Osaka is shown Osaka; otherwise a zone goes by its usual name in the reader's language.
    alias = bool(folded) and name.japanese is japanese and name.shown != name.zone
    shown = name.shown if alias else zone_name(name.zone, locale="ja" if japanese else "en")
    return _labelled(name.zone, shown)


def _labelled(zone_id: str, shown: str) -> ZoneChoice:
    return ZoneChoice(zone_id, shown if shown == zone_id else f"{shown} ({zone_id})")


def _fit(name: _Name, typed: str) -> int:
    """Say how well a name fits what was typed: 1 best, 0 not at all."""
    at = name.folded.find(typed)
    if at < 0:
        return 0
    if name.folded == typed:
        return 1
    if at == 0 and ("/" in typed or name.shown != name.zone):
        return 2
    # The id of a whole continent begins with the same letters: a place's own name comes first.
    return 3 if f" {typed}" in name.folded or f"/{typed}" in name.folded else 4


@cache
def _cities() -> Mapping[str, City]:
    # A long table, not read before somebody looks for a zone.
    from bot.domain.zone_cities import CITIES

    return CITIES


@lru_cache(maxsize=1)
def _names() -> tuple[_Name, ...]:
    cities = _cities()
    rank = {zone: place for place, zone in enumerate(cities)}
    names: list[_Name] = []
    for zone in _places():
        place = rank.get(zone, len(rank))
        city = cities.get(zone)
        english = [zone, _english(zone), *(city.en if city else ())]
        names += [_Name(shown, _fold(shown), zone, place, japanese=False) for shown in english]
        if city is not None:
            names += [_Name(shown, _fold(shown), zone, place, japanese=True) for shown in city.ja]
            # A reading is compared but not shown: who types とう is shown 東京.
            names += [_Name(shown, _fold(reading), zone, place, japanese=True) for reading, shown in city.kana.items()]
    return tuple(names)


@lru_cache(maxsize=1)
def _exact() -> dict[str, str]:
    """Everything a zone can be called, folded, to its id. Ids win over names, then the better known zone."""
    exact: dict[str, str] = {}
    for name in sorted(_names(), key=lambda name: (name.rank, name.zone)):
        exact.setdefault(name.folded, name.zone)
    for zone in sorted(available_timezones() - _NOT_PLACES):
        if (_fold(zone) not in exact or "/" in zone) and not _FIXED.fullmatch(_fold(zone)):
            exact[_fold(zone)] = zone
    return exact


def _places() -> list[str]:
    """The zones of places in use, without the database's retired spellings."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return sorted({row[2] for row in rows if len(row) > 2} | {_UTC})


def _english(zone_id: str) -> str:
    return zone_id.rpartition("/")[2].replace("_", " ")


def _fold(text: str) -> str:
    """Reduce to what is compared: without case, accents, width and the difference between the two kana."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in letters if not 0x300 <= ord(letter) < 0x370)
    kana = unicodedata.normalize("NFC", plain).translate(_HIRAGANA_TO_KATAKANA)
    return " ".join(kana.replace("_", " ").split())
