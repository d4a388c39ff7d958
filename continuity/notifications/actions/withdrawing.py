"""Taking back what was said about something that not everybody may know of any longer."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from continuity.accounts.models import User
from continuity.core.ledger import name_of, record
from continuity.notifications.models import Channel, Delivery

State = Delivery.State


@transaction.atomic
def withdraw(*, subject: Any, by: Any, at: datetime, but: QuerySet[User] | None = None) -> int:
    """What was said about the subject leaves the inboxes, and what waits is not sent; how many.

    Mail that has gone cannot be taken back. Those people (`but`) keep what they were told.
    """
    name = name_of(subject)
    told = Delivery.objects.about(name.kind, name.label)
    if but is not None:
        told = told.exclude(person__in=but.values("pk"))
    count = told.filter(state=State.QUEUED).update(state=State.WITHDRAWN)
    count += told.filter(state__in=[State.FAILED, State.UNKNOWN]).update(state=State.WITHDRAWN)
    count += told.filter(channel=Channel.PORTAL, state=State.SENT).update(state=State.WITHDRAWN)
    if count:
        record("messages.withdrawn", subject, by=by, at=at)
    return count
