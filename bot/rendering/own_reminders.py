"""A person's own reminders in words, with the lists and the form to change them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import time

import discord
from msgspec import Struct

from bot.domain.errors import StudyError
from bot.domain.groups import StudyGroup
from bot.domain.own_reminders import (
    MOST_OFFSETS,
    WAYS,
    OffsetOutOfRange,
    OffsetsNotUnderstood,
    TooManyOffsets,
    Way,
)
from bot.domain.own_reminders.nearness import are_near
from bot.domain.own_reminders.service import OwnState
from bot.i18n import Words, _, _n, locale_str
from bot.rendering.buttons import button_id
from bot.rendering.calendar import clock, clock_in, moment, shortened, timestamp
from bot.rendering.content import Button, Content
from bot.rendering.errors import Say
from bot.rendering.forms import Box, form

FEATURE = "reminders"
FORM = "remindersform"
BEFORE, EVENING = "before", "evening"
"""The boxes of the form, and the lists of the same things."""
USUAL, OFF = "usual", "off"
PRESETS = (7 * 24 * 60, 2 * 24 * 60, 24 * 60, 3 * 60, 60, 30, 10)
"""Minutes before a session that are offered."""
EVENINGS = tuple(time(hour) for hour in range(17, 24))
_HOUR, _DAY, _WEEK = 60, 24 * 60, 7 * 24 * 60
_BOX_LIMIT = 100
_NONE = _("none")
"""What people write who want no reminder."""

ERRORS: dict[type[StudyError], Say] = {
    OffsetsNotUnderstood: lambda e, w: w(
        _(
            "I don't understand “{text}”. Write how long before a session, with commas between, such as "
            "“1 day, 30 min” or 「前日、30分前」; “none” if you want none."
        ),
        text=shortened(e.text, 100),
    ),
    OffsetOutOfRange: lambda e, w: w(
        _("A reminder can come 1 minute to {most} before a session, but not {given}. Please choose another time."),
        most=before(e.most, w),
        given=before(e.minutes, w),
    ),
    TooManyOffsets: lambda e, w: w(
        _("These are {number} reminders, and {most} fit before each session. Please choose fewer."),
        most=e.most,
        number=e.number,
    ),
}

_WAYS: Mapping[Way, locale_str] = {
    "channel": _("As usual: mention me in the group's channel"),
    "dm": _("By direct message"),
    "thread": _("Mention me in the session's thread"),
    "off": _("Not at all: no reminders for me"),
}
_HOW: Mapping[Way, locale_str] = {
    "channel": _("How: mentioned in the group's channel, like everybody; at times of your own by direct message"),
    "dm": _("How: everything by direct message; you are not mentioned in the channel"),
    "thread": _("How: mentioned in the session's thread; you are not mentioned in the channel"),
    "off": _(
        "I don't remind you of sessions. You still count as coming when you say so, and I tell you when one changes."
    ),
}
_FOR_WHICH = _("I remind you of every session to which you said Going or Late:")
_IN_PLACE = _("{time} before: your own time, instead of the usual reminder {usual} before")
_WITH_MORNING_POST = _("{time} before, or with the morning post of that day: as for everybody")
_START = _("At the start: a note in the session's thread that mentions nobody")
_OF_GROUP = _(
    "In **{group}** I also remind all who come, {times} before. Once you have chosen times of your own (or “none”), "
    "those count instead."
)
_GROUPS_EVENING = _("In **{group}** the usual time on the evening before is {time}.")
_GROUPS_NO_EVENING = _("In **{group}**, the usual reminder on the evening before: none.")
_NEXT = _("Next: **{theme}**, {when}. I remind you {times}.")
_NOT_AGAIN = _("Next: **{theme}**, {when}. I won't remind you of this one again.")
_MOST_GROUPS = 2
_CLOSED = _("Your direct messages are closed, so I mention you in the session's thread instead.")
_STOPPED = _(
    "You have stopped these direct messages. Choose “{choice}” in the list below to have them again, or another way."
)


class Page(Struct, frozen=True):
    """What somebody is shown of their reminders, and the controls below it."""

    content: Content
    view: discord.ui.View


def reminders_button(w: Words) -> Button:
    """The button that opens one's own reminders; it works for ever, wherever it stands on a server."""
    return Button(w(_("My reminders")), button_id(FEATURE, "open"))


def own_button(guild_id: int, w: Words) -> Button:
    """The same in private, where the server is said too: in a direct message nobody else says which is meant."""
    return Button(w(_("My reminders")), button_id(FEATURE, "open", guild_id))


def before(minutes: int, w: Words) -> str:
    """A length of time as "1 day", "1 week" or "1 day 30 minutes"; `typed` says how it is typed."""
    texts: list[str] = []
    for size, text in (
        (_WEEK, _n("{n} week", "{n} weeks")),
        (_DAY, _n("{n} day", "{n} days")),
        (_HOUR, _n("{n} hour", "{n} hours")),
        (1, _n("{n} minute", "{n} minutes")),
    ):
        # 10 days are 10 days, not a week and 3 days.
        whole = size != _WEEK or minutes % _WEEK == 0
        if minutes >= size and whole:
            texts.append(w(text, n=minutes // size))
            minutes %= size
    shown = texts[0] if texts else w(_n("{n} minute", "{n} minutes"), n=0)
    for more in texts[1:]:
        shown = w(_("{long} {short}"), long=shown, short=more)
    return shown


def times_before(minutes: Sequence[int], w: Words) -> str:
    """As "1 day before and 30 minutes before"; "" if there are none."""
    return w.list([w(_("{time} before"), time=before(each, w)) for each in minutes])


def typed(minutes: Sequence[int], w: Words) -> str:
    """Offsets as people type them, "1 day, 1 h 30 min" or 「1日、1時間30分」; what `parse_before` reads back."""
    return w(_(", ")).join(_typed(each, w) for each in minutes) or w(_NONE)


def _typed(minutes: int, w: Words) -> str:
    """Short, since five of them must fit, and without days beside hours, which could be two offsets."""
    if minutes % _DAY == 0:
        return w(_n("{n} day", "{n} days"), n=minutes // _DAY)
    hours, rest = divmod(minutes, _HOUR)
    if hours and rest:
        return w(_("{hours} h {minutes} min"), hours=hours, minutes=rest)
    return w(_("{hours} h"), hours=hours) if hours else w(_("{minutes} min"), minutes=rest)


def page(value: OwnState, server: str, w: Words) -> Page:
    """What holds now, and everything to change it with."""
    view = discord.ui.View(timeout=None)
    add = (_before_list, _evening_list, _way_list)
    for row, make in enumerate(add):
        view.add_item(make(value, row, w))
    buttons = (
        (_("Other times"), button_id(FEATURE, "form", value.guild_id)),
        (_("My sessions"), button_id("mysessions", value.guild_id, 0, "next")),
    )
    for label, custom_id in buttons:
        view.add_item(discord.ui.Button(label=w(label)[:80], custom_id=custom_id, row=len(add)))
    # All ids work for ever by themselves, so the library has nothing to remember of this view.
    view.stop()
    return Page(Content("\n".join(lines(value, server, w))), view)


def lines(value: OwnState, server: str, w: Words) -> list[str]:
    """What holds now, in words."""
    own = value.own
    title = w(_("**Your reminders on {server}**"), server=server)
    if own.by == "off":
        return [title, w(_HOW["off"])]
    shown = [title, w(_FOR_WHICH), *(f"- {text}" for text in _in_order(value, w)), w(_HOW[own.by])]
    for group in value.groups[:_MOST_GROUPS]:
        shown += _groups_evening(group, value, w) if own.evening is None and not own.evening_off else ()
        if group.reminders and own.before is None:
            shown.append(w(_OF_GROUP, group=group.name, times=typed(group.reminders, w)))
    if own.by in ("dm", "channel") and value.stopped:
        shown.append(w(_STOPPED, choice=_WAYS["dm"]))
    elif own.by in ("dm", "channel") and value.closed:
        shown.append(w(_CLOSED))
    if value.next is not None:
        session = value.next.session
        times = w.list([timestamp(at, "f") for at in value.next.times])
        text = _NEXT if times else _NOT_AGAIN
        shown.append(w(text, theme=session.theme, when=moment(session.starts_at), times=times))
    return shown


def _groups_evening(group: StudyGroup, value: OwnState, w: Words) -> list[str]:
    """What holds in a group on the evening before, if it is not what holds everywhere."""
    if group.evening_off:
        return [w(_GROUPS_NO_EVENING, group=group.name)]
    if group.evening_before is None:
        return []
    return [w(_GROUPS_EVENING, group=group.name, time=_on_clock(group.evening_before, value, value.time_zone, w))]


def _in_order(value: OwnState, w: Words) -> list[str]:
    """Each reminder that this person gets of a session, the earliest first."""
    own, usual = value.own, value.usual_before
    found = {value.evening_lead: [_evening(value, w)], 0: [w(_START)]}
    near = [minutes for minutes in own.before or () if are_near(minutes, usual)]
    if not near:
        text = _WITH_MORNING_POST if value.with_morning_post else _("{time} before: as for everybody")
        found.setdefault(usual, []).append(w(text, time=before(usual, w)))
    for minutes in own.before or ():
        text = _IN_PLACE if minutes in near else _("{time} before: your own time")
        found.setdefault(minutes, []).append(w(text, time=before(minutes, w), usual=before(usual, w)))
    return [text for minutes in sorted(found, reverse=True) for text in found[minutes]]


def _evening(value: OwnState, w: Words) -> str:
    own = value.own
    if own.evening_off:
        return w(_("Evening before: none"))
    if own.evening is None:
        return _as_everybody(value, w)
    return w(_("Evening before: {time}, your own time"), time=_on_clock(own.evening, value, own.zone, w))


def _as_everybody(value: OwnState, w: Words) -> str:
    time_there = _on_clock(value.usual_evening, value, value.time_zone, w)
    return w(_("Evening before: {time}, as for everybody"), time=time_there)


def _on_clock(at: time, value: OwnState, zone: str, w: Words) -> str:
    """The time, and where the clock hangs if the reader's does not hang where the community's does."""
    if value.own.zone in ("", value.time_zone):
        return clock(at)
    return clock_in(at, zone, w)


_List = Callable[[OwnState, int, Words], "discord.ui.Select[discord.ui.View]"]


def _before_list(value: OwnState, row: int, w: Words) -> discord.ui.Select[discord.ui.View]:
    chosen = value.own.before or ()
    offered = sorted({*PRESETS, *chosen}, reverse=True)
    options = [
        discord.SelectOption(
            label=w(_("{time} before"), time=before(minutes, w))[:100], value=str(minutes), default=minutes in chosen
        )
        for minutes in offered
    ]
    return discord.ui.Select(
        custom_id=button_id(FEATURE, BEFORE, value.guild_id),
        placeholder=w(_("Times of your own, beside the usual ones: none, one or several"))[:150],
        min_values=0,
        max_values=min(MOST_OFFSETS, len(options)),
        options=options,
        row=row,
    )


def _evening_list(value: OwnState, row: int, w: Words) -> discord.ui.Select[discord.ui.View]:
    own = value.own
    offered: set[time] = set(EVENINGS) if own.evening is None else {*EVENINGS, own.evening}
    times = sorted(offered)
    usual = own.evening is None and not own.evening_off
    as_all = _as_everybody(value, w)
    options = [
        discord.SelectOption(label=as_all[:100], value=USUAL, default=usual),
        *(
            discord.SelectOption(
                label=w(_("Evening before: {time}"), time=clock(at))[:100], value=clock(at), default=at == own.evening
            )
            for at in times
        ),
        discord.SelectOption(label=w(_("Evening before: none"))[:100], value=OFF, default=own.evening_off),
    ]
    return discord.ui.Select(
        custom_id=button_id(FEATURE, EVENING, value.guild_id),
        placeholder=w(_("The evening before"))[:150],
        options=options,
        row=row,
    )


def _way_list(value: OwnState, row: int, w: Words) -> discord.ui.Select[discord.ui.View]:
    return discord.ui.Select(
        custom_id=button_id(FEATURE, "by", value.guild_id),
        placeholder=w(_("How you are told"))[:150],
        options=[
            # Who has stopped direct messages must be able to choose them again.
            discord.SelectOption(
                label=w(_WAYS[way])[:100],
                value=way,
                default=way == value.own.by and not (way == "dm" and value.stopped),
            )
            for way in WAYS
        ],
        row=row,
    )


def own_form(custom_id: str, value: OwnState, w: Words) -> discord.ui.Modal:
    """For times that no list offers."""
    own = value.own
    evening = w(_NONE) if own.evening_off else "" if own.evening is None else clock(own.evening)
    # Who never chose has none of their own, which is not the same as wanting none, also of their groups.
    times = "" if own.before is None else typed(own.before, w)
    boxes = [
        Box(BEFORE, w(_("How long before: “1 day, 30 min” or “none”")), times, _BOX_LIMIT, required=False),
        Box(EVENING, w(_("Evening before: “21:30”, “none”; empty: usual")), evening, _BOX_LIMIT, required=False),
    ]
    return form(custom_id, w(_("My reminders")), boxes)
