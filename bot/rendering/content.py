"""What rendering makes: a message as a value, before anything is sent."""

from __future__ import annotations

import discord
from msgspec import Struct

WORDS_LIMIT = 2000
"""Discord's limit of a message's text."""


class Button(Struct, frozen=True):
    """A button that works for ever: its `custom_id` (see `bot.rendering.buttons`) is all it needs."""

    label: str
    custom_id: str
    style: discord.ButtonStyle = discord.ButtonStyle.secondary
    disabled: bool = False


class Content(Struct, frozen=True):
    """A message's parts.

    Nobody is pinged but `mentions` (member ids) and `roles`, whatever the text says. `rows` are at most five rows of at
    most five buttons.
    """

    text: str = ""
    embed: discord.Embed | None = None
    rows: tuple[tuple[Button, ...], ...] = ()
    mentions: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()

    def allowed_mentions(self) -> discord.AllowedMentions:
        """Exactly the mentions that are meant."""
        return discord.AllowedMentions(
            everyone=False,
            users=[discord.Object(i) for i in self.mentions],
            roles=[discord.Object(i) for i in self.roles],
            replied_user=False,
        )

    def view(self) -> discord.ui.View | None:
        """The buttons as a view that never times out and dispatches nothing by itself."""
        if not self.rows:
            return None
        view = discord.ui.View(timeout=None)
        for row, buttons in enumerate(self.rows):
            for button in buttons:
                view.add_item(
                    discord.ui.Button(
                        label=button.label[:80],
                        custom_id=button.custom_id,
                        style=button.style,
                        disabled=button.disabled,
                        row=row,
                    )
                )
        # All ids work for ever by themselves, so the library has nothing to remember of this view.
        view.stop()
        return view


class EventContent(Struct, frozen=True):
    """A native scheduled event's parts: name (100), description (1,000), place (100)."""

    name: str
    description: str
    location: str


class WantedChannel(Struct, frozen=True):
    """A channel to be made: name (100), topic (1,024); with `forum` a forum, where the server can have one.

    `private`: seen only by the bot, by roles with Manage Server and by the role `moderator_role` (0: none).
    """

    name: str
    topic: str
    private: bool
    moderator_role: int = 0
    forum: bool = False
