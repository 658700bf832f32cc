"""The pinned list of coming sessions in words, at its longest and in both languages."""

from __future__ import annotations

import pytest

from bot.domain.upcoming import MOST, Upcoming
from bot.i18n import PSEUDO, escaped, words
from bot.rendering.upcoming import ALL, upcoming
from tests.rendering.longest import LOCALES, a_group, a_session


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("number", [1, 2])
def test_the_longest_list_fits_and_is_translated(locale: str, number: int):
    groups = {key: a_group(id=key) for key in range(1, number + 1)}
    sessions = tuple(a_session(id=place, group_id=1) for place in range(MOST))
    content = upcoming(Upcoming(groups, sessions, 99_999), words(locale))
    assert content.embed is not None
    assert len(content.embed.title or "") <= 256
    assert len(content.embed.description or "") <= 4096
    assert (content.embed.description or "").count("題" * 100) == MOST
    assert ("部" * 60 in (content.embed.description or "")) is (number > 1), "who shares a list needs the names"
    assert [button.custom_id for row in content.rows for button in row].count(ALL) == 1
    if locale == PSEUDO:
        texts = [content.embed.title or "", content.embed.description or ""]
        texts += [button.label for row in content.rows for button in row]
        assert [found for text in texts for found in escaped(text, {"題" * 100, "部" * 60, "場" * 100})] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_an_empty_list_says_that_it_fills_itself(locale: str):
    content = upcoming(Upcoming({1: a_group(id=1)}, (), 0), words(locale))
    assert content.embed is not None
    assert content.embed.description
    assert [button.custom_id for row in content.rows for button in row] == ["bk:next:1", ALL, "bk:reminders:open"]
