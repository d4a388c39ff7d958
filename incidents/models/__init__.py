"""Unplanned failures: incidents, what staff read, the timeline, command roles and procedures in use."""

from incidents.models.command import SafetyAgreement, SeverityChange, Sitrep
from incidents.models.escalation import Chase, Escalation, EscalationCall
from incidents.models.incident import MAY_OWE_A_REVIEW, Impact, Incident, SeverityRule
from incidents.models.pressing import Follow, Press
from incidents.models.promises import SecondLook, Snooze, UpdateTemplate
from incidents.models.record import Entry, Update
from incidents.models.reports import Report, ReportTally
from incidents.models.roles import AreaStandDown, Handover, OutsideBody, RoleAssignment
from incidents.models.runs import Run, StepRun
from incidents.models.state import ACTIVE, BACK, ENDED, OPEN, State

__all__ = [
    "ACTIVE",
    "BACK",
    "ENDED",
    "MAY_OWE_A_REVIEW",
    "OPEN",
    "AreaStandDown",
    "Chase",
    "Entry",
    "Escalation",
    "EscalationCall",
    "Follow",
    "Handover",
    "Impact",
    "Incident",
    "OutsideBody",
    "Press",
    "Report",
    "ReportTally",
    "RoleAssignment",
    "Run",
    "SafetyAgreement",
    "SecondLook",
    "SeverityChange",
    "SeverityRule",
    "Sitrep",
    "Snooze",
    "State",
    "StepRun",
    "Update",
    "UpdateTemplate",
]
