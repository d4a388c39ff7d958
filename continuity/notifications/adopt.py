"""Taking over what was kept elsewhere: outside contacts who agreed there, and work that was announced before."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from continuity.core.ledger import name_of, record
from continuity.notifications.models import Contact, Group, Reminder


@transaction.atomic
def adopt_group(*, key: str, name: str, purpose: str, by: Any, at: datetime) -> Group:
    """A group stands in the list as it stood elsewhere."""
    group = Group.objects.create(key=key, name=name, purpose=purpose)
    record("group.adopted", group, by=by, at=at)
    return group


@transaction.atomic
def adopt_contact(
    *, contact: Contact, groups: Iterable[Group], agreed_at: datetime, by: Any, at: datetime
) -> Contact:
    """A contact, not kept yet, stands in the list and in the groups, and agreed then; nobody is asked."""
    contact.asked_at = contact.agreed_at = agreed_at
    contact.save(force_insert=True)
    contact.groups.set(groups)
    record("contact.adopted", contact, by=by, at=at)
    return contact


def adopt_reminders(*, subject: Any, at: datetime) -> None:
    """What the open call about a subject had to say by `at` was said elsewhere, and is not said again."""
    about = name_of(subject)
    said = Reminder.objects.due(at).filter(call__subject_kind=about.kind, call__subject_ref=about.label)
    said.update(done_at=at)
