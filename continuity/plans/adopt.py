"""Taking over procedures that were approved elsewhere, already checked."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import System, record
from continuity.plans.models import Procedure, Step, Version
from continuity.plans.steps import Line, content_hash


@transaction.atomic(savepoint=False)
def adopt_procedure(
    *, procedure: Procedure, service: Service, version: Version, steps: Sequence[str], by: User | System, at: datetime
) -> None:  # fmt: skip
    """The procedure of a service is published in the version it has elsewhere.

    Nobody of this portal is its author or approver: who was, is kept by role.
    """
    procedure.owner = service.owner
    procedure.save(force_insert=True)
    procedure.services.add(service)
    version.procedure = procedure
    version.state = Version.State.PUBLISHED
    version.content_hash = content_hash([Line(text) for text in steps])
    version.save(force_insert=True)
    Step.objects.bulk_create(
        Step(version=version, order=place, text=text) for place, text in enumerate(steps, 1)
    )
    record("procedure.adopted", version, by=by, at=at)
