"""What goes wrong with a question, in words."""

from __future__ import annotations

from bot.domain.errors import StudyError
from bot.domain.questions.circle import MayNotWrite, TagNeeded
from bot.domain.questions.files import FileEmpty, FileTooLarge, FileUnreadable, MayNotAttach
from bot.domain.questions.finding import NoSuchIndustry, NothingToLookFor
from bot.domain.questions.refreshing import NotForAll, NotKept
from bot.domain.questions.values import (
    ClosedAlready,
    ForumGone,
    NoForum,
    NotAnonymous,
    NotPostedYet,
    OpenAlready,
)
from bot.i18n import Words, _
from bot.rendering import industries
from bot.rendering.calendar import shortened
from bot.rendering.errors import Say
from bot.rendering.questions import answers, asks
from bot.rendering.questions.converting import ERRORS as OF_MESSAGES
from bot.rendering.questions.words import (
    SHORT,
)

_MB = 1024 * 1024


def _named(text: str) -> str:
    return shortened(" ".join(text.split()), SHORT)


def _unknown(error: NoSuchIndustry, w: Words) -> str:
    if not error.nearest:
        return w(_("There is no industry “{name}”. Please choose one from the list."), name=error.name)
    nearest = w.list([w(_("“{text}”"), text=industries.name(each, w)) for each in error.nearest])
    return w(
        _("There is no industry “{name}”. Did you mean {nearest}? Please choose one from the list."),
        name=error.name,
        nearest=nearest,
    )


def _too_large(error: FileTooLarge, w: Words) -> str:
    text = _(
        "The file is too large: it is {size} MB, and at most {limit} MB are allowed here. Please give a smaller one "
        "with `/ask`, put a link to it into the details, or post the question without a file."
    )
    # Rounded so that what is too large never looks as large as what is allowed.
    tenths = -(-error.size * 10 // _MB)
    return w(text, size=f"{tenths // 10}.{tenths % 10}".removesuffix(".0"), limit=error.limit // _MB)


ERRORS: dict[type[StudyError], Say] = {
    **OF_MESSAGES,
    **answers.ERRORS,
    NoForum: lambda e, w: w(
        _(
            "There is no place for questions here yet. A moderator can choose one with `/settings set questions:`, or "
            "let me make it with `/setup`."
        )
    ),
    ForumGone: lambda e, w: w(
        _("The channel for questions was deleted. A moderator can choose another with `/settings set questions:`.")
    ),
    NotPostedYet: lambda e, w: w(
        _(
            "The thread of “{question}” is not there, so nothing was said. It may follow in a moment: please try again "
            "then. If it was deleted, whoever asked it can have it posted again: `/question show` has a button for it."
        ),
        question=_named(e.text),
    ),
    MayNotWrite: lambda e, w: w(
        _(
            "You may not write in the threads of <#{channel}>, so I don't write there for you either. Please ask a "
            "moderator: the permission is Send Messages in Threads."
        ),
        channel=e.channel_id,
    ),
    TagNeeded: lambda e, w: w(
        _(
            "In <#{channel}> each post must have a tag, but there is none, and I may make none. Please ask a moderator "
            "to make one, to allow me Manage Channels there, or to require no tags."
        ),
        channel=e.channel_id,
    ),
    FileTooLarge: _too_large,
    FileEmpty: lambda e, w: w(
        _("There is nothing in the file. Please give another with `/ask`, or post the question without a file.")
    ),
    FileUnreadable: lambda e, w: w(
        _("Discord did not hand me the file. Please try again with `/ask`, or post the question without a file.")
    ),
    MayNotAttach: lambda e, w: w(
        _(
            "I may not attach files in <#{channel}>. Please ask a moderator to allow me Attach Files there, or post "
            "the question without a file."
        ),
        channel=e.channel_id,
    ),
    NotAnonymous: lambda e, w: w(
        _(
            "Only who asked a question anonymously can say more there without a name. Please write in its thread, or "
            "leave out `anonymous`."
        )
    ),
    ClosedAlready: lambda e, w: w(
        _("“{question}” is closed already. `/question reopen` opens it again."), question=_named(e.text)
    ),
    OpenAlready: lambda e, w: w(
        _("“{question}” is open already. `/question close` closes it."), question=_named(e.text)
    ),
    **asks.ERRORS,
    NothingToLookFor: lambda e, w: w(
        _("In “{text}” there is nothing to look for: please type a word or two."), text=_named(e.text)
    ),
    NoSuchIndustry: _unknown,
    NotForAll: lambda e, w: w(
        _(
            "Not everybody who sees the question can see this message, so only who wrote it brings its new words "
            "there. Please ask them to use “{menu}” on it."
        ),
        menu=_("Refresh"),
    ),
    NotKept: lambda e, w: w(
        _(
            "I keep no text of this message, so there is nothing to refresh. Please use “{menu}” on an accepted "
            "answer, on a message that somebody thanked for, or on one that was made a question."
        ),
        menu=_("Refresh"),
    ),
}
"""What goes wrong with a question."""
