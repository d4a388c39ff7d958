"""What keeps the promise to staff: words that are ready, a second look, a snooze with a reason."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from continuity.accounts.models import User
from continuity.catalogue.models import Kept
from incidents.models.incident import Incident
from incidents.models.record import Update


class UpdateTemplate(Kept):
    """Words for an update, ready to be changed and published. `{service}` stands for what is hit."""

    key = models.SlugField(unique=True)
    title = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=Update.Kind, default=Update.Kind.UPDATE)
    stage = models.CharField(max_length=20, choices=Update.Stage, blank=True)
    happened = models.TextField("what happened")
    means = models.TextField("what it means for you", blank=True)
    do_now = models.TextField("what to do now", blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "title"]

    def __str__(self) -> str:
        return self.title

    @property
    def ledger_label(self) -> str:
        return self.key


class SecondLookQuerySet(models.QuerySet["SecondLook"]):
    def doubting(self) -> Self:
        """Those that say what is wrong with an update that nobody has corrected since."""
        corrected = Update.objects.filter(corrects=OuterRef("update_read"), published_at__gte=OuterRef("at"))
        return self.filter(~Exists(corrected), is_right=False).select_related("update_read")


class SecondLook(models.Model):
    """A second person read an update after it was published: right, or what is wrong with it. Append-only."""

    LEDGER_HOLDS: ClassVar[str] = "update_read__incident"

    update_read = models.ForeignKey(Update, models.PROTECT, related_name="looks")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_right = models.BooleanField()
    words = models.CharField(max_length=300, blank=True)

    objects = SecondLookQuerySet.as_manager()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["update_read", "by"],
                name="one_look_a_person",
                violation_error_message="You looked at this update already.",
            ),
            models.CheckConstraint(
                condition=Q(is_right=True) | ~Q(words=""),
                name="what_is_wrong_is_said",
                violation_error_message="Say what is wrong with the update.",
            ),
        ]

    def __str__(self) -> str:
        return f"second look at {self.update_read}"


class SnoozeQuerySet(models.QuerySet["Snooze"]):
    def of_promise(self) -> Self:
        """Those of the promise that is overdue now: a new update, and its new promise, leave them behind."""
        return self.filter(at__gte=F("incident__next_update_due_at"))

    def resting(self, at: datetime) -> Self:
        """Those that keep the alarm of an overdue promise quiet at `at`."""
        return self.of_promise().filter(at__lte=at, until__gt=at)


class Snooze(models.Model):
    """The alarm of an overdue promise rests for a while, at most one interval, with a reason. Append-only."""

    LEDGER_HOLDS: ClassVar[str] = "incident"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="snoozes")
    until = models.DateTimeField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = SnoozeQuerySet.as_manager()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(at__lt=F("until")),
                name="a_snooze_ends_later",
                violation_error_message="A snooze ends later than it begins.",
            )
        ]

    def __str__(self) -> str:
        return f"snooze {self.pk}"
