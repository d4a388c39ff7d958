"""Choosing what to hear about, and how."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.notifications.models import MILDEST, Preference, Subscription


@dataclass(frozen=True)
class Wish:
    """A kind of news by a channel: about one service, about one area, or (neither) about everything."""

    kind: str
    channel: str
    service_id: int | None = None
    area_id: int | None = None
    severity: int = MILDEST


@transaction.atomic
def choose(*, person: User, wishes: Iterable[Wish], by: User, at: datetime) -> None:
    """The person hears exactly what is wished for from now on, and nothing else."""
    # Two saves of one person wait for each other, so that neither leaves half of the other's.
    User.objects.select_for_update().get(pk=person.pk)
    Preference.objects.update_or_create(person=person, defaults={"chosen_at": at})
    wanted, had = set(wishes), {}
    for row in Subscription.objects.filter(person=person):
        had[Wish(row.kind, row.channel, row.service_id, row.area_id, row.severity)] = row.pk
    if wanted == set(had):
        return
    gone = [key for wish, key in had.items() if wish not in wanted]
    Subscription.objects.filter(pk__in=gone).delete()
    Subscription.objects.bulk_create(
        Subscription(
            person=person,
            kind=wish.kind,
            channel=wish.channel,
            service_id=wish.service_id,
            area_id=wish.area_id,
            severity=wish.severity,
        )
        for wish in wanted - set(had)
    )
    record("subscription.chosen", person, by=by, at=at)
