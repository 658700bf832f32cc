"""What happens to a claimed post: it is rendered and frozen, attempted, reconciled, and its end is written.

The rules stand in `bot.domain.posts`; here they meet Discord and the database. A row that says "sending" always has
somebody at work on it: whatever goes wrong after that commit, an outcome is written.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bot.batch import Batch
from bot.clock import Clock
from bot.domain.calendar import Held
from bot.domain.communities import Community
from bot.domain.patience import in_time
from bot.domain.posts import (
    FINAL,
    Begin,
    Limited,
    Lost,
    Outbox,
    Outcome,
    Post,
    PostState,
    Refused,
    Settled,
    Unauthorized,
    after_attempt,
    after_reading,
    next_act,
    pause,
)
from bot.domain.quiet import QUIET, held
from bot.domain.readers import reader_language, reader_of, reader_zone
from bot.domain.uow import UnitOfWork, Units
from bot.i18n import Words, words
from bot.logs import reference
from bot.pacer import Pacer
from bot.posting import Poster, freeze
from bot.rendering.content import Content
from bot.sight import TROUBLE, Sight
from bot.windows import Windows

_log = logging.getLogger(__name__)

_RENDER_AGAIN = timedelta(minutes=5)
"""After a mistake of ours in rendering a post, it is tried again this much later, until it expires."""
_ASK_AGAIN = timedelta(seconds=30)
"""If Discord can't be asked what a reader may see, it is asked again this much later."""
_REPORTED = frozenset({PostState.UNDELIVERABLE, PostState.FAILED, PostState.UNCONFIRMED})
_TELLINGS = 3
"""So often what follows from a post's end may fail; then the post ends without it."""


StillHere = Callable[[int, int], Awaitable[bool]]
"""Whether somebody, the second, is still a member of a server, the first; it raises where Discord can't be asked."""


class PostKind(Struct, frozen=True):
    """How posts of one kind are made.

    `describe` reads what the post says now (None: it is overtaken, and cancelled); `render` puts it into words; `ended`
    runs in the transaction that ends a post as undeliverable, failed or unconfirmed. The time of a `timely` one is its
    point: as a direct message it does not wait for hours, but ends and is followed by what `ended` does. `place` is the
    channel to which it belongs (0: none): who alone is told of it, or mentioned, must be able to see that. One that
    `asks` goes only to somebody of whom Discord says, just before, that they are still a member. `waits` says until
    when one has to wait that may not go out now, for reasons of its own kind.
    """

    describe: Callable[[UnitOfWork, Post], Awaitable[Any]]
    render: Callable[[Any, Words], Content]
    ended: Callable[[UnitOfWork, Settled], Awaitable[None]]
    timely: bool = False
    place: Callable[[UnitOfWork, Post], Awaitable[int]] | None = None
    asks: bool = False
    waits: Callable[[UnitOfWork, Post, datetime], Awaitable[datetime]] | None = None


class _Described(Struct, frozen=True):
    """What a post says now, or why that could not be read.

    Where it has one reader, `language` is their own, and `place` the channel that they must be able to see (0: none).
    """

    value: Any = None
    language: str | None = None
    place: int = 0
    error: Exception | None = None


class Delivery:
    """Delivers posts, one call for each. Once `closing` is set, nothing new is begun."""

    def __init__(
        self,
        *,
        units: Units,
        outbox: Outbox,
        clock: Clock,
        poster: Poster,
        pacer: Pacer,
        settings: Callable[[int], Awaitable[Community]],
        post_kinds: Mapping[str, PostKind],
        stop: Callable[[int], None],
        nonce_life: timedelta,
        windows: Windows | None = None,
        sight: Sight | None = None,
        still_here: StillHere | None = None,
    ) -> None:
        self._units = units
        self._outbox = outbox
        self._clock = clock
        self._poster = poster
        self._pacer = pacer
        self._settings = settings
        self._post_kinds = post_kinds
        self._stop = stop
        self._nonce_life = nonce_life
        self._describe: Batch[Post, _Described] = Batch(self._read_values)
        self._begin: Batch[Begin, Post] = Batch(self._write_begins)
        self._settle: Batch[Settled, bool] = Batch(self._write_results)
        self._windows = windows or Windows(clock)
        self._sight = sight
        self._still_here = still_here
        self.closing = False

    async def close(self) -> None:
        """Let what is being written be written; what can't be now, the next process finds in doubt."""
        await asyncio.gather(self._describe.close(), self._begin.close(), self._settle.close())

    async def deliver(self, post: Post) -> None:
        """Do what a claimed post needs next."""
        act = next_act(post, self._windows.now(post), self._nonce_life)
        if act == "read history":
            await self._reconcile(post)
        elif act == "wait":
            assert post.window_at is not None
            await self._outbox.release(post, post.window_at + self._nonce_life)
        elif act == "send":
            await self._send(post)
        else:
            state = PostState.CANCELLED if act == "cancel" else PostState.EXPIRED
            await self._finish(Settled(post, state, post.reason or act))

    async def _send(self, post: Post) -> None:
        begin = await self._prepare(post)
        if begin is None:
            return
        await self._pacer.post(post.expires_at)
        if self.closing:
            return
        if next_act(post, self._windows.now(post), self._nonce_life) != "send":
            # It expired while it waited for its place; the next pass says so.
            await self._outbox.release(post, self._clock.now())
            return
        try:
            begun = await self._begin.put(begin, post.id)
        except Exception:
            # Whether this was committed is unknown, but not that no request was made.
            _log.exception("post %d (%s) could not be begun", post.id, post.kind)
            later = self._clock.now() + pause(post.attempts + 1, 1.0)
            await self._finish(Settled(post, PostState.RETRY, "not begun", later, post.in_doubt))
            return
        if begun is None:
            # Cancelled or taken back meanwhile. One in doubt that is to be cancelled is still ours, and is reconciled.
            await self._outbox.release(post, self._clock.now())
            return
        self._windows.open(begun)
        outcome = await self._attempt(begun)
        await self._finish(self._judge(begun, outcome, random.uniform(0.5, 1)))
        self._heed(outcome)

    async def _attempt(self, post: Post) -> Outcome:
        try:
            return await self._poster.attempt(post, self._windows.now(post))
        except Exception as error:
            # Nothing that goes wrong here may leave the row "sending" with nobody at work on it.
            _log.exception("an attempt at post %d (%s) failed in an unknown way", post.id, post.kind)
            return Lost(type(error).__name__)

    def _heed(self, outcome: object) -> None:
        """Stop the process when Discord no longer knows us."""
        if isinstance(outcome, Unauthorized) and not self.closing:
            _log.critical("Discord no longer accepts the token; stopping")
            self.closing = True
            self._stop(2)

    async def _turn(self, post: Post) -> None:
        """Wait for the turn of a request that is not the post itself."""
        await self._pacer.post(post.expires_at)

    async def _prepare(self, post: Post) -> Begin | None:
        """What to freeze; None if the post is held, overtaken, or its target can't be opened."""
        now = self._clock.now()
        community = await self._settings(post.guild_id)
        held = await self._held(post, community, now)
        if held.at > now:
            await self._outbox.release(post, held.at, QUIET)
            return None
        if held.silent and post.member_id:
            # It can neither wait nor go out earlier; a night's direct message would wake somebody. Who must hear of it
            # is told silently in a thread: see `bot.domain.private_threads`.
            await self._no_target(post, Refused(QUIET))
            return None
        if post.payload is not None:
            return Begin(post, post.target_id, post.payload, post.nonce or "")
        nonce = f"{post.id}-{post.token}"[:25]
        try:
            content = await self._content(post, community)
            payload = None
            if content is not None:
                pings_nobody = _was_to_ping(post) and not (content.mentions or content.roles)
                payload = freeze(content, nonce, silent=post.silent or held.silent or pings_nobody)
        except TROUBLE as error:
            _log.warning("post %d (%s): who its reader is could not be asked: %r", post.id, post.kind, error)
            await self._outbox.release(post, now + _ASK_AGAIN, "its reader is not known")
            return None
        except Exception:
            code = reference()
            _log.exception("post %d (%s) could not be rendered [%s]", post.id, post.kind, code)
            await self._outbox.release(post, now + _RENDER_AGAIN, f"not rendered [{code}]")
            return None
        if payload is None:
            await self._finish(Settled(post, PostState.CANCELLED, "overtaken"))
            return None
        if not post.target_id:
            await self._turn(post)
        target = await self._poster.target(post)
        if not isinstance(target, int):
            await self._no_target(post, target)
            return None
        return Begin(post, target, payload, nonce)

    async def _held(self, post: Post, community: Community, now: datetime) -> Held:
        """When the post may go out, by the quiet hours on its reader's clock. A doubt is cleared at any hour."""
        kind = self._post_kinds.get(post.kind)
        if kind is not None and kind.waits is not None and not post.in_doubt:
            async with self._units.reading(post.guild_id) as uow:
                waits_until = await kind.waits(uow, post, now)
            if waits_until > now:
                return Held(waits_until)
        if post.in_doubt or not post.quiet or not reader_of(post):
            return Held(now) if post.in_doubt else held(post, community, now)
        async with self._units.reading(post.guild_id) as uow:
            return held(post, community, now, await reader_zone(uow, post))

    async def _content(self, post: Post, community: Community) -> Content | None:
        kind = self._post_kinds[post.kind]
        described = await self._describe.put(post, post.id)
        assert described is not None
        if described.error is not None:
            raise described.error
        if described.value is None or not await self._may_know(post, described.place):
            return None
        if kind.asks and not await self._is_here(post):
            return None
        value = await self._for_those_who_see(post, described.value, described.place)
        return None if value is None else kind.render(value, words(described.language or community.language))

    async def _for_those_who_see(self, post: Post, value: Any, place: int) -> Any:
        """What the post says, mentioning only those who can see the channel to which it belongs; None: it was for them.

        Whoever lost sight of it without a word is on the list still.
        """
        mentioned: tuple[int, ...] = getattr(value, "mentions", ())
        if not (self._sight and mentioned and place) or reader_of(post):
            return value
        seeing = await self._sight.seeing(post.guild_id, mentioned, place, lambda: self._turn(post))
        left = tuple(member_id for member_id in mentioned if member_id in seeing)
        return replace(value, mentions=left) if left or not post.part else None

    async def _may_know(self, post: Post, place: int) -> bool:
        """Whether the one reader can see the channel to which the post belongs; others read it there or not at all."""
        reader = reader_of(post)
        if not (self._sight and reader and place):
            return True
        return await self._sight.sees(post.guild_id, reader, place, lambda: self._turn(post))

    async def _is_here(self, post: Post) -> bool:
        """Whether the one reader is still a member; what it means that they are not, is done by then."""
        reader = reader_of(post)
        return not (self._still_here and reader) or await self._still_here(post.guild_id, reader)

    async def _read_values(self, posts: Sequence[Post]) -> Mapping[int, _Described]:
        """What the posts say now, all read in one view; one that can't be read stops no other."""
        read: dict[int, _Described] = {}
        async with self._units.view() as of:
            for post in posts:
                try:
                    uow = of(post.guild_id)
                    kind = self._post_kinds[post.kind]
                    value = await kind.describe(uow, post)
                    own = await reader_language(uow, post) if value is not None else None
                    for_some = reader_of(post) or getattr(value, "mentions", ())
                    place = await kind.place(uow, post) if kind.place and for_some else 0
                    read[post.id] = _Described(value, own, place)
                except Exception as error:
                    read[post.id] = _Described(error=error)
        return read

    async def _no_target(self, post: Post, outcome: Outcome) -> None:
        """There is nowhere to send it now. No attempt was made, so nothing can be in doubt."""
        settled = self._judge(post, outcome, 1.0)
        if settled.state is PostState.RETRY:
            await self._outbox.release(post, settled.not_before or self._clock.now(), settled.reason)
        else:
            await self._finish(settled)
        self._heed(outcome)

    def _judge(self, post: Post, outcome: Outcome, jitter: float) -> Settled:
        """What the outcome makes of the post, in time for what follows from it."""
        now, kind = self._clock.now(), self._post_kinds.get(post.kind)
        settled = after_attempt(post, outcome, now, self._nonce_life, jitter)
        return in_time(settled, now, timely=kind is not None and kind.timely)

    async def _reconcile(self, post: Post) -> None:
        found = await self._poster.find(post, lambda: self._turn(post))
        if isinstance(found, Limited | Unauthorized):
            wait = found.retry_after if isinstance(found, Limited) else 0.0
            await self._outbox.release(post, self._clock.now() + timedelta(seconds=wait))
            self._heed(found)
            return
        await self._finish(after_reading(post, found, self._clock.now()))

    async def _finish(self, result: Settled) -> None:
        """Write how it ended; what the moderators must hear, or a fallback, goes into the same transaction."""
        post = result.post
        if result.state in FINAL:
            self._windows.close(post)
        if result.state not in _REPORTED:
            await self._settle.put(result, post.id)
            return
        _log.warning("post %d (%s): %s: %s", post.id, post.kind, result.state.value, result.reason)
        kind = self._post_kinds.get(post.kind)
        tellings = 0
        for wait in _patience():
            try:
                async with self._units(post.guild_id) as uow:
                    if await uow.posts.settle(result) and kind is not None and tellings < _TELLINGS:
                        tellings += 1
                        await kind.ended(uow, result)
            except Exception:
                _log.exception("the end of post %d (%s) could not be written", post.id, post.kind)
                await asyncio.sleep(wait)
            else:
                return

    async def _write_begins(self, begins: Sequence[Begin]) -> Mapping[int, Post]:
        return await self._outbox.begin(begins, self._clock.now())

    async def _write_results(self, results: Sequence[Settled]) -> Mapping[int, bool]:
        """Results are never dropped: while the database refuses them, the attempts stay open and are asked again."""
        for wait in _patience():
            try:
                await self._outbox.settle(results, self._clock.now())
            except Exception:
                _log.exception("%d results could not be written; again in %d s", len(results), wait)
                await asyncio.sleep(wait)
            else:
                break
        return {}


def _patience() -> Iterator[int]:
    """Seconds to wait, again and again."""
    wait = 1
    while True:
        yield wait
        wait = min(wait * 2, 60)


def _was_to_ping(post: Post) -> bool:
    """Whether it was written to mention somebody; if all of them have declined since, it makes no sound."""
    return not post.member_id and bool(post.data.get("mentions") or post.data.get("role"))
