"""opsdroid: python -m benchmarks.peers.opsdroid match_regex|match_parse N

In it: a message that is parsed already, `OpsDroid.parse`, its regular expressions (the handler makes the integer) or its format
strings (which have types), the skill, `message.respond` as far as the connector. Not in it: a platform's connector.
"""

import asyncio
import gettext

from opsdroid.connector import Connector, register_event
from opsdroid.core import OpsDroid
from opsdroid.events import Message
from opsdroid.matchers import match_parse, match_regex

from benchmarks.peers.kit import TEXT, Sink, Work, main, names, reply


class Cut(Connector):
    """Sends into the sink."""

    @register_event(Message)
    async def send_message(self, message: Message) -> None:
        self.config["sink"].put(message.text)


def _regex(name: str) -> object:
    @match_regex(rf"/{name} (?P<to>\S+) (?P<amount>\d+) (?P<note>.+)")
    async def bless(message: Message) -> None:
        found = message.regex.groupdict()
        await message.respond(reply(found["to"], int(found["amount"]), found["note"]))

    return bless


def _parse(name: str) -> object:
    @match_parse(f"/{name} {{to:S}} {{amount:d}} {{note}}")
    async def bless(message: Message) -> None:
        found = message.parse_result.named
        await message.respond(reply(found["to"], found["amount"], found["note"]))

    return bless


async def regex(commands: int, sink: Sink) -> Work:
    """`match_regex`."""
    return _work([_regex(name) for name in names(commands)], sink)


async def parse(commands: int, sink: Sink) -> Work:
    """`match_parse`."""
    return _work([_parse(name) for name in names(commands)], sink)


def _work(skills: list[object], sink: Sink) -> Work:
    gettext.install("opsdroid")  # its `start` does, and it does not run without
    droid = OpsDroid(config={}, loopless=True)
    OpsDroid.instances.append(droid)
    droid.eventloop = asyncio.get_running_loop()
    connector = Cut({"name": "cut", "sink": sink}, opsdroid=droid)
    droid.connectors.append(connector)
    for skill in skills:
        droid.register_skill(skill, {"name": "bless"})
    return lambda: droid.parse(Message(text=TEXT, user="mallory", target="c", connector=connector))


if __name__ == "__main__":
    main("opsdroid", {"match_regex": regex, "match_parse": parse})
