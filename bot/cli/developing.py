"""Verbs for developers: one command without a network, translations, files to begin with."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import Config, loaded, run_async, settings

if TYPE_CHECKING:
    from bot.app import App
    from bot.sandbox.offline import Offline

new = typer.Typer(no_args_is_help=True, help="Write files to begin with, that run and whose tests pass.")


def register(cli: typer.Typer) -> None:
    """Add them."""
    cli.command()(do)
    cli.command()(translations)
    cli.add_typer(new, name="new")


class PlatformName(StrEnum):
    """The platforms, for the command line."""

    DISCORD = "discord"
    TWITCH = "twitch"
    TELEGRAM = "telegram"


def do(
    platform: PlatformName,
    user: str,
    text: str,
    config: Config = None,
    private: Annotated[bool, typer.Option(help="As if said to the bot alone.")] = False,
) -> None:
    """Run one command as USER of PLATFORM without a network.

    For example: soulfra do twitch ada "!bless @bob 5".
    """
    from bot.sandbox.offline import Offline  # noqa: PLC0415
    from bot.sandbox.world import World  # noqa: PLC0415

    offline = Offline(platform.value, World())
    run_async(_do(loaded(config), offline, user, text, private))


def translations(packages: list[str], config: Config = None) -> None:
    """Bring the catalogues of PACKAGES up to date.

    They hold what there is to translate, in <package>/locale.
    """
    from bot import extraction  # noqa: PLC0415  (compiles every command)

    specs = extraction.commands(settings(config), packages)
    _wrote([file for package in packages for file in extraction.update(package, extraction.extract(package, specs))])


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


async def _do(app: "App", offline: "Offline", user: str, text: str, private: bool) -> None:
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
