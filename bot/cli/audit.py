"""`soulfra audit`: is every number right, and is the chain of events whole?"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import Config, run_async, storeroom

if TYPE_CHECKING:
    from bot.audit import Findings

audit = typer.Typer(help="Recompute what must be 0, verify the chain of events.")
AnchorFile = Annotated[
    Path | None,
    typer.Option(
        "--anchor",
        exists=True,
        dir_okay=False,
        help="Anchors that were copied elsewhere, in place of the installation's own.",
    ),
]


def register(cli: typer.Typer) -> None:
    """Add it."""
    cli.add_typer(audit, name="audit")


@audit.callback(invoke_without_command=True)
def everything(context: typer.Context, config: Config = None, anchor: AnchorFile = None) -> None:
    """Recompute what must be 0, verify the chain of events.

    Ends with 1 when something is wrong.
    """
    if context.invoked_subcommand is None:
        run_async(_audit(config, anchor, chain_only=False))


@audit.command()
def verify(config: Config = None, anchor: AnchorFile = None) -> None:
    """Verify the chain of events alone: nothing changed, removed, put in, moved or cut off."""
    run_async(_audit(config, anchor, chain_only=True))


@audit.command()
def export(
    config: Config = None, after: Annotated[int, typer.Option(help="Only events behind this number.")] = 0
) -> None:
    """Print every numbered event as a line of JSON: ids and numbers, no words."""
    run_async(_export(config, after))


async def _export(config: Path | None, after: int) -> None:
    from bot.store.events import SEALED, seal_due  # noqa: PLC0415
    from bot.store.streaming import stream  # noqa: PLC0415

    async with storeroom(config) as app:
        await seal_due(app.store)
        async with stream(app.database, SEALED, after=after) as rows:
            async for seq, at, kind, body, chain in rows:
                told = {"seq": seq, "at": at, "kind": kind, "body": json.loads(body), "chain": chain}
                print(json.dumps(told))


async def _audit(config: Path | None, file: Path | None, *, chain_only: bool) -> None:
    from bot.audit import Anchors, examine  # noqa: PLC0415

    async with storeroom(config) as app:
        anchors = app.anchors if file is None else Anchors(file)
        # read first: what is noted meanwhile is newer than the snapshot
        found = await app.store.read(examine, {} if chain_only else app.audits, anchors.read())
    tell(found)
    if found.wrong:
        raise typer.Exit(1)


def tell(found: "Findings") -> None:
    """Print what was found."""
    for line in found.wrong:
        print(line)
    if not any(found.numbers.values()) and found.numbers:
        print(f"{len(found.numbers)} numbers are recomputed, all of them right: {', '.join(found.numbers)}.")
    if found.broken is None:
        print(f"The chain of {found.head.seq:,} events is whole.")
