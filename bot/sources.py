"""What the source says to people: the texts that `t`, `tn` and `UserError` are called with, read and never run.

A text may stand in the call, be chosen there, or have a name in the same function or file; of a parameter, it is what the file
calls the function with.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, field

from bot.errors import Problem

_ONE, _MANY = ("t", "UserError"), "tn"
_LOOKED_UP = ("localizations", "translate", "say")
"""What looks up fixed texts, and descriptions of commands, which are found elsewhere."""
_METHODS = ("localizations", "say")
"""Those of them that may be methods too: `str.translate` is something else."""
_PLACE = re.compile(r"\{\w+\}")

Id: TypeAlias = str | tuple[str, str]
"""A text, or its forms for one and for many."""
Scope: TypeAlias = tuple[ast.AST, ...]
"""The file and the functions that something stands in, the innermost last."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Found(Struct):
    """The texts of a package, with their contexts and files, in order; and calls whose text cannot be read off.

    `notes` tell translators what a text is that does not say it itself.
    """

    texts: dict[tuple[str, Id], str] = field(default_factory=dict)
    notes: dict[tuple[str, Id], str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, text: Id, where: str, context: str = "", note: str = "") -> None:
        """One text; where it stands first counts. What holds no word needs no translation."""
        if any(map(str.isalpha, _PLACE.sub("", text if isinstance(text, str) else "".join(text)))):
            self.texts.setdefault((context, text), where)
            if note:
                self.notes.setdefault((context, text), note)


def read(found: Found, file: Path, called: str) -> None:
    """Add the texts of a file. Raises `SyntaxError` for what is no Python."""
    _Reader(found, called).visit(ast.parse(file.read_text()))


class _Reader(ast.NodeVisitor):
    """Reads the texts of one file."""

    def __init__(self, found: Found, file: str) -> None:
        self._found, self._file = found, file
        self._scope: list[ast.AST] = []

    def generic_visit(self, node: ast.AST) -> None:
        """Deeper, knowing what it stands in."""
        scoped = isinstance(node, ast.Module | Function)
        self._scope += [node] if scoped else []
        super().generic_visit(node)
        if scoped:
            self._scope.pop()

    def visit_Call(self, node: ast.Call) -> None:
        """A text, when it is one of the functions that make them, or that look a fixed one up."""
        name = getattr(node.func, "id", "")
        if any(keyword.arg is None for keyword in node.keywords):
            name = ""  # it passes on what it was given
        if name == _MANY and len(node.args) > 1:
            for one, many in zip(*map(self._texts, node.args[:2]), strict=False):
                self._found.add((one, many), self._file)
        elif name in _ONE and node.args:
            for text in self._texts(node.args[0]):
                self._found.add(text, self._file)
        elif (name in _LOOKED_UP or getattr(node.func, "attr", "") in _METHODS) and len(node.args) == 1:
            for text in self._constants(node.args[0]):
                self._found.add(text, self._file)
        self.generic_visit(node)

    def _texts(self, node: ast.expr) -> list[str]:
        """What an argument can be; none, and a problem, when that shows only when it runs."""
        found = self._constants(node)
        if not found and not isinstance(node, ast.Constant):
            what = (
                "what it says shows only when it runs: give t, tn and UserError a text, or a name for one in this file"
            )
            self._found.problems.append(Problem(f"{self._file}:{node.lineno}", ast.unparse(node), what))
        return found

    def _constants(self, node: ast.expr) -> list[str]:
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else []
        if any(isinstance(part, ast.JoinedStr) for part in ast.walk(node)):
            return []
        found = _reached(node, tuple(self._scope), set())
        return [text for text in dict.fromkeys(found) if _spoken(text)]


def _spoken(text: str) -> bool:
    """Is it said to people? Names and codes beside it are not."""
    return " " in text or text[:1].isupper()


def _reached(node: ast.AST, scope: Scope, seen: set[tuple[ast.AST, str]]) -> Iterator[str]:
    """Every constant text in an expression, and in whatever the names in it were set to."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
        elif isinstance(part, ast.Name) and (scope[-1], part.id) not in seen:
            seen.add((scope[-1], part.id))
            for value, around in _values(part.id, scope):
                yield from _reached(value, around, seen)


def _values(name: str, scope: Scope) -> list[tuple[ast.expr, Scope]]:
    """What a name is set to in the innermost function, or file, that knows it; of a parameter, what the file calls it with."""
    for depth in range(len(scope), 0, -1):
        around = scope[depth - 1]
        if isinstance(around, Function):
            given = [*around.args.posonlyargs, *around.args.args]
            place = next((at for at, one in enumerate(given) if one.arg == name), None)
            if place is not None:
                calls = _calls(scope[0], around.name, ())
                return list(_given(calls, name, place - (given[0].arg == "self")))
        if found := list(_set(name, around)):
            return [(value, scope[:depth]) for value in found]
    return []


def _given(calls: Iterable[tuple[ast.Call, Scope]], name: str, place: int) -> Iterator[tuple[ast.expr, Scope]]:
    """What these calls give a parameter."""
    for call, scope in calls:
        named = [keyword.value for keyword in call.keywords if keyword.arg == name]
        yield from ((value, scope) for value in [*call.args[place : place + 1], *named])


def _calls(node: ast.AST, function: str, scope: Scope) -> Iterator[tuple[ast.Call, Scope]]:
    """Every call of a function in this file, with what it stands in."""
    scope = (*scope, node) if isinstance(node, ast.Module | Function) else scope
    if isinstance(node, ast.Call) and function in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")):
        yield node, scope
    for child in ast.iter_child_nodes(node):
        yield from _calls(child, function, scope)


def _set(name: str, around: ast.AST) -> Iterator[ast.expr]:
    """What a name is set to somewhere in this function or file; functions within are left out."""
    for child in ast.iter_child_nodes(around):
        if isinstance(child, ast.Assign | ast.AnnAssign | ast.For | ast.comprehension) and name in _targets(child):
            value = child.iter if isinstance(child, ast.For | ast.comprehension) else child.value
            yield from [value] if value is not None else []
        if not isinstance(child, Function | ast.Lambda):
            yield from _set(name, child)


def _targets(node: ast.Assign | ast.AnnAssign | ast.For | ast.comprehension) -> set[str]:
    """The names that an assignment or a loop sets."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}
