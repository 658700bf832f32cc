"""How people are addressed, and how many of many names are told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import discord

from bot.i18n import Plural, Words, _, _n

if TYPE_CHECKING:
    from bot.domain.rotation.guests import Guest

_TITLED = re.compile(r"(?:先生|せんせい|様|さま|さん)\W*(?:[(（\[【<＜/／|｜].*)?$", re.DOTALL)
"""A name that says already how its bearer is addressed, whatever ornament or bracket follows."""


def address(name: str, w: Words) -> str:
    """A name as its bearer is addressed: 「山田さん」 in Japanese, but 「山田先生」 and 「山田様」 as they are."""
    called = name.strip()
    return called if w.language != "ja" or _TITLED.search(called) else f"{called}さん"


def honoured(guest: Guest, w: Words) -> str:
    """A guest as they are addressed: 「佐藤様」 or 「佐藤先生」 in Japanese, and never with two titles."""
    return guest.name if w.language != "ja" or _TITLED.search(guest.name) else f"{guest.name}{guest.title}"


def introduced(guest: Guest, w: Words) -> str:
    """A guest as others read of them: with where they come from, if that is known."""
    name = honoured(guest, w)
    if not guest.affiliation:
        return name
    return w(_("{name} ({affiliation})"), name=name, affiliation=guest.affiliation)


def as_typed(text: str) -> str:
    """What somebody typed, so that it is read as typed: it formats nothing, hides no link, and mentions nobody."""
    return discord.utils.escape_markdown(text, ignore_links=False).replace("<", "\\<")


def mentions(member_ids: Iterable[int]) -> list[str]:
    """People as mentions; nobody is pinged by that alone."""
    return [f"<@{member_id}>" for member_id in member_ids]


def some_of(names: Sequence[str], most: int, w: Words) -> str:
    """The names of things in one list; beyond `most` of them the others are counted."""
    return _counted(names, most, _n("{n} more", "{n} more"), w)


def some_people(names: Sequence[str], most: int, w: Words) -> str:
    """People in one list, by names or as mentions; beyond `most` of them the others are counted, as people are."""
    return _counted(names, most, _n("{n} other", "{n} others"), w)


def _counted(names: Sequence[str], most: int, more: Plural, w: Words) -> str:
    left_out = len(names) - most
    return w.list([*names[:most], *([w(more, n=left_out)] if left_out > 0 else [])])
