"""What is written in the threads of questions: that it was, and when; nothing of who wrote, or what.

Whoever writes on a question keeps it from being closed for want of activity, and who wrote first of those who did not
ask it has answered it. A closed question is open again as soon as its asker goes on writing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.domain.mirrors import MirrorState
from bot.domain.questions.asking import record
from bot.domain.questions.values import QUESTION, Question, QuestionState
from bot.domain.restrictions import Restricted, require_free

if TYPE_CHECKING:
    from bot.domain.mirrors import Mirror
    from bot.domain.uow import UnitOfWork, Units

EVERY = timedelta(minutes=1)
"""Of what is written within this time of one question, only the first is noted."""


def opened(question: Question) -> Question:
    """A question for which answers are looked for again."""
    return replace(question, state=QuestionState.OPEN, reason="", closed_at=None)


def after_message(question: Question, at: datetime, *, by_asker: bool) -> Question:
    """The question after somebody wrote in its thread."""
    if at - question.last_active_at >= EVERY:
        question = replace(question, last_active_at=at)
    if not by_asker and question.answered_at is None:
        question = replace(question, answered_at=at)
    return question


async def noted(uow: UnitOfWork, question: Question, at: datetime, *, by_asker: bool) -> Question:
    """Note that somebody wrote on a question then; returns it as it is now. What its asker writes opens it again."""
    after = after_message(question, at, by_asker=by_asker)
    if not question.is_open and by_asker and await _may_ask(uow, question, at):
        after = replace(opened(after), last_active_at=max(after.last_active_at, at))
        await uow.mirrors.refresh(QUESTION, question.id)
        await record(uow, "question.reopen", after, question.asker_id, {"state": after.state.value})
    if after != question:
        await uow.questions.store(after)
    return after


class ActivityService:
    """Notes what is written. Most messages stand in no question's thread, and cost no look at the database."""

    def __init__(self, units: Units) -> None:
        self._units = units
        # May hold threads that are no question's any more, and lacks none once a community's were read.
        self._threads: defaultdict[int, set[int]] = defaultdict(set)
        self._read: set[int] = set()

    async def made(self, uow: UnitOfWork, mirror: Mirror, thread_id: int) -> None:
        """A question has its thread, in the transaction that stores its id."""
        self._threads[mirror.guild_id].add(thread_id)

    async def is_question(self, guild_id: int, thread_id: int) -> bool:
        """Whether a thread may be a question's."""
        if guild_id not in self._read:
            async with self._units.reading(guild_id) as uow:
                found = await uow.mirrors.remote_ids(QUESTION)
            # What was made while this was read is there already.
            self._threads[guild_id].update(found)
            self._read.add(guild_id)
        return thread_id in self._threads[guild_id]

    async def said(self, guild_id: int, thread_id: int, member_id: int, at: datetime) -> None:
        """Somebody, who is no bot, wrote something in a thread then (UTC)."""
        if not await self.is_question(guild_id, thread_id):
            return
        async with self._units.reading(guild_id) as uow:
            question = await _of_thread(uow, thread_id)
        if question is None or not _is_news(question, at, by_asker=question.asker_id == member_id):
            return
        async with self._units(guild_id) as uow:
            question = await _of_thread(uow, thread_id)
            if question is not None:
                await noted(uow, question, at, by_asker=question.asker_id == member_id)

    async def unheard(self, guild_id: int, latest: Mapping[int, datetime]) -> dict[int, datetime]:
        """Of threads with the instants of their `latest` messages, those in which something may have gone unheard.

        Each with the instant up to which all that was written is known.
        """
        found: dict[int, datetime] = {}
        threads = [each for each in latest if await self.is_question(guild_id, each)]
        async with self._units.reading(guild_id) as uow:
            for thread_id in threads:
                question = await _of_thread(uow, thread_id)
                if question is not None and latest[thread_id] - question.last_active_at >= EVERY:
                    found[thread_id] = question.last_active_at
        return found


def _is_news(question: Question, at: datetime, *, by_asker: bool) -> bool:
    """Whether there is anything to write."""
    return not question.is_open or after_message(question, at, by_asker=by_asker) != question


async def _of_thread(uow: UnitOfWork, thread_id: int) -> Question | None:
    """The question that has this thread."""
    for mirror in await uow.mirrors.standing([thread_id]):
        if mirror.kind == QUESTION and mirror.remote_id == thread_id and mirror.state is MirrorState.LIVE:
            return await uow.questions.find(mirror.subject_id)
    return None


async def _may_ask(uow: UnitOfWork, question: Question, at: datetime) -> bool:
    """Whether its asker is not kept from asking."""
    try:
        await require_free(uow, question.asker_id, "asking", at, at, question.asker_id)
    except Restricted:
        return False
    return True
