"""The page in a browser: what its tests share."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from playwright.async_api import Page, async_playwright, expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

DIM: Final = """() => {
  const parse = text => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const over = (top, under) => top.slice(0, 3).map((part, n) => part * (top[3] ?? 1) + under[n] * (1 - (top[3] ?? 1)));
  const back = node => parse(getComputedStyle(node).backgroundColor);
  const ground = node => node ? over(back(node), ground(node.parentElement)) : [14, 13, 19];
  const light = rgb => rgb.map(part => part / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0.05);
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), bad = [];
  for (let text = words.nextNode(); text; text = words.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim() || !node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const under = ground(node), [a, b] = [light(over(parse(getComputedStyle(node).color), under)), light(under)];
    const contrast = Math.max(a, b) / Math.min(a, b);
    if (contrast < 4.5) bad.push(`${text.data.trim().slice(0, 30)} ${node.className} ${contrast.toFixed(2)}`);
  }
  return bad;
}"""
"""What cannot be read: contrast below 4.5."""


@asynccontextmanager
async def browsing() -> AsyncIterator[Page]:
    """A browser without a window, with one empty tab: another one would be another process, which takes longer than most tests."""
    async with async_playwright() as tool:
        browser = await tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield await browser.new_page(reduced_motion="reduce")
        await browser.close()


@asynccontextmanager
async def opened(tab: Page, address: str) -> AsyncIterator[Page]:
    """The page, in an empty tab; nothing on it fails, breaks its own policy or asks another server."""
    trouble: list[str] = []
    heard: dict[Any, Callable[[Any], None]] = {
        "pageerror": lambda error: trouble.append(str(error)),
        "console": lambda said: trouble.append(said.text) if "Content Security" in said.text else None,
        "request": lambda asked: None if asked.url.startswith(address) else trouble.append(asked.url),
    }
    await tab.set_viewport_size({"width": 1280, "height": 720})
    for name, hear in heard.items():
        tab.on(name, hear)
    await tab.goto(address)
    await expect(tab.locator("#link")).to_have_text("connected")
    yield tab
    for name, hear in heard.items():
        tab.remove_listener(name, hear)
    await tab.goto("about:blank")
    assert [one for one in trouble if not one.startswith("data:image/")] == []


def pane(page: Page, platform: str) -> Any:
    return page.get_by_role("region", name=platform)


def names(page: Page) -> Any:
    return page.locator("#slash-names li b")
