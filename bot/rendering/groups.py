"""Study groups in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import discord

from bot.domain.communities import Community
from bot.domain.errors import StudyError
from bot.domain.group_times import GroupEveningNotUnderstood, LookAheadNotPossible
from bot.domain.groups import GroupNameTaken, GroupNeeded, NotAnOrganizer, StudyGroup
from bot.i18n import Words, _, _n
from bot.rendering import settings
from bot.rendering.buttons import button_id
from bot.rendering.calendar import shortened
from bot.rendering.content import Button, Content
from bot.rendering.errors import Say
from bot.rendering.own_reminders import before, times_before

T = TypeVar("T")

FEATURE = "groups"
PER_PAGE = 8
"""So many names and descriptions fit into one message however long they are."""


def _needed(error: GroupNeeded, w: Words) -> str:
    if not error.names:
        return w(_("There is no study group here yet. A moderator can make one with `/group create`."))
    names = w.list([w(_("“{name}”"), name=name) for name in error.names[:10]])
    return w(_("Which study group do you mean? Please name one: {names}."), names=names)


ERRORS: dict[type[StudyError], Say] = {
    GroupNameTaken: lambda e, w: w(
        _(
            "There is a study group called “{name}” already. Please choose another name, or change that one with "
            "`/group edit`."
        ),
        name=e.name,
    ),
    GroupNeeded: _needed,
    LookAheadNotPossible: lambda e, w: w(
        _(
            "I can't look ahead by “{text}”. Write 1 to 26 weeks, also in days, such as “6 weeks”, “10 days” or "
            "「6週間」; “default” goes back to what is usual here."
        ),
        text=shortened(e.text, 100),
    ),
    GroupEveningNotUnderstood: lambda e, w: w(
        _(
            "I could not read “{text}” as a time of day. Write one such as “20:00”, “none” if nobody is to be reminded "
            "on the evening before, or “default” for the server's usual time."
        ),
        text=shortened(e.text, 100),
    ),
    NotAnOrganizer: lambda e, w: w(
        _("{member} is not an organizer of “{group}”. `/group show` lists them."),
        member=f"<@{e.member_id}>",
        group=e.group,
    ),
}


def _channel(group: StudyGroup, community: Community, w: Words) -> str:
    if group.channel_id:
        return f"<#{group.channel_id}>"
    if community.announcements_channel:
        return f"<#{community.announcements_channel}>"
    return w(_("none yet: choose one with `/group edit`, or one for all groups with `/settings set`"))


def _evening(group: StudyGroup, community: Community, w: Words) -> str:
    if group.evening_off:
        return w(_("none"))
    if group.evening_before is not None:
        return settings.clock(group.evening_before, w)
    return w(_("{time}, the server's usual time"), time=settings.clock(community.evening_before, w))


def _organizers(group: StudyGroup, w: Words) -> str:
    if not group.organizers:
        return w(_("none; moderators look after it"))
    return w.list([f"<@{member_id}>" for member_id in sorted(group.organizers)])


def group(value: StudyGroup, community: Community, w: Words) -> discord.Embed:
    """A group as it is set."""
    embed = discord.Embed(title=value.name, description=value.description or None)
    embed.add_field(name=w(_("Channel")), value=_channel(value, community, w), inline=False)
    embed.add_field(name=w(_("Organizers")), value=_organizers(value, w)[:1024], inline=False)
    days = value.announce_days_before
    ahead = (
        w(
            _n(
                "{n} day before",
                "{n} days before",
            ),
            n=days,
        )
        if days
        else w(_("on the day itself"))
    )
    embed.add_field(name=w(_("Sessions of a series are announced")), value=ahead, inline=False)
    embed.add_field(name=w(_("Reminder on the evening before")), value=_evening(value, community, w), inline=False)
    embed.add_field(
        name=w(_("More reminders")), value=times_before(value.reminders, w) or w(_("only the usual ones")), inline=False
    )
    ahead = before(value.look_ahead * 24 * 60, w) if value.look_ahead else w(_("as for the other groups"))
    embed.add_field(name=w(_("Sessions are planned ahead")), value=ahead)
    listed = w(_("on, pinned in the channel")) if value.upcoming else w(_("off"))
    embed.add_field(name=w(_("List of coming sessions")), value=listed)
    return embed


def created(value: StudyGroup, community: Community, missing: Sequence[str], w: Words) -> Content:
    """/group create: the group, and what to do next."""
    text = w(_("I created the study group “{name}”. Next, plan its sessions with `/series create`."), name=value.name)
    return Content(with_missing(text, value, missing, w), group(value, community, w))


def edited(before: StudyGroup, after: StudyGroup, community: Community, missing: Sequence[str], w: Words) -> Content:
    """/group edit: the group as it is now."""
    text = w(_("Nothing changed: it was already like that.")) if after == before else w(_("Saved."))
    if after.channel_id != before.channel_id:
        text += "\n" + w(
            _(
                "What is announced already moves to the new channel. The threads in the old channel stay: please "
                "delete them if people there should not read them."
            )
        )
    return Content(with_missing(text, after, missing, w), group(after, community, w))


def with_missing(text: str, value: StudyGroup, missing: Sequence[str], w: Words) -> str:
    """The text, and what the bot lacks in the group's channel."""
    if not missing:
        return text
    return text + "\n" + settings.needed(value.channel_id, missing, w)


def line(value: StudyGroup, community: Community, w: Words) -> str:
    """A group in a list: its name, and where its sessions are announced."""
    return f"**{value.name}** · {_channel(value, community, w)}"


def on_page(values: Sequence[T], page: int) -> Sequence[T]:
    """What stands on one screen of a list; a page that is gone shows the last one."""
    page = min(max(page, 0), (len(values) - 1) // PER_PAGE)
    return values[page * PER_PAGE : (page + 1) * PER_PAGE]


def listed(values: Sequence[StudyGroup], community: Community, page: int, w: Words) -> Content:
    """/group list: one screen of it, with buttons to the others. A page that is gone shows the last one."""
    if not values:
        return Content(_needed(GroupNeeded(()), w))
    last = (len(values) - 1) // PER_PAGE
    page = min(max(page, 0), last)
    lines: list[str] = []
    for value in on_page(values, page):
        lines.append(line(value, community, w))
        if value.description:
            lines.append(f"> {value.description}")
    embed = discord.Embed(title=w(_("Study groups")), description="\n".join(lines))
    if not last:
        return Content(embed=embed)
    embed.set_footer(text=w(_("Page {page} of {number}"), page=page + 1, number=last + 1))
    buttons = (
        Button(w(_("Previous")), button_id(FEATURE, max(page - 1, 0), "back"), disabled=page == 0),
        Button(w(_("Next")), button_id(FEATURE, min(page + 1, last), "next"), disabled=page == last),
    )
    return Content(embed=embed, rows=(buttons,))
