"""Hearing everything the bot says in the pseudo-locale, and using everything it offers."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.demo.simulation import set_locale
from bot.domain import introductions
from bot.domain.pairing import ALONE, ASKED, TOLD
from bot.domain.question_box import BOX
from bot.domain.questions.activity import REOPENED, WROTE
from bot.domain.questions.converting import OFFER, POSTED
from bot.domain.questions.idle import IDLE, LOST, TEND_IDLE, TEND_WROTE
from bot.domain.questions.telling import ASK, REMIND, STUCK, TAKEN, UNHEARD
from bot.domain.rotation.saying import ALL
from bot.domain.takeaways import ASK_USED, FOLLOW_UP, TAKE_HOME, TELL_USED, THANKS
from bot.domain.zones import find_zones
from bot.i18n import PSEUDO, _, escaped
from bot.rendering import settings as settings_rendering
from tests.world import World, a_world

NONSENSE = "xyzzy"
NAMES = {
    *("Asakai", "Board", "Logistics", "Tea", "Trucks", "Sencha", "Weekly", "Nightly", "Room A", "Room B", "Storm"),
    *("Holiday", NONSENSE, "x-1"),
}
"""What people call things in these tests; nothing else may stand there in plain letters."""
TEXTS = {"content", "title", "description", "label", "placeholder", "text", "name", "topic", "location"}
"""The keys of Discord's API under which people read something; `value` is one only in an embed's fields."""


def spoken(body: Any, inside: str = "") -> Iterator[str]:
    """Every text that people read, in the body of a request."""
    if isinstance(body, Mapping):
        for key, value in body.items():
            if isinstance(value, str) and (key in TEXTS or (key == "value" and inside == "fields")):
                yield value
            elif not isinstance(value, str):
                yield from spoken(value, key)
    elif isinstance(body, list):
        for value in body:
            yield from spoken(value, inside)


def cities(typed: str = "") -> set[str]:
    """The names of time zones, which come from lists and not from marked texts."""
    labels = [zone.label for zone in find_zones(typed, locale="en")]
    return {*labels, *(label.split(" (")[0] for label in labels)}


class Ear:
    """Hears every text that leaves the bot: answers, forms, choices, posts, threads, events, channels, reasons."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._heard = len(world.sim.env.http_requests)
        self.escapes: dict[str, list[str]] = {}
        self.number = 0
        bot_name = world.sim.env.backend.bot_user.name
        people = {who.user.name for who in (world.moderator, world.member, world.other)}
        self._allowed = {*NAMES, *people, *cities(), bot_name}

    def listen(self, what: str, typed: Iterable[object] = ()) -> list[str]:
        """What was said since last time; remembers what of it was not translated under the name of what was done.

        What a person has just `typed` may be said back to them.
        """
        requests = self._world.sim.env.http_requests[self._heard :]
        self._heard += len(requests)
        texts = [
            text
            for request in requests
            if not request.path.endswith("/commands")
            for text in (*spoken(request.json), *([request.reason] if request.reason else []))
        ]
        said_back = {phrase for phrase in map(str, typed) if len(phrase) > 1}
        for text in texts:
            self.number += 1
            if found := escaped(text, self._allowed | said_back):
                self.escapes.setdefault(f"{what}: {text}", found)
        return texts


@asynccontextmanager
async def an_odd_world(folder: Path) -> AsyncGenerator[World]:
    """A server that speaks the pseudo-locale, as all its people do."""
    async with a_world(folder) as world:
        await world.set_up(language=PSEUDO)
        for person in (world.moderator, world.member, world.other):
            set_locale(person, PSEUDO)
        yield world


def let_it_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a community speak the pseudo-locale, which nobody can choose and so has no name."""
    # The cogs come with the first bot, and what they offer is read from the same table.
    import bot.app.features  # noqa: F401

    monkeypatch.setitem(settings_rendering.LANGUAGES, PSEUDO, _("English"))


# Pressing whatever is there


def controls(message: Any, world: World) -> list[dict[str, Any]]:
    """The buttons and lists below a message that can be used now, those that use up the message last."""

    def walk(parts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for part in parts:
            if "custom_id" in part and not part.get("disabled"):
                yield part
            yield from walk(part.get("components") or [])

    channel_id = message.channel_id if isinstance(message, simcord.ResponseMessage) else message.channel.id
    stored = world.sim.env.backend.get_message(channel_id, message.id)
    return sorted(walk(stored.components), key=lambda part: part["custom_id"].endswith(":confirm"))


def shape(custom_id: str) -> str:
    """What a button does, whatever it does it to."""
    return re.sub(r"\d+", "#", custom_id.partition("~")[0])


def shapes(message: Any, world: World) -> set[str]:
    """What the controls below a message do."""
    return {shape(part["custom_id"]) for part in controls(message, world)}


class Hand:
    """Presses, chooses and fills in whatever it finds, as one person; `used` are the shapes of what it used."""

    def __init__(self, world: World, ear: Ear) -> None:
        self.world = world
        self.ear = ear
        self.used: set[str] = set()

    async def use_all(self, who: Any, message: Any, what: str) -> None:
        """Use everything below a message once, also what appears there meanwhile, and below the answers to that."""
        done: set[str] = set()
        while left := [part for part in controls(message, self.world) if shape(part["custom_id"]) not in done]:
            part = min(left, key=self._last_choices)
            done.add(shape(part["custom_id"]))
            for answer in await self.use(who, message, part, what):
                await self.use_all(who, answer, what)

    def _last_choices(self, part: dict[str, Any]) -> tuple[bool, bool]:
        """Where several use up the message, what was never used comes first."""
        custom_id = part["custom_id"]
        return custom_id.endswith((":confirm", ":keep")) or "restore" in custom_id, shape(custom_id) in self.used

    async def use(self, who: Any, message: Any, part: dict[str, Any], what: str) -> list[Any]:
        """Use one control; the messages that answer."""
        custom_id = part["custom_id"]
        self.used.add(shape(custom_id))
        what = f"{what} [{shape(custom_id)}]"
        result = await self.reach(who, message, part)
        self.ear.listen(what)
        answers = list(result.followups)
        if result.modal is not None:
            for fill in (lambda box: NONSENSE, lambda box: box.get("value") or ""):
                if custom_id not in {each["custom_id"] for each in controls(message, self.world)}:
                    break  # what was sent first has turned the message
                shown = await self.reach(who, message, part)
                if shown.modal is None:
                    answers += shown.followups  # what was sent first leaves nothing to fill in
                    break
                boxes = [each["component"] for each in shown.modal["components"]]
                # Of a list the last entry is chosen.
                picks = {box["custom_id"]: [box["options"][-1]["value"]] for box in boxes if "options" in box}
                written = {box["custom_id"]: fill(box) or "07:15" for box in boxes if "options" not in box}
                sent = await who.submit_modal(shown, written | picks)
                self.ear.listen(f"{what} (form)")
                answers += sent.followups
        assert answers or result.acknowledged, f"{what}: no answer"
        return answers

    async def reach(self, who: Any, message: Any, part: dict[str, Any]) -> simcord.InteractionResult:
        """The press or the choice itself."""
        world = self.world
        choices: dict[int, Any] = {
            discord.ComponentType.string_select.value: lambda: part["options"][-1]["value"],
            discord.ComponentType.role_select.value: lambda: world.guild.roles["Managers"],
            discord.ComponentType.channel_select.value: lambda: world.general,
        }
        if part["type"] == discord.ComponentType.button.value:
            return await who.click(message, custom_id=part["custom_id"])
        return await who.select(message, [choices[part["type"]]()], custom_id=part["custom_id"])


ANSWERS = {f"bk:rsvp:#:{answer}" for answer in ("going", "late", "maybe", "not_going")}
NEXT_ANSWERS, SHOWN_ANSWERS = ({f"{answer}:{card}" for answer in ANSWERS} for card in ("next", "show"))
PROFILE_BUTTONS = {"bk:introduce", *(f"bk:profile:{act}" for act in ("post", "change", "type"))}
COMMAND_BUTTONS = (
    ANSWERS
    | NEXT_ANSWERS
    | SHOWN_ANSWERS
    | PROFILE_BUTTONS
    | {
        *(f"bk:{act}:#" for act in ("join", "leave", "withdraw", "restore")),
        *(
            f"bk:{draft}:#:{act}"
            for draft in ("archive", "cancel", "skipseries", "endseries", "assign")
            for act in ("confirm", "keep")
        ),
        *(f"bk:moderate:#:{act}" for act in ("confirm", "keep")),
        "bk:unhide:#",
        *(f"bk:rotation:{act}:#" for act in ("join", "leave", "show")),
        *(f"bk:turn:#:{act}" for act in ("yes", "no", "drop", "say")),
        *(f"bk:swap:#:{act}" for act in ("ask", "all")),
        *(f"bk:unroster:#:{act}" for act in ("confirm", "keep")),
        "bk:askbox:#",
        "bk:unask:#",
        "bk:available:#",
        "bk:undo:#",
        "bk:whichaway:#:#",
        "bk:whichrestriction:#:#",
        "bk:whichsnooze:#:#",
        "bk:join",
        "bk:newgroup:#:confirm",
        "bk:next:#",
        "bk:reminders:open",
        "bk:withdrawunseen:#",
        "bk:who:#:#",
        *(f"bk:reminders:{act}:#" for act in ("open", "before", "evening", "by", "form")),
        *(f"bk:mysessions:#:#:{act}" for act in ("back", "next")),
        *(
            f"bk:{draft}:#:{act}"
            for draft in ("newsession", "move", "newseries", "editseries")
            for act in ("change", "confirm")
        ),
        *(f"bk:which{draft}:#:#" for draft in ("session", "move", "series", "edit", "skip", "start", "group")),
        "bk:correct:#:#",
        "bk:whichindustry:#:#",
        "bk:pause:#",
        *(
            f"bk:{pages}:{act}"
            for pages in (
                "groups:#",
                "series:#",
                "list:#:#:#",
                "who:#:#",
                "rotationpage:#:#",
                "whichgroup:#:#",
                "joinpage:#",
                "restrictions:#",
            )
            for act in ("back", "next")
        ),
    }
)


QUESTION_BUTTONS = {*(f"bk:question:#:{act}" for act in ("solve", "reopen", "reply", "show")), "bk:ask"}
QUESTION_BUTTONS |= {"bk:askagain:#"}
"""Under a question and what is said in its thread."""
FINDING_BUTTONS = {f"bk:newquestion:#:{act}" for act in ("confirm", "reword", "drop")}
"""Under what was answered before somebody asked it."""
PROPOSAL_BUTTONS = {"bk:introductions:#", "bk:meet:#", "bk:unintroduce:#:#"}
"""Under what those read who propose that people meet, and under somebody's profile."""
COMMAND_BUTTONS |= (
    PROPOSAL_BUTTONS
    | {f"bk:ledger:#:all:#:{way}:#" for way in ("open", "back", "next")}
    | QUESTION_BUTTONS
    | {
        *(f"bk:newquestion:#:{act}" for act in ("confirm", "change", "drop")),
        *(
            f"bk:{pages}:#:{act}"
            for pages in ("questions:all:any", "myquestions:#", "found:#")
            for act in ("back", "next")
        ),
    }
)


BOARD_BUTTONS = {
    *(f"bk:themevote:#:{act}" for act in ("yes", "no")),
    *(f"bk:themevote:#:{act}:#:#" for act in ("yes", "no")),
    "bk:themes:#:#:next",
    "bk:propose:#",
    "bk:theme:#:close",
    "bk:theme:#:reopen",
}
"""Under the list of themes in a channel, and under what its buttons answer."""
DATE_BUTTONS = {"bk:theme:#:when", "bk:themedate:#:confirm"}
"""Under a session that is offered for a theme."""
TOPIC_BUTTONS = BOARD_BUTTONS | {
    *(f"bk:theme:#:{act}" for act in ("plan", "own")),
    "bk:themes:#:#:back",
    "bk:newtheme:#:confirm",
    *(f"bk:themeboard:#:{act}" for act in ("post", "down")),
}
COMMAND_BUTTONS |= TOPIC_BUTTONS


SPINOFF_LIST_BUTTONS = {
    "bk:spinoffjoin:#:yes",
    *(f"bk:spinoffs:any:#:{act}" for act in ("back", "next")),
}
"""Under the list of what came out of the meetings."""
COMMAND_BUTTONS |= SPINOFF_LIST_BUTTONS | {"bk:spinoffjoin:#:no:#"}


def dm_buttons(*kinds: str) -> set[str]:
    """Those that stop and resume direct messages of these kinds."""
    return {f"bk:dm:{act}:{kind}:#" for act in ("stop", "resume") for kind in kinds}


DM_BUTTONS = dm_buttons("changes", "places", "reminders", "hosts")
LECTURER_BUTTONS = {
    *dm_buttons("turns", "arranging"),
    *(f"bk:turn:#:{act}:#" for act in ("yes", "no", "say")),
    "bk:take:#",
    "bk:take:#:#",
    "bk:seen:#",
}
"""Under what is said while lecturers are looked for."""
SWAP_BUTTONS = {
    *(f"bk:swap:#:{act}:#" for act in ("ask", "all")),
    *(f"bk:swapoffer:#:{act}:#" for act in ("no", "withdraw")),
    "bk:swaptake:#:#:#",
}
"""Under what is said while turns change hands."""
LECTURE_BUTTONS = {
    *dm_buttons("box", "after"),
    *(f"bk:{act}:#" for act in ("takeaway", "untakeaway", "more")),
    *(f"bk:follow:#:{act}" for act in ("press", "named", "unnamed")),
    *(f"bk:used:#:{act}:#" for act in ("yes", "not_yet")),
}
"""Under what is said before and after a lecture."""
SPINOFF_BUTTONS = {*dm_buttons("spinoffs"), *(f"bk:spinoffjoin:#:{act}:#" for act in ("yes", "no"))}
"""Under what somebody reads who is to be listed."""
PAIRING_BUTTONS = {*dm_buttons("pairing"), *(f"bk:met:#:{met}:#" for met in ("yes", "not_yet"))}
"""Under what those read who are paired."""
ANSWER_BUTTONS = {
    *dm_buttons("thanks"),
    *(f"bk:{act}:#" for act in ("unaccept", "addto", "unadd", "unthank")),
    "bk:thank:#:#",
    *(f"bk:privacy:{what}:{state}:#" for what in ("known_for", "network") for state in ("on", "off")),
}
"""Under what is said of answers and thanks, and what one shows of oneself."""
WHO_BUTTONS = {f"bk:{pages}:{act}" for pages in ("whoknows:#:#", "whoin:retail:#") for act in ("back", "next")}
"""Under who knows, and who works in an industry."""
ASK_BUTTONS = {
    *dm_buttons("asks", "questions", "tending"),
    *(f"bk:asked:#:{act}:#" for act in ("take", "pass", "know", "back")),
    "bk:askagain:#",
    "bk:askagain:#:#",
    "bk:putto:#:retail",
}
"""Under what people are asked, and what those read who asked."""
ASK_POSTS = {ASK, REMIND, STUCK, TAKEN, UNHEARD}
PAIRING_POSTS = {TOLD, ASKED, ALONE}
CARE_BUTTONS = {
    *dm_buttons("questions", "tending"),
    *(f"bk:care:#:{act}:#" for act in ("solve", "keep", "close", "reopen", "leave", "post", "closeagain")),
}
"""Under what people are asked about a question later."""
OFFER_BUTTONS = {f"bk:offer:#:{act}:#" for act in ("agree", "hidden", "hide", "change", "decline")}
"""Under what the author of a message is asked."""
CARE_BUTTONS |= OFFER_BUTTONS
CARE_POSTS = {OFFER, POSTED, IDLE, WROTE, REOPENED, LOST, TEND_IDLE, TEND_WROTE}
INTRODUCTION_BUTTONS = {
    *dm_buttons("introductions"),
    *(f"bk:intro:#:{answer}:#" for answer in ("yes", "no")),
    *(f"bk:intromet:#:{met}:#" for met in ("yes", "not_yet")),
    "bk:introductions:#",
}
"""Under what those read who are introduced to each other."""
LEDGER_BUTTONS = {
    *dm_buttons("year"),
    *(f"bk:ledger:#:{lines}:#:open:#" for lines in ("all", "heard", "asked")),
    *(f"bk:ledger:#:{lines}:#:{way}:#" for lines in ("all", "asked") for way in ("back", "next")),
}
"""Under somebody's ledger and the summary of their year."""
INTRODUCTION_POSTS = {introductions.ASKED, introductions.AGREED, introductions.MET}
LECTURE_POSTS = {BOX, THANKS, TAKE_HOME, FOLLOW_UP, ASK_USED, TELL_USED}
LECTURER_POSTS = LECTURE_POSTS | set(ALL)
"""What is said of lectures: tried apart from all else that comes by itself."""
UNPROMPTED_BUTTONS = (
    ANSWERS
    | NEXT_ANSWERS
    | DM_BUTTONS
    | PROFILE_BUTTONS
    | {"bk:morning:#", "bk:morning-role", "bk:next", "bk:next:#", "bk:seen:#", "bk:setup:open"}
)
