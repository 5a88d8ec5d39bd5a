"""Interaction callbacks, follow-ups and `@original` (Discord developer documentation, "Receiving and Responding")."""

import hmac

from bot.sandbox.discord import components, messages
from bot.sandbox.discord.errors import ApiError, Json, bad
from bot.sandbox.discord.objects import AUTOCOMPLETE, COMMAND, COMPONENT, EPHEMERAL, LOADING, SUBMIT
from bot.sandbox.discord.state import Asked, State

MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, SUGGESTIONS, MODAL = 4, 5, 6, 7, 8, 9
_CHOICES, _CHOICE = 25, 100
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
    allowed = _allowed(asked)
    if kind not in allowed:
        raise bad("type", "BASE_TYPE_CHOICES", f"Value must be one of {allowed}.")
    message = _respond(state, asked, kind, data, files)
    asked.kind = kind
    asked.data = {**data, "components": components.numbered(data["components"])} if kind == MODAL else {}
    asked.original = message["id"] if message else asked.message if kind == DEFERRED_UPDATE else None
    told = {
        "id": id_, "type": asked.type,
        **({"response_message_id": asked.original} if asked.original else {}),
        "response_message_loading": kind == DEFERRED,
        "response_message_ephemeral": bool(message and message["flags"] & EPHEMERAL),
    }  # fmt: skip
    answer: Json = {"interaction": told}
    if kind in (MESSAGE, UPDATE):
        answer["resource"] = {"type": kind, "message": message}
    return answer, message


def _respond(state: State, asked: Asked, kind: int, data: Json, files: Json) -> Json | None:
    if kind == SUGGESTIONS:
        _suggested(asked, data.get("choices") or [])
        return None
    if kind == MODAL:
        components.modal(data)
        return None
    if kind == DEFERRED_UPDATE:
        return None
    if kind == UPDATE:
        messages.validate_edit(state.message(asked.message or ""), data, "data.", files=len(files))
        return state.edit(state.message(asked.message or ""), data, files)
    messages.validate(data, "data.", ephemeral=True, files=len(files), may_be_empty=kind == DEFERRED)
    message = _build(state, asked, data, files, type=20 if asked.type == COMMAND else 19)
    if kind == DEFERRED:
        message["flags"] |= LOADING
    return message


def _allowed(asked: Asked) -> tuple[int, ...]:
    """The callbacks that this interaction takes (Discord's documentation, "Interaction Callback Type")."""
    if asked.type == AUTOCOMPLETE:
        return (SUGGESTIONS,)
    update = (DEFERRED_UPDATE, UPDATE) if asked.message else ()
    return (MESSAGE, DEFERRED, *update, *(() if asked.type == SUBMIT else (MODAL,)))


def _suggested(asked: Asked, choices: list[Json]) -> None:
    """Raises what Discord answers to choices that it does not take."""
    if len(choices) > _CHOICES:
        raise bad("data.choices", "BASE_TYPE_MAX_LENGTH", f"Must be {_CHOICES} or fewer in length.")
    kind = {3: str, 4: int}.get(asked.data["type"])
    for n, choice in enumerate(choices):
        value = choice.get("value")
        if not 1 <= len(str(choice.get("name") or "")) <= _CHOICE or len(str(value)) > _CHOICE or value == "":
            raise bad(f"data.choices.{n}", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {_CHOICE} in length.")
        if isinstance(value, bool) or not isinstance(value, kind or int | float):
            raise bad(f"data.choices.{n}.value", "BASE_TYPE_COERCE", "Value is not of the option's type")


def _build(state: State, asked: Asked, data: Json, files: Json, **more: object) -> Json:
    more |= {"application_id": state.application_id, "webhook_id": state.application_id}
    message = state.build(asked.channel, state.bot, data, files, interaction_metadata=_metadata(state, asked), **more)
    if message["flags"] & EPHEMERAL:
        state.readers[message["id"]] = asked.human.name
    return message


def owners(state: State, channel: str) -> Json:
    """For whom the application was installed: the server, or the person whose private channel it is."""
    if channel in {one["id"] for one in state.groups.values()}:
        return {"1": state.groups["friends"]["owner_id"]}
    return {"0": state.server(channel) or "0"}


def _metadata(state: State, asked: Asked) -> Json:
    made: Json = {"id": asked.id, "type": asked.type, "user": state.user(asked.human)}
    made["authorizing_integration_owners"] = owners(state, asked.channel)
    if asked.type == COMPONENT:
        made["interacted_message_id"] = asked.message
    if asked.cause is not None:
        made["triggering_interaction_metadata"] = _metadata(state, asked.cause)
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
    messages.validate_edit(message, data, files=len(files))
    message["flags"] &= ~LOADING
    asked.filled = True
    return state.edit(message, data, files)
