"""Profiles, introductions and their forms, in both languages."""

from __future__ import annotations

from datetime import time
from typing import Any, get_args

import discord
import pytest

from bot.domain.communities import INTRODUCTIONS
from bot.domain.forms import Filled
from bot.domain.industries import KEYS, LONGEST_NAME, LONGEST_SHORT, MOST_INDUSTRIES, Industry, offered
from bot.domain.profiles import (
    EMPLOYMENTS,
    LONGEST_ABOUT,
    LONGEST_ITEM,
    LONGEST_OCCUPATION,
    LONGEST_READING,
    MOST_ITEMS,
    AskHours,
    Fate,
    Introduction,
    OwnProfile,
    Posted,
    Profile,
    ProfileEdited,
    parse_ask_hours,
)
from bot.domain.setup import ChannelCheck
from bot.i18n import PSEUDO, escaped, words
from bot.rendering import industries, profiles
from bot.rendering.forms import sent
from cogs.profiles import FORMS, ITEMS
from tests.rendering.longest import HIGHEST_ID, LOCALES, check_limits

OWN = tuple(Industry(f"own-{10**17 + n}", "業" * LONGEST_NAME) for n in range(MOST_INDUSTRIES))
ITEM = "題" * LONGEST_ITEM
LONGEST = Profile(
    id=10**17,
    member_id=HIGHEST_ID,
    industries=OWN,
    occupation="仕" * LONGEST_OCCUPATION,
    employment="self_employed",
    topics=(ITEM,) * MOST_ITEMS,
    hobbies=(ITEM,) * MOST_ITEMS,
    about="私" * LONGEST_ABOUT,
    reading="よ" * LONGEST_READING,
    time_zone="America/Argentina/ComodRivadavia",
    language="ja",
    ask_hours=AskHours(frozenset({0, 1, 2, 4, 5, 6}), time(9), time(0)),
    ask_limit=10,
)
NAME = "名" * 32
PLACE = ChannelCheck(INTRODUCTIONS, HIGHEST_ID)
EVERYTHING_MISSING = ChannelCheck(
    INTRODUCTIONS, HIGHEST_ID, ("view_channel", "send_messages", "embed_links", "read_message_history")
)
GONE = ChannelCheck(INTRODUCTIONS, HIGHEST_ID, exists=False)


def texts(embed: discord.Embed) -> str:
    parts = [embed.title or "", embed.description or "", *(f"{f.name}\n{f.value}" for f in embed.fields)]
    return "\n".join(parts)


def check_embed(embed: discord.Embed) -> None:
    assert len(embed.title or "") <= 256
    assert len(embed.description or "") <= 4096
    assert all(len(field.name or "") <= 256 and 0 < len(field.value or "") <= 1024 for field in embed.fields)
    assert len(embed) <= 6000


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("place", [None, PLACE, EVERYTHING_MISSING, GONE], ids=["none", "fine", "missing", "gone"])
def test_the_longest_profile_fits_and_nothing_of_it_is_cut(locale: str, place: ChannelCheck | None):
    w = words(locale)
    note = profiles.edited(ProfileEdited(Profile(0, 1), LONGEST, OWN), w)
    content = profiles.mine(OwnProfile(LONGEST, None), NAME, place, "Asia/Tokyo", w, note=note)
    check_limits(content)
    assert content.embed is not None
    check_embed(content.embed)
    for told in (LONGEST.occupation, LONGEST.about, LONGEST.reading, ITEM, NAME, OWN[0].name):
        assert told in texts(content.embed)
    offers = [button.custom_id for button in content.rows[0]]
    assert ("bk:profile:post" in offers) is (place is PLACE)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_longest_introduction_fits_carries_its_button_and_pings_nobody(locale: str):
    content = profiles.introduction(Introduction(HIGHEST_ID, NAME * 3, LONGEST), words(locale))
    check_limits(content)
    assert content.embed is not None
    check_embed(content.embed)
    assert content.mentions == content.roles == ()
    assert f"<@{HIGHEST_ID}>" in content.text
    assert content.rows == ((profiles.introduce_button(words(locale)),),)
    assert ITEMS[0].__discord_ui_compiled_template__.fullmatch(content.rows[0][0].custom_id + "~12-abc")


def test_others_see_nothing_of_what_is_ones_own():
    w = words("en")
    shown = profiles.shown(LONGEST, NAME, w)
    public = profiles.introduction(Introduction(1, NAME, LONGEST), w)
    for content in (shown, public):
        assert content.embed is not None
        assert content.embed.fields == []
        for private in ("09:00", "America", "Japanese", "up to 10"):
            assert private not in texts(content.embed)


def test_empty_fields_are_not_shown():
    content = profiles.shown(Profile(1, 2, about="Hello"), "alice", words("en"))
    assert content.embed is not None
    assert texts(content.embed) == "alice\nHello"
    own = profiles.mine(OwnProfile(Profile(1, 2, about="Hello"), None), "alice", PLACE, "Asia/Tokyo", words("en"))
    assert own.embed is not None
    assert texts(own.embed) == "alice\nHello"


def test_japanese_cards_address_their_owner_and_say_how_the_name_is_read():
    profile = Profile(1, 2, (Industry("finance"), Industry("own-1", "茶道具店")), reading="やまだ", about="はい")
    content = profiles.shown(profile, "山田", words("ja"))
    assert content.embed is not None
    assert texts(content.embed) == "山田さん(やまだ)\n**業界**：金融・保険、茶道具店\n\nはい"
    assert profiles.introduction(Introduction(5, "山田先生", profile), words("ja")).text == (
        "**山田先生**の自己紹介です(<@5>)。"
    )


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (AskHours(frozenset(range(7)), time(9), time(0)), "every day 09:00-24:00"),
        (AskHours(frozenset({5}), time(9, 30), time(12)), "Saturday 09:30-12:00"),
        (AskHours(frozenset(range(7)), time(), time()), "every day, at any time"),
    ],
)
def test_hours_are_said_so_that_they_can_be_typed_again(hours: AskHours, said: str):
    content = profiles.mine(
        OwnProfile(Profile(1, 2, about="x", ask_hours=hours), None), "alice", PLACE, "Asia/Tokyo", words("en")
    )
    assert content.embed is not None
    assert f"**When you may be asked**: {said}" in texts(content.embed)
    assert parse_ask_hours(said) == hours


@pytest.mark.parametrize(("zone", "named"), [("", False), ("Asia/Tokyo", False), ("America/New_York", True)])
def test_hours_name_their_clock_if_it_is_not_the_communitys(zone: str, named: bool):
    hours = AskHours(frozenset({5}), time(9), time(12))
    for locale, said in (("en", "09:00-12:00, New York time"), ("ja", "09:00〜12:00(ニューヨークの時刻)")):
        profile = Profile(1, 2, about="x", ask_hours=hours, time_zone=zone)
        content = profiles.mine(OwnProfile(profile, None), "alice", PLACE, "Asia/Tokyo", words(locale))
        assert content.embed is not None
        assert (said in texts(content.embed)) is named


def test_settings_without_a_profile_are_shown_with_what_to_do():
    content = profiles.mine(OwnProfile(Profile(1, 2, ask_limit=0), None), "alice", PLACE, "Asia/Tokyo", words("en"))
    assert content.embed is not None
    assert "**Questions a week**: no questions" in texts(content.embed)
    assert "Press the button" in content.text
    assert [button.custom_id for button in content.rows[0]] == ["bk:introduce"]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_forms_keep_discords_limits_without_being_cut(locale: str):
    w = words(locale)
    shown = offered(OWN, [])
    form = profiles.form(LONGEST, shown, w)
    for modal in (form, profiles.industry_form(LONGEST, w)):
        payload = modal.to_dict()
        assert len(payload["title"]) <= 45
        assert any(form.pattern.fullmatch(payload["custom_id"]) for form in FORMS)
        for part in payload["components"]:
            label: Any = part
            assert 0 < len(label["label"]) <= 45
            assert len(label.get("description") or "") <= 100
            field = label["component"]
            assert len(field.get("options") or ()) <= 25
            assert all(0 < len(option["label"]) <= 100 for option in field.get("options") or ())
            assert len(field.get("value") or "") <= field.get("max_length", 0) or "options" in field
    assert len(form.children) == 5
    texts_of = [str(label) for child in form.children for label in (child.text, child.description)]  # type: ignore[attr-defined]
    if locale == PSEUDO:
        assert [text for text in texts_of if text != "None" and escaped(text)] == []


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_no_label_or_hint_was_longer_than_it_may_be(locale: str):
    w = words(locale)
    form = profiles.form(Profile(0, 1), offered((), []), w).to_dict()
    industry = profiles.industry_form(Profile(0, 1), w).to_dict()
    for part in (*form["components"], *industry["components"]):
        label: Any = part
        # A text that was cut would fill its room to the last character.
        assert len(label["label"]) < 45
        assert len(label.get("description") or "") < 100


def test_what_was_chosen_and_written_is_read_back_by_its_key():
    data = {
        "components": [
            {"type": 18, "component": {"type": 3, "custom_id": "industry", "values": ["#finance", "#own-1"]}},
            {"type": 18, "component": {"type": 3, "custom_id": "employment", "values": []}},
            {"type": 18, "component": {"type": 4, "custom_id": "about", "value": "Hi"}},
        ]
    }
    assert sent(data) == Filled({"about": "Hi"}, {"industry": ("#finance", "#own-1"), "employment": ()})
    assert sent({}) == Filled({}, {})


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("settled", [True, False])
@pytest.mark.parametrize("fate", get_args(Fate))
def test_what_became_of_an_introduction_is_said_with_its_channel_and_the_button_if_it_serves(
    locale: str, fate: Fate, settled: bool
):
    w = words(locale)
    there = fate in ("standing", "outdated", "elsewhere")
    posted = Posted(fate, 1, 5, 9 if there else 0, settled)
    content = profiles.mine(OwnProfile(LONGEST, posted), NAME, PLACE, "Asia/Tokyo", w, note="Saved.")
    check_limits(content)
    _, said = content.text.split("\n", 1)
    assert "<#5>" in said
    assert ("https://discord.com/channels/1/5/9" in said) is there
    offers = [button.custom_id for button in content.rows[0]]
    assert ("bk:profile:post" in offers) is not settled
    if locale == PSEUDO:
        assert escaped(said) == []


def test_every_industry_and_employment_has_its_words_in_both_languages():
    for key in KEYS:
        english, japanese = (industries.name(Industry(key), words(locale)) for locale in ("en", "ja"))
        assert english != japanese
        assert escaped(industries.name(Industry(key), words(PSEUDO))) == []
        assert all(0 < len(industries.short(Industry(key), words(locale))) <= LONGEST_SHORT for locale in ("en", "ja"))
    assert set(profiles.EMPLOYMENT) == set(EMPLOYMENTS)
    assert industries.short(Industry("own-1", "業" * LONGEST_NAME), words("ja")) == "業" * 19 + "…"
    assert industries.name(OWN[0], words("en")) == OWN[0].name


def test_an_entry_shows_names_and_sends_keys():
    finance, new = Industry("finance"), Industry("", "Zoo")
    assert industries.choice([finance], words("ja")) == ("金融・保険", "#finance")
    assert industries.choice([finance, Industry("own-3", "茶")], words("ja")) == ("金融・保険, 茶", "#finance, #own-3")
    assert industries.choice([finance, new], words("en")) == ("Finance and insurance, Add “Zoo”", "#finance, Zoo")
    assert industries.choice([new, finance], words("en")) == ("Zoo, Finance and insurance", "Zoo, #finance")
