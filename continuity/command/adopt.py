"""Taking over posts and who holds them, from outside, already checked."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from django.db import transaction

from continuity.accounts.models import User
from continuity.command.models import CommandRole, Rota, Shift
from continuity.core.clock import window
from continuity.core.ledger import System, record


@transaction.atomic(savepoint=False)
def adopt_rota(*, rota: Rota, role: CommandRole | None, by: User | System, at: datetime) -> None:
    """A post that somebody is always meant to hold stands on the rota."""
    rota.role = role
    rota.save(force_insert=True)
    record("rota.adopted", rota, by=by, at=at)


@transaction.atomic(savepoint=False)
def adopt_shifts(
    *, rota: Rota, people: Sequence[User], changes: Sequence[datetime], by: User | System, at: datetime
) -> None:
    """People take turns on a rota from one change of shift to the next."""
    spans = pairwise(changes)
    Shift.objects.bulk_create(
        Shift(rota=rota, person=people[turn % len(people)], span=window(start, end))
        for turn, (start, end) in enumerate(spans)
    )
    record("rota.shifts_adopted", rota, by=by, at=at)
