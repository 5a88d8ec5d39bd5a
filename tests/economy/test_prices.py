"""Prices: held before the command runs, paid when it succeeds, released when it does not, whatever happens in between."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec import structs

from bot.app import App
from bot.command import Invocation
from bot.events import Cheered
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.store import Tx, inbox, people
from bot.testing.template import prepare
from bot.users import User
from config.settings import Settings
from economy import accounts
from economy.accounts import Account
from economy.audit import total
from economy.ledger import Ledger
from tests.economy.shop import Till
from tests.economy.test_settings import SHIPPED, written

SHOP = "tests.economy.shop"
WELCOME, PRICE = 100, 30


@dataclass
class Shop:
    """A running bot with one command that costs something, on two platforms without a wire."""

    data: Path
    app: App
    twitch: Offline
    telegram: Offline

    @property
    def till(self) -> Till:
        return self.app.service(Till)

    async def submit(self, *lines: Invocation) -> str:
        """What is said about them, all given at once."""
        await asyncio.gather(*map(self.app.intake.submit, lines))
        async with asyncio.timeout(5):
            await self.app.intake.quiet()
        said = "\n".join(shown(payload) for one in (self.twitch, self.telegram) for payload in one.sent)
        self.twitch.sent.clear()
        self.telegram.sent.clear()
        return said

    def line(self, text: str = "buy") -> Invocation:
        return self.twitch.invocation("ada", f"!{text}", direct=False)

    async def buy(self, branch: str = "") -> str:
        self.till.branch = branch
        return await self.submit(self.line())

    async def account(self) -> Account:
        return await self.app.store.read(account, self.twitch.user("ada"))


def account(tx: Tx, user: User) -> Account:
    return accounts.shown(tx, tx.person(user))


async def opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, price: int = PRICE, branch: str = "", more: tuple[str, ...] = ()
) -> Shop:
    text = f'{(SHIPPED / "prices.toml").read_text()}\n[plugins."{SHOP}"]\nbuy = {price}\nlook = 0\n'
    written(folder, "prices.toml", text, monkeypatch)
    app = App(Settings(data=folder / "data", plugins=["economy", SHOP, *more], discover=False)).load()
    app.service(Till).branch = branch
    platforms = [Offline(name, World()) for name in ("twitch", "telegram")]
    prepare(app)
    await app.start(platforms)
    return Shop(folder, app, *platforms)


@pytest_asyncio.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    one = await opened(tmp_path, monkeypatch)
    yield one
    assert await one.app.store.read(total) == 0
    await one.app.stop()


# --- how it ends


@pytest.mark.parametrize("branch", ["", "wrap"])
async def test_what_succeeds_is_paid(shop: Shop, branch: str) -> None:
    assert await shop.buy(branch) == "Bought."
    assert await shop.account() == Account(WELCOME - PRICE)


@pytest.mark.parametrize(("branch", "told"), [("refuse", "Sold out."), ("crash", "went wrong")])
async def test_what_fails_costs_nothing(shop: Shop, branch: str, told: str) -> None:
    assert told in await shop.buy(branch)
    assert await shop.account() == Account(WELCOME)
    assert shop.till.ran == 1


async def test_a_question_that_nobody_answers_costs_nothing(shop: Shop) -> None:
    shop.till.seconds = 0.01
    await shop.buy("ask")
    async with asyncio.timeout(5):
        while not shop.twitch.sent:
            await asyncio.sleep(0.001)
    assert "I waited" in await shop.submit()
    assert await shop.account() == Account(WELCOME)


async def test_it_is_held_while_somebody_is_asked_and_paid_after_the_answer(shop: Shop) -> None:
    await shop.buy("ask")
    assert await shop.account() == Account(WELCOME, PRICE)
    assert await shop.submit(structs.replace(shop.line(), text="yes")) == "Bought."
    assert await shop.account() == Account(WELCOME - PRICE)


async def test_another_command_ends_the_question_and_releases_it(shop: Shop) -> None:
    await shop.buy("ask")
    await shop.submit(shop.line("look"))
    assert await shop.account() == Account(WELCOME)


async def test_too_little_is_refused_before_the_handler(shop: Shop) -> None:
    for _ in range(3):
        await shop.buy()
    told = await shop.buy()
    assert shop.till.ran == 3
    assert "That costs 30 ✦, and you have 10 ✦." in told
    assert await shop.account() == Account(10)


async def test_what_is_held_cannot_be_given_away(shop: Shop) -> None:
    for _ in range(2):
        await shop.buy()
    shop.till.branch = "ask"
    await shop.submit(shop.line())
    bob = shop.twitch.user("bob")
    ledger = shop.app.service(Ledger)
    with pytest.raises(Exception, match="You have 10 ✦"):
        await shop.app.store.write(give, ledger, shop.twitch.user("ada"), bob, 11)
    assert await shop.account() == Account(40, PRICE)


def give(tx: Tx, ledger: Ledger, giver: User, to: User, amount: int) -> None:
    tx.key = "test"
    ledger.move(tx, giver, to, amount)


async def test_the_same_event_twice_is_paid_once(shop: Shop) -> None:
    line = shop.line()
    for _ in range(2):
        await shop.submit(line)
    assert await shop.account() == Account(WELCOME - PRICE)


def link(tx: Tx, ledger: Ledger, kept: User, gone: User) -> None:
    one, other = tx.person(kept), tx.person(gone)
    ledger.merge(tx, one, other)
    people.merge(tx, one, other)


async def test_of_two_at_once_with_enough_for_one_one_runs(shop: Shop) -> None:
    ledger, ada = shop.app.service(Ledger), shop.twitch.user("ada")
    await shop.app.store.write(link, ledger, ada, shop.telegram.user("ada"))
    await shop.buy()
    await shop.buy()
    shop.till.ran = 0
    said = await shop.submit(shop.line(), shop.telegram.invocation("ada", "/buy", direct=False))
    assert shop.till.ran == 1
    assert "Bought." in said
    assert "you have 10 ✦" in said
    assert await shop.account() == Account(10)


async def test_what_took_longer_than_it_was_held_is_a_gift(shop: Shop) -> None:
    assert await shop.submit(structs.replace(shop.line(), answer_until=1)) == "Bought."
    assert await shop.account() == Account(WELCOME)


async def test_what_nobody_in_particular_did_is_free(shop: Shop) -> None:
    cheer = Cheered(id="twitch:c", place=shop.twitch.place("ada", direct=False), at=1, bits=100)
    await shop.app.intake.happened(cheer, shop.twitch.handle("ada", direct=False))
    assert await shop.submit() == "Bought."


async def test_inline_answers_cost_nothing_and_show_nothing(shop: Shop) -> None:
    message = await shop.app.intake.inline(shop.telegram.invocation("ada", "/buy", direct=True))
    assert message is not None
    assert "in a message of its own" in message.plain
    assert shop.till.ran == 0


async def test_the_list_names_what_costs_something(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = await opened(tmp_path, monkeypatch, more=("mirrors", "handlers"))
    assert "buy 30 ✦" in await shop.submit(shop.telegram.invocation("ada", "/prices", direct=True))
    await shop.app.stop()


# --- and when the process ends in between


async def killed(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    branch: str,
    then: str = "",
    price: int = PRICE,
    *,
    late: bool = False,
) -> Shop:
    """A shop after a crash in the middle of a run, which is to go on by another branch, at another price."""
    first = await opened(folder, monkeypatch)
    first.till.branch = branch
    line = first.line()
    if late:  # it is taken up when nobody waits for it any more
        line = structs.replace(line, answer_until=line.received - 1)
    await first.app.intake.submit(line)
    async with asyncio.timeout(5):
        while not (first.till.ran and ("wrap" not in branch or await first.app.store.read(inbox.writes, line.id))):
            await asyncio.sleep(0.001)
    assert await first.account() == Account(WELCOME, PRICE)
    first.app.intake._lanes._tasks.pop().cancel()
    await first.app.stop()
    return await opened(folder, monkeypatch, price, then)


@pytest.mark.parametrize(
    ("branch", "then", "told", "left"),
    [
        ("die", "", "Bought.", WELCOME - PRICE),
        ("wrap and die", "wrap", "Bought.", WELCOME - PRICE),
        ("wrap and die", "", "its answer was lost", WELCOME - PRICE),  # it diverged: it was carried out
        ("die", "refuse", "Sold out.", WELCOME),
        ("die", "crash", "went wrong", WELCOME),
        ("ask", "", "I was restarted", WELCOME),
    ],
)
async def test_killed_while_it_is_held_it_is_paid_once_or_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, branch: str, then: str, told: str, left: int
) -> None:
    second = await killed(tmp_path, monkeypatch, branch, then)
    assert told in await second.submit()
    assert await second.account() == Account(left)
    assert await second.app.store.read(total) == 0
    await second.app.stop()


async def test_what_comes_too_late_after_a_crash_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    second = await killed(tmp_path, monkeypatch, "die", late=True)
    await second.submit()
    assert (second.till.ran, await second.account()) == (0, Account(WELCOME))
    await second.app.stop()


async def test_a_price_that_changed_meanwhile_is_the_one_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = await killed(tmp_path, monkeypatch, "die", price=5)
    assert await second.submit() == "Bought."
    assert await second.account() == Account(WELCOME - PRICE)
    await second.app.stop()
