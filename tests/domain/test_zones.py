"""Time zones by the names people use."""

from zoneinfo import available_timezones

import pytest

from bot.domain.zone_cities import CITIES
from bot.domain.zones import ZoneUnknown, close_zones, find_zones, parse_zone, zone_name, zone_of


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("asia/tokyo", "Asia/Tokyo"),
        ("Tokyo", "Asia/Tokyo"),
        ("  ＴＯＫＹＯ ", "Asia/Tokyo"),
        ("東京", "Asia/Tokyo"),
        ("とうきょう", "Asia/Tokyo"),
        ("日本", "Asia/Tokyo"),
        ("大阪", "Asia/Tokyo"),
        ("JST", "Asia/Tokyo"),
        ("Tokyo, Japan", "Asia/Tokyo"),
        ("osaka，japan", "Asia/Tokyo"),
        ("東京、日本", "Asia/Tokyo"),
        ("Tokyo (Asia/Tokyo)", "Asia/Tokyo"),
        ("東京 (Asia/Tokyo)", "Asia/Tokyo"),
        ("東京（Asia/Tokyo）", "Asia/Tokyo"),
        ("New York", "America/New_York"),
        ("new_york", "America/New_York"),
        ("ニューヨーク", "America/New_York"),
        ("にゅーよーく", "America/New_York"),
        ("ﾆｭｰﾖｰｸ", "America/New_York"),
        ("San Francisco", "America/Los_Angeles"),
        ("São Paulo", "America/Sao_Paulo"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("ロンドン", "Europe/London"),
        ("Beijing", "Asia/Shanghai"),
        ("韓国", "Asia/Seoul"),
        ("EST", "America/New_York"),
        ("mst", "America/Denver"),
        ("HST", "Pacific/Honolulu"),
        ("Etc/UTC", "Etc/UTC"),
        ("pdt", "America/Los_Angeles"),
        ("CEST", "Europe/Berlin"),
        ("UTC", "UTC"),
        ("GMT", "UTC"),
        ("世界時", "UTC"),
        ("US/Pacific", "US/Pacific"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("Lord Howe", "Australia/Lord_Howe"),
    ],
)
def test_a_zone_is_known_by_its_id_and_by_what_people_call_it(text: str, zone: str) -> None:
    assert parse_zone(text).key == zone


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Atlantis",
        "Asia",
        "Tok",
        "../../etc/passwd",
        "Asia/../Asia/Tokyo",
        "Tokyo (Europe/Paris)",
        "Paris, Texas",
        "Tokyo, Germany",
        ", Japan",
        "x" * 5000,
        "\0",
        "Factory",
        "Etc/GMT+5",
        "etc/gmt-9",
        "UTC+9",
    ],
)
def test_a_name_that_is_no_zone_is_refused(text: str) -> None:
    with pytest.raises(ZoneUnknown) as refused:
        parse_zone(text)
    assert len(refused.value.text) <= 100


@pytest.mark.parametrize("zone", ["", "Asia", "Asia/Nowhere", "../Asia/Tokyo", "/etc/passwd"])
def test_a_stored_id_that_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(ZoneUnknown):
        zone_of(zone)


@pytest.mark.parametrize(
    ("typed", "locale", "label"),
    [
        ("tok", "en-US", "Tokyo (Asia/Tokyo)"),
        ("tok", "ja", "東京 (Asia/Tokyo)"),
        ("東", "en-GB", "Tokyo (Asia/Tokyo)"),
        ("とう", "ja", "東京 (Asia/Tokyo)"),
        ("おおさ", "ja", "大阪 (Asia/Tokyo)"),
        ("osa", "en-US", "Osaka (Asia/Tokyo)"),
        ("ニュー", "ja", "ニューヨーク (America/New_York)"),
        ("york", "en-US", "New York (America/New_York)"),
        ("asia/to", "en-US", "Tokyo (Asia/Tokyo)"),
        ("london", "ja", "ロンドン (Europe/London)"),
        ("berl", "de", "Berlin (Europe/Berlin)"),
        ("utc", "en-US", "UTC"),
        ("ushuaia", "ja", "Ushuaia (America/Argentina/Ushuaia)"),
    ],
)
def test_the_first_suggestion_is_what_was_meant(typed: str, locale: str, label: str) -> None:
    assert find_zones(typed, locale=locale)[0].label == label


def test_nothing_typed_suggests_the_best_known_zones() -> None:
    japanese = find_zones("", locale="ja")
    assert japanese[0].id == "Asia/Tokyo"
    assert japanese[0].label == "東京 (Asia/Tokyo)"
    assert len(japanese) == 25
    english = [choice.id for choice in find_zones("", locale="en-US")]
    assert english[0] == "UTC"
    assert {"America/New_York", "Europe/London", "Asia/Tokyo"} <= set(english)


def test_a_place_comes_before_the_continent_that_begins_like_it() -> None:
    assert [choice.id for choice in find_zones("am", locale="en-US")[:2]] == ["Europe/Amsterdam", "Asia/Amman"]


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_every_suggestion_is_short_unique_and_understood_when_typed_by_hand(locale: str) -> None:
    for typed in "abcdefghijklmnopqrstuvwxyzアイウエオカサタナ東":
        choices = find_zones(typed, locale=locale)
        assert len(choices) <= 25
        assert len({choice.id for choice in choices}) == len(choices)
        for choice in choices:
            assert len(choice.label) <= 100
            assert parse_zone(choice.id).key == choice.id
            assert parse_zone(choice.label).key == choice.id


def test_no_name_in_the_table_means_two_zones() -> None:
    assert set(CITIES) <= available_timezones()
    for zone, city in CITIES.items():
        for name in (*city.ja, *city.en, *city.kana):
            assert parse_zone(name).key == zone
        assert set(city.kana.values()) <= set(city.ja)
        assert zone_name(zone, locale="ja") == city.ja[0]
    assert zone_name("America/New_York", locale="en-US") == "New York"
    assert zone_name("America/Argentina/Ushuaia", locale="ja") == "Ushuaia"


@pytest.mark.parametrize(
    ("text", "locale", "labels"),
    [
        ("Tokio", "en-US", ["Tokyo (Asia/Tokyo)"]),
        ("Asia/Tokio", "en-US", ["Tokyo (Asia/Tokyo)"]),
        ("東京都", "ja", ["東京 (Asia/Tokyo)"]),
        ("とうきよう", "ja", ["東京 (Asia/Tokyo)"]),
        ("ニューヨク", "ja", ["ニューヨーク (America/New_York)"]),
        ("Tok", "en-US", ["Tokyo (Asia/Tokyo)"]),
        ("CST", "en-US", []),
        ("EST5", "en-US", []),
        ("USA", "en-US", []),
        ("UTC+9", "en-US", ["Tokyo (Asia/Tokyo)"]),
        ("GMT-5", "en-US", ["New York (America/New_York)"]),
        ("+05:30", "ja", ["コルカタ (Asia/Kolkata)"]),
        ("Etc/GMT+5", "en-US", ["New York (America/New_York)"]),
        ("etc/gmt-9", "ja", ["東京 (Asia/Tokyo)"]),
        ("UTC+25", "en-US", []),
        ("UTC+9 or so", "en-US", []),
        ("Atlantis", "en-US", []),
        ("../../etc/passwd", "en-US", []),
        ("", "en-US", []),
        ("x" * 5000, "en-US", []),
    ],
)
def test_what_is_nearly_a_zone_s_name_leads_to_it(text: str, locale: str, labels: list[str]) -> None:
    assert [zone.label for zone in close_zones(text, locale=locale)][:1] == labels
    assert all(parse_zone(zone.label).key == zone.id for zone in close_zones(text, locale=locale))


def test_of_a_city_with_more_behind_it_the_city_is_offered() -> None:
    assert [zone.id for zone in close_zones("New York, USA", locale="en")] == ["America/New_York"]
