"""`soulfra run` as a newcomer meets it: a process, an address, a bot on three platforms; it ends cleanly and remembers."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.servers import another


@contextmanager
def running(data: Path, end: signal.Signals, port: int = 0) -> Iterator[str]:
    """The process, ended by a signal; yields its address. A clean end is part of it, except for SIGKILL."""
    environment = os.environ | {"SOULFRA_DATA": str(data), "SOULFRA_WEB__PORT": str(port)}
    log = data.with_suffix(f".{end.name}.log")
    with (
        log.open("w") as err,
        subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], stdout=subprocess.PIPE, stderr=err, text=True, env=environment
        ) as process,
    ):
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+?/", process.stdout.readline())
            assert found, log.read_text()
            yield found[0]
        finally:
            process.send_signal(end)
            code = process.wait(15)
    assert code == (-signal.SIGKILL if end is signal.SIGKILL else 0), log.read_text()
    assert "Traceback" not in log.read_text()


def call(address: str, path: str, **body: Any) -> Any:
    """GET, or POST with a body."""
    request = urllib.request.Request(
        f"{address}sandbox/api/{path}",
        json.dumps(body).encode() if body else None,
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_it_ends_and_remembers_and_the_next_free_port_is_taken(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for before, end in enumerate((signal.SIGINT, signal.SIGKILL)):
        with running(data, end) as address:
            said = call(address, "twitch/say", user="ada", text="!bless @bob 5 thank you", event_id=f"gift {before}")
            assert "is blessed with 5" in said["replies"][0]["payload"]["message"]
            assert f"You keep {95 - 5 * before}" in said["replies"][0]["payload"]["message"]
            balanced(address, before + 1)
    with running(data, signal.SIGTERM) as address:
        balance = call(address, "telegram/say", user="ada", text="/balance", private=True)
        assert "100" in balance["replies"][0]["payload"]["text"]
        kept = call(address, "twitch/say", user="ada", text="!bless @bob 1", event_id="last")
        assert "You keep 89" in kept["replies"][0]["payload"]["message"]
        balanced(address, 4)
        port = urlsplit(address).port
        assert port is not None
        with another(), running(tmp_path / "two", signal.SIGTERM, port) as second:
            assert urlsplit(second).port in range(port + 1, port + 100)


def balanced(address: str, count: int) -> None:
    """Everything that was said, in all lives, was dealt with."""
    sound = {"accepted": count, "finished": count, "delivered": count, "ledger_sum": 0, "dead": 0, "unknown": 0}
    assert call(address, "state").items() >= sound.items()
