"""What is told of study groups to whoever joins them."""

from __future__ import annotations

import pytest

from bot.domain.memberships import GroupCard
from bot.i18n import words
from bot.rendering.memberships import which
from tests.rendering.longest import LOCALES, a_group, check_limits


@pytest.mark.parametrize("locale", LOCALES)
def test_of_many_groups_of_ones_own_some_are_named_and_the_others_counted(locale: str):
    cards = [GroupCard(a_group(id=number), 200, mine=number < 60) for number in range(90)]
    content = which(cards, words(locale))
    check_limits(content)
    assert content.text.count("部" * 60) == 10
    assert "50" in content.text
