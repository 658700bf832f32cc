"""Who can see a channel, as far as it can be told without knowing the members."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct


class Audience(Struct, frozen=True):
    """Who sees a channel.

    `everyone` by default; `allowed` and `denied` are the ids of roles and members that the channel itself lets in or
    shuts out; `ordinary` are roles that see it because it says nothing of them. Being allowed beats being denied, which
    beats being ordinary or everyone.
    """

    everyone: bool
    allowed: frozenset[int] = frozenset()
    denied: frozenset[int] = frozenset()
    ordinary: frozenset[int] = frozenset()


def audience(
    everyone_sees: bool, everyone_here: bool | None, here: Mapping[int, bool], seeing_roles: Collection[int]
) -> Audience:
    """The audience of a channel.

    `everyone_sees` is whether the server lets everybody see its channels, `everyone_here` what the channel says of
    everybody (None: nothing), `here` what it says of roles and members by id, and `seeing_roles` are the roles that see
    the channels of the server.
    """
    allowed = frozenset(key for key, sees in here.items() if sees)
    denied = frozenset(key for key, sees in here.items() if not sees)
    if everyone_here is not None:
        return Audience(everyone_here, allowed, denied)
    if everyone_sees:
        return Audience(True, allowed, denied)
    return Audience(False, allowed, denied, frozenset(seeing_roles))


def sees_both(first: Audience, second: Audience) -> bool:
    """Whether everybody who sees the first channel surely sees the second one too.

    The answer errs towards no: a "no" costs one more reminder, a wrong "yes" would tell people of a group that does not
    exist for them.
    """
    if not second.denied <= first.denied:
        return False
    if second.denied and not first.allowed <= second.allowed:
        # Whoever is shut out of both may be let into the first alone.
        return False
    if second.everyone:
        return True
    return not first.everyone and first.allowed | first.ordinary <= second.allowed | second.ordinary
