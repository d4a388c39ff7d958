"""Unplanned failures: incidents, what staff read, the timeline, command roles and procedures in use."""

from incidents.models.incident import ACTIVE, OPEN, Impact, Incident, SeverityRule, State
from incidents.models.record import Entry, Report, Update
from incidents.models.roles import AreaStandDown, Handover, OutsideBody, RoleAssignment
from incidents.models.runs import Run, StepRun

__all__ = [
    "ACTIVE",
    "OPEN",
    "AreaStandDown",
    "Entry",
    "Handover",
    "Impact",
    "Incident",
    "OutsideBody",
    "Report",
    "RoleAssignment",
    "Run",
    "SeverityRule",
    "State",
    "StepRun",
    "Update",
]
