"""Heartbeats that jobs send, each change of their state, and what they show of releases and of actions."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from continuity.catalogue.models import Kept, Service
from continuity.core.wording import count_words
from incidents.reviews.models import Action
from releases.models import Release

NAME_OF_A_NUMBER = RegexValidator(r"^[a-z][a-z_]*\Z", "Write one word in small letters, for example slots")


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def overdue(self, at: datetime) -> Self:
        """Up, and silent for longer than expected and grace together."""
        return self.filter(state=Heartbeat.State.UP, due_at__lt=at)

    def fresh(self, at: datetime) -> Self:
        """Heard of, well, and not overdue: each says that its service works, until `due_at`."""
        return self.filter(state=Heartbeat.State.UP, due_at__gte=at)

    def failing(self, at: datetime) -> Self:
        """Down, or overdue and not yet written down as such."""
        return self.filter(Q(state=Heartbeat.State.DOWN) | Q(state=Heartbeat.State.UP, due_at__lt=at))

    def matching(self, words: str) -> Self:
        """Those that have every one of the words in their name, key or service."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(name__icontains=word) | Q(key__icontains=word) | Q(service__name__icontains=word)
            )
        return found


class Heartbeat(Kept):
    """A job that says it ran. Silence past its due time is a failure (Healthchecks semantics)."""

    class State(models.TextChoices):
        NEW = "new", "Never heard of"
        UP = "up", "Up"
        DOWN = "down", "Down"
        PAUSED = "paused", "Paused"

    STEPS: ClassVar[Mapping[str, frozenset[str]]] = {
        State.NEW: frozenset({State.UP, State.DOWN, State.PAUSED}),
        State.UP: frozenset({State.DOWN, State.PAUSED}),
        State.DOWN: frozenset({State.UP, State.PAUSED}),
        State.PAUSED: frozenset({State.NEW}),
    }

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    service = models.ForeignKey(Service, models.CASCADE, related_name="heartbeats")
    secret = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    timeout_s = models.PositiveIntegerField("expected every, seconds", default=86_400)
    grace_s = models.PositiveIntegerField("grace, seconds", default=3_600)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    last_ping_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    number_name = models.CharField(
        "what the number it sends counts", max_length=40, blank=True, validators=[NAME_OF_A_NUMBER]
    )
    number_least = models.IntegerField("fewest that is well", null=True, blank=True)
    last_number = models.IntegerField(null=True, blank=True)

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(timeout_s__range=(60, 31_536_000), grace_s__range=(60, 31_536_000)),
                name="timeout_and_grace_are_60_seconds_to_365_days",
                violation_error_message="A job may be expected every minute to every 365 days, and be as late.",
            ),
            models.CheckConstraint(
                condition=Q(number_least__isnull=True) | ~Q(number_name=""),
                name="a_fewest_number_counts_something",
                violation_error_message="Say what the number counts, for example slots.",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="up"), name="heartbeat_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def ledger_label(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("monitors:heartbeat", args=[self.key])

    @property
    def patience(self) -> timedelta:
        """How long it may be silent before it counts as down."""
        return timedelta(seconds=self.timeout_s + self.grace_s)

    @property
    def expected_every(self) -> timedelta:
        return timedelta(seconds=self.timeout_s)

    @property
    def grace(self) -> timedelta:
        return timedelta(seconds=self.grace_s)

    def is_overdue(self, at: datetime) -> bool:
        return self.state == self.State.UP and self.due_at is not None and self.due_at < at

    def is_late(self, at: datetime) -> bool:
        """Whether it was expected already, and its grace lasts."""
        is_up = self.state == self.State.UP and self.last_ping_at is not None
        return is_up and not self.is_overdue(at) and self.last_ping_at + self.expected_every < at  # type: ignore[operator]

    @property
    def last_count(self) -> str:
        """The last number it sent, in words; nothing when it sent none."""
        return "" if self.last_number is None or not self.number_name else self.counted(self.last_number)

    def counted(self, number: int) -> str:
        """A number it sent, in words: 412 slots, 1 slot."""
        return count_words(number, self.number_name.removesuffix("s"), self.number_name)


class Flip(models.Model):
    """A heartbeat changed its state: both its history and what others act on."""

    heartbeat = models.ForeignKey(Heartbeat, models.CASCADE, related_name="flips")
    old = models.CharField(max_length=10, choices=Heartbeat.State)
    new = models.CharField(max_length=10, choices=Heartbeat.State)
    at = models.DateTimeField("when it happened, not when it was noticed")
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.heartbeat} {self.new}"


class Evidence(models.Model):
    """What a watched job did during or after a release."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="evidences")
    heartbeat = models.ForeignKey(Heartbeat, models.CASCADE, related_name="evidences")
    at = models.DateTimeField()
    text = models.CharField(max_length=200)
    is_good = models.BooleanField()

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["release", "heartbeat", "at"], name="evidence_is_kept_once")
        ]

    def __str__(self) -> str:
        return self.text


class Proof(models.Model):
    """As long as the job is well, an action of a review is known to work."""

    action = models.OneToOneField(Action, models.CASCADE, related_name="+")
    heartbeat = models.ForeignKey(Heartbeat, models.CASCADE, related_name="proofs")

    def __str__(self) -> str:
        return f"{self.action} by {self.heartbeat}"
