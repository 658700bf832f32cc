"""Messages: what may be stored, where it is kept, and which nonce has been seen."""

from __future__ import annotations

import re
import time
from bisect import bisect_left, bisect_right
from collections import deque

from tests.double.http import ApiError, invalid_form, unknown
from tests.double.log import Log, MessageRecord, custom_ids
from tests.double.settings import DoubleSettings, Snowflakes, iso
from tests.double.world import BOT_USER, DIRECT, Json, World

EPHEMERAL = 1 << 6
HAS_THREAD = 1 << 5
COMPONENTS_V2 = 1 << 15

_MENTION = re.compile(r"<@!?(\d+)>")
_ROLE_MENTION = re.compile(r"<@&(\d+)>")
_EDITABLE = ("content", "embeds", "components", "flags")


def check_message(fields: Json, *, files: bool = False) -> None:
    """Raise what Discord answers to a message that breaks its rules."""
    content = fields.get("content") or ""
    if len(content) > 2000:
        raise invalid_form("content", "BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length.")
    nonce = fields.get("nonce")
    if nonce is not None and len(str(nonce)) > 25:
        raise invalid_form("nonce", "NONCE_TYPE_TOO_LONG", "Nonce must be 25 characters or fewer.")
    embeds = fields.get("embeds") or ()
    if len(embeds) > 10:
        raise invalid_form("embeds", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    for place, embed in enumerate(embeds):
        if len(embed.get("description") or "") > 4096:
            raise invalid_form(
                f"embeds.{place}.description", "BASE_TYPE_MAX_LENGTH", "Must be 4096 or fewer in length."
            )
    components = fields.get("components") or ()
    rich = bool(int(fields.get("flags") or 0) & COMPONENTS_V2)
    if not rich and len(components) > 5:
        raise invalid_form("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    ids = custom_ids(components)
    if any(not 1 <= len(each) <= 100 for each in ids):
        raise invalid_form("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    if len(set(ids)) < len(ids):
        raise invalid_form("components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    if not (content or embeds or components or files or fields.get("sticker_ids") or fields.get("poll")):
        raise ApiError(400, 50006, "Cannot send an empty message")


class _Channel:
    """The messages of one channel by id; ids only rise, so that the list of them is sorted."""

    __slots__ = ("by_id", "ids")

    def __init__(self) -> None:
        self.by_id: dict[int, Json] = {}
        self.ids: list[int] = []


class Messages:
    """All stored messages and the nonces of the last minutes."""

    def __init__(self, world: World, log: Log, ids: Snowflakes) -> None:
        self._world = world
        self._log = log
        self._ids = ids
        self._channels: dict[int, _Channel] = {}
        self._nonces: dict[tuple[int, str], tuple[float, int, int]] = {}
        self._nonce_order: deque[tuple[float, tuple[int, str]]] = deque()
        self.files: dict[int, bytes] = {}

    def seen(self, channel_id: int, fields: Json, settings: DoubleSettings) -> Json | None:
        """The first message, if an enforced nonce says that this one is a repetition."""
        nonce = fields.get("nonce")
        if nonce is None or not fields.get("enforce_nonce"):
            return None
        horizon = time.monotonic() - settings.nonce_seconds
        while self._nonce_order and self._nonce_order[0][0] <= horizon:
            at, key = self._nonce_order.popleft()
            if key in self._nonces and self._nonces[key][0] == at:
                del self._nonces[key]
        known = self._nonces.get((channel_id if settings.nonce_scope == "channel" else 0, str(nonce)))
        if known is None:
            return None
        _, first_channel, message_id = known
        found = self._channels[first_channel].by_id.get(message_id)
        if found is not None:
            self._log.deduplicated += 1
            if (record := self._log.messages.get(message_id)) is not None:
                record.repeats += 1
        return found

    def make(self, channel: Json, fields: Json, files: list[tuple[str, str, bytes]], *, author: Json) -> Json:
        """A message's JSON with its own id, not stored yet."""
        message_id = self._ids.next()
        pings = self._pings(fields)
        content = fields.get("content") or ""
        allowed = fields.get("allowed_mentions")
        may_everyone = allowed is None or "everyone" in (allowed.get("parse") or ())
        message: Json = {
            "id": str(message_id),
            "channel_id": channel["id"],
            "type": 0,
            "author": author,
            "content": content,
            "timestamp": iso(),
            "edited_timestamp": None,
            "tts": bool(fields.get("tts")),
            "mention_everyone": may_everyone and ("@everyone" in content or "@here" in content),
            "mentions": [self._world.users[each] for each in pings if each in self._world.users],
            "mention_roles": _ROLE_MENTION.findall(content),
            "attachments": self._attachments(channel["id"], fields, files),
            "embeds": [{"type": "rich", **embed} for embed in fields.get("embeds") or ()],
            "components": fields.get("components") or [],
            "pinned": False,
            "flags": int(fields.get("flags") or 0),
        }
        if (nonce := fields.get("nonce")) is not None:
            message["nonce"] = nonce
        if reference := fields.get("message_reference"):
            message["message_reference"] = {"channel_id": channel["id"], **reference}
            message["type"] = 19
            message["referenced_message"] = self.find(int(channel["id"]), int(reference["message_id"]))
        return message

    def store(
        self, channel: Json, message: Json, fields: Json, settings: DoubleSettings, *, kind: str
    ) -> MessageRecord:
        """Keep a message, remember its nonce and write it into the log."""
        channel_id, message_id = int(channel["id"]), int(message["id"])
        kept = self._channels.setdefault(channel_id, _Channel())
        kept.by_id[message_id] = message
        kept.ids.append(message_id)
        channel["last_message_id"] = message["id"]
        now = time.monotonic()
        nonce = message.get("nonce")
        if nonce is not None and kind == "message":
            key = (channel_id if settings.nonce_scope == "channel" else 0, str(nonce))
            self._nonces[key] = (now, channel_id, message_id)
            self._nonce_order.append((now, key))
        record = MessageRecord(
            id=message_id,
            channel_id=channel_id,
            kind=kind,
            content=message["content"],
            nonce=None if nonce is None else str(nonce),
            custom_ids=custom_ids(message["components"]),
            pings=self._pings(fields),
            flags=message["flags"],
            allowed_mentions=fields.get("allowed_mentions"),
            wall=time.time(),
            monotonic=now,
        )
        self._log.messages[message_id] = record
        return record

    def find(self, channel_id: int, message_id: int) -> Json | None:
        kept = self._channels.get(channel_id)
        return None if kept is None else kept.by_id.get(message_id)

    def get(self, channel_id: int, message_id: int) -> Json:
        if (found := self.find(channel_id, message_id)) is None:
            raise unknown(10008, "Message")
        return found

    def edit(self, message: Json, fields: Json, files: list[tuple[str, str, bytes]]) -> Json:
        """Change what the fields name; the rest stays. Edits mention nobody anew."""
        merged = {key: message[key] for key in _EDITABLE} | {k: v for k, v in fields.items() if k in _EDITABLE}
        check_message(merged, files=bool(files or message["attachments"]))
        message["content"] = merged["content"] or ""
        message["embeds"] = [{"type": "rich", **embed} for embed in merged["embeds"] or ()]
        message["components"] = merged["components"] or []
        if fields.get("flags") is not None:
            message["flags"] = (message["flags"] & (EPHEMERAL | HAS_THREAD)) | int(fields["flags"])
        if "attachments" in fields or files:
            kept = {str(each.get("id")) for each in fields.get("attachments") or ()}
            old = [each for each in message["attachments"] if each["id"] in kept]
            message["attachments"] = old + self._attachments(message["channel_id"], fields, files)
        message["edited_timestamp"] = iso()
        if (record := self._log.messages.get(int(message["id"]))) is not None:
            record.edits += 1
            record.content = message["content"]
            record.custom_ids = custom_ids(message["components"])
        return message

    def delete(self, channel_id: int, message_id: int) -> None:
        self.get(channel_id, message_id)
        kept = self._channels[channel_id]
        del kept.by_id[message_id]
        del kept.ids[bisect_left(kept.ids, message_id)]
        if (record := self._log.messages.get(message_id)) is not None:
            record.deleted = True

    def history(
        self,
        channel_id: int,
        *,
        limit: int = 50,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
    ) -> list[Json]:
        """Messages newest first; with `after` the oldest ones after it, as Discord does."""
        if not 1 <= limit <= 100:
            raise invalid_form("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
        if (kept := self._channels.get(channel_id)) is None:
            return []
        ids = kept.ids
        if around is not None:
            first = max(bisect_left(ids, around) - limit // 2, 0)
            chosen = ids[first : first + limit]
        elif after is not None:
            first = bisect_right(ids, after)
            chosen = ids[first : first + limit]
        else:
            end = len(ids) if before is None else bisect_left(ids, before)
            chosen = ids[max(end - limit, 0) : end]
        return [kept.by_id[each] for each in reversed(chosen)]

    def pinned(self, channel_id: int) -> list[Json]:
        kept = self._channels.get(channel_id)
        return [] if kept is None else [each for each in kept.by_id.values() if each["pinned"]]

    def _pings(self, fields: Json) -> list[int]:
        named = dict.fromkeys(int(each) for each in _MENTION.findall(fields.get("content") or ""))
        if (allowed := fields.get("allowed_mentions")) is not None and "users" not in (allowed.get("parse") or ()):
            listed = {int(each) for each in allowed.get("users") or ()}
            return [each for each in named if each in listed]
        return list(named)

    def _attachments(self, channel_id: str, fields: Json, files: list[tuple[str, str, bytes]]) -> list[Json]:
        made: list[Json] = []
        described = {str(each.get("id")): each for each in fields.get("attachments") or ()}
        for place, (filename, kind, content) in enumerate(files):
            file_id = self._ids.next()
            self.files[file_id] = content
            url = f"/attachments/{channel_id}/{file_id}/{filename}"
            about = described.get(str(place), {})
            made.append(
                {
                    "id": str(file_id),
                    "filename": about.get("filename") or filename,
                    "description": about.get("description"),
                    "size": len(content),
                    "content_type": kind,
                    "url": url,
                    "proxy_url": url,
                }
            )
        return made


def new_thread(
    world: World, parent: Json, thread_id: int, name: str, fields: Json, *, kind: int, messages: int = 0
) -> Json:
    """A thread of a channel, known to the guild from now on."""
    guild = world.guild_of(parent)
    if guild is None or parent["type"] == DIRECT:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    if not 1 <= len(name) <= 100:
        raise invalid_form("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    thread: Json = {
        "id": str(thread_id),
        "guild_id": str(guild.id),
        "parent_id": parent["id"],
        "owner_id": BOT_USER["id"],
        "type": kind,
        "name": name,
        "last_message_id": None,
        "message_count": messages,
        "total_message_sent": messages,
        "member_count": 1,
        "rate_limit_per_user": fields.get("rate_limit_per_user") or 0,
        "flags": 0,
        "applied_tags": fields.get("applied_tags") or [],
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": fields.get("auto_archive_duration") or 1440,
            "archive_timestamp": iso(),
            "locked": False,
            "invitable": fields.get("invitable", True),
            "create_timestamp": iso(),
        },
        "member": {"id": str(thread_id), "user_id": BOT_USER["id"], "join_timestamp": iso(), "flags": 0},
    }
    guild.threads[thread_id] = thread
    world.channels[thread_id] = thread
    return thread
