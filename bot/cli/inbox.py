"""`soulfra inbox`: what was accepted and has no good end, and messages that did not arrive. Never what somebody said."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.app import App
from bot.cli.common import Config, run_async, storeroom
from bot.command import Invocation
from bot.ending import drop as dropped
from bot.errors import SoulfraError
from bot.store import inbox as letters
from bot.store import outbox

inbox = typer.Typer(no_args_is_help=True, help="Dead letters and messages that did not arrive: see, retry, drop.")
_UNENDED: tuple[letters.State, ...] = ("dead", "retry", "accepted", "asking", "settling")
State = Literal["accepted", "asking", "retry", "settling", "dead", "done", "expired", "dropped"]


class NoLetterError(SoulfraError):
    """There is nothing of this id that could be retried or dropped."""

    code = "no_letter"


def register(cli: typer.Typer) -> None:
    """Add it."""
    cli.add_typer(inbox, name="inbox")


@inbox.command("list")
def list_(
    config: Config = None,
    state: Annotated[State | None, typer.Option(help="Only what is in this state.")] = None,
) -> None:
    """List what has not ended well: id, command, author, age, attempts, state, reason."""
    run_async(_list(config, (state,) if state else _UNENDED))


@inbox.command()
def retry(id: str, config: Config = None) -> None:  # noqa: A002
    """Run the dead letter ID again, however old it is: at once where the bot runs, else at its next start."""
    run_async(_retry(config, id))


@inbox.command()
def drop(id: str, config: Config = None) -> None:  # noqa: A002
    """Erase what was accepted as ID; it is never run (again)."""
    run_async(_drop(config, id))


@inbox.command()
def messages(
    config: Config = None,
    retry: Annotated[int | None, typer.Option(help="Send the message of this id again.")] = None,
) -> None:
    """List messages that did not arrive, or nobody knows: id, platform, age, state, reason."""
    run_async(_messages(config) if retry is None else _resend(config, retry))


async def _list(config: Path | None, states: tuple[letters.State, ...]) -> None:
    async with storeroom(config) as app:
        await app.servers.load(app.store)  # what commands begin with where
        for state in states:
            for one in await app.store.read(letters.letters, state):
                _show(one.id, *_asked(app, one.asked), _age(one.age), str(one.attempts), one.state, one.reason)


def _asked(app: App, one: Invocation | None) -> tuple[str, str]:
    """Its command and its author."""
    if one is None:
        return "-", "-"
    found = app.registry.find(one.text[len(app.servers.prefix(one.place)) :]) if one.path is None else None
    return one.path or (found[0].path if found else "-"), one.author.key


async def _retry(config: Path | None, id_: str) -> None:
    async with storeroom(config) as app:
        if not await app.store.write_in(id_, letters.retry, id_):
            raise NoLetterError(f"there is no dead letter {id_}")
    print(f"{id_} is run again: at once where the bot runs, else at its next start.")


async def _drop(config: Path | None, id_: str) -> None:
    async with storeroom(config) as app:
        if not await app.store.write_in(id_, dropped, app.ended, id_):
            raise NoLetterError(f"nothing is kept of {id_}")
    print(f"{id_} is dropped.")


async def _messages(config: Path | None) -> None:
    async with storeroom(config) as app:
        for one in await app.store.read(outbox.stuck):
            _show(str(one.id), one.platform or "-", _age(one.age), one.state, one.reason)


async def _resend(config: Path | None, id_: int) -> None:
    async with storeroom(config) as app:
        if not await app.store.write(outbox.retry, id_):
            raise NoLetterError(f"there is no message {id_} that could be sent again")
    print(f"Message {id_} is sent again: at once where the bot runs, else at its next start.")


def _age(microseconds: int) -> str:
    return str(timedelta(seconds=max(0, microseconds) // 1_000_000))


def _show(*columns: str) -> None:
    print("  ".join(columns))
