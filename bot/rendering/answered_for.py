"""What somebody is told for whom an organizer has answered, in words."""

from __future__ import annotations

from bot.domain.answered_for import AnsweredFor
from bot.domain.rsvps import Answer
from bot.i18n import Words, _
from bot.rendering.calendar import moment
from bot.rendering.content import Content
from bot.rendering.members import stop_row
from bot.rendering.reminders import fitted, pings
from bot.rendering.sessions.public import ANSWERS, answer_buttons

_NOT_NAMED = _("Until you answer yourself, I don't show your name to the other members, and don't mention you.")


def answered_for(value: AnsweredFor, w: Words) -> Content:
    """Who answered what for them, and the buttons that make it their own answer or another."""
    session, mine = value.view.session, value.rsvp
    answer = w(ANSWERS[mine.answer])
    if mine.waiting:
        answer = w(_("{answer} (on the waitlist)"), answer=answer)
    text = _("<@{organizer}> has answered for you at **{theme}** ({group}): {answer}.")
    lines = [
        w(text, organizer=value.organizer_id, theme=session.theme, group=value.view.group.name, answer=answer),
        moment(session.starts_at),
        w(_("Is that right? Please press the same answer, or another.")),
    ]
    if not mine.own and mine.answer is not Answer.NOT_GOING:
        # Who does not come is shown to nobody anyway.
        lines.append(w(_NOT_NAMED))
    mentions = (value.reader,) if value.reader else ()
    rows = (
        *answer_buttons(session.id, w, guild_id=session.guild_id),
        stop_row("changes", session.guild_id, w),
    )
    return Content(fitted(lines, pings(mentions)), rows=rows, mentions=mentions)
