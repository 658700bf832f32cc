"""Every column says what erasure does with it, if it is about a person."""

from __future__ import annotations

import pytest
from sqlalchemy import BigInteger, Column, Text

import data.database  # noqa: F401  (brings in every table)
from data.schema import Json, MemberId, metadata

COLUMNS = [column for table in metadata.sorted_tables for column in table.columns]
RULES = ("erase", "anonymise")

# Ids that are not people's, and texts that no person wrote.
NOT_PERSONAL_IDS = {
    "guild_id", "channel_id", "target_id", "message_id", "subject_id", "parent_id", "remote_id", "id",
    "announcements_channel", "log_channel", "introductions_channel", "questions_channel", "moderator_role",
    "mention_role", "group_id", "series_id", "session_id", "topic_id", "question_id", "tag_id",
    "source_channel", "source_message",
    "merged_into",
}  # fmt: skip


def named(column: Column[object]) -> str:
    return f"{column.table.name}.{column.name}"


@pytest.mark.parametrize("column", COLUMNS, ids=named)
def test_what_is_about_a_person_is_marked(column: Column[object]) -> None:
    rule = str(column.info.get("personal", ""))
    if isinstance(column.type, MemberId):
        assert rule in RULES or rule.startswith("keep:"), f"{named(column)} holds a member's id"
    elif isinstance(column.type, Text | Json) and column.table.name != "meta":
        assert rule in RULES or rule.startswith("keep:"), f"{named(column)} may hold words about a person"
    elif isinstance(column.type, BigInteger) and not column.foreign_keys:
        assert column.name in NOT_PERSONAL_IDS, f"is {named(column)} a member's id?"


def test_every_table_belongs_to_a_community() -> None:
    for table in metadata.sorted_tables:
        assert table.name == "meta" or "guild_id" in table.columns, table.name
