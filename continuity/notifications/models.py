"""What was said to whom: messages, who wants to hear, and one delivery a person and channel."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Service


class Kind(models.TextChoices):
    """What a message is about, as people choose it."""

    PLANNED_WORK = "planned_work", "Planned work"
    INCIDENT = "incident", "Incidents"
    REVIEW = "review", "Reviews and lessons"


class Channel(models.TextChoices):
    PORTAL = "portal", "Messages in the portal"
    EMAIL = "email", "Email"


class Subscription(models.Model):
    """A person wants to hear about a kind of news by a channel: of one service, one area, or everything."""

    person = models.ForeignKey(User, models.CASCADE, related_name="subscriptions")
    kind = models.CharField(max_length=20, choices=Kind)
    channel = models.CharField(max_length=20, choices=Channel)
    service = models.ForeignKey(Service, models.CASCADE, null=True, blank=True, related_name="+")
    area = models.ForeignKey(Area, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "channel", "service", "area"],
                name="one_subscription_each",
                nulls_distinct=False,
                violation_error_message="You have chosen this already.",
            ),
            models.CheckConstraint(
                condition=Q(service__isnull=True) | Q(area__isnull=True), name="service_or_area_or_everything"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} on {self.kind} by {self.channel}"


class Message(models.Model):
    """One thing said to an audience. `key` makes it idempotent: the same event is said once."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    subject_kind = models.CharField(max_length=60)
    subject_ref = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    body = models.TextField()
    url = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["subject_kind", "subject_ref"], name="message_by_subject")]

    def __str__(self) -> str:
        return self.title


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, at: datetime) -> Self:
        return self.filter(state=Delivery.State.QUEUED, due_at__lte=at)

    def lost(self, at: datetime) -> Self:
        """Taken by a worker that was not heard of again: its lease has run out."""
        return self.filter(state=Delivery.State.SENDING, leased_until__lte=at)

    def undelivered(self) -> Self:
        """What a person has to look at: given up, or not known whether it arrived."""
        return self.filter(state__in=[Delivery.State.FAILED, Delivery.State.UNKNOWN])

    def inbox_of(self, person: User) -> Self:
        return self.filter(person=person, channel=Channel.PORTAL).select_related("message")

    def unread_by(self, person: User) -> Self:
        return self.filter(person=person, channel=Channel.PORTAL, read_at__isnull=True)


class Delivery(models.Model):
    """One message to one person by one channel: the row is the truth, its state says how far it came."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not delivered"
        UNKNOWN = "unknown", "Not known whether it arrived"

    STEPS: ClassVar[Mapping[str, frozenset[str]]] = {
        State.QUEUED: frozenset({State.SENDING}),
        State.SENDING: frozenset({State.SENT, State.QUEUED, State.FAILED, State.UNKNOWN}),
        State.SENT: frozenset(),
        State.FAILED: frozenset({State.QUEUED}),
        State.UNKNOWN: frozenset({State.QUEUED, State.SENT}),
    }

    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries")
    person = models.ForeignKey(User, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20, choices=Channel)
    address = models.CharField(max_length=254, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField("when its worker counts as dead", null=True, blank=True)
    begun_at = models.DateTimeField("when it began to be handed over", null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField("why it was not delivered", max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["message", "person", "channel"], name="told_once_a_channel"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="delivery_waiting"),
            models.Index(fields=["leased_until"], condition=Q(state="sending"), name="delivery_in_flight"),
            models.Index(fields=["person", "-id"], condition=Q(channel="portal"), name="delivery_inbox"),
            models.Index(
                fields=["person"], condition=Q(channel="portal", read_at__isnull=True), name="delivery_unread"
            ),
            models.Index(
                fields=["-id"], condition=Q(state__in=["failed", "unknown"]), name="delivery_undelivered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message} to {self.person_id} by {self.channel}"

    @property
    def ledger_label(self) -> str:
        return f"{self.message.subject_ref} to {self.person} by {self.channel}"

    def get_absolute_url(self) -> str:
        return reverse("notifications:message", args=[self.pk])
