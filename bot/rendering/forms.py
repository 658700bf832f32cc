"""Forms known by their id alone, so that one opened before a restart still counts when it is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import discord
from msgspec import Struct

from bot.i18n import _, locale_str

LABEL_LIMIT = 45
"""Discord's limit of a form's title and of the label over a box."""
HINT_LIMIT = 100
"""Discord's limit of what stands below that label."""
LABELS: Mapping[str, locale_str] = {
    "name": _("Name"),
    "theme": _("Theme"),
    "duration": _("Length in minutes"),
    "venue": _("Place"),
    "description": _("Description"),
    "reason": _("Reason"),
    "industry": _("Your industries, the main one first"),
    "occupation": _("Your work"),
    "topics": _("What others can ask you about"),
    "about": _("About you"),
}
"""How the labels over the boxes begin, by the key of the box: whoever fills in a form never sees the key."""


class Box(Struct, frozen=True):
    """A box to write in: `key` is what it is read back by, `value` stands in it already, `limit` is in characters."""

    key: str
    label: str
    value: str
    limit: int
    required: bool = True
    long: bool = False
    hint: str = ""


class Entry(Struct, frozen=True):
    """An entry of a list: `value` is what it is read back by."""

    label: str
    value: str
    chosen: bool = False


class Pick(Struct, frozen=True):
    """A list to choose none or up to `most` entries of, which is easier than typing on a phone; at most 25 entries."""

    key: str
    label: str
    entries: Sequence[Entry]
    placeholder: str
    most: int = 1
    hint: str = ""


def form(custom_id: str, title: str, boxes: Sequence[Box | Pick]) -> discord.ui.Modal:
    """A form of at most five boxes or lists."""
    modal = discord.ui.Modal(title=title[:LABEL_LIMIT], custom_id=custom_id, timeout=None)
    for box in boxes:
        if isinstance(box, Pick):
            modal.add_item(_labelled(box, _select(box)))
            continue
        field: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
            custom_id=box.key,
            default=box.value or None,
            max_length=box.limit,
            required=box.required,
            style=discord.TextStyle.paragraph if box.long else discord.TextStyle.short,
        )
        modal.add_item(_labelled(box, field))
    return modal


def _labelled(box: Box | Pick, field: discord.ui.Item[discord.ui.Modal]) -> discord.ui.Label[discord.ui.Modal]:
    hint = box.hint[:HINT_LIMIT] or None
    return discord.ui.Label(text=box.label[:LABEL_LIMIT], description=hint, component=field)


def _select(pick: Pick) -> discord.ui.Select[discord.ui.Modal]:
    return discord.ui.Select(
        custom_id=pick.key,
        placeholder=pick.placeholder[:150],
        min_values=0,
        max_values=pick.most,
        required=False,
        options=[
            discord.SelectOption(label=entry.label[:100], value=entry.value, default=entry.chosen)
            for entry in pick.entries
        ],
    )


def filled(data: Mapping[str, Any]) -> dict[str, str]:
    """What was written into each box, by its key, "" where nothing was; `data` is the submitted interaction's."""
    # A form opened before an update may lack a box that its reader knows.
    written: defaultdict[str, str] = defaultdict(str)
    for part in data.get("components", ()):
        for box in [part["component"]] if "component" in part else part.get("components", ()):
            written[str(box["custom_id"])] = str(box.get("value") or "")
    return written


def picked(data: Mapping[str, Any]) -> dict[str, list[str]]:
    """What was chosen from each list, by its key; a list that the form did not have is left out."""
    chosen: dict[str, list[str]] = {}
    for part in data.get("components", ()):
        for pick in [part["component"]] if "component" in part else part.get("components", ()):
            if "values" in pick:
                chosen[str(pick["custom_id"])] = [str(value) for value in pick["values"] or ()]
    return chosen
