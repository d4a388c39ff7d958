"""The few queries that the board is made of: six for all of it, two for the banner alone."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from continuity.board.known import Facts, Need, Place, Voucher
from continuity.board.news import DESK, address, failures, procedure_of, service_in, works
from continuity.catalogue.models import Area, Dependency, Service, Vouch
from continuity.monitors.models import Heartbeat


def read_facts(at: datetime) -> Facts:
    """Everything the board is made of, in six queries."""
    rows = list(_services())
    return Facts(
        services=tuple(service_in(row) for row in rows),
        needs={row["key"]: tuple(_need(found) for found in row["wanted"]) for row in rows},
        works=tuple(works(at)),
        failures=tuple(failures(at)),
        vouchers=(*_vouches(at), *_beats(at)),
        places=tuple(_places()),
    )


def read_news(at: datetime) -> Facts:
    """What the banner needs and no more, in two queries: the services it knows are those that are hit."""
    told, failed = tuple(works(at)), tuple(failures(at))
    hit = [outage.service for work in told for outage in work.outages]
    hit += [one.service for failure in failed for one in failure.hits]
    return Facts(
        services=tuple({service.key: service for service in hit}.values()), works=told, failures=failed
    )


def _services() -> Iterable[dict[str, Any]]:
    wanted = Dependency.objects.filter(service=OuterRef("pk")).order_by("on__key")
    return Service.objects.annotate(
        do_now=procedure_of(OuterRef("pk")),
        wanted=ArraySubquery(wanted.values(found=JSONObject(on="on__key", kind="kind"))),
    ).values("key", "name", "tier", "do_now", "wanted")


def _need(found: dict[str, str]) -> Need:
    return Need(found["on"], stops=found["kind"] == Dependency.Kind.STOPS)


def _vouches(at: datetime) -> list[Voucher]:
    """The newest word of a person about each service, where it still holds."""
    newest = Vouch.objects.fresh(at).order_by("service_id", "-said_at").distinct("service_id")
    rows = newest.values_list("service__key", "by__job_title", "said_at", "holds_until")
    return [Voucher(key, title or DESK, said_at, until) for key, title, said_at, until in rows]


def _beats(at: datetime) -> list[Voucher]:
    """Jobs that reported in time: each says that its service works until the next beat is due."""
    alive = Heartbeat.objects.filter(state=Heartbeat.State.UP, due_at__gt=at, last_ping_at__isnull=False)
    rows = alive.values_list("service__key", "name", "last_ping_at", "due_at")
    return [
        Voucher(key, name, beat, due, is_by_person=False) for key, name, beat, due in rows if beat and due
    ]


def _places() -> list[Place]:
    used = ArrayAgg("services__key", filter=Q(services__isnull=False), default=[], distinct=True)
    rows = Area.objects.annotate(used=used).order_by("name")
    columns = rows.values_list("key", "name", "used", "site__name", "phone")
    return [
        Place(key, name, frozenset(services), site, phone, address("board:area", key))
        for key, name, services, site, phone in columns
    ]
