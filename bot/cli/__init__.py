"""The `soulfra` command: one module for each group of verbs."""

import contextlib
import logging
import sys
from pathlib import Path

import typer

from bot.app import App
from bot.cli import audit, backup, database, developing, inbox
from bot.cli.common import Config, Terminal, run_async
from bot.errors import DefinitionError, SettingsError, SoulfraError
from config.load import load_settings

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Write a command once; it is native on Discord, Twitch and Telegram.",
)
developing.register(cli)
database.register(cli)
audit.register(cli)
backup.register(cli)
inbox.register(cli)


@cli.command()
def run(config: Config = None) -> None:
    """Run the bot: on the platforms that have a token, or in the sandbox when none has."""
    from bot.run import serve  # noqa: PLC0415  (the web server and the emulators are not needed for help)

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for library in ("alembic", "discord", "httpx", "twitchio", "uvicorn"):
        logging.getLogger(library).setLevel(logging.WARNING)
    logging.getLogger("discord.client").setLevel(logging.ERROR)  # it warns that it cannot speak in voice channels
    run_async(serve(load_settings(config)))


@cli.command()
def check(config: Config = None) -> None:
    """List everything that is wrong with the settings and the command definitions."""
    from bot import platforms  # noqa: PLC0415

    settings = load_settings(config)
    app = App(settings).load()
    specs = app.compile(platforms.checks())
    for line in app.languages.report(specs):
        print(line)
    if problems := app.problems():
        raise SettingsError("\n".join(problems))
    print(f"{len(specs)} commands, no problem on {', '.join(platforms.NAMES)}.")


@cli.command()
def setup(config: Config = None) -> None:
    """Walk through each platform: what to create where, sign in, send a test message, write the settings."""
    from bot.setup import Setup  # noqa: PLC0415

    run_async(Setup(Terminal(), config or Path("soulfra.toml")).run())


def main() -> None:
    """Errors of the house are one clear text, never a traceback."""
    with contextlib.suppress(BrokenPipeError):
        try:
            cli()
        except (SettingsError, DefinitionError) as error:
            sys.exit(str(error))
        except SoulfraError as error:
            sys.exit(f"{error.code}: {error}")
