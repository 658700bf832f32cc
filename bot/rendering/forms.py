"""Forms known by their id alone, so that one opened before a restart still counts when it is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord

LABEL_LIMIT = 45
"""Discord's limit of a form's title and of the label over a box."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box to write in: `key` is what it is read back by, `value` stands in it already, `limit` is in characters."""

    key: str
    label: str
    value: str
    limit: int
    required: bool = True
    long: bool = False


def form(custom_id: str, title: str, boxes: Sequence[Box]) -> discord.ui.Modal:
    """A form of at most five boxes."""
    modal = discord.ui.Modal(title=title[:LABEL_LIMIT], custom_id=custom_id, timeout=None)
    for box in boxes:
        field: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
            custom_id=box.key,
            default=box.value or None,
            max_length=box.limit,
            required=box.required,
            style=discord.TextStyle.paragraph if box.long else discord.TextStyle.short,
        )
        modal.add_item(discord.ui.Label(text=box.label[:LABEL_LIMIT], component=field))
    return modal


def filled(data: Mapping[str, Any]) -> dict[str, str]:
    """What was written into each box, by its key, "" where nothing was; `data` is the submitted interaction's."""
    # A form opened before an update may lack a box that its reader knows.
    written: defaultdict[str, str] = defaultdict(str)
    for part in data.get("components", ()):
        for box in [part["component"]] if "component" in part else part.get("components", ()):
            written[str(box["custom_id"])] = str(box.get("value") or "")
    return written
