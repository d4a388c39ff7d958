"""What will be changed, by whom and by when."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from continuity.accounts.models import User
from incidents.reviews.models.finding import Factor
from incidents.reviews.models.review import Review
from releases.models import Release


class ActionQuerySet(models.QuerySet["Action"]):
    def open(self) -> Self:
        return self.exclude(state__in=[Action.State.VERIFIED, Action.State.REJECTED, Action.State.CANCELLED])

    def overdue(self, on: date) -> Self:
        return self.open().filter(due_on__lt=on)


class Action(models.Model):
    """What will be changed: an owner, a date, how strong it is, and somebody else who checks it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        ACCEPTED = "accepted", "Accepted"
        IN_PROGRESS = "in_progress", "In progress"
        CLAIMED_DONE = "claimed_done", "Done, not checked"
        VERIFIED = "verified", "Checked and done"
        REJECTED = "rejected", "Rejected"
        CANCELLED = "cancelled", "Cancelled"

    class Strength(models.TextChoices):
        STRONG = "strong", "Strong: removes the hazard"
        MEDIUM = "medium", "Medium: checks, alarms, drills"
        WEAK = "weak", "Weak: reminders, training"

    STEPS = {
        State.PROPOSED: frozenset({State.ACCEPTED, State.REJECTED, State.CANCELLED}),
        State.ACCEPTED: frozenset({State.IN_PROGRESS, State.CLAIMED_DONE, State.CANCELLED}),
        State.IN_PROGRESS: frozenset({State.CLAIMED_DONE, State.CANCELLED}),
        State.CLAIMED_DONE: frozenset({State.VERIFIED, State.IN_PROGRESS}),
        State.VERIFIED: frozenset(),
        State.REJECTED: frozenset(),
        State.CANCELLED: frozenset(),
    }

    review = models.ForeignKey(Review, models.PROTECT, related_name="actions")
    number = models.PositiveSmallIntegerField()
    factor = models.ForeignKey(Factor, models.PROTECT, null=True, blank=True, related_name="actions")
    title = models.CharField(max_length=300)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="actions")
    owner_role = models.CharField(max_length=120, blank=True)
    verifier = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    strength = models.CharField(max_length=10, choices=Strength)
    due_on = models.DateField()
    state = models.CharField(max_length=20, choices=State, default=State.PROPOSED)
    measure = models.CharField("how we will know", max_length=300, blank=True)
    evidence = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)
    release = models.ForeignKey(Release, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="action_numbers_are_unique"),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(verifier__isnull=True) | ~Q(owner=F("verifier")),
                name="nobody_checks_their_own_action",
                violation_error_message="Somebody other than the owner must check an action.",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | ~Q(owner_role=""), name="an_action_has_an_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review} action {self.number}"


class DateChange(models.Model):
    """An action's date was moved: from, to, why, with whose agreement. Counted, never hidden."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="date_changes")
    old = models.DateField()
    new = models.DateField()
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.old} to {self.new}"
