"""What waits for somebody's word: a lower severity, an update that may be wrong, outside bodies to be told."""

from collections.abc import Iterator
from datetime import datetime

from continuity.core.wording import since_words, until_words
from incidents.item import Item
from incidents.models import Incident, OutsideBody, SecondLook, SeverityChange


def unsettled(incident: Incident, at: datetime) -> Iterator[Item]:
    """What nobody has settled at `at`, the most pressing first. Three queries."""
    yield from _severity(incident, at)
    yield from _doubts(incident)
    yield from _outside(incident, at)


def _severity(incident: Incident, at: datetime) -> Iterator[Item]:
    """A lower severity has 60 minutes to be confirmed (reference: incident), and is not closed without."""
    change = SeverityChange.objects.waiting().filter(incident=incident).first()
    if change:
        yield Item(f"Severity {change.severity} {_confirmed(change, at)}.", "room", where="#severity")


def _doubts(incident: Incident) -> Iterator[Item]:
    for look in SecondLook.objects.doubting().filter(update_read__incident=incident):
        number = look.update_read.number
        yield Item(
            f"Update {number} may be wrong: {look.words} Correct it.", "update", where=f"?corrects={number}"
        )


def _outside(incident: Incident, at: datetime) -> Iterator[Item]:
    for body in OutsideBody.objects.waiting().filter(incident=incident):
        yield Item(f"{body.name} {_when(body, at)}.", "room", where="#outside")


def _confirmed(change: SeverityChange, at: datetime) -> str:
    if change.confirm_by_at <= at:
        return f"is not confirmed: somebody else was to confirm it by {since_words(change.confirm_by_at, at)}"
    return f"waits for somebody else to confirm it by {until_words(change.confirm_by_at, at)}"


def _when(body: OutsideBody, at: datetime) -> str:
    if body.due_at is None:
        return "must be told"
    if body.due_at <= at:
        return f"was to be told by {since_words(body.due_at, at)}"
    return f"must be told by {until_words(body.due_at, at)}"
