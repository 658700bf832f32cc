"""The setup's pages: one private message that goes from question to question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import time

import discord
from msgspec import Struct

from bot.domain.communities import (
    ANNOUNCEMENTS,
    CHANNEL_FIELDS,
    FORUM,
    INTRODUCTIONS,
    LANGUAGES,
    LOG,
    Community,
    EveningNeeded,
    EveryoneAsModerator,
    LanguageUnknown,
    MadeChannel,
)
from bot.domain.errors import StudyError
from bot.domain.setup import QUESTIONS, PermissionReport, SetupState
from bot.domain.zones import ZoneChoice, find_zones
from bot.i18n import Words, _, locale_str
from bot.rendering import forms, settings
from bot.rendering.buttons import button_id
from bot.rendering.content import Button, Content, WantedChannel
from bot.rendering.errors import Say

FEATURE = "setup"
FORM = "setup-form"

STARTS = tuple(
    time(minute // 60, minute % 60) for minute in (*range(300, 600, 30), *range(720, 800, 30), *range(1050, 1290, 30))
)
"""The times of day that are offered: early mornings, lunch breaks and evenings."""


def _everyone(error: EveryoneAsModerator, w: Words) -> str:
    return w(_("@everyone can't be the moderator role: then everybody could change the settings. Choose another role."))


ERRORS: dict[type[StudyError], Say] = {
    EveryoneAsModerator: _everyone,
    EveningNeeded: lambda e, w: w(
        _(
            "The reminder on the evening before can't be turned off for everybody. Please give a time of day, like "
            "“20:00”. Members who don't want it can turn it off for themselves with `/me reminders`."
        )
    ),
    LanguageUnknown: lambda e, w: w(
        _("I speak English and Japanese, not “{text}”. Please choose one from the list."), text=e.text[:50]
    ),
}


class Page(Struct, frozen=True):
    """A page of the setup: what stands there, and the controls below it."""

    embed: discord.Embed
    view: discord.ui.View


class PageValues(Struct, frozen=True):
    """What a page is made of. `zones` are the time zones that a search found (None: the best known)."""

    state: SetupState
    report: PermissionReport
    bot_name: str
    zones: Sequence[ZoneChoice] | None = None


def welcome(value: Community, w: Words) -> Content:
    """The one line on joining a server."""
    return Content(
        w(_("Hello! A moderator can set me up with `/setup` or with this button; it takes about a minute.")),
        rows=((Button(w(_("Set up")), button_id(FEATURE, "open"), discord.ButtonStyle.primary),),),
    )


def made_channel(value: MadeChannel, w: Words) -> WantedChannel:
    """A channel that the bot makes on request."""
    if value.which == ANNOUNCEMENTS:
        topic = w(_("Our study sessions: answer with the buttons below each one."))
        return WantedChannel(w(_("study-announcements")), topic, private=False)
    if value.which == INTRODUCTIONS:
        topic = w(_("Who we are: the button below each introduction opens your own."))
        return WantedChannel(w(_("study-introductions")), topic, private=False)
    if value.which == FORUM:
        topic = w(_("Questions to people of other industries: `/ask` puts one."))
        return WantedChannel(w(_("study-questions")), topic, private=False, forum=True)
    topic = w(_("What the study bot needs moderators for."))
    return WantedChannel(w(_("study-log")), topic, private=True, moderator_role=value.community.moderator_role)


def page(value: PageValues, w: Words) -> Page:
    """The page of the question at which the community's setup stands."""
    step = value.state.step
    view = discord.ui.View(timeout=None)
    if step == "done":
        embed = _done(value, w)
        _add(view, w, (_("Check again"), "check"), (_("Go through it again"), "again"))
    else:
        title, text, controls = _PAGES[step]
        place = QUESTIONS.index(step) + 1
        embed = discord.Embed(
            title=w(_("Setup {place} of {number}: {title}"), place=place, number=len(QUESTIONS), title=title),
            description=text(value, w),
        )
        embed.set_footer(text=w(_("You can leave at any time and go on later with /setup.")))
        controls(view, value, w)
    # All ids work for ever by themselves, so the library has nothing to remember of this view.
    view.stop()
    return Page(embed, view)


# What each page says


def _language(value: PageValues, w: Words) -> str:
    return w(
        _(
            "In which language shall I write in the channels? What I answer to one person is always in the language of "
            "their own Discord.\nNow: **{now}**"
        ),
        now=settings.LANGUAGES[value.state.community.language],
    )


def _time_zone(value: PageValues, w: Words) -> str:
    text = w(
        _(
            "Where do you meet? Times people type are in this zone. A 07:00 session stays at 07:00 when clocks "
            "change.\nNow: **{now}**"
        ),
        now=settings.zone(value.state.community.time_zone, w),
    )
    if value.state.community.is_set_up:
        text += "\n" + w(_("Series that exist already keep the zone they were made in."))
    if value.zones is not None:
        text += "\n" + w(_("Choose from what I found."))
    return text


def _channels(value: PageValues, w: Words) -> str:
    state = value.state
    lines = [w(_("Choose the channels, or let me make them. Groups can have channels of their own later."))]
    purposes = {
        ANNOUNCEMENTS: _("**Announcements channel**, where members see the sessions and answer: {channel}"),
        LOG: _("**Log channel**, where I tell moderators what needs them: {channel}"),
        INTRODUCTIONS: _(
            "**Channel for introductions**, where members introduce themselves if they want to: {channel}"
        ),
        FORUM: _("**Forum for questions** to people of other industries; a channel serves, too: {channel}"),
    }
    for which, purpose in purposes.items():
        channel_id = getattr(state.community, CHANNEL_FIELDS[which])
        if channel_id:
            shown: str | locale_str = f"<#{channel_id}>"
        else:
            shown = _("being made, a moment please") if which in state.making else settings.NOT_SET
        lines.append(w(purpose, channel=shown))
    if missing := settings.problems(value.report, w):
        lines += ["", w(_("I still need permissions:")), missing]
    return "\n".join(lines)


def _moderator_role(value: PageValues, w: Words) -> str:
    role = value.state.community.moderator_role
    return w(
        _(
            "Members with Manage Server are moderators already. Is there a role whose members should be moderators "
            "too? Choose it here.\nNow: {now}"
        ),
        now=f"<@&{role}>" if role else settings.NOT_SET,
    )


def _usual_start(value: PageValues, w: Words) -> str:
    return w(
        _(
            "When do your sessions usually start? I only offer this time when you create a series. The morning post "
            "goes out 60 minutes before the first session of the day.\nNow: **{now}**"
        ),
        now=settings.clock(value.state.community.usual_start, w),
    )


_NO_CHANNEL = _(
    "But first: `/settings set announcements:` chooses where sessions are announced. Without a channel nobody can be "
    "told."
)


def _done(value: PageValues, w: Words) -> discord.Embed:
    community = value.state.community
    embed = discord.Embed(title=w(_("I am set up")), description=settings.lines(community, w))
    embed.add_field(
        name=w(_("Three things to do next")),
        value="\n".join(
            (
                *(() if community.announcements_channel else (w(_NO_CHANNEL),)),
                w(_("1. `/group create` makes your study group.")),
                w(_("2. `/series create` gives it a standing session, such as “every Wednesday 07:00”.")),
                w(_("3. `/morning set` chooses the channel of the morning post.")),
            )
        ),
        inline=False,
    )
    if missing := settings.problems(value.report, w):
        embed.add_field(name=w(_("I still need permissions")), value=missing[:1024], inline=False)
    if community.moderator_role:
        embed.add_field(
            name=w(_("For the moderator role")),
            value=w(
                _(
                    "Discord hides `/setup`, `/settings`, `/morning` and `/mod` from members without Manage Server. To "
                    "show them to {role}:\n"
                    "1. Open Server Settings, Integrations, **{bot}**.\n"
                    "2. Open each of the four commands.\n"
                    "3. Add the role there and allow it."
                ),
                role=f"<@&{community.moderator_role}>",
                bot=value.bot_name,
            ),
            inline=False,
        )
    embed.set_footer(text=w(_("Change anything later with /settings set.")))
    return embed


# The controls of each page


def _add(view: discord.ui.View, w: Words, *buttons: tuple[locale_str, str], row: int = 4) -> None:
    for label, act in buttons:
        view.add_item(discord.ui.Button(label=w(label)[:80], custom_id=button_id(FEATURE, *act.split(":")), row=row))


def _choose(view: discord.ui.View, step: str, placeholder: str, options: Sequence[tuple[str, str, bool]]) -> None:
    """A list of (label, value, chosen)."""
    view.add_item(
        discord.ui.Select(
            custom_id=button_id(FEATURE, "set", step),
            placeholder=placeholder[:150],
            options=[
                discord.SelectOption(label=label[:100], value=value, default=chosen) for label, value, chosen in options
            ],
            row=0,
        )
    )


def _language_controls(view: discord.ui.View, value: PageValues, w: Words) -> None:
    now = value.state.community.language
    options = [(w(settings.LANGUAGES[each]), each, False) for each in LANGUAGES]
    _choose(view, "language", w(_("Language of my posts: {now}"), now=settings.LANGUAGES[now]), options)
    _add(view, w, (_("Keep as it is"), "skip:language"))


def _time_zone_controls(view: discord.ui.View, value: PageValues, w: Words) -> None:
    zones = find_zones("", locale=w.language) if value.zones is None else value.zones
    _choose(view, "time_zone", w(_("Choose a time zone")), [(each.label, each.id, False) for each in zones])
    _add(
        view,
        w,
        (_("Search for a city"), "form:time_zone"),
        (_("Back"), "back:time_zone"),
        (_("Keep as it is"), "skip:time_zone"),
    )


_CHANNEL_TYPES = {
    False: [discord.ChannelType.text, discord.ChannelType.news],
    True: [discord.ChannelType.forum, discord.ChannelType.text],
}
"""Which kinds of channels can be chosen, for questions (True) and for all else."""


def _channel_controls(view: discord.ui.View, value: PageValues, w: Words) -> None:
    state = value.state
    placeholders = {
        ANNOUNCEMENTS: _("Announcements channel"),
        LOG: _("Log channel"),
        INTRODUCTIONS: _("Channel for introductions"),
        FORUM: _("Forum for questions"),
    }
    exist = {check.channel_id for check in value.report.channels if check.exists and check.which in CHANNEL_FIELDS}
    for row, (which, field) in enumerate(CHANNEL_FIELDS.items()):
        chosen = getattr(state.community, field)
        defaults = [discord.SelectDefaultValue(id=chosen, type=discord.SelectDefaultValueType.channel)]
        view.add_item(
            discord.ui.ChannelSelect(
                custom_id=button_id(FEATURE, "set", field),
                placeholder=w(placeholders[which])[:150],
                channel_types=_CHANNEL_TYPES[which == FORUM],
                default_values=defaults if chosen in exist else [],
                row=row,
            )
        )
    if len(exist) < len(CHANNEL_FIELDS):
        _add(view, w, (_("Make the channels for me"), "make"))
    _add(view, w, (_("Check again"), "check"))
    _add(view, w, (_("Back"), "back:channels"), (_("Next"), "skip:channels"))


def _role_controls(view: discord.ui.View, value: PageValues, w: Words) -> None:
    view.add_item(
        discord.ui.RoleSelect(
            custom_id=button_id(FEATURE, "set", "moderator_role"),
            placeholder=w(_("Choose the moderator role"))[:150],
            row=0,
        )
    )
    _add(view, w, (_("Back"), "back:moderator_role"), (_("Keep as it is"), "skip:moderator_role"))


def _start_controls(view: discord.ui.View, value: PageValues, w: Words) -> None:
    _choose(view, "usual_start", w(_("Choose a time")), [(f"{at:%H:%M}", f"{at:%H:%M}", False) for at in STARTS])
    _add(
        view,
        w,
        (_("Another time"), "form:usual_start"),
        (_("Back"), "back:usual_start"),
        (_("Keep as it is"), "skip:usual_start"),
    )


_Text = Callable[[PageValues, Words], str]
_Controls = Callable[[discord.ui.View, PageValues, Words], None]
_PAGES: Mapping[str, tuple[locale_str, _Text, _Controls]] = {
    "language": (_("language"), _language, _language_controls),
    "time_zone": (_("time zone"), _time_zone, _time_zone_controls),
    "channels": (_("channels"), _channels, _channel_controls),
    "moderator_role": (_("moderators"), _moderator_role, _role_controls),
    "usual_start": (_("usual start"), _usual_start, _start_controls),
}


# Forms for what no list can hold

_FORMS: Mapping[str, tuple[locale_str, locale_str]] = {
    "time_zone": (_("Search for a time zone"), _("City or country, such as Tokyo")),
    "usual_start": (_("Usual start"), _("Time of day, such as 07:15")),
}
FORM_STEPS = tuple(_FORMS)
BOX = "text"
"""The only box of each form."""


def form(step: str, w: Words) -> discord.ui.Modal:
    """The form of a question."""
    title, label = _FORMS[step]
    return forms.form(button_id(FORM, step), w(title), [forms.Box(BOX, w(label), "", 100)])


def no_channels(missing: Sequence[str], w: Words) -> str:
    """Why no channels were made."""
    return w(
        _(
            "I can't make channels yet. On the server I need: {permissions}. Server Settings, Roles: open my role and "
            "allow it, then press the button again. Or choose channels that exist."
        ),
        permissions=settings.permissions(missing, w),
    )
