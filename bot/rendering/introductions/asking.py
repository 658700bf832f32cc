"""Proposing an introduction, being asked, and what one has answered, in words."""

from __future__ import annotations

import discord

from bot.domain.introductions import LONGEST_REASON, Answered, AskedToMeet, Introduction, Proposed
from bot.i18n import Words, _, _n
from bot.rendering.buttons import button_id
from bot.rendering.calendar import timestamp
from bot.rendering.content import Button, Content
from bot.rendering.forms import Box, form
from bot.rendering.industries import name as industry_name
from bot.rendering.introductions.words import ITEMS, MEET, MY_INTRODUCTIONS, answers, list_button, quoted, withdraw
from bot.rendering.members import stop_row
from bot.rendering.names import address
from bot.rendering.reminders import fitted, pings


def meet_button(member_id: int, w: Words) -> Button:
    """Opens the form for whoever would like to meet this person; it may stand anywhere, for ever."""
    return Button(w(_("I'd like to meet")), button_id(MEET, member_id))


def meet_form(custom_id: str, name: str, w: Words) -> discord.ui.Modal:
    """The form for the reason; `name` is what the person is called on the server ("": not known)."""
    box = Box(
        "reason",
        w(_("Why would you like to meet?")),
        "",
        LONGEST_REASON,
        long=True,
        hint=w(_("They read it. I ask them in private; if they would rather not, nobody learns of it.")),
        example=w(_("Such as “I'd like to hear how a hospital plans its shifts”")),
    )
    title = w(_("Meet {name}"), name=address(name, w)) if name else w(_("I'd like to meet"))
    return form(custom_id, title, [box])


def proposed(value: Proposed, guild_id: int, w: Words) -> Content:
    """What its proposer reads: the same whatever becomes of it, so that nobody can be found out by it."""
    of = value.introduction
    if of.is_own:
        head = w(_("You would like to meet {member}."), member=f"<@{of.to_id}>")
        then = _(
            "I ask them in private, unless they take no such questions. If they would like to meet you, too, I open a "
            "private thread for the two of you. If not, you hear no more of it: neither a no nor silence is told."
        )
    else:
        head = w(_("You propose that {one} and {other} meet."), one=f"<@{of.person_id}>", other=f"<@{of.to_id}>")
        then = _(
            "I ask both in private, unless somebody takes no such questions. If both would like to, I open a private "
            "thread for the three of you. If not, you hear no more of it: neither a no nor silence is told."
        )
    lines = [head, quoted(of.reason), w(then)]
    lines.append(w(_("It is open until {until}."), until=timestamp(of.ends_at)))
    if value.left:
        text = _n(
            "You can propose {n} more introduction this month.",
            "You can propose {n} more introductions this month.",
        )
        lines.append(w(text, n=value.left))
    else:
        text = _("That was the last one for now. “{button}” says when you can propose the next.")
        lines.append(w(text, button=w(MY_INTRODUCTIONS)))
    return Content(fitted(lines), rows=((withdraw(of, guild_id, w), list_button(guild_id, w)),))


def withdrawn(value: Introduction, w: Words) -> Content:
    """Somebody has taken back what they had proposed."""
    return Content(w(_("Taken back. Nobody is told, and whoever was asked can't answer any more.")))


def asked(value: AskedToMeet, w: Words) -> Content:
    """Would you like to meet them? Who proposes it, whom one would meet, and why."""
    of, other = value.introduction, f"<@{value.other}>"
    if of.is_own:
        lines = [w(_("{other} would like to meet you."), other=other)]
    else:
        head = _("{proposer} would like to introduce you and {other} to each other.")
        lines = [w(head, proposer=f"<@{of.proposer_id}>", other=other)]
    lines.append(quoted(of.reason))
    if value.industry is not None:
        lines.append(w(_("{other} works in: {industry}"), other=other, industry=industry_name(value.industry, w)))
    if value.topics:
        topics = w(ITEMS).join(value.topics)
        lines.append(w(_("{other} knows about: {topics}"), other=other, topics=topics))
    if value.known_for:
        topics = w(ITEMS).join(value.known_for)
        lines.append(w(_("{other} was thanked for: {topics}"), other=other, topics=topics))
    if value.before is not None:
        lines.append(w(_("You two were last brought together on {date}."), date=timestamp(value.before, "D")))
    then = _(
        "Would you like to? Only if both of you would, I open a private thread for the three of you. Whatever you "
        "answer otherwise, nobody learns of it; you need not answer at all."
    )
    if of.is_own:
        then = _(
            "Would you like to? If so, I open a private thread for the two of you. If you would rather not, nobody "
            "learns of it; you need not answer at all."
        )
    lines += [w(then), w(_("You can answer until {until}."), until=timestamp(of.ends_at))]
    rows = (answers(of, None, value.guild_id, w), stop_row("introductions", value.guild_id, w))
    named = (value.reader,) if value.in_own_thread else ()
    return Content(fitted(lines, pings(named)), rows=rows, mentions=named)


def answered(value: Answered, w: Words) -> Content:
    """Somebody has answered; the same whatever the other one has said."""
    of = value.introduction
    other = f"<@{of.other(value.reader)}>"
    if value.agreed:
        text = _(
            "You and {other} both would like to meet. I bring you together in a private thread, or by DM if there is "
            "none."
        )
        return Content(w(text, other=other), rows=((list_button(value.guild_id, w),),))
    text = _("Noted: you would like to meet {other}. You hear from me if both of you would like it.")
    if value.answer == "no":
        text = _("Noted: you would rather not meet {other}. Nobody learns of it.")
    lines = [w(text, other=other), w(_("Until {until} you can still change it."), until=timestamp(of.ends_at))]
    return Content("\n".join(lines), rows=(answers(of, value.answer, value.guild_id, w),))
