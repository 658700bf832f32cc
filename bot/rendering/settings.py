"""A community's settings in words, and what the bot may not do yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import time
from typing import Any

import discord

from bot.domain.communities import ANNOUNCEMENTS, FORUM, INTRODUCTIONS, LOG, MISSED_DAYS, Community
from bot.domain.posts import Missed
from bot.domain.roles import TO_GIVE_ROLES, RoleProblem
from bot.domain.setup import MORNING, NoTags, PermissionReport
from bot.domain.usual_start import WhichStart
from bot.domain.zones import zone_name
from bot.i18n import Words, _, _n, locale_str
from bot.rendering import calendar
from bot.rendering.asking import question
from bot.rendering.content import Content
from bot.rendering.names import some_of

LANGUAGES = {"en": _("English"), "ja": _("Japanese (日本語)")}

PERMISSIONS = {
    "view_channel": _("View Channels"),
    "send_messages": _("Send Messages"),
    "embed_links": _("Embed Links"),
    "attach_files": _("Attach Files"),
    "read_message_history": _("Read Message History"),
    "create_public_threads": _("Create Public Threads"),
    "create_private_threads": _("Create Private Threads"),
    "send_messages_in_threads": _("Send Messages in Threads"),
    "pin_messages": _("Pin Messages"),
    "create_events": _("Create Events"),
    "manage_threads": _("Manage Threads"),
    "manage_channels": _("Manage Channels"),
    "manage_roles": _("Manage Roles"),
}
"""Discord's own names, so that a moderator finds them in its settings."""

CHANNEL_NAMES = {
    ANNOUNCEMENTS: _("announcements channel"),
    LOG: _("log channel"),
    INTRODUCTIONS: _("channel for introductions"),
    FORUM: _("forum for questions"),
    MORNING: _("channel of the morning post"),
}
_ROLE_PROBLEMS: Mapping[RoleProblem, locale_str] = {
    "gone": _("The role that the morning post mentions was deleted. Choose another with `/morning set mention:`."),
    "grants_more": _(
        "{role} now gives more than pings, so members can't take it by the button. Please take its permissions "
        "away, or choose another role with `/morning set mention:`."
    ),
    "no_pings": _("I can't ping {role} yet. Server Settings, Roles: open it and allow anyone to @mention this role."),
    "permission": _(
        "Members can't take {role} by the button yet: on the server I need {permission}. Server Settings, Roles: open "
        "my role and allow it."
    ),
    "order": _("Members can't take {role} by the button yet. Server Settings, Roles: put my role above that one."),
}

NOT_SET = _("not set")
_NAMES = 10
"""So many series are named in one answer."""


def zone(zone_id: str, w: Words) -> str:
    """A time zone by its human name and its id."""
    return w(_("{place} ({zone})"), place=zone_name(zone_id, locale=w.language), zone=f"`{zone_id}`")


def clock(value: Any, w: Words) -> str:
    """A time of day, or that there is none."""
    return w(NOT_SET) if value is None else f"{value:%H:%M}"


def _channel(value: int, w: Words) -> str:
    return f"<#{value}>" if value else w(NOT_SET)


def _role(value: int, w: Words) -> str:
    return f"<@&{value}>" if value else w(_("only members with Manage Server"))


def _quiet(c: Community, w: Words) -> str:
    if c.quiet_begin is None or c.quiet_end is None:
        return w(_("off"))
    return f"{c.quiet_begin:%H:%M}-{c.quiet_end:%H:%M}"


# The settings in the order in which they are shown: the fields they are made of, their name and their value in words.
_SHOWN: Sequence[tuple[tuple[str, ...], Any, Callable[[Community, Words], str]]] = (
    (("language",), _("Language of my posts"), lambda c, w: w(LANGUAGES[c.language])),
    (("time_zone",), _("Time zone"), lambda c, w: zone(c.time_zone, w)),
    (("announcements_channel",), _("Announcements channel"), lambda c, w: _channel(c.announcements_channel, w)),
    (("log_channel",), _("Log channel"), lambda c, w: _channel(c.log_channel, w)),
    (("introductions_channel",), _("Channel for introductions"), lambda c, w: _channel(c.introductions_channel, w)),
    (("questions_channel",), _("Forum for questions"), lambda c, w: _channel(c.questions_channel, w)),
    (("moderator_role",), _("Moderator role"), lambda c, w: _role(c.moderator_role, w)),
    (("usual_start",), _("Usual start"), lambda c, w: clock(c.usual_start, w)),
    (("evening_before",), _("Reminder on the evening before"), lambda c, w: clock(c.evening_before, w)),
    (("quiet_begin", "quiet_end"), _("Quiet hours"), _quiet),
    (
        ("native_events",),
        _("Events in the server's calendar"),
        lambda c, w: w(_("on")) if c.native_events else w(_("off")),
    ),
    (
        ("members_may_host",),
        _("Members may host discussions, visits and socials"),
        lambda c, w: w(_("on")) if c.members_may_host else w(_("off")),
    ),
)


_NO_TAGS: Mapping[NoTags, locale_str] = {
    "permission": _(
        "In <#{channel}> I may not make my tags for industries and solved questions, so the posts go without. Channel "
        "settings, Permissions: allow me **Manage Channel**."
    ),
    "full": _(
        "In <#{channel}> there are as many tags as Discord allows, so the posts go without mine for industries and "
        "solved questions. Delete some that nobody needs; mine follow with the next question."
    ),
}
"""Why posts have no tags of the bot's."""


def line(label: str, value: str, w: Words) -> str:
    """What something is called, and how it is."""
    return w(_("**{label}**: {value}"), label=label, value=value)


def lines(community: Community, w: Words) -> str:
    """All settings, one a line."""
    return "\n".join(line(w(label), say(community, w), w) for _fields, label, say in _SHOWN)


def problems(report: PermissionReport, w: Words) -> str:
    """What the bot may not do yet and where to allow it, one problem a line; "" if nothing is missing."""
    found: list[str] = []
    for check in report.channels:
        use = CHANNEL_NAMES[check.which]
        if not check.exists:
            found.append(w(_("The {use} was deleted. Please choose another."), use=use))
        elif check.missing:
            found.append(needed(check.channel_id, check.missing, w))
        if check.no_tags is not None:
            found.append(w(_NO_TAGS[check.no_tags], channel=check.channel_id))
    if report.server:
        found.append(needed(0, report.server, w))
    found += [role_problem(problem, report.role_id, w) for problem in report.role]
    return "\n".join(f"- {line}" for line in found)


def role_problem(problem: RoleProblem, role_id: int, w: Words) -> str:
    """What keeps the morning post's role from serving, and what to do."""
    return w(_ROLE_PROBLEMS[problem], role=f"<@&{role_id}>", permission=permissions((TO_GIVE_ROLES,), w))


def cannot_announce(channel_id: int, missing: Sequence[str], w: Words) -> str:
    """That nothing can be announced in this channel yet, what is missing, and who can grant it."""
    text = _(
        "**I can't announce it yet**: I need {permissions} in <#{channel}>. A moderator can allow it: Channel "
        "settings, Permissions: add me and allow it. The announcement then follows by itself."
    )
    return w(text, permissions=permissions(missing, w), channel=channel_id)


def needed(channel_id: int, missing: Sequence[str], w: Words) -> str:
    """What the bot lacks in a channel (0: on the server), and where to allow it."""
    text = _("In <#{channel}> I need: {permissions}. Channel settings, Permissions: add me and allow them.")
    if not channel_id:
        text = _("On the server I need: {permissions}. Server Settings, Roles: open my role and allow them.")
    return w(text, channel=channel_id, permissions=permissions(missing, w))


def permissions(names: Sequence[str], w: Words) -> str:
    """Permissions as Discord calls them in the reader's language."""
    return w.list([f"**{w(PERMISSIONS[name])}**" for name in names])


def _keep_their_zone(series: Sequence[str], w: Words) -> str:
    text = _n(
        "{n} series keeps its own time zone, so it meets when it did before: {names}. To move it to the new "
        "one, end it with `/series end` and create it again with `/series create`.",
        "{n} series keep their own time zone, so they meet when they did before: {names}. To move one to the "
        "new one, end it with `/series end` and create it again with `/series create`.",
    )
    names = [w(_("“{name}”"), name=name) for name in series]
    return w(text, n=len(series), names=some_of(names, _NAMES, w))


def _missed(missed: Missed, community: Community, w: Words) -> str:
    """How many posts did not arrive, and where moderators hear of each."""
    lines: list[str] = []
    if missed.lost:
        lines.append(w(_n("{n} post could not be delivered.", "{n} posts could not be delivered."), n=missed.lost))
    if missed.unconfirmed:
        text = _n(
            "{n} post may or may not have arrived: sending it was interrupted, and I could not look in the channel.",
            "{n} posts may or may not have arrived: sending them was interrupted, and I could not look in the channel.",
        )
        lines.append(w(text, n=missed.unconfirmed))
    if lines and not community.log_channel:
        lines.append(w(_("To be told of each at once, choose a log channel with `/settings set log:`.")))
    elif lines:
        lines.append(w(_("More about it is in <#{channel}>."), channel=community.log_channel))
    return "\n".join(lines)


def settings(community: Community, report: PermissionReport, missed: Missed, w: Words) -> Content:
    """All settings, what I may not do yet, and what did not arrive lately."""
    embed = discord.Embed(title=w(_("Settings")), description=lines(community, w))
    if not community.is_set_up:
        embed.add_field(
            name=w(_("Not finished")), value=w(_("Go on with `/setup`; it asks for what is missing.")), inline=False
        )
    if missing := problems(report, w):
        embed.add_field(name=w(_("I still need permissions")), value=missing[:1024], inline=False)
    if told := _missed(missed, community, w):
        title = w(_("Not delivered in the last {n} days"), n=MISSED_DAYS)
        embed.add_field(name=title, value=told, inline=False)
    embed.set_footer(text=w(_("Change them with /settings set.")))
    return Content(embed=embed)


WHICH_START = "whichstart"
_NOTHING_CHANGED = _(
    "Nothing has changed yet. If neither is right, use the command again and write the time in full, like “07:15”."
)


def which_start(value: WhichStart, w: Words) -> Content:
    """Which of two times of day is the usual start."""
    head = w(_("“{text}” can mean two times. When do your sessions usually start?"), text=value.text)
    options = [(calendar.clock(each), _part_of_day(each, w)) for each in value.readings]
    return question(WHICH_START, value.draft_id, head, options, w, otherwise=w(_NOTHING_CHANGED))


def _part_of_day(at: time, w: Words) -> str:
    if at.hour < 4:
        return w(_("at night"))
    if at.hour < 12:
        return w(_("in the morning"))
    return w(_("in the afternoon")) if at.hour < 17 else w(_("in the evening"))


def nothing_given(options: Sequence[str], w: Words) -> Content:
    """What can be set, to who has given nothing."""
    text = _(
        "Nothing was given, so nothing changed. Choose one or more of these and say how it should be: {options}. "
        "`/settings show` says how everything is now."
    )
    return Content(w(text, options=w.list([f"`{option}`" for option in options])))


def changed(
    before: Community, after: Community, report: PermissionReport, w: Words, own_zone: Sequence[str] = ()
) -> Content:
    """What a change did, and what I may not do yet; `own_zone` names the series that keep another time zone."""
    done = [
        line(w(label), f"{say(before, w)} → {say(after, w)}", w)
        for fields, label, say in _SHOWN
        if any(getattr(before, field) != getattr(after, field) for field in fields)
    ]
    if not done:
        return Content(w(_("Nothing changed: it was already like that.")))
    text = "\n".join([w(_("Saved.")), *done])
    if before.announcements_channel and not after.announcements_channel:
        text += "\n\n" + w(
            _(
                "From now on, groups without a channel of their own get no announcements and no reminders. Give them a "
                "channel with `/group edit channel:`, or choose one for all with `/settings set announcements:`."
            )
        )
    if own_zone:
        text += "\n\n" + _keep_their_zone(own_zone, w)
    if missing := problems(report, w):
        text += "\n\n" + w(_("I still need permissions:")) + "\n" + missing
    return Content(text[:2000])
