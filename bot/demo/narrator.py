"""Writes down what happens in a simulated community, as a person would read it afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

_MENTION = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_CHANNEL = re.compile(r"<#(\d+)>")
_TIMESTAMP = re.compile(r"<t:(\d+)(?::([tTdDfFR]))?>")
_STYLES = {"t": "%H:%M", "T": "%H:%M:%S", "d": "%Y-%m-%d", "D": "%Y-%m-%d"}
_INDENT = " " * 18


class Narrator:
    """Prints a transcript: one line for who did what, the words beneath it.

    `names` gives people, roles and channels by id; times are shown in `zone`.
    """

    def __init__(self, write: Callable[[str], None], zone: ZoneInfo, names: Mapping[int, str]) -> None:
        self._write = write
        self._zone = zone
        self._names = names
        self._day = ""

    def chapter(self, title: str) -> None:
        """A heading."""
        self._write(f"\n== {title} ==")

    def act(self, at: datetime, who: str, what: str, replies: Iterable[str] = ()) -> None:
        """Somebody did something; the bot's private replies to it follow."""
        self._line(at, f"{who}: {what}")
        for reply in replies:
            self._words(reply, at, "  (only to them) ")

    def posted(self, at: datetime, where: str, text: str, pinged: Iterable[str], *, silent: bool) -> None:
        """The bot posted something unprompted."""
        who = ", ".join(sorted(pinged))
        noise = f"pings {who}" if who else "silent" if silent else "pings nobody"
        self._line(at, f"BOT in {where} ({noise})")
        self._words(text, at, "  ")

    def happened(self, at: datetime, what: str) -> None:
        """Something that no person of the community did."""
        self._line(at, f"-- {what}")

    def plain(self, text: str) -> str:
        """Discord's markup as a reader would see it."""
        text = _MENTION.sub(lambda m: f"@{self._names.get(int(m[1]), m[1])}", text)
        text = _ROLE.sub(lambda m: f"@{self._names.get(int(m[1]), m[1])}", text)
        text = _CHANNEL.sub(lambda m: self._names.get(int(m[1])) or "#(new)", text)
        return text.replace("**", "")

    def _line(self, at: datetime, text: str) -> None:
        local = at.astimezone(self._zone)
        day = local.strftime("%a %d %b")
        shown = day if day != self._day else " " * len(day)
        self._day = day
        self._write(f"{shown} {local:%H:%M}  {self.plain(text)}")

    def _words(self, text: str, now: datetime, first: str) -> None:
        for line in _TIMESTAMP.sub(lambda m: self._time(m, now), self.plain(text)).splitlines():
            self._write(f"{_INDENT}{first}{line}")
            first = " " * len(first)

    def _time(self, found: re.Match[str], now: datetime) -> str:
        at = datetime.fromtimestamp(int(found[1]), self._zone)
        style = found[2] or "f"
        if style == "R":
            return _away((at - now).total_seconds())
        if style in _STYLES:
            return at.strftime(_STYLES[style])
        return at.strftime("%a %d %b %Y %H:%M")


def _away(seconds: float) -> str:
    size = abs(seconds)
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if size >= length:
            number = round(size / length)
            text = f"{number} {unit}{'s' if number != 1 else ''}"
            return f"in {text}" if seconds > 0 else f"{text} ago"
    return "now"
