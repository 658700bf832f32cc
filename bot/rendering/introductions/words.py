"""What the texts of introductions share: the ids of buttons and forms, and some parts."""

from __future__ import annotations

import discord

from bot.domain.introductions import Answer, Introduction
from bot.i18n import Words, _
from bot.rendering.buttons import button_id
from bot.rendering.content import Button

MEET, FORM = "meet", "meetform"
"""The button that opens the form for whoever would like to meet somebody, and the form; both name that person."""
FEATURE, YES, NO = "intro", "yes", "no"
"""Answering whether one would like to meet somebody."""
WITHDRAW = "unintroduce"
MET, NOT_YET = "intromet", "not_yet"
"""Whether the two have met."""
LIST = "introductions"
"""The button that shows one's own."""
MY_INTRODUCTIONS = _("My introductions")
ITEMS = _(", ")


def quoted(reason: str) -> str:
    """A reason as a quotation."""
    return "\n".join(f"> {line}" for line in reason.splitlines())


def answers(of: Introduction, answer: Answer | None, guild_id: int, w: Words, number: int = 0) -> tuple[Button, ...]:
    """Yes and no, as far as they are not given yet; in a list with the `number` of the entry."""
    labels = ((YES, _("I'd like that")), (NO, _("Rather not")))
    styles = {YES: discord.ButtonStyle.success}
    return tuple(
        Button(
            numbered(w(label), number),
            button_id(FEATURE, of.id, act, guild_id),
            styles.get(act, discord.ButtonStyle.secondary),
        )
        for act, label in labels
        if act != answer
    )


def withdraw(of: Introduction, guild_id: int, w: Words, number: int = 0) -> Button:
    """The button that takes a proposal back; `number` as above."""
    return Button(numbered(w(_("Take it back")), number), button_id(WITHDRAW, of.id, guild_id))


def numbered(label: str, number: int) -> str:
    """A label, with the number of an entry if it has one."""
    return f"{number}. {label}" if number else label


def met(of: Introduction, guild_id: int, w: Words) -> Button:
    """The button of those who have met."""
    return Button(w(_("We met")), button_id(MET, of.id, YES, guild_id), discord.ButtonStyle.success)


def list_button(guild_id: int, w: Words) -> Button:
    """Shows one's own introductions; it may stand anywhere, for ever."""
    return Button(w(MY_INTRODUCTIONS), button_id(LIST, guild_id))
