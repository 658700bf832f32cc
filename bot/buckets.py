"""discord.py's table of rate-limit buckets, kept usable with thousands of channels."""

from __future__ import annotations

from discord.http import HTTPClient

_FEW = 256
"""discord.py itself looks for buckets to forget only among more than these."""


def forget_buckets_rarely(http: HTTPClient) -> None:
    """Let `http` look for buckets that nobody needs only after their number has doubled.

    discord.py looks through all of them whenever a new one is made. With a message to each of 10,000 channels that is
    50 million looks, more work than the messages themselves; after each doubling it is two for each bucket.
    """
    look = http._try_clear_expired_ratelimits
    most = _FEW

    def look_rarely() -> None:
        nonlocal most
        if len(http._buckets) < most:
            return
        look()
        most = max(_FEW, 2 * len(http._buckets))

    http._try_clear_expired_ratelimits = look_rarely
