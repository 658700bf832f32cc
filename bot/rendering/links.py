"""Links to messages, as Discord's app opens them."""

from __future__ import annotations


def message_link(guild_id: int, channel_id: int, message_id: int) -> str:
    """The address of a message in a server's channel."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"
