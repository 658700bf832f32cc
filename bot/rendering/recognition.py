"""What people are known for, in words."""

from __future__ import annotations

from bot.domain.questions.gratitude import KnownFor
from bot.domain.questions.recognition import Recognition
from bot.i18n import Words, _, _n
from bot.rendering.settings import line

KNOWN_FOR = _("Known for")
_MOST = 5
"""Topics that are named."""


def lines(value: Recognition, w: Words) -> list[str]:
    """The lines of a profile about it; none where there is nothing to tell."""
    found: list[str] = []
    if value.known_for:
        topics = [topic(each, w) for each in value.known_for[:_MOST]]
        if more := len(value.known_for) - _MOST:
            topics += [w(_n("{n} more", "{n} more"), n=more)] if more > 0 else []
        found.append(line(w(KNOWN_FOR), w.list(topics), w))
    if value.answers:
        number = w(_n("{n} accepted answer", "{n} accepted answers"), n=value.answers)
        found.append(line(w(_("Answered")), number, w))
    return found


def topic(value: KnownFor, w: Words) -> str:
    """A topic with how many people of how many industries thanked for it."""
    return w(_("{topic} ({people})"), topic=value.topic, people=people(value, w))


def people(value: KnownFor, w: Words) -> str:
    """How many people of how many industries."""
    number = w(_n("{n} person", "{n} people"), n=value.people)
    if not value.industries:
        return number
    industries = w(_n("{n} industry", "{n} industries"), n=value.industries)
    return w(_("{people} from {industries}"), people=number, industries=industries)
