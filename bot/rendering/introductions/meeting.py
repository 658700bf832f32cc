"""What those read who meet: who, why, how to begin, and later whether they have."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.introductions import Answered, AskedOfTwo, Introduction, IntroductionThread, ToldOfMeeting
from bot.i18n import Words, _
from bot.rendering.buttons import button_id
from bot.rendering.content import Button, Content
from bot.rendering.industries import name as industry_name
from bot.rendering.introductions.words import MET, NOT_YET, met, quoted
from bot.rendering.members import stop_row
from bot.rendering.names import mentions
from bot.rendering.pairing import OPENERS
from bot.rendering.reminders import fitted, pings
from bot.rendering.sessions.public import PROMPTS

_EACH = 3
_ACROSS = (
    _("What could “{one}” learn from “{other}”, and the other way round?"),
    _("Which everyday thing of “{one}” would surprise somebody from “{other}” most, and the other way round?"),
)
_TOPICS = (
    _("{member} knows about “{topic}”: what surprises people about it most?"),
    _("{member} knows about “{topic}”: what would be a good beginner's question?"),
)


def thread(value: IntroductionThread, w: Words) -> tuple[str, str]:
    """The name of the private thread of those who meet, and the mark in it."""
    # Unlike the marks of pairs and of a person's own thread.
    mark = f"[{value.number}]"
    return w(_("Introduction {mark}"), mark=mark), mark


def agreed(value: ToldOfMeeting, w: Words) -> Content:
    """Who meets, why, and how to begin."""
    of, (one, other) = value.introduction, mentions(value.introduction.two)
    if not value.reader:
        lines = [_to_all(of, w)]
        lines.append(
            w(_("Please agree here on when and how you meet: besides you, only moderators can open this thread."))
        )
    elif value.reader in of.two:
        text = _("You and {other} both would like to meet. Please write to each other.")
        lines = [w(text, other=f"<@{of.other(value.reader)}>")]
        if not of.is_own:
            lines.append(w(_("{proposer} has proposed it."), proposer=f"<@{of.proposer_id}>"))
    else:
        text = _("You proposed that {one} and {other} meet, and both would like to. I have told them to write.")
        lines = [w(text, one=one, other=other)]
    lines += [quoted(of.reason), *_industries(value, w), w(_("Three questions to begin with:"))]
    lines += [f"- {opener}" for opener in openers(value, w)]
    rows: tuple[tuple[Button, ...], ...] = ()
    if value.reader in (0, *of.two):
        lines.append(w(_("Once the two have met, press the button; `/me introductions` keeps it.")))
        rows = ((met(of, value.guild_id, w),),)
    return _said(lines, rows, of.everybody, value, w)


def asked_met(value: AskedOfTwo, w: Words) -> Content:
    """Did you meet?"""
    of = value.introduction
    if value.reader:
        other = f"<@{of.other(value.reader)}>"
        lines = [w(_("Two weeks ago I brought you and {other} together. Did you meet?"), other=other)]
    else:
        lines = [w(_("{people}, did you meet?"), people=w.list(mentions(of.two)))]
    lines.append(w(_("Only you see your answer, in `/me introductions`.")))
    not_yet = Button(w(_("Not yet")), button_id(MET, of.id, NOT_YET, value.guild_id))
    return _said(lines, ((met(of, value.guild_id, w), not_yet),), of.two, value, w)


def said(value: Answered, w: Words) -> Content:
    """One of the two has said whether they met."""
    if value.answer == "yes":
        return Content(w(_("Good to hear! `/me introductions` keeps it for you.")))
    text = w(_("That is fine, you can still meet. Once you have, press We met."))
    return Content(text, rows=((met(value.introduction, value.guild_id, w),),))


def openers(value: ToldOfMeeting, w: Words) -> list[str]:
    """Three questions to begin with: from their industries and topics first, else such as anybody can answer."""
    of = value.introduction
    known = [industry_name(value.industries[each], w) for each in of.two if each in value.industries]
    found: list[str] = []
    if len(set(known)) == 2:
        found.append(w(_ACROSS[of.id % len(_ACROSS)], one=known[0], other=known[1]))
    for place, each in enumerate(of.two):
        topics = value.topics.get(each, ())
        if topics:
            text = _TOPICS[(of.id + place) % len(_TOPICS)]
            found.append(w(text, member=f"<@{each}>", topic=topics[of.id % len(topics)]))
    for place, industry in enumerate(dict.fromkeys(known)):
        found.append(w(PROMPTS[(of.id + place) % len(PROMPTS)], industry=industry))
    found += [w(OPENERS[(of.id + place) % len(OPENERS)]) for place in range(_EACH)]
    return found[:_EACH]


def _to_all(of: Introduction, w: Words) -> str:
    if of.is_own:
        return w(_("{people}, both of you would like to meet."), people=w.list(mentions(of.two)))
    text = _("{people}, both of you would like to meet; {proposer} has proposed it.")
    return w(text, people=w.list(mentions(of.two)), proposer=f"<@{of.proposer_id}>")


def _industries(value: ToldOfMeeting, w: Words) -> list[str]:
    return [
        w(_("{other} works in: {industry}"), other=f"<@{each}>", industry=industry_name(value.industries[each], w))
        for each in value.introduction.two
        if each in value.industries and each != value.reader
    ]


def _said(
    lines: Sequence[str],
    rows: tuple[tuple[Button, ...], ...],
    people: tuple[int, ...],
    value: ToldOfMeeting | AskedOfTwo,
    w: Words,
) -> Content:
    """In their thread all of them are pinged, in one's own its owner, in a direct message nobody."""
    named = people
    if value.reader:
        rows += (stop_row("introductions", value.guild_id, w),)
        named = (value.reader,) if value.in_own_thread else ()
    return Content(fitted(lines, pings(named) if value.reader else ""), rows=rows, mentions=named)
