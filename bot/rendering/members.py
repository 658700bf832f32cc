"""Direct messages and how to stop them, in words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.members import DmKind
from bot.domain.private_threads import PrivateThread
from bot.i18n import Words, _, locale_str
from bot.rendering.buttons import button_id
from bot.rendering.content import Button, Content

FEATURE, STOP, RESUME = "dm", "stop", "resume"

_STOPPED: Mapping[DmKind, locale_str] = {
    "changes": _(
        "I won't write to you any more about sessions on **{server}** that you declined, or for which an organizer "
        "answered for you."
    ),
    "places": _(
        "I won't write to you any more when a place comes free for you on **{server}**. `/session list "
        "mine:True` there shows where you have a place."
    ),
    "reminders": _(
        "I won't write to you any more before sessions on **{server}**. `/me reminders` there shows what you "
        "still get, and lets you choose another way."
    ),
    "hosts": _(
        "I won't write to you any more when a session of a group you organize on **{server}** loses its host. "
        "`/session list` there shows what is coming up."
    ),
    "turns": _(
        "I won't write to you any more when it is your turn to lecture on **{server}**, and ask somebody else instead. "
        "`/rotation leave` there takes you out of the rotation."
    ),
    "guests": _(
        "I won't write to you any more about guest lecturers on **{server}** whom you look after. `/session show` "
        "there shows who lectures."
    ),
    "arranging": _(
        "I won't write to you any more when a lecture of a group you organize on **{server}** has no lecturer. "
        "`/rotation show` there shows how things are."
    ),
    "box": _(
        "I won't write to you any more when there are questions for your lecture on **{server}**. The button “Ask the "
        "lecturer” under its announcement shows them to you."
    ),
    "after": _(
        "I won't write to you any more after lectures on **{server}**. `/session show` there shows what stays of them."
    ),
    "spinoffs": _(
        "I won't ask you any more on **{server}** whether you may be listed in a project. `/spinoff list` there shows "
        "where somebody would like to list you; until you say yes, nobody sees your name."
    ),
    "pairing": _(
        "I won't write to you any more about pairing on **{server}**. `/pairing show` there says whom you meet, and "
        "`/pairing leave` takes you out of it."
    ),
    "asks": _(
        "I won't ask you any questions of others on **{server}** any more. `/profile edit ask_limit:` there says how "
        "many a week you want, if you ever want some again."
    ),
    "questions": _(
        "I won't write to you any more about what becomes of questions you asked on **{server}**. `/me questions` "
        "there shows them; one that is quiet for four weeks is closed."
    ),
    "tending": _(
        "I won't write to you any more about questions on **{server}** that you look after as an organizer. "
        "`/question list` there shows them."
    ),
    "thanks": _(
        "I won't write to you any more when people on **{server}** accept your answers or thank you. `/profile show` "
        "there says what they thanked you for."
    ),
    "introductions": _(
        "I won't ask you any more on **{server}** whether you would like to meet somebody, and nobody learns of it. "
        "`/me introductions` there shows what you were asked before."
    ),
    "year": _(
        "I won't write to you any more about your year on **{server}**. `/me ledger` there shows it at any time."
    ),
}
_RESUMED: Mapping[DmKind, locale_str] = {
    "changes": _(
        "From now on I write to you again about sessions on **{server}** that you declined, or for which an organizer "
        "answered for you."
    ),
    "places": _("From now on I write to you again when a place comes free for you on **{server}**."),
    "reminders": _(
        "From now on I write to you again before sessions on **{server}**, as you chose in `/me reminders`."
    ),
    "hosts": _(
        "From now on I write to you again when a session of a group that you organize on **{server}** loses its host."
    ),
    "turns": _("From now on I write to you again when it is your turn to lecture on **{server}**."),
    "guests": _("From now on I write to you again about guest lecturers on **{server}** whom you look after."),
    "arranging": _(
        "From now on I write to you again when a lecture of a group that you organize on **{server}** has no lecturer."
    ),
    "box": _("From now on I write to you again when there are questions for your lecture on **{server}**."),
    "after": _("From now on I write to you again after lectures on **{server}**."),
    "spinoffs": _("From now on I ask you again on **{server}** when somebody would like to list you in a project."),
    "pairing": _("From now on I write to you again about pairing on **{server}**."),
    "asks": _("From now on I may ask you questions of others on **{server}** again, as `/profile edit` there says."),
    "questions": _("From now on I write to you again about what becomes of questions you asked on **{server}**."),
    "tending": _(
        "From now on I write to you again about questions on **{server}** that you look after as an organizer."
    ),
    "thanks": _("From now on I write to you again when people on **{server}** accept your answers or thank you."),
    "introductions": _("From now on I ask you again on **{server}** when somebody would like you to meet somebody."),
    "year": _("From now on I write to you again each January about your year on **{server}**."),
}
SOME_SERVER = _("the server")
"""Instead of its name, if the bot is no longer there."""


def stop_row(kind: DmKind, guild_id: int, w: Words) -> tuple[Button, ...]:
    """The button that every direct message carries, as a row of its own."""
    return (Button(w(_("Stop messages of this kind")), button_id(FEATURE, STOP, kind, guild_id)),)


def stopped(kind: DmKind, server: str | None, guild_id: int, w: Words) -> Content:
    """Messages of a kind are stopped; they can be had again."""
    again = Button(w(_("Turn on again")), button_id(FEATURE, RESUME, kind, guild_id))
    return Content(w(_STOPPED[kind], server=server or SOME_SERVER), rows=((again,),))


def resumed(kind: DmKind, server: str | None, guild_id: int, w: Words) -> Content:
    """Messages of a kind come again; they can be stopped."""
    return Content(w(_RESUMED[kind], server=server or SOME_SERVER), rows=(stop_row(kind, guild_id, w),))


def private_thread(value: PrivateThread, w: Words) -> tuple[str, str]:
    """The name of somebody's private thread, and the mark in it; nobody else learns from it whose it is."""
    mark = f"#{value.number}"
    return w(_("Personal messages {mark}"), mark=mark), mark


def dms_closed(w: Words) -> Content:
    """The reader's DMs are closed: what they miss, and where to change it."""
    lines = (
        _(
            "I could not send you a direct message: it seems that you take none from this server. So I remind you "
            "in the session's thread, and tell you there when a place comes free. What is for you alone, such as being "
            "asked to lecture or the new time of a session that you declined, I tell you in a private thread."
        ),
        # Moderators can open a private thread, and must not learn from it who asks.
        _("What concerns a question that you asked anonymously I can tell you only in a direct message."),
        _("To change it: press the server's name, then Privacy Settings, and allow direct messages."),
    )
    return Content("\n".join(w(line) for line in lines))
