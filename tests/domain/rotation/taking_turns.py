"""A club whose members lecture in turn: joining, dates, asks and answers, without anything being sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.actors import Actor
from bot.domain.profiles import ProfileChange
from bot.domain.rotation import Member, Plan, Roster, RotationSettings, Turn, TurnState, Why, planning
from bot.domain.rotation.reading import Rotation, rotation_of
from bot.domain.sessions import Session
from tests.data.files import audit_rows
from tests.domain.reminding import GUILD, Club

DAY = timedelta(days=1)


def one(member_id: int) -> Actor:
    """A member who sees every channel."""
    return Actor(member_id, sees=lambda channel_id: True)


async def work_in(club: Club, member_id: int, industry: str) -> None:
    await club.services.profiles.edit(GUILD, one(member_id), ProfileChange(industries=[f"#{industry}"]))


async def join(club: Club, *member_ids: int, group: str | None = None) -> None:
    for member_id in member_ids:
        await club.services.roster.join(GUILD, one(member_id), group)


async def choose(club: Club, settings: RotationSettings, base: int = 0) -> None:
    """How the group wants its rotation; `base` is B."""
    async with club.db(GUILD) as uow:
        before = await uow.rotation.roster(club.group.id)
        await uow.rotation.save(club.group.id, before, Roster(before.members, base, before.previous, settings))


async def weekly(club: Club, number: int, first: datetime) -> list[Session]:
    return [await club.schedule(first + 7 * n * DAY, f"第{n + 1}回") for n in range(number)]


async def take(
    club: Club,
    session: Session,
    member_id: int,
    state: TurnState = TurnState.CONFIRMED,
    *,
    place: int = 0,
    industry: str = "",
    due: datetime | None = None,
    why: Why | None = None,
) -> Turn:
    """Somebody has a turn at a session from now on."""
    turn = Turn(session.id, place, member_id, state, club.clock.now(), industry=industry, answer_due=due)
    async with club.db(GUILD) as uow:
        return await uow.rotation.put(turn, why)


async def turns(club: Club, session: Session) -> list[Turn]:
    async with club.db.reading(GUILD) as uow:
        return list((await uow.rotation.turns([session.id])).get(session.id, ()))


async def rotation(club: Club) -> Rotation:
    async with club.db.reading(GUILD) as uow:
        return await rotation_of(uow, club.group.id)


async def plan(club: Club) -> Plan:
    """Whom the rule chooses for the open places of the group's lectures to come, as things are."""
    kept = await rotation(club)
    return planning.plan(kept.roster, kept.slots, club.clock.now())


async def members(club: Club) -> dict[int, Member]:
    """Who is on the roster, by id."""
    return {member.id: member for member in (await rotation(club)).roster.members}


async def done(club: Club, *nouns: str) -> list[tuple[str, int | None]]:
    """What the audit has of these nouns: action and actor, in order."""
    return [
        (action, actor)
        for action, actor, *_rest in await audit_rows(club.db, GUILD)
        if action.partition(".")[0] in (nouns or ("rotation", "turn"))
    ]
