"""Writes down what happens in a simulated community, as a person would read it afterwards, in English or Japanese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.i18n import Words, _, _n, locale_str
from bot.rendering.calendar import clock, long_date, short_date

_LINK = re.compile(r"\[([^\]]+)\]\(https?://[^)]+\)")
_PERSON_OR_ROLE = re.compile(r"<@[!&]?(\d+)>")
_CHANNEL = re.compile(r"<#(\d+)>")
_TIMESTAMP = re.compile(r"<t:(\d+)(?::([tTdDfFR]))?>")
_ONLY = _("(only to them)")
_DAY_WIDTH = 12
_INDENT = " " * (_DAY_WIDTH + 8)
_AHEAD = (
    (86400, _n("in {n} day", "in {n} days")),
    (3600, _n("in {n} hour", "in {n} hours")),
    (60, _n("in {n} minute", "in {n} minutes")),
)
_AGO = (
    (86400, _n("{n} day ago", "{n} days ago")),
    (3600, _n("{n} hour ago", "{n} hours ago")),
    (60, _n("{n} minute ago", "{n} minutes ago")),
)


class Narrator:
    """Prints a transcript: one line for who did what, the words beneath it.

    `called` names people, roles and channels by their ids; times are shown in `zone`; `w` are the narrator's own words.
    What the bot says stands as it was said, only with its times and mentions as Discord shows them.
    """

    def __init__(self, write: Callable[[str], None], zone: ZoneInfo, called: Callable[[int], str], w: Words) -> None:
        self.w = w
        self._write = write
        self._zone = zone
        self._called = called
        self._day = ""

    def preface(self, *lines: locale_str) -> None:
        """What the reader should know before it begins."""
        for line in lines:
            self._write(self.w(line))

    def chapter(self, title: locale_str) -> None:
        """A heading; the first line below it names its day."""
        self._write(f"\n== {self.w(title)} ==")
        self._day = ""

    def act(self, at: datetime, who: str, what: str, replies: Iterable[str] = ()) -> None:
        """Somebody did something; the bot's private replies to it follow."""
        self._line(at, self.w(_("{who}: {what}"), who=who, what=what))
        for reply in replies:
            self._words(reply, at, f"  {self.w(_ONLY)} ")

    def posted(self, at: datetime, where: str, text: str, pinged: Iterable[str], *, silent: bool) -> None:
        """The bot posted something unprompted."""
        if people := sorted(pinged):
            noise = self.w(_("pings {people}"), people=", ".join(people))
        else:
            noise = self.w(_("silent")) if silent else self.w(_("pings nobody"))
        self._line(at, self.w(_("BOT in {where} ({noise})"), where=where, noise=noise))
        self._words(text, at, "  ")

    def wrote(self, at: datetime, who: str, where: str, text: str) -> None:
        """Somebody wrote a message that everybody in a channel can read."""
        self._line(at, self.w(_("{who} writes in {where}"), who=who, where=where))
        self._words(text, at, "  ")

    def looked(self, at: datetime, what: locale_str, where: str, text: str) -> None:
        """What stands somewhere by now, for everybody to see."""
        self._line(at, f"-- {self.w(what, where=where)}")
        self._words(text, at, "  ")

    def happened(self, at: datetime, what: locale_str) -> None:
        """Something that no person of the community did."""
        self._line(at, f"-- {self.w(what)}")

    def plain(self, text: str) -> str:
        """Discord's markup as a reader would see it."""
        text = _PERSON_OR_ROLE.sub(lambda found: f"@{self._called(int(found[1]))}", _LINK.sub(r"\1", text))
        return _CHANNEL.sub(lambda found: self._called(int(found[1])), text).replace("**", "")

    def _line(self, at: datetime, text: str) -> None:
        local = at.astimezone(self._zone)
        day = short_date(local.date(), self.w)
        shown = day if day != self._day else ""
        self._day = day
        self._write(f"{shown}{' ' * (_DAY_WIDTH - _width(shown))} {clock(local)}  {self.plain(text)}")

    def _words(self, text: str, now: datetime, first: str) -> None:
        for line in _TIMESTAMP.sub(lambda found: self._time(found, now), self.plain(text)).splitlines():
            if line.strip():
                self._write(f"{_INDENT}{first}{line}")
                first = " " * _width(first)

    def _time(self, found: re.Match[str], now: datetime) -> str:
        at = datetime.fromtimestamp(int(found[1]), self._zone)
        match found[2]:
            case "R":
                return self._away((at - now).total_seconds())
            case "t" | "T":
                return clock(at)
            case "d" | "D":
                return long_date(at.date(), self.w)
            case _:
                return f"{long_date(at.date(), self.w)} {clock(at)}"

    def _away(self, seconds: float) -> str:
        size = round(abs(seconds) / 60) * 60  # a moment before the hour is "in 1 hour", as people say it
        for length, text in _AHEAD if seconds > 0 else _AGO:
            if size >= length:
                return self.w(text, n=round(size / length))
        return self.w(_("now"))


def _width(text: str) -> int:
    """How many columns a terminal needs: Chinese characters and kana take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
