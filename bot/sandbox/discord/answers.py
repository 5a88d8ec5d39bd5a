"""Interaction callbacks, follow-ups and `@original` (Discord developer documentation, "Receiving and Responding")."""

import hmac

from bot.sandbox.discord import messages
from bot.sandbox.discord.errors import ApiError, Json, bad
from bot.sandbox.discord.objects import COMMAND, COMPONENT, EPHEMERAL, LOADING
from bot.sandbox.discord.state import Asked, State

MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE = 4, 5, 6, 7
DEADLINE, LIFETIME = 3.0, 900.0


def callback(state: State, id_: str, token: str, body: Json, files: Json) -> tuple[Json, Json | None]:
    """The answer to the request, and the message it made or changed."""
    asked = state.asked.get(id_)
    late = asked is not None and asked.kind is None and state.world.now() - asked.at > DEADLINE
    if asked is None or late or not hmac.compare_digest(asked.token, token):
        raise ApiError(404, 10062, "Unknown interaction")
    if asked.kind is not None:
        raise ApiError(400, 40060, "Interaction has already been acknowledged.")
    kind, data = int(body.get("type") or 0), body.get("data") or {}
    allowed = (MESSAGE, DEFERRED) if asked.type == COMMAND else (MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE)
    if kind not in allowed:
        raise bad("type", "BASE_TYPE_CHOICES", f"Value must be one of {allowed}.")
    message = _respond(state, asked, kind, data, files)
    asked.kind = kind
    asked.original = message["id"] if message else asked.message
    told = {
        "id": id_, "type": asked.type, "response_message_id": asked.original,
        "response_message_loading": kind == DEFERRED,
        "response_message_ephemeral": bool(message and message["flags"] & EPHEMERAL),
    }  # fmt: skip
    answer: Json = {"interaction": told}
    if kind in (MESSAGE, UPDATE):
        answer["resource"] = {"type": kind, "message": message}
    return answer, message


def _respond(state: State, asked: Asked, kind: int, data: Json, files: Json) -> Json | None:
    if kind == DEFERRED_UPDATE:
        return None
    if kind == UPDATE:
        messages.validate(data, "data.", ephemeral=True, may_be_empty=True)
        return state.edit(state.message(asked.message or ""), data, files)
    messages.validate(data, "data.", ephemeral=True, files=len(files), may_be_empty=kind == DEFERRED)
    message = _build(state, asked, data, files, type=20 if asked.type == COMMAND else 19)
    if kind == DEFERRED:
        message["flags"] |= LOADING
    return message


def _build(state: State, asked: Asked, data: Json, files: Json, **more: object) -> Json:
    more |= {"application_id": state.application_id, "webhook_id": state.application_id}
    message = state.build(asked.channel, state.bot, data, files, interaction_metadata=_metadata(state, asked), **more)
    if message["flags"] & EPHEMERAL:
        state.readers[message["id"]] = asked.human.name
    return message


def owners(state: State, channel: str) -> Json:
    """For whom the application was installed."""
    return {"0": state.server(channel) or "0"}


def _metadata(state: State, asked: Asked) -> Json:
    made: Json = {"id": asked.id, "type": asked.type, "user": state.user(asked.human)}
    made["authorizing_integration_owners"] = owners(state, asked.channel)
    if asked.type == COMPONENT:
        made["interacted_message_id"] = asked.message
    return made


def by_token(state: State, application: str, token: str) -> Asked:
    """The interaction of a token that is still good. Raises 10015 and 50027."""
    if application != state.application_id:
        raise ApiError(404, 10015, "Unknown Webhook")
    asked = next((one for one in state.asked.values() if hmac.compare_digest(one.token, token)), None)
    if asked is None or state.world.now() - asked.at > LIFETIME:
        raise ApiError(401, 50027, "Invalid Webhook Token")
    return asked


def original(state: State, asked: Asked, id_: str) -> Json:
    """The message that this token may read and change."""
    message = state.message(asked.original or "" if id_ == "@original" else id_)
    if message["id"] != asked.original and message.get("webhook_id") != state.application_id:
        raise ApiError(404, 10008, "Unknown Message")
    return message


def follow_up(state: State, asked: Asked, data: Json, files: Json) -> tuple[Json, bool]:
    """The message, and whether it is a new one: the first follow-up fills a deferred answer."""
    if asked.kind is None:
        raise ApiError(404, 10015, "Unknown Webhook")
    messages.validate(data, ephemeral=True, files=len(files))
    waiting = state.messages.get(asked.original or "") if asked.kind == DEFERRED and not asked.filled else None
    if waiting:
        return fill(state, asked, waiting, data, files), False
    message = _build(state, asked, data, files, type=0)
    message.pop("interaction_metadata")
    return message, True


def fill(state: State, asked: Asked, message: Json, data: Json, files: Json) -> Json:
    """Change a message of this interaction; it is not loading any more."""
    messages.validate({"content": message["content"], **data}, ephemeral=True, files=len(files), may_be_empty=False)
    message["flags"] &= ~LOADING
    asked.filled = True
    return state.edit(message, data, files)
