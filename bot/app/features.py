"""The cogs, and what each of them gets. Imported with the first bot, and with it all commands, buttons and texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import cogs.corrections
import cogs.deletions
import cogs.forms
import cogs.groups
import cogs.help
import cogs.introductions
import cogs.ledger
import cogs.me
import cogs.members
import cogs.memberships
import cogs.moderation
import cogs.morning
import cogs.notices
import cogs.pairing
import cogs.permissions
import cogs.privacy
import cogs.profiles
import cogs.question_box
import cogs.questions
import cogs.rotation
import cogs.series
import cogs.sessions
import cogs.settings
import cogs.setup
import cogs.spinoffs
import cogs.takeaways
import cogs.topics
import cogs.visibility
import cogs.who
from bot.lookout import Lookout
from bot.people import People
from bot.roles import MemberRoles
from bot.sight import is_public
from bot.unheard import Unheard

if TYPE_CHECKING:
    from bot.app.services import Services
    from bot.client import StudyBot
    from bot.clock import Clock
    from bot.domain.notices import Lacking
    from bot.pacer import Pacer
    from data.database import Database


def install(bot: StudyBot, services: Services, database: Database, clock: Clock, pacer: Pacer) -> None:
    """Give the bot its cogs, buttons and forms, to be loaded before it goes online."""
    members = cogs.members.Members(bot, services.members)
    bot.after_answer, bot.corrected = members.after, cogs.corrections.corrected
    setup = cogs.setup.Setup(bot, services.setup, services.communities, services.morning, services.usual_start)
    visibility = cogs.visibility.Visibility(bot, services.morning, services.announcements, is_public)
    lookout = Lookout(bot, pacer, services.deletions.deleted)
    unheard = Unheard(bot, pacer, services.question_activity, services.question_idle, cogs.questions.is_persons)
    bot.look, bot.catch_up, bot.greet = visibility.look, unheard.look, setup.greet
    with_forms = (cogs.corrections, cogs.setup, cogs.series, cogs.sessions, cogs.profiles, cogs.me, cogs.rotation)
    with_forms += (cogs.question_box, cogs.takeaways, cogs.questions, cogs.introductions, cogs.topics)
    forms = tuple(form for feature in with_forms for form in feature.FORMS)
    bot.forms_to_load = tuple(form.pattern for form in forms)
    bot.cogs_to_load = (
        setup,
        cogs.settings.Settings(bot, services.communities, services.series, services.morning, services.usual_start),
        cogs.groups.Groups(bot, services.groups, services.archive, services.memberships),
        cogs.memberships.Memberships(bot, services.memberships),
        cogs.series.Series(
            bot, services.series, services.series_edits, services.series_ends, services.series_skips, clock
        ),
        cogs.sessions.Sessions(bot, services.sessions, services.rsvps, clock),
        cogs.morning.Morning(bot, services.morning, clock, MemberRoles(bot, pacer), visibility.look),
        cogs.moderation.Moderation(bot, services.restricting, clock),
        cogs.moderation.ModeratedQuestions(bot, services.moderating, services.restricting),
        cogs.notices.Notices(bot, services.sessions),
        cogs.me.Me(bot, services.own_reminders, services.own_sessions, services.question_views, database.used_in),
        members,
        cogs.profiles.Profiles(bot, services.profiles, services.recognition, lookout.stands),
        cogs.rotation.Rotation(
            bot,
            services.roster,
            services.unavailability,
            services.rotation_views,
            services.rotation_settings,
            services.groups,
            clock,
        ),
        cogs.rotation.Requests(bot, services.requests),
        cogs.rotation.Swaps(bot, services.swaps),
        cogs.rotation.ByHand(bot, services.by_hand, services.undoing),
        cogs.rotation.Guests(bot, services.inviting),
        cogs.question_box.QuestionBox(bot, services.question_box),
        cogs.takeaways.Takeaways(bot, services.takeaways),
        cogs.questions.Questions(
            bot, services.asking, services.question_views, services.question_life, services.profiles
        ),
        cogs.questions.Answers(bot, services.accepting, services.thanking),
        cogs.privacy.PrivacyChoices(bot, services.privacy),
        cogs.who.Who(bot, services.who, services.profiles),
        cogs.questions.Finding(bot, services.finding),
        cogs.questions.Refreshing(bot, services.refreshing),
        cogs.questions.QuestionActivity(services.question_activity),
        cogs.questions.Converting(bot, services.converting),
        cogs.questions.Asks(bot, services.asks, People(bot).meant),
        cogs.questions.QuestionCare(bot, services.question_idle, services.question_life),
        cogs.topics.Topics(bot, services.topics, services.topic_planning, clock),
        cogs.spinoffs.Spinoffs(bot, services.spinoffs),
        cogs.pairing.Pairing(bot, services.pairing, clock),
        cogs.introductions.Introductions(bot, services.introductions, database.used_in),
        cogs.ledger.LedgerCog(services.ledger, database.used_in),
        cogs.help.Help(bot, services.help, database.used_in),
        cogs.forms.Forms(bot, services.forms, forms),
        cogs.deletions.Deletions(services.deletions),
        visibility,
    )
    features = (
        cogs.forms,
        cogs.setup,
        cogs.settings,
        cogs.groups,
        cogs.series,
        cogs.sessions,
        cogs.morning,
        cogs.moderation,
    )
    features += (cogs.notices, cogs.help, cogs.me, cogs.members, cogs.memberships, cogs.profiles, cogs.rotation)
    features += (cogs.question_box, cogs.takeaways, cogs.questions, cogs.pairing, cogs.introductions)
    features += (cogs.topics, cogs.spinoffs, cogs.privacy, cogs.who, cogs.ledger)
    bot.items_to_load = tuple(item for feature in features for item in feature.ITEMS)


def name_of(bot: StudyBot) -> Callable[[int], str | None]:
    """Tells what a server is called; None of one that is out of reach."""

    def name(guild_id: int) -> str | None:
        guild = bot.get_guild(guild_id)
        return guild.name if guild else None

    return name


def lacking_of(bot: StudyBot) -> Lacking:
    """Tells which permissions the bot lacks; of a server that is out of reach, that all may be missing."""

    def lacking(guild_id: int, channel_id: int, needed: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        guild = bot.get_guild(guild_id)
        return cogs.permissions.lacking(guild, channel_id, needed) if guild else (channel_id, tuple(needed))

    return lacking
