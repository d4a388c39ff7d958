"""Freezes: spans in which the trust changes nothing that can wait."""

from datetime import datetime

from django.db import transaction
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.references import next_reference
from continuity.core.refusals import Conflict, Refused
from continuity.core.wording import moment_words
from releases.models import Freeze
from releases.schedule import ends

CHANGED = "Somebody else changed this freeze meanwhile. Look at it again."


@transaction.atomic
def set_freeze(*, title: str, span: Range[datetime], reason: str, by: User, at: datetime) -> Freeze:
    """The span stands in the calendar under a reference. Refused when it would be over already."""
    _refuse_over(span, at)
    freeze = Freeze.objects.create(
        ref=next_reference("FRZ", at), title=title.strip(), span=span, reason=reason.strip()
    )
    record("freeze.set", freeze, by=by, at=at)
    return freeze


@transaction.atomic
def change_freeze(
    *, freeze: Freeze, seen: int, title: str, span: Range[datetime], reason: str, by: User, at: datetime
) -> None:
    """The freeze says what the form said, if nobody changed it since version `seen`; otherwise Conflict."""
    _refuse_over(span, at)
    same = Freeze.objects.filter(pk=freeze.pk, version=seen)
    if not same.update(version=seen + 1, title=title.strip(), span=span, reason=reason.strip()):
        raise Conflict(CHANGED)
    record("freeze.changed", freeze, by=by, at=at)


@transaction.atomic
def lift_freeze(*, freeze: Freeze, by: User, at: datetime) -> None:
    """The freeze is taken out; one that is over stays, as what was."""
    if ends(freeze.span)[1] <= at:
        raise Refused(f"{freeze.title} is over. What was, stays in the calendar.")
    if not Freeze.objects.filter(pk=freeze.pk, version=freeze.version).delete()[0]:
        raise Conflict(CHANGED)
    record("freeze.lifted", freeze, by=by, at=at)


def _refuse_over(span: Range[datetime], at: datetime) -> None:
    if ends(span)[1] <= at:
        raise Refused(f"The freeze would be over already: it would end at {moment_words(ends(span)[1])}.")
