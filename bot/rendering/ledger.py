"""A person's ledger in words: the overview, the lines of one kind, and the summary of a year."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.domain.ledger import FIRST_YEAR, Act, Entry, Ledger, Sum
from bot.i18n import Words, _, _n, locale_str
from bot.rendering import industries
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened, timestamp
from bot.rendering.content import Button, Content
from bot.rendering.members import SOME_SERVER, stop_row
from bot.rendering.names import as_typed, mentions
from bot.rendering.reminders import fitted

FEATURE, ALL = "ledger", "all"
_LABEL = 150
"""Characters of a line's text: ten of the longest fit on a screen."""
_INDUSTRIES = 8
_TITLES: Mapping[Act, locale_str] = {
    Act.HEARD: _("Heard"),
    Act.TAUGHT: _("Taught"),
    Act.ASKED: _("Asked"),
    Act.ANSWERED: _("Answered others"),
    Act.MET: _("Met"),
    Act.TOOK_HOME: _("Took home"),
}


def page(value: Ledger, server: str, w: Words) -> Content:
    """The overview, or the lines of one act."""
    return _overview(value, server, w) if value.act is None else _lines(value, value.act, w)


def year(value: Ledger, server: str | None, w: Words) -> Content:
    """The summary that comes by itself in January; a direct message doesn't show of which server it is."""
    name = as_typed(server) if server else SOME_SERVER
    lines = [w(_("Your year {year} on **{server}**:"), year=value.year, server=name)]
    lines += [f"- {each}" for each in _sums(value, w)]
    lines.append(w(_("Thank you for being part of it. Only you are told this, and nobody is compared with anybody.")))
    lines.append(w(_("`/me ledger` shows it line by line, at any time.")))
    look = Button(w(_("Show my ledger")), _id(value, ALL, 0, "open"), discord.ButtonStyle.primary)
    return Content(fitted(lines), rows=((look,), stop_row("year", value.guild_id, w)))


def _overview(value: Ledger, server: str, w: Words) -> Content:
    title = w(_("Your ledger on {server}"), server=server)
    if value.year:
        title = w(_("Your ledger on {server}, {year}"), server=server, year=value.year)
    lines = _sums(value, w)
    if value.is_empty:
        lines = [
            w(
                _(
                    "There is nothing here yet. Come to a session, lecture, ask with `/ask`, or meet somebody with "
                    "`/pairing join`; then you find it here."
                )
            )
        ]
    embed = discord.Embed(title=title[:256], description="\n".join(lines))
    embed.set_footer(text=w(_("Only you see this. A session counts as heard if you had said that you come.")))
    lists = [Button(w(_TITLES[act]), _id(value, act.value, 0, "open")) for act in Act if value.sums[act].number]
    rows = [tuple(lists[first : first + 5]) for first in range(0, len(lists), 5)]
    return Content(embed=embed, rows=(*rows, _years(value, w)))


def _sums(value: Ledger, w: Words) -> list[str]:
    """A line for each act of which there is something."""
    texts = {
        Act.HEARD: _n("Heard: {n} session", "Heard: {n} sessions"),
        Act.TAUGHT: _n("Taught: {n} lecture", "Taught: {n} lectures"),
        Act.ASKED: _n("Asked: {n} question", "Asked: {n} questions"),
        Act.ANSWERED: _n("Answered: {n} question", "Answered: {n} questions"),
        Act.MET: _n("Met: {n} meeting", "Met: {n} meetings"),
        Act.TOOK_HOME: _n("Took home: {n} note", "Took home: {n} notes"),
    }
    lines: list[str] = []
    for act, text in texts.items():
        total = value.sums[act]
        if total.number:
            lines.append(_with_industries(w(text, n=total.number), total, w))
    if value.thanks:
        lines.append(w(_n("Thanked: {n} time", "Thanked: {n} times"), n=value.thanks))
    return lines


def _with_industries(text: str, total: Sum, w: Words) -> str:
    if not total.industries:
        return text
    named = [f"{industries.short(industry, w)} {number}" for industry, number in total.industries[:_INDUSTRIES]]
    more = len(total.industries) - len(named)
    if more:
        named.append(w(_n("{n} more industry", "{n} more industries"), n=more))
    return w(_("{what} ({industries})"), what=text, industries=w.list(named))


def _years(value: Ledger, w: Words) -> tuple[Button, ...]:
    """The buttons to the year before and after, and to all time."""
    this, shown = value.this_year, value.year
    buttons: list[Button] = []
    before = shown - 1 if shown else this
    if before >= FIRST_YEAR:
        buttons.append(_year_button(value, before, "back"))
    if shown and shown < this:
        buttons.append(_year_button(value, shown + 1, "next"))
    if shown:
        buttons.append(Button(w(_("All years")), button_id(FEATURE, 0, ALL, 0, "open", value.guild_id)))
    return tuple(buttons)


def _year_button(value: Ledger, year: int, way: str) -> Button:
    return Button(str(year), button_id(FEATURE, year, ALL, 0, way, value.guild_id))


def _lines(value: Ledger, act: Act, w: Words) -> Content:
    title = w(_TITLES[act])
    if value.year:
        title = w(_("{what}, {year}"), what=title, year=value.year)
    lines = [_line(each, value, w) for each in value.entries] or [w(_("There is nothing here any more."))]
    embed = discord.Embed(title=title, description="\n".join(lines))
    row = [Button(w(_("Overview")), _id(value, ALL, 0, "open"))]
    if value.pages > 1:
        embed.set_footer(text=w(_("Page {page} of {number}"), page=value.page + 1, number=value.pages))
        # The way keeps the two ids different where both lead to the same page.
        back, on = max(value.page - 1, 0), min(value.page + 1, value.pages - 1)
        row.append(Button(w(_("Previous")), _id(value, act.value, back, "back"), disabled=value.page == 0))
        row.append(Button(w(_("Next")), _id(value, act.value, on, "next"), disabled=on == value.page))
    return Content(embed=embed, rows=(tuple(row),))


def _line(entry: Entry, value: Ledger, w: Words) -> str:
    text = as_typed(shortened(" ".join(entry.label.split()), _LABEL))
    if entry.act is Act.MET:
        text = w.list(mentions(entry.people)) if entry.people else w(_("somebody who is no longer here"))
    elif not text:
        text = w(_("something that you can't see any more"))
    if entry.unnamed:
        text = w(_("{question} (without your name)"), question=text)
    known = [industries.short(value.names[key], w) for key in entry.industries if key in value.names]
    return "- " + " · ".join([timestamp(entry.at, "d"), text, *known])


def _id(value: Ledger, what: str, page: int, way: str) -> str:
    return button_id(FEATURE, value.year, what, page, way, value.guild_id)
