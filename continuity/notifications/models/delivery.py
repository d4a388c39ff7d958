"""One message to one recipient by one channel, and how far it came."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.models import Area
from continuity.notifications.models.kinds import Channel
from continuity.notifications.models.message import Message
from continuity.notifications.models.outside import Contact, Endpoint

TEXT: models.TextField[str, str] = models.TextField()


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, at: datetime) -> Self:
        return self.filter(state=Delivery.State.QUEUED, due_at__lte=at)

    def lost(self, at: datetime) -> Self:
        """Taken by a worker that was not heard of again: its lease has run out."""
        return self.filter(state=Delivery.State.SENDING, leased_until__lte=at)

    def undelivered(self) -> Self:
        """What a person has to look at: given up, or not known whether it arrived."""
        return self.filter(state__in=[Delivery.State.FAILED, Delivery.State.UNKNOWN])

    def settled_in_person(self) -> Self:
        """To people, and with nothing left to do: neither waiting, nor for somebody to look at."""
        state = Delivery.State
        return self.filter(person__isnull=False, state__in=[state.SENT, state.SUPERSEDED, state.WITHDRAWN])

    def about(self, kind: str, ref: str) -> Self:
        """Of what was said about one subject, named as the ledger names it."""
        return self.filter(message__subject_kind=kind, message__subject_ref=ref)

    def inbox_of(self, person: User) -> Self:
        shown = self.filter(person=person, channel=Channel.PORTAL, state=Delivery.State.SENT)
        return shown.select_related("message")

    def unread_by(self, person: User) -> Self:
        return self.filter(
            person=person, channel=Channel.PORTAL, state=Delivery.State.SENT, read_at__isnull=True
        )


class Delivery(models.Model):
    """One message to one recipient by one channel: the row is the truth, its state says how far it came."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not delivered"
        UNKNOWN = "unknown", "Not known whether it arrived"
        SUPERSEDED = "superseded", "Not sent: newer news came first"
        WITHDRAWN = "withdrawn", "Taken back"

    STEPS: ClassVar[Mapping[str, frozenset[str]]] = {
        State.QUEUED: frozenset({State.SENDING, State.SUPERSEDED, State.WITHDRAWN}),
        State.SENDING: frozenset({State.SENT, State.QUEUED, State.FAILED, State.UNKNOWN}),
        State.SENT: frozenset({State.WITHDRAWN}),
        State.FAILED: frozenset({State.QUEUED, State.WITHDRAWN}),
        State.UNKNOWN: frozenset({State.QUEUED, State.SENT, State.WITHDRAWN}),
        State.SUPERSEDED: frozenset(),
        State.WITHDRAWN: frozenset(),
    }

    # The unique constraint begins with it. Message and person are checked once a statement (core/checked_at_once.py).
    message = models.ForeignKey(
        Message, models.CASCADE, related_name="deliveries", db_index=False, db_constraint=False
    )
    # Each index is written 40,000 times when 20,000 people are told on two channels: of people only the inbox's is
    # kept, and of the others, which are few, partial ones.
    person = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="deliveries",
        db_index=False,
        db_constraint=False,
    )
    area = models.ForeignKey(Area, models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    contact = models.ForeignKey(
        Contact, models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    endpoint = models.ForeignKey(
        Endpoint, models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    # One value that names the recipient, so that rows for the same one are found by it.
    whom = models.GeneratedField(
        expression=Case(
            *(
                When(**{f"{sort}__isnull": False}, then=Concat(Value(letter), Cast(F(f"{sort}_id"), TEXT)))
                for sort, letter in (("person", "p"), ("area", "a"), ("contact", "c"), ("endpoint", "e"))
            ),
            default=Value(""),
            output_field=models.CharField(max_length=24),
        ),
        output_field=models.CharField(max_length=24),
        db_persist=True,
    )
    channel = models.CharField(max_length=20, choices=Channel)
    address = models.CharField(max_length=600, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.QUEUED)
    is_for_digest = models.BooleanField("waits for the day's letter", default=False)
    # The later one that is sent in its place, which tells what this one said unless it is out of date.
    joined_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="joined", db_index=False
    )
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
            models.UniqueConstraint(
                fields=["message", "whom", "channel"],
                name="told_once_a_channel",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, area=None, contact=None, endpoint=None)
                | Q(person=None, area__isnull=False, contact=None, endpoint=None)
                | Q(person=None, area=None, contact__isnull=False, endpoint=None)
                | Q(person=None, area=None, contact=None, endpoint__isnull=False),
                name="a_delivery_has_one_recipient",
            ),
        ]
        indexes = [
            models.Index(fields=["channel", "due_at"], condition=Q(state="queued"), name="delivery_waiting"),
            models.Index(fields=["leased_until"], condition=Q(state="sending"), name="delivery_in_flight"),
            models.Index(fields=["joined_to"], condition=Q(joined_to__isnull=False), name="delivery_joined"),
            models.Index(fields=["area"], condition=Q(area__isnull=False), name="delivery_to_area"),
            models.Index(fields=["contact"], condition=Q(contact__isnull=False), name="delivery_to_contact"),
            models.Index(
                fields=["endpoint"], condition=Q(endpoint__isnull=False), name="delivery_to_endpoint"
            ),
            models.Index(fields=["person", "-id"], condition=Q(channel="portal"), name="delivery_inbox"),
            models.Index(
                fields=["person"], condition=Q(channel="portal", read_at__isnull=True), name="delivery_unread"
            ),
            models.Index(
                fields=["-id"], condition=Q(state__in=["failed", "unknown"]), name="delivery_undelivered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message} to {self.recipient} by {self.channel}"

    @property
    def recipient(self) -> User | Area | Contact | Endpoint | None:
        """Whoever it is for; never None in the database."""
        return self.person or self.area or self.contact or self.endpoint

    @property
    def ledger_label(self) -> str:
        whom = self.contact.ledger_label if self.contact else str(self.recipient)
        return f"{self.message.subject_ref} to {whom} by {self.channel}"

    def get_absolute_url(self) -> str:
        return reverse("notifications:message", args=[self.pk])
