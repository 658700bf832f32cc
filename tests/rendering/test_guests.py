"""Guests in words: addressed as is right, and texts to copy that are whole however long everything is."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.domain.communities import Community
from bot.domain.rotation.guests import KINDS, NEWS, PREPARE, THANKS, ForHost, Guest
from bot.domain.rotation.inviting import LONGEST, Invited
from bot.domain.rotation.values import Turn, TurnState
from bot.domain.sessions import LONGEST_LINK
from bot.i18n import PSEUDO, escaped, words
from bot.rendering.guests import for_host, invited
from bot.rendering.names import honoured, introduced
from data.communities import DEFAULTS
from tests.rendering.longest import HIGHEST_ID, LOCALES, STARTS, a_group, a_session

LONG = Guest(1, HIGHEST_ID, **{name: "客" * length for name, length in LONGEST.items()})
SESSION = a_session(link="https://meet.example/".ljust(LONGEST_LINK, "x"))


def community(language: str) -> Community:
    return Community(guild_id=HIGHEST_ID, **(DEFAULTS | {"language": language, "time_zone": "Asia/Tokyo"}))


@pytest.mark.parametrize(
    ("name", "title", "japanese", "english"),
    [
        ("佐藤", "先生", "佐藤先生", "佐藤"),
        ("佐藤", "様", "佐藤様", "佐藤"),
        ("佐藤先生", "様", "佐藤先生", "佐藤先生"),
        ("Kenji Sato", "様", "Kenji Sato様", "Kenji Sato"),
    ],
)
def test_a_guest_is_addressed_with_one_title_in_japanese_and_none_in_english(
    name: str, title: str, japanese: str, english: str
):
    guest = Guest(1, 2, name, "先生" if title == "先生" else "様", "東都大学")
    assert honoured(guest, words("ja")) == japanese
    assert honoured(guest, words("en")) == english
    assert introduced(guest, words("ja")) == f"{japanese}(東都大学)"


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("locale", LOCALES)
def test_the_invitation_is_whole_however_long_everything_is(locale: str, language: str):
    released = Turn(1, 0, HIGHEST_ID, TurnState.ASKED, STARTS)
    value = Invited(SESSION, a_group(), community(language), LONG, True, False, released, 10**18 - 1)
    content = invited(value, words(locale))
    assert len(content.text) <= 2000
    assert content.text.count("```") == 2
    assert content.text.endswith("```")


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("news", ["host", "changed", "another", "moved", "edited", "cancelled", "off"])
def test_what_a_host_reads_is_whole(kind: str, news: str, locale: str, language: str):
    value = ForHost(kind, SESSION, a_group(), community(language), LONG, None, HIGHEST_ID)
    value = replace(value, news=news) if kind == NEWS else value
    content = for_host(value, words(locale))
    assert len(content.text) <= 2000
    assert content.text.count("```") in (0, 2)
    assert content.mentions == (HIGHEST_ID,)
    assert content.text.endswith(f"<@{HIGHEST_ID}>")


def test_backticks_in_what_was_written_do_not_end_the_text_to_copy():
    guest = replace(LONG, topic="```sh", name="佐藤")
    value = Invited(a_session(theme="茶```"), a_group(), community("ja"), guest, True, True)
    assert invited(value, words("ja")).text.count("```") == 2 + "茶```".count("```")


def test_the_fee_is_told_to_the_host_and_thanks_name_none():
    guest = replace(LONG, fee="2万円", name="佐藤")
    short = a_session(theme="睡眠")
    for kind, told in ((PREPARE, True), (THANKS, False)):
        value = ForHost(kind, short, a_group(), community("ja"), guest)
        assert ("2万円" in for_host(value, words("ja")).text) is told


def test_all_that_a_host_reads_is_translated():
    guest, session = Guest(1, 2, "茶", "様", "茶", "茶", "茶", "茶"), a_session(theme="茶", venue="茶", link="")
    group = a_group(name="茶")
    for kind in KINDS:
        value = ForHost(kind, session, group, community(PSEUDO), guest, "host" if kind == NEWS else None)
        assert escaped(for_host(value, words(PSEUDO)).text, ("茶",)) == []
