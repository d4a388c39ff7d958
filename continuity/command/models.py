"""Command roles, and rotas of who is on call."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.models import Kept


class CommandRole(models.Model):
    """A role in an incident: strategic (Gold), tactical (Silver), operational (Bronze) and those beside them."""

    class Level(models.TextChoices):
        STRATEGIC = "strategic", "Strategic (Gold)"
        TACTICAL = "tactical", "Tactical (Silver)"
        OPERATIONAL = "operational", "Operational (Bronze)"
        SUPPORT = "support", "Support"

    code = models.SlugField(unique=True)
    title = models.CharField(max_length=80, unique=True)
    level = models.CharField(max_length=20, choices=Level)
    held_by = models.CharField("who usually holds it", max_length=120, blank=True)
    has_single_holder = models.BooleanField(default=True)
    reports_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    needed_from_severity = models.PositiveSmallIntegerField(
        "needed at this severity and worse", null=True, blank=True
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "title"]

    def __str__(self) -> str:
        return self.title


class Rota(Kept):
    """A post that somebody is always meant to hold: duty IT manager, on-call executive."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=120, unique=True)
    role = models.ForeignKey(CommandRole, models.PROTECT, null=True, blank=True, related_name="rotas")
    reach = models.CharField("how to reach whoever holds it", max_length=200)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def ledger_label(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("command:rota", args=[self.key])


class ShiftQuerySet(models.QuerySet["Shift"]):
    def on_call(self, at: datetime) -> Self:
        return self.filter(span__contains=at)

    def ending_after(self, at: datetime) -> Self:
        return self.filter(span__endswith__gt=at)

    def ended_by(self, at: datetime) -> Self:
        return self.filter(span__endswith__lte=at)


class Shift(models.Model):
    """One person on one rota, half-open from and to."""

    rota = models.ForeignKey(Rota, models.CASCADE, related_name="shifts")
    person = models.ForeignKey(User, models.PROTECT, related_name="shifts")
    span = DateTimeRangeField()

    objects = ShiftQuerySet.as_manager()

    class Meta:
        ordering = ["span"]
        constraints = [
            ExclusionConstraint(
                name="one_person_on_call_a_rota",
                expressions=[("rota", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
                violation_error_message="Somebody is on this rota at that time already.",
            ),
            models.CheckConstraint(
                condition=Q(span__isempty=False),
                name="a_shift_is_not_empty",
                violation_error_message="The end must be later than the start.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} on {self.rota}"

    @property
    def ledger_label(self) -> str:
        return f"{self.rota.key}: {self.person}"

    def has_begun(self, at: datetime) -> bool:
        return self.span.lower is None or bool(self.span.lower <= at)

    def is_over(self, at: datetime) -> bool:
        return self.span.upper is not None and bool(self.span.upper <= at)
