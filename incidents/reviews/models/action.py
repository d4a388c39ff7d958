"""What will be changed, by whom and by when."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse

from continuity.accounts.models import User
from continuity.plans.models import Version
from incidents.reviews.chasing import LONG_LATE
from incidents.reviews.models.finding import Factor
from incidents.reviews.models.review import Review
from releases.models import Release


class ActionQuerySet(models.QuerySet["Action"]):
    def open(self) -> Self:
        return self.exclude(state__in=[Action.State.VERIFIED, Action.State.REJECTED, Action.State.CANCELLED])

    def overdue(self, on: date) -> Self:
        """Past their day and not done; what is claimed done waits for its check, not for its owner."""
        return self.open().exclude(state=Action.State.CLAIMED_DONE).filter(due_on__lt=on)

    def long_late(self, on: date) -> Self:
        """Not over 30 days or more past their day, also where only the check is missing."""
        return self.open().filter(due_on__lte=on - LONG_LATE)

    def counted(self) -> Self:
        """Those that were not given up: they answer a factor, done or not."""
        return self.exclude(state__in=[Action.State.REJECTED, Action.State.CANCELLED])

    def with_moves(self) -> Self:
        """Each with how often its day was moved, as `moves`, in the same query."""
        return self.annotate(moves=Count("date_changes"))

    def visible_to(self, person: Any) -> Self:
        """Those of the reviews that this person may read, and their own."""
        if person is None or not person.is_authenticated:
            return self.none()
        readable = Review.objects.visible_to(person)
        return self.filter(Q(review__in=readable) | Q(owner=person) | Q(verifier=person))

    def matching(self, words: str) -> Self:
        """Those whose title, owner or review hold the words, in any case."""
        own = (
            Q(title__icontains=words) | Q(owner_role__icontains=words) | Q(owner__job_title__icontains=words)
        )
        return self.filter(own | Q(review__title__icontains=words) | Q(review__ref__icontains=words))


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

    STEPS: ClassVar[Mapping[str, frozenset[str]]] = {
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
    # What proves it. Before it is claimed done, the version of a procedure that a newer one shall replace.
    plan_version = models.ForeignKey(Version, models.PROTECT, null=True, blank=True, related_name="+")
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

    def get_absolute_url(self) -> str:
        return reverse("reviews:action", args=[self.review.ref, self.number])

    @property
    def whose(self) -> str:
        """The owner: a person, by job title, or the role it waits at."""
        return str(self.owner) if self.owner else self.owner_role

    @property
    def is_open(self) -> bool:
        return bool(self.STEPS[self.state])

    def is_overdue(self, on: date) -> bool:
        """Past its day and not done; what is claimed done waits for its check, not for its owner."""
        return self.is_open and self.state != self.State.CLAIMED_DONE and self.due_on < on


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
