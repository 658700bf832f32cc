"""The ids of buttons that work for ever.

    bk:<feature>:<part>:<part>...~<mark>

The mark is only on unprompted posts: it names the row, so that the message can be found in a channel's history. Whoever
reads an id back trusts nothing in it: the rows decide what exists and who may do it.
"""

from __future__ import annotations

PREFIX = "bk"
LIMIT = 100
"""Discord's limit of a custom_id."""


def button_id(feature: str, *parts: str | int) -> str:
    """The custom_id of a button, such as `button_id("rsvp", 12, "going")` -> "bk:rsvp:12:going"."""
    text = ":".join((PREFIX, feature, *map(str, parts)))
    if len(text) > LIMIT - 30:
        raise ValueError(f"too long for a button that must also hold a mark: {text}")
    return text


def marked(custom_id: str, mark: str) -> str:
    """The id with a post's mark."""
    return f"{custom_id}~{mark}"


def mark_of(custom_id: str) -> str | None:
    """The mark in an id, or None."""
    return custom_id.partition("~")[2] or None if custom_id.startswith(PREFIX + ":") else None


def template(feature: str, *parts: str) -> str:
    r"""The pattern of a DynamicItem: `template("rsvp", r"(?P<session>\d{1,18})", r"(?P<answer>[a-z_]+)")`."""
    return ":".join((PREFIX, feature, *parts)) + r"(?:~[0-9a-z-]+)?"
