"""Taking over places, teams and services that come from outside, already checked. Many at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.catalogue.actions import replace_usage
from continuity.catalogue.models import Area, Dependency, Service, Site, Team
from continuity.core.ledger import System, record

Actor = User | System


@transaction.atomic(savepoint=False)
def adopt_sites(*, sites: Sequence[Site], by: Actor, at: datetime) -> None:
    """Sites of the trust stand in the catalogue."""
    for site in Site.objects.bulk_create(sites):
        record("site.adopted", site, by=by, at=at)


@transaction.atomic(savepoint=False)
def adopt_teams(*, teams: Sequence[Team], by: Actor, at: datetime) -> None:
    """Teams stand in the catalogue, without members yet."""
    for team in Team.objects.bulk_create(teams):
        record("team.adopted", team, by=by, at=at)


@transaction.atomic(savepoint=False)
def adopt_services(*, services: Sequence[Service], by: Actor, at: datetime) -> None:
    """Services stand in the catalogue under their owners; what they need follows when all are there."""
    for service in Service.objects.bulk_create(services):
        record("service.adopted", service, by=by, at=at)


@transaction.atomic(savepoint=False)
def adopt_dependencies(*, needs: Mapping[Service, Mapping[Service, str]], by: Actor, at: datetime) -> None:
    """Services need others, each as a kind of dependency. A circle is refused by the database."""
    Dependency.objects.bulk_create(
        Dependency(service=service, on=on, kind=kind)
        for service, others in needs.items()
        for on, kind in others.items()
    )
    for service in (service for service, others in needs.items() if others):
        record("service.dependencies_adopted", service, by=by, at=at)


@transaction.atomic(savepoint=False)
def adopt_areas(*, areas: Sequence[tuple[Area, Iterable[Service]]], by: Actor, at: datetime) -> None:
    """Wards, clinics and practices stand in the catalogue, each with the services it uses."""
    Area.objects.bulk_create(area for area, _ in areas)
    used = Area.services.through
    used.objects.bulk_create(used(area=area, service=each) for area, services in areas for each in services)
    for area, _ in areas:
        record("area.adopted", area, by=by, at=at)


@transaction.atomic(savepoint=False)
def adopt_members(*, team: Team, members: Iterable[User], by: Actor, at: datetime) -> None:
    """People belong to a team, and may keep the pages of what it owns."""
    team.members.add(*members)
    record("team.members_adopted", team, by=by, at=at)


@transaction.atomic(savepoint=False)
def adopt_usage(*, weeks: Mapping[Service, Mapping[int, int]], by: Actor, at: datetime) -> None:
    """It stands how many people use services by the hour of the week."""
    replace_usage(weeks)
    for service in weeks:
        record("service.users_counted", service, by=by, at=at)
