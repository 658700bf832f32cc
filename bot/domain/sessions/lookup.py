"""Who may see a session, and how people name one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.choices import chosen_id, has_part, only_fitting
from bot.domain.errors import StudyError, Unknown
from bot.domain.groups import find_group, fitting, folded, is_visible, sounded, visible_groups
from bot.domain.industries import KEYS, Industry
from bot.domain.rotation.values import Turn, TurnState
from bot.domain.sessions import hosts
from bot.domain.sessions.values import Session, SessionName, SessionState

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.actors import Actor
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.rotation.guests import Guest
    from bot.domain.rsvps import Rsvp
    from bot.domain.series import SessionSeries
    from bot.domain.uow import UnitOfWork, Units

    _Named = tuple[SessionName, StudyGroup]

MOST_LOOKED_AT = 1000
"""So many coming sessions are looked through for a name: of the eight weeks that are planned, eighteen a day."""
MOST_LOOKED_BACK = 500
"""So many that were cancelled or are over are looked through as well: those of ten weekly groups in a year."""
_ID = r"[0-9]{1,18}"

Label = Callable[["Session | SessionName"], str]
"""How a session is called in a list in the caller's language, such as «7/15(水) 07:00 朝の会»."""


class NoChannel(StudyError):
    """The group `name` has no channel of its own, and the community has none for announcements."""

    name: str


class SessionView(Struct, frozen=True):
    """A session with all that is shown of it; `rsvps` in order of place, `series` None for a one-off.

    `lecturers` have confirmed, in order of place, each with their industry (None: not known); one of them may be the
    `guest`. `arranging` is whether the rotation looks for one more.
    """

    session: Session
    group: StudyGroup
    community: Community
    series: SessionSeries | None
    rsvps: tuple[Rsvp, ...]
    lecturers: tuple[tuple[Turn, Industry | None], ...] = ()
    arranging: bool = False
    guest: Guest | None = None

    @property
    def coming(self) -> tuple[Rsvp, ...]:
        """Who has a place."""
        return tuple(r for r in self.rsvps if r.coming)

    @property
    def waiting(self) -> tuple[Rsvp, ...]:
        """Who would come if there was a place, the first in line first."""
        return tuple(r for r in self.rsvps if r.waiting)

    @property
    def maybe(self) -> tuple[Rsvp, ...]:
        """Who does not know yet."""
        return tuple(r for r in self.rsvps if r.answer == "maybe")

    @property
    def host_id(self) -> int:
        """Who is shown as its host; 0: nobody."""
        return hosts.present_host(self.session, self.rsvps)

    def of(self, member_id: int) -> Rsvp | None:
        """One person's answer."""
        return next((r for r in self.rsvps if r.member_id == member_id), None)

    def knows_link(self, actor: Actor) -> bool:
        """Whether this person is shown the link: who comes, the host, and who organizes."""
        mine = self.of(actor.member_id)
        return (mine is not None and mine.coming) or self.may_change(actor)

    def may_change(self, actor: Actor) -> bool:
        """Whether this person may edit and cancel the session."""
        return hosts.may_change(actor, self.session, self.group)


def announcement_channel(group: StudyGroup, community: Community) -> int:
    """Where the group's sessions are announced.

    Raises:
        NoChannel: nowhere is set.
    """
    channel_id = group.channel_id or community.announcements_channel
    if not channel_id:
        raise NoChannel(group.name)
    return channel_id


class ChoosesGroup:
    """What services share whose things belong to a group: to find out which one is meant."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def group_for(self, guild_id: int, actor: Actor, text: str | None) -> StudyGroup:
        """The group that something new belongs to: the named one, or the only one there is.

        Raises:
            GroupNeeded, Unknown: it is not clear which.
            NotAllowed: the actor may plan nothing there.
        """
        async with self._units.reading(guild_id) as uow:
            group = await find_group(uow, actor, text)
            actor.require_organizer(group)
            return group

    async def suggest_groups(self, guild_id: int, actor: Actor, text: str) -> Sequence[StudyGroup]:
        """The groups that fit what was typed so far, for autocompletion."""
        async with self._units.reading(guild_id) as uow:
            return fitting((await visible_groups(uow, actor)).values(), text)


async def visible_session(uow: UnitOfWork, actor: Actor, session_id: int) -> tuple[Session, StudyGroup]:
    """The session with this id, and its group.

    Raises:
        Unknown: there is none for this person. Nobody typed the id, so of what carried it only the button is told.
    """
    with suppress(Unknown):
        session = await uow.sessions.get(session_id)
        group = await uow.groups.get(session.group_id)
        if is_visible(group, actor, await uow.communities.get()):
            return session, group
    raise Unknown("button", str(session_id))


async def find_session(
    uow: UnitOfWork,
    actor: Actor,
    text: str,
    now: datetime,
    label: Label,
    *,
    changing: bool = False,
    looking_back: bool = False,
    answering: bool = False,
    whole: bool = False,
) -> Session:
    """The session chosen from a list, or of this label, theme, series name or id; of several that fit, the next one.

    Else it is the only one in whose label or series name the text stands, or the next one of the only such series;
    not if one that was cancelled or is over is called so: that one was meant.
    `changing`: of several, rather the next one that the actor may change. `looking_back`: if none that is ahead fits,
    the latest that was cancelled or is over. `answering`: of several that are of no series, rather the next one that
    the actor has answered. `whole`: see `only_fitting`.

    Raises:
        SeveralFit, OnlyPartFits: the text is a part of several names, or of one.
        Unknown: none fits, and the text is no id of another one.
    """
    if (chosen := chosen_id(text)) is not None:
        with suppress(Unknown):
            return (await visible_session(uow, actor, chosen))[0]
    wanted = folded(text)
    ahead = await _names_ahead(uow, actor, now)

    def those(names: Sequence[_Named], fits: Callable[[SessionName], bool]) -> list[SessionName]:
        found = [(name, group) for name, group in names if fits(name)]
        own = [name for name, group in found if changing and hosts.may_change(actor, name, group)]
        return own or [name for name, _group in found]

    def called_so(name: SessionName) -> bool:
        return wanted in (_folded(name.theme), _folded(name.series) or None, _folded(label(name)))

    if named := those(ahead, called_so):
        meant = await _answered_first(uow, actor, named, now) if answering else named[0]
        return await uow.sessions.get(meant.id)
    behind = await _names_behind(uow, actor)
    past = those(behind, called_so)
    if past and looking_back:
        return await uow.sessions.get(past[0].id)
    if re.fullmatch(_ID, wanted):
        with suppress(Unknown):
            return (await visible_session(uow, actor, int(wanted)))[0]
    if past:
        raise Unknown("session", text[:100])
    part = sounded(text)
    fitting = those(ahead, lambda name: _has_part(name, part, label))
    if looking_back and not fitting:
        fitting = those(behind, lambda name: _has_part(name, part, label))
    # Of the sessions of a series, or with one theme, the next one stands for all.
    distinct: dict[str, SessionName] = {}
    for name in fitting:
        distinct.setdefault(folded(name.series or name.theme), name)
    found = only_fitting("session", text[:100], [(label(name), name) for name in distinct.values()], whole=whole)
    if found is None:
        raise Unknown("session", text[:100])
    return await uow.sessions.get(found.id)


async def suggestions(
    uow: UnitOfWork,
    actor: Actor,
    text: str,
    now: datetime,
    label: Label,
    limit: int,
    *,
    changing: bool = False,
    looking_back: bool = False,
) -> Sequence[SessionName]:
    """Sessions ahead whose label or series contains the text: first those this person answered, then by start.

    `changing`: only those that the actor may change. `looking_back`: after them those that were cancelled or are over,
    the latest first.
    """
    wanted = sounded(text)
    chosen = await uow.rsvps.chosen_ahead(actor.member_id, now, MOST_LOOKED_AT)
    mine: list[SessionName] = []
    others: list[SessionName] = []
    for name, group in await _names_ahead(uow, actor, now):
        found = mine if name.id in chosen else others
        if len(found) >= limit or (changing and not hosts.may_change(actor, name, group)):
            continue
        if _has(name, wanted, label):
            found.append(name)
    found = [*mine, *others][:limit]
    if looking_back and len(found) < limit:
        behind = await _names_behind(uow, actor)
        found += islice((name for name, _group in behind if _has(name, wanted, label)), limit - len(found))
    return found


async def _answered_first(uow: UnitOfWork, actor: Actor, named: Sequence[SessionName], now: datetime) -> SessionName:
    """Of sessions of one name, the next one of no series that the actor has answered, or else the next of all."""
    chosen = await uow.rsvps.chosen_ahead(actor.member_id, now, MOST_LOOKED_AT)
    return next((name for name in named if name.id in chosen and not name.series), named[0])


def _has_part(name: SessionName, part: str, label: Label) -> bool:
    """As `_has`, but a part that stands for the whole begins where a word does."""
    return any(has_part(_sounded(each), part) for each in (name.theme, name.series)) or has_part(
        _sounded(label(name)), part
    )


def _has(name: SessionName, wanted: str, label: Label) -> bool:
    """Whether the text is part of what the session is called."""
    # The label comes last: it is the only one that has to be made.
    return wanted in _sounded(name.theme) or wanted in _sounded(name.series) or wanted in _sounded(label(name))


async def _names_ahead(uow: UnitOfWork, actor: Actor, now: datetime) -> list[_Named]:
    """The next sessions that exist for this person, by start, each with its group."""
    return await _visible(uow, actor, await uow.sessions.names_ahead(now, MOST_LOOKED_AT))


async def _names_behind(uow: UnitOfWork, actor: Actor) -> list[_Named]:
    """As `_names_ahead`, of those that were cancelled or are over, the latest first."""
    return await _visible(uow, actor, await uow.sessions.names_behind(MOST_LOOKED_BACK))


async def _visible(uow: UnitOfWork, actor: Actor, names: Sequence[SessionName]) -> list[_Named]:
    groups = await visible_groups(uow, actor)
    return [(name, groups[name.group_id]) for name in names if name.group_id in groups]


_folded = lru_cache(maxsize=16_384)(folded)
_sounded = lru_cache(maxsize=16_384)(sounded)
"""Of themes and labels: the same thousand of them are looked through with every key that somebody presses."""


async def view(uow: UnitOfWork, session_id: int) -> SessionView:
    """The session as it is now, for rendering.

    Raises:
        Unknown: the community has none with this id.
    """
    session = await uow.sessions.get(session_id)
    lecturers, arranging = await _lecturers(uow, session)
    return SessionView(
        session=session,
        group=await uow.groups.get(session.group_id),
        community=await uow.communities.get(),
        series=await uow.series.get(session.series_id) if session.series_id is not None else None,
        rsvps=tuple(await uow.rsvps.of_session(session_id)),
        lecturers=lecturers,
        arranging=arranging,
        guest=await uow.guests.of(session_id) if any(not turn.member_id for turn, _ in lecturers) else None,
    )


async def _lecturers(uow: UnitOfWork, session: Session) -> tuple[tuple[tuple[Turn, Industry | None], ...], bool]:
    """Who has confirmed to lecture, and whether somebody is still to be found; who was only asked stays unnamed."""
    if session.kind != "lecture" or not await uow.rotation.is_kept(session.group_id):
        return (), False
    turns = (await uow.rotation.turns([session.id])).get(session.id, ())
    sure = sorted((t for t in turns if t.state in (TurnState.CONFIRMED, TurnState.GIVEN)), key=lambda turn: turn.place)
    open_still = session.state is SessionState.SCHEDULED and len(sure) < await uow.rotation.places(session.group_id)
    return tuple([(turn, await _industry(uow, turn.industry)) for turn in sure]), open_still


async def _industry(uow: UnitOfWork, key: str) -> Industry | None:
    return Industry(key) if key in KEYS else await uow.industries.get(key) if key else None
