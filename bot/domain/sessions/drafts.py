"""What waits for its author's confirmation, found again by the id in a button or a form."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from bot.domain.errors import Unknown
from bot.domain.groups import is_visible

if TYPE_CHECKING:
    from bot.domain.actors import Actor
    from bot.domain.sessions.values import Draft, DraftKind
    from bot.domain.uow import UnitOfWork


async def own_draft(uow: UnitOfWork, actor: Actor, draft_id: int, kind: DraftKind) -> Draft:
    """The actor's draft with this id.

    Raises:
        Unknown: it was used already, has gone, is another's, or its group does not exist for the actor any more.
    """
    draft = await uow.sessions.drafts.find(draft_id)
    if draft is not None and draft.member_id == actor.member_id and draft.kind == kind:
        with suppress(Unknown):
            group_id = await _group_of(uow, draft)
            if group_id is None or is_visible(await uow.groups.get(group_id), actor, await uow.communities.get()):
                return draft
    raise Unknown("draft", str(draft_id))


async def _group_of(uow: UnitOfWork, draft: Draft) -> int | None:
    """The id of the group to which belongs what the draft would make or change; None: to the community."""
    match draft.kind:
        case "move" | "cancel" | "ask-move" | "assign":
            return (await uow.sessions.get(draft.subject_id)).group_id
        case "skip" | "reseries" | "end" | "ask-edit" | "ask-skip":
            return (await uow.series.get(draft.subject_id)).group_id
        case "archive" | "group" | "unroster":
            return draft.subject_id
        case "session" | "undo" | "topic" | "topic-date":
            return draft.data["group_id"]
        case "series":
            return draft.data["new"]["group_id"]
        case "ask-start" | "ask-group" | "ask-away" | "ask-restrict" | "ask-snooze" | "moderate" | "industry" | "said":
            return None
        case "ask-new" | "ask-series":
            return draft.data["value"]["group_id"]
