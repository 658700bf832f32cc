"""What is written in the threads of questions: that it was, and when; nothing of who wrote, or what.

Whoever writes on a question keeps it from being closed for want of activity, and who wrote first of those who did not
ask it has answered it. A closed question is open again as soon as its asker goes on writing. Nobody but them knows
whether that was only a “thank you”, so they are told of it in private, and one press closes it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.domain.members import dm_readers
from bot.domain.mirrors import MirrorState
from bot.domain.posts import NewPost, next_revision
from bot.domain.questions.asking import record
from bot.domain.questions.indexing import indexed
from bot.domain.questions.values import CLOSED, NO_ACTIVITY, QUESTION, UNSEEN, Question, QuestionState
from bot.domain.quiet import plan_in_peace
from bot.domain.readers import for_its_reader

if TYPE_CHECKING:
    from bot.domain.mirrors import Mirror
    from bot.domain.uow import UnitOfWork, Units

EVERY = timedelta(minutes=1)
"""Of what is written within this time of one question, only the first is noted."""
WROTE = "question_wrote"
"""The step in which it is asked whether a closed question is to be opened again, since somebody wrote in it; and the
post that asks its asker."""
REOPENED = "question_reopened"
"""The message to who asked that a question is open again, since they wrote in it."""
BUNDLED = timedelta(minutes=15)
"""So long more may be written before it is asked."""
AFTER_CLOSING = timedelta(hours=1)
"""Nor is it asked earlier than this after the closing: then people say thanks."""
_UNDONE_IN = timedelta(days=2)
"""So long it is worth telling somebody that they opened a question by writing."""
_CLOCKS = timedelta(seconds=5)
"""So far Discord's clock, by which messages are written, and ours may be apart."""


def opened(question: Question) -> Question:
    """A question for which answers are looked for again."""
    return replace(question, state=QuestionState.OPEN, reason="", closed_at=None, merged_into=0)


def after_message(question: Question, at: datetime, *, by_asker: bool) -> Question:
    """The question after somebody wrote in its thread."""
    if at - question.last_active_at >= EVERY:
        question = replace(question, last_active_at=at)
    if not by_asker and question.answered_at is None:
        question = replace(question, answered_at=at)
    return question


def closing(question: Question) -> int:
    """A number that stands for the time at which a question was closed (0: not known): its minute."""
    return int(question.closed_at.timestamp()) // 60 if question.closed_at else 0


def concerns(question: Question, at: datetime) -> bool:
    """Whether what was written then was written in a closed question."""
    return question.state in CLOSED and (question.closed_at is None or at > question.closed_at - _CLOCKS)


async def noted(uow: UnitOfWork, question: Question, at: datetime, *, by_asker: bool, tell: bool = False) -> Question:
    """Note that somebody wrote on a question then; returns it as it is now. `tell`: its asker, that it is open again.

    What its asker writes opens it again; of others, it is asked whether to. Who asked without their name and writes
    with it is one of the others: what follows would tell everybody whose question it is.
    """
    after = after_message(question, at, by_asker=by_asker)
    if concerns(question, at) and by_asker and await _may_ask(uow, question, at):
        after = replace(opened(after), last_active_at=max(after.last_active_at, at))
        await uow.mirrors.refresh(QUESTION, question.id)
        await record(uow, "question.reopen", after, question.asker_id, {"state": after.state.value})
        if tell:
            await _tell_reopened(uow, question, at)
    elif concerns(question, at) and not by_asker:
        await _ask_about(uow, question, at)
    if after != question:
        await uow.questions.store(after)
    if after.state is not question.state:
        await indexed(uow, after)
    return after


async def _tell_reopened(uow: UnitOfWork, before: Question, at: datetime) -> None:
    """Tell its asker that what they wrote has opened it, without a sound, with what it takes to close it again."""
    of, readers = before.id, await dm_readers(uow, REOPENED, [before.asker_id])
    await uow.posts.cancel([REOPENED], of, "opened once more")
    revision = next_revision(await uow.posts.of_subject(REOPENED, of))
    # The words in which somebody closed it are not kept elsewhere than with the question.
    reason = before.reason if before.reason == NO_ACTIVITY else ""
    data = {"state": before.state.value, "reason": reason, "into": before.merged_into}
    posts = [
        for_its_reader(
            NewPost(
                REOPENED,
                of,
                at,
                at + _UNDONE_IN,
                member_id=reader,
                revision=revision,
                quiet=True,
                silent=True,
                data=data,
            )
        )
        for reader in readers
    ]
    await plan_in_peace(uow, posts, at)


async def _ask_about(uow: UnitOfWork, question: Question, at: datetime) -> None:
    """Have it asked, once for this closing, whether the question is to be opened again."""
    if await uow.steps.find(WROTE, question.id, closing(question)) is None:
        due = max(at + BUNDLED, (question.closed_at or at) + AFTER_CLOSING)
        await uow.steps.plan(WROTE, question.id, due, revision=closing(question))


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
        if question is None or not _is_news(question, at, by_asker=question.asked_openly_by(member_id)):
            return
        async with self._units(guild_id) as uow:
            question = await _of_thread(uow, thread_id)
            if question is not None:
                await noted(uow, question, at, by_asker=question.asked_openly_by(member_id), tell=True)

    async def awoke(self, guild_id: int, thread_id: int) -> None:
        """A thread that slept, or was locked, can be written in again: what it shows may be outdated."""
        if await self.is_question(guild_id, thread_id):
            async with self._units(guild_id) as uow:
                if (question := await _of_thread(uow, thread_id)) is not None:
                    await uow.mirrors.refresh(QUESTION, question.id)

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
    return concerns(question, at) or after_message(question, at, by_asker=by_asker) != question


async def _of_thread(uow: UnitOfWork, thread_id: int) -> Question | None:
    """The question that has this thread."""
    for mirror in await uow.mirrors.standing([thread_id]):
        if mirror.kind == QUESTION and mirror.remote_id == thread_id and mirror.state is MirrorState.LIVE:
            found = await uow.questions.find(mirror.subject_id)
            # The thread of a hidden one goes, or would if the bot were allowed to.
            return None if found is None or found.state in UNSEEN else found
    return None


async def _may_ask(uow: UnitOfWork, question: Question, at: datetime) -> bool:
    """Whether its asker is not kept from asking, as everybody may know it.

    Who is so unseen would be seen if a question of theirs stayed closed when they write in it. Whoever speaks without
    their name has been looked at before.
    """
    return await uow.restrictions.find(question.asker_id, "asking", at) is None
