"""Busy times: hours of the day at which planned work hurts more."""

from collections.abc import Sequence
from datetime import datetime, time

from django.db import IntegrityError, transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from releases.models import BusyTime

CHANGED = "Somebody else changed this busy time meanwhile. Look at it again."
THERE = "That busy time is there already."


@transaction.atomic
def add_busy_time(
    *, kind: str, starts: time, minutes: int, days: Sequence[int], by: User, at: datetime
) -> BusyTime:
    """Notices are weighed against it from now on. Refused when one of that kind begins then already."""
    facts = {"kind": kind, "starts": starts, "minutes": minutes, "days": sorted(days)}
    try:
        with transaction.atomic():
            busy = BusyTime.objects.create(**facts)
    except IntegrityError as clash:
        raise Refused(THERE) from clash
    record("busy_time.added", busy, by=by, at=at)
    return busy


@transaction.atomic
def change_busy_time(
    *, busy: BusyTime, seen: int, kind: str, starts: time, minutes: int, days: Sequence[int],
    by: User, at: datetime,
) -> None:  # fmt: skip
    """It says what the form said, if nobody changed it since version `seen`; otherwise Conflict."""
    facts = {"kind": kind, "starts": starts, "minutes": minutes, "days": sorted(days)}
    try:
        with transaction.atomic():
            changed = BusyTime.objects.filter(pk=busy.pk, version=seen).update(version=seen + 1, **facts)
    except IntegrityError as clash:
        raise Refused(THERE) from clash
    if not changed:
        raise Conflict(CHANGED)
    record("busy_time.changed", BusyTime.objects.get(pk=busy.pk), by=by, at=at)


@transaction.atomic
def remove_busy_time(*, busy: BusyTime, by: User, at: datetime) -> None:
    """Notices are no longer weighed against it; Conflict when somebody changed it or took it out already."""
    if not BusyTime.objects.filter(pk=busy.pk, version=busy.version).delete()[0]:
        raise Conflict(CHANGED)
    record("busy_time.removed", busy, by=by, at=at)
