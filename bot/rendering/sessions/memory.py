"""What stays of a session, in words: its notes and what people took home, in what is shown of it."""

from __future__ import annotations

import discord

from bot.domain.takeaways import Memory
from bot.i18n import Words, _

_FIELD = 1024
"""Discord's limit of a field in an embed, in characters."""


def add_memory(embed: discord.Embed, value: Memory, w: Words) -> None:
    """What is kept with a session and what people took home, as fields of what is shown of it."""
    if value.notes is not None and value.notes.text:
        embed.add_field(name=w(_("Notes")), value=value.notes.text, inline=False)
    if value.notes is not None and value.notes.link:
        embed.add_field(name=w(_("Material")), value=value.notes.link, inline=False)
    lines: list[str] = []
    room = _FIELD
    for takeaway in value.takeaways:
        line = " ".join(takeaway.text.split())
        if takeaway.named:
            line = w(_("{text} ({who})"), text=line, who=f"<@{takeaway.member_id}>")
        line = f"- {line}"
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    if lines:
        name = w(_("What people took home: {n}"), n=len(value.takeaways))
        embed.add_field(name=name, value="\n".join(lines), inline=False)
