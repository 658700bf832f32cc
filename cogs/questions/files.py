"""Taking the file that comes with /ask: Discord lets it be read for a short while only."""

from __future__ import annotations

import asyncio

import aiohttp
import discord

from bot.client import Caller
from bot.domain.questions.files import (
    SPOILER,
    FileUnreadable,
    MayNotAttach,
    QuestionFile,
    require_size,
)
from cogs.permissions import missing_permissions

_SECONDS = 60.0
_TROUBLE = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)


async def taken(caller: Caller, attachment: discord.Attachment) -> QuestionFile:
    """The file, with all that is in it.

    Raises:
        MayNotAttach: the bot may not attach it to the question's post.
        FileTooLarge, FileEmpty: it can't be posted.
        FileUnreadable: Discord did not hand it over.
    """
    channel_id, limit = caller.community.questions_channel, caller.guild.filesize_limit
    if channel_id and missing_permissions(caller.guild, channel_id, ("attach_files",)):
        raise MayNotAttach(channel_id)
    require_size(attachment.size, limit)
    try:
        content = await asyncio.wait_for(attachment.read(), _SECONDS)
    except _TROUBLE as trouble:
        raise FileUnreadable from trouble
    require_size(len(content), limit)
    return QuestionFile(_name(attachment), content)


def _name(attachment: discord.Attachment) -> str:
    """What its author calls it: in the name by which it is stored, Discord leaves out what is not ASCII."""
    name, title = attachment.filename, attachment.title or ""
    if title:
        _stem, dot, suffix = name.rpartition(".")
        ending = f"{dot}{suffix}" if dot else ""
        name = title if ending and title.endswith(ending) else f"{title}{ending}"
    return f"{SPOILER}{name}" if attachment.is_spoiler() and not name.startswith(SPOILER) else name
