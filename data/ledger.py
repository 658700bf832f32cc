"""What people heard, taught, asked and answered, and whom they met, in SQL: read from what other features keep."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select, union

from bot.domain.industries import own_key
from bot.domain.ledger import Act, Entry
from bot.domain.questions.asks import AskState
from bot.domain.questions.values import QuestionState
from bot.domain.rotation import TurnState
from bot.domain.rsvps import Answer
from bot.domain.sessions import SessionState
from data.answers import answers
from data.asks import asks
from data.gratitude import gratitudes
from data.industries import profile_industries
from data.meetings import meeting_people, meetings
from data.members import members
from data.questions import questions
from data.rotation import turns
from data.rsvps import rsvps
from data.sessions import sessions
from data.takeaways import takeaways
from data.transaction import Repository

_COMING = (Answer.GOING.value, Answer.LATE.value)
_GIVEN = (TurnState.CONFIRMED.value, TurnState.GIVEN.value)
_ended = sessions.c.state == SessionState.ENDED.value
_work = profile_industries.c


class SqlLedger(Repository):
    """The ledgers of one community; see `bot.domain.ledger.LedgerRepository`."""

    async def entries(self, member_id: int, since: datetime, until: datetime) -> list[Entry]:
        """This person's lines, the latest first."""
        taught = await self._taught(member_id, since, until)
        entries = [*taught.values()]
        entries += await self._heard(member_id, since, until, set(taught))
        entries += await self._asked(member_id, since, until)
        entries += await self._answered(member_id, since, until)
        entries += await self._met(member_id, since, until)
        entries += await self._took_home(member_id, since, until)
        return sorted(entries, key=lambda each: (each.at, each.label), reverse=True)

    async def thanks(self, member_id: int, since: datetime, until: datetime) -> int:
        """How often they were thanked."""
        of = gratitudes.c
        mine = (of.guild_id == self._tx.guild_id, of.to_id == member_id, of.thanked_at >= since, of.thanked_at < until)
        return (await self._tx.execute(select(func.count()).select_from(gratitudes).where(*mine))).scalar_one()

    async def people(self, since: datetime, until: datetime) -> list[int]:
        """Everybody of whom there is a line."""
        guild_id = self._tx.guild_id
        then = (_ended, sessions.c.starts_at >= since, sessions.c.starts_at < until)

        def within(column: Any) -> Any:
            return and_(column >= since, column < until)

        parts = (
            select(rsvps.c.member_id)
            .join(sessions, sessions.c.id == rsvps.c.session_id)
            .where(rsvps.c.guild_id == guild_id, rsvps.c.answer.in_(_COMING), ~rsvps.c.waiting, *then),
            select(turns.c.member_id)
            .join(sessions, sessions.c.id == turns.c.session_id)
            .where(turns.c.guild_id == guild_id, turns.c.state.in_(_GIVEN), *then),
            select(questions.c.asker_id).where(
                questions.c.guild_id == guild_id,
                questions.c.state != QuestionState.DRAFT.value,
                within(questions.c.asked_at),
            ),
            select(answers.c.author_id)
            .join(questions, questions.c.id == answers.c.question_id)
            .where(
                answers.c.guild_id == guild_id,
                within(answers.c.accepted_at),
                or_(questions.c.asker_id.is_(None), questions.c.asker_id != answers.c.author_id),
            ),
            select(gratitudes.c.to_id).where(gratitudes.c.guild_id == guild_id, within(gratitudes.c.thanked_at)),
            select(asks.c.member_id).where(
                asks.c.guild_id == guild_id, asks.c.state == AskState.TAKEN.value, within(asks.c.taken_at)
            ),
            select(meeting_people.c.member_id)
            .join(meetings, meetings.c.id == meeting_people.c.meeting_id)
            .where(meeting_people.c.guild_id == guild_id, meeting_people.c.met, within(meetings.c.at)),
            select(takeaways.c.member_id).where(takeaways.c.guild_id == guild_id, within(takeaways.c.written_at)),
        )
        rows = await self._tx.execute(union(*parts))
        # A guest who lectured is nobody's id, and who asked something may be forgotten.
        return sorted(member_id for member_id in rows.scalars() if member_id)

    async def _taught(self, member_id: int, since: datetime, until: datetime) -> dict[int, Entry]:
        """By the session's id."""
        rows = await self._tx.execute(
            select(sessions.c.id, sessions.c.starts_at, sessions.c.theme, sessions.c.group_id, turns.c.industry)
            .select_from(turns.join(sessions, sessions.c.id == turns.c.session_id))
            .where(
                turns.c.guild_id == self._tx.guild_id,
                turns.c.member_id == member_id,
                turns.c.state.in_(_GIVEN),
                _ended,
                sessions.c.starts_at >= since,
                sessions.c.starts_at < until,
            )
        )
        return {row.id: Entry(Act.TAUGHT, row.starts_at, row.theme, _keys(row.industry), row.group_id) for row in rows}

    async def _heard(self, member_id: int, since: datetime, until: datetime, taught: set[int]) -> list[Entry]:
        lectured = and_(turns.c.session_id == sessions.c.id, turns.c.state.in_(_GIVEN))
        rows = await self._tx.execute(
            select(sessions.c.id, sessions.c.starts_at, sessions.c.theme, sessions.c.group_id, turns.c.industry)
            .select_from(rsvps.join(sessions, sessions.c.id == rsvps.c.session_id).outerjoin(turns, lectured))
            .where(
                rsvps.c.guild_id == self._tx.guild_id,
                rsvps.c.member_id == member_id,
                rsvps.c.answer.in_(_COMING),
                ~rsvps.c.waiting,
                _ended,
                sessions.c.starts_at >= since,
                sessions.c.starts_at < until,
            )
            .order_by(turns.c.place)
        )
        found: dict[int, Entry] = {}
        for row in rows:
            if row.id in taught:
                continue
            known = found.get(row.id)
            keys = () if known is None else known.industries
            if row.industry and row.industry not in keys:
                keys += (row.industry,)
            found[row.id] = Entry(Act.HEARD, row.starts_at, row.theme, keys, row.group_id)
        return [*found.values()]

    async def _asked(self, member_id: int, since: datetime, until: datetime) -> list[Entry]:
        of = questions.c
        rows = await self._tx.execute(
            select(of.asked_at, _words().label("text"), of.industry, of.anonymous).where(
                of.guild_id == self._tx.guild_id,
                of.asker_id == member_id,
                of.state != QuestionState.DRAFT.value,
                of.asked_at >= since,
                of.asked_at < until,
            )
        )
        return [Entry(Act.ASKED, row.asked_at, row.text, _keys(row.industry), unnamed=row.anonymous) for row in rows]

    async def _answered(self, member_id: int, since: datetime, until: datetime) -> list[Entry]:
        """One line for each question, at the time of what came last."""
        guild_id = self._tx.guild_id
        ways = (
            select(answers.c.question_id, answers.c.accepted_at.label("at")).where(
                answers.c.guild_id == guild_id, answers.c.author_id == member_id
            ),
            select(gratitudes.c.question_id, gratitudes.c.thanked_at).where(
                gratitudes.c.guild_id == guild_id, gratitudes.c.to_id == member_id
            ),
            select(asks.c.question_id, asks.c.taken_at).where(
                asks.c.guild_id == guild_id,
                asks.c.member_id == member_id,
                asks.c.state == AskState.TAKEN.value,
                asks.c.taken_at.is_not(None),
            ),
        )
        each = union(*ways).subquery("ways")
        named = and_(
            _work.guild_id == questions.c.guild_id,
            _work.member_id == questions.c.asker_id,
            _work.until.is_(None),
            _work.position == 0,
            ~questions.c.anonymous,
        )
        rows = await self._tx.execute(
            select(
                questions.c.id,
                func.max(each.c.at).label("at"),
                _words().label("text"),
                questions.c.channel_id,
                _work.bundled,
                _work.own_id,
            )
            .select_from(
                each.join(questions, questions.c.id == each.c.question_id).outerjoin(profile_industries, named)
            )
            .where(
                questions.c.guild_id == guild_id,
                or_(questions.c.asker_id.is_(None), questions.c.asker_id != member_id),
                each.c.at >= since,
                each.c.at < until,
            )
            .group_by(
                questions.c.id, questions.c.text, questions.c.state, questions.c.channel_id, _work.bundled, _work.own_id
            )
        )
        return [Entry(Act.ANSWERED, row.at, row.text, _industry(row), row.channel_id) for row in rows]

    async def _met(self, member_id: int, since: datetime, until: datetime) -> list[Entry]:
        mine, others = meeting_people.alias("mine"), meeting_people.alias("others")
        beside = and_(others.c.meeting_id == meetings.c.id, others.c.member_id != member_id)
        there = and_(members.c.guild_id == others.c.guild_id, members.c.member_id == others.c.member_id)
        works = and_(
            _work.guild_id == others.c.guild_id,
            _work.member_id == others.c.member_id,
            _work.until.is_(None),
            _work.position == 0,
        )
        rows = await self._tx.execute(
            select(
                meetings.c.id,
                meetings.c.at,
                others.c.member_id,
                members.c.used_at,
                members.c.seen_at,
                members.c.member_id.label("known"),
                _work.bundled,
                _work.own_id,
            )
            .select_from(
                meetings.join(mine, mine.c.meeting_id == meetings.c.id)
                .outerjoin(others, beside)
                .outerjoin(members, there)
                .outerjoin(profile_industries, works)
            )
            .where(
                mine.c.guild_id == self._tx.guild_id,
                mine.c.member_id == member_id,
                mine.c.met,
                meetings.c.at >= since,
                meetings.c.at < until,
            )
            .order_by(others.c.member_id)
        )
        at: dict[int, datetime] = {}
        people, keys = defaultdict[int, list[int]](list), defaultdict[int, list[str]](list)
        for row in rows:
            at[row.id] = row.at
            has_left = row.known is not None and row.used_at is None and row.seen_at is None
            if row.member_id and not has_left and row.member_id not in people[row.id]:
                people[row.id].append(row.member_id)
            keys[row.id] += [key for key in _industry(row) if key not in keys[row.id]]
        return [Entry(Act.MET, at[each], "", tuple(keys[each]), people=tuple(people[each])) for each in at]

    async def _took_home(self, member_id: int, since: datetime, until: datetime) -> list[Entry]:
        of = takeaways.c
        rows = await self._tx.execute(
            select(of.written_at, of.text).where(
                of.guild_id == self._tx.guild_id,
                of.member_id == member_id,
                of.written_at >= since,
                of.written_at < until,
            )
        )
        return [Entry(Act.TOOK_HOME, row.written_at, row.text) for row in rows]


def _words() -> Any:
    """The words of a question; none of one that moderators have hidden, also while they are kept for an undo."""
    return case((questions.c.state == QuestionState.HIDDEN.value, ""), else_=questions.c.text)


def _keys(key: str) -> tuple[str, ...]:
    return (key,) if key else ()


def _industry(row: Any) -> tuple[str, ...]:
    key = row.bundled or (own_key(row.own_id) if row.own_id is not None else "")
    return _keys(key)
