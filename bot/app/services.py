"""The services and their parts in each other's lives: the whole wiring between features is read here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord

from bot.clock import Clock
from bot.dispatcher import PostKind
from bot.domain.announcements import FAREWELL, AnnouncementService
from bot.domain.archiving import ArchiveService
from bot.domain.communities import CommunityService
from bot.domain.deletions import DeletionService
from bot.domain.groups import GroupService
from bot.domain.help import HelpService
from bot.domain.hosting import KIND as HOSTLESS
from bot.domain.hosting import HostingService
from bot.domain.members import MemberService
from bot.domain.memberships import MembershipService
from bot.domain.morning import MorningService
from bot.domain.notices import NoticeService
from bot.domain.own_reminders import OWN
from bot.domain.own_reminders.service import OwnReminderService
from bot.domain.own_sessions import OwnSessionService
from bot.domain.posts import DROPPED, when_dropped
from bot.domain.private_threads import PrivateThreadService
from bot.domain.profiles import INTRODUCTION, ProfileService
from bot.domain.reminders import ReminderService, place_of
from bot.domain.rsvps import RsvpService
from bot.domain.series import SeriesEditService, SeriesService
from bot.domain.sessions import SessionHooks, SessionService, view
from bot.domain.setup import Proposals, SetupService
from bot.domain.start_here import START_HERE, StartHereService
from bot.domain.steps import StepHandler
from bot.domain.upcoming import LISTED, UPCOMING, UpcomingService
from bot.mirrors import (
    AnnouncementMirror,
    ChannelMirror,
    EventMirror,
    FarewellMirror,
    MirrorKind,
    PinnedMirror,
    PrivateThreadMirror,
    Remote,
    ThreadMirror,
)
from bot.rendering import hosting as hosting_rendering
from bot.rendering import industries as industry_rendering
from bot.rendering import members as member_rendering
from bot.rendering import morning as morning_rendering
from bot.rendering import notices as notice_rendering
from bot.rendering import profiles as profile_rendering
from bot.rendering import reminders as reminder_rendering
from bot.rendering import sessions as session_rendering
from bot.rendering import setup as setup_rendering
from bot.rendering import start_here as start_rendering
from bot.rendering import upcoming as upcoming_rendering
from data.database import Database

if TYPE_CHECKING:
    from bot.config import Config
    from bot.domain.posts import Post, Settled
    from bot.domain.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Services:
    """The rules' services, as the cogs get them."""

    communities: CommunityService
    setup: SetupService
    groups: GroupService
    archive: ArchiveService
    series: SeriesService
    series_edits: SeriesEditService
    sessions: SessionService
    rsvps: RsvpService
    hosting: HostingService
    announcements: AnnouncementService
    reminders: ReminderService
    own_reminders: OwnReminderService
    own_sessions: OwnSessionService
    private_threads: PrivateThreadService
    morning: MorningService
    notices: NoticeService
    members: MemberService
    memberships: MembershipService
    start_here: StartHereService
    upcoming: UpcomingService
    help: HelpService
    deletions: DeletionService
    profiles: ProfileService


def compose(database: Database, clock: Clock, config: Config) -> Services:
    """The services and their parts in each other's lives: the tuples below are the whole wiring."""
    announcements = AnnouncementService(database, clock)
    notices = NoticeService(clock)
    reminders = ReminderService(clock, notices.no_channel)
    upcoming = UpcomingService(clock, config.scheduler.horizon_weeks)
    own_reminders = OwnReminderService(database, clock)
    morning = MorningService(database, clock)
    hosting = HostingService(clock)
    latecomers = (reminders, morning, own_reminders)
    rsvps = RsvpService(
        database, clock, on_answered=(hosting.on_answered,), on_coming=tuple(part.on_coming for part in latecomers)
    )
    hooks = SessionHooks(
        on_scheduled=(
            rsvps.on_scheduled,
            announcements.on_scheduled,
            reminders.on_scheduled,
            morning.on_scheduled,
            upcoming.on_session,
        ),
        on_moved=(
            announcements.on_moved,
            rsvps.on_changed,
            reminders.on_moved,
            morning.on_moved,
            notices.on_moved,
            hosting.on_moved,
            upcoming.on_session,
        ),
        on_edited=(announcements.on_edited, rsvps.on_changed, notices.on_edited, upcoming.on_session),
        on_cancelled=(
            announcements.on_cancelled,
            rsvps.on_cancelled,
            reminders.on_cancelled,
            morning.on_cancelled,
            notices.on_cancelled,
            upcoming.on_session,
        ),
        on_ended=(announcements.on_ended, upcoming.on_session),
    )
    replanned = (reminders.on_settings_changed, morning.on_settings_changed)
    series = SeriesService(database, clock, hooks, config.scheduler.horizon_weeks)
    follow_group = (*replanned, announcements.on_group_changed, series.on_group_changed, upcoming.on_group_changed)
    groups = GroupService(database, follow_group)
    start_here = StartHereService()
    follow_settings = (groups, reminders, morning, own_reminders, announcements, start_here, upcoming)
    communities = CommunityService(database, clock, tuple(part.on_settings_changed for part in follow_settings))
    follow_zone = (own_reminders.on_zone_changed, reminders.on_zone_changed)
    profiles = ProfileService(database, clock, industry_rendering.vocabulary, follow_zone)
    memberships = MembershipService(database, clock, rsvps, (hosting.on_left,))
    # Who hosted what is asked before the answers are gone.
    leavers = (hosting, rsvps, groups, memberships, profiles)
    proposals = Proposals(config.defaults.language, config.defaults.time_zone)
    return Services(
        communities=communities,
        setup=SetupService(database, clock, communities, proposals),
        groups=groups,
        archive=ArchiveService(database, clock, hooks, groups, (upcoming.on_group_changed,)),
        series=series,
        series_edits=SeriesEditService(database, clock, hooks, series),
        sessions=SessionService(database, clock, hooks),
        rsvps=rsvps,
        hosting=hosting,
        announcements=announcements,
        reminders=reminders,
        own_reminders=own_reminders,
        own_sessions=OwnSessionService(database, clock),
        private_threads=PrivateThreadService(clock),
        morning=morning,
        notices=notices,
        members=MemberService(database, clock, tuple(part.on_member_left for part in leavers)),
        memberships=memberships,
        start_here=start_here,
        upcoming=upcoming,
        help=HelpService(database, clock),
        deletions=DeletionService(database),
        profiles=profiles,
    )


def step_handlers(services: Services) -> dict[str, StepHandler]:
    """What runs when a step of each kind is due."""
    morning, notices, reminders = services.morning, services.notices, services.reminders

    async def reminder_dropped(uow: UnitOfWork, post: Post) -> None:
        await (services.own_reminders if post.data.get("alone") else reminders).dropped(uow, post)

    dropped = {
        "dawn": reminder_dropped,
        "edited": notices.dropped,
        "evening": reminder_dropped,
        HOSTLESS: services.hosting.dropped,
        "morning": morning.dropped,
        "moved": notices.dropped,
        "promotion": services.rsvps.dropped,
    }
    return {
        "announce": services.announcements.announce,
        "dawn": reminders.dawn,
        "dawn_early": reminders.dawn_early,
        DROPPED: when_dropped(dropped),
        "ended": services.sessions.ended,
        "evening": reminders.evening,
        "evening_early": reminders.evening_early,
        "morning": morning.due,
        "morning_early": morning.early,
        LISTED: services.upcoming.listed,
        OWN: services.own_reminders.due,
        "start": reminders.start,
    }


def post_kinds(services: Services) -> dict[str, PostKind]:
    """How posts of each kind are made, and what follows if one does not arrive."""
    notices, members = services.notices, services.members

    async def reminder_ended(uow: UnitOfWork, result: Settled) -> None:
        await members.on_undelivered(uow, result)
        await services.own_reminders.undelivered(uow, result)
        if not await services.reminders.undelivered(uow, result):
            await notices.report(uow, result)

    async def told_elsewhere(uow: UnitOfWork, result: Settled) -> None:
        await members.on_undelivered(uow, result)
        if not await services.private_threads.undelivered(uow, result):
            await notices.to_thread(uow, result)

    async def host_ended(uow: UnitOfWork, result: Settled) -> None:
        await members.on_undelivered(uow, result)
        if not await services.private_threads.undelivered(uow, result):
            await services.hosting.undelivered(uow, result)
            await notices.report(uow, result)

    reminder = PostKind(
        services.reminders.describe, reminder_rendering.reminder, reminder_ended, timely=True, place=place_of
    )
    change = PostKind(notices.describe, notice_rendering.change, told_elsewhere, place=place_of)
    return {
        "before": reminder,
        "cancelled": change,
        "dawn": reminder,
        "edited": change,
        "evening": reminder,
        HOSTLESS: PostKind(services.hosting.describe, hosting_rendering.host_gone, host_ended, place=place_of),
        INTRODUCTION: PostKind(services.profiles.describe, profile_rendering.introduction, notices.report),
        "morning": PostKind(services.morning.describe, morning_rendering.morning_post, notices.report),
        "moved": change,
        "notice": PostKind(notices.describe_trouble, notice_rendering.trouble, notices.report),
        "promotion": PostKind(services.rsvps.describe, session_rendering.promotion, told_elsewhere, place=place_of),
        "start": reminder,
        "welcome": PostKind(services.communities.describe_welcome, setup_rendering.welcome, notices.report),
    }


def mirror_kinds(services: Services, database: Database, clock: Clock, client: discord.Client) -> dict[str, MirrorKind]:
    """How each kind of object in Discord is made equal to the database."""
    remote = Remote(client)
    announcements = AnnouncementMirror(remote, view, session_rendering.announcement)
    return {
        "announcement": announcements,
        "thread": ThreadMirror(remote, view, session_rendering.thread_name),
        FAREWELL: FarewellMirror(remote, announcements, session_rendering.moved_away),
        "event": EventMirror(remote, database, view, session_rendering.event, clock),
        START_HERE: PinnedMirror(remote, services.start_here.describe, start_rendering.start_here),
        UPCOMING: PinnedMirror(
            remote, services.upcoming.describe, upcoming_rendering.upcoming, (upcoming_rendering.ALL,)
        ),
        "channel": ChannelMirror(
            remote,
            services.communities.describe_channel,
            setup_rendering.made_channel,
            services.communities.channel_made,
        ),
        "private": PrivateThreadMirror(
            remote,
            services.private_threads.describe,
            member_rendering.private_thread,
            services.private_threads.made,
        ),
    }
