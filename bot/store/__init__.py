"""Transactions, schema, inbox, outbox, events."""

from bot.store.buttons import Choice, Kept
from bot.store.events import Event
from bot.store.memory import Diverged, Elsewhere, Memory, Ticket
from bot.store.migrations import SchemaError
from bot.store.outbox import Parcel
from bot.store.schema import insert, metadata, param, serial
from bot.store.statements import Statement
from bot.store.store import Store
from bot.store.tx import BatchFailed, ConstraintError, Keys, OutcomeUnknownError, Rows, Tx

__all__ = [
    "BatchFailed",
    "Choice",
    "ConstraintError",
    "Diverged",
    "Elsewhere",
    "Event",
    "Kept",
    "Keys",
    "Memory",
    "OutcomeUnknownError",
    "Parcel",
    "Rows",
    "SchemaError",
    "Statement",
    "Store",
    "Ticket",
    "Tx",
    "insert",
    "metadata",
    "param",
    "serial",
]
