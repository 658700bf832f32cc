"""What a spin-off is: its values, the repository, and what people get wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from msgspec import Struct

from bot.domain.errors import StudyError

if TYPE_CHECKING:
    from bot.domain.sessions import Session

SpinoffKind = Literal["project", "company", "npo", "other"]
SpinoffState = Literal["idea", "running", "paused", "ended"]
KINDS: tuple[SpinoffKind, ...] = get_args(SpinoffKind)
STATES: tuple[SpinoffState, ...] = get_args(SpinoffState)
ASKED = "spinoff_asked"
"""The post that asks somebody whether they may be listed; its subject is the spin-off."""
LONGEST_NAME = 80
LONGEST_ABOUT = 300
MOST_MEMBERS = 20
MOST_ADDED = 10
"""So many that one person has added can stand there and not have ended."""
PAGE = 5
"""Spin-offs on one screen."""
ASKED_FOR = timedelta(days=14)
"""So long the question whether somebody may be listed is worth asking."""


class Spinoff(Struct, frozen=True):
    """A project, company or NPO. `session_id` is the session at which it began (None: at none).

    `adder_id` is who added it (0: they have left). `state_since` is when it came to stand as it does.
    """

    id: int
    name: str
    kind: SpinoffKind
    state: SpinoffState
    about: str
    session_id: int | None
    adder_id: int
    added_at: datetime
    state_since: datetime


class SpinoffView(Struct, frozen=True):
    """A spin-off as one person sees it: who is in it, and the session at which it began, if it exists for them.

    `asked`: the reader was asked whether they may be listed; `mine`: they may change it.
    """

    spinoff: Spinoff
    members: tuple[int, ...]
    session: Session | None
    asked: bool
    mine: bool


class SpinoffPage(Struct, frozen=True):
    """One screen of the spin-offs; `page` counts from 0, `pages` is at least 1. `state` "": in whatever state."""

    views: tuple[SpinoffView, ...]
    page: int
    pages: int
    total: int
    state: SpinoffState | Literal[""]


class Kept(Struct, frozen=True):
    """A spin-off as it was added or changed. `told` are asked whether they may be listed; the
    `untold` can't be written to.
    """

    view: SpinoffView
    told: tuple[int, ...] = ()
    untold: tuple[int, ...] = ()


class MayList(Struct, frozen=True):
    """What somebody is asked: whether they may be listed. `in_own_thread`: not by direct message."""

    spinoff: Spinoff
    guild_id: int
    by: int
    reader: int
    in_own_thread: bool


class NewSpinoff(Struct, frozen=True):
    """What is said of a spin-off to be, or (None: as it is) of one that is to change; `session_id` 0: at none."""

    name: str | None = None
    kind: SpinoffKind | None = None
    state: SpinoffState | None = None
    about: str | None = None
    session_id: int | None = None
    members: tuple[int, ...] = ()
    remove: int = 0


class SpinoffNameTaken(StudyError):
    """There is one of this name already."""

    name: str


class SpinoffsEnough(StudyError):
    """The actor has added as many as one may that have not ended."""

    limit: int


class TooManyPartners(StudyError):
    """There are more people in it, or asked, than there may be."""

    limit: int


class NotAPartner(StudyError):
    """The person who is to be taken off it is not in it."""

    member_id: int
    name: str


class WhoIsMeant(StudyError):
    """A part of what was given for people is nobody here, or several."""

    text: str


class SpinoffRepository(Protocol):
    """The spin-offs of one community."""

    async def add(self, **values: Any) -> Spinoff:
        """Write a new one; the fields of `Spinoff` but its id."""
        ...

    async def get(self, spinoff_id: int) -> Spinoff | None:
        """The one with this id."""
        ...

    async def all(self) -> list[Spinoff]:
        """All of them, the latest first."""
        ...

    async def change(self, spinoff_id: int, **values: Any) -> Spinoff:
        """Set columns; returns it as changed."""
        ...

    async def people(self, spinoff_ids: Collection[int]) -> Mapping[int, Mapping[int, bool]]:
        """Of each of these, who was asked, in the order of that, and whether they are in it."""
        ...

    async def put(self, spinoff_id: int, member_id: int, *, agreed: bool) -> None:
        """Somebody is in it, or is asked."""
        ...

    async def remove(self, spinoff_id: int, member_id: int) -> None:
        """Somebody is not in it."""
        ...

    async def leave(self, member_id: int) -> None:
        """Somebody is there no more: they are in none, and what they added stays without their name."""
        ...
