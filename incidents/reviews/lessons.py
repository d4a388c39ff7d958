"""What earlier times taught about a service: outcomes, lessons and actions that are still open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from continuity.catalogue.models import Service
from incidents.models import Impact, Incident
from incidents.models import State as IncidentState
from incidents.reviews.models import Action, Review, Section
from releases.models import LOOKED_THROUGH, Release, State
from releases.picture import Picture
from releases.schedule import NO_TIME

# Enough to learn from at a glance; the service's page has them all.
LAST_TIMES = 3
# Sections that say what to do differently.
TELLING = (Section.Code.CHANGE, Section.Code.TO_IMPROVE)
INCIDENT_OVER = frozenset({IncidentState.RESTORED, IncidentState.STOOD_DOWN, IncidentState.CLOSED})


@dataclass
class LastTime:
    """One piece of planned work or one incident: how it ended, how much later than planned, what was learned."""

    subject: Release | Incident
    at: datetime
    outcome: str
    overrun: timedelta = NO_TIME
    lessons: list[str] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)


def last_times(services: Iterable[int], *, person: Any) -> tuple[list[LastTime], list[LastTime]]:
    """Planned work and incidents that hit one of the services (primary keys): those that taught something first.

    Lessons come from a release's own closing words and from published reviews, where `person` may read those.
    Five queries, two where nothing is found.
    """
    chosen = list(services)
    planned, unplanned = _releases(chosen), _incidents(chosen, person)
    _learn([*planned, *unplanned], person)
    return planned, unplanned


def unfinished(services: Iterable[int], *, person: Any) -> list[Action]:
    """What follows from published reviews of these services and nobody has done yet. One query."""
    about = Review.objects.published().visible_to(person).about_any(services)
    to_do = Action.objects.open().exclude(state=Action.State.CLAIMED_DONE)
    return list(to_do.filter(review__in=about).select_related("owner", "review"))


def _releases(services: Sequence[int]) -> list[LastTime]:
    """Of the latest `LOOKED_THROUGH` that ended: what is read does not grow with the history of a service."""
    ended, _ = Release.objects.told().over().exclude(outcome="").latest_of(LOOKED_THROUGH)
    ended = ended.touching_any(Service.objects.filter(pk__in=services))
    taught = ~Q(lesson="") | Exists(Review.objects.published().filter(release=OuterRef("pk")))
    latest = ended.annotate(has_taught=taught).order_by("-has_taught", "-work")
    return [_last_time(each) for each in latest.prefetch_related("disruptions")[:LAST_TIMES]]


def _last_time(release: Release) -> LastTime:
    at = release.ended_at or release.ends_at
    lessons = [release.lesson] if release.lesson else []
    return LastTime(release, at, _ended(release), Picture(release, at).overrun, lessons)


def _ended(release: Release) -> str:
    """How it ended in words, which begin with the state where that is not the usual one."""
    if release.state == State.COMPLETED:
        return release.outcome
    return f"{release.get_state_display()}. {release.outcome}"


def _incidents(services: Sequence[int], person: Any) -> list[LastTime]:
    """Of the latest `LOOKED_THROUGH` that ended, as of planned work."""
    ended = Incident.objects.live().visible_to(person).filter(state__in=INCIDENT_OVER)
    looked_at = Incident.objects.filter(pk__in=ended.order_by("-declared_at").values("pk")[:LOOKED_THROUGH])
    hit = Impact.objects.filter(incident=OuterRef("pk"), service__in=services)
    taught = Exists(Review.objects.published().filter(incident=OuterRef("pk")))
    latest = looked_at.filter(Exists(hit)).annotate(has_taught=taught).order_by("-has_taught", "-declared_at")
    return [
        LastTime(each, each.restored_at or each.declared_at, each.summary) for each in latest[:LAST_TIMES]
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
