"""What became of an introduction, and whether its author may post it (again).

Who introduces themselves decides it alone: what people deleted is never posted again by itself, and what may have
arrived only if its author, who can look, wants it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from bot.domain.posts import DELETED, FINAL, PostState
from bot.domain.profiles.values import TOLD, Profile, facts

if TYPE_CHECKING:
    from bot.domain.posts import Post

INTRODUCTION = "introduction"
"""The kind of the posts in which people introduce themselves; their subject is the profile's row."""

Fate = Literal["waiting", "standing", "outdated", "elsewhere", "deleted", "lost", "doubtful"]
"""On its way; there for all to read; there, but the profile says something else by now; there, but introductions are in
another channel by now; deleted by people; never arrived; perhaps arrived."""


class Posted(Struct, frozen=True):
    """What became of somebody's newest introduction; `message_id` is 0 unless it stands.

    `settled` says that posting it would say nothing new.
    """

    fate: Fate
    guild_id: int
    channel_id: int
    message_id: int = 0
    settled: bool = False


def standing(introductions: Sequence[Post]) -> Post | None:
    """The newest that can be read, or is on its way; `introductions` in order of revision."""
    said = [post for post in introductions if _on_its_way(post) or _stands(post)]
    return said[-1] if said else None


def fate_of(introductions: Sequence[Post], profile: Profile, channel_id: int) -> Posted | None:
    """What became of them, in order of revision; None: there is nothing to tell.

    `channel_id` is where introductions are posted now (0: nowhere).
    """
    said = standing(introductions)
    told = [post for post in introductions if post.state is not PostState.CANCELLED and not post.cancel_wanted]
    if not told:
        return None
    newest = told[-1]
    current = said is not None and said.data["told"] == facts(profile, TOLD)
    if said is None or (newest is not said and not current):
        fate: Fate = "deleted" if newest.state is PostState.SENT else "lost"
        if newest.state is PostState.UNCONFIRMED:
            fate = "doubtful"
        return Posted(fate, newest.guild_id, newest.channel_id)
    here = channel_id in (0, said.channel_id)
    if _on_its_way(said):
        # Nothing can be said yet of how it stands there, and there is nothing to link to.
        fate = "waiting"
    elif not here:
        fate = "elsewhere"
    else:
        fate = "standing" if current else "outdated"
    return Posted(fate, said.guild_id, said.channel_id, said.message_id, settled=here and current)


def _on_its_way(post: Post) -> bool:
    return post.state not in FINAL and not post.cancel_wanted


def _stands(post: Post) -> bool:
    return post.state is PostState.SENT and post.reason != DELETED
