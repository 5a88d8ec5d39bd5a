"""Each number of the audit is 0 in a ledger that was used, and is not when somebody with all rights has changed it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from economy.audit import AUDITS, audit
from tests.economy import books
from tests.economy.books import NOW, Books
from tests.features import ADA, BOB

_UNGUARDED = "PRAGMA ignore_check_constraints = 1", "DROP TRIGGER ledger_entry_no_update"
_UNCHECKED = (
    "ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_bounded; DROP TRIGGER ledger_entry_rows ON ledger_entry"
)
_ENTRY = "UPDATE ledger_entry SET amount = amount + 1 WHERE id = 1"
FORGED = {
    "sum of all entries": _ENTRY,
    "transfers that do not balance": _ENTRY,
    "balance drift": "UPDATE ledger_account SET balance = balance + 5 WHERE code = 'person:1'",
    "received drift": "UPDATE ledger_account SET received = received + 5 WHERE code = 'person:1'",
    "received per server drift": "DELETE FROM ledger_received",
    "held drift": "UPDATE ledger_hold SET state = 'voided'",
    "overdrawn": "UPDATE ledger_account SET balance = -1 WHERE code = 'person:1'",
    "transfers without entries": "INSERT INTO ledger_transfer (key, digest, reason, at) VALUES ('forged', '', 'x', 0)",
}


def forge(ledger: Books, name: str) -> None:
    """By somebody with all rights."""
    if isinstance(ledger.where, Path):
        with closing(sqlite3.connect(ledger.where)) as lite, lite:
            for statement in (*_UNGUARDED, FORGED[name]):
                lite.execute(statement)
        return
    if name == "overdrawn":
        ledger.sql(_UNCHECKED)
    ledger.sql(f"SET session_replication_role = replica; {FORGED[name]}")


def test_every_number_has_its_forgery() -> None:
    assert FORGED.keys() == AUDITS.keys()


@pytest.mark.parametrize("name", FORGED)
def test_what_was_forged_is_found(ledger: Books, name: str) -> None:
    ledger.write(books.give, "k", ADA, BOB, 30)
    ledger.write(books.hold, "h", ADA, 5, NOW + 1)
    assert ledger.write(audit) == {}
    forge(ledger, name)
    assert name in ledger.write(audit)
