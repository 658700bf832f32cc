from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot import logs
from bot.config import LogSettings
from tests.test_config import TOKEN

log = logging.getLogger("bot.test")


@pytest.fixture(autouse=True)
def loggers_as_they_were() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    # pytest's own handlers must not be closed by `basicConfig(force=True)`.
    root.handlers[:] = []
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(format: str, level: str = "INFO", literals: tuple[str, ...] = ()) -> io.StringIO:
    stream = io.StringIO()
    logs.configure(LogSettings(level=level, format=format), stream, literals)  # type: ignore[arg-type]
    return stream


def test_a_text_line_has_the_instant_in_utc_the_level_and_the_logger() -> None:
    stream = lines("text")
    log.info("%s came", "Hana", extra={"guild_id": 7})
    instant, rest = stream.getvalue().split(" ", 1)
    assert instant.endswith("Z")
    assert rest == "INFO bot.test: Hana came guild_id='7'\n"


def test_a_json_line_is_one_object_also_with_a_traceback() -> None:
    stream = lines("json")
    try:
        raise ValueError("broken")
    except ValueError:
        log.exception("朝の会", extra={"reference": "K7M2QX"})
    (line,) = stream.getvalue().splitlines()
    fields = json.loads(line)
    assert (fields["level"], fields["logger"], fields["message"]) == ("ERROR", "bot.test", "朝の会")
    assert fields["reference"] == "K7M2QX"
    assert fields["traceback"].endswith("ValueError: broken")


def test_the_level_is_the_settings() -> None:
    stream = lines("text", level="WARNING")
    log.info("quiet")
    log.warning("loud")
    assert stream.getvalue().count("\n") == 1


def test_statements_and_their_parameters_are_never_logged() -> None:
    stream = lines("text", level="DEBUG")
    logging.getLogger("aiosqlite").debug("insert into answers values ('my own words')")
    logging.getLogger("sqlalchemy.engine.Engine").info("('my own words',)")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("name", ["discord.gateway", "discord.http", "discord.webhook.async_"])
def test_events_and_requests_with_peoples_words_and_tokens_are_never_logged(name: str) -> None:
    stream = lines("text", level="DEBUG")
    logging.getLogger(name).debug("received %s", {"token": "aW50ZXJhY3Rpb24", "content": "our secret"})
    logging.getLogger(name).warning("the gateway is slow")
    text = stream.getvalue()
    assert "secret" not in text
    assert "aW50" not in text
    assert "the gateway is slow" in text


def test_a_line_break_in_a_name_cannot_forge_a_line() -> None:
    stream = lines("text")
    log.info("%s came", "Eve\n2026-12-03 ERROR bot: all lost")
    assert stream.getvalue().count("\n") == 1


@pytest.mark.parametrize("format", ["text", "json"])
@pytest.mark.parametrize(
    ("said", "secret"),
    [
        (f"Authorization: Bot {TOKEN}", TOKEN),
        ("postgresql://me:hunter2@host/name", "hunter2"),
        ("postgresql+asyncpg://me:h:u/nter2@host/name", "nter2"),
        ("POST https://discord.com/api/v10/webhooks/123/aW50ZXJhY3Rpb246MT is slow", "aW50ZXJhY3Rpb246MT"),
        ("/interactions/123/aW50ZXJhY3Rpb246MT/callback", "aW50ZXJhY3Rpb246MT"),
        ("authentication failed for correct-horse", "correct-horse"),
    ],
)
def test_no_secret_reaches_a_line_in_a_message_an_argument_or_a_traceback(format: str, said: str, secret: str) -> None:
    stream = lines(format, literals=("correct-horse", "in"))
    log.info(said)
    log.info("%s", said, extra={"url": said})
    try:
        raise RuntimeError(said)
    except RuntimeError:
        log.exception("failed", stack_info=True)
    text = stream.getvalue()
    assert secret not in text
    assert "***" in text
    assert "failed" in text
    # A literal too short to be a secret leaves ordinary words alone.
    assert "in" in text


def test_ordinary_text_is_left_as_it_is() -> None:
    text = "https://discord.com/api/v10: 3.11.7 at 07:00:00.000, 12:30@Tokyo, see a.b.c"
    assert logs.redact(text) == text


def test_a_reference_can_be_read_aloud_and_differs_each_time() -> None:
    codes = {logs.reference() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 6 and not set(code) & set("ILOUilou") and code.upper() == code for code in codes)
