"""`soulfra inbox`: what was accepted and has no good end, and messages that did not arrive. Never what somebody said."""

from typing import Annotated, Literal

import typer

from bot.cli.common import Config, run_async

inbox = typer.Typer(no_args_is_help=True, help="What has no good end: see, retry, drop.")
State = Literal["accepted", "asking", "retry", "settling", "dead", "done", "expired", "dropped"]


def register(cli: typer.Typer) -> None:
    """Add it."""
    cli.add_typer(inbox, name="inbox")


@inbox.command("list")
def list_(
    config: Config = None,
    state: Annotated[State | None, typer.Option(help="Only what is in this state.")] = None,
) -> None:
    """List what has not ended well: id, command, author, age, attempts, state, reason."""
    from bot.cli import letters  # noqa: PLC0415

    run_async(letters.show(config, state))


@inbox.command()
def retry(id: str, config: Config = None) -> None:  # noqa: A002
    """Run the dead letter ID again, however old it is: at once where the bot runs, else at its next start."""
    from bot.cli import letters  # noqa: PLC0415

    run_async(letters.retry(config, id))


@inbox.command()
def drop(id: str, config: Config = None) -> None:  # noqa: A002
    """Erase what was accepted as ID; it is never run (again)."""
    from bot.cli import letters  # noqa: PLC0415

    run_async(letters.drop(config, id))


@inbox.command()
def messages(
    config: Config = None,
    retry: Annotated[int | None, typer.Option(help="Send the message of this id again.")] = None,
) -> None:
    """List messages that did not arrive, or nobody knows: id, platform, age, state, reason."""
    from bot.cli import letters  # noqa: PLC0415

    run_async(letters.messages(config) if retry is None else letters.resend(config, retry))
