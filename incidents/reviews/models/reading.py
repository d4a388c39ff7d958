"""Who said that they have read a published review."""

from typing import Any, NamedTuple, Self

from django.db import models
from django.db.models import Count, Q

from continuity.accounts.models import User
from incidents.reviews.models.review import Review


class Readers(NamedTuple):
    """How many people said so at any time, how many of the text as it stands, and whether this person did."""

    ever: int
    now: int
    has_read: bool


class ReadingQuerySet(models.QuerySet["Reading"]):
    def of(self, review: Review, *, amendments: int) -> Self:
        """Those of a review as it stood with so many amendments."""
        return self.filter(review=review, amendments=amendments)

    def counted(self, review: Review, *, amendments: int, person: Any) -> Readers:
        """How often the review was read; it stands with so many amendments. One query."""
        is_now = Q(amendments=amendments)
        found = self.filter(review=review).aggregate(
            ever=Count("person", distinct=True),
            now=Count("pk", filter=is_now),
            own=Count("pk", filter=is_now & Q(person=person)),
        )
        return Readers(found["ever"], found["now"], bool(found["own"]))


class Reading(models.Model):
    """Somebody said that they have read a review, with the amendments it had then: a later one asks anew."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="readings")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    amendments = models.PositiveSmallIntegerField("how many amendments it had")
    at = models.DateTimeField()

    objects = ReadingQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "person", "amendments"], name="a_review_is_read_once")
        ]

    def __str__(self) -> str:
        return f"{self.review} read by {self.person}"
