"""Taking over procedures that were approved elsewhere, already checked. Many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import System, record
from continuity.plans.models import Procedure, Step, Version
from continuity.plans.steps import Line, content_hash


@dataclass
class Approved:
    """A procedure as another system kept it: rows that are not stored yet, in the version that holds there."""

    procedure: Procedure
    version: Version
    steps: list[str]


@transaction.atomic(savepoint=False)
def adopt_procedures(
    *, procedures: Sequence[tuple[Service, Approved]], by: User | System, at: datetime
) -> None:
    """The procedures of services are published in the versions that they have elsewhere.

    Nobody of this portal is their author or approver: who was, is kept by role.
    """
    for service, approved in procedures:
        approved.procedure.owner = service.owner
        approved.version.procedure = approved.procedure
        approved.version.state = Version.State.PUBLISHED
        approved.version.content_hash = content_hash([Line(text) for text in approved.steps])
    Procedure.objects.bulk_create(approved.procedure for _, approved in procedures)
    covers = Procedure.services.through
    covers.objects.bulk_create(
        covers(procedure=approved.procedure, service=service) for service, approved in procedures
    )
    Version.objects.bulk_create(approved.version for _, approved in procedures)
    Step.objects.bulk_create(
        Step(version=approved.version, order=place, text=text)
        for _, approved in procedures
        for place, text in enumerate(approved.steps, 1)
    )
    for _, approved in procedures:
        record("procedure.adopted", approved.version, by=by, at=at)
