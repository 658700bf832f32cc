"""A community: one Discord server's settings, and how far its setup has come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast, get_args

from msgspec import Struct

from bot.domain.calendar import QuietHours
from bot.domain.errors import StudyError
from bot.domain.phrases import parse_clock, parse_quiet_hours
from bot.domain.posts import Missed, NewPost
from bot.domain.zones import parse_zone

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.mirrors import Mirror
    from bot.domain.posts import Post
    from bot.domain.uow import UnitOfWork, Units

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

WELCOME = "welcome"
"""The kind of the one line that is posted when the bot joins a server; its subject is the guild."""
WELCOME_LIVES = timedelta(days=7)
MISSED_DAYS = 7
"""Days for which moderators see how many posts did not arrive."""

MADE_CHANNEL = "channel"
"""The kind of the mirrors that stand for channels the bot makes on request."""

ANNOUNCEMENTS = 1
LOG = 2
INTRODUCTIONS = 4
FORUM = 5
CHANNEL_FIELDS: dict[int, str] = {
    ANNOUNCEMENTS: "announcements_channel",
    LOG: "log_channel",
    INTRODUCTIONS: "introductions_channel",
    FORUM: "questions_channel",
}
"""A made channel's subject, and the setting that it fills."""

OFF = frozenset({"off", "none", "no", "なし", "オフ", "解除"})
"""What people write to turn a setting off that is given as text."""


class Community(Struct, frozen=True):
    """The settings of one community. Channel and role ids are 0 where nothing is set.

    `time_zone` is an IANA name; `quiet_begin` and `quiet_end` are both set or both None (wall clock); `usual_start` is
    only the default that /series create offers; `evening_before` is when the evening reminder goes out (wall clock);
    `members_may_host` is whether members of a group may schedule sessions there, as their hosts; `questions_channel` is
    a forum or a text channel; `setup_step` names the wizard's next question ("" before it was begun, "done" at its
    end).
    """

    guild_id: int
    language: Language
    time_zone: str
    announcements_channel: int
    log_channel: int
    introductions_channel: int
    questions_channel: int
    moderator_role: int
    quiet_begin: time | None
    quiet_end: time | None
    usual_start: time | None
    evening_before: time
    native_events: bool
    members_may_host: bool
    setup_step: str
    set_up_at: datetime | None

    @property
    def is_set_up(self) -> bool:
        """Whether the commands that need it may be used."""
        return self.set_up_at is not None


def quiet_hours(community: Community) -> QuietHours | None:
    """The hours in which the community wants no sound, None if it has set none."""
    if community.quiet_begin is None or community.quiet_end is None:
        return None
    return QuietHours(community.quiet_begin, community.quiet_end)


class CommunityRepository(Protocol):
    """The settings row of the unit's community; before the first writing, the defaults stand for it."""

    async def exists(self) -> bool:
        """Whether anything was ever written about this community."""
        ...

    async def get(self) -> Community:
        """The settings."""
        ...

    async def change(self, **values: Any) -> Community:
        """Set fields of `Community`; returns it as changed."""
        ...


class EveryoneAsModerator(StudyError):
    """The role chosen for moderators is the one that everybody has."""


class EveningNeeded(StudyError):
    """The reminder on the evening before can't be turned off for all; every member may do without it."""


class LanguageUnknown(StudyError):
    """The bot does not speak this language."""

    text: str


Clearable = Literal[
    "announcements_channel",
    "log_channel",
    "introductions_channel",
    "questions_channel",
    "moderator_role",
    "usual_start",
    "quiet_hours",
]
"""Settings that may be unset again."""

_CLEARED: dict[Clearable, dict[str, Any]] = {
    "announcements_channel": {"announcements_channel": 0},
    "log_channel": {"log_channel": 0},
    "introductions_channel": {"introductions_channel": 0},
    "questions_channel": {"questions_channel": 0},
    "moderator_role": {"moderator_role": 0},
    "usual_start": {"usual_start": None},
    "quiet_hours": {"quiet_begin": None, "quiet_end": None},
}


class NewSettings(Struct, frozen=True):
    """What a moderator wants changed, as they wrote it; None stays as it is.

    `time_zone` is an id or a name people use ("Tokyo", 「東京」), `quiet_hours` "22:00-06:00" or "off"; `usual_start`
    and `evening_before` are times of day; `clear` names settings to unset.
    """

    language: str | None = None
    time_zone: str | None = None
    announcements_channel: int | None = None
    log_channel: int | None = None
    introductions_channel: int | None = None
    questions_channel: int | None = None
    moderator_role: int | None = None
    quiet_hours: str | None = None
    usual_start: str | None = None
    evening_before: str | None = None
    native_events: bool | None = None
    members_may_host: bool | None = None
    clear: Sequence[Clearable] = ()

    def read(self, guild_id: int) -> dict[str, Any]:
        """The fields of `Community` that this sets, by name.

        Raises:
            LanguageUnknown, ZoneUnknown, QuietHoursNotUnderstood: a text is none.
            PhraseNotUnderstood, ClockPastMidnight: a text is no time of day.
            EveningNeeded: the reminder on the evening before is to be turned off.
            ClockAmbiguous: the usual start is in the morning or in the evening.
            EveryoneAsModerator: the moderator role is @everyone.
        """
        values: dict[str, Any] = {}
        for name in self.clear:
            values |= _CLEARED[name]
        if self.language is not None:
            values["language"] = _language(self.language)
        if self.time_zone is not None:
            values["time_zone"] = parse_zone(self.time_zone).key
        if self.moderator_role is not None:
            # The role that everybody has bears the guild's own id.
            if self.moderator_role == guild_id:
                raise EveryoneAsModerator
            values["moderator_role"] = self.moderator_role
        if self.quiet_hours is not None:
            values |= _quiet_hours(self.quiet_hours)
        if self.usual_start is not None:
            values["usual_start"] = None if is_off(self.usual_start) else parse_clock(self.usual_start)
        if self.evening_before is not None:
            values["evening_before"] = parse_usual_evening(self.evening_before)
        for name in (*CHANNEL_FIELDS.values(), "native_events", "members_may_host"):
            if (value := getattr(self, name)) is not None:
                values[name] = value
        return values


def parse_usual_evening(text: str) -> time:
    """Read when the reminder on the evening before goes out to all.

    Raises:
        EveningNeeded: it is to be turned off.
        PhraseNotUnderstood, ClockPastMidnight: it is no time of day.
    """
    if is_off(text):
        raise EveningNeeded
    return parse_clock(text, evening=True)


def is_off(text: str) -> bool:
    """Whether the text turns a setting off."""
    return text.strip().casefold() in OFF


def _language(text: str) -> Language:
    for language in LANGUAGES:
        if text.strip().casefold() == language:
            return language
    raise LanguageUnknown(text)


def _quiet_hours(text: str) -> dict[str, time | None]:
    if is_off(text):
        return {"quiet_begin": None, "quiet_end": None}
    quiet = parse_quiet_hours(text)
    return {"quiet_begin": quiet.begin, "quiet_end": quiet.end}


def plain(value: Any) -> Any:
    """A field's value as JSON, for the audit."""
    match value:
        case time():
            return value.strftime("%H:%M")
        case datetime():
            return value.isoformat()
        case frozenset():
            return sorted(cast("frozenset[int]", value))
        case tuple():
            return list(cast("tuple[object, ...]", value))
        case _:
            return value


def differences(before: Any, after: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields in which two values of one kind differ, as JSON: as they were and as they are."""
    names = [f for f in after.__struct_fields__ if getattr(before, f) != getattr(after, f)]
    return {n: plain(getattr(before, n)) for n in names}, {n: plain(getattr(after, n)) for n in names}


class MadeChannel(Struct, frozen=True):
    """A channel that the bot makes on request: `which` is a key of `CHANNEL_FIELDS`."""

    which: int
    community: Community


SettingsHook = Callable[["UnitOfWork", Community, Community], Awaitable[None]]
"""A feature's part in a change of settings (as they were, as they are), run in the same transaction."""


class CommunityService:
    """A community's settings, and what follows when they change."""

    def __init__(self, units: Units, clock: Clock, on_settings_changed: Sequence[SettingsHook] = ()) -> None:
        self._units = units
        self._clock = clock
        self.on_settings_changed = tuple(on_settings_changed)

    async def show(self, guild_id: int) -> Community:
        """The settings as they are."""
        async with self._units.reading(guild_id) as uow:
            return await uow.communities.get()

    async def missed(self, guild_id: int, actor: Actor) -> Missed:
        """What did not arrive of the posts of the last `MISSED_DAYS` days; for moderators.

        Raises:
            NotAllowed: the actor is not a moderator.
        """
        actor.require_moderator()
        async with self._units.reading(guild_id) as uow:
            return await uow.posts.missed(self._clock.now() - timedelta(days=MISSED_DAYS))

    async def change(self, guild_id: int, actor: Actor, new: NewSettings) -> tuple[Community, Community]:
        """Change what is given; returns the settings as they were and as they are.

        Raises:
            NotAllowed: the actor is not a moderator.
            StudyError: a text is not understood; see `NewSettings.read`.
        """
        actor.require_moderator()
        values = new.read(guild_id)
        async with self._units(guild_id) as uow:
            before = await uow.communities.get()
            return before, await self.apply(uow, actor.member_id, **values)

    async def apply(self, uow: UnitOfWork, actor_id: int | None, **values: Any) -> Community:
        """Set fields of `Community`, leave an audit row and let other features follow; no effect if nothing differs."""
        before = await uow.communities.get()
        changed = {name: value for name, value in values.items() if getattr(before, name) != value}
        if not changed:
            return before
        after = await uow.communities.change(**changed)
        old, new = differences(before, after)
        await uow.record("community.change", actor_id, f"community:{uow.guild_id}", old, new)
        for hook in self.on_settings_changed:
            await hook(uow, before, after)
        return after

    async def joined(
        self, guild_id: int, channel_id: int, joined_at: datetime | None = None, language: str = ""
    ) -> None:
        """The bot has come to a server: one line tells moderators how to begin, unless they have begun before.

        `channel_id` is a channel where the bot may write (0: nowhere, then nothing is posted); `language` is the
        server's own, used until a moderator has chosen one. The same joining, told twice, posts once.
        """
        if not channel_id:
            # Nothing is written either: if it may write one day, it will be a server never heard of.
            return
        async with self._units(guild_id) as uow:
            community = await uow.communities.get()
            if community.setup_step:
                return
            if language in LANGUAGES:
                await self.apply(uow, None, language=language)
            now = self._clock.now()
            await uow.posts.plan(
                NewPost(
                    WELCOME,
                    guild_id,
                    due_at=now,
                    expires_at=now + WELCOME_LIVES,
                    channel_id=channel_id,
                    # One line for each time the bot was invited.
                    revision=int((joined_at or now).timestamp() // 60),
                )
            )

    async def is_new(self, guild_id: int) -> bool:
        """Whether nothing was ever written about this server: the bot came to it while it was not running."""
        async with self._units.reading(guild_id) as uow:
            return not await uow.communities.exists()

    async def describe_welcome(self, uow: UnitOfWork, post: Post) -> Community | None:
        """What the line is about; None once somebody has begun the setup."""
        community = await uow.communities.get()
        return None if community.setup_step else community

    async def describe_channel(self, uow: UnitOfWork, mirror: Mirror) -> MadeChannel | None:
        """The channel that a mirror of kind `MADE_CHANNEL` stands for; None once a moderator has chosen another."""
        community = await uow.communities.get()
        if getattr(community, CHANNEL_FIELDS[mirror.subject_id]) not in (0, mirror.remote_id):
            return None
        return MadeChannel(mirror.subject_id, community)

    async def channel_made(self, uow: UnitOfWork, which: int, channel_id: int) -> None:
        """A channel the bot was asked to make exists now; it is used unless a moderator has chosen another meanwhile.

        `which` is a key of `CHANNEL_FIELDS`.
        """
        field = CHANNEL_FIELDS[which]
        if not getattr(await uow.communities.get(), field):
            await self.apply(uow, None, **{field: channel_id})
