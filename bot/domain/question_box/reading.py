"""The questions of a session as whoever gets them reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.domain.question_box.values import BOX, Question, ReadQuestion, handed_at, line_up
from bot.domain.rotation.lecturing import Lecturing
from bot.domain.usual_times import evening_at

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.posts import Post
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork


async def in_line(uow: UnitOfWork, session: Session, lecture: Lecturing, reader: int) -> list[Question]:
    """The questions of others than their reader, in the order in which they are read."""
    questions = [each for each in await uow.question_box.of_session(session.id) if each.member_id != reader]
    askers = {question.member_id for question in questions if not question.anonymous}
    industries = await uow.profiles.main_industries(askers)
    keys = {member_id: industry.key for member_id, industry in industries.items()}
    return line_up(questions, keys, await uow.question_box.lectures_heard(askers), lecture.industries)


async def as_read(uow: UnitOfWork, questions: Sequence[Question]) -> tuple[ReadQuestion, ...]:
    """What their reader sees of them; of who asked anonymously, nothing."""
    askers = {question.member_id for question in questions if not question.anonymous}
    industries = await uow.profiles.main_industries(askers)
    return tuple(
        ReadQuestion(each.text)
        if each.anonymous
        else ReadQuestion(each.text, each.member_id, industries.get(each.member_id))
        for each in questions
    )


async def box_posts(uow: UnitOfWork, session: Session) -> Sequence[Post]:
    """All messages that ever carried questions of a session."""
    return await uow.posts.of_subject(BOX, session.id)


async def next_handing(uow: UnitOfWork, session: Session, now: datetime) -> datetime:
    """When a question that is asked now is handed to the lecturer."""
    group = await uow.groups.get(session.group_id)
    # Where nobody is reminded on the evening before, the lecturer still has questions to think about then.
    evening = evening_at(session, replace(group, evening_off=False), await uow.communities.get())
    return handed_at(evening or session.starts_at, session.starts_at, now)
