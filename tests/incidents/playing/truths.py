"""What must be true of every incident after whatever anybody did."""

from datetime import datetime

from incidents.models import (
    ACTIVE,
    ENDED,
    Impact,
    Incident,
    OutsideBody,
    RoleAssignment,
    Run,
    SecondLook,
    SeverityChange,
    State,
    StepRun,
)
from tests.incidents.playing.hidden import nobody_outside_is_told, nothing_leaks
from tests.incidents.playing.holders import each_role_has_one_holder, roles_pass_without_a_gap
from tests.incidents.playing.seen import Seen
from tests.incidents.playing.world import World

SEVERE = {1, 2}
S, Held = State, RoleAssignment.State
# How far one press may bring an incident (DESIGN: an incident); being back may become catching up by itself.
ON = {
    S.DECLARED: {S.RESPONDING, S.MITIGATED, S.RESTORED, S.RECOVERING, S.STOOD_DOWN, S.DUPLICATE, S.CANCELLED},
    S.RESPONDING: {S.MITIGATED, S.RESTORED, S.RECOVERING, S.STOOD_DOWN, S.DUPLICATE, S.CANCELLED},
    S.MITIGATED: {S.RESTORED, S.RECOVERING, S.STOOD_DOWN, S.DUPLICATE},
    S.RESTORED: {S.RECOVERING, S.STOOD_DOWN, S.RESPONDING, S.DUPLICATE},
    S.RECOVERING: {S.STOOD_DOWN, S.RESPONDING, S.DUPLICATE},
    S.STOOD_DOWN: {S.RESPONDING, S.CLOSED},
}
SEVERITY_SET, ASSESSED = frozenset({"severity_set"}), frozenset({"assessed"})
RESTRICTED = frozenset({"restricted", "opened_up"})
# Which line says so when a column of an incident changes; of the others none ever does.
SAYS_SO = {
    "state": {
        *("role_taken", "role_accepted", "mitigated", "restored", "recovering", "stood_down", "reopened"),
        *("closed", "marked_duplicate", "cancelled"),
    },
    "mitigated_at": {"mitigated"},
    "restored_at": {"restored", "reopened"},
    "stood_down_at": {"stood_down", "reopened"},
    "instruction": {"stood_down", "reopened"},
    "closed_at": {"closed"},
    "next_update_due_at": {"updated", "severity_set", "restored", "marked_duplicate", "cancelled"},
    **dict.fromkeys(("severity", "severity_reason", "impact", "urgency", "needs_review"), SEVERITY_SET),
    **dict.fromkeys(("is_restricted", "restricted_why"), RESTRICTED),
    "is_exercise": {"exercise_marked"},
    "duplicate_of_id": {"marked_duplicate"},
    "parent_id": {"put_under", "taken_apart", "marked_duplicate"},
    **dict.fromkeys(("patient_safety", "data_security", "data_aware_at", "safety_informed_at"), ASSESSED),
}


def hold(before: Seen, now: Seen, world: World, at: datetime) -> None:
    """AssertionError with what is wrong, unless all of it holds."""
    for pk, incident in now.incidents.items():
        was = before.incidents.get(pk)
        if was:
            changes_are_said(was, incident, now)
        milestones_are_in_order(incident)
        promises_are_right(incident, now)
        each_role_has_one_holder(incident, now)
        if was and was.state in ENDED:
            assert before.records[pk] == now.records[pk], f"the record of {incident} changed after its end"
        elif incident.state in ENDED:
            nothing_is_left(incident, now)
        if was:
            roles_pass_without_a_gap(was, incident, before, now)
        cleared_with_safety(was, incident, before, now)
        belongs_rightly(incident, now)
    runs_are_whole()
    nothing_leaks(now, world, at)
    nobody_outside_is_told(now)


def changes_are_said(was: Incident, incident: Incident, now: Seen) -> None:
    """A state goes where it may, and whatever changes has its line."""
    said = {line.verb.removeprefix("incident.") for line in now.lines}
    for field in Incident._meta.concrete_fields:
        old, new = getattr(was, field.attname), getattr(incident, field.attname)
        if old != new:
            assert said & set(SAYS_SO.get(field.attname, ())), f"{field.attname}: {old} to {new}, and {said}"
    assert was.state == incident.state or incident.state in ON[State(was.state)]


def milestones_are_in_order(incident: Incident) -> None:
    ladder = [incident.mitigated_at, incident.restored_at, incident.stood_down_at, incident.closed_at]
    passed = [each for each in ladder if each]
    assert incident.started_at <= incident.detected_at <= incident.declared_at
    assert [incident.started_at, *passed] == sorted([incident.started_at, *passed])
    if incident.state in {S.DUPLICATE, S.CANCELLED}:
        return
    assert bool(incident.restored_at) == (incident.state not in ACTIVE)
    assert bool(incident.stood_down_at) == (incident.state in {S.STOOD_DOWN, S.CLOSED})
    assert bool(incident.closed_at) == (incident.state == S.CLOSED)
    assert incident.mitigated_at or incident.state != S.MITIGATED


def promises_are_right(incident: Incident, now: Seen) -> None:
    """While the service is not back: what the last update promised, or sooner where it became more severe since."""
    last = now.updates[incident.pk][-1]
    if incident.state not in ACTIVE:
        assert incident.next_update_due_at is None
        return
    latest = last.published_at + now.every[last.severity].update_every
    assert last.next_due_at
    assert last.published_at < last.next_due_at <= latest
    worse = [
        line.at + now.every[int(line.to)].update_every
        for line in now.severities
        if line.subject_id == str(incident.pk) and line.at > last.published_at
    ]
    due = min([last.next_due_at, *worse])
    assert incident.next_update_due_at == due


def cleared_with_safety(was: Incident | None, incident: Incident, before: Seen, now: Seen) -> None:
    """At severity 1 and 2 no all-clear, to all or to one area, before clinical safety agreed; nor is it closed."""
    if incident.severity not in SEVERE or incident.pk in now.agreed:
        return
    assert incident.state != S.CLOSED
    assert incident.state != S.STOOD_DOWN or (was and was.state == S.STOOD_DOWN)
    for pk, area in now.areas.items():
        told_before = pk in before.areas and before.areas[pk].stood_down_at == area.stood_down_at
        assert area.incident_id != incident.pk or area.stood_down_at is None or told_before


def nothing_is_left(incident: Incident, now: Seen) -> None:
    """What ends leaves nobody in a role, nothing in use and no service hit; what is closed nothing outstanding."""
    assert not now.held(incident.pk)
    assert not any(each.assignment_id in now.roles_of(incident.pk) for each in now.handovers)
    assert not any(now.assignments[pk].state == Held.OFFERED for pk in now.roles_of(incident.pk))
    assert not Impact.objects.filter(incident=incident, until=None).exists()
    assert not Run.objects.filter(incident=incident, state__in=Run.OPEN).exists()
    if incident.state == S.CLOSED:
        left = [
            *OutsideBody.objects.filter(incident=incident).waiting(),
            *SecondLook.objects.doubting().filter(update_read__incident=incident),
            *SeverityChange.objects.waiting().filter(incident=incident),
            *(
                each
                for each in now.areas.values()
                if _is_on_paper(each.incident_id, each.stood_down_at, incident)
            ),
        ]
        assert left == [], f"closed, with {left}"
        assert incident.severity not in SEVERE or "not_assessed" not in {
            incident.patient_safety, incident.data_security
        }  # fmt: skip


def belongs_rightly(incident: Incident, now: Seen) -> None:
    """No circles and no chains; an exercise and what is real have nothing to do with each other."""
    whole = now.incidents.get(incident.parent_id or 0)
    same = now.incidents.get(incident.duplicate_of_id or 0)
    assert (same is not None) == (incident.state == S.DUPLICATE)
    for other in filter(None, (whole, same)):
        assert other.pk != incident.pk
        assert other.is_exercise == incident.is_exercise
    assert same is None or same.duplicate_of_id is None
    assert whole is None or whole.parent_id is None
    assert whole is None or incident.state in ENDED or whole.state != S.DUPLICATE
    assert not (whole and whole.duplicate_of_id == incident.pk)


def runs_are_whole() -> None:
    required = StepRun.objects.filter(run__state=Run.State.COMPLETED, step__is_required=True)
    assert not required.exclude(state__in=StepRun.SETTLED).exists()


def _is_on_paper(of: int, stood_down_at: datetime | None, incident: Incident) -> bool:
    return of == incident.pk and stood_down_at is None and incident.severity in SEVERE
