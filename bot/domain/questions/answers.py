"""The answers that were accepted: which messages of a question's thread they are, and what was added to them since."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from msgspec import Struct

LONGEST_ANSWER = 4000
"""Characters of an accepted message that are kept: as many as a message of Discord's can have."""
LONGEST_ADDITION = 200
"""Characters of a correction or source."""
MOST_ANSWERS = 3
"""Answers of one question that are accepted at one time: all of them are shown on top."""
MOST_ADDITIONS = 3
"""Corrections and sources of one answer."""


class Answer(Struct, frozen=True):
    """A message in a question's thread (`channel_id`) that was accepted.

    `author_id` is who said it (0: no longer known). With `by_asker` it is whoever asked the question without their
    name, through the bot; who that is stands in the question alone. `text` is what it said when it was accepted, ""
    where the bot could not read it. `accepted_by` 0: whoever asked without their name, or somebody no longer known.
    """

    id: int
    question_id: int
    channel_id: int
    message_id: int
    author_id: int
    by_asker: bool
    text: str
    accepted_by: int
    accepted_at: datetime


class Addition(Struct, frozen=True):
    """A correction or a source that was added to an answer; `by_asker` and `member_id` 0 as with an answer."""

    id: int
    answer_id: int
    member_id: int
    by_asker: bool
    text: str
    added_at: datetime


class AnswerRepository(Protocol):
    """The accepted answers of one community."""

    async def add(self, answer: Answer) -> Answer:
        """Write a new one; returns it with its id."""
        ...

    async def store(self, answer: Answer) -> None:
        """Write it as it is now."""
        ...

    async def remove(self, answer: Answer) -> None:
        """Forget it, and what was added to it."""
        ...

    async def find(self, answer_id: int) -> Answer | None:
        """The one with this id."""
        ...

    async def of_message(self, message_id: int) -> Answer | None:
        """The one that this message is."""
        ...

    async def of_questions(self, question_ids: Collection[int]) -> dict[int, list[Answer]]:
        """Those of these questions, by the question's id, in order of acceptance; none: left out."""
        ...

    async def of_author(self, member_id: int) -> list[Answer]:
        """All that this person gave, in order of acceptance."""
        ...

    async def number_of(self, member_id: int, channels: Collection[int]) -> int:
        """How many answers this person gave to questions in these forums."""
        ...

    async def add_addition(self, addition: Addition) -> Addition:
        """Write a correction or source; returns it with its id."""
        ...

    async def addition(self, addition_id: int) -> Addition | None:
        """The one with this id."""
        ...

    async def remove_addition(self, addition: Addition) -> None:
        """Forget it."""
        ...

    async def additions(self, answer_ids: Collection[int]) -> dict[int, list[Addition]]:
        """What was added to these answers, by the answer's id, oldest first."""
        ...
