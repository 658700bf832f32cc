"""What stands in channels about a session, in the community's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import discord

from bot.domain.calendar import local_day
from bot.domain.industries import KEYS, Industry
from bot.domain.rotation.guests import Guest
from bot.domain.rotation.values import Turn
from bot.domain.rsvps import Answer, Promotion, Rsvp
from bot.domain.sessions import Lecture, Session, SessionKind, SessionState, SessionView
from bot.domain.zones import zone_of
from bot.i18n import Words, _, _n, locale_str
from bot.rendering import industries
from bot.rendering.buttons import button_id
from bot.rendering.calendar import duration, moment, short_date, shortened, timestamp
from bot.rendering.content import Button, Content, EventContent
from bot.rendering.members import stop_row
from bot.rendering.names import introduced

NAMES = 20
"""So many names stand in an announcement; a button shows the others."""
_ANSWERED_FOR_NAMES = 5
"""So many more stand there for organizers, of those for whom one of them answered; a field has no room for more."""

KINDS: Mapping[SessionKind, locale_str] = {
    "lecture": _("Lecture"),
    "discussion": _("Discussion"),
    "visit": _("Visit"),
    "social": _("Social"),
}
ANSWERS: Mapping[Answer, locale_str] = {
    Answer.GOING: _("Going"),
    Answer.LATE: _("Late"),
    Answer.MAYBE: _("Maybe"),
    Answer.NOT_GOING: _("Not going"),
}
PROMPTS = (
    _("What if there were no “{industry}” for a week: who would notice first, and by what?"),
    _("What if somebody who knows nothing of “{industry}” had to run it tomorrow: what would they get wrong first?"),
    _("What if your own trade borrowed one habit from “{industry}”: which one?"),
    _("What if “{industry}” started again today, with what we know now: what would be done differently?"),
)
"""To talk about an industry, by those who work in it and those who don't."""

ARRANGING = _("being arranged")
"""Where a lecturer's name will stand."""
_LECTURE = 150
"""Characters of the line about lecturers, in a post with mentions."""
_OUTLINE = 300
"""Characters of what a lecturer will tell of, in an announcement."""
ASK = "askbox"
"""The button that lets people ask the lecturer."""
ANSWERED_FOR = _n("{n} person for whom an organizer answered", "{n} people for whom an organizer answered")
Card = Literal["next", "show"]
CARDS: tuple[Card, ...] = get_args(Card)
"""The private messages that are shown anew after an answer: the next session, and one that somebody looks at."""
_STYLES = {Answer.GOING: discord.ButtonStyle.success}


def announcement(value: SessionView, w: Words) -> Content:
    """A session's announcement: what, when, where, who comes, and the buttons to answer.

    A cancelled session's or one that is over says so, with the reason if one was given, and takes no answers.
    """
    session = value.session
    if session.state is SessionState.CANCELLED:
        embed = discord.Embed(title=w(_("Cancelled: {theme}"), theme=session.theme))
        embed.add_field(name=w(_("When")), value=timestamp(session.starts_at), inline=False)
        add_reason(embed, session, w)
        embed.add_field(name=w(_("Group")), value=value.group.name, inline=False)
        return Content(embed=embed)
    embed = details(value, w)
    add_people(embed, value, w)
    if session.state is SessionState.ENDED:
        embed.set_footer(text=w(_("This session is over.")))
        return Content(embed=embed, rows=all_names(value, w))
    if session.link:
        embed.set_footer(text=w(_("Press Going to see the link.")))
    return Content(embed=embed, rows=answer_buttons(session.id, w) + ask_row(value, w) + all_names(value, w))


def moved_away(w: Words) -> Content:
    """What an announcement says once its group is announced elsewhere; not everybody who reads it may see where."""
    text = _("This announcement has moved to another channel. `/session list` shows the sessions that you can see.")
    return Content(w(text))


def answer_buttons(
    session_id: int, w: Words, *, guild_id: int = 0, card: Card | None = None
) -> tuple[tuple[Button, ...], ...]:
    """The four answers. In a direct message `guild_id` says which server is meant; elsewhere it is not needed.

    `card` is the private message under which they stand, if it is to be shown anew after a press.
    """
    server = (guild_id,) if guild_id else ()
    shown = (card,) if card else ()
    return (
        tuple(
            Button(
                w(label),
                button_id("rsvp", session_id, answer.value, *server, *shown),
                _STYLES.get(answer, discord.ButtonStyle.secondary),
            )
            for answer, label in ANSWERS.items()
        ),
    )


def all_names(value: SessionView, w: Words, *, everybody: bool = False) -> tuple[tuple[Button, ...], ...]:
    """The button that shows everybody, if not all names stand there; `everybody` as in `add_people`."""
    for rsvps in (value.coming, value.waiting, value.maybe):
        own = sum(rsvp.own for rsvp in rsvps)
        if own > NAMES or (everybody and len(rsvps) - own > _ANSWERED_FOR_NAMES):
            break
    else:
        return ()
    return ((Button(w(_("Show all names")), button_id("who", value.session.id, 0)),),)


def ask_row(value: SessionView, w: Words) -> tuple[tuple[Button, ...], ...]:
    """The button to ask the lecturer something beforehand, once somebody has confirmed."""
    if not value.lecture.lecturers:
        return ()
    return ((Button(w(_("Ask the lecturer")), button_id(ASK, value.session.id)),),)


def details(value: SessionView, w: Words) -> discord.Embed:
    """What, when and where, without who comes and without the link."""
    session = value.session
    embed = discord.Embed(title=shortened(session.theme, 256), description=session.description or None)
    when = f"{moment(session.starts_at)}\n{duration(session.duration, w)}"
    embed.add_field(name=w(_("When")), value=when, inline=False)
    group = value.group.name
    if session.kind != "lecture":
        group = w(_("{group} ({kind})"), group=group, kind=KINDS[session.kind])
    embed.add_field(name=w(_("Group")), value=group)
    if value.lecture:
        embed.add_field(name=w(_("Lecturer")), value=lecturers(value, w), inline=False)
    if ahead := reading(value):
        embed.add_field(name=w(_("To read ahead")), value=ahead, inline=False)
    if session.prompt:
        embed.add_field(name=w(_("To talk about")), value=prompt(session, w), inline=False)
    if value.host_id:
        embed.add_field(name=w(_("Host")), value=f"<@{value.host_id}>")
    if session.venue:
        embed.add_field(name=w(_("Place")), value=session.venue)
    if session.capacity is not None:
        embed.add_field(name=w(_("Capacity")), value=places(value, session.capacity, w))
    if session.deadline is not None:
        embed.add_field(name=w(_("Please answer by")), value=timestamp(session.deadline))
    return embed


def lecturers(value: SessionView, w: Words) -> str:
    """Who lectures, from which industry and about what; whoever was only asked is not named."""
    lines: list[str] = []
    for turn, industry in value.lecture.lecturers:
        lines.append(_lecturer(turn, industry, value.lecture.guest, w))
        guest = value.lecture.guest if not turn.member_id else None
        if outline := turn.outline if guest is None else guest.bio:
            lines.append(shortened(outline, _OUTLINE))
    if value.lecture.arranging:
        lines.append(w(ARRANGING))
    return shortened("\n".join(lines), 1024)


def lecture_line(value: Lecture, w: Words) -> str:
    """Who lectures, as a line of a post; it pings nobody. "" where nobody is to lecture.

    What they will tell of, and their industries, stand there as far as they have room among a reminder's mentions.
    """
    line = ""
    for theme, industry in ((True, True), (False, True), (False, False)):
        named = [_lecturer(turn, of if industry else None, value.guest, w, theme=theme) for turn, of in value.lecturers]
        if not named and value.arranging:
            named = [w(ARRANGING)]
        line = w(_("Lecturer: {names}"), names=w.list(named)) if named else ""
        if len(line) <= _LECTURE:
            break
    return line


def _lecturer(turn: Turn, industry: Industry | None, guest: Guest | None, w: Words, *, theme: bool = True) -> str:
    name, topic = with_industry(turn.member_id, industry, w), turn.theme
    if not turn.member_id and guest is not None:
        name, topic = introduced(guest, w), guest.topic
    return w(_("{name}: “{theme}”"), name=name, theme=topic) if theme and topic else name


def with_industry(member_id: int, industry: Industry | None, w: Words) -> str:
    """Somebody as a mention, with their industry if it is known."""
    name = f"<@{member_id}>"
    return name if industry is None else w(_("{name} ({industry})"), name=name, industry=industries.name(industry, w))


def reading(value: SessionView) -> str:
    """What the lecturers give to read ahead; of several, as many as have room, since half a link leads nowhere."""
    found, lecturers = "", value.lecture.lecturers
    for turn, _industry in lecturers:
        text = f"<@{turn.member_id}>: {turn.reading}" if len(lecturers) > 1 else turn.reading
        if turn.reading and len(found) + len(text) < 1024:
            found += f"{text}\n"
    return found.rstrip()


def prompt(session: Session, w: Words) -> str:
    """What is talked about where nobody lectures."""
    question = PROMPTS[session.id % len(PROMPTS)]
    return w(question, industry=industries.name(Industry(session.prompt or KEYS[0]), w))


def places(value: SessionView, capacity: int, w: Words) -> str:
    """How many of the places are taken."""
    taken = len(value.coming)
    if value.waiting:
        return w(
            _("{taken} of {capacity} places taken, {n} on the waitlist"),
            taken=taken,
            capacity=capacity,
            n=len(value.waiting),
        )
    return w(_("{taken} of {capacity} places taken"), taken=taken, capacity=capacity)


def add_reason(embed: discord.Embed, session: Session, w: Words) -> None:
    """Why it was cancelled; whoever gave the reason was told that everybody who sees the announcement reads it."""
    if session.cancelled_because:
        embed.add_field(name=w(_("Reason")), value=session.cancelled_because, inline=False)


def add_people(embed: discord.Embed, value: SessionView, w: Words, *, everybody: bool = False) -> None:
    """Who comes, who waits for a place and who may come; who does not come is nobody's business.

    `everybody`: also by name who did not put their name down themselves, for organizers.
    """
    open_to_answers = value.session.state is SessionState.SCHEDULED
    lists = (
        (_("Coming: {n}"), value.coming, w(_("Nobody yet: be the first.") if open_to_answers else _("Nobody."))),
        (_("Waitlist: {n}"), value.waiting, ""),
        (_("Maybe: {n}"), value.maybe, ""),
    )
    for title, rsvps, nobody in lists:
        if text := people(rsvps, w, everybody=everybody) or nobody:
            embed.add_field(name=w(title, n=len(rsvps)), value=text, inline=False)


def people(rsvps: Sequence[Rsvp], w: Words, *, everybody: bool = False) -> str:
    """The first names, and how many more there are; on a line of their own those who did not answer themselves."""
    own, others = ([rsvp for rsvp in rsvps if rsvp.own is by_them] for by_them in (True, False))
    lines = [_first(own, NAMES, w)] if own else []
    if others and everybody:
        lines.append(w(_("An organizer answered for: {names}"), names=_first(others, _ANSWERED_FOR_NAMES, w)))
    elif others:
        lines.append(w(ANSWERED_FOR, n=len(others)))
    return "\n".join(lines)


def _first(rsvps: Sequence[Rsvp], most: int, w: Words) -> str:
    text = " ".join(name(rsvp, w) for rsvp in rsvps[:most])
    more = len(rsvps) - most
    return w(_n("{names} and {n} more", "{names} and {n} more"), names=text, n=more) if more > 0 else text


def name(rsvp: Rsvp, w: Words) -> str:
    """A name in a list; an embed pings nobody."""
    mention = f"<@{rsvp.member_id}>"
    return w(_("{name} (late)"), name=mention) if rsvp.answer is Answer.LATE else mention


def host_line(member_id: int, w: Words) -> str:
    """Who hosts a session, as a line of a post; it pings nobody."""
    return w(_("Host: {host}"), host=f"<@{member_id}>")


def named_session(session: Session, w: Words) -> str:
    """A session by theme and start, within a sentence."""
    return w(_("**{theme}** ({when})"), theme=session.theme, when=timestamp(session.starts_at, "f"))


def thread_name(value: SessionView, w: Words) -> str:
    """«7/15(水) 朝の会», at most 100 characters."""
    session = value.session
    day = short_date(local_day(session.starts_at, zone_of(value.community.time_zone)), w)
    text = w(_("{date} {theme}"), date=day, theme=session.theme)
    if session.state is SessionState.CANCELLED:
        text = w(_("Cancelled: {theme}"), theme=text)
    return shortened(text, 100)


def event(value: SessionView, w: Words) -> EventContent:
    """The native event; the link is not in it, because everybody on the server sees it."""
    session = value.session
    return EventContent(
        name=shortened(session.theme, 100),
        description=shortened(session.description or value.group.name, 800),
        location=shortened(session.venue or w(_("See the announcement")), 100),
    )


def promotion(value: Promotion, w: Words) -> Content:
    """To somebody for whom a place has come free, or to the moderators."""
    session = value.view.session
    if value.untold:
        return Content(
            w(
                _(
                    "A place has come free at **{theme}** ({group}), {when}, for <@{member}>, for whom an organizer "
                    "answered. I can't write to them. Please tell them."
                ),
                theme=session.theme,
                group=value.view.group.name,
                when=moment(session.starts_at),
                member=value.member_id,
            )
        )
    lines = [
        w(
            _("A place has come free: you are in at **{theme}** ({group})."),
            theme=session.theme,
            group=value.view.group.name,
        ),
        moment(session.starts_at),
    ]
    if session.venue:
        lines.append(w(_("Place: {venue}"), venue=session.venue))
    if session.link:
        # Alone they read it themselves; in the thread others read along, who may not come.
        link = _("Link: {link}") if value.private else _("`/session show` has the link.")
        lines.append(w(link, link=session.link))
    lines.append(w(_("Can't come after all? Press Not going, and the next person gets the place.")))
    mentions = () if value.private else (value.member_id,)
    if mentions:
        lines.append(f"<@{value.member_id}>")
    rows = answer_buttons(session.id, w, guild_id=session.guild_id)
    if value.private:
        rows = (*rows, stop_row("places", session.guild_id, w))
    return Content("\n".join(lines), rows=rows, mentions=mentions)
