"""twitchio, loaded quietly, pointed at a server, and described without secrets."""

import logging
import re
import warnings

with warnings.catch_warnings():  # it derives a class from aiohttp.web.Application, which warns
    warnings.simplefilter("ignore", DeprecationWarning)
    from twitchio import Client, HTTPException, InvalidTokenException, eventsub
    from twitchio.eventsub import websockets as _websockets
    from twitchio.eventsub.websockets import Websocket
    from twitchio.http import Route

__all__ = [
    "Client",
    "HTTPException",
    "InvalidTokenException",
    "Route",
    "Websocket",
    "describe",
    "eventsub",
    "point_at",
    "quiet",
    "redact",
]

_SECRET = re.compile(r"""(?i)((?:client_secret|access_token|refresh_token|token|code)=|bearer |oauth )[^&\s"']+""")


def point_at(address: str) -> None:
    """Speak to another server than Twitch (the sandbox). For the whole process: twitchio has no other way."""
    for owner, name in ((Route, "BASE"), (Route, "ID_BASE"), (_websockets, "WSS")):
        if not isinstance(getattr(owner, name, None), str):
            raise RuntimeError(f"this twitchio has no {name}: the sandbox needs version 3.3")  # noqa: TRY004
    Route.BASE = f"{address}/helix/"
    Route.ID_BASE = f"{address}/"
    _websockets.WSS = f"{address.replace('http', 'ws', 1)}/ws"


def quiet() -> None:
    """Its loggers write whole chat lines and addresses with secrets: errors only, at every level of ours.

    What its sockets warn of holds neither.
    """
    logging.getLogger("twitchio").setLevel(logging.ERROR)
    logging.getLogger("twitchio.eventsub.websockets").setLevel(logging.WARNING)


def redact(text: str) -> str:
    """Without the values of tokens and secrets."""
    return _SECRET.sub(r"\1…", text)


def describe(error: BaseException) -> str:
    """An error in one line for the log. Addresses hold secrets: what twitchio says of its requests is left out."""
    if isinstance(error, InvalidTokenException):
        return "Twitch refuses the bot's tokens; new ones are needed in twitch.access_token and twitch.refresh_token"
    if isinstance(error, HTTPException):
        return f"Twitch answered {error.status}: {redact(str(error.extra.get('message', '')))}"
    return redact(f"{type(error).__name__}: {error}").replace("\n", " ")
