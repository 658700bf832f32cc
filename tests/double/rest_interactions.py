"""Routes of interactions: the first answer, and the messages through the interaction's token.

Discord counts none of them towards the global limit, and they need no Authorization.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tests.double.http import ApiError, Call, invalid_form, route, unknown
from tests.double.interactions import AUTOCOMPLETE, COMPONENT, FORM
from tests.double.messages import EPHEMERAL, check_message
from tests.double.rest_channels import guild_id_of, with_guild
from tests.double.world import Json

if TYPE_CHECKING:
    from tests.double.server import DiscordDouble

MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, SHOW_FORM = 4, 5, 6, 7, 8, 9
_LOADING = 1 << 7


@route("POST", "/interactions/{interaction_id}/{token}/callback", public=True)
def answer(double: DiscordDouble, call: Call) -> Any:
    made = double.interactions.by_id.get(call.number(0))
    now = time.monotonic()
    if made is None or made.token != call.ids[1]:
        raise unknown(10062, "interaction")
    if made.acknowledged is not None:
        raise ApiError(400, 40060, "Interaction has already been acknowledged.")
    if now - made.sent > double.settings.ack_seconds:
        raise unknown(10062, "interaction")
    fields = call.fields()
    kind, data = fields["type"], fields.get("data") or {}
    message = _first_answer(double, made, kind, data, call.files)
    made.acknowledged, made.callback, made.data = now, kind, data
    if message is not None and kind != DEFERRED:
        made.answered = now
    if call.query.get("with_response") not in ("1", "true", "True"):
        return None
    about: Json = {"id": str(made.id), "type": made.kind}
    resource: Json = {"type": kind}
    if message is not None:
        about["response_message_id"] = message["id"]
        about["response_message_loading"] = kind == DEFERRED
        about["response_message_ephemeral"] = bool(message["flags"] & EPHEMERAL)
        resource["message"] = message
    return {"interaction": about, "resource": resource}


def _first_answer(double: DiscordDouble, made: Any, kind: int, data: Json, files: Any) -> Json | None:
    """Do what a first answer asks for; its message, if it has one."""
    if kind == MESSAGE:
        check_message(data, files=bool(files))
        return double.interactions.new_message(made, data, files)
    if kind == DEFERRED:
        made.loading = True
        waiting = {"content": "", "flags": int(data.get("flags") or 0) & EPHEMERAL | _LOADING}
        return double.interactions.new_message(made, waiting, [])
    if kind in (DEFERRED_UPDATE, UPDATE):
        if made.kind not in (COMPONENT, FORM) or made.message_id is None:
            raise invalid_form("type", "BASE_TYPE_CHOICES", "This interaction has no message to update.")
        if kind == UPDATE and (found := double.interactions.pressed(made.channel_id, made.message_id)):
            return _edit(double, found, data, files)
        return None
    if kind == CHOICES and made.kind == AUTOCOMPLETE:
        if len(data.get("choices") or ()) > 25:
            raise invalid_form("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
        return None
    if kind == SHOW_FORM and made.kind != FORM:
        if len(data.get("title") or "") > 45:
            raise invalid_form("data.title", "BASE_TYPE_MAX_LENGTH", "Must be 45 or fewer in length.")
        return None
    raise invalid_form("type", "BASE_TYPE_CHOICES", "Value must be one of the types for this interaction.")


def _edit(double: DiscordDouble, message: Json, fields: Json, files: Any) -> Json:
    double.messages.edit(message, fields, files)
    if not message["flags"] & EPHEMERAL:
        channel = double.world.channel(int(message["channel_id"]))
        double.gateway.dispatch("MESSAGE_UPDATE", with_guild(message, channel), guild_id=guild_id_of(channel))
    return message


def _fill(double: DiscordDouble, made: Any, message: Json, call: Call) -> Json:
    """Turn "thinking ..." into the answer."""
    made.loading = False
    made.answered = time.monotonic()
    message["flags"] &= ~_LOADING
    return _edit(double, message, call.fields(), call.files)


@route("POST", "/webhooks/{application_id}/{token}", public=True)
def follow_up(double: DiscordDouble, call: Call) -> Json:
    made = double.interactions.find(call.ids[1])
    if made.acknowledged is None:
        raise unknown(10015, "Webhook")
    check_message(call.fields(), files=bool(call.files))
    if made.loading:
        # The first follow-up after a deferral is the deferred message.
        return _fill(double, made, double.interactions.original(made), call)
    message = double.interactions.new_message(made, call.fields(), call.files)
    if made.answered is None:
        made.answered = time.monotonic()
    return message


@route("GET", "/webhooks/{application_id}/{token}/messages/{message_id}", public=True)
def get_answer(double: DiscordDouble, call: Call) -> Json:
    return double.interactions.message(double.interactions.find(call.ids[1]), call.ids[2])


@route("PATCH", "/webhooks/{application_id}/{token}/messages/{message_id}", public=True)
def edit_answer(double: DiscordDouble, call: Call) -> Json:
    made = double.interactions.find(call.ids[1])
    message = double.interactions.message(made, call.ids[2])
    if made.loading and made.messages and message is made.messages[0]:
        return _fill(double, made, message, call)
    return _edit(double, message, call.fields(), call.files)


@route("DELETE", "/webhooks/{application_id}/{token}/messages/{message_id}", public=True)
def delete_answer(double: DiscordDouble, call: Call) -> None:
    made = double.interactions.find(call.ids[1])
    message = double.interactions.message(made, call.ids[2])
    made.messages = [each for each in made.messages if each is not message]
    made.loading = False
    channel_id, message_id = int(message["channel_id"]), int(message["id"])
    if double.messages.find(channel_id, message_id) is not None:
        double.forget_message(channel_id, message_id)
