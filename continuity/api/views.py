"""`/api/v2/`: what anybody on a trusted network may know, for programs. Open to all with PUBLIC_STATUS=on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from continuity.accounts.access import ANYONE, TRUSTED, access
from continuity.api import shapes
from continuity.api.shapes import Entry, Json
from continuity.board.facts import read_facts
from continuity.board.status import board_at
from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.core.ledger import first_told
from incidents.models import OPEN, Incident
from releases.models import RUNNING, Release, State

NEWEST = 50  # a page of the Statuspage API, which has no paging
Reading = Callable[["Source"], Json]


class Source:
    """What one answer is made of, read when it is first asked for."""

    def __init__(self) -> None:
        self.at = now()
        self.base = settings.PUBLIC_URL
        self.page = shapes.page(name=settings.TRUST_NAME, url=self.base, at=self.at)
        told = Service.objects.annotate(told_at=first_told(Service))
        entries = {key: Entry(*told) for key, *told in told.values_list("key", "description", "told_at")}
        self.components = shapes.components(board_at(read_facts(self.at), self.at), self.page["id"], entries)
        self.by_id = {component["id"]: component for component in self.components}

    @property
    def status(self) -> Json:
        return shapes.roll_up([component["status"] for component in self.components])

    def incidents(self, chosen: QuerySet[Incident]) -> list[Json]:
        found = chosen.prefetch_related("updates", "impacts__service", "reviews")[:NEWEST]
        return [shapes.incident(each, self.base, self.page["id"], self.by_id) for each in found]

    def maintenances(self, chosen: QuerySet[Release]) -> list[Json]:
        found = chosen.prefetch_related("updates", "disruptions__service")[:NEWEST]
        return [shapes.maintenance(each, self.base, self.page["id"], self.by_id) for each in found]


def answer(reading: Reading) -> Callable[..., HttpResponse]:
    """A view that answers the page and what `reading` adds to it."""

    @access(ANYONE if settings.PUBLIC_STATUS else TRUSTED)
    @require_safe
    @wraps(reading)
    def view(request: HttpRequest, **_: Any) -> HttpResponse:
        source = Source()
        response = JsonResponse({"page": source.page, **reading(source)})
        response["Cache-Control"] = "no-cache"
        if settings.PUBLIC_STATUS:
            response["Access-Control-Allow-Origin"] = "*"
        return response

    return view


def _known() -> QuerySet[Incident]:
    return Incident.objects.live().unrestricted().order_by("-declared_at")


def _told() -> QuerySet[Release]:
    return Release.objects.told().order_by("-work__startswith")


def _upcoming() -> QuerySet[Release]:
    return Release.objects.filter(state=State.PUBLISHED).order_by("work__startswith")


@answer
def status(source: Source) -> Json:
    return {"status": source.status}


@answer
def components(source: Source) -> Json:
    return {"components": source.components}


@answer
def summary(source: Source) -> Json:
    ahead_or_running = Release.objects.filter(state__in={State.PUBLISHED, *RUNNING}).order_by(
        "work__startswith"
    )
    return {
        "components": source.components,
        "incidents": source.incidents(_known().filter(state__in=OPEN)),
        "scheduled_maintenances": source.maintenances(ahead_or_running),
        "status": source.status,
    }


@answer
def incidents(source: Source) -> Json:
    return {"incidents": source.incidents(_known())}


@answer
def unresolved(source: Source) -> Json:
    return {"incidents": source.incidents(_known().filter(state__in=OPEN))}


@answer
def maintenances(source: Source) -> Json:
    return {"scheduled_maintenances": source.maintenances(_told())}


@answer
def upcoming(source: Source) -> Json:
    return {"scheduled_maintenances": source.maintenances(_upcoming())}


@answer
def active(source: Source) -> Json:
    return {"scheduled_maintenances": source.maintenances(_told().filter(state__in=RUNNING))}
