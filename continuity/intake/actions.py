"""The door itself: files are read and checked as a whole, then every room adopts its own, or nothing happens."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from continuity.accounts.models import User
from continuity.core.ledger import System
from continuity.core.refusals import Refused
from continuity.intake.adopt import adopt_everything
from continuity.intake.catalogue import read_catalogue
from continuity.intake.checks import check
from continuity.intake.findings import Findings, Place
from continuity.intake.found import Everything, Found
from continuity.intake.incidents import read_incidents
from continuity.intake.known import Known, look
from continuity.intake.models import Adopted
from continuity.intake.notices import read_notices
from continuity.intake.reading import Mapping
from continuity.intake.scales import read_scales
from continuity.intake.shapes import Record

Actor = User | System


class Faulty(Refused):
    """The files have faults, so nothing was stored."""

    def __init__(self, findings: Findings) -> None:
        super().__init__("The files have faults, so nothing was stored.")
        self.findings = findings


@dataclass(frozen=True)
class Outcome:
    """How many records of each kind were stored, how many were known, and what was noticed on the way."""

    stored: Counter[str]
    known: int
    findings: Findings


@transaction.atomic
def import_records(
    *, sheets: Sequence[tuple[str, Mapping]], findings: Findings, by: Actor, at: datetime
) -> Outcome:
    """Store what files hold that is not known yet; all of it, or with a single fault nothing.

    `sheets` are the files' names and contents, `findings` what reading them noticed. Tells nobody. Raises Faulty
    with every fault by file, record and field; the same file again changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('intake.import'))")
    known = look()
    found = _read(sheets, findings, known, at)
    fresh = check(found, known)
    if findings.faults:
        raise Faulty(findings)
    adopt_everything(found=found, fresh={id(one) for one in fresh}, roles=known.roles, by=by, at=at)
    _remember(fresh, at)
    with connection.cursor() as cursor:
        # What the database would refuse at the end, it refuses here, where the sentence can be told.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return Outcome(Counter(one.kind for one in fresh), sum(1 for _ in found) - len(fresh), findings)


def _read(
    sheets: Iterable[tuple[str, Mapping]], findings: Findings, known: Known, at: datetime
) -> Everything:
    found = Everything()
    for name, mapping in sheets:
        sheet = Record(mapping, Place(name), findings)
        read_catalogue(sheet, found, at)
        read_scales(sheet, known)
        read_notices(sheet, found)
        read_incidents(sheet, found)
        sheet.finished()
    return found


def _remember(fresh: Iterable[Found[object]], at: datetime) -> None:
    Adopted.objects.bulk_create(
        Adopted(
            kind=one.kind,
            reference=one.reference,
            content=one.content,
            file=one.record.place.file[:255],
            at=at,
        )
        for one in fresh
    )
