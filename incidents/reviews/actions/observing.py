"""Somebody saw a near miss, or something that went well, and writes it down."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Service
from continuity.core.ledger import record
from continuity.core.references import next_reference
from continuity.core.refusals import Refused
from continuity.notifications.actions import Words, notify
from continuity.notifications.audience import owner_or_those_who
from continuity.notifications.models import Kind
from incidents.reviews.models import Observation

PREFIX = "OBS"


@transaction.atomic
def observe(
    *, kind: str, title: str, by: User, at: datetime, text: str = "", helped: str = "",
    service: Service | None = None, happened_at: datetime | None = None,
) -> Observation:  # fmt: skip
    """It is on record, just now unless `happened_at` says when, and whoever holds reviews is told.

    Refused for what lies in the future.
    """
    if not title.strip():
        raise Refused("Say in a few words what happened, or nearly happened.")
    happened = happened_at or at
    if happened > at:
        raise Refused("It cannot have happened in the future. Check the date and the time.")
    observation = Observation.objects.create(
        ref=next_reference(PREFIX, at), kind=Observation.Kind(kind), title=title.strip(), text=text.strip(),
        helped=helped.strip(), service=service, happened_at=happened, recorded_at=at, by=by,
    )  # fmt: skip
    _tell(observation, at)
    record("observation.recorded", observation, by=by, at=at, to=observation.kind)
    return observation


def _tell(observation: Observation, at: datetime) -> None:
    notify(
        key=f"observation:{observation.pk}",
        kind=Kind.REVIEW,
        subject=observation,
        words=Words(
            title=f"{observation.get_kind_display()}: {observation.title}",
            body="Read it, and start its review or say why none is needed.",
            url=observation.get_absolute_url(),
        ),
        audience=owner_or_those_who(Permission.REVIEW_WRITE, None),
        at=at,
    )
