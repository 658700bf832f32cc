"""A group's rotation as it stands in the rows: what the rule plans on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.rotation.values import Roster, RotationSettings, Slot, Turn

if TYPE_CHECKING:
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_ALL = 5000


class Rotation(Struct, frozen=True):
    """A group's roster, and the dates that it fills, by their start; none if nobody was ever on it or given a turn."""

    roster: Roster
    slots: tuple[Slot, ...]


def slot(session: Session, settings: RotationSettings, turns: Iterable[Turn]) -> Slot:
    """A session as the rule sees it. Somebody chosen by hand fills one of its places, like anybody else."""
    return Slot(session.id, session.starts_at, settings.per_session, tuple(turns), session.created_at)


async def rotation_of(uow: UnitOfWork, group_id: int) -> Rotation:
    """The group's rotation: its slots are all lectures whose turns do not count for good yet.

    One that is over is among them until its end is dealt with: a bot that was down finds several.
    """
    roster = await uow.rotation.roster(group_id)
    if not await uow.rotation.is_kept(group_id):
        return Rotation(roster, ())
    planned = await uow.sessions.upcoming(_LONG_AGO, group_id=group_id, limit=_ALL)
    lectures = [session for session in planned if session.kind == "lecture"]
    turns = await uow.rotation.turns([session.id for session in lectures])
    return Rotation(roster, tuple(slot(each, roster.settings, turns.get(each.id, ())) for each in lectures))
