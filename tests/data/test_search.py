"""The index of what can be found, in both databases."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace
from sqlalchemy import delete, select, update

from bot.domain.groups import sounded
from bot.domain.search import MOST_RANKED, Document, Piece
from data.database import Database
from data.search import POSTGRES_INDEX, SQLITE_INDEX, optimize, search_documents, search_terms
from data.upgrade import upgrade
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS

ELSEWHERE = GUILD + 1
COLD = "冷凍食品の物流で、コールドチェーンが切れたらどうなりますか"
WORDS = ["金融", "物流", "統計", "茶", "株", "の", "と", "AI", "banks", "融資", "機関", "流通", "、", " "]


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        yield opened


def question(number: int, text: str, *answers: str, labels: tuple[str, ...] = ()) -> Document:
    pieces = (Piece("question", number, text), *(Piece("answer", n, each) for n, each in enumerate(answers)))
    return Document(number, pieces, labels)


async def put(database: Database, *documents: Document, guild_id: int = GUILD) -> None:
    async with database(guild_id) as uow:
        for document in documents:
            await uow.search.put(document)


async def found(database: Database, typed: str, *labels: str, limit: int = 1000) -> list[int]:
    async with database.reading(GUILD) as uow:
        return [each.question_id for each in await uow.search.find(typed, labels, limit)]


async def alike(database: Database, text: str, *labels: str, besides: int = 0) -> list[int]:
    async with database.reading(GUILD) as uow:
        return [each.question_id for each in await uow.search.alike(text, labels, besides=besides)]


async def counted(database: Database) -> dict[str, int]:
    of = search_terms.c
    async with database.connections.reading() as connection:
        rows = await connection.execute(select(of.term, of.documents).where(of.guild_id == GUILD))
        return {row.term: row.documents for row in rows}


async def test_what_is_put_can_be_found_and_read_again(database: Database):
    one = question(5, COLD, "Ask a cold chain engineer", labels=("food", "own-12"))
    await put(database, one)
    async with database.reading(GUILD) as uow:
        assert await uow.search.get(5) == one
        assert await uow.search.get(6) is None
        (hit,) = await uow.search.find("物流")
    assert hit.piece == one.pieces[0]
    assert (hit.excerpt.before, hit.excerpt.match) == ("冷凍食品の", "物流")


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("物流", True),
        ("こーるど", True),
        ("ｺｰﾙﾄﾞﾁｪｰﾝ", True),
        ("品", True),
        ("ENGINEERS", True),
        ("Chain 冷凍", True),
        ("engine", False),
        ("流物", False),
        ("冷凍 茶", False),
        ('" OR "', False),
        ("terms:冷凍", False),
        (f"§{GUILD}", False),
    ],
)
async def test_words_are_found_in_the_question_and_in_its_answers(database: Database, typed: str, fits: bool):
    await put(database, question(5, COLD, "Ask a cold chain engineer"))
    assert await found(database, typed) == [5] * fits


async def test_words_of_one_or_two_characters_are_found_wherever_a_full_scan_finds_them(database: Database):
    random = Random(7)
    texts = {n: "".join(random.choices(WORDS, k=random.randint(1, 12))) for n in range(1, 180)}
    await put(database, *(question(number, text) for number, text in texts.items()))
    for word in [*{sounded(a)[-1] + sounded(b)[0] for a in WORDS[:6] for b in WORDS[:6]}, *WORDS[:7], "融資"]:
        scanned = [number for number, text in texts.items() if word in sounded(text)]
        assert await found(database, word) == scanned[::-1], word
    assert await found(database, "金融機関") == [n for n in reversed(texts) if "金融機関" in texts[n]]


async def test_the_newest_are_ranked_and_what_only_has_all_the_pairs_is_read_past(database: Database):
    apart = [question(n, "金融と融機と機関") for n in range(10, 10 + 2 * MOST_RANKED)]
    await put(database, question(1, "金融機関"), question(2, "とは", "金融機関"), *apart)
    assert await found(database, "金融機関") == [1, 2]
    assert await found(database, "機関", limit=3) == [n.question_id for n in apart[:-4:-1]]
    # Of more than are ranked, the oldest is not found, though it would be the best.
    await put(database, *(question(n, "とは", "株") for n in range(1000, 1000 + MOST_RANKED)), question(3, "株"))
    assert len(await found(database, "株")) == MOST_RANKED
    assert 3 not in await found(database, "株")


async def test_what_is_put_again_replaces_what_was_and_what_is_removed_is_gone(database: Database):
    one = question(5, COLD, "茶")
    await put(database, one, question(6, "茶"))
    before = await counted(database)
    await put(database, replace(one, pieces=(Piece("question", 5, "統計とは"),)))
    assert await found(database, "物流") == []
    assert await found(database, "統計") == [5]
    assert (before["茶"], (await counted(database))["茶"]) == (2, 1)
    await put(database, one)
    assert await counted(database) == before
    async with database(GUILD) as uow:
        await uow.search.remove(5)
        await uow.search.remove(5)
    assert await found(database, "茶") == [6]
    assert await alike(database, COLD) == []
    assert await counted(database) == {"茶": 1}


async def test_the_newest_come_without_a_word_and_labels_narrow_what_is_found(database: Database):
    await put(
        database,
        question(1, "静岡の茶とは", labels=("food", "answered")),
        question(2, "静岡の茶とは", labels=("food",)),
        question(3, "静岡の茶とは", labels=("own-12", "answered")),
    )
    assert await found(database, "") == [3, 2, 1]
    assert await found(database, "茶", "food") == [2, 1]
    assert await found(database, "茶", "food", "answered") == [1]
    assert await found(database, "", "own-12") == [3]
    assert await found(database, "food") == []
    assert await alike(database, "静岡の茶とは何ですか", "answered") == [3, 1]


async def test_a_question_asked_again_in_the_same_words_is_found_though_only_one_short_word_tells(database: Database):
    await put(
        database,
        question(1, "鮮魚の値段は誰が決めますか？"),
        question(2, "野菜の値段は誰が決めますか？", "鮮魚とは別です"),
    )
    assert await alike(database, "鮮魚の値段は誰が決めるのですか") == [1]
    assert await alike(database, "鮮魚はどこで買えますか") == []


async def test_similar_questions_come_by_what_they_share_and_not_by_common_words(database: Database):
    others = [
        question(n, f"{word}とはどういうものですか") for n, word in enumerate(["金融", "統計", "農業", "介護"] * 6, 100)
    ]
    await put(database, *others, question(1, COLD), question(2, "物流とはどういうものですか"), question(3, "AI banks"))
    assert await alike(database, "コールドチェーンとは何ですか") == [1]
    assert await alike(database, "冷凍食品の物流とはどういうものですか") == [1]
    assert await alike(database, "物流の統計とはどういうものですか") == []
    assert await alike(database, "Which bank uses AI?") == [3]
    assert await alike(database, COLD, besides=1) == []
    assert await alike(database, "") == await alike(database, "鑫") == []
    async with database.reading(GUILD) as uow:
        (whole,) = await uow.search.alike(COLD)
        assert whole.likeness == pytest.approx(1)


async def test_other_communities_find_nothing_and_change_nothing(database: Database):
    await put(database, question(5, COLD))
    before = await counted(database)
    async with database(ELSEWHERE) as uow:
        assert await uow.search.get(5) is None
        assert await uow.search.find("物流") == await uow.search.find("") == await uow.search.alike(COLD) == []
        await uow.search.remove(5)
    await put(database, question(6, COLD), guild_id=ELSEWHERE)
    assert await found(database, "物流") == [5]
    assert await alike(database, COLD) == [5]
    assert await counted(database) == before


async def test_the_index_follows_whatever_changes_the_rows(database: Database):
    await put(database, question(5, COLD), question(6, "物流"))
    async with database.connections.writing() as connection:
        of = search_documents.c
        await connection.execute(update(search_documents).where(of.question_id == 5).values(terms=f"§{GUILD} 茶"))
        await connection.execute(delete(search_documents).where(of.question_id == 6))
    async with database(GUILD) as uow:
        ids = (await uow.search._tx.execute(uow.search._having(["茶"]))).scalars().all()
        assert list(ids) == [5]
        assert list((await uow.search._tx.execute(uow.search._having(["物流"]))).scalars()) == []


async def test_a_migrated_file_has_the_index_and_forgets_what_was_erased(tmp_path: Path):
    file = tmp_path / "bot.db"
    await upgrade(f"sqlite:///{file}", copy_first=False)
    database = Database(f"sqlite:///{file}", MovingClock())
    try:
        await put(database, question(5, "zyzzyva"), question(6, "茶"))
        assert await found(database, "zyzzyva") == [5]
        async with database(GUILD) as uow:
            await uow.search.remove(5)
        await optimize(database.connections)
        assert await found(database, "茶") == [6]
    finally:
        await database.close()
    with closing(sqlite3.connect(file)) as plain:
        blocks = [bytes(row[0]) for row in plain.execute("select block from search_index_data")]
        assert not any(b"yzzyva" in block for block in blocks)
        plain.execute("insert into search_index(search_index, rank) values ('integrity-check', 1)")


def test_the_index_is_made_alike_by_its_migration_and_by_its_definition():
    migration = import_module("data.migrations.versions.0020_search")
    assert (migration.SQLITE_INDEX, migration.POSTGRES_INDEX) == (SQLITE_INDEX, POSTGRES_INDEX)
