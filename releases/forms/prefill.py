"""What the notice form begins with: a kept release, facts from elsewhere, or an address's query."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import QueryDict
from psycopg.types.range import Range

from continuity.catalogue.models import Service
from continuity.core.clock import read_instant
from continuity.core.level import Effect
from continuity.notifications.audience_forms import initial_for_notice
from releases.content import CHOICES, WORDS
from releases.forms.lines import names_of
from releases.models import Disruption, Release
from releases.schedule import ends, moved

Window = Range[datetime]
# What a notice says of its own day or of itself, which another does not take over.
OF_ITS_DAY = frozenset({"version", "why_soon", "is_held"})


def initial_from(
    *,
    title: str = "",
    services: Iterable[Service] = (),
    effect: str = "",
    outage: Window | None = None,
    at_risk: Iterable[Service] = (),
    work: Window | None = None,
    steps: Mapping[str, Sequence[str]] | None = None,
    **plain: Any,
) -> dict[str, Any]:
    """`NoticeForm(initial=...)` from what is known of planned work, however little that is.

    `effect` is an `Effect`'s value; windows are UTC; `plain` are fields of the form by their names
    (`contact`, `summary`, `kind`, ...). Nothing is saved.
    """
    start, end = ends(outage) if outage else (None, None)
    begins, finishes = ends(work) if work else (None, None)
    found = {
        "title": title,
        "services": [str(service.pk) for service in services],
        "effect": effect,
        "outage_from": start,
        "outage_to": end,
        "at_risk": [str(service.pk) for service in at_risk],
        # A work window that is the outage's own stays folded.
        "work_from": begins if begins != start else None,
        "work_to": finishes if finishes != end else None,
        **{phase: list(texts) for phase, texts in (steps or {}).items()},
        **plain,
    }
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def initial_from_query(query: QueryDict) -> dict[str, Any]:
    """What an address names: `?title=&service=KEY&at_risk=KEY&effect=down&from=&to=&work_from=&work_to=`.

    Instants are ISO 8601 with their offset. What cannot be read is left out: the form says what it needs.
    """
    outage = _window(query.get("from"), query.get("to"))
    work = _window(query.get("work_from"), query.get("work_to"))
    plain: dict[str, Any] = {
        name: query[name] for name in ("contact", "summary", "kind", "source", "reason") if name in query
    }
    return initial_from(
        title=query.get("title", "")[:160],
        services=Service.objects.filter(key__in=_keys(query, "service")),
        at_risk=Service.objects.filter(key__in=_keys(query, "at_risk")),
        effect=query.get("effect", "") if query.get("effect") in {each.value for each in Effect} else "",
        outage=outage or work,
        work=work,
        **plain,
    )


def initial_of(release: Release) -> dict[str, Any]:
    """A kept release as its form began; postponed work with every time moved to its new start."""
    later = release.delay
    outages = list(release.disruptions.all())
    usual, at_risk, more = _usual(outages)
    named = [
        service for service in release.services.all() if service.pk not in {o.service_id for o in outages}
    ]
    found = initial_from(
        title=release.title,
        services=[outage.service for outage in usual] or named,
        effect=usual[0].effect if usual else "none",
        outage=moved(usual[0].span if usual else release.work, later),
        at_risk=[outage.service for outage in at_risk],
        work=moved(release.work, later),
        steps=_steps(release),
        rollback_by=release.rollback_by and release.rollback_by + later,
        version=release.version,
        **{name: getattr(release, name) for name in (*WORDS[1:], *CHOICES)},
    )
    found |= initial_for_notice(release.audiences.all())
    for number, outage in enumerate(more, start=1):
        start, end = ends(moved(outage.span, later))
        found |= zip(names_of(number), (str(outage.service_id), outage.effect, start, end), strict=True)
    return found


def initial_like(release: Release) -> dict[str, Any]:
    """A new notice as another one was written, without its times and what was true of those alone."""
    found = initial_of(release)
    return {name: value for name, value in found.items() if not (_says_when(name) or name in OF_ITS_DAY)}


def _says_when(name: str) -> bool:
    return name.endswith(("_from", "_to")) or name == "rollback_by"


def _usual(outages: list[Disruption]) -> tuple[list[Disruption], list[Disruption], list[Disruption]]:
    """Those hit worst and first alike, those at risk meanwhile, and all others."""
    if not outages:
        return [], [], []
    first = min(outages, key=lambda outage: (-Effect(outage.effect).level, ends(outage.span)))
    usual = [each for each in outages if (each.effect, each.span) == (first.effect, first.span)]
    rest = [each for each in outages if each not in usual]
    at_risk = [each for each in rest if each.effect == Effect.AT_RISK.value and each.span == first.span]
    return usual, at_risk, [each for each in rest if each not in at_risk]


def _steps(release: Release) -> dict[str, list[str]]:
    steps: dict[str, list[str]] = {}
    for step in release.instructions.all():
        steps.setdefault(step.phase, []).append(step.text)
    return steps


def _keys(query: QueryDict, name: str) -> list[str]:
    """Keys of services, which hold no character that a database refuses."""
    return [key for key in query.getlist(name) if key.isprintable()]


def _window(start: str | None, end: str | None) -> Window | None:
    begins, finishes = read_instant(start), read_instant(end)
    return Range(begins, finishes, "[)") if begins and finishes and begins < finishes else None
