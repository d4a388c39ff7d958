"""Planned work: releases, what each disturbs and when, who agrees to it, how it runs, and what the trust asks."""

from releases.models.agreement import Approval, Opinion, Version
from releases.models.disruption import Disruption, Extension, Outage
from releases.models.freeze import Freeze
from releases.models.notice import Instruction, Update
from releases.models.policy import Approver, BusyTime, Policy, Rule
from releases.models.release import (
    DRAFTS,
    LOOKED_THROUGH,
    OFF,
    OVER,
    RUNNING,
    Release,
    ReleaseQuerySet,
    State,
)
from releases.models.running import Check, GoDecision, RunStep
from releases.models.series import Series, SeriesException

__all__ = [
    "DRAFTS", "LOOKED_THROUGH", "OFF", "OVER", "RUNNING", "Approval", "Approver", "BusyTime", "Check", "Disruption",
    "Extension", "Freeze", "GoDecision", "Instruction", "Opinion", "Outage", "Policy", "Release",
    "ReleaseQuerySet", "Rule", "RunStep", "Series", "SeriesException", "State", "Update", "Version",
]  # fmt: skip
