"""What is wrong with commands on every platform, over and above what is wrong with one of them."""

from collections.abc import Collection, Iterable

from bot.command.spec import CommandSpec
from bot.errors import Problem


def check_commands(specs: Collection[CommandSpec], services: Collection[type]) -> list[Problem]:
    """All problems of these commands together, when these types of services are provided."""
    return check_paths(specs) + check_services(specs, services)


def check_paths(specs: Iterable[CommandSpec]) -> list[Problem]:
    """Paths that stand in each other's way: two of the same, a command named as a group, a group described twice."""
    problems: list[Problem] = []
    commands: dict[str, CommandSpec] = {}
    groups: dict[str, CommandSpec] = {}
    for spec in specs:
        first = commands.setdefault(spelling(spec.path), spec)
        if first is not spec:
            problems.append(_problem(spec, f"there is another command {first.path!r} at {first.source}"))
        if " " not in spec.path:
            continue
        other = groups.setdefault(spec.path.split()[0], spec)
        if other.group_about != spec.group_about:
            problems.append(_problem(spec, f"its group is described otherwise at {other.source}"))
    for word, spec in groups.items():
        if word in commands:
            problems.append(_problem(commands[word], f"there is a group of the same name at {spec.source}"))
    return problems


def check_services(specs: Iterable[CommandSpec], services: Collection[type]) -> list[Problem]:
    """Services that nobody provides."""
    return [
        _problem(spec, f"nobody provides the service {name!r} of type {wanted.__name__}")
        for spec in specs
        for name, wanted in spec.services.items()
        if wanted not in services
    ]


def spelling(path: str) -> str:
    """A path as one word, where a platform has no spaces in names: `vault put` is `vault_put`."""
    return path.replace(" ", "_")


def _problem(spec: CommandSpec, what: str) -> Problem:
    return Problem(spec.source, spec.path, what)
