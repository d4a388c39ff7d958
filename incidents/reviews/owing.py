"""Why an incident must be looked back at: how severe it was, and what kind. Pure: a row at hand, no database."""

from incidents.models import Incident
from incidents.severity import FULL_PATH

# What is owed although its severity sets no day, and planned work, is looked back at as soon as a medium incident.
LIKE_SEVERITY = 3
KINDS = {
    Incident.Level.CONTINUITY: "it was a business continuity incident",
    Incident.Level.CRITICAL: "it was a critical incident",
}
CONFIRMED = Incident.Assessment.CONFIRMED


def reasons(incident: Incident) -> list[str]:
    """Why its review is owed, each as half a sentence; none where no rule asks for one."""
    found = [
        (incident.severity in FULL_PATH, f"it was severity {incident.severity}"),
        (incident.level in KINDS, KINDS.get(Incident.Level(incident.level), "")),
        (incident.patient_safety == CONFIRMED, "an effect on patient safety is confirmed"),
        (incident.data_security == CONFIRMED, "a data or cyber incident is confirmed"),
        (incident.needs_review, "somebody asked for it"),
    ]
    return [why for is_so, why in found if is_so]


def is_always_reviewed(incident: Incident) -> bool:
    """Nobody may do without the review (reference: reviews, the guard of "to waived")."""
    confirmed = CONFIRMED in {incident.patient_safety, incident.data_security}
    return incident.severity in FULL_PATH or confirmed


def due_like(incident: Incident) -> int:
    """The severity whose days it is due within: its own, and a medium one's where it is milder and still owed."""
    return min(incident.severity, LIKE_SEVERITY) if reasons(incident) else incident.severity
