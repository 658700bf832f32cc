"""How a question comes to the forum: read, kept while its author has not decided, and posted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.domain import industries
from bot.domain.errors import InvalidText, Unknown, cleaned, require_text
from bot.domain.questions.circle import circle, require_writing
from bot.domain.questions.files import QuestionFile, called, neutral_name
from bot.domain.questions.finding import AlikeFound, Hit, alike
from bot.domain.questions.indexing import indexed
from bot.domain.questions.reading import Looking, post_of, seen
from bot.domain.questions.values import (
    LONGEST_DETAILS,
    LONGEST_KEPT,
    LONGEST_QUESTION,
    LONGEST_TOPIC,
    QUESTION,
    SMALL_CIRCLE,
    TAGS,
    AlreadyAsked,
    Asked,
    MayBeGuessed,
    NewQuestion,
    NoForum,
    Question,
    QuestionState,
    Source,
)
from bot.domain.restrictions import require_free
from bot.domain.sessions import optional_text

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.industries import Industry, Vocabulary
    from bot.domain.questions.asks import Begun
    from bot.domain.uow import UnitOfWork, Units


PostedHook = Callable[["UnitOfWork", Question], Awaitable["Begun | None"]]
"""A feature's part in a question that was just posted, run in the same transaction; what its asker is to read of it."""


class AskingService:
    """Takes questions. `vocabulary` gives what the industries are called, in all languages."""

    def __init__(
        self, units: Units, clock: Clock, vocabulary: Looking[Vocabulary], on_posted: Sequence[PostedHook] = ()
    ) -> None:
        self._units = units
        self._clock = clock
        self._vocabulary = vocabulary
        self._on_posted = tuple(on_posted)

    async def ask(
        self,
        guild_id: int,
        actor: Actor,
        new: NewQuestion,
        draft_id: int = 0,
        *,
        shown: bool = False,
        file: QuestionFile | None = None,
    ) -> Asked | MayBeGuessed | AlikeFound:
        """Post a question, instead of the draft that it was; or keep it until its author has looked at something first.

        That are answered questions like it, but for those that were `shown` with the draft; and, to an anonymous one,
        how few may have asked it, and what a file may tell. A `file` takes the place of the draft's.

        Raises:
            NoForum: there is no place for questions that the actor can see.
            MayNotWrite: the actor may not write there themselves.
            Restricted: the actor is kept from asking.
            InvalidText: a text is empty or too long.
            Unknown: the industry is none, or the draft is another's or was posted meanwhile.
        """
        async with self._units(guild_id) as uow:
            question = replace(await self._read(uow, actor, new), id=draft_id)
            before = await _own_draft(uow, actor, draft_id) if draft_id else None
            known = await alike(uow, actor, before) if before is not None and shown else ()
            hits = await alike(uow, actor, question, [hit.view.question.id for hit in known])
            people = await circle(uow, actor, question.channel_id, self._clock) if new.anonymous else SMALL_CIRCLE
            few = people if people < SMALL_CIRCLE else 0
            tells = new.anonymous and (file is not None or bool(await uow.question_files.name(draft_id)))
            if hits:
                return AlikeFound((await _keep(uow, question, file)).id, hits, few, tells)
            if few or tells:
                return MayBeGuessed((await _keep(uow, question, file)).id, few, tells)
            return await self._post(uow, question, file)

    async def drop(self, guild_id: int, actor: Actor, draft_id: int) -> tuple[Hit, ...]:
        """Forget a draft that was answered already; returns what answered it.

        Raises:
            Unknown: it is another's, or was posted or forgotten meanwhile.
        """
        async with self._units(guild_id) as uow:
            draft = await _own_draft(uow, actor, draft_id)
            hits = await alike(uow, actor, draft)
            await uow.question_files.remove(draft_id)
            await uow.questions.drop(draft_id)
            return hits

    async def confirm(self, guild_id: int, actor: Actor, draft_id: int, *, bare: bool = False) -> Asked:
        """Post a draft as it is, whoever may guess its author; `bare`: without its file.

        Raises:
            Unknown: it is another's, or was posted or forgotten meanwhile. Else as `ask`.
        """
        async with self._units(guild_id) as uow:
            draft = await _own_draft(uow, actor, draft_id)
            question = await self._read(uow, actor, as_written(draft))
            if bare:
                await uow.question_files.remove(draft_id)
            return await self._post(uow, replace(question, id=draft_id))

    async def keep(
        self, guild_id: int, actor: Actor, new: NewQuestion, draft_id: int = 0, file: QuestionFile | None = None
    ) -> int:
        """Keep a refused question for its author for a day, in the place of the draft that it was; returns its id."""
        async with self._units(guild_id) as uow:
            if draft_id:
                old = await uow.questions.find(draft_id)
                draft_id = draft_id if old is not None and _is_draft_of(old, actor) else 0
            texts = (cleaned(each)[:LONGEST_KEPT] for each in (new.text, new.details, new.industry, new.topic))
            question = self._new(actor, NewQuestion(*texts, anonymous=new.anonymous))
            return (await _keep(uow, replace(question, id=draft_id), file)).id

    async def draft(self, guild_id: int, actor: Actor, draft_id: int) -> tuple[NewQuestion, Industry | None]:
        """What the actor has written and not posted, and the industry if it was understood.

        Raises:
            Unknown: it is another's, or was posted or forgotten meanwhile.
        """
        async with self._units.reading(guild_id) as uow:
            new = as_written(await _own_draft(uow, actor, draft_id))
            try:
                return new, await self._industry(uow, new.industry)
            except Unknown:
                return new, None

    async def industry_key(self, guild_id: int, text: str) -> str:
        """The key of the industry that is meant; "" if none is given.

        Raises:
            Unknown: there is none.
        """
        async with self._units.reading(guild_id) as uow:
            industry = await self._industry(uow, text)
        return "" if industry is None else industry.key

    async def require_room(self, guild_id: int, actor: Actor) -> None:
        """Raise as `ask` would, whatever is asked."""
        async with self._units.reading(guild_id) as uow:
            await self._require_room(uow, actor)

    # What is asked for somebody's message; see `bot.domain.questions.converting`

    async def require_room_in(self, uow: UnitOfWork, actor: Actor) -> int:
        """The channel in which the actor's question would stand.

        Raises:
            NoForum, Restricted: as `ask`.
        """
        return await self._require_room(uow, actor)

    async def kept(self, uow: UnitOfWork, actor: Actor, new: NewQuestion, source: Source) -> int:
        """Keep what the actor wrote in a message as a draft; returns its id."""
        return (await _keep(uow, source.of(self._new(actor, new)))).id

    async def post(self, uow: UnitOfWork, actor: Actor, new: NewQuestion, source: Source) -> Asked:
        """Post what the actor wrote in a message.

        Raises:
            NoForum, Restricted, InvalidText, Unknown: as `ask`.
        """
        return await self._post(uow, source.of(await self._read(uow, actor, new)))

    async def _require_room(self, uow: UnitOfWork, actor: Actor) -> int:
        """The channel in which the actor's question would stand."""
        channel_id = (await uow.communities.get()).questions_channel
        if not channel_id or not actor.sees(channel_id):
            raise NoForum
        require_writing(actor, channel_id)
        now = self._clock.now()
        await require_free(uow, actor.member_id, "asking", now, now, actor.member_id)
        return channel_id

    async def _read(self, uow: UnitOfWork, actor: Actor, new: NewQuestion) -> Question:
        channel_id = await self._require_room(uow, actor)
        new = replace(
            new,
            text=require_text("question", new.text, LONGEST_QUESTION),
            details=optional_text("details", new.details, LONGEST_DETAILS),
            topic=optional_text("topic", new.topic, LONGEST_TOPIC),
        )
        industry = await self._industry(uow, new.industry)
        new = replace(new, industry="" if industry is None else industry.key)
        return replace(self._new(actor, new), channel_id=channel_id, state=QuestionState.OPEN)

    async def _industry(self, uow: UnitOfWork, text: str) -> Industry | None:
        """The one industry that is meant; nobody adds one by asking it something."""
        typed = cleaned(text)
        if not typed:
            return None
        try:
            (found,) = await industries.read(uow, [typed], self._vocabulary())
        except InvalidText:
            raise Unknown("industry", typed[:100]) from None
        if not found.key:
            raise Unknown("industry", typed[:100])
        return found

    def _new(self, actor: Actor, new: NewQuestion) -> Question:
        now = self._clock.now()
        return Question(
            id=0,
            asker_id=actor.member_id,
            anonymous=new.anonymous,
            text=new.text,
            details=new.details,
            industry=new.industry,
            topic=new.topic,
            channel_id=0,
            state=QuestionState.DRAFT,
            reason="",
            asked_at=now,
            last_active_at=now,
        )

    async def _post(self, uow: UnitOfWork, question: Question, file: QuestionFile | None = None) -> Asked:
        question = await _sourced(uow, question)
        if question.anonymous:
            # A link to the message would tell who wrote it.
            question = Source(0, 0, "").of(question)
        if question.source_message and (same := await uow.questions.of_message(question.source_message)):
            raise AlreadyAsked(await post_of(uow, same.id))
        if question.id:
            await uow.questions.store(question)
        else:
            question = await uow.questions.add(question)
        await _with_file(uow, question, file)
        await uow.mirrors.want(QUESTION, question.id, parent_id=question.channel_id)
        await indexed(uow, question)
        # An industry that nobody was asked about before may need its tag.
        await uow.mirrors.want(TAGS, question.channel_id, parent_id=question.channel_id)
        await record(uow, "question.post", question, question.asker_id, {"anonymous": question.anonymous})
        begun = [await hook(uow, question) for hook in self._on_posted]
        found = next((each for each in begun if each is not None), None)
        return Asked((await seen(uow, [question]))[0], found, await uow.question_files.is_kept(question.id))


def as_written(question: Question) -> NewQuestion:
    """A draft as its author wrote it; an industry that was understood, as an entry of a list."""
    known = question.industry in industries.DIVISIONS or industries.own_id(question.industry)
    industry = f"#{question.industry}" if known else question.industry
    said = bool(question.source_message)
    return NewQuestion(question.text, question.details, industry, question.topic, question.anonymous, said)


async def record(uow: UnitOfWork, action: str, question: Question, actor_id: int, after: dict[str, object]) -> None:
    """Leave an audit row; it does not know who asks anonymously."""
    hidden = question.anonymous and actor_id == question.asker_id
    await uow.record(action, None if hidden else actor_id, f"question:{question.id}", after=after)


async def _sourced(uow: UnitOfWork, question: Question) -> Question:
    """The question with the message that its draft was."""
    before = await uow.questions.find(question.id) if question.id else None
    if before is None:
        return question
    return Source(before.source_channel, before.source_message, before.source_text).of(question)


async def _keep(uow: UnitOfWork, question: Question, file: QuestionFile | None = None) -> Question:
    draft = replace(await _sourced(uow, question), state=QuestionState.DRAFT)
    if draft.id:
        await uow.questions.store(draft)
    else:
        draft = await uow.questions.add(draft)
    await _with_file(uow, draft, file)
    return draft


async def _with_file(uow: UnitOfWork, question: Question, file: QuestionFile | None) -> None:
    """Keep the file that comes with it, or the one that it has, under a name that tells no more than it may."""
    if file is not None:
        await uow.question_files.put(question.id, called(file, anonymous=question.anonymous))
    elif question.anonymous and (name := await uow.question_files.name(question.id)):
        await uow.question_files.rename(question.id, neutral_name(name))


async def _own_draft(uow: UnitOfWork, actor: Actor, draft_id: int) -> Question:
    found = await uow.questions.find(draft_id)
    if found is None or not _is_draft_of(found, actor):
        raise Unknown("draft", str(draft_id))
    return found


def _is_draft_of(question: Question, actor: Actor) -> bool:
    return question.state is QuestionState.DRAFT and question.asker_id == actor.member_id
