"""Keeping the endpoints of other programs: where they are told, of what, and with which secret."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.keys import free_key
from continuity.core.ledger import record
from continuity.core.refusals import Conflict
from continuity.notifications.models import MILDEST, Endpoint, Subscription
from continuity.notifications.models.outside import new_secret


@dataclass(frozen=True)
class Hears:
    """What a program hears: kinds of news, incidents down to a severity, of these services or (none) of all."""

    kinds: Iterable[str]
    severity: int = MILDEST
    services: Iterable[Service] = ()


@transaction.atomic
def add_endpoint(*, hears: Hears, by: User, at: datetime, **facts: Any) -> Endpoint:
    """A program is told from now on, and is given a secret if it is a webhook's."""
    endpoint = Endpoint.objects.create(key=free_key(Endpoint, facts["name"]), **facts)
    _hear(endpoint, hears)
    record("endpoint.added", endpoint, by=by, at=at)
    return endpoint


@transaction.atomic
def change_endpoint(
    *, endpoint: Endpoint, seen: int, hears: Hears, by: User, at: datetime, **facts: Any
) -> None:
    """Where it is and what it hears, if nobody changed it since version `seen`. What waits goes where it was."""
    if not Endpoint.objects.filter(pk=endpoint.pk, version=seen).update(version=seen + 1, **facts):
        raise Conflict("Somebody else changed this while you were writing.")
    endpoint.refresh_from_db()
    _hear(endpoint, hears)
    record("endpoint.changed", endpoint, by=by, at=at)


@transaction.atomic
def switch(*, endpoint: Endpoint, on: bool, by: User, at: datetime) -> None:
    """It is told again, or no more; what waits for one that is switched off is not sent."""
    if not Endpoint.objects.filter(pk=endpoint.pk, is_on=not on).update(is_on=on):
        raise Conflict(f"{endpoint} is switched {'on' if on else 'off'} already.")
    endpoint.is_on = on
    record("endpoint.switched_on" if on else "endpoint.switched_off", endpoint, by=by, at=at)


@transaction.atomic
def renew_secret(*, endpoint: Endpoint, by: User, at: datetime) -> None:
    """It signs with another secret from now on; what was signed with the old one is no longer believed."""
    endpoint.secret = new_secret()
    Endpoint.objects.filter(pk=endpoint.pk).update(secret=endpoint.secret)
    record("endpoint.secret_renewed", endpoint, by=by, at=at)


def _hear(endpoint: Endpoint, hears: Hears) -> None:
    endpoint.subscriptions.all().delete()
    services: list[Service | None] = [*hears.services]
    Subscription.objects.bulk_create(
        Subscription(
            endpoint=endpoint, channel=endpoint.channel, kind=kind, severity=hears.severity, service=service
        )
        for kind in hears.kinds
        for service in services or [None]
    )
