"""Messages by name about roles: offered, answered, handed over. The record stays in the portal."""

from datetime import datetime

from continuity.accounts.models import User
from continuity.notifications.actions import Words, notify
from continuity.notifications.audience import Audience
from continuity.notifications.models import URGENT
from continuity.notifications.models import Kind as News
from incidents.models import Incident
from incidents.wording import exercise_words


def tell(
    *, incident: Incident, to: User | None, key: str, title: str, text: str, url: str, at: datetime,
    stale_at: datetime | None = None,
) -> None:  # fmt: skip
    """Tell one person at once, in the portal and by email. For actions only, in their transaction.

    What waits for an answer does not go out after `stale_at`. Of a restricted incident the letter names only the
    reference; one of an exercise says so.
    """
    if to is None or not to.is_active:
        return
    name = incident.ref if incident.is_restricted else f"{incident.ref}, {incident.title}"
    exercise = exercise_words(incident)
    notify(
        key=f"incident:{incident.pk}:{key}",
        kind=News.INCIDENT,
        subject=incident,
        words=Words(
            title=f"{exercise}{title}: {name}",
            body=f"{exercise}{name}, severity {incident.severity}.\n\n{text}",
            brief=text,
            url=url,
        ),
        audience=Audience(people=frozenset({to.pk}), subscribers=False),
        # A role that waits for somebody does not wait for the morning, however light the incident is.
        severity=min(incident.severity, URGENT),
        at=at,
        stale_at=stale_at,
    )
