"""Who may do what on PostgreSQL: the running bot reads and writes rows, and a reader only reads."""

from psycopg import Connection, sql

from bot.store.migrations import SchemaError
from bot.store.postgres.connection import connect

APPEND_ONLY = ("SELECT", "INSERT")
ROWS = ("SELECT", "INSERT", "UPDATE", "DELETE")
# The sealer numbers events, and nothing else of them changes; the schema is its owner's.
_PARTICULAR: dict[str, tuple[str, ...]] = {
    "event": ("SELECT", "INSERT", "UPDATE (seq, chain)"),
    "alembic_version": ("SELECT",),
}

_ROLE = "SELECT 1 FROM pg_roles WHERE rolname = %s"
_TABLES = """
SELECT c.relname, EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = c.relname || '_rows')
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY c.relname
"""
_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname IN ('public', 'dbos') ORDER BY nspname"


def grant(url: str, application: str, reader: str) -> None:
    """Give both roles what they need and nothing more; again after every change of the schema. As the owner of it all.

    The application writes rows, in append-only tables new ones only, and changes no table; the reader reads. Raises
    `SchemaError` when one of the roles is not there, and `psycopg.Error` when we may not do this.
    """
    with connect(url, by_hand=False) as connection:
        for role in (application, reader):
            if not connection.execute(_ROLE, (role,)).fetchone():
                raise SchemaError(f"there is no role {role}: CREATE ROLE {role} LOGIN PASSWORD '…'")
        _close(connection)
        for (schema,) in connection.execute(_SCHEMAS).fetchall():
            for role in (application, reader):
                _enter(connection, schema, role)
            _run(connection, "GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}", schema, reader)
            _run(connection, "GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA {} TO {}", schema, application)
            if schema != "public":  # the flows' own tables
                _run(connection, f"GRANT {', '.join(ROWS)} ON ALL TABLES IN SCHEMA {{}} TO {{}}", schema, application)
        for table, append_only in connection.execute(_TABLES).fetchall():
            allowed = _PARTICULAR.get(table, APPEND_ONLY if append_only else ROWS)
            _run(connection, f"GRANT {', '.join(allowed)} ON public.{{}} TO {{}}", table, application)


def _close(connection: Connection) -> None:
    """What everybody may do by default: make tables."""
    database = connection.info.dbname
    _run(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", database)
    _run(connection, "REVOKE CREATE ON SCHEMA {} FROM PUBLIC", "public")


def _enter(connection: Connection, schema: str, role: str) -> None:
    """In, and without what an earlier grant gave."""
    _run(connection, "REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}", schema, role)
    _run(connection, "REVOKE ALL ON ALL SEQUENCES IN SCHEMA {} FROM {}", schema, role)
    _run(connection, "REVOKE ALL ON SCHEMA {} FROM {}", schema, role)
    _run(connection, "GRANT USAGE ON SCHEMA {} TO {}", schema, role)
    _run(connection, "GRANT CONNECT ON DATABASE {} TO {}", connection.info.dbname, role)


def _run(connection: Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
