"""Where posts are kept: as the features see them, and as the dispatcher does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from bot.domain.posts.attempts import Settled
from bot.domain.posts.values import NewPost, Post


class Missed(Struct, frozen=True):
    """How many posts did not arrive (refused by Discord or by our mistake), and of how many that is unknown."""

    lost: int = 0
    unconfirmed: int = 0


class PostRepository(Protocol):
    """The posts of one community, inside a unit of work."""

    async def plan(self, post: NewPost) -> None:
        """Write it, or bring an unattempted one that waits or was cancelled up to date; any other stays as it is."""
        ...

    async def plan_all(self, new: Sequence[NewPost]) -> None:
        """As `plan`, all together."""
        ...

    async def cancel(
        self,
        kinds: Collection[str],
        subject_id: int,
        reason: str,
        *,
        below: int | None = None,
        only: Collection[int] | None = None,
    ) -> None:
        """Cancel what has not begun; ask for the cancellation of what is in doubt.

        `below`: only older revisions; `only`: the posts with these ids.

        What is in doubt is not sent again from here on, but reconciled. If it turns out that it did not arrive, a step
        `DROPPED` follows.
        """
        ...

    async def renew(self, kind: str, subject_id: int, reason: str) -> None:
        """What was rendered is cancelled and written anew, as a later revision.

        A rendered text may tell a time that has just changed; the first attempt of such a text must not begin. What is
        under way or in doubt is cancelled as by `cancel`, and what follows from that is left to its kind's `DROPPED`.
        """
        ...

    async def held_back(self) -> list[Post]:
        """What waits for an attempt and may be held by quiet hours, unless it waits for another reason."""
        ...

    async def postpone(self, post: Post, not_before: datetime) -> None:
        """Let it wait until then, if it still waits."""
        ...

    async def find(self, post_id: int) -> Post | None:
        """The post with this id."""
        ...

    async def settle(self, result: Settled) -> bool:
        """Write the end of one attempt in this transaction, with what follows from it; False if it was not ours."""
        ...

    async def of_subject(self, kind: str, subject_id: int) -> list[Post]:
        """All posts of one kind about one subject, in order of revision and part."""
        ...

    async def standing(self, kinds: Collection[str], discord_ids: Collection[int]) -> list[Post]:
        """What was sent of these kinds and is one of these messages, or stands in one of these channels."""
        ...

    async def lose(self, post: Post) -> None:
        """Its message is gone: `DELETED`."""
        ...

    async def missed(self, since: datetime) -> Missed:
        """What fell due since then and did not arrive, as far as moderators can do something about it."""
        ...


class Begin(Struct, frozen=True):
    """What is frozen when an attempt begins; `payload` and `nonce` are kept if the row has them already."""

    post: Post
    target_id: int
    payload: str
    nonce: str


class Outbox(Protocol):
    """The posts of all communities, as the dispatcher sees them. Each method is one transaction."""

    async def recover(self) -> int:
        """Void what an older process left: claims return, unfinished attempts are in doubt. Returns how many."""
        ...

    async def claim(self, now: datetime, limit: int, lease: timedelta, avoid: Collection[int]) -> list[Post]:
        """Take due posts, earliest deadline first, at most LANE of a lane and none of the lanes in `avoid`."""
        ...

    async def begin(self, begins: Sequence[Begin], now: datetime) -> dict[int, Post]:
        """Commit `sending` for those still claimed by us and still wanted; returns them as stored, by id."""
        ...

    async def settle(self, results: Sequence[Settled], now: datetime) -> None:
        """Write what the attempts came to."""
        ...

    async def release(self, post: Post, not_before: datetime, reason: str | None = None) -> None:
        """Give a claimed post back, unattempted."""
        ...

    async def next_due(self, after: datetime) -> datetime | None:
        """When the next post or step falls due that was not due at `after`; None if there is none."""
        ...
