"""Posts that somebody is always meant to hold, and who holds them when."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.models import Kept
from continuity.command.models.roles import CommandRole


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


class Spanned(models.Model):
    """Somebody on a rota for a span of time."""

    class Meta:
        abstract = True

    @property
    def ledger_label(self) -> str:
        return f"{self.rota.key}: {self.person}"  # type: ignore[attr-defined]

    def has_begun(self, at: datetime) -> bool:
        return self.span.lower is None or bool(self.span.lower <= at)  # type: ignore[attr-defined]

    def is_over(self, at: datetime) -> bool:
        return self.span.upper is not None and bool(self.span.upper <= at)  # type: ignore[attr-defined]


class Shift(Spanned):
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


class Override(Spanned):
    """Somebody stands in on a rota for a while, whoever's shift it is."""

    rota = models.ForeignKey(Rota, models.CASCADE, related_name="overrides")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    span = DateTimeRangeField()
    reason = models.CharField(max_length=200)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        ordering = ["span"]
        constraints = [
            ExclusionConstraint(
                name="one_person_stands_in_at_a_time",
                expressions=[("rota", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
                violation_error_message="Somebody stands in on this rota at that time already.",
            ),
            models.CheckConstraint(
                condition=Q(
                    span__isempty=False, span__startswith__isnull=False, span__endswith__isnull=False
                ),
                name="a_stand_in_begins_and_ends",
                violation_error_message="The end must be later than the start.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} stands in on {self.rota}"


class Swap(models.Model):
    """Somebody asks another person to take a shift, perhaps for one of theirs; it counts once that person agrees."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    STEPS: ClassVar[Mapping[str, frozenset[str]]] = {
        State.PROPOSED: frozenset({State.ACCEPTED, State.DECLINED, State.WITHDRAWN}),
        State.ACCEPTED: frozenset(),
        State.DECLINED: frozenset(),
        State.WITHDRAWN: frozenset(),
    }

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="swaps")
    to = models.ForeignKey(User, models.PROTECT, related_name="+")
    in_return = models.ForeignKey(Shift, models.CASCADE, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["shift"],
                condition=Q(state="proposed"),
                name="a_shift_is_offered_to_one_person",
                violation_error_message="This shift is offered to somebody already.",
            )
        ]

    def __str__(self) -> str:
        return f"swap {self.pk}"

    @property
    def ledger_label(self) -> str:
        return f"{self.shift.rota.key}: {self.proposed_by} and {self.to}"
