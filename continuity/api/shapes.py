"""The portal's records in the shapes of the Statuspage public API v2. Pure: rows in, dictionaries out.

Fields and mappings follow the captured answers of status pages in use; what they leave open is said beside it.
Times are ISO 8601 with milliseconds and London's offset, always.
"""

import hashlib
import string
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from continuity.board.status import Board, Line
from continuity.core.clock import local
from continuity.core.level import Effect, Level
from incidents import models as incidents
from releases import models as releases

Json = dict[str, Any]
DIGITS = string.digits + string.ascii_lowercase
ID_LENGTH = 12

COMPONENT = {
    Level.NO_PROBLEM_REPORTED: "operational",
    Level.WORKING: "operational",
    Level.AFFECTED: "degraded_performance",
    Level.AT_RISK: "operational",
    Level.CHECKING: "under_maintenance",
    Level.DEGRADED: "degraded_performance",
    Level.READ_ONLY: "partial_outage",
    Level.DOWN: "major_outage",
}
INCIDENT = {
    incidents.State.DECLARED: "investigating",
    incidents.State.RESPONDING: "identified",
    incidents.State.MITIGATED: "identified",
    incidents.State.RESTORED: "monitoring",
    incidents.State.RECOVERING: "monitoring",
    incidents.State.STOOD_DOWN: "resolved",
    incidents.State.CLOSED: "resolved",
    incidents.State.DUPLICATE: "resolved",
    incidents.State.CANCELLED: "resolved",
}
UPDATE = {
    incidents.Update.Kind.INITIAL: "investigating",
    incidents.Update.Kind.WORKAROUND: "identified",
    incidents.Update.Kind.RESTORED: "monitoring",
    incidents.Update.Kind.STAND_DOWN: "resolved",
}
MAINTENANCE = {
    releases.State.PUBLISHED: "scheduled",
    releases.State.POSTPONED: "scheduled",
    releases.State.IN_PROGRESS: "in_progress",
    releases.State.CHECKING: "verifying",
    releases.State.COMPLETED: "completed",
    releases.State.ROLLED_BACK: "completed",
    releases.State.CANCELLED: "completed",
}
IMPACT = {1: "critical", 2: "major", 3: "minor", 4: "minor"}
# Worst first: the state, the words when everything is in it, and indicator and words when only some are.
ROLL_UP = (
    ("major_outage", ("critical", "Major System Outage"), ("major", "Partial System Outage")),
    ("partial_outage", ("major", "Partial System Outage"), ("minor", "Minor Service Outage")),
    ("degraded_performance", ("minor", "Degraded System Service"), ("minor", "Partially Degraded Service")),
    *(("under_maintenance", same, same) for same in [("maintenance", "Service Under Maintenance")]),
)


def id_of(kind: str, key: object) -> str:
    """12 characters of base 36, always the same for the same thing."""
    number = int.from_bytes(hashlib.sha256(f"{kind}:{key}".encode()).digest()[:10])
    letters = []
    for _ in range(ID_LENGTH):
        number, digit = divmod(number, len(DIGITS))
        letters.append(DIGITS[digit])
    return "".join(letters)


def time_of(at: datetime | None) -> str | None:
    return local(at).isoformat(timespec="milliseconds") if at else None


def page(*, name: str, url: str, at: datetime) -> Json:
    return {
        "id": id_of("page", url),
        "name": name,
        "url": url,
        "time_zone": "Europe/London",
        "updated_at": time_of(at),
    }


def status_of(line: Line) -> str:
    """A component's status: inside planned work it says so, unless something unplanned is worse."""
    return "under_maintenance" if line.wears_plan and line.level > Level.AT_RISK else COMPONENT[line.level]


def roll_up(statuses: Sequence[str]) -> Json:
    """One indicator for everything: the worst state, in milder words where only some are in it."""
    for state, everything, some in ROLL_UP:
        if state in statuses:
            indicator, description = everything if set(statuses) == {state} else some
            return {"indicator": indicator, "description": description}
    return {"indicator": "none", "description": "All Systems Operational"}


class Entry(NamedTuple):
    """What the catalogue says of a service, and since when the ledger tells of it."""

    description: str | None = None
    told_at: datetime | None = None


def components(board: Board, page_id: str, entries: Mapping[str, Entry]) -> list[Json]:
    """Every service as a component, by name. A change of state is its `updated_at`; without one it is as it began."""
    lines = sorted(board.lines, key=lambda line: line.service.name)
    return [
        _component(line, place, page_id, entries.get(line.service.key, Entry()))
        for place, line in enumerate(lines, 1)
    ]


def _component(line: Line, place: int, page_id: str, entry: Entry) -> Json:
    return {
        "id": id_of("service", line.service.key),
        "name": line.service.name,
        "status": status_of(line),
        "created_at": time_of(entry.told_at or line.since),
        "updated_at": time_of(line.since or entry.told_at),
        "position": place,
        "description": entry.description,
        "showcase": line.service.tier == 1,
        "start_date": None,
        "group_id": None,
        "page_id": page_id,
        "group": False,
        "only_show_if_degraded": False,
    }


def incident(found: incidents.Incident, base: str, page_id: str, by_id: Mapping[str, Json]) -> Json:
    """An incident with its updates, newest first. Reads `updates` and `impacts`, which must be prefetched."""
    updates = list(found.updates.all())
    keys = {impact.service.key for impact in found.impacts.all()}
    return {
        "id": id_of("incident", found.ref),
        "name": found.title,
        "status": _incident_status(found),
        "created_at": time_of(found.declared_at),
        "updated_at": time_of(max([found.declared_at, *(update.published_at for update in updates)])),
        "monitoring_at": time_of(found.restored_at),
        "resolved_at": time_of(found.stood_down_at or found.closed_at),
        "impact": IMPACT[found.severity],
        "shortlink": base + found.get_absolute_url(),
        "started_at": time_of(found.started_at),
        "page_id": page_id,
        "incident_updates": list(_incident_updates(found.ref, updates))[::-1],
        "components": _those(keys, by_id),
    }


def _incident_status(found: incidents.Incident) -> str:
    has_published_review = any(review.state == "published" for review in found.reviews.all())
    return "postmortem" if has_published_review else INCIDENT[incidents.State(found.state)]


def _incident_updates(ref: str, updates: Iterable[incidents.Update]) -> Iterable[Json]:
    before: Mapping[str, str] = {}
    for update in updates:
        status = update.stage or UPDATE.get(incidents.Update.Kind(update.kind), "identified")
        body = "\n\n".join(part for part in (update.happened, update.means, update.do_now) if part)
        yield _update(
            id_of("update", f"{ref}/{update.number}"),
            id_of("incident", ref),
            status,
            body,
            update.published_at,
            affected=_affected(before, update.services),
        )
        before = update.services


def _affected(before: Mapping[str, str], now: Mapping[str, str]) -> list[Json] | None:
    """The components an update changed, with the states before and after; null when it changed none."""
    changed = [key for key in sorted({*before, *now}) if before.get(key) != now.get(key)]
    found = [
        {
            "code": id_of("service", key),
            "name": key,
            "old_status": _effect_status(before.get(key)),
            "new_status": _effect_status(now.get(key)),
        }
        for key in changed
    ]
    return found or None


def _effect_status(effect: str | None) -> str:
    known = {each.value for each in Effect}
    return COMPONENT[Effect(effect).level] if effect in known else "operational"


def maintenance(found: releases.Release, base: str, page_id: str, by_id: Mapping[str, Json]) -> Json:
    """A release as scheduled maintenance over its work window. Reads `updates` and `disruptions` (prefetched).

    v2 has no nested window: when a service cannot be used inside it is told in the body and in the component.
    """
    keys = {disruption.service.key for disruption in found.disruptions.all()}
    told = found.published_at or found.starts_at
    own_id = id_of("release", found.ref)
    notice = _update(id_of("notice", found.ref), own_id, "scheduled", found.summary or found.title, told)
    updates = [_news(own_id, update) for update in found.updates.all()]
    return {
        "id": own_id,
        "name": found.title,
        "status": MAINTENANCE[releases.State(found.state)],
        "created_at": time_of(told),
        "updated_at": time_of(max([told, *(update.at for update in found.updates.all())])),
        "monitoring_at": time_of(found.back_at),
        "resolved_at": time_of(found.ended_at),
        "impact": "maintenance",
        "shortlink": base + found.get_absolute_url(),
        "started_at": time_of(told),
        "page_id": page_id,
        "incident_updates": [*updates[::-1], notice],
        "components": _those(keys, by_id),
        "scheduled_for": time_of(found.starts_at),
        "scheduled_until": time_of(found.ends_at),
    }


def _news(of: str, update: releases.Update) -> Json:
    stage = MAINTENANCE_STAGES.get(update.stage, "in_progress")
    return _update(id_of("news", update.pk), of, stage, update.text, update.at)


MAINTENANCE_STAGES = {
    "in_progress": "in_progress",
    "checking": "verifying",
    "verifying": "verifying",
    "completed": "completed",
    "rolled_back": "completed",
    "cancelled": "completed",
    "postponed": "scheduled",
    "published": "scheduled",
}


def _update(
    own_id: str, of: str, status: str, body: str, at: datetime, *, affected: list[Json] | None = None
) -> Json:
    when = time_of(at)
    return {
        "id": own_id,
        "status": status,
        "body": body,
        "incident_id": of,
        "created_at": when,
        "updated_at": when,
        "display_at": when,
        "affected_components": affected,
        "deliver_notifications": True,
        "custom_tweet": None,
        "tweet_id": None,
    }


def _those(keys: Iterable[str], by_id: Mapping[str, Json]) -> list[Json]:
    found = (by_id.get(id_of("service", key)) for key in sorted(keys))
    return [component for component in found if component]
