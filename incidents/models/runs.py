"""Procedures in use."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from continuity.accounts.models import User
from continuity.plans.models import Version
from incidents.models.incident import Incident


class Run(models.Model):
    """A procedure in use, pinned to the version it began with."""

    LEDGER_HOLDS: ClassVar[str] = "incident"

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        COMPLETED = "completed", "Completed"
        ABANDONED = "abandoned", "Abandoned"

    OPEN: ClassVar[frozenset[str]] = frozenset({State.RUNNING, State.PAUSED})
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
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "paused"]) | Q(ended_at__isnull=False),
                name="a_run_that_is_over_has_its_end",
            ),
            models.CheckConstraint(
                condition=~Q(state="abandoned") | ~Q(ended_why=""),
                name="an_abandoned_run_says_why",
                violation_error_message="Say why the procedure is abandoned.",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:procedure-run", args=[self.incident.ref, self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class StepRun(models.Model):
    """One step of a run: who did it when, with what evidence, or why it was skipped."""

    LEDGER_HOLDS: ClassVar[str] = "run__incident"

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
        State.IN_PROGRESS: frozenset(
            {State.PENDING, State.DONE, State.SKIPPED, State.NOT_APPLICABLE, State.BLOCKED}
        ),
        State.BLOCKED: frozenset(
            {State.PENDING, State.IN_PROGRESS, State.DONE, State.SKIPPED, State.NOT_APPLICABLE}
        ),
        # Taken back with a reason, as an event of its own.
        State.DONE: frozenset({State.PENDING}),
        State.SKIPPED: frozenset({State.PENDING}),
        State.NOT_APPLICABLE: frozenset({State.PENDING}),
    }
    # What needs nothing more before a run is completed.
    SETTLED: ClassVar[frozenset[str]] = frozenset({State.DONE, State.SKIPPED, State.NOT_APPLICABLE})

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
        constraints = [
            models.UniqueConstraint(fields=["run", "step"], name="a_step_runs_once"),
            models.CheckConstraint(
                condition=~Q(state="done")
                | Q(done_at__isnull=False, entered_at__isnull=False, done_at__lte=F("entered_at")),
                name="a_done_step_has_both_its_times",
                violation_error_message="A step that is done has the time it was done and the time it was entered.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["skipped", "not_applicable", "blocked"]) | ~Q(reason=""),
                name="what_is_not_done_says_why",
                violation_error_message="Say why the step is not done.",
            ),
            models.CheckConstraint(
                condition=Q(second_person__isnull=True) | ~Q(second_person=F("person")),
                name="nobody_is_their_own_second_person",
                violation_error_message="The second person must be somebody else.",
            ),
        ]

    def __str__(self) -> str:
        return f"step {self.step_id} of run {self.run_id}"

    @property
    def is_untouched(self) -> bool:
        """Nothing was done with it yet, so no line of the ledger holds it."""
        return self.state == self.State.PENDING

    @property
    def is_settled(self) -> bool:
        return self.state in self.SETTLED
