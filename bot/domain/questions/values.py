"""What a question to people of other industries is, how its forum is tagged, and what can go wrong with both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import StudyError
from bot.domain.questions.answers import Addition, Answer

if TYPE_CHECKING:
    from bot.domain.industries import Industry
    from bot.domain.questions.asks import Begun

QUESTION = "question"
"""The mirror that stands for a question's post; its subject is the question."""
REMARK = "question_remark"
"""The post in which somebody says something more in a question's thread; its subject is the remark."""
TAGS = "question_tags"
"""The mirror that stands for the bot's tags of a forum; its subject is the channel."""
LONGEST_QUESTION = 300
LONGEST_DETAILS = 2000
LONGEST_TOPIC = 60
LONGEST_REMARK = 1500
LONGEST_REASON = 200
"""Characters of each."""
NO_ACTIVITY = "no activity"
"""The reason of a question that was closed because nobody wrote in it any more; readers see it in their language."""
REVEALED = "question.reveal"
"""As is recorded that a moderator has looked up who asked."""
LONGEST_KEPT = 8000
"""Characters of a refused question that are kept for its author: all that two options of a command may hold."""
SMALL_CIRCLE = 10
"""With fewer people who may have asked, whoever asks anonymously is warned that they may be guessed."""
PAGE = 8
"""Questions on one screen: so many of the longest fit."""
MOST_TAGS = 16
"""The bot's tags in a forum; Discord allows 20, and people want some of them."""
ROOM_FOR_TAGS = 20
"""Discord's limit of tags in a forum."""
UNSOLVED, SOLVED, OTHER = "unsolved", "solved", "other"
"""The tags that are no industry's."""


class QuestionState(StrEnum):
    """`draft`: its author has not posted it yet, and nobody else knows of it; `closed`: without an answer.

    `hidden`: moderators took it away; only its asker finds it among their own.
    """

    DRAFT = "draft"
    OPEN = "open"
    SOLVED = "solved"
    CLOSED = "closed"
    HIDDEN = "hidden"


UNSEEN = frozenset({QuestionState.DRAFT, QuestionState.HIDDEN})
"""In these states a question does not exist for others."""


CLOSED = frozenset({QuestionState.SOLVED, QuestionState.CLOSED})
"""In these states no answers are looked for any more."""


class Question(Struct, frozen=True):
    """A question in a community's forum.

    `asker_id` is who asked (0: no longer known); with `anonymous` nothing else may lead to them. `industry` is the key
    of the one wanted ("": any), `topic` what it is about ("": not said). `channel_id` is the forum (or the text
    channel) in which it stands; `reason` says why it was closed. `answered_at` is when somebody else first wrote in its
    thread or replied through the bot (None: nobody yet), `closed_at` since when it is closed (None: it is open). The
    `source` is the message that was made this question (0: none, or it would tell who asks), with what it says as far
    as is known ("": it is not). `merged_into` is the
    question that is the same, where moderators closed this one for it (0: none).
    """

    id: int
    asker_id: int
    anonymous: bool
    text: str
    details: str
    industry: str
    topic: str
    channel_id: int
    state: QuestionState
    reason: str
    asked_at: datetime
    last_active_at: datetime
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    source_channel: int = 0
    source_message: int = 0
    merged_into: int = 0
    source_text: str = ""

    def asked_openly_by(self, member_id: int) -> bool:
        """Whether everybody may know that this person asked it."""
        return not self.anonymous and self.asker_id == member_id

    @property
    def is_open(self) -> bool:
        """Whether answers are looked for."""
        return self.state is QuestionState.OPEN


class Source(Struct, frozen=True):
    """A message that is made a question, and what it says."""

    channel_id: int
    message_id: int
    text: str

    def of(self, question: Question) -> Question:
        """The question, with this message as its source."""
        text = self.text[:LONGEST_KEPT]
        return replace(question, source_channel=self.channel_id, source_message=self.message_id, source_text=text)


class NewQuestion(Struct, frozen=True):
    """A question as somebody wrote it; `industry` as they typed it, or as an entry of a list.

    `said`: the words stand under their name in a message already.
    """

    text: str
    details: str = ""
    industry: str = ""
    topic: str = ""
    anonymous: bool = False
    said: bool = False


class SameQuestion(Struct, frozen=True):
    """The question that another was closed for: its thread (0: not there), and its words where all may read them."""

    post_id: int
    text: str


class AnswerView(Struct, frozen=True):
    """An accepted answer as everybody sees it: of which `industry` who gave it is, and what was added to it."""

    answer: Answer
    guild_id: int
    industry: Industry | None = None
    additions: tuple[Addition, ...] = ()


class Asking(Struct, frozen=True):
    """How far people were asked, as everybody may know it: how many, of which industries, and who answers (0: none)."""

    people: int = 0
    industries: tuple[Industry, ...] = ()
    on_it: int = 0


class QuestionView(Struct, frozen=True):
    """A question as everybody sees it.

    `wanted` is the industry it is put to (None: any); `asker_industry` that of who asks, None also where they are
    anonymous: in a small circle an industry is a name. `post_id` is its thread (0: not there yet, or deleted). `same`
    is the question that it was closed for; `asked` says how far people were asked privately.
    `guild_id` is the community's.
    """

    question: Question
    wanted: Industry | None = None
    asker_industry: Industry | None = None
    post_id: int = 0
    same: SameQuestion | None = None
    answers: tuple[AnswerView, ...] = ()
    asked: Asking = Asking()
    guild_id: int = 0


class OwnQuestion(Struct, frozen=True):
    """A question to one member: whether it is theirs, and whether they may close it.

    `reopened`: what they have just said has opened it again.
    """

    view: QuestionView
    mine: bool
    may_close: bool
    reopened: bool = False


class Asked(Struct, frozen=True):
    """A question was posted: its thread follows at once. `begun` says who is asked, None if nobody looked.

    `file`: one comes with it.
    """

    view: QuestionView
    begun: Begun | None = None
    file: bool = False


class MayBeGuessed(Struct, frozen=True):
    """What its author is to know before an anonymous question is posted; it is kept as a draft until they decide.

    Only so many `people` may have asked it (0: there are enough), and with `file` a file comes with it.
    """

    draft_id: int
    people: int
    file: bool = False


class QuestionPage(Struct, frozen=True):
    """One screen of questions, newest first; `page` counts from 0. `industry` is the one they are of, None: all.

    `looked_up`: when, and with which reason, a moderator last looked up who asked one, by its id; for who asked alone.
    """

    questions: tuple[QuestionView, ...]
    only_open: bool
    industry: Industry | None
    page: int
    pages: int
    looked_up: Mapping[int, tuple[datetime, str]] = {}


class Remark(Struct, frozen=True):
    """Something more that somebody says in a question's thread through the bot.

    `unnamed`: whoever asked says it, and is anonymous; who that is stands in the question alone, so `member_id` is 0.
    Else that is 0 if who said it is forgotten.
    """

    id: int
    question_id: int
    member_id: int
    text: str
    said_at: datetime
    unnamed: bool = False


class Tag(Struct, frozen=True):
    """One of the forum's tags for `key`. With `ours` the bot made it; else people did, and it is never touched."""

    key: str
    id: int
    ours: bool


class NoForum(StudyError):
    """There is no place for questions here yet, or none that the actor can see."""


class ForumGone(StudyError):
    """The channel for questions was deleted."""


class NotPostedYet(StudyError):
    """The question's post is not there: it follows in a moment, or people deleted it."""

    text: str


class NotAnonymous(StudyError):
    """Only who asked a question anonymously can say more without their name."""


class ClosedAlready(StudyError):
    """The question is closed."""

    text: str


class OpenAlready(StudyError):
    """The question is open."""

    text: str


class AlreadyAsked(StudyError):
    """The message is a question already; `post_id` is its thread (0: not there)."""

    post_id: int


# Rules


class WantedTag(Struct, frozen=True):
    """A tag of the forum as it is to be: `id` 0 is a new one; `key` "" is people's, and none of the bot's business."""

    key: str
    id: int
    name: str
    ours: bool


def wanted_keys(industries: Sequence[str]) -> tuple[str, ...]:
    """The keys of the bot's tags, the industries most used first among those of industries."""
    return (UNSOLVED, SOLVED, OTHER, *industries)[:MOST_TAGS]


def tag_plan(
    wanted: Sequence[tuple[str, str]], known: Sequence[Tag], there: Sequence[tuple[int, str]]
) -> list[WantedTag]:
    """All tags of a forum as they are to be.

    `wanted` are (key, name), most important first; `known` is what the tags stood for last; `there` are (id, name) of
    the forum's tags now. People's tags stay as they are, in their place; one that is called like one of the bot's
    serves as it. The bot's own are renamed, and go when they are no longer wanted. What finds no room is left out.
    """
    mine = {tag.id: tag.key for tag in known if tag.ours}
    names = dict(wanted)
    called = {name.casefold(): (tag_id, name) for tag_id, name in there if tag_id not in mine}
    served = {called[name.casefold()][0]: key for key, name in wanted if name.casefold() in called}
    plan: list[WantedTag] = []
    for tag_id, name in there:
        key = mine.get(tag_id)
        if key is None:
            plan.append(WantedTag(served.get(tag_id, ""), tag_id, name, ours=False))
        elif key in names and key not in served.values():
            plan.append(WantedTag(key, tag_id, names[key], ours=True))
    have = {tag.key for tag in plan}
    for key, name in wanted:
        if key not in have and len(plan) < ROOM_FOR_TAGS:
            plan.append(WantedTag(key, 0, name, ours=True))
    return plan


def tags_of(question: Question, tags: Sequence[Tag]) -> tuple[int, ...]:
    """The ids of the forum's tags that a question's post carries: how it stands, and the industry it is put to."""
    ids: Mapping[str, int] = {tag.key: tag.id for tag in tags}
    state = SOLVED if question.state is QuestionState.SOLVED else UNSOLVED
    industry = question.industry if question.industry in ids else OTHER
    return tuple(ids[key] for key in (state, industry) if key in ids)
