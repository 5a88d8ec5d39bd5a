"""Takes the pictures of docs/screens from the page of the sandbox: `python docs/screens.py [FONT]`. Run by hand.

Needs Chromium. FONT is a typeface with emoji for a machine that has none, such as noto-color-emoji-emoji-400-normal.woff of the npm
package @fontsource/noto-color-emoji; without it the one that the printed codex uses stands in, in one colour.
"""

import asyncio
import re
import shutil
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

from answers import BEFORE, NOW
from PIL import Image
from playwright.async_api import FloatRect, Page, async_playwright, expect

from bot.app import App
from bot.run import site
from bot.sandbox.api import install
from bot.sandbox.sandbox import Happened, Sandbox
from bot.store import Tx
from bot.testing.template import prepare
from bot.web.server import WebServer
from config.settings import Settings, WebSettings
from handlers.journey.reading.analysis import analyse
from handlers.journey.revelation.saga import Answer, Saga
from handlers.journey.whispers.choosing import Leaning
from handlers.journey.whispers.whispering import Whispering

SHOTS: Final = Path(__file__).parent / "screens"
CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
COLOURS: Final = (128, 112, 96, 80, 64, 56)
LARGEST: Final = 60_000
"""Bytes of a picture."""
_KEY: Final = bytes(range(32))
"""Of the installation: with the same key the same whispers come."""
SCALE: Final = 1.25
"""Pixels of a picture to one of the page."""
_ROUND: Final = 4
"""Of the page, around what is shown."""
_BOXES: Final = "all => all.map(one => one.getBoundingClientRect()).map(box => [box.top, box.bottom])"
DAY: Final = 86_400
"""In seconds."""

ASKED: Final = "What do I miss about my grandmother?"
"""To the oracle."""


@contextmanager
def days_ago(days: float) -> Iterator[None]:
    """The clock of this process is set back."""
    real = time.time_ns
    with patch("time.time_ns", lambda: real() - round(days * DAY) * 10**9):
        yield


def lay_out(folder: Path) -> Path:
    """A data folder whose key is always the same."""
    folder.mkdir()
    key = folder / "master.key"
    key.touch(0o600)
    key.write_bytes(_KEY)
    return folder


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[tuple[App, Sandbox]]:
    """A bot in its sandbox, with the page."""
    async with AsyncExitStack() as ending:
        sandbox = Sandbox()
        ending.push_async_callback(sandbox.stop)
        await sandbox.start()
        settings = Settings(data=folder, discover=False, web=WebSettings(port=0, public="https://soulfra.example"))
        app = App(sandbox.settings(settings)).load()
        prepare(app)
        pages = site(app, lambda: None)
        install(pages, sandbox, app.state)
        web = WebServer(pages, settings.web)
        ending.push_async_callback(web.stop)
        app.address = await web.start()
        ending.push_async_callback(app.stop)
        await app.start()
        sandbox.attach(app.intake.on_heard.append, lambda: app.intake.busy)
        yield app, sandbox


async def walk(app: App, sandbox: Sandbox) -> None:
    """Ada has answered before, and is one person on all three platforms."""
    whispering, saga, ada = app.service(Whispering), app.service(Saga), sandbox.world.human("ada").on("discord")

    def answer(tx: Tx, words: str) -> None:
        whispering.ask(tx, ada, None, Leaning())
        saga.seal(tx, ada, Answer(words, analyse(words, "en")), "en", "")

    for days, words in BEFORE:
        with days_ago(days):
            await app.store.write(answer, words)
    for platform, line in (("twitch", "!link"), ("telegram", "/link")):
        told = await sandbox.slash("ada", "link", {}, private=True)
        (code, *_) = re.findall(r"\b[A-Z0-9]{6,}\b", str(told.replies[0].payload))
        await sandbox.say(platform, "ada", f"{line} {code}", private=True)


STEPS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "whisper": ("whisper", {"category": "origin"}),
    "revelation": ("answer", {}),
    "archetypes": ("archetypes", {}),
    "journey": ("journey", {}),
    "codex": ("codex read", {"page": 25}),
    "oracle": ("oracle", {"question": ASKED}),
}


async def do(sandbox: Sandbox, platform: str, command: str, options: dict[str, Any]) -> Happened:
    """Ada, in private."""
    if platform == "discord":
        return await sandbox.slash("ada", command, options)
    line = " ".join([("!" if platform == "twitch" else "/") + command, *map(str, options.values())])
    return await sandbox.say(platform, "ada", line, private=True)


async def shoot(page: Page, sandbox: Sandbox, platform: str, step: str) -> None:
    """One step, and its picture: what was said since, cut out of the pane."""
    await page.evaluate("document.querySelectorAll('article').forEach(one => one.dataset.before = 1)")
    command, options = STEPS[step]
    await do(sandbox, platform, command, options or ({"words": NOW[platform]} if command == "answer" else {}))
    log = page.get_by_role("log", name=f"{platform.title()} messages")
    await log.locator("article:not([data-before])").last.wait_for()
    await expect(log).not_to_contain_text("is thinking", timeout=60_000)
    await page.wait_for_timeout(1_000)  # for pictures that come after the words
    await page.evaluate("Promise.all([...document.images].map(one => one.decode().catch(() => 0)))")
    boxes = await log.locator("article:not([data-before]):not([hidden])").evaluate_all(_BOXES)
    left, width = await log.evaluate("log => [log.getBoundingClientRect().x, log.clientWidth]")
    top, end = min(top for top, _ in boxes), max(end for _, end in boxes)
    clip = FloatRect(x=left, y=top - _ROUND, width=width, height=end - top + 2 * _ROUND)
    keep(await page.screenshot(clip=clip), SHOTS / f"{step}-{platform}.png")


def keep(png: bytes, file: Path) -> None:
    """With as many colours as it may have."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    for colours in COLOURS:
        picture.quantize(colours, dither=Image.Dither.NONE).save(file, optimize=True)
        if file.stat().st_size <= LARGEST:
            return


async def main(font: str | None) -> None:
    """All of them."""
    SHOTS.mkdir(exist_ok=True)
    async with AsyncExitStack() as ending:
        folder = Path(ending.enter_context(TemporaryDirectory()))
        app, sandbox = await ending.enter_async_context(running(lay_out(folder / "data")))
        await walk(app, sandbox)
        tool = await ending.enter_async_context(async_playwright())
        put(font, folder / "share" / "fonts")
        browser = await tool.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox"],
            env={"XDG_DATA_HOME": str(folder / "share"), "HOME": str(folder)},
        )
        ending.push_async_callback(browser.close)
        page = await browser.new_page(
            viewport={"width": 1320, "height": 2400},
            device_scale_factor=SCALE,
            reduced_motion="reduce",
            bypass_csp=True,
        )
        await page.goto(str(app.address))
        await page.add_style_tag(content="article[data-before], .tools { display: none !important; }")
        for platform in ("discord", "telegram", "twitch"):
            for step in STEPS:
                await shoot(page, sandbox, platform, step)


def put(font: str | None, folder: Path) -> None:
    """A typeface where the browser looks for it, as the kind of file that it finds there."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # noqa: PLC0415
    from pymupdf_fonts import fontbuffers  # type: ignore[import-untyped]  # noqa: PLC0415

    folder.mkdir(parents=True)
    known = TTFont(font or BytesIO(fontbuffers["symbol2"]()))
    known.flavor = None
    known.save(folder / "emoji.ttf")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else None))
