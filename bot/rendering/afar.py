"""What is said in a direct message, where most commands can't be used."""

from __future__ import annotations

import re

from bot.i18n import Words, _

_OF_A_SERVER = r"`/(?!(?:help|me)\b)[a-z]"
"""A command that a direct message does not have."""
_THERE = _("Please use commands like this on the server. In direct messages only `/help` and `/me` work.")


def for_dm(text: str, w: Words) -> str:
    """The text; and if it names commands that its reader can't use here, which ones they can."""
    return f"{text}\n{w(_THERE)}" if re.search(_OF_A_SERVER, text) else text
