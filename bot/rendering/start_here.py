"""The pinned message for newcomers, in words."""

from __future__ import annotations

import discord

from bot.domain.communities import Community
from bot.i18n import Words, _
from bot.rendering.buttons import button_id
from bot.rendering.content import Button, Content
from bot.rendering.memberships import join_button
from bot.rendering.own_reminders import reminders_button
from bot.rendering.profiles import introduce_button
from bot.rendering.questions import ask_button

NEXT = "next"


def start_here(value: Community, w: Words) -> Content:
    """What there is to do on the first day, with a button for each. Title and last line are for both languages."""
    steps = [
        _("**Introduce myself**: say in a minute what you do. Nothing is posted until you press the button for that."),
        _("**Join a group**: become a member, and see when it meets next."),
        _("**Next session**: see when and where it is, and say whether you come."),
        _("**My reminders**: choose how long before a session you are reminded, and where."),
    ]
    if value.questions_channel:
        steps.append(_("**Ask a question**: put it to people of other industries, without your name if you wish."))
    embed = discord.Embed(
        title=w(_("Start here / はじめに")),
        description="\n".join(
            [w(_("Welcome! All you need are these buttons. Only the person who presses sees the answer."))]
            + [f"- {w(step)}" for step in steps]
        ),
    )
    if value.introductions_channel:
        where = w(_("Introductions are in <#{channel}>."), channel=value.introductions_channel)
        embed.description = f"{embed.description}\n\n{where}"
    # Translators: for those who read the other language, what the buttons say; in a Japanese community it is English.
    other = _(
        "日本語でも使えます。ボタンの返事は、Discordで使っている言語で届きます。\n"
        "Introduce myself：自己紹介をする\n"
        "Join a group：部会に入る\n"
        "Next session：次の勉強会\n"
        "My reminders：リマインダー設定"
    )
    embed.description = f"{embed.description}\n\n{w(other)}"
    if value.questions_channel:
        embed.description += "\n" + w(_("Ask a question：質問する"))
    next_session = Button(w(_("Next session")), button_id(NEXT))
    row = (introduce_button(w), join_button(w), next_session, reminders_button(w))
    return Content(embed=embed, rows=((*row, ask_button(w)) if value.questions_channel else row,))
