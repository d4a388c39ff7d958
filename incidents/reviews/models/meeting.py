"""The meeting in which a review is held."""

from typing import Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q

from continuity.core.wording import window_words
from incidents.reviews.models.review import Review


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def standing(self) -> Self:
        """Those that were not called off."""
        return self.filter(called_off_at=None)


class Meeting(models.Model):
    """When and where a review is held. In calendars it is one entry: `uid` stays, `sequence` rises with each change."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="meetings")
    uid = models.CharField(max_length=200, unique=True)
    sequence = models.PositiveIntegerField(default=0)
    span = DateTimeRangeField()
    place = models.CharField(max_length=200, blank=True)
    link = models.CharField("address to join online", max_length=500, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review"],
                condition=Q(called_off_at=None),
                name="one_meeting_a_review",
                violation_error_message="This review has a meeting already. Change that one.",
            ),
            models.CheckConstraint(
                condition=Q(
                    span__isempty=False, span__startswith__isnull=False, span__endswith__isnull=False
                ),
                name="a_meeting_begins_and_ends",
                violation_error_message="The meeting must end later than it starts.",
            ),
            models.CheckConstraint(
                condition=~Q(place="", link=""),
                name="a_meeting_is_somewhere",
                violation_error_message="Write the place, or the link to join online.",
            ),
        ]

    def __str__(self) -> str:
        return f"review meeting, {window_words(self.span)}"
