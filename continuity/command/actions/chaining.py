"""Chains of escalation: every save is a new version, and what runs keeps the version it began with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.command.models import Chain, ChainLevel, ChainVersion, CommandRole, Rota
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused


@dataclass(frozen=True)
class Step:
    """One level as it was written: a role or a post, minutes until the next is told (None: as updates are promised)."""

    whom: CommandRole | Rota
    wait_min: int | None = None
    is_only_at_work: bool = False


@transaction.atomic
def change_chain(
    *, chain: Chain, seen: int, rounds: int, steps: Sequence[Step], by: User, at: datetime
) -> ChainVersion:
    """The chain's next version tells these levels in this order, if nobody changed it since `seen`."""
    if not steps:
        raise Refused("Choose at least one role or post, so that somebody is told.")
    if not Chain.objects.filter(pk=chain.pk, version=seen).update(version=seen + 1):
        raise Conflict("Somebody else changed this while you were writing.")
    last = chain.versions.first()
    made = ChainVersion.objects.create(
        chain=chain, number=last.number + 1 if last else 1, rounds=rounds, written_by=by, written_at=at
    )
    ChainLevel.objects.bulk_create(
        ChainLevel(
            version=made,
            order=order,
            role=step.whom if isinstance(step.whom, CommandRole) else None,
            rota=step.whom if isinstance(step.whom, Rota) else None,
            wait_min=step.wait_min,
            is_only_at_work=step.is_only_at_work,
        )
        for order, step in enumerate(steps, 1)
    )
    record("chain.changed", chain, by=by, at=at, to=f"version {made.number}")
    return made
