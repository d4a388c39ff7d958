"""Reading one's messages. No ledger lines: the row says when it was read."""

from datetime import datetime

from continuity.accounts.models import User
from continuity.notifications.models import Delivery


def read(*, delivery: Delivery, at: datetime) -> None:
    """The person has opened the message; the first time counts."""
    if Delivery.objects.filter(pk=delivery.pk, read_at=None).update(read_at=at):
        delivery.read_at = at


def read_all(*, person: User, at: datetime) -> int:
    """The person has seen every message that came until now; how many were not read."""
    return Delivery.objects.unread_by(person).filter(message__created_at__lte=at).update(read_at=at)
