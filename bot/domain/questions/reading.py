"""Which questions exist for whom, how people name one, and what is shown of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from bot.domain.choices import chosen_id, has_part
from bot.domain.errors import Unknown
from bot.domain.groups import sounded
from bot.domain.industries import DIVISIONS, Industry
from bot.domain.mirrors import MirrorState
from bot.domain.questions.values import (
    PAGE,
    QUESTION,
    REVEALED,
    UNSEEN,
    AnswerView,
    Asking,
    OwnQuestion,
    Question,
    QuestionPage,
    QuestionState,
    QuestionView,
    SameQuestion,
)

if TYPE_CHECKING:
    from bot.domain.actors import Actor
    from bot.domain.questions.asks import AskedSoFar
    from bot.domain.uow import UnitOfWork, Units

T = TypeVar("T")
Looking = Callable[[], T]
"""What is looked up when it is first needed."""
MOST_LOOKED_AT = 200
"""So many of the newest questions are looked through for a name."""
MOST_OFFERED = 25
"""Entries that Discord shows in a list of choices."""
_ALL = 5000


class QuestionViewService:
    """Shows questions."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def show(self, guild_id: int, actor: Actor, text: str) -> OwnQuestion:
        """A question by its words or its id.

        Raises:
            Unknown: there is none that exists for the actor.
        """
        async with self._units.reading(guild_id) as uow:
            return await for_actor(uow, actor, await named(uow, actor, text))

    async def page(
        self, guild_id: int, actor: Actor, *, industry: str = "", only_open: bool = False, page: int = 0
    ) -> QuestionPage:
        """A screen of the questions that exist for the actor; `industry` is a key ("": all).

        Raises:
            Unknown: there is no such industry.
        """
        async with self._units.reading(guild_id) as uow:
            wanted = await industry_of(uow, industry)
            if industry and wanted is None:
                raise Unknown("industry", industry)
            states = [QuestionState.OPEN] if only_open else []
            found = await uow.questions.posted(
                channel_ids=await _seen_channels(uow, actor), states=states, industry=industry, limit=_ALL
            )
            return await _paged(uow, found, page, only_open=only_open, industry=wanted)

    async def own(self, guild_id: int, actor: Actor, page: int = 0) -> QuestionPage:
        """A screen of what the actor has asked, anonymously too: for them alone.

        It says, too, that a moderator has looked up who asked: whoever takes no direct messages reads it nowhere else.
        """
        async with self._units.reading(guild_id) as uow:
            found = await uow.questions.posted(asker_id=actor.member_id, limit=_ALL)
            screen = await _paged(uow, found, page, only_open=False, industry=None)
            shown = {f"question:{each.question.id}": each.question.id for each in screen.questions}
            acts = await uow.recorded(REVEALED, shown)
            looked_up = {shown[of]: (act.at, str(act.after.get("reason", ""))) for of, act in acts.items()}
            return replace(screen, looked_up=looked_up)

    async def suggest(self, guild_id: int, actor: Actor, typed: str) -> list[Question]:
        """The questions in whose words stands what was typed so far, open ones first, then the newest."""
        async with self._units.reading(guild_id) as uow:
            found = [each for each in await _known(uow, actor) if has_part(sounded(each.text), sounded(typed))]
        return sorted(found, key=lambda each: not each.is_open)[:MOST_OFFERED]


async def named(uow: UnitOfWork, actor: Actor, text: str) -> Question:
    """The question that somebody means: by an entry of a list, its id or its words.

    Raises:
        Unknown: there is none that exists for the actor.
    """
    question_id = id_of(text)
    if question_id:
        return await visible(uow, actor, question_id)
    known = [(sounded(each.text), each) for each in await _known(uow, actor)]
    typed = sounded(text)
    same = [each for words, each in known if words == typed]
    fitting = same or [each for words, each in known if typed and has_part(words, typed)]
    if len(fitting) != 1:
        raise Unknown("question", text[:100])
    return fitting[0]


def id_of(text: str) -> int:
    """The id that somebody has chosen from a list, or typed; 0: it is none."""
    return chosen_id(text) or (int(text) if re.fullmatch("[0-9]{1,18}", text.strip()) else 0)


async def visible(uow: UnitOfWork, actor: Actor, question_id: int) -> Question:
    """The question with this id.

    Raises:
        Unknown: there is none, it is not posted yet, it was hidden, or it stands where the actor can't look.
    """
    found = await uow.questions.find(question_id)
    if found is None or found.state in UNSEEN or not await _exists_for(uow, actor, found):
        raise Unknown("question", str(question_id))
    return found


async def _exists_for(uow: UnitOfWork, actor: Actor, question: Question) -> bool:
    """Whether the actor may know of a question: they see where it stands; or that was deleted, and they care for it."""
    if actor.sees(question.channel_id):
        return True
    mine = question.asker_id == actor.member_id
    return actor.gone(question.channel_id) and (mine or await looks_after(uow, actor))


async def for_actor(uow: UnitOfWork, actor: Actor, question: Question) -> OwnQuestion:
    """A question, and what the actor is to it."""
    mine = question.asker_id == actor.member_id
    view = (await seen(uow, [question]))[0]
    return OwnQuestion(view, mine, mine or await looks_after(uow, actor))


async def looks_after(uow: UnitOfWork, actor: Actor) -> bool:
    """Whether the actor may close others' questions: moderators, and who organizes a group."""
    return actor.moderator or any(actor.member_id in group.organizers for group in await uow.groups.all())


async def seen(uow: UnitOfWork, questions: Sequence[Question]) -> tuple[QuestionView, ...]:
    """Questions as everybody sees them; of who asks anonymously, nothing."""
    askers = {each.asker_id for each in questions if not each.anonymous and each.asker_id}
    answers = await uow.answers.of_questions([each.id for each in questions])
    given = [answer for some in answers.values() for answer in some]
    additions = await uow.answers.additions([answer.id for answer in given])
    of_people = await uow.profiles.main_industries(askers | {answer.author_id for answer in given} - {0})
    so_far = await uow.asks.so_far([each.id for each in questions])
    views: list[QuestionView] = []
    for each in questions:
        view = QuestionView(
            each,
            await industry_of(uow, each.industry),
            None if each.anonymous else of_people.get(each.asker_id),
            await post_of(uow, each.id),
            await _same(uow, each),
            tuple(
                AnswerView(answer, uow.guild_id, of_people.get(answer.author_id), tuple(additions.get(answer.id, ())))
                for answer in answers.get(each.id, ())
            ),
            await _asking(uow, so_far.get(each.id)),
            uow.guild_id,
        )
        views.append(view)
    return tuple(views)


async def _asking(uow: UnitOfWork, so_far: AskedSoFar | None) -> Asking:
    if so_far is None:
        return Asking()
    found = [await industry_of(uow, key) for key in so_far.industries]
    return Asking(so_far.people, tuple(each for each in found if each is not None), so_far.on_it)


async def post_of(uow: UnitOfWork, question_id: int) -> int:
    """The question's thread; 0: it is not there yet, or people deleted it."""
    mirror = await uow.mirrors.find(QUESTION, question_id)
    return mirror.remote_id if mirror is not None and mirror.state is MirrorState.LIVE else 0


async def _same(uow: UnitOfWork, question: Question) -> SameQuestion | None:
    """The question that this one was closed for, as far as whoever sees this one may know of it."""
    if not question.merged_into or question.state is not QuestionState.CLOSED:
        return None
    found = await uow.questions.find(question.merged_into)
    if found is None or found.state in UNSEEN:
        return None
    # Of a thread Discord itself shows nothing to who can't see it.
    return SameQuestion(await post_of(uow, found.id), found.text if found.channel_id == question.channel_id else "")


async def industry_of(uow: UnitOfWork, key: str) -> Industry | None:
    """The industry with this key; None: there is none."""
    return Industry(key) if key in DIVISIONS else await uow.industries.get(key) if key else None


async def _seen_channels(uow: UnitOfWork, actor: Actor) -> list[int]:
    """The forums that the actor sees; and those that were deleted, for who looks after questions."""
    channels = await uow.questions.channels()
    gone = [each for each in channels if actor.gone(each)]
    tended = gone if gone and await looks_after(uow, actor) else []
    return [each for each in channels if actor.sees(each) or each in tended]


async def _known(uow: UnitOfWork, actor: Actor) -> list[Question]:
    """The newest that exist for the actor; one's own outlive the place where they stood."""
    seen_there = await _seen_channels(uow, actor)
    found = await uow.questions.posted(channel_ids=seen_there, limit=MOST_LOOKED_AT)
    own = await uow.questions.posted(asker_id=actor.member_id, limit=MOST_LOOKED_AT)
    lost = [each for each in own if each.channel_id not in seen_there and actor.gone(each.channel_id)]
    return sorted([*found, *lost], key=lambda each: -each.id)[:MOST_LOOKED_AT] if lost else found


async def _paged(
    uow: UnitOfWork, found: Sequence[Question], page: int, *, only_open: bool, industry: Industry | None
) -> QuestionPage:
    pages = max(1, -(-len(found) // PAGE))
    page = min(page, pages - 1)
    views = await seen(uow, found[page * PAGE : (page + 1) * PAGE])
    return QuestionPage(views, only_open, industry, page, pages)
