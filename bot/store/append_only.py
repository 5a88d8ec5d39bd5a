"""Tables whose rows are never changed or removed, held by triggers, which Alembic does not generate. For migrations."""

from alembic import op

_SQLITE = """
CREATE TRIGGER {0}_no_update BEFORE UPDATE ON {0} BEGIN SELECT RAISE(ABORT, '{0} is append-only'); END
CREATE TRIGGER {0}_no_delete BEFORE DELETE ON {0} BEGIN SELECT RAISE(ABORT, '{0} is append-only'); END
"""
# Of the class of errors to which constraints belong, as on SQLite.
_REFUSAL = "$$ BEGIN RAISE EXCEPTION '{0} is append-only' USING ERRCODE = '23000'; END $$"
_POSTGRES = """
CREATE FUNCTION {0}_fixed() RETURNS trigger LANGUAGE plpgsql AS {1}
CREATE TRIGGER {0}_rows BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION {0}_fixed()
CREATE TRIGGER {0}_all BEFORE TRUNCATE ON {0} FOR EACH STATEMENT EXECUTE FUNCTION {0}_fixed()
"""


def append_only(table: str) -> None:
    """Refuse UPDATE and DELETE (and TRUNCATE on PostgreSQL) of this table from now on."""
    triggers = _POSTGRES if op.get_context().dialect.name == "postgresql" else _SQLITE
    for statement in triggers.format(table, _REFUSAL.format(table)).strip().splitlines():
        op.execute(statement)
