"""Themes before they have a date, in words: the list in the channel, everybody's own, and what a press came to."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord.utils import escape_markdown
from msgspec.structs import replace

from bot.domain.errors import StudyError
from bot.domain.topics import (
    LONGEST_TITLE,
    MOST_OPEN,
    PAGE,
    Board,
    Close,
    Free,
    OpenEnough,
    Planned,
    Proposed,
    Similar,
    TopicLine,
    TopicNotOpen,
    TopicPage,
    TopicState,
    Voted,
    WhenNeeded,
)
from bot.i18n import Words, _, _n
from bot.rendering.buttons import button_id
from bot.rendering.calendar import moment, shortened, timestamp
from bot.rendering.content import Button, Content
from bot.rendering.errors import Say
from bot.rendering.forms import Box, form
from bot.rendering.names import mentions
from bot.rendering.reminders import fitted
from bot.rendering.sessions.public import named_session
from bot.rendering.sessions.replies import pager
from bot.rendering.told import told_lines

FEATURE, CLOSE, REOPEN, PLAN, OWN, WHEN = "theme", "close", "reopen", "plan", "own", "when"
"""What can be done with one theme."""
VOTE, YES, NO = "themevote", "yes", "no"
PAGES, DRAFT, DATE, BOARD, POST, DOWN = "themes", "newtheme", "themedate", "themeboard", "post", "down"
PROPOSE, FORM, WHEN_FORM = "propose", "themeform", "themewhenform"
_ROW = 5
_CHOICE = 100
"""Discord's limit of what a choice is called."""
_HOW = _("Vote for every theme that you would come to: each person counts once for each theme. The list names nobody.")
_SHOWN = 300
"""Characters of the titles that an error lists."""

ERRORS: dict[type[StudyError], Say] = {
    OpenEnough: lambda e, w: w(
        _n(
            "You have {n} theme on the list, and there is room for no more: {titles}. `/topic close` takes one off it.",
            "You have {n} themes on the list, and there is room for no more: {titles}. `/topic close` takes one off "
            "it.",
        ),
        n=MOST_OPEN,
        titles=shortened(w.list([f"**{escape_markdown(title)}**" for title in e.titles]), _SHOWN),
    ),
    TopicNotOpen: lambda e, w: _not_open(e, w),
    WhenNeeded: lambda e, w: w(
        _(
            "No session of the group waits for a theme, and I don't know when it usually meets. Please say when "
            "**{theme}** is to take place: `/topic schedule topic: when:`."
        ),
        theme=escape_markdown(e.title),
    ),
}
"""What goes wrong with themes."""


def _not_open(error: TopicNotOpen, w: Words) -> str:
    theme = escape_markdown(error.title)
    if error.session is None:
        text = _("**{theme}** is not on the list any more. `/topic propose` puts it there again.")
        return w(text, theme=theme)
    text = _("**{theme}** has its date already: {session}. `/session show` shows it.")
    if error.state is TopicState.HELD:
        text = _("**{theme}** has taken place: {session}. `/topic propose` asks for more of it.")
    return w(text, theme=theme, session=named_session(error.session, w))


def title(line: TopicLine) -> str:
    """A theme's title as it was typed, whatever stands in it."""
    return escape_markdown(line.topic.title)


def label(line: TopicLine, w: Words) -> str:
    """A theme in a list of choices."""
    group = line.group.name

    def said(theme: str) -> str:
        if not line.is_open:
            return w(_("{theme} ({group}, has its date)"), theme=theme, group=group)
        return w(
            _n("{theme} ({group}, {n} vote)", "{theme} ({group}, {n} votes)"), theme=theme, group=group, n=line.votes
        )

    return said(shortened(line.topic.title, max(_CHOICE - len(said("")), 20)))[:_CHOICE]


# The list in the group's channel


def board(value: Board, w: Words) -> Content:
    """The open themes with a button for each vote; everybody can press it."""
    lines = [f"**{n}. {title(line)}** · {_votes(line, w)}" for n, line in enumerate(value.lines, 1)]
    if not lines:
        lines.append(w(_("There is no theme yet. What would you like to hear of? The first one can be yours.")))
    if value.more:
        lines.append(w(_n("… and {n} more theme", "… and {n} more themes"), n=value.more))
    heading = w(_("Themes: {group}"), group=value.group.name)
    embed = discord.Embed(title=shortened(heading, 256), description="\n".join(lines))
    if value.planned:
        dated = [_dated(line, w) for line in value.planned]
        embed.add_field(name=w(_("These have their date")), value="\n".join(dated)[:1024], inline=False)
    embed.set_footer(text=w(_HOW))
    votes = [
        Button(w(_("Vote: {number}"), number=n), button_id(VOTE, line.topic.id, YES), discord.ButtonStyle.primary)
        for n, line in enumerate(value.lines, 1)
    ]
    last = (propose_button(value.group.id, w), Button(w(_("All themes")), all_id(value.group.id)))
    return Content(embed=embed, rows=(*_rows(votes), last))


def all_id(group_id: int) -> str:
    """The first screen of a group's themes, for whoever presses; by this button its list is known."""
    return button_id(PAGES, group_id, 0, "next")


def propose_button(group_id: int, w: Words) -> Button:
    """Opens the form for a new theme."""
    return Button(w(_("Propose a theme")), button_id(PROPOSE, group_id))


def _rows(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(buttons[first : first + _ROW]) for first in range(0, len(buttons), _ROW))


def _votes(line: TopicLine, w: Words) -> str:
    return w(_n("{n} vote", "{n} votes"), n=line.votes)


def _dated(line: TopicLine, w: Words) -> str:
    assert line.planned is not None
    text = _("**{theme}** · {when}")
    return w(text, theme=title(line), when=timestamp(line.planned.starts_at, "f"))


# For one reader


def listed(value: TopicPage, w: Words) -> Content:
    """/topic list: one screen of it, with a button for each vote, and what organizers can do."""
    group_id = value.group.id if value.group is not None else 0
    last: list[Button] = [propose_button(group_id, w)] if value.group is not None else []
    if value.organizes and value.winner is not None:
        winner = Button(
            w(_("Plan the first one")), button_id(FEATURE, value.winner.topic.id, PLAN), discord.ButtonStyle.success
        )
        last.append(winner)
    if value.organizes:
        act, said = (DOWN, _("Take it out of the channel")) if value.board else (POST, _("Show it in the channel"))
        last.append(Button(w(said), button_id(BOARD, group_id, act)))
    rows = (tuple(last),) if last else ()
    if not value.lines:
        return Content(w(_("There is no theme yet. `/topic propose` puts the first one on the list.")), rows=rows)
    first = value.page * PAGE + 1
    lines = [_line(line, first + place, w, named=value.group is None) for place, line in enumerate(value.lines)]
    embed = discord.Embed(title=_heading(value, w), description="\n".join(lines)[:4096])
    embed.set_footer(text=w(_HOW))
    votes = [
        _vote_button(line, first + place, group_id, value.page, w)
        for place, line in enumerate(value.lines)
        if line.is_open
    ]
    pages = (pager((PAGES, group_id), value.page, value.pages, w),) if value.pages > 1 else ()
    return Content(embed=embed, rows=(*_rows(votes), *pages, *rows))


def _heading(value: TopicPage, w: Words) -> str:
    if value.group is None:
        return w(_("Themes"))
    return shortened(w(_("Themes: {group}"), group=value.group.name), 256)


def _vote_button(line: TopicLine, number: int, group_id: int, page: int, w: Words) -> Button:
    act, said, style = YES, _("Vote: {number}"), discord.ButtonStyle.primary
    if line.mine:
        act, said, style = NO, _("Take back {number}"), discord.ButtonStyle.secondary
    return Button(w(said, number=number), button_id(VOTE, line.topic.id, act, group_id, page), style)


def _line(line: TopicLine, number: int, w: Words, *, named: bool) -> str:
    parts = [_votes(line, w)]
    if line.mine:
        parts.append(w(_("yours is one of them")))
    if named:
        parts.append(line.group.name)
    if line.planned is not None:
        parts = [w(_("has its date: {when}"), when=timestamp(line.planned.starts_at, "f"))]
    if line.lecture is not None:
        of = (
            _("more of the lecture of {date}") if line.lecture.kind == "lecture" else _("more of the session of {date}")
        )
        parts.append(w(of, date=timestamp(line.lecture.starts_at, "d")))
    elif line.topic.proposer_id:
        parts.append(w(_("proposed by {member}"), member=f"<@{line.topic.proposer_id}>"))
    return f"**{number}. {title(line)}**\n-# {' · '.join(parts)}"


def propose_form(custom_id: str, w: Words) -> discord.ui.Modal:
    """The form for a theme."""
    example = w(_("How a price comes about at the fish market"))
    return form(custom_id, w(_("Propose a theme")), [Box("theme", w(_("Theme")), "", LONGEST_TITLE, example=example)])


def proposed(value: Proposed, w: Words) -> Content:
    """A theme is on the list."""
    line = value.line
    text = _("**{theme}** is on the list of **{group}**, with your vote. `/topic list` shows how it stands.")
    lines = [w(text, theme=title(line), group=line.group.name), w(_HOW)]
    close = Button(w(_("Take it off the list")), button_id(FEATURE, line.topic.id, CLOSE))
    return Content("\n".join(lines), rows=((close,),))


def similar(value: Similar, w: Words) -> Content:
    """It may be there already: what is there can be voted for at once."""
    head = _("**{theme}** may be on the list already. Do you mean one of these?")
    if value.same:
        head = _("**{theme}** is on the list already.")
    lines = [w(head, theme=escape_markdown(value.title))]
    lines += [_line(line, number, w, named=False) for number, line in enumerate(value.lines, 1)]
    row = [
        Button(w(_("Vote: {number}"), number=number), button_id(VOTE, line.topic.id, YES), discord.ButtonStyle.primary)
        for number, line in enumerate(value.lines, 1)
        if line.is_open and not line.mine
    ]
    if not value.same:
        row.append(Button(w(_("Propose it all the same")), button_id(DRAFT, value.draft_id, "confirm")))
    elif not row:
        lines.append(w(_("You vote for it already, so there is nothing left to do.")))
    return Content(fitted(lines), rows=(tuple(row),) if row else ())


def voted(value: Voted, w: Words) -> Content:
    """How the reader's vote stands, and the button that changes it."""
    line = value.line
    if line.mine:
        text = _n(
            "Your vote for **{theme}** counts; it is the only one so far.",
            "Your vote for **{theme}** counts: {n} people would come.",
        )
        button = Button(w(_("Take it back")), button_id(VOTE, line.topic.id, NO))
    else:
        text = _n(
            "You don't vote for **{theme}** any more. {n} person would come.",
            "You don't vote for **{theme}** any more. {n} people would come.",
        )
        button = Button(w(_("Vote for it")), button_id(VOTE, line.topic.id, YES))
    return Content(w(text, theme=title(line), n=line.votes), rows=((button,),))


def closed(value: Close, w: Words) -> Content:
    """A theme is off the list, or on it again."""
    line = value.line
    if line.is_open:
        text = _n(
            "**{theme}** is on the list again, with its {n} vote.",
            "**{theme}** is on the list again, with its {n} votes.",
        )
        return Content(w(text, theme=title(line), n=line.votes))
    again = Button(w(_("Put it back")), button_id(FEATURE, line.topic.id, REOPEN))
    return Content(w(_("**{theme}** is off the list."), theme=title(line)), rows=((again,),))


# Giving it a date


def leading(line: TopicLine, lecturers: Sequence[int], shown: Content, w: Words) -> Content:
    """What is asked or shown before a theme's session is posted, below what is known of the theme."""
    return replace(shown, text=fitted([*_known(line, lecturers, w), shown.text]))


def _known(line: TopicLine, lecturers: Sequence[int], w: Words) -> list[str]:
    text = _n("{n} person would come to **{theme}**.", "{n} people would come to **{theme}**.")
    lines = [w(text, n=line.votes, theme=title(line))]
    if lecturers:
        text = _("It is more of a lecture by {people}: `/rotation assign` asks them to give it, once the date stands.")
        lines.append(w(text, people=w.list(mentions(lecturers))))
    return lines


def free(value: Free, w: Words) -> Content:
    """A planned session without a theme, offered for one, for its organizer alone."""
    session, line = value.view.session, value.line
    lines = _known(line, value.lecturers, w)
    if value.again:
        again = _("What I offered before has changed meanwhile, so nothing is done yet. Please check again.")
        lines.insert(0, w(again))
    text = _("The next session of the group that waits for a theme is {session}. Shall it be about this?")
    lines += [w(text, session=named_session(session, w)), moment(session.starts_at), *told_lines(value.told, w)]
    row = (
        Button(w(_("Take this session")), button_id(DATE, value.draft_id, "confirm"), discord.ButtonStyle.success),
        Button(w(_("A session of its own")), button_id(FEATURE, line.topic.id, OWN)),
        Button(w(_("Another date")), button_id(FEATURE, line.topic.id, WHEN)),
    )
    return Content(fitted(lines), rows=(row,))


def planned(value: Planned, w: Words) -> Content:
    """A theme has its date."""
    session = value.view.session
    text = _("The session of {when} is about **{theme}** now.")
    about = w(text, when=timestamp(session.starts_at, "f"), theme=session.theme)
    lines = [about, *told_lines(value.told, w)]
    if value.lecturers:
        text = _("To ask {people} to give it, use `/rotation assign`.")
        lines.append(w(text, people=w.list(mentions(value.lecturers))))
    lines.append(w(_("If it is called off, the theme is on the list again with its votes.")))
    return Content(fitted(lines))


def when_needed(error: WhenNeeded, topic_id: int, w: Words) -> Content:
    """Nothing says when it could be: its organizer says so."""
    button = Button(w(_("Choose the date")), button_id(FEATURE, topic_id, WHEN), discord.ButtonStyle.primary)
    return Content(ERRORS[WhenNeeded](error, w), rows=((button,),))


def when_form(custom_id: str, line: TopicLine, w: Words) -> discord.ui.Modal:
    """The form for a date."""
    example = w(_("next Tue 7pm"))
    hint = shortened(line.topic.title, 100)
    return form(custom_id, w(_("Choose the date")), [Box("when", w(_("When")), "", 100, hint=hint, example=example)])
