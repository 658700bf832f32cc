"""The names of files that come with questions."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.questions.files import (
    LARGEST,
    LONGEST_NAME,
    FileEmpty,
    FileTooLarge,
    neutral_name,
    require_size,
    safe_name,
)


@pytest.mark.parametrize(
    ("name", "safe", "neutral"),
    [
        ("倉庫の図.pdf", "倉庫の図.pdf", "file.pdf"),
        ("SPOILER_a.JPG", "SPOILER_a.JPG", "SPOILER_file.jpg"),
        ("../../etc/passwd", "_._etc_passwd", "file"),
        ("no ending", "no ending", "file"),
        ("Taro.Suzuki", "Taro.Suzuki", "file"),
        (".", "file", "file"),
        ("x.鈴木", "x.鈴木", "file"),
        ("a\u202egpj.exe", "agpj.exe", "file"),
        ("勉" * 300 + ".xlsx", "勉" * 95 + ".xlsx", "file.xlsx"),
    ],
)
def test_a_name_is_made_harmless_and_a_neutral_one_tells_only_the_kind(name: str, safe: str, neutral: str):
    assert (safe_name(name), neutral_name(name)) == (safe, neutral)


@given(st.text(max_size=300))
def test_every_name_is_short_in_one_line_and_no_path(name: str):
    for made in (safe_name(name), neutral_name(name)):
        assert 1 <= len(made) <= LONGEST_NAME
        assert not set(made) & set('\\/:*?"<>|')
        assert all(unicodedata.category(each)[0] not in "CZ" or each == " " for each in made)
        assert made == made.strip(" .")


def test_a_file_may_be_as_large_as_the_server_and_the_database_allow():
    require_size(10, 10)
    with pytest.raises(FileTooLarge):
        require_size(11, 10)
    with pytest.raises(FileTooLarge):
        require_size(LARGEST + 1, 10 * LARGEST)
    with pytest.raises(FileEmpty):
        require_size(0, 10)
