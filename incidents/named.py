"""Who may see something of their own in an incident's room, because a row about it names them. Reads only."""

from datetime import datetime

from continuity.command.rota import on_call
from incidents.models import EscalationCall, Handover, Incident, SecondLook


def named_in(incident: Incident, at: datetime) -> frozenset[int]:
    """By primary keys: whoever has or was offered a part, was told by an alarm, wrote or read an update, lowered the
    severity, declared it, or is on call. Two queries.
    """
    rows = incident.assignments.values_list("person_id").union(
        Handover.objects.filter(assignment__incident=incident).values_list("to_id"),
        EscalationCall.objects.filter(escalation__incident=incident).values_list("person_id"),
        SecondLook.objects.filter(update_read__incident=incident).values_list("by_id"),
        incident.updates.values_list("author_id"),
        incident.severity_changes.values_list("changed_by_id"),
    )
    duty = {post.person.pk for post in on_call(at) if post.person}
    found = {incident.declared_by_id, *(key for (key,) in rows), *duty}
    return frozenset(key for key in found if key is not None)
