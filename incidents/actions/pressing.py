"""Presses that count once: a form's key is taken with what it did, in one transaction."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from continuity.accounts.models import User
from continuity.core.refusals import Conflict
from incidents.models import Press

# A browser that tries again does so within minutes; a page left open overnight is looked at again first.
KEPT = timedelta(days=1)


def begin_press(*, key: UUID, by: User, at: datetime) -> Press | None:
    """Take a form's key before it is acted on; answer the press that took it before, if any.

    In the transaction of what the form does: a second press of the same key waits for the first, and counts
    itself when that one came to nothing. Conflict when somebody else's form had this key.
    """
    try:
        with transaction.atomic():
            Press.objects.create(key=key, person=by, at=at, said="", address="")
    except IntegrityError:
        before = Press.objects.get(key=key)
        if before.person_id != by.pk:
            raise Conflict("Somebody else sent this form. Open the page again.") from None
        return before
    return None


def end_press(*, key: UUID, said: str, address: str) -> None:
    """Keep what the person was told, and where they came to, for the next time the same form is sent."""
    Press.objects.filter(key=key).update(said=said[:300], address=address[:300])


def forget_presses(*, at: datetime) -> None:
    """Keys older than a day are forgotten."""
    Press.objects.filter(at__lt=at - KEPT).delete()
