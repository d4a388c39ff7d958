"""Taking over places, teams and services that come from outside, already checked."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Dependency, Service, Site, Team
from continuity.core.ledger import System, record

Actor = User | System


@transaction.atomic(savepoint=False)
def adopt_site(*, site: Site, by: Actor, at: datetime) -> None:
    """A site of the trust stands in the catalogue."""
    site.save(force_insert=True)
    record("site.adopted", site, by=by, at=at)


@transaction.atomic(savepoint=False)
def adopt_team(*, team: Team, by: Actor, at: datetime) -> None:
    """A team stands in the catalogue, without members yet."""
    team.save(force_insert=True)
    record("team.adopted", team, by=by, at=at)


@transaction.atomic(savepoint=False)
def adopt_service(*, service: Service, owner: Team, by: Actor, at: datetime) -> None:
    """A service stands in the catalogue; what it needs follows when all services are there."""
    service.owner = owner
    service.save(force_insert=True)
    record("service.adopted", service, by=by, at=at)


@transaction.atomic(savepoint=False)
def adopt_dependencies(*, service: Service, needs: Mapping[Service, str], by: Actor, at: datetime) -> None:
    """A service needs others, each as a kind of dependency. A circle is refused by the database."""
    if not needs:
        return
    Dependency.objects.bulk_create(
        Dependency(service=service, on=on, kind=kind) for on, kind in needs.items()
    )
    record("service.dependencies_adopted", service, by=by, at=at)


@transaction.atomic(savepoint=False)
def adopt_area(*, area: Area, site: Site, services: Iterable[Service], by: Actor, at: datetime) -> None:
    """A ward, clinic or practice stands in the catalogue with the services it uses."""
    area.site = site
    area.save(force_insert=True)
    area.services.add(*services)
    record("area.adopted", area, by=by, at=at)


@transaction.atomic(savepoint=False)
def adopt_members(*, team: Team, members: Iterable[User], by: Actor, at: datetime) -> None:
    """People belong to a team, and may keep the pages of what it owns."""
    team.members.add(*members)
    record("team.members_adopted", team, by=by, at=at)
