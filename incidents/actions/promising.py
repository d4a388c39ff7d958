"""The promise of the next update while it is overdue: its alarm may rest for a while, for a reason."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.core.wording import length_words, time_words
from incidents.actions.guards import locked
from incidents.models import Incident, SeverityRule, Snooze


@transaction.atomic
def snooze(*, incident: Incident, until: datetime, reason: str, by: User, at: datetime) -> Snooze:
    """The alarm of an overdue update rests until then, with a reason; the board goes on saying that it is overdue.

    At most one interval of the severity for one promise, however often it is pressed.
    """
    locked(incident)
    if not incident.is_overdue(at):
        raise Conflict("No update is overdue, so there is no alarm to rest.")
    if not reason:
        raise Refused("Say why the update has to wait.")
    if until <= at:
        raise Refused("The alarm must rest until later than now.")
    _is_short_enough(incident, until, at)
    rest = Snooze.objects.create(incident=incident, until=until, reason=reason, by=by, at=at)
    record("incident.snoozed", incident, by=by, at=at, to=time_words(until), words=reason, holds=[rest])
    return rest


def latest_rest(incident: Incident, at: datetime) -> datetime:
    """Until when the alarm of this overdue promise may rest: one interval from when it first rested."""
    first = Snooze.objects.of_promise().filter(incident=incident).first()
    every = SeverityRule.objects.get(pk=incident.severity).update_every
    return (first.at if first else at) + every


def _is_short_enough(incident: Incident, until: datetime, at: datetime) -> None:
    latest = latest_rest(incident, at)
    if latest <= at:
        raise Refused("The alarm has rested as long as it may. Post an update, or press No change.")
    if until > latest:
        every = SeverityRule.objects.get(pk=incident.severity).update_every
        raise Refused(
            f"At severity {incident.severity} the alarm rests for {length_words(every)} at most: "
            f"until {time_words(latest)}."
        )
