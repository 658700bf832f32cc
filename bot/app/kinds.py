"""How steps, posts and mirrors of each kind are done: here the services meet the texts and Discord's objects."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.dispatcher import PostKind
from bot.domain import introductions, pairing
from bot.domain.announcements import FAREWELL
from bot.domain.archiving import KIND as ARCHIVED
from bot.domain.hosting import KIND as HOSTLESS
from bot.domain.ledger import YEAR
from bot.domain.own_reminders import OWN
from bot.domain.posts import DROPPED, when_dropped
from bot.domain.profiles import INTRODUCTION
from bot.domain.question_box import BOX
from bot.domain.questions import rounds as asking_rounds
from bot.domain.questions import telling as asking_told
from bot.domain.questions.activity import REOPENED, WROTE
from bot.domain.questions.converting import OFFER, POSTED
from bot.domain.questions.hiding import FORGET
from bot.domain.questions.idle import CLOSE, IDLE, LOST, TEND_IDLE, TEND_WROTE
from bot.domain.questions.news import LOGGED, MODERATED
from bot.domain.questions.thanking import TELL, THANKED
from bot.domain.questions.values import QUESTION, REMARK, TAGS
from bot.domain.reminders import place_of
from bot.domain.restricting import KIND as RESTRICTED
from bot.domain.rotation import concerned, guests, saying, swaps
from bot.domain.rotation.running import LOOK
from bot.domain.rsvps import ANSWERED_FOR
from bot.domain.sessions import view
from bot.domain.spinoffs import ASKED as LISTING
from bot.domain.start_here import START_HERE
from bot.domain.takeaways import AFTER, ASK_USED, FOLLOW_UP, TAKE_HOME, TELL_USED, THANKS
from bot.domain.topics import BOARD
from bot.domain.upcoming import LISTED, UPCOMING
from bot.domain.watched import SETTLED
from bot.mirrors import (
    AnnouncementMirror,
    ChannelMirror,
    EventMirror,
    FarewellMirror,
    MirrorKind,
    PinnedMirror,
    PrivateThreadMirror,
    QuestionMirror,
    Remote,
    TagsMirror,
    ThreadMirror,
    TopicBoardMirror,
)
from bot.rendering import answered_for as answered_for_rendering
from bot.rendering import archiving as archiving_rendering
from bot.rendering import by_hand as by_hand_rendering
from bot.rendering import guests as guest_rendering
from bot.rendering import hosting as hosting_rendering
from bot.rendering import introductions as introduction_rendering
from bot.rendering import ledger as ledger_rendering
from bot.rendering import members as member_rendering
from bot.rendering import morning as morning_rendering
from bot.rendering import notices as notice_rendering
from bot.rendering import pairing as pairing_rendering
from bot.rendering import profiles as profile_rendering
from bot.rendering import question_box as box_rendering
from bot.rendering import questions as question_rendering
from bot.rendering import reminders as reminder_rendering
from bot.rendering import requests as request_rendering
from bot.rendering import restrictions as restriction_rendering
from bot.rendering import sessions as session_rendering
from bot.rendering import setup as setup_rendering
from bot.rendering import spinoffs as spinoff_rendering
from bot.rendering import start_here as start_rendering
from bot.rendering import swaps as swap_rendering
from bot.rendering import takeaways as takeaway_rendering
from bot.rendering import topics as topic_rendering
from bot.rendering import upcoming as upcoming_rendering

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import discord

    from bot.app.services import Services
    from bot.clock import Clock
    from bot.domain.ledger import Ledger
    from bot.domain.mirrors import Mirror
    from bot.domain.notices import Lacking
    from bot.domain.posts import Post, Settled
    from bot.domain.steps import StepHandler
    from bot.domain.uow import UnitOfWork
    from bot.i18n import Words
    from bot.rendering.content import Content
    from data.database import Database

    EndedHook = Callable[[UnitOfWork, Settled], Awaitable[None]]


def step_handlers(services: Services) -> dict[str, StepHandler]:
    """What runs when a step of each kind is due."""
    morning, notices, reminders = services.morning_writer, services.notices, services.reminders
    after, rounds, asks = services.after_lecture, services.pairing_rounds, services.ask_rounds

    async def reminder_dropped(uow: UnitOfWork, post: Post) -> None:
        await (services.own_reminders if post.data.get("alone") else reminders).dropped(uow, post)

    dropped = {
        ANSWERED_FOR: services.answered_for.dropped,
        "dawn": reminder_dropped,
        "edited": notices.dropped,
        "evening": reminder_dropped,
        HOSTLESS: services.hosting.dropped,
        "morning": morning.dropped,
        "moved": notices.dropped,
        "promotion": services.rsvps.dropped,
        **dict.fromkeys((*swaps.TO_OTHERS, *swaps.TO_ITS_OWNER), services.swap_news.dropped),
    }
    return {
        AFTER: after.after,
        "announce": services.announcements.announce,
        ASK_USED: after.ask_used,
        asking_rounds.ENDS: asks.ends,
        asking_rounds.ON_IT: asks.on_it,
        asking_rounds.UNANSWERED: asks.unanswered,
        BOX: services.question_handing.hand_over,
        "dawn": reminders.dawn,
        "dawn_early": reminders.dawn_early,
        DROPPED: when_dropped(dropped),
        "ended": services.sessions.ended,
        "evening": reminders.evening,
        "evening_early": reminders.evening_early,
        FOLLOW_UP: after.tell_follow_ups,
        FORGET: services.moderating.forget,
        CLOSE: services.question_idle.close,
        IDLE: services.question_idle.idle,
        WROTE: services.question_idle.wrote,
        OFFER: services.converting.ends,
        introductions.ASK_MET: services.introduction_words.ask_met,
        introductions.ENDS: services.introduction_words.ends,
        introductions.FALLBACK: services.introduction_words.fall_back,
        "morning": morning.due,
        "morning_early": morning.early,
        LISTED: services.upcoming.listed,
        LOOK: services.running.look,
        OWN: services.own_reminders.due,
        pairing.ASK: rounds.ask,
        pairing.FALLBACK: rounds.fall_back,
        pairing.ROUND: rounds.make,
        SETTLED: asks.settled,
        "start": reminders.start,
        TELL: services.thanking.tell,
        TELL_USED: after.tell_used,
        YEAR: services.ledger.write,
    }


def post_kinds(
    services: Services, lacking: Lacking | None = None, server: Callable[[int], str | None] = lambda _guild_id: None
) -> dict[str, PostKind]:
    """How posts of each kind are made, and what follows if one does not arrive.

    `lacking` knows which permissions the bot lacks, for what moderators are told; `server` what a server is called
    (None: not known).
    """
    notices, members, after = services.notices, services.members, services.after_lecture

    async def reminder_ended(uow: UnitOfWork, result: Settled) -> None:
        await members.on_undelivered(uow, result)
        if await services.private_threads.undelivered(uow, result):
            return
        await services.own_reminders.undelivered(uow, result)
        if not await services.reminders.undelivered(uow, result):
            await notices.report(uow, result)

    async def told_elsewhere(uow: UnitOfWork, result: Settled) -> None:
        await members.on_undelivered(uow, result)
        if not await services.private_threads.undelivered(uow, result):
            await notices.to_thread(uow, result)

    def told_in_private_or(*follow: EndedHook) -> EndedHook:
        """What did not arrive stands in its reader's private thread; else these follow, and moderators hear of it."""

        async def ended(uow: UnitOfWork, result: Settled) -> None:
            await members.on_undelivered(uow, result)
            if not await services.private_threads.undelivered(uow, result):
                for each in follow:
                    await each(uow, result)
                await notices.report(uow, result)

        return ended

    told_in_private = told_in_private_or()

    async def ask_ended(uow: UnitOfWork, result: Settled) -> None:
        await members.on_undelivered(uow, result)
        elsewhere = await services.private_threads.undelivered(uow, result)
        await services.ask_rounds.undelivered(uow, result, elsewhere=elsewhere)
        if not elsewhere:
            await notices.report(uow, result)

    async def pair_ended(uow: UnitOfWork, result: Settled) -> None:
        await told_in_private(uow, result)
        await services.pairing_rounds.undelivered(uow, result)

    async def introduction_ended(uow: UnitOfWork, result: Settled) -> None:
        await told_in_private(uow, result)
        await services.introduction_words.undelivered(uow, result)

    def year(value: Ledger, w: Words) -> Content:
        return ledger_rendering.year(value, server(value.guild_id), w)

    reminder = PostKind(
        services.reminders.describe, reminder_rendering.reminder, reminder_ended, timely=True, place=place_of
    )
    change = PostKind(notices.describe, notice_rendering.change, told_elsewhere, place=place_of)
    asked = PostKind(services.saying.asked, request_rendering.asked, told_in_private, place=place_of)
    swap_offer = PostKind(
        services.swap_news.offer,
        swap_rendering.offered,
        told_in_private_or(services.swap_news.undelivered),
        place=place_of,
    )
    swap_news = PostKind(services.swap_news.news, swap_rendering.news, told_in_private, place=place_of)
    told_by_hand = PostKind(services.concerned.told, by_hand_rendering.told, told_in_private, place=place_of)
    for_host = PostKind(services.guests.told, guest_rendering.for_host, told_in_private, place=place_of)
    ask_words, forum = services.ask_words, asking_told.place_of
    thread_there = services.ask_rounds.waits_for_thread
    care = PostKind(
        services.question_idle.describe, question_rendering.care, told_in_private, place=services.question_idle.place
    )
    offers = services.converting
    answered_for, say_answer = services.answered_for, answered_for_rendering.answered_for
    return {
        ANSWERED_FOR: PostKind(answered_for.describe, say_answer, told_in_private, place=place_of),
        ARCHIVED: PostKind(services.archive.describe, archiving_rendering.group_gone, notices.report),
        asking_told.ASK: PostKind(
            ask_words.asked,
            question_rendering.ask_somebody,
            ask_ended,
            place=forum,
            asks=True,
            waits=services.ask_rounds.waits,
        ),
        asking_told.REMIND: PostKind(ask_words.reminded, question_rendering.reminded, told_in_private, place=forum),
        asking_told.STUCK: PostKind(
            ask_words.stuck, question_rendering.stuck, told_in_private, place=forum, waits=thread_there
        ),
        asking_told.TAKEN: PostKind(ask_words.taken, question_rendering.taken, told_in_private, place=forum),
        asking_told.UNHEARD: PostKind(
            ask_words.stuck, question_rendering.unheard, told_in_private, place=forum, waits=thread_there
        ),
        ASK_USED: PostKind(after.asked_used, takeaway_rendering.ask_used, told_in_private, place=place_of),
        "before": reminder,
        BOX: PostKind(services.question_handing.describe, box_rendering.handed, told_in_private, place=place_of),
        "cancelled": change,
        "dawn": reminder,
        "edited": change,
        "evening": reminder,
        FOLLOW_UP: PostKind(after.followed, takeaway_rendering.followed, told_in_private, place=place_of),
        HOSTLESS: PostKind(
            services.hosting.describe,
            hosting_rendering.host_gone,
            told_in_private_or(services.hosting.undelivered),
            place=place_of,
        ),
        INTRODUCTION: PostKind(services.profiles.describe, profile_rendering.introduction, notices.report),
        LOGGED: PostKind(services.question_news.logged, question_rendering.logged, notices.report),
        MODERATED: PostKind(services.question_news.told, question_rendering.told, told_in_private),
        introductions.AGREED: PostKind(
            services.introduction_words.agreed, introduction_rendering.agreed, introduction_ended
        ),
        introductions.ASKED: PostKind(services.introduction_words.asked, introduction_rendering.asked, told_in_private),
        introductions.MET: PostKind(
            services.introduction_words.met, introduction_rendering.asked_met, introduction_ended
        ),
        "morning": PostKind(services.morning_writer.describe, morning_rendering.morning_post, notices.report),
        "moved": change,
        "notice": PostKind(
            partial(notices.describe_trouble, lacking=lacking), notice_rendering.trouble, notices.report
        ),
        pairing.ALONE: PostKind(services.pairing_words.alone, pairing_rendering.alone, told_in_private),
        pairing.ASKED: PostKind(services.pairing_words.asked, pairing_rendering.asked, pair_ended),
        pairing.TOLD: PostKind(services.pairing_words.told, pairing_rendering.told, pair_ended),
        "promotion": PostKind(services.rsvps.describe, session_rendering.promotion, told_elsewhere, place=place_of),
        **dict.fromkeys((IDLE, WROTE, LOST, REOPENED, TEND_IDLE, TEND_WROTE), care),
        OFFER: PostKind(offers.describe, question_rendering.offered, told_in_private, place=offers.place, asks=True),
        POSTED: PostKind(offers.describe_posted, question_rendering.posted, told_in_private, place=offers.place),
        REMARK: PostKind(services.question_life.describe, question_rendering.remark, notices.report),
        RESTRICTED: PostKind(services.restricting.describe, restriction_rendering.told, told_in_private),
        LISTING: PostKind(services.spinoffs.asked, spinoff_rendering.asked, told_in_private),
        "start": reminder,
        saying.AWAY: asked,
        saying.CALL: PostKind(services.saying.wanted, request_rendering.called, notices.report, place=place_of),
        saying.DISCUSS: PostKind(services.saying.wanted, request_rendering.discussed, notices.report, place=place_of),
        saying.MATERIALS: asked,
        saying.NUDGE: asked,
        saying.OFFER: asked,
        saying.OUTLINE: asked,
        saying.REQUEST: PostKind(
            services.saying.asked,
            request_rendering.asked,
            told_in_private_or(services.running.undelivered),
            place=place_of,
            asks=True,
        ),
        saying.TROUBLE: PostKind(
            services.saying.wanted,
            request_rendering.trouble,
            told_in_private_or(services.saying.undelivered),
            place=place_of,
        ),
        **dict.fromkeys(swaps.TO_OTHERS, swap_offer),
        **dict.fromkeys(swaps.TO_ITS_OWNER, swap_news),
        **dict.fromkeys(concerned.KINDS, told_by_hand),
        **dict.fromkeys(guests.KINDS, for_host),
        TAKE_HOME: PostKind(after.take_home, takeaway_rendering.take_home, notices.report, place=place_of),
        TELL_USED: PostKind(after.counted, takeaway_rendering.tell_used, told_in_private, place=place_of),
        THANKED: PostKind(
            services.thanking.describe,
            question_rendering.told_thanks,
            told_in_private,
            place=services.thanking.place_of,
        ),
        THANKS: PostKind(after.thanks, takeaway_rendering.thanks, told_in_private, place=place_of),
        "welcome": PostKind(services.communities.describe_welcome, setup_rendering.welcome, notices.report),
        YEAR: PostKind(services.ledger.describe, year, told_in_private),
    }


def mirror_kinds(services: Services, database: Database, clock: Clock, client: discord.Client) -> dict[str, MirrorKind]:
    """How each kind of object in Discord is made equal to the database."""
    remote = Remote(client)

    async def question_made(uow: UnitOfWork, mirror: Mirror, thread_id: int) -> None:
        await services.question_activity.made(uow, mirror, thread_id)
        await services.ask_rounds.thread_made(uow, mirror, thread_id)

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
        BOARD: TopicBoardMirror(remote, services.topic_boards.describe, topic_rendering.board),
        "channel": ChannelMirror(
            remote,
            services.communities.describe_channel,
            setup_rendering.made_channel,
            services.communities.channel_made,
        ),
        QUESTION: QuestionMirror(
            remote,
            services.question_forum.post,
            question_rendering.post,
            question_made,
            services.question_idle.lost,
            services.question_files,
            clock,
        ),
        TAGS: TagsMirror(
            remote,
            database,
            services.question_forum.tags,
            question_rendering.tags,
            services.question_forum.tagged,
        ),
        pairing.THREAD: PrivateThreadMirror(
            remote,
            services.pairing_rounds.describe_thread,
            pairing_rendering.thread,
            services.pairing_rounds.thread_made,
        ),
        introductions.THREAD: PrivateThreadMirror(
            remote,
            services.introduction_words.describe_thread,
            introduction_rendering.thread,
            services.introduction_words.thread_made,
        ),
        "private": PrivateThreadMirror(
            remote,
            services.private_threads.describe,
            member_rendering.private_thread,
            services.private_threads.made,
        ),
    }
