"""The bot's ends towards Discord: the client, its command tree, and what every command begins with."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from msgspec import Struct
from msgspec.structs import replace

from bot.buckets import forget_buckets_rarely
from bot.domain.actors import Actor
from bot.domain.communities import Community
from bot.domain.errors import NotSetUp, StudyError, Unknown
from bot.echoes import ignore_own_messages
from bot.i18n import CatalogTranslator, Words, _, words
from bot.logs import reference
from bot.rendering.afar import for_dm
from bot.rendering.content import Content
from bot.rendering.errors import explain

_log = logging.getLogger(__name__)

AnyInteraction = discord.Interaction["StudyBot"]
ForServer = Callable[[discord.Guild], Awaitable[None]]


class Caller(Struct, frozen=True):
    """Who calls, from where, and how to answer: privately, in their own language."""

    interaction: AnyInteraction
    actor: Actor
    words: Words
    community: Community
    guild: discord.Guild

    async def reply(
        self,
        content: Content | str,
        *,
        view: discord.ui.View | None = None,
        files: Sequence[discord.File] = (),
    ) -> discord.Message | None:
        """Answer privately. The first reply fills the deferred answer; later ones follow it."""
        if isinstance(content, str):
            content = Content(content)
        if self.interaction.guild is None:
            content = replace(content, text=for_dm(content.text, self.words))
        shown = view or content.view()
        options: dict[str, Any] = {"files": list(files)} if files else {}
        if shown is not None:
            options["view"] = shown
        if content.embed is not None:
            options["embed"] = content.embed
        return await self.interaction.followup.send(
            content.text,
            allowed_mentions=discord.AllowedMentions.none(),
            ephemeral=True,
            wait=True,
            **options,
        )


class StudyTree(app_commands.CommandTree["StudyBot"]):
    """The commands. An error of the user's is explained to them alone; one of ours gets a reference.

    Precedence: StudyError (wherever it was raised, also inside a transformer) -> Discord's own refusals (permissions, a
    value it could not convert) -> everything else, which is our mistake.
    """

    async def on_error(self, interaction: AnyInteraction, error: app_commands.AppCommandError, /) -> None:
        """Answer privately and translated; log only what is our mistake."""
        cause, corrected = _cause(error), interaction.client.corrected
        if isinstance(cause, StudyError) and corrected is not None and await corrected(interaction, cause):
            return
        await answer_error(interaction, error)


async def answer_error(interaction: AnyInteraction, error: BaseException) -> None:
    """Tell the caller, privately and in their language, why it did not work."""
    await answer_privately(interaction, Content(why_not(interaction, error)))


def why_not(interaction: AnyInteraction, error: BaseException) -> str:
    """Why it did not work, in the caller's language. What is our own mistake is logged under the code that is told."""
    cause = _cause(error)
    w = words(interaction.locale)
    if isinstance(cause, StudyError):
        in_form = interaction.type is discord.InteractionType.modal_submit
        text = explain(cause, w, in_form=in_form, in_dm=interaction.guild is None)
    elif isinstance(cause, app_commands.NoPrivateMessage):
        text = w(_("This works only on a server. Please use it there."))
    elif isinstance(cause, app_commands.CheckFailure):
        text = w(_("You can't use this here. Please ask a moderator."))
    elif isinstance(cause, app_commands.TransformerError) and cause.type is discord.AppCommandOptionType.user:
        text = explain(Unknown("member", str(cause.value)[:100]), w)
    elif isinstance(cause, app_commands.TransformerError):
        value = str(cause.value)[:100]
        text = w(_("I could not read “{value}”. Start typing and choose one from the list."), value=value)
    else:
        code = reference()
        _log.error("%s failed [%s]", _name(interaction), code, exc_info=cause)
        text = w(
            _(
                "Something went wrong on my side. Please check whether it was done, and give this code to whoever runs "
                "me: {code}"
            ),
            code=code,
        )
    return text


async def answer_privately(interaction: AnyInteraction, content: Content) -> None:
    """Answer the caller alone, whether or not they were answered before; that it can't be done is only logged."""
    nobody = discord.AllowedMentions.none()
    view = content.view() or discord.utils.MISSING
    try:
        if interaction.response.is_done():
            await interaction.followup.send(content.text, view=view, ephemeral=True, allowed_mentions=nobody)
        else:
            await interaction.response.send_message(content.text, view=view, ephemeral=True, allowed_mentions=nobody)
    except discord.HTTPException as refusal:
        _log.warning("%s could not be answered: %s", _name(interaction), refusal)


class StudyBot(commands.AutoShardedBot):
    """The Discord client. It is given its cogs by `bot/app.py` and holds no rules.

    `settings(guild_id)` answers a community's settings; `on_ready_once` is awaited when the caches are first filled;
    `look` works out who sees what on a server, `catch_up` what was said while the bot was away, `greet` says hello
    where nobody has yet;
    `corrected` answers a refused command with a way to correct it, if there is one (False: there is none);
    `after_answer` runs once a person's command, press or form was answered, whatever the answer was.
    """

    def __init__(
        self,
        *,
        intents: discord.Intents,
        settings: Callable[[int], Awaitable[Community]],
        read_fact: Callable[[str], Awaitable[str | None]],
        write_fact: Callable[[str, str], Awaitable[None]],
        sync_commands: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents,
            tree_cls=StudyTree,
            allowed_mentions=discord.AllowedMentions.none(),
            # An answer that Discord delays longer than this ends the attempt; the row is tried again later.
            max_ratelimit_timeout=30.0,
            chunk_guilds_at_startup=False,
            **options,
        )
        forget_buckets_rarely(self.http)
        ignore_own_messages(self)
        self.settings = settings
        self._read_fact = read_fact
        self._write_fact = write_fact
        self._sync_commands = sync_commands
        self.cogs_to_load: Sequence[commands.Cog] = ()
        self.items_to_load: Sequence[type[discord.ui.DynamicItem[Any]]] = ()
        self.forms_to_load: Sequence[re.Pattern[str]] = ()
        self.on_first_ready: Callable[[], Awaitable[None]] | None = None
        self.on_ready_again: Callable[[], Awaitable[None]] | None = None
        self.look: ForServer | None = None
        self.catch_up: ForServer | None = None
        self.greet: ForServer | None = None
        self.on_closing: Callable[[], Awaitable[None]] | None = None
        self.on_press: Callable[[discord.Interaction], None] | None = None
        self.corrected: Callable[[AnyInteraction, StudyError], Awaitable[bool]] | None = None
        self.after_answer: Callable[[Caller], Awaitable[None]] | None = None
        self._following: set[asyncio.Task[None]] = set()

    async def setup_hook(self) -> None:
        """Load the cogs and tell Discord of the commands if they changed."""
        await self.tree.set_translator(CatalogTranslator())
        for cog in self.cogs_to_load:
            await self.add_cog(cog)
        self.add_dynamic_items(*self.items_to_load)
        if self._sync_commands:
            await self._sync_if_changed()

    async def _sync_if_changed(self) -> None:
        """What is compared is what is sent: `tree.sync` would translate all the texts once more."""
        if self.application_id is None:
            raise discord.app_commands.MissingApplicationID
        translator = self.tree.translator
        payload = [
            await command.get_translated_payload(self.tree, translator) if translator else command.to_dict(self.tree)
            for command in self.tree.get_commands()
        ]
        now = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
        key = f"commands:{self.application_id}"
        if await self._read_fact(key) != now:
            await self.http.bulk_upsert_global_commands(self.application_id, payload=payload)
            await self._write_fact(key, now)
            _log.info("told Discord of %d commands", len(payload))

    async def on_ready(self) -> None:
        """The caches are filled: for the first time, for which all work waits, or anew after a lost connection."""
        if self.on_first_ready is not None:
            begin, self.on_first_ready = self.on_first_ready, None
            await begin()
        elif self.on_ready_again is not None:
            await self.on_ready_again()

    async def for_each_server(self, act: ForServer | None) -> None:
        """Act on each server in turn; what goes wrong on one stops no other."""
        if act is None:
            return
        for guild in list(self.guilds):
            try:
                await act(guild)
            except Exception:
                _log.exception("server %d: %s failed", guild.id, getattr(act, "__qualname__", act))

    async def on_interaction(self, interaction: AnyInteraction) -> None:
        """Answer a press or a form that no feature knows: of another version of the bot, or made by hand."""
        if interaction.type is discord.InteractionType.component:
            known = [item.__discord_ui_compiled_template__ for item in self.items_to_load]
        elif interaction.type is discord.InteractionType.modal_submit:
            known = list(self.forms_to_load)
        else:
            return
        custom_id = str((interaction.data or {}).get("custom_id", ""))
        if not any(pattern.fullmatch(custom_id) for pattern in known):
            await answer_error(interaction, Unknown("button", custom_id))

    async def close(self) -> None:
        """Stop what works in the background, then leave Discord."""
        self.after_answer = None
        if self._following:
            _, late = await asyncio.wait(self._following, timeout=1)
            for task in late:
                task.cancel()
        if self.on_closing is not None:
            end, self.on_closing = self.on_closing, None
            await end()
        await super().close()

    async def begin(self, interaction: AnyInteraction, *, set_up: bool = True) -> Caller:
        """Acknowledge a command before anything slow, and say who calls.

        Raises:
            NotSetUp: `set_up` is asked for and /setup has not been run here.
        """
        if not interaction.response.is_done():
            await interaction.response.defer(ephemeral=True, thinking=True)
        return await self.caller(interaction, set_up=set_up)

    async def begin_press(self, interaction: AnyInteraction, *, set_up: bool = True) -> Caller:
        """Acknowledge a press with a deferred update; the answer is a private message that follows."""
        if not interaction.response.is_done():
            await interaction.response.defer()
            # From here on the press's token may edit the message that carries the button.
            if self.on_press is not None:
                self.on_press(interaction)
        return await self.caller(interaction, set_up=set_up)

    async def caller(self, interaction: AnyInteraction, *, set_up: bool = True) -> Caller:
        """Who calls; does not acknowledge (for autocomplete and forms, which answer in one go)."""
        guild = interaction.guild
        if guild is None or not isinstance(interaction.user, discord.Member):
            raise app_commands.NoPrivateMessage
        community = await self.settings(guild.id)
        if set_up and not community.is_set_up:
            raise NotSetUp
        caller = Caller(
            interaction,
            actor_of(interaction.user, interaction.permissions, community),
            words(interaction.locale),
            community,
            guild,
        )
        self.follow(caller)
        return caller

    def follow(self, caller: Caller) -> None:
        """Have `after_answer` run when the task that answers this person is done, so that it can't stand in its way."""
        answering = asyncio.current_task()
        if answering is not None and caller.interaction.type is not discord.InteractionType.autocomplete:
            answering.add_done_callback(lambda _task: self._after(caller))

    def _after(self, caller: Caller) -> None:
        if self.after_answer is None or self.is_closed():
            return
        task = asyncio.ensure_future(self.after_answer(caller))
        self._following.add(task)
        task.add_done_callback(self._following.discard)


def actor_of(member: discord.Member, permissions: discord.Permissions, community: Community) -> Actor:
    """The member as the rules see them; `permissions` are those that Discord sent with the interaction."""
    guild = member.guild

    def sees(channel_id: int) -> bool:
        channel = guild.get_channel(channel_id)
        if channel is None:
            # What belongs to a channel that was deleted must stay in somebody's reach, or it could not be repaired.
            return moderator
        return channel.permissions_for(member).view_channel

    def writes(channel_id: int) -> bool:
        channel = guild.get_channel(channel_id)
        return channel is None or channel.permissions_for(member).send_messages_in_threads

    def others_see(member_id: int, channel_id: int) -> bool:
        channel, other = guild.get_channel(channel_id), guild.get_member(member_id)
        if channel is None:
            return True
        # Of whom nothing is known, only that which holds for everybody is.
        return channel.permissions_for(other or guild.default_role).view_channel

    moderator = permissions.manage_guild or any(r.id == community.moderator_role for r in member.roles)
    return Actor(
        member.id,
        moderator,
        sees,
        gone=lambda channel_id: guild.get_channel(channel_id) is None,
        writes=writes,
        others_see=others_see,
    )


def _cause(error: BaseException) -> BaseException:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, StudyError):
            return cause
        cause = cause.__cause__
    if isinstance(error, app_commands.CommandInvokeError):
        return error.original
    return error


def _name(interaction: discord.Interaction) -> str:
    if interaction.command is not None:
        return f"/{interaction.command.qualified_name}"
    return str(interaction.type.name)


__all__ = [
    "AnyInteraction",
    "Caller",
    "StudyBot",
    "StudyTree",
    "Unknown",
    "actor_of",
    "answer_error",
    "answer_privately",
    "why_not",
]
