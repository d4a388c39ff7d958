"""Clinical safety's agreement that a service returns to use; at severity 1 and 2 no all-clear without it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Forbidden, Refused, sentence_of
from incidents.actions.guards import is_still_written, locked
from incidents.models import BACK, Incident, SafetyAgreement, State
from incidents.severity import FULL_PATH


@transaction.atomic
def agree(
    *, incident: Incident, by: User, at: datetime, agreed_by_role: str = "", words: str = ""
) -> SafetyAgreement:
    """Clinical safety agrees: its officer `by` themselves, or `agreed_by_role` by phone, entered by `by`.

    Once the service is back, and until the incident is opened again; still after the all-clear, for what was found
    to be severe only then.
    """
    locked(incident)
    is_still_written(incident)
    if incident.state not in BACK | {State.STOOD_DOWN}:
        raise Conflict("The service is not back yet, so nobody can agree that it returns to use.")
    return agreed(incident, agreed_by_role, by, at, words)


def agreed(
    incident: Incident, agreed_by_role: str, by: User, at: datetime, words: str = ""
) -> SafetyAgreement:
    """The agreement, and its line. For actions only; Forbidden for whoever neither is the officer nor names them."""
    is_officer = not agreed_by_role
    if is_officer and not by.may(Permission.INCIDENT_CLEAR):
        raise Forbidden(
            "Only the clinical safety officer can agree here. If they agreed by phone, write down who."
        )
    try:
        with transaction.atomic():
            agreement = SafetyAgreement.objects.create(
                incident=incident,
                agreed_by=by if is_officer else None,
                agreed_by_role=str(by) if is_officer else agreed_by_role,
                agreed_at=at,
                entered_by=None if is_officer else by,
                words=words,
            )
    except IntegrityError as error:
        raise Conflict(sentence_of(error)) from None
    said = agreement.agreed_by_role if is_officer else f"{agreement.agreed_by_role}, by phone"
    record("incident.safety_agreed", incident, by=by, at=at, words=". ".join(filter(None, (said, words))))
    return agreement


def end_agreement(incident: Incident, at: datetime) -> None:
    """What was agreed is over: the service is hit again. For actions only."""
    incident.safety_agreements.standing().update(ended_at=at)


def may_be_cleared(incident: Incident) -> None:
    """Refuse the all-clear of a severe incident, to one area or to all, before clinical safety agreed."""
    if incident.severity in FULL_PATH and not incident.has_safety_agreed():
        raise Refused(
            "At severity 1 and 2 clinical safety agrees before the all-clear. "
            "Ring the clinical safety officer, and write down who agreed."
        )
