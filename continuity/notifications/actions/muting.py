"""Keeping alarms back about what planned work explains. Watching never stops, recoveries are always told."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from psycopg.types.range import Range

from continuity.catalogue.models import Dependency
from continuity.core.ledger import name_of
from continuity.notifications.models import Mute

Span = tuple[int, Range[datetime]]


@transaction.atomic
def mute(*, subject: Any, spans: Iterable[Span], reason: str) -> None:
    """Alarms about these services (by primary key), and what they stop (one hop), are kept back in these spans only.

    What was muted for the subject before is replaced: the times of planned work move. Every span has its end.
    """
    name = name_of(subject)
    wanted = _with_what_they_stop(list(spans))
    Mute.objects.about(name.kind, name.label).delete()
    Mute.objects.bulk_create(
        Mute(
            service_id=service,
            span=span,
            reason=reason[:200],
            subject_kind=name.kind,
            subject_ref=name.label,
        )
        for service, span in wanted
    )


def _with_what_they_stop(spans: list[Span]) -> list[Span]:
    stopped = Dependency.objects.filter(on__in=[service for service, _ in spans], kind=Dependency.Kind.STOPS)
    by_need: dict[int, list[int]] = {}
    for need, service in stopped.values_list("on", "service"):
        by_need.setdefault(need, []).append(service)
    wider = [(each, span) for service, span in spans for each in [service, *by_need.get(service, [])]]
    return list(dict.fromkeys(wider))
