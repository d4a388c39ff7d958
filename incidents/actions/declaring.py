"""Declaring an incident: from one short form, a report, or a release that went wrong."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Service
from continuity.core.ledger import record
from continuity.core.references import next_reference
from continuity.core.refusals import Forbidden, Refused
from continuity.plans.models import Version
from incidents import wording
from incidents.actions.guards import has_happened, may_declare
from incidents.actions.news import promised, publish
from incidents.actions.reporting import join_reports
from incidents.actions.roles import take_lead
from incidents.models import Impact, Incident, Report, Update
from incidents.severity import FULL_PATH, severity_of
from releases.models import Release


@transaction.atomic
def declare(
    *,
    title: str,
    services: Mapping[Service, str],
    impact: int | None,
    urgency: int | None,
    by: User,
    at: datetime,
    do_now: str = "",
    procedure: Version | None = None,
    started_at: datetime | None = None,
    is_start_estimated: bool = False,
    detected_by: str = Incident.Detected.STAFF,
    level: str = Incident.Level.IT,
    severity: int | None = None,
    severity_reason: str = "",
    is_restricted: bool = False,
    restricted_why: str = "",
    is_exercise: bool = False,
    national_reference: str = "",
    contact: str = "",
    release: Release | None = None,
    reports: Collection[Report] = (),
    takes_lead: bool = False,
) -> Incident:
    """A new incident that hits `services` (each with its effect); its first update is out, the next is promised.

    Severity comes from impact and urgency (None: not known yet, counts as the higher), or is set by hand with a
    reason. `reports` that started it are joined; `takes_lead` makes the declarer the incident manager.
    """
    started = started_at or at
    has_happened(started, at, what="The start")
    may_declare(level, by)
    _is_whole(services, is_restricted, restricted_why)
    if (is_restricted or takes_lead) and not by.may(Permission.INCIDENT_RUN):
        raise Forbidden("Only the duty manager can run an incident or keep it restricted.")
    chosen, reason = _severity(impact, urgency, severity, severity_reason)
    noticed = min([at, *(each.at for each in reports)])
    incident = Incident.objects.create(
        ref=next_reference("INC", at),
        title=title,
        level=level,
        impact=impact,
        urgency=urgency,
        severity=chosen,
        severity_reason=reason,
        started_at=min(started, noticed),
        is_start_estimated=is_start_estimated,
        detected_at=noticed,
        detected_by=detected_by,
        declared_at=at,
        declared_by=by,
        is_restricted=is_restricted,
        restricted_why=restricted_why,
        is_exercise=is_exercise,
        needs_review=chosen in FULL_PATH,
        national_reference=national_reference,
        contact=contact,
        release=release,
    )
    Impact.objects.bulk_create(
        Impact(incident=incident, service=service, effect=effect, since=incident.started_at)
        for service, effect in services.items()
    )
    record("incident.declared", incident, by=by, at=at, to=str(chosen), words=reason)
    if reports:
        join_reports(reports=reports, incident=incident, by=by, at=at)
    if takes_lead:
        take_lead(incident=incident, by=by, at=at)
    publish(
        incident=incident, kind=Update.Kind.INITIAL, stage=Update.Stage.INVESTIGATING,
        happened=wording.first_news(title), do_now=do_now, procedure=procedure,
        next_due_at=promised(incident, None, at), by=by, at=at,
    )  # fmt: skip
    return incident


def _is_whole(services: Mapping[Service, str], is_restricted: bool, why: str) -> None:
    if not services:
        raise Refused("Choose the service that is hit.")
    if is_restricted and not why:
        raise Refused("Say why only those who run incidents may see it.")


def _severity(impact: int | None, urgency: int | None, chosen: int | None, reason: str) -> tuple[int, str]:
    """The severity and, where it differs from the table, why."""
    by_table = severity_of(impact, urgency)
    if chosen is None or chosen == by_table:
        return by_table, ""
    if not reason:
        raise Refused(f"The table says severity {by_table}. Say why this is severity {chosen}.")
    return chosen, reason
