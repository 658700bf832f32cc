"""The bot's own messages as they come back through the gateway, on discord.py's own client."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.echoes import ignore_own_messages

OWN, OTHER = 1, 2


def said_by(author_id: int) -> dict[str, Any]:
    """A message as the gateway tells of it, in a direct channel that nobody has opened yet."""
    return {
        "id": "10",
        "channel_id": "20",
        "author": {"id": str(author_id), "username": "x", "discriminator": "0", "avatar": None},
        "content": "",
        "embeds": [],
        "attachments": [],
        "edited_timestamp": None,
        "type": 0,
        "pinned": False,
        "mention_everyone": False,
        "tts": False,
    }


@pytest.fixture
def client() -> discord.Client:
    made = discord.Client(intents=discord.Intents.none())
    user: Any = said_by(OWN)["author"]
    made._connection.user = discord.ClientUser(state=made._connection, data=user)
    return made


def heard(client: discord.Client, author_id: int) -> list[str]:
    """The events that the client tells of after this message."""
    events: list[str] = []
    client._connection.dispatch = lambda event, *_arguments: events.append(event)
    client._connection.parsers["MESSAGE_CREATE"](said_by(author_id))
    return events


def test_discord_py_itself_makes_a_message_of_what_the_bot_has_said(client: discord.Client):
    assert heard(client, OWN) == ["message"]


def test_nothing_is_made_of_what_the_bot_has_said(client: discord.Client):
    ignore_own_messages(client)
    assert heard(client, OWN) == []


def test_what_others_say_is_heard(client: discord.Client):
    ignore_own_messages(client)
    assert heard(client, OTHER) == ["message"]
