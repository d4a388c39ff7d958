"""What is over, must be looked back at and has no review yet: incidents, and planned work that took far too long."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from continuity.core.clock import local_day
from continuity.core.wording import length_words
from incidents.models import MAY_OWE_A_REVIEW, Incident, SeverityRule
from incidents.reviews.owing import LIKE_SEVERITY, due_like, reasons
from incidents.reviews.proposing import LONG_OVERRUN, overran_by, overran_long
from incidents.reviews.subjects import INCIDENT_IS_OVER, ended_at, start_address
from releases.models import Release
from releases.notices import names_words


@dataclass(frozen=True)
class Owed:
    """What nobody has begun to look back at, why that is owed, and by when it is due."""

    subject: Incident | Release
    due_on: date | None
    reasons: tuple[str, ...]

    def is_overdue(self, on: date) -> bool:
        return self.due_on is not None and self.due_on < on

    @property
    def why(self) -> str:
        """In words: It was severity 2 and somebody asked for it."""
        words = names_words(list(self.reasons))
        return f"{words[:1].upper()}{words[1:]}."

    @property
    def start_address(self) -> str:
        return start_address(self.subject)


def owed(person: Any, at: datetime) -> list[Owed]:
    """By severity, by kind, by overrun, and where somebody asked for it; the most urgent first.

    Three queries, and three more for the planned work among it.
    """
    days = dict(SeverityRule.objects.values_list("severity", "review_within_days"))
    found = [*_incidents(person, days), *_releases(days, at)]
    return sorted(found, key=lambda each: each.due_on or date.max)


def why_owed(incident: Incident | None, *, came_back: bool = False) -> str:
    """A sentence that says why the review of an incident, or of what came back, is owed; "" where it is not."""
    found = reasons(incident) if incident else []
    whys = [*found, *(["a factor came back although it had been dealt with"] if came_back else [])]
    return f"Owed because {names_words(whys)}." if whys else ""


def _incidents(person: Any, days: Mapping[int, int | None]) -> Iterator[Owed]:
    over = Incident.objects.live().visible_to(person).filter(state__in=INCIDENT_IS_OVER, reviews=None)
    for incident in over.filter(MAY_OWE_A_REVIEW):
        due_on = _day(ended_at(incident), days.get(due_like(incident)))
        yield Owed(incident, due_on, tuple(reasons(incident)))


def _releases(days: Mapping[int, int | None], at: datetime) -> Iterator[Owed]:
    """An extension is a new promise, and the work still took longer than the first."""
    for release in overran_long():
        late = overran_by(release, at)
        if late >= LONG_OVERRUN:
            why = f"it took {length_words(late)} longer than planned"
            yield Owed(release, _day(release.ended_at, days.get(LIKE_SEVERITY)), (why,))


def _day(ended: datetime | None, days: int | None) -> date | None:
    return local_day(ended) + timedelta(days=days) if ended and days else None
