"""Rate limits: the global one and the one of message posts per channel."""

from __future__ import annotations

import time
from collections import deque

from tests.double.http import ApiError
from tests.double.settings import DoubleSettings


def too_many(retry_after: float, *, scope: str, code: int = 0, headers: dict[str, str] | None = None) -> ApiError:
    """A 429 as Discord writes it; `retry_after` in seconds."""
    wait = round(max(retry_after, 0.001), 3)
    is_global = scope == "global"
    all_headers = {"Retry-After": str(int(wait) + 1), "X-RateLimit-Scope": scope, **(headers or {})}
    if is_global:
        all_headers["X-RateLimit-Global"] = "true"
    return ApiError(
        429,
        code,
        "You are being rate limited.",
        extra={"retry_after": wait, "global": is_global},
        headers=all_headers,
    )


class Limits:
    """Counts accepted requests; a refused one costs nothing."""

    def __init__(self) -> None:
        self._global: deque[float] = deque()
        self._channels: dict[int, tuple[float, int]] = {}

    def take_global(self, settings: DoubleSettings) -> None:
        """Count a request, or raise the 429 of the global limit."""
        if not (limit := settings.global_limit):
            return
        now = time.monotonic()
        taken = self._global
        oldest = float(int(now)) if settings.global_window == "fixed" else now - 1.0
        while taken and taken[0] <= oldest:
            taken.popleft()
        if len(taken) >= limit:
            free_at = oldest + 1.0 if settings.global_window == "fixed" else taken[-limit] + 1.0
            raise too_many(free_at - now, scope="global")
        taken.append(now)

    def take_channel(self, channel_id: int, settings: DoubleSettings) -> dict[str, str]:
        """Count a message post; the headers of the bucket, or the 429 of the channel."""
        if not (limit := settings.channel_limit):
            return {}
        now = time.monotonic()
        began, used = self._channels.get(channel_id, (now, 0))
        if now - began >= settings.channel_seconds:
            began, used = now, 0
        left = began + settings.channel_seconds - now
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(limit - used - 1, 0)),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": "80c17d2f203122d936070c88c8d10f33",
        }
        if used >= limit:
            raise too_many(left, scope="user", headers=headers)
        self._channels[channel_id] = (began, used + 1)
        return headers
