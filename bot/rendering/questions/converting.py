"""How a message becomes a question, in words: what its author is asked, and what others are told of it."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from msgspec.structs import replace

from bot.domain.errors import StudyError
from bot.domain.forms import LONGEST_TEXT
from bot.domain.questions.converting import (
    AlreadyOffered,
    AuthorGone,
    AuthorUnknown,
    NotByPerson,
    NoWords,
    Offer,
    OfferView,
    OnlyItsAuthor,
    PostedView,
    Proposed,
    TooManyOffers,
    new_of,
)
from bot.domain.questions.values import AlreadyAsked, Asked
from bot.i18n import Words, _, _n
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened
from bot.rendering.content import Button, Content
from bot.rendering.errors import Say
from bot.rendering.links import message_link
from bot.rendering.members import stop_row
from bot.rendering.questions.asking import ask_form, on_its_way
from bot.rendering.questions.asks import begun
from bot.rendering.questions.words import CHANGE, DRAFT, SHORT
from bot.rendering.reminders import fitted, pings

MENU = _("Make it a question")
OFFER, OFFER_FORM = "offer", "offerform"
AGREE, HIDDEN, HIDE, DECLINE = "agree", "hidden", "hide", "decline"
"""What its author presses: yes, anonymously, anonymously all the same, change it first, no."""
_SHOWN = 1200

ERRORS: dict[type[StudyError], Say] = {
    NoWords: lambda e, w: w(
        _("This message has no text that could be asked. `/ask` puts the question in words of your own.")
    ),
    NotByPerson: lambda e, w: w(
        _("This message is not a member's, so there is nobody who could ask it. `/ask` asks it in your own words.")
    ),
    AuthorGone: lambda e, w: w(
        _("Who wrote this is no longer in this server, so they can't agree. `/ask` asks it in your own words.")
    ),
    AuthorUnknown: lambda e, w: w(
        _(
            "I may not write to {member}, who has never used me here, so I could not ask whether they agree. Please "
            "tell them of “{menu}”: they find it in the menu of their own message, under Apps."
        ),
        member=f"<@{e.member_id}>",
        menu=w(MENU),
    ),
    OnlyItsAuthor: lambda e, w: w(
        _(
            "Not everybody who sees the questions can see this channel, so only who wrote a message here can make it a "
            "question. `/ask` asks it in your own words."
        )
    ),
    AlreadyAsked: lambda e, w: (
        w(_("This message is a question already, at {link}, so there is nothing left to do."), link=f"<#{e.post_id}>")
        if e.post_id
        else w(_("This message is a question already; `/question list` has it."))
    ),
    AlreadyOffered: lambda e, w: w(
        _(
            "Its author has been asked already about this message, so there is nothing left to do. If it becomes a "
            "question, you find it in the forum."
        )
    ),
    TooManyOffers: lambda e, w: w(
        _n(
            "You have proposed {n} message of somebody else's within seven days. Please wait a little with the next.",
            "You have proposed {n} messages of other people's within seven days. Please wait a little with the next.",
        ),
        n=e.limit,
    ),
}
"""What goes wrong with making a message a question."""


def warned(draft_id: int, w: Words) -> Content:
    """Before one's own message leaves a channel that not everybody sees; nobody has seen it yet."""
    text = _(
        "Not everybody who sees the questions can see this channel: as a question, what you wrote here can be read by "
        "all of them. Nobody has seen it yet; you can change it first."
    )
    button = Button(w(_("Go on")), button_id(DRAFT, draft_id, "change"), discord.ButtonStyle.primary)
    return Content(w(text), rows=((button,),))


def proposed(value: Proposed, w: Words) -> Content:
    """To who proposed it."""
    text = _(
        "I see whether {member} would like to ask this in <#{forum}>. If so, it is asked in their name, and I tell "
        "you; else you hear nothing more."
    )
    return Content(w(text, member=f"<@{value.author_id}>", forum=value.forum_id))


def offered(value: OfferView, w: Words) -> Content:
    """To the author: whether they would like to ask what they wrote."""
    offer = value.offer
    text = _(
        "{member} finds that what you wrote would make a good question to people of other industries. Would you like "
        "to ask it in <#{forum}>?"
    )
    lines = [
        w(text, member=f"<@{offer.proposer_id}>", forum=value.forum_id),
        f">>> {shortened(offer.text, _SHOWN)}",
    ]
    end = [
        w(_("Your message: {link}"), link=message_link(value.guild_id, offer.channel_id, offer.message_id)),
        w(
            _(
                "It would be your question, with your name or anonymously. If you say no, or nothing within seven "
                "days, nobody hears of it."
            )
        ),
    ]
    if value.answered:
        links = w.list([f"<#{thread}>" for thread in value.answered])
        end.insert(1, w(_("Perhaps it has been answered already: {links}"), links=links))
    # A quotation goes on to the end of its message, so it comes last.
    named = (value.reader,) if value.reader else ()
    lines = [lines[0], *end, *([pings(named)] if named else []), lines[1]]
    row = (
        _button(_("Yes, with my name"), offer, AGREE, value.guild_id, w, discord.ButtonStyle.success),
        _button(_("Yes, anonymously"), offer, HIDDEN, value.guild_id, w),
        _button(_("Change it first"), offer, CHANGE, value.guild_id, w),
        _button(_("No"), offer, DECLINE, value.guild_id, w),
    )
    return Content(fitted(lines), rows=(row, stop_row("questions", value.guild_id, w)), mentions=named)


def hidden(offer: Offer, guild_id: int, w: Words) -> Content:
    """Before the author asks anonymously what stands under their name."""
    text = _(
        "Your message stands under your name already, so who reads both knows that you ask. The post would have no "
        "link to it, and who proposed it would hear nothing. Ask it anonymously all the same?"
    )
    row = (
        _button(_("Ask anonymously"), offer, HIDE, guild_id, w, discord.ButtonStyle.primary),
        _button(_("With my name"), offer, AGREE, guild_id, w),
    )
    return Content(w(text), rows=(row,))


def agreed(value: Asked, w: Words, missing: Sequence[str] = ()) -> Content:
    """The author has asked it, or it waits for the permissions that are `missing`. It may stand in a direct message."""
    question = value.view.question
    lines = [on_its_way(question.channel_id, missing, w), w(_("`/me questions` shows it."))]
    if question.anonymous:
        text = _("To say more there without your name, use `/question reply`.")
        lines.append(w(text))
    if value.begun is not None:
        more, _buttons = begun(value.begun, value.view, w)
        lines += more
    return Content("\n".join(lines))


def declined(w: Words) -> Content:
    """The author does not want it."""
    return Content(w(_("That is fine. Nobody hears of it.")))


def to_shorten(offer: Offer, guild_id: int, text: str, w: Words) -> Content:
    """Why it can't be asked as it is, with the button that lets its author change it."""
    return Content(text, rows=((_button(_("Change it first"), offer, CHANGE, guild_id, w),),))


def offer_form(offer: Offer, guild_id: int, w: Words) -> discord.ui.Modal:
    """The form for a question, with what the author wrote in their message."""
    # It stands under their name, and the form says what that means.
    new = replace(new_of(offer.text[: 2 * LONGEST_TEXT]), said=True)
    modal = ask_form(0, new, "", w)
    modal.custom_id = button_id(OFFER_FORM, offer.id, guild_id)
    return modal


def posted(value: PostedView, w: Words) -> Content:
    """To who proposed it: it was posted."""
    name = shortened(" ".join(value.text.split()), SHORT)
    lines = [w(_("The message you proposed has become a question: “{question}”."), question=name)]
    if value.post_id:
        lines.append(w(_("Its thread: {link}"), link=f"<#{value.post_id}>"))
    named = (value.reader,) if value.reader else ()
    return Content(fitted(lines, pings(named)), rows=(stop_row("questions", value.guild_id, w),), mentions=named)


def _button(
    label: discord.app_commands.locale_str,
    offer: Offer,
    act: str,
    guild_id: int,
    w: Words,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
) -> Button:
    return Button(w(label), button_id(OFFER, offer.id, act, guild_id), style)
