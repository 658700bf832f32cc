"""A person's own sessions, and which server they mean when they ask in a direct message."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.own_sessions import OwnSession, OwnSessions
from bot.i18n import Words, _, _n
from bot.rendering.afar import for_dm
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened, timestamp
from bot.rendering.content import Button, Content
from bot.rendering.own_reminders import own_button
from bot.rendering.questions import OWN_PAGES
from bot.rendering.sessions.public import ANSWERS

FEATURE, WITHDRAW = "mysessions", "withdrawunseen"
MOST_SERVERS = 20
"""So many servers are offered: five rows hold 25 buttons."""
_EMPTY = _(
    "You have no sessions ahead. Press Going under an announcement, or choose a session from `/session "
    "list`; then it stands here."
)


def page(value: OwnSessions, server: str, w: Words, *, in_dm: bool = False) -> Content:
    """One screen of one's own sessions, the next first; `in_dm` is whether it is read in a direct message."""
    own = (*_unseen_button(value, w), own_button(value.guild_id, w))
    title = w(_("Your sessions on {server}"), server=server)[:256]
    if not value.lines:
        empty = for_dm(w(_EMPTY), w) if in_dm else w(_EMPTY)
        return Content(embed=discord.Embed(title=title, description=_with_unseen(empty, value, w)), rows=(own,))
    text = _with_unseen("\n".join(_line(line, w) for line in value.lines), value, w)
    embed = discord.Embed(title=title, description=text)
    if value.pages == 1:
        return Content(embed=embed, rows=(own,))
    embed.set_footer(text=w(_("Page {page} of {number}"), page=value.page + 1, number=value.pages))
    # The last part keeps the two ids different where both lead to the same page.
    back, on = max(value.page - 1, 0), min(value.page + 1, value.pages - 1)
    turning = (
        Button(w(_("Previous")), button_id(FEATURE, value.guild_id, back, "back"), disabled=value.page == 0),
        Button(w(_("Next")), button_id(FEATURE, value.guild_id, on, "next"), disabled=on == value.page),
    )
    return Content(embed=embed, rows=((*turning, *own),))


def withdrawn(number: int, w: Words) -> Content:
    """Answers to sessions that their author can't see any more are withdrawn."""
    text = _n("I withdrew your answer to {n} session.", "I withdrew your answers to {n} sessions.")
    return Content(w(text, n=number) if number else w(_("There was nothing to withdraw.")))


def _with_unseen(text: str, value: OwnSessions, w: Words) -> str:
    """With how many sessions more they are expected at, whose group they can't see: no more is said of those."""
    unseen = _n(
        "You also said that you (may) come to {n} session of a study group that you can't see any more.",
        "You also said that you (may) come to {n} sessions of study groups that you can't see any more.",
    )
    return f"{text}\n\n{w(unseen, n=value.unseen)}" if value.unseen else text


def _unseen_button(value: OwnSessions, w: Words) -> tuple[Button, ...]:
    button = Button(w(_("Withdraw those answers")), button_id(WITHDRAW, value.guild_id))
    return (button,) if value.unseen else ()


def _line(line: OwnSession, w: Words) -> str:
    session = line.session
    answer = w(ANSWERS[line.mine.answer]) if line.mine is not None else w(_("no answer yet"))
    if line.position:
        answer = w(_("{answer}, number {position} on the waitlist"), answer=answer, position=line.position)
    text = _("{when} **{theme}** ({group}) · you: {answer}")
    if line.hosting:
        text = _("{when} **{theme}** ({group}) · you host · you: {answer}")
    return w(
        text,
        when=timestamp(session.starts_at, "f"),
        theme=session.theme,
        group=line.group.name,
        answer=answer,
    )


def which_server(servers: Sequence[tuple[int, str]], act: Sequence[str], w: Words) -> Content:
    """Ask which server is meant; `act` is the feature of the button that goes on there, and its parts before the id."""
    feature, *parts = act
    after = (0, "next") if feature in (FEATURE, OWN_PAGES) else ()
    buttons = [
        Button(shortened(name, 80), button_id(feature, *parts, guild_id, *after))
        for guild_id, name in servers[:MOST_SERVERS]
    ]
    rows = tuple(tuple(buttons[first : first + 5]) for first in range(0, len(buttons), 5))
    return Content(w(_("Which server do you mean?")), rows=rows)


def no_server(w: Words) -> str:
    """Nobody is known in a direct message who has not used the bot on a server."""
    return w(_("I don't know yet from which server you know me. Please use this command there once."))
