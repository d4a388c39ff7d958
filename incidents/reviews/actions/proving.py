"""What proves an action: a newer version of a procedure, or planned work that did it."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.plans.models import Version
from incidents.reviews.models import Action
from releases.models import Release

Link = tuple[int | None, int | None]


@transaction.atomic
def change_proof(
    *,
    action: Action,
    plan_version: Version | None,
    release: Release | None,
    seen: Link,
    by: User,
    at: datetime,
) -> None:
    """From now on these are what an action that is not over changes or is proved by; None takes a link away.

    `seen` holds the primary keys of the links its writer saw: Conflict when somebody changed them meanwhile, or the
    action is over.
    """
    was, now = dict(zip(("plan_version", "release"), seen, strict=True)), (plan_version, release)
    unchanged = Action.objects.open().filter(pk=action.pk, **was)
    if not unchanged.update(plan_version=plan_version, release=release):
        raise Conflict("Somebody else changed what proves this action, or it is over. Look at it again.")
    action.plan_version, action.release = now
    record("action.proof_changed", action, by=by, at=at)


def refuse_unchanged(action: Action, proof: Version | None) -> None:
    """Refused when an action was to change a procedure and no newer version proves that (reference: actions, refuse).

    Asked once: what was sent back by its checker carries its new version already.
    """
    old = action.plan_version
    if old is None or action.evidence:
        return
    is_newer = proof is not None and proof.procedure_id == old.procedure_id and proof.number > old.number
    if not is_newer:
        raise Refused(
            f"This action changes a procedure: {old}. Publish a newer version and choose it, or ask whoever holds "
            "reviews to take the link away."
        )
