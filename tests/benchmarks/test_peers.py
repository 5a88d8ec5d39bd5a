"""The table of the peers: pinned environments, a checked reply, and who is faster than we are."""

import re
import time
from pathlib import Path

import pytest

from benchmarks.floor_router import REPLY, Sink
from benchmarks.peers import kit, venvs
from benchmarks.peers.__main__ import OURS, PEERS, Cell, faster_than_ours, lines


def cell(name: str, x_floor: float, iterations: int = 1) -> Cell:
    return Cell(name, f"{name} 1.0", 20.0, 40.0, 25.0, x_floor, 300.0, 50.0, iterations)


@pytest.mark.parametrize("peer", PEERS)
def test_every_peer_is_pinned_and_has_a_script(peer: str) -> None:
    pins = (venvs.HERE / "requirements" / f"{peer}.txt").read_text(encoding="utf-8").splitlines()
    assert pins
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in pins)
    assert (venvs.HERE / f"{peer}.py").exists()


def test_an_environment_that_cannot_be_made_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(venvs, "VENVS", tmp_path / "file")
    with pytest.raises(venvs.VenvError, match=r"^twitchio: its environment cannot be made: .+$"):
        venvs.python_of("twitchio")


class Clock:
    """Time that goes by only where work says that it took some."""

    CLOCK_BOOTTIME, clock_gettime = time.CLOCK_BOOTTIME, time.clock_gettime

    def __init__(self) -> None:
        self.ns = 10**15

    def perf_counter_ns(self) -> int:
        return self.ns

    process_time_ns = perf_counter_ns

    def perf_counter(self) -> float:
        return self.ns / 1e9


def taking(work: kit.Work, clock: Clock, microseconds: int) -> kit.Work:
    """The same work, and by this clock each command takes that long."""

    async def one() -> None:
        await work()
        clock.ns += microseconds * 1000

    return one


async def test_the_kit_measures_what_answers_rightly(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, floor = Clock(), kit.build_full

    async def build(commands: int, sink: Sink) -> kit.Work:
        assert kit.names(commands)[-1] == "bless"

        async def one() -> None:
            sink.put(kit.by_hand("@alice 5 thank you"))

        return taking(one, clock, 100)

    monkeypatch.setattr(kit, "SECONDS", 0.1)
    monkeypatch.setattr(kit, "time", clock)
    monkeypatch.setattr(kit, "build_full", lambda commands, sink: taking(floor(commands, sink), clock, 400))
    found = await kit._measured(build, 10)
    assert found["iterations"] >= kit.FEWEST
    assert (found["median_us"], found["cpu_us"], found["x_floor"]) == (100, 100, 0.25)


@pytest.mark.parametrize("replies", [[], ["alice +4: thank you"], [REPLY, REPLY]])
async def test_a_wrong_reply_ends_the_process(replies: list[str]) -> None:
    sink = Sink()

    async def one() -> None:
        for reply in replies:
            sink.put(reply)

    with pytest.raises(SystemExit, match="was answered"):
        await kit._once(one, sink)


def test_a_peer_that_is_faster_is_told() -> None:
    table = {
        ("floor", "FLOOR full"): {10: cell("FLOOR full", 1.0)},
        OURS: {10: cell("ours", 2.0), 1000: cell("ours", 2.1)},
        ("twitchio", "process_commands"): {10: cell("twitchio", 8.0), 1000: cell("twitchio", 2.0)},
    }
    assert list(faster_than_ours(table)) == ["twitchio, N = 1000: faster than our router core"]
    told = "\n".join(lines(table))
    assert "4.0" in told.splitlines()[4]
    assert "ours 1.0, twitchio 1.0" in told


def test_the_better_figure_of_two_rounds_counts() -> None:
    assert cell("x", 3.0, 5).better(cell("x", 2.0, 6)) == cell("x", 2.0, 11)
