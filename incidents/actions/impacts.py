"""Which services an incident hits, how, and from when to when."""

from datetime import datetime

from django.db import IntegrityError, transaction

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import record
from continuity.core.level import Effect
from continuity.core.refusals import Conflict, Refused
from incidents.actions.guards import has_happened, is_still_written, locked, not_before
from incidents.models import ACTIVE, Impact, Incident


@transaction.atomic
def set_impact(
    *,
    incident: Incident,
    service: Service,
    effect: str,
    by: User,
    at: datetime,
    since: datetime | None = None,
) -> Impact:
    """Say how a service is hit from `since` on (now, if not given); another way it was hit ends then.

    While the incident is active only: afterwards it is opened again first.
    """
    locked(incident)
    is_still_written(incident)
    if incident.state not in ACTIVE:
        raise Conflict("The services are back. Open the incident again if one is hit.")
    begins = since or at
    has_happened(begins, at, what="The time")
    not_before(begins, incident.started_at, what="A service", earlier_what="the start of the incident")
    before = incident.impacts.filter(service=service, until__isnull=True).first()
    if before and before.effect == effect:
        raise Refused(f"{service} is on the incident as {Effect(effect).level.words.lower()} already.")
    if before:
        not_before(begins, before.since, what="The change", earlier_what="when it was hit first")
        _end(before, begins)
    try:
        with transaction.atomic():
            impact = Impact.objects.create(incident=incident, service=service, effect=effect, since=begins)
    except IntegrityError:
        raise Conflict(f"Somebody else changed how {service} is hit. Look at it again.") from None
    record("incident.impact_set", incident, by=by, at=begins, to=effect, words=service.name)
    return impact


@transaction.atomic
def end_impact(*, impact: Impact, by: User, at: datetime, until: datetime | None = None) -> None:
    """One service is back while the incident goes on; it was back at `until` (now, if not given)."""
    incident, ends = impact.incident, until or at
    locked(incident)
    is_still_written(incident)
    has_happened(ends, at, what="The time")
    not_before(ends, impact.since, what=f"{impact.service}", earlier_what="when it was hit")
    _end(impact, ends)
    record("incident.impact_ended", incident, by=by, at=ends, words=impact.service.name)


@transaction.atomic
def need_no_run(*, impact: Impact, why: str, by: User, at: datetime) -> None:
    """Say why a service that is down has no downtime procedure in use: it is not asked for any more."""
    incident = impact.incident
    locked(incident)
    is_still_written(incident)
    if not why:
        raise Refused("Say why the downtime procedure is not used.")
    Impact.objects.filter(pk=impact.pk).update(no_run_why=why)
    impact.no_run_why = why
    record("incident.run_not_needed", incident, by=by, at=at, words=f"{impact.service.name}: {why}")


def end_all(incident: Incident, ends: datetime) -> None:
    """Every service that is still hit is back at `ends`. For actions only; Refused before one was hit."""
    hit = incident.impacts.filter(until__isnull=True)
    latest = hit.select_related("service").order_by("-since").first()
    if latest:
        not_before(ends, latest.since, what="The service", earlier_what=f"{latest.service} was hit")
    hit.update(until=ends)


def _end(impact: Impact, ends: datetime) -> None:
    if not Impact.objects.filter(pk=impact.pk, until__isnull=True).update(until=ends):
        raise Conflict(f"{impact.service} is back already.")
    impact.until = ends
