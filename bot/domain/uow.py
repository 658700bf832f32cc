"""The unit of work: one transaction over one community's rows.

A public service method opens one (`async with self.units(guild_id) as uow`), reads and writes through the repositories
and leaves: a clean exit commits, an exception rolls back. Writers of one community wait for each other in order, so a
rule may read, decide and write without a race. Nothing but the database is awaited inside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from bot.domain.communities import CommunityRepository
    from bot.domain.forms import FormRepository
    from bot.domain.groups import GroupRepository
    from bot.domain.holds import HoldRepository
    from bot.domain.industries import IndustryRepository
    from bot.domain.introductions import IntroductionRepository
    from bot.domain.ledger import LedgerRepository
    from bot.domain.meetings import MeetingRepository
    from bot.domain.members import MemberRepository
    from bot.domain.memberships import MembershipRepository
    from bot.domain.mirrors import MirrorRepository
    from bot.domain.morning import MorningRepository
    from bot.domain.own_reminders import OwnReminderRepository
    from bot.domain.pairing import PairingRepository
    from bot.domain.posts import PostRepository
    from bot.domain.privacy import PrivacyRepository
    from bot.domain.profiles import ProfileRepository
    from bot.domain.question_box import QuestionBoxRepository
    from bot.domain.questions.answers import AnswerRepository
    from bot.domain.questions.asks import AskRepository
    from bot.domain.questions.converting import OfferRepository
    from bot.domain.questions.files import FileRepository
    from bot.domain.questions.gratitude import GratitudeRepository
    from bot.domain.questions.hiding import HidingRepository
    from bot.domain.questions.knowing import KnowingRepository
    from bot.domain.questions.repository import QuestionRepository
    from bot.domain.questions.thanked import ThankedRepository
    from bot.domain.questions.who import WhoRepository
    from bot.domain.reminders import PingRepository
    from bot.domain.restrictions import RestrictionRepository
    from bot.domain.rotation import RotationRepository
    from bot.domain.rotation.guests import GuestRepository
    from bot.domain.rotation.swaps import SwapRepository
    from bot.domain.rsvps import RsvpRepository
    from bot.domain.search import SearchRepository
    from bot.domain.series import SeriesRepository
    from bot.domain.sessions import SessionRepository
    from bot.domain.spinoffs import SpinoffRepository
    from bot.domain.steps import StepRepository
    from bot.domain.takeaways import TakeawayRepository
    from bot.domain.topics import TopicRepository

inside: ContextVar[bool] = ContextVar("inside_a_unit_of_work", default=False)
"""Whether this task has a unit of work open; what talks to Discord refuses to run inside one."""


def refuse_inside(what: str) -> None:
    """Raise if a unit of work is open: waiting for Discord in it would keep the whole community waiting."""
    if inside.get():
        raise RuntimeError(f"{what} inside a unit of work")


class Recorded(Struct, frozen=True):
    """When something was done, and what was noted of it."""

    at: datetime
    after: Mapping[str, Any]


class UnitOfWork(Protocol):
    """The repositories of one community inside one transaction."""

    @property
    def guild_id(self) -> int:
        """The community's id, a Discord guild's."""
        ...

    @property
    def communities(self) -> CommunityRepository: ...  # noqa: D102

    @property
    def groups(self) -> GroupRepository: ...  # noqa: D102

    @property
    def series(self) -> SeriesRepository: ...  # noqa: D102

    @property
    def sessions(self) -> SessionRepository: ...  # noqa: D102

    @property
    def rsvps(self) -> RsvpRepository: ...  # noqa: D102

    @property
    def members(self) -> MemberRepository: ...  # noqa: D102

    @property
    def memberships(self) -> MembershipRepository: ...  # noqa: D102

    @property
    def profiles(self) -> ProfileRepository: ...  # noqa: D102

    @property
    def industries(self) -> IndustryRepository: ...  # noqa: D102

    @property
    def forms(self) -> FormRepository: ...  # noqa: D102

    @property
    def pings(self) -> PingRepository: ...  # noqa: D102

    @property
    def own_reminders(self) -> OwnReminderRepository: ...  # noqa: D102

    @property
    def morning(self) -> MorningRepository: ...  # noqa: D102

    @property
    def rotation(self) -> RotationRepository: ...  # noqa: D102

    @property
    def restrictions(self) -> RestrictionRepository: ...  # noqa: D102

    @property
    def guests(self) -> GuestRepository: ...  # noqa: D102

    @property
    def swaps(self) -> SwapRepository: ...  # noqa: D102

    @property
    def question_box(self) -> QuestionBoxRepository: ...  # noqa: D102

    @property
    def offers(self) -> OfferRepository: ...  # noqa: D102

    @property
    def questions(self) -> QuestionRepository: ...  # noqa: D102

    @property
    def question_files(self) -> FileRepository: ...  # noqa: D102

    @property
    def asks(self) -> AskRepository: ...  # noqa: D102

    @property
    def knowing(self) -> KnowingRepository: ...  # noqa: D102

    @property
    def answers(self) -> AnswerRepository: ...  # noqa: D102

    @property
    def gratitude(self) -> GratitudeRepository: ...  # noqa: D102

    @property
    def who(self) -> WhoRepository: ...  # noqa: D102

    @property
    def thanked(self) -> ThankedRepository: ...  # noqa: D102

    @property
    def privacy(self) -> PrivacyRepository: ...  # noqa: D102

    @property
    def hidings(self) -> HidingRepository: ...  # noqa: D102

    @property
    def takeaways(self) -> TakeawayRepository: ...  # noqa: D102

    @property
    def topics(self) -> TopicRepository: ...  # noqa: D102

    @property
    def spinoffs(self) -> SpinoffRepository: ...  # noqa: D102

    @property
    def search(self) -> SearchRepository: ...  # noqa: D102

    @property
    def pairing(self) -> PairingRepository: ...  # noqa: D102

    @property
    def meetings(self) -> MeetingRepository: ...  # noqa: D102

    @property
    def ledger(self) -> LedgerRepository: ...  # noqa: D102

    @property
    def introductions(self) -> IntroductionRepository: ...  # noqa: D102

    @property
    def holds(self) -> HoldRepository: ...  # noqa: D102

    @property
    def steps(self) -> StepRepository: ...  # noqa: D102

    @property
    def posts(self) -> PostRepository: ...  # noqa: D102

    @property
    def mirrors(self) -> MirrorRepository: ...  # noqa: D102

    async def record(
        self,
        action: str,
        actor_id: int | None,
        subject: str,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Leave an audit row in this transaction.

        `action` is "noun.verb" ("session.move"); `actor_id` None means that a rule acted, not a person; `subject` is
        "noun:id"; `before` and `after` hold JSON values of what changed.
        """
        ...

    async def recorded(self, action: str, subjects: Collection[str]) -> Mapping[str, Recorded]:
        """The latest such act on each of the subjects that it was done to, as `record` left it; not who did it."""
        ...


class Units(Protocol):
    """Opens units of work."""

    def __call__(self, guild_id: int) -> AbstractAsyncContextManager[UnitOfWork]:
        """A writing unit of work; it is the only writer of this community while open."""
        ...

    def reading(self, guild_id: int) -> AbstractAsyncContextManager[UnitOfWork]:
        """A consistent view for reading; it waits for no writer and must not write."""
        ...

    def view(self) -> AbstractAsyncContextManager[Callable[[int], UnitOfWork]]:
        """One such view of all communities, entered by a community's id: for what tells of many at once."""
        ...
