"""A release: its states, its window, and the questions asked of many."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.clock import length
from continuity.notifications.models import AudienceList
from releases.models.series import Series


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
DRAFTS = frozenset({State.DRAFT, State.IN_REVIEW})
# Told, and not taking place as it was.
OFF = frozenset({State.CANCELLED, State.POSTPONED})
# What anybody on a trusted network may read, unless it was cancelled before it was published: `was_told`.
TOLD = frozenset(State) - DRAFTS


# Several years of a large trust. A search reads no more of the past than this at a time.
LOOKED_THROUGH = 2000
# How long after its planned end work was over.
LATE_BY = ExpressionWrapper(F("ended_at") - F("work__endswith"), models.DurationField())


class ReleaseQuerySet(models.QuerySet["Release"]):
    def told(self) -> Self:
        """Those staff were told about, as `Release.was_told`: no drafts, and none that ended as drafts."""
        return self.filter(state__in=TOLD).exclude(state=State.CANCELLED, published_at=None)

    def drafts(self) -> Self:
        return self.filter(state__in=DRAFTS)

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
        begun = Release.objects.filter(disruptions__actual=None, disruptions__span__startswith__lte=at)
        return self.filter(state=State.CHECKING, pk__in=begun.values("pk"))

    def touching(self, service: Service | str) -> Self:
        """Those that hit or name a service, given itself or by its key."""
        key = service if isinstance(service, str) else service.key
        from releases.models.disruption import Disruption  # it points here

        # Asked of each release: of the few that are open the database need not read all that the service ever had.
        named = Release.services.through.objects.filter(service__key=key, release=OuterRef("pk"))
        hit = Disruption.objects.filter(service__key=key, release=OuterRef("pk"))
        return self.filter(Exists(named) | Exists(hit))

    def touching_any(self, services: models.QuerySet[Service]) -> Self:
        """Those that hit or name any of the services."""
        return self.filter(self._about(services))

    def belonging_to(self, person: User) -> Self:
        """Those that a person owns, and those that touch a service of one of their teams."""
        theirs = self.touching_any(Service.objects.filter(owner__members=person))
        return self.filter(owner=person) | theirs

    def matching(self, words: str) -> Self:
        """Those whose reference, title, summary or services hold the words, in any case."""
        own = Q(ref__icontains=words) | Q(title__icontains=words) | Q(summary__icontains=words)
        return self.filter(own | self._about(Service.objects.filter(name__icontains=words)))

    def _about(self, services: models.QuerySet[Service]) -> Q:
        """They hit or name any of the services; of work that is none of these nothing is read."""
        these, chosen = self.order_by().values("pk"), services.order_by().values("pk")
        found = Release.objects.filter(pk__in=these)
        named, hit = found.filter(services__in=chosen), found.filter(disruptions__service__in=chosen)
        return Q(pk__in=named.values("pk")) | Q(pk__in=hit.values("pk"))

    def late_by(self, least: timedelta) -> Self:
        """Those that ended so long after their work window, or longer."""
        return self.alias(late_by=LATE_BY).filter(late_by__gte=least)

    def latest_of(self, most: int) -> "tuple[Self, Release | None]":
        """The latest so many of these, and the last of those where there are more; one query."""
        edge = list(self.order_by("-work", "-id")[most - 1 : most + 1])
        if len(edge) <= 1:
            return self, None
        last = edge[0]
        return self.filter(work__gte=last.work).exclude(work=last.work, pk__lt=last.pk), last

    def older_than(self, ref: str) -> Self:
        """Those that stand after the release of that reference when the latest come first; all where there is none."""
        last = Release.objects.filter(ref=ref).first() if ref.isprintable() else None
        if last is None:
            return self
        return self.filter(work__lte=last.work).exclude(work=last.work, pk__gte=last.pk)

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

    STEPS: ClassVar[Mapping[str, frozenset[str]]] = {
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
    # Told besides those who hear about its services; at most one has no name and is this release's own.
    audiences = models.ManyToManyField(AudienceList, blank=True, related_name="+")
    contact = models.CharField(max_length=300)
    local_note = models.TextField("what carries on locally", blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="releases")
    owner_role = models.CharField(max_length=120, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    is_held = models.BooleanField("does not start by the clock", default=False)
    why_soon = models.TextField("why it cannot wait for the usual notice", blank=True)
    rollback_plan = models.TextField("how it is undone", blank=True)
    rollback_by = models.DateTimeField("last moment to begin undoing it", null=True, blank=True)
    may_monitor_end = models.BooleanField("a watched job may say that the service is back", default=False)
    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, related_name="releases")
    series_start = models.DateTimeField("the start by its series' rule", null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    start_told_at = models.DateTimeField("when staff were told of its present start", null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    back_at = models.DateTimeField("service back, being checked", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    postponed_to = models.DateTimeField(null=True, blank=True)
    postponed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="who chose that start"
    )
    outcome = models.TextField("how it ended, in words for staff", blank=True)
    evidence = models.TextField("what the watched jobs did", blank=True)
    lesson = models.TextField("what was learned", blank=True)
    follow_ups = models.TextField("what is still to do", blank=True)
    version = models.PositiveIntegerField("counts changes, so that a stale form is noticed", default=1)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-work", "-id"]
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
            models.CheckConstraint(
                condition=Q(rollback_by=None) | Q(work__contains=F("rollback_by")),
                name="rollback_begins_inside_the_work",
                violation_error_message="The last moment to begin the rollback must lie inside the work window.",
            ),
            models.CheckConstraint(
                condition=Q(series=None, series_start=None)
                | Q(series__isnull=False, series_start__isnull=False),
                name="an_occurrence_knows_its_place",
            ),
            models.UniqueConstraint(fields=["series", "series_start"], name="one_release_an_occurrence"),
        ]
        indexes = [
            models.Index(
                fields=["state"],
                condition=~Q(state__in=["completed", "cancelled", "rolled_back"]),
                name="release_open",
            ),
            # The calendar reads what shares time with its days, the list what ended last.
            GistIndex(fields=["work"], name="release_by_time"),
            models.Index(fields=["-work", "-id"], name="release_newest_first"),
            # What ended lately is on the board, and waits for its evidence and its review.
            models.Index(fields=["ended_at"], name="release_ended"),
            models.Index(LATE_BY, name="release_late_by"),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("releases:detail", args=[self.ref])

    @property
    def was_told(self) -> bool:
        """Whether staff were told of it; a draft that was cancelled never was. In rows: `told()`."""
        is_cancelled_draft = self.state == State.CANCELLED and self.published_at is None
        return self.state in TOLD and not is_cancelled_draft

    @property
    def is_moved_alone(self) -> bool:
        """Whether an occurrence that takes place stands elsewhere than the rule of its series says."""
        is_there = self.series_start is not None and self.state != State.CANCELLED
        return is_there and self.starts_at != self.series_start

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

    @property
    def delay(self) -> timedelta:
        """How much later postponed work is to start than its notice says; nothing once its new times stand in it."""
        if self.state != State.POSTPONED or self.postponed_to is None:
            return timedelta(0)
        return length(self.starts_at, self.postponed_to)

    @property
    def has_new_times(self) -> bool:
        """Whether the new times of postponed work stand in its notice, though nobody was told them yet."""
        return self.state == State.POSTPONED and self.postponed_to == self.starts_at
