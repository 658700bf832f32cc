"""The rotation in words: joining and leaving it, what it looks like now, and how it is set."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.domain.errors import StudyError
from bot.domain.groups import StudyGroup
from bot.domain.rotation.guests import Guest
from bot.domain.rotation.roster import LeavePreview, NotOnRoster, OffRoster, OnRoster, Participation
from bot.domain.rotation.settings import RotationChanged
from bot.domain.rotation.showing import NoRotation, NotALecture, RotationView, ShownDate, ShownTurn
from bot.domain.rotation.telling import Spread
from bot.domain.rotation.unavailability import NoTimeAway, TooManyAbsences
from bot.domain.rotation.values import Priority, RotationSettings, TurnState
from bot.i18n import Words, _, _n, locale_str
from bot.rendering import industries
from bot.rendering.absences import lectures, until
from bot.rendering.buttons import button_id
from bot.rendering.by_hand import undo_row
from bot.rendering.calendar import moment, shortened, timestamp
from bot.rendering.content import Button, Content
from bot.rendering.deciding import decision
from bot.rendering.errors import Say
from bot.rendering.names import introduced, mentions, some_of, some_people
from bot.rendering.sessions.public import ARRANGING

FEATURE, PAGES, LEAVE = "rotation", "rotationpage", "unroster"
PRIORITIES: Mapping[Priority, locale_str] = {
    "fairness": _("fairness first: who has had the fewest turns is next"),
    "diversity": _("diversity first: another industry than last time, as long as turns stay about even"),
}
_STAY = _("Stay in it")
_HOW_IT_WORKS = _(
    "Its members lecture in turn, each on the basics of their own industry. I ask everybody in private well before "
    "their turn, and everybody may say no."
)
# So many fit into one message with all the rest; the others are counted.
_MOST_NAMED, _MOST_AWAY, _MOST_REFUSALS, _MOST_INDUSTRIES = 15, 5, 3, 20

ERRORS: dict[type[StudyError], Say] = {
    NoRotation: lambda e, w: w(
        _("Nobody takes part in the rotation of “{group}” yet. `/rotation join` begins it."), group=e.group
    ),
    NotALecture: lambda e, w: w(
        _("“{theme}” is not a lecture, so nobody is chosen for it. Please choose a lecture from the list."),
        theme=shortened(e.theme, 100),
    ),
    NotOnRoster: lambda e, w: w(
        _("You do not take part in the rotation of “{group}”, so there is nothing left to do."), group=e.group
    ),
    NoTimeAway: lambda e, w: w(
        _(
            "From {since} until {until}: this is over already, or it ends before it begins. Please choose other dates;"
            " nothing was changed."
        ),
        since=moment(e.since),
        until=moment(e.until),
    ),
    TooManyAbsences: lambda e, w: w(
        _n(
            "You have noted {n} time when you can't lecture, and there is no room for more. Please remove one first.",
            "You have noted {n} times when you can't lecture, and there is no room for more. Please remove one first.",
        ),
        n=e.limit,
    ),
}


def join_button(group_id: int, w: Words) -> Button:
    """Take part in a group's rotation."""
    return Button(w(_("Join the rotation")), button_id(FEATURE, "join", group_id), discord.ButtonStyle.primary)


def show_button(group_id: int, w: Words) -> Button:
    """See a group's rotation."""
    return Button(w(_("See the rotation")), button_id(FEATURE, "show", group_id))


# Joining and leaving


def joined(value: OnRoster, w: Words) -> Content:
    """What joining came to."""
    if not value.new:
        text = _("You take part in the rotation of **{group}** already.")
    elif value.back:
        text = _("Welcome back: you take part in the rotation of **{group}** again.")
    else:
        text = _("You take part in the rotation of **{group}** from now on.")
    lines = [w(text, group=value.group.name)]
    if value.new:
        lines.append(w(_HOW_IT_WORKS))
    if not value.member.industry:
        lines.append(
            w(_("Your profile names no industry yet. Add one with `/profile edit`, so that industries take turns."))
        )
    return Content("\n".join(lines), rows=((show_button(value.group.id, w),),))


def left(value: OffRoster, w: Words) -> Content:
    """What leaving came to."""
    text = _("You no longer take part in the rotation of **{group}**. `/rotation join` brings you back at any time.")
    lines = [w(text, group=value.group.name)]
    if value.sessions:
        lines += [w(_("You no longer lecture at:")), *lectures(value.sessions, w)]
    return Content("\n".join(lines))


def leave_preview(value: LeavePreview, w: Words) -> Content:
    """Which turns would be given back, with Leave and Stay."""
    lines: list[str] = []
    if value.again:
        lines.append(w(_("You have another turn by now, so you have not left yet. Please check again.")))
    n = len(value.sessions)
    lines += [
        w(_("Do you want to leave the rotation of **{group}**?"), group=value.group.name),
        w(_n("You then give back this turn, and somebody else is found for it:",
             "You then give back these turns, and others are found for them:"), n=n),
        *lectures(value.sessions, w),
    ]  # fmt: skip
    rows = decision(LEAVE, value.draft_id, _("Leave the rotation"), w, keep=_STAY)
    return Content("\n".join(lines), rows=rows)


def kept(value: StudyGroup, w: Words) -> Content:
    """They did not leave."""
    text = _("You still take part in the rotation of **{group}**, and your turns stay yours.")
    return Content(w(text, group=value.name))


def noticed(value: Participation, w: Words) -> str:
    """What whoever looks at a group is told of its rotation; "" if there is nothing to tell."""
    if value.people:
        return _people(value.people, w, mine=value.mine)
    return w(_("none yet; it begins as soon as somebody uses `/rotation join`")) if value.organizes else ""


def invitation(value: Participation, w: Words) -> str:
    """What whoever has joined a group is told of its rotation; "" if there is nothing to tell."""
    if value.mine:
        return w(_("You take part in its rotation. `/rotation show` says when your turn comes."))
    if value.people:
        return w(_("It has a rotation. {how} Would you like to take part?"), how=w(_HOW_IT_WORKS))
    if value.organizes:
        return w(_("It has no rotation yet: it begins as soon as somebody uses `/rotation join`."))
    return ""


# What it looks like


def shown(value: RotationView, w: Words) -> Content:
    """/rotation show: one screen of it, with the buttons to join, to leave and to turn the page."""
    embed = discord.Embed(title=w(_("Rotation of {group}"), group=value.group.name)[:256])
    if not value.people:
        lines = [w(_("Nobody takes part yet.")), w(_HOW_IT_WORKS), w(_("It begins as soon as the first one joins."))]
        if value.organizes:
            lines.append(
                w(
                    _(
                        "As an organizer, join yourself, and ask others to press the button under `/rotation show`. "
                        "`/rotation settings` says how the lecturers are chosen."
                    )
                )
            )
        embed.description = "\n".join(lines)
        return Content(embed=embed, rows=((join_button(value.group.id, w),),))
    embed.description = "\n".join([_people(value.people, w, mine=value.takes_part), *_dates(value, w)])
    if value.takes_part:
        embed.add_field(name=w(_("Your next turn")), value=_mine(value, w), inline=False)
    if value.spread is not None:
        embed.add_field(name=w(_("Turns so far")), value=_evenly(value.spread, w), inline=False)
        for label, keys in (
            (_("Industries we have heard of"), value.spread.covered),
            (_("Industries whose turn is still to come"), value.spread.waiting),
            (_("Industries that nobody here works in yet"), value.spread.missing),
        ):
            names = [industries.short(value.industries[key], w) for key in keys if key in value.industries]
            if names:
                embed.add_field(name=w(label), value=some_of(names, _MOST_INDUSTRIES, w), inline=False)
    if value.roster:
        named = some_people(mentions(value.roster), _MOST_NAMED, w)
        embed.add_field(name=w(_("Who takes part (only organizers see this)")), value=named, inline=False)
    if value.away:
        embed.add_field(name=w(_("Not available (only organizers see this)")), value=_away(value, w), inline=False)
    return Content(embed=embed, rows=_rows(value, embed, w))


def _people(people: int, w: Words, *, mine: bool) -> str:
    """How many take part; `mine` is whether the reader does."""
    if mine and people == 1:
        return w(_("So far only you take part."))
    text = _n("{n} person takes part.", "{n} people take part.")
    if mine:
        text = _n("{n} person takes part, including you.", "{n} people take part, including you.")
    return w(text, n=people)


def _dates(value: RotationView, w: Words) -> list[str]:
    if value.dates:
        return [_date(date, value.reader_id, w) for date in value.dates]
    if value.organizes:
        return [
            w(_("No lecture is planned. Plan one with `/session schedule`, or a standing one with `/series create`."))
        ]
    return [w(_("No lecture is planned yet."))]


def _date(date: ShownDate, reader_id: int, w: Words) -> str:
    """A date with those whom the reader may know of; what has nobody yet is being arranged."""
    parts = [_turn(turn, date.guest, reader_id, w) for turn in date.turns]
    unseen = date.arranged - sum(turn.state is not TurnState.CONFIRMED for turn in date.turns)
    if unseen > 0:
        parts.append(w(ARRANGING))
    line = w(
        _("{when} **{theme}**: {who}"),
        when=timestamp(date.session.starts_at, "f"),
        theme=date.session.theme,
        who=w.list(parts),
    )
    if date.refused:
        line += "\n-# " + w(
            _("Declined or silent: {people}"), people=some_people(mentions(date.refused), _MOST_REFUSALS, w)
        )
    return line


_OPEN: Mapping[TurnState, tuple[locale_str, locale_str]] = {
    TurnState.ASKED: (_("{who} (asked)"), _("**you** (asked, no answer yet)")),
    TurnState.PLANNED: (_("{who} (next in line)"), _("**you** (next in line)")),
}
"""How the turn of another and one's own are told until they are confirmed."""


def _turn(turn: ShownTurn, guest: Guest | None, reader_id: int, w: Words) -> str:
    mine = turn.member_id == reader_id
    who = f"<@{turn.member_id}>"
    if not turn.member_id:
        who = w(_("a guest")) if guest is None else introduced(guest, w)
    if turn.state not in _OPEN:
        return w(_("**you**")) if mine else who
    other, own = _OPEN[turn.state]
    return w(own if mine else other, who=who)


def _mine(value: RotationView, w: Words) -> str:
    if value.next is None:
        return w(_("It is not among the lectures planned so far."))
    session, turn = value.next
    text = {
        TurnState.CONFIRMED: _("**{theme}**, {when}. You have confirmed."),
        TurnState.ASKED: _("**{theme}**, {when}. You are asked, and your answer is awaited."),
    }.get(turn.state, _("Probably **{theme}**, {when}. I ask you on {asked}, if nothing changes."))
    return w(text, theme=session.theme, when=moment(session.starts_at), asked=timestamp(turn.asked_at, "D"))


def _evenly(value: Spread, w: Words) -> str:
    """How often everybody has lectured, as one would say it."""
    least, most = value.least_given, value.most_given
    if not most:
        return w(_("Nobody has lectured yet."))
    if least == most:
        text = _n("Everyone has lectured once.", "Everyone has lectured {n} times.")
        return w(text, n=most)
    if (least, most) == (0, 1):
        said = w(_("Some have lectured once, the others have their first turn before them."))
    elif not least:
        said = w(_("Some have lectured up to {most} times, the others have their first turn before them."), most=most)
    elif (least, most) == (1, 2):
        said = w(_("Everyone has lectured once or twice."))
    elif most == least + 1:
        said = w(_("Everyone has lectured {least} or {most} times."), least=least, most=most)
    else:
        said = w(_("Everyone has lectured {least} to {most} times."), least=least, most=most)
    if value.most_load - value.least_load < most - least:
        said += "\n" + w(_("Whoever joins later begins with the count of the others, and need not catch up."))
    return said


def _away(value: RotationView, w: Words) -> str:
    lines = [
        w(_("{who}: from {since} {until}"), who=mention, since=timestamp(each.since, "f"), until=until(each.until, w))
        for mention, windows in zip(mentions(value.away), value.away.values(), strict=True)
        for each in windows
    ]
    left_out = len(lines) - _MOST_AWAY
    more = [w(_n("and {n} more", "and {n} more"), n=left_out)] if left_out > 0 else []
    return "\n".join([*lines[:_MOST_AWAY], *more])


def _rows(value: RotationView, embed: discord.Embed, w: Words) -> tuple[tuple[Button, ...], ...]:
    group_id, page = value.group.id, value.page
    if value.takes_part:
        own = Button(w(_("Leave the rotation")), button_id(FEATURE, "leave", group_id))
    else:
        own = join_button(group_id, w)
    if value.pages == 1:
        return ((own,),)
    embed.set_footer(text=w(_("Page {page} of {number}"), page=page + 1, number=value.pages))
    # The last part keeps the two ids different where both lead to the same page.
    back, on = max(page - 1, 0), min(page + 1, value.pages - 1)
    return (
        (
            Button(w(_("Previous")), button_id(PAGES, group_id, back, "back"), disabled=page == 0),
            Button(w(_("Next")), button_id(PAGES, group_id, on, "next"), disabled=on == page),
            own,
        ),
    )


# How it is set


def settings(value: RotationChanged, w: Words, *, given: bool) -> Content:
    """All settings, and what has changed; `given` is whether anything was to be changed."""
    lines: list[str] = []
    if value.after != value.before:
        lines.append(w(_("Saved. Who was asked already or has confirmed keeps their turn.")))
    elif given:
        lines.append(w(_("Nothing changed: it was already like that.")))
    if not value.people:
        lines.append(w(_("Nobody takes part yet: the rotation begins as soon as somebody uses `/rotation join`.")))
    before, after = _settings(value.before, w), _settings(value.after, w)
    listed = [
        "- " + w(_("{setting}: {value}"), setting=label, value=new if new == old else f"{old} → **{new}**")
        for (label, old), (_label, new) in zip(before, after, strict=True)
    ]
    title = w(_("Rotation of {group}"), group=value.group.name)[:256]
    embed = discord.Embed(title=title, description="\n".join(listed))
    return Content("\n".join(lines), embed, undo_row(value.undo_id, w))


def _settings(value: RotationSettings, w: Words) -> list[tuple[str, str]]:
    """Each setting's name and value."""
    days = _n("{n} day", "{n} days")
    before = _n("{n} day before", "{n} days before")
    return [
        (w(_("Who is next")), w(PRIORITIES[value.priority])),
        (w(_("Lecturers per session")), str(value.per_session)),
        (w(_("Lecturers are asked")), w(before, n=value.ask_days_before)),
        (w(_("Time to answer")), w(days, n=value.answer_within_days)),
        (
            w(_("First turn after joining")),
            w(_n("after {n} day", "after {n} days"), n=value.grace_days) if value.grace_days else w(_("at once")),
        ),
    ]
