"""`soulfra run`: the App, its web server, and the sandbox when no platform is configured."""

import asyncio
import gc
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI

from bot import platforms
from bot.app import App
from bot.web.files import files
from bot.web.mounts import Mounts, Webhooks
from bot.web.server import WebServer, create_app
from config.load import check_data
from config.settings import Settings

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox


async def serve(settings: Settings) -> None:
    """Run until Ctrl-C or SIGTERM, then end cleanly: no new events, finish what runs, close."""
    stop = _stop_signal()
    if settings.configured:
        await _serve(settings, None, stop)
        return
    from bot.sandbox.sandbox import Sandbox  # noqa: PLC0415  (emulators: not for who is on the real platforms)

    sandbox = Sandbox()
    await sandbox.start()
    try:
        await _serve(sandbox.settings(settings), sandbox, stop)
    finally:
        await sandbox.stop()


async def _serve(settings: Settings, sandbox: "Sandbox | None", stop: asyncio.Event) -> None:
    """The web server is there first: platforms may post to it as soon as they are told where."""
    adapters = [platforms.create(name, settings) for name in settings.configured]
    app = App(settings).load()
    check_data()
    gc.freeze()  # all is imported that stays
    gc.enable()
    ready = asyncio.Event()
    pages = site(app, lambda: None if ready.is_set() else "the platforms are being connected")
    if sandbox is not None:
        from bot.sandbox.api import install  # noqa: PLC0415

        install(pages, sandbox, app.state)
    web = WebServer(pages, settings.web)
    try:
        app.address = await web.start()
        await app.start(adapters)
        if sandbox is not None:
            sandbox.attach(app.intake.on_heard.append, lambda: app.intake.busy)
        ready.set()
        collect_seldom()
        print(_greeting(app.address, settings, sandbox), flush=True)  # noqa: T201  (the one line a newcomer looks for)
        await stop.wait()
    finally:
        await web.stop()
        await app.stop()


def site(app: App, unready: Callable[[], str | None]) -> FastAPI:
    """Everything that the bot serves: its blobs, the pages that features mount, and what platforms post to."""
    return create_app(unready, Webhooks(lambda: app.webhooks), Mounts(app.mounts), files(app.blobs))


def collect_seldom() -> None:
    """What lives as long as the process is not looked through again: shorter pauses in the middle of a command."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


def _greeting(address: str, settings: Settings, sandbox: "Sandbox | None") -> str:
    if sandbox is not None:
        return f"Soulfra is ready: open {address}/  (sandbox: no account, no network; Ctrl-C ends it)"
    return f"Soulfra is ready on {', '.join(settings.configured)}; {address}"


def _stop_signal() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop
