"""The morning post, and what /morning answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from msgspec.structs import replace

from bot.domain.calendar import to_local
from bot.domain.errors import StudyError
from bot.domain.morning import (
    EveryoneMentioned,
    MorningLine,
    MorningPost,
    MorningState,
    NoMorningPost,
    NoMorningRole,
    NotPaused,
    RoleGrantsMore,
)
from bot.domain.roles import RoleNotGiven
from bot.domain.zones import zone_of
from bot.i18n import Words, _, _n
from bot.rendering.asking import IN_FULL, choice
from bot.rendering.buttons import button_id
from bot.rendering.calendar import clock, long_date, moment, shortened, timestamp, weekdays, when
from bot.rendering.content import WORDS_LIMIT, Button, Content
from bot.rendering.errors import Say
from bot.rendering.links import message_link
from bot.rendering.reminders import fitted, numbers, pings
from bot.rendering.sessions.public import answer_buttons, host_line, lecture_line

ERRORS: dict[type[StudyError], Say] = {
    NoMorningPost: lambda e, w: w(
        _("There is no morning post yet. Choose its channel with `/morning set channel:`, and it goes out by itself.")
    ),
    NoMorningRole: lambda e, w: w(
        _(
            "The morning post mentions no role any more. It mentions those who come, so please answer with the buttons "
            "under an announcement."
        )
    ),
    NotPaused: lambda e, w: w(
        _("The morning post is not paused; there is nothing to resume. `/morning show` says when it goes out.")
    ),
    RoleGrantsMore: lambda e, w: w(
        _(
            "{role} gives more than pings: it has permissions or opens channels. Members take this role by a "
            "button, so please make a new role for it, without any permission."
        ),
        role=f"<@&{e.role_id}>",
    ),
    RoleNotGiven: lambda e, w: w(
        _(
            "I'm not allowed to give you {role}. Please ask a moderator: I need Manage Roles, and my role above that "
            "one."
        ),
        role=f"<@&{e.role_id}>",
    ),
    EveryoneMentioned: lambda e, w: w(
        _("The morning post can't mention @everyone. Make a role for it, and choose that one.")
    ),
}

PAUSE = "pause"
_TODAY = _("**Today's sessions**")
_TOMORROW = _("**Tomorrow's sessions**")
_TO_ANNOUNCEMENT = _("Open the announcement")
_TO_ANSWER = _("Answer under its announcement")
_MORE = _n(
    "And {n} more session: press the button below to see it.",
    "And {n} more sessions: press the button below to see them.",
)
_WERE_COMING = _n("{n} person was coming.", "{n} people were coming.")
_NOW_AHEAD = _("`/session list` shows what is coming up.")
_NOBODY_REMINDED = _(
    "While it is paused, it reminds nobody: its sessions get no reminder of their own instead. Reminders on the "
    "evening before, and those that people chose for themselves, still come."
)
_MORE_ROOM = 120
"""For the line above, in any language."""


def morning_post(value: MorningPost, w: Words) -> Content:
    """The day's list with those who come; later parts carry only mentions. One session alone is answered there."""
    buttons = [Button(w(_("The list as it is now")), button_id("morning", value.day.toordinal()))]
    if value.role:
        buttons.append(Button(w(_("Turn my pings on or off")), button_id("morning-role")))
    end = "\n".join(filter(None, (f"<@&{value.role}>" if value.role else "", pings(value.mentions))))
    first = value.lines[0].session
    if value.part:
        text = fitted([_title(value, w), moment(first.starts_at)], end)
    else:
        text = fitted(_list(value, w, WORDS_LIMIT - len(end) - 1), end)
    roles = (value.role,) if value.role else ()
    rows = (*_answers(value.lines, w), tuple(buttons))
    return Content(text, rows=rows, mentions=value.mentions, roles=roles)


def today(lines: Sequence[MorningLine], w: Words) -> Content:
    """A day's sessions as they are now, or as they were."""
    if not lines:
        return Content(w(_("There is no session that day any more. `/session list` shows what is coming up.")))
    end = w(_NOW_AHEAD) if all(line.over for line in lines) else ""
    text = "\n".join(filter(None, (*_each(lines, w, linked=True), end)))
    if len(text) > WORDS_LIMIT:
        text = fitted(_each(lines, w, linked=False), end)
    return Content(text, rows=_answers(lines, w))


def _title(value: MorningPost, w: Words) -> str:
    return w(_TOMORROW if value.tomorrow else _TODAY)


def _answers(lines: Sequence[MorningLine], w: Words) -> tuple[tuple[Button, ...], ...]:
    """The buttons to answer. With several sessions nobody could tell which one is meant: there the links lead on."""
    return answer_buttons(lines[0].session.id, w) if len(lines) == 1 and not lines[0].over else ()


def _list(value: MorningPost, w: Words, room: int) -> list[str]:
    """Whole sessions only: half of one would say something else than is meant. Sessions come before links to them."""
    linked, left = _whole(value, w, room, linked=True)
    if not left:
        return linked
    plain, left = _whole(value, w, room, linked=False)
    return [*plain, w(_MORE, n=left)] if left else plain


def _whole(value: MorningPost, w: Words, room: int, *, linked: bool) -> tuple[list[str], int]:
    """The sessions that have room, and how many have none."""
    shown = [_title(value, w)]
    for place, line in enumerate(value.lines):
        texts = _session(line, w, _link(line, len(value.lines), w) if linked else "")
        last = place == len(value.lines) - 1
        if len("\n".join([*shown, *texts])) > room - (0 if last else _MORE_ROOM):
            return shown, len(value.lines) - place
        shown += texts
    return shown, 0


def _each(lines: Sequence[MorningLine], w: Words, *, linked: bool) -> list[str]:
    return [text for line in lines for text in _session(line, w, _link(line, len(lines), w) if linked else "")]


def _link(line: MorningLine, sessions: int, w: Words) -> str:
    """To its announcement, where everybody can answer; "" if it has none."""
    if line.announced is None:
        return ""
    text = w(_TO_ANSWER if sessions > 1 and not line.over else _TO_ANNOUNCEMENT)
    return f"[{text}]({message_link(line.session.guild_id, line.announced.channel_id, line.announced.message_id)})"


def _session(line: MorningLine, w: Words, link: str) -> list[str]:
    session = line.session
    texts = [w(_("**{theme}** ({group})"), theme=session.theme, group=line.group.name), moment(session.starts_at)]
    if line.over:
        texts.append(w(_("This session is over.")))
    if line.lecture:
        texts.append(lecture_line(line.lecture, w))
    if session.venue:
        texts.append(w(_("Place: {venue}"), venue=session.venue))
    if line.host_id:
        texts.append(host_line(line.host_id, w))
    if not line.over:
        texts.append(numbers(line.coming, line.maybe, line.unanswered, w))
    elif line.coming:
        texts.append(w(_WERE_COMING, n=line.coming))
    if link:
        texts.append(link)
    if line.thread_id:
        texts.append(f"<#{line.thread_id}>")
    return texts


def days(chosen: frozenset[int], w: Words) -> str:
    """The weekdays in words."""
    return w(_("every day")) if len(chosen) == 7 else weekdays(sorted(chosen), w)


def state(value: MorningState, w: Words) -> str:
    """What is set, whether it is paused, and when the next one goes out."""
    chosen = value.settings
    evening = w(_("Evening-before reminders go out at {time}."), time=clock(value.evening_before))
    if not chosen.channel_id:
        alone = _(
            "There is no morning post yet. Choose its channel with `/morning set channel:`. Until then each session "
            "gets its own reminder {minutes} minutes before its start, in its channel."
        )
        return "\n".join((w(alone, minutes=chosen.minutes_before), evening))
    goes_out = _("The morning post goes to {channel}, {minutes} minutes before the day's first session ({days}).")
    lines = [
        w(
            goes_out,
            channel=f"<#{chosen.channel_id}>",
            minutes=chosen.minutes_before,
            days=days(chosen.days, w),
        ),
        evening,
    ]
    if chosen.mention_role:
        lines.append(
            w(
                _(
                    "It mentions {role} instead of each person who comes. Members take or leave the role with a button "
                    "under the post. Whoever keeps the role is pinged, even without coming."
                ),
                role=f"<@&{chosen.mention_role}>",
            )
        )
    if value.hold is not None:
        lines += [_held(value, w), w(_NOBODY_REMINDED)]
        if value.waits and value.next_at is not None:
            waits = _("The post of {when} waits until then. If its day ends first, it is not sent.")
            lines.append(w(waits, when=timestamp(value.next_at)))
    elif value.waits and value.next_at is not None:
        lines.append(w(_("The post of {when} goes out as soon as Discord takes it."), when=timestamp(value.next_at)))
    elif value.next_at is not None:
        lines.append(w(_("Next post: {when}"), when=timestamp(value.next_at)))
    else:
        lines.append(w(_("It has no session to list so far.")))
    return "\n".join(lines)


def _held(value: MorningState, w: Words) -> str:
    assert value.hold is not None
    if value.hold.until is None:
        return w(_("The morning post is paused until somebody uses `/morning resume`."))
    until = to_local(value.hold.until, zone_of(value.time_zone))
    if until.time() == time():
        # A day alone was given.
        return w(
            _("The morning post is paused until the morning of {day}; that day it goes out again."),
            day=long_date(until.date(), w),
        )
    return w(_("The morning post is paused until {when}."), when=timestamp(value.hold.until))


def which_pause(text: str, readings: Sequence[datetime], time_zone: str, w: Words) -> Content:
    """Until which of two times the morning post is to be paused."""
    head = w(
        _("“{text}” can mean two times. Until when do you want to pause the morning post?"), text=shortened(text, 100)
    )
    options = [(when(each, time_zone, w), timestamp(each, "R")) for each in readings]
    return choice(
        head,
        options,
        [button_id(PAUSE, int(each.timestamp()) // 60) for each in readings],
        w,
        otherwise=w(IN_FULL["time"]),
    )


def role_taken(role: int, taken: bool, w: Words) -> str:
    """What a press on the role's button has come to."""
    if taken:
        return w(
            _("From now on the morning post pings you, with {role}. Press again to stop that."), role=f"<@&{role}>"
        )
    return w(_("The morning post no longer pings you."))


def preview(value: MorningPost | None, now: MorningState, w: Words, public: Words) -> Content:
    """The next morning post, shown to the caller only, and whether it is paused; its own words are the community's.

    Its buttons are shown and can't be pressed: nobody should answer for a session by trying what others will see.
    """
    paused = [_held(now, w)] if now.hold is not None else []
    if value is None:
        return Content("\n".join([w(_("The morning post has no session to list so far.")), *paused]))
    # The community's day written out: a reader elsewhere may see another date in a timestamp.
    day = long_date(value.day, w)
    heading = w(_("This is how the post for {day} looks now. Only you see it, and nobody was pinged."), day=day)
    post = morning_post(value, public)
    rows = tuple(tuple(replace(button, disabled=True) for button in row) for row in post.rows)
    return Content(fitted([heading, *paused, "", *post.text.split("\n")]), rows=rows)
