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
from bot.domain.sessions import hosts
from bot.domain.sessions.dates import dated
from bot.domain.sessions.lecture import Lecture, lecture_of
from bot.domain.sessions.values import Session, SessionName
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.actors import Actor
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
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

    `lecture` is who lectures.
    """

    session: Session
    group: StudyGroup
    community: Community
    series: SessionSeries | None
    rsvps: tuple[Rsvp, ...]
    lecture: Lecture = Lecture()

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

    It may be called by its date as well, alone or beside its name (see `dated`). Else it is the only one in whose label
    or series name the text stands, or the next one of the only such series; not if one that was cancelled or is over is
    called so: that one was meant.
    `changing`: of several, rather the next one that the actor may change. `looking_back`: if none that is ahead fits,
    the latest that was cancelled or is over. `answering`: of several that are of no series, rather the next one that
    the actor has answered. `whole`: see `only_fitting`.

    Raises:
        SeveralFit, OnlyPartFits: the text is a part of several names, or of one, or a date of several sessions.
        Unknown: none fits, and the text is no id of another one.
    """
    if (chosen := chosen_id(text)) is not None:
        with suppress(Unknown):
            return (await visible_session(uow, actor, chosen))[0]
    wanted = folded(text)
    said = dated(text, now, zone_of((await uow.communities.get()).time_zone))
    date_alone = [each for each in said if not each.name]
    ahead = await _names_ahead(uow, actor, now)

    def those(names: Sequence[_Named], fits: Callable[[SessionName], bool]) -> list[SessionName]:
        found = [(name, group) for name, group in names if fits(name)]
        own = [name for name, group in found if changing and hosts.may_change(actor, name, group)]
        return own or [name for name, _group in found]

    def called_so(name: SessionName) -> bool:
        return wanted in (_folded(name.theme), _folded(name.series) or None, _folded(label(name)))

    def of_date(name: SessionName) -> bool:
        return any(each.is_of(name) for each in said)

    def partly(name: SessionName) -> bool:
        # A date is not looked for in labels: "Jan 2" stands in "Jan 27", too.
        return has_part(_sought(name, None if date_alone else label), sounded(text)) or any(
            each.has_part(name) for each in said if each.name
        )

    def only_one(names: Sequence[SessionName], *, whole: bool) -> SessionName:
        found = only_fitting("session", text[:100], [(label(name), name) for name in names], whole=whole)
        if found is None:
            raise Unknown("session", text[:100])
        return found

    named = those(ahead, called_so)
    if not named and (named := those(ahead, of_date)) and date_alone:
        named = [only_one(named, whole=whole and not all(each.sure for each in date_alone))]
    if named:
        meant = await _answered_first(uow, actor, named, now) if answering else named[0]
        return await uow.sessions.get(meant.id)
    behind = await _names_behind(uow, actor)
    past = those(behind, called_so)
    if looking_back and (past or (past := those(behind, of_date))):
        return await uow.sessions.get(past[0].id)
    if re.fullmatch(_ID, wanted):
        with suppress(Unknown):
            return (await visible_session(uow, actor, int(wanted)))[0]
    if past:
        raise Unknown("session", text[:100])
    fitting = those(ahead, partly)
    if looking_back and not fitting:
        fitting = those(behind, partly)
    # Of the sessions of a series, or with one theme, the next one stands for all.
    distinct: dict[str, SessionName] = {}
    for name in fitting:
        distinct.setdefault(folded(name.series or name.theme), name)
    return await uow.sessions.get(only_one(list(distinct.values()), whole=whole).id)


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
    """Sessions ahead whose label or series contains the text, or whose date it names.

    First come those this person answered, then the others, by start. `changing`: only those that the actor may change.
    `looking_back`: after them those that were cancelled or are over, the latest first.
    """
    wanted, said = sounded(text), dated(text, now, zone_of((await uow.communities.get()).time_zone))
    chosen = await uow.rsvps.chosen_ahead(actor.member_id, now, MOST_LOOKED_AT)
    mine: list[SessionName] = []
    others: list[SessionName] = []

    def fits(name: SessionName) -> bool:
        # The label comes last: it is the only one that has to be made.
        called_so = wanted in _sought(name, None) or wanted in _sought(name, label)
        return called_so or (bool(said) and any(each.has_part(name) for each in said))

    for name, group in await _names_ahead(uow, actor, now):
        found = mine if name.id in chosen else others
        if len(found) >= limit or (changing and not hosts.may_change(actor, name, group)):
            continue
        if fits(name):
            found.append(name)
    found = [*mine, *others][:limit]
    if looking_back and len(found) < limit:
        behind = await _names_behind(uow, actor)
        found += islice((name for name, _group in behind if fits(name)), limit - len(found))
    return found


async def _answered_first(uow: UnitOfWork, actor: Actor, named: Sequence[SessionName], now: datetime) -> SessionName:
    """Of sessions of one name, the next one of no series that the actor has answered, or else the next of all."""
    chosen = await uow.rsvps.chosen_ahead(actor.member_id, now, MOST_LOOKED_AT)
    return next((name for name in named if name.id in chosen and not name.series), named[0])


@lru_cache(maxsize=16_384)
def _sought(name: SessionName, label: Label | None) -> str:
    """All that the session is called, sounded, a line each; `label` None: without its label.

    The same thousand are looked through with every key that somebody presses, for texts that are of one line.
    """
    return "\n".join((_sounded(name.theme), _sounded(name.series), sounded(label(name)) if label else ""))


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
"""Of themes, series and labels: the same thousand of them are looked through again and again."""


async def view(uow: UnitOfWork, session_id: int) -> SessionView:
    """The session as it is now, for rendering.

    Raises:
        Unknown: the community has none with this id.
    """
    session = await uow.sessions.get(session_id)
    return SessionView(
        session=session,
        group=await uow.groups.get(session.group_id),
        community=await uow.communities.get(),
        series=await uow.series.get(session.series_id) if session.series_id is not None else None,
        rsvps=tuple(await uow.rsvps.of_session(session_id)),
        lecture=await lecture_of(uow, session),
    )
