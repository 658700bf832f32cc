"""What industries are called: in full, and in at most 20 characters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from bot.domain.groups import folded
from bot.domain.industries import LONGEST_SHORT, Industry, Vocabulary, value_of
from bot.i18n import Words, _, locale_str, words
from bot.rendering.calendar import shortened

# In full and in short. No comma: people divide a list of them by it.
NAMES: Mapping[str, tuple[locale_str, locale_str]] = {
    "agriculture": (_("Agriculture and fisheries"), _("Farming and fishing")),
    "construction": (_("Construction and civil engineering"), _("Construction")),
    "manufacturing": (_("Manufacturing"), _("Manufacturing")),
    "energy": (_("Energy and public utilities"), _("Energy and utilities")),
    "information": (_("Information technology and media"), _("IT and media")),
    "logistics": (_("Transport and logistics"), _("Logistics")),
    "wholesale": (_("Trading and wholesale"), _("Wholesale")),
    "retail": (_("Retail and shops"), _("Retail")),
    "finance": (_("Finance and insurance"), _("Finance")),
    "real_estate": (_("Real estate and rental"), _("Real estate")),
    "professional": (_("Consulting and professional services"), _("Law and consulting")),
    "research": (_("Research and engineering services"), _("Research")),
    "hospitality": (_("Hotels and restaurants"), _("Food and lodging")),
    "leisure": (_("Leisure and personal services"), _("Leisure and beauty")),
    "education": (_("Education and training"), _("Education")),
    "medical": (_("Medicine and health care"), _("Medicine")),
    "welfare": (_("Social care and welfare"), _("Care and welfare")),
    "associations": (_("Associations and cooperatives"), _("Associations")),
    "services": (_("Business support services"), _("Business services")),
    "public": (_("Government and public service"), _("Government")),
}

_SEPARATOR = ", "
"""In all languages: whoever goes on typing behind a choice sees what divides the items."""


def name(industry: Industry, w: Words) -> str:
    """An industry in full; one that the community has added as it was written."""
    return w(NAMES[industry.key][0]) if industry.key in NAMES else industry.name


def short(industry: Industry, w: Words) -> str:
    """An industry in at most 20 characters."""
    return w(NAMES[industry.key][1]) if industry.key in NAMES else shortened(industry.name, LONGEST_SHORT)


def called(industry: Industry, language: str) -> str:
    """An industry in full, in this language."""
    return name(industry, words(language))


@cache
def vocabulary() -> Vocabulary:
    """The names in every language."""
    spoken = words("en"), words("ja")
    return Vocabulary({folded(w(text)): key for key, texts in NAMES.items() for w in spoken for text in texts})


def choice(industries: Sequence[Industry], w: Words) -> tuple[str, str]:
    """A list of industries as an entry to choose: what people read, and what is sent."""
    *before, last = [name(industry, w) for industry in industries]
    if not industries[-1].key:
        last = w(_("Add “{name}”"), name=last)
    return _SEPARATOR.join((*before, last)), _SEPARATOR.join(value_of(industry) for industry in industries)
