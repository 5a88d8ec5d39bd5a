"""The `soulfra` command: one module for each group of verbs."""

import contextlib
import gc
import sys
from pathlib import Path

import typer

from bot.cli import audit, backup, database, developing, inbox
from bot.cli.common import Config, Terminal, loaded, run_async, settings
from bot.errors import DefinitionError, SettingsError, SoulfraError

cli = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,  # plain: what draws boxes takes longer than the help itself
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
    """Run the bot.

    On the platforms that have a token, or in the sandbox when none has.
    """
    gc.disable()  # while things are imported, which takes a fifth less time then: nothing of them is garbage
    from bot.logs import written  # noqa: PLC0415
    from bot.run import serve  # noqa: PLC0415

    with written():
        run_async(serve(settings(config)))


@cli.command()
def check(config: Config = None) -> None:
    """List all that is wrong with settings and commands."""
    from bot import platforms  # noqa: PLC0415
    from config.load import check_data  # noqa: PLC0415

    app = loaded(config)
    check_data()
    specs = app.compile(platforms.checks())
    for line in app.languages.report(specs):
        print(line)
    if problems := app.problems():
        raise SettingsError("\n".join(problems))
    print(f"{len(specs)} commands, no problem on {', '.join(platforms.NAMES)}.")


@cli.command()
def setup(config: Config = None) -> None:
    """Walk through each platform and write the settings.

    What to create where; sign in, send a test message.
    """
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
