"""Taking over reviews that were held elsewhere, in their final state. Tells nobody."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import System, record
from continuity.core.references import next_reference
from incidents.models import Incident
from incidents.reviews.models import FINAL, Action, Factor, Review, Section
from releases.models import Release

PREFIX = "REV"


@dataclass(kw_only=True)
class Account:
    """A review as another system kept it: rows that are not stored yet."""

    review: Review
    sections: list[Section] = field(default_factory=list)
    factors: list[Factor] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)


@transaction.atomic(savepoint=False)
def adopt_review(
    *,
    account: Account,
    by: User | System,
    at: datetime,
    incident: Incident | None = None,
    release: Release | None = None,
) -> Review:
    """The review of an incident or a release stands here in the state it had elsewhere.

    It had no reference of its own: it takes the next one of the year of what it looks back at.
    """
    review = account.review
    review.incident, review.release = incident, release
    looked_back_at = incident.declared_at if incident else release.ends_at if release else at
    review.ref = next_reference(PREFIX, looked_back_at)
    review.save(force_insert=True)
    rows: list[Section | Factor | Action] = [*account.sections, *account.factors, *account.actions]
    for row in rows:
        row.review = review
    for factor in account.factors if review.state in FINAL else ():
        factor.local_words = factor.local.name if factor.local else ""
    Section.objects.bulk_create(account.sections)
    Factor.objects.bulk_create(account.factors)
    Action.objects.bulk_create(account.actions)
    record("review.adopted", review, by=by, at=at, to=review.state)
    return review
