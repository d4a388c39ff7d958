"""Situation reports up the chain of command: authorised, numbered, never changed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Refused
from incidents.actions.guards import is_still_written, locked
from incidents.models import Incident, Sitrep


@transaction.atomic
def report_up(
    *,
    incident: Incident,
    shape: str,
    parts: Sequence[tuple[str, str]],
    authorised_by: str,
    by: User,
    at: datetime,
) -> Sitrep:
    """The next numbered report stands, with its parts (heading, words) in order and who authorised it, by role.

    What has changed since is a new report.
    """
    locked(incident)
    is_still_written(incident)
    if not authorised_by:
        raise Refused("Say who authorised the report, by role.")
    if not any(words for _, words in parts):
        raise Refused("The report is empty. Write what is known.")
    last = incident.sitreps.aggregate(last=Max("number"))["last"] or 0
    sitrep = Sitrep.objects.create(
        incident=incident, number=last + 1, shape=shape, parts=[list(part) for part in parts],
        written_by=by, written_at=at, authorised_by=authorised_by,
    )  # fmt: skip
    record(
        "incident.reported_up", incident, by=by, at=at, to=str(sitrep.number),
        words=sitrep.authorised_words, holds=[sitrep],
    )  # fmt: skip
    return sitrep
