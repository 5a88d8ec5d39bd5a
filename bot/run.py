"""`soulfra run`: the App, its web server, and the sandbox when no platform is configured."""

import asyncio
import gc
import signal

from bot.app import App
from bot.sandbox.api import install
from bot.sandbox.sandbox import Sandbox
from bot.web.server import WebServer, create_app
from config.settings import Settings


async def serve(settings: Settings) -> None:
    """Run until Ctrl-C or SIGTERM, then end cleanly: no new events, finish what runs, close."""
    gc.disable()  # what start-up makes, stays
    stop = _stop_signal()
    if settings.configured:
        await _serve(settings, None, stop)
        return
    sandbox = Sandbox()
    await sandbox.start()
    try:
        await _serve(sandbox.settings(settings), sandbox, stop)
    finally:
        await sandbox.stop()


async def _serve(settings: Settings, sandbox: Sandbox | None, stop: asyncio.Event) -> None:
    app = App(settings).load()
    ready = asyncio.Event()
    pages = create_app(lambda: None if ready.is_set() else "the platforms are being connected")
    if sandbox is not None:
        install(pages, sandbox, app.state)
    web = WebServer(pages, settings.web)
    try:
        await app.start()
        if sandbox is not None:
            sandbox.attach(app.intake.on_heard.append, lambda: app.intake.busy)
        address = await web.start()
        ready.set()
        _collect_seldom()
        print(_greeting(address, settings, sandbox), flush=True)  # noqa: T201  (the one line a newcomer looks for)
        await stop.wait()
    finally:
        await web.stop()
        await app.stop()


def _collect_seldom() -> None:
    """What lives as long as the process is not looked through again: shorter pauses in the middle of a command."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


def _greeting(address: str, settings: Settings, sandbox: Sandbox | None) -> str:
    if sandbox is not None:
        return f"Soulfra is ready: open {address}/  (sandbox: no account, no network; Ctrl-C ends it)"
    return f"Soulfra is ready on {', '.join(settings.configured)}; {address}"


def _stop_signal() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop
