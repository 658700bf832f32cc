"""Somebody's message becomes a question: their own at once, another's only after its author agrees.

Whoever proposes it for another's message hears only that it was posted, if ever: of a no, of silence and of an author
who takes no such messages nothing is to be seen, and nothing is recorded. Who agrees is the asker. What is kept of an
*offer* until then goes after seven days, its words as soon as its author has answered.

From a channel that not everybody sees who sees the forum, only its author can make a message a question, after a
warning. The post bears a link to the message, unless its author asks without their name.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import StudyError, Unknown, cleaned
from bot.domain.members import dm_readers
from bot.domain.posts import NewPost
from bot.domain.questions.finding import answered_threads
from bot.domain.questions.reading import post_of
from bot.domain.questions.values import LONGEST_KEPT, LONGEST_QUESTION, UNSEEN, AlreadyAsked, Asked, NewQuestion, Source
from bot.domain.quiet import plan_in_peace
from bot.domain.readers import for_its_reader, reader_of
from bot.domain.restrictions import Restricted, require_free

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.members import MemberLeft
    from bot.domain.posts import Post
    from bot.domain.questions.asking import AskingService
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork, Units

OFFER, POSTED = "question_offer", "question_posted"
"""The post that asks the author, and the one that tells who proposed it; the first is the step, too, that forgets."""
LIVES = timedelta(days=7)
MOST_OFFERS = 5
"""So many messages of others somebody may propose within seven days."""
_SENTENCE = re.compile(r"[。！？!?]+[」』）)]?|[.](?=\s)|\n")


class Original(Struct, frozen=True):
    """A message as Discord tells of it.

    `author_id` is who wrote it (0: no person), and with `here` they are still a member; `public`: whoever sees the
    forum sees it.
    """

    channel_id: int
    message_id: int
    author_id: int
    text: str
    here: bool
    public: bool


class Offer(Struct, frozen=True):
    """Somebody proposed that another's message becomes a question; with `answered` its author has said yes or no."""

    id: int
    proposer_id: int
    author_id: int
    channel_id: int
    message_id: int
    text: str
    answered: bool
    made_at: datetime


class Proposed(Struct, frozen=True):
    """What whoever proposed it is told: the author is asked, whatever comes of it."""

    author_id: int
    forum_id: int


class OfferView(Struct, frozen=True):
    """What its author is asked. `reader` is in whose private thread it stands, 0: in a direct message.

    `answered` are the threads in which it may have been answered already.
    """

    offer: Offer
    guild_id: int
    forum_id: int
    reader: int = 0
    answered: tuple[int, ...] = ()


class PostedView(Struct, frozen=True):
    """What who proposed it hears. `reader` as in `OfferView`."""

    text: str
    post_id: int
    guild_id: int
    reader: int = 0


class OfferRepository(Protocol):
    """The offers of one community."""

    async def add(self, offer: Offer) -> Offer:
        """Write a new one; returns it with its id."""
        ...

    async def store(self, offer: Offer) -> None:
        """Write it as it is now."""
        ...

    async def find(self, offer_id: int) -> Offer | None:
        """The one with this id."""
        ...

    async def of_messages(self, message_ids: Collection[int]) -> list[Offer]:
        """Those of these messages."""
        ...

    async def made_by(self, proposer_id: int, since: datetime) -> int:
        """How many this person has made since then."""
        ...

    async def remove(self, offer_id: int) -> None:
        """Forget it."""
        ...

    async def leave(self, member_id: int) -> None:
        """Somebody is there no more: nothing is kept of what they wrote or proposed."""
        ...


class NoWords(StudyError):
    """The message has no text that could be asked."""


class NotByPerson(StudyError):
    """The message is a bot's, or Discord's own."""


class AuthorGone(StudyError):
    """Who wrote the message is no member any more."""


class AuthorUnknown(StudyError):
    """Who wrote the message has never used the bot, so it may not write to them."""

    member_id: int


class OnlyItsAuthor(StudyError):
    """Not everybody who sees the forum sees the message, so only its author can make it a question."""


class AlreadyOffered(StudyError):
    """Its author was asked about the message within the last days; what they said is nobody's business."""


class TooManyOffers(StudyError):
    """The actor has proposed `limit` messages of others within seven days."""

    limit: int


def as_question(text: str) -> tuple[str, str]:
    """A message as a question and its details; nothing of it is lost.

    A long one is divided after the last sentence that fits, else at a blank, else where there is room.
    """
    whole = cleaned(text)
    if len(whole) <= LONGEST_QUESTION:
        return whole, ""
    ends = [found.end() for found in _SENTENCE.finditer(whole) if found.end() <= LONGEST_QUESTION]
    blank = whole.rfind(" ", 1, LONGEST_QUESTION + 1)
    at = ends[-1] if ends else blank if blank > LONGEST_QUESTION // 2 else LONGEST_QUESTION
    return whole[:at].strip(), whole[at:].strip()


class ConvertingService:
    """Makes messages questions."""

    def __init__(self, units: Units, clock: Clock, asking: AskingService) -> None:
        self._units = units
        self._clock = clock
        self._asking = asking

    async def own(self, guild_id: int, actor: Actor, original: Original) -> int:
        """Keep the actor's own message as a draft, to be looked at and posted; returns its id.

        Raises:
            NoForum, Restricted: as for `AskingService.ask`.
            NoWords, AlreadyAsked: it can't be asked, or not again.
        """
        async with self._units(guild_id) as uow:
            await self._asking.require_room_in(uow, actor)
            await _require_new(uow, original)
            source = Source(original.channel_id, original.message_id, cleaned(original.text))
            return await self._asking.kept(uow, actor, new_of(original.text), source)

    async def propose(self, guild_id: int, actor: Actor, original: Original) -> Proposed:
        """Have the author of another's message asked whether it may become a question.

        Raises:
            NoForum, Restricted, NoWords, AlreadyAsked: as `own`.
            NotByPerson, AuthorGone, AuthorUnknown: there is nobody who can be asked.
            OnlyItsAuthor: it stands where not everybody sees it.
            AlreadyOffered, TooManyOffers: enough was asked.
        """
        async with self._units(guild_id) as uow:
            forum_id = await self._asking.require_room_in(uow, actor)
            if not original.author_id:
                raise NotByPerson
            if not original.public:
                raise OnlyItsAuthor
            await _require_new(uow, original)
            if not original.here:
                raise AuthorGone
            now = self._clock.now()
            if await uow.offers.of_messages([original.message_id]):
                raise AlreadyOffered
            if await uow.offers.made_by(actor.member_id, now - LIVES) >= MOST_OFFERS:
                raise TooManyOffers(MOST_OFFERS)
            author = await uow.members.find(original.author_id)
            if author is None or author.used_at is None:
                raise AuthorUnknown(original.author_id)
            offer = Offer(
                0,
                actor.member_id,
                original.author_id,
                original.channel_id,
                original.message_id,
                cleaned(original.text)[:LONGEST_KEPT],
                False,
                now,
            )
            offer = await uow.offers.add(offer)
            await uow.steps.plan(OFFER, offer.id, now + LIVES)
            # Who takes no such messages, or may not ask, is not asked; who proposed it learns nothing of that.
            if await _may_ask(uow, original.author_id, now):
                readers = await dm_readers(uow, OFFER, [original.author_id])
                posts = [
                    for_its_reader(NewPost(OFFER, offer.id, now, now + LIVES, member_id=each, quiet=True))
                    for each in readers
                ]
                await plan_in_peace(uow, posts, now)
            return Proposed(original.author_id, forum_id)

    async def offered(self, guild_id: int, actor: Actor, offer_id: int) -> Offer:
        """What the actor was asked about their message.

        Raises:
            Unknown: it is another's, was answered, or its time is over.
        """
        async with self._units.reading(guild_id) as uow:
            return await _theirs(uow, actor, offer_id)

    async def agree(self, guild_id: int, actor: Actor, offer_id: int, new: NewQuestion) -> Asked:
        """The author asks it, in these words.

        Raises:
            Unknown: as `offered`.
            InvalidText: a text is empty or too long. NoForum, Restricted: as for `AskingService.ask`.
        """
        async with self._units(guild_id) as uow:
            offer = await _theirs(uow, actor, offer_id)
            source = Source(offer.channel_id, offer.message_id, offer.text)
            done = await self._asking.post(uow, actor, new, source)
            await uow.offers.store(replace(offer, text="", answered=True))
            if not new.anonymous:
                # Else it would tell who asks.
                await self._tell(uow, offer, done.view.question.id)
            return done

    async def decline(self, guild_id: int, actor: Actor, offer_id: int) -> None:
        """The author does not want it; nobody hears of it.

        Raises:
            Unknown: as `offered`.
        """
        async with self._units(guild_id) as uow:
            offer = await _theirs(uow, actor, offer_id)
            await uow.offers.store(replace(offer, text="", answered=True))

    async def _tell(self, uow: UnitOfWork, offer: Offer, question_id: int) -> None:
        now = self._clock.now()
        posts = [
            for_its_reader(NewPost(POSTED, question_id, now, now + LIVES, member_id=each, quiet=True))
            for each in await dm_readers(uow, POSTED, [offer.proposer_id])
        ]
        await plan_in_peace(uow, posts, now)

    # What happens by itself

    async def ends(self, uow: UnitOfWork, step: Step) -> None:
        """The time of an offer is over: nothing is kept of it."""
        await uow.offers.remove(step.subject_id)

    async def deleted(self, guild_id: int, message_ids: Collection[int]) -> None:
        """These messages were deleted: whoever did so does not want theirs asked."""
        async with self._units.reading(guild_id) as uow:
            if not await uow.offers.of_messages(message_ids):
                return
        async with self._units(guild_id) as uow:
            for offer in await uow.offers.of_messages(message_ids):
                await uow.posts.cancel([OFFER], offer.id, "deleted")
                await uow.offers.store(replace(offer, text="", answered=True))

    async def on_member_left(self, uow: UnitOfWork, event: MemberLeft) -> None:
        """Nothing is kept of what they were asked or have proposed."""
        await uow.offers.leave(event.member_id)

    # What each message says

    async def describe(self, uow: UnitOfWork, post: Post) -> OfferView | None:
        """To the author; None once it is answered or over."""
        offer, forum_id = await uow.offers.find(post.subject_id), (await uow.communities.get()).questions_channel
        if offer is None or offer.answered or not forum_id:
            return None
        answered = await answered_threads(uow, offer.text, forum_id)
        return OfferView(offer, uow.guild_id, forum_id, 0 if post.member_id else reader_of(post), answered)

    async def describe_posted(self, uow: UnitOfWork, post: Post) -> PostedView | None:
        """To who proposed it."""
        question = await uow.questions.find(post.subject_id)
        if question is None or question.anonymous or question.state in UNSEEN:
            return None
        return PostedView(
            question.text, await post_of(uow, question.id), uow.guild_id, 0 if post.member_id else reader_of(post)
        )

    async def place(self, uow: UnitOfWork, post: Post) -> int:
        """Who can't see the forum is told of nothing in it."""
        return (await uow.communities.get()).questions_channel


def new_of(text: str, *, anonymous: bool = False) -> NewQuestion:
    """A message as its author would ask it."""
    question, details = as_question(text)
    return NewQuestion(question, details, anonymous=anonymous)


async def _require_new(uow: UnitOfWork, original: Original) -> None:
    if not cleaned(original.text):
        raise NoWords
    question = await uow.questions.of_message(original.message_id)
    if question is not None:
        raise AlreadyAsked(await post_of(uow, question.id))


async def _theirs(uow: UnitOfWork, actor: Actor, offer_id: int) -> Offer:
    offer = await uow.offers.find(offer_id)
    if offer is None or offer.answered or offer.author_id != actor.member_id:
        raise Unknown("offer", str(offer_id))
    return offer


async def _may_ask(uow: UnitOfWork, member_id: int, now: datetime) -> bool:
    try:
        await require_free(uow, member_id, "asking", now, now, member_id)
    except Restricted:
        return False
    return True
