"""What is looked at after every press: incidents and what hangs on them, and the lines and messages that are new."""

from dataclasses import dataclass, field

from django.db.models import Max

from continuity.core.models import Line
from continuity.notifications.models import Message
from incidents.models import (
    ENDED,
    AreaStandDown,
    Handover,
    Incident,
    RoleAssignment,
    SafetyAgreement,
    SeverityRule,
    Update,
)
from tests.incidents.playing.rows import record_of


@dataclass(frozen=True)
class Seen:
    """One look; `lines` and `messages` are those since the look before."""

    incidents: dict[int, Incident]
    assignments: dict[int, RoleAssignment]
    handovers: list[Handover]
    updates: dict[int, list[Update]]
    areas: dict[int, AreaStandDown]
    agreed: frozenset[int]
    severities: list[Line]
    lines: list[Line]
    messages: list[Message]
    every: dict[int, SeverityRule]
    records: dict[int, str] = field(default_factory=dict)
    last_line: int = 0
    last_message: int = 0

    @staticmethod
    def of_all(before: "Seen | None" = None) -> "Seen":
        """What is true now, of every incident of the play."""
        line, message = (before.last_line, before.last_message) if before else (_last(Line), _last(Message))
        incidents = Incident.objects.in_bulk()
        updates: dict[int, list[Update]] = {pk: [] for pk in incidents}
        for update in Update.objects.order_by("number"):
            updates[update.incident_id].append(update)
        lines = list(Line.objects.filter(pk__gt=line).order_by("pk"))
        messages = list(Message.objects.filter(pk__gt=message).order_by("pk"))
        return Seen(
            incidents=incidents,
            assignments=RoleAssignment.objects.select_related("role", "person").in_bulk(),
            handovers=list(Handover.objects.proposed()),
            updates=updates,
            areas=AreaStandDown.objects.in_bulk(),
            agreed=frozenset(SafetyAgreement.objects.standing().values_list("incident_id", flat=True)),
            severities=list(Line.objects.filter(verb="incident.severity_set").order_by("pk")),
            lines=lines,
            messages=messages,
            every=SeverityRule.objects.in_bulk(),
            records={pk: record_of(pk) for pk, each in incidents.items() if each.state in ENDED},
            last_line=lines[-1].pk if lines else line,
            last_message=messages[-1].pk if messages else message,
        )

    def held(self, incident: int) -> list[RoleAssignment]:
        """Who holds which role now."""
        return [
            each
            for each in self.assignments.values()
            if each.incident_id == incident and each.state == RoleAssignment.State.ACTIVE
        ]

    def roles_of(self, incident: int) -> set[int]:
        """Primary keys of everything that was ever held or offered in it."""
        return {pk for pk, each in self.assignments.items() if each.incident_id == incident}


def _last(model: type[Line] | type[Message]) -> int:
    return model.objects.aggregate(last=Max("pk"))["last"] or 0
