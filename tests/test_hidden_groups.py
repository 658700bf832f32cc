"""A group whose channel somebody can't see does not exist for them, in whatever they give, type, press or send."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from tests.hidden import (
    GROUP,
    SERIES,
    SESSION,
    Acts,
    Told,
    Where,
    a_study,
    commands_of,
    differing,
    let_days_pass,
    parts_of,
    patterns_of,
    texts,
)

OTHERS = {"answer", "industry", "into", "question", "rule", "time_zone", "topic", "topics"}
"""Options that offer something else than groups, sessions and series."""
OURS = {"draft", "group", "kept", "session", "theme"}
"""Parts of a custom_id that say whose it is."""
OF_NO_GROUP = {
    "cogs.moderation.questions.DecisionButton",
    "cogs.profiles.IndustryButton",
    "cogs.rotation.buttons.WhichButton",
}
"""What has a draft that belongs to no group: it is the community's, or somebody's own in whatever group."""
MODERATORS = {"cogs.groups.DraftButton", "cogs.groups.RestoreButton", "cogs.settings.WhichStartButton"}
"""What only moderators can use; a moderator who does not see the channel is among those from whom it is hidden."""
LISTS = ("group list", "help", "me sessions", "series list", "session list")
"""Commands that show what there is, without being given a name."""


async def told(folder: Path, where: Where, who: str) -> Told:
    async with a_study(folder / where, where) as study:
        return await Acts(study, study.people[who], who).everything()


@pytest.mark.parametrize("who", ["outsider", "organizer", "former", "moderator"])
async def test_whom_a_group_is_hidden_from_is_told_the_very_same_as_if_it_did_not_exist(tmp_path: Path, who: str):
    absent = await told(tmp_path, "elsewhere", who)
    found = differing(absent, await told(tmp_path, "hidden", who))
    # What somebody answered themselves they may withdraw, told no more than that it is an answer.
    own = {what: text for what, text in found.items() if re.match(r"former: (/me sessions|cogs\.me\.)", what)}
    assert not [text for text in own.values() if re.search(f"{GROUP}|{SESSION}|{SERIES}", text)]
    assert bool(own) == (who == "former")
    found = {what: text for what, text in found.items() if what not in own}
    assert not found, "\n".join(found.values())
    for what, answers in absent.items():
        if " bk:" in what:
            assert not [text for text in answers if re.match("There is no (?:study group|session|series) “", text)], (
                what
            )


async def test_the_acts_find_the_group_where_it_can_be_seen(tmp_path: Path):
    absent = await told(tmp_path, "elsewhere", "former")
    async with a_study(tmp_path / "seen", "seen") as study:
        found = "\n".join(differing(absent, await Acts(study, study.former, "former").everything()))
        for name in LISTS:
            assert f"former: /{name} " in found, name
        for command in commands_of(study.world):
            for option in texts(command):
                # What came out of the meetings is the community's.
                of_all = option.name in OTHERS or command.qualified_name == "spinoff update"
                if option.autocomplete and not (of_all and option.name != "session"):
                    for shown in (f"/{command.qualified_name} {option.display_name}:", f"/{command.qualified_name} .*"):
                        assert re.search(shown, found), shown
        for item, pattern in patterns_of(study.world).items():
            if parts_of(pattern) & OURS and item not in MODERATORS | OF_NO_GROUP:
                assert f"former: {item} bk:" in found, item


async def test_nothing_is_said_of_a_hidden_group_where_others_read_it_while_days_pass(tmp_path: Path):
    said: dict[Where, list[str]] = {}
    for where in get_args(Where):
        async with a_study(tmp_path / where, where) as study:
            said[where] = await let_days_pass(study)
    # On the other server they see the group, and have lectured there.
    elsewhere = [
        text for text in said["elsewhere"] if SERIES not in text and f"Thank you for **{SESSION}**" not in text
    ]
    assert said["hidden"] == elsewhere
    seen = "\n".join(text for text in said["seen"] if text not in said["hidden"])
    for shown in (
        f"event {SESSION}",
        f"event {SERIES}",
        f"Your reminder: **{SESSION}**",
        f"**{SERIES}** has a new time",
    ):
        assert shown in seen, shown
