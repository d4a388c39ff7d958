"""The incident's own record: what was written down and assessed, and who may see it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.core.wording import moment_words
from incidents.actions.guards import has_happened, is_still_written, locked
from incidents.actions.withholding import withhold
from incidents.models import Entry, Incident, RoleAssignment
from incidents.severity import FULL_PATH


@transaction.atomic
def add_entry(
    *,
    incident: Incident,
    kind: str,
    text: str,
    occurred_at: datetime,
    by: Any,
    at: datetime,
    on_behalf_of: str = "",
    paper_sheet: str = "",
    corrects: Entry | None = None,
    information: str = "",
    options: str = "",
    reason: str = "",
    decided_by: RoleAssignment | None = None,
    look_again_at: datetime | None = None,
    revisits: Entry | None = None,
) -> Entry:
    """Write down what happened at `occurred_at`; when it is written (`at`) is kept beside it.

    A decision has its reason and, at severity 1 and 2, who decided, by a role they held then. It may look again at
    an earlier one. A correction points at the entry it corrects, which is itself no correction.
    """
    locked(incident)
    is_still_written(incident)
    has_happened(occurred_at, at, what="The time")
    _is_whole(incident, kind, reason, corrects)
    if kind == Entry.Kind.DECISION:
        _is_decided(incident, decided_by, occurred_at)
        _is_looked_at_again(incident, revisits, look_again_at, occurred_at)
    entry = Entry.objects.create(
        incident=incident,
        kind=kind,
        text=text,
        occurred_at=occurred_at,
        recorded_at=at,
        author=by if isinstance(by, User) else None,
        author_role=str(by),
        on_behalf_of=on_behalf_of,
        paper_sheet=paper_sheet,
        corrects=corrects,
        information=information,
        options=options,
        reason=reason,
        decided_by=decided_by,
        look_again_at=look_again_at,
        revisits=revisits,
    )
    record("incident.noted", incident, by=by, at=occurred_at, to=kind, holds=[entry])
    return entry


@transaction.atomic
def assess(
    *, incident: Incident, patient_safety: str, data_security: str, by: User, at: datetime,
    patient_safety_ref: str = "", data_security_ref: str = "", data_aware_at: datetime | None = None,
    safety_informed_at: datetime | None = None,
) -> None:  # fmt: skip
    """Keep what is known of harm to patients and of data. Confirmed data loss has the instant of awareness."""
    locked(incident)
    is_still_written(incident)
    if data_security == Incident.Assessment.CONFIRMED and data_aware_at is None:
        raise Refused("Say when the trust became aware of the data incident: 72 hours run from then.")
    for when, what in (
        (data_aware_at, "When the trust became aware"),
        (safety_informed_at, "When they were told"),
    ):
        if when:
            has_happened(when, at, what=what)
    changed = {
        "patient_safety": patient_safety, "patient_safety_ref": patient_safety_ref,
        "data_security": data_security, "data_security_ref": data_security_ref,
        "data_aware_at": data_aware_at, "safety_informed_at": safety_informed_at,
    }  # fmt: skip
    Incident.objects.filter(pk=incident.pk).update(**changed)
    for name, value in changed.items():
        setattr(incident, name, value)
    record("incident.assessed", incident, by=by, at=at)


@transaction.atomic
def restrict(*, incident: Incident, is_restricted: bool, why: str, by: User, at: datetime) -> None:
    """Keep an incident to those who run incidents, or open it to everybody; either way with a reason."""
    locked(incident)
    is_still_written(incident)
    if not why:
        raise Refused("Say why.")
    same = Incident.objects.filter(pk=incident.pk, is_restricted=not is_restricted)
    if not same.update(is_restricted=is_restricted, restricted_why=why if is_restricted else ""):
        raise Conflict("Somebody else changed this. Look at it again.")
    incident.is_restricted = is_restricted
    if is_restricted:
        withhold(incident=incident, by=by, at=at)
    record(
        "incident.restricted" if is_restricted else "incident.opened_up", incident, by=by, at=at, words=why
    )


def _is_whole(incident: Incident, kind: str, reason: str, corrects: Entry | None) -> None:
    if kind == Entry.Kind.DECISION and not reason:
        raise Refused("Give the reason for the decision.")
    if (kind == Entry.Kind.CORRECTION) != (corrects is not None):
        raise Refused("A correction names the entry that it corrects.")
    if corrects is not None and corrects.kind == Entry.Kind.CORRECTION:
        raise Refused("A correction cannot be corrected. Correct the entry itself.")
    if corrects is not None and corrects.incident_id != incident.pk:
        raise Refused("A correction belongs to an entry of the same incident.")


def _is_decided(incident: Incident, decided_by: RoleAssignment | None, occurred_at: datetime) -> None:
    """Somebody decides in a role: at severity 1 and 2 always, and only while they hold it."""
    if decided_by is None:
        if incident.severity in FULL_PATH:
            raise Refused(
                "Say who decided, by a role that they held then. While nobody held one, write it as an action."
            )
        return
    if decided_by.incident_id != incident.pk:
        raise Refused("Whoever decides holds a role in the same incident.")
    # People write times to the minute, so a role counts from the minute in which it was accepted.
    began, ended = decided_by.accepted_at, decided_by.ended_at
    if (
        began is None
        or occurred_at < began.replace(second=0, microsecond=0)
        or (ended and ended < occurred_at)
    ):
        raise Refused(
            f"{decided_by.person or decided_by.person_role} was not {decided_by.role} at {moment_words(occurred_at)}."
        )


def _is_looked_at_again(
    incident: Incident, revisits: Entry | None, look_again_at: datetime | None, occurred_at: datetime
) -> None:
    if look_again_at is not None and look_again_at <= occurred_at:
        raise Refused("A decision is looked at again after it was made.")
    if revisits is not None and (revisits.incident_id, revisits.kind) != (incident.pk, Entry.Kind.DECISION):
        raise Refused("Only a decision of the same incident is looked at again.")
