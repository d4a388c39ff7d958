"""A factor that came back although something had been done about it."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from incidents.reviews.models.action import Action
from incidents.reviews.models.finding import Factor
from incidents.reviews.models.review import Review


class RecurrenceQuerySet(models.QuerySet["Recurrence"]):
    def proposed(self) -> Self:
        return self.filter(state=Recurrence.State.PROPOSED)

    def confirmed(self) -> Self:
        return self.filter(state=Recurrence.State.CONFIRMED)

    def visible_to(self, person: Any) -> Self:
        """Those of which this person may read both reviews: neither gives the other away."""
        readable = Review.objects.visible_to(person)
        return self.filter(factor__review__in=readable, action__review__in=readable)

    def told(self) -> Self:
        """With all that a page says of them."""
        return self.select_related(
            "factor__local", "factor__review", "action__review", "service", "decided_by"
        )


class Recurrence(models.Model):
    """The local factor of a review came back on a service after an action on it was checked: proposed, then decided."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        CONFIRMED = "confirmed", "Came back"
        DISMISSED = "dismissed", "Not the same"

    STEPS: ClassVar[Mapping[str, frozenset[str]]] = {
        State.PROPOSED: frozenset({State.CONFIRMED, State.DISMISSED}),
        State.CONFIRMED: frozenset(),
        State.DISMISSED: frozenset(),
    }

    factor = models.ForeignKey(Factor, models.CASCADE, related_name="recurrences")
    action = models.ForeignKey(Action, models.PROTECT, related_name="recurrences")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("why it is not the same", max_length=300, blank=True)

    objects = RecurrenceQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["factor", "action", "service"], name="proposed_once"),
            models.CheckConstraint(
                condition=Q(state="proposed") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="a_decided_recurrence_names_who_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | ~Q(reason=""), name="a_dismissed_recurrence_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"recurrence {self.pk}"
