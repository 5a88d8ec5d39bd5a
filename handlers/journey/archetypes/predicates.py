"""What has to be reached for an archetype: metrics and other archetypes. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from config.journey import Archetype, repeated
from handlers.journey.archetypes.metrics import METRICS


def reached(archetype: Archetype, measured: Mapping[str, float]) -> bool:
    """Is every metric of it where it has to be?"""
    return all(measured[one.metric] >= one.gte for one in archetype.all)


def ratio(archetype: Archetype, measured: Mapping[str, float]) -> float:
    """How far it is, 0 to 1: the mean of its metrics' shares, none of which counts for more than the whole of its own."""
    shares = [min(1.0, max(0.0, measured[one.metric] / one.gte)) for one in archetype.all]
    return sum(shares) / len(shares)


def opened(ordered: Iterable[Archetype], earned: Collection[str], measured: Mapping[str, float]) -> list[Archetype]:
    """Those of `ordered` (as `in_order` gives them) that are earned now and were not before; one may open the next."""
    have, new = set(earned), []
    for archetype in ordered:
        if archetype.id not in have and have.issuperset(archetype.requires) and reached(archetype, measured):
            have.add(archetype.id)
            new.append(archetype)
    return new


def in_order(archetypes: Sequence[Archetype]) -> list[Archetype]:
    """Each behind those that it requires; only for what has no `problems`."""
    by_id = {one.id: one for one in archetypes}
    return [by_id[name] for name in _graph(archetypes).static_order()]


def problems(archetypes: Sequence[Archetype]) -> list[str]:
    """What is wrong among them, a line each, which begins with the id; nothing when all is well."""
    ids = {one.id for one in archetypes}
    return [
        *(f"{name}: every id is used once" for name in repeated(one.id for one in archetypes)),
        *(
            f"{one.id}: requires {name!r}, which there is not"
            for one in archetypes
            for name in one.requires
            if name not in ids
        ),
        *(
            f"{one.id}: there is no metric {each.metric!r}; there are {', '.join(METRICS)}"
            for one in archetypes
            for each in one.all
            if each.metric not in METRICS
        ),
        *_cycle(archetypes),
    ]


def _cycle(archetypes: Sequence[Archetype]) -> list[str]:
    try:
        _graph(archetypes).prepare()
    except CycleError as error:
        round_trip = error.args[1][::-1]  # what requires comes before what is required
        return [f"{round_trip[0]}: requires itself in the end: {' > '.join(round_trip)}"]
    return []


def _graph(archetypes: Sequence[Archetype]) -> TopologicalSorter[str]:
    graph = TopologicalSorter[str]()
    for one in archetypes:
        graph.add(one.id, *one.requires)
    return graph
