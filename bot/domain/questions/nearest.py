"""Which industry is near another: whom to ask where nobody works in the one that was wanted."""

from __future__ import annotations

from collections.abc import Collection, Mapping

NEAR: Mapping[str, tuple[str, ...]] = {
    "agriculture": ("wholesale", "retail", "hospitality", "associations", "manufacturing"),
    "construction": ("real_estate", "energy", "manufacturing", "professional", "research"),
    "manufacturing": ("research", "wholesale", "logistics", "energy", "construction", "information"),
    "energy": ("construction", "manufacturing", "public", "research"),
    "information": ("professional", "research", "services", "manufacturing", "education", "finance"),
    "logistics": ("wholesale", "retail", "manufacturing", "services", "public"),
    "wholesale": ("retail", "logistics", "manufacturing", "agriculture", "finance"),
    "retail": ("wholesale", "logistics", "hospitality", "leisure", "manufacturing"),
    "finance": ("real_estate", "professional", "wholesale", "information", "public"),
    "real_estate": ("construction", "finance", "professional", "services", "hospitality"),
    "professional": ("finance", "research", "information", "services", "public"),
    "research": ("education", "manufacturing", "information", "professional", "medical"),
    "hospitality": ("leisure", "retail", "agriculture", "wholesale", "real_estate"),
    "leisure": ("hospitality", "retail", "services", "education", "welfare"),
    "education": ("research", "public", "welfare", "information", "leisure"),
    "medical": ("welfare", "research", "public", "education", "associations"),
    "welfare": ("medical", "public", "education", "associations", "leisure"),
    "associations": ("public", "agriculture", "welfare", "services", "finance"),
    "services": ("professional", "information", "logistics", "leisure", "public"),
    "public": ("associations", "education", "welfare", "professional", "energy"),
}
"""For each bundled industry those that have most to do with it, the nearest first: they sell to one another, or do
the like. What a community has added has no neighbours, since nobody has said what it is."""


def nearest(industry: str, at_work: Collection[str]) -> str:
    """The industry nearest to this one of those in which somebody works, "" if there is none."""
    return next((key for key in NEAR.get(industry, ()) if key in at_work), "")
