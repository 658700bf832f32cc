"""What was typed into a form or a command that was refused: kept for a day, so that nobody types it twice.

A form is known by its custom_id. Of each person's form only what was sent last is kept; once it is taken, that is
forgotten. What the form may do is checked when it is opened and when it is sent, as of any other.

A refused command is a draft with all its options; a form shows the texts among them, and gives the command anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.domain.choices import Named, OnlyPartFits, SeveralFit
from bot.domain.errors import NotAllowed, NotSetUp, StudyError, Thing, Unknown, cleaned
from bot.domain.groups import GroupNeeded
from bot.domain.series.values import SeriesEnded
from bot.domain.sessions.drafts import own_draft
from bot.domain.sessions.limits import SessionNotOpen
from bot.domain.topics.values import TopicNotOpen

if TYPE_CHECKING:
    from bot.domain.actors import Actor
    from bot.domain.uow import UnitOfWork, Units

KEPT = timedelta(days=1)
MOST_FIELDS = 5
"""Discord's limit of boxes and lists in a form."""
LONGEST_TEXT = 4000
"""Discord's limit of characters in a box."""
MOST_CHOSEN = 25
"""Discord's limit of entries in a list."""
_LONGEST_VALUE = 100

_TYPED: frozenset[Thing] = frozenset(["industry", "member", "channel"])
"""Things that people name in a form. What else is unknown has gone, and the form with it."""
_LASTING = (NotAllowed, NotSetUp, SessionNotOpen, SeriesEnded, TopicNotOpen)


class Filled(Struct, frozen=True):
    """A form as it was sent: what was `written` into each box and `chosen` from each list, by their keys."""

    written: Mapping[str, str]
    chosen: Mapping[str, tuple[str, ...]]

    def box(self, key: str) -> str:
        """What was written into this box; "" where nothing was, and where a form opened before an update lacks it."""
        return self.written.get(key, "")


class KeptForm(Struct, frozen=True):
    """What `member_id` typed into the form with this custom_id, and when it was sent last."""

    id: int
    guild_id: int
    member_id: int
    custom_id: str
    data: Filled
    sent_at: datetime


class SaidCommand(Struct, frozen=True):
    """A command as it was given: its whole name, what each option says, and which of them have a box, in order."""

    name: str
    options: Mapping[str, str | int]
    boxes: tuple[str, ...] = ()


class FormRepository(Protocol):
    """The refused forms of one community, none of them older than a day."""

    async def keep(self, member_id: int, custom_id: str, data: Filled) -> KeptForm:
        """Keep a form in the place of what this person last sent of it."""
        ...

    async def find(self, kept_id: int) -> KeptForm | None:
        """The one with this id."""
        ...

    async def find_sent(self, member_id: int, custom_id: str) -> KeptForm | None:
        """What this person last sent of this form, if it was refused."""
        ...

    async def forget(self, kept_id: int) -> None:
        """It is needed no more."""
        ...


def can_be_corrected(error: StudyError, boxes: Sequence[str] = ()) -> bool:
    """Whether the refusal may go away when something else is typed, or once something else was done first.

    `boxes` are the options that can be typed anew, where the form is a command's.
    """
    if isinstance(error, Unknown):
        return error.thing in _TYPED or error.thing in boxes
    return not isinstance(error, _LASTING)


def boxes_for(error: StudyError, options: Mapping[str, str | int], order: Sequence[str]) -> tuple[str, ...]:
    """The options of a refused command that its form has a box for, at most five of those that come first in `order`.

    The group, series or session has one only where the refusal is about it: what was chosen from a list is an id.
    """
    thing: Named | None = None
    if isinstance(error, SeveralFit | OnlyPartFits):
        thing = error.thing
    elif isinstance(error, GroupNeeded):
        thing = "group"
    elif isinstance(error, Unknown):
        thing = next((each for each in get_args(Named) if each == error.thing), None)
    about = (thing,) if thing else ()
    typed = (name for name in order if name in options and name not in get_args(Named))
    return (*about, *typed)[:MOST_FIELDS]


def storable(filled: Filled) -> Filled:
    """The form as far as Discord's own app sends one: whatever else comes is not its author's loss."""
    written = {key: cleaned(text)[:LONGEST_TEXT] for key, text in list(filled.written.items())[:MOST_FIELDS]}
    chosen = {
        key: tuple(cleaned(value)[:_LONGEST_VALUE] for value in values[:MOST_CHOSEN])
        for key, values in list(filled.chosen.items())[:MOST_FIELDS]
    }
    return Filled(written, chosen)


class FormService:
    """Keeps what was typed into refused forms, each for its author alone."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def keep(self, guild_id: int, actor: Actor, custom_id: str, filled: Filled) -> KeptForm:
        """Keep what the actor has just sent."""
        async with self._units(guild_id) as uow:
            return await uow.forms.keep(actor.member_id, custom_id, storable(filled))

    async def keep_command(
        self, guild_id: int, actor: Actor, said: SaidCommand, form: Callable[[int], str]
    ) -> KeptForm:
        """Keep a command that was refused; `form` tells from its draft's id the custom_id of the form that shows it."""
        options = {
            name: cleaned(value)[:LONGEST_TEXT] if isinstance(value, str) else value
            for name, value in said.options.items()
        }
        async with self._units(guild_id) as uow:
            data = msgspec.to_builtins(replace(said, options=options))
            draft = await uow.sessions.drafts.add(actor.member_id, "said", data)
            return await uow.forms.keep(actor.member_id, form(draft.id), Filled({}, {}))

    async def command(self, guild_id: int, actor: Actor, draft_id: int) -> SaidCommand:
        """The command that the actor gave and that was refused.

        Raises:
            Unknown: it was taken meanwhile, is more than a day old, or is another's.
        """
        async with self._units.reading(guild_id) as uow:
            return msgspec.convert((await own_draft(uow, actor, draft_id, "said")).data, SaidCommand)

    async def find(self, guild_id: int, actor: Actor, kept_id: int) -> KeptForm:
        """What the actor typed.

        Raises:
            Unknown: it was taken meanwhile, is more than a day old, or is another's.
        """
        async with self._units.reading(guild_id) as uow:
            return await _own(uow, actor, kept_id)

    async def taken(self, guild_id: int, actor: Actor, custom_id: str, draft_id: int = 0) -> None:
        """The form was taken as the actor sent it now: what was refused before is needed no more.

        Nor is the draft that it changed, if it changed one: its button may still stand above a refusal.
        """
        async with self._units.reading(guild_id) as uow:
            kept = await uow.forms.find_sent(actor.member_id, custom_id)
            draft = await uow.sessions.drafts.find(draft_id) if draft_id else None
        if kept is None and draft is None:
            return
        async with self._units(guild_id) as uow:
            if kept is not None:
                await uow.forms.forget(kept.id)
            if draft is not None and draft.member_id == actor.member_id:
                await uow.sessions.drafts.remove(draft.id)


async def _own(uow: UnitOfWork, actor: Actor, kept_id: int) -> KeptForm:
    kept = await uow.forms.find(kept_id)
    if kept is None or kept.member_id != actor.member_id:
        raise Unknown("draft", str(kept_id))
    return kept
