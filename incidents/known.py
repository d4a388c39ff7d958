"""What is known already when somebody reports a problem: open incidents, planned work, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from continuity.catalogue.models import Dependency, Service
from continuity.command.models import Rota
from continuity.plans.models import Procedure, Version
from incidents.models import Incident
from releases.models import RUNNING, Disruption, Release
from releases.models import State as ReleaseState
from releases.schedule import Phase, disruption_now

# Work that explains why a service does not work as usual.
EXPLAINS = frozenset({Phase.RUNNING, Phase.UNCONFIRMED, Phase.CHECKING})


@dataclass(frozen=True)
class Known:
    """What explains a problem with a service, and what staff do meanwhile."""

    incidents: list[Incident]
    releases: list[Release]
    procedures: list[Version]

    def __bool__(self) -> bool:
        return bool(self.incidents or self.releases)


def known_about(service: Service | None, at: datetime) -> Known:
    """Open incidents and running planned work on a service or on what it depends on, and its procedures.

    Restricted incidents and exercises are never among them.
    """
    if service is None:
        return Known([], [], [])
    concerned = {service.pk, *_needs_of(service.pk)}
    return Known(_incidents(concerned), _releases(concerned, at), _procedures(service))


def whom_to_ring(service: Service | None) -> list[str]:
    """Who answers for a service, in order; the duty incident manager's rota while nobody knows which it is."""
    if service is not None and service.ring:
        return list(service.ring)
    duty = Rota.objects.filter(role__code="it_lead")
    return [f"{rota.name}, {rota.reach}" for rota in duty]


def _needs_of(service: int) -> set[int]:
    """Everything a service depends on, however far down."""
    needs: dict[int, set[int]] = {}
    for each, on in Dependency.objects.values_list("service_id", "on_id"):
        needs.setdefault(each, set()).add(on)
    found: set[int] = set()
    waiting = [service]
    while waiting:
        fresh = needs.get(waiting.pop(), set()) - found
        found |= fresh
        waiting.extend(fresh)
    return found


def _incidents(concerned: Iterable[int]) -> list[Incident]:
    """Those that hit one of the services now, or hit it until they were restored and are not over."""
    lasting = Q(impacts__until__isnull=True) | Q(impacts__until=F("restored_at"))
    open_ones = Incident.objects.live().open().unrestricted()
    return list(open_ones.filter(lasting, impacts__service__in=concerned).distinct().with_news())


def _releases(concerned: Iterable[int], at: datetime) -> list[Release]:
    states = [ReleaseState.PUBLISHED, *RUNNING]
    begun = Disruption.objects.filter(
        service__in=concerned, release__state__in=states, span__startswith__lte=at
    )
    explaining = {
        each.release_id: each.release
        for each in begun.select_related("release")
        if _phase(each, at) in EXPLAINS
    }
    return list(explaining.values())


def _phase(each: Disruption, at: datetime) -> Phase:
    release = each.release
    return disruption_now(release.state, release.is_held, each.span, each.actual, at).phase


def _procedures(service: Service) -> list[Version]:
    published = Version.objects.published().select_related("procedure")
    return list(published.filter(procedure__services=service, procedure__kind=Procedure.Kind.DOWNTIME))
