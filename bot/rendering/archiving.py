"""The end of a study group in words, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.archiving import Archived, ArchivePreview, Earlier, GroupArchived, GroupGone, Restored
from bot.domain.communities import Community
from bot.domain.errors import StudyError
from bot.domain.groups import StudyGroup
from bot.i18n import Words, _, _n
from bot.rendering import groups
from bot.rendering.buttons import button_id
from bot.rendering.calendar import timestamp
from bot.rendering.content import Button, Content
from bot.rendering.deciding import decision
from bot.rendering.errors import Say
from bot.rendering.sessions.changing import reason_lines
from bot.rendering.told import told_together, were_told

ARCHIVE, NEW, RESTORE = "archive", "newgroup", "restore"

ERRORS: dict[type[StudyError], Say] = {
    GroupArchived: lambda e, w: w(
        _("Somebody else has archived “{name}” already. To bring it back, use `/group create` with the same name."),
        name=e.name,
    ),
}


_OTHERS = _n(
    "{n} other member of the group can read about it in <#{channel}>: a message without a mention or a sound.",
    "{n} other members of the group can read about it in <#{channel}>: a message without a mention or a sound.",
)


def group_gone(value: GroupGone, w: Words) -> Content:
    """To the group's members, in its channel: that it is over, why, and the way to what goes on."""
    lines = [w(_("The study group **{name}** has come to an end."), name=value.group.name)]
    if value.reason:
        lines.append(w(_("Reason: {reason}"), reason=value.reason))
    lines.append(w(_("`/group list` shows the groups that go on.")))
    return Content("\n".join(lines), rows=((Button(w(_("Next session")), button_id("next")),),))


def preview(value: ArchivePreview, w: Words) -> Content:
    """What stops with the group and who will be told, for its moderator alone, with Archive and Keep."""
    ending = value.ending
    lines: list[str] = []
    if value.again:
        lines.append(w(_("Something new has been planned here since, so nothing has stopped yet. Please check again.")))
    lines.append(w(_("Do you want to archive **{name}**? This will happen:"), name=value.group.name))
    happens: list[str] = []
    if ending.series:
        happens.append(w(_n("{n} series ends.", "{n} series end."), n=len(ending.series)))
    if ending.sessions:
        text = _n("{n} planned session is cancelled.", "{n} planned sessions are cancelled.")
        happens.append(w(text, n=len(ending.sessions)))
        announced = _n("{n} of them has been announced already.", "{n} of them have been announced already.")
        if ending.announced:
            happens.append(w(announced, n=ending.announced))
        happens += told_together(ending.told, w)
    elif ending.posted:
        happens.append(w(_("No session is planned.")))
    else:
        happens.append(w(_("No session is planned, so nobody will be told.")))
    if ending.posted:
        happens.append(w(_OTHERS, n=ending.others, channel=ending.channel_id))
    if ending.posted and value.reason:
        text = _("Everybody who sees <#{channel}> can read the reason: “{reason}”")
        happens.append(w(text, channel=ending.channel_id, reason=value.reason))
    else:
        told = ending.posted or bool(ending.told.people)
        happens += reason_lines(value.reason, w, told=told, announced=bool(ending.announced))
    if ending.running is not None:
        theme = ending.running.theme
        happens.append(w(_("**{theme}** has begun already and goes on to its end."), theme=theme))
    happens.append(w(_("The group disappears from all lists, and nobody can join it any more.")))
    lines += [f"- {each}" for each in happens]
    kept = _("Its past sessions, members and settings are kept. `/group create` with the same name brings it back.")
    lines.append(w(kept))
    return Content("\n".join(lines), rows=decision(ARCHIVE, value.draft_id, _("Archive"), w))


def kept(value: StudyGroup, w: Words) -> Content:
    """It was not archived."""
    return Content(w(_("**{name}** stays as it is. Nobody has been told."), name=value.name))


def archived(value: Archived, w: Words) -> Content:
    """What has stopped, and the way back."""
    ending = value.ending
    lines = [w(_("**{name}** is archived."), name=value.group.name)]
    if ending.series:
        lines.append(w(_n("{n} series has ended.", "{n} series have ended."), n=len(ending.series)))
    if ending.sessions:
        text = _n("{n} session is cancelled.", "{n} sessions are cancelled.")
        lines.append(w(text, n=len(ending.sessions)))
        lines += were_told(ending.told, w)
    if ending.posted:
        lines.append(w(_OTHERS, n=ending.others, channel=ending.channel_id))
    lines.append(w(_("Its past sessions are kept. Its name is free for another group.")))
    return Content("\n".join(lines), rows=((_restore(value.group, w),),))


def restored(value: Restored, community: Community, missing: Sequence[str], w: Words) -> Content:
    """It is there again, and what has to be planned anew."""
    if value.new:
        text = _(
            "**{name}** is back, with its members, organizers and settings. Its series have ended, and cancelled "
            "sessions stay cancelled: plan new ones with `/series create`."
        )
    else:
        text = _("**{name}** is back already.")
    said = groups.with_missing(w(text, name=value.group.name), value.group, missing, w)
    return Content(said, groups.group(value.group, community, w))


def earlier(value: Earlier, w: Words) -> Content:
    """There was a group of this name: bring it back, or make a new one?"""
    assert value.group.archived_at is not None
    text = _(
        "There was a study group **{name}** here; it was archived on {when}. You can bring it back with its members, "
        "organizers and settings, or make a new one with the same name."
    )
    buttons = (
        _restore(value.group, w),
        Button(w(_("Make a new one")), button_id(NEW, value.draft_id, "confirm")),
    )
    said = w(text, name=value.group.name, when=timestamp(value.group.archived_at, "D"))
    return Content(said, rows=(buttons,))


def _restore(value: StudyGroup, w: Words) -> Button:
    return Button(w(_("Bring it back")), button_id(RESTORE, value.id), discord.ButtonStyle.primary)
