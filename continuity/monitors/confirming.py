"""Which planned work a watched job says is over: past its planned end, where the owner lets jobs say so."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from continuity.monitors.models import Heartbeat
from releases.models import Release
from releases.picture import OutageRow, Picture


def confirmed_by(heartbeat: Heartbeat, watched: Iterable[Release], at: datetime) -> Iterator[Release]:
    """Those of the releases that are out past their planned end on the service of the job, all else being well, too.

    A job vouches for its own service alone: every other outage of the release needs a job of its own. Costs no
    query where no owner lets jobs say so.
    """
    for release in watched:
        out = Picture(release, at).out if release.may_monitor_end else []
        is_hit = any(row.outage.service_id == heartbeat.service_id for row in out)
        if is_hit and all(_is_well(row, at) for row in out):
            yield release


def _is_well(row: OutageRow, at: datetime) -> bool:
    """Whether a job of the service ran well since the outage was planned to end; before, it may have been a trial."""
    jobs = Heartbeat.objects.fresh(at).filter(service=row.outage.service_id)
    return jobs.filter(last_ping_at__gte=max(row.now.until, row.now.since or row.now.until)).exists()
