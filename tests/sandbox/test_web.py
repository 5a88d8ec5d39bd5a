"""The web server inside the bot's loop."""

import asyncio
import signal
import socket
from collections.abc import Mapping

import httpx
import pytest
from fastapi import APIRouter, HTTPException

from bot.errors import SettingsError
from bot.web.mounts import Mounts, Webhooks
from bot.web.server import BODY, WebServer, bound, create_app
from config.settings import WebSettings


async def served(missing: str | None = None) -> tuple[WebServer, httpx.AsyncClient]:
    web = WebServer(create_app(lambda: missing), WebSettings(port=0))
    return web, httpx.AsyncClient(base_url=await web.start(), trust_env=False)


async def test_alive_and_ready() -> None:
    web, http = await served()
    async with http:
        assert (await http.get("/livez")).json() == {"status": "ok"}
        assert (await http.get("/readyz")).status_code == 200
    await web.stop()


async def test_not_ready_says_what_is_missing() -> None:
    web, http = await served("the platforms are being connected")
    async with http:
        answer = await http.get("/readyz")
    await web.stop()
    assert answer.status_code == 503
    assert answer.json() == {"error": "not_ready", "reason": "the platforms are being connected"}


async def test_every_answer_carries_the_security_headers() -> None:
    web, http = await served()
    async with http:
        for path in ("/livez", "/nowhere"):
            headers = (await http.get(path)).headers
            assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert "server" not in headers
    await web.stop()


async def test_unknown_paths_are_json_and_there_are_no_pages_from_elsewhere() -> None:
    web, http = await served()
    async with http:
        assert (await http.get("/nowhere")).json() == {"error": "not_found", "reason": "Not Found"}
        assert (await http.get("/docs")).status_code == 404
        assert (await http.post("/livez")).json()["error"] == "method"
    await web.stop()


async def test_a_fault_is_told_without_its_insides() -> None:
    app = create_app(lambda: None)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("secret detail")

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        answer = await http.get("/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["error"] == "error"


async def test_the_next_free_port_is_taken() -> None:
    taken = bound("127.0.0.1", 0)
    port = taken.getsockname()[1]
    web = WebServer(create_app(lambda: None), WebSettings(port=port))
    address = await web.start()
    await web.stop()
    taken.close()
    assert port < int(address.rpartition(":")[2]) < port + 50


def test_an_address_that_is_not_ours_is_a_settings_error() -> None:
    with pytest.raises(SettingsError, match=r"web\.host"):
        bound("192.0.2.1", 8080)


async def test_signals_stay_with_the_bot() -> None:
    before = signal.getsignal(signal.SIGTERM)
    web, http = await served()
    async with http:
        await http.get("/livez")
        assert signal.getsignal(signal.SIGTERM) is before
    await web.stop()


async def test_the_end_does_not_wait_for_its_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.server._TICK", 3600.0)
    web, http = await served()
    async with http, asyncio.timeout(30):
        assert (await http.get("/livez")).headers["date"].endswith("GMT")
        await web.stop()


async def test_after_the_end_nobody_listens() -> None:
    web, http = await served()
    async with http:
        await http.get("/livez")
        await web.stop()
    host, port = web.address.removeprefix("http://").split(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=1).close()
    await web.stop()


async def test_the_end_does_not_wait_for_a_client_that_stays_connected() -> None:
    web, http = await served()
    reader, writer = await asyncio.open_connection(*web.address.removeprefix("http://").split(":"))
    await asyncio.wait_for(web.stop(), 10)
    assert await reader.read() == b""
    writer.close()
    await http.aclose()


def test_a_long_text_fits_into_a_body() -> None:
    assert 100_000 * len(r"\ud83d\ude00") < BODY


def pages(name: str) -> APIRouter:
    """A page of a feature."""
    router = APIRouter()

    @router.get("/page/{number}")
    async def page(number: int) -> dict[str, str | int]:
        if number == 0:
            raise HTTPException(404, "there is no page 0")
        return {"name": name, "number": number}

    return router


async def test_pages_come_and_go_while_the_server_runs() -> None:
    table: dict[str, APIRouter] = {}
    transport = httpx.ASGITransport(create_app(lambda: None, Mounts(table)))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        assert (await http.get("/codex/page/1")).status_code == 404
        table["/codex"], table["/codex/old"] = pages("codex"), pages("old")
        answer = await http.get("/codex/page/1")
        assert answer.json() == {"name": "codex", "number": 1}
        assert "content-security-policy" in answer.headers
        assert (await http.get("/codex/old/page/2")).json() == {"name": "old", "number": 2}
        assert (await http.get("/codex/page/0")).json() == {"error": "not_found", "reason": "there is no page 0"}
        assert (await http.get("/codex/page/x")).status_code == 422
        for path in ("/codexpage/1", "/codex", "/codex/../livez/x", "/Codex/page/1"):
            assert (await http.get(path)).status_code == 404
        del table["/codex"]
        assert (await http.get("/codex/page/1")).status_code == 404
        assert (await http.get("/codex/old/page/2")).status_code == 200


async def test_a_platform_is_handed_headers_and_raw_body() -> None:
    seen: list[tuple[str, bytes]] = []

    async def hook(headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        seen.append((headers["x-signature"], body))
        return 401 if headers["x-signature"] == "forged" else 200, b'{"type":1}'

    table = {"/discord/interactions": hook}
    transport = httpx.ASGITransport(create_app(lambda: None, Webhooks(lambda: table)))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        odd = b'{"a": 1,\r\n "\xff'
        for signature, status in (("good", 200), ("forged", 401)):
            answer = await http.post("/discord/interactions", content=odd, headers={"X-Signature": signature})
            assert (answer.status_code, answer.content) == (status, b'{"type":1}')
            assert answer.headers["content-type"] == "application/json"
        assert seen == [("good", odd), ("forged", odd)]
        large = await http.post("/discord/interactions", content=bytes(BODY + 1), headers={"X-Signature": "good"})
        assert (large.status_code, len(seen)) == (413, 2)
        assert (await http.get("/discord/interactions")).status_code == 405
        assert (await http.post("/discord/interactions/more")).status_code == 404
