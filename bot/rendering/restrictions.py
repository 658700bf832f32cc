"""What moderators read of restrictions, and what the restricted person does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import discord

from bot.domain.errors import StudyError
from bot.domain.restricting import KIND, NamedQuestion, Restricting, RestrictionPage, RestrictionTold, WhichEnd
from bot.domain.restrictions import (
    AskerNotRestricted,
    AskerUnknown,
    MemberOrQuestion,
    ModeratorNotRestricted,
    NotRestricted,
    Part,
    Restricted,
    Restriction,
    RestrictionEnds,
)
from bot.i18n import Words, _, locale_str
from bot.rendering.absences import lectures
from bot.rendering.asking import question
from bot.rendering.calendar import shortened, timestamp, when
from bot.rendering.content import Content
from bot.rendering.errors import Say
from bot.rendering.members import stop_row
from bot.rendering.reminders import fitted, pings
from bot.rendering.sessions.replies import pager

WHICH, PAGES = "whichrestriction", "restrictions"
PARTS: Mapping[Part, locale_str] = {
    "sessions": _("sessions: coming to them, and hosting them"),
    "rotation": _("rotation: lecturing in turn"),
    "asking": _("asking: questions to people of other industries"),
    "answering": _("answering: being asked others' questions"),
}
"""As a moderator chooses them."""
_OWN: Mapping[Part, locale_str] = {
    "sessions": _("You can't come to sessions or host any, {until}."),
    "rotation": _("You can't lecture in turn, {until}."),
    "asking": _("You can't ask questions with `/ask`, {until}."),
    "answering": _("I don't ask you others' questions, and you can't answer them through me, {until}."),
}
_OTHER: Mapping[Part, locale_str] = {
    "sessions": _("{member} can't come to sessions or host any, {until}."),
    "rotation": _("{member} can't lecture in turn, {until}."),
    "asking": _("{member} can't ask questions with `/ask`, {until}."),
    "answering": _("{member} is not asked others' questions and can't answer them through me, {until}."),
}
_NOW: Mapping[Part, locale_str] = {
    "sessions": _("From now on {member} can't come to sessions or host any, {until}."),
    "rotation": _("From now on {member} can't lecture in turn, {until}."),
    "asking": _("From now on {member} can't ask questions with `/ask`, {until}."),
    "answering": _("From now on {member} is not asked others' questions and can't answer them through me, {until}."),
}
_ASKER = _("The asker of question {number} can't ask questions with `/ask`, {until}.")
_ASKER_NOW = _("From now on the asker of question {number} can't ask questions with `/ask`, {until}.")
_ASKER_LIFTED = _("The asker of question {number} may ask questions again.")
_GIVEN_BACK: Mapping[Part, locale_str] = {
    "sessions": _("They no longer come to these; their places go to those who wait:"),
    "rotation": _("They no longer lecture at these; I ask somebody else at once:"),
}
_LIFTED: Mapping[Part, locale_str] = {
    "sessions": _("{member} may come to sessions and host some again."),
    "rotation": _("{member} may lecture in turn again."),
    "asking": _("{member} may ask questions again."),
    "answering": _("{member} may be asked others' questions and answer them again."),
}
_SHORT = 100

ERRORS: dict[type[StudyError], Say] = {
    Restricted: lambda e, w: _restricted(e, w),
    NotRestricted: lambda e, w: w(
        _("{member} is not restricted. `/mod restrictions` shows everybody who is."), member=f"<@{e.member_id}>"
    ),
    ModeratorNotRestricted: lambda e, w: w(
        _("Moderators can't be restricted, since they could lift it themselves. Please choose another member.")
    ),
    AskerNotRestricted: lambda e, w: w(
        _("Nobody is restricted through question {number}. `/mod restrictions` shows everybody who is."),
        number=e.question_id,
    ),
    AskerUnknown: lambda e, w: w(_("Who asked this question is no longer known. Nothing was changed.")),
    MemberOrQuestion: lambda e, w: w(
        _(
            "Please give either `member`, or `question` for somebody who was restricted through a question. Nothing "
            "was changed."
        )
    ),
    RestrictionEnds: lambda e, w: w(
        _("{until} has passed already. Please choose a later time; nothing was changed."), until=timestamp(e.until)
    ),
}


def _restricted(error: Restricted, w: Words) -> str:
    """To the person themselves with the reason; to somebody who acts for them without it."""
    if error.member_id:
        text = w(_OTHER[error.part], member=f"<@{error.member_id}>", until=until(error.until, w))
        return "\n".join([text, w(_("Moderators can lift that with `/mod unrestrict`. Nothing was changed."))])
    return "\n".join(_to_them(error.part, error.until, error.reason, w))


def _to_them(part: Part, end: datetime | None, reason: str, w: Words) -> list[str]:
    lines = [w(_OWN[part], until=until(end, w))]
    if reason:
        lines.append(w(_("The moderators' reason: {reason}"), reason=reason))
    return [*lines, w(_("If you have a question about it, please ask a moderator of this server."))]


def until(end: datetime | None, w: Words) -> str:
    """How long a restriction lasts, within a sentence."""
    return w(_("until a moderator lifts that")) if end is None else w(_("until {end}"), end=timestamp(end, "f"))


def told(value: RestrictionTold, w: Words) -> Content:
    """What the person is told, in private."""
    found = value.restriction
    head = w(_("A moderator has restricted what you can do here."))
    if found.question_id:
        head = w(
            _(
                "A moderator has restricted what whoever asked “{question}” can do here. Moderators don't learn from "
                "that who you are."
            ),
            question=shortened(" ".join(value.question.split()), _SHORT) or "-",
        )
    lines = [
        head,
        *_to_them(found.part, found.until, found.reason, w),
    ]
    mentions = (value.reader,) if value.reader else ()
    return Content(fitted(lines, pings(mentions)), rows=(stop_row("changes", value.guild_id, w),), mentions=mentions)


def restricted(value: Restricting, w: Words) -> Content:
    """What a moderator has done."""
    found = value.restriction
    if found.question_id:
        return Content(
            "\n".join(
                [
                    w(_ASKER_NOW, number=found.question_id, until=until(found.until, w)),
                    w(_("They are told in private, if I can write to them. Nobody learns who it is, nor do you.")),
                    w(_("`/mod unrestrict question:{number}` lifts it."), number=found.question_id),
                ]
            )
        )
    lines = [w(_NOW[found.part], member=f"<@{found.member_id}>", until=until(found.until, w))]
    if value.sessions:
        lines += [w(_GIVEN_BACK[found.part]), *lectures(value.sessions, w)]
    if value.told:
        lines.append(w(_("I tell them in private, with your reason if you gave one. Nobody else is told.")))
    else:
        lines.append(w(_("I can't write to them, so please tell them yourself. They read it whenever they try.")))
    lines.append(w(_("`/mod unrestrict` lifts it.")))
    return Content("\n".join(lines))


def lifted(values: Sequence[Restriction], w: Words) -> Content:
    """What a moderator has lifted; what went to others stays there."""
    lines = [
        w(_ASKER_LIFTED, number=each.question_id)
        if each.question_id
        else w(_LIFTED[each.part], member=f"<@{each.member_id}>")
        for each in values
    ]
    if all(each.question_id for each in values):
        return Content("\n".join(lines))
    return Content("\n".join([*lines, w(_("What went to others meanwhile stays with them."))]))


def which(value: WhichEnd, w: Words) -> Content:
    """Both readings of an end, each with how far away it is."""
    head = w(_("“{text}” can mean two times. Until when is the restriction to last?"), text=shortened(value.text, 100))
    options = [(when(each, value.time_zone, w), timestamp(each, "R")) for each in value.readings]
    otherwise = _(
        "Nothing has been changed yet. If neither is right, use the command again and write it in full, like "
        "“2026-12-03” or “2026-12-03 19:00”."
    )
    return question(WHICH, value.draft_id, head, options, w, otherwise=w(otherwise))


def listed(value: RestrictionPage, w: Words) -> Content:
    """A screen of everybody who is restricted."""
    if not value.restrictions:
        return Content(w(_("Nobody is restricted. `/mod restrict` keeps a member from a part of what I offer.")))
    lines: list[str] = []
    for each in value.restrictions:
        end = until(each.until, w)
        who = w(_OTHER[each.part], member=f"<@{each.member_id}>", until=end)
        line = f"- {w(_ASKER, number=each.question_id, until=end) if each.question_id else who}"
        if each.reason:
            line += f" · {shortened(' '.join(each.reason.split()), _SHORT)}"
        lines.append(line)
    rows = (pager((PAGES,), value.page, value.pages, w),) if value.pages > 1 else ()
    return Content(embed=discord.Embed(title=w(_("Restrictions")), description="\n".join(lines)), rows=rows)


def of_question(value: NamedQuestion, w: Words) -> str:
    """A question through which somebody is restricted, in a list of choices."""
    if not value.text:
        return w(_("Question {number}"), number=value.id)
    text = shortened(" ".join(value.text.split()), 60)
    return w(_("Question {number}: {question}"), number=value.id, question=text)


__all__ = [
    "ERRORS",
    "KIND",
    "PAGES",
    "PARTS",
    "WHICH",
    "lifted",
    "listed",
    "of_question",
    "restricted",
    "told",
    "which",
]
