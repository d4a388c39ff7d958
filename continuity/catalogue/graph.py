"""What needs what, as a graph: finding a circle and naming it. Pure: no Django, no database."""

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

N = TypeVar("N", bound=Hashable)


def circle_with(needs: Mapping[N, Collection[N]], service: N, on: N) -> list[N]:
    """The shortest circle that "`service` needs `on`" would close, from `service` back to it; empty if none.

    `needs` holds for each service those it needs directly, without the new dependency. A service that would
    need itself is a circle of one: `[service, service]`.
    """
    came_from: dict[N, N] = {}
    waiting = deque([on])
    while waiting:
        here = waiting.popleft()
        if here == service:
            return [service, *_way(came_from, on, here)]
        for following in needs.get(here, ()):
            if following != on and following not in came_from:
                came_from[following] = here
                waiting.append(following)
    return []


def circle_in(needs: Mapping[N, Collection[N]]) -> list[N]:
    """Any circle of a whole graph, from one of its services back to it; empty when there is none."""
    settled: set[N] = set()
    for start in needs:
        trail: dict[N, None] = {}
        waiting: list[tuple[N, bool]] = [(start, False)]
        while waiting:
            here, is_done = waiting.pop()
            if is_done:
                trail.popitem()
                settled.add(here)
            elif here in trail:
                return _from(list(trail), here)
            elif here not in settled:
                trail[here] = None
                waiting.append((here, True))
                waiting.extend((following, False) for following in needs.get(here, ()))
    return []


def all_reached(needs: Mapping[N, Collection[N]], start: Iterable[N]) -> dict[N, N]:
    """Whatever `start` needs, directly or by others, each with the one of `start` that reaches it first.

    Nothing of `start` is in it. With the graph turned round (`turned`), whatever needs it.
    """
    origin = {each: each for each in start}
    found: dict[N, N] = {}
    waiting = deque(origin)
    while waiting:
        here = waiting.popleft()
        for following in needs.get(here, ()):
            if following not in origin:
                origin[following] = found[following] = origin[here]
                waiting.append(following)
    return found


def turned(needs: Mapping[N, Collection[N]]) -> dict[N, list[N]]:
    """The same graph, by what is needed: for each service those that need it directly."""
    found: dict[N, list[N]] = {}
    for service, others in needs.items():
        for on in others:
            found.setdefault(on, []).append(service)
    return found


def circle_words(names: Sequence[str]) -> str:
    """A circle as a sentence: Wi-Fi needs Network login, which needs Wi-Fi."""
    first, second, *rest = names
    return f"{first} needs {second}" + "".join(f", which needs {name}" for name in rest) + "."


def _way(came_from: Mapping[N, N], start: N, end: N) -> list[N]:
    way = [end]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


def _from(trail: list[N], here: N) -> list[N]:
    return [*trail[trail.index(here) :], here]
