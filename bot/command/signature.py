"""The compiler: a typed function becomes a `CommandSpec`. Everything that is wrong is collected, nothing is raised.

After the context, parameters before `*` are options and keyword-only ones are services; a subscriber has its event instead
of options. Descriptions come from the docstring: its first line is the command's, `Args:` has one for each option.
"""

import inspect
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias, get_type_hints

from bot.command.check import check_paths
from bot.command.claims import WORDS, check_claims, check_subscriber
from bot.command.declare import Declaration, Group, Item, declaration
from bot.command.docstring import read_docstring
from bot.command.kinds import Work
from bot.command.option import REQUIRED, Option
from bot.command.parameter import NAME, compile_option
from bot.command.spec import CommandSpec
from bot.errors import Problem

Function: TypeAlias = Callable[..., Any]
Compiled: TypeAlias = tuple[CommandSpec | None, list[Problem]]

_CONTEXT_KINDS = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def compile_commands(items: Iterable[Item]) -> tuple[list[CommandSpec], list[Problem]]:
    """Every command and subscriber of these functions and groups, and everything that is wrong with any of them.

    What has a problem is left out of the first list.
    """
    specs: list[CommandSpec] = []
    problems: list[Problem] = []
    for item in items:
        for made, wrong in _compile_group((item,)) if isinstance(item, Group) else [compile_command(item)]:
            specs += [made] if made else []
            problems += wrong
    return specs, problems + check_paths(specs)


def compile_command(function: Function, within: tuple[Group, ...] = ()) -> Compiled:
    """One command in these groups, the outermost first; or what is wrong with it."""
    told = declaration(function)
    name = (told and told.name) or str(getattr(function, "__name__", function))
    before = ("on",) if told and told.subscriber else tuple(str(group.name) for group in within)
    work = Work(source(function), " ".join((*before, name)))
    if told is None:
        work.wrong("is not a function under @command or @on")
        return None, work.problems
    if not NAME.fullmatch(name):
        work.wrong(f"the name {name!r} is not a lower-case identifier")
    if told.subscriber and within:
        work.wrong("is a subscriber, which stands in no group")
    return _compile(work, function, told, within)


def source(function: object) -> str:
    """`file:line` of a function."""
    code = getattr(function, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if isinstance(code, types.CodeType) else "unknown:0"


def _compile_group(within: tuple[Group, ...]) -> Iterator[Compiled]:
    group = within[-1]
    work = Work(group.source, " ".join(str(one.name) for one in within))
    if not NAME.fullmatch(group.name):
        work.wrong(f"the name {group.name!r} is not a lower-case identifier")
    if not group.about.strip():
        work.wrong("the group has no description")
    for item in group.commands:
        if not isinstance(item, Group):
            yield compile_command(item, within)
        elif len(within) + 1 < WORDS:
            yield from _compile_group((*within, item))
        else:
            work.wrong(f"holds the group {item.name!r}: a command has three words at most")
    yield None, work.problems


def _compile(work: Work, function: Function, told: Declaration, within: tuple[Group, ...]) -> Compiled:
    about, described = read_docstring(inspect.getdoc(function) or "")
    if not about:
        work.wrong("has no docstring: its first line describes the command")
    if not inspect.iscoroutinefunction(function):
        work.wrong("is not an `async def` function")
    options, services = _parameters(work, function, told, described)
    check_claims(work, told, options)
    known = {option.name for option in options} | services.keys()
    for name in [name for name in described if name not in known]:
        work.wrong(f"the docstring describes {name!r}, which is no option")
    if work.problems:
        return None, work.problems
    return _spec(work, function, told, about, tuple(options), services, within), []


def _spec(
    work: Work,
    function: Function,
    told: Declaration,
    about: str,
    options: tuple[Option, ...],
    services: dict[str, type],
    within: tuple[Group, ...],
) -> CommandSpec:
    groups = {" ".join(one.name for one in within[: depth + 1]): group.about for depth, group in enumerate(within)}
    return CommandSpec(
        work.path,
        about,
        options,
        function,
        services,
        told.guards,
        told.private,
        work.where,
        groups,
        told.aliases,
        told.hidden,
        told.ask_missing,
        told.menu,
        told.inline,
        told.platforms,
        told.triggers,
        told.subscriber,
    )


def _parameters(
    work: Work, function: Function, told: Declaration, described: dict[str, str]
) -> tuple[list[Option], dict[str, type]]:
    services: dict[str, type] = {}
    ordinary: list[tuple[inspect.Parameter, object]] = []
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
            ordinary.append((parameter, hint))
    if not told.subscriber:
        return _options(work, ordinary, described), services
    check_subscriber(work, ordinary, told.triggers[0])
    for parameter, _ in ordinary:
        described.pop(parameter.name, None)
    return [], services


def _options(
    work: Work, parameters: Iterable[tuple[inspect.Parameter, object]], described: dict[str, str]
) -> list[Option]:
    options = []
    for parameter, hint in parameters:
        default = REQUIRED if parameter.default is parameter.empty else parameter.default
        options.append(compile_option(work, parameter.name, hint, default, described.get(parameter.name, "")))
    typed = [option for option in options if option.typed]
    if any(option.rest for option in typed[:-1]):
        work.wrong("only the last option can be Rest")
    return options


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
