"""Transactions, schema, inbox, outbox, events."""

from bot.store.buttons import Choice, Kept
from bot.store.events import Event
from bot.store.memory import Diverged, Memory
from bot.store.migrations import SchemaError
from bot.store.outbox import Parcel
from bot.store.schema import insert, metadata, param, serial
from bot.store.statements import Statement
from bot.store.store import Store
from bot.store.tx import BatchFailed, Keys, Rows, Tx

__all__ = [
    "BatchFailed",
    "Choice",
    "Diverged",
    "Event",
    "Kept",
    "Keys",
    "Memory",
    "Parcel",
    "Rows",
    "SchemaError",
    "Statement",
    "Store",
    "Tx",
    "insert",
    "metadata",
    "param",
    "serial",
]
