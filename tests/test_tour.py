"""The tour shows what the bot does, and fails if it does not."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.demo.tour import Delivery, summarise


@pytest.fixture(scope="module")
def transcript() -> str:
    shown = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--tour"], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert shown.returncode == 0, shown.stdout[-2000:] + shown.stderr[-2000:]
    return shown.stdout


@pytest.mark.parametrize(
    "part",
    [
        "/setup",
        "/series create name:朝の会 rule:毎週水曜 朝7時",
        "Hana (NPO): presses [自己紹介をする]",
        "fills in 介護・福祉・保育",
        "「朝の異業種会」へようこそ",
        "Welcome to 朝の異業種会",
        "presses [参加]",
        "You are coming to",
        "number 1",
        "the power goes out",
        "a direct message to Sora (statistics) (silent)",
        "lost: 0   doubled: 0",
    ],
)
def test_the_tour_shows(transcript: str, part: str) -> None:
    assert part in transcript


def test_nobody_is_pinged_who_declined(transcript: str) -> None:
    told = [line for line in transcript.splitlines() if "(pings " in line]
    assert told
    after = transcript.split("== Week 2")[1].split("== Week 3")[0]
    assert not [line for line in after.splitlines() if "(pings " in line and "Sora" in line]


@pytest.mark.parametrize(
    ("lost", "doubled", "code"), [([], [], 0), (["evening of 1"], [], 1), ([], ["12-ab"], 1)], ids=str
)
def test_the_exit_code_says_whether_anything_was_lost_or_doubled(
    lost: list[str], doubled: list[str], code: int
) -> None:
    stage: Any = SimpleNamespace(sim=SimpleNamespace(unprompted=list))
    written: list[str] = []
    found = Delivery(Counter({("evening", "sent"): 1}), lost, doubled, timedelta())
    assert summarise(stage, found, 1.0, written.append) == code
    assert all(any(item in line for line in written) for item in (*lost, *doubled))
