"""`soulfra backup`, `soulfra restore` and `soulfra drill`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import Config, loaded, run_async, storeroom


def register(cli: typer.Typer) -> None:
    """Add them."""
    for verb in (backup, restore, drill):
        cli.command()(verb)


def backup(
    config: Config = None,
    to: Annotated[
        list[str] | None, typer.Option(help="A folder or s3://bucket/prefix, in place of the settings'.")
    ] = None,
) -> None:
    """Back up database and blobs, while the bot runs. The master key is not in it: keep a copy of it elsewhere."""
    run_async(_backup(config, to or []))


def restore(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A folder or s3://bucket/prefix with backups.")],
    config: Config = None,
    at: Annotated[str | None, typer.Option(help="The name of a backup; the newest without it.")] = None,
    replace: Annotated[bool, typer.Option(help="Also when the PostgreSQL database is not empty.")] = False,
) -> None:
    """Put a backup in the place of what is there.

    That is kept, and nothing changes unless the backup is sound.
    """
    run_async(_restore(config, source, at, replace))


def drill(
    source: Annotated[str | None, typer.Argument(metavar="[FROM]", help="In place of the settings' targets.")] = None,
    config: Config = None,
) -> None:
    """Restore the newest backup beside and examine it.

    Everything in it is looked at; says how old it is and how long it took.
    """
    run_async(_drill(config, source))


async def _backup(config: Path | None, targets: list[str]) -> None:
    async with storeroom(config) as app:
        manifest = await app.backups.make(app.store, targets)
    size = sum(each.size for each in manifest.files)
    print(f"{manifest.name}: {size:,} bytes, {manifest.head.seq:,} events, sealed with key {manifest.key}.")
    print(f"The key is not in it: keep a copy of {app.settings.data / 'master.key'} elsewhere.")


async def _restore(config: Path | None, source: str, name: str | None, over: bool) -> None:
    manifest = await loaded(config).backups.restore(source, name, over=over)
    print(f"{manifest.name} is restored, with {manifest.head.seq:,} events. What was there is kept beside it.")


async def _drill(config: Path | None, source: str | None) -> None:
    app = loaded(config)
    targets = [source] if source else app.settings.backup.targets
    if not targets:
        from bot.backup import BackupError  # noqa: PLC0415

        raise BackupError("which one? Name a target, or set backup.targets", "backup_target")
    for where in targets:
        done = await app.backups.drill(where)
        print(f"{where}: {done.manifest.name} is sound, {done.age:.0f} s old, restored in {done.took:.1f} s.")
