"""Who is told of a change, and how: the same words before it is made and after."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.told import Nobody, Told, ToldTogether
from bot.i18n import Words, _, _n, locale_str

_NOBODY: Mapping[Nobody, locale_str] = {
    "no answers": _("Nobody is coming so far, so nobody will be told."),
    "only you": _("Nobody but you is coming so far, so nobody will be told."),
    "over": _("It has begun already, so nobody will be told."),
    "no channel": _(
        "Nobody can be told: there is no announcements channel. A moderator can choose one with "
        "`/settings set announcements:`."
    ),
    "not announced": _("It has not been announced yet, so nobody will be told."),
    "known": _("Those who come know this time already, so nobody will be told."),
    "not told of": _("Nothing changes for those who come, so nobody will be told. The announcement shows it."),
}
_ALONE = _n(
    "{n} person for whom an organizer answered will be told in private.",
    "{n} people for whom an organizer answered will be told in private.",
)
_UNREACHED = _n(
    "{n} person for whom an organizer answered can't be reached by me. Please tell them yourself.",
    "{n} people for whom an organizer answered can't be reached by me. Please tell them yourself.",
)


def told_lines(value: Told, w: Words) -> list[str]:
    """Who will be told and how, a line for each way; or why nobody is."""
    if value.nobody is not None:
        return [w(_NOBODY[value.nobody])]
    aloud = {member for _start, some in value.aloud for member in some}
    quietly = set(value.edited) - aloud
    if value.loud:
        aloud, quietly = aloud | quietly, set()
    ways = (
        (
            _n(
                "{n} person who answered Going, Late or Maybe will be told in <#{channel}>, with a mention.",
                "{n} people who answered Going, Late or Maybe will be told in <#{channel}>, with a mention.",
            ),
            len(aloud),
        ),
        (
            _n(
                "{n} person who answered Going, Late or Maybe will be told in <#{channel}>, silently: no phone rings.",
                "{n} people who answered Going, Late or Maybe will be told in <#{channel}>, silently: no phone rings.",
            ),
            len(quietly),
        ),
        (
            _n(
                "{n} person who declined will be told in private, silently.",
                "{n} people who declined will be told in private, silently.",
            ),
            len({member for _start, some in value.alone for member in some}),
        ),
        (_ALONE, len({member for _start, some in value.unnamed for member in some})),
        (_UNREACHED, len(value.unreached)),
    )
    return [w(text, n=number, channel=value.channel_id) for text, number in ways if number]


def told_together(value: ToldTogether, w: Words) -> list[str]:
    """Who will be told that several sessions are cancelled, and where; or why nobody is."""
    if value.nobody is not None:
        return [w(_NOBODY[value.nobody])]
    text = (
        _n(
            "{n} person who answered Going, Late or Maybe will be told in the thread of the session, with a mention.",
            "{n} people who answered Going, Late or Maybe will be told in the threads of their sessions, with a "
            "mention.",
        )
        if value.in_threads
        else _n(
            "{n} person who answered Going, Late or Maybe will be told in the thread or channel of the session, with a "
            "mention.",
            "{n} people who answered Going, Late or Maybe will be told in the threads or channels of their sessions, "
            "with a mention.",
        )
    )
    ways = ((text, value.in_public), (_ALONE, value.in_private), (_UNREACHED, value.unreached))
    lines = [w(text, n=len(people)) for text, people in ways if people]
    if value.unheard:
        lines.append(w(_("Others can't be told: for their session there is no channel.")))
    return lines


def were_told(value: ToldTogether, w: Words) -> list[str]:
    """How many are told, once it is done; or why nobody is."""
    if value.nobody is not None:
        return [w(_NOBODY[value.nobody])]
    lines = [w(_n("{n} person will be told.", "{n} people will be told."), n=len(value.people))] if value.people else []
    return lines + ([w(_UNREACHED, n=len(value.unreached))] if value.unreached else [])
