"""The compiler: a typed function becomes a `CommandSpec`. Everything that is wrong is collected, nothing is raised.

After the context, parameters before `*` are options and keyword-only ones are services. Descriptions come from the
docstring: its first line is the command's, `Args:` has one for each option.
"""

import inspect
import re
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias, get_type_hints

from bot.command.check import check_paths
from bot.command.declare import Declaration, Group, Item, declaration
from bot.command.option import Option
from bot.command.parameter import NAME, Work, compile_option
from bot.command.spec import CommandSpec, Guard
from bot.errors import Problem

Function: TypeAlias = Callable[..., Any]
Compiled: TypeAlias = tuple[CommandSpec | None, list[Problem]]

_CONTEXT_KINDS = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_ARGUMENT = re.compile(r"(\s+)\*{0,2}(\w+)(?:\s*\([^)]*\))?:\s*(.*)")


def compile_commands(items: Iterable[Item]) -> tuple[list[CommandSpec], list[Problem]]:
    """Every command of these functions and groups, and everything that is wrong with any of them.

    A command with a problem is left out of the first list.
    """
    specs: list[CommandSpec] = []
    problems: list[Problem] = []
    for item in items:
        for made, wrong in _compile_group(item) if isinstance(item, Group) else [compile_command(item)]:
            specs += [made] if made else []
            problems += wrong
    return specs, problems + check_paths(specs)


def compile_command(function: Function, within: Group | None = None) -> tuple[CommandSpec | None, list[Problem]]:
    """One command, or what is wrong with it."""
    told = declaration(function)
    name = (told and told.name) or str(getattr(function, "__name__", function))
    work = Work(source(function), f"{within.name} {name}" if within else name)
    if told is None:
        work.wrong("is not a function under @command")
        return None, work.problems
    if not NAME.fullmatch(name):
        work.wrong(f"the name {name!r} is not a lower-case identifier")
    return _compile(work, function, told, within)


def source(function: object) -> str:
    """`file:line` of a function."""
    code = getattr(function, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if isinstance(code, types.CodeType) else "unknown:0"


def _compile_group(group: Group) -> Iterator[Compiled]:
    work = Work(group.source, str(group.name))
    if not NAME.fullmatch(group.name):
        work.wrong(f"the name {group.name!r} is not a lower-case identifier")
    if not group.about.strip():
        work.wrong("the group has no description")
    for item in group.commands:
        if isinstance(item, Group):
            work.wrong(f"holds the group {item.name!r}: a group holds commands only")
        else:
            yield compile_command(item, group)
    yield None, work.problems


def _compile(work: Work, function: Function, told: Declaration, within: Group | None) -> Compiled:
    about, described = read_docstring(inspect.getdoc(function) or "")
    if not about:
        work.wrong("has no docstring: its first line describes the command")
    if not inspect.iscoroutinefunction(function):
        work.wrong("is not an `async def` function")
    for guard in told.guards:
        if isinstance(guard, type) or not isinstance(guard, Guard):
            work.wrong(f"the guard {guard!r} is not an object with enter and settle")
    options, services = _parameters(work, function, described)
    known = {option.name for option in options} | services.keys()
    for name in [name for name in described if name not in known]:
        work.wrong(f"the docstring describes {name!r}, which is no option")
    if work.problems:
        return None, work.problems
    spec = CommandSpec(work.path, about, tuple(options), function, services, told.guards, told.private, work.where)
    spec.group_about = within.about if within else ""
    return spec, []


def _parameters(work: Work, function: Function, described: dict[str, str]) -> tuple[list[Option], dict[str, type]]:
    options: list[Option] = []
    services: dict[str, type] = {}
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters or parameters[0].kind not in _CONTEXT_KINDS:
        work.wrong("takes no context: its first parameter is ctx")
    for parameter in parameters[1:]:
        hint = _hint(work, function, parameter)
        if hint is None:
            described.pop(parameter.name, None)
        elif parameter.kind is parameter.KEYWORD_ONLY:
            services |= _service(work, parameter.name, hint)
        else:
            options.append(compile_option(work, parameter, hint, described.get(parameter.name, "")))
    if any(option.rest for option in options[:-1]):
        work.wrong("only the last option can be Rest")
    return options, services


def _hint(work: Work, function: Function, parameter: inspect.Parameter) -> object:
    """The type of a parameter, or None and a problem."""
    name = parameter.name
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
        work.wrong(f"{name!r} must be an ordinary or a keyword-only parameter")
        return None
    if parameter.annotation is parameter.empty:
        work.wrong(f"{name!r} has no type")
        return None
    one = types.SimpleNamespace(__annotations__={name: parameter.annotation})
    try:
        return get_type_hints(one, getattr(function, "__globals__", {}), include_extras=True)[name]
    except NameError as error:
        work.wrong(f"the type of {name!r} cannot be read: {error}; import it outside `if TYPE_CHECKING:`")
    except (AttributeError, SyntaxError, TypeError) as error:
        work.wrong(f"the type of {name!r} cannot be read: {error}")
    return None


def _service(work: Work, name: str, hint: object) -> dict[str, type]:
    if isinstance(hint, type):
        return {name: hint}
    work.wrong(f"the service {name!r} must be annotated with a class")
    return {}


def read_docstring(text: str) -> tuple[str, dict[str, str]]:
    """The first line, and what `Args:` says of each name. A description may go on over deeper lines."""
    about, *lines = text.splitlines() or [""]
    described: dict[str, str] = {}
    depth, name, inside = 0, "", False
    for line in lines:
        found = _ARGUMENT.fullmatch(line)
        if not line.strip():
            continue
        if not line[0].isspace():
            inside, depth = line.strip() == "Args:", 0
        elif inside and found and (not depth or len(found[1]) <= depth):
            depth, name = len(found[1]), found[2]
            described[name] = found[3]
        elif inside and name:
            described[name] = f"{described[name]} {line.strip()}".strip()
    return about.strip(), described
