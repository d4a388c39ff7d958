"""Work that comes back by a rule, each time as a release of its own."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.models import Kept


class Series(Kept):
    """A rule (RRULE, RFC 5545) expanded in local time, and the notice that each occurrence begins with.

    It starts on `first` at `wall`, as clocks in London show it, whatever the clocks do later. `content` has the
    shape that `releases.content.content_of` writes, with the times of the first occurrence.
    """

    title = models.CharField(max_length=160)
    rule = models.CharField(max_length=200)
    first = models.DateField("day of the first occurrence")
    wall = models.TimeField("local time at which the work starts")
    content = models.JSONField()
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "series"
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("releases:series", args=[self.pk])


class SeriesException(models.Model):
    """An occurrence that the rule gives and that does not take place (EXDATE), and why."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="exceptions")
    start = models.DateTimeField("the start by the rule")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["start"]
        constraints = [
            models.UniqueConstraint(fields=["series", "start"], name="one_exception_a_start"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="an_exception_has_a_reason",
                violation_error_message="Say why this occurrence is left out.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} not on {self.start}"
