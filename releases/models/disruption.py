"""How a release hits services, from when to when, and how its planned end moved."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from psycopg.types.range import Range

from continuity.catalogue.models import Service
from continuity.core.clock import length
from continuity.core.level import Effect
from releases.models.release import Release

# How long after its planned end an outage was over.
LATE_BY = ExpressionWrapper(F("actual__endswith") - F("span__endswith"), models.DurationField())


class DisruptionQuerySet(models.QuerySet["Disruption"]):
    def late_by(self, least: timedelta) -> Self:
        """Those that were over so long after their planned end, or longer."""
        return self.alias(late_by=LATE_BY).filter(late_by__gte=least)


class Disruption(models.Model):
    """How a release hits one service, and from when to when. Two of one service never overlap (database)."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="disruptions")
    service = models.ForeignKey(Service, models.PROTECT, related_name="disruptions", db_index=False)
    effect = models.CharField(max_length=20, choices=Effect.choices())
    span = DateTimeRangeField("planned")
    actual = DateTimeRangeField("what happened; without an end while it lasts", null=True, blank=True)

    objects = DisruptionQuerySet.as_manager()

    class Meta:
        ordering = ["span", "-effect", "service"]
        constraints = [
            ExclusionConstraint(
                name="disruptions_of_one_service_do_not_overlap",
                expressions=[
                    ("release", RangeOperators.EQUAL),
                    ("service", RangeOperators.EQUAL),
                    ("span", RangeOperators.OVERLAPS),
                ],
                violation_error_message="Two outages of one service overlap. Change one of them or join them.",
            ),
            models.CheckConstraint(
                condition=Q(
                    span__isempty=False, span__startswith__isnull=False, span__endswith__isnull=False
                ),
                name="a_disruption_is_not_empty",
                violation_error_message="The outage must end later than it starts.",
            ),
            models.CheckConstraint(
                condition=Q(actual__isnull=True) | Q(actual__isempty=False, actual__startswith__isnull=False),
                name="what_happened_has_a_beginning",
                violation_error_message="The outage must have ended later than it started.",
            ),
        ]
        indexes = [
            # Figures read the outages of their months; what was out for too long is looked back at.
            GistIndex(fields=["actual"], name="disruption_as_it_was"),
            models.Index(LATE_BY, name="disruption_late_by"),
            # A service's page looks for the latest releases among all that ever hit it.
            models.Index(fields=["service", "release"], name="disruption_by_service"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.effect} in {self.release_id}"

    @property
    def length(self) -> timedelta:
        return length(self.span.lower, self.span.upper)


@dataclass(frozen=True)
class Outage:
    """A disruption that is not kept yet: how work will hit one service (an `Effect`'s value), and when."""

    service: Service
    effect: str
    span: Range[datetime]


class Extension(models.Model):
    """The planned end was moved to a later time, and why. Append-only: the first promise is never forgotten."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="extensions")
    was = models.DateTimeField("planned end before")
    to = models.DateTimeField("planned end from then on")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to__gt=F("was")),
                name="an_extension_ends_later",
                violation_error_message="The new end must be later than the planned one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release_id} to {self.to}"
