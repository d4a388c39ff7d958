"""How an alarm climbs: level by level, round by round, until somebody answers or it is exhausted. Pure: no Django."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

# No task can be quicker, and an alarm that goes on at the same instant would never end.
SHORTEST_WAIT = timedelta(minutes=1)


class Outcome(StrEnum):
    """What came of telling one level."""

    TOLD = "told"
    NOBODY = "nobody"
    NO_CONTACT = "no_contact"
    OFF_HOURS = "off_hours"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Rung:
    """One level of a chain: how long to wait for an answer before the next is told."""

    wait: timedelta


@dataclass(frozen=True)
class Place:
    """The level told last (from 1; 0 before the first) in its round (from 1)."""

    level: int = 0
    round: int = 1


@dataclass(frozen=True)
class Call:
    """What came of one level in one round."""

    place: Place
    outcome: Outcome


@dataclass(frozen=True)
class Turn:
    """What one step of the clock does: the levels tried in order, where it stands now, when it goes on.

    Without `next_at` it is exhausted: every level was tried in every round.
    """

    place: Place
    next_at: datetime | None
    calls: list[Call] = field(default_factory=list)


def climb(
    rungs: Sequence[Rung], rounds: int, place: Place, at: datetime, tell: Callable[[int], Outcome]
) -> Turn:
    """Tell the next level that has somebody; those that have nobody are skipped at once.

    `tell` is asked with the number of a level, from 1, and answers what came of it. A round in which nobody was
    there at all is not gone through again at the same instant.
    """
    calls: list[Call] = []
    for following in _ahead(len(rungs), rounds, place):
        if len(calls) == len(rungs):
            break
        outcome = tell(following.level)
        calls.append(Call(following, outcome))
        if outcome is Outcome.TOLD:
            wait = max(rungs[following.level - 1].wait, SHORTEST_WAIT)
            return Turn(following, at + wait, calls)
    return Turn(calls[-1].place if calls else place, None, calls)


def _ahead(levels: int, rounds: int, place: Place) -> list[Place]:
    """Every place after this one, in order."""
    return [
        Place(level, number)
        for number in range(place.round, rounds + 1)
        for level in range(1, levels + 1)
        if (number, level) > (place.round, place.level)
    ]
