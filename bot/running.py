"""From settings to an exit code: the bot online, until it is told to stop or Discord will not have it."""

from __future__ import annotations

import asyncio
import logging
import signal

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot import process
from bot.app import App, build
from bot.config import Config
from bot.exits import BAD_INTENTS, BAD_TOKEN, MAY_PASS, closed_for_good

_log = logging.getLogger(__name__)


async def run(config: Config, token: str) -> int:
    """Run the bot until it is told to stop; returns the process's exit code."""
    Route.BASE = config.discord.api_url.rstrip("/")
    if config.discord.gateway_url:
        # discord.py returns to this address after an invalid session, whatever address it was given before.
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(config.discord.gateway_url)
    with process.loading():
        app = build(config)
    app.settle_memory = process.set_aside
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, app.stop)
    client = asyncio.create_task(_connect(app, token))
    stopped = asyncio.create_task(app.stopped.wait())
    try:
        await asyncio.wait({client, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if client.done():
            client.result()
        return app.exit_code
    except discord.LoginFailure:
        return closed_for_good(BAD_TOKEN, config)
    except discord.PrivilegedIntentsRequired:
        return closed_for_good(BAD_INTENTS, config)
    except discord.ConnectionClosed as closed:
        return closed_for_good(closed.code, config)
    except (OSError, aiohttp.ClientError) as error:
        _log.critical("%s: discord.api_url: can't reach %s: %s", config.origin, Route.BASE, error)
        return MAY_PASS
    finally:
        stopped.cancel()
        await app.bot.close()
        client.cancel()
        await asyncio.gather(client, stopped, return_exceptions=True)


async def _connect(app: App, token: str) -> None:
    async with app.bot:
        await app.bot.start(token)
