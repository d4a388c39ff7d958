"""Writes of the room: keeping places, teams and services, what they need, and saying that one works."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, transaction

from continuity.accounts.models import User
from continuity.catalogue.graph import circle_with, circle_words
from continuity.catalogue.keepers import check_keeper, check_voucher
from continuity.catalogue.keys import free_key
from continuity.catalogue.models import Area, Dependency, Service, Site, Team, Usage, Vouch
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused

K = TypeVar("K", Site, Team, Service, Area)


@transaction.atomic
def add(*, what: type[K], by: User, at: datetime, **facts: Any) -> K:
    """A new site, team, service or area stands in the catalogue, under a key made of its name."""
    check_keeper(by, what._meta.verbose_name_plural)
    columns, joined = _parted(what, facts)
    thing = what.objects.create(key=free_key(what, facts["name"]), **columns)
    _join(thing, joined)
    record(f"{what._meta.model_name}.added", thing, by=by, at=at)
    return thing


@transaction.atomic
def change(*, thing: Site | Team | Service | Area, seen: int, by: User, at: datetime, **facts: Any) -> None:
    """The thing says what the form said, if nobody changed it since version `seen`; otherwise Conflict."""
    # As it is kept, not as a form has filled it in: a new owner must not be what lets somebody in.
    check_keeper(by, type(thing).objects.get(pk=thing.pk))
    columns, joined = _parted(type(thing), facts)
    unchanged = type(thing).objects.filter(pk=thing.pk, version=seen)
    if not unchanged.update(version=seen + 1, **columns):
        raise Conflict("Somebody else changed this while you were writing.")
    _join(thing, joined)
    record(f"{thing._meta.model_name}.changed", thing, by=by, at=at)


@transaction.atomic
def depend(*, service: Service, on: Service, kind: str, by: User, at: datetime) -> Dependency:
    """`service` needs `on`: without it, it stops or works in part. Said again with another kind, it is changed.

    Refused with the circle in words when `on` needs `service` already, directly or by others. Two people who
    add one half each wait for each other here; the trigger of the table is the last guard.
    """
    check_keeper(by, service)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('catalogue.dependency'))")
    if circle := circle_with(_needs(), service.pk, on.pk):
        names = Service.objects.in_bulk(circle)
        said = circle_words([names[key].name for key in circle])
        raise Refused(f"This would make a circle: {said}")
    dependency, _ = Dependency.objects.update_or_create(service=service, on=on, defaults={"kind": kind})
    record("dependency.added", dependency, by=by, at=at, to=kind)
    return dependency


@transaction.atomic
def stop_depending(*, dependency: Dependency, by: User, at: datetime) -> None:
    """The service no longer needs the other; Conflict when somebody took it out already."""
    check_keeper(by, dependency.service)
    if not Dependency.objects.filter(pk=dependency.pk).delete()[0]:
        raise Conflict("Somebody else took this dependency out already.")
    record("dependency.removed", dependency, by=by, at=at)


@transaction.atomic
def vouch(*, service: Service, by: User, at: datetime) -> Vouch:
    """Somebody says that the service works: it counts as working until its freshness limit is over."""
    check_voucher(by, service)
    said = Vouch.objects.create(service=service, by=by, said_at=at, holds_until=at + service.freshness)
    record("service.vouched", service, by=by, at=at)
    return said


@transaction.atomic
def count_users(*, weeks: Mapping[Service, Mapping[int, int]], by: User, at: datetime) -> None:
    """For each service it stands how many people use it by the hour of the week, in place of what stood there.

    All or nothing: Forbidden when one of them is not the person's to change. An hour that is left out has nobody.
    """
    for service in weeks:
        check_keeper(by, service)
    replace_usage(weeks)
    for service in weeks:
        record("service.users_counted", service, by=by, at=at)


def replace_usage(weeks: Mapping[Service, Mapping[int, int]]) -> None:
    """The rows of whole weeks; of two who count the same service at once the later stands, whole."""
    keys = [service.pk for service in weeks]
    list(Service.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    Usage.objects.filter(service__in=keys).delete()
    Usage.objects.bulk_create(
        Usage(service=service, hour=hour, people=people)
        for service, week in weeks.items()
        for hour, people in week.items()
    )


def _needs() -> dict[int, list[int]]:
    needs: dict[int, list[int]] = {}
    for service, on in Dependency.objects.values_list("service_id", "on_id"):
        needs.setdefault(service, []).append(on)
    return needs


def _parted(what: type[Any], facts: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts that are columns, and those that join other rows."""
    many = {field.name for field in what._meta.many_to_many}
    return (
        {name: value for name, value in facts.items() if name not in many},
        {name: value for name, value in facts.items() if name in many},
    )


def _join(thing: Any, joined: dict[str, Any]) -> None:
    for name, chosen in joined.items():
        getattr(thing, name).set(chosen)
