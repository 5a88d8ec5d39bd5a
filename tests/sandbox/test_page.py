"""The page in a browser: each pane is drawn from what went over the wire, and from nothing else."""

import json
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Page, expect

from bot.sandbox.sandbox import Sandbox
from bot.sandbox.world import Recorder, Wire
from tests.sandbox.browsing import CHROMIUM, DIM, browsing, names, opened, pane
from tests.sandbox.scene import LOUNGE, Bot, Wires, scene

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on the PATH to draw the page with"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tab() -> AsyncIterator[Page]:
    async with browsing() as tab:
        yield tab


@pytest_asyncio.fixture(loop_scope="module")
async def page(tab: Page, address: str) -> AsyncIterator[Page]:
    async with opened(tab, address) as page:
        yield page


async def test_every_pane_draws_its_payloads(page: Page, wires: Wires) -> None:
    scene(wires)
    discord, twitch, telegram = (pane(page, name) for name in ("Discord", "Twitch", "Telegram"))
    await expect(discord.locator("article")).to_have_count(6)
    await expect(discord.locator("strong", has_text="Bob").first).to_be_visible()
    await expect(discord.get_by_text("used /whisper")).to_be_visible()
    await expect(discord.get_by_role("button", name="Answer")).to_be_enabled()
    await expect(discord.get_by_text("Only you can see this")).to_be_visible()
    await expect(discord.locator(".embed dt").first).to_have_text("You")
    await expect(discord.locator(".waiting")).to_have_count(0)
    await expect(twitch.get_by_text("Replying to @bob: !balance")).to_be_visible()
    await expect(twitch.get_by_role("img", name="Moderator")).to_be_visible()
    await expect(twitch.get_by_text("recipe (version 1): two eggs, flour, patience")).to_be_visible()
    await expect(telegram.locator(".bubble strong").first).to_have_text("Bob")
    await expect(telegram.locator(".quote")).to_contain_text("/bless @bob 5")
    await expect(telegram.get_by_role("button", name="I agree")).to_be_visible()
    await expect(page.locator("[data-key=accepted]")).to_have_text("12")


async def test_a_time_is_shown_as_its_style_says(page: Page, wires: Wires) -> None:
    wires.discord_posts("<t:1700000000:D> <t:1700000000:t> <t:1700000000>")
    shown = pane(page, "Discord").locator(".moment")
    await expect(shown).to_have_count(3)
    date, clock, both = await shown.all_text_contents()
    assert date.startswith("November")
    assert ":" not in date
    assert ":" in clock
    assert "2023" not in clock
    assert date in both
    assert clock in both


async def test_what_was_typed_is_never_markup(page: Page, wires: Wires) -> None:
    evil = "<script>document.title='x'</script><img src=x onerror=alert(1)> [a](javascript:alert(1))"
    wires.discord_says("bob", evil)
    wires.discord_posts(evil)
    wires.twitch_says("bob", evil)
    wires.telegram_says("bob", evil, entities=[{"type": "text_link", "offset": 0, "length": 5, "url": "javascript:x"}])
    for platform in ("Discord", "Twitch", "Telegram"):
        await expect(pane(page, platform).get_by_text("<script>").first).to_be_visible()
        assert await pane(page, platform).locator("script, article img, a[href^=javascript]").count() == 0
    assert await page.title() == "Soulfra sandbox"


async def test_escapes_and_nested_marks_are_read_as_discord_reads_them(page: Page, wires: Wires) -> None:
    wires.discord_posts(r"\*not\* **bold \_and\_ *both*** <@211000000000000002> `a*b` [site](<https://example.org/x>)")
    text = pane(page, "Discord").locator("article .text")
    await expect(text).to_have_text("*not* bold _and_ both @bob a*b site")
    await expect(text.locator("strong")).to_have_text("bold _and_ both")
    await expect(text.locator("em")).to_have_text("both")
    await expect(text.locator("a")).to_have_attribute("href", "https://example.org/x")


async def test_private_messages_are_for_the_chosen_person(page: Page, wires: Wires) -> None:
    scene(wires)
    for secret in ("Only you can see this", "two eggs", "A mirror learns"):
        await expect(page.get_by_text(secret)).to_be_visible()
    await page.get_by_role("radio", name="cleo").check()
    for secret in ("Only you can see this", "two eggs", "A mirror learns"):
        await expect(page.get_by_text(secret)).to_be_hidden()
    await expect(page.get_by_text("that was kind")).to_be_visible()


@pytest.mark.usefixtures("listening")
async def test_a_line_is_said_and_recalled(page: Page, sandbox: Sandbox) -> None:
    box = page.get_by_label("Message on Telegram")
    await pane(page, "Telegram").get_by_role("button", name="/bless").click()
    await expect(box).to_be_focused()
    await box.press("Enter")
    await expect(pane(page, "Telegram").locator(".mine .text")).to_have_text("/bless @bob 5 thank you")
    await expect(box).to_have_value("")
    await box.press("ArrowUp")
    await expect(box).to_have_value("/bless @bob 5 thank you")
    await pane(page, "Telegram").get_by_label("in private").check()
    await box.press("Enter")
    await expect(pane(page, "Telegram").get_by_text("private chat")).to_be_visible()
    kinds = [wire.payload["message"]["chat"]["type"] for wire in sandbox.world.record.since(0)]
    assert kinds == ["supergroup", "private"]


async def test_a_refusal_is_told_and_the_line_is_kept(page: Page) -> None:
    box = page.get_by_label("Message on Twitch")
    await box.fill("x" * 501)
    await box.press("Enter")
    await expect(pane(page, "Twitch").get_by_role("alert")).to_contain_text("at most 500 characters")
    await expect(box).to_have_value("x" * 501)


@pytest.mark.usefixtures("listening")
async def test_slash_commands_by_keyboard(page: Page, bot: Bot, sandbox: Sandbox) -> None:
    await bot.register()
    box = page.get_by_label("Message on Discord")
    await expect(names(page)).to_have_count(0)
    await box.press_sequentially("/")
    await expect(names(page)).to_have_text(["/bless", "/balance", "/vault put", "/vault list", "/whisper"])
    await box.press("ArrowDown")
    await box.press("ArrowUp")
    await box.press("Tab")
    form = page.get_by_role("form", name="Slash command")
    await expect(form.get_by_label("to", exact=False).first).to_be_focused()
    await form.get_by_label("to", exact=False).first.select_option("bob")
    await form.get_by_label("amount").fill("5")
    await form.get_by_label("note").fill("thank you")
    await form.get_by_label("note").press("Enter")
    await expect(box).to_be_focused()
    await expect(form).to_be_hidden()
    sent = await _sent(sandbox, "INTERACTION_CREATE")
    values = {option["name"]: option["value"] for option in sent.payload["data"]["options"]}
    assert values == {"to": sandbox.world.people["bob"].ids["discord"], "amount": 5, "note": "thank you"}


async def _sent(sandbox: Sandbox, name: str, last: int = 0) -> Wire:
    """The first such event after number `last`; waits for it."""
    while news := await sandbox.world.record.wait(last, 8):
        last = news[-1].seq
        if found := [wire for wire in news if wire.name == name]:
            return found[0]
    raise AssertionError(f"no {name} was sent")


@pytest.mark.usefixtures("listening")
async def test_buttons_are_pressed(page: Page, bot: Bot, sandbox: Sandbox) -> None:
    row = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go on", "custom_id": "go"}]}
    await bot.discord("POST", f"/channels/{LOUNGE}/messages", {"content": "well?", "components": [row]})
    keyboard = {"inline_keyboard": [[{"text": "Sure", "callback_data": "v1:sure"}]]}
    await sandbox.telegram.say("ada", "/start")
    await bot.telegram("sendMessage", chat_id=-1001000000001, text="Shall we?", reply_markup=keyboard)
    await pane(page, "Discord").get_by_role("button", name="Go on").click()
    pressed = await _sent(sandbox, "INTERACTION_CREATE")
    assert pressed.payload["data"]["custom_id"] == "go"
    await pane(page, "Telegram").get_by_role("button", name="Sure").click()
    assert (await _sent(sandbox, "callback_query")).payload["callback_query"]["data"] == "v1:sure"


@pytest.mark.usefixtures("listening")
async def test_something_is_picked(page: Page, bot: Bot, sandbox: Sandbox) -> None:
    options = [{"label": "Soup", "value": "s", "description": "hot"}, {"label": "Bread", "value": "b"}]
    one = {"type": 3, "custom_id": "one", "placeholder": "One dish", "options": options}
    many = {"type": 3, "custom_id": "many", "placeholder": "Some dishes", "options": options, "max_values": 2}
    rows = [{"type": 1, "components": [each]} for each in (one, many)]
    await bot.discord("POST", f"/channels/{LOUNGE}/messages", {"content": "well?", "components": rows})
    first, second = (pane(page, "Discord").locator(".select", has_text=name) for name in ("One dish", "Some dishes"))
    await first.locator("summary").press("Enter")
    await first.get_by_role("button", name="Bread").press("Enter")
    assert (await _sent(sandbox, "INTERACTION_CREATE")).payload["data"]["values"] == ["b"]
    last = sandbox.world.record.last
    await second.locator("summary").press("Enter")
    await second.get_by_label("Bread").press("Space")
    await second.get_by_label("Soup").check()
    await second.get_by_role("button", name="Done").press("Enter")
    assert (await _sent(sandbox, "INTERACTION_CREATE", last)).payload["data"]["values"] == ["s", "b"]


async def test_a_layout_is_drawn_and_replaced(page: Page, wires: Wires) -> None:
    section = {
        "type": 9,
        "components": [{"type": 10, "content": "### A ticket\nfor <@211000000000000002>"}],
        "accessory": {"type": 11, "media": {"url": "https://example.org/x.png"}, "description": "a dot"},
    }
    press = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Keep", "custom_id": "keep"}]}
    small = {"type": 10, "content": "-# Valid today"}
    frame = {"type": 17, "accent_color": 0x7A5CFF, "components": [section, {"type": 14}, small, press]}
    message = wires.discord_posts("", flags=1 << 15, components=[frame])
    drawn = pane(page, "Discord").locator("article")
    await expect(drawn.locator(".embed .heading")).to_have_text("A ticket")
    await expect(drawn.get_by_text("for @bob")).to_be_visible()
    await expect(drawn.locator(".section .picture")).to_contain_text("a dot")
    await expect(drawn.locator("small.sub")).to_have_text("Valid today")
    await expect(drawn.get_by_role("button", name="Keep")).to_be_enabled()
    assert await page.evaluate(DIM) == []
    frame["components"] = [{"type": 10, "content": "Kept."}]
    wires.discord_edits(message, {"flags": 1 << 15, "components": [frame]})
    await expect(drawn.locator(".embed")).to_have_text("Kept.")
    await expect(drawn.get_by_text("(edited)")).to_be_visible()


async def test_a_picture_that_comes_late_leaves_the_end_in_sight(page: Page, sandbox: Sandbox, wires: Wires) -> None:
    buffer = BytesIO()
    Image.new("RGB", (60, 240)).save(buffer, "PNG")
    sandbox.discord.files["77"] = (buffer.getvalue(), "image/png")
    for number in range(30):
        wires.discord_posts(f"line {number}")
    wires.discord_posts("", attachments=[{"id": "77", "filename": "tall.png", "size": 1, "content_type": "image/png"}])
    picture = pane(page, "Discord").locator("article img").last
    await expect(picture).to_have_js_property("complete", True)
    await expect(picture).to_be_in_viewport(ratio=1)
    wires.discord_posts("and more")
    await expect(pane(page, "Discord").get_by_text("and more")).to_be_in_viewport(ratio=1)


async def test_the_raw_payload_is_shown(page: Page, wires: Wires) -> None:
    wires.discord_posts("hello **there**")
    raw = pane(page, "Discord").get_by_role("button", name="Raw payload")
    await raw.focus()
    await raw.press("Enter")
    drawer = page.get_by_role("dialog")
    await expect(drawer.locator("summary")).to_contain_text(f"POST /channels/{LOUNGE}/messages")
    assert json.loads(await drawer.locator("pre").first.inner_text()) == {"content": "hello **there**"}
    await page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()
    await expect(raw).to_be_focused()
    await page.get_by_role("button", name="Wire log").click()
    await expect(drawer.locator("details")).to_have_count(1)


async def test_a_payload_that_cannot_be_drawn_does_not_stop_the_page(page: Page, wires: Wires) -> None:
    for platform, name in (("discord", "MESSAGE_CREATE"), ("twitch", "channel.chat.message"), ("telegram", "message")):
        wires.world.record.add(platform, "in", name, {"message": 7, "event": None})
    wires.telegram_says("bob", "still here")
    await expect(page.get_by_text("still here")).to_be_visible()


async def test_a_new_sandbox_is_drawn_anew(page: Page, wires: Wires, sandbox: Sandbox) -> None:
    wires.twitch_says("bob", "before")
    await expect(page.get_by_text("before")).to_be_visible()
    old, sandbox.world.record, sandbox.run = sandbox.world.record, Recorder(), "another"
    wires.twitch_says("bob", "after")
    old.add("twitch", "in", "nothing", {})
    await expect(page.get_by_text("after")).to_be_visible()
    await expect(page.get_by_text("before")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
async def test_it_fits_and_can_be_read(page: Page, wires: Wires, width: int, height: int) -> None:
    await page.set_viewport_size({"width": width, "height": height})
    scene(wires)
    wires.discord_posts("a" * 1_500)
    wires.telegram_sends(-1001000000001, "b" * 1_500)
    for platform in ("Discord", "Twitch", "Telegram"):
        if width < 860:
            await page.get_by_role("button", name=platform).click()
        await expect(pane(page, platform).locator("article:visible").first).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") == width
        wide = "[...document.querySelectorAll('.log')].filter(log => log.scrollWidth > log.clientWidth).length"
        assert await page.evaluate(wide) == 0
        send = await pane(page, platform).get_by_role("button", name="Send").bounding_box()
        assert send is not None
        assert send["x"] + send["width"] <= width
        assert send["y"] + send["height"] <= height
        assert await page.evaluate(DIM) == []
