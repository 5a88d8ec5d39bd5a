"""The `soulfra` command."""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Coroutine, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.app import App
from bot.errors import DefinitionError, SettingsError, SoulfraError
from config.load import load_settings

if TYPE_CHECKING:
    from bot.sandbox.offline import Offline

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Write a command once; it is native on Discord, Twitch and Telegram.",
)
new = typer.Typer(no_args_is_help=True, help="Write files to begin with, that run and whose tests pass.")
cli.add_typer(new, name="new")
Config = Annotated[Path | None, typer.Option(help="Settings file; soulfra.toml when there is one.")]


class PlatformName(StrEnum):
    """The platforms, for the command line."""

    DISCORD = "discord"
    TWITCH = "twitch"
    TELEGRAM = "telegram"


@cli.command()
def run(config: Config = None) -> None:
    """Run the bot: on the platforms that have a token, or in the sandbox when none has."""
    from bot.run import serve  # noqa: PLC0415  (the web server and the emulators are not needed for help)

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for library in ("alembic", "discord", "httpx", "twitchio", "uvicorn"):
        logging.getLogger(library).setLevel(logging.WARNING)
    logging.getLogger("discord.client").setLevel(logging.ERROR)  # it warns that it cannot speak in voice channels
    _run(serve(load_settings(config)))


@cli.command()
def check(config: Config = None) -> None:
    """List everything that is wrong with the settings and the command definitions."""
    from bot import platforms  # noqa: PLC0415

    settings = load_settings(config)
    app = App(settings).load()
    specs = app.compile(platforms.checks())
    for line in app.languages.report(specs):
        print(line)
    print(f"{len(specs)} commands, no problem on {', '.join(platforms.NAMES)}.")


@cli.command()
def do(
    platform: PlatformName,
    user: str,
    text: str,
    config: Config = None,
    private: Annotated[bool, typer.Option(help="As if said to the bot alone.")] = False,
) -> None:
    """Run one command as USER of PLATFORM, with no network: soulfra do twitch ada "!bless @bob 5"."""
    from bot.sandbox.offline import Offline  # noqa: PLC0415
    from bot.sandbox.world import World  # noqa: PLC0415

    offline = Offline(platform.value, World())
    _run(_do(App(load_settings(config)).load(), offline, user, text, private))


@cli.command()
def translations(packages: list[str], config: Config = None) -> None:
    """Bring the catalogues of PACKAGES up to date: what there is to translate, in <package>/locale."""
    from bot import extraction  # noqa: PLC0415  (compiles every command)

    specs = extraction.commands(load_settings(config), packages)
    _wrote([file for package in packages for file in extraction.update(package, extraction.extract(package, specs))])


@cli.command()
def setup(config: Config = None) -> None:
    """Walk through each platform: what to create where, sign in, send a test message, write the settings."""
    from bot.setup import Setup  # noqa: PLC0415

    _run(Setup(Terminal(), config or Path("soulfra.toml")).run())


@new.command()
def handler(name: str, folder: Annotated[Path, typer.Option(help="Where to put it.")] = Path()) -> None:
    """Write a plugin NAME and its test, to begin with."""
    from bot import scaffold  # noqa: PLC0415

    _wrote(scaffold.handler(name, folder))


@new.command()
def bot(name: str, folder: Annotated[Path, typer.Option(help="Where to put it.")] = Path()) -> None:
    """Write a project NAME of its own: a plugin, its test, settings."""
    from bot import scaffold  # noqa: PLC0415

    _wrote(scaffold.bot(name, folder))


def _wrote(files: list[Path]) -> None:
    for file in files:
        print(f"wrote {file}")


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


async def _do(app: App, offline: "Offline", user: str, text: str, private: bool) -> None:
    from bot.sandbox.offline import shown  # noqa: PLC0415

    await app.start([offline])
    try:
        line = text if text[:1] in ("!", "/") else f"!{text}"
        prefix = "/" if offline.name == "telegram" else "!"
        invocation = offline.invocation(user, prefix + line[1:], direct=private)
        await app.intake.submit(invocation)
        await app.intake.quiet()
    finally:
        await app.stop()
    for payload in offline.sent:
        print(shown(payload))


def _run(work: Coroutine[Any, Any, None]) -> None:
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(work)


def main() -> None:
    """Errors of the house are one clear text, never a traceback."""
    with contextlib.suppress(BrokenPipeError):
        try:
            cli()
        except (SettingsError, DefinitionError) as error:
            sys.exit(str(error))
        except SoulfraError as error:
            sys.exit(f"{error.code}: {error}")
