"""What people are asked privately about a question that is quiet, was written in, or lost its thread; in words."""

from __future__ import annotations

import discord

from bot.domain.questions.idle import Care
from bot.domain.questions.values import OwnQuestion
from bot.i18n import Words, _
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened, timestamp
from bot.rendering.content import Button, Content
from bot.rendering.members import stop_row
from bot.rendering.questions.replies import POST_AGAIN, card
from bot.rendering.questions.words import CARE, POST, REOPEN, SHORT, SOLVE
from bot.rendering.reminders import fitted, pings

KEEP, CLOSE, LEAVE, CLOSE_AGAIN = "keep", "close", "leave", "closeagain"
"""What these buttons do besides solving, opening again and posting again."""


def care(value: Care, w: Words) -> Content:
    """What is asked about a question, and the buttons that answer it."""
    question = value.view.question
    name = {"question": shortened(" ".join(question.text.split()), SHORT)}
    success = discord.ButtonStyle.success
    if value.why == "idle":
        text = _("Your question “{question}” has been quiet for three weeks. Is it solved?")
        if not value.mine:
            text = _(
                "“{question}” has been quiet for three weeks, and who asked it is no longer here. Is it solved? "
                "You are asked because you organize a study group."
            )
        lines = [
            w(text, **name),
            w(
                _("If nobody answers or writes, I close it {when}. It can be opened again at any time."),
                when=timestamp(value.closes_at, "R"),
            ),
        ]
        acts = ((_("Yes, solved"), SOLVE, success), (_("Still open"), KEEP, None), (_("Close it"), CLOSE, None))
    elif value.why == "wrote":
        text = _("Somebody wrote in your closed question “{question}”. Shall I open it again?")
        if not value.mine:
            text = _(
                "Somebody wrote in the closed question “{question}”. Shall I open it again? You are asked because "
                "you organize a study group."
            )
        lines = [w(text, **name)]
        acts = ((_("Open it again"), REOPEN, success), (_("Leave it closed"), LEAVE, None))
    elif value.why == "reopened":
        text = _("Your question “{question}” is open again, because you wrote in its thread. Was that only thanks?")
        lines = [w(text, **name)]
        acts = ((_("Close it again"), CLOSE_AGAIN, None),)
    else:
        lines = [w(_("The thread of your question “{question}” was deleted. Shall I post it again?"), **name)]
        if value.without_file:
            text = _("Its file went with it: please attach it again in the thread.")
            if question.anonymous:
                # What they attach in the thread themselves stands under their name.
                text = _(
                    "Its file went with it. If you attach it in the thread yourself, it shows your name: to show it "
                    "without, press “{button}” here and ask once more with `/ask`, anonymously and with the file."
                )
            lines.append(w(text, button=_("Close it")))
        acts = ((POST_AGAIN, POST, success), (_("Close it"), CLOSE, None))
    if value.view.post_id:
        lines.append(w(_("Its thread: {link}"), link=f"<#{value.view.post_id}>"))
    named = (value.reader,) if value.reader else ()
    row = tuple(
        Button(w(label), button_id(CARE, question.id, act, value.guild_id), style or discord.ButtonStyle.secondary)
        for label, act, style in acts
    )
    stop = stop_row("questions" if value.mine else "tending", value.guild_id, w)
    return Content(fitted(lines, pings(named)), rows=(row, stop), mentions=named)


def kept_open(value: OwnQuestion, w: Words) -> Content:
    """It is not solved."""
    return card(value, w, w(_("It stays open. If it is quiet for three weeks more, I ask again.")))


def left_closed(value: OwnQuestion, w: Words) -> Content:
    """It stays closed though somebody wrote in it."""
    return card(value, w, w(_("It stays closed. `/question reopen` opens it at any time.")))


def closed_again(value: OwnQuestion, w: Words) -> Content:
    """It is closed as it was before its asker wrote in it."""
    return card(value, w, w(_("It is closed again, as it was. If you write there once more, I open it again.")))


def posted_again(value: OwnQuestion, w: Words) -> Content:
    """Its thread was deleted, and it gets another."""
    note = _("Its thread is there.") if value.view.post_id else _("I am posting it again.")
    return card(value, w, w(note))
