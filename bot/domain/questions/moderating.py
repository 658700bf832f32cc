"""What moderators do about questions: close, hide, move and merge them, and learn who asked one, for a stated reason.

What can't be taken back is shown first: to hide a question (what others wrote in its thread goes), and to reveal who
asked. All is recorded with the moderator as actor, also where they asked the question themselves: that does not tell
it. Who may not ask any more is restricted in `bot.domain.restricting`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import StudyError, Unknown
from bot.domain.questions.files import lost_file
from bot.domain.questions.hiding import Hidden, bring_back, forget, hide
from bot.domain.questions.indexing import indexed
from bot.domain.questions.news import log, tell_asker
from bot.domain.questions.reading import for_actor, id_of, named
from bot.domain.questions.values import (
    CLOSED,
    LONGEST_REASON,
    QUESTION,
    REVEALED,
    TAGS,
    ClosedAlready,
    OwnQuestion,
    Question,
    QuestionState,
)
from bot.domain.restrictions import AskerUnknown
from bot.domain.sessions import optional_text, own_draft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.questions.life import ClosedHook
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork, Units

Action = Literal["close", "hide", "move", "merge", "restrict", "reveal"]
Option = Literal["into", "industry", "until", "reason"]
Shown = Literal["hide", "reveal"]
"""What is shown before it is done."""
_DRAFT = "moderate"
_NEEDS: Mapping[Action, Option] = {"move": "industry", "merge": "into", "reveal": "reason"}
_TAKES: Mapping[Action, frozenset[Option]] = {
    "close": frozenset({"reason"}),
    "hide": frozenset({"reason"}),
    "move": frozenset({"industry", "reason"}),
    "merge": frozenset({"into", "reason"}),
    "restrict": frozenset({"until", "reason"}),
    "reveal": frozenset({"reason"}),
}


class Preview(Struct, frozen=True):
    """What is shown before a question is hidden, or who asked it revealed; `log_channel` 0: there is none."""

    act: Shown
    draft_id: int
    question: Question
    reason: str
    log_channel: int


class Revealed(Struct, frozen=True):
    """Who asked a question: for the moderator alone."""

    question: Question
    asker_id: int


class Back(Struct, frozen=True):
    """A question was brought back; `without_file`: it had one, which is lost."""

    own: OwnQuestion
    without_file: bool


class QuestionOutOfSight(StudyError):
    """No question called `name` exists for the moderator: there is none, or it stands where they can't look."""

    name: str


class OptionMissing(StudyError):
    """This action needs this option of the command."""

    action: Action
    option: Option


class OptionNotTaken(StudyError):
    """This action has no use for this option of the command."""

    action: Action
    option: Option


class AskedByName(StudyError):
    """Everybody can read who asked the question: `member_id`."""

    member_id: int


class SameIndustry(StudyError):
    """The question is put to that industry already."""

    text: str


class MergeCircle(StudyError):
    """A question can't be closed for itself, nor for one that was closed for it."""

    text: str


def check_options(action: Action, given: Collection[Option]) -> None:
    """Raise if an option is missing, or given where it would do nothing.

    Raises:
        OptionMissing, OptionNotTaken: of the options `into`, `industry`, `until` and `reason`.
    """
    if (needed := _NEEDS.get(action)) and needed not in given:
        raise OptionMissing(action, needed)
    for option in sorted(given):
        if option not in _TAKES[action]:
            raise OptionNotTaken(action, option)


async def moderated(uow: UnitOfWork, actor: Actor, text: str, *, also_hidden: bool = False) -> Question:
    """The question that a moderator means; `also_hidden`: one that was hidden counts, too, by its id.

    Raises:
        NotAllowed: the actor is not a moderator.
        QuestionOutOfSight: there is none that they can see.
    """
    actor.require_moderator()
    found = await uow.questions.find(id_of(text)) if also_hidden and id_of(text) else None
    if found is not None and found.state is QuestionState.HIDDEN and actor.sees(found.channel_id):
        return found
    try:
        return await named(uow, actor, text)
    except Unknown:
        raise QuestionOutOfSight(text[:100]) from None


class ModeratingService:
    """Acts on questions for moderators. A question is named by its words, or by its id as text."""

    def __init__(self, units: Units, clock: Clock, on_closed: Sequence[ClosedHook] = ()) -> None:
        self._units = units
        self._clock = clock
        self._on_closed = tuple(on_closed)

    async def close(self, guild_id: int, actor: Actor, text: str, reason: str = "") -> OwnQuestion:
        """Close a question without an answer; who asked it is told.

        Raises:
            NotAllowed, QuestionOutOfSight: as `moderated`.
            ClosedAlready: it is closed, solved or not.
            InvalidText: the reason is too long.
        """
        reason = optional_text("reason", reason, LONGEST_REASON)
        async with self._units(guild_id) as uow:
            question = await moderated(uow, actor, text)
            if question.state in CLOSED:
                # One that is solved would say that it has no answer, above its answers.
                raise ClosedAlready(question.text)
            return await self._change(uow, actor, question, self._closed(question, reason), "close", reason)

    async def merge(self, guild_id: int, actor: Actor, text: str, into: str, reason: str = "") -> OwnQuestion:
        """Close a question with a link to another that is the same; who asked it is told.

        One that was closed for yet another question itself leads there.

        Raises:
            MergeCircle: it is the same one, or was closed for this one. Else as `close`.
        """
        reason = optional_text("reason", reason, LONGEST_REASON)
        async with self._units(guild_id) as uow:
            question = await moderated(uow, actor, text)
            other = await self._end_of(uow, question, await moderated(uow, actor, into))
            if question.merged_into == other.id and question.state is QuestionState.CLOSED:
                raise ClosedAlready(question.text)
            merged = self._closed(question, reason, other.id)
            return await self._change(uow, actor, question, merged, "merge", reason)

    async def move(self, guild_id: int, actor: Actor, text: str, industry: str, reason: str = "") -> OwnQuestion:
        """Put a question to another industry (its key); its post and the forum's tags follow.

        Raises:
            SameIndustry: it is put to that one. Else as `close`.
        """
        reason = optional_text("reason", reason, LONGEST_REASON)
        async with self._units(guild_id) as uow:
            question = await moderated(uow, actor, text)
            if question.industry == industry:
                raise SameIndustry(question.text)
            return await self._change(uow, actor, question, replace(question, industry=industry), "move", reason)

    async def propose(self, guild_id: int, actor: Actor, text: str, act: Shown, reason: str = "") -> Preview:
        """Show what hiding a question, or revealing who asked it, means; nothing happens before it is confirmed.

        Raises:
            AskedByName: who asked is to be revealed, and everybody can read it. Else as `close`.
        """
        reason = optional_text("reason", reason, LONGEST_REASON)
        if act == "reveal" and not reason:
            raise OptionMissing("reveal", "reason")
        async with self._units(guild_id) as uow:
            question = await moderated(uow, actor, text, also_hidden=act == "reveal")
            if act == "reveal" and not question.anonymous:
                raise AskedByName(question.asker_id)
            data = {"act": act, "reason": reason}
            draft = await uow.sessions.drafts.add(actor.member_id, _DRAFT, data, question.id)
            return Preview(act, draft.id, question, reason, (await uow.communities.get()).log_channel)

    async def confirm(self, guild_id: int, actor: Actor, draft_id: int) -> Hidden | Revealed:
        """Do what was shown; who asked is told.

        Raises:
            Unknown: it was done already, is more than a day ago, or was another's.
            AskerUnknown: who asked is no longer known. Else as `close`.
        """
        actor.require_moderator()
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, _DRAFT)
            act: Shown = draft.data["act"]
            question = await moderated(uow, actor, str(draft.subject_id), also_hidden=act == "reveal")
            await uow.sessions.drafts.remove(draft.id)
            reason, now = draft.data["reason"], self._clock.now()
            if act == "hide":
                hidden = await hide(uow, actor, question, reason, now)
                await self._end(uow, hidden.question)
                return hidden
            if not question.asker_id:
                raise AskerUnknown
            # Who asked is in neither: who reads the log later must not learn it by that.
            after = {"reason": reason}
            await uow.record(REVEALED, actor.member_id, f"question:{question.id}", after=after)
            await log(uow, question, "reveal", actor, now, reason)
            await tell_asker(uow, question, "reveal", actor, now, reason)
            return Revealed(question, question.asker_id)

    async def keep(self, guild_id: int, actor: Actor, draft_id: int) -> Shown:
        """Leave everything as it is; returns what was not done.

        Raises:
            Unknown: as `confirm`.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, _DRAFT)
            await uow.sessions.drafts.remove(draft.id)
            return draft.data["act"]

    async def unhide(self, guild_id: int, actor: Actor, question_id: int) -> Back:
        """Bring a hidden question back, whoever hid it.

        Raises:
            NotAllowed: the actor is not a moderator.
            QuestionOutOfSight: there is no such question for them.
            NotHidden: somebody was first, or its texts have gone.
        """
        actor.require_moderator()
        async with self._units(guild_id) as uow:
            question = await uow.questions.find(question_id)
            if question is None or question.state is QuestionState.DRAFT or not actor.sees(question.channel_id):
                raise QuestionOutOfSight(str(question_id))
            back = await bring_back(uow, actor, question, self._clock.now())
            return Back(await for_actor(uow, actor, back), await lost_file(uow, back.id))

    async def named_asker(self, guild_id: int, actor: Actor, text: str) -> int:
        """Who asked a question with their name; 0: without it, or they are no longer known.

        Raises:
            NotAllowed, QuestionOutOfSight: as `moderated`.
        """
        async with self._units.reading(guild_id) as uow:
            question = await moderated(uow, actor, text, also_hidden=True)
            return 0 if question.anonymous else question.asker_id

    async def forget(self, uow: UnitOfWork, step: Step) -> None:
        """A question has been hidden for so long that its texts go."""
        await forget(uow, step, self._clock.now())

    def _closed(self, question: Question, reason: str, into: int = 0) -> Question:
        closed = replace(question, state=QuestionState.CLOSED, reason=reason, closed_at=self._clock.now())
        return replace(closed, merged_into=into)

    async def _end_of(self, uow: UnitOfWork, question: Question, other: Question) -> Question:
        """Where the other question leads, itself or the one it was closed for."""
        found: Question | None = other
        passed = {question.id}
        while found is not None and found.id not in passed:
            passed.add(found.id)
            if not found.merged_into or found.state is not QuestionState.CLOSED:
                return found
            found = await uow.questions.find(found.merged_into)
        raise MergeCircle(question.text)

    async def _change(
        self,
        uow: UnitOfWork,
        actor: Actor,
        before: Question,
        after: Question,
        act: Literal["close", "merge", "move"],
        reason: str,
    ) -> OwnQuestion:
        after = replace(after, last_active_at=self._clock.now())
        await uow.questions.store(after)
        await indexed(uow, after)
        await uow.mirrors.refresh(QUESTION, after.id)
        changed = ("state", "industry", "merged_into")
        old, new = ({name: getattr(each, name) for name in changed} for each in (before, after))
        differing = [name for name in changed if old[name] != new[name]]
        await self._end(uow, after)
        if "industry" in differing:
            await uow.mirrors.want(TAGS, after.channel_id, parent_id=after.channel_id)
        old, new = ({name: each[name] for name in differing} for each in (old, new))
        await uow.record(f"question.{act}", actor.member_id, f"question:{after.id}", old, new)
        if act != "move":
            await tell_asker(uow, after, act, actor, self._clock.now(), reason)
        return await for_actor(uow, actor, after)

    async def _end(self, uow: UnitOfWork, question: Question) -> None:
        """What goes on only while a question is open ends with it."""
        for hook in () if question.is_open else self._on_closed:
            await hook(uow, question)
