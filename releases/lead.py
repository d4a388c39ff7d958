"""How much notice planned work asks for, and up to when it counts. Pure: no Django, no database.

One way for the rules that a notice is measured by and for the windows that the advisor weighs.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from releases.schedule import NO_TIME


class Asks(Protocol):
    """What the trust asks of work on one tier."""

    def notice_days(self, outage: timedelta, /) -> int:
        """Working days of notice for an outage of that length."""


def notice_asked(outages: Iterable[tuple[int, timedelta]], rules: Mapping[int, Asks]) -> int:
    """Working days of notice that the strictest tier asks for, each by its longest outage.

    `outages` are those that are more than a risk, each by the tier of its service and its length. None is asked
    for where nothing is hit, nor by a tier without a rule.
    """
    longest: dict[int, timedelta] = {}
    for tier, lasts in outages:
        longest[tier] = max(lasts, longest.get(tier, NO_TIME))
    return max((rules[tier].notice_days(longest[tier]) for tier in longest.keys() & rules.keys()), default=0)


def first_noticed(outages: Iterable[datetime], *, work: datetime) -> datetime:
    """Up to when notice counts: the first start of an outage that is more than a risk, else that of the work."""
    return min(outages, default=work)
