"""What `soulfra inbox` does: see, retry and drop what was accepted and has no good end, and messages that did not arrive."""

from datetime import timedelta
from pathlib import Path

from bot.app import App
from bot.cli.common import storeroom
from bot.command import Invocation
from bot.ending import drop as dropped
from bot.errors import SoulfraError
from bot.store import inbox, outbox

UNENDED: tuple[inbox.State, ...] = ("dead", "retry", "accepted", "asking", "settling")


class NoLetterError(SoulfraError):
    """There is nothing of this id that could be retried or dropped."""

    code = "no_letter"


async def show(config: Path | None, state: inbox.State | None) -> None:
    """Print what is in this state, or in any that is no good end."""
    async with storeroom(config) as app:
        await app.servers.load(app.store)  # what commands begin with where
        for each in (state,) if state else UNENDED:
            for one in await app.store.read(inbox.letters, each):
                _show(one.id, *_asked(app, one.asked), _age(one.age), str(one.attempts), one.state, one.reason)


def _asked(app: App, one: Invocation | None) -> tuple[str, str]:
    """Its command and its author."""
    if one is None:
        return "-", "-"
    found = app.registry.find(one.text[len(app.servers.prefix(one.place)) :]) if one.path is None else None
    return one.path or (found[0].path if found else "-"), one.author.key


async def retry(config: Path | None, id_: str) -> None:
    """Run it again. Raises `NoLetterError`."""
    async with storeroom(config) as app:
        if not await app.store.write_in(id_, inbox.retry, id_):
            raise NoLetterError(f"there is no dead letter {id_}")
    print(f"{id_} is run again: at once where the bot runs, else at its next start.")


async def drop(config: Path | None, id_: str) -> None:
    """Erase it. Raises `NoLetterError`."""
    async with storeroom(config) as app:
        if not await app.store.write_in(id_, dropped, app.ended, id_):
            raise NoLetterError(f"nothing is kept of {id_}")
    print(f"{id_} is dropped.")


async def messages(config: Path | None) -> None:
    """Print those that did not arrive."""
    async with storeroom(config) as app:
        for one in await app.store.read(outbox.stuck):
            _show(str(one.id), one.platform or "-", _age(one.age), one.state, one.reason)


async def resend(config: Path | None, id_: int) -> None:
    """Send it again. Raises `NoLetterError`."""
    async with storeroom(config) as app:
        if not await app.store.write(outbox.retry, id_):
            raise NoLetterError(f"there is no message {id_} that could be sent again")
    print(f"Message {id_} is sent again: at once where the bot runs, else at its next start.")


def _age(microseconds: int) -> str:
    return str(timedelta(seconds=max(0, microseconds) // 1_000_000))


def _show(*columns: str) -> None:
    print("  ".join(columns))
