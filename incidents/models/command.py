"""What command asks for beside roles: a second person for a lower severity, clinical safety's agreement, reports up."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from continuity.accounts.models import User
from incidents.models.incident import Incident


class SeverityChangeQuerySet(models.QuerySet["SeverityChange"]):
    def waiting(self) -> Self:
        """Those that nobody else has confirmed and no later change has overtaken; one an incident at most."""
        return self.filter(confirmed_at__isnull=True, is_overtaken=False)


class SeverityChange(models.Model):
    """A severity that was lowered from 1 or 2: it counts at once, and a second person confirms it in time."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="severity_changes")
    was = models.PositiveSmallIntegerField()
    severity = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    confirm_by_at = models.DateTimeField("by when a second person confirms it")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    is_overtaken = models.BooleanField("the severity changed again before", default=False)

    objects = SeverityChangeQuerySet.as_manager()

    class Meta:
        ordering = ["changed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("changed_by")),
                name="nobody_confirms_their_own_severity",
                violation_error_message="Somebody else must confirm the lower severity.",
            )
        ]
        indexes = [
            models.Index(
                fields=["confirm_by_at"],
                condition=Q(confirmed_at__isnull=True, is_overtaken=False),
                name="severity_unconfirmed",
            )
        ]

    def __str__(self) -> str:
        return f"severity {self.was} to {self.severity} of {self.incident}"


class SafetyQuerySet(models.QuerySet["SafetyAgreement"]):
    def standing(self) -> Self:
        """Those that no reopening has ended."""
        return self.filter(ended_at__isnull=True)


class SafetyAgreement(models.Model):
    """Clinical safety agrees that a service returns to use; opening the incident again ends the agreement."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="safety_agreements")
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_by_role = models.CharField("who agreed, by role", max_length=120)
    agreed_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="who entered what was said by phone",
    )
    words = models.CharField("on what it rests", max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SafetyQuerySet.as_manager()

    class Meta:
        ordering = ["agreed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=Q(ended_at__isnull=True),
                name="one_agreement_stands",
                violation_error_message="Clinical safety has agreed already.",
            )
        ]

    def __str__(self) -> str:
        return f"agreement of {self.agreed_by_role} in {self.incident}"


class Sitrep(models.Model):
    """A situation report up the chain of command, filled from the record and authorised by a name. Append-only."""

    LEDGER_HOLDS: ClassVar[str] = "incident"

    class Shape(models.TextChoices):
        METHANE = "methane", "METHANE"
        CAN = "can", "Conditions, actions, needs"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="sitreps")
    number = models.PositiveIntegerField()
    shape = models.CharField(max_length=20, choices=Shape)
    # Pairs, since the database keeps no order of keys.
    parts = models.JSONField("heading to words, in order")
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    authorised_by = models.CharField("who authorised it, by role", max_length=120)

    class Meta:
        ordering = ["incident", "number"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="sitrep_numbers_are_unique")
        ]

    def __str__(self) -> str:
        return f"situation report {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:sitrep", args=[self.incident.ref, self.number])

    @property
    def authorised_words(self) -> str:
        return f"Authorised by: {self.authorised_by}"
