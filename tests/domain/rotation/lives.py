"""Random histories of a rotation: people join, leave, come back, go away, decline and stay silent."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from msgspec.structs import replace

from bot.domain.rotation import (
    OPEN,
    Away,
    Member,
    Roster,
    RotationSettings,
    Slot,
    Turn,
    TurnState,
    come_back,
    join,
    plan,
    settle,
)
from tests.domain.rotation import by_the_text as text
from tests.domain.rotation.by_the_text import START, WEEK

DAY = timedelta(days=1)


def a_member(random: Random, member_id: int, industries: int, now: datetime = START) -> Member:
    """Somebody who joined a while ago, or just now, with or without an industry, and perhaps away for some weeks."""
    away = tuple(
        Away(since := now + random.randrange(20) * WEEK, since + random.randrange(1, 9) * WEEK)
        for _ in range(random.choice((0, 0, 1, 2)))
    )
    restricted = random.choice((*[None] * 8, now + random.randrange(12) * WEEK))
    industry = random.choice([f"i{n}" for n in range(industries)] + [""])
    joined = now - random.randrange(60) * DAY
    return Member(member_id, joined, industry, away=away, restricted_until=restricted)


def a_roster(random: Random, settings: RotationSettings, most: int = 9) -> Roster:
    """Up to nine people, or none."""
    size, industries = random.randrange(most + 1), random.randrange(1, 6)
    return Roster(tuple(a_member(random, n + 1, industries) for n in range(size)), settings=settings)


@dataclass
class Moment:
    """One date of a history, as it was before and after; the chosen in order, and whom they were chosen from."""

    before: Roster
    slot: Slot
    able: set[int]
    chosen: list[int]
    pools: list[set[int]]
    same: list[frozenset[str]]
    after: Roster = field(default_factory=Roster)


def one_by_one(random: Random, settings: RotationSettings, dates: int) -> list[Moment]:
    """A history without turns ahead: each date is filled and over before the next one; the roster changes between."""
    roster = a_roster(random, settings)
    gone: list[Member] = []
    story: list[Moment] = []
    for n in range(dates):
        # Between four weeks before the date and its asking, so that some are still in their first days.
        roster, gone = churn(random, roster, gone, START + n * WEEK + random.randrange(18) * DAY)
        at = START + (n + 4) * WEEK
        slot = Slot(n + 1, at, random.choice((settings.per_session, 1, 2, 3)))
        if roster.members and random.random() < 0.3:  # somebody declines before anybody was found
            for member in random.sample(roster.members, random.randrange(1, len(roster.members) + 1)):
                state = random.choice((TurnState.DECLINED, TurnState.LAPSED))
                slot = text.with_turn(slot, 0, member.id, at - 20 * DAY, state)
        moment = Moment(roster, slot, text.eligible(roster, slot), [], [], [])
        for planned in plan(roster, [slot], at - 10 * DAY).turns:
            moment.pools.append(text.pool(roster, [slot], slot, planned.asked_at))
            moment.same.append(roster.previous | text.heard(roster, slot))
            moment.chosen.append(planned.member_id)
            slot = text.with_turn(slot, planned.place, planned.member_id, planned.asked_at)
        roster = settle(roster, slot)
        moment.after = roster
        story.append(moment)
    return story


def churn(random: Random, roster: Roster, gone: list[Member], now: datetime) -> tuple[Roster, list[Member]]:
    """Somebody joins, leaves, comes back or goes away, or nothing happens."""
    match random.randrange(10):
        case 0:
            # Nobody has the same id as somebody else, also where several dates of one week are settled.
            unused = 1 + max([100, *(member.id for member in (*roster.members, *gone))])
            new = replace(a_member(random, unused, 5, now), joined=now)
            roster = join(roster, new.id, new.joined, new.industry)
        case 1 if roster.members:
            left = random.choice(roster.members)
            gone = [*gone, left]
            roster = replace(roster, members=tuple(m for m in roster.members if m is not left))
        case 2 if gone:
            back = random.choice(gone)
            gone = [row for row in gone if row is not back]
            roster = come_back(roster, back)
        case 3 if roster.members:
            one = random.choice(roster.members)
            since = now + random.randrange(8) * WEEK
            away = replace(one, away=(*one.away, Away(since, since + random.randrange(1, 9) * WEEK)))
            roster = replace(roster, members=tuple(away if m is one else m for m in roster.members))
        case _:
            pass
    return roster, gone


@dataclass
class Asked:
    """Somebody was asked: whom they were chosen from, who owed and the loads just before, and the loads with this turn.

    Turns that people are asked for count as given. `able` are those who were in E at all dates that have a turn.
    """

    pool: set[int]
    able: set[int]
    before: dict[int, tuple[bool, int]]
    loads: dict[int, int]


class Life:
    """A rotation lived through, event by event: asks when they are due, answers, dates that come and go."""

    def __init__(self, random: Random, roster: Roster, slots: list[Slot], trouble: float):
        self.random, self.roster, self.trouble = random, roster, trouble
        self.slots = {slot.id: slot for slot in slots}
        self.log: list[Asked | set[int]] = []
        """What was asked and, as sets of E, the dates that somebody declined and those that were settled."""
        self.gave: dict[tuple[int, int], int] = {}
        self.answers: list[tuple[datetime, int, int]] = []
        self.gone: list[Member] = []
        self.now = START

    @property
    def coming(self) -> list[Slot]:
        return list(self.slots.values())

    def standing(self) -> dict[int, tuple[bool, int]]:
        return {m.id: text.counted(m, len(text.open_dates(self.coming, m.id))) for m in self.roster.members}

    def run(self) -> None:
        while self.slots:
            first = min(self.coming, key=lambda slot: (slot.starts_at, slot.id))
            asks = [turn for turn in plan(self.roster, self.coming, self.now).turns if turn.asked_at < first.starts_at]
            ask = min(asks, key=lambda turn: turn.asked_at, default=None)
            answer = min(self.answers, default=None)
            times = [
                first.starts_at,
                ask.asked_at if ask else first.starts_at,
                answer[0] if answer else first.starts_at,
            ]
            self.now = min(times)
            if answer and answer[0] == self.now:
                self.answers.remove(answer)
                self.answer(answer[1], answer[2])
            elif ask and ask.asked_at == self.now:
                self.ask(ask.slot_id, ask.place, ask.member_id)
            else:
                self.settle(first)

    def ask(self, slot_id: int, place: int, member_id: int) -> None:
        slot = self.slots[slot_id]
        pool, before = text.pool(self.roster, self.coming, slot, self.now), self.standing()
        self.slots[slot_id] = text.with_turn(slot, place, member_id, self.now, TurnState.ASKED)
        able = set.intersection(*(text.eligible(self.roster, each) for each in self.coming if each.turns))
        self.log.append(Asked(pool, able, before, {i: load for i, (_, load) in self.standing().items()}))
        self.answers.append((self.now + self.random.random() * DAY, slot_id, place))

    def answer(self, slot_id: int, place: int) -> None:
        if slot_id not in self.slots:
            return
        slot = self.slots[slot_id]
        state = TurnState.CONFIRMED
        if self.random.random() < self.trouble:
            state = self.random.choice((TurnState.DECLINED, TurnState.LAPSED))
        turns = tuple(
            t.become(state, self.now) if t.place == place and t.state == TurnState.ASKED else t for t in slot.turns
        )
        self.slots[slot_id] = replace(slot, turns=turns)
        self.log.append(text.eligible(self.roster, self.slots[slot_id]))

    def settle(self, slot: Slot) -> None:
        del self.slots[slot.id]
        confirmed = tuple(
            t.become(TurnState.CONFIRMED, self.now) if t.state == TurnState.ASKED else t for t in slot.turns
        )
        slot = replace(slot, turns=confirmed)
        self.gave |= {(slot.id, t.place): t.member_id for t in slot.turns if t.state in OPEN}
        self.log.append(text.eligible(self.roster, slot))
        self.roster = settle(self.roster, slot)
        if self.trouble:
            self.roster, self.gone = churn(self.random, self.roster, self.gone, self.now)


def a_calendar(random: Random, settings: RotationSettings, dates: int, first: int = 0) -> list[Slot]:
    """Weekly dates, or several a week, some of them with a guest. They begin in `first` days, or soon or later."""
    step = random.choice((WEEK, 2 * WEEK, 3 * DAY))
    first = first or random.choice((5, 60))
    slots = [
        Slot(n + 1, START + first * DAY + n * step, random.choice((settings.per_session, 1))) for n in range(dates)
    ]
    for n in range(dates):
        if random.random() < 0.1:
            turn = Turn(n + 1, 0, 0, TurnState.CONFIRMED, START, industry=random.choice(("i0", "")), by_hand=True)
            slots[n] = replace(slots[n], turns=(turn,))
    return slots
