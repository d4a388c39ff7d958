"""Words for updates that are ready: added, changed and taken out by who sets the trust's rules."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from continuity.accounts.models import User
from continuity.core.keys import free_key
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from incidents.models import UpdateTemplate

CHANGED = "Somebody else changed these words meanwhile. Look at them again."
THERE = "Other words have that name already. Choose another name."


@transaction.atomic
def add_ready_words(*, title: str, by: User, at: datetime, **parts: str) -> UpdateTemplate:
    """They are offered from now on, last of all. `parts` are kind, stage, happened, means and do_now."""
    last = UpdateTemplate.objects.aggregate(last=Max("order"))["last"] or 0
    try:
        with transaction.atomic():
            words = UpdateTemplate.objects.create(
                key=free_key(UpdateTemplate, title), title=title, order=last + 1, **parts
            )
    except IntegrityError as clash:
        raise Refused(THERE) from clash
    record("ready_words.added", words, by=by, at=at)
    return words


@transaction.atomic
def change_ready_words(
    *, words: UpdateTemplate, seen: int, title: str, by: User, at: datetime, **parts: str
) -> None:
    """They say what the form said, if nobody changed them since version `seen`; otherwise Conflict."""
    same = UpdateTemplate.objects.filter(pk=words.pk, version=seen)
    try:
        with transaction.atomic():
            changed = same.update(version=seen + 1, title=title, **parts)
    except IntegrityError as clash:
        raise Refused(THERE) from clash
    if not changed:
        raise Conflict(CHANGED)
    record("ready_words.changed", words, by=by, at=at)


@transaction.atomic
def remove_ready_words(*, words: UpdateTemplate, by: User, at: datetime) -> None:
    """They are offered no more; Conflict when somebody changed them or took them out already."""
    if not UpdateTemplate.objects.filter(pk=words.pk, version=words.version).delete()[0]:
        raise Conflict(CHANGED)
    record("ready_words.removed", words, by=by, at=at)
