"""A second pair of eyes on an update after it was published: it is right, or what is wrong with it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Forbidden, Refused, sentence_of
from incidents.actions.guards import is_still_written, locked
from incidents.models import SecondLook, Update


@transaction.atomic
def find_right(*, update: Update, by: User, at: datetime) -> SecondLook:
    """Somebody other than its author read the update, and it is right."""
    return _look(update, by, at, is_right=True)


@transaction.atomic
def doubt(*, update: Update, words: str, by: User, at: datetime) -> SecondLook:
    """Somebody other than its author read the update, and says what is wrong: outstanding until it is corrected."""
    if not words:
        raise Refused("Say what is wrong with the update.")
    return _look(update, by, at, is_right=False, words=words)


def _look(update: Update, by: User, at: datetime, *, is_right: bool, words: str = "") -> SecondLook:
    incident = update.incident
    locked(incident)
    is_still_written(incident)
    if update.author_id == by.pk:
        raise Forbidden("You wrote this update. Somebody else who runs incidents must read it.")
    try:
        with transaction.atomic():
            look = SecondLook.objects.create(update_read=update, by=by, at=at, is_right=is_right, words=words)
    except IntegrityError as error:
        raise Refused(sentence_of(error)) from None
    verb = "incident.read_again" if is_right else "incident.doubted"
    record(verb, incident, by=by, at=at, to=str(update.number), words=words, holds=[look])
    return look
