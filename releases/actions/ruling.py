"""Setting the trust's rules for planned work."""

from datetime import datetime
from typing import Any

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict
from releases.models import Policy


@transaction.atomic
def set_policy(*, policy: Policy, seen: int, by: User, at: datetime, **facts: Any) -> None:
    """The rules of a tier say what the form said, from the next notice on; Conflict when they changed since `seen`."""
    if not Policy.objects.filter(pk=policy.pk, version=seen).update(version=seen + 1, **facts):
        raise Conflict("Somebody else changed this while you were writing.")
    record("policy.changed", policy, by=by, at=at)
