"""What can be found, in SQL: one row a question with all its terms, and an index of them.

On SQLite the index is an FTS5 table that keeps only which questions have a term, on PostgreSQL a GIN index over the
same terms as an array: a text search configuration would divide them anew, differently from server to server. Both are
called `SEARCH_INDEX` and stand beside the metadata, which has no words for them; triggers keep FTS5 in step whatever
changes the rows. (A migration that copies the table `search_documents` has to make the triggers again.) On SQLite the
community is a term, too, which nobody can type, so that the others' questions cost nothing.

How many questions have a term is counted as they are written, since neither index can say it at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    ARRAY,
    DDL,
    BigInteger,
    Column,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    cast,
    column,
    delete,
    event,
    func,
    insert,
    literal,
    literal_column,
    select,
    table,
    union_all,
    update,
)

from bot.domain.likeness import ALIKE, as_worded, asked_in, likeness, rarest, telling, telling_words, weight
from bot.domain.questions.values import UNSEEN
from bot.domain.search import (
    MOST_RANKED,
    Alike,
    Document,
    Found,
    Looked,
    Piece,
    Ranked,
    label_term,
    needed,
    runs,
    terms,
)
from data.connections import Connections
from data.questions import questions
from data.schema import Json, RowId, guild, metadata, words
from data.transaction import Repository, batches

SEARCH_INDEX = "search_index"
"""What the names of the index's parts begin with; the database is not compared with the definitions for these."""

_UNSEEN = sorted(state.value for state in UNSEEN)

search_documents = Table(
    "search_documents",
    metadata,
    # Also the number of the index's row.
    Column("question_id", RowId, primary_key=True, autoincrement=False),
    guild(),
    words("pieces", "erase", Json, nullable=False),
    words("labels", "erase", Json, nullable=False),
    words("terms", "erase", nullable=False),
)
search_terms = Table(
    "search_terms",
    metadata,
    guild(),
    words("term", "keep:how many questions have it", String, nullable=False),
    Column("documents", Integer, nullable=False),
    PrimaryKeyConstraint("guild_id", "term"),
)
_of, _counted = search_documents.c, search_terms.c
_index = table(SEARCH_INDEX, column("rowid", BigInteger), column(SEARCH_INDEX, Text), column("terms", Text))

SQLITE_INDEX = (
    "CREATE VIRTUAL TABLE search_index USING fts5(terms, content='search_documents', content_rowid='question_id',"
    " tokenize='ascii', detail='none', columnsize=0)",
    "CREATE TRIGGER search_index_insert AFTER INSERT ON search_documents BEGIN"
    " INSERT INTO search_index(rowid, terms) VALUES (new.question_id, new.terms); END",
    "CREATE TRIGGER search_index_delete AFTER DELETE ON search_documents BEGIN"
    " INSERT INTO search_index(search_index, rowid, terms) VALUES ('delete', old.question_id, old.terms); END",
    "CREATE TRIGGER search_index_update AFTER UPDATE ON search_documents BEGIN"
    " INSERT INTO search_index(search_index, rowid, terms) VALUES ('delete', old.question_id, old.terms);"
    " INSERT INTO search_index(rowid, terms) VALUES (new.question_id, new.terms); END",
)
POSTGRES_INDEX = ("CREATE INDEX search_index ON search_documents USING gin (string_to_array(terms, ' '))",)
for _dialect, _statements in (("sqlite", SQLITE_INDEX), ("postgresql", POSTGRES_INDEX)):
    for _statement in _statements:
        event.listen(search_documents, "after_create", DDL(_statement).execute_if(dialect=_dialect))

_FEWEST_ALIKE = 40
"""So many of the questions that have the most of the rarest terms are compared with a text as a whole."""
_NEWEST = 500
"""So many of the newest questions with each of these terms are looked at."""
_PAGES = 3
"""So many times `MOST_RANKED` questions are read again before a search gives up on what only has all the pairs."""


class SqlSearch(Repository):
    """What can be found in one community; see `bot.domain.search.SearchRepository`."""

    async def get(self, question_id: int) -> Document | None:
        """What can be found of this question."""
        row = (await self._tx.execute(_documents().where(*self._one(question_id)))).one_or_none()
        return None if row is None else _document(row)

    async def put(self, document: Document) -> None:
        """From now on this can be found of the question, and nothing else."""
        has, had = terms(document), await self._terms(document.question_id)
        values = {
            "pieces": msgspec.to_builtins(document.pieces),
            "labels": document.labels,
            "terms": " ".join((*self._own_term(), *has)),
        }
        changed = await self._tx.execute(
            update(search_documents).where(*self._one(document.question_id)).values(**values)
        )
        if not changed.rowcount:
            values |= {"guild_id": self._tx.guild_id, "question_id": document.question_id}
            await self._tx.execute(insert(search_documents).values(**values))
        await self._count(set(has) - had, had - set(has))

    async def remove(self, question_id: int) -> None:
        """Nothing of this question can be found any more."""
        had = await self._terms(question_id)
        await self._tx.execute(delete(search_documents).where(*self._one(question_id)))
        await self._count((), had)

    async def find(
        self, typed: str, labels: Sequence[str] = (), limit: int = 20, *, any_of: Sequence[str] | None = None
    ) -> list[Found]:
        """The best of the newest questions in which all stands that was typed, and that have all these labels."""
        if any_of is not None and not any_of:
            return []
        wanted = [*map(label_term, labels), *(term for run in runs(typed) for term in needed(run))]
        looked, ranked = Looked.of(typed), list[Ranked]()
        before: int | None = None
        for _ in range(_PAGES):
            having = self._having(list(dict.fromkeys(wanted)), before, any_of).limit(MOST_RANKED)
            rows = (await self._tx.execute(_documents().where(_of.question_id.in_(having.scalar_subquery())))).all()
            ranked += looked.rank(map(_document, rows))
            if len(rows) < MOST_RANKED or len(ranked) >= MOST_RANKED:
                break
            before = min(row.question_id for row in rows)
        return looked.show(ranked, limit)

    async def alike(
        self,
        text: str,
        labels: Sequence[str] = (),
        limit: int = 5,
        *,
        any_of: Sequence[str] | None = None,
        besides: int = 0,
    ) -> list[Alike]:
        """The questions with these labels that are like a text, the most alike first."""
        if any_of is not None and not any_of:
            return []
        wanted = dict.fromkeys(telling(text), 0) | await self._numbers(telling(text))
        tags = [label_term(label) for label in labels]
        some = [
            self._having([term, *tags], any_of=any_of)
            .add_columns(literal(weight(wanted[term])).label("weight"))
            .limit(_NEWEST)
            .subquery()
            for term in rarest(wanted)
        ]
        if not some:
            return []
        each = union_all(*(select(one) for one in some)).subquery()
        shared = select(each.c.id).group_by(each.c.id).order_by(func.sum(each.c.weight).desc(), each.c.id.desc())
        best_ones = shared.where(each.c.id != besides).limit(_FEWEST_ALIKE).scalar_subquery()
        told = telling_words(text)
        rows = await self._tx.execute(_documents().where(_of.question_id.in_(best_ones)))
        found = [
            Alike(each.question_id, likeness(told, wanted, asked_in(each)) or as_worded(text, told, each))
            for each in map(_document, rows)
        ]
        found.sort(key=lambda one: (-one.likeness, -one.question_id))
        return [one for one in found if one.likeness >= ALIKE][:limit]

    def _one(self, question_id: int) -> tuple[Any, ...]:
        return (_of.guild_id == self._tx.guild_id, _of.question_id == question_id)

    def _own_term(self) -> tuple[str, ...]:
        return (f"§{self._tx.guild_id}",)

    async def labelled(self, begin: str) -> list[str]:
        """The labels that begin so and that some question has, folded, without their beginning."""
        first = label_term(begin)
        # The index of SQLite compares bytes; PostgreSQL is told to.
        term = _counted.term if self._tx.connection.dialect.name == "sqlite" else _counted.term.collate("C")
        where = (_counted.guild_id == self._tx.guild_id, term >= first, term < first[:-1] + chr(ord(first[-1]) + 1))
        rows = await self._tx.execute(select(_counted.term).where(*where).order_by(_counted.term))
        return [term.removeprefix(first) for term in rows.scalars()]

    async def lacking(self, after: int, limit: int) -> list[int]:
        """The ids above `after` of posted questions of which nothing can be found, in order."""
        asked, posted = questions.c, questions.c.state.not_in(_UNSEEN)
        found = (
            select(asked.id)
            .outerjoin(search_documents, _of.question_id == asked.id)
            .where(asked.guild_id == self._tx.guild_id, posted, asked.id > after, _of.question_id.is_(None))
        )
        return list((await self._tx.execute(found.order_by(asked.id).limit(limit))).scalars())

    async def left_over(self, limit: int) -> list[int]:
        """The ids of what can be found though there is no such question, or it is not posted."""
        asked, posted = questions.c, questions.c.state.not_in(_UNSEEN)
        found = (
            select(_of.question_id)
            .outerjoin(questions, (asked.id == _of.question_id) & posted)
            .where(_of.guild_id == self._tx.guild_id, asked.id.is_(None))
        )
        return list((await self._tx.execute(found.order_by(_of.question_id).limit(limit))).scalars())

    def _having(self, wanted: Iterable[str], before: int | None = None, any_of: Sequence[str] | None = None) -> Any:
        """The ids of this community's questions that have all these terms, the newest first, below an id.

        With `any_of` also one of these labels.
        """
        tags = [label_term(label) for label in any_of or ()]
        if self._tx.connection.dialect.name == "sqlite":
            number = _index.c.rowid
            said = " AND ".join(f'"{term}"' for term in (*self._own_term(), *wanted))
            if tags:
                some = " OR ".join(f'"{tag}"' for tag in tags)
                said += f" AND ({some})"
            where: list[Any] = [_index.c[SEARCH_INDEX].op("MATCH")(said)]
        else:
            number = _of.question_id
            array = func.string_to_array(_of.terms, literal_column("' '"))
            where = [_of.guild_id == self._tx.guild_id, array.op("@>")(cast(list(wanted), ARRAY(Text)))]
            if tags:
                where.append(array.op("&&")(cast(tags, ARRAY(Text))))
        if before is not None:
            where.append(number < before)
        return select(number.label("id")).where(*where).order_by(number.desc())

    async def _terms(self, question_id: int) -> set[str]:
        """The terms that a question has so far, without that of the community."""
        found = (await self._tx.execute(select(_of.terms).where(*self._one(question_id)))).scalar()
        return set(found.split(" ")).difference(self._own_term()) if found else set()

    async def _numbers(self, wanted: Sequence[str]) -> dict[str, int]:
        """How many questions have each of these terms, of those that some have."""
        found: dict[str, int] = {}
        for some in batches(wanted):
            rows = await self._tx.execute(select(_counted.term, _counted.documents).where(*self._counting(some)))
            found |= {row.term: row.documents for row in rows}
        return found

    async def _count(self, gained: Collection[str], lost: Collection[str]) -> None:
        """A question has got these terms and lost those."""
        known = await self._numbers(sorted(gained))
        for some, change in ((sorted(known), 1), (sorted(lost), -1)):
            for part in batches(some):
                counted = update(search_terms).where(*self._counting(part))
                await self._tx.execute(counted.values(documents=_counted.documents + change))
        for part in batches(sorted(lost)):
            await self._tx.execute(delete(search_terms).where(*self._counting(part), _counted.documents <= 0))
        new = [{"guild_id": self._tx.guild_id, "term": term, "documents": 1} for term in sorted({*gained} - {*known})]
        if new:
            await self._tx.execute(insert(search_terms), new)

    def _counting(self, some: Collection[str]) -> tuple[Any, ...]:
        return (_counted.guild_id == self._tx.guild_id, _counted.term.in_(some))


async def optimize(connections: Connections) -> None:
    """Write the index anew, so that no word of what was erased lies in the file; PostgreSQL does so by itself."""
    if connections.sqlite:
        async with connections.writing() as connection:
            await connection.execute(insert(_index).values({SEARCH_INDEX: "optimize"}))


def _documents() -> Any:
    return select(_of.question_id, _of.pieces, _of.labels)


def _document(row: Any) -> Document:
    return Document(row.question_id, msgspec.convert(row.pieces, tuple[Piece, ...]), tuple(row.labels))
