"""Taking back what was said about something that not everybody may know of any longer."""

from datetime import datetime
from typing import Any

from django.db import transaction

from continuity.core.ledger import name_of, record
from continuity.notifications.models import Channel, Delivery

State = Delivery.State


@transaction.atomic
def withdraw(*, subject: Any, by: Any, at: datetime) -> int:
    """What was said about the subject leaves the inboxes, and what waits is not sent; how many.

    Mail that has gone cannot be taken back.
    """
    name = name_of(subject)
    told = Delivery.objects.about(name.kind, name.label)
    count = told.filter(state=State.QUEUED).update(state=State.WITHDRAWN)
    count += told.filter(state__in=[State.FAILED, State.UNKNOWN]).update(state=State.WITHDRAWN)
    count += told.filter(channel=Channel.PORTAL, state=State.SENT).update(state=State.WITHDRAWN)
    if count:
        record("messages.withdrawn", subject, by=by, at=at)
    return count
