"""Freezes: when the trust changes nothing that can wait."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q

from continuity.catalogue.models import Kept


class FreezeQuerySet(models.QuerySet["Freeze"]):
    def not_over(self, at: datetime) -> Self:
        return self.filter(span__endswith__gt=at)

    def within(self, start: datetime, end: datetime) -> Self:
        """Those that share any time with the window."""
        return self.filter(span__overlap=(start, end))


class Freeze(Kept):
    """A span in which the trust changes nothing that it can leave."""

    ref = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=160)
    span = DateTimeRangeField()
    reason = models.TextField(blank=True)

    objects = FreezeQuerySet.as_manager()

    class Meta:
        ordering = ["-span"]
        constraints = [
            models.CheckConstraint(
                condition=Q(span__isempty=False),
                name="a_freeze_is_not_empty",
                violation_error_message="The freeze must end later than it starts.",
            ),
            models.CheckConstraint(
                condition=Q(span__startswith__isnull=False, span__endswith__isnull=False),
                name="a_freeze_has_both_its_ends",
                violation_error_message="Say when the freeze starts and when it ends.",
            ),
        ]

    def __str__(self) -> str:
        return self.ref
