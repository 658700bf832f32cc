"""Who knows what, as far as it may be shown to others, in SQL."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from bot.domain.industries import own_id
from bot.domain.questions.gratitude import topic_key
from bot.domain.questions.routing import Lecture
from bot.domain.questions.who import Worker
from bot.domain.rotation import TurnState
from bot.domain.sessions import SessionState
from data.gratitude import gratitudes
from data.industries import profile_industries
from data.members import members
from data.profiles import profile_topics, profiles
from data.questions import questions
from data.rotation import turns
from data.sessions import sessions
from data.transaction import Repository, batches

_GIVEN = (TurnState.CONFIRMED.value, TurnState.GIVEN.value)


class SqlWho(Repository):
    """Who knows what, in one community; see `bot.domain.questions.who.WhoRepository`."""

    async def lectures(
        self, member_ids: Collection[int], group_ids: Collection[int], now: datetime
    ) -> dict[int, list[Lecture]]:
        """What these people lectured on in these groups, in sessions that are over."""
        theme = func.coalesce(func.nullif(turns.c.theme, ""), sessions.c.theme).label("theme")
        found = defaultdict[int, list[Lecture]](list)
        for some in batches(list(member_ids)):
            rows = await self._tx.execute(
                select(turns.c.member_id, theme, sessions.c.starts_at)
                .select_from(turns.join(sessions, sessions.c.id == turns.c.session_id))
                .where(
                    turns.c.guild_id == self._tx.guild_id,
                    turns.c.member_id.in_(some),
                    turns.c.state.in_(_GIVEN),
                    sessions.c.group_id.in_(sorted(group_ids)),
                    sessions.c.state != SessionState.CANCELLED.value,
                    sessions.c.ends_at <= now,
                )
                .order_by(sessions.c.starts_at, turns.c.id)
            )
            for row in rows:
                found[row.member_id].append(Lecture(row.theme, row.starts_at))
        return dict(found)

    async def workers(self, industry: str) -> list[Worker]:
        """Who of those that use the bot works in the industry."""
        of, own = profile_industries.c, own_id(industry)
        theirs = of.own_id == own if own else of.bundled == industry
        there = (members.c.guild_id == of.guild_id) & (members.c.member_id == of.member_id)
        told = (profiles.c.guild_id == of.guild_id) & (profiles.c.member_id == of.member_id)
        rows = await self._tx.execute(
            select(of.member_id, of.position, profiles.c.occupation)
            .select_from(profile_industries.join(members, there).join(profiles, told))
            .where(of.guild_id == self._tx.guild_id, theirs, of.until.is_(None), members.c.used_at.is_not(None))
            .order_by(of.position, of.member_id)
        )
        found = [Worker(row.member_id, row.occupation, row.position == 0) for row in rows]
        return sorted(found, key=lambda each: (not each.main, each.member_id))

    async def topics(self, typed: str, channels: Collection[int], limit: int) -> list[str]:
        """Topics with the folded text in them that people named or were thanked for in these forums."""
        named, thanked = profile_topics.c, gratitudes.c
        asked = (questions.c.guild_id == self._tx.guild_id, questions.c.channel_id.in_(sorted(channels)))
        statements = (
            select(named.name, func.count().label("n"))
            .where(named.guild_id == self._tx.guild_id, named.name_key.contains(typed, autoescape=True))
            .group_by(named.name),
            select(thanked.topic.label("name"), func.count().label("n"))
            .where(thanked.guild_id == self._tx.guild_id, thanked.topic_key.contains(typed, autoescape=True))
            .where(thanked.question_id.in_(select(questions.c.id).where(*asked)))
            .group_by(thanked.topic),
        )
        numbers, spelled = Counter[str](), dict[str, str]()
        for statement in statements:
            for row in await self._tx.execute(statement.order_by(func.count().desc()).limit(8 * limit)):
                key = topic_key(row.name)
                numbers[key] += row.n
                spelled.setdefault(key, row.name)
        best = sorted(numbers, key=lambda key: (-numbers[key], key))
        return [spelled[key] for key in best[:limit]]
