"""The tour shows what the bot does, and fails if it does not."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.demo.tour import Delivery, summarise
from bot.i18n import words


@pytest.fixture(scope="module")
def transcripts() -> dict[str, str]:
    """What the tour prints in each language; both are played at once."""
    started = {
        language: subprocess.Popen(
            [sys.executable, "-m", "bot", "demo", "--tour", "--language", language],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        for language in ("en", "ja")
    }
    shown = {language: process.communicate()[0] for language, process in started.items()}
    for language, process in started.items():
        assert process.returncode == 0, shown[language][-4000:]
    return shown


@pytest.fixture
def transcript(transcripts: dict[str, str]) -> str:
    return transcripts["en"]


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
        "With --language ja, the story is told in Japanese.",
        "a form opens: “自己紹介をする” [業界(5つまで)]",
        "would you be the lecturer?",
        "Alice (logistics): presses [Not this time]",
        "講師をお願いできますか。",
        "Of those with as few turns, @Hana (NPO) joined the rotation first.",
        "@Hana (NPO)が一番先に持ち回りに参加したため",
        "presses [Swap these turns]",
        "代わりに、「業界の基礎」",
        "佐藤先生(港の気象台)",
        "業界の基礎: @Alice (logistics)",
        "Bob (car maker): /ask question:Who decides what a fish costs in the morning?",
        "Ken (food distribution): presses [答えます]",
        "Bob (car maker): chooses [Accept answer] in the menu of the message of Ken (food distribution)",
    ],
)
def test_the_tour_shows(transcript: str, part: str) -> None:
    assert part in transcript


def test_an_announcement_is_shown_as_people_see_it_in_both_languages(transcript: str) -> None:
    japanese = transcript.split("as everybody sees it now")[1].split("[参加]")[0]
    for part in (
        "日時:",
        "会場: 駅前カフェ 2階",
        "参加者：4人 @Alice",
        "キャンセル待ち：1人 @Carol",
        "未定：1人 @Hana",
    ):
        assert part in japanese
    english = transcript.split("/session show session:1")[1].split("[Going]")[0]
    for part in ("When: Wed, Jan 7, 2026 07:00", "Place: 駅前カフェ 2階", "Coming: 4: @Alice", "Your answer: Going"):
        assert part in english


@pytest.mark.parametrize(
    ("cause", "effect"),
    [
        ("presses [作成する]", "BOT in #勉強会-告知 (silent)\n                      朝の会"),
        ("chooses 07:00", "はじめに / Start here"),
        ("presses [自己紹介用チャンネルに投稿する]", "BOT in #勉強会-自己紹介"),
        ("Sora (statistics): presses [不参加]", "BOT in a direct message to Carol (founder)"),
        ("presses [日時を変更する]", "「朝の会」の日時が変わりました。"),
        ("presses [Not this time]", "講師をお願いできますか。"),
        ("rotation guest", "世話役をお願いします"),
        ("topic:fish markets", "プロフィールに「fish markets」と書かれています。"),
        ("presses [答えます]", "@Ken (food distribution) wants to answer your question"),
    ],
)
def test_what_somebody_did_stands_above_what_came_of_it(transcript: str, cause: str, effect: str) -> None:
    assert cause in transcript
    assert transcript.index(cause) < transcript.index(effect)


def test_a_naive_question_of_another_industry_finds_who_knows_and_its_answer_stands_on_top(transcript: str) -> None:
    told = transcript.split("== Week 6: a beginner's question")[1]
    asked, thanked = told.split("== Week 6: the answer is accepted")
    assert "BOT in a direct message to Ken (food distribution) (pings Ken (food distribution))" in asked
    for nobody in ("Alice", "Sora", "Carol", "Yui", "Hana"):
        assert f"direct message to {nobody}" not in asked, "one at a time, and who knows first"
    before, top = thanked.split("as everybody sees it now")
    assert "BOT in a direct message to Ken (food distribution) (silent)" in before
    assert "- fish markets: @Bob (car maker)" in before
    top, card = top.split("Hana (NPO): /profile show member:Ken (food distribution)")
    for part in ("tags: ", "解決", "回答: @Ken (food distribution)", "> 朝5時のせりで、仲買人が値段をつけます。"):
        assert part in top
    assert "お礼の届いた話題：fish markets(1人・1業界)" in card


def test_the_answer_is_found_again_before_the_same_is_asked_and_by_a_search_in_japanese(transcript: str) -> None:
    told = transcript.split("== Week 6: others wonder")[1].split("== What was delivered")[0]
    asked, searched = told.split("Sora (statistics): /question search words:値段")
    question = "Who decides what a fish costs in the morning?"
    first, dropped = asked.split("Carol (founder): presses [")[-2:]
    for part in ("Does one of these answer it?", question, "朝5時のせりで"):
        assert part in first
    assert "Only" not in first, "it was asked under a name"
    assert "Your question was not posted" in dropped
    assert "BOT in" not in told, "nobody else is asked, and nothing was posted"
    for part in ("1件の質問が見つかりました", question, "仲買人が値段をつけます"):
        assert part in searched


def test_links_are_shown_as_readers_see_them(transcript: str) -> None:
    assert "告知を開く" in transcript
    assert "](http" not in transcript


def test_everything_has_a_name_and_every_chapter_begins_with_its_day(transcript: str) -> None:
    assert "ログ用チャンネル：#勉強会-ログ" in transcript
    assert "#1/28(水) 朝の会" in transcript.split("/morning preview")[1].split("BOT")[0]
    assert not re.search(r"\(new\)|<[@#t]|@\d{6}", transcript)
    begun = re.findall(r"^== (?:Monday|Week).*==\n(.*)$", transcript, re.MULTILINE)
    assert len(begun) == 13
    assert all(re.match(r"[A-Z][a-z]{2} \d+ \(\w{3}\)", line) for line in begun)


def test_in_japanese_only_the_replies_to_readers_of_english_are_english(transcripts: dict[str, str]) -> None:
    told = transcripts["ja"]
    assert "Sora(統計)：[不参加]を押す" in told
    assert "抜け：0   重複：0" in told
    assert "You are coming to" in told
    for english in ("presses", "(only to them)", "BOT", "pings", "silent", "== Week", "in 2 days", "sent:"):
        assert english not in told
    steps = (len(re.findall(r"^.{0,20}\d\d:\d\d  ", text, re.MULTILINE)) for text in transcripts.values())
    assert len(set(steps)) == 1


@pytest.mark.parametrize(("readme", "language"), [("README.md", "en"), ("README.ja.md", "ja")])
def test_the_readme_shows_what_the_tour_prints(transcripts: dict[str, str], readme: str, language: str) -> None:
    text = (Path(__file__).parents[1] / readme).read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    rest = transcripts[language]
    for part in shown.split("...\n"):
        assert part in rest
        rest = rest.split(part, 1)[1]


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
    assert summarise(stage, found, 1.0, written.append, words("en")) == code
    assert all(any(item in line for line in written) for item in (*lost, *doubled))
