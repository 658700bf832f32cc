"""What can be found of questions, and the index of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

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


def upgrade() -> None:
    op.create_table(
        "search_documents",
        sa.Column(
            "question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("pieces", sa.Text(), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_search_documents_guild_id_communities")
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_search_documents")),
    )
    op.create_table(
        "search_terms",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_search_terms_guild_id_communities")
        ),
        sa.PrimaryKeyConstraint("guild_id", "term", name=op.f("pk_search_terms")),
    )
    for statement in SQLITE_INDEX if op.get_bind().dialect.name == "sqlite" else POSTGRES_INDEX:
        op.execute(statement)
