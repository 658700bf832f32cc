"""Pairing in words: what those who meet are told, and what everybody sees of how they take part."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from msgspec.structs import replace

from bot.domain.errors import StudyError
from bot.domain.meetings import Meeting
from bot.domain.pairing import (
    Alone,
    Asked,
    Avoided,
    AvoidsSelf,
    NotAvoided,
    NotInPairing,
    PairingOff,
    PairingSettings,
    PairingView,
    PairThread,
    SnoozeEnds,
    Told,
    TooManyAvoided,
    WhichSnooze,
)
from bot.i18n import Words, _, _n, locale_str
from bot.rendering.asking import question
from bot.rendering.buttons import button_id
from bot.rendering.calendar import WEEKDAYS, clock, moment, shortened, timestamp, when
from bot.rendering.content import Button, Content
from bot.rendering.errors import Say
from bot.rendering.industries import name as industry_name
from bot.rendering.members import stop_row
from bot.rendering.names import mentions, some_people
from bot.rendering.reminders import fitted, pings

MET, YES, NOT_YET = "met", "yes", "not_yet"
WHICH = "whichsnooze"
OPENERS: tuple[locale_str, ...] = (
    _("What does an ordinary day at work look like for you?"),
    _("What do people outside your industry often get wrong about it?"),
    _("How did you come to do what you do?"),
    _("What has changed most in your industry in the last few years?"),
    _("What would you like to know about other industries?"),
    _("What could somebody from another industry help you with just now?"),
)
"""To begin a conversation; each meeting gets three in a row."""
_EACH = 3
_NAMES = 20

ERRORS: dict[type[StudyError], Say] = {
    PairingOff: lambda e, w: w(
        _("Pairing is not on in this server yet. A moderator can turn it on with `/pairing settings every_weeks:`.")
    ),
    NotInPairing: lambda e, w: w(_("You don't take part in pairing. `/pairing join` lets you take part.")),
    SnoozeEnds: lambda e, w: w(
        _("{until} has passed already. Please choose a later time; nothing was changed."), until=timestamp(e.until)
    ),
    AvoidsSelf: lambda e, w: w(
        _(
            "You are never paired with yourself. To take part no more, use `/pairing leave`; for a pause, "
            "`/pairing snooze`."
        )
    ),
    TooManyAvoided: lambda e, w: w(
        _n(
            "There is room for {n} person on your list. Please take somebody off it first with `remove`.",
            "There is room for {n} people on your list. Please take somebody off it first with `remove`.",
        ),
        n=e.limit,
    ),
    NotAvoided: lambda e, w: w(
        _("{member} is not on your list, so nothing was changed. `/pairing show` shows the list."),
        member=f"<@{e.member_id}>",
    ),
}
"""What goes wrong with pairing."""


# To those who take part


def thread(value: PairThread, w: Words) -> tuple[str, str]:
    """The name of the private thread of those who meet, and the mark in it."""
    # Unlike the mark of a person's own thread, see `bot.rendering.members`.
    mark = f"({value.number})"
    return w(_("Pairing {mark}"), mark=mark), mark


def told(value: Told, w: Words) -> Content:
    """Who meets, why, when they could, and how to begin."""
    people = value.meeting.people
    if value.reader:
        others = w.list(mentions(value.meeting.others(value.reader)))
        lines = [w(_("This time you are paired with {people}. Please write to each other."), people=others)]
    elif len(people) == 2:
        lines = [w(_("{people}, this time you two are paired."), people=w.list(mentions(people)))]
    else:
        lines = [w(_("{people}, this time the three of you meet."), people=w.list(mentions(people)))]
    if not value.reader:
        lines.append(
            w(_("Please agree here on when and how you meet: besides you, only moderators can open this thread."))
        )
    lines.append(w(_("Half an hour is enough: over a coffee, at lunch, or in a call.")))
    lines += _reasons(value, w)
    if value.times:
        times = w.list([timestamp(each, "f") for each in value.times])
        lines.append(w(_("By the hours in your profiles, all of you are free at these times: {times}"), times=times))
    lines.append(w(_("Three questions to begin with:")))
    first = value.meeting.id * _EACH
    lines += [f"- {w(OPENERS[(first + place) % len(OPENERS)])}" for place in range(_EACH)]
    lines.append(w(_("Once you have met, press the button; `/pairing show` has it, too.")))
    row = (_yes(value.meeting, value.guild_id, w),)
    named = _named(value.meeting, value.reader, own=value.in_own_thread)
    return _said(lines, row, value.guild_id, value.reader, named, w)


def _reasons(value: Told, w: Words) -> list[str]:
    known = [industry_name(value.industries[each], w) for each in value.meeting.people if each in value.industries]
    different = list(dict.fromkeys(known))
    lines: list[str] = []
    if len(different) > 1:
        lines.append(
            w(
                _("Why you: you work in different industries, {industries}."),
                industries=w.list([f"**{each}**" for each in different]),
            )
        )
    if value.before is not None:
        lines.append(w(_("You were last paired on {date}."), date=timestamp(value.before, "D")))
    return lines


def asked(value: Asked, w: Words) -> Content:
    """Did you meet?"""
    people = value.meeting.people
    if value.reader:
        others = w.list(mentions(value.meeting.others(value.reader)))
        lines = [w(_("Some days ago I paired you with {people}. Did you meet?"), people=others)]
    else:
        lines = [w(_("{people}, did you meet?"), people=w.list(mentions(people)))]
    lines.append(w(_("Only you see your answer, in `/pairing show`.")))
    not_yet = Button(w(_("Not yet")), button_id(MET, value.meeting.id, NOT_YET, value.guild_id))
    row = (_yes(value.meeting, value.guild_id, w), not_yet)
    named = _named(value.meeting, value.reader, own=value.in_own_thread)
    return _said(lines, row, value.guild_id, value.reader, named, w)


def alone(value: Alone, w: Words) -> Content:
    """Nobody was found this time."""
    lines = [w(_("This time I found nobody for you to meet. In the next round I look for you first."))]
    if value.left:
        lines = [w(_("Whom you were to meet is no longer in this server. In the next round I look for you first."))]
    lines.append(w(_("You need not do anything. `/pairing show` says when the next round is.")))
    named = (value.reader,) if value.in_own_thread else ()
    return _said(lines, (), value.guild_id, value.reader, named, w)


def _named(meeting: Meeting, reader: int, *, own: bool) -> tuple[int, ...]:
    """Who is pinged: all in their thread, one person in their own, nobody in a direct message."""
    if not reader:
        return meeting.people
    return (reader,) if own else ()


def _said(
    lines: Sequence[str], row: tuple[Button, ...], guild_id: int, reader: int, named: tuple[int, ...], w: Words
) -> Content:
    rows = (row,) if row else ()
    if reader:
        rows += (stop_row("pairing", guild_id, w),)
    end = pings(named) if reader else ""
    return Content(fitted(lines, end), rows=rows, mentions=named)


def _yes(meeting: Meeting, guild_id: int, w: Words) -> Button:
    return Button(w(_("We met")), button_id(MET, meeting.id, YES, guild_id), discord.ButtonStyle.success)


# Answers


def joined(value: PairingView, w: Words) -> Content:
    """Somebody takes part."""
    return _shown(
        value, w, w(_("You take part in pairing. I open a private thread for you whenever you meet somebody."))
    )


def left(w: Words) -> Content:
    """Somebody takes part no more."""
    return Content(w(_("You no longer take part in pairing. `/pairing join` lets you take part again.")))


def snoozed(value: PairingView, w: Words) -> Content:
    """Somebody pauses; or their pause is over before there is a round to sit out."""
    if value.back_at is None:
        too_short = _(
            "This pause ends before the next round, so you are in that one all the same. To sit it out, use "
            "`/pairing snooze` without `until`, or with a later time."
        )
        return _shown(value, w, w(too_short))
    return _shown(value, w, w(_("You pause. Nobody is told; `/pairing join` ends the pause.")))


def which(value: WhichSnooze, w: Words) -> Content:
    """Both readings of an end, each with how far away it is."""
    head = w(_("“{text}” can mean two times. Until when do you pause?"), text=shortened(value.text, 100))
    options = [(when(each, value.time_zone, w), timestamp(each, "R")) for each in value.readings]
    otherwise = _(
        "Nothing has been changed yet. If neither is right, use the command again and write it in full, like "
        "“2026-12-03” or “2026-12-03 19:00”."
    )
    return question(WHICH, value.draft_id, head, options, w, otherwise=w(otherwise))


def shown(value: PairingView, guild_id: int, w: Words) -> Content:
    """How somebody takes part, whom they meet, and their private list."""
    rows = () if value.open is None else ((_yes(value.open, guild_id, w),),)
    return replace(_shown(value, w), rows=rows)


def _shown(value: PairingView, w: Words, lead: str = "") -> Content:
    lines = [lead] if lead else []
    mine, next_at = value.mine, value.next_at
    if next_at is None:
        lines.append(w(_("Pairing is off in this server.")))
    elif mine is None:
        lines.append(w(_("You don't take part. `/pairing join` lets you meet somebody of another industry.")))
    elif value.back_at is not None:
        lines.append(w(_("You take part, but you pause: your next round is {when}."), when=moment(value.back_at)))
    elif not lead:
        lines.append(w(_("You take part.")))
    if next_at is not None:
        lines.append(w(_("Next round: {when}. {rule}"), when=moment(next_at), rule=rule(value.settings, w)))
    if value.meetings:
        lines.append(w(_("Whom you were paired with, the latest first:")))
        lines += [_met(each, value.reader, w) for each in value.meetings]
    if value.avoided:
        names = some_people(mentions(value.avoided), _NAMES, w)
        lines.append(w(_("You are not paired with: {people}. Only you see this list."), people=names))
    return Content(fitted(lines))


def _met(meeting: Meeting, reader: int, w: Words) -> str:
    people, date = w.list(mentions(meeting.others(reader))), timestamp(meeting.at, "D")
    text = _("{date}: {people}")
    if meeting.met.get(reader):
        text = _("{date}: {people} (you met)")
    return "- " + w(text, date=date, people=people)


def said(value: Meeting, member_id: int, guild_id: int, w: Words) -> Content:
    """Somebody has said whether they met."""
    if value.met.get(member_id):
        return Content(w(_("Good to hear! `/pairing show` keeps it for you.")))
    text = w(_("That is fine, you can still meet. Once you have, press We met."))
    return Content(text, rows=((_yes(value, guild_id, w),),))


def avoided(value: Avoided, w: Words) -> Content:
    """Somebody was put on a private list, or taken off it."""
    text = _("From the next round on I don't pair you with {member}. Nobody else sees this or is told.")
    if value.removed:
        text = _("{member} is off your list: I may pair you again.")
    lines = [w(text, member=f"<@{value.member_id}>")]
    if value.people:
        lines.append(w(_("On your list: {people}"), people=some_people(mentions(value.people), _NAMES, w)))
    return Content(fitted(lines))


def settings(value: PairingView, w: Words) -> Content:
    """When rounds are made, for moderators."""
    if value.next_at is None:
        return Content(w(_("Pairing is off. `/pairing settings every_weeks:2` makes a round every two weeks.")))
    lines = [
        w(_("Pairing is on. {rule}"), rule=rule(value.settings, w)),
        w(_("Next round: {when}."), when=moment(value.next_at)),
        w(_("Members take part with `/pairing join`; `every_weeks:0` turns it off.")),
        w(_("I open a private thread for each pair in the announcements channel, or write to them if I can't.")),
    ]
    return Content("\n".join(lines))


def rule(value: PairingSettings, w: Words) -> str:
    """When rounds are made, as a sentence."""
    if value.every_weeks == 1:
        text = _("A round is made every {weekday} at {time}.")
        return w(text, weekday=WEEKDAYS[value.weekday], time=clock(value.at))
    text = _n(
        "A round is made every week, on {weekday} at {time}.",
        "A round is made every {n} weeks, on {weekday} at {time}.",
    )
    return w(text, n=value.every_weeks, weekday=WEEKDAYS[value.weekday], time=clock(value.at))
