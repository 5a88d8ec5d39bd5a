"""A flow whose process is killed in each of its steps: each of its writes once, and its result as if nothing had been."""

import multiprocessing
import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

from bot.security.keyring import Keyring
from tests import servers
from tests.faults import flows

PLACES = ["in pay", "after pay", "in knead", "after knead", "after sleep", "in deliver", "after deliver"]
"""In: before the COMMIT, or while a step works. After: it is done, and DBOS has not been told."""

FEW = ["after pay", "after knead", "after deliver"]
DIE = PLACES if os.environ.get("SOULFRA_FAULTS") == "long" else FEW
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.flows"])


def life(data: Path, shared: str | None = None, *, die: str = "", start: str = "", last: bool = False) -> BaseProcess:
    """On the database of the test, or on one that is shared."""
    data.mkdir(exist_ok=True)
    url = shared or os.environ.get("SOULFRA_DATABASE__URL")
    child = FORKS.Process(target=flows.live, args=(data, url, shared is not None, die, start, last))
    child.start()
    return child


def ended(child: BaseProcess) -> int | None:
    child.join(40)
    if child.exitcode is None:
        child.kill()
        child.join()
    return child.exitcode


def log(data: Path) -> list[str]:
    return (data / "log").read_text().splitlines()


def test_a_flow_is_done_once_wherever_its_process_is_killed(tmp_path: Path) -> None:
    for number, place in enumerate(DIE):
        assert ended(life(tmp_path, die=place, start="" if number else "bake:1")) == -signal.SIGKILL, place
    assert ended(life(tmp_path, last=True)) == 0
    said = log(tmp_path)
    assert said[-2:] == ["book pay deliver", "result 11"]
    assert said.count("knead") == 1 + len({"in knead", "after knead"} & set(DIE))
    assert said.count("write pay") == 1 + ("in pay" in DIE)
    assert said.count("write deliver") == 1 + ("in deliver" in DIE)


def book(url: str) -> Counter[tuple[str, str]]:
    """How often each flow wrote each line, as the database has it."""
    keys = servers.sql(url, "SELECT key FROM kept WHERE key LIKE 'bakery/%'")
    return Counter((key.split("/")[2], key.split("/")[1]) for (key,) in keys)


def until(true: Callable[[], bool]) -> None:
    for _ in range(600):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it has not happened")


def test_another_process_takes_over_what_a_killed_one_left(tmp_path: Path) -> None:
    """They share a database and the keys, and each has a data folder."""
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    Keyring.open(one)
    for folder in (two, three):
        shutil.copytree(one, folder)
    baked = {(f"flow:bake:{flow}", line): 1 for flow in (1, 2) for line in ("pay", "deliver")}
    with servers.lent(tmp_path, (), "postgresql") as where:
        url = str(where)
        other = life(two, url, start="bake:2")
        until(lambda: (two / "log").exists() and "ended" in log(two))
        assert ended(life(one, url, die="after knead", start="bake:1")) == -signal.SIGKILL
        assert book(url) == Counter(baked) - Counter({("flow:bake:1", "deliver"): 1})
        until(lambda: book(url) == baked)
        assert ended(life(three, url, last=True)) == 0
        assert book(url) == baked
        other.kill()
        other.join()
    assert log(one) == ["write pay", "knead"]
    assert log(two) == ["write pay", "knead", "write deliver", "ended", "knead", "write deliver"]
    assert log(three)[-1] == "result 11"
    assert not [line for line in log(three) if line.startswith(("write", "knead"))]
