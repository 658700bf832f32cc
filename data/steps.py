"""Steps in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.steps import Step, StepState
from data.schema import Instant, guild, load, metadata, row_id
from data.transaction import Repository, Transaction, batches

steps = Table(
    "steps",
    metadata,
    row_id(),
    guild(),
    Column("kind", String(30), nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("not_before", Instant, nullable=False),
    Column("finished_at", Instant),
    # In this order, because those of one subject are read together.
    UniqueConstraint("guild_id", "subject_id", "kind", "revision"),
    Index(None, "state", "not_before"),
)
_columns = [c for c in steps.c if c.name != "finished_at"]


class SqlSteps(Repository):
    """The steps of one community; see `bot.domain.steps.StepRepository`.

    The steps of a subject are read together and once, and those that are planned anew are written together: a series
    plans hundreds at once.
    """

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self._known: dict[int, dict[tuple[str, int], Step]] = {}
        self._new: dict[tuple[str, int, int], datetime] = {}

    async def plan(self, kind: str, subject_id: int, due_at: datetime, *, revision: int = 0) -> None:
        """Write the step, or move it if it is still planned; one cancelled is planned again, one done stays done."""
        found = (await self._of(subject_id)).get((kind, revision))
        if found is None:
            self._new[kind, subject_id, revision] = due_at
        elif found.state is StepState.CANCELLED or (found.state is StepState.PLANNED and found.due_at != due_at):
            await self._tx.execute(
                update(steps)
                .where(steps.c.id == found.id)
                .values(
                    due_at=due_at,
                    not_before=due_at,
                    state=StepState.PLANNED.value,
                    tries=0,
                    finished_at=None,
                )
            )
            del self._known[subject_id]
        else:
            return
        self._tx.falls_due(due_at)

    async def again(self, kind: str, subject_id: int, due_at: datetime) -> None:
        """Let the subject's one planned step of this kind be due then."""
        known = [step for step in (await self._of(subject_id)).values() if step.kind == kind]
        new = [revision for what, subject, revision in self._new if (what, subject) == (kind, subject_id)]
        planned = [step.revision for step in known if step.state is StepState.PLANNED]
        latest = max((step.revision for step in known), default=0)
        await self.plan(kind, subject_id, due_at, revision=[*new, *planned, latest + 1][0])

    async def cancel(self, kinds: Sequence[str], subject_id: int) -> None:
        """Cancel what is still planned for the subject."""
        if any(kind in kinds and subject == subject_id for kind, subject, _revision in self._new):
            await self.flush()
        known = await self._of(subject_id)
        if not any(step.kind in kinds and step.state is StepState.PLANNED for step in known.values()):
            return
        await self._tx.execute(
            update(steps)
            .where(
                steps.c.guild_id == self._tx.guild_id,
                steps.c.kind.in_(kinds),
                steps.c.subject_id == subject_id,
                steps.c.state == StepState.PLANNED.value,
            )
            .values(state=StepState.CANCELLED.value, finished_at=self._tx.now)
        )
        del self._known[subject_id]

    async def find(self, kind: str, subject_id: int, revision: int = 0) -> Step | None:
        """The step with this key."""
        if (kind, subject_id, revision) in self._new:
            await self.flush()
        return (await self._of(subject_id)).get((kind, revision))

    async def flush(self) -> None:
        """Write the new steps; at the end of the transaction, or before one of them is asked for."""
        if not self._new:
            return
        rows = [
            {
                "guild_id": self._tx.guild_id,
                "kind": kind,
                "subject_id": subject_id,
                "revision": revision,
                "due_at": due_at,
                "not_before": due_at,
                "state": StepState.PLANNED.value,
                "tries": 0,
            }
            for (kind, subject_id, revision), due_at in self._new.items()
        ]
        await self._tx.execute(insert(steps), rows)
        for _kind, subject_id, _revision in self._new:
            self._known.pop(subject_id, None)
        self._new.clear()

    async def prepare(self, subject_ids: Sequence[int]) -> None:
        """Read the steps of these subjects together."""
        unread = [subject_id for subject_id in subject_ids if subject_id not in self._known]
        for some in batches(unread):
            found: dict[int, dict[tuple[str, int], Step]] = {subject_id: {} for subject_id in some}
            where = (steps.c.guild_id == self._tx.guild_id, steps.c.subject_id.in_(some))
            for row in await self._tx.execute(select(*_columns).where(*where)):
                found[row.subject_id][row.kind, row.revision] = as_step(row)
            self._known |= found

    async def _of(self, subject_id: int) -> Mapping[tuple[str, int], Step]:
        """The steps of the subject that are written, by kind and revision."""
        if subject_id not in self._known:
            rows = await self._tx.execute(
                select(*_columns).where(steps.c.guild_id == self._tx.guild_id, steps.c.subject_id == subject_id)
            )
            self._known[subject_id] = {(row.kind, row.revision): as_step(row) for row in rows}
        return self._known[subject_id]

    async def finish(self, step: Step, state: StepState) -> bool:
        """Set the final state if the step is still planned and still due when it was."""
        result = await self._tx.execute(
            update(steps).where(*self._still(step)).values(state=state.value, finished_at=self._tx.now)
        )
        self._known.pop(step.subject_id, None)
        return result.rowcount == 1

    async def postpone(self, step: Step, until: datetime) -> None:
        """Count a failure and try again later; a step that was moved meanwhile keeps its new time."""
        result = await self._tx.execute(
            update(steps).where(*self._still(step)).values(tries=steps.c.tries + 1, not_before=until)
        )
        self._known.pop(step.subject_id, None)
        if result.rowcount:
            self._tx.falls_due(until)

    def _still(self, step: Step) -> tuple[ColumnElement[bool], ...]:
        """The step as it was when it fell due: planned, and for that time."""
        return (
            steps.c.id == step.id,
            steps.c.guild_id == self._tx.guild_id,
            steps.c.state == StepState.PLANNED.value,
            steps.c.due_at == step.due_at,
        )


def as_step(row: object) -> Step:
    """A step from its row."""
    return load(Step, row, state=StepState)


async def due_steps(connection: AsyncConnection, now: datetime, limit: int) -> list[Step]:
    """The due steps of all communities, oldest first."""
    rows = await connection.execute(
        select(*_columns)
        .where(steps.c.state == StepState.PLANNED.value, steps.c.not_before <= now)
        .order_by(steps.c.not_before, steps.c.id)
        .limit(limit)
    )
    return [as_step(row) for row in rows]
