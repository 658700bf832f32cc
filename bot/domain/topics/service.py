"""What people do with themes: propose, look, vote, and close what needs no date.

Whoever can see a group may propose a theme there and vote, as they may come to its sessions. Its proposer and the
group's organizers may close a theme and open it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.domain.errors import NotAllowed, require_text
from bot.domain.groups import find_group, fitting, visible_groups
from bot.domain.restrictions import require_free
from bot.domain.sessions import NoChannel, own_draft
from bot.domain.sessions.hosts import group_meant
from bot.domain.topics.boards import BOARD, place_of, touch
from bot.domain.topics.finding import (
    find_topic,
    line_of,
    require_open,
    suggestions,
    visible_topic,
    visible_topics,
)
from bot.domain.topics.likeness import alike, compared
from bot.domain.topics.values import (
    LONGEST_TITLE,
    MOST_OPEN,
    Close,
    OpenEnough,
    Proposed,
    Similar,
    Topic,
    TopicLine,
    TopicPage,
    TopicState,
    Voted,
)

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.groups import StudyGroup
    from bot.domain.sessions import SessionEvent
    from bot.domain.uow import UnitOfWork, Units

PAGE = 10
"""Themes on one screen: each has a button."""


class TopicService:
    """Keeps the themes, and who wants them."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    # Proposing

    async def propose(
        self, guild_id: int, actor: Actor, title: str, group: str | int | None = None
    ) -> Proposed | Similar:
        """Propose a theme in a group (see `group_meant`), which is a vote for it; one that may be there is shown first.

        Raises:
            GroupNeeded, SeveralFit, OnlyPartFits, Unknown: it is not clear in which group.
            InvalidText: the title is empty or too long.
            Restricted: a moderator keeps the actor from sessions.
            OpenEnough: they have as many open themes as one may.
        """
        title = " ".join(require_text("theme", title, LONGEST_TITLE).split())
        async with self._units(guild_id) as uow:
            found = await self._group(uow, actor, group)
            await self._require_room(uow, actor)
            near, same = await self._alike(uow, actor, found, title)
            if same:
                return Similar(0, title, found, near, same)
            if not near:
                return await self._add(uow, actor, found, title)
            data = {"group_id": found.id, "title": title}
            draft = await uow.sessions.drafts.add(actor.member_id, "topic", data)
            return Similar(draft.id, title, found, near, same)

    async def propose_anyway(self, guild_id: int, actor: Actor, draft_id: int) -> Proposed | Similar:
        """Propose what the actor was asked about; it is something else than what is there.

        Raises:
            Unknown: it was proposed already, has gone, or is another's. Else as `propose`.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "topic")
            await uow.sessions.drafts.remove(draft.id)
            group = await find_group(uow, actor, int(draft.data["group_id"]))
            await self._require_room(uow, actor)
            near, same = await self._alike(uow, actor, group, draft.data["title"])
            if same:
                # Somebody else was first.
                return Similar(0, draft.data["title"], group, near, same)
            return await self._add(uow, actor, group, draft.data["title"])

    async def _alike(
        self, uow: UnitOfWork, actor: Actor, group: StudyGroup, title: str
    ) -> tuple[tuple[TopicLine, ...], bool]:
        """What may be the same in the group, and whether one of them is open and called just so."""
        lines = await visible_topics(uow, actor, group)
        near = alike(title, [(line.topic.title, line) for line in lines])
        return tuple(near), any(line.is_open and compared(line.topic.title) == compared(title) for line in near)

    async def require_room(self, guild_id: int, actor: Actor, group_id: int) -> StudyGroup:
        """The group in which the actor is about to propose something, if they may.

        Raises:
            Unknown, Restricted, OpenEnough: as `propose`.
        """
        async with self._units.reading(guild_id) as uow:
            group = await find_group(uow, actor, group_id)
            await self._require_room(uow, actor)
            return group

    async def _group(self, uow: UnitOfWork, actor: Actor, group: str | int | None) -> StudyGroup:
        # A proposal is written unseen, so of a name a part is not enough.
        if isinstance(group, int) or group:
            return await find_group(uow, actor, group, whole=True)
        return await group_meant(uow, actor, None)

    async def _require_room(self, uow: UnitOfWork, actor: Actor) -> None:
        await self._require_free(uow, actor)
        still_open = await uow.topics.open_of(actor.member_id)
        if len(still_open) >= MOST_OPEN:
            # What they can't see any more does not exist for them, but counts: an organizer can close it.
            groups = await visible_groups(uow, actor)
            raise OpenEnough(tuple(topic.title for topic in still_open if topic.group_id in groups))

    async def _add(self, uow: UnitOfWork, actor: Actor, group: StudyGroup, title: str) -> Proposed:
        topic = await uow.topics.add(group.id, title, actor.member_id)
        await uow.topics.vote(topic.id, actor.member_id, wanted=True)
        after = {"title": title, "group_id": group.id}
        await uow.record("topic.propose", actor.member_id, f"topic:{topic.id}", after=after)
        await touch(uow, group.id)
        return Proposed(await line_of(uow, topic, actor.member_id))

    # Voting

    async def vote(self, guild_id: int, actor: Actor, topic_id: int, *, wanted: bool = True) -> Voted:
        """The actor votes for a theme, or takes the vote back; done twice it is as done once.

        Raises:
            Unknown: the theme does not exist for the actor.
            TopicNotOpen: it has its date, took place or was closed.
            Restricted: a moderator keeps the actor from sessions; a vote can be taken back all the same.
        """
        async with self._units(guild_id) as uow:
            topic, group = await visible_topic(uow, actor, topic_id)
            await require_open(uow, topic)
            if wanted:
                await self._require_free(uow, actor)
            changed = await uow.topics.vote(topic.id, actor.member_id, wanted=wanted)
            if changed:
                action = "topic.vote" if wanted else "topic.unvote"
                # Who voted for what is shown to nobody, and moderators read the audit.
                await uow.record(action, None, f"topic:{topic.id}")
                await touch(uow, group.id)
            return Voted(await line_of(uow, topic, actor.member_id), changed)

    async def _require_free(self, uow: UnitOfWork, actor: Actor) -> None:
        now = self._clock.now()
        await require_free(uow, actor.member_id, "sessions", now, now, actor.member_id)

    # Closing

    async def close(self, guild_id: int, actor: Actor, topic_id: int, *, again: bool = False) -> Close:
        """Close a theme that needs no date, or open it `again` with its votes.

        Raises:
            Unknown: the theme does not exist for the actor.
            NotAllowed: they neither proposed it nor organize its group.
            TopicNotOpen: it has its date, or took place.
        """
        async with self._units(guild_id) as uow:
            topic, group = await visible_topic(uow, actor, topic_id)
            if not (actor.organizes(group) or topic.proposer_id == actor.member_id):
                raise NotAllowed(("proposer", "organizer", "moderator"))
            wanted = TopicState.OPEN if again else TopicState.CLOSED
            if topic.state is not wanted:
                if not (again and topic.state is TopicState.CLOSED):
                    await require_open(uow, topic)
                action = "topic.reopen" if again else "topic.close"
                await uow.record(action, actor.member_id, f"topic:{topic.id}", after={"title": topic.title})
                topic = await uow.topics.change(topic, state=wanted)
                await touch(uow, group.id)
            return Close(await line_of(uow, topic, actor.member_id))

    # Looking

    async def list(self, guild_id: int, actor: Actor, group: str | int | None = None, page: int = 0) -> TopicPage:
        """The themes of a group, or of all that the actor can see; what has its date comes last.

        Raises:
            SeveralFit, Unknown: there is no such group.
        """
        async with self._units.reading(guild_id) as uow:
            groups = await visible_groups(uow, actor)
            only = await find_group(uow, actor, group) if group not in (None, "", 0) else None
            if only is None and len(groups) == 1:
                only = next(iter(groups.values()))
            lines = await visible_topics(uow, actor, only)
            pages = max(1, -(-len(lines) // PAGE))
            page = min(max(page, 0), pages - 1)
            return TopicPage(
                lines=tuple(lines[page * PAGE :][:PAGE]),
                page=page,
                pages=pages,
                total=len(lines),
                group=only,
                organizes=only is not None and actor.organizes(only),
                board=only is not None and bool(await uow.topics.boards([only.id])),
                winner=next((line for line in lines if line.is_open and line.votes), None),
            )

    async def find(
        self, guild_id: int, actor: Actor, text: str, group: str | None = None, *, whole: bool = False
    ) -> TopicLine:
        """The theme that the actor means; see `find_topic`. `group`: the one that it is of."""
        async with self._units.reading(guild_id) as uow:
            only = await find_group(uow, actor, group) if group else None
            return await find_topic(uow, actor, text, only, whole=whole)

    async def suggest(self, guild_id: int, actor: Actor, text: str, *, open_only: bool = True) -> Sequence[TopicLine]:
        """The themes that fit what was typed so far."""
        async with self._units.reading(guild_id) as uow:
            return await suggestions(uow, actor, text, open_only=open_only)

    async def suggest_groups(self, guild_id: int, actor: Actor, text: str) -> Sequence[StudyGroup]:
        """The groups that fit what was typed so far."""
        async with self._units.reading(guild_id) as uow:
            return fitting((await visible_groups(uow, actor)).values(), text)

    # The list in the group's channel

    async def post(self, guild_id: int, actor: Actor, group_id: int, *, wanted: bool) -> TopicPage:
        """The group's channel shows the list from now on, or no more; the actor's own list as it is then.

        Raises:
            Unknown: the group does not exist for the actor.
            NotAllowed: they don't organize it.
            NoChannel: there is none for it.
        """
        async with self._units(guild_id) as uow:
            group = await find_group(uow, actor, group_id)
            actor.require_organizer(group)
            standing = await uow.topics.boards([group.id])
            if wanted:
                place = place_of(group, await uow.communities.get())
                if not place:
                    raise NoChannel(group.name)
                board_id = standing[0] if standing else await uow.topics.post(group.id, place)
                # Pressed again where people have deleted it, it is made again.
                await uow.mirrors.want(BOARD, board_id, parent_id=place)
            else:
                for board_id in await uow.topics.take_down(group.id):
                    await uow.mirrors.refresh(BOARD, board_id)
            if bool(standing) is not wanted:
                await uow.record("topic.board", actor.member_id, f"group:{group.id}", after={"posted": wanted})
        return await self.list(guild_id, actor, group_id)

    # Parts in a session's life

    async def on_cancelled(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """A theme whose session is off waits for another date, with its votes."""
        for topic in await uow.topics.planned_as(event.after.id):
            await self._free(uow, topic)

    async def on_edited(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """A theme that its session is no longer about waits for another date; other words for it make no difference."""
        before, after = event.before, event.after
        if before is None or before.theme == after.theme:
            return
        for topic in await uow.topics.planned_as(after.id):
            if not alike(topic.title, [(after.theme, after)]):
                await self._free(uow, topic)

    async def on_moved(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """The list shows the new date; a move may bring another theme, too."""
        for topic in await uow.topics.planned_as(event.after.id):
            await touch(uow, topic.group_id)
        await self.on_edited(uow, event)

    async def on_ended(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """What was talked about is no longer wanted."""
        for topic in await uow.topics.planned_as(event.after.id):
            await uow.topics.change(topic, state=TopicState.HELD)
            await touch(uow, topic.group_id)

    async def _free(self, uow: UnitOfWork, topic: Topic) -> None:
        await uow.topics.change(topic, state=TopicState.OPEN, planned_session_id=None)
        await uow.record("topic.reopen", None, f"topic:{topic.id}", after={"title": topic.title})
        await touch(uow, topic.group_id)
