"""The clock to harm: how long a service is gone, against how long the trust can do without it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from continuity.core.wording import length_words

# Of the time a limit allows (reference: impact analysis, "on the incident").
AMBER, RED = 0.5, 0.8


class Mark(Enum):
    """How near a limit is, with the colour of its tag and the word that stands on it."""

    CALM = ("", "In time")
    AMBER = ("orange", "Half gone")
    RED = ("red", "Nearly gone")
    PAST = ("red", "Past")

    @property
    def colour(self) -> str:
        return self.value[0]

    @property
    def words(self) -> str:
        return self.value[1]


@dataclass(frozen=True)
class Limit:
    """One limit of one service: what it is called, what it allows, and how long the service has been gone."""

    name: str
    allows: timedelta
    gone: timedelta

    @property
    def share(self) -> float:
        """The part of the limit that is used up; over 1 once it is passed."""
        return self.gone / self.allows

    @property
    def percent(self) -> int:
        """The same in whole percent, a started one not counted: what is past is at least 100."""
        return int(self.gone * 100 / self.allows)

    @property
    def mark(self) -> Mark:
        if self.gone >= self.allows:
            return Mark.PAST
        if self.share >= RED:
            return Mark.RED
        return Mark.AMBER if self.share >= AMBER else Mark.CALM

    @property
    def words(self) -> str:
        """1 hour 10 minutes of 2 hours until RTO, 58%. Once it is passed: RTO of 2 hours passed 5 minutes ago."""
        if self.mark is Mark.PAST:
            late = length_words(self.gone - self.allows)
            return f"{self.name} of {length_words(self.allows)} passed {late} ago, {self.percent}%"
        return f"{length_words(self.gone)} of {length_words(self.allows)} until {self.name}, {self.percent}%"


@dataclass(frozen=True)
class Clock:
    """The two limits of a service that an incident hits; it stands still once the service is back."""

    service: str
    limits: tuple[Limit, Limit]
    is_running: bool


def clock_of(
    service: str, *, rto: timedelta, mtpd: timedelta, since: datetime, until: datetime | None, at: datetime
) -> Clock:
    """The clock at an instant, of a service gone from `since` until it was back (`until`), if it is."""
    ends = at if until is None else min(until, at)
    gone = max(ends - since, timedelta(0))
    limits = (Limit("RTO", rto, gone), Limit("MTPD", mtpd, gone))
    return Clock(service, limits, is_running=until is None or until > at)
