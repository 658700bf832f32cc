"""The rule once more, written down as the text says it, slowly and without a line: a second opinion for the tests."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from bot.domain.rotation import OPEN, Member, Roster, Slot, Turn, TurnState
from bot.domain.rotation.asking import Pace

START = datetime(2027, 1, 4, 22, tzinfo=UTC)
WEEK = timedelta(days=7)
NEVER = datetime.min.replace(tzinfo=UTC)


def eligible(roster: Roster, slot: Slot) -> set[int]:
    """E: on the roster, available, not restricted, has not declined this slot, past the grace unless E is empty."""
    at = slot.starts_at
    able = {
        m.id
        for m in roster.members
        if not any(away.since <= at < away.until for away in m.away)
        and (m.restricted_until is None or m.restricted_until <= at)
        and not any(t.member_id == m.id and t.state in ("declined", "lapsed", "released") for t in slot.turns)
    }
    grace = timedelta(days=roster.settings.grace_days)
    return {m.id for m in roster.members if m.id in able and m.joined + grace <= at} or able


def open_dates(slots: list[Slot], member_id: int) -> list[datetime]:
    return sorted(s.starts_at for s in slots for t in s.turns if t.member_id == member_id and t.state in OPEN)


def counted(member: Member, open_turns: int) -> tuple[bool, int]:
    """Whether they owe a turn and their load, where turns that they are asked for count as given."""
    if member.owes and open_turns:
        return False, member.load + open_turns - 1
    return member.owes, member.load + open_turns


def given(member: Member, at: datetime) -> Member:
    owes, load = counted(member, 1)
    return replace(member, owes=owes, load=load, last_turn=max(at, member.last_turn or NEVER))


def pool(roster: Roster, slots: list[Slot], slot: Slot, asked_at: datetime) -> set[int]:
    """E without those who lecture on this date already, or have an open turn, unless it would be empty."""
    left = eligible(roster, slot) - {turn.member_id for turn in slot.standing}
    return {i for i in left if not any(at > asked_at for at in open_dates(slots, i))} or left


def pick(roster: Roster, ahead: list[Slot], slot: Slot, e: set[int], same: frozenset[str]) -> int | None:
    """The one of E chosen for the next place of the slot, where `ahead` are the dates whose turns are not given yet."""
    keys: dict[int, tuple] = {}
    for m in roster.members:
        dates = open_dates(ahead, m.id)
        last = max([*dates, m.last_turn or NEVER])
        keys[m.id] = (*counted(m, len(dates)), m.industry in same, last, m.joined, m.id)
    if not e:
        return None
    key = {i: (not owes, load, again, *rest) for i, (owes, load, again, *rest) in keys.items()}
    if roster.settings.priority == "fairness":
        return min(e, key=lambda i: key[i])
    least = min(key[i][1] for i in e)
    others = {i for i in e if not key[i][2] and key[i][1] <= least + roster.settings.spread - 1}
    return min(others or e, key=lambda i: key[i][:2] + key[i][3:])


def heard(roster: Roster, slot: Slot) -> frozenset[str]:
    """The industries of those who have a turn at the slot."""
    by_id = {m.id: m.industry for m in roster.members}
    return frozenset(by_id.get(t.member_id, "") if t.member_id else t.industry for t in slot.standing) - {""}


def with_turn(slot: Slot, place: int, member_id: int, at: datetime, state: TurnState = TurnState.CONFIRMED) -> Slot:
    return replace(slot, turns=(*slot.turns, Turn(slot.id, place, member_id, state, at)))


def after(roster: Roster, slot: Slot, lecturers: list[int]) -> Roster:
    """The roster once the slot is over: loads, B and who owes."""
    members = [given(m, slot.starts_at) if m.id in lecturers else m for m in roster.members]
    base = roster.base
    able = eligible(roster, slot)
    if lecturers and able:
        base = max(base, min(m.load for m in members if m.id in able))
        members = [replace(m, load=base, owes=True) if m.load < base else m for m in members]
    previous = heard(roster, slot) if slot.standing else roster.previous
    return replace(roster, members=tuple(members), base=base, previous=previous)


def plan(roster: Roster, slots: list[Slot], now: datetime) -> list[tuple[int, int, int]]:
    """(slot, place, member) for all open places, one date after the other; dates that were reached stay in the list."""
    dates = sorted(slots, key=lambda slot: (slot.starts_at, slot.id))
    pace = Pace(slots, roster.settings, now)
    chosen: list[tuple[int, int, int]] = []
    for n, date in enumerate(dates):
        for place in date.open_places:
            asked_at = pace.when(date, place)
            if asked_at is None:
                continue
            e = pool(roster, dates, dates[n], asked_at)
            who = pick(roster, dates[n:], dates[n], e, roster.previous | heard(roster, dates[n]))
            if who is not None:
                pace.ask(date, place, asked_at)
                dates[n] = with_turn(dates[n], place, who, asked_at)
                chosen.append((date.id, place, who))
        roster = after(roster, dates[n], [turn.member_id for turn in dates[n].standing])
    return chosen
