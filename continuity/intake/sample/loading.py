"""Loading the sample through the same door as every other file."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import models, transaction

from continuity.accounts.models import User
from continuity.catalogue.adopt import adopt_usage
from continuity.catalogue.counted import read_counts
from continuity.catalogue.models import Area, Service, Site, Team
from continuity.core.clock import local_day
from continuity.core.ledger import SYSTEM
from continuity.core.models import Line
from continuity.core.refusals import Refused
from continuity.intake.actions import Outcome, import_records
from continuity.intake.findings import Findings
from continuity.intake.reading import Listing, Mapping, Node, Scalar, read_bytes, read_file
from continuity.intake.sample.answers import ask_the_sample
from continuity.intake.sample.night import night
from continuity.intake.sample.outside import contacts_of_the_sample
from continuity.intake.sample.people import people_the_sample
from continuity.intake.shapes import DAY, read_moment
from continuity.notifications.models import Contact, Group
from continuity.plans.models import Procedure
from incidents.models import Incident
from releases.models import Freeze, Release

FOLDER = Path(__file__).parent
FILES = ("catalogue.yaml", "notices.yaml", "incidents.yaml")
USAGE = "usage.csv"
TONIGHT = "tonight"
# What happened is history; plans for actions may lie ahead.
PLANS = frozenset({"due", "next"})
RECORDS: tuple[type[models.Model], ...] = (
    User,
    Site,
    Team,
    Service,
    Area,
    Group,
    Contact,
    Procedure,
    Release,
    Freeze,
    Incident,
    Line,
)
NOT_EMPTY = "The database holds other records already, so the sample was not loaded. It needs an empty one."


@transaction.atomic
def load_sample(*, at: datetime) -> Outcome:
    """The fictional trust stands in an empty database, with a night in progress at `at`.

    Its users are made in sample mode only, where their password opens nothing beyond this machine. Refused on a
    database that holds anything else.
    """
    if any(kind._default_manager.exists() for kind in RECORDS):
        raise Refused(NOT_EMPTY)
    findings = Findings()
    outcome = import_records(sheets=list(_sheets(at, findings)), findings=findings, by=SYSTEM, at=at)
    usage_of_the_sample(at=at)
    contacts_of_the_sample(at=at)
    if settings.SAMPLE_MODE:
        people_the_sample(password=settings.SAMPLE_PASSWORD, at=at)
    ask_the_sample(at=at)
    return outcome


def usage_of_the_sample(*, at: datetime) -> None:
    """Some of its services have been counted: how many people use them by the hour of the week."""
    services = {service.key: service for service in Service.objects.all()}
    found = read_counts((FOLDER / USAGE).read_bytes(), keys=services)
    if found.faults:
        raise Refused(f"{USAGE}: {found.faults[0]}.")
    adopt_usage(weeks={services[key]: week for key, week in found.weeks.items()}, by=SYSTEM, at=at)


def _sheets(at: datetime, findings: Findings) -> Iterator[tuple[str, Mapping]]:
    for name in FILES:
        if sheet := read_file(FOLDER / name, findings):
            yield name, history(sheet, at)
    # JSON is YAML, so tonight is read like any file.
    if tonight := read_bytes(json.dumps(night(at)).encode(), TONIGHT, findings):
        yield TONIGHT, tonight


def history(sheet: Mapping, at: datetime) -> Mapping:
    """The file without notices and incidents that are not over yet: a test portal's clock may stand in the past."""
    return Mapping(
        {
            key: _over(value, at) if key in {"notices", "incidents"} else value
            for key, value in sheet.pairs.items()
        },
        sheet.line,
    )


def _over(records: Node, at: datetime) -> Node:
    if not isinstance(records, Listing):
        return records
    return Listing([record for record in records.items if not _goes_beyond(record, at)], records.line)


def _goes_beyond(node: Node, at: datetime) -> bool:
    if isinstance(node, Mapping):
        return any(_goes_beyond(value, at) for key, value in node.pairs.items() if key not in PLANS)
    if isinstance(node, Listing):
        return any(_goes_beyond(item, at) for item in node.items)
    return _is_later(node, at)


def _is_later(scalar: Scalar, at: datetime) -> bool:
    if DAY.fullmatch(scalar.text):
        return scalar.text > local_day(at).isoformat()
    when, _ = read_moment(scalar.text)
    return when is not None and when > at
