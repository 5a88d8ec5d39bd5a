"""The page with a real bot behind it: what it shows can be used."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, Page, expect

from bot.sandbox.api import install
from bot.testing import World, world
from bot.web.server import WebServer, create_app
from config.settings import WebSettings
from tests.sandbox.browsing import CHROMIUM, DIM, browsing, names, opened, pane
from tests.sandbox.scene import NUMBERS

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on the PATH to draw the page with"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tab() -> AsyncIterator[Page]:
    async with browsing() as tab:
        yield tab


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tour() -> AsyncIterator[World]:
    """A bot with one command for each thing that a message can have."""
    async with world("examples.tour") as w:
        yield w


@pytest_asyncio.fixture(loop_scope="module")
async def toured(tab: Page, tour: World) -> AsyncIterator[Page]:
    """The page of that bot."""

    async def state() -> dict[str, int]:
        return NUMBERS

    app = create_app(lambda: None)
    install(app, tour.sandbox, state)
    web = WebServer(app, WebSettings(port=0))
    try:
        async with opened(tab, await web.start()) as page:
            yield page
    finally:
        await web.stop()


async def use(page: Page, command: str) -> None:
    """Type a slash command without options."""
    box = page.get_by_label("Message on Discord")
    await box.fill(f"/{command}")
    await expect(names(page).first).to_have_text(f"/{command}")
    await box.press("Tab")
    await page.get_by_role("form", name="Slash command").get_by_role("button", name="Send").press("Enter")


async def test_a_form_is_filled_in(toured: Page) -> None:
    await use(toured, "travel")
    modal = toured.get_by_role("dialog", name="Before you go:")
    await expect(modal.get_by_label("Your name on the road.")).to_be_focused()
    await modal.get_by_label("Your name on the road.").fill("Ada")
    await modal.get_by_label("How many days you travel.").fill("3")
    await modal.get_by_label("How many days you travel.").press("Enter")
    await expect(modal).to_have_count(0)
    await expect(pane(toured, "Discord").get_by_text("Ada travels 3 days.")).to_be_visible()
    await expect(toured.get_by_role("button", name="Fill in")).to_be_hidden()


async def test_a_form_that_was_put_away_can_be_opened_again(toured: Page) -> None:
    await use(toured, "travel")
    await toured.get_by_role("dialog").press("Escape")
    await expect(toured.locator("dialog.modal")).to_have_count(0)
    again = toured.get_by_role("button", name="Fill in")
    await again.click()
    await expect(toured.get_by_label("Your name on the road.")).to_be_visible()
    await toured.get_by_role("button", name="Cancel").click()
    await toured.get_by_role("radio", name="bob").check()
    await expect(again).to_be_hidden()


async def test_a_message_is_replaced_where_it_is(toured: Page) -> None:
    await use(toured, "door")
    last = pane(toured, "Discord").locator("article").last
    await last.get_by_role("button", name="Open").click()
    await expect(last.locator(".text").first).to_have_text("You go in softly. (edited)")
    await expect(last.locator(".said .row")).to_have_count(0)
    box = toured.get_by_label("Message on Telegram")
    await box.fill("/door")
    await box.press("Enter")
    last = pane(toured, "Telegram").locator("article").last
    await last.get_by_role("button", name="Open").click()
    await expect(last.locator(".text")).to_have_text("You go in softly.")
    await expect(last.locator(".foot")).to_contain_text("edited")


async def test_points_are_spent_and_other_things_happen(toured: Page) -> None:
    twitch = pane(toured, "Twitch")
    await twitch.get_by_role("button", name="Redeem", expanded=False).click()
    await twitch.get_by_label("Reward").fill("Candle")
    await twitch.get_by_label("Words").fill("rain")
    await twitch.get_by_label("Words").press("Enter")
    await expect(twitch.locator(".note", has_text="ada redeems Candle for 100 points: rain")).to_be_visible()
    await expect(twitch.get_by_text("@ada lights a candle for rain.")).to_be_visible()
    for label, seen in (("Follow", "Welcome @ada!"), ("Cheer 100", "100 bits!"), ("Live", "The stream begins.")):
        await twitch.get_by_role("button", name=label).click()
        await expect(twitch.get_by_text(seen)).to_be_visible()


async def test_people_come_and_react(toured: Page, tour: World) -> None:
    discord = pane(toured, "Discord")
    await tour.discord.user("bob").say("a fine evening")
    said = discord.locator("article", has_text="a fine evening").first
    await said.locator(".more summary").press("Enter")
    await said.get_by_role("button", name="👍").press("Enter")
    await expect(said.locator(".reactions button")).to_have_text("👍 1")
    await expect(discord.get_by_text("@ada likes it.")).to_be_visible()
    await toured.get_by_role("radio", name="cleo").check()
    for platform in ("Discord", "Telegram"):
        for label in ("Leave", "Join"):
            await pane(toured, platform).get_by_role("button", name=label).click()
        await expect(pane(toured, platform).get_by_text(re.compile("Come in, @?cleo", re.IGNORECASE))).to_be_visible()


async def test_a_menu_of_a_person_is_used(toured: Page, tour: World) -> None:
    await tour.discord.user("bob").say("who is there?")
    said = pane(toured, "Discord").locator("article", has_text="who is there?").first
    await said.locator(".more summary").press("Enter")
    await said.get_by_role("button", name="Greet: @bob").press("Enter")
    await expect(pane(toured, "Discord").get_by_text("Greetings, @bob.")).to_be_visible()


async def test_what_is_typed_is_completed(toured: Page) -> None:
    box = toured.get_by_label("Message on Discord")
    await box.fill("/star")
    await box.press("Tab")
    typed = toured.get_by_role("form", name="Slash command").get_by_label("name")
    await typed.press_sequentially("al")
    await expect(toured.locator("datalist option")).to_have_text(["Aldebaran", "Altair"])


async def test_files_go_both_ways(toured: Page) -> None:
    one: FilePayload = {"name": "nine.txt", "mimeType": "text/plain", "buffer": b"nine byte"}
    box = toured.get_by_label("Message on Discord")
    await box.fill("/weigh")
    await box.press("Tab")
    form = toured.get_by_role("form", name="Slash command")
    await form.get_by_label("file").set_input_files([one])
    await form.get_by_role("button", name="Send").click()
    await expect(pane(toured, "Discord").get_by_text("nine.txt has 9 bytes.")).to_be_visible()
    telegram = pane(toured, "Telegram")
    await telegram.get_by_label("Files", exact=True).set_input_files([one])
    await toured.get_by_label("Message on Telegram").fill("/weigh")
    await toured.get_by_label("Message on Telegram").press("Enter")
    await expect(telegram.get_by_text("nine.txt has 9 bytes.")).to_be_visible()
    await use(toured, "album")
    picture = pane(toured, "Discord").get_by_role("img", name="another dot")
    await expect(picture).to_have_js_property("naturalWidth", 1)


async def test_every_look_of_the_tour_is_drawn(toured: Page) -> None:
    await use(toured, "looks")
    for name in ("ticket", "album", "looks"):
        await toured.get_by_label("Message on Telegram").fill(f"/{name}")
        await toured.get_by_label("Message on Telegram").press("Enter")
    text = pane(toured, "Discord").locator("article", has_text="/looks").last
    for tag in ("strong", "em", "u", "s", "code", "blockquote", "pre", ".moment", "a"):
        await expect(text.locator(f".text {tag}").first).to_be_visible()
    hidden = text.get_by_role("button", name="Spoiler").or_(text.locator("button.spoiler"))
    await expect(hidden.locator("span")).to_be_hidden()
    await hidden.press("Enter")
    await expect(hidden.locator("span")).to_be_visible()
    telegram = pane(toured, "Telegram")
    for tag in ("strong", "em", "u", "s", "blockquote:not(.quote)", "pre", ".moment", ".album img", ".paper"):
        await expect(telegram.locator(f".bubble {tag}").first).to_be_visible()
    assert await toured.evaluate(DIM) == []
