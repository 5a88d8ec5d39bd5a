"""The `soulfra` command."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Coroutine
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
    specs = App(settings).load().compile(platforms.checks())
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
