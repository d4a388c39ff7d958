"""Whether messages go out at all: what waits although it is due, and when the worker was last heard of."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q

from continuity.core.wording import count_words
from continuity.notifications.models import ChannelHealth, Delivery, Pulse

# The worker looks every 5 seconds, and at once when something is said: by then it has missed 24 looks.
LATE_AFTER = timedelta(minutes=2)
# It says every 30 seconds that it works: by then it has missed 3.
SILENT_AFTER = timedelta(seconds=100)
# Alarms about incidents are looked after every 5 seconds; one busy minute of the worker is no silence.
ALARMS_EVERY = timedelta(seconds=30)
ALARMS_SILENT_AFTER = 2 * ALARMS_EVERY


@dataclass(frozen=True)
class Trouble:
    """Why messages are not going out: how many wait since when, and since when the worker is silent (if it is)."""

    waiting: int = 0
    since: datetime | None = None
    silent_since: datetime | None = None
    was_heard: bool = True
    alarms_silent_since: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.waiting or self.silent_since or self.alarms_silent_since)

    @property
    def of_alarms(self) -> "Trouble":
        """Of all this only that alarms about incidents are not passed on."""
        return Trouble(alarms_silent_since=self.alarms_silent_since)

    @property
    def is_about_messages(self) -> bool:
        return bool(self.waiting or self.silent_since)

    @property
    def count(self) -> str:
        return count_words(self.waiting, "message")


def late(at: datetime) -> Trouble:
    """What was due for over 2 minutes by channels that have taken nothing meanwhile: a long queue is not trouble."""
    moving = Delivery.objects.filter(
        channel=OuterRef("channel"), state=Delivery.State.SENDING, leased_until__gt=at
    )
    lately = ChannelHealth.objects.filter(channel=OuterRef("channel"), last_sent_at__gt=at - LATE_AFTER)
    stuck = Delivery.objects.due(at - LATE_AFTER).filter(~Exists(moving), ~Exists(lately))
    found = stuck.aggregate(waiting=Count("pk"), since=Min("due_at"))
    return Trouble(waiting=found["waiting"], since=found["since"])


def trouble(at: datetime) -> Trouble:
    """What is late, and whether the worker is silent; in two queries, for any process to ask."""
    found, pulses = late(at), dict(Pulse.objects.values_list("name", "beat_at"))
    return Trouble(
        found.waiting,
        found.since,
        _silent_since(pulses.get(Pulse.WORKER), at - SILENT_AFTER),
        was_heard=Pulse.WORKER in pulses,
        alarms_silent_since=_silent_since(pulses.get(Pulse.ALARMS), at - ALARMS_SILENT_AFTER),
    )


def _silent_since(beat_at: datetime | None, limit: datetime) -> datetime | None:
    return beat_at if beat_at is not None and beat_at <= limit else None


@dataclass(frozen=True)
class Queue:
    """What a channel has not delivered: what is due now and since when, what failed, what is not known."""

    waiting: int = 0
    oldest: datetime | None = None
    failed: int = 0
    unknown: int = 0


def queues(at: datetime) -> dict[str, Queue]:
    """By channel, in one query over what is not delivered."""
    state = Delivery.State
    is_due = Q(state=state.QUEUED, due_at__lte=at)
    rows = (
        Delivery.objects.filter(state__in=[state.QUEUED, state.FAILED, state.UNKNOWN])
        .values("channel")
        .annotate(
            waiting=Count("pk", filter=is_due),
            oldest=Min("due_at", filter=is_due),
            failed=Count("pk", filter=Q(state=state.FAILED)),
            unknown=Count("pk", filter=Q(state=state.UNKNOWN)),
        )
    )
    return {row.pop("channel"): Queue(**row) for row in rows}
