"""Taking over work that was announced before it came here."""

from datetime import datetime
from typing import Any

from continuity.core.ledger import name_of
from continuity.notifications.models import Reminder


def adopt_reminders(*, subject: Any, at: datetime) -> None:
    """What the open call about a subject had to say by `at` was said elsewhere, and is not said again."""
    about = name_of(subject)
    said = Reminder.objects.due(at).filter(call__subject_kind=about.kind, call__subject_ref=about.label)
    said.update(done_at=at)
