from __future__ import annotations

from typing import get_args

import pytest

from bot.domain.communities import LOG, Community
from bot.domain.roles import RoleProblem
from bot.domain.setup import MORNING, ChannelCheck, PermissionReport
from bot.i18n import PSEUDO, escaped, words
from bot.rendering import settings
from data.communities import DEFAULTS
from tests.rendering.longest import HIGHEST_ID, LOCALES

EVERYTHING = PermissionReport(
    (ChannelCheck(LOG, 5, exists=False), ChannelCheck(MORNING, 6, ("send_messages",))),
    ("create_events",),
    HIGHEST_ID,
    get_args(RoleProblem),
)


@pytest.mark.parametrize(("locale", "said"), [("en", "**Time zone**: Tokyo "), ("ja", "**タイムゾーン**：東京")])
def test_each_line_has_the_colon_of_its_language(locale: str, said: str):
    before, after = (Community(guild_id=1, **(DEFAULTS | {"time_zone": zone})) for zone in ("Asia/Tokyo", "Asia/Seoul"))
    assert f"{said}(`Asia/Tokyo`)" in settings.lines(before, words(locale)).split("\n")
    assert f"{said}(`Asia/Tokyo`) → " in settings.changed(before, after, PermissionReport(()), words(locale)).text


def test_a_report_without_problems_says_nothing():
    assert settings.problems(PermissionReport((ChannelCheck(MORNING, 6),), (), 9), words("en")) == ""


def test_each_problem_is_a_line_with_the_way_to_mend_it():
    found = settings.problems(EVERYTHING, words("en")).split("\n")
    wanted = (
        "The log channel was deleted. Please choose another.",
        "In <#6> I need: **Send Messages**",
        "**Create Events**",
        "was deleted. Choose another with `/morning set mention:`",
        "gives more than pings",
        "allow anyone to @mention",
        "I need **Manage Roles**",
        "put my role above that one",
    )
    assert len(found) == len(wanted)
    for part, said in zip(wanted, found, strict=True):
        assert part in said


@pytest.mark.parametrize("locale", LOCALES)
def test_all_problems_at_once_fit_into_a_field_of_an_embed(locale: str):
    # A role is gone, or gives more, or has any of the other three.
    usual = PermissionReport(EVERYTHING.channels, EVERYTHING.server, HIGHEST_ID, ("no_pings", "permission", "order"))
    assert len(settings.problems(usual, words(locale))) <= 1024


def test_every_word_of_a_report_is_translated():
    assert escaped(settings.problems(EVERYTHING, words(PSEUDO))) == []
