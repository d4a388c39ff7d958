"""What must be true of restricted incidents and exercises: they are nowhere they may not be."""

from datetime import datetime

from continuity.accounts.permissions import Permission
from continuity.board.facts import read_facts
from incidents.models import Handover, Incident, RoleAssignment
from tests.incidents.playing.seen import Seen
from tests.incidents.playing.world import World

Held = RoleAssignment.State


def nothing_leaks(now: Seen, world: World, at: datetime) -> None:
    """Restricted incidents and exercises are nowhere they may not be."""
    kept = {pk for pk, each in now.incidents.items() if each.is_restricted or each.is_exercise}
    restricted = {pk for pk in kept if now.incidents[pk].is_restricted}
    anybody = set(Incident.objects.visible_to(None).values_list("pk", flat=True))
    board = set(Incident.objects.for_board().values_list("pk", flat=True))
    assert not (anybody | board) & kept
    for name in ("clinician", "stranger"):
        person = world.people[name]
        hidden = restricted if person.may(Permission.INCIDENT_READ) else kept
        hidden = {pk for pk in hidden if not _has_part(person.pk, pk, now)}
        assert not hidden & set(Incident.objects.visible_to(person).values_list("pk", flat=True))
    if kept:
        said = repr(read_facts(at))
        assert not [pk for pk in kept if now.incidents[pk].title in said]


def nobody_outside_is_told(now: Seen) -> None:
    """Of what is restricted only who may know of it, without its title; of an exercise nobody as if it were real."""
    by_ref = {each.ref: each for each in now.incidents.values()}
    for message in now.messages:
        about = by_ref.get(message.subject_ref)
        if about is None or not (about.is_restricted or about.is_exercise):
            continue
        assert message.title.startswith("EXERCISE") or not about.is_exercise, message.title
        assert not (about.is_restricted and about.title in message.title + message.body), message.title
        for delivery in message.deliveries.select_related("person"):
            assert delivery.person, f"{message.title} went to {delivery.whom}"
            may_know = delivery.person.may(Permission.INCIDENT_RUN)
            assert may_know or _had_part(delivery.person.pk, about.pk, now), message.title


def _has_part(person: int, incident: int, now: Seen) -> bool:
    own = now.roles_of(incident)
    standing = {Held.OFFERED, Held.ACTIVE}
    roles = (now.assignments[pk] for pk in own)
    return any(each.person_id == person and each.state in standing for each in roles) or any(
        each.to_id == person and each.assignment_id in own for each in now.handovers
    )


def _had_part(person: int, incident: int, now: Seen) -> bool:
    """Whoever was ever asked, asked somebody, or held a role."""
    own = now.roles_of(incident)
    asked = Handover.objects.filter(assignment__in=own).values_list("to_id", "proposed_by_id")
    roles = ((now.assignments[pk].person_id, now.assignments[pk].offered_by_id) for pk in own)
    return person in {each for pair in (*asked, *roles) for each in pair}
