"""Planned work and failures as the board reads them: two queries, one row for each service hit.

What is restricted, an exercise or a draft never enters here, nor does the level it causes.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse

from continuity.board.agenda import DAYS_AHEAD, ENDED, LATELY
from continuity.board.known import Failure, Hit, Outage, Service, Told, Work
from continuity.core.level import Effect
from continuity.plans.models import Procedure, Version
from incidents.models import ACTIVE, OPEN, AreaStandDown, Incident
from incidents.models import State as IncidentState
from incidents.models import Update as IncidentUpdate
from releases.models import RUNNING, Release, State
from releases.models import Update as ReleaseUpdate

Row = dict[str, Any]

# Work further ahead is not read: the board shows seven days, and is read again long before the eighth.
HORIZON = timedelta(days=DAYS_AHEAD + 2)
OVER = frozenset({IncidentState.STOOD_DOWN, IncidentState.CLOSED})
# Who speaks where a record names nobody.
DESK = "IT service desk"


def works(at: datetime) -> Iterable[Work]:
    """Releases staff were told of that are ahead, under way or ended in the last 24 hours."""
    lately = Q(state__in=ENDED, ended_at__gt=at - LATELY)
    soon = Q(state=State.PUBLISHED, work__startswith__lt=at + HORIZON)
    last = ReleaseUpdate.objects.filter(release=OuterRef("pk")).order_by("-at")
    rows = (
        Release.objects.filter(Q(state__in=RUNNING) | soon | lately)
        .annotate(
            update_at=Subquery(last.values("at")[:1]),
            do_now=procedure_of(OuterRef("disruptions__service")),
            **_hit_columns("disruptions"),
        )
        .values(
            *("ref", "title", "state", "work", "is_held", "owner_role", "owner__job_title", "outcome"),
            *("published_at", "started_at", "back_at", "ended_at", "update_at"),
            *("do_now", *_hit_columns("disruptions"), "disruptions__span", "disruptions__actual"),
        )
        .order_by("ref", "disruptions__span", "disruptions__pk")
    )
    return [_work(found) for found in _by_ref(rows)]


def failures(at: datetime) -> Iterable[Failure]:
    """Incidents everybody may know of that are open, were restored in the last 24 hours or keep an area on paper."""
    rows_of = AreaStandDown.objects.filter(incident=OuterRef("pk"))
    last = IncidentUpdate.objects.filter(incident=OuterRef("pk")).order_by("-number")
    rows = (
        Incident.objects.live()
        .unrestricted()
        .filter(
            Q(state__in=OPEN)
            | Q(state__in=OVER, restored_at__gt=at - LATELY)
            | Q(state=IncidentState.STOOD_DOWN) & Exists(rows_of.on_paper())
        )
        .annotate(
            areas_told=ArraySubquery(rows_of.order_by("area__key").values(told=_TOLD)),
            told=Subquery(last.values(told=_AUTHOR)[:1]),
            do_now=procedure_of(OuterRef("impacts__service")),
            **_hit_columns("impacts"),
        )
        .values(
            *("ref", "title", "state", "restored_at", "next_update_due_at", "instruction", "declared_at"),
            *("declared_by__job_title", "told", "areas_told"),
            *("do_now", *_hit_columns("impacts"), "impacts__since", "impacts__until"),
        )
        .order_by("ref", "impacts__since", "impacts__pk")
    )
    return [_failure(found) for found in _by_ref(rows)]


_TOLD = JSONObject(key="area__key", instruction="instruction", at="stood_down_at")
_AUTHOR = JSONObject(at="published_at", role="author_role", title="author__job_title")


def procedure_of(service: Any) -> Subquery:
    """The key of a service's published downtime procedure, as a column; the first by title where it has several."""
    published = Version.objects.published().filter(
        procedure__services=service, procedure__kind=Procedure.Kind.DOWNTIME
    )
    return Subquery(published.order_by("procedure__title").values("procedure__key")[:1])


def service_in(row: Row) -> Service:
    """The service whose columns stand in a row, with the address of its procedure."""
    return Service(
        key=row["key"],
        name=row["name"],
        url=address("catalogue:service", row["key"]),
        tier=row["tier"],
        do_now=address("plans:procedure", row["do_now"]) if row["do_now"] else "",
    )


@lru_cache(maxsize=4096)
def address(page: str, key: str) -> str:
    """Where the page about a key is. Remembered: each reading asks for a hundred, one by one a tenth of its time."""
    return reverse(page, args=[key])


def _hit_columns(place: str) -> dict[str, F]:
    """The columns of a service that is hit, and how, under the names `service_in` reads."""
    named = {name: F(f"{place}__service__{name}") for name in ("key", "name", "tier")}
    return {**named, "effect": F(f"{place}__effect")}


def _by_ref(rows: Iterable[Row]) -> list[list[Row]]:
    return [list(found) for _, found in groupby(rows, key=itemgetter("ref"))]


def _work(rows: list[Row]) -> Work:
    first = rows[0]
    told = (first[name] for name in ("published_at", "started_at", "back_at", "ended_at", "update_at"))
    return Work(
        ref=first["ref"],
        title=first["title"],
        url=address("releases:detail", first["ref"]),
        state=first["state"],
        work=first["work"],
        outages=tuple(_outage(row) for row in rows if row["effect"]),
        is_held=first["is_held"],
        says=first["owner_role"] or first["owner__job_title"] or DESK,
        told_at=max((at for at in told if at), default=None),
        ended_at=first["ended_at"],
        outcome=first["outcome"],
    )


def _outage(row: Row) -> Outage:
    span, actual = row["disruptions__span"], row["disruptions__actual"]
    return Outage(service_in(row), Effect(row["effect"]), span, actual)


def _failure(rows: list[Row]) -> Failure:
    first = rows[0]
    told = first["told"] or {"at": None, "role": "", "title": first["declared_by__job_title"]}
    return Failure(
        ref=first["ref"],
        title=first["title"],
        url=address("incidents:detail", first["ref"]),
        hits=tuple(_hit(row) for row in rows if row["effect"]),
        is_active=first["state"] in ACTIVE,
        is_over=first["state"] in OVER,
        is_worked_round=first["state"] == IncidentState.MITIGATED,
        says=told["role"] or told["title"] or DESK,
        told_at=datetime.fromisoformat(told["at"]) if told["at"] else first["declared_at"],
        promised_at=first["next_update_due_at"],
        restored_at=first["restored_at"],
        instruction=_words(first["instruction"]),
        areas=tuple(
            Told(row["key"], _words(row["instruction"]), is_on_paper=row["at"] is None)
            for row in first["areas_told"]
        ),
    )


def _words(instruction: str) -> str:
    return str(Incident.Instruction(instruction).label) if instruction else ""


def _hit(row: Row) -> Hit:
    return Hit(service_in(row), Effect(row["effect"]), row["impacts__since"], row["impacts__until"])
