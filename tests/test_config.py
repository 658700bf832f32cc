from __future__ import annotations

import base64
import re
import tomllib
from pathlib import Path

import pytest

from bot.config import KEYS, SECTIONS, Config, ConfigError, examine, load, secrets_of, sqlite_file, token

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"

# Made up here, of a real token's shape.
BOT_ID = base64.urlsafe_b64encode(b"123456789012345678").decode().rstrip("=")
TOKEN = f"{BOT_ID}.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789AB"


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> ConfigError:
    path = written(folder, text)
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert caught.value.file == str(path)
    assert str(caught.value) == f"{path}: {caught.value.key}: {caught.value.problem}"
    assert "\n" not in str(caught.value)
    return caught.value


def test_the_example_lists_every_key_in_order_with_its_default() -> None:
    tables = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    listed = [f"{name}.{key}" for name, table in tables.items() for key in table]
    assert listed == list(KEYS)
    for name, section in SECTIONS.items():
        assert {key: getattr(section(), key) for key in section.__struct_fields__} == tables[name]


def test_each_key_of_the_example_stands_below_a_comment_of_its_own() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    places = [number for number, line in enumerate(lines) if re.match(r"\w+ = ", line)]
    assert len(places) == len(KEYS)
    for number in places:
        assert lines[number - 1].startswith("# "), lines[number]
        above = number - 1
        while lines[above].startswith("#"):
            above -= 1
        # What ends a comment upwards is a table's name or another key, so that no two keys share one.
        assert re.match(r"\[\w+\]|\w+ = ", lines[above]), lines[number]


def test_a_copy_of_the_example_gives_the_built_in_settings(tmp_path: Path) -> None:
    path = written(tmp_path, EXAMPLE.read_text(encoding="utf-8"))
    config, built_in = load(path, {}), Config()
    assert config.origin == str(path)
    assert config.database.url == f"sqlite:///{tmp_path}/var/benkyokai.db"
    for name in SECTIONS:
        if name != "database":
            assert getattr(config, name) == getattr(built_in, name)


def test_without_a_file_the_defaults_hold_and_paths_start_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = load(None, {})
    assert config.origin == "built-in defaults"
    assert sqlite_file(config.database.url) == tmp_path / "var" / "benkyokai.db"


def test_an_absolute_database_stays_where_it_is(tmp_path: Path) -> None:
    config = load(written(tmp_path, '[database]\nurl = "sqlite:////srv/study/bot.db"'), {})
    assert sqlite_file(config.database.url) == Path("/srv/study/bot.db")


@pytest.mark.parametrize("url", ["postgresql://me@host/name?ssl=require", "postgresql:///name?host=/run/postgresql"])
def test_a_server_can_be_named_with_its_options(tmp_path: Path, url: str) -> None:
    assert load(written(tmp_path, f'[database]\nurl = "{url}"'), {}).database.url == url


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Config().dispatch.rate = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("[dispatch]\nrat = 45", "dispatch.rat", "did you mean dispatch.rate?"),
        ("[dispatch]\nbananas = 45", "dispatch.bananas", "unknown key; config.example.toml lists them all"),
        ("[log]\nrate = 45", "log.rate", "did you mean dispatch.rate?"),
        ("rate = 45", "rate", "did you mean dispatch.rate?"),
        ("[scheduller]\ntick_seconds = 60", "scheduller", "did you mean scheduler?"),
        ("dispatch = 45", "dispatch", "below a line [dispatch]"),
        ("[dispatch]\nrate = 0", "dispatch.rate", "from 1 to 490, not 0"),
        ("[dispatch]\nrate = 491", "dispatch.rate", "from 1 to 490, not 491"),
        ('[dispatch]\nrate = "45"', "dispatch.rate", "must be a whole number from 1 to 490"),
        ("[dispatch]\nrate = 4.5", "dispatch.rate", "not 4.5"),
        ("[dispatch]\nrate = true", "dispatch.rate", "not true"),
        ("[dispatch]\nnonce_seconds = 121", "dispatch.nonce_seconds", "from 1 to 120"),
        ("[dispatch]\nlease_seconds = 121", "dispatch.lease_seconds", "from 1 to 120"),
        ("[dispatch]\nattempt_seconds = 61", "dispatch.attempt_seconds", "from 1 to 60"),
        ("[dispatch]\nbatch = 1001", "dispatch.batch", "from 1 to 1000"),
        ("[scheduler]\ntick_seconds = 601", "scheduler.tick_seconds", "from 1 to 600"),
        ("[scheduler]\nhorizon_weeks = 27", "scheduler.horizon_weeks", "from 1 to 26"),
        ("[discord]\nshards = -1", "discord.shards", "from 0 to"),
        ("[discord]\nmembers_intent = 1", "discord.members_intent", "must be true or false, not 1"),
        ('[discord]\napi_url = "discord.com"', "discord.api_url", "https://discord.com/api/v10"),
        ('[discord]\napi_url = "https://discord.com/api/v10/"', "discord.api_url", "without a slash"),
        ('[discord]\ngateway_url = "https://x"', "discord.gateway_url", "wss://"),
        ("[database]\nbackups = 0", "database.backups", "from 1 to 1000"),
        ('[database]\nurl = "mysql://host/name"', "database.url", "sqlite:///"),
        ('[database]\nurl = "postgres://host/name"', "database.url", "write postgresql://"),
        ('[database]\nurl = "postgresql://host"', "database.url", "must be an address"),
        ('[database]\nurl = "postgresql://host:99999/x"', "database.url", "is not a database's address"),
        ('[database]\nurl = "postgresql://host/x?sslmode=require"', "database.url", "takes ssl=require"),
        ('[database]\nurl = "sqlite://var/bot.db"', "database.url", "must be an address"),
        ('[database]\nurl = "sqlite:///:memory:"', "database.url", "must name a file"),
        ('[database]\nurl = "sqlite:///a.db?mode=ro"', "database.url", "no options"),
        ('[defaults]\nlanguage = "fr"', "defaults.language", 'must be "en" or "ja"'),
        ('[defaults]\ntime_zone = "Asia/Tokio"', "defaults.time_zone", "did you mean Asia/Tokyo?"),
        ('[defaults]\ntime_zone = "JST"', "defaults.time_zone", "did you mean Asia/Tokyo?"),
        ('[defaults]\ntime_zone = "東京"', "defaults.time_zone", "did you mean Asia/Tokyo?"),
        ('[defaults]\ntime_zone = "../../etc/passwd"', "defaults.time_zone", "not an IANA time zone"),
        ('[defaults]\ntime_zone = ""', "defaults.time_zone", "such as Asia/Tokyo"),
        ('[defaults]\ntime_zone = "EST"', "defaults.time_zone", "did you mean America/New_York?"),
        ('[defaults]\ntime_zone = "Etc/GMT+5"', "defaults.time_zone", "did you mean America/New_York?"),
        ('[defaults]\ntime_zone = "America"', "defaults.time_zone", "not an IANA time zone"),
        ('[log]\nlevel = "LOUD"', "log.level", '"DEBUG" or "INFO"'),
        ('[log]\nformat = "xml"', "log.format", '"text" or "json"'),
        ("[log]\nformat = json", "line 2, format", "not valid TOML"),
        ("[log\nformat = 1", "line 1", "not valid TOML"),
        ('[discord]\ntoken = "x"', "discord.token", "DISCORD_TOKEN in the environment"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_by_its_name(tmp_path: Path, text: str, key: str, words: str) -> None:
    error = refusal(tmp_path, text)
    assert error.key == key
    assert words in error.problem


def test_a_missing_file_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml: --config: there is no such file"):
        load(tmp_path / "nowhere.toml", {})
    with pytest.raises(ConfigError, match="--config: can't be read"):
        load(tmp_path, {})


def test_a_file_saved_by_an_old_editor_is_told_how_to_be_saved(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes("# 勉強会\n".encode("cp932"))
    with pytest.raises(ConfigError, match="save it again as UTF-8"):
        load(path, {})
    path.write_bytes(b"\xef\xbb\xbf[dispatch]\r\nrate = 30\r\n")
    assert load(path, {}).dispatch.rate == 30


def test_all_errors_are_found_at_once_and_the_rest_still_holds(tmp_path: Path) -> None:
    path = written(tmp_path, '[dispatch]\nrate = 0\nbatch = 7\nbathc = 8\n[log]\nlevel = "x"\n[bananas]\n')
    config, errors = examine(path, {})
    assert {error.key for error in errors} == {"dispatch.rate", "dispatch.bathc", "log.level", "bananas"}
    assert (config.dispatch.rate, config.dispatch.batch, config.log.level) == (45, 7, "INFO")


def test_the_environments_database_wins_and_is_named_when_it_is_wrong(tmp_path: Path) -> None:
    path = written(tmp_path, '[database]\nurl = "sqlite:///file.db"')
    chosen = {"BENKYOKAI_DATABASE_URL": "postgresql://me:hunter2@host/name"}
    config = load(path, chosen)
    assert config.database.url == chosen["BENKYOKAI_DATABASE_URL"]
    assert str(config.database_error("is gone")) == "environment: BENKYOKAI_DATABASE_URL: is gone"
    assert str(load(path, {}).database_error("is gone")) == f"{path}: database.url: is gone"
    assert load(path, {"BENKYOKAI_DATABASE_URL": " "}).database.url == f"sqlite:///{tmp_path}/file.db"
    with pytest.raises(ConfigError, match=r"^environment: BENKYOKAI_DATABASE_URL: ") as caught:
        load(path, {"BENKYOKAI_DATABASE_URL": "mysql://me:hunter2@host/name"})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        f'[discord]\ntoken = "{TOKEN}"',
        f'token = "{TOKEN}"',
        f'[discord]\nshards = "{TOKEN}"',
        f'[log]\nlevel = "{TOKEN}"',
        f"[discord]\n{TOKEN}",
        f"[discord]\napi_url = {TOKEN}",
        '[database]\nurl = "mysql://me:GabcdE@host/name"',
    ],
)
def test_no_refusal_repeats_a_secret(tmp_path: Path, text: str) -> None:
    assert "GabcdE" not in str(refusal(tmp_path, text))


def test_a_token_is_taken_from_the_environment_only() -> None:
    assert token({"DISCORD_TOKEN": f" {TOKEN}\n"}) == TOKEN
    with pytest.raises(ConfigError, match=r"^environment: DISCORD_TOKEN: is not set"):
        token({})


@pytest.mark.parametrize(
    "value",
    [
        "GabcdE",
        "a.GabcdE.c",
        f"Bot {TOKEN}",
        f"{TOKEN}.d",
        TOKEN.replace(BOT_ID, base64.b64encode(b"somebody").decode().rstrip("=")),
        TOKEN.replace(BOT_ID, base64.b64encode(b"0").decode().rstrip("=")),
        f'"{TOKEN}"',
        TOKEN.replace("GabcdE", ""),
    ],
)
def test_what_cannot_be_a_token_is_refused_without_being_repeated(value: str) -> None:
    with pytest.raises(ConfigError, match="is not a bot token") as caught:
        token({"DISCORD_TOKEN": value})
    assert "GabcdE" not in str(caught.value)


def test_the_secrets_are_the_token_and_the_password_in_both_spellings(tmp_path: Path) -> None:
    config = load(None, {"BENKYOKAI_DATABASE_URL": "postgresql://me:p%40ssword@host/name"})
    assert sorted(secrets_of(config, TOKEN)) == sorted([TOKEN, "p%40ssword", "p@ssword"])
    assert secrets_of(load(None, {})) == []
