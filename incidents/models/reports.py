"""What people report without log-in, and how often, without keeping who."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from continuity.catalogue.models import Area, Service
from incidents.models.incident import Incident


class ReportQuerySet(models.QuerySet["Report"]):
    def waiting(self) -> Self:
        return self.filter(incident__isnull=True, dismissed_at__isnull=True)

    def since(self, at: datetime) -> Self:
        return self.filter(at__gte=at)


class Report(models.Model):
    """A problem somebody on a trusted network reported, without log-in. Several count as one problem."""

    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="reports")
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="reports")
    text = models.CharField(max_length=300)
    at = models.DateTimeField()
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="reports")
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_why = models.CharField(max_length=200, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(
                fields=["-at"],
                condition=Q(incident__isnull=True, dismissed_at__isnull=True),
                name="report_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"


class ReportTally(models.Model):
    """How many reports one address sent in one minute. The address is kept as a salted hash that changes daily."""

    sender = models.CharField(max_length=64)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "report tallies"
        constraints = [
            models.UniqueConstraint(fields=["sender", "minute"], name="one_tally_a_sender_and_minute")
        ]

    def __str__(self) -> str:
        return f"{self.count} reports in a minute"
