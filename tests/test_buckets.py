"""The table of rate-limit buckets, on the HTTP client as discord.py makes it."""

from __future__ import annotations

import asyncio

import pytest
from discord.http import HTTPClient, Ratelimit

from bot.buckets import forget_buckets_rarely

WHILE_IT_IS_REMEMBERED = 300
"""Seconds that discord.py keeps a bucket nobody uses."""


class Looks:
    """Counts how many buckets are looked at; those used `ago` seconds before are old."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        real = Ratelimit.is_inactive

        def counted(bucket: Ratelimit) -> bool:
            self.count += 1
            return real(bucket)

        monkeypatch.setattr(Ratelimit, "is_inactive", counted)


def grow(http: HTTPClient, first: int, count: int, *, ago: float = 0.0) -> None:
    for number in range(first, first + count):
        http.get_ratelimit(f"hash:{number}")._last_request = asyncio.get_running_loop().time() - ago


async def test_discord_py_itself_looks_at_all_buckets_for_each_new_one(monkeypatch: pytest.MonkeyPatch):
    looks = Looks(monkeypatch)
    grow(HTTPClient(asyncio.get_running_loop()), 0, 2000)
    assert looks.count > 1_500_000


async def test_thousands_of_buckets_are_looked_at_a_few_times_each(monkeypatch: pytest.MonkeyPatch):
    looks = Looks(monkeypatch)
    http = HTTPClient(asyncio.get_running_loop())
    forget_buckets_rarely(http)
    grow(http, 0, 2000)
    assert len(http._buckets) == 2000
    assert looks.count <= 2 * 2000


async def test_what_nobody_needs_is_still_forgotten():
    http = HTTPClient(asyncio.get_running_loop())
    forget_buckets_rarely(http)
    grow(http, 0, 3000, ago=WHILE_IT_IS_REMEMBERED)
    grow(http, 3000, 3000)
    assert len(http._buckets) <= 3000 + 2
    grow(http, 6000, 3000, ago=WHILE_IT_IS_REMEMBERED)
    grow(http, 9000, 6000)
    assert "hash:6000" not in http._buckets
