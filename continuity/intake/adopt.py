"""Every room adopts its own, from the ground up: whatever a record refers to is there by then.

The rooms' adopt actions take no savepoints: an import is all or nothing, and has a thousand rows to write.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import TypeVar

from continuity.accounts.models import User
from continuity.catalogue.adopt import (
    adopt_areas,
    adopt_dependencies,
    adopt_services,
    adopt_sites,
    adopt_teams,
)
from continuity.catalogue.models import Service, Site, Team
from continuity.command.adopt import adopt_rota
from continuity.command.models import CommandRole
from continuity.core.ledger import System
from continuity.intake.found import AreaRecord, Everything, Found, IncidentRecord, NoticeRecord, ServiceRecord
from continuity.plans.adopt import adopt_procedures
from incidents.adopt import adopt_incident
from incidents.reviews.adopt import adopt_review
from releases.adopt import adopt_freeze, adopt_release

Actor = User | System
W = TypeVar("W")


def adopt_everything(
    *, found: Everything, fresh: AbstractSet[int], roles: Mapping[str, CommandRole], by: Actor, at: datetime
) -> None:
    """Store the checked records of `found` whose identity is in `fresh`, in the caller's transaction."""

    def new(records: Iterable[Found[W]]) -> Iterator[W]:
        return (one.what for one in records if id(one) in fresh)

    adopt_sites(sites=list(new(found.sites)), by=by, at=at)
    adopt_teams(teams=list(new(found.teams)), by=by, at=at)
    _adopt_services(list(new(found.services)), by=by, at=at)
    services = Service.objects.in_bulk(field_name="key")
    _adopt_areas(list(new(found.areas)), services, by=by, at=at)
    for rota in new(found.rotas):
        adopt_rota(rota=rota.rota, role=roles.get(rota.role), by=by, at=at)
    for freeze in new(found.freezes):
        adopt_freeze(freeze=freeze, by=by, at=at)
    for notice in replaced_first(list(new(found.notices))):
        _adopt_notice(notice, services, by=by, at=at)
    for incident in new(found.incidents):
        _adopt_incident(incident, services, by=by, at=at)


def _adopt_services(records: list[ServiceRecord], *, by: Actor, at: datetime) -> None:
    """All services, then what each needs, then their procedures."""
    teams = Team.objects.in_bulk(field_name="key")
    for record in records:
        record.service.owner = teams[record.owner]
    adopt_services(services=[record.service for record in records], by=by, at=at)
    there = Service.objects.in_bulk(field_name="key")
    needs = {record.service: {there[key]: kind for key, kind in record.needs.items()} for record in records}
    adopt_dependencies(needs=needs, by=by, at=at)
    procedures = [(record.service, record.approved) for record in records if record.approved]
    adopt_procedures(procedures=procedures, by=by, at=at)


def _adopt_areas(
    records: list[AreaRecord], services: Mapping[str, Service], *, by: Actor, at: datetime
) -> None:
    sites = Site.objects.in_bulk(field_name="key")
    for record in records:
        record.area.site = sites[record.site]
    areas = [(record.area, [services[key] for key in record.services]) for record in records]
    adopt_areas(areas=areas, by=by, at=at)


def _adopt_notice(record: NoticeRecord, services: Mapping[str, Service], *, by: Actor, at: datetime) -> None:
    release = adopt_release(notice=record.notice, services=services, by=by, at=at)
    if record.review:
        adopt_review(account=record.review, release=release, by=by, at=at)


def _adopt_incident(
    record: IncidentRecord, services: Mapping[str, Service], *, by: Actor, at: datetime
) -> None:
    incident = adopt_incident(account=record.account, services=services, by=by, at=at)
    if record.review:
        adopt_review(account=record.review, incident=incident, by=by, at=at)


def replaced_first(records: list[NoticeRecord]) -> list[NoticeRecord]:
    """In the order of the files, but a notice after the one that it replaces. There are no circles."""
    waiting = {record.notice.release.ref: record for record in records}
    ordered: list[NoticeRecord] = []
    while waiting:
        free = [ref for ref, record in waiting.items() if record.notice.replaces not in waiting]
        ordered += [waiting.pop(ref) for ref in free]
    return ordered
