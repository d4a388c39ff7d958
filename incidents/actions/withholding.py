"""What was said of an incident that few may know of any longer is taken back, by this room and those above it."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.notifications.actions import withdraw
from incidents.models import Incident

Withholding = Callable[[Incident, User, datetime], None]
_above: list[Withholding] = []


def withholds(also: Withholding) -> Withholding:
    """Have an upper room take back what it said, too: called with the incident, by whom and when.

    Used at start-up, in the room's `apps.py`.
    """
    if also not in _above:
        _above.append(also)
    return also


@transaction.atomic
def withhold(*, incident: Incident, by: User, at: datetime) -> None:
    """Nothing said of it waits to be sent or stands in an inbox; of what upper rooms said, for who may not know."""
    withdraw(subject=incident, by=by, at=at)
    for also in _above:
        also(incident, by, at)
