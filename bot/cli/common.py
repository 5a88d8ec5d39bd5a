"""What the verbs have in common. What a verb needs it imports when it runs: `--help` is there at once."""

import contextlib
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.app import App
    from config.settings import Settings

Config = Annotated[Path | None, typer.Option(help="Settings file; soulfra.toml when there is one.")]


def run_async(work: Coroutine[Any, Any, None]) -> None:
    """Run it to its end, or to Ctrl-C."""
    import asyncio  # noqa: PLC0415

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(work)


def settings(config: Path | None) -> "Settings":
    """What the operator has set. Raises `SettingsError`."""
    from config.load import load_settings  # noqa: PLC0415

    return load_settings(config)


def loaded(config: Path | None) -> "App":
    """The app with its plugins; nothing is opened or connected. Raises `SettingsError`."""
    from bot.app import App  # noqa: PLC0415

    return App(settings(config)).load()


@contextlib.asynccontextmanager
async def storeroom(config: Path | None) -> AsyncIterator["App"]:
    """The app with its store open and nothing connected: for what operators do beside a running bot."""
    app = loaded(config)
    async with app.opened():
        yield app


class Terminal:
    """`bot.setup.Talk` in the terminal."""

    def tell(self, text: str) -> None:
        """Print it, with air before it."""
        print(f"\n{text}")

    def ask(self, question: str, *, secret: bool = False) -> str:
        """What is typed; secrets are not shown."""
        with _interruptible():
            return str(typer.prompt(question, default="", show_default=False, hide_input=secret))

    def agree(self, question: str) -> bool:
        """Yes or no, yes for nothing."""
        with _interruptible():
            return bool(typer.confirm(question, default=True))


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends a question at once: asyncio would hold it back until the loop has its turn."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
