"""The forum: which tags it has, and what a question's post shows. Both are mirrors, kept like the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.industries import DIVISIONS, Industry
from bot.domain.questions.files import QuestionFile
from bot.domain.questions.reading import seen
from bot.domain.questions.standing import put_into
from bot.domain.questions.values import (
    MOST_TAGS,
    QUESTION,
    TAGS,
    UNSEEN,
    QuestionState,
    QuestionView,
    Tag,
    tags_of,
    wanted_keys,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.communities import Community
    from bot.domain.mirrors import Mirror
    from bot.domain.uow import UnitOfWork


class Forum(Struct, frozen=True):
    """The tags a forum is to have: `keys` by importance, with the `industries` among them; `known`: its last ones."""

    keys: tuple[str, ...]
    industries: dict[str, Industry]
    known: tuple[Tag, ...]


class QuestionPost(Struct, frozen=True):
    """A question's post, the ids of the tags it carries, and the file it is made with (None: none, or it is made)."""

    view: QuestionView
    tags: tuple[int, ...]
    file: QuestionFile | None = None


class QuestionForumService:
    """Keeps the forum's tags and posts. It has no state but the rows."""

    async def on_settings_changed(self, uow: UnitOfWork, before: Community, after: Community) -> None:
        """A forum is chosen: it gets its tags, and what has no post yet. All of it speaks the community's language."""
        forum = after.questions_channel
        if forum and before.questions_channel != forum:
            await uow.mirrors.want(TAGS, forum, parent_id=forum)
            await _bring(uow, forum)
        if before.language != after.language:
            for channel_id in await uow.questions.channels():
                await uow.mirrors.refresh(TAGS, channel_id)
            for question in await uow.questions.posted(states=[QuestionState.OPEN]):
                await uow.mirrors.refresh(QUESTION, question.id)

    async def tags(self, uow: UnitOfWork, mirror: Mirror) -> Forum:
        """Which tags the forum is to have now."""
        found: dict[str, Industry] = {}
        for key in await uow.questions.used_industries():
            industry = Industry(key) if key in DIVISIONS else await uow.industries.get(key)
            if industry is not None and len(found) < MOST_TAGS:
                found[key] = industry
        known = await uow.questions.tags(mirror.subject_id)
        return Forum(wanted_keys(list(found)), found, tuple(known))

    async def tagged(self, uow: UnitOfWork, channel_id: int, tags: Sequence[Tag]) -> None:
        """The forum has these tags now: open posts that lack one of them get it."""
        before = {tag.key: tag.id for tag in await uow.questions.tags(channel_id)}
        await uow.questions.put_tags(channel_id, tags)
        if before == {tag.key: tag.id for tag in tags}:
            return
        for question in await uow.questions.posted(channel_ids=[channel_id], states=[QuestionState.OPEN]):
            await uow.mirrors.refresh(QUESTION, question.id)

    async def post(self, uow: UnitOfWork, mirror: Mirror) -> QuestionPost | None:
        """What a question's post shows now; None: there is no such question, or it was hidden and so goes."""
        question = await uow.questions.find(mirror.subject_id)
        if question is None or question.state in UNSEEN:
            return None
        view = (await seen(uow, [question]))[0]
        # A post that stands keeps its file, however often it is edited.
        file = None if mirror.remote_id else await uow.question_files.get(question.id)
        return QuestionPost(view, tags_of(question, await uow.questions.tags(mirror.parent_id)), file)


async def _bring(uow: UnitOfWork, forum: int) -> None:
    """Open questions that wait for a post, because the forum before was deleted or closed to the bot, get it here."""
    waiting = {mirror.subject_id for mirror in await uow.mirrors.live(QUESTION) if not mirror.remote_id}
    for question in await uow.questions.posted(states=[QuestionState.OPEN]):
        if question.id in waiting and question.channel_id != forum:
            await put_into(uow, question, forum)
            await uow.mirrors.want(QUESTION, question.id, parent_id=forum, anew=True)
