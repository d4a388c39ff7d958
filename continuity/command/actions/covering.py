"""Standing in: somebody holds a post for a while, whoever's shift it is."""

from datetime import datetime

from django.db import IntegrityError, transaction
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.command.models import Override, Rota
from continuity.core.clock import window
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused, sentence_of

CHANGED = "Somebody else changed this. Look at the rota again."


@transaction.atomic
def stand_in(
    *, rota: Rota, person: User, span: Range[datetime], reason: str, by: User, at: datetime
) -> Override:
    """The person holds the post for the span. Refused when it would be over, or somebody stands in in it."""
    cover = Override(rota=rota, person=person, span=span, reason=reason)
    if cover.is_over(at):
        raise Refused("This would be over already. What was, stays on the rota.")
    try:
        with transaction.atomic():
            cover.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(sentence_of(error)) from error
    record("stand_in.added", cover, by=by, at=at, words=reason)
    return cover


@transaction.atomic
def end_stand_in(*, cover: Override, by: User, at: datetime) -> None:
    """Whoever's shift it is holds the post again: from now, or, where it has not begun, as if nobody had stood in."""
    if cover.is_over(at):
        raise Refused("This is over. What was, stays on the rota.")
    unchanged = Override.objects.filter(pk=cover.pk, span=cover.span)
    begun = cover.has_begun(at) and cover.span.lower != at
    done = unchanged.update(span=window(cover.span.lower, at)) if begun else unchanged.delete()[0]
    if not done:
        raise Conflict(CHANGED)
    record("stand_in.ended", cover, by=by, at=at)
