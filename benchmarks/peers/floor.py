"""FLOOR full in the kit of the peers: python -m benchmarks.peers.floor "FLOOR full" N"""

from benchmarks.floor_router import Sink, build_full
from benchmarks.peers.kit import Work, main


async def full(commands: int, sink: Sink) -> Work:
    """From text to a reply object."""
    return build_full(commands, sink)


if __name__ == "__main__":
    main(None, {"FLOOR full": full})
