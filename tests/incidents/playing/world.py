"""What a play needs before it begins: people with real permissions, services with areas and procedures, a rota."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Service, Site
from continuity.command.models import CommandRole, Rota, Shift
from continuity.core.clock import window
from continuity.plans.models import Procedure, Step, Version
from tests.factories import AreaFactory, ServiceFactory, SiteFactory, TeamFactory, UserFactory

# Who plays, by user name: the role that gives their permissions; None for an account without any.
CAST: dict[str, str | None] = {
    "manager": "manager",
    "second": "manager",
    "commander": "commander",
    "executive": "commander",
    "lead": "lead",
    "safety": "safety",
    "clinician": "reader",
    "stranger": None,
}
STEPS: list[dict[str, Any]] = [
    {"text": "Open the downtime box."},
    {"text": "Count the phones.", "evidence": "text", "owner_role": "Loggist"},
    {"text": "Put up the notice.", "is_required": False},
    {"text": "Check the list.", "evidence": "second_person"},
]


@dataclass(frozen=True)
class World:
    """Everything that was there before the first incident."""

    at: datetime
    people: dict[str, User]
    roles: dict[str, CommandRole]
    sites: list[Site]
    services: list[Service]
    areas: list[Area]
    versions: list[Version]


def made(at: datetime) -> World:
    """Two services, one with wards that use it and procedures to follow; a tactical commander on call."""
    people = {
        name: UserFactory.create(username=name, job_title=name, role=role) for name, role in CAST.items()
    }
    roles = {role.code: role for role in CommandRole.objects.select_related("reports_to")}
    services = [
        ServiceFactory.create(key="wifi", name="Wi-Fi"),
        ServiceFactory.create(key="robot", name="Robot"),
    ]
    sites = [SiteFactory.create(), SiteFactory.create()]
    areas = [AreaFactory.create(site=site) for site in sites]
    for area in areas:
        area.services.add(services[0])
    _on_call(roles["tactical"], people["commander"], at)
    versions = [_version(services[0], kind) for kind in (Procedure.Kind.DOWNTIME, Procedure.Kind.RECOVERY)]
    return World(at, people, roles, sites, services, areas, versions)


def _on_call(role: CommandRole, person: User, at: datetime) -> None:
    rota = Rota.objects.create(key=role.code, name=f"On call: {role}", role=role, reach="Switchboard")
    Shift.objects.create(rota=rota, person=person, span=window(at, at + timedelta(days=60)))


def _version(service: Service, kind: str) -> Version:
    procedure = Procedure.objects.create(
        key=kind, title=f"Wi-Fi, {kind}", kind=kind, owner=TeamFactory.create()
    )
    procedure.services.add(service)
    version = Version.objects.create(
        procedure=procedure, number=1, state="published", review_by=date(2025, 6, 1), content_hash="0" * 64
    )
    Step.objects.bulk_create(
        Step(version=version, order=order, **facts) for order, facts in enumerate(STEPS, 1)
    )
    return version
