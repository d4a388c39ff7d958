"""What happens by the clock while nobody acts: escalations level by level, and reminders that are due."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from continuity.accounts.models import User
from continuity.command.models import Chain, ChainVersion
from incidents.models.incident import Incident
from incidents.models.roles import RoleAssignment


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def standing(self) -> Self:
        return self.exclude(state=Escalation.State.ENDED)

    def due(self, at: datetime) -> Self:
        """Those that go on by themselves by now."""
        over = (Escalation.State.EXHAUSTED, Escalation.State.ENDED)
        return self.exclude(state__in=over).filter(next_at__lte=at)

    def exhausted(self) -> Self:
        return self.filter(state=Escalation.State.EXHAUSTED)


class Escalation(models.Model):
    """A chain that runs because something was not answered, pinned to the version it began with."""

    class State(models.TextChoices):
        RUNNING = "running", "Being escalated"
        PAUSED = "paused", "Paused"
        TAKEN = "taken", "Somebody took it"
        EXHAUSTED = "exhausted", "Nobody answered"
        ENDED = "ended", "Over"

    STEPS: ClassVar[Mapping[str, frozenset[str]]] = {
        State.RUNNING: frozenset({State.PAUSED, State.TAKEN, State.EXHAUSTED, State.ENDED}),
        State.PAUSED: frozenset({State.RUNNING, State.TAKEN, State.ENDED}),
        # Taking it goes stale: with nothing written down in time, it goes on.
        State.TAKEN: frozenset({State.RUNNING, State.ENDED}),
        State.EXHAUSTED: frozenset({State.TAKEN, State.ENDED}),
        State.ENDED: frozenset(),
    }

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="escalations")
    cause = models.CharField(max_length=20, choices=Chain.Cause)
    version = models.ForeignKey(ChainVersion, models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.RUNNING)
    level = models.PositiveSmallIntegerField("the level told last; 0: none yet", default=0)
    round = models.PositiveSmallIntegerField(default=1)
    next_at = models.DateTimeField("when it goes on by itself", null=True, blank=True)
    started_at = models.DateTimeField()
    paused_why = models.CharField(max_length=200, blank=True)
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "cause"],
                condition=~Q(state="ended"),
                name="one_escalation_a_cause",
                violation_error_message="This is being escalated already.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["running", "paused", "taken"]) | Q(next_at__isnull=False),
                name="an_escalation_always_goes_on",
                violation_error_message="An escalation that runs has its next instant.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=~Q(state__in=["exhausted", "ended"]), name="escalation_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()}: {self.incident}"


class EscalationCall(models.Model):
    """Whom one level told, or why it told nobody. Append-only."""

    class Outcome(models.TextChoices):
        TOLD = "told", "Told"
        NOBODY = "nobody", "Nobody on call"
        NO_CONTACT = "no_contact", "No working contact"
        OFF_HOURS = "off_hours", "Not in working hours"
        OUTSIDE = "outside", "May not be told of it"

    escalation = models.ForeignKey(Escalation, models.PROTECT, related_name="calls")
    level = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    role = models.CharField("the role or post of the level", max_length=120)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.role}: {self.get_outcome_display()}"


class ChaseQuerySet(models.QuerySet["Chase"]):
    def due(self, at: datetime) -> Self:
        return self.filter(done_at__isnull=True, due_at__lte=at)


class Chase(models.Model):
    """A reminder that is due at an instant; the row is the truth, a task only knocks."""

    class What(models.TextChoices):
        PROMISE_SOON = "promise_soon", "The next update is due in 5 minutes"
        LEADERLESS = "leaderless", "Nobody leads it"
        UNKNOWN = "unknown", "Impact or urgency is not known yet"
        LONG_SHIFT = "long_shift", "8 hours in a role"
        TOO_LONG_SHIFT = "too_long_shift", "12 hours in a role"
        OUTSTANDING = "outstanding", "Something is outstanding"
        OUTSIDE_BODY = "outside_body", "An outside body must be told"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="chases")
    what = models.CharField(max_length=20, choices=What)
    assignment = models.ForeignKey(RoleAssignment, models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ChaseQuerySet.as_manager()

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "what", "assignment", "due_at"],
                nulls_distinct=False,
                name="a_chase_is_due_once",
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(done_at__isnull=True), name="chase_due")]

    def __str__(self) -> str:
        return f"{self.what} of {self.incident}"
