"""What a person is told when something did not work: what happened, and what to do instead.

Each feature's rendering module says its own errors in a table `ERRORS`; this one says the general ones and puts the
tables together. A test proves that every StudyError has its text in both languages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from discord.app_commands import locale_str

from bot.domain.choices import MOST_LISTED, Named, OnlyPartFits, SeveralFit
from bot.domain.errors import (
    InvalidNumber,
    InvalidText,
    NotAllowed,
    NotAPerson,
    NotSetUp,
    Role,
    StudyError,
    Thing,
    Unknown,
)
from bot.domain.profiles import TooManyItems
from bot.i18n import Words, _, _n
from bot.rendering.afar import for_dm
from bot.rendering.calendar import shortened
from bot.rendering.forms import LABELS

Say = Callable[[Any, Words], str]

_ROLES: Mapping[Role, locale_str] = {
    "moderator": _("moderators (Manage Server or the moderator role)"),
    "organizer": _("the group's organizers"),
    "any_organizer": _("organizers of a group"),
    "host": _("the session's host"),
    "lecturer": _("its lecturers"),
    "asker": _("who asked it"),
    "author": _("who gave the answer"),
    "member": _("members of the group"),
    "proposer": _("who proposed it"),
    "partner": _("those who are in it"),
}
_GONE = _("This button no longer works: it was used already, or is more than a day old. Please use the command again.")
_THINGS: Mapping[Thing, locale_str] = {
    "group": _("There is no study group “{name}” here. Start typing and choose one from the list."),
    "series": _("There is no series “{name}” here. Start typing and choose one from the list."),
    "session": _("There is no session “{name}” here. `/session list` shows those to come."),
    "industry": _("There is no industry “{name}” here. Start typing and choose one from the list, or write its name."),
    "channel": _(
        "There is no channel “{name}” here that I can see. Please choose another one, or allow me View Channels there."
    ),
    "member": _("“{name}” is not a member of this server. Start typing and choose somebody from the list."),
    "step": _("This has already been dealt with; there is nothing left to do."),
    "post": _("This message has already been dealt with; there is nothing left to do."),
    "draft": _GONE,
    "choice": _GONE,
    "offer": _(
        "This is over: it was answered, or its seven days have passed, and nobody hears of that. If you would like to "
        "ask it, use `/ask`."
    ),
    "question": _(
        "There is no question “{name}” here, or there are several. Start typing and choose one from the list; "
        "`/question list` shows all."
    ),
    "topic": _("There is no theme “{name}” on the list. Start typing and choose one; `/topic list` shows all."),
    "spinoff": _("There is no such project “{name}” here. Start typing and choose one; `/spinoff list` shows all."),
    "answer": _("This answer, or what was added to it, is not there any more. There is nothing left to do."),
    "button": _("This button no longer works. `/session list` shows what is coming up."),
}


def who_may(roles: Sequence[Role], w: Words) -> str:
    """The roles by name."""
    return w.list([_ROLES[role] for role in roles])


def _invalid_text(error: InvalidText, w: Words) -> str:
    if error.length == 0:
        return w(_("{field} is empty. Please write something there."), field=error.field)
    return w(
        _("{field} is too long: it has {length} characters, and {limit} fit. Please shorten it; nothing was changed."),
        field=error.field,
        length=error.length,
        limit=error.limit,
    )


_SEVERAL: Mapping[Named, locale_str] = {
    "group": _("“{name}” fits several study groups:\n{found}\nPlease write more of the name."),
    "series": _("“{name}” fits several series:\n{found}\nPlease write more of the name."),
    "session": _("“{name}” fits several sessions:\n{found}\nPlease write more of the name, or its date."),
    "spinoff": _("“{name}” fits several projects:\n{found}\nPlease choose one from the list."),
    "topic": _("“{name}” fits several themes:\n{found}\nPlease choose one from the list."),
}


def _several(error: SeveralFit, w: Words) -> str:
    lines = [f"- {shortened(name, 100)}" for name in error.fitting[:MOST_LISTED]]
    if error.more:
        lines.append(w(_n("- and {n} more", "- and {n} more"), n=error.more))
    return w(_SEVERAL[error.thing], name=error.name[:100], found="\n".join(lines))


def _unknown(error: Unknown, w: Words) -> str:
    text = w(_THINGS[error.thing], name=error.name)
    if not error.near:
        return text
    near = [w(_("“{name}”"), name=shortened(name, 100)) for name in error.near[:MOST_LISTED]]
    question = w(_("Do you mean one of these: {names}?"), names=w.list(near))
    return f"{text}\n{question}"


ERRORS: dict[type[StudyError], Say] = {
    InvalidText: _invalid_text,
    InvalidNumber: lambda e, w: w(
        _("{field} can be {least} to {most}, but not {value}. Please choose another number; nothing was changed."),
        field=e.field,
        least=e.least,
        most=e.most,
        value=e.value,
    ),
    NotAllowed: lambda e, w: w(_("Only {who} can do this. Please ask one of them."), who=who_may(e.who, w)),
    NotAPerson: lambda e, w: w(_("{member} is a bot. Please choose a person instead."), member=f"<@{e.member_id}>"),
    NotSetUp: lambda e, w: w(_("I am not set up here yet. A moderator can do it with `/setup`.")),
    SeveralFit: _several,
    OnlyPartFits: lambda e, w: w(
        _("Do you mean “{called}”? Please choose it from the list or type its whole name."),
        called=shortened(e.called, 100),
    ),
    Unknown: lambda e, w: _unknown(e, w),
}


@cache
def table() -> Mapping[type[StudyError], Say]:
    """What to say for each error, of all features."""
    from bot.rendering import (
        archiving,
        by_hand,
        groups,
        guests,
        introductions,
        memberships,
        morning,
        own_reminders,
        pairing,
        phrases,
        profiles,
        question_box,
        questions,
        requests,
        restrictions,
        rotation,
        sessions,
        setup,
        spinoffs,
        swaps,
        takeaways,
        topics,
    )

    merged = dict(ERRORS)
    for feature in (
        archiving,
        by_hand,
        groups,
        guests,
        introductions,
        memberships,
        morning,
        own_reminders,
        pairing,
        phrases,
        profiles,
        question_box,
        questions,
        requests,
        restrictions,
        rotation,
        sessions,
        setup,
        spinoffs,
        swaps,
        takeaways,
        topics,
    ):
        merged |= feature.ERRORS
    return merged


def explain(error: StudyError, w: Words, *, in_form: bool = False, in_dm: bool = False) -> str:
    """The error in the reader's language; the most specific class that has a text wins.

    What it is about is named as its reader sees it: a command's option, or with `in_form` the label of a form's box.
    `in_dm` is whether they read it in a direct message, where other commands are at hand.

    Raises:
        KeyError: no text was written for it, which is our mistake.
    """
    known = table()
    for kind in type(error).__mro__:
        if kind in known:
            text = known[kind](_as_seen(error, w, in_form), w)
            return for_dm(text, w) if in_dm else text
    raise KeyError(type(error))


def _as_seen(error: StudyError, w: Words, in_form: bool) -> StudyError:
    if not isinstance(error, InvalidText | InvalidNumber | TooManyItems):
        return error
    label = LABELS.get(error.field) if in_form else None
    if label is not None:
        return error.but(field=w(_("“{name}”"), name=label))
    # Translators: an option's name at the beginning of a sentence; where code needs a blank after it, add that here.
    return error.but(field=w(_("`{name}`"), name=error.field))
