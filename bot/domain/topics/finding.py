"""How people name a theme, and what is shown of one; of groups whose channel they can't see there are none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.domain.choices import MOST_LISTED, SeveralFit, chosen_id, has_part, only_fitting
from bot.domain.errors import Unknown
from bot.domain.groups import MOST_SUGGESTIONS, folded, sounded, visible_groups
from bot.domain.topics.likeness import alike
from bot.domain.topics.values import Topic, TopicLine, TopicNotOpen, TopicState

if TYPE_CHECKING:
    from bot.domain.actors import Actor
    from bot.domain.groups import StudyGroup
    from bot.domain.uow import UnitOfWork

_LONGEST_SHOWN = 100


async def lines_of(
    uow: UnitOfWork, topics: Iterable[Topic], groups: Mapping[int, StudyGroup], reader: int
) -> list[TopicLine]:
    """The themes as `reader` sees them, in their order: what is open by votes, then what has its date by that."""
    found = list(topics)
    votes = await uow.topics.votes([topic.id for topic in found], reader)
    lines: list[TopicLine] = []
    for topic in found:
        count, mine = votes.get(topic.id, (0, False))
        lecture = await uow.sessions.get(topic.session_id) if topic.session_id is not None else None
        at = topic.planned_session_id
        planned = await uow.sessions.get(at) if at is not None and topic.state is TopicState.PLANNED else None
        lines.append(TopicLine(topic, groups[topic.group_id], count, mine, lecture, planned))
    still_open = sorted((line for line in lines if line.is_open), key=lambda line: (-line.votes, line.topic.id))
    dated = [(line.planned.starts_at, line.topic.id, line) for line in lines if line.planned is not None]
    rest = [line for line in lines if not line.is_open and line.planned is None]
    return [*still_open, *(line for _at, _id, line in sorted(dated, key=lambda each: each[:2])), *rest]


async def line_of(uow: UnitOfWork, topic: Topic, reader: int) -> TopicLine:
    """One theme as `reader` sees it."""
    group = await uow.groups.get(topic.group_id)
    return (await lines_of(uow, [topic], {group.id: group}, reader))[0]


async def visible_topics(uow: UnitOfWork, actor: Actor, only: StudyGroup | None = None) -> list[TopicLine]:
    """What is open or has its date, of the groups that exist for this person, or of `only` one of them."""
    groups = {only.id: only} if only is not None else await visible_groups(uow, actor)
    return await lines_of(uow, await uow.topics.of_groups(list(groups)), groups, actor.member_id)


async def visible_topic(uow: UnitOfWork, actor: Actor, topic_id: int) -> tuple[Topic, StudyGroup]:
    """The theme with this id, whatever its state, and its group.

    Raises:
        Unknown: there is none for this person. Nobody typed the id, so of what carried it only the button is told.
    """
    topic = await uow.topics.get(topic_id)
    group = (await visible_groups(uow, actor)).get(topic.group_id) if topic is not None else None
    if topic is None or group is None:
        raise Unknown("button", str(topic_id))
    return topic, group


async def require_open(uow: UnitOfWork, topic: Topic) -> Topic:
    """The theme, if it has no date and was not closed.

    Raises:
        TopicNotOpen: it is otherwise.
    """
    if topic.state is TopicState.OPEN:
        return topic
    at = topic.planned_session_id
    session = await uow.sessions.get(at) if at is not None and topic.state is not TopicState.CLOSED else None
    raise TopicNotOpen(topic.title, topic.state, session)


async def find_topic(
    uow: UnitOfWork, actor: Actor, text: str, only: StudyGroup | None = None, *, whole: bool = False
) -> TopicLine:
    """The theme chosen from a list, or of this title or id, or the only one in whose title the text stands.

    `only`: the group that it is of. `whole`: see `only_fitting`.

    Raises:
        SeveralFit, OnlyPartFits: the text fits several, or is only a part of a title.
        Unknown: none fits; it names those of nearly that title.
    """
    lines, shown = await visible_topics(uow, actor, only), text[:_LONGEST_SHOWN]
    if (chosen := chosen_id(text)) is not None:
        found = [line for line in lines if line.topic.id == chosen]
    else:
        found = [line for line in lines if folded(line.topic.title) == folded(text)]
        if not found and re.fullmatch(r"[0-9]{1,18}", folded(text)):
            found = [line for line in lines if line.topic.id == int(folded(text))]
    if len(found) > 1:
        names = [called(line) for line in found]
        raise SeveralFit("topic", shown, tuple(names[:MOST_LISTED]), len(names[MOST_LISTED:]))
    if found:
        return found[0]
    key = sounded(text)
    parts = [(called(line), line) for line in lines if has_part(sounded(line.topic.title), key)]
    fitting = only_fitting("topic", shown, parts, whole=whole)
    if fitting is None:
        raise Unknown("topic", shown, tuple(alike(text, [(line.topic.title, called(line)) for line in lines])))
    return fitting


async def suggestions(uow: UnitOfWork, actor: Actor, text: str, *, open_only: bool) -> Sequence[TopicLine]:
    """The themes that fit what was typed so far, those with most votes first."""
    key = sounded(text)
    lines = await visible_topics(uow, actor)
    fitting = (line for line in lines if (line.is_open or not open_only) and key in sounded(line.topic.title))
    return list(fitting)[:MOST_SUGGESTIONS]


def called(line: TopicLine) -> str:
    """A theme with its group, for lists in which there are others of that title."""
    return f"{line.topic.title} ({line.group.name})"
