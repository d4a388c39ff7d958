"""Procedures in use."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from continuity.accounts.models import User
from continuity.plans.models import Version
from incidents.models.incident import Incident


class Run(models.Model):
    """A procedure in use, pinned to the version it began with."""

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        COMPLETED = "completed", "Completed"
        ABANDONED = "abandoned", "Abandoned"

    STEPS: ClassVar[Mapping[str, frozenset[str]]] = {
        State.RUNNING: frozenset({State.PAUSED, State.COMPLETED, State.ABANDONED}),
        State.PAUSED: frozenset({State.RUNNING, State.ABANDONED}),
        State.COMPLETED: frozenset(),
        State.ABANDONED: frozenset(),
    }

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="runs")
    version = models.ForeignKey(Version, models.PROTECT, related_name="runs")
    state = models.CharField(max_length=20, choices=State, default=State.RUNNING)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=200, blank=True)
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "version"],
                condition=Q(state__in=["running", "paused"]),
                name="a_version_runs_once_at_a_time",
                violation_error_message="This procedure is running in this incident already.",
            )
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"


class StepRun(models.Model):
    """One step of a run: who did it when, with what evidence, or why it was skipped."""

    class State(models.TextChoices):
        PENDING = "pending", "To do"
        IN_PROGRESS = "in_progress", "In progress"
        DONE = "done", "Done"
        SKIPPED = "skipped", "Skipped"
        NOT_APPLICABLE = "not_applicable", "Not needed"
        BLOCKED = "blocked", "Blocked"

    STEPS: ClassVar[Mapping[str, frozenset[str]]] = {
        State.PENDING: frozenset(
            {State.IN_PROGRESS, State.DONE, State.SKIPPED, State.NOT_APPLICABLE, State.BLOCKED}
        ),
        State.IN_PROGRESS: frozenset({State.DONE, State.SKIPPED, State.NOT_APPLICABLE, State.BLOCKED}),
        State.BLOCKED: frozenset({State.IN_PROGRESS, State.DONE, State.SKIPPED, State.NOT_APPLICABLE}),
        State.DONE: frozenset(),
        State.SKIPPED: frozenset(),
        State.NOT_APPLICABLE: frozenset(),
    }

    run = models.ForeignKey(Run, models.CASCADE, related_name="steps")
    step = models.ForeignKey("plans.Step", models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.PENDING)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    second_person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    entered_at = models.DateTimeField(null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    is_on_paper = models.BooleanField(default=False)

    class Meta:
        ordering = ["step__order"]
        constraints = [models.UniqueConstraint(fields=["run", "step"], name="a_step_runs_once")]

    def __str__(self) -> str:
        return f"step {self.step_id} of run {self.run_id}"
