"""How near each service is to the limits of doing without it; for those who run the incident, never the board."""

from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from incidents.harm import clock_of
from incidents.models import Impact, Incident


def facts(incident: Incident, person: User, at: datetime) -> dict[str, Any]:
    """A clock a service, from when it was hit first until it is back; the nearest limit first."""
    rows: dict[str, list[Impact]] = {}
    for impact in incident.impacts.select_related("service").order_by("since"):
        rows.setdefault(impact.service.key, []).append(impact)
    clocks = [
        clock_of(
            hits[0].service.name,
            rto=hits[0].service.rto,
            mtpd=hits[0].service.mtpd,
            since=hits[0].since,
            until=None if any(hit.until is None for hit in hits) else hits[-1].until,
            at=at,
        )
        for hits in rows.values()
    ]
    return {"clocks": sorted(clocks, key=lambda clock: (not clock.is_running, -clock.limits[0].share))}
