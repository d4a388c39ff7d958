"""What staff noticed without an incident: a near miss, or something that went well."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Service
from incidents.reviews.models.state import State


class ObservationQuerySet(models.QuerySet["Observation"]):
    def waiting(self) -> Self:
        """Those of which nobody has said what becomes of them."""
        return self.filter(reviews=None)

    def matching(self, words: str) -> Self:
        """Those whose reference or texts hold the words, in any case."""
        said = Q(title__icontains=words) | Q(text__icontains=words) | Q(helped__icontains=words)
        return self.filter(said | Q(ref__icontains=words))

    def visible_to(self, person: Any) -> Self:
        """All for who reads reviews; others see their own, and those whose review is published."""
        if person is None or not person.is_authenticated:
            return self.none()
        if person.may(Permission.REVIEW_READ):
            return self
        # The library asks the same of the database in its own words: `library_is_open`.
        told = Observation.objects.filter(reviews__state=State.PUBLISHED)
        return self.filter(Q(by=person) | Q(pk__in=told.values("pk")))


class Observation(models.Model):
    """A near miss or something that went well, as whoever saw it wrote it down. What becomes of it is its review."""

    class Kind(models.TextChoices):
        NEAR_MISS = "near_miss", "Near miss"
        WENT_WELL = "went_well", "Went well"

    ref = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=120)
    text = models.TextField("more about it", blank=True)
    helped = models.TextField("what stopped it, or what helped", blank=True)
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="+")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("recorded_at")),
                name="an_observation_happened_before_it_was_recorded",
                violation_error_message="It cannot have happened in the future.",
            )
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("reviews:observation", args=[self.ref])
