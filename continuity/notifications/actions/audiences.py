"""Keeping audiences: under a name for many notices, or for one notice alone."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict
from continuity.notifications.audience import NAMES
from continuity.notifications.models import AudienceList

Named = Mapping[str, Iterable[Any]]


@transaction.atomic
def add_audience(*, name: str, by: User, at: datetime, **named: Iterable[Any]) -> AudienceList:
    """A new audience stands under a name; `named` are its services, sites, areas, roles, teams, people, groups."""
    audience = AudienceList.objects.create(name=name)
    _join(audience, named)
    record("audience.added", audience, by=by, at=at)
    return audience


@transaction.atomic
def change_audience(
    *, audience: AudienceList, seen: int, by: User, at: datetime, name: str, **named: Iterable[Any]
) -> None:
    """It names exactly these, for what is said from now on; Conflict unless it is still at version `seen`."""
    unchanged = AudienceList.objects.filter(pk=audience.pk, version=seen)
    if not unchanged.update(version=seen + 1, name=name):
        raise Conflict("Somebody else changed this while you were writing.")
    audience.name = name
    _join(audience, named)
    record("audience.changed", audience, by=by, at=at)


@transaction.atomic
def remove_audience(*, audience: AudienceList, by: User, at: datetime) -> None:
    """It is gone, also from the notices that named it; Conflict when somebody removed it already.

    Whoever was told by it of something still hears how that goes on.
    """
    if AudienceList.objects.select_for_update().filter(pk=audience.pk).first() is None:
        raise Conflict("Somebody else removed this audience already.")
    record("audience.removed", audience, by=by, at=at)
    audience.delete()


def keep_own(*, own: AudienceList | None, named: Named) -> AudienceList | None:
    """The audience of one notice alone names exactly these; None when it need not be. Its notice keeps the record."""
    if own is None and not any(named.values()):
        return None
    audience = own or AudienceList.objects.create()
    _join(audience, named)
    return audience


def _join(audience: AudienceList, named: Named) -> None:
    for name in NAMES:
        getattr(audience, name).set(named.get(name, ()))
