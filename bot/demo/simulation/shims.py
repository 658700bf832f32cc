"""All changes to simcord at once."""

from __future__ import annotations

from functools import cache

from bot.demo.simulation import engine, guilds, messages


@cache
def install() -> None:
    """Make this process's simcord behave like Discord; doing it again changes nothing."""
    engine.install()
    messages.install()
    guilds.install()
