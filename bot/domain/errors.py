"""What a person can get wrong, as data.

    StudyError
    ├── InvalidText        a text is empty or too long
    ├── NotAllowed         the caller lacks the role that an act needs; the answer names who may
    ├── NotSetUp           the community has not run /setup yet
    ├── Unknown            a thing named by the caller does not exist for them
    └── ...                each feature defines its own beside its rules

An error carries facts, never sentences: `bot/rendering/errors.py` says them in the reader's language, and a test
proves that it can say every one of them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from inspect import Parameter, Signature, get_annotations
from typing import Any, Literal, Self, dataclass_transform

Role = Literal[
    "moderator",
    "organizer",
    "any_organizer",
    "host",
    "lecturer",
    "asker",
    "author",
    "member",
    "proposer",
    "partner",
]
Thing = Literal[
    "group",
    "series",
    "session",
    "industry",
    "channel",
    "member",
    "step",
    "post",
    "draft",
    "choice",
    "offer",
    "button",
    "question",
    "topic",
    "spinoff",
    "answer",
]

_UNWRITABLE = "[\x00\ud800-\udfff]"
"""PostgreSQL takes no NUL, and nothing that is UTF-8 takes half of a surrogate pair."""
_BLANK = frozenset(["Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"])
"""Unicode's categories of what is not seen by itself: controls, joiners, blanks, and marks without a letter."""
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that Unicode takes for letters, marks or symbols, and that show nothing; see `cleaned`."""


@dataclass_transform(eq_default=False)
class StudyError(Exception):
    """The user's mistake or bad luck. A subclass declares the facts that say what happened, as a dataclass does.

    It is none, since that writes an `__init__` for each whenever the bot starts, and few of them are ever raised.
    """

    def __init__(self, *values: Any, **named: Any) -> None:
        """The facts in the order of their declaration, or by name."""
        facts = _facts(type(self)).bind(*values, **named)
        facts.apply_defaults()
        super().__init__(*facts.args)
        vars(self).update(facts.arguments)

    @classmethod
    def fields(cls) -> tuple[str, ...]:
        """The names of the facts."""
        return tuple(_facts(cls).parameters)

    def but(self, **changed: Any) -> Self:
        """The same error with other facts."""
        return type(self)(**{name: getattr(self, name) for name in self.fields()} | changed)


@cache
def _facts(kind: type[StudyError]) -> Signature:
    found: dict[str, Parameter] = {}
    for each in reversed(kind.__mro__):
        for name in get_annotations(each):
            default = vars(each).get(name, Parameter.empty)
            found[name] = Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=default)
    return Signature(list(found.values()))


class InvalidText(StudyError):
    """A text for `field` (an option's name) has `length` characters; 1 to `limit` are allowed."""

    field: str
    length: int
    limit: int


class InvalidNumber(StudyError):
    """A number for `field` is outside `least`..`most`."""

    field: str
    value: int
    least: int
    most: int


class NotAllowed(StudyError):
    """The caller is none of `who`, who alone may do this."""

    who: tuple[Role, ...]


class NotSetUp(StudyError):
    """The community has not been set up; a moderator has to run /setup first."""


class Unknown(StudyError):
    """No `thing` called `name` exists for this caller (it may exist for others: the answer is the same).

    A "choice" is one answer to a question whose other answers may still be given; it is answered as a "draft" is.
    `near`: what is there and is called nearly so.
    """

    thing: Thing
    name: str
    near: tuple[str, ...] = ()


class NotAPerson(StudyError):
    """The member chosen is a bot, where a person is meant."""

    member_id: int


def cleaned(text: str) -> str:
    """The text without outer blanks, and without what can't be stored: NUL and halves of characters.

    Empty, if nothing in it can be seen.
    """
    clean = re.sub(_UNWRITABLE, "", text).strip()
    return clean if any(map(_shows, clean)) else ""


def _shows(character: str) -> bool:
    """Whether something is seen of this character alone: not of blanks, joiners, marks and variation selectors."""
    return unicodedata.category(character) not in _BLANK and character not in _UNSEEN


def check_text(field: str, text: str | None, limit: int) -> str | None:
    """The text, cleaned; None stays None.

    Raises:
        InvalidText: it is empty or longer than `limit` characters.
    """
    if text is None:
        return None
    clean = cleaned(text)
    if not 1 <= len(clean) <= limit:
        raise InvalidText(field, len(clean), limit)
    return clean


def require_text(field: str, text: str, limit: int) -> str:
    """As `check_text`, for a text that must be there."""
    clean = check_text(field, text, limit)
    assert clean is not None
    return clean


def check_number(field: str, value: int | None, least: int, most: int) -> int | None:
    """The number, or None.

    Raises:
        InvalidNumber: it is outside `least`..`most`.
    """
    if value is not None and not least <= value <= most:
        raise InvalidNumber(field, value, least, most)
    return value
