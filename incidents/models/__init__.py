"""Unplanned failures: incidents, what staff read, the timeline, command roles and procedures in use."""

from incidents.models.incident import Impact, Incident, SeverityRule
from incidents.models.record import Entry, Update
from incidents.models.reports import Report, ReportTally
from incidents.models.roles import AreaStandDown, Handover, OutsideBody, RoleAssignment
from incidents.models.runs import Run, StepRun
from incidents.models.state import ACTIVE, ENDED, OPEN, State

__all__ = [
    "ACTIVE",
    "ENDED",
    "OPEN",
    "AreaStandDown",
    "Entry",
    "Handover",
    "Impact",
    "Incident",
    "OutsideBody",
    "Report",
    "ReportTally",
    "RoleAssignment",
    "Run",
    "SeverityRule",
    "State",
    "StepRun",
    "Update",
]
