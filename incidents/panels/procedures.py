"""Procedures in the room: those in use, and those that fit."""

from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from continuity.core.clock import local_day
from incidents.course import Course, offered, with_steps
from incidents.models import Incident


def facts(incident: Incident, person: User, at: datetime) -> dict[str, Any]:
    """What is in use, the latest first, what ended, and what is offered."""
    runs = list(with_steps(incident.runs.order_by("-started_at")))
    courses = [Course(run, at) for run in runs]
    today = local_day(at)
    return {
        "in_use": [course for course in courses if course.run.is_open],
        "ended_runs": [course for course in courses if not course.run.is_open],
        "offers": [(version, version.is_past_review(today)) for version in offered(incident, runs)],
    }
