"""Study groups (部会): who studies together, where, and who organizes it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.choices import has_part, only_fitting
from bot.domain.communities import differences, plain
from bot.domain.errors import StudyError, Unknown, check_number, check_text, require_text
from bot.domain.group_times import parse_group_evening, parse_look_ahead

if TYPE_CHECKING:
    from bot.domain.actors import Actor
    from bot.domain.communities import Community
    from bot.domain.members import MemberLeft
    from bot.domain.uow import UnitOfWork, Units

LONGEST_NAME = 60
LONGEST_DESCRIPTION = 300
MOST_DAYS_BEFORE = 60
DAYS_BEFORE = 7
"""How many days ahead sessions are announced unless told otherwise."""
MOST_SUGGESTIONS = 25
_KATAKANA = "[ァ-ヶ]"
_HIRAGANA = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}


class StudyGroup(Struct, frozen=True):
    """A study group. `channel_id` is where its sessions are announced (0: the community's announcements channel).

    `evening_before` None means the community's time; `evening_off`: on the evening before nobody is told,
    but at a time of their own. `reminders` are minutes before a session, the longest first, at which those who come are
    reminded as well. `look_ahead` is how many days ahead its series are planned and its
    sessions listed (0: as everywhere); `upcoming` whether a pinned list of them stands where they are announced.
    `open_to_morning` says whether everybody who sees the morning post's channel can see this group's channel too;
    Discord's permissions decide it and the bot keeps it up to date.
    """

    id: int
    guild_id: int
    name: str
    description: str
    channel_id: int
    announce_days_before: int
    evening_before: time | None
    reminders: tuple[int, ...]
    look_ahead: int
    upcoming: bool
    open_to_morning: bool
    organizers: frozenset[int]
    created_at: datetime
    archived_at: datetime | None
    evening_off: bool = False


class GroupRepository(Protocol):
    """The groups of one community."""

    async def add(
        self,
        *,
        name: str,
        description: str,
        channel_id: int,
        announce_days_before: int,
        evening_before: time | None = None,
        evening_off: bool = False,
        reminders: tuple[int, ...] = (),
        look_ahead: int = 0,
        upcoming: bool = False,
    ) -> StudyGroup:
        """Write a new group without organizers."""
        ...

    async def get(self, group_id: int) -> StudyGroup:
        """The group with this id.

        Raises:
            Unknown: the community has none.
        """
        ...

    async def named(self, name: str) -> StudyGroup | None:
        """The group with this name that is not archived, however its letters are written (see `folded`)."""
        ...

    async def all(self, *, archived: bool = False) -> list[StudyGroup]:
        """The groups in order of creation; archived ones only if asked for."""
        ...

    async def change(self, group_id: int, **values: Any) -> StudyGroup:
        """Set columns; returns the group as changed. Whoever brings one back looks first whether its name is free."""
        ...

    async def add_organizer(self, group_id: int, member_id: int) -> None:
        """Make a member an organizer of the group; no harm if they are one."""
        ...

    async def remove_organizer(self, group_id: int, member_id: int) -> None:
        """The member is no longer an organizer of the group."""
        ...


class GroupNameTaken(StudyError):
    """The community has a group of this name already, in whatever channel: only moderators name groups."""

    name: str


class GroupNeeded(StudyError):
    """No group was named, and there is not exactly one to take: the caller can see these, in order of creation."""

    names: tuple[str, ...]


class NotAnOrganizer(StudyError):
    """The member who should no longer organize the group does not do so."""

    member_id: int
    group: str


def folded(name: str) -> str:
    """What is compared of a name: case, width and blanks don't matter."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())


def sounded(name: str) -> str:
    """As `folded`, for what somebody looks for: the two kinds of kana are one, too."""
    plain = folded(name)
    # To translate costs more than all the rest, and most names have nothing to translate.
    return plain.translate(_HIRAGANA) if re.search(_KATAKANA, plain) else plain


def ahead_of(group: StudyGroup, usual: timedelta) -> timedelta:
    """How far ahead the group's series are planned and its sessions listed."""
    return timedelta(days=group.look_ahead) if group.look_ahead else usual


def is_visible(group: StudyGroup, actor: Actor, community: Community) -> bool:
    """Whether the group exists for this member: they can see the channel where it is announced, or it has none."""
    channel_id = group.channel_id or community.announcements_channel
    return not channel_id or actor.sees(channel_id)


async def visible_groups(uow: UnitOfWork, actor: Actor, *, archived: bool = False) -> dict[int, StudyGroup]:
    """The groups that exist for this member, by id, in order of creation.

    `archived`: archived ones, too, for what is looked back on.
    """
    community, groups = await uow.communities.get(), await uow.groups.all(archived=archived)
    return {group.id: group for group in groups if is_visible(group, actor, community)}


async def find_group(uow: UnitOfWork, actor: Actor, name_or_id: str | int | None, *, whole: bool = False) -> StudyGroup:
    """The group with this name or id, or the only one with this in its name; with nothing the only one there is.

    A number is an id, as in a button; a text is a name first, since it is what people see, then an id, and then a part
    of a name, unless an archived group has it as its whole name. `whole`: see `only_fitting`.

    Raises:
        SeveralFit, OnlyPartFits: it is a part of several names, or of one.
        Unknown: there is none, or the caller can't see its channel: the answer is the same. Nobody typed the id of a
            button, so of that only the button is told.
        GroupNeeded: nothing was named, and there is none or several.
    """
    groups = await visible_groups(uow, actor)
    if name_or_id is None:
        if len(groups) != 1:
            raise GroupNeeded(tuple(group.name for group in groups.values()))
        return next(iter(groups.values()))
    if isinstance(name_or_id, int):
        if name_or_id not in groups:
            raise Unknown("button", str(name_or_id))
        return groups[name_or_id]
    wanted = folded(name_or_id)
    for group in groups.values():
        if folded(group.name) == wanted:
            return group
    for group in groups.values():
        if str(group.id) == wanted:
            return group
    typed = name_or_id.strip()[:LONGEST_NAME]
    if await _was_called(uow, actor, wanted):
        raise Unknown("group", typed)
    key = sounded(name_or_id)
    parts = [(group.name, group) for group in _first_by(key, groups.values()) if has_part(sounded(group.name), key)]
    found = only_fitting("group", typed, parts, whole=whole)
    if found is None:
        raise Unknown("group", typed)
    return found


async def _was_called(uow: UnitOfWork, actor: Actor, wanted: str) -> bool:
    """Whether an archived group is called so that existed for this member."""
    community = await uow.communities.get()
    groups = await uow.groups.all(archived=True)
    return any(folded(group.name) == wanted and is_visible(group, actor, community) for group in groups)


def _first_by(key: str, groups: Iterable[StudyGroup]) -> list[StudyGroup]:
    """Those first whose name begins with the key."""
    return sorted(groups, key=lambda group: not sounded(group.name).startswith(key))


def fitting(groups: Iterable[StudyGroup], typed: str) -> list[StudyGroup]:
    """The groups whose name has in it what was typed so far, those that begin with it first."""
    key = sounded(typed)
    return _first_by(key, (group for group in groups if key in sounded(group.name)))[:MOST_SUGGESTIONS]


class NewGroup(Struct, frozen=True):
    """A group as a moderator describes it. `evening_before` is a time of day as they wrote it, "none" or "default".

    So is `look_ahead`, a length of time in whole days.
    `reminders` are minutes before a session, checked and in order (see `bot.domain.own_reminders.parse_shared`).
    """

    name: str
    description: str | None = None
    channel_id: int | None = None
    organizer_id: int | None = None
    announce_days_before: int | None = None
    evening_before: str | None = None
    reminders: tuple[int, ...] | None = None
    look_ahead: str | None = None
    upcoming: bool | None = None


class GroupChange(Struct, frozen=True):
    """What a moderator wants changed in a group; None stays as it is. `reminders` () are none."""

    name: str | None = None
    description: str | None = None
    channel_id: int | None = None
    add_organizer: int | None = None
    remove_organizer: int | None = None
    announce_days_before: int | None = None
    evening_before: str | None = None
    reminders: tuple[int, ...] | None = None
    look_ahead: str | None = None
    upcoming: bool | None = None


GroupHook = Callable[["UnitOfWork", StudyGroup, StudyGroup], Awaitable[None]]
"""A feature's part in a change of a group (as it was, as it is), run in the same transaction."""


class GroupService:
    """Study groups, and what follows when they change."""

    def __init__(self, units: Units, on_group_changed: Sequence[GroupHook] = ()) -> None:
        self._units = units
        self.on_group_changed = tuple(on_group_changed)

    async def create(self, guild_id: int, actor: Actor, new: NewGroup) -> StudyGroup:
        """Create a group.

        Raises:
            NotAllowed: the actor is not a moderator.
            InvalidText, InvalidNumber: the name, the description or the days are out of bounds.
            GroupEveningNotUnderstood, ClockPastMidnight: `evening_before` is no time of day.
            GroupNameTaken: there is a group of this name.
        """
        async with self._units(guild_id) as uow:
            return await self.write(uow, actor, new)

    async def write(self, uow: UnitOfWork, actor: Actor, new: NewGroup) -> StudyGroup:
        """As `create`, within a unit of work."""
        actor.require_moderator()
        name, values = checked(new)
        if await uow.groups.named(name) is not None:
            raise GroupNameTaken(name)
        group = await uow.groups.add(
            name=name,
            description=values.get("description", ""),
            channel_id=new.channel_id or 0,
            announce_days_before=values.get("announce_days_before", DAYS_BEFORE),
            evening_before=values.get("evening_before"),
            evening_off=values.get("evening_off", False),
            reminders=new.reminders or (),
            look_ahead=values.get("look_ahead", 0),
            upcoming=bool(new.upcoming),
        )
        if new.organizer_id is not None:
            await uow.groups.add_organizer(group.id, new.organizer_id)
            group = await uow.groups.get(group.id)
        shown = (
            "name",
            "description",
            "channel_id",
            "announce_days_before",
            "evening_before",
            "evening_off",
            "reminders",
            "look_ahead",
        )
        after = {field: plain(getattr(group, field)) for field in (*shown, "upcoming", "organizers")}
        await uow.record("group.create", actor.member_id, f"group:{group.id}", after=after)
        if group.upcoming:
            # What follows when the list is switched on.
            for hook in self.on_group_changed:
                await hook(uow, replace(group, upcoming=False), group)
        return group

    async def edit(
        self, guild_id: int, actor: Actor, name_or_id: str | None, change: GroupChange
    ) -> tuple[StudyGroup, StudyGroup]:
        """Change what is given; returns the group as it was and as it is.

        Raises:
            NotAllowed: the actor is not a moderator.
            Unknown, GroupNeeded: see `find_group`.
            NotAnOrganizer: the organizer to remove is none.
            StudyError: a value is out of bounds; see `create`.
        """
        actor.require_moderator()
        values = _read(change.description, change.announce_days_before, change.evening_before, change.look_ahead)
        if (name := check_text("name", change.name, LONGEST_NAME)) is not None:
            values["name"] = name
        if change.channel_id is not None:
            values["channel_id"] = change.channel_id
        if change.reminders is not None:
            values["reminders"] = change.reminders
        if change.upcoming is not None:
            values["upcoming"] = change.upcoming
        async with self._units(guild_id) as uow:
            before = await find_group(uow, actor, name_or_id, whole=True)
            if name is not None:
                same = await uow.groups.named(name)
                if same is not None and same.id != before.id:
                    raise GroupNameTaken(name)
            if values.get("channel_id", before.channel_id) != before.channel_id:
                # The morning post must not name the group before it is known who sees the new channel.
                values["open_to_morning"] = False
            if values:
                await uow.groups.change(before.id, **values)
            if change.remove_organizer is not None:
                if change.remove_organizer not in before.organizers:
                    raise NotAnOrganizer(change.remove_organizer, before.name)
                await uow.groups.remove_organizer(before.id, change.remove_organizer)
            if change.add_organizer is not None:
                await uow.groups.add_organizer(before.id, change.add_organizer)
            return before, await self._changed(uow, actor.member_id, before)

    async def list(self, guild_id: int, actor: Actor) -> list[StudyGroup]:
        """The groups that exist for this member, in order of creation."""
        async with self._units.reading(guild_id) as uow:
            return list((await visible_groups(uow, actor)).values())

    async def show(self, guild_id: int, actor: Actor, name_or_id: str | None) -> StudyGroup:
        """One group.

        Raises:
            Unknown, GroupNeeded: see `find_group`.
        """
        async with self._units.reading(guild_id) as uow:
            return await find_group(uow, actor, name_or_id)

    async def suggest(self, guild_id: int, actor: Actor, typed: str) -> Sequence[StudyGroup]:
        """The groups that fit what was typed so far, at most as many as Discord shows."""
        async with self._units.reading(guild_id) as uow:
            return fitting((await visible_groups(uow, actor)).values(), typed)

    async def on_settings_changed(self, uow: UnitOfWork, before: Community, after: Community) -> None:
        """Groups without a channel of their own follow the announcements channel, which may be seen by others."""
        if before.announcements_channel == after.announcements_channel:
            return
        for group in await uow.groups.all():
            if not group.channel_id and group.open_to_morning:
                await uow.groups.change(group.id, open_to_morning=False)

    async def on_member_left(self, uow: UnitOfWork, event: MemberLeft) -> None:
        """Whoever has left organizes nothing any more, also should they return."""
        for group in await uow.groups.all(archived=True):
            if event.member_id in group.organizers:
                await uow.groups.remove_organizer(group.id, event.member_id)
                await self._changed(uow, None, group)

    async def _changed(self, uow: UnitOfWork, actor_id: int | None, before: StudyGroup) -> StudyGroup:
        after = await uow.groups.get(before.id)
        if after == before:
            return before
        old, new = differences(before, after)
        await uow.record("group.edit", actor_id, f"group:{after.id}", old, new)
        for hook in self.on_group_changed:
            await hook(uow, before, after)
        return after


def checked(new: NewGroup) -> tuple[str, dict[str, Any]]:
    """A new group's name, and the columns that its other options set.

    Raises:
        StudyError: something is out of bounds; see `GroupService.create`.
    """
    name = require_text("name", new.name, LONGEST_NAME)
    return name, _read(new.description, new.announce_days_before, new.evening_before, new.look_ahead)


def _read(
    description: str | None, announce_days_before: int | None, evening_before: str | None, look_ahead: str | None
) -> dict[str, Any]:
    """The columns that these options set."""
    values: dict[str, Any] = {
        "description": check_text("description", description, LONGEST_DESCRIPTION),
        "announce_days_before": check_number("announce_days_before", announce_days_before, 0, MOST_DAYS_BEFORE),
    }
    values = {name: value for name, value in values.items() if value is not None}
    if evening_before is not None:
        values |= parse_group_evening(evening_before)
    if look_ahead is not None:
        values["look_ahead"] = parse_look_ahead(look_ahead)
    return values
