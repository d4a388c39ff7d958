"""Problems that people report without log-in, and what becomes of them."""

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Service
from continuity.core.clock import local_day
from continuity.core.ledger import SYSTEM, record
from continuity.core.refusals import Conflict, Refused
from incidents.actions.guards import is_still_written, locked
from incidents.models import Incident, Report, ReportTally

# Enough to know that a ward has a problem; a stuck key or a script must not bury the others.
A_MINUTE_ABOUT_ONE_PROBLEM = 5
# A whole hospital may come from one address, behind one gateway, in its worst hour.
A_MINUTE_FROM_ONE_ADDRESS = 60
MINUTE = timedelta(minutes=1)
KEEP_TALLIES_FOR = timedelta(days=1)

_COUNT = """
    INSERT INTO incidents_reporttally AS t (sender, minute, count) VALUES (%s, %s, 1)
    ON CONFLICT (sender, minute) DO UPDATE SET count = t.count + 1 RETURNING count
"""


@transaction.atomic
def report(
    *, area: Area | None, service: Service | None, text: str, at: datetime, address: str = ""
) -> Report:
    """A problem that somebody without a name reports: it waits for the duty manager.

    `address` is only counted, as a salted hash. Refused when the same problem or the same address was heard too
    often within a minute.
    """
    if address:
        _count(address, at)
    lately = Report.objects.filter(area=area, service=service).since(at - MINUTE).count()
    if lately >= A_MINUTE_ABOUT_ONE_PROBLEM:
        raise Refused(
            f"This was reported {lately} times in the last minute, so it is known. "
            "If yours is another problem, ring instead."
        )
    reported = Report.objects.create(area=area, service=service, text=text, at=at)
    record("report.made", reported, by=SYSTEM, at=at)
    return reported


@transaction.atomic
def join_reports(*, reports: Collection[Report], incident: Incident, by: User, at: datetime) -> None:
    """These reports are this incident. Conflict when somebody dealt with one of them meanwhile."""
    locked(incident)
    is_still_written(incident)
    _settle(reports, incident=incident)
    record("incident.reports_joined", incident, by=by, at=at, to=str(len(reports)))


@transaction.atomic
def dismiss_reports(*, reports: Collection[Report], why: str, by: User, at: datetime) -> None:
    """These reports are no problem, and why. Conflict when somebody dealt with one of them meanwhile."""
    if not why:
        raise Refused("Say why nothing needs to be done.")
    _settle(reports, dismissed_at=at, dismissed_why=why)
    for each in reports:
        record("report.dismissed", each, by=by, at=at, words=why)


@transaction.atomic
def forget_tallies(*, at: datetime) -> None:
    """Drop the counts that no limit needs any more."""
    ReportTally.objects.filter(minute__lt=at - KEEP_TALLIES_FOR).delete()


def _settle(reports: Collection[Report], **outcome: object) -> None:
    waiting = Report.objects.waiting().filter(pk__in=[each.pk for each in reports])
    if waiting.update(**outcome) != len(reports):
        raise Conflict("Somebody else dealt with one of these reports. Look at what is waiting now.")


def _count(address: str, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [_disguised(address, at), at.replace(second=0, microsecond=0)])
        sent = cursor.fetchone()[0]
    if sent > A_MINUTE_FROM_ONE_ADDRESS:
        raise Refused("Many reports came from your network in the last minute. Ring instead.")


def _disguised(address: str, at: datetime) -> str:
    """An address as nobody can read it back: salted with the portal's secret and the day."""
    salted = f"{local_day(at).isoformat()} {address}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), salted, "sha256").hexdigest()
