"""Faults that a test orders: wrong answers, cut connections, hanging requests."""

from __future__ import annotations

import random

import msgspec

from tests.double.http import ApiError
from tests.double.limits import too_many

POST_MESSAGE = "POST /channels/{channel_id}/messages"

_CODES = {
    400: (50035, "Invalid Form Body"),
    401: (0, "401: Unauthorized"),
    403: (50013, "Missing Permissions"),
    404: (10003, "Unknown Channel"),
    500: (0, "500: Internal Server Error"),
    502: (0, "502: Bad Gateway"),
    503: (0, "503: Service Unavailable"),
    504: (0, "504: Gateway Timeout"),
}


class Fault(msgspec.Struct, kw_only=True):
    """What goes wrong, where and how often.

    Attributes:
        kind: `status` answers `status`; `cut` closes the connection without an answer; `hang` waits `seconds`
            and then answers as usual.
        store: The request takes effect first. A fault that does not store has no effect at all, except `hang`,
            whose request then takes effect late, after the wait.
        route: The route's name as in `stats()["by_route"]`; `*` means every one.
        channel: Only requests to this channel.
        count: How many requests it strikes; None means all until `clear_faults`.
        skip: How many matching requests pass before it.
        probability: Chance of each matching request to be struck.
        foreign: Of a `status`: the answer is a proxy's, without a code of Discord's.
        reset: Of a `cut`: RST instead of FIN.
        retry_after: Of a 429: seconds.
    """

    kind: str
    store: bool = False
    route: str = POST_MESSAGE
    channel: int | None = None
    count: int | None = 1
    skip: int = 0
    probability: float = 1.0
    status: int = 0
    code: int = 0
    message: str = ""
    foreign: bool = False
    seconds: float = 0.0
    reset: bool = False
    retry_after: float = 1.0
    struck: int = 0

    def error(self) -> ApiError:
        """The answer of a `status` fault."""
        if self.status == 429:
            return too_many(self.retry_after, scope="shared", code=self.code)
        code, message = _CODES.get(self.status, (0, f"{self.status}: Error"))
        return ApiError(self.status, 0 if self.foreign else self.code or code, self.message or message)


class Faults:
    """The ordered faults; the oldest that matches a request strikes it."""

    def __init__(self, seed: int) -> None:
        self.ordered: list[Fault] = []
        self.unreadable: set[int | None] = set()
        self.unreadable_code = 50001
        self._random = random.Random(seed)

    def take(self, route: str, channel: int | None) -> Fault | None:
        """The fault that strikes this request, if any."""
        for fault in self.ordered:
            if fault.route not in (route, "*") or fault.channel not in (None, channel):
                continue
            if fault.count is not None and fault.struck >= fault.count:
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.probability < 1.0 and self._random.random() >= fault.probability:
                continue
            fault.struck += 1
            return fault
        return None

    def check_readable(self, channel: int) -> None:
        """Raise 403 if this channel's messages can't be read now."""
        if None in self.unreadable or channel in self.unreadable:
            raise ApiError(403, self.unreadable_code, "Missing Access")
