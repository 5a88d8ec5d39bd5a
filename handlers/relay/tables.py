"""Which rooms mirror each other, and the codes with which a room is added."""

import sqlalchemy as sa

from bot.store import metadata

room = sa.Table(
    "relay_room",
    metadata,
    sa.Column("room", sa.Text, primary_key=True),
    sa.Column("relay", sa.Text, nullable=False),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("thread", sa.Text),
    sa.Index("relay_room_relay", "relay"),
)
"""`room` is `platform:channel` or `platform:channel:thread`; rooms of one `relay` hear each other."""

invitation = sa.Table(
    "relay_invitation",
    metadata,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("relay", sa.Text, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
)
"""A keyed digest of a code, used once; `expires` in microseconds since the epoch."""
