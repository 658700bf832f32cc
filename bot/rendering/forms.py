"""Forms known by their id alone, so that one opened before a restart still counts when it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import app_commands
from msgspec import Struct

from bot.domain.forms import Filled, SaidCommand
from bot.i18n import Words, _, locale_str
from bot.rendering.buttons import button_id
from bot.rendering.content import WORDS_LIMIT, Button, Content

CORRECT = "correct"
"""The button that opens a refused form again."""
COMMAND_FORM = "saidform"
"""A refused command, to be corrected."""
LABEL_LIMIT = 45
"""Discord's limit of a form's title and of the label over a box."""
HINT_LIMIT = 100
"""Discord's limit of what stands below that label, and of what stands in an empty box."""
LABELS: Mapping[str, locale_str] = {
    "name": _("Name"),
    "theme": _("Theme"),
    "duration": _("Length in minutes"),
    "venue": _("Place"),
    "description": _("Description"),
    "reason": _("Reason"),
    "question": _("Your question"),
    "takeaway": _("What you took home"),
    "outline": _("What you will talk about"),
    "ahead": _("Something to read ahead"),
    "industry": _("Your industries, the main one first"),
    "occupation": _("Your work"),
    "topics": _("What others can ask you about"),
    "about": _("About you"),
    "when": _("When"),
    "deadline": _("Please answer by"),
    "link": _("Link"),
    "group": _("Study group"),
    "session": _("Session"),
    "series": _("Series"),
    "rule": _("When it meets"),
    "on": _("Which date"),
    "starts": _("First day"),
    "since": _("From when on"),
    "until": _("Until when"),
    "time": _("Time of day"),
    "hobbies": _("Hobbies"),
    "reading": _("How your name is read"),
    "time_zone": _("Time zone"),
    "ask_hours": _("When you may be asked"),
    "topic": _("Topic"),
    "details": _("Details"),
    "text": _("What you want to say"),
    "addition": _("Correction or source"),
    "members": _("Who is in it"),
    "new_name": _("New name"),
    "summary": _("What it is about"),
}
"""How the labels over the boxes begin, by the key of the box: whoever fills in a form never sees the key."""


class Box(Struct, frozen=True):
    """A box to write in: `key` is what it is read back by, `value` stands in it already, `limit` is in characters.

    `example` stands in an empty one, and goes when something is typed.
    """

    key: str
    label: str
    value: str
    limit: int
    required: bool = True
    long: bool = False
    hint: str = ""
    example: str = ""


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


_NUMBER = 20
"""Characters of a number."""
_LONG = ("description", "about")
_FENCED = "```\n{}\n```"
_CORRECT_IT = _("Correct it")


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
            placeholder=box.example[:HINT_LIMIT] or None,
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


def refilled(modal: discord.ui.Modal, filled: Filled) -> discord.ui.Modal:
    """The form with what was typed and chosen before in it, as far as it still has these boxes and entries."""
    for part in modal.children:
        field = part.component if isinstance(part, discord.ui.Label) else part
        if isinstance(field, discord.ui.TextInput) and field.custom_id in filled.written:
            field.default = filled.written[field.custom_id][: field.max_length] or None
        elif isinstance(field, discord.ui.Select) and field.custom_id in filled.chosen:
            known = {option.value for option in field.options}
            kept = [value for value in filled.chosen[field.custom_id] if value in known][: field.max_values]
            for option in field.options:
                option.default = option.value in kept
    return modal


def command_form(
    draft_id: int, said: SaidCommand, parameters: Sequence[app_commands.Parameter], w: Words
) -> discord.ui.Modal:
    """A refused command: each option by its name and what it is for, with what was typed there."""
    boxes = [
        Box(
            each.name,
            w(LABELS[each.name]),
            str(said.options.get(each.name, "")),
            int(each.max_value or 0) if each.type is discord.AppCommandOptionType.string else _NUMBER,
            required=each.required,
            long=each.name in _LONG,
            hint=w(each.locale_description) if each.locale_description else "",
        )
        for each in parameters
    ]
    return form(button_id(COMMAND_FORM, draft_id), w(_CORRECT_IT), boxes)


def refusal(text: str, guild_id: int, kept_id: int, w: Words, beside: Sequence[Button] = ()) -> Content:
    """Why a form was not taken, with the button that opens it again; in a direct message it has to name the server.

    What helps `beside` that, stands before it.
    """
    kept = w(_("What you wrote is not lost: press “{button}” to go on with it."), button=_CORRECT_IT)
    button = Button(w(_CORRECT_IT), button_id(CORRECT, guild_id, kept_id), discord.ButtonStyle.primary)
    return Content(f"{text[: WORDS_LIMIT - len(kept) - 1]}\n{kept}", rows=((*beside, button),))


def given_back(text: str, filled: Filled, w: Words) -> str:
    """Why a form was not taken that can't be opened again, with what was typed into it, to be copied from there."""
    typed = [value.strip().replace("```", "~~~") for value in filled.written.values() if value.strip()]
    if not typed:
        return text
    lines = [text, w(_("So that nothing is lost, this is what you wrote:"))]
    # Forms are shorter than a message; whatever is longer was not typed into one of ours.
    room = WORDS_LIMIT - sum(len(line) + 1 for line in lines)
    for value in typed:
        room -= len(_FENCED.format(""))
        if room > 0:
            lines.append(_FENCED.format(value[:room]))
            room -= len(value[:room]) + 1
    return "\n".join(lines)


def is_refusal(message: discord.Message | None) -> bool:
    """Whether this is what `refusal` says, so that a form opened from it is corrected in its place."""
    return message is not None and has_button(message, button_id(CORRECT, ""))


def has_button(message: discord.Message, custom_id: str) -> bool:
    """Whether the message has a button whose id begins like this."""
    parts = [part for row in message.components for part in getattr(row, "children", ())]
    return any((getattr(part, "custom_id", None) or "").startswith(custom_id) for part in parts)


def sent(data: Mapping[str, Any]) -> Filled:
    """What stood in a form when it was sent; `data` is the submitted interaction's.

    A box or a list that the form did not have, since it was opened before an update, is left out.
    """
    written: dict[str, str] = {}
    chosen: dict[str, tuple[str, ...]] = {}
    for part in data.get("components", ()):
        for field in [part["component"]] if "component" in part else part.get("components", ()):
            key = str(field["custom_id"])
            if "values" in field:
                chosen[key] = tuple(map(str, field["values"] or ()))
            else:
                written[key] = str(field.get("value") or "")
    return Filled(written, chosen)
