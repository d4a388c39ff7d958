"""What a plan is weighed against, read from the rows in 12 queries, whatever the plan hits."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from continuity.catalogue.hours import weekly_words
from continuity.catalogue.models import HOURS_A_WEEK, Area, Dependency, Service, Usage
from continuity.core.clock import days_window, local_day
from continuity.core.level import Effect
from releases.lead import Asks
from releases.models import DRAFTS, OFF, BusyTime, Disruption, Freeze, Policy, Release
from releases.schedule import ends
from releases.weighing.advisor import HORIZON, STEP
from releases.weighing.facts import (
    Busy,
    Frozen,
    Ground,
    Hit,
    Opening,
    Other,
    Place,
    Plan,
    Served,
    Span,
)

NOT_TAKING_PLACE = DRAFTS | OFF


def plan_of(release: Release) -> Plan:
    """A kept release as the weighing takes it; needs its disruptions and services."""
    hits = tuple(
        Hit(each.service_id, Effect(each.effect), *ends(each.span)) for each in release.disruptions.all()
    )
    named = {service.pk for service in release.services.all()}
    return Plan(release.starts_at, release.ends_at, hits, frozenset({*named, *(hit.service for hit in hits)}))


def ground_for(plan: Plan, *, at: datetime, release: Release | None = None) -> Ground:
    """Everything to weigh the plan against, where it stands and over the weeks after `at`; 12 queries.

    `release` is the work itself where it is kept already: it neither clashes with itself nor spends twice.
    """
    reach = _reach(plan, at)
    rules: dict[int, Any] = {policy.tier: policy for policy in Policy.objects.all()}
    needs, stops = _graph()
    return Ground(
        services=_services(plan, rules),
        needs=needs,
        stops=stops,
        others=tuple(_others(plan, _ahead(plan, at), release)),
        freezes=tuple(_freezes(reach)),
        busy=tuple(_busy()),
        places=tuple(_places()),
        rules=_as_rules(rules),
        spent=_spent(plan, release),
    )


def _reach(plan: Plan, at: datetime) -> Span:
    """From the earliest to the latest instant that any window on offer, or the plan itself, touches."""
    first, last = _ahead(plan, at)
    return min(first, plan.start), max(last, plan.end)


def _ahead(plan: Plan, at: datetime) -> Span:
    """What the windows on offer touch."""
    return at, at + HORIZON + STEP + (plan.end - plan.start)


def _services(plan: Plan, rules: dict[int, Any]) -> dict[int, Served]:
    weeks = _weeks(plan)
    columns = (
        *("pk", "name", "owner__name", "tier", "allowance_min"),
        *("hours", "open_days", "opens", "closes", "is_open_on_bank_holidays"),
    )
    return {
        pk: Served(name, team, tier, _allowance(own, rules.get(tier)), _opening(*hours), weeks.get(pk, ()))
        for pk, name, team, tier, own, *hours in Service.objects.order_by().values_list(*columns)
    }


def _allowance(own: int | None, rule: Any) -> timedelta:
    """What the trust says of the service, else of its tier; a tier without a rule allows one minute."""
    return timedelta(minutes=own or (rule.allowance_min if rule else 1))


def _opening(hours: str, days: list[int], opens: Any, closes: Any, on_holidays: bool) -> Opening | None:
    if hours == Service.Hours.ALWAYS or opens is None or closes is None:
        return None
    words = weekly_words(days, opens, closes, on_bank_holidays=on_holidays)
    return Opening(frozenset(days), opens, closes, on_holidays, words)


def _weeks(plan: Plan) -> dict[int, tuple[int, ...]]:
    """People by the hour of the week for the services that are hit; nothing for one that nobody counted."""
    found: dict[int, list[int]] = {}
    hit = [each.service for each in plan.outages]
    for service, hour, people in Usage.objects.filter(service__in=hit).values_list(
        "service_id", "hour", "people"
    ):
        found.setdefault(service, [0] * HOURS_A_WEEK)[hour] = people
    return {service: tuple(week) for service, week in found.items()}


def _graph() -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """What each service needs, and which stop when it is gone."""
    needs: dict[int, list[int]] = {}
    stops: dict[int, list[int]] = {}
    for service, on, kind in Dependency.objects.values_list("service_id", "on_id", "kind"):
        needs.setdefault(service, []).append(on)
        if kind == Dependency.Kind.STOPS:
            stops.setdefault(on, []).append(service)
    return needs, stops


def _others(plan: Plan, ahead: Span, release: Release | None) -> Iterator[Other]:
    """Planned work beside the plan and ahead, in four queries; what it hits only while the plan's work goes on.

    Not what lies between the two: of a draft with an old day that would be the history of the trust.
    """
    beside = Q(work__overlap=(plan.start, plan.end)) | Q(work__overlap=ahead)
    found = Release.objects.filter(beside).exclude(state__in=NOT_TAKING_PLACE)
    found = found.exclude(pk=release.pk) if release else found
    # Both ends by themselves are read several times faster than as a range.
    columns = ("pk", "ref", "title", "work__startswith", "work__endswith")
    rows = list(found.order_by().values_list(*columns))
    keys = [pk for pk, *_ in rows]
    disruptions = Disruption.objects.filter(release__in=keys).order_by()
    services = _by_release(disruptions.values_list("release_id", "service_id"))
    named = _by_release(
        Release.services.through.objects.filter(release__in=keys).values_list("release_id", "service_id")
    )
    hits = _hits(disruptions.filter(span__overlap=(plan.start, plan.end)))
    for pk, ref, title, start, end in rows:
        touched = frozenset({*named.get(pk, ()), *services.get(pk, ())})
        yield Other(ref, title, start, end, touched, tuple(hits.get(pk, ())))


def _hits(disruptions: QuerySet[Disruption]) -> dict[int, list[Hit]]:
    found: dict[int, list[Hit]] = {}
    for pk, service, effect, span in disruptions.values_list("release_id", "service_id", "effect", "span"):
        found.setdefault(pk, []).append(Hit(service, Effect(effect), *ends(span)))
    return found


def _by_release(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for release, service in pairs:
        found.setdefault(release, []).append(service)
    return found


def _busy() -> Iterator[Busy]:
    for each in BusyTime.objects.all():
        yield Busy(each.get_kind_display(), each.starts, each.minutes, frozenset(each.days))


def _places() -> Iterator[Place]:
    """Areas that use any service, by name."""
    used: dict[str, set[int]] = {}
    through = Area.services.through.objects.order_by("area__name")
    for name, service in through.values_list("area__name", "service_id"):
        used.setdefault(name, set()).add(service)
    return (Place(name, frozenset(services)) for name, services in used.items())


def _as_rules(rules: dict[int, Any]) -> dict[int, Asks]:
    return rules


def _spent(plan: Plan, release: Release | None) -> dict[int, tuple[Span, ...]]:
    """Outages of the plan's services by other work of its year: as they happened, else as planned; no risks.

    An outage belongs to the year, in London, in which it was to start. One that was due after its work had ended
    did not come.
    """
    hit = {each.service for each in plan.outages}
    rows = Disruption.objects.filter(service__in=hit, span__startswith__range=_year(plan.start))
    rows = rows.exclude(Q(effect=Effect.AT_RISK.value) | Q(release__state__in=NOT_TAKING_PLACE))
    rows = rows.exclude(release=release) if release else rows
    columns = (
        *("span__startswith", "span__endswith", "actual__startswith", "actual__endswith"),
        "release__ended_at",
    )
    found: dict[int, list[Span]] = {}
    for service, *times in rows.order_by().values_list("service_id", *columns):
        found.setdefault(service, []).extend(_happened(*times))
    return {service: tuple(spans) for service, spans in found.items()}


def _happened(
    start: datetime, end: datetime, began: datetime | None, back: datetime | None, ended_at: datetime | None
) -> list[Span]:
    """When an outage was: as it happened; while it lasts, up to its planned end."""
    if began:
        return [(began, max(back or end, began))]
    return [] if ended_at and ended_at <= start else [(start, end)]


def _year(at: datetime) -> Span:
    """The calendar year in London; its last instant is just before the next one's first."""
    year = local_day(at).year
    first, following = date(year, 1, 1), date(year + 1, 1, 1)
    start, end = ends(days_window(first, (following - first).days))
    return start, end - timedelta(microseconds=1)


def _freezes(reach: Span) -> Iterator[Frozen]:
    found = Freeze.objects.within(*reach).order_by("span")
    for title, span in found.values_list("title", "span"):
        yield Frozen(title, *ends(span))
