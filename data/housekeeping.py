"""Housekeeping: what has served its time goes, a little in each transaction so that nobody waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, delete, exists, select, update

from bot.domain.forms import KEPT as FORMS_KEPT
from bot.domain.posts import FINAL, PostState
from bot.domain.profiles import INTRODUCTION
from bot.domain.questions.values import QuestionState
from bot.domain.sessions import SessionState
from bot.domain.steps import StepState
from data.connections import Connections
from data.forms import kept_forms
from data.guests import guests
from data.posts import posts
from data.profiles import profiles
from data.question_box import lecture_questions
from data.question_files import question_files
from data.questions import questions
from data.reminders import pings
from data.rotation import unavailabilities
from data.sessions import sessions
from data.steps import steps
from data.takeaways import follow_ups

KEPT = timedelta(days=90)
"""How long finished rows are kept: longer than any message about them is of interest, but for introductions."""
AT_ONCE = 500
"""Rows deleted in one transaction."""


async def sweep(connections: Connections, now: datetime) -> int:
    """Delete what has served its time.

    What is older than 90 days of finished posts and steps, pings, absences, and of what people had for lecturers; and
    what was typed into refused forms and questions. Of a guest, 90 days after their session, its record keeps the name,
    affiliation and topic; what was told about them and their fee goes, and all of it if the session was cancelled.

    Returns how many rows went, or were emptied.
    """
    before = now - KEPT
    finished = [state.value for state in StepState if state is not StepState.PLANNED]
    old: list[tuple[Table, ColumnElement[bool]]] = [
        (posts, posts.c.state.in_([state.value for state in FINAL]) & (posts.c.expires_at < before) & ~_introduces()),
        (steps, steps.c.state.in_(finished) & (steps.c.finished_at < before)),
        (pings, pings.c.at < before),
        (unavailabilities, unavailabilities.c.until < before),
        (lecture_questions, lecture_questions.c.session_id.in_(_begun(before))),
        (follow_ups, follow_ups.c.pressed_at < before),
        (guests, guests.c.session_id.in_(_begun(before).where(sessions.c.state == SessionState.CANCELLED.value))),
        (kept_forms, kept_forms.c.sent_at < now - FORMS_KEPT),
        # A draft's file goes before the draft.
        (question_files, question_files.c.question_id.in_(_old_drafts(now - FORMS_KEPT))),
        (questions, questions.c.id.in_(_old_drafts(now - FORMS_KEPT))),
    ]
    total = 0
    for table, condition in old:
        while gone := await _some(connections, table, condition):
            total += gone
    told = guests.c.session_id.in_(_begun(before)) & ((guests.c.bio != "") | (guests.c.fee != ""))
    while emptied := await _some(connections, guests, told, bio="", fee=""):
        total += emptied
    return total


async def _some(connections: Connections, table: Table, condition: Any, **emptied: str) -> int:
    """Delete some of these rows, or only write over these columns of theirs; returns how many."""
    chosen = table.c.id.in_(select(table.c.id).where(condition).limit(AT_ONCE))
    act = update(table).where(chosen).values(**emptied) if emptied else delete(table).where(chosen)
    async with connections.writing() as connection:
        return (await connection.execute(act)).rowcount


def _begun(before: datetime) -> Select[int]:
    """The ids of the sessions that began before this."""
    return select(sessions.c.id).where(sessions.c.starts_at < before)


def _old_drafts(before: datetime) -> Select[int]:
    """The ids of the questions that nobody has posted since then."""
    of = questions.c
    return select(of.id).where(of.state == QuestionState.DRAFT.value, of.asked_at < before)


def _introduces() -> ColumnElement[bool]:
    """Whether a post introduces somebody who is still there: they are told where it stands, however long it is ago."""
    owner = exists().where(profiles.c.guild_id == posts.c.guild_id, profiles.c.id == posts.c.subject_id)
    return (posts.c.kind == INTRODUCTION) & (posts.c.state == PostState.SENT.value) & owner
