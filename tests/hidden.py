"""The same things in a channel that the callers see, in one that is hidden from them, and on another server.

What is hidden from somebody must be answered as if it did not exist for them. So the same acts are done where a group
is hidden and where it belongs to another server, with the very same ids; whatever people are told must be the same,
word for word. Where they see the group, they must be told something else, or the acts would prove nothing.

What is done is read from the bot: every command with every text option, every autocompletion, and every button, list
and form that its registered patterns allow. What is new is in it by itself.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from re import _parser as parser  # pyright: ignore[reportAttributeAccessIssue]
from typing import Any, Literal

import simcord
from discord import app_commands
from discord.enums import AppCommandOptionType, AppCommandType
from simcord.backend import serializers

from bot.domain.members import DM_POSTS
from bot.domain.rotation import Turn, TurnState
from bot.domain.rotation.swaps import Swap
from bot.domain.rsvps import Answer
from tests.cogs.acts import announcements, at_rest, events, in_series, previewed, scheduled, with_group
from tests.cogs.permissions import hide
from tests.forged import Elsewhere, boxes, carrier, furnish, press, rows, send_form, valid
from tests.world import World, a_world

Where = Literal["elsewhere", "hidden", "seen"]

GROUP, SESSION, SERIES = "Board", "Takeover", "Night watch"
DAY = date(2026, 1, 7)
BEGIN, END = datetime(2026, 1, 5, 1, tzinfo=UTC), datetime(2026, 1, 7, 3, tzinfo=UTC)
"""When the acts are done, and until when days pass afterwards."""
AHEAD = "2026-01-07 07:30"
TWO_READINGS = "7時"
TWO_RULES = "every Wednesday 7時"


class Study:
    """A server with a group that all see, and the group that may be hidden.

    `outsider` never saw it; `organizer` looks after the group that all see; `former` looked after the hidden one, came
    to its session and wrote drafts for it, until its channel was hidden from them. `moderator` is one by a role, and
    does not see every channel either.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.outsider = world.member
        self.organizer = world.other
        self.ids: dict[str, list[str]] = {}

    async def furnish(self, where: Where) -> None:
        world = self.world
        user = world.sim.env.create_user("former")
        self.former = world.guild.add_member(user)
        staff = world.guild.create_role("Staff")
        self.moderator = world.guild.add_member(world.sim.env.create_user("staff"), roles=[staff])
        secret = world.guild.create_text_channel("secret")
        other = Elsewhere(world)
        abroad = other.guild.add_member(user)
        await furnish(world)
        await world.moderator.slash(world.general, "settings set", moderator_role=staff)
        await world.moderator.slash(world.general, "group edit", name="Asakai", add_organizer=self.organizer)
        await world.moderator.slash(world.general, "morning set", channel=world.general)
        await self.former.slash(world.general, "me reminders", before="1 day", by="dm")
        if where == "elsewhere":
            self.place, self.mover = other.channel, other.moderator
            here = world.guild, world.general, world.moderator
            world.guild, world.general, world.moderator = other.guild, other.channel, other.moderator
            await world.set_up(log_channel=0)
            await self._board(abroad)
            world.guild, world.general, world.moderator = here
        else:
            self.place, self.mover = secret, world.moderator
            await self._board(self.former)
        if where != "seen":
            hide(world, secret)
        await self._let_all_give_all_commands()
        await at_rest(world)
        await world.sim.advance_to(BEGIN)
        await self._number()

    async def move(self) -> None:
        """Move a session of the group that may be hidden."""
        options = {"session": self.ids["session"][1], "when": "2026-01-07 21:00"}
        result = await self.mover.slash(self.place, "session edit", **options)
        await self.mover.click(result.response, label="Move it")

    async def _board(self, former: Any) -> None:
        """The group that may be hidden, with all that belongs to it."""
        world, channel = self.world, self.place
        await with_group(world, GROUP, channel=channel, organizer=former)
        there = world.general
        world.general = channel
        await former.slash(channel, "group join", group=GROUP)
        await scheduled(world, SESSION, AHEAD, group=GROUP, venue="Vault", link="https://meet.example/vault")
        await in_series(world, name=SERIES, rule="every Wednesday 20:00", group=GROUP, count=2)
        await former.slash(channel, "session rsvp", session=SESSION, answer="going")
        await former.slash(channel, "rotation join", group=GROUP)
        await self._lectures(former)
        await former.slash(channel, "rotation skip", session=SERIES, member=former)
        await former.slash(channel, "rotation leave", group=GROUP)
        await former.slash(channel, "session rsvp", session=SERIES, answer="not_going")
        await former.slash(channel, "topic propose", theme=f"{SESSION} plan", group=GROUP)
        await self.mover.slash(channel, "topic vote", topic=f"{SESSION} plan")
        await former.slash(channel, "topic propose", theme=f"{SESSION} plans", group=GROUP)
        await former.slash(channel, "topic schedule", topic=f"{SESSION} plan")
        for command, options in (
            ("session schedule", {"theme": "Mine", "when": "2026-01-09 07:00", "group": GROUP}),
            ("session schedule", {"theme": "Mine", "when": f"1/9 {TWO_READINGS}", "group": GROUP}),
            ("session edit", {"session": SESSION, "when": "2026-01-07 08:30"}),
            ("session edit", {"session": SESSION, "when": f"1/9 {TWO_READINGS}"}),
            ("series create", {"name": "Mine", "rule": "every Friday 07:00", "group": GROUP}),
            ("series create", {"name": "Mine", "rule": TWO_RULES, "group": GROUP}),
            ("series edit", {"series": SERIES, "rule": "every Friday 07:00"}),
            ("series edit", {"series": SERIES, "rule": TWO_RULES}),
            ("series skip", {"series": SERIES, "on": "next Wed"}),
            ("series skip", {"series": SERIES, "on": "2026-01-14"}),
            ("session cancel", {"session": SESSION}),
            ("series end", {"series": SERIES}),
            ("rotation assign", {"session": SERIES, "member": self.mover}),
        ):
            await previewed(world, command, former, **options)
        preview = await previewed(world, "session schedule", former, theme="Mine", when="1/9 07:00", group=GROUP)
        # Asked in which of two groups it is to be; the other one has gone since.
        await with_group(world, "Annex", channel=channel, organizer=former)
        await previewed(world, "session schedule", former, theme="Mine", when="2026-01-09 07:00")
        ending = await previewed(world, "group archive", name="Annex")
        await world.moderator.click(ending, label="Archive")
        form = await former.click(preview, label="Change first")
        boxes = {"theme": "Mine", "when": "soonish", "duration": "60", "venue": "Vault", "description": ""}
        await former.submit_modal(form, boxes)
        world.general = there

    async def _lectures(self, who: Any) -> None:
        """This person has confirmed to lecture at the session of the group that may be hidden, and offers the turn."""
        world = self.world

        async def write() -> None:
            async with world.app.database(world.guild.id) as uow:
                (session,) = [s for s in await uow.sessions.upcoming(world.sim.now()) if s.theme == SESSION]
                now = world.sim.now()
                turn = await uow.rotation.put(Turn(session.id, 0, who.id, TurnState.CONFIRMED, now))
                times = session.starts_at, now, session.starts_at
                await uow.swaps.put(Swap(0, turn.id, session.id, who.id, 0, True, *times))

        await world.sim.run(write())

    async def _let_all_give_all_commands(self) -> None:
        """As an administrator may: whether the bot itself checks who gives a command."""
        world = self.world
        for command in await world.sim.run(world.sim.bot.tree.fetch_commands()):
            world.guild.set_command_permissions(command, dict.fromkeys(self.people.values(), True))

    @property
    def people(self) -> dict[str, Any]:
        """For whom the group is hidden."""
        return {
            "outsider": self.outsider,
            "organizer": self.organizer,
            "former": self.former,
            "moderator": self.moderator,
        }

    async def _number(self) -> None:
        """The ids of the things that may be hidden, the same wherever they are."""
        all_rows = await rows(self.world)
        tables = {"group": "study_groups", "session": "sessions", "series": "series", "draft": "drafts"}
        tables |= {"kept": "kept_forms", "theme": "topics"}
        own = {"group": 1, "session": 3, "series": 1, "draft": 3, "theme": 1}
        """So many of each belong to what all see; drafts of it are used up."""
        for noun, table in tables.items():
            found = [str(row[0]) for row in all_rows[table]]
            self.ids[noun] = found if noun in ("draft", "kept") else found[own[noun] :]
            assert self.ids[noun], noun


@asynccontextmanager
async def a_study(folder: Path, where: Where) -> AsyncGenerator[Study]:
    """A server on which the group is hidden, or seen, or which does not have it."""
    await asyncio.to_thread(folder.mkdir)
    async with a_world(folder) as world:
        await world.set_up()
        study = Study(world)
        await study.furnish(where)
        yield study


# What there is to be done, read from the bot


def texts(command: app_commands.Command[Any, ..., Any]) -> list[Any]:
    """The options of a command into which any text can be typed."""
    return [p for p in command.parameters if p.type is AppCommandOptionType.string and not p.choices]


def commands_of(world: World) -> list[app_commands.Command[Any, ..., Any]]:
    found = [c for c in world.sim.bot.tree.walk_commands() if isinstance(c, app_commands.Command)]
    return sorted(found, key=lambda command: command.qualified_name)


def names(study: Study) -> list[str]:
    """How people may name what is hidden: by its name, by its label in a list, by its id, by an entry of a list."""
    ids = sorted({study.ids[noun][0] for noun in ("group", "session", "series")})
    label = f"Jan 7 (Wed) 07:30 {SESSION}"
    return [GROUP, SESSION, label, SERIES, f"{SERIES} ({GROUP})", *ids, *(f"#{i}" for i in ids)]


def values(study: Study) -> Mapping[str, Sequence[str]]:
    """What stands in the place of each named part of a custom_id's pattern that is not spelled out in it."""
    return {
        **study.ids,
        "subject": study.ids["session"],
        "day": [str(DAY.toordinal())],
        "guild": [str(study.world.guild.id)],
        "page": ["0", "1"],
        "window": ["1"],
        "place": ["1", "2"],
        "minute": ["29500000"],
        "topic": ["all", "none", "session"],
        "answer": [answer.value for answer in Answer],
        "kind": list(DM_POSTS),
        "turn": ["1"],
        "swap": ["1"],
        "gives": ["0"],
        "question": ["1"],
        "offer": ["1"],
        "ask": ["1"],
        "search": ["1"],
        "industry": ["any"],
        "way": ["dm"],
        "meeting": ["1"],
        "accepted": ["1"],
        "thanks": ["1"],
        "addition": ["1"],
        "channel": ["1"],
        "message": ["2"],
        "spinoff": ["1"],
        "introduction": ["1"],
        "year": ["0", "2026"],
        "lines": ["all", "heard", "taught"],
        "member": [str(study.organizer.id)],
        # The setup is the moderators'; none of its steps is about a group.
        "act": ["open", "again"],
        "step": ["language"],
    }


def spelled_out(pattern: str, of: Mapping[str, Sequence[str]]) -> list[str]:
    """Every custom_id that a pattern allows, but for a post's mark.

    Raises:
        KeyError: a part of the pattern is open, and `values` does not say what stands there.
    """
    parsed = parser.parse(pattern)
    called = {number: name for name, number in parsed.state.groupdict.items()}

    def walk(parts: Iterable[Any], name: str = "") -> list[str]:
        return ["".join(each) for each in product(*(one(*part, name) for part in parts))]

    def one(kind: Any, value: Any, name: str) -> list[str]:
        match str(kind):
            case "LITERAL":
                return [chr(value)]
            case "BRANCH":
                return [text for parts in value[1] for text in walk(parts, name)]
            case "SUBPATTERN":
                return walk(value[3], called.get(value[0], name))
            case "IN" if all(str(each[0]) == "LITERAL" for each in value):
                return [chr(each[1]) for each in value]
            case "MAX_REPEAT" if value[1] == 1:
                is_mark = value[2][0] == (parser.LITERAL, ord("~"))
                return [""] if is_mark else ["", *walk(value[2], name)]
            case "MAX_REPEAT":
                return list(of[name])
            case _:
                raise AssertionError(f"{pattern}: {kind} is not understood")

    found = walk(parsed)
    assert all(re.fullmatch(pattern, text) for text in found), pattern
    return found


def parts_of(pattern: str) -> set[str]:
    """The names of the parts of a pattern."""
    return set(re.compile(pattern).groupindex)


def buttons(study: Study) -> dict[str, list[str]]:
    """For each registered button or list, every custom_id that its pattern allows."""
    of, patterns = values(study), patterns_of(study.world)
    return {item: spelled_out(pattern, of) for item, pattern in patterns.items()}


def patterns_of(world: World) -> dict[str, str]:
    """The pattern of each registered button or list."""
    return {
        f"{item.__module__}.{item.__name__}": item.__discord_ui_compiled_template__.pattern
        for item in world.sim.bot.items_to_load
    }


def forms(study: Study) -> dict[str, list[str]]:
    """For each form, every custom_id with which it is sent."""
    of = values(study) | {"step": ["time_zone"]}
    return {form.pattern: spelled_out(form.pattern, of) for form in study.world.sim.bot.forms_to_load}


# Doing it


GIVES_A_NAME = {("group create", "name"), ("group edit", "new_name")}
"""No two groups of a community have the same name, so who names one, a moderator, learns that a name is taken."""
MARKS_ITS_MESSAGE = {"cogs.notices.SeenButton"}
"""Buttons that change the message under which they stand, for all its readers."""
Told = dict[str, list[str]]
"""What was answered, by what was done."""


def answers(study: Study, result: simcord.InteractionResult) -> list[str]:
    """All that somebody was told, and the form that was opened."""
    replies = [reply for reply in (result.response, *result.followups) if reply is not None]
    return [*(study.world.sim.text(reply) for reply in replies), *([str(result.modal)] if result.modal else [])]


def without_numbers(text: str) -> str:
    """The text without what Discord numbers in the order of making, people apart."""
    return re.sub(r"(?<=<#)[0-9]{17,20}|(?<=/)[0-9]{17,20}", "N", text)


class Acts:
    """Does whatever there is to do as one person, and writes down what they are told."""

    def __init__(self, study: Study, who: Any, name: str) -> None:
        self.study = study
        self.world = study.world
        self.who = who
        self.name = name
        self.told: Told = {}

    def note(self, what: str, value: list[str]) -> None:
        self.told[f"{self.name}: {what}"] = [without_numbers(text) for text in value]

    async def everything(self) -> Told:
        """First what changes nothing of what is hidden, should it be there for them after all."""
        await self.look()
        await self.complete()
        await self.open_menus()
        await self.press()
        await self.send()
        await self.type()
        return self.told

    async def look(self) -> None:
        """Give every command as it needs no name of ours."""
        for command in commands_of(self.world):
            await self.give(command.qualified_name, valid(self.world, command.qualified_name))

    async def complete(self) -> None:
        for command in commands_of(self.world):
            for option in texts(command):
                if option.autocomplete:
                    for typed in ("", GROUP, SESSION, SERIES, "a"):
                        found = await self.who.autocomplete(
                            self.world.general, command.qualified_name, option.display_name, typed
                        )
                        self.note(
                            f"/{command.qualified_name} {option.display_name}: ({typed})", [str(each) for each in found]
                        )

    async def open_menus(self) -> None:
        """The entries in the menus of members and messages."""
        for menu in self.world.sim.bot.tree.get_commands():
            if isinstance(menu, app_commands.ContextMenu):
                target: Any = self.who if menu.type is AppCommandType.user else announcements(self.world)[0]
                result = await self.who.context_menu(self.world.general, menu.name, target)
                self.note(f"menu {menu.name}", answers(self.study, result))

    async def type(self) -> None:
        """Name what is hidden in every option: in each way where our things are offered, in some ways elsewhere."""
        for command in commands_of(self.world):
            for option in texts(command):
                typical = (GROUP, self.study.ids["session"][0])
                for typed in names(self.study) if option.autocomplete else typical:
                    if typed == GROUP and (command.qualified_name, option.display_name) in GIVES_A_NAME:
                        continue
                    await self.give(
                        command.qualified_name, valid(self.world, command.qualified_name) | {option.display_name: typed}
                    )

    async def give(self, command: str, options: Mapping[str, Any]) -> None:
        given = " ".join(f"{name}:{value}" for name, value in options.items())
        result = await self.who.slash(self.world.general, command, **options)
        self.note(f"/{command} {given}", answers(self.study, result))

    async def press(self) -> None:
        """What others read stays as it is, whoever presses a button under it."""
        public, backend = carrier(self.world), self.world.sim.env.backend
        for item, custom_ids in buttons(self.study).items():
            for custom_id in custom_ids:
                before = _as_shown(backend, public)
                result = await press(self.world, self.who, public, custom_id)
                self.note(f"{item} {custom_id}", answers(self.study, result))
                assert item in MARKS_ITS_MESSAGE or _as_shown(backend, public) == before, (item, custom_id)

    async def send(self) -> None:
        public = carrier(self.world)
        for form, custom_ids in forms(self.study).items():
            for custom_id in custom_ids:
                result = await send_form(self.world, self.who, public, custom_id, boxes())
                self.note(f"{form} {custom_id}", answers(self.study, result))


def _as_shown(backend: Any, message: Any) -> str:
    return str(serializers.message_payload(backend, message))


def differing(first: Told, second: Told) -> dict[str, str]:
    """What was done with different answers, and these."""
    assert first.keys() == second.keys()
    return {
        what: f"{what}\n    {answer}\n    {second[what]}" for what, answer in first.items() if answer != second[what]
    }


# What is said without being asked


async def let_days_pass(study: Study) -> list[str]:
    """Until the sessions are over: what is said where those can read it for whom the group is hidden.

    Before that the server's events, and on the way a session that `former` had declined is moved.
    """
    world = study.world
    said = [f"event {event.name} {event.start_time} {event.description}" for event in events(world)]
    seen = len(world.sim.unprompted())
    await study.move()
    await world.sim.advance_to(END)
    guild = world.app.bot.get_guild(world.guild.id)
    public = {world.general.id, *(thread.id for thread in guild.threads if thread.parent_id == world.general.id)}
    dms = {who.user.dm_channel.id for who in study.people.values() if who.user.dm_channel is not None}
    said += [
        f"{post.at:%d %H:%M} {post.content} {sorted(post.pinged)}"
        for post in world.sim.unprompted()[seen:]
        if post.channel_id in public | dms
    ]
    return sorted(map(without_numbers, said))
