"""The services and their parts in each other's lives: the whole wiring between features is read here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.clock import Clock
from bot.domain.announcements import AnnouncementService
from bot.domain.answered_for import AnsweredForService
from bot.domain.archiving import ArchiveService
from bot.domain.communities import CommunityService
from bot.domain.deletions import DeletionService
from bot.domain.forms import FormService
from bot.domain.groups import GroupService
from bot.domain.help import HelpService
from bot.domain.hosting import HostingService
from bot.domain.introductions.service import IntroductionService
from bot.domain.introductions.telling import IntroductionWords
from bot.domain.ledger import LedgerService
from bot.domain.members import MemberService
from bot.domain.memberships import MembershipService
from bot.domain.morning import MorningService, MorningWriter
from bot.domain.notices import NoticeService
from bot.domain.own_reminders.service import OwnReminderService
from bot.domain.own_sessions import OwnSessionService
from bot.domain.pairing.rounds import PairingRoundService
from bot.domain.pairing.service import PairingService
from bot.domain.pairing.telling import PairingWords
from bot.domain.privacy import PrivacyService
from bot.domain.private_threads import PrivateThreadService
from bot.domain.profiles import INTRODUCTION, ProfileService
from bot.domain.question_box import QuestionBoxService, QuestionHandingService
from bot.domain.questions.accepting import AcceptingService
from bot.domain.questions.activity import ActivityService
from bot.domain.questions.answering import AskService
from bot.domain.questions.asking import AskingService
from bot.domain.questions.converting import ConvertingService
from bot.domain.questions.files import QuestionFileService
from bot.domain.questions.finding import FindingService
from bot.domain.questions.forum import QuestionForumService
from bot.domain.questions.idle import IdleService
from bot.domain.questions.indexing import IndexingService
from bot.domain.questions.life import QuestionLifeService
from bot.domain.questions.moderating import ModeratingService
from bot.domain.questions.news import QuestionNews
from bot.domain.questions.reading import QuestionViewService
from bot.domain.questions.recognition import RecognitionService, all_public
from bot.domain.questions.refreshing import RefreshService
from bot.domain.questions.rounds import RoundService
from bot.domain.questions.telling import AskWords
from bot.domain.questions.thanking import ThankingService, topic_of
from bot.domain.questions.who import WhoService
from bot.domain.reminders import ReminderService
from bot.domain.restricting import GiveBack, RestrictionService
from bot.domain.restrictions import Part
from bot.domain.rotation.by_hand import ByHandService
from bot.domain.rotation.concerned import ConcernedService
from bot.domain.rotation.following import RotationService
from bot.domain.rotation.guests import GuestService
from bot.domain.rotation.inviting import InvitingService
from bot.domain.rotation.requests import RequestService
from bot.domain.rotation.roster import RosterService
from bot.domain.rotation.running import RunningService
from bot.domain.rotation.saying import SayingService
from bot.domain.rotation.settings import RotationSettingsService
from bot.domain.rotation.showing import RotationViewService
from bot.domain.rotation.swap_news import SwapNewsService
from bot.domain.rotation.swapping import SwapService
from bot.domain.rotation.unavailability import UnavailabilityService
from bot.domain.rotation.undoing import UndoService
from bot.domain.rsvps import RsvpService
from bot.domain.series import SeriesEditService, SeriesEndService, SeriesService, SeriesSkipService
from bot.domain.sessions import SessionHooks, SessionService
from bot.domain.setup import Proposals, SetupService
from bot.domain.spinoffs import SpinoffService
from bot.domain.start_here import StartHereService
from bot.domain.takeaways import AfterLectureService, TakeawayService
from bot.domain.topics import TopicBoardService, TopicPlanningService, TopicService
from bot.domain.upcoming import UpcomingService
from bot.domain.usual_start import UsualStartService
from data.database import Database

if TYPE_CHECKING:
    from bot.config import Config


class Services(Struct, frozen=True):
    """The rules' services, as the cogs get them."""

    communities: CommunityService
    setup: SetupService
    usual_start: UsualStartService
    groups: GroupService
    archive: ArchiveService
    series: SeriesService
    series_edits: SeriesEditService
    series_ends: SeriesEndService
    series_skips: SeriesSkipService
    sessions: SessionService
    rsvps: RsvpService
    hosting: HostingService
    answered_for: AnsweredForService
    restricting: RestrictionService
    roster: RosterService
    requests: RequestService
    running: RunningService
    saying: SayingService
    swaps: SwapService
    swap_news: SwapNewsService
    unavailability: UnavailabilityService
    rotation_views: RotationViewService
    rotation_settings: RotationSettingsService
    by_hand: ByHandService
    concerned: ConcernedService
    guests: GuestService
    inviting: InvitingService
    undoing: UndoService
    question_box: QuestionBoxService
    question_handing: QuestionHandingService
    asking: AskingService
    question_views: QuestionViewService
    question_life: QuestionLifeService
    question_forum: QuestionForumService
    question_files: QuestionFileService
    moderating: ModeratingService
    question_news: QuestionNews
    accepting: AcceptingService
    thanking: ThankingService
    recognition: RecognitionService
    privacy: PrivacyService
    who: WhoService
    asks: AskService
    ask_rounds: RoundService
    ask_words: AskWords
    question_index: IndexingService
    finding: FindingService
    refreshing: RefreshService
    question_activity: ActivityService
    question_idle: IdleService
    converting: ConvertingService
    takeaways: TakeawayService
    after_lecture: AfterLectureService
    topics: TopicService
    topic_planning: TopicPlanningService
    topic_boards: TopicBoardService
    spinoffs: SpinoffService
    pairing: PairingService
    pairing_rounds: PairingRoundService
    pairing_words: PairingWords
    introductions: IntroductionService
    introduction_words: IntroductionWords
    ledger: LedgerService
    announcements: AnnouncementService
    reminders: ReminderService
    own_reminders: OwnReminderService
    own_sessions: OwnSessionService
    private_threads: PrivateThreadService
    morning: MorningService
    morning_writer: MorningWriter
    notices: NoticeService
    members: MemberService
    memberships: MembershipService
    start_here: StartHereService
    upcoming: UpcomingService
    help: HelpService
    deletions: DeletionService
    profiles: ProfileService
    forms: FormService


def compose(
    database: Database, clock: Clock, config: Config, is_public: Callable[[int, int], bool] = all_public
) -> Services:
    """The services and their parts in each other's lives: the tuples below are the whole wiring.

    `is_public` says whether everybody on a server sees a channel of it.
    """
    from bot.rendering.industries import called, vocabulary  # with the texts of all features, which an import needs not

    announcements = AnnouncementService(database, clock)
    notices = NoticeService(clock)
    reminders = ReminderService(clock, notices.no_channel)
    upcoming = UpcomingService(clock, config.scheduler.horizon_weeks)
    own_reminders = OwnReminderService(database, clock)
    morning = MorningWriter(clock)
    hosting = HostingService(clock)
    answered_for = AnsweredForService(clock)
    answering = (hosting.on_answered, answered_for.on_answered)
    comings = (reminders, morning, own_reminders, hosting)
    rotation, swap_news, guests = RotationService(clock), SwapNewsService(clock), GuestService(clock)
    handing, after = QuestionHandingService(clock), AfterLectureService(clock)
    pairing_rounds, introductions = PairingRoundService(database, clock), IntroductionService(database, clock)
    spinoffs, ask_rounds = SpinoffService(database, clock), RoundService(clock)
    topics, topic_boards = TopicService(database, clock), TopicBoardService()
    rsvps = RsvpService(
        database,
        clock,
        on_answered=answering,
        on_coming=tuple(part.on_coming for part in comings),
        on_lost=(hosting.on_answered,),
    )
    hooks = SessionHooks(
        on_scheduled=(
            rsvps.on_scheduled,
            announcements.on_scheduled,
            reminders.on_scheduled,
            morning.on_scheduled,
            rotation.on_scheduled,
            upcoming.on_session,
        ),
        on_moved=(
            announcements.on_moved,
            rsvps.on_changed,
            reminders.on_moved,
            morning.on_moved,
            notices.on_moved,
            hosting.on_moved,
            answered_for.on_moved,
            rotation.on_moved,
            swap_news.on_moved,
            guests.on_moved,
            handing.on_moved,
            topics.on_moved,
            upcoming.on_session,
        ),
        on_edited=(
            announcements.on_edited,
            rsvps.on_changed,
            notices.on_edited,
            guests.on_edited,
            topics.on_edited,
            upcoming.on_session,
        ),
        on_cancelled=(
            announcements.on_cancelled,
            rsvps.on_cancelled,
            reminders.on_cancelled,
            morning.on_cancelled,
            notices.on_cancelled,
            rotation.on_cancelled,
            guests.on_cancelled,
            handing.on_cancelled,
            topics.on_cancelled,
            upcoming.on_session,
        ),
        on_ended=(announcements.on_ended, rotation.on_ended, after.on_ended, topics.on_ended, upcoming.on_session),
    )
    topic_planning = TopicPlanningService(database, clock, hooks)
    replanned = tuple(part.on_settings_changed for part in (reminders, morning, handing))
    series = SeriesService(database, clock, hooks, config.scheduler.horizon_weeks)
    following = (reminders, announcements, series, upcoming, topic_boards)
    follow_group = (*replanned, *(part.on_group_changed for part in following))
    groups = GroupService(database, follow_group)
    lists = (upcoming, topic_boards)
    start_here, question_forum = StartHereService(), QuestionForumService()
    follow_settings = (groups, reminders, morning, handing, own_reminders, announcements)
    ledger = LedgerService(database, clock)
    follow_settings += (start_here, question_forum, upcoming, pairing_rounds, topic_boards, ledger)
    communities = CommunityService(database, clock, tuple(part.on_settings_changed for part in follow_settings))
    follow_zone = (own_reminders.on_zone_changed, reminders.on_zone_changed)
    profiles = ProfileService(database, clock, vocabulary, follow_zone, is_public)
    memberships = MembershipService(database, clock, rsvps, on_joined=(hosting.on_joined,), on_left=(hosting.on_left,))
    # Who hosted what is asked before the answers are gone.
    leavers = (hosting, rsvps, groups, memberships, rotation, guests, handing, after, profiles)
    asking = AskingService(database, clock, vocabulary, (ask_rounds.on_posted,))
    converting = ConvertingService(database, clock, asking)
    leavers += (converting, pairing_rounds, introductions, topic_boards, spinoffs, ask_rounds)
    proposals = Proposals(config.defaults.language, config.defaults.time_zone)
    setup = SetupService(database, clock, communities, proposals)
    requests = RequestService(database, clock, rsvps)
    question_life, about = QuestionLifeService(database, clock, (ask_rounds.on_closed,)), topic_of(called)
    # Who can't come can't lecture either.
    restricted: dict[Part, tuple[GiveBack, ...]] = {
        "sessions": (rsvps.on_restricted, rotation.on_restricted),
        "rotation": (rotation.on_restricted,),
        # What they have asked stays.
        "asking": (),
        "answering": (ask_rounds.on_restricted,),
    }
    return Services(
        communities=communities,
        setup=setup,
        usual_start=UsualStartService(database, communities, setup),
        groups=groups,
        archive=ArchiveService(database, clock, hooks, groups, tuple(part.on_group_changed for part in lists)),
        series=series,
        series_edits=SeriesEditService(database, clock, hooks, series),
        series_ends=SeriesEndService(database, clock, hooks, series),
        series_skips=SeriesSkipService(database, clock, hooks, series),
        sessions=SessionService(database, clock, hooks, topic_planning.planned),
        rsvps=rsvps,
        hosting=hosting,
        answered_for=answered_for,
        restricting=RestrictionService(database, clock, restricted),
        roster=RosterService(database, clock),
        requests=requests,
        running=RunningService(database, clock, hooks),
        saying=SayingService(clock),
        swaps=SwapService(database, clock, requests),
        swap_news=swap_news,
        unavailability=UnavailabilityService(database, clock),
        rotation_views=RotationViewService(database, clock),
        rotation_settings=RotationSettingsService(database, clock),
        by_hand=ByHandService(database, clock),
        concerned=ConcernedService(clock),
        guests=guests,
        inviting=InvitingService(database, clock, vocabulary),
        undoing=UndoService(database, clock),
        question_box=QuestionBoxService(database, clock),
        question_handing=handing,
        asking=asking,
        question_views=QuestionViewService(database),
        question_life=question_life,
        question_forum=question_forum,
        question_files=QuestionFileService(database),
        moderating=ModeratingService(database, clock, (ask_rounds.on_closed,)),
        question_news=QuestionNews(),
        accepting=AcceptingService(database, clock, question_life, about),
        thanking=ThankingService(database, clock, about),
        recognition=RecognitionService(database),
        privacy=PrivacyService(database),
        who=WhoService(database, clock, vocabulary, asking),
        asks=AskService(database, clock, ask_rounds),
        ask_rounds=ask_rounds,
        ask_words=AskWords(clock),
        question_index=IndexingService(database, clock),
        finding=FindingService(database, vocabulary),
        refreshing=RefreshService(database),
        question_activity=ActivityService(database),
        question_idle=IdleService(database, clock, (ask_rounds.on_closed,)),
        converting=converting,
        takeaways=TakeawayService(database, clock),
        after_lecture=after,
        topics=topics,
        topic_planning=topic_planning,
        topic_boards=topic_boards,
        spinoffs=spinoffs,
        pairing=PairingService(database, clock),
        pairing_rounds=pairing_rounds,
        pairing_words=PairingWords(),
        introductions=introductions,
        introduction_words=IntroductionWords(clock, is_public),
        ledger=ledger,
        announcements=announcements,
        reminders=reminders,
        own_reminders=own_reminders,
        own_sessions=OwnSessionService(database, clock, rsvps),
        private_threads=PrivateThreadService(clock),
        morning=MorningService(database, clock),
        morning_writer=morning,
        notices=notices,
        members=MemberService(
            database, clock, tuple(part.on_member_left for part in leavers), (ask_rounds.on_stopped,)
        ),
        memberships=memberships,
        start_here=start_here,
        upcoming=upcoming,
        help=HelpService(database, clock),
        deletions=DeletionService(database, (INTRODUCTION,)),
        profiles=profiles,
        forms=FormService(database),
    )
