"""What people do on the tour, one script for each of its files. Each is played on every platform."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from bot.flows import Flows
from bot.testing import Reply, Upload, World

PREFIX: Final = {"discord": "!", "twitch": "!", "telegram": "/"}
LETTER: Final = Upload("letter.txt", b"dear ada", "text/plain")


@dataclass(frozen=True)
class Stage:
    """One platform, and the three who are there."""

    world: World
    platform: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.world, self.platform).user(name)

    async def say(self, *lines: str, by: str = "ada", **more: Any) -> Reply:
        """Somebody types commands; what the last one brought."""
        for line in lines:
            reply = await getattr(self, by).say(PREFIX[self.platform] + line, **more)
        return reply

    @property
    def discord(self) -> bool:
        return self.platform == "discord"

    @property
    def telegram(self) -> bool:
        return self.platform == "telegram"

    @property
    def twitch(self) -> bool:
        return self.platform == "twitch"


Script = Callable[[Stage], Awaitable[object]]


def line(reply: Reply) -> str:
    """The id of the line that somebody typed."""
    sent = reply.sent
    if "event" in sent.get("payload", {}):
        return str(sent["payload"]["event"]["message_id"])
    return str(sent["message"]["message_id"] if "message" in sent else sent.get("d", sent)["id"])


async def here(on: Stage) -> None:
    await on.say("whoami", "echo")
    await on.say("whoami", by="bob", private=True)
    await on.say("echo", reply_to=line(await on.bob.say("The sea is calm.")))
    if on.discord:
        await on.ada.slash("whoami")


async def options(on: Stage) -> None:
    await on.say("brew green 2 0.8 yes storm 2m30s with a view", "brew tea:mint time:1m", "brew", "brew coffee")
    await on.say("invite @bob @cleo", "invite @nobody")
    if on.twitch:
        await on.say("weigh")
        return
    await on.say("weigh", files=[LETTER])
    if on.discord:
        await on.ada.slash("brew", tea="black", cups=3, sugar=True, mood="calm", time="2m")
        await on.ada.slash("invite", guests="@bob @cleo", to="lounge")
        await on.ada.slash("weigh", file=LETTER)


async def suggest(on: Stage) -> None:
    await on.say("star Vega", "watch Polaris")
    await (await on.say("star sirios")).press("Sirius")
    if on.discord:
        await on.ada.autocomplete("star", "name", name="al")
        await on.ada.slash("star", name="Altair")


async def groups(on: Stage) -> None:
    await on.say("shelf look", "shelf open", "shelf key turn", "xyzzy")
    if on.discord:
        await on.ada.slash("shelf key turn")
    if on.telegram:
        await on.say("shelf_look")


async def asking(on: Stage) -> None:
    offered = await on.say("ferry")
    await (on.ada.say("left") if on.twitch else offered.press("left"))
    await on.say("travel")
    if on.discord:
        await _forms(on)
        return
    for answer in ("Ada", "many", "3"):
        await on.ada.say(answer)
    await on.say("pack lamp")
    await on.ada.say("2")
    await on.say("pack")
    await on.ada.say("cancel")


async def _forms(on: Stage) -> None:
    await (await on.ada.slash("ferry")).submit(answer="right")
    await (await on.ada.slash("travel")).submit(name="Ada", days="3")
    await (await (await on.say("pack lamp")).press("Answer")).submit(weight="2")


async def buttons(on: Stage) -> None:
    door = await on.say("door")
    await door.press("Open")
    await (await on.say("door")).press("Kick it")
    await (await on.say("door")).press("Knock", by=on.ada if on.twitch else on.bob)
    await on.say("enter softly", "knock", "order 3 soup bread")
    menu = await on.say("menu")
    if on.discord:
        await menu.pick("soup", "bread")
    else:
        await menu.press(menu.buttons[0])


async def paging(on: Stage) -> None:
    first = await on.say("rooms")
    await (await first.press("Next")).press("Previous")
    await (await on.say("steps 12", private=True)).press("Next")


async def looks(on: Stage) -> None:
    await on.say("looks", "looks *a* _b_ <c> `d` @everyone")


async def cards(on: Stage) -> None:
    await on.say("ticket", "free", "album", "poster", "herald")


async def live(on: Stage) -> None:
    await on.say("bake", "tell", "wave")
    if on.telegram:
        await asyncio.sleep(1.05)  # thirty requests a second: a draft is left out when there is no room for it
    await on.say("tell", private=True)
    if on.discord:
        await on.ada.slash("bake")
        await on.ada.slash("tell")


async def guards(on: Stage) -> None:
    await on.say("sweep", "rest", "balcony", by="cleo")
    await on.say("sweep", by="bob")
    await on.say("sweep", by="bob", private=True)
    await on.say("rest", "balcony", "bell", "bell", "bell", "lock 417")
    await (await on.say("lock 1", by="bob")).press("Ask the bell")


async def words(on: Stage) -> None:
    await on.say("lamps", "lamps 1", "lampen 1 Golden", "lamps 1 red")
    if on.discord:
        on.world.sandbox.discord.locale = "de"
        await on.ada.slash("lamps", count=3, glass="amber")
        on.world.sandbox.discord.locale = "en-US"


async def happenings(on: Stage) -> None:
    shown = await on.say("candle", "candle the sea")
    if on.twitch:
        await _stream(on)
        return
    await on.bob.react(shown.messages[0].message, "👍")
    await on.cleo.do("leave")
    await on.cleo.do("join")


async def _stream(on: Stage) -> None:
    await on.cleo.do("follow")
    await on.bob.do("subscribe")
    await on.bob.do("subscribe", months=7, text="still here")
    await on.bob.do("gift", count=5)
    await on.bob.raid(12)
    await on.bob.cheer(10)
    await on.bob.cheer(100, "the moon")
    await on.bob.redeem("Candle", "the stars")
    await on.bob.redeem("Wish", "rain")
    for verb in ("live", "offline"):
        await on.world.sandbox.do("twitch", verb)


async def talk(on: Stage) -> None:
    await on.bob.say("good evening")
    await on.bob.say("good night")


async def menus(on: Stage) -> None:
    await on.say("greet @bob")
    said = await on.bob.say("I was *here*.")
    await on.say("remember", reply_to=line(said))
    await on.say("remember")
    if on.discord:
        await on.ada.menu("Greet", "bob")
        await on.ada.menu("Remember this", line(said))


async def telegram(on: Stage) -> None:
    await on.say("weather Rome", "share")
    if on.telegram:
        await on.ada.start("weather-Rome")
        await on.ada.inline("weather Oslo")


async def services(on: Stage) -> None:
    await on.say("clock", "wind")


async def middleware(on: Stage) -> None:
    await on.say("bow")


async def guests(on: Stage) -> None:
    await on.say("book sign", "book sign", "book count")


async def secrets(on: Stage) -> None:
    await on.say("confide my name")
    await on.say("confide my name", private=True)
    if on.discord:
        await on.ada.slash("confide", words="my name")


async def cave(on: Stage) -> None:
    await on.say("cave look", "cave look")


async def later(on: Stage) -> None:
    await on.world.app.service(Flows).under_way()  # they begin with their first use, which takes a while
    await on.say("remind 0s the kettle")
    await on.world.sandbox.hear(on.platform)


async def elsewhere(on: Stage) -> None:
    await on.say("moon 3", "moon 20")
    if on.discord:
        await on.ada.slash("moon", day=3)


SCRIPTS: Final[dict[str, Script]] = {
    one.__name__: one
    for one in (
        here, options, suggest, groups, asking, buttons, paging, looks, cards, live, guards, words, happenings, talk,
        menus, telegram, services, middleware, guests, secrets, cave, later, elsewhere,
    )
}  # fmt: skip
