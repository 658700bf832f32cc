"""How the other modules change simcord, and how a test looks at simcord as it is without us."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from simcord.backend.models import Channel
from simcord.http import router
from simcord.http.router import RequestContext

Route = Callable[[RequestContext], Any]


@dataclass(frozen=True, slots=True)
class _Change:
    put: Callable[[Any], None]
    theirs: Any
    ours: Any
    pace: bool


_CHANGES: list[_Change] = []


def swap(owner: Any, name: str, ours: Any, *, pace: bool = False) -> None:
    """Set an attribute of one of simcord's classes, functions or modules; `pace` says it only saves real time."""
    _change(partial(setattr, owner, name), getattr(owner, name), ours, pace=pace)


def _change(put: Callable[[Any], None], theirs: Any, ours: Any, *, pace: bool = False) -> None:
    _CHANGES.append(_Change(put, theirs, ours, pace))
    put(ours)


@contextmanager
def simcord_alone(*, pace: bool = False) -> Iterator[None]:
    """Take all changes back for a while; those that only save real time, if `pace` is set."""
    changes = [change for change in _CHANGES if pace or not change.pace]
    for change in reversed(changes):
        change.put(change.theirs)
    try:
        yield
    finally:
        for change in changes:
            change.put(change.ours)


def around(method: str, template: str, handler: Callable[[Route, RequestContext], Any]) -> None:
    """Let `handler(simcords_route, request)` answer this route.

    Raises:
        LookupError: simcord has no such route (any more).
    """
    routes = router._ROUTES[method]
    segments = template.strip("/").split("/")
    for index, (existing, original) in enumerate(routes):
        if existing == segments:
            put = partial(routes.__setitem__, index)
            _change(put, (existing, original), (existing, partial(handler, original)))
            return
    raise LookupError(f"simcord has no route {method} {template}")


def with_body(request: RequestContext, body: Mapping[str, Any]) -> RequestContext:
    """The same request with another JSON body."""
    return replace(request, json=dict(body))


def requiring(request: RequestContext, instead: Mapping[str, str | None]) -> RequestContext:
    """The same request, where the bot needs other permissions than simcord asks for (None: not this one)."""
    changed = replace(request)

    def names(asked: tuple[str, ...]) -> list[str]:
        return [needed for name in asked if (needed := instead.get(name, name)) is not None]

    def channel_permissions(channel_id: int, *asked: str) -> Channel:
        return request.require_channel_permissions(channel_id, *names(asked))

    def guild_permissions(guild_id: int, *asked: str) -> None:
        request.require_guild_permissions(guild_id, *names(asked))

    changed.require_channel_permissions = channel_permissions
    changed.require_guild_permissions = guild_permissions
    return changed


def bot_may(request: RequestContext, channel: Channel, permission: int) -> bool:
    """Whether the bot holds a permission, given by its flag, in a channel of a community."""
    return may(request.backend, channel, request.backend.bot_user.id, permission)


def may(backend: Any, channel: Channel, user_id: int, permission: int) -> bool:
    """Whether a user holds a permission, given by its flag, in a channel of a community."""
    return bool(backend.compute_permissions(channel.guild_id, user_id, channel.id) & permission)
