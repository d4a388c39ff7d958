"""Asking areas whether they are ready for planned work, their answers, and the reminders until they have answered."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from continuity.accounts.models import User
from continuity.catalogue.models import Area
from continuity.core.ledger import Name
from continuity.notifications.models.delivery import Delivery


class CallQuerySet(models.QuerySet["Call"]):
    def open(self, at: datetime) -> Self:
        """Still to be answered: not closed, and the work has not begun."""
        return self.filter(closed_at=None, starts_at__gt=at)

    def about(self, kind: str, ref: str) -> Self:
        return self.filter(subject_kind=kind, subject_ref=ref)

    def with_something_due(self, at: datetime) -> Self:
        """Those with a reminder whose time has come."""
        return self.filter(pk__in=Reminder.objects.due(at).values("call"))


class Call(models.Model):
    """The areas of one announced piece of work are asked to read it and be ready. Its areas are frozen.

    One is added only where the notice comes to name it. New times are a new call, which closes the one before: what
    was confirmed was the old notice.
    """

    subject_kind = models.CharField(max_length=60)
    subject_ref = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=200)
    notice = models.TextField("what areas read before they answer", default="", db_default="", blank=True)
    number = models.PositiveSmallIntegerField("1 for the first announcement, then 2 and so on")
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField("when the first service is hit")
    ends_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_ref", "number"], name="calls_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_ref"],
                condition=Q(closed_at=None),
                name="one_open_call_a_subject",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_call_is_about_some_time"),
        ]
        indexes = [models.Index(fields=["starts_at"], condition=Q(closed_at=None), name="call_open")]

    def __str__(self) -> str:
        return f"{self.subject_ref}, notice {self.number}"

    @property
    def ledger_label(self) -> str:
        return self.subject_ref

    @property
    def subject(self) -> Name:
        """What it is about, as messages and the ledger name it."""
        return Name(self.subject_kind, "", self.subject_ref)

    def is_open(self, at: datetime) -> bool:
        return self.closed_at is None and self.starts_at > at


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def missing(self) -> Self:
        return self.filter(confirmed_at=None)

    def given(self) -> Self:
        return self.filter(confirmed_at__isnull=False)

    def told(self) -> Self:
        """With all that says who confirmed and how, in the same query."""
        return self.select_related("area", "person", "delivery")


class Confirmation(models.Model):
    """One area of a call, asked when it was opened or later; "read and ready" once `confirmed_at` is set."""

    class How(models.TextChoices):
        WEB = "web", "by a person who logged in"
        KIOSK = "kiosk", "on the area's own computer"
        DELEGATE = "delegate", "on behalf of the area"
        LINK = "link", "by link"

    call = models.ForeignKey(Call, models.CASCADE, related_name="confirmations")
    area = models.ForeignKey(Area, models.CASCADE, related_name="confirmations")
    asked_at = models.DateTimeField("when it was asked, if later than the others", null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=10, choices=How, blank=True)
    person = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField("who said so, by role", max_length=120, blank=True)
    delivery = models.ForeignKey(
        Delivery, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="whose link it was"
    )

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ["area__name"]
        constraints = [
            models.UniqueConstraint(fields=["call", "area"], name="one_answer_an_area"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, how="") | Q(confirmed_at__isnull=False) & ~Q(how=""),
                name="an_answer_says_how_it_came",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} for {self.call}"

    @property
    def by_words(self) -> str:
        """Who said so and how: Ward sister, on the area's own computer. Empty while nobody has."""
        match self.how:
            case Confirmation.How.WEB:
                return str(self.person or "a person who has left")
            case Confirmation.How.KIOSK:
                return f"{self.name}, on the area's own computer"
            case Confirmation.How.DELEGATE:
                return f"{self.person or 'a person who has left'}, on behalf of the area, told by {self.name}"
            case Confirmation.How.LINK:
                return f"by link sent to {self.delivery.address}" if self.delivery else "by link"
            case _:
                return ""

    @property
    def ledger_label(self) -> str:
        return f"{self.call.subject_ref}: {self.area.key}"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def due(self, at: datetime) -> Self:
        return self.filter(done_at=None, due_at__lte=at, call__closed_at=None)


class Reminder(models.Model):
    """Something a call still has to say, and when; written with the call, done once."""

    class What(models.TextChoices):
        WEEK = "week", "7 days before, to areas that have not confirmed"
        DAY = "day", "1 day before, to areas that have not confirmed"
        HOURS = "hours", "2 hours before, to every area's shared contact"
        OWNER = "owner", "who is missing, to the owner"

    call = models.ForeignKey(Call, models.CASCADE, related_name="reminders")
    what = models.CharField(max_length=10, choices=What)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["due_at"]
        constraints = [models.UniqueConstraint(fields=["call", "what", "due_at"], name="reminded_once")]
        indexes = [models.Index(fields=["due_at"], condition=Q(done_at=None), name="reminder_waiting")]

    def __str__(self) -> str:
        return f"{self.call}: {self.get_what_display()}"
