"""The turns of an incident between its declaration and its end: a workaround holds, work is caught up with."""

from datetime import datetime
from typing import Any

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import SYSTEM, record
from continuity.core.states import move
from continuity.plans.models import Procedure
from incidents.actions.guards import has_happened, is_still_written, locked, not_before
from incidents.models import Incident, Run, State


@transaction.atomic
def mitigate(*, incident: Incident, by: User, at: datetime, mitigated_at: datetime | None = None) -> None:
    """The workaround holds since `mitigated_at` (now, if not given). What staff were not told yet is outstanding."""
    locked(incident)
    is_still_written(incident)
    mitigated(incident, mitigated_at or at, by, at)


@transaction.atomic
def recover(*, incident: Incident, by: User, at: datetime) -> None:
    """The service is back, and what was written on paper is being entered."""
    locked(incident)
    is_still_written(incident)
    recovering(incident, by, at)


def mitigated(incident: Incident, since: datetime, by: Any, at: datetime) -> None:
    """The milestone, with its line. For actions only; Refused where the time is impossible."""
    has_happened(since, at, what="The workaround")
    since = min(since, at)
    not_before(since, incident.started_at, what="The workaround", earlier_what="the start of the incident")
    move(incident, to=State.MITIGATED, mitigated_at=since)
    record("incident.mitigated", incident, by=by, at=since)


def recovering(incident: Incident, by: Any, at: datetime) -> None:
    """Work is caught up with. For actions only."""
    move(incident, to=State.RECOVERING)
    record("incident.recovering", incident, by=by, at=at)


def recover_if_open(incident: Incident, at: datetime) -> None:
    """Once the service is back the portal itself says so, where areas are on paper or a recovery is under way."""
    if incident.areas.on_paper().exists() or _is_under_recovery(incident):
        recovering(incident, SYSTEM, at)


def _is_under_recovery(incident: Incident) -> bool:
    running = incident.runs.filter(state__in=Run.OPEN)
    return running.filter(version__procedure__kind=Procedure.Kind.RECOVERY).exists()
