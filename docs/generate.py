"""Writes commands.md, fallbacks.md and modules.md from what the code itself says: `python docs/generate.py`."""

import ast
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from pathlib import Path

from bot.app import App
from bot.command import CommandSpec, Guard, Option, canonical, members
from bot.limits import Attempts, Limit
from bot.message.fallback import FALLBACKS
from bot.platforms import NAMES
from bot.users import Attachment, Channel, Role, Said, User
from config.settings import Settings

HERE = Path(__file__).parent
_TYPES = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "yes or no",
    timedelta: "a length of time (`90s`, `1h30m`, `2 days`)",
    User: "somebody",
    Channel: "a channel",
    Role: "a role",
    Attachment: "a file that comes along",
    Said: "the message that is replied to",
}
_SEVERAL = {str: "texts", int: "whole numbers", float: "numbers", User: "people", Channel: "channels", Role: "roles"}
_COMMANDS = """\
# Commands

Every command the bot ships with. This page is made from the commands themselves by `python docs/generate.py`.

`vault put` is `/vault put` on Discord, `!vault put` on Twitch, and `/vault put` or `/vault_put` on Telegram. What stands in
`<…>` must be given, what stands in `[…]` may be. In a line of text, options stand in this order or carry their name
(`amount:5`); quotes keep words together. In Discord's slash commands they are fields.

A limit counts what succeeded, unless it says otherwise.
"""
_FALLBACKS = """\
# What each platform shows

A message is the same value everywhere; this is what becomes of each of its features. Each row is held by a test on the
renderers. This page is made from `bot/message/fallback.py` by `python docs/generate.py`.

A private answer that cannot be delivered in private is not shown at all: a pointer that says where to ask stands in its place.
"""
_MODULES = """\
# Every module

What each file says of itself in its first sentence; how they fit together is in [architecture](architecture.md). This page is made
from the source by `python docs/generate.py`.
"""
_PACKAGES = ("bot", "economy", "mirrors", "handlers", "config", "examples", "benchmarks")


def commands() -> str:
    """The reference of the commands that the default plugins bring, hidden ones and subscribers left out."""
    specs = [spec for spec in App(Settings()).load().compile() if not (spec.hidden or spec.subscriber)]
    parts = [_COMMANDS]
    for word, several in groupby(specs, key=lambda spec: spec.path.split()[0]):
        parts += _section(word, list(several))
    return "\n".join(parts)


def fallbacks() -> str:
    """The table of what stands in for what a platform cannot show."""
    features = dict.fromkeys(feature for feature, _ in FALLBACKS)
    rows = [(feature, *(_escape(FALLBACKS[feature, platform]) for platform in NAMES)) for feature in features]
    return f"{_FALLBACKS}\n{_table(('', *(name.title() for name in NAMES)), rows)}"


def modules() -> str:
    """Every file and folder of the source with its first sentence; migrations and hidden folders are left out."""
    parts = [_MODULES]
    for name in _PACKAGES:
        for folder in sorted({file.parent for file in (HERE.parent / name).rglob("*.py")}):
            if "migrations" not in folder.as_posix() and "/." not in folder.as_posix():
                parts.append(f"## {folder.relative_to(HERE.parent).as_posix()}\n")
                parts.append("\n".join(_described(folder)) + "\n")
    return "\n".join(parts)


def _described(folder: Path) -> Iterator[str]:
    """The folder, then its files. A sentence ends where a space follows its full stop."""
    for file in sorted(folder.glob("*.py"), key=lambda file: (file.name != "__init__.py", file.name)):
        paragraph = (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").partition("\n\n")[0]
        sentence = re.split(r"(?<=[.!?]) ", " ".join(paragraph.split()))[0]
        if file.name != "__init__.py":
            yield f"- `{file.name}`: {sentence}"
        elif sentence:
            yield f"{sentence}\n"


def _section(word: str, specs: list[CommandSpec]) -> Iterator[str]:
    if word in specs[0].groups:
        yield f"## {word}\n\n{specs[0].groups[word]}\n"
    for inner, several in groupby(specs, key=lambda spec: spec.path.rpartition(" ")[0]):
        members = list(several)
        if inner != word and inner in members[0].groups:
            yield f"### {inner}\n\n{members[0].groups[inner]}\n"
        for spec in members:
            yield f"{'#' * (len(spec.groups) + 2)} `{spec.usage}`\n\n{_prose(spec)}\n"
            if spec.options:
                rows = [(f"`{one.name}`", one.about, _takes(one), _default(one)) for one in spec.options]
                yield _table(("option", "what", "takes", "without it"), rows)


def _prose(spec: CommandSpec) -> str:
    said = [spec.about if spec.about[-1] in ".!?" else f"{spec.about}."]
    if spec.private:
        said.append("The answer is for you alone.")
    said += [
        f"`{one.name}` is secret: typed where others read, it is refused and not kept."
        for one in spec.options
        if one.secret
    ]
    return " ".join([*said, *map(_guard, spec.guards)])


def _guard(guard: Guard) -> str:
    if not isinstance(guard, Limit):
        return f"Guarded by {type(guard).__name__}."
    rate = guard.rate.replace("/", " per ")
    if isinstance(guard, Attempts):
        return f"At most {rate}, whatever comes of it."
    return f"At most {rate}."


def _takes(option: Option) -> str:
    if option.choices:
        listed = " or ".join(f"`{choice}`" for choice in option.choices)
        said = [f"several of {listed}" if option.many else listed]
    elif option.many:
        said = [f"a list of {_SEVERAL[option.type]}"]
    else:
        said = ["the rest of the line" if option.rest else _TYPES[option.type]]
    low, high = (_bound(option, one) for one in (option.low, option.high))
    said += _bounds(low, high, "")
    said += _bounds(option.min_length, option.max_length, " of them" if option.many else " characters")
    return ", ".join(said)


def _bound(option: Option, bound: float | None) -> object:
    return canonical(timedelta(seconds=bound)) if option.type is timedelta and bound is not None else bound


def _bounds(low: object, high: object, unit: str) -> list[str]:
    if low is not None and high is not None:
        return [f"{low} to {high}{unit}"]
    return [f"{word} {end}{unit}" for word, end in (("at least", low), ("at most", high)) if end is not None]


def _default(option: Option) -> str:
    if option.required:
        return "must be given"
    if option.default in (None, "") or isinstance(option.default, list):
        return ""
    return f"`{_shown(option, option.default)}`"


def _shown(option: Option, default: object) -> object:
    """A default as it would be typed."""
    if option.enum is not None:
        return next(key for key, one in members(option.enum).items() if one is default)
    return canonical(default) if isinstance(default, timedelta) else default


def _escape(text: str) -> str:
    """Plain words in Markdown."""
    return re.sub(r"([*_`<|\\])", r"\\\1", text)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    cells = [tuple(head), *map(tuple, rows)]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return "\n".join([lines[0], "|---" * len(cells[0]) + "|", *lines[1:]]) + "\n"


PAGES = {"commands.md": commands, "fallbacks.md": fallbacks, "modules.md": modules}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
