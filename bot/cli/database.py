"""`soulfra database`: which one it is, its schema, and who may do what in it."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import Config, run_async, settings, storeroom
from config.errors import SettingsError

database = typer.Typer(no_args_is_help=True, help="The database: SQLite, or PostgreSQL.")
_SIZE = "SELECT pg_database_size(current_database())"
_LARGEST = """
SELECT relname, pg_total_relation_size(oid) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC, 1 LIMIT 5
"""


def register(cli: typer.Typer) -> None:
    """Add the verbs."""
    cli.add_typer(database, name="database")


@database.command()
def status(config: Config = None) -> None:
    """Say which database it is, what schema it has, and how large it is. Nothing is changed."""
    from bot.store import migrations  # noqa: PLC0415

    where = _where(config)
    print(migrations.shown(where))
    if isinstance(where, Path) and not where.exists():
        print("not made yet")
        return
    print(f"schema: {', '.join(migrations.heads(where)) or 'none'}")
    for name, size in _sizes(where):
        print(f"{name}: {size / 1e6:.1f} MB")


@database.command()
def upgrade(config: Config = None) -> None:
    """Bring the schema up to date, as `run` does: for the owner of the tables, when the bot's own role may not."""
    run_async(_upgrade(config))


@database.command()
def grant(
    application: Annotated[str, typer.Option(help="The role that the bot runs as.")],
    reader: Annotated[str, typer.Option(help="The role of who only reads.")],
    config: Config = None,
) -> None:
    """Give two roles of PostgreSQL what they need and nothing more; run it as the owner, again after each upgrade."""
    where = _where(config)
    if isinstance(where, Path):
        raise SettingsError("Only PostgreSQL has roles: set database.url to that of the owner of the tables.")
    from psycopg import Error  # noqa: PLC0415  (who uses SQLite does not need its driver)

    from bot.store.postgres.roles import grant as give  # noqa: PLC0415

    try:
        give(where, application, reader)
    except Error as error:
        raise SettingsError(f"The roles were not given their rights: {error}") from error
    print(f"{application} reads and writes, {reader} reads.")


def _where(config: Path | None) -> Path | str:
    """Without its plugins."""
    from bot.app import App  # noqa: PLC0415

    return App(settings(config)).database


async def _upgrade(config: Path | None) -> None:
    import asyncio  # noqa: PLC0415

    from bot.store import migrations  # noqa: PLC0415

    async with storeroom(config) as app:
        if isinstance(app.database, str):
            await asyncio.to_thread(_make_tables_of_flows, app.database)
        print(f"{migrations.shown(app.database)}: {', '.join(migrations.heads(app.database))}")


def _make_tables_of_flows(url: str) -> None:
    from bot.flows.engine import make_tables  # noqa: PLC0415  (it takes seconds)

    make_tables(url)


def _sizes(where: Path | str) -> list[tuple[str, int]]:
    """In all, and of the largest tables where the database tells it."""
    if isinstance(where, Path):
        return [("in all", sum(file.stat().st_size for file in where.parent.glob(f"{where.name}*")))]
    import sqlalchemy as sa  # noqa: PLC0415

    from bot.store import migrations  # noqa: PLC0415

    engine = migrations.engine_for(where)
    with engine.connect() as connection:
        whole: int = connection.execute(sa.text(_SIZE)).scalar_one()
        largest = [(name, size) for name, size in connection.execute(sa.text(_LARGEST))]
    engine.dispose()
    return [("in all", whole), *largest]
