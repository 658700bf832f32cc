"""/me: one's own reminders and sessions, on a server and in a direct message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot
from bot.domain.errors import StudyError, Unknown
from bot.domain.forms import Filled
from bot.domain.ledger import FIRST_YEAR, LAST_YEAR
from bot.domain.own_reminders import WAYS, OwnChange, Way, parse_before, parse_evening
from bot.domain.privacy import PrivacyChange
from bot.i18n import _
from bot.rendering import own_reminders, own_sessions, privacy
from bot.rendering import questions as question_rendering
from bot.rendering.buttons import button_id, template
from bot.rendering.content import Content
from cogs.afar import EVERYWHERE, UsedIn, begin_anywhere
from cogs.forms import Form, Forms, open_form
from cogs.introductions import Introductions
from cogs.ledger import LedgerCog
from cogs.presses import cog_of, opening, pressed, turn
from cogs.privacy import PrivacyChoices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.own_reminders.service import OwnReminderService, OwnState
    from bot.domain.own_sessions import OwnSessionService
    from bot.domain.questions.reading import QuestionViewService

_PHRASE = app_commands.Range[str, 1, 100]
_Year = app_commands.Range[int, FIRST_YEAR, LAST_YEAR]
_BY: list[app_commands.Choice[str]] = [
    app_commands.Choice(name=_("DM: everything by direct message"), value="dm"),
    app_commands.Choice(name=_("thread: mention me in the session's thread"), value="thread"),
    app_commands.Choice(name=_("off: no reminders for me"), value="off"),
    app_commands.Choice(name=_("default: mention me in the group's channel, like everybody"), value="channel"),
]
_ON_OFF = [
    app_commands.Choice(name=_("on"), value=privacy.ON),
    app_commands.Choice(name=_("off"), value=privacy.OFF),
]


class Me(commands.Cog):
    """What is one's own."""

    def __init__(
        self,
        bot: StudyBot,
        reminders: OwnReminderService,
        sessions: OwnSessionService,
        questions: QuestionViewService,
        used_in: UsedIn,
    ) -> None:
        self.bot = bot
        self.reminders = reminders
        self.sessions = sessions
        self.questions = questions
        self.used_in = used_in

    group = app_commands.Group(
        name="me",
        description=_("Your own sessions, questions, introductions, reminders and privacy"),
        allowed_contexts=EVERYWHERE,
    )

    @group.command(name="reminders", description=_("See and change when and how you are reminded of sessions"))
    @app_commands.describe(
        before=_("How long before a session, such as “1 day, 30 min”, or “none”"),
        evening_before=_("Time of your reminder on the evening before, such as 21:00; “none” or “default”"),
        by=_("How you are told"),
    )
    @app_commands.choices(by=_BY)
    async def reminders_(
        self,
        interaction: AnyInteraction,
        before: _PHRASE | None = None,
        evening_before: _PHRASE | None = None,
        by: app_commands.Choice[str] | None = None,
    ) -> None:
        """Change what is given, then show what holds now, with everything to change it."""
        caller = await begin_anywhere(interaction, self.used_in, (own_reminders.FEATURE, "open"))
        if caller is None:
            return
        way = by.value if by is not None else None
        try:
            state = await self.change(
                caller,
                OwnChange(
                    before=parse_before(before) if before is not None else None,
                    evening=parse_evening(evening_before) if evening_before is not None else None,
                    by=_way(way) if way is not None else None,
                ),
            )
        except StudyError as error:
            typed = {own_reminders.BEFORE: before, own_reminders.EVENING: evening_before}
            filled = Filled({box: text for box, text in typed.items() if text is not None}, {})
            await cog_of(interaction, Forms).refuse(caller, _form_id(caller, way), filled, error)
            return
        page = own_reminders.page(state, caller.guild.name, caller.words)
        await caller.reply(page.content, view=page.view)

    @group.command(name="sessions", description=_("See the sessions you come to or host"))
    async def sessions_(self, interaction: AnyInteraction) -> None:
        """The first screen of them."""
        caller = await begin_anywhere(interaction, self.used_in, (own_sessions.FEATURE,))
        if caller is not None:
            await caller.reply(await self.own_sessions(caller, 0))

    @group.command(name="questions", description=_("See what you have asked, also without your name"))
    async def questions_(self, interaction: AnyInteraction) -> None:
        """The first screen of it; nobody else sees it."""
        caller = await begin_anywhere(interaction, self.used_in, (question_rendering.OWN_PAGES,))
        if caller is not None:
            await caller.reply(await self.own_questions(caller, 0))

    @group.command(name="privacy", description=_("See and change what others see of you"))
    @app_commands.describe(
        known_for=_("Whether others see what you were thanked for"),
        network=_("Whether you are in a picture of who met whom"),
    )
    @app_commands.choices(known_for=_ON_OFF, network=_ON_OFF)
    async def privacy_(
        self, interaction: AnyInteraction, known_for: str | None = None, network: str | None = None
    ) -> None:
        """Change what is given, then show what holds now, with everything to change it."""
        caller = await begin_anywhere(interaction, self.used_in, (privacy.FEATURE, privacy.OPEN))
        if caller is not None:
            change = PrivacyChange(_on(known_for), _on(network))
            await caller.reply(await cog_of(interaction, PrivacyChoices).choose(caller, change))

    @group.command(
        name="introductions",
        description=_("See what you have proposed and are asked with /introduce, and whom it brought together"),
    )
    async def introductions_(self, interaction: AnyInteraction) -> None:
        """Nobody else sees it."""
        await cog_of(interaction, Introductions).show(interaction)

    @group.command(
        name="ledger",
        description=_("See what you heard, taught, asked and answered, and whom you met"),
    )
    @app_commands.describe(year=_("Only of this year"))
    async def ledger_(self, interaction: AnyInteraction, year: _Year | None = None) -> None:
        """The overview of it."""
        await cog_of(interaction, LedgerCog).open(interaction, year or 0)

    async def own_questions(self, caller: Caller, number: int) -> Content:
        """One screen of what the caller has asked."""
        page = await self.questions.own(caller.guild.id, caller.actor, number)
        return question_rendering.own(page, caller.guild.id, caller.words)

    async def change(self, caller: Caller, change: OwnChange) -> OwnState:
        """Change what is given; what holds now."""
        if change == OwnChange():
            return await self.reminders.show(caller.guild.id, caller.actor)
        return await self.reminders.choose(caller.guild.id, caller.actor, change)

    async def own_sessions(self, caller: Caller, number: int) -> Content:
        """One screen of one's own sessions."""
        page = await self.sessions.list(caller.guild.id, caller.actor, number)
        in_dm = caller.interaction.guild is None
        return own_sessions.page(page, caller.guild.name, caller.words, in_dm=in_dm)

    async def show(self, caller: Caller, change: OwnChange) -> None:
        """Change what is given, and show what holds now in the private message that was pressed."""
        page = own_reminders.page(await self.change(caller, change), caller.guild.name, caller.words)
        await turn(caller, page.content, view=page.view)


def _on(chosen: str | None) -> bool | None:
    return None if chosen is None else chosen == privacy.ON


def _form_id(caller: Caller, way: str | None = None) -> str:
    """The form for one's own times; with a `way` to be told, which it has no box for, it chooses that, too."""
    return button_id(own_reminders.FORM, caller.guild.id, *([way] if way else []))


def _way(text: str) -> Way:
    for way in WAYS:
        if text == way:
            return way
    raise Unknown("button", text)


def _chosen(act: str, values: Sequence[str]) -> OwnChange:
    """What was chosen from a list. Discord vouches for it only in part, so nothing in it is trusted.

    Raises:
        Unknown: it is nothing that the list offers.
        StudyError: the times are not possible.
    """
    if act == own_reminders.BEFORE:
        if not all(re.fullmatch(r"[0-9]{1,6}", value) for value in values):
            raise Unknown("button", act)
        return OwnChange(before=tuple(map(int, values)))
    if len(values) != 1:
        raise Unknown("button", act)
    if act == own_reminders.EVENING:
        return OwnChange(evening=parse_evening("default" if values[0] == own_reminders.USUAL else values[0]))
    return OwnChange(by=_way(values[0]))


class RemindersControl(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(own_reminders.FEATURE, r"(?P<act>open|form|before|evening|by)(?::(?P<guild>\d{1,20}))?"),
):
    """The button "My reminders", wherever it stands, and what stands below one's reminders."""

    def __init__(self, item: discord.ui.Item[Any], act: str, guild: int) -> None:
        super().__init__(item)
        self.act = act
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> RemindersControl:
        """The server in the id counts in a direct message only, and there it is asked whether one is its member."""
        return cls(item, match["act"], int(match["guild"] or 0))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Open the form, or change what was chosen and show what holds now: everybody their own."""
        cog = cog_of(interaction, Me)
        if self.act == "form":
            await opening(interaction, self._open_form, guild_id=self.guild)
            return

        async def act(caller: Caller) -> None:
            data: Any = caller.interaction.data
            change = OwnChange() if self.act == "open" else _chosen(self.act, data.get("values", ()))
            await cog.show(caller, change)

        await pressed(interaction, act, guild_id=self.guild)

    async def _open_form(self, caller: Caller) -> None:
        await open_form(caller, _form_id(caller))


class RemindersForm(Form, template=template(own_reminders.FORM, r"(?P<guild>\d{1,20})(?::(?P<way>[a-z]+))?")):
    """For times that no list offers; also in a direct message."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """Everybody's own, with what holds now."""
        state = await cog_of(caller.interaction, Me).reminders.show(caller.guild.id, caller.actor)
        return own_reminders.own_form(self.custom_id, state, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Show what holds now. A box that is empty means as for everybody."""
        before, evening = (filled.box(box).strip() for box in (own_reminders.BEFORE, own_reminders.EVENING))
        way = _way(self.parts["way"]) if self.parts["way"] else None
        change = OwnChange(parse_before(before or "default"), parse_evening(evening or "default"), way)
        await cog_of(caller.interaction, Me).show(caller, change)


class _OwnPage:
    """The part of a button that turns a page of what is one's own; the server in its id counts in a direct message."""

    def __init__(self, item: discord.ui.Item[Any], guild: int, page: int) -> None:
        super().__init__(item)  # pyright: ignore[reportCallIssue]  # the button, whose part this is
        self.guild = guild
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Any:
        """What is on the page is read anew."""
        return cls(item, int(match["guild"]), int(match["page"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Turn the page in place."""

        async def act(caller: Caller) -> None:
            await turn(caller, await self.shown(caller))

        await pressed(interaction, act, guild_id=self.guild)

    async def shown(self, caller: Caller) -> Content:
        """What is on the page."""
        raise NotImplementedError


class SessionsPage(
    _OwnPage,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(own_sessions.FEATURE, r"(?P<guild>\d{1,20})", r"(?P<page>\d{1,4})", "(?:back|next)"),
):
    """Turns a page of one's own sessions."""

    async def shown(self, caller: Caller) -> Content:
        """The presser's own."""
        return await cog_of(caller.interaction, Me).own_sessions(caller, self.page)


class QuestionsPage(
    _OwnPage,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(question_rendering.OWN_PAGES, r"(?P<guild>\d{1,20})", r"(?P<page>\d{1,4})", "(?:back|next)"),
):
    """Turns a page of what one has asked."""

    async def shown(self, caller: Caller) -> Content:
        """The presser's own."""
        return await cog_of(caller.interaction, Me).own_questions(caller, self.page)


class WithdrawButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]], template=template(own_sessions.WITHDRAW, r"(?P<guild>\d{1,20})")
):
    """Come to none of the sessions that one can't see any more."""

    def __init__(self, item: discord.ui.Item[Any], guild: int) -> None:
        super().__init__(item)
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> WithdrawButton:
        """Only the presser's own answers are meant; the server in the id counts in a direct message only."""
        return cls(item, int(match["guild"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Withdraw them, in place of the list."""

        async def act(caller: Caller) -> None:
            done = await cog_of(interaction, Me).sessions.withdraw_unseen(caller.guild.id, caller.actor)
            await turn(caller, own_sessions.withdrawn(done, caller.words))

        await pressed(interaction, act, guild_id=self.guild)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (RemindersControl, SessionsPage, QuestionsPage, WithdrawButton)
FORMS: tuple[type[Form], ...] = (RemindersForm,)
