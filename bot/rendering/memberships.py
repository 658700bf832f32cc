"""Joining and leaving study groups, in words."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.communities import Community
from bot.domain.errors import StudyError
from bot.domain.groups import GroupNeeded
from bot.domain.memberships import GroupCard, Joined, Left, NotAMember
from bot.domain.rotation.roster import Participation
from bot.domain.rsvps import Rsvp
from bot.domain.sessions import SessionView, announcement_channel
from bot.i18n import Words, _, _n
from bot.rendering import groups, rotation
from bot.rendering.buttons import button_id
from bot.rendering.calendar import moment
from bot.rendering.content import Button, Content
from bot.rendering.errors import Say, explain
from bot.rendering.hosting import still_hosts
from bot.rendering.names import some_of
from bot.rendering.sessions import ANSWERS, answer_buttons
from bot.rendering.sessions.replies import pager

JOIN, JOIN_PAGE, LEAVE, WITHDRAW = "join", "joinpage", "leave", "withdraw"
MOST_CHOICES = 20
"""So many groups are offered on a page; a message holds five rows of five buttons, and the last row turns the page."""

_MAY_HOST = _("As a member you can host a discussion, a visit or a social yourself: `/session schedule`.")

ERRORS: dict[type[StudyError], Say] = {
    NotAMember: lambda e, w: w(
        _("You are not a member of “{group}”. `/group list` shows all study groups, and which of them you belong to."),
        group=e.group,
    ),
}
_MOST_NAMED = 10
"""So many of one's own groups are named."""


def join_button(w: Words) -> Button:
    """For whoever comes by: joins the only group there is, or asks which."""
    return Button(w(_("Join a group")), button_id(JOIN), discord.ButtonStyle.primary)


def card(value: GroupCard, community: Community, w: Words) -> Content:
    """/group show: the group, who belongs to it, its next session, and a button to join or leave."""
    embed = groups.group(value.group, community, w)
    embed.add_field(name=w(_("Members")), value=_members(value, w), inline=False)
    if value.next is not None:
        text = w(_("{theme}, {when}"), theme=value.next.theme, when=moment(value.next.starts_at))
        embed.add_field(name=w(_("Next session")), value=text, inline=False)
    turns = [] if value.rotation is None else _rotation(value.group.id, value.rotation, embed, w)
    if value.mine:
        button = Button(w(_("Leave this group")), button_id(LEAVE, value.group.id))
    else:
        button = Button(w(_("Join this group")), button_id(JOIN, value.group.id), discord.ButtonStyle.primary)
    return Content(embed=embed, rows=((button, *turns),))


def _rotation(group_id: int, value: Participation, embed: discord.Embed, w: Words) -> list[Button]:
    """Add what there is to say of the group's rotation; the button that goes with it."""
    said = rotation.noticed(value, w)
    if not said:
        return []
    embed.add_field(name=w(_("Rotation")), value=said, inline=False)
    button = rotation.show_button if value.mine else rotation.join_button
    return [button(group_id, w)]


def listed(values: Sequence[GroupCard], community: Community, page: int, w: Words) -> Content:
    """/group list: one screen of it, with a button to join each group that one can join."""
    shown = groups.listed([each.group for each in values], community, page, w)
    if shown.embed is None:
        return shown
    lines: list[str] = []
    some = groups.on_page(values, page)
    for each in some:
        lines += [groups.line(each.group, community, w), f"> {_members(each, w)}"]
        if each.group.description:
            lines.append(f"> {each.group.description}")
    shown.embed.description = "\n".join(lines)
    joins = _joins([each for each in some if not each.mine], w)
    return Content(embed=shown.embed, rows=(*joins, *shown.rows))


def which(values: Sequence[GroupCard], w: Words, page: int = 0) -> Content:
    """Which group would you like to join? With one button for each, in pages if there are many."""
    if not values:
        return Content(explain(GroupNeeded(()), w))
    mine = [w(_("“{name}”"), name=each.group.name) for each in values if each.mine]
    free = [each for each in values if not each.mine]
    lines: list[str] = []
    if mine:
        lines.append(w(_("You are a member of {groups}."), groups=some_of(mine, _MOST_NAMED, w)))
    if free:
        lines.append(w(_("Which study group would you like to join?")))
    else:
        lines.append(w(_("There is no other study group to join yet.")))
    pages = max(-(-len(free) // MOST_CHOICES), 1)
    page = min(page, pages - 1)
    turn = (pager((JOIN_PAGE,), page, pages, w),) if pages > 1 else ()
    return Content("\n".join(lines), rows=(*_joins(free[page * MOST_CHOICES :][:MOST_CHOICES], w), *turn))


def joined(value: Joined, community: Community, w: Words) -> Content:
    """What joining came to: the next session with the buttons to answer, and what happens next."""
    text = _("Welcome to **{group}**.") if value.new else _("You are a member of **{group}** already.")
    lines = [w(text, group=value.group.name)]
    invitation = rotation.invitation(value.rotation, w)
    turns = ((rotation.join_button(value.group.id, w),),) if invitation and not value.rotation.mine else ()
    if value.next is None:
        channel_id = announcement_channel(value.group, community)
        if channel_id:
            text = _(
                "No session is planned at the moment. Each one is announced in <#{channel}>, with buttons to say "
                "whether you come."
            )
            lines.append(w(text, channel=channel_id))
        else:
            lines.append(w(_("No session is planned at the moment.")))
        if community.members_may_host:
            lines.append(w(_MAY_HOST))
        return Content("\n".join(filter(None, (*lines, invitation))), rows=turns)
    session = value.next.session
    lines.append(w(_("Next session: **{theme}**, {when}."), theme=session.theme, when=moment(session.starts_at)))
    if session.venue:
        lines.append(w(_("Place: {venue}"), venue=session.venue))
    if value.answer is not None:
        lines.append(w(_("Your answer so far: {answer}."), answer=_answer(value.answer, value.next, w)))
    lines.append(
        w(_("Say below whether you come. I remind everybody who does, and you can change your answer at any time."))
    )
    return Content("\n".join(filter(None, (*lines, invitation))), rows=(*answer_buttons(session.id, w), *turns))


def _answer(mine: Rsvp, view: SessionView, w: Words) -> str:
    answer = w(ANSWERS[mine.answer])
    if not mine.waiting:
        return answer
    position = 1 + [each.member_id for each in view.waiting].index(mine.member_id)
    return w(_("{answer}, number {position} on the waitlist"), answer=answer, position=position)


def left(value: Left, w: Words) -> Content:
    """What leaving came to, and what still stands."""
    lines = [w(_("You have left **{group}**. You can come back at any time."), group=value.group.name)]
    if value.hosts:
        lines.append(still_hosts(value.hosts, w))
    if not value.answers:
        return Content("\n".join(lines))
    text = _n(
        "You have answered Going, Late or Maybe for {n} session of this group. That still counts.",
        "You have answered Going, Late or Maybe for {n} sessions of this group. That still counts.",
    )
    lines.append(w(text, n=value.answers))
    return Content(
        "\n".join(lines), rows=((Button(w(_("Withdraw my answers")), button_id(WITHDRAW, value.group.id)),),)
    )


def withdrawn(value: Left, w: Words) -> Content:
    """The answers are withdrawn."""
    if not value.answers:
        return Content(w(_("There was nothing to withdraw in **{group}**."), group=value.group.name))
    text = _n("You no longer come to {n} session of **{group}**.", "You no longer come to {n} sessions of **{group}**.")
    return Content(w(text, n=value.answers, group=value.group.name))


def _members(value: GroupCard, w: Words) -> str:
    if value.mine and value.members == 1:
        return w(_("only you so far"))
    count = w(_n("{n} member", "{n} members"), n=value.members)
    return w(_("{count}, including you"), count=count) if value.mine else count


def _joins(values: Sequence[GroupCard], w: Words) -> tuple[tuple[Button, ...], ...]:
    """A button for each of these groups, in rows."""
    buttons = [
        Button(w(_("Join {group}"), group=each.group.name)[:80], button_id(JOIN, each.group.id)) for each in values
    ]
    return tuple(tuple(buttons[begin : begin + 5]) for begin in range(0, len(buttons), 5))
