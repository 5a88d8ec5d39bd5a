"""Our router core in the kit of the peers: python -m benchmarks.peers.soulfra "router core" N

In it: invocation, trie, grammar, typed binding with bounds, a limit, the handler, a message of runs and its text. Not in it:
decoding, lanes, store and sending, which have rows of their own in `make bench`.
"""

from benchmarks import router
from benchmarks.floor_router import Sink
from benchmarks.peers.kit import Work, main


async def core(commands: int, sink: Sink) -> Work:
    """From text to a message."""
    return router.build(commands, sink)


if __name__ == "__main__":
    main("soulfra", {"router core": core})
