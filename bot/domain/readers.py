"""Who alone reads a post, where that person's clock hangs, and who is to be named in no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.posts import NewPost, Post
    from bot.domain.rsvps import Rsvp
    from bot.domain.uow import UnitOfWork

READER = "private"
"""In a post's data: whose private thread it goes to."""
_FOR_ITS_READER = "unnamed"
"""In a direct message's data: that where it can't be delivered, it goes to no place where others read."""
_BY_DM_ONLY = "by_dm_only"
"""In a direct message's data: that where it can't be delivered, it goes nowhere."""


def unnamed(rsvps: Iterable[Rsvp]) -> frozenset[int]:
    """Whose answers only an organizer gave: they are neither named nor mentioned where others read."""
    return frozenset(rsvp.member_id for rsvp in rsvps if not rsvp.own)


def for_its_reader(post: NewPost) -> NewPost:
    """The same direct message, for its reader alone: they are not to be named where others read."""
    return replace(post, data={**post.data, _FOR_ITS_READER: True})


def is_for_its_reader(post: NewPost | Post) -> bool:
    """Whether nobody but its reader is to learn of the post, whatever its kind."""
    return bool(post.data.get(_FOR_ITS_READER))


def by_dm_only(post: NewPost) -> NewPost:
    """The same direct message, which becomes nothing else, not even one in its reader's private thread.

    Moderators can open that thread, and nobody is to learn who asks anonymously.
    """
    return replace(post, data={**post.data, _BY_DM_ONLY: True})


def to_asker(post: NewPost, question_id: int) -> NewPost:
    """The same direct message to whoever asked this question without their name: by direct message only.

    Not even its row tells who that is.
    """
    return replace(by_dm_only(post), asker_of=question_id)


def is_by_dm_only(post: NewPost | Post) -> bool:
    """Whether nobody but Discord and its reader is to learn whom the post goes to."""
    return bool(post.data.get(_BY_DM_ONLY))


def reader_of(post: NewPost | Post) -> int:
    """The one person who may read the post, in a direct message or in their private thread; 0: it is for several."""
    return post.member_id or post.data.get(READER, 0)


async def reader_zone(uow: UnitOfWork, post: NewPost | Post) -> str:
    """The zone of its one reader's clock; "": the community's, for a reader who has said none and for several."""
    reader = reader_of(post)
    return await uow.profiles.time_zone(reader) if reader else ""


async def reader_language(uow: UnitOfWork, post: Post) -> str | None:
    """In which language its one reader reads it: as their profile says, or as they use Discord; None: not known."""
    reader = reader_of(post)
    if not reader:
        return None
    if (chosen := await uow.profiles.language(reader)) is not None:
        return chosen
    member = await uow.members.find(reader)
    return None if member is None else member.language
