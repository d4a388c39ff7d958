"""What a watched job shows about planned work: which releases, when it is worth keeping, and in which words."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery

from continuity.catalogue.models import Dependency, Service
from continuity.core.wording import moment_words
from continuity.monitors.models import Evidence, Heartbeat
from releases.models import Disruption, Release, ReleaseQuerySet, State

# A night and a working day: long enough for the overnight jobs after a release that ended in the evening.
WATCHED_AFTER = timedelta(hours=24)
# A job that runs more often than this gives evidence when it first runs and when it changes, not every time.
OFTEN = timedelta(hours=1)
ENDED = (State.COMPLETED, State.ROLLED_BACK)


def watched_by(heartbeat: Heartbeat, at: datetime) -> ReleaseQuerySet:
    """Releases about which the job says something at `at`.

    They are under way, or ended within the last 24 hours, on its service or on one that its service needs. Each
    has `was_good`: how the job did when it last said something about it, None where it did not yet.
    """
    needed = Dependency.objects.filter(service=heartbeat.service_id).values("on")
    services = Service.objects.filter(Q(pk=heartbeat.service_id) | Q(pk__in=needed)).values("pk")
    named = Release.services.through.objects.filter(release=OuterRef("pk"), service__in=services)
    hit = Disruption.objects.filter(release=OuterRef("pk"), service__in=services)
    ended = Release.objects.filter(state__in=ENDED, ended_at__gt=at - WATCHED_AFTER, ended_at__lte=at)
    said = Evidence.objects.filter(release=OuterRef("pk"), heartbeat=heartbeat).order_by("-at")
    watched = (Release.objects.running(at) | ended).filter(Exists(named) | Exists(hit))
    return watched.annotate(was_good=Subquery(said.values("is_good")[:1]))


def is_news(heartbeat: Heartbeat, *, before: bool | None, now: bool) -> bool:
    """Whether a run is worth keeping after the one `before` (None: there was none, else whether it was good)."""
    return before is None or before is not now or heartbeat.expected_every >= OFTEN


def ran_words(heartbeat: Heartbeat, at: datetime, number: int | None) -> str:
    """Slot poll ran at 2:10am on Saturday 2 November 2024 and returned 412 slots."""
    ran = f"{heartbeat.name} ran at {moment_words(at)}"
    counts = heartbeat.number_name and number is not None
    return f"{ran} and returned {heartbeat.counted(number)}" if counts and number is not None else ran


def failed_words(heartbeat: Heartbeat, at: datetime) -> str:
    return f"{heartbeat.name} failed at {moment_words(at)}"


def silent_words(heartbeat: Heartbeat, due: datetime) -> str:
    return f"{heartbeat.name} had not run by {moment_words(due)}"
