"""What a repository gets: one open transaction of one community."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import wraps
from types import CoroutineType
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import CursorResult, Executable, UpdateBase
from sqlalchemy.ext.asyncio import AsyncConnection

from data.known_texts import KNOWN_BY
from data.session_names import NAMES_SESSIONS

_AT_ONCE = 500


class Transaction:
    """An open transaction: it runs statements and remembers what the rest of the bot must hear after the commit.

    `now` is the instant at which the unit of work was opened, so that all rows of one act carry the same time.
    """

    def __init__(self, connection: AsyncConnection, guild_id: int, now: datetime, *, writing: bool) -> None:
        self.connection = connection
        self.guild_id = guild_id
        self.now = now
        self.writing = writing
        self.earliest_due: datetime | None = None
        self.mirrors_changed = False
        self.settings_changed = False
        self.names_changed = False
        self.known_by_changed: set[str] = set()

    async def execute(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run one statement with its values, or one for each of them.

        To build a statement costs more than to run it: what is asked often is built once, with `bindparam`.
        """
        if isinstance(statement, UpdateBase):
            table = cast(Any, statement.table)
            self.names_changed = self.names_changed or table.info == NAMES_SESSIONS
            if table.name in KNOWN_BY:
                self.known_by_changed.add(table.name)
        if values is not None:
            return await self.connection.execute(statement, values)
        return await self.connection.execute(statement)

    def falls_due(self, at: datetime) -> None:
        """A row was written that is due then."""
        if self.earliest_due is None or at < self.earliest_due:
            self.earliest_due = at


class Repository:
    """What the repositories share: the transaction they work in, and what was read in it before.

    In a writing transaction an answer holds only where the repository is the only one to write what it reads (it says
    so by `alone`), and until it writes: then it must `forget`.
    """

    alone = False

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self._answers: dict[Any, Any] = {}

    @property
    def answers(self) -> dict[Any, Any] | None:
        """What was read before; None where it may no longer hold."""
        return None if self._tx.writing and not self.alone else self._answers

    def forget(self) -> None:
        """What was read before no longer holds."""
        self._answers.clear()


P = ParamSpec("P")
R = TypeVar("R", bound=Repository)
T = TypeVar("T")


def batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """These values, in parts: databases limit how many one statement may carry."""
    for first in range(0, len(values), _AT_ONCE):
        yield values[first : first + _AT_ONCE]


def once_in_a_view(
    read: Callable[Concatenate[R, P], CoroutineType[Any, Any, T]],
) -> Callable[Concatenate[R, P], CoroutineType[Any, Any, T]]:
    """Puts the same question to the database once in a view, where nothing changes: many posts tell of one session.

    So it does in a transaction of a repository that is `alone`. The answers are shared, so nobody may change them.
    """

    @wraps(read)
    async def answer(self: R, *args: P.args, **options: P.kwargs) -> T:
        answers = self.answers
        if answers is None:
            return await read(self, *args, **options)
        question = (read, args, tuple(options.items()))
        if question not in answers:
            answers[question] = await read(self, *args, **options)
        return answers[question]

    return answer
