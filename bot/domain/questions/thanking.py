"""Thanks by topic: given to whoever said something in a question's thread, taken back, and told in private.

Anybody who sees the thread may thank anybody who said something there but themselves; once for each topic. What an
answer is accepted for is thanked, too. Who asked without their name thanks without it. The thanked hear of it once,
silently and of all at the same time: a quarter of an hour is left to think again.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.bundling import quarter_end
from bot.domain.errors import StudyError, Unknown, require_text
from bot.domain.members import dm_readers
from bot.domain.posts import NewPost, PostState, next_revision
from bot.domain.questions.asking import record
from bot.domain.questions.gratitude import MOST_TOPICS, Gratitude, topic_key
from bot.domain.questions.indexing import indexed
from bot.domain.questions.reading import seen, visible
from bot.domain.questions.speaking import Message, question_of, said_by
from bot.domain.questions.thanked import forget_unthanked, keep
from bot.domain.questions.values import LONGEST_TOPIC, QUESTION, UNSEEN
from bot.domain.quiet import plan_in_peace
from bot.domain.readers import for_its_reader, reader_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.industries import Industry
    from bot.domain.posts import Post
    from bot.domain.questions.speaking import Message
    from bot.domain.questions.values import Question
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork, Units

    TopicOf = Callable[[UnitOfWork, Question], Awaitable[str]]

TELL = "tell_thanks"
"""The step in which those are told who were thanked in a question's thread; its subject is the question."""
THANKED = "thanked"
"""The post that tells one of them."""
LIVES = timedelta(days=7)
"""So long it is worth saying."""


class ThanksToOneself(StudyError):
    """Nobody thanks themselves."""


class NobodyToThank(StudyError):
    """It was said by whoever asked without their name: thanks would lead to them."""


class ThankedAlready(StudyError):
    """The actor has thanked this person for the topic in this thread."""

    member_id: int
    topic: str


class ThankedEnough(StudyError):
    """The actor has thanked this person for so many topics in this thread; `most` are allowed."""

    member_id: int
    most: int


class Thanking(Struct, frozen=True):
    """Whom somebody is about to thank, and the topic that suggests itself ("": none)."""

    question: Question
    message_id: int
    member_id: int
    topic: str


class Thanked(Struct, frozen=True):
    """Thanks that were given. `told`: they are told of it; else they take no such messages."""

    question: Question
    gratitude: Gratitude
    told: bool


class GivenThanks(Struct, frozen=True):
    """What somebody is told: their `accepted` answers to a question, and for which topics they were thanked by whom.

    `thanks` are topics, each with who thanked for it by name, and whether the asker without their name did, too.
    `reader` is set where it stands in their private thread.
    """

    question: Question
    guild_id: int
    thread_id: int
    accepted: int
    thanks: tuple[tuple[str, tuple[int, ...], bool], ...]
    reader: int


class ThankingService:
    """Takes thanks. `topic_of` says what a question is about, if nobody says for what they thank ("": not known)."""

    def __init__(self, units: Units, clock: Clock, topic_of: TopicOf) -> None:
        self._units = units
        self._clock = clock
        self._topic_of = topic_of

    async def require_thread(self, guild_id: int, actor: Actor, thread_id: int) -> None:
        """Raise NotInThread unless this is the thread of a question that exists for the actor."""
        async with self._units.reading(guild_id) as uow:
            await question_of(uow, actor, Message(0, thread_id, 0, ""))

    async def prepare(self, guild_id: int, actor: Actor, message: Message) -> Thanking:
        """Whom the actor would thank for a message, and for what.

        Raises:
            NotInThread, QuestionItself, SaidByNobody: see `bot.domain.questions.speaking`.
            NobodyToThank, ThanksToOneself: see there.
        """
        async with self._units.reading(guild_id) as uow:
            question, member_id = await _thanked(uow, actor, message)
            return Thanking(question, message.id, member_id, await self._topic_of(uow, question))

    async def thank(self, guild_id: int, actor: Actor, message: Message, topic: str = "") -> Thanked:
        """Thank whoever said something for a topic; left out, it is that of the question.

        Raises:
            InvalidText: the topic is too long, or there is none.
            ThankedAlready, ThankedEnough: see there. Else as `prepare`.
        """
        async with self._units(guild_id) as uow:
            question, member_id = await _thanked(uow, actor, message)
            topic = require_text("topic", topic.strip() or await self._topic_of(uow, question), LONGEST_TOPIC)
            before = [each for each in await given(uow, actor, question) if each.to_id == member_id]
            same = next((each for each in before if each.key == topic_key(topic)), None)
            if same is not None:
                raise ThankedAlready(member_id, same.topic)
            if len(before) >= MOST_TOPICS:
                raise ThankedEnough(member_id, MOST_TOPICS)
            gratitude = await thank(uow, actor, question, member_id, topic, message.id, self._clock.now())
            if await keep(uow, question, message, member_id):
                await indexed(uow, question)
            await record(uow, "question.thank", question, actor.member_id, {"thanks": gratitude.id})
            return Thanked(question, gratitude, bool(await dm_readers(uow, THANKED, [member_id])))

    async def take_back(self, guild_id: int, actor: Actor, gratitude_id: int) -> Thanked:
        """The actor takes their thanks back; what was told of them stays told.

        Raises:
            Unknown: they are another's, or were taken back already.
        """
        async with self._units(guild_id) as uow:
            gratitude = await uow.gratitude.find(gratitude_id)
            if gratitude is None:
                raise Unknown("draft", str(gratitude_id))
            question = await visible(uow, actor, gratitude.question_id)
            if gratitude not in await given(uow, actor, question):
                raise Unknown("draft", str(gratitude_id))
            await uow.gratitude.remove(gratitude.id)
            await forget_unthanked(uow, question, gratitude.message_id)
            await indexed(uow, question)
            await record(uow, "question.unthank", question, actor.member_id, {"thanks": gratitude.id})
            return Thanked(question, gratitude, told=False)

    # What is told

    async def tell(self, uow: UnitOfWork, step: Step) -> None:
        """Tell those whose answers were accepted or who were thanked of what they were not told yet."""
        posts = await uow.posts.of_subject(THANKED, step.subject_id)
        answers = (await uow.answers.of_questions([step.subject_id])).get(step.subject_id, [])
        news: dict[int, dict[str, list[int]]] = defaultdict(lambda: {"answers": [], "thanks": []})
        for answer in answers:
            if answer.author_id and answer.author_id != answer.accepted_by:
                news[answer.author_id]["answers"].append(answer.id)
        for gratitude in await uow.gratitude.of_question(step.subject_id):
            news[gratitude.to_id]["thanks"].append(gratitude.id)
        now, new = self._clock.now(), list[NewPost]()
        question = await uow.questions.find(step.subject_id)
        for member_id in await dm_readers(uow, THANKED, sorted(news)):
            told = [each.data for each in posts if reader_of(each) == member_id and each.state in _TOLD]
            data = {
                what: [each for each in ids if not any(each in known[what] for known in told)]
                for what, ids in news[member_id].items()
            }
            if question is not None and question.anonymous and question.asker_id == member_id:
                # Whoever accepted their own words knows, and nobody else is told that they are theirs.
                data["answers"] = []
            if any(data.values()):
                revision, until = next_revision(posts), now + LIVES
                post = NewPost(
                    THANKED, step.subject_id, now, until, member_id=member_id, revision=revision, data=data,
                    quiet=True, silent=True,
                )  # fmt: skip
                new.append(for_its_reader(post))
        await plan_in_peace(uow, new, now)

    async def describe(self, uow: UnitOfWork, post: Post) -> GivenThanks | None:
        """What one of them reads; None: all of it was taken back, or moderators have hidden the question."""
        question = await uow.questions.find(post.subject_id)
        if question is None or question.state in UNSEEN:
            return None
        answers = (await uow.answers.of_questions([question.id])).get(question.id, [])
        accepted = [each for each in answers if each.id in post.data["answers"]]
        found = [each for each in await uow.gratitude.of_question(question.id) if each.id in post.data["thanks"]]
        if not accepted and not found:
            return None
        topics: dict[str, list[Gratitude]] = defaultdict(list)
        for gratitude in found:
            topics[gratitude.key].append(gratitude)
        thanks = tuple(
            (some[0].topic, tuple(each.from_id for each in some if each.from_id), any(each.by_asker for each in some))
            for some in topics.values()
        )
        mirror = await uow.mirrors.find(QUESTION, question.id)
        thread_id = mirror.remote_id if mirror is not None else 0
        reader = 0 if post.member_id else reader_of(post)
        return GivenThanks(question, uow.guild_id, thread_id, len(accepted), thanks, reader)

    async def place_of(self, uow: UnitOfWork, post: Post) -> int:
        """The channel of the question: who can't see it any more is not told of what is in it."""
        question = await uow.questions.find(post.subject_id)
        return 0 if question is None else question.channel_id


_TOLD = frozenset(PostState) - {PostState.CANCELLED, PostState.EXPIRED}


def topic_of(called: Callable[[Industry, str], str]) -> TopicOf:
    """What a question is about: its topic, or what the industry that is asked is called in the community's language."""

    async def topic(uow: UnitOfWork, question: Question) -> str:
        wanted = (await seen(uow, [question]))[0].wanted
        if question.topic or wanted is None:
            return question.topic
        return called(wanted, (await uow.communities.get()).language)[:LONGEST_TOPIC]

    return topic


# What the acceptance of an answer calls


async def given(uow: UnitOfWork, actor: Actor, question: Question) -> list[Gratitude]:
    """The thanks that the actor gave in the question's thread."""
    hidden = question.anonymous and question.asker_id == actor.member_id
    found = await uow.gratitude.of_question(question.id)
    return [each for each in found if (each.by_asker if hidden else each.from_id == actor.member_id)]


async def thank(
    uow: UnitOfWork,
    actor: Actor,
    question: Question,
    member_id: int,
    topic: str,
    message_id: int,
    now: datetime,
    *,
    accepted: bool = False,
) -> Gratitude:
    """Write the actor's thanks, without their name if they asked without it, and have it told."""
    hidden = question.anonymous and question.asker_id == actor.member_id
    from_id = 0 if hidden else actor.member_id
    new = Gratitude(0, question.id, message_id, from_id, hidden, member_id, topic, accepted, now)
    gratitude = await uow.gratitude.add(new)
    await tell_soon(uow, question.id, now)
    return gratitude


async def tell_soon(uow: UnitOfWork, question_id: int, now: datetime) -> None:
    """Have those told who were thanked: all at the same time, at least a quarter of an hour from now."""
    await uow.steps.again(TELL, question_id, quarter_end(quarter_end(now)))


async def _thanked(uow: UnitOfWork, actor: Actor, message: Message) -> tuple[Question, int]:
    question = await question_of(uow, actor, message)
    speaker = await said_by(uow, question, message)
    if speaker.by_asker:
        raise NobodyToThank
    if speaker.member_id == actor.member_id:
        raise ThanksToOneself
    return question, speaker.member_id
