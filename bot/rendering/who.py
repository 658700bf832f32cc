"""Who knows something and who works in an industry, in words."""

from __future__ import annotations

import discord

from bot.domain.questions.gratitude import KnownFor
from bot.domain.questions.who import PAGE, Knower, WhoIn, WhoKnows, Why
from bot.i18n import Words, _, _n
from bot.rendering import industries
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened
from bot.rendering.content import Button, Content
from bot.rendering.introductions import MEET
from bot.rendering.questions.words import DRAFT
from bot.rendering.recognition import people
from bot.rendering.sessions.replies import pager

KNOWS, WORKS = "whoknows", "whoin"
_THEME = 80
"""Characters of a lecture's theme."""


def knows(value: WhoKnows, w: Words) -> Content:
    """Who may know, best first, with the reasons, and what one can do."""
    topic = shortened(value.topic, _THEME)
    ask = Button(w(_("Ask a question")), button_id(DRAFT, value.query_id, "change"), discord.ButtonStyle.primary)
    if not value.people:
        text = _(
            "Nobody here is known for “{topic}” yet. Please put it as a question: everybody in the forum reads it."
        )
        return Content(w(text, topic=topic), rows=((ask,),))
    first = 1 + value.page * PAGE
    lines = [_line(number, each, value, w) for number, each in enumerate(value.people, first)]
    embed = discord.Embed(title=w(_("Who knows “{topic}”"), topic=topic)[:256], description="\n".join(lines))
    embed.set_footer(text=w(_("What counts: thanks from others, lectures, and what people say about themselves.")))
    meet = tuple(
        Button(w(_("I'd like to meet {n}"), n=number), button_id(MEET, each.member_id))
        for number, each in enumerate(value.people, first)
    )
    rows = ((ask,), meet)
    if value.pages > 1:
        rows += (pager((KNOWS, value.query_id), value.page, value.pages, w),)
    return Content(embed=embed, rows=rows)


def _line(number: int, one: Knower, value: WhoKnows, w: Words) -> str:
    reasons = [_reason(each, value, w) for each in one.why]
    return f"{number}. <@{one.member_id}>\n" + "\n".join(f"  - {each}" for each in reasons)


def _reason(why: Why, value: WhoKnows, w: Words) -> str:
    about = shortened(" ".join(why.about.split()), _THEME)
    if why.kind == "thanked":
        return w(_("thanked for “{topic}” by {people}"), topic=about, people=people(why.known or KnownFor(about), w))
    if why.kind == "taught":
        assert why.at is not None
        return w(_("taught “{theme}” on {date}"), theme=about, date=f"<t:{int(why.at.timestamp())}:D>")
    if why.kind == "topic":
        return w(_("can be asked about “{topic}”"), topic=about)
    return w(_("works in {industry}"), industry=industries.name(value.industries[why.about], w))


def works(value: WhoIn, w: Words) -> Content:
    """Who works in an industry."""
    name = industries.name(value.industry, w)
    if not value.people:
        text = _("Nobody here has said that they work in {industry}. `/ask` puts a question to everybody.")
        return Content(w(text, industry=name))
    lines = [
        w(_("- {who}: {work}"), who=f"<@{each.member_id}>", work=shortened(each.occupation, 100))
        if each.occupation
        else f"- <@{each.member_id}>"
        for each in value.people
    ]
    title = w(_n("{industry}: {n} person", "{industry}: {n} people"), industry=name, n=value.number)
    rows = (pager((WORKS, value.industry.key), value.page, value.pages, w),) if value.pages > 1 else ()
    return Content(embed=discord.Embed(title=title[:256], description="\n".join(lines)), rows=rows)
