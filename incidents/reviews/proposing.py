"""Whether a release asks to be looked back at: it overran, was rolled back, or an incident came out of it."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast, Coalesce

from continuity.core.clock import length
from continuity.core.models import Line
from continuity.core.wording import count_words, length_words
from incidents.models import Incident
from incidents.reviews.subjects import RELEASE_IS_OVER
from releases.models import Disruption, Extension, Release, State
from releases.notices import names_words
from releases.picture import Picture

# Nobody looks back at the moment that a press of a button takes.
OVERRAN = timedelta(minutes=1)
# Somebody is told soon after the end, and not of work that ended while nobody ran the portal.
LATELY = timedelta(days=2)
# Wards plan their people around a promise; so long after it they have no plan left, and the review is owed.
LONG_OVERRUN = timedelta(hours=1)
ENDINGS = ("release.completed", "release.rolled_back")


def proposal(release: Release, incidents: int, at: datetime) -> str:
    """A review is proposed: it took 40 minutes longer than planned. Nothing where no rule asks for one."""
    if release.state not in RELEASE_IS_OVER:
        return ""
    reasons = []
    if release.state == State.ROLLED_BACK:
        reasons.append("it was rolled back")
    if (late := overran_by(release, at)) >= OVERRAN:
        reasons.append(f"it took {length_words(late)} longer than planned")
    if incidents:
        reasons.append(f"{count_words(incidents, 'incident')} came out of it")
    return f"A review is proposed: {names_words(reasons)}." if reasons else ""


def overran_by(release: Release, at: datetime) -> timedelta:
    """How far it came past what was promised first: an extension is a new promise, and the work still took longer."""
    first = min(release.extensions.all(), key=lambda each: each.was, default=None)
    back = release.back_at or release.ended_at
    past_first = length(first.was, back) if first and back else timedelta(0)
    return max(Picture(release, at).overrun, past_first)


def lately_over(at: datetime) -> QuerySet[Release]:
    """Releases that somebody ended in this portal lately and that nobody has begun to look back at."""
    ended = _ended_here(ended_at__gt=at - 2 * LATELY).filter(Exists(_endings().filter(at__gt=at - LATELY)))
    return ended.select_related("owner").prefetch_related("disruptions__service", "extensions")


def overran_long() -> QuerySet[Release]:
    """Releases that ended in this portal long after what was promised, or may have, and have no review."""
    outages = Disruption.objects.late_by(LONG_OVERRUN).order_by().values("release")
    back = Coalesce("release__back_at", "release__ended_at")
    extended = Extension.objects.filter(was__lte=back - LONG_OVERRUN).order_by().values("release")
    # Found from what was late, of which there is little, not by looking through all that ever ended.
    late = Release.objects.late_by(LONG_OVERRUN).order_by().values("pk").union(outages, extended)
    found = _ended_here(pk__in=late).filter(Exists(_endings()))
    return found.prefetch_related("disruptions__service", "extensions")


def _ended_here(**facts: Any) -> QuerySet[Release]:
    """Those that are over and have no review, with the key by which the ledger names them."""
    over = Release.objects.filter(state__in=RELEASE_IS_OVER, reviews=None, **facts)
    return over.annotate(subject_id=Cast("pk", CharField()))


def _endings() -> QuerySet[Line]:
    """That somebody ended it in this portal."""
    return Line.objects.filter(
        subject_kind=Release._meta.label_lower, subject_id=OuterRef("subject_id"), verb__in=ENDINGS
    )


def incidents_of(release: Release) -> int:
    return Incident.objects.live().filter(release=release).count()
