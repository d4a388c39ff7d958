"""Forgetting who was told in person once nobody will ask; what was said, and to how many, stays."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from continuity.core.ledger import SYSTEM, record
from continuity.notifications.models import Delivery, Message

A_PIECE = 2_000  # rows of one transaction
READ = "read"  # beside the states: how many of them were read

Tally = dict[str, dict[str, int]]
Row = tuple[int, str, str, datetime | None]


@transaction.atomic
def forget_deliveries(*, message: Message, at: datetime) -> bool:
    """Forget a piece of what one message's recipients were sent, and count it instead. Answers whether none is left.

    What failed, or may not have arrived, stays until somebody has dealt with it; so do letters to areas and outside
    contacts, whose links and answers point at them. Two who do this at once take turns.
    """
    kept = Message.objects.select_for_update().get(pk=message.pk)
    if kept.forgotten_at:
        return True
    if kept.forgotten is None:
        kept.forgotten, kept.forgotten_people = {}, _people_told_with(kept)
    settled = kept.deliveries.settled_in_person().order_by("pk")
    piece = list(settled[:A_PIECE].values_list("pk", "channel", "state", "read_at"))
    kept.forgotten = _counted(kept.forgotten, piece)
    Delivery.objects.filter(pk__in=[row[0] for row in piece]).delete()
    is_whole = len(piece) < A_PIECE
    kept.forgotten_at = at if is_whole else None
    kept.save(update_fields=["forgotten", "forgotten_people", "forgotten_at"])
    if is_whole:
        record("message.recipients_forgotten", kept, by=SYSTEM, at=at, to=str(_total(kept.forgotten)))
    return is_whole


def _people_told_with(message: Message) -> int:
    """How many people were told anything about its subject, of what is still kept."""
    about = Delivery.objects.about(message.subject_kind, message.subject_ref)
    told: dict[str, Any] = about.filter(state=Delivery.State.SENT).aggregate(
        people=Count("person", distinct=True)
    )
    return int(told["people"])


def _counted(before: Tally, rows: Iterable[Row]) -> Tally:
    found = {channel: Counter(counts) for channel, counts in before.items()}
    for _, channel, state, read_at in rows:
        counts = found.setdefault(channel, Counter())
        counts[state] += 1
        counts[READ] += bool(read_at)
    return {channel: dict(counts) for channel, counts in found.items()}


def _total(tally: Tally) -> int:
    return sum(count for counts in tally.values() for name, count in counts.items() if name != READ)
