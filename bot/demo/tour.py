"""The tour: six weeks of a bilingual community of seven, played in seconds against the simulated Discord.

People act through real slash commands and presses on the real bot; what it did by itself is read from what arrived.
At the end the rows and the messages are compared: the exit code is 1 if anything was lost or doubled.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import msgspec
from discord import app_commands
from sqlalchemy import select

from bot.app import App
from bot.config import Config, load
from bot.demo.scenes import play
from bot.demo.simulation import Simulation
from bot.demo.stage import Stage, controls
from bot.domain.errors import StudyError
from bot.domain.posts import FINAL, PostState
from bot.i18n import Language, Words, _, _n, locale_str, words
from bot.rendering.buttons import mark_of
from data.database import Database
from data.posts import posts
from data.steps import due_steps
from data.upgrade import upgrade

BEGINS = datetime(2026, 1, 5, 0, 0, tzinfo=UTC)
"""Monday, 09:00 in Tokyo."""
_KINDS: dict[str, locale_str] = {
    "cancelled": _("notice: called off"),
    "dawn": _("reminder before the session"),
    "edited": _("notice: changed"),
    "evening": _("evening-before reminder"),
    "guest_news": _("to who looks after a guest: an invitation to copy"),
    "guest_prepare": _("to who looks after a guest: what to prepare"),
    "guest_thanks": _("to who looks after a guest: thanks to copy"),
    "introduction": _("introduction"),
    "morning": _("morning post"),
    "moved": _("notice: new time"),
    "notice": _("notice to moderators"),
    "promotion": _("notice: a place has come free"),
    "question_ask": _("asked who may know"),
    "question_idle": _("to who asked: is it solved?"),
    "question_remind": _("to who wanted to answer: reminder"),
    "question_taken": _("to who asked: somebody answers"),
    "start": _("start"),
    "swap_done": _("a swap was accepted"),
    "swap_nudge": _("a swap was offered: reminder"),
    "swap_offer": _("a swap is offered"),
    "thanked": _("thanks"),
    "turn_materials": _("to a lecturer: two days to go"),
    "turn_nudge": _("asked to lecture: reminder"),
    "turn_outline": _("to a lecturer: what will it be about?"),
    "turn_request": _("asked to lecture"),
    "welcome": _("hello to a new server"),
}
_STATES: dict[str, locale_str] = {
    "planned": _("still to come"),
    "sent": _("sent"),
    "cancelled": _("no longer needed"),
    "expired": _("too late to be of use"),
    "undeliverable": _("could not be delivered"),
}
_SUMMARY = _("What was delivered")
_EXPECTED = (StudyError, app_commands.CheckFailure, app_commands.TransformerError)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the rows: counts by kind and state, and what should not be."""

    by_kind: Counter[tuple[str, str]]
    lost: list[str]
    doubled: list[str]
    latest: timedelta


async def delivered(stage: Stage) -> Delivery:
    """Compare what the rows say with what stands in the channels."""
    marks: Counter[str] = Counter()
    for post in stage.sim.unprompted():
        stored = stage.sim.env.backend.get_message(post.channel_id, post.message_id)
        marks.update(mark for mark in _marks(stored.components))
    async with stage.app.database.connections.reading() as connection:
        rows = (await connection.execute(select(posts))).all()
        steps = await due_steps(connection, stage.sim.now(), 100)
    by_kind: Counter[tuple[str, str]] = Counter()
    lost = [f"{step.kind} of {step.subject_id}: the step was due and did not run" for step in steps]
    late = timedelta()
    for row in rows:
        by_kind[row.kind, row.state] += 1
        named = f"{row.kind} of {row.subject_id} due {row.due_at:%d %b %H:%M}"
        if row.state == PostState.SENT.value:
            late = max(late, row.sent_at - row.due_at)
            if not marks[row.nonce]:
                lost.append(f"{named}: the row says sent, no message is there")
        elif row.not_before <= stage.sim.now() and PostState(row.state) not in FINAL:
            lost.append(f"{named}: due, but {row.state}")
    doubled = [mark for mark, number in marks.items() if number > 1]
    return Delivery(by_kind, lost, doubled, late)


def summarise(stage: Stage, found: Delivery, seconds: float, write: Callable[[str], None], w: Words) -> int:
    """Print the summary; returns the exit code."""
    posted = stage.sim.unprompted()
    lines = [
        w(_("{what}, {state}: {number}"), what=_KINDS.get(kind, kind), state=_STATES.get(state, state), number=number)
        for (kind, state), number in sorted(found.by_kind.items())
    ]
    lines += [
        w(
            _("messages the bot sent by itself: {all}, of them silent: {silent}"),
            all=len(posted),
            silent=sum(post.silent for post in posted),
        ),
        w(_("people pinged: {times} times"), times=sum(len(post.pinged) for post in posted)),
        w(
            _n(
                "latest delivery: {n} minute after it was due (the machine was off)",
                "latest delivery: {n} minutes after it was due (the machine was off)",
            ),
            n=round(found.latest.total_seconds() / 60),
        ),
        w(_("lost: {lost}   doubled: {doubled}"), lost=len(found.lost), doubled=len(found.doubled)),
        *(f"  ! {line}" for line in (*found.lost, *found.doubled)),
        w(_("six weeks in {seconds} seconds"), seconds=f"{seconds:.1f}"),
    ]
    write(f"\n== {w(_SUMMARY)} ==")
    for line in lines:
        write(f"  {line}")
    return 1 if found.lost or found.doubled else 0


async def main(language: Language = "en") -> int:
    """Play the tour to standard output, told in a language; returns the exit code."""
    logging.disable(logging.INFO)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        return await _play(Path(folder), _print, begun, words(language))


async def _play(folder: Path, write: Callable[[str], None], begun: float, w: Words) -> int:
    url = f"sqlite:///{folder / 'tour.db'}"
    await upgrade(url, copy_first=False)
    config = _config()
    apps: list[App] = []

    def make_bot(clock: Any) -> discord.Client:
        apps.append(App(config, Database(url, clock), clock))
        return apps[-1].bot

    async with Simulation(make_bot, start=BEGINS, expected=_EXPECTED, settle_seconds=60) as sim:
        stage = Stage(sim, apps, write, w)
        await play(stage)
        stage.tell()
        return summarise(stage, await delivered(stage), time.monotonic() - begun, write, w)


def _config() -> Config:
    config = load(None, {})
    # Every tick costs real time, and the alarm does without them: the tour would show it if it did not.
    return msgspec.structs.replace(config, scheduler=msgspec.structs.replace(config.scheduler, tick_seconds=86_400))


def _print(line: str) -> None:
    print(line, file=sys.stdout, flush=True)


def _marks(components: Any) -> list[str]:
    return [mark for button in controls(components) if (mark := mark_of(str(button["custom_id"])))]


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
