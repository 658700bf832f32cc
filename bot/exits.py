"""How the process ends when Discord will not have it: the exit code, and one line that says who can help."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config import Config

_log = logging.getLogger(__name__)

MAY_PASS = 1
"""Exit code: whoever watches the process should start it again."""
NEEDS_A_PERSON = 2
"""Exit code: starting again by itself will not help."""

BAD_TOKEN = 4004
BAD_INTENTS = 4014
_BAD_SHARDS = frozenset({4010, 4011})
_TOO_OLD = frozenset({4012, 4013})
"""Of the codes with which the gateway closes for good, those for shards, and for what a release has grown too old for;
see https://discord.com/developers/docs/topics/opcodes-and-status-codes."""


def closed_for_good(code: int, config: Config) -> int:
    """Say in one line why Discord has closed the gateway with this code; returns the exit code."""
    if code == BAD_TOKEN:
        _log.critical(
            "environment: DISCORD_TOKEN: Discord does not accept this token; copy it again from the developer portal"
        )
    elif code == BAD_INTENTS:
        _log.critical(
            "%s: discord.members_intent, discord.message_content_intent: switch the same intents on in Discord's "
            "developer portal, or off here",
            config.origin,
        )
    elif code in _TOO_OLD:
        _log.critical("discord: it no longer understands this release (gateway code %d); get a newer one", code)
    elif code in _BAD_SHARDS and config.discord.shards:
        said = "%s: discord.shards: %d is not what Discord asks for; 0 lets Discord choose"
        _log.critical(said, config.origin, config.discord.shards)
    else:
        _log.critical("discord: it has closed the connection for good (gateway code %d)", code)
        return MAY_PASS
    return NEEDS_A_PERSON
