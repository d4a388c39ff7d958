"""Bodies outside the trust that must be told of an incident: who and by when, then told how, or not needed and why."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from incidents.actions.guards import has_happened, is_still_written, locked, not_before
from incidents.models import Incident, OutsideBody


@transaction.atomic
def name_outside_body(
    *, incident: Incident, name: str, why: str, by: User, at: datetime, due_at: datetime | None = None
) -> OutsideBody:
    """Somebody outside must be told, until `due_at` where a rule sets one: outstanding until they were."""
    locked(incident)
    is_still_written(incident)
    if incident.outside_bodies.filter(name__iexact=name).exists():
        raise Conflict(f"{name} is on the list already.")
    body = OutsideBody.objects.create(incident=incident, name=name, why=why, due_at=due_at)
    record("incident.outside_named", incident, by=by, at=at, words=f"{name}. {why}")
    return body


@transaction.atomic
def tell_outside_body(
    *,
    body: OutsideBody,
    how: str,
    by: User,
    at: datetime,
    told_at: datetime | None = None,
    reference: str = "",
) -> None:
    """They were told at `told_at` (now, if not given) by `by`, and how; with the reference they gave."""
    incident, when = body.incident, told_at or at
    locked(incident)
    is_still_written(incident)
    if not how:
        raise Refused(f"Say how {body.name} was told.")
    has_happened(when, at, what="When they were told")
    not_before(
        when, incident.started_at, what="When they were told", earlier_what="the start of the incident"
    )
    _settle(body, told_at=when, told_by=by, how=how, reference=reference)
    given = f" Reference {reference}." if reference else ""
    record("incident.outside_told", incident, by=by, at=when, words=f"{body.name}. {how}.{given}")


@transaction.atomic
def spare_outside_body(*, body: OutsideBody, why: str, by: User, at: datetime) -> None:
    """They need not be told after all, and why; the line stays on the list."""
    locked(body.incident)
    is_still_written(body.incident)
    if not why:
        raise Refused(f"Say why {body.name} need not be told.")
    _settle(body, needless_why=why)
    record("incident.outside_spared", body.incident, by=by, at=at, words=f"{body.name}. {why}")


def _settle(body: OutsideBody, **outcome: object) -> None:
    if not OutsideBody.objects.waiting().filter(pk=body.pk).update(**outcome):
        raise Conflict(f"Somebody else has settled {body.name} already. Look at the list again.")
    for name, value in outcome.items():
        setattr(body, name, value)
