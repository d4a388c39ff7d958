"""How far everything that was said about one subject has come: counted by channel, and what was not delivered."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q

from continuity.core.ledger import name_of
from continuity.core.wording import count_words
from continuity.notifications.actions.forgetting import READ
from continuity.notifications.actions.mending import RECIPIENT
from continuity.notifications.models import Channel, Delivery, Message

# Of what was not delivered the page shows the newest; each is mended, and the next come up.
SHOWN = 50
SORTS = ("person", "area", "contact", "endpoint")
State = Delivery.State


@dataclass(frozen=True)
class ByChannel:
    """Deliveries of one channel by how far they came; `read` only where the portal sees who has read."""

    channel: Channel
    states: Mapping[str, int]
    read: int

    @property
    def is_portal(self) -> bool:
        return self.channel == Channel.PORTAL

    @property
    def sent(self) -> int:
        return self.states[State.SENT]

    @property
    def waiting(self) -> int:
        return self.states[State.QUEUED] + self.states[State.SENDING]

    @property
    def failed(self) -> int:
        return self.states[State.FAILED]

    @property
    def unknown(self) -> int:
        return self.states[State.UNKNOWN]

    @property
    def replaced(self) -> int:
        return self.states[State.SUPERSEDED]

    @property
    def withdrawn(self) -> int:
        return self.states[State.WITHDRAWN]


@dataclass(frozen=True)
class Told:
    """What was said about a subject: by channel, to how many of each sort, and what did not arrive."""

    channels: Sequence[ByChannel]
    recipients: Mapping[str, int]
    undelivered: Sequence[Delivery]

    @property
    def undelivered_count(self) -> int:
        return sum(each.failed + each.unknown for each in self.channels)

    @property
    def failed_count(self) -> int:
        return sum(each.failed for each in self.channels)

    @property
    def more_undelivered(self) -> int:
        return self.undelivered_count - len(self.undelivered)

    @property
    def sentence(self) -> str:
        return told_words(self.recipients)

    @property
    def version(self) -> str:
        """Changes whenever something that is shown does."""
        counts = [(row.channel.value, sorted(row.states.items()), row.read) for row in self.channels]
        faults = [(each.pk, each.state, each.fault) for each in self.undelivered]
        return repr((counts, sorted(self.recipients.items()), faults))


def told_of(subject: Any) -> Told:
    """Four queries, whose cost grows with what was said about this subject, and with what nobody has mended yet."""
    about = _about(subject)
    states: dict[str, Counter[str]] = {}
    read: Counter[str] = Counter()
    grouped = about.order_by().values("channel", "state").annotate(count=Count("pk"), read=Count("read_at"))
    for row in grouped:
        states.setdefault(row["channel"], Counter())[row["state"]] = row["count"]
        read[row["channel"]] += row["read"]
    for tally in _messages(subject).exclude(forgotten=None).values_list("forgotten", flat=True):
        for channel, counts in tally.items():
            read[channel] += counts.pop(READ, 0)
            states.setdefault(channel, Counter()).update(counts)
    channels = [ByChannel(each, states[each], read[each]) for each in Channel if each in states]
    undelivered = about.undelivered().select_related("message", *RECIPIENT).order_by("-pk")[:SHOWN]
    return Told(channels, recipients_of(subject), list(undelivered))


def recipients_of(subject: Any) -> Mapping[str, int]:
    """How many of each sort were told anything about a subject: people, areas, outside contacts, programs."""
    sent = Q(deliveries__state=State.SENT)
    counts = _messages(subject).aggregate(
        **{f"{sort}s": Count(f"deliveries__{sort}", filter=sent, distinct=True) for sort in SORTS},
        forgotten=Max("forgotten_people"),
    )
    forgotten = counts.pop("forgotten") or 0
    return {**counts, "persons": max(counts["persons"], forgotten)}


def told_words(recipients: Mapping[str, int]) -> str:
    """Told 212 people and 30 areas."""
    sorts = (
        ("persons", "person", "people"),
        ("areas", "area", ""),
        ("contacts", "outside contact", ""),
        ("endpoints", "other program", ""),
    )
    parts = [count_words(recipients[key], one, many) for key, one, many in sorts if recipients[key]]
    if not parts:
        return "This portal has told nobody of it."
    return f"Told {' and '.join([', '.join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)}."


def _about(subject: Any) -> Any:
    name = name_of(subject)
    return Delivery.objects.about(name.kind, name.label)


def _messages(subject: Any) -> Any:
    name = name_of(subject)
    return Message.objects.about(name.kind, name.label).order_by()
