"""What Discord tells the bot of its own messages: nothing that it does not know from the answers to its requests."""

from __future__ import annotations

from typing import Any

import discord


def ignore_own_messages(client: discord.Client) -> None:
    """Make nothing of the bot's own messages as they come back through the gateway.

    While many posts are due, each comes back; to make a message of it and tell everybody who listens is a tenth of all
    the work that a post is. Nothing in the bot listens to what it says itself.
    """
    state = client._connection
    parse = state.parsers["MESSAGE_CREATE"]

    def parse_of_others(data: Any) -> None:
        if int(data["author"]["id"]) != state.self_id:
            parse(data)

    state.parsers["MESSAGE_CREATE"] = parse_of_others
