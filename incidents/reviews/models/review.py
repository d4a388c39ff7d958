"""Reviews and the parts of their text."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from incidents.exercises.models import Exercise
from incidents.models import Incident
from releases.models import Release


class State(models.TextChoices):
    """How far a review is; its actions live on after it is published."""

    DUE = "due", "Due"
    SCHEDULED = "scheduled", "Scheduled"
    DRAFTING = "drafting", "Being written"
    IN_REVIEW = "in_review", "With the approver"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"
    WAIVED = "waived", "Waived"


class ReviewQuerySet(models.QuerySet["Review"]):
    def published(self) -> Self:
        return self.filter(state=State.PUBLISHED)

    def open(self) -> Self:
        return self.exclude(state__in=[State.PUBLISHED, State.WAIVED])

    def about(self, service: Service) -> Self:
        return self.filter(Q(incident__impacts__service=service) | Q(release__services=service)).distinct()


class Review(models.Model):
    """A look back at an incident, a release, an exercise or a theme. Factors, not culprits."""

    class Kind(models.TextChoices):
        HOT_DEBRIEF = "hot_debrief", "Hot debrief"
        AFTER_ACTION = "after_action_review", "After action review"
        DESK = "desk_review", "Desk review"
        THEMATIC = "thematic", "Thematic review"
        FULL = "full_review", "Full review"
        POST_RELEASE = "post_release", "Look back at a release"

    STEPS = {
        State.DUE: frozenset({State.SCHEDULED, State.DRAFTING, State.WAIVED}),
        State.SCHEDULED: frozenset({State.DRAFTING, State.WAIVED}),
        State.DRAFTING: frozenset({State.IN_REVIEW}),
        State.IN_REVIEW: frozenset({State.DRAFTING, State.APPROVED}),
        State.APPROVED: frozenset({State.PUBLISHED}),
        State.PUBLISHED: frozenset(),
        State.WAIVED: frozenset(),
    }

    ref = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=30, choices=Kind, default=Kind.AFTER_ACTION)
    state = models.CharField(max_length=20, choices=State, default=State.DUE)
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="reviews")
    release = models.ForeignKey(Release, models.PROTECT, null=True, blank=True, related_name="reviews")
    exercise = models.ForeignKey(Exercise, models.PROTECT, null=True, blank=True, related_name="reviews")
    theme = models.CharField(max_length=160, blank=True)
    due_on = models.DateField(null=True, blank=True)
    held_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    facilitator = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approver = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    summary = models.TextField("summary for all staff", blank=True)
    waived_why = models.CharField(max_length=300, blank=True)
    timeline = models.JSONField("copy of the timeline, taken when writing begins", default=list, blank=True)
    timeline_hash = models.CharField(max_length=64, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    allows_anonymous = models.BooleanField(default=False)
    version = models.PositiveIntegerField("counts changes, so that a stale form is noticed", default=1)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(author__isnull=True) | Q(approver__isnull=True) | ~Q(author=F("approver")),
                name="nobody_approves_their_own_review",
                violation_error_message="Somebody other than the author must approve a review.",
            ),
            models.CheckConstraint(
                condition=Q(incident__isnull=False)
                | Q(release__isnull=False)
                | Q(exercise__isnull=False)
                | ~Q(theme=""),
                name="a_review_looks_back_at_something",
            ),
            models.CheckConstraint(
                condition=~Q(state="waived") | ~Q(waived_why=""), name="a_waived_review_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("reviews:detail", args=[self.ref])


class Section(models.Model):
    """One part of a review's text. A stale save is noticed by its version and shown as a difference."""

    class Code(models.TextChoices):
        EFFECT = "effect", "Effect on patients and staff"
        EXPECTED = "expected", "What was expected to happen"
        HAPPENED = "happened", "What happened"
        DIFFERENCE = "difference", "Why there was a difference"
        CHANGE = "change", "What we will change"
        WENT_WELL = "went_well", "What went well"
        LUCKY = "lucky", "Where we were lucky"
        TO_IMPROVE = "to_improve", "What to improve"
        PLANS = "plans", "How plans, command and updates held up"
        QUESTIONS = "questions", "Open questions"
        WELFARE = "welfare", "Welfare"

    review = models.ForeignKey(Review, models.CASCADE, related_name="sections")
    code = models.CharField(max_length=20, choices=Code)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    saved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["review", "code"], name="one_section_each")]

    def __str__(self) -> str:
        return self.get_code_display()


class Amendment(models.Model):
    """A change after approval: a new text beside the old, with its reason. Append-only."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="amendments")
    text = models.TextField()
    reason = models.CharField(max_length=300)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"amendment {self.pk}"
