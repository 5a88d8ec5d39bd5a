"""Message bodies, as each way of sending needs them. Pure."""

from bot.adapter import Payload
from bot.command import ReplyHandle
from bot.message import Message, t
from bot.platforms.discord import render

EPHEMERAL, COMPONENTS_V2 = 1 << 6, 1 << 15
NEXT = "next"
"""Marks the second and later pieces of a message; taken off before the request."""
POINTER = "pointer"
"""Holds the body that is shown in public where a private message cannot be; taken off before the request."""

_CLOSED = (
    "I have an answer for you alone, but Discord does not let me write to you. Allow direct messages and ask again."
)


def private(payload: Payload, handle: ReplyHandle) -> bool:
    """Is it for the asker alone?"""
    return handle.private or ("flags" in payload and bool(payload["flags"] & EPHEMERAL))


def shown(payload: Payload, *, hidden: bool = False) -> Payload:
    """The body of a new message. Only what its components are of its flags stays, and whether it is `hidden`."""
    if not hidden and NEXT not in payload and "flags" not in payload:
        return payload
    body = {name: value for name, value in payload.items() if name not in (NEXT, POINTER, "flags")}
    flags = payload.get("flags", 0) & COMPONENTS_V2 | (EPHEMERAL if hidden else 0)
    return {**body, "flags": flags} if flags else body


def replacing(payload: Payload) -> Payload:
    """The body that takes the place of another: what that had and this has not is gone."""
    body = shown(payload)
    if "flags" in body:
        return {"content": None, "embeds": None, "attachments": [], **body}
    return {"content": "", "embeds": [], "components": [], "attachments": [], **body}


def replying(payload: Payload, handle: ReplyHandle) -> Payload:
    """The body as a reply to what was typed."""
    if handle.message is None:
        return payload
    return {**payload, "message_reference": {"message_id": handle.message, "fail_if_not_exists": False}}


def pointer(payload: Payload, handle: ReplyHandle) -> Payload:
    """Says in public that there is an answer which cannot be shown there, without a word of it."""
    return payload.get(POINTER) or _public(Message(t(_CLOSED)), handle)


def pointed(message: Message, handle: ReplyHandle) -> list[Payload]:
    """The bodies of a message, with its own pointer where it may be needed: when it is private and answers a typed line."""
    bodies = pieces(render.payloads(message, handle))
    if message.pointer is not None and handle.token is None and private(bodies[0], handle):
        bodies[0] = {**bodies[0], POINTER: _public(Message(message.pointer), handle)}
    return bodies


def _public(message: Message, handle: ReplyHandle) -> Payload:
    return shown(render.payloads(message, handle)[0])


def pieces(payloads: list[Payload]) -> list[Payload]:
    """The bodies of one message, the later ones marked."""
    if len(payloads) == 1:
        return payloads
    first, *more = payloads
    return [first, *({**body, NEXT: True} for body in more)]
