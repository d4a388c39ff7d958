"""What must be true of who leads: one holder of a role, no gap when it passes, nobody who leads and keeps the log."""

from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise

from incidents.models import OPEN, Incident, RoleAssignment
from tests.incidents.playing.seen import Seen

SEVERE = {1, 2}
LEADS, COMMANDERS = {"it_lead"}, {"strategic", "tactical", "operational"}
FOR_EVER = datetime.max.replace(tzinfo=UTC)
Held = RoleAssignment.State


def each_role_has_one_holder(incident: Incident, now: Seen) -> None:
    """No two people at a time, who may hold it or were let."""
    spans = defaultdict(list)
    for each in now.assignments.values():
        if each.incident_id == incident.pk and each.accepted_at:
            assert each.ended_at is None or each.accepted_at <= each.ended_at
            spans[each.role_id, each.site_id].append(each)
            if each.state == Held.ACTIVE and each.person:
                assert each.is_acting or each.person.may(each.role.permission)
    for (_, site), held in spans.items():
        assert (site is None) == (held[0].role.code != "operational")
        for one, following in pairwise(sorted(held, key=_span)):
            if one.role.has_single_holder:
                assert _span(one)[1] <= _span(following)[0], f"two hold {one.role}"


def roles_pass_without_a_gap(was: Incident, incident: Incident, before: Seen, now: Seen) -> None:
    """Whoever handed over was followed at that instant; an open incident that was led is led."""
    passed = [
        each
        for pk, each in now.assignments.items()
        if each.incident_id == incident.pk and each.state == Held.HANDED_OVER
        and pk in before.assignments and before.assignments[pk].state == Held.ACTIVE
    ]  # fmt: skip
    for each in passed:
        began = [
            one for one in now.held(incident.pk)
            if (one.role_id, one.site_id, one.accepted_at) == (each.role_id, each.site_id, each.ended_at)
        ]  # fmt: skip
        assert began, f"nobody followed {each.holder} as {each.role}"
    leads = LEADS if incident.level == Incident.Level.IT else LEADS | COMMANDERS
    if was.state in OPEN and incident.state in OPEN and _leads(before, incident, leads):
        assert _leads(now, incident, leads), f"{incident} has nobody who leads it"
    _nobody_begins_to_lead_and_keep_the_log(incident, before, now)


def _span(held: RoleAssignment) -> tuple[datetime, datetime]:
    """From when to when; without an end, for ever."""
    assert held.accepted_at
    return held.accepted_at, held.ended_at or FOR_EVER


def _leads(seen: Seen, incident: Incident, leads: set[str]) -> bool:
    return any(each.role.code in leads for each in seen.held(incident.pk))


def _nobody_begins_to_lead_and_keep_the_log(incident: Incident, before: Seen, now: Seen) -> None:
    if incident.severity not in SEVERE:
        return
    held = now.held(incident.pk)
    loggists = {each.person_id for each in held if each.role.code == "loggist"}
    leading = {each.person_id for each in held if each.role.code in LEADS | COMMANDERS}
    new = {
        each.person_id
        for each in held
        if each.pk not in before.assignments or before.assignments[each.pk].state != Held.ACTIVE
    }
    assert not loggists & leading & new, "somebody leads and keeps the log"
