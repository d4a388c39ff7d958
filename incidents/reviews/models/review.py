"""Reviews and the parts of their text."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Service
from incidents.exercises.models import Exercise
from incidents.models import Incident
from incidents.reviews.models.observation import Observation
from incidents.reviews.models.state import OVER, State
from incidents.reviews.owing import is_always_reviewed
from incidents.severity import FULL_PATH
from releases.models import Release


class ReviewQuerySet(models.QuerySet["Review"]):
    def published(self) -> Self:
        return self.filter(state=State.PUBLISHED)

    def open(self) -> Self:
        return self.exclude(state__in=OVER)

    def overdue(self, on: date) -> Self:
        return self.open().filter(due_on__lt=on)

    def about(self, service: Service) -> Self:
        return self.about_any([service.pk])

    def about_any(self, services: Iterable[int]) -> Self:
        """Those of what hit or names one of the services (primary keys)."""
        chosen = list(services)
        hit = Q(incident__impacts__service__in=chosen) | Q(release__disruptions__service__in=chosen)
        named = Q(release__services__in=chosen) | Q(observation__service__in=chosen)
        found = Review.objects.filter(hit | named)
        # Of a theme each of its records counts; asked one by one, so that each is found by its index.
        themes = [
            Review.objects.filter(**{f"sources__{way}__in": chosen}).values("pk")
            for way in (
                "incident__impacts__service", "release__disruptions__service", "release__services",
                "observation__service",
            )
        ]  # fmt: skip
        return self.filter(
            Q(pk__in=found.values("pk")) | Q(*(Q(pk__in=each) for each in themes), _connector=Q.OR)
        )

    def looking_at(self, kind: str, record: models.Model) -> Self:
        """Those of one record, alone or among others; `kind` is what a review calls it: incident, release."""
        themes = Review.objects.filter(**{f"sources__{kind}": record})
        return self.filter(Q(**{kind: record}) | Q(pk__in=themes.values("pk")))

    def matching(self, words: str) -> Self:
        """Those whose title, reference, summary, sections or subject hold the words, in any case."""
        own = Q(ref__icontains=words) | Q(title__icontains=words) | Q(summary__icontains=words)
        subjects = ("incident__ref", "release__ref", "exercise__ref", "observation__ref")
        subject = Q(*((f"{ref}__icontains", words) for ref in subjects), _connector=Q.OR)
        written = Review.objects.filter(sections__text__icontains=words)
        return self.filter(own | subject | Q(pk__in=written.values("pk")))

    def visible_to(self, person: Any) -> Self:
        """Published ones everybody who is logged in, others who reads reviews; of a restricted incident who runs it.

        A theme is kept as close as the closest of its records.
        """
        if person is None or not person.is_authenticated:
            return self.none()
        seen = self
        if not person.may(Permission.REVIEW_READ):
            seen = seen.published().filter(exercise=None).exclude(sources__exercise__isnull=False)
        if not person.may(Permission.INCIDENT_RUN):
            seen = seen.exclude(incident__is_restricted=True).exclude(sources__incident__is_restricted=True)
        return seen

    def with_subject(self) -> Self:
        return self.select_related("incident", "release", "exercise", "observation")


class Review(models.Model):
    """A look back at an incident, a release, an exercise, an observation or a theme. Factors, not culprits."""

    class Kind(models.TextChoices):
        HOT_DEBRIEF = "hot_debrief", "Hot debrief"
        AFTER_ACTION = "after_action_review", "After action review"
        DESK = "desk_review", "Desk review"
        THEMATIC = "thematic", "Thematic review"
        FULL = "full_review", "Full review"
        POST_RELEASE = "post_release", "Look back at a release"

    STEPS: ClassVar[Mapping[str, frozenset[str]]] = {
        State.DUE: frozenset({State.SCHEDULED, State.DRAFTING, State.WAIVED}),
        # Its meeting may be called off.
        State.SCHEDULED: frozenset({State.DUE, State.DRAFTING, State.WAIVED}),
        State.DRAFTING: frozenset({State.IN_REVIEW, State.WAIVED}),
        State.IN_REVIEW: frozenset({State.DRAFTING, State.APPROVED}),
        State.APPROVED: frozenset({State.PUBLISHED}),
        State.PUBLISHED: frozenset(),
        # What came back after it was dealt with is owed again.
        State.WAIVED: frozenset({State.DUE}),
    }

    ref = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=30, choices=Kind, default=Kind.AFTER_ACTION)
    state = models.CharField(max_length=20, choices=State, default=State.DUE)
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="reviews")
    release = models.ForeignKey(Release, models.PROTECT, null=True, blank=True, related_name="reviews")
    exercise = models.ForeignKey(Exercise, models.PROTECT, null=True, blank=True, related_name="reviews")
    observation = models.ForeignKey(
        Observation, models.PROTECT, null=True, blank=True, related_name="reviews"
    )
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
    key_moments = models.JSONField("numbers of those that matter, from 0", default=list, blank=True)
    figures = models.JSONField("figures, taken when writing begins", default=list, blank=True)
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
                | Q(observation__isnull=False)
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

    @property
    def subject(self) -> Incident | Release | Exercise | Observation | None:
        """What is looked back at; None for a theme."""
        return self.incident or self.release or self.exercise or self.observation

    @property
    def is_of_group(self) -> bool:
        """Several people look back together, and somebody facilitates."""
        return not (self.release_id or self.observation_id)

    @property
    def is_short(self) -> bool:
        """One person and four questions are enough: severity 3 and 4, planned work, and observations."""
        if self.incident:
            return self.incident.severity not in FULL_PATH
        return self.release is not None or self.observation is not None

    @property
    def may_be_waived(self) -> bool:
        """Never at severity 1 and 2, nor of confirmed harm or data loss."""
        return not (self.incident and is_always_reviewed(self.incident))


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

    @property
    def lines(self) -> list[str]:
        """One finding a line, as most people write them."""
        return [line.strip().removeprefix("- ") for line in self.text.splitlines() if line.strip()]


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
