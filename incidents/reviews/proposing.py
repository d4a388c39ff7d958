"""Whether a release asks to be looked back at: it overran, was rolled back, or an incident came out of it."""

from datetime import datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast

from continuity.core.clock import length
from continuity.core.models import Line
from continuity.core.wording import count_words, length_words
from incidents.models import Incident
from incidents.reviews.subjects import RELEASE_IS_OVER
from releases.models import Release, State
from releases.notices import names_words
from releases.picture import Picture

# Nobody looks back at the moment that a press of a button takes.
OVERRAN = timedelta(minutes=1)
# Somebody is told soon after the end, and not of work that ended while nobody ran the portal.
LATELY = timedelta(days=2)
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
    ended = Line.objects.filter(
        subject_kind=Release._meta.label_lower,
        subject_id=OuterRef("subject_id"),
        verb__in=ENDINGS,
        at__gt=at - LATELY,
    )
    over = Release.objects.filter(state__in=RELEASE_IS_OVER, ended_at__gt=at - 2 * LATELY, reviews=None)
    known = over.annotate(subject_id=Cast("pk", CharField())).filter(Exists(ended))
    return known.select_related("owner").prefetch_related("disruptions__service", "extensions")


def incidents_of(release: Release) -> int:
    return Incident.objects.live().filter(release=release).count()
