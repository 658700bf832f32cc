"""Profiles and introductions in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time

import discord

from bot.domain.communities import INTRODUCTIONS
from bot.domain.errors import StudyError
from bot.domain.industries import MOST_INDUSTRIES, Industry, TooManyAdded, TooManyIndustries
from bot.domain.profiles import (
    EMPLOYMENTS,
    LONGEST_ABOUT,
    LONGEST_ITEM,
    LONGEST_OCCUPATION,
    MOST_ITEMS,
    AskHours,
    AskHoursNotUnderstood,
    Employment,
    Fate,
    Introduction,
    ItemTooLong,
    NoIntroductionsChannel,
    NothingToIntroduce,
    OwnProfile,
    Posted,
    Profile,
    ProfileEdited,
    TooManyItems,
    WhichIndustry,
)
from bot.domain.questions.recognition import Recognition
from bot.domain.setup import ChannelCheck
from bot.domain.zones import zone_name
from bot.i18n import Words, _, _n, locale_str
from bot.rendering import forms, industries, recognition, settings
from bot.rendering.buttons import button_id
from bot.rendering.calendar import clock, shortened
from bot.rendering.content import Button, Content
from bot.rendering.errors import Say
from bot.rendering.introductions.asking import meet_button
from bot.rendering.links import message_link
from bot.rendering.morning import days
from bot.rendering.names import address

FEATURE, INTRODUCE = "profile", "introduce"
POST, CHANGE, TYPE = "post", "change", "type"
"""What the buttons below one's own profile do."""
FORM, INDUSTRY_FORM = "profileform", "industryform"
WHICH_INDUSTRY = "whichindustry"

EMPLOYMENT: Mapping[Employment, locale_str] = {
    "public_servant": _("public servant"),
    "self_employed": _("self-employed"),
    "large_company": _("large company"),
    "small_company": _("small company"),
    "founder": _("founder"),
    "npo": _("NPO"),
    "student": _("student"),
    "other": _("other"),
}
_ITEMS = _(", ")
_UNKNOWN = Recognition()
_NO_CHANNEL = _(
    "There is no channel for introductions here yet. A moderator can choose one with `/settings set introductions:`."
)

ERRORS: dict[type[StudyError], Say] = {
    TooManyIndustries: lambda e, w: w(
        _("These are {number} industries, and {limit} fit. Please keep your main ones; nothing was changed."),
        number=e.number,
        limit=e.limit,
    ),
    TooManyAdded: lambda e, w: w(
        _("“{name}” is not in the list, and you have added {limit} industries to it already. Please choose from it."),
        name=e.name[:100],
        limit=e.limit,
    ),
    TooManyItems: lambda e, w: w(
        _("{field} has {number} entries, and {limit} fit. Please keep the main ones; nothing was changed."),
        field=e.field,
        number=e.number,
        limit=e.limit,
    ),
    ItemTooLong: lambda e, w: w(
        _(
            "{field}: “{item}” has {number} characters, and one entry may have {limit}. If these are several things, "
            "please put commas between them."
        ),
        field=e.field,
        item=shortened(e.item, 100),
        number=e.length,
        limit=e.limit,
    ),
    AskHoursNotUnderstood: lambda e, w: w(
        _(
            "I could not read the hours “{text}”. Write days, and two times of one day, such as “weekdays 9:00-21:00” "
            "or “Sat 10:00-12:00”, or “any time”; “-” for none."
        ),
        text=e.text[:100],
    ),
    NoIntroductionsChannel: lambda e, w: w(_NO_CHANNEL),
    NothingToIntroduce: lambda e, w: w(_("Your profile is still empty. Please fill it in with `/profile edit` first.")),
}


def introduce_button(w: Words) -> Button:
    """Opens the form for whoever presses it, wherever it stands and for ever."""
    return Button(w(_("Introduce myself")), button_id(INTRODUCE), discord.ButtonStyle.primary)


# Cards


def card(profile: Profile, name: str, w: Words, known: Recognition = _UNKNOWN) -> discord.Embed:
    """What others see of somebody; `name` is what they are called on the server. Empty fields are left out."""
    title = address(name, w)
    if profile.reading:
        title = w(_("{name} ({reading})"), name=title, reading=profile.reading)
    lines: list[str] = []
    if profile.industries:
        label = w(
            _n(
                "Industry",
                "Industries",
            ),
            n=len(profile.industries),
        )
        lines.append(settings.line(label, w(_ITEMS).join(industries.name(each, w) for each in profile.industries), w))
    told = (
        (_("Work"), profile.occupation),
        (_("Employment"), w(EMPLOYMENT[profile.employment]) if profile.employment else ""),
        (_("Ask about"), w(_ITEMS).join(profile.topics)),
        (_("Hobbies"), w(_ITEMS).join(profile.hobbies)),
    )
    lines += [settings.line(w(label), value, w) for label, value in told if value]
    lines += recognition.lines(known, w)
    if profile.about:
        lines += ["", profile.about]
    return discord.Embed(title=title[:256], description="\n".join(lines).strip() or None)


def shown(profile: Profile, name: str, w: Words, known: Recognition = _UNKNOWN) -> Content:
    """Somebody else's profile, with what they are known for."""
    if profile.tells_nothing and known.tells_nothing:
        return Content(w(_("{name} has not written a profile here yet."), name=address(name, w)))
    return Content(embed=card(profile, name, w, known), rows=((meet_button(profile.member_id, w),),))


def mine(
    own_profile: OwnProfile,
    name: str,
    place: ChannelCheck | None,
    time_zone: str,
    w: Words,
    *,
    note: str = "",
    known: Recognition = _UNKNOWN,
) -> Content:
    """One's own profile, with what only its owner sees of it, and the buttons to change and to post it.

    `place` is the channel for introductions (None: there is none), `time_zone` the community's; `note` says what has
    just been done.
    """
    profile, posted = own_profile.profile, own_profile.posted
    notes = [note] if note else []
    if posted is not None:
        notes.append(introduced(posted, w))
    if profile.tells_nothing and not note:
        notes.append(
            w(
                _(
                    "You have no profile here yet. It tells the others what you work in and what they can ask you. "
                    "Press the button; it takes a minute, and you can leave out what you like."
                )
            )
        )
    embed = card(profile, name, w, _UNKNOWN if known.hidden else known)
    own = [*_own(profile, time_zone, w), *(recognition.lines(known, w) if known.hidden else [])]
    if own:
        embed.add_field(name=w(_("Only you can see this part")), value="\n".join(own), inline=False)
    if profile.tells_nothing:
        shown = embed if own or profile.reading or not known.tells_nothing else None
        return Content("\n".join(notes), shown, rows=((introduce_button(w),),))
    buttons = [
        Button(w(_("Change it")), button_id(FEATURE, CHANGE)),
        Button(w(_("Type my industries")), button_id(FEATURE, TYPE)),
    ]
    if posted is None or not posted.settled:
        if problem := _no_place(place, w):
            notes.append(problem)
        else:
            label = w(_("Post it in the introductions channel"))
            buttons.insert(0, Button(label, button_id(FEATURE, POST), discord.ButtonStyle.primary))
    return Content("\n".join(notes), embed, rows=(tuple(buttons),))


def _no_place(place: ChannelCheck | None, w: Words) -> str:
    """Why it can't be posted, and what a moderator can do; "" if it can."""
    if place is None:
        return w(_NO_CHANNEL)
    if not place.exists:
        deleted = _("The {use} was deleted. A moderator can choose another with `/settings set introductions:`.")
        return w(deleted, use=settings.CHANNEL_NAMES[INTRODUCTIONS])
    if place.missing:
        return w(
            _("I can't post introductions yet; please tell a moderator: {needed}"),
            needed=settings.needed(place.channel_id, place.missing, w),
        )
    return ""


def _own(profile: Profile, time_zone: str, w: Words) -> list[str]:
    limit = profile.ask_limit
    lines = (
        (_("When you may be asked"), _hours(profile.ask_hours, profile, time_zone, w) if profile.ask_hours else ""),
        (
            _("Questions a week"),
            "" if limit is None else w(_("no questions")) if limit == 0 else w(_("up to {n}"), n=limit),
        ),
        (_("Time zone"), settings.zone(profile.time_zone, w) if profile.time_zone else ""),
        (_("Language of direct messages"), w(settings.LANGUAGES[profile.language]) if profile.language else ""),
    )
    return [settings.line(w(label), value, w) for label, value in lines if value]


def _hours(hours: AskHours, profile: Profile, time_zone: str, w: Words) -> str:
    if hours.begin == hours.end:
        return w(_("{days}, at any time"), days=days(hours.days, w))
    end = "24:00" if hours.end == time(0) else clock(hours.end)
    if profile.time_zone not in ("", time_zone):
        # On their own clock, and not on the community's.
        text = _("{days} {begin}-{end}, {zone} time")
        zone = zone_name(profile.time_zone, locale=w.language)
        return w(text, days=days(hours.days, w), begin=clock(hours.begin), end=end, zone=zone)
    return w(_("{days} {begin}-{end}"), days=days(hours.days, w), begin=clock(hours.begin), end=end)


# Answers


def edited(result: ProfileEdited, w: Words) -> str:
    """What a change did."""
    if result.after.tells_nothing:
        return w(_("Your profile is still empty. Write at least one thing, such as your work or what you know about."))
    if result.after == result.before:
        return w(_("Nothing changed: it was already like that."))
    lines = [w(_("Saved."))]
    if result.added:
        names = w.list([w(_("“{name}”"), name=each.name) for each in result.added])
        text = _(
            "I added {names} to this server's list of industries. If that was a typing mistake, just type it again."
        )
        lines.append(w(text, names=names))
    return "\n".join(lines)


def which_industry(value: WhichIndustry, w: Words, *, saved: bool) -> Content:
    """What an industry that was typed means: a button for each that may be meant, and one to add it as it is.

    `saved` says that something else was given with it. On a phone the names are read best below each other.
    """
    named = [industries.name(each, w) for each in value.candidates]
    if len(named) == 1:
        text = _("“{typed}” is not in this server's list of industries. Do you mean **{name}**?")
        lines, labels = [w(text, typed=value.typed, name=named[0])], [w(_("Yes, that one"))]
    else:
        text = _("“{typed}” is not in this server's list of industries. Do you mean one of these?")
        lines, labels = [w(text, typed=value.typed)], named
    if saved:
        lines.append(w(_("Everything else is saved already.")))
    lines.append(w(_("Your industries are not saved until you press a button.")))
    buttons = [
        Button(label, button_id(WHICH_INDUSTRY, value.draft_id, place), discord.ButtonStyle.primary)
        for place, label in enumerate(labels, 1)
    ]
    add = w(_("No, add “{name}”"), name=value.typed)
    rows = [*buttons, Button(add, button_id(WHICH_INDUSTRY, value.draft_id, 0))]
    return Content("\n".join(lines), rows=tuple((button,) for button in rows))


_INTRODUCED: Mapping[Fate, locale_str] = {
    "waiting": _("Your introduction is on its way to {channel}. It makes no sound there."),
    "standing": _(
        "Your introduction is in {channel}: {link}\nOnce you have changed your profile, you can post it again."
    ),
    "outdated": _(
        "Your introduction in {channel} is older than your profile: {link}\nIf you like, post it again as it is now."
    ),
    "elsewhere": _("Your introduction is in {channel}: {link}\nIntroductions now go to another channel."),
    "deleted": _("Your introduction in {channel} was deleted. It comes back only if you post it again."),
    "lost": _("Your introduction could not be posted in {channel}. Please try again."),
    "doubtful": _(
        "I can't tell whether your introduction arrived in {channel}. Please look there; if it is missing, post it "
        "again."
    ),
}


def introduced(value: Posted, w: Words) -> str:
    """What became of one's introduction, and what one can do."""
    link = message_link(value.guild_id, value.channel_id, value.message_id) if value.message_id else "–"
    return w(_INTRODUCED[value.fate], channel=f"<#{value.channel_id}>", link=link)


def introduction(value: Introduction, w: Words) -> Content:
    """What is posted for all: the person who pressed, and nobody else."""
    text = w(
        _("**{name}** says hello: {member}"),
        name=address(value.name, w) or value.member_id,
        member=f"<@{value.member_id}>",
    )
    return Content(text, card(value.profile, value.name, w, value.known), rows=((introduce_button(w),),))


# Forms


def form(profile: Profile, offered: Sequence[Industry], w: Words) -> discord.ui.Modal:
    """The form of five, with what was told already."""
    entries = [
        forms.Entry(industries.name(each, w), f"#{each.key}", chosen=each in profile.industries) for each in offered
    ]
    employments = [forms.Entry(w(EMPLOYMENT[each]), each, chosen=each == profile.employment) for each in EMPLOYMENTS]
    choose = w(_("Choose from the list"))
    return forms.form(
        button_id(FORM),
        w(_("Introduce myself")),
        [
            forms.Pick(
                "industry",
                w(_("Industry (up to {n})"), n=MOST_INDUSTRIES),
                entries,
                choose,
                most=MOST_INDUSTRIES,
                hint=w(_("Is yours not there? Leave it out; a button lets you type it afterwards.")),
            ),
            forms.Box(
                "occupation",
                w(_("Your work")),
                profile.occupation,
                LONGEST_OCCUPATION,
                required=False,
                example=w(_("Such as “planning at a food distributor”")),
            ),
            forms.Pick("employment", w(_("Employment")), employments, choose),
            forms.Box(
                "topics",
                w(_("What others can ask you about")),
                w(_ITEMS).join(profile.topics),
                MOST_ITEMS * (LONGEST_ITEM + 2),
                required=False,
                hint=w(_("Put a comma between two things. Each can have up to {n} characters."), n=LONGEST_ITEM),
                example=w(_("Such as “tea, statistics”")),
            ),
            forms.Box(
                "about",
                w(_("About you")),
                profile.about,
                LONGEST_ABOUT,
                required=False,
                long=True,
                hint=w(_("All members of this server can see your profile.")),
                example=w(_("What brought you here, or what you would like to hear about")),
            ),
        ],
    )


def industry_form(profile: Profile, w: Words) -> discord.ui.Modal:
    """The form for industries that are in no list, or in another order."""
    box = forms.Box(
        "industry",
        w(_("Your industries, the main one first")),
        w(_ITEMS).join(industries.name(each, w) for each in profile.industries),
        300,
        required=False,
        hint=w(_("Separated by commas. What is not in this server's list yet is added to it.")),
    )
    return forms.form(button_id(INDUSTRY_FORM), w(_("Type my industries")), [box])
