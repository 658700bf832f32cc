"""What people are answered about sessions, privately and in their own language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import discord

from bot.domain.actors import Actor
from bot.domain.communities import Community
from bot.domain.rsvps import Answer, Rsvp, RsvpResult
from bot.domain.sessions import (
    LONGEST_DESCRIPTION,
    LONGEST_REASON,
    LONGEST_THEME,
    LONGEST_VENUE,
    USUAL_KIND,
    NewSession,
    Session,
    SessionChange,
    SessionLine,
    SessionName,
    SessionPage,
    SessionPreview,
    SessionState,
    SessionView,
)
from bot.domain.takeaways import Memory
from bot.i18n import Words, _, _n, locale_str
from bot.rendering import calendar
from bot.rendering.buttons import button_id
from bot.rendering.calendar import duration, moment, shortened, timestamp, when
from bot.rendering.content import Button, Content
from bot.rendering.forms import Box, form
from bot.rendering.sessions.changing import cancelled_session, capacity, changed_lines, crowded, cut_lines, let_in
from bot.rendering.sessions.memory import add_memory
from bot.rendering.sessions.public import (
    ANSWERED_FOR,
    ANSWERS,
    KINDS,
    Card,
    add_people,
    all_names,
    answer_buttons,
    ask_row,
    details,
    name,
)
from bot.rendering.settings import cannot_announce
from bot.rendering.told import told_lines

PER_PAGE = 40
"""Names on one screen: so many fit into an embed with all that may stand behind them."""
_NOTHING = Memory()
NEW, MOVE = "newsession", "move"
NEW_FORM, MOVE_FORM = "newsessionform", "moveform"


def label(community: Community, w: Words) -> Callable[[Session | SessionName], str]:
    """How sessions are called in lists of choices: «7/15(水) 07:00 朝の会»."""
    return calendar.labels(community.time_zone, w)


# Before anybody is told


def preview(value: SessionPreview, w: Words, *, missing: Sequence[str] = ()) -> Content:
    """What will be posted, for its author alone, with the buttons to post it or to change it first.

    `missing` is what the bot lacks to announce a new one.
    """
    new, zone = value.after, value.community.time_zone
    embed = discord.Embed(title=shortened(new.theme, 256), description=new.description or None)
    if value.before is not None and value.before.starts_at != new.starts_at:
        embed.add_field(name=w(_("Old time")), value=when(value.before.starts_at, zone, w), inline=False)
    there = when(new.starts_at, zone, w)
    if value.own_zone not in ("", zone):
        there = f"{there}\n{when(new.starts_at, value.own_zone, w)}"
    start = w(_("{when}\nFor you: {yours}"), when=there, yours=moment(new.starts_at))
    embed.add_field(name=w(_("When")), value=start, inline=False)
    if value.before is not None and (changes := changed_lines(value.before, new, w)):
        embed.add_field(name=w(_("What changes")), value=shortened("\n".join(changes), 1024), inline=False)
    for title, text in _facts(new, value, w):
        embed.add_field(name=title, value=text)
    if value.told is None or value.before is None:
        head = _before_posting(value, missing, w)
    else:
        cut = cut_lines(w) if value.deadline_cut else ()
        lines = [w(_("Please check.")), *cut, *told_lines(value.told, w)]
        if value.before.capacity != new.capacity:
            free = value.waiting if new.capacity is None else min(value.waiting, new.capacity - value.coming)
            lines += crowded(new.capacity, value.coming, value.waiting, w) or let_in(free, w)
        head = "\n".join(lines)
    feature, confirm = (NEW, _("Post")) if value.before is None else (MOVE, _("Move it"))
    return Content(head, embed, (draft_buttons(feature, value.draft_id, confirm, w),))


def _before_posting(value: SessionPreview, missing: Sequence[str], w: Words) -> str:
    """Who will see a new session, and what its author's part is if they host it."""
    new = value.after
    lines = [w(_("Please check. It will be announced in <#{channel}>; nobody is pinged."), channel=value.channel_id)]
    if missing:
        lines = [w(_("Please check.")), cannot_announce(value.channel_id, missing, w)]
    if value.members:
        text = _n("The group has {n} member.", "The group has {n} members.")
        lines.append(w(text, n=value.members))
    if new.host_id:
        text = _("**You will be its host**: the announcement names you to everybody who sees it, and you are coming.")
        if new.capacity is not None:
            text = _(
                "**You will be its host**: the announcement names you to everybody who sees it, and you are coming; "
                "one of the places is yours."
            )
        lines.append(w(text))
    if new.host_id and new.kind == USUAL_KIND:
        text = _("It is a discussion, as is usual for members. For a visit or a social, use the command with `kind:`.")
        lines.append(w(text))
    return "\n".join(lines)


def draft_buttons(feature: str, draft_id: int, confirm: locale_str, w: Words) -> tuple[Button, ...]:
    """Confirm or change first; the buttons carry only the draft's id."""
    return (
        Button(w(confirm), button_id(feature, draft_id, "confirm"), discord.ButtonStyle.success),
        Button(w(_("Change first")), button_id(feature, draft_id, "change")),
    )


def _facts(new: NewSession, value: SessionPreview, w: Words) -> list[tuple[str, str]]:
    zone = value.community.time_zone
    facts = [
        (w(_("Group")), value.group.name),
        (w(_("Kind")), w(KINDS[new.kind])),
        (w(_("Length")), duration(new.duration, w)),
    ]
    if new.venue:
        facts.append((w(_("Place")), new.venue))
    if new.link:
        facts.append((w(_("Link (only for those who come)")), new.link))
    if new.capacity is not None:
        facts.append((w(_("Capacity")), capacity(new.capacity, w)))
    if new.deadline is not None:
        facts.append((w(_("Please answer by")), when(new.deadline, zone, w)))
    return facts


# After an act


def scheduled(value: SessionView, missing: Sequence[str], w: Words) -> Content:
    """It is there. `missing` is what the bot lacks to announce it."""
    session = value.session
    text = _("**{theme}** is scheduled for {when}. The announcement follows.")
    if missing:
        text = _("**{theme}** is scheduled for {when}.")
    lines = [w(text, theme=session.theme, when=moment(session.starts_at))]
    if missing:
        lines.append(cannot_announce(value.group.channel_id or value.community.announcements_channel, missing, w))
    if session.host_id:
        text = _("You are its host: `/session edit` changes it, `/session cancel` calls it off.")
        lines.append(w(text))
    return Content("\n".join(lines))


_ANSWERED: dict[Answer, locale_str] = {
    Answer.GOING: _("You are coming to **{theme}**, {when}."),
    Answer.LATE: _("You are coming late to **{theme}**, {when}."),
    Answer.MAYBE: _("You may come to **{theme}**, {when}. Please answer again once you know."),
    Answer.NOT_GOING: _("You are not coming to **{theme}**, {when}."),
}


def answered(value: RsvpResult, actor: Actor, w: Words) -> str:
    """What an answer has come to; place and link for those who come."""
    session, mine = value.view.session, value.after
    start = moment(session.starts_at)
    if mine.member_id != actor.member_id:
        text = _("Saved for **{theme}**. <@{member}>: {answer}")
        if mine.waiting:
            text = _("Saved for **{theme}**. <@{member}>: {answer} (number {position} on the waitlist)")
        answer = w(ANSWERS[mine.answer])
        saved = w(text, member=mine.member_id, theme=session.theme, answer=answer, position=value.position)
        return "\n".join([saved, *_for_somebody(value, w)])
    if mine.waiting:
        text = _n(
            "The only place at **{theme}**, {when}, is taken. You are number {position} on the waitlist. "
            "I'll tell you when it is free.",
            "All {n} places at **{theme}**, {when}, are taken. You are number {position} on the waitlist. "
            "I'll tell you when one is free.",
        )
        return w(text, n=session.capacity or 0, theme=session.theme, when=start, position=value.position)
    lines = [w(_ANSWERED[mine.answer], theme=session.theme, when=start)]
    if mine.answer is Answer.NOT_GOING and session.host_id == actor.member_id:
        text = _(
            "You are still its host. If it can't take place without you, call it off with `/session cancel`, or ask an "
            "organizer to look after it."
        )
        lines.append(w(text))
    if mine.answer is Answer.NOT_GOING and any(
        turn.member_id == actor.member_id for turn, _of in value.view.lecture.lecturers
    ):
        lines.append(
            w(_("You are still its lecturer. If you can't, use `/rotation decline`: I then ask somebody else."))
        )
    if mine.coming:
        lines += where(session, w)
    return "\n".join(lines)


def _for_somebody(value: RsvpResult, w: Words) -> list[str]:
    """What the person for whom an organizer answered hears of it, and what the others see."""
    if not value.changed:
        return []
    told = _("I tell them in private, and they can change it.")
    if not value.told:
        told = _(
            "I can't tell them: I write only to people who have used me here, see the group's channel, and have not "
            "stopped such messages. Please tell them yourself."
        )
    lines = [w(told)]
    if not value.after.own and value.after.answer is not Answer.NOT_GOING:
        # Who does not come is shown to nobody anyway.
        lines.append(w(_("Until they answer themselves, only organizers see their name.")))
    return lines


def where(session: Session, w: Words) -> list[str]:
    """Place and link, for those who come."""
    lines: list[str] = []
    if session.venue:
        lines.append(w(_("Place: {venue}"), venue=session.venue))
    if session.link:
        lines.append(w(_("Link: {link}"), link=session.link))
    return lines


# Looking


def shown(value: SessionView, actor: Actor, w: Words, memory: Memory = _NOTHING) -> Content:
    """/session show: all about one session, with what stays of it, and the buttons to answer."""
    session = value.session
    if session.state is SessionState.CANCELLED:
        return cancelled_session(value, w)
    embed, everybody = details(value, w), actor.organizes(value.group)
    add_people(embed, value, w, everybody=everybody)
    if value.series is not None:
        embed.add_field(name=w(_("Series")), value=value.series.name)
    mine = value.of(actor.member_id)
    if mine is not None:
        embed.add_field(name=w(_("Your answer")), value=_own(value, actor, w))
    if session.link and value.knows_link(actor):
        embed.add_field(name=w(_("Link")), value=session.link, inline=False)
    if session.host_id == actor.member_id and session.state is SessionState.SCHEDULED:
        text = w(_("`/session edit` changes it, `/session cancel` calls it off."))
        embed.add_field(name=w(_("You host this session")), value=text, inline=False)
    add_memory(embed, memory, w)
    if session.state is SessionState.ENDED:
        return Content(w(_("This session is over.")), embed, all_names(value, w, everybody=everybody))
    rows = answer_buttons(session.id, w, card="show") + ask_row(value, w)
    rows += all_names(value, w, everybody=everybody)
    return Content(embed=embed, rows=rows)


def _own(value: SessionView, actor: Actor, w: Words) -> str:
    mine = value.of(actor.member_id)
    assert mine is not None
    answer = w(ANSWERS[mine.answer])
    if mine.waiting:
        line = [r.member_id for r in value.waiting].index(actor.member_id) + 1
        answer = w(_("{answer}, number {position} on the waitlist"), answer=answer, position=line)
    if mine.own:
        return answer
    return w(_("{answer}. An organizer answered for you; press a button to answer yourself."), answer=answer)


def listed(value: SessionPage, w: Words, *, mine: bool) -> Content:
    """/session list: one screen of it."""
    if not value.lines:
        return Content(
            w(_("You have no sessions ahead. `/session list` shows them all.")) if mine else _none_planned(value, w)
        )
    title = w(_("Your sessions")) if mine else w(_("Upcoming sessions"))
    embed = discord.Embed(title=title, description="\n".join(_line(line, w) for line in value.lines))
    if value.pages == 1:
        return Content(embed=embed)
    embed.set_footer(text=w(_("Page {page} of {number}"), page=value.page + 1, number=value.pages))
    return Content(embed=embed, rows=(pager(("list", value.group_id, int(mine)), value.page, value.pages, w),))


def _none_planned(value: SessionPage, w: Words) -> str:
    text = _("No session is planned. Organizers plan one with `/session schedule`.")
    if value.members_may_host:
        text = _(
            "No session is planned. Organizers plan one with `/session schedule`; members of a study group can "
            "host a discussion, a visit or a social with it."
        )
    return w(text)


def _line(line: SessionLine, w: Words) -> str:
    session = line.session
    text = w(
        _n("{when} **{theme}** ({group}), {n} coming", "{when} **{theme}** ({group}), {n} coming"),
        when=timestamp(session.starts_at, "f"),
        theme=session.theme,
        group=line.group.name,
        n=line.coming,
    )
    if line.host_id:
        text = w(_("{line} · host: {host}"), line=text, host=f"<@{line.host_id}>")
    if line.mine is None:
        return text
    own = w(_("on the waitlist")) if line.mine.waiting else w(ANSWERS[line.mine.answer])
    return w(_("{line} · you: {answer}"), line=text, answer=own)


def pager(key: tuple[str | int, ...], page: int, pages: int, w: Words) -> tuple[Button, ...]:
    """The row that turns the pages; their number, from 0, and the way there stand behind `key` in the ids."""
    feature, *parts = key
    # The last part keeps the two ids different where both lead to the same page.
    return (
        Button(w(_("Previous")), button_id(str(feature), *parts, max(page - 1, 0), "back"), disabled=page == 0),
        Button(
            w(_("Next")), button_id(str(feature), *parts, min(page + 1, pages - 1), "next"), disabled=page == pages - 1
        ),
    )


def names(value: SessionView, page: int, actor: Actor, w: Words) -> Content:
    """Everybody who comes, waits or may come, a screen of them; only organizers are shown for whom they answered."""
    everybody = actor.organizes(value.group)

    def named(rsvps: Sequence[Rsvp]) -> list[str]:
        own = ((name(rsvp, w), rsvp.own) for rsvp in rsvps if rsvp.own or everybody)
        return [text if by_them else w(_("{name} (an organizer answered)"), name=text) for text, by_them in own]

    coming, waiting, maybe = map(named, (value.coming, value.waiting, value.maybe))
    entries = [
        *coming,
        *(w(_("{name} (waitlist)"), name=each) for each in waiting),
        *(w(_("{name} (maybe)"), name=each) for each in maybe),
    ]
    counted = len(value.coming) + len(value.waiting) + len(value.maybe)
    if counted > len(entries):
        entries.append(w(ANSWERED_FOR, n=counted - len(entries)))
    if not entries:
        return Content(w(_("Nobody is coming yet.")))
    pages = -(-len(entries) // PER_PAGE)
    page = min(max(page, 0), pages - 1)
    embed = discord.Embed(
        title=shortened(value.session.theme, 256), description=" ".join(entries[page * PER_PAGE :][:PER_PAGE])
    )
    if pages == 1:
        return Content(embed=embed)
    embed.set_footer(text=w(_("Page {page} of {number}"), page=page + 1, number=pages))
    return Content(embed=embed, rows=(pager(("who", value.session.id), page, pages, w),))


def next_session(value: SessionPage, w: Words) -> Content:
    """The next session of a group, with the buttons to answer."""
    return _card(value.lines[0], w) if value.lines else Content(_none_planned(value, w))


def card(kind: Card, value: SessionView, actor: Actor, w: Words) -> Content:
    """A private message with the buttons to answer, as it is after somebody has pressed one of them."""
    if kind == "show":
        return shown(value, actor, w)
    channel_id = value.group.channel_id or value.community.announcements_channel
    mine = value.of(actor.member_id)
    return _card(SessionLine(value.session, value.group, len(value.coming), mine, value.host_id, channel_id), w)


def _card(line: SessionLine, w: Words) -> Content:
    lines = [_line(line, w)]
    if line.session.venue:
        lines.append(w(_("Place: {venue}"), venue=line.session.venue))
    if line.mine is not None and line.mine.coming and line.session.link:
        lines.append(w(_("Link: {link}"), link=line.session.link))
    if line.channel_id:
        lines.append(w(_("Channel: <#{channel}>"), channel=line.channel_id))
    return Content("\n".join(lines), rows=answer_buttons(line.session.id, w, card="next"))


# Changing a draft first


def new_form(draft_id: int, new: NewSession, community: Community, w: Words) -> discord.ui.Modal:
    """A new session's draft to be changed."""
    boxes = [
        Box("theme", w(_("Theme")), new.theme, LONGEST_THEME),
        Box("when", w(_("When")), calendar.typed(new.starts_at, community.time_zone), 100),
        Box("duration", w(_("Length in minutes")), str(new.duration), 20),
        Box("venue", w(_("Place")), new.venue, LONGEST_VENUE, required=False),
        Box("description", w(_("Description")), new.description, LONGEST_DESCRIPTION, required=False, long=True),
    ]
    return form(button_id(NEW_FORM, draft_id), w(_("Change first")), boxes)


def move_form(
    draft_id: int, session: Session, change: SessionChange, community: Community, w: Words
) -> discord.ui.Modal:
    """A move's draft to be changed."""
    starts_at = change.starts_at or session.starts_at
    boxes = [
        Box("when", w(_("When")), calendar.typed(starts_at, community.time_zone), 100),
        Box("reason", w(_("Reason (those who answered see it)")), change.reason, LONGEST_REASON, required=False),
    ]
    return form(button_id(MOVE_FORM, draft_id), w(_("Change first")), boxes)
