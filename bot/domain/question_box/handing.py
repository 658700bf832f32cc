"""Questions are handed to whoever lectures: on the evening before, and what is asked later until the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.members import dm_readers
from bot.domain.posts import NewPost, next_revision
from bot.domain.question_box.reading import as_read, box_posts, in_line, next_handing
from bot.domain.question_box.values import BOX, LOOK_AGAIN, Handed, bundles, carried, is_ahead, stands
from bot.domain.quiet import plan_in_peace, renew_in_peace
from bot.domain.readers import for_its_reader, reader_of
from bot.domain.rotation.lecturing import lecturing_of

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.members import MemberLeft
    from bot.domain.posts import Post
    from bot.domain.sessions import SessionEvent
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork


class QuestionHandingService:
    """Hands questions over, and takes part in what happens to their session."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def hand_over(self, uow: UnitOfWork, step: Step) -> None:
        """Tell each lecturer of what they have not been told of, and look again later: others may lecture by then."""
        now, session = self._clock.now(), await uow.sessions.get(step.subject_id)
        if not is_ahead(session, now) or not await uow.question_box.of_session(session.id):
            return
        posts, lecture = await box_posts(uow, session), await lecturing_of(uow, session)
        revision = next_revision(posts)
        for reader in await dm_readers(uow, BOX, lecture.readers):
            known = carried(post for post in posts if reader_of(post) == reader and stands(post))
            new = [each for each in await in_line(uow, session, lecture, reader) if each.id not in known]
            messages = [
                NewPost(
                    BOX,
                    session.id,
                    now,
                    session.starts_at,
                    member_id=reader,
                    revision=revision,
                    part=part,
                    starts_at=session.starts_at,
                    quiet=True,
                    data={"questions": [question.id for question in some], "more": bool(known) or part > 0},
                )
                for part, some in enumerate(bundles(new))
            ]
            await plan_in_peace(uow, [for_its_reader(message) for message in messages], now)
        if now + LOOK_AGAIN < session.starts_at:
            await uow.steps.again(BOX, session.id, now + LOOK_AGAIN)

    async def describe(self, uow: UnitOfWork, post: Post) -> Handed | None:
        """What the lecturer reads; None if nothing is left of it, or they don't lecture any more."""
        session, reader = await uow.sessions.get(post.subject_id), reader_of(post)
        if not is_ahead(session, self._clock.now()) or reader not in (await lecturing_of(uow, session)).readers:
            return None
        known = {question.id: question for question in await uow.question_box.of_session(session.id)}
        questions = [known[question_id] for question_id in post.data["questions"] if question_id in known]
        if not questions:
            return None
        read, group = await as_read(uow, questions), await uow.groups.get(session.group_id)
        return Handed(session, group, read, post.data["more"], 0 if post.member_id else reader)

    # Parts in other features

    async def on_moved(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """The evening before is another one, and what waits tells the new time."""
        session, now = event.after, self._clock.now()
        if await uow.question_box.of_session(session.id):
            await renew_in_peace(uow, BOX, session, now)
            await uow.steps.again(BOX, session.id, await next_handing(uow, session, now))

    async def on_settings_changed(self, uow: UnitOfWork, before: object, after: object) -> None:
        """The zone or an evening may have changed, and with it when questions are handed over."""
        now = self._clock.now()
        for session_id in await uow.question_box.asked_about(now):
            await uow.steps.again(BOX, session_id, await next_handing(uow, await uow.sessions.get(session_id), now))

    async def on_cancelled(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Nobody lectures, so nobody need read it."""
        if await uow.question_box.of_session(event.after.id):
            await uow.steps.cancel([BOX], event.after.id)
            await uow.posts.cancel([BOX], event.after.id, "cancelled")

    async def on_member_left(self, uow: UnitOfWork, event: MemberLeft) -> None:
        """Nothing is asked in the name of somebody who is not there."""
        await uow.question_box.remove_all(event.member_id)
