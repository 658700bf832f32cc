"""“I want to hear more”: a vote for the theme that a lecture stands for.

The first wish puts the theme on the list. Once people have heard more of it, a new wish is one for more of that
session: the theme comes on the list again under its name, with the votes of those who want it now, while the row of the
one that was held keeps its session and its votes. So presses under the old lecture and under the new one are for the
same theme.
A theme that was closed is opened again with its votes, as anybody could propose it anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.topics.boards import touch
from bot.domain.topics.values import TopicState, Wish

if TYPE_CHECKING:
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork


async def wish(uow: UnitOfWork, session: Session, title: str, member_id: int) -> Wish:
    """This person wishes to hear more of a lecture, or no more; `title` is what it was about.

    Whoever presses under a theme that was closed wants it on the list, also if they voted for it before.
    """
    topic, heard = await uow.topics.of_lecture(session.id), None
    while topic is not None and topic.state is TopicState.HELD:
        assert topic.planned_session_id is not None
        # Each was planned after the one before had ended, so this comes to an end.
        heard, title = await uow.sessions.get(topic.planned_session_id), topic.title
        topic = await uow.topics.of_lecture(heard.id)
    if topic is None:
        topic = await uow.topics.add(session.group_id, title, 0, (heard or session).id)
    wanted = True
    if topic.state is TopicState.CLOSED:
        topic = await uow.topics.change(topic, state=TopicState.OPEN)
        await uow.record("topic.reopen", None, f"topic:{topic.id}", after={"title": topic.title})
        await uow.topics.vote(topic.id, member_id, wanted=True)
    elif await uow.topics.vote(topic.id, member_id, wanted=False):
        wanted = False
    else:
        await uow.topics.vote(topic.id, member_id, wanted=True)
    await touch(uow, topic.group_id)
    people, _mine = (await uow.topics.votes([topic.id], member_id)).get(topic.id, (0, False))
    at = topic.planned_session_id
    return Wish(wanted, people, heard, await uow.sessions.get(at) if at is not None else None)
