"""A line of chat as the values that a handler takes: what parser and binder do one after the other, in one step.

Most lines are plain words in order, and are read, checked and converted word by word. A line with names or quotes in it, and
options that take several words or are never typed, go through both; what comes out, and what is refused, is the same.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeAlias

from bot.command.binding import Binder, absent, reference, steps, unknown
from bot.command.grammar import LONGEST_LINE, Parser, Readable, too_much
from bot.command.option import Option, Resolver, placeholders
from bot.command.slots import Slot, slots

Reader: TypeAlias = Callable[[str, Resolver, Readable | None], Coroutine[Any, Any, dict[str, Any]]]
"""The rest of a line, what finds whom it means, and what makes words readable (`Parser`)."""


def compile_reader(options: Sequence[Option], usage: str, parse: Parser, bind: Binder) -> Reader:
    """The reader for these options, which `parse` and `bind` are compiled of too. It raises `UserError`, as they do."""
    known = slots(options)

    async def read_in_two(line: str, resolver: Resolver, readable: Readable | None) -> dict[str, Any]:
        return await bind(parse(line, readable), resolver)

    single_words = all(slot.take is None and (slot.tail is None or slot.rest) for slot in known)
    if not single_words or len(known) < len(options):
        return read_in_two
    return _compile_in_order(options, known, usage, read_in_two)


def _compile_in_order(options: Sequence[Option], known: Sequence[Slot], usage: str, otherwise: Reader) -> Reader:
    """The reader for single words in order, of which the last option may take the rest."""
    each = [(option, *steps(option), slot) for option, slot in zip(options, known, strict=True)]
    plan = tuple(
        (option, option.name, slot.read if slot.skips else None, convert, kind)
        for option, convert, kind, _, slot in each
        if not slot.rest
    )
    rest, finish = next(((option, convert) for option, convert, _, _, slot in each if slot.rest), (None, None))
    most, expected = len(plan), placeholders(options)

    async def read_in_order(line: str, resolver: Resolver, readable: Readable | None) -> dict[str, Any]:
        if ":" in line or '"' in line or "“" in line or len(line) > LONGEST_LINE:
            return await otherwise(line, resolver, readable)
        values: dict[str, Any] = {}
        words = line.split(None, most)
        count, at = len(words), 0
        if count > most and rest is None:
            raise too_much(expected)
        for option, name, skip_unless, convert, kind in plan:
            word = words[at] if at < count else None
            value = word if word is None or skip_unless is None else skip_unless(word)
            if word is None or value is None:
                values[name] = absent(option, usage)
                continue
            at += 1
            if convert is None:
                values[name] = found = await resolver(reference(name, kind, word), kind)
                if type(found) is not kind:
                    raise unknown(name, kind, word)
            elif readable is not None and kind is str:
                values[name] = convert(readable(word))
            else:
                values[name] = convert(value)
        if rest is not None and finish is not None:
            if at == count:
                values[rest.name] = absent(rest, usage)
            else:
                tail = (words[at] if at == most else line.split(None, at)[at]).rstrip()
                values[rest.name] = finish(tail if readable is None else readable(tail))
        return values

    return read_in_order
