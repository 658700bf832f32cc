"""Who knows something, and who works in an industry: a look at what speaks for people, for whoever asks.

**The rule.** Of those who use the bot and have not said that nobody may ask them, those are found who were thanked for
a topic, lectured on it or named it as theirs, or who work in an industry that is called so. In this order they are
shown: the more of these kinds speak for somebody the earlier; of the same number, for whom more people thanked them;
then who lectured on it last; then who named it; then the lower id. Each is shown with all reasons that are true.

What others thanked somebody for counts only if they keep it shown. What belongs to a channel that the reader can't see
(a forum's thanks, a group's lectures) does not exist for them here either.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct

from bot.domain import industries
from bot.domain.errors import InvalidText, Unknown, cleaned, require_text
from bot.domain.groups import folded, visible_groups
from bot.domain.industries import DIVISIONS, MOST_SUGGESTIONS, Industry
from bot.domain.industries.likeness import understood
from bot.domain.questions.asking import AskingService
from bot.domain.questions.gratitude import KnownFor
from bot.domain.questions.recognition import seen_channels
from bot.domain.questions.routing import About, Lecture
from bot.domain.questions.values import LONGEST_TOPIC, NewQuestion

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.industries import Vocabulary
    from bot.domain.questions.reading import Looking
    from bot.domain.uow import UnitOfWork, Units

PAGE = 5
"""People on one screen of those who know: each has a button."""
PAGE_IN = 15
"""People on one screen of those of an industry."""
MOST_FOUND = 50
"""So many of those who know are shown at most, best first."""
_LONGEST_NAME = 100
"""Characters in which somebody names an industry."""
_NEVER = datetime.min.replace(tzinfo=UTC)
_KINDS: Sequence[Literal["thanked", "taught", "topic", "industry"]] = ("thanked", "taught", "topic", "industry")


class Known(Struct, frozen=True):
    """What speaks for somebody, as the reader may know it; `industries` are keys, the main one first."""

    member_id: int
    industries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    thanked: tuple[KnownFor, ...] = ()
    lectures: tuple[Lecture, ...] = ()


class Why(Struct, frozen=True):
    """A reason: thanked for `about` by people as `known` counts them, taught it `at` that time, named it, works there.

    Of an industry, `about` is its key.
    """

    kind: Literal["thanked", "taught", "topic", "industry"]
    about: str
    known: KnownFor | None = None
    at: datetime | None = None


class Knower(Struct, frozen=True):
    """Somebody who may know, and why: the most telling reason first."""

    member_id: int
    why: tuple[Why, ...]


class WhoKnows(Struct, frozen=True):
    """One screen of those who may know; `query_id` is the draft of a question to them, which keeps the topic."""

    topic: str
    query_id: int
    people: tuple[Knower, ...]
    industries: Mapping[str, Industry]
    page: int
    pages: int


class Worker(Struct, frozen=True):
    """Somebody who works in an industry; `main`: before all others. `occupation` "" if they have not told it."""

    member_id: int
    occupation: str
    main: bool


class WhoIn(Struct, frozen=True):
    """One screen of those who work in an industry, of `number` altogether."""

    industry: Industry
    people: tuple[Worker, ...]
    number: int
    page: int
    pages: int


class WhoRepository(Protocol):
    """Who knows what, as far as it may be shown."""

    async def lectures(
        self, member_ids: Collection[int], group_ids: Collection[int], now: datetime
    ) -> dict[int, list[Lecture]]:
        """What these people lectured on in these groups, in sessions that are over, by their id."""
        ...

    async def workers(self, industry: str) -> list[Worker]:
        """Who of those that use the bot works in the industry with this key, whose main one it is first, then by id."""
        ...

    async def topics(self, typed: str, channels: Collection[int], limit: int) -> list[str]:
        """Topics with the folded text in them that people named or were thanked for in these forums, the most first."""
        ...


# Rules


def knowers(people: Iterable[Known], about: Mapping[str, bool], industry: str) -> list[Knower]:
    """Who may know, best first; `about` says whether a text is about the topic, `industry` is called so ("": none)."""
    found = [(one, why) for one in people if (why := _speaks(one, about, industry))]
    return [Knower(one.member_id, why) for one, why in sorted(found, key=lambda each: _place(*each))]


def _speaks(one: Known, about: Mapping[str, bool], industry: str) -> tuple[Why, ...]:
    """All that speaks for somebody, one of each kind."""
    found: dict[str, Why] = {}
    if thanked := [each for each in one.thanked if about[each.topic]]:
        most = max(thanked, key=lambda each: (each.people, each.industries, each.topic))
        found["thanked"] = Why("thanked", most.topic, most)
    if taught := [each for each in one.lectures if about[each.theme]]:
        latest = max(taught, key=lambda each: (each.at, each.theme))
        found["taught"] = Why("taught", latest.theme, at=latest.at)
    if declared := [topic for topic in one.topics if about[topic]]:
        found["topic"] = Why("topic", declared[0])
    if industry and industry in one.industries:
        found["industry"] = Why("industry", industry)
    return tuple(found[kind] for kind in _KINDS if kind in found)


def _place(one: Known, why: tuple[Why, ...]) -> tuple[int, int, int, float, bool, int]:
    """Where somebody stands in the order of the rule: the least comes first."""
    kinds = {each.kind: each for each in why}
    thanked = kinds["thanked"].known if "thanked" in kinds else None
    people, works = (thanked.people, thanked.industries) if thanked else (0, 0)
    at = (kinds["taught"].at if "taught" in kinds else None) or _NEVER
    return -len(why), -people, -works, -(at - _NEVER).total_seconds(), "topic" not in kinds, one.member_id


class WhoService:
    """Finds people by topic and by industry. `vocabulary` gives what the industries are called, in all languages."""

    def __init__(self, units: Units, clock: Clock, vocabulary: Looking[Vocabulary], asking: AskingService) -> None:
        self._units = units
        self._clock = clock
        self._vocabulary = vocabulary
        self._asking = asking

    async def knows(self, guild_id: int, actor: Actor, topic: str) -> WhoKnows:
        """The first screen of those who may know.

        Raises:
            InvalidText: the topic is empty or too long.
        """
        topic = require_text("topic", topic, LONGEST_TOPIC)
        query_id = await self._asking.keep(guild_id, actor, NewQuestion("", topic=topic))
        return await self._knows(guild_id, actor, topic, query_id, 0)

    async def page(self, guild_id: int, actor: Actor, query_id: int, page: int) -> WhoKnows:
        """Another screen of them; the topic stands in the draft, which only its author finds.

        Raises:
            Unknown: it is another's, or more than a day old.
        """
        new, _industry = await self._asking.draft(guild_id, actor, query_id)
        return await self._knows(guild_id, actor, new.topic, query_id, page)

    async def _knows(self, guild_id: int, actor: Actor, topic: str, query_id: int, page: int) -> WhoKnows:
        now = self._clock.now()
        async with self._units.reading(guild_id) as uow:
            industry = await self._called(uow, topic)
            about = About([topic])
            texts = [text for text in await uow.knowing.texts() if about[text]]
            ids = [each for each in await uow.knowing.known_by(texts, industry) if each != actor.member_id]
            people = [one for one in await uow.knowing.people(now, ids) if one.ask_limit != 0]
            found_ids = [one.id for one in people]
            hidden = await uow.privacy.hide_known_for(found_ids)
            shown = [one for one in found_ids if one not in hidden]
            thanked = await uow.gratitude.thanked(shown, await seen_channels(uow, actor))
            groups = await visible_groups(uow, actor, archived=True)
            lectures = await uow.who.lectures(found_ids, list(groups), now)
            known = (
                Known(
                    one.id,
                    one.industries,
                    one.topics,
                    tuple(thanked.get(one.id, ())),
                    tuple(lectures.get(one.id, ())),
                )
                for one in people
            )
            found = knowers(known, about, industry)[:MOST_FOUND]
            pages = max(1, -(-len(found) // PAGE))
            page = min(page, pages - 1)
            some = tuple(found[page * PAGE : (page + 1) * PAGE])
            named = {industry: found_industry} if (found_industry := await _industry(uow, industry)) else {}
            return WhoKnows(topic, query_id, some, named, page, pages)

    async def works_in(self, guild_id: int, actor: Actor, text: str, page: int = 0) -> WhoIn:
        """One screen of those who work in an industry, by its name, its key or an entry of the list.

        Raises:
            Unknown: there is no such industry.
            InvalidText: it is empty.
        """
        typed = require_text("industry", text, _LONGEST_NAME)
        async with self._units.reading(guild_id) as uow:
            try:
                (industry,) = await industries.read(uow, [typed], self._vocabulary())
            except (InvalidText, ValueError):
                raise Unknown("industry", typed[:100]) from None
            if not industry.key:
                raise Unknown("industry", typed[:100])
            people = await uow.who.workers(industry.key)
            pages = max(1, -(-len(people) // PAGE_IN))
            page = min(page, pages - 1)
            some = tuple(people[page * PAGE_IN : (page + 1) * PAGE_IN])
            return WhoIn(industry, some, len(people), page, pages)

    async def suggest(self, guild_id: int, actor: Actor, typed: str) -> list[str]:
        """Topics that people here named or were thanked for, the most first."""
        async with self._units.reading(guild_id) as uow:
            return await uow.who.topics(folded(cleaned(typed)), await seen_channels(uow, actor), MOST_SUGGESTIONS)

    async def _called(self, uow: UnitOfWork, topic: str) -> str:
        """The key of the industry that is called like the topic; "": none."""
        bundled = understood(topic, self._vocabulary())
        if bundled is not None:
            return bundled.key
        name = folded(topic)
        return next((each.key for each in await uow.industries.in_use() if folded(each.name) == name), "")


async def _industry(uow: UnitOfWork, key: str) -> Industry | None:
    return Industry(key) if key in DIVISIONS else await uow.industries.get(key) if key else None
