"""Taking over incidents that were run elsewhere, in their final state. Tells nobody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.command.models import CommandRole
from continuity.core.ledger import System, record
from continuity.core.references import keep_clear_of
from incidents.models import ACTIVE, Entry, Impact, Incident, RoleAssignment, State, Update
from releases.models import Release


@dataclass(kw_only=True)
class Account:
    """An incident as another system kept it: rows that are not stored yet, the rest by key or reference."""

    incident: Incident
    release: str = ""
    impacts: list[tuple[str, Impact]] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)


@transaction.atomic(savepoint=False)
def adopt_incident(
    *, account: Account, services: Mapping[str, Service], by: User | System, at: datetime
) -> Incident:
    """The incident stands here in the state it had elsewhere, under its own reference, which is not given out again.

    `services` holds every service of the account by key. A release that led to it must be here already.
    """
    incident = account.incident
    if account.release:
        incident.release = Release.objects.get(ref=account.release)
    incident.save(force_insert=True)
    for key, impact in account.impacts:
        impact.incident, impact.service = incident, services[key]
    Impact.objects.bulk_create(impact for _, impact in account.impacts)
    _write_record(incident, account)
    RoleAssignment.objects.bulk_create(_assignments(incident, account.roles))
    keep_clear_of(incident.ref)
    kept = [*account.updates, *account.entries]
    record("incident.adopted", incident, by=by, at=at, to=incident.state, holds=kept)
    return incident


def _write_record(incident: Incident, account: Account) -> None:
    hit = {key: impact.effect for key, impact in account.impacts}
    for number, update in enumerate(account.updates, 1):
        update.incident, update.number, update.severity = incident, number, incident.severity
        update.services = hit
    for entry in account.entries:
        entry.incident = incident
    Update.objects.bulk_create(account.updates)
    Entry.objects.bulk_create(account.entries)


def _assignments(incident: Incident, codes: Iterable[str]) -> Iterable[RoleAssignment]:
    """Who held which role is known by role alone; when each began is not, so that stays empty."""
    kinds = CommandRole.objects.in_bulk(list(codes), field_name="code")
    is_running = incident.state in ACTIVE | {State.RESTORED, State.RECOVERING}
    for code in codes:
        yield RoleAssignment(
            incident=incident,
            role=kinds[code],
            person_role=kinds[code].held_by or kinds[code].title,
            is_single=kinds[code].has_single_holder,
            state=RoleAssignment.State.ACTIVE if is_running else RoleAssignment.State.RELEASED,
            ended_at=None if is_running else incident.stood_down_at,
        )
