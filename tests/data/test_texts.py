"""What no database takes never reaches one: NUL, and halves of characters."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest

from bot.domain.errors import InvalidText, Unknown
from bot.domain.groups import GroupChange, GroupService, NewGroup
from bot.domain.sessions import SessionChange
from tests.data.servers import KINDS, postgres_database
from tests.domain.study import GUILD, MODERATOR, Study, at

ODD = "\x00"
HALF = "\ud83c"
"""Half of a surrogate pair, as the JSON text "\\ud83c" reads."""


@asynccontextmanager
async def url_of(kind: str, folder: Path) -> AsyncGenerator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'study.db'}"
        return
    async with postgres_database() as url:
        yield url


@pytest.fixture(params=KINDS)
async def study(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Study]:
    async with url_of(request.param, tmp_path) as url:
        study = Study(url)
        try:
            await study.begin()
            yield study
        finally:
            await study.db.close()


@pytest.fixture(params=[ODD, HALF, ODD + HALF], ids=["NUL", "half", "both"])
def odd(request: pytest.FixtureRequest) -> str:
    return request.param


async def test_a_groups_texts_lose_what_cant_be_stored(study: Study, odd: str):
    groups = GroupService(study.db)
    made = await groups.create(GUILD, MODERATOR, NewGroup(f"Te{odd}a", description=f"{odd} about tea "))
    assert (made.name, made.description) == ("Tea", "about tea")
    _, after = await groups.edit(GUILD, MODERATOR, "Tea", GroupChange(name=f"{odd}Coffee", description=f"a{odd}b"))
    assert (after.name, after.description) == ("Coffee", "ab")
    with pytest.raises(InvalidText):
        await groups.create(GUILD, MODERATOR, NewGroup(f" {odd} "))
    with pytest.raises(Unknown):
        await groups.show(GUILD, MODERATOR, f"Nothing{odd}")


async def test_a_sessions_texts_lose_what_cant_be_stored(study: Study, odd: str):
    new = study.new(f"茶{odd}会", venue=f"駅{odd}前", link=f"https://example.org/{odd}", description=f"{odd}x")
    shown = await study.sessions.preview(GUILD, MODERATOR, new)
    made = (await study.sessions.confirm(GUILD, MODERATOR, shown.draft_id)).session
    assert (made.theme, made.venue, made.link, made.description) == ("茶会", "駅前", "https://example.org/", "x")
    change = SessionChange(starts_at=at(16, 7), theme=f"夜{odd}会", venue=odd, reason=f"雪{odd}")
    moving = await study.sessions.preview_move(GUILD, MODERATOR, made.id, change)
    _, kept = await study.sessions.drafted_move(GUILD, MODERATOR, moving.draft_id)
    assert (kept.theme, kept.venue, kept.link, kept.reason) == ("夜会", "", None, "雪")
    moved = (await study.sessions.confirm_move(GUILD, MODERATOR, moving.draft_id)).view
    assert (moved.session.theme, moved.session.venue) == ("夜会", "")
    ending = await study.sessions.preview_cancel(GUILD, MODERATOR, made.id, f"台風{odd}")
    assert ending.reason == "台風"
    await study.sessions.confirm_cancel(GUILD, MODERATOR, ending.draft_id)
    assert (await study.session(made.id)).cancelled_because == "台風"


async def test_a_series_texts_lose_what_cant_be_stored(study: Study, odd: str):
    new = study.weekly(f"朝{odd}会", theme=f"{odd}茶", venue=f"駅{odd}")
    shown = await study.series.preview(GUILD, MODERATOR, new, f"毎週水曜{odd} 朝7時")
    _, said, _ = await study.series.draft(GUILD, MODERATOR, shown.draft_id)
    assert said == "毎週水曜 朝7時"
    made = (await study.series.confirm(GUILD, MODERATOR, shown.draft_id)).series
    assert (made.name, made.theme, made.venue) == ("朝会", "茶", "駅")
    await study.skip_date(MODERATOR, "朝会", date(2026, 7, 15), f"お盆{odd}")
    await study.end_series(MODERATOR, "朝会", odd)


async def test_too_long_a_reason_of_a_move_is_refused_before_it_is_shown(study: Study):
    made = await study.schedule()
    with pytest.raises(InvalidText):
        await study.sessions.preview_move(
            GUILD, MODERATOR, made.id, SessionChange(starts_at=at(16, 7), reason="x" * 301)
        )
