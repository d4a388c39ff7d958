"""How many people use a service, by the hour of the week."""

from django.db import models
from django.db.models import Q

from continuity.catalogue.models.service import Service

HOURS_A_WEEK = 168


class Usage(models.Model):
    """People who use a service in one hour of the week, as clocks in London show it; 0 is midnight on Monday.

    A service of which nothing is known has no rows: what is then expected follows its opening hours.
    """

    service = models.ForeignKey(Service, models.CASCADE, related_name="usage")
    hour = models.PositiveSmallIntegerField("hour of the week")
    people = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "usage"
        ordering = ["service", "hour"]
        constraints = [
            models.UniqueConstraint(fields=["service", "hour"], name="one_number_an_hour"),
            models.CheckConstraint(condition=Q(hour__lt=HOURS_A_WEEK), name="a_week_has_168_hours"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} in hour {self.hour}"
