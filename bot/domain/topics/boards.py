"""The list of themes in a group's channel: it shows the votes as they stand, and takes those of whoever presses.

Organizers post it and take it down. It is a mirror; its subject is a row, one for each channel that a group's list ever
stood in, so that after a move of the group it is made in the new channel and goes from the old one, whose readers may
not see the group any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.topics.finding import lines_of
from bot.domain.topics.values import TopicLine

if TYPE_CHECKING:
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.members import MemberLeft
    from bot.domain.mirrors import Mirror
    from bot.domain.uow import UnitOfWork

BOARD = "topics"
"""The mirror's kind; its subject is the board's row."""
MOST = 10
"""Themes on it: two rows of buttons."""
DATED = 3
"""So many of those that have their date stand below."""


class Board(Struct, frozen=True):
    """What the list shows: the open themes, those with most votes first, how many `more` there are, and what comes."""

    group: StudyGroup
    lines: tuple[TopicLine, ...]
    more: int
    planned: tuple[TopicLine, ...]


def place_of(group: StudyGroup, community: Community) -> int:
    """The channel in which the group's list can stand; 0: in none."""
    return 0 if group.archived_at is not None else group.channel_id or community.announcements_channel


async def touch(uow: UnitOfWork, group_id: int) -> None:
    """Something has changed that the group's list shows."""
    for board_id in await uow.topics.boards([group_id]):
        await uow.mirrors.refresh(BOARD, board_id)


class TopicBoardService:
    """Keeps the lists where they should be."""

    async def on_group_changed(self, uow: UnitOfWork, before: StudyGroup, after: StudyGroup) -> None:
        """The list moves with the channel, and has the group's name."""
        community = await uow.communities.get()
        await _move(uow, place_of(after, community), after)

    async def on_settings_changed(self, uow: UnitOfWork, before: Community, after: Community) -> None:
        """Groups without a channel of their own follow the announcements; all lists speak the community's language."""
        if (before.announcements_channel, before.language) == (after.announcements_channel, after.language):
            return
        for group in await uow.groups.all():
            await _move(uow, place_of(group, after), group)

    async def on_member_left(self, uow: UnitOfWork, event: MemberLeft) -> None:
        """Their votes have gone."""
        for board_id in await uow.topics.boards():
            await uow.mirrors.refresh(BOARD, board_id)

    async def describe(self, uow: UnitOfWork, mirror: Mirror) -> Board | None:
        """What the list shows now; None where it should stand no more."""
        found = await uow.topics.board(mirror.subject_id)
        if found is None:
            return None
        group, channel_id = await uow.groups.get(found[0]), found[1]
        if channel_id != mirror.parent_id or place_of(group, await uow.communities.get()) != channel_id:
            return None
        lines = await lines_of(uow, await uow.topics.of_groups([group.id]), {group.id: group}, 0)
        still_open = [line for line in lines if line.is_open]
        planned = [line for line in lines if line.planned is not None]
        return Board(group, tuple(still_open[:MOST]), max(0, len(still_open) - MOST), tuple(planned[:DATED]))


async def _move(uow: UnitOfWork, new: int, group: StudyGroup) -> None:
    """The list of a group that has one is to stand in this channel (0: in none for now)."""
    standing = await uow.topics.boards([group.id])
    for board_id in standing:
        await uow.mirrors.refresh(BOARD, board_id)
    if not standing or not new:
        return
    here = [each for each in standing if (await uow.topics.board(each) or (0, 0))[1] == new]
    if not here:
        await uow.topics.take_down(group.id)
        here = [await uow.topics.post(group.id, new)]
    await uow.mirrors.want(BOARD, here[0], parent_id=new)
