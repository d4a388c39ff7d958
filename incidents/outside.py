"""Which bodies outside the trust an incident's record suggests to tell, why, and by when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from continuity.catalogue.models import Service
from incidents.models import Incident
from incidents.severity import FULL_PATH

# UK GDPR, article 33: from when the trust became aware of it.
COMMISSIONER_WITHIN = timedelta(hours=72)


@dataclass(frozen=True)
class Suggestion:
    """A body that may have to be told; `due_at` where a rule sets the time."""

    name: str
    why: str
    due_at: datetime | None = None


def suggested(incident: Incident, named: Iterable[str]) -> list[Suggestion]:
    """Those that are not on the list yet, the one with a time limit first. One query."""
    known = {name.casefold() for name in named}
    found = {each.name: each for each in _all(incident)}
    return [each for each in found.values() if each.name.casefold() not in known]


def _all(incident: Incident) -> Iterator[Suggestion]:
    if incident.data_security == Incident.Assessment.CONFIRMED and incident.data_aware_at:
        yield Suggestion(
            "Information Commissioner’s Office",
            "Data was lost or seen. Within 72 hours of becoming aware, if people are at risk",
            incident.data_aware_at + COMMISSIONER_WITHIN,
        )
    if incident.severity in FULL_PATH:
        yield Suggestion("NHS England", f"Severity {incident.severity}: the region hears of it")
    services = [impact.service for impact in incident.impacts.select_related("service")]
    if incident.national_reference or any(each.scope == Service.Scope.NATIONAL for each in services):
        yield Suggestion("National service desk", _reference(incident) or "A national service is hit")
    for each in services:
        if each.scope == Service.Scope.SUPPLIER:
            yield Suggestion(f"Supplier of {each.name}", "They run the service")


def _reference(incident: Incident) -> str:
    return f"Their reference is {incident.national_reference}" if incident.national_reference else ""
