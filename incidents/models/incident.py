"""Incidents, how severe they are and how they hit services."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.models import Service, Site
from continuity.core.level import Effect
from incidents.models.questions import IncidentQuerySet
from incidents.models.state import ACTIVE, State
from incidents.severity import FULL_PATH
from releases.models import Release

# What is looked back at by its severity or kind, and what somebody asked for (`reviews/owing.py` has the words).
MAY_OWE_A_REVIEW = (
    Q(severity__in=sorted(FULL_PATH))
    | Q(needs_review=True)
    | Q(patient_safety="confirmed")
    | Q(data_security="confirmed")
    | Q(level__in=["business_continuity", "critical"])
)


class SeverityRule(models.Model):
    """What one severity means in this trust: words, the promise to staff, when its review is due."""

    severity = models.PositiveSmallIntegerField(primary_key=True)
    label = models.CharField(max_length=40)
    meaning = models.CharField(max_length=200)
    update_every_min = models.PositiveIntegerField("promise of the next update, minutes")
    review_within_days = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["severity"]

    def __str__(self) -> str:
        return f"{self.severity}: {self.label}"

    @property
    def update_every(self) -> timedelta:
        return timedelta(minutes=self.update_every_min)


class Incident(models.Model):
    """An unplanned failure. The light path (severity 3 and 4) is declare, update, fixed."""

    class Level(models.TextChoices):
        IT = "it_incident", "IT incident"
        CONTINUITY = "business_continuity", "Business continuity incident"
        CRITICAL = "critical", "Critical incident"

    class Detected(models.TextChoices):
        STAFF = "staff", "Staff reported it"
        MONITORING = "monitoring", "Monitoring"
        SUPPLIER = "supplier", "A supplier"
        NATIONAL = "national", "A national service"

    class Instruction(models.TextChoices):
        USE = "use", "Use it"
        USE_AND_REPORT = "use_and_report", "Use it, report problems"
        STAY_ON_PAPER = "stay_on_paper", "Back, but stay on paper until your area is told"

    class Assessment(models.TextChoices):
        NOT_ASSESSED = "not_assessed", "Not assessed"
        NONE = "none", "None"
        POSSIBLE = "possible", "Possible"
        CONFIRMED = "confirmed", "Confirmed"

    STEPS: ClassVar[Mapping[str, frozenset[str]]] = {
        State.DECLARED: frozenset(
            {State.RESPONDING, State.MITIGATED, State.RESTORED, State.DUPLICATE, State.CANCELLED}
        ),
        # Somebody may run it already when it turns out to be none.
        State.RESPONDING: frozenset({State.MITIGATED, State.RESTORED, State.DUPLICATE, State.CANCELLED}),
        State.MITIGATED: frozenset({State.RESTORED, State.DUPLICATE}),
        State.RESTORED: frozenset({State.RESPONDING, State.RECOVERING, State.STOOD_DOWN, State.DUPLICATE}),
        State.RECOVERING: frozenset({State.RESPONDING, State.STOOD_DOWN, State.DUPLICATE}),
        State.STOOD_DOWN: frozenset({State.RESPONDING, State.CLOSED}),
        State.CLOSED: frozenset(),
        State.DUPLICATE: frozenset(),
        State.CANCELLED: frozenset(),
    }

    ref = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    summary = models.TextField(blank=True)
    level = models.CharField(max_length=30, choices=Level, default=Level.IT)
    impact = models.PositiveSmallIntegerField("1 (most) to 5; empty: not known yet", null=True, blank=True)
    urgency = models.PositiveSmallIntegerField("1 (most) to 5; empty: not known yet", null=True, blank=True)
    severity = models.PositiveSmallIntegerField()
    severity_reason = models.CharField("why it was set by hand", max_length=300, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.DECLARED)
    started_at = models.DateTimeField()
    is_start_estimated = models.BooleanField(default=False)
    detected_at = models.DateTimeField()
    detected_by = models.CharField(max_length=20, choices=Detected, default=Detected.STAFF)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    mitigated_at = models.DateTimeField(null=True, blank=True)
    restored_at = models.DateTimeField(null=True, blank=True)
    stood_down_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    next_update_due_at = models.DateTimeField(null=True, blank=True)
    instruction = models.CharField(
        "the one instruction when it ends", max_length=20, choices=Instruction, blank=True
    )
    contact = models.CharField(max_length=300, blank=True)
    patient_safety = models.CharField(max_length=20, choices=Assessment, default=Assessment.NOT_ASSESSED)
    patient_safety_ref = models.CharField(max_length=60, blank=True)
    data_security = models.CharField(max_length=20, choices=Assessment, default=Assessment.NOT_ASSESSED)
    data_security_ref = models.CharField(max_length=60, blank=True)
    data_aware_at = models.DateTimeField(null=True, blank=True)
    safety_informed_at = models.DateTimeField("clinical safety officer informed", null=True, blank=True)
    national_reference = models.CharField(max_length=120, blank=True)
    release = models.ForeignKey(Release, models.PROTECT, null=True, blank=True, related_name="incidents")
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    needs_review = models.BooleanField(default=False)
    is_restricted = models.BooleanField(default=False)
    restricted_why = models.CharField(max_length=200, blank=True)
    is_exercise = models.BooleanField(default=False)
    is_near_miss = models.BooleanField(default=False)

    # What staff read last, where the question asked for it (`with_news()`).
    news: Mapping[str, Any] | None

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-declared_at"]
        constraints = [
            models.CheckConstraint(condition=Q(severity__range=(1, 4)), name="severity_is_1_to_4"),
            models.CheckConstraint(
                condition=Q(started_at__lte=F("detected_at"), detected_at__lte=F("declared_at")),
                name="started_then_detected_then_declared",
                violation_error_message="An incident starts, is noticed and is declared, in that order.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(mitigated_at__isnull=True)
                    | Q(restored_at__isnull=True)
                    | Q(mitigated_at__lte=F("restored_at"))
                )
                & (
                    Q(restored_at__isnull=True)
                    | Q(stood_down_at__isnull=True)
                    | Q(restored_at__lte=F("stood_down_at"))
                )
                & (
                    Q(stood_down_at__isnull=True)
                    | Q(closed_at__isnull=True)
                    | Q(stood_down_at__lte=F("closed_at"))
                ),
                name="milestones_are_in_order",
                violation_error_message="A milestone cannot come before an earlier one.",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True) | ~Q(duplicate_of=F("id")),
                name="no_duplicate_of_itself",
            ),
            models.CheckConstraint(
                condition=~Q(data_security="confirmed") | Q(data_aware_at__isnull=False),
                name="confirmed_data_incident_has_its_instant",
                violation_error_message="Say when the trust became aware of the data incident.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state"],
                condition=~Q(state__in=["closed", "duplicate", "cancelled"]),
                name="incident_open",
            ),
            models.Index(fields=["restored_at"], name="incident_restored"),
            models.Index(fields=["-declared_at"], name="incident_newest_first"),
            # A debrief is offered of what was over lately, a review owed of few of all that ever happened.
            models.Index(Coalesce("stood_down_at", "closed_at"), name="incident_over_since"),
            models.Index(fields=["-declared_at"], condition=MAY_OWE_A_REVIEW, name="incident_may_owe_review"),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("incidents:detail", args=[self.ref])

    @property
    def is_light(self) -> bool:
        """Severity 3 and 4: one holder, no command, no stand-down by area."""
        return self.severity not in FULL_PATH

    def has_safety_agreed(self) -> bool:
        """Whether clinical safety agreed to the return to use, and it was not opened again since. One query."""
        return self.safety_agreements.standing().exists()

    def is_overdue(self, at: datetime) -> bool:
        """Whether the promised update has not come; the promise ends when the service is back."""
        due = self.next_update_due_at
        return self.state in ACTIVE and due is not None and due <= at


class Impact(models.Model):
    """How an incident hits one service, from when to when."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="impacts")
    service = models.ForeignKey(Service, models.PROTECT, related_name="impacts")
    effect = models.CharField(max_length=20, choices=Effect.choices())
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    sites = models.ManyToManyField(Site, blank=True, related_name="+")
    no_run_why = models.CharField("why no downtime procedure was used", max_length=200, blank=True)

    class Meta:
        ordering = ["since", "service"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "service"],
                condition=Q(until__isnull=True),
                name="a_service_is_hit_in_one_way_at_a_time",
                violation_error_message="This service is on the incident already.",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__lte=F("until")),
                name="an_impact_ends_after_it_begins",
                violation_error_message="The service cannot be back before it was hit.",
            ),
        ]
        indexes = [
            models.Index(fields=["service"], condition=Q(until__isnull=True), name="impact_now"),
            # Figures read the failures of their months.
            models.Index(fields=["until"], name="impact_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.effect} in {self.incident_id}"
