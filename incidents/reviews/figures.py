"""The figures a review begins with: how long each step took, promises kept, procedures used, messages sent."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Q

from continuity.core.clock import length
from continuity.core.ledger import name_of
from continuity.core.wording import count_words, length_words, number_words
from continuity.notifications.models import Confirmation, Delivery
from incidents.exercises.models import Exercise
from incidents.models import Incident, Run, SeverityRule, Update
from incidents.reviews.models import Observation
from incidents.reviews.proposing import overran_by
from incidents.unkept import promised_until, unkept
from releases.models import Release

Figures = list[dict[str, str]]
NOT_KNOWN, KEPT = "Not known", "Promises of the next update kept"
REACHED = Delivery.State.SENT
LOST = (Delivery.State.FAILED, Delivery.State.UNKNOWN)


def figures_of(subject: Incident | Release | Exercise | Observation, at: datetime) -> Figures:
    """What is known at `at`, as JSON may hold it: label and text, in the order in which it happened.

    A time that nobody noted is "Not known", never a guess. Of an observation nothing is counted. At most 6 queries.
    """
    if isinstance(subject, Observation):
        return []
    if isinstance(subject, Exercise):
        return figures_of(subject.incident, at) if subject.incident else []
    found = _of_incident(subject, at) if isinstance(subject, Incident) else _of_release(subject, at)
    return [{"label": label, "text": text} for label, text in found]


def _of_incident(incident: Incident, at: datetime) -> Iterator[tuple[str, str]]:
    updates = list(incident.updates.order_by("-number"))
    first = updates[-1].published_at if updates else None
    yield "Time to notice, from its start", _took(incident.started_at, incident.detected_at)
    yield "Time to declare, from noticing", _took(incident.detected_at, incident.declared_at)
    yield "First update, from declaring", _took(incident.declared_at, first)
    yield "Downtime procedure worked, from its start", _took(incident.started_at, incident.mitigated_at)
    yield "Service back, from its start", _took(incident.started_at, incident.restored_at)
    yield "Stood down, from its start", _took(incident.started_at, incident.stood_down_at)
    yield KEPT, kept_words(*promises_of(incident, updates, at))
    yield "Procedures used", _procedures(incident)
    yield "Messages", _messages(incident)


def _of_release(release: Release, at: datetime) -> Iterator[tuple[str, str]]:
    yield "Planned", length_words(length(release.starts_at, release.ends_at))
    yield "Took", _took(release.started_at, release.ended_at)
    yield "Longer than promised first", length_words(overran_by(release, at))
    yield "Messages", _messages(release)
    yield "Areas that said read and ready", _ready(release)


def _took(start: datetime | None, end: datetime | None) -> str:
    """An update may come before the declaration: it took no time then."""
    return length_words(max(length(start, end), timedelta(0))) if start and end else NOT_KNOWN


def promises_of(incident: Incident, updates: list[Update], at: datetime) -> tuple[int, int]:
    """How many were kept, of how many that fell due or were met before; the rule is that of `incidents.silences`."""
    broken = unkept(incident, updates, SeverityRule.objects.in_bulk(), at)
    end = promised_until(incident) or at
    met = sum(each.published_at < end for each in updates) - sum(
        bool(each.came_at and each.came_at < end) for each in broken
    )
    return met, met + len(broken)


def kept_words(met: int, made: int) -> str:
    return f"{number_words(met)} of {number_words(made)}" if made else "None fell due"


def _procedures(incident: Incident) -> str:
    states = list(incident.runs.values_list("state", flat=True))
    ended = states.count(Run.State.COMPLETED)
    return f"{number_words(len(states))}, {number_words(ended)} of them to the end" if states else "None"


def _messages(subject: Incident | Release) -> str:
    """One a recipient and channel: sent, not delivered, and read in the portal."""
    about = name_of(subject)
    found = Delivery.objects.filter(
        message__subject_kind=about.kind, message__subject_ref=about.label[:40]
    ).aggregate(
        sent=Count("pk", filter=Q(state=REACHED)),
        lost=Count("pk", filter=Q(state__in=LOST)),
        inbox=Count("pk", filter=Q(state=REACHED, channel="portal")),
        read=Count("pk", filter=Q(read_at__isnull=False)),
    )
    if not (found["sent"] or found["lost"]):
        return "None sent"
    parts = [f"{number_words(found['sent'])} sent", f"{number_words(found['lost'])} not delivered"]
    return f"{', '.join(parts)}. {number_words(found['read'])} of {number_words(found['inbox'])} in the portal read"


def _ready(release: Release) -> str:
    """Of the areas asked last."""
    about = name_of(release)
    asked = Confirmation.objects.filter(call__subject_kind=about.kind, call__subject_ref=about.label)
    latest = asked.order_by("-call__number").values_list("call", flat=True)[:1]
    found = asked.filter(call__in=list(latest)).aggregate(asked=Count("pk"), given=Count("confirmed_at"))
    if not found["asked"]:
        return "None was asked"
    return f"{number_words(found['given'])} of {count_words(found['asked'], 'area')}"
