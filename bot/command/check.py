"""What is wrong with commands on every platform, over and above what is wrong with one of them."""

from collections.abc import Collection, Iterable

from bot.command.spec import CommandSpec
from bot.errors import Problem
from bot.users import Said


def check_commands(specs: Collection[CommandSpec], services: Collection[type]) -> list[Problem]:
    """All problems of these commands together, when these types of services are provided."""
    return check_paths(specs) + check_services(specs, services)


def check_paths(specs: Iterable[CommandSpec]) -> list[Problem]:
    """Paths, aliases and menu labels in each other's way: two of the same, a command named as a group, a group described twice."""
    specs = list(specs)
    problems: list[Problem] = []
    taken: dict[str, tuple[str, CommandSpec]] = {}
    menus: dict[tuple[str, bool], CommandSpec] = {}
    groups: dict[str, CommandSpec] = {}
    for spec in specs:
        for path in dict.fromkeys((spec.path, *spec.aliases)):
            known, first = taken.setdefault(spelling(path), (path, spec))
            if first is not spec:
                what = f"there is another command {known!r} at {first.source}"
                problems.append(_problem(spec, what if path == spec.path else f"its alias {path!r}: {what}"))
        problems += [*_described(spec, groups), *_labelled(spec, menus)]
    for path, spec in groups.items():
        if spelling(path) in taken:
            command = taken[spelling(path)][1]
            problems.append(_problem(command, f"there is a group of the same name at {spec.source}"))
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


def _described(spec: CommandSpec, groups: dict[str, CommandSpec]) -> list[Problem]:
    """Problems of the groups that a command stands in; its first command speaks for a group."""
    words = [] if spec.subscriber else spec.path.split()
    problems = []
    for depth in range(1, len(words)):
        path = " ".join(words[:depth])
        other = groups.setdefault(path, spec)
        if other.groups.get(path) != spec.groups.get(path):
            problems.append(_problem(spec, f"its group {path!r} is described otherwise at {other.source}"))
    return problems


def _labelled(spec: CommandSpec, menus: dict[tuple[str, bool], CommandSpec]) -> list[Problem]:
    """Problems of its menu label: with two of the same in one menu, Discord registers no command at all."""
    if not spec.menu:
        return []
    first = menus.setdefault((spec.menu, any(option.type is Said for option in spec.options)), spec)
    return [] if first is spec else [_problem(spec, f"there is another {spec.menu!r} in the menu at {first.source}")]


def _problem(spec: CommandSpec, what: str) -> Problem:
    return Problem(spec.source, spec.path, what)
