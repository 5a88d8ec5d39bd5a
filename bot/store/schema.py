"""The tables of the framework, and the words in which every feature defines its own.

Column types are plain (integers, text, bytes), so that a row needs no conversion on any driver. Times are microseconds
since the epoch. Columns named `body`, `result`, `options` and `value` hold sealed bytes.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import TypeEngine

__all__ = ["insert", "metadata", "param", "serial"]

metadata = sa.MetaData()
serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""The type of a primary key that the database numbers by itself."""


def param(name: str, type: type[TypeEngine[Any]] | TypeEngine[Any] = sa.Text) -> sa.BindParameter[Any]:  # noqa: A002
    """A value given when the statement is run: `tx.execute(STATEMENT, name=value)`."""
    return sa.bindparam(name, type_=type)


person = sa.Table(
    "person",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("merged_into", sa.BigInteger, index=True),
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("platform", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.BigInteger, nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("handle", sa.Text, nullable=False),
    sa.Column("folded_name", sa.Text, nullable=False),
    sa.Column("folded_handle", sa.Text, nullable=False),
    sa.Column("named", sa.BigInteger, nullable=False),
    sa.Column("seen", sa.BigInteger, nullable=False, server_default="0"),
    sa.Index("users_name", "platform", "folded_name"),
    sa.Index("users_handle", "platform", "folded_handle"),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("number", serial, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary),
    sa.Column("accepted", sa.BigInteger, nullable=False),
    sa.Column("ended", sa.BigInteger),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Index("inbox_state", "state", "number"),
)

remembered = sa.Table(
    "remembered",
    metadata,
    sa.Column("invocation", sa.Text, primary_key=True),
    sa.Column("function", sa.Text, primary_key=True),
    sa.Column("occurrence", sa.Integer, primary_key=True),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("result", sa.LargeBinary, nullable=False),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("invocation", sa.Text, index=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("piece", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("settled", sa.BigInteger),
    sa.Column("due", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("person", sa.BigInteger, index=True),
    sa.Index("outbox_state", "state", "id"),
)
"""`due` is when it may be tried (again); `person` is whom it is meant for, when any of their users will do."""

event = sa.Table(
    "event",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("seq", sa.BigInteger, unique=True),
    sa.Column("chain", sa.Text),
)

button = sa.Table(
    "button",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("options", sa.LargeBinary, nullable=False),
    sa.Column("addressee", sa.Text, nullable=False),
    sa.Column("once", sa.Integer, nullable=False),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
    sa.Column("used", sa.BigInteger),
    sa.Column("option", sa.Text),
    sa.Column("most", sa.Integer, nullable=False, server_default="0"),
    sa.Column("private", sa.Integer, nullable=False, server_default="0"),
    sa.Index("button_open", "platform", "expires"),
)

link_code = sa.Table(
    "link_code",
    metadata,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("person", sa.BigInteger, nullable=False, index=True),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("user_key", sa.Text, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
    sa.Column("used", sa.BigInteger),
)

kept = sa.Table(
    "kept",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)

blob = sa.Table(
    "blob",
    metadata,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("token", sa.Text, nullable=False, unique=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
)

server_setting = sa.Table(
    "server_setting",
    metadata,
    sa.Column("home", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""`home` is `Place.home`; the keys are those of `bot.servers`. No words of people, so nothing is sealed."""

profile = sa.Table(
    "profile",
    metadata,
    sa.Column("person", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("language", sa.Text, nullable=False),
)

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("person", sa.BigInteger, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("read", sa.BigInteger),
    sa.Index("notice_person", "person", "id"),
)
"""What was sent to a person wherever they are, to be looked up later."""

notice_setting = sa.Table(
    "notice_setting",
    metadata,
    sa.Column("person", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("quiet_from", sa.Integer),
    sa.Column("quiet_to", sa.Integer),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("off", sa.Text, nullable=False),
)
"""`platform` "" is the one used last; `quiet_*` are minutes of the day in `zone` (IANA); `off` are topics, with commas."""

lease = sa.Table(
    "lease",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
)
"""Who does, until when, what only one process of all may do."""

model_use = sa.Table(
    "model_use",
    metadata,
    sa.Column("person", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("day", sa.BigInteger, nullable=False),
    sa.Column("tokens", sa.BigInteger, nullable=False),
)
"""How much a person had the language model do on the newest `day` (since the epoch, UTC) they used it."""
