"""What planned work explains: a service about which nobody is alarmed meanwhile."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q

from continuity.catalogue.models import Service


class MuteQuerySet(models.QuerySet["Mute"]):
    def covering(self, at: datetime) -> Self:
        return self.filter(span__contains=at)

    def about(self, kind: str, ref: str) -> Self:
        return self.filter(subject_kind=kind, subject_ref=ref)


class Mute(models.Model):
    """Alarms about a service are kept back from then to then, and why. Watching never stops."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="mutes")
    span = DateTimeRangeField()
    reason = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=60)
    subject_ref = models.CharField(max_length=40)

    objects = MuteQuerySet.as_manager()

    class Meta:
        ordering = ["span"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    span__isempty=False, span__startswith__isnull=False, span__endswith__isnull=False
                ),
                name="a_mute_has_an_end",
                violation_error_message="Muting needs an end.",
            )
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_ref"], name="mute_by_subject"),
            models.Index(fields=["service"], name="mute_by_service"),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.reason}"
