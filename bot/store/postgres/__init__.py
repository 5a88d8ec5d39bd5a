"""The store in PostgreSQL: pooled connections in worker threads, transactions that are run again when they collide."""

from bot.store.postgres.engine import Postgres

__all__ = ["Postgres"]
