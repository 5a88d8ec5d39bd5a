"""The log: who logs only queues the record; a thread of its own formats and writes it, so nobody waits for a terminal or a disk."""

import logging
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import QueueHandler, QueueListener

_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_WARNINGS = ("alembic", "discord", "httpx", "httpx2", "openai", "twitchio", "uvicorn")
log = logging.getLogger(__name__)


class _Queued(QueueHandler):
    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """As it is, where the original formats it here and now."""
        return record


@contextmanager
def written() -> Iterator[None]:
    """Meanwhile the log is written to standard error, all of it when this ends, in whatever way.

    What is logged later is written at once. An exception that ends a thread is in the log, with its causes.
    """
    root, direct = logging.getLogger(), logging.StreamHandler()
    direct.setFormatter(logging.Formatter(_LINE))
    root.setLevel(logging.INFO)
    for library in _WARNINGS:
        logging.getLogger(library).setLevel(logging.WARNING)
    logging.getLogger("discord.client").setLevel(logging.ERROR)  # it warns that it cannot speak in voice channels
    waiting: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    queued, listener = _Queued(waiting), QueueListener(waiting, direct)
    threads, threading.excepthook = threading.excepthook, _ended
    root.addHandler(queued)
    listener.start()
    try:
        yield
    finally:
        root.removeHandler(queued)
        listener.stop()
        root.addHandler(direct)
        threading.excepthook = threads


def _ended(what: threading.ExceptHookArgs) -> None:
    if what.exc_value is not None and not isinstance(what.exc_value, SystemExit):
        name = what.thread.name if what.thread else "?"
        log.critical("the thread %s ended", name, exc_info=what.exc_value)
