"""What earlier times taught about a service and those beside it: outcomes, lessons, actions that are still open."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, Subquery, When

from continuity.catalogue.models import Dependency
from incidents.models import Impact, Incident
from incidents.models import State as IncidentState
from incidents.reviews.models import Action, Review, Section
from releases.models import LOOKED_THROUGH, Disruption, Release, State
from releases.picture import Picture
from releases.schedule import NO_TIME

# Enough to learn from at a glance; the service's page has them all.
LAST_TIMES = 3
# Sections that say what to do differently.
TELLING = (Section.Code.CHANGE, Section.Code.TO_IMPROVE)
INCIDENT_OVER = frozenset({IncidentState.RESTORED, IncidentState.STOOD_DOWN, IncidentState.CLOSED})


@dataclass
class LastTime:
    """One piece of planned work or one incident: how it ended, how much later than planned, what was learned.

    `beside` names the service it hit, where that is not one of those that were asked about.
    """

    subject: Release | Incident
    at: datetime
    outcome: str
    overrun: timedelta = NO_TIME
    lessons: list[str] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    beside: str = ""


def beside(services: Iterable[int]) -> dict[int, str]:
    """Services that one of these (primary keys) needs directly, or that need one: their names and which. One query."""
    chosen = set(services)
    links = Dependency.objects.filter(Q(service__in=chosen) | Q(on__in=chosen)).order_by("pk")
    near = dict[int, str]()
    for link in links.select_related("service", "on"):
        if link.on_id not in chosen:
            near[link.on_id] = f"{link.on.name}, which it needs"
        elif link.service_id not in chosen:
            near[link.service_id] = f"{link.service.name}, which needs it"
    return near


def last_times(
    services: Iterable[int], *, person: Any, near: Mapping[int, str] | None = None
) -> tuple[list[LastTime], list[LastTime]]:
    """Planned work and incidents that hit one of the services (primary keys): those that taught something first.

    What hit one of those `near` them (as `beside`) stands behind these, and only where it taught something. Lessons
    come from a release's own closing words and from published reviews, where `person` may read those.
    Five queries, two where nothing is found.
    """
    chosen, others = list(services), near or {}
    planned, unplanned = _releases(chosen, others), _incidents(chosen, others, person)
    _learn([*planned, *unplanned], person)
    return planned, unplanned


def unfinished(services: Iterable[int], *, person: Any) -> list[Action]:
    """What follows from published reviews of these services and nobody has done yet. One query."""
    about = Review.objects.published().visible_to(person).about_any(services)
    to_do = Action.objects.open().exclude(state=Action.State.CLAIMED_DONE)
    return list(to_do.filter(review__in=about).select_related("owner", "review"))


def _releases(services: Sequence[int], near: Mapping[int, str]) -> list[LastTime]:
    """Of the latest `LOOKED_THROUGH` that ended: what is read does not grow with the history of a service."""
    ended, _ = Release.objects.told().over().exclude(outcome="").latest_of(LOOKED_THROUGH)
    hits = Disruption.objects.filter(release=OuterRef("pk")).order_by("service")
    named = Release.services.through.objects.filter(release=OuterRef("pk"))
    own, others = (
        Q(Exists(hits.filter(service__in=these))) | Q(Exists(named.filter(service__in=these)))
        for these in (services, near)
    )
    taught = ~Q(lesson="") | Exists(Review.objects.published().filter(release=OuterRef("pk")))
    through = hits.filter(service__in=near).values("service")[:1]
    latest = _in_order(ended, own, others, taught).annotate(through=Subquery(through))
    found = latest.order_by("-has_taught", "-is_own", "-work").prefetch_related("disruptions")
    return [_last_time(each, near) for each in found[:LAST_TIMES]]


def _in_order(ended: Any, own: Q, others: Q, taught: Any) -> Any:
    """What hit the services themselves, and of what hit others that which taught something."""
    is_own = Case(When(own, then=True), default=False)
    return ended.annotate(has_taught=taught, is_own=is_own).filter(own | (others & Q(has_taught=True)))


def _last_time(release: Release, near: Mapping[int, str]) -> LastTime:
    at = release.ended_at or release.ends_at
    lessons = [release.lesson] if release.lesson else []
    where = _beside(release, near)
    return LastTime(release, at, _ended(release), Picture(release, at).overrun, lessons, beside=where)


def _beside(time: Any, near: Mapping[int, str]) -> str:
    """Which service near these it hit; nothing where it hit one of these."""
    return "" if time.is_own else near.get(time.through, "a service it needs or that needs it")


def _ended(release: Release) -> str:
    """How it ended in words, which begin with the state where that is not the usual one."""
    if release.state == State.COMPLETED:
        return release.outcome
    return f"{release.get_state_display()}. {release.outcome}"


def _incidents(services: Sequence[int], near: Mapping[int, str], person: Any) -> list[LastTime]:
    """Of the latest `LOOKED_THROUGH` that ended, as of planned work."""
    ended = Incident.objects.live().visible_to(person).filter(state__in=INCIDENT_OVER)
    looked_at = Incident.objects.filter(pk__in=ended.order_by("-declared_at").values("pk")[:LOOKED_THROUGH])
    hits = Impact.objects.filter(incident=OuterRef("pk")).order_by("service")
    own, others = hits.filter(service__in=services), hits.filter(service__in=near)
    taught = Exists(Review.objects.published().filter(incident=OuterRef("pk")))
    latest = _in_order(looked_at, Q(Exists(own)), Q(Exists(others)), taught)
    found = latest.annotate(through=Subquery(others.values("service")[:1]))
    return [
        LastTime(each, each.restored_at or each.declared_at, each.summary, beside=_beside(each, near))
        for each in found.order_by("-has_taught", "-is_own", "-declared_at")[:LAST_TIMES]
    ]


def _learn(times: Sequence[LastTime], person: Any) -> None:
    """Add what published reviews say; a review that only repeats the release's own lesson adds its link."""
    by_subject = {(type(time.subject), time.subject.pk): time for time in times}
    releases = [pk for kind, pk in by_subject if kind is Release]
    incidents = [pk for kind, pk in by_subject if kind is Incident]
    if not by_subject:
        return
    readable = Review.objects.published().visible_to(person).prefetch_related("sections")
    for review in readable.filter(release__in=releases) | readable.filter(incident__in=incidents):
        key = (Release, review.release_id) if review.release_id else (Incident, review.incident_id)
        time = by_subject[key]  # type: ignore[index]  # a review looks back at one of the two here
        time.reviews.append(review)
        time.lessons += [each for each in _lessons_of(review) if each not in time.lessons]


def _lessons_of(review: Review) -> list[str]:
    """The summary, and line by line what will change and what to improve."""
    said = {section.code: section for section in review.sections.all()}
    improvements = [line for code in TELLING if code in said for line in said[code].lines]
    return [line for line in (review.summary, *improvements) if line]
