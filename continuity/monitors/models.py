"""Heartbeats that jobs send, each change of their state, and the evidence they give a release."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from continuity.catalogue.models import Service
from releases.models import Release


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def overdue(self, at: datetime) -> Self:
        """Up, and silent for longer than expected and grace together."""
        return self.filter(state=Heartbeat.State.UP, due_at__lt=at)


class Heartbeat(models.Model):
    """A job that says it ran. Silence past its due time is a failure (Healthchecks semantics)."""

    class State(models.TextChoices):
        NEW = "new", "Never heard of"
        UP = "up", "Up"
        DOWN = "down", "Down"
        PAUSED = "paused", "Paused"

    STEPS = {
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
    number_name = models.CharField("what the number it sends counts", max_length=40, blank=True)
    number_least = models.IntegerField("fewest that is well", null=True, blank=True)
    last_number = models.IntegerField(null=True, blank=True)

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(timeout_s__range=(60, 31_536_000), grace_s__range=(60, 31_536_000)),
                name="timeout_and_grace_are_60_seconds_to_365_days",
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="up"), name="heartbeat_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def ledger_label(self) -> str:
        return self.key

    @property
    def patience(self) -> timedelta:
        return timedelta(seconds=self.timeout_s + self.grace_s)


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
