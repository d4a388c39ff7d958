"""The room watches itself: the worker says that it works, and messages that are late are told to IT once."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.models import Role
from continuity.accounts.permissions import Permission
from continuity.core.wording import moment_words
from continuity.notifications.actions.telling import Words, notify
from continuity.notifications.audience import Audience
from continuity.notifications.models import Kind, Pulse
from continuity.notifications.watch import Trouble, late

HEALTH = "/inbox/channels/"


def beat(*, at: datetime, name: str = Pulse.WORKER) -> None:
    """A part of the worker works: it has come as far as this row. No ledger line: the row is the record."""
    Pulse.objects.update_or_create(name=name, defaults={"beat_at": at})


@transaction.atomic
def sweep(*, at: datetime) -> None:
    """Tell those who look after channels that messages are late: once, until none is any more."""
    found = late(at)
    pulses = Pulse.objects.filter(name=Pulse.WORKER)
    if not found:
        pulses.exclude(late_since=None).update(late_since=None)
    # The old state stands in the WHERE: of two sweepers one tells.
    elif pulses.filter(late_since=None).update(late_since=found.since):
        _alarm(pulses.get(), found, at)


def _alarm(pulse: Pulse, found: Trouble, at: datetime) -> None:
    able = Role.objects.filter(permissions__contains=[Permission.CHANNEL_MANAGE])
    assert found.since is not None  # noqa: S101 - what waits has waited since
    said = (
        f"{found.count} {'has' if found.waiting == 1 else 'have'} waited since {moment_words(found.since)}."
    )
    notify(
        key=f"portal:late:{at.isoformat()}",
        kind=Kind.PORTAL,
        subject=pulse,
        words=Words(
            title="Messages are not going out",
            body=f"{said} Look at how each channel does, and whether the worker runs.",
            url=HEALTH,
        ),
        audience=Audience(
            roles=frozenset(able.values_list("pk", flat=True)), subscribers=False, named_by=("portal",)
        ),
        at=at,
    )
