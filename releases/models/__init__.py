"""Planned work: releases, what each disturbs and when, what staff are told, and freezes."""

from releases.models.disruption import Disruption, Extension
from releases.models.freeze import Freeze
from releases.models.notice import Approval, Instruction, Update
from releases.models.release import DRAFTS, OVER, RUNNING, Release, ReleaseQuerySet, State

__all__ = [
    "DRAFTS", "OVER", "RUNNING", "Approval", "Disruption", "Extension", "Freeze", "Instruction",
    "Release", "ReleaseQuerySet", "State", "Update",
]  # fmt: skip
