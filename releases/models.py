"""Planned work: releases, what each disturbs and when, what staff are told, and freezes."""

from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.clock import length
from continuity.core.level import Effect


class State(models.TextChoices):
    """How far a release is. An overrun is computed from its times, never a state."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Planned"
    IN_PROGRESS = "in_progress", "In progress"
    CHECKING = "checking", "Back and being checked"
    COMPLETED = "completed", "Completed"
    ROLLED_BACK = "rolled_back", "Rolled back"
    CANCELLED = "cancelled", "Cancelled"
    POSTPONED = "postponed", "Postponed"


OVER = frozenset({State.COMPLETED, State.ROLLED_BACK, State.CANCELLED})
RUNNING = frozenset({State.IN_PROGRESS, State.CHECKING})
# What anybody on a trusted network may read: everything staff were told about.
TOLD = frozenset(State) - {State.DRAFT, State.IN_REVIEW}


class ReleaseQuerySet(models.QuerySet["Release"]):
    def told(self) -> Self:
        """Those staff were told about: everything but drafts."""
        return self.filter(state__in=TOLD)

    def upcoming(self) -> Self:
        return self.filter(state__in=[State.PUBLISHED, State.POSTPONED])

    def under_way(self) -> Self:
        return self.filter(state__in=RUNNING)

    def over(self) -> Self:
        return self.filter(state__in=OVER)

    def due_to_start(self, at: datetime) -> Self:
        """Published, not held, and their work window has begun."""
        return self.filter(state=State.PUBLISHED, is_held=False, work__startswith__lte=at)

    def running(self, at: datetime) -> Self:
        """Those in progress or being checked, and those the clock has begun, whether or not a worker wrote it."""
        return self.filter(
            Q(state__in=RUNNING) | Q(state=State.PUBLISHED, is_held=False, work__startswith__lte=at)
        )

    def ahead(self, at: datetime) -> Self:
        """Those staff can still expect: planned, on hold or postponed."""
        begun = Q(state=State.PUBLISHED, is_held=False, work__startswith__lte=at)
        return self.upcoming().exclude(begun)

    def to_go_on(self, at: datetime) -> Self:
        """Being checked after one outage while the next has begun by the clock."""
        next_one = Disruption.objects.filter(
            release=OuterRef("pk"), actual__isnull=True, span__startswith__lte=at
        )
        return self.filter(Exists(next_one), state=State.CHECKING)

    def touching(self, service: Service) -> Self:
        """Those that hit or name a service."""
        hit = Disruption.objects.filter(release=OuterRef("pk"), service=service)
        named = Release.services.through.objects.filter(release=OuterRef("pk"), service=service)
        return self.filter(Exists(hit) | Exists(named))

    def matching(self, words: str) -> Self:
        """Those whose reference, title, summary or services hold the words, in any case."""
        by_name = Disruption.objects.filter(release=OuterRef("pk"), service__name__icontains=words)
        own = Q(ref__icontains=words) | Q(title__icontains=words) | Q(summary__icontains=words)
        return self.filter(own | Exists(by_name))

    def within(self, start: datetime, end: datetime) -> Self:
        return self.filter(work__overlap=(start, end))


class Release(models.Model):
    """A piece of planned work and its notice. Planned and actual times are different fields."""

    class Kind(models.TextChoices):
        RELEASE = "release", "Release"
        MAINTENANCE = "maintenance", "Maintenance"
        PATCHING = "patching", "Security updates"
        EMERGENCY = "emergency_change", "Emergency change"
        SUPPLIER = "supplier_work", "Work by a supplier"
        RESILIENCE_TEST = "resilience_test", "Resilience test"

    class Source(models.TextChoices):
        LOCAL = "local", "The trust"
        NATIONAL = "national", "A national service"
        SUPPLIER = "supplier", "A supplier"

    STEPS = {
        State.DRAFT: frozenset({State.IN_REVIEW, State.PUBLISHED, State.CANCELLED}),
        State.IN_REVIEW: frozenset({State.DRAFT, State.PUBLISHED, State.CANCELLED}),
        State.PUBLISHED: frozenset({State.IN_PROGRESS, State.CANCELLED, State.POSTPONED}),
        State.IN_PROGRESS: frozenset({State.CHECKING, State.COMPLETED, State.ROLLED_BACK}),
        State.CHECKING: frozenset({State.IN_PROGRESS, State.COMPLETED, State.ROLLED_BACK}),
        State.POSTPONED: frozenset({State.PUBLISHED, State.CANCELLED}),
        State.COMPLETED: frozenset(),
        State.ROLLED_BACK: frozenset(),
        State.CANCELLED: frozenset(),
    }

    ref = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.RELEASE)
    source = models.CharField(max_length=20, choices=Source, default=Source.LOCAL)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    summary = models.TextField("what it means for staff", blank=True)
    reason = models.TextField("why it is done", blank=True)
    work = DateTimeRangeField("work window")
    services = models.ManyToManyField(Service, blank=True, related_name="releases")
    contact = models.CharField(max_length=300)
    local_note = models.TextField("what carries on locally", blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="releases")
    owner_role = models.CharField(max_length=120, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    is_held = models.BooleanField("does not start by the clock", default=False)
    is_approved = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    back_at = models.DateTimeField("service back, being checked", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    postponed_to = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField("how it ended, in words for staff", blank=True)
    evidence = models.TextField("what the watched jobs did", blank=True)
    lesson = models.TextField("what was learned", blank=True)
    version = models.PositiveIntegerField("counts changes, so that a stale form is noticed", default=1)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-work"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    work__isempty=False, work__startswith__isnull=False, work__endswith__isnull=False
                ),
                name="work_window_is_not_empty",
                violation_error_message="The work must end later than it starts.",
            ),
            models.CheckConstraint(
                condition=~Q(state="completed") | ~Q(outcome=""),
                name="a_completed_release_has_an_outcome",
                violation_error_message="Say how it ended, in words for staff.",
            ),
            models.CheckConstraint(
                # An unknown instant is in order with every other.
                condition=(Q(back_at__isnull=True) | Q(ended_at__isnull=True) | Q(back_at__lte=F("ended_at")))
                & (Q(started_at__isnull=True) | Q(ended_at__isnull=True) | Q(started_at__lte=F("ended_at")))
                & (Q(started_at__isnull=True) | Q(back_at__isnull=True) | Q(started_at__lte=F("back_at"))),
                name="release_times_are_in_order",
                violation_error_message="The work must start, be back and end in that order.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state"],
                condition=~Q(state__in=["completed", "cancelled", "rolled_back"]),
                name="release_open",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("releases:detail", args=[self.ref])

    @property
    def starts_at(self) -> datetime:
        start: datetime = self.work.lower
        return start

    @property
    def ends_at(self) -> datetime:
        end: datetime = self.work.upper
        return end

    @property
    def work_length(self) -> timedelta:
        return length(self.starts_at, self.ends_at)


class Disruption(models.Model):
    """How a release hits one service, and from when to when. Two of one service never overlap (database)."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="disruptions")
    service = models.ForeignKey(Service, models.PROTECT, related_name="disruptions")
    effect = models.CharField(max_length=20, choices=Effect.choices())
    span = DateTimeRangeField("planned")
    actual = DateTimeRangeField("what happened; without an end while it lasts", null=True, blank=True)

    class Meta:
        ordering = ["span", "-effect", "service"]
        constraints = [
            ExclusionConstraint(
                name="disruptions_of_one_service_do_not_overlap",
                expressions=[
                    ("release", RangeOperators.EQUAL),
                    ("service", RangeOperators.EQUAL),
                    ("span", RangeOperators.OVERLAPS),
                ],
                violation_error_message="Two outages of one service overlap. Change one of them or join them.",
            ),
            models.CheckConstraint(
                condition=Q(
                    span__isempty=False, span__startswith__isnull=False, span__endswith__isnull=False
                ),
                name="a_disruption_is_not_empty",
                violation_error_message="The outage must end later than it starts.",
            ),
            models.CheckConstraint(
                condition=Q(actual__isnull=True) | Q(actual__isempty=False, actual__startswith__isnull=False),
                name="what_happened_has_a_beginning",
                violation_error_message="The outage must have ended later than it started.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.effect} in {self.release_id}"

    @property
    def length(self) -> timedelta:
        return length(self.span.lower, self.span.upper)


class Instruction(models.Model):
    """What staff do before, during or after; for one role, or for everybody."""

    class Phase(models.TextChoices):
        BEFORE = "before", "Before"
        DURING = "during", "During"
        AFTER = "after", "After"

    release = models.ForeignKey(Release, models.CASCADE, related_name="instructions")
    phase = models.CharField(max_length=10, choices=Phase)
    order = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["release", "order"]

    def __str__(self) -> str:
        return self.text


class Update(models.Model):
    """News about a release, in the order it was told. Append-only."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="updates")
    at = models.DateTimeField()
    stage = models.CharField(max_length=40)
    text = models.TextField()
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    author_role = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.release_id} {self.stage}"


class Extension(models.Model):
    """The planned end was moved to a later time, and why. Append-only: the first promise is never forgotten."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="extensions")
    was = models.DateTimeField("planned end before")
    to = models.DateTimeField("planned end from then on")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to__gt=F("was")),
                name="an_extension_ends_later",
                violation_error_message="The new end must be later than the planned one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release_id} to {self.to}"


class Approval(models.Model):
    """Somebody's agreement to a release, by role."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="approvals")
    role = models.CharField(max_length=120)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["release", "role"], name="one_approval_a_role")]

    def __str__(self) -> str:
        return self.role


class Freeze(models.Model):
    """A span in which the trust changes nothing that it can leave."""

    ref = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=160)
    span = DateTimeRangeField()
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-span"]
        constraints = [models.CheckConstraint(condition=Q(span__isempty=False), name="a_freeze_is_not_empty")]

    def __str__(self) -> str:
        return self.ref
