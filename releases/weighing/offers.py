"""A plan weighed whole: its clashes, its price, and the better windows with their reasons in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from continuity.core.clock import length
from continuity.core.wording import count_words, length_words, number_words, span_words
from releases.weighing.advisor import HORIZON, Cost, Window, advise, cost_of
from releases.weighing.clashes import Clash, clashes
from releases.weighing.cost import Price, notice, price
from releases.weighing.facts import Ground, Plan

# Longer work is not weighed: a slip of the hand in a year, not a plan.
LONGEST = timedelta(days=31)


@dataclass(frozen=True)
class Offer:
    """A better window, as it is shown and taken: its start is what the button sends."""

    start: datetime
    words: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Weight:
    """Everything the author should know of a plan where it stands."""

    plan: Plan
    clashes: tuple[Clash, ...]
    price: Price
    offers: tuple[Offer, ...]

    @property
    def weeks(self) -> int:
        """How far ahead the better windows were looked for."""
        return HORIZON // timedelta(weeks=1)


def weigh(plan: Plan, ground: Ground, *, told_at: datetime) -> Weight | None:
    """The plan weighed, as if it were told at `told_at`; None for one that is too long to be meant."""
    if is_too_long(plan):
        return None
    as_planned = cost_of(plan, ground, told_at=told_at)
    windows = [each for each in advise(plan, ground, told_at=told_at) if each.cost.hurt < as_planned.hurt]
    offers = tuple(_offer(window, as_planned, ground, told_at) for window in windows)
    return Weight(plan, tuple(clashes(plan, ground)), price(plan, ground, told_at=told_at), offers)


def is_too_long(plan: Plan) -> bool:
    """Whether nobody means it; what it would be weighed against need not be read."""
    return length(plan.start, plan.end) > LONGEST


def _offer(window: Window, as_planned: Cost, ground: Ground, told_at: datetime) -> Offer:
    plan = window.plan
    reasons = [
        *_reasons(window.cost, as_planned),
        notice(plan, ground, told_at).sentence,
    ]
    return Offer(plan.start, span_words(plan.start, plan.end), tuple(reasons))


def _reasons(cost: Cost, as_planned: Cost) -> Iterator[str]:
    """Why this window and not the one that was typed, the gravest first."""
    yield "In a change freeze." if cost.touches_freeze else "No change freeze."
    work = count_words(cost.clashes, "piece of other work", "pieces of other work")
    yield f"{work} on these services or around them." if cost.clashes else "No other work clashes."
    if cost.busy:
        yield f"{length_words(cost.busy)} in drug rounds, handovers or site meetings."
    else:
        yield "Outside drug rounds, handovers and site meetings."
    yield _people(cost.people, as_planned.people - cost.people)


def _people(count: int, fewer: int) -> str:
    said = f"About {count_words(count, 'user')} hit" if count else "Nobody is expected to be hit"
    if not fewer:
        return f"{said}."
    return f"{said}, {number_words(abs(fewer))} {'fewer' if fewer > 0 else 'more'} than as planned."
