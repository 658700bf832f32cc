"""Why the rotation chose somebody, in words that a person accepts: counts and dates about them, and nobody else."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.domain.rotation.showing import WhyView
from bot.domain.rotation.telling import Reason, Why
from bot.i18n import Words, _, _n, locale_str
from bot.rendering.calendar import moment, timestamp
from bot.rendering.content import Content

_REASONS: Mapping[Reason, locale_str] = {
    Reason.ONLY: _("Nobody else could be asked for this date, so it is {who}."),
    Reason.OWES: _("{who} still has a turn from before, and so comes first."),
    Reason.INDUSTRY: _("{who} brings another industry than those heard just before."),
    Reason.LOAD: _("{who} has had the fewest turns so far."),
    Reason.LAST_TURN: _("Of those with as few turns, {who} has waited longest."),
    Reason.JOINED: _("Of those with as few turns, {who} joined the rotation first."),
    Reason.ID: _("{who} and others were equal in everything that counts; then a fixed order decides."),
}


def why(value: WhyView, w: Words) -> Content:
    """What sets each of those who lecture apart, as far as the reader may know of them."""
    session = value.session
    lines = [w(_("**{theme}**, {when}"), theme=session.theme, when=moment(session.starts_at))]
    for each in value.whys:
        lines += ["", *_chosen(each, w)]
    for member_id in value.by_hand:
        if member_id:
            text = _("{who} took over this turn or was chosen by hand; the rule did not choose here.")
            lines += ["", w(text, who=f"<@{member_id}>")]
        else:
            lines += ["", w(_("A guest lectures; that changes nobody's turn."))]
    for member_id in value.forgotten:
        lines += ["", w(_("Why {who} was chosen is not kept any more."), who=f"<@{member_id}>")]
    if value.arranged > 0:
        lines += ["", w(_("A lecturer is being arranged. As soon as somebody has confirmed, I tell you here why."))]
    if len(lines) == 1:
        lines += ["", w(_("Nobody is chosen for this session."))]
    # Of five lecturers there is more to say than a message's text holds.
    return Content(embed=discord.Embed(description="\n".join(lines)))


def _chosen(value: Why, w: Words) -> list[str]:
    """The reason, then the counts and dates as a list."""
    reason = w(_REASONS[value.reason], who=f"<@{value.member_id}>")
    return [reason, *(f"- {fact}" for fact in (_turns(value, w), _past(value, w), *_others(value, w)))]


def _past(value: Why, w: Words) -> str:
    if value.last_turn is None:
        return w(_("no lecture here yet; in the rotation since {joined}"), joined=timestamp(value.joined, "D"))
    text = _n("{n} lecture here so far, the last turn on {last}", "{n} lectures here so far, the last turn on {last}")
    return w(text, n=value.given, last=timestamp(value.last_turn, "D"))


def _others(value: Why, w: Words) -> list[str]:
    """The others, as numbers; what holds for nobody is left out."""
    numbers = (
        (value.as_few, _n("{n} other had as few turns", "{n} others had as few turns")),
        (
            value.passed_over,
            _n(
                "{n} other was before them in line, but works in an industry heard just before",
                "{n} others were before them in line, but work in an industry heard just before",
            ),
        ),
        (value.not_available, _n("{n} other was not available", "{n} others were not available")),
        (value.busy, _n("{n} other has a turn already", "{n} others have a turn already")),
        (value.newcomers, _n("{n} other has only just joined", "{n} others have only just joined")),
    )
    return [w(text, n=number) for number, text in numbers if number]


def _turns(value: Why, w: Words) -> str:
    """The turns that count for the chosen one, and for those who were compared."""
    if value.compared == 1:
        return w(_n("{n} turn counted so far", "{n} turns counted so far"), n=value.load)
    if value.least == value.most:
        return w(
            _n("{n} turn counted so far, like all {all} compared", "{n} turns counted so far, like all {all} compared"),
            n=value.load,
            all=value.compared,
        )
    return w(
        _n(
            "{n} turn counted so far; the {all} compared have {least} to {most}",
            "{n} turns counted so far; the {all} compared have {least} to {most}",
        ),
        n=value.load,
        all=value.compared,
        least=value.least,
        most=value.most,
    )
