"""A double of Discord on the loopback: a real HTTP and WebSocket server that the real discord.py talks to.

Use it for what only the wire shows: nonces, rate limits, 5xx, cut connections, a dropped gateway, an invalid
session, a killed bot. Clicks and commands of ordinary features are better tested with the simulated Discord.

As its own process, which survives the bot's death (a test of the whole bot):

    async with running_double(nonce_seconds=5, channels=200) as double:
        # double.api_url and double.gateway_url go into the bot's configuration
        info = await double.info()                      # application, guilds, channels, members
        await double.cut(store=True, count=3)           # the next three posts are stored, then hang up
        ...
        assert await double.doubles() == []
        stats = await double.stats()                    # counts by route, 429s, unknown routes

Inside the test's own event loop, with the same methods, not awaited:

    async with DiscordDouble(DoubleSettings(global_limit=5)) as double:
        with discord_at(double.api_url, double.gateway_url):
            ...                                         # run a discord.py client
            double.drop_gateway(code=4000)

By hand:

    python -m tests.double --port 8008 --channels 20 --nonce-seconds 5
    curl localhost:8008/__double__/stats
    curl localhost:8008/__double__/fail -d '{"status": 500, "count": 2}'

`settings.DoubleSettings` lists the settings (each is also an option of the command line), `controls.Controls`
what can be asked and done. `stats()["unknown_routes"]` names requests that the double does not know: a test
that uses it should assert that the list is empty. Every time is given twice: `wall` is Unix time, `monotonic`
is `time.monotonic()`, which on Linux is one clock for all processes, so a test may compare it with its own.

How it was made equal to Discord: discord.py reads an answer as JSON only if its content type is exactly
`application/json`; takes a 429 without `Via` for a ban by Cloudflare; goes back to its built-in gateway address
after an invalid session; and takes the address of a resumed session from READY (here `/ws/resume`, so that the
gateway's log shows which of the two was used).
"""

from tests.double.client import DoubleClient, discord_at, eventually, running_double
from tests.double.server import DiscordDouble
from tests.double.settings import DoubleSettings

__all__ = ["DiscordDouble", "DoubleClient", "DoubleSettings", "discord_at", "eventually", "running_double"]
