"""What may be pressed, a story of presses made by chance, and the shortest one that still goes wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from tests.incidents.playing.world import CAST

F = TypeVar("F", bound=Callable[..., None])
# A person (who runs incidents, more often), one of a few rows, whether the page is older than the last press,
# minutes ago, words or none.
WHO = (*CAST, *("manager", "second", "commander", "executive") * 2)
HOLDER = (None, *(None,) * len(WHO), *WHO)
WHICH = range(4)
STALE = (False, False, False, True)
AGO = (0, 0, 0, 0, 1, 15, 90, -1, -10)
WORDS = ("As it is.",) * 5 + ("",)
YES_OR_NO = (True, False)


@dataclass(frozen=True)
class Move:
    """Something that may be done: how often it is, and what each of its arguments may be."""

    name: str
    often: int
    arguments: Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Press:
    """One thing that somebody does."""

    name: str
    arguments: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{name}={value!r}' for name, value in self.arguments.items())})"


MOVES: list[Move] = []


def move(often: int = 2, **arguments: Sequence[Any]) -> Callable[[F], F]:
    """Put a method of the stage among what may be done."""

    def keep(act: F) -> F:
        MOVES.append(Move(act.__name__, often, arguments))
        return act

    return keep


def story(seed: int, length: int) -> list[Press]:
    """So many presses, the same for the same seed; an incident is declared first."""
    chance = Random(seed)
    weights = [each.often for each in MOVES]
    chosen = chance.choices(MOVES, weights, k=length)
    severity = chance.choice((1, 2, 3, 4))
    first = Press("begin", {"severity": severity, "takes_lead": chance.choice(YES_OR_NO)})
    drawn = [{name: chance.choice(some) for name, some in each.arguments.items()} for each in chosen]
    return [first, *(Press(each.name, said) for each, said in zip(chosen, drawn, strict=True))]


def shortest(presses: list[Press], goes_wrong: Callable[[list[Press]], bool]) -> list[Press]:
    """A story that goes wrong, without what it goes wrong without: half of it, then less, at last each press."""
    size = len(presses) // 2
    while size:
        begin = 1
        while begin < len(presses):
            without = presses[:begin] + presses[begin + size :]
            presses, begin = (without, begin) if goes_wrong(without) else (presses, begin + size)
        size //= 2
    return presses
