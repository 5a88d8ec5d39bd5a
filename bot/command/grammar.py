"""The text grammar: a line of chat as named raw values, and back.

Values stand in the order of the options or as `name:value`; quotes keep words together; a `Rest` option takes the tail
of the line, and so does a list of texts that comes last. These rules keep what is already said safe from the words that
follow:

1. A name binds only before the tail begins, and never an option that is bound: in `bless @bob 5 to:cleo` the last word is
   the note and no new receiver.
2. An optional number (truth value, choice, length of time, user, channel, role, list of these) that the next word cannot be
   is skipped when a tail follows: in `bless @bob thank you` the words are the note. Where a whole number is wanted, no
   other number is a word: `bless @bob 1.5` is refused, and does not give 1.
3. A list of what can be told from other words goes on while words read as its items (`@bob @cleo thank you`). A comma
   inside it says that it ends with this word, unless that ends in a comma too (`@bob,@cleo @dan` are two and something else,
   `@bob, @cleo` are two). Behind its name a list is one word.

A quoted word is text and nothing else. A backslash escapes inside straight quotes only. Quotes around the whole of Rest
come off, quotes around a part of it stay. For every mapping `parse(format(mapping)) == mapping`; what was pointed at is
written as `<@id>`, `<#id>`, `<@&id>`. Files and the message that was replied to are not typed (`bot.command.filling`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

from bot.command.invocation import Raw
from bot.command.items import literal, unquoted
from bot.command.option import Option, placeholders
from bot.command.slots import TOKEN, Slot, one, slots, whole_text, written
from bot.errors import UserError
from bot.message import code

LONGEST_LINE = 100_000
"""Characters; no platform delivers more in one message."""

Readable: TypeAlias = Callable[[str], str]
"""Makes words for people of what a platform wrote for itself: `@Bob` of `<@42>`."""


class Parser(Protocol):
    """The rest of a line as named raw values. Raises `UserError` for words that have no place."""

    def __call__(self, text: str, readable: Readable | None = None, /) -> dict[str, Raw]: ...


_WORD = re.compile(r"\s*(\S+)")


def compile_parser(options: Sequence[Option]) -> Parser:
    """The parser for these options: pure, silent about missing ones. It raises `UserError` for words too many."""
    known = slots(options)
    named = {slot.name: slot for slot in known}
    rest = next((slot.name for slot in known if slot.rest), "")
    rest_begins = f"{rest}:" if rest else ""
    expected = placeholders(options)
    count = len(known)
    texts = tuple(option.name for option in options if option.type is str)

    def parse(text: str, readable: Readable | None = None, /) -> dict[str, Raw]:
        if len(text) > LONGEST_LINE:
            raise UserError("That is too long: more than {limit} characters.", limit=LONGEST_LINE)
        found: dict[str, Raw] = {}
        at = turn = 0
        while token := TOKEN.match(text, at):
            name, straight, smart, word = token.groups()
            if rest and (name == rest or (name is None and word == rest_begins)):
                found[rest] = whole_text(text[text.index(":", at) + 1 :])
                break
            if name is not None:
                if name in named and name not in found:  # rule 1
                    found[name], at = _named(named[name], text, token)
                    continue
                token = _WORD.match(text, at) or token
                word = token[1]
            while turn < count:
                option, read, skips, _, _, tail, take = known[turn]
                if option not in found:
                    value: Raw | None = read(word) if read and word else None
                    end = token.end()
                    if take is not None:
                        value, end = take(text, at, named.keys() - found.keys()) or (value, end)
                    if value is not None or not skips:  # rule 2
                        break
                turn += 1
            else:
                raise too_much(expected)
            if tail is not None:
                found[option] = tail(text[at:])
                break
            found[option] = (word or unquoted(straight, smart)) if value is None else value
            at = end
        if readable is not None:
            found |= {name: readable(said) for name in texts if isinstance(said := found.get(name), str)}
        return found

    return parse


def format_options(options: Sequence[Option], mapping: Mapping[str, Raw]) -> str:
    """The line that these options read as `mapping`: in order up to the first gap, by name from there on."""
    words: list[str] = []
    by_name = False
    for slot in slots(options):
        if slot.name not in mapping:
            by_name = True
            continue
        text, in_place = written(slot, mapping[slot.name])
        by_name = by_name or not in_place
        words.append(f"{slot.name}:{text}" if by_name else text)
    return " ".join(words)


def _named(slot: Slot, text: str, token: re.Match[str]) -> tuple[Raw, int]:
    """The value behind a name, and where it ends."""
    if slot.many:
        found = literal(text, text.index(":", token.start(1)) + 1, slot.read)
        return [*found.items], found.end
    return (one(slot, token[4]) if token[4] else unquoted(token[2], token[3])), token.end()


def too_much(expected: str) -> UserError:
    """Says what was expected, never what was typed: it may have been a secret."""
    if not expected:
        return UserError("This command takes nothing more.", code="too_much")
    return UserError("That is more than I can use. I expected: {usage}", code="too_much", usage=code(expected))
