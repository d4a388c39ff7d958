"""What a person does about deliveries that failed or of which nobody knows whether they arrived."""

from datetime import datetime
from typing import Any

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.jobs import nudge
from continuity.core.ledger import name_of, record
from continuity.core.states import move
from continuity.notifications.models import Channel, Delivery

State = Delivery.State
RECIPIENT = ("person__preference", "area", "contact", "endpoint")


@transaction.atomic
def resend(*, delivery: Delivery, by: User, at: datetime) -> None:
    """Send it once more, with all its attempts, to the address the person has now."""
    _wait_again(delivery, at)
    _knock()
    record("delivery.resent", delivery, by=by, at=at, to=State.QUEUED)


@transaction.atomic
def resend_failed(*, by: User, at: datetime, about: Any = None) -> int:
    """Send everything again that certainly did not arrive, or what is about one subject; how many.

    What is not known is decided one by one.
    """
    failed = Delivery.objects.filter(state=State.FAILED)
    if about is not None:
        name = name_of(about)
        failed = failed.about(name.kind, name.label)
    failed = failed.select_related("message", *RECIPIENT)
    deliveries = list(failed.select_for_update(skip_locked=True, of=("self",)))
    for delivery in deliveries:
        _wait_again(delivery, at)
        record("delivery.resent", delivery, by=by, at=at, to=State.QUEUED)
    _knock()
    return len(deliveries)


@transaction.atomic
def confirm(*, delivery: Delivery, by: User, at: datetime) -> None:
    """Somebody found out that it did arrive."""
    move(delivery, to=State.SENT, sent_at=at, fault="")
    record("delivery.confirmed", delivery, by=by, at=at, to=State.SENT)


def _wait_again(delivery: Delivery, at: datetime) -> None:
    address = address_now(delivery)
    move(delivery, to=State.QUEUED, due_at=at, attempts=0, address=address, begun_at=None, fault="")


def address_now(delivery: Delivery) -> str:
    """Where its recipient is reached by its channel now; where they were, if nowhere any more."""
    person, channel = delivery.person, delivery.channel
    match channel:
        case Channel.EMAIL:
            found = (person or delivery.area or delivery.contact).email  # type: ignore[union-attr]
        case Channel.SMS if person:
            found = getattr(getattr(person, "preference", None), "mobile", "")
        case Channel.SMS if delivery.contact:
            found = delivery.contact.mobile
        case _:
            found = delivery.endpoint.address if delivery.endpoint else ""
    return found or delivery.address


def _knock() -> None:
    from continuity.notifications.tasks import deliver_due  # the task calls actions of this room

    nudge(deliver_due)
