"""What the tour's scenes act on: people, channels, the clock, and a narrator who writes it all down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import discord
import simcord
from simcord.builders import ChannelHandle

from bot.demo.narrator import Narrator
from bot.i18n import Words, _, locale_str, words

if TYPE_CHECKING:
    from bot.app import App
    from bot.demo.simulation import Simulation

ZONE = ZoneInfo("Asia/Tokyo")
_ANNOUNCEMENT = _("the announcement in {where}, as everybody sees it now")
Person = simcord.MemberActor | simcord.UserHandle
"""In a server, or in a direct message."""


class Stage:
    """A simulated community. Whatever is done through it is narrated: first the act, then what came of it."""

    def __init__(self, sim: Simulation, apps: list[App], write: Callable[[str], None], w: Words) -> None:
        self.sim = sim
        self.narrator = Narrator(write, ZONE, self.called, w)
        self._w = w
        self._apps = apps
        self._names: dict[int, str] = {}
        self._told = 0
        self._read: dict[int, str] = {}

    @property
    def app(self) -> App:
        """The bot that runs now."""
        return self._apps[-1]

    def name(self, thing: Any, name: locale_str | str) -> None:
        """Call a person, role or channel by this name from now on."""
        self._names[thing.id] = self._w(name) if isinstance(name, locale_str) else name

    def called(self, thing_id: int) -> str:
        """The name of a person, role or channel; a channel that nobody named goes by its own."""
        if thing_id not in self._names:
            channel = self.sim.env.backend.channels.get(thing_id)
            if channel is None:
                return str(thing_id)
            people = ", ".join(self._names[i] for i in channel.recipient_ids if i in self._names)
            own = self._w(_("a direct message to {people}"), people=people) if people else f"#{channel.name}"
            self._names[thing_id] = own
        return self._names[thing_id]

    async def wait_until(self, local: str) -> None:
        """Let time pass until a time on the wall clock in Tokyo, such as "2026-01-07 06:30"."""
        at = datetime.fromisoformat(local).replace(tzinfo=ZONE).astimezone(UTC)
        await self.sim.advance_to(at)
        self.tell()

    async def wait(self, seconds: float) -> None:
        """Let a moment pass."""
        await self.sim.advance(seconds)
        self.tell()

    def tell(self) -> None:
        """Write down what the bot posted since the last time."""
        new = self.sim.unprompted()[self._told :]
        self._told += len(new)
        for post in new:
            text = "\n".join((post.content, *self._on_card(post.channel_id, post.message_id)))
            pinged = [self.called(i) for i in post.pinged]
            self.narrator.posted(post.at, self.called(post.channel_id), text, pinged, silent=post.silent)

    def look(self, message: discord.Message, what: locale_str = _ANNOUNCEMENT) -> None:
        """Write down a message as everybody sees it by now, with the tags of its thread; `what` names {where}."""
        text = "\n".join((*self._tags(message.channel), *self._on_card(message.channel.id, message.id)))
        self.narrator.looked(self.sim.now(), what, self.called(message.channel.id), text)

    async def command(
        self, who: simcord.MemberActor, where: simcord.ChannelHandle, command: str, /, **options: Any
    ) -> Any:
        """Somebody uses a slash command; what only they are told is written beneath."""
        shown = " ".join(f"{key}:{self._option(value)}" for key, value in options.items())
        result = await who.slash(where, command, **options)
        self.act(who, f"/{command} {shown}".strip(), result)
        return result

    async def press(self, who: Person, message: Any, custom_id: str) -> Any:
        """Somebody presses the first button whose id has this in it."""
        stored = self.sim.env.backend.get_message(_channel_of(message), message.id)
        button = next(b for b in controls(stored.components) if custom_id in b["custom_id"])
        result = await who.click(message, custom_id=button["custom_id"])
        self.act(who, self._w(_("presses [{button}]"), button=button["label"]), result)
        return result

    async def menu(
        self, who: simcord.MemberActor, where: simcord.ChannelHandle, entry: locale_str, message: Any
    ) -> Any:
        """Somebody uses an entry in the menu of a message; it reads as they see it."""
        result = await who.context_menu(where, entry.message, message)
        seen = words(self.sim.rules.locales.get(who.id, "en-US"))(entry)
        author = self.called(message.author.id)
        told = _("chooses [{entry}] in the menu of the message of {author}")
        self.act(who, self._w(told, entry=seen, author=author), result)
        return result

    async def writes(self, who: simcord.MemberActor, where: simcord.ChannelHandle, text: str) -> Any:
        """Somebody writes a message."""
        message = await who.send(where, text)
        self.narrator.wrote(self.sim.now(), self.called(who.id), self.called(where.id), text)
        self.tell()
        return message

    async def fill_in(self, who: simcord.MemberActor, shown: Any, text: str) -> Any:
        """Somebody writes into the one box of a form and sends it."""
        box = next(iter(controls(shown.modal["components"])))
        return await self.complete(who, shown, {box["custom_id"]: text})

    async def complete(self, who: Person, shown: Any, values: dict[str, Any]) -> Any:
        """Somebody fills in the boxes and lists of a form, by their names, and sends it."""
        result = await who.submit_modal(shown, values)
        boxes = {box["custom_id"]: box for box in controls(shown.modal["components"])}
        written = ", ".join(_written(boxes[name], value) for name, value in values.items())
        self.act(who, self._w(_("fills in {written}"), written=written), result)
        return result

    async def choose(self, who: simcord.MemberActor, message: Any, custom_id: str, value: Any, shown: str) -> Any:
        """Somebody chooses from a list."""
        result = await who.select(message, [value], custom_id=custom_id)
        self.act(who, self._w(_("chooses {shown}"), shown=shown), result)
        return result

    def act(self, who: Any, what: str, result: Any) -> None:
        """Write down an act, its private answers, and then what the bot posted because of it."""
        self.narrator.act(self.sim.now(), self.called(who.id), what, self._answers(result))
        self.tell()

    def happens(self, what: locale_str) -> None:
        """Something that nobody of the community does."""
        self.narrator.happened(self.sim.now(), what)

    async def joins(self, guild_id: int) -> None:
        """The bot is told that it was invited to a server."""

        async def tell() -> None:
            self.sim.bot.dispatch("guild_join", self.sim.bot.get_guild(guild_id))

        await self.sim.run(tell())
        await self.wait(1)

    async def channel(self, guild: simcord.GuildHandle, setting: str) -> simcord.ChannelHandle:
        """The channel that a community's setting points to."""
        community = await self.sim.run(self.app.database.settings(guild.id))
        return next(c for c in guild.channels.values() if c.id == getattr(community, setting))

    async def newest_session(self, guild: simcord.GuildHandle) -> int:
        """The id of the session that was planned last."""

        async def read() -> int:
            async with self.app.database.reading(guild.id) as uow:
                return max(session.id for session in await uow.sessions.upcoming(self.sim.now()))

        return await self.sim.run(read())

    def announcement(self, channel: simcord.ChannelHandle, session_id: int) -> discord.Message:
        """The message that announces a session."""
        wanted = f"bk:rsvp:{session_id}:going"
        for message in reversed(self.sim.messages(channel)):
            if wanted in _custom_ids(message.components):
                return message
        raise LookupError(f"session {session_id} was not announced")

    def newest_thread(self, guild: simcord.GuildHandle) -> simcord.ChannelHandle:
        """The thread that was made last."""
        found = self.sim.bot.get_guild(guild.id)
        assert found is not None
        newest = max(thread.id for thread in found.threads)
        return ChannelHandle(self.sim.env, guild, self.sim.env.backend.get_channel(newest))

    def first_of(self, thread: simcord.ChannelHandle) -> discord.Message:
        """What stands at the top of a thread."""
        return self.sim.messages(thread)[0]

    def direct(self, who: simcord.MemberActor) -> discord.Message:
        """The bot's last direct message to somebody."""
        return self.sim.messages(who.user.dm_channel)[-1]

    def start_here(self, channel: simcord.ChannelHandle) -> discord.Message:
        """The pinned message for newcomers."""
        return next(m for m in self.sim.messages(channel) if "bk:introduce" in _custom_ids(m.components))

    def _answers(self, result: Any) -> Iterator[str]:
        """What only they see now: a form, or messages, but for one that reads as when they saw it last."""
        if result.modal is not None:
            labels = " ".join(f"[{label}]" for label in _labels(result.modal["components"]))
            yield self._w(_("a form opens: “{title}” {boxes}"), title=result.modal["title"], boxes=labels)
        for message in (result.response, *result.followups):
            if message is None or not message.ephemeral:
                continue
            text = self.sim.text(message)
            if self._read.get(message.id) != text:
                self._read[message.id] = text
                yield text

    def _tags(self, channel: Any) -> Iterator[str]:
        """The tags of a post in a forum."""
        if tags := getattr(channel, "applied_tags", ()):
            yield self._w(_("tags: {names}"), names=self._w.list([tag.name for tag in tags]))

    def _option(self, value: Any) -> str:
        return self.called(value.id) if hasattr(value, "id") else str(value)

    def _on_card(self, channel_id: int, message_id: int) -> Iterator[str]:
        """What is framed in a message, if anything is, with the buttons below it; small fields share a line."""
        stored = self.sim.env.backend.get_message(channel_id, message_id)
        if not stored.embeds:
            return
        for embed in stored.embeds:
            yield from (embed[part] for part in ("title", "description") if embed.get(part))
            small: list[str] = []
            for field in embed.get("fields") or ():
                # A name such as "Coming: 4" has its colon already.
                name = field["name"] if ":" in field["name"] or "：" in field["name"] else f"{field['name']}:"
                fact = f"{name} {field['value']}".replace("\n", ", ")
                if field.get("inline", True):
                    small.append(fact)
                    continue
                yield from (" | ".join(small),) if small else ()
                small = []
                yield fact
            yield " | ".join(small)
        yield " ".join(f"[{button['label']}]" for button in controls(stored.components) if button.get("label"))


def controls(components: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The buttons, lists and boxes among the components of a message or form, as Discord stores them."""
    for component in components:
        if component.get("custom_id"):
            yield dict(component)
        inner = component.get("components") or ()
        yield from controls(inner if not component.get("component") else (*inner, component["component"]))


def _custom_ids(components: Any) -> set[str]:
    return {child.custom_id for row in components for child in getattr(row, "children", ()) if child.custom_id}


def _labels(components: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for component in components:
        if component.get("label"):
            yield component["label"]
        inner = component.get("components") or ()
        yield from _labels(inner if not component.get("component") else (*inner, component["component"]))


def _written(box: dict[str, Any], value: str | list[str]) -> str:
    """What somebody wrote into a box, or the labels of what they chose from its list."""
    if isinstance(value, str):
        return value
    return ", ".join(option["label"] for option in box["options"] if option["value"] in value)


def _channel_of(message: Any) -> int:
    return message.channel_id if isinstance(message, simcord.ResponseMessage) else message.channel.id
