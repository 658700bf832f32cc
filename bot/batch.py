"""Batches: what comes together is committed together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Batch(Generic[T, R]):
    """Commits what comes together in one transaction: the next batch forms while one is being written."""

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[Mapping[int, R]]]) -> None:
        self._write = write
        self._waiting: list[tuple[T, int, asyncio.Future[R | None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def put(self, item: T, key: int) -> R | None:
        """Write the item; what the transaction says of its key, or None. Raises what the writing raised."""
        future: asyncio.Future[R | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, key, future))
        if self._writer is None:
            self._writer = asyncio.create_task(self._run())
        return await future

    async def close(self, grace: float = 1.0) -> None:
        """Let what is being written be written, but wait no longer than `grace` seconds."""
        if (writer := self._writer) is not None:
            await asyncio.wait({writer}, timeout=grace)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                result = await self._write([item for item, _, _ in batch])
            except Exception as error:
                for _, _, future in batch:
                    if not future.done():
                        future.set_exception(error)
            else:
                for _, key, future in batch:
                    if not future.done():
                        future.set_result(result.get(key))
        self._writer = None
