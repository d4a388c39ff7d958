"""XmR charts: what in a row of months is chance and what is news. Pure.

By the NHS *Making data count* rules, as its own charts work them out (NHSRplotthedots, `ptd_spc_standard.R` and
`ptd_calculate_point_type.R`); the constants are Wheeler's for moving ranges of two, 3 / 1.128 and 3.268.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from statistics import mean

# The limits lie so many average moving ranges from the mean.
TO_LIMIT = 2.66
# A moving range above so many average ones is news itself, and is left out when the limits are worked out.
TO_RANGE_LIMIT = 3.268
# In the outer third between mean and limit a value is near the limit.
NEAR = 2 / 3
IN_A_ROW = 7
OF_THREE = 2
# With fewer months the limits still move with each new one.
ENOUGH = 12


class Signal(Enum):
    """Why a value is hardly chance."""

    OUTSIDE = "outside the limits"
    SHIFT = "7 or more in a row on one side of the mean"
    TREND = "7 or more in a row rising or falling"
    NEAR_LIMIT = "2 of 3 in a row near a limit"


@dataclass(frozen=True)
class Xmr:
    """A row of values with its limits; the moving range of the first is None, for nothing is before it."""

    values: tuple[float, ...]
    ranges: tuple[float | None, ...]
    mean: float
    average_range: float
    lower: float
    upper: float
    range_limit: float
    signals: tuple[frozenset[Signal], ...]


def xmr(values: Sequence[float]) -> Xmr:
    """The chart of values in order of time, one a month without a gap; ValueError without any."""
    if not values:
        raise ValueError("A chart needs a value.")
    middle = mean(values)
    moves = [abs(after - before) for before, after in pairwise(values)]
    average = _screened(moves)
    away = TO_LIMIT * average
    return Xmr(
        values=tuple(values),
        ranges=(None, *moves),
        mean=middle,
        average_range=average,
        lower=middle - away,
        upper=middle + away,
        range_limit=TO_RANGE_LIMIT * average,
        signals=_signals(values, middle, away),
    )


def _screened(moves: Sequence[float]) -> float:
    """The average moving range without those that are news themselves; 0 where nothing moved."""
    if not moves:
        return 0.0
    limit = TO_RANGE_LIMIT * mean(moves)
    return float(mean(move for move in moves if move <= limit))


def _signals(values: Sequence[float], middle: float, away: float) -> tuple[frozenset[Signal], ...]:
    sides = [(value > middle) - (value < middle) for value in values]
    steps = [(after > before) - (after < before) for before, after in pairwise(values)]
    found: list[set[Signal]] = [set() for _ in values]
    for at, value in enumerate(values):
        if abs(value - middle) > away:
            found[at].add(Signal.OUTSIDE)
    for at in _runs(sides, IN_A_ROW):
        found[at].add(Signal.SHIFT)
    # Seven values that rise have six steps between them.
    for at in _runs(steps, IN_A_ROW - 1):
        found[at].add(Signal.TREND)
        found[at + 1].add(Signal.TREND)
    near = [NEAR * away < abs(value - middle) <= away for value in values]
    for at in range(len(values) - 2):
        three = range(at, at + 3)
        if (
            abs(sum(sides[each] for each in three)) == len(three)
            and sum(near[each] for each in three) >= OF_THREE
        ):
            for each in three:
                if near[each]:
                    found[each].add(Signal.NEAR_LIMIT)
    return tuple(map(frozenset, found))


def _runs(signs: Sequence[int], length: int) -> set[int]:
    """Places that are part of `length` or more equal signs in a row; 0 belongs to no row."""
    found: set[int] = set()
    for at in range(len(signs) - length + 1):
        if abs(sum(signs[at : at + length])) == length:
            found |= set(range(at, at + length))
    return found
