"""Projects, companies and NPOs that came out of the meetings, in words."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord.utils import escape_markdown

from bot.domain.errors import StudyError
from bot.domain.spinoffs import (
    Kept,
    MayList,
    NotAPartner,
    Spinoff,
    SpinoffKind,
    SpinoffNameTaken,
    SpinoffPage,
    SpinoffsEnough,
    SpinoffState,
    SpinoffView,
    TooManyPartners,
    WhoIsMeant,
)
from bot.i18n import Words, _, _n, locale_str
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened, timestamp
from bot.rendering.content import Button, Content
from bot.rendering.errors import Say
from bot.rendering.members import stop_row
from bot.rendering.names import mentions, some_people
from bot.rendering.reminders import fitted, pings
from bot.rendering.sessions.public import named_session
from bot.rendering.sessions.replies import pager

PAGES, ANY = "spinoffs", "any"
LISTING, YES, NO = "spinoffjoin", "yes", "no"
KINDS: Mapping[SpinoffKind, locale_str] = {
    "project": _("Project"),
    "company": _("Company"),
    "npo": _("NPO"),
    "other": _("Something else"),
}
STATES: Mapping[SpinoffState, locale_str] = {
    "idea": _("idea"),
    "running": _("running"),
    "paused": _("paused"),
    "ended": _("ended"),
}
_NAMES = 20

ERRORS: dict[type[StudyError], Say] = {
    SpinoffNameTaken: lambda e, w: w(
        _(
            "**{name}** is on the list already. `/spinoff update` changes it; for another one, please choose another "
            "name."
        ),
        name=escape_markdown(e.name),
    ),
    SpinoffsEnough: lambda e, w: w(
        _n(
            "You have added {n} that has not ended, and there is room for no more. `/spinoff update state:` says how "
            "it stands.",
            "You have added {n} that have not ended, and there is room for no more. `/spinoff update state:` says how "
            "they stand.",
        ),
        n=e.limit,
    ),
    TooManyPartners: lambda e, w: w(
        _n(
            "At most {n} person can be listed. Please name fewer; nothing was changed.",
            "At most {n} people can be listed. Please name fewer; nothing was changed.",
        ),
        n=e.limit,
    ),
    NotAPartner: lambda e, w: w(
        _("{member} is not listed in **{name}**, so nothing was changed. `/spinoff list` shows who is."),
        member=f"<@{e.member_id}>",
        name=escape_markdown(e.name),
    ),
    WhoIsMeant: lambda e, w: w(
        _("I don't know who “{text}” is. Please name people by mentions, such as @name, with a blank between them."),
        text=escape_markdown(shortened(e.text, 100)),
    ),
}
"""What goes wrong with spin-offs."""


def label(spinoff: Spinoff, w: Words) -> str:
    """One in a list of choices."""
    return shortened(w(_("{name} ({state})"), name=spinoff.name, state=STATES[spinoff.state]), 100)


def listed(value: SpinoffPage, w: Words) -> Content:
    """/spinoff list: one screen of it, with a button for each on which the reader may be listed."""
    if not value.views:
        text = _("Nothing has come out of the meetings yet, or nobody has written it down. `/spinoff add` does.")
        if value.state:
            text = _("There is nothing of this kind. `/spinoff list` without an option shows everything.")
        return Content(w(text))
    lines = [_entry(view, w) for view in value.views]
    embed = discord.Embed(title=w(_("What came out of the meetings")), description="\n".join(lines)[:4096])
    # Whoever said no is offered it here, too, and not asked once more: what they said is not kept.
    rows: list[tuple[Button, ...]] = [(_yes(view, w),) for view in value.views if view.asked]
    rows = rows[:3]
    if value.pages > 1:
        embed.set_footer(text=w(_("Page {page} of {number}"), page=value.page + 1, number=value.pages))
        rows.append(pager((PAGES, value.state or ANY), value.page, value.pages, w))
    return Content(embed=embed, rows=tuple(rows))


def _entry(view: SpinoffView, w: Words) -> str:
    spinoff = view.spinoff
    text = _("**{name}** · {kind}, {state} since {date}")
    date = timestamp(spinoff.state_since, "d")
    lines = [
        w(
            text,
            name=escape_markdown(spinoff.name),
            kind=KINDS[spinoff.kind],
            state=STATES[spinoff.state],
            date=date,
        )
    ]
    if spinoff.about:
        lines.append("> " + escape_markdown(" ".join(spinoff.about.split())))
    facts: list[str] = []
    if view.members:
        facts.append(w(_("with {people}"), people=some_people(mentions(view.members), _NAMES, w)))
    if view.session is not None:
        facts.append(w(_("began at {session}"), session=named_session(view.session, w)))
    if facts:
        lines.append("-# " + " · ".join(facts))
    if view.asked:
        lines.append(w(_("You can be listed here, too. Nobody sees your name before you say yes.")))
    return "\n".join(lines)


def _yes(view: SpinoffView, w: Words) -> Button:
    """For who may be listed."""
    label = shortened(w(_("List me: {name}"), name=view.spinoff.name), 80)
    return Button(label, button_id(LISTING, view.spinoff.id, YES), discord.ButtonStyle.success)


def kept(value: Kept, w: Words, *, new: bool) -> Content:
    """One was added or changed; who is asked, and who can't be."""
    lines = [w(_("Added; everybody here can see it in `/spinoff list`:")) if new else w(_("Changed:"))]
    lines.append(_entry(value.view, w))
    if value.told:
        text = _n(
            "I ask {people} in private; they are listed once they say yes.",
            "I ask {people} in private; each is listed once they say yes.",
        )
        lines.append(w(text, n=len(value.told), people=w.list(mentions(value.told))))
    if value.untold:
        text = _("I can't write to {people}. Please tell them: `/spinoff list` lets them say yes.")
        lines.append(w(text, people=w.list(mentions(value.untold))))
    return Content(fitted(lines))


def answered(value: SpinoffView, member_id: int, guild_id: int, w: Words) -> Content:
    """Somebody is listed, or not."""
    name = escape_markdown(value.spinoff.name)
    if member_id not in value.members:
        return Content(w(_("You are not listed at **{name}**. Nobody is told."), name=name))
    button = Button(w(_("Take my name off")), button_id(LISTING, value.spinoff.id, NO, guild_id))
    return Content(
        w(_("You are listed at **{name}**. You can change it, too: `/spinoff update`."), name=name), rows=((button,),)
    )


def asked(value: MayList, w: Words) -> Content:
    """To somebody who is to be listed: may they be?"""
    spinoff = value.spinoff
    text = _("{member} would like to list you at **{name}** ({kind}), which came out of the meetings. Is that right?")
    lines = [w(text, member=f"<@{value.by}>", name=escape_markdown(spinoff.name), kind=KINDS[spinoff.kind])]
    if spinoff.about:
        lines.append("> " + escape_markdown(" ".join(spinoff.about.split())))
    lines.append(w(_("Until you say yes, nobody sees your name there. If you do nothing, it stays like that.")))
    row = (
        Button(w(_("List me")), button_id(LISTING, spinoff.id, YES, value.guild_id), discord.ButtonStyle.success),
        Button(w(_("Don't list me")), button_id(LISTING, spinoff.id, NO, value.guild_id)),
    )
    named = (value.reader,) if value.in_own_thread else ()
    rows = (row, stop_row("spinoffs", value.guild_id, w))
    return Content(fitted(lines, pings(named)), rows=rows, mentions=named)
