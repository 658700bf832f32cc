"""The pinned list of coming sessions, in words."""

from __future__ import annotations

import discord

from bot.domain.sessions import Session
from bot.domain.upcoming import Upcoming
from bot.i18n import Words, _, _n
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened, timestamp
from bot.rendering.content import Button, Content
from bot.rendering.own_reminders import reminders_button

ALL = button_id("list", 0, 0, 0, "next")
"""The first screen of all sessions, for whoever presses; by this button the list is known."""


def upcoming(value: Upcoming, w: Words) -> Content:
    """The next sessions, a line each, with the buttons to see all of them and to answer the next one."""
    groups = list(value.groups.values())
    title = w(_("Upcoming sessions"))
    if len(groups) == 1:
        title = w(_("Upcoming sessions: {group}"), group=groups[0].name)
    lines = [_line(session, value, w) for session in value.sessions]
    if not lines:
        lines.append(w(_("No session is planned at the moment. New ones appear here by themselves.")))
    if value.more:
        lines.append(w(_n("… and {n} more", "… and {n} more"), n=value.more))
    embed = discord.Embed(title=shortened(title, 256), description="\n".join(lines))
    following = button_id("next", groups[0].id) if len(groups) == 1 else button_id("next")
    buttons = (
        Button(w(_("Next session")), following, discord.ButtonStyle.primary),
        Button(w(_("All sessions")), ALL),
        reminders_button(w),
    )
    return Content(embed=embed, rows=(buttons,))


def _line(session: Session, value: Upcoming, w: Words) -> str:
    when = timestamp(session.starts_at, "f")
    text = w(_("{when} **{theme}**"), when=when, theme=session.theme)
    if len(value.groups) > 1:
        text = w(_("{when} **{theme}** ({group})"), when=when, theme=session.theme, group=_group(session, value))
    if session.venue:
        text = w(_("{line}, {venue}"), line=text, venue=session.venue)
    return f"- {text}"


def _group(session: Session, value: Upcoming) -> str:
    return value.groups[session.group_id].name
