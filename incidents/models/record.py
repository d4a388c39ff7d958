"""What staff read and what was written down."""

from datetime import timedelta
from typing import ClassVar

from django.db import models

from continuity.accounts.models import User
from continuity.plans.models import Version
from incidents.models.incident import Incident


class Update(models.Model):
    """What staff read, in three parts. Append-only: never edited, only corrected by a new one."""

    LEDGER_HOLDS: ClassVar[str] = "incident"

    class Kind(models.TextChoices):
        INITIAL = "initial", "First news"
        UPDATE = "update", "Update"
        SEVERITY = "severity", "Severity changed"
        WORKAROUND = "workaround", "Workaround"
        RESTORED = "restored", "Service is back"
        STAND_DOWN = "stand_down", "Stood down"
        CORRECTION = "correction", "Correction"

    class Stage(models.TextChoices):
        INVESTIGATING = "investigating", "Finding out"
        IDENTIFIED = "identified", "Cause known"
        MONITORING = "monitoring", "Back and being watched"
        RESOLVED = "resolved", "Over"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="updates")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.UPDATE)
    stage = models.CharField(max_length=20, choices=Stage, blank=True)
    happened = models.TextField("what happened")
    means = models.TextField("what it means for you", blank=True)
    do_now = models.TextField("what to do now", blank=True)
    procedure = models.ForeignKey(Version, models.PROTECT, null=True, blank=True, related_name="+")
    severity = models.PositiveSmallIntegerField()
    services = models.JSONField("services and effects as they were", default=dict, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField()
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    author_role = models.CharField(max_length=120, blank=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    is_routine = models.BooleanField("a holding message", default=False)

    class Meta:
        ordering = ["incident", "number"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="update_numbers_are_unique")
        ]
        indexes = [models.Index(fields=["incident", "published_at"], name="update_in_order")]

    def __str__(self) -> str:
        return f"update {self.number}"


class Entry(models.Model):
    """A hand-kept line of the timeline. Append-only; event time and entry time are both kept."""

    LEDGER_HOLDS: ClassVar[str] = "incident"

    class Kind(models.TextChoices):
        DETECTED = "detected", "Detected"
        REPORTED = "reported", "Reported"
        DECLARED = "declared", "Declared"
        DECISION = "decision", "Decision"
        ACTION = "action", "Action"
        COMMUNICATION = "communication", "Communication"
        RESTORED = "restored", "Restored"
        VERIFIED = "verified", "Verified"
        STOOD_DOWN = "stood_down", "Stood down"
        WELFARE = "welfare", "Welfare"
        CORRECTION = "correction", "Correction"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="entries")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.ACTION)
    text = models.TextField()
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    author_role = models.CharField(max_length=120, blank=True)
    on_behalf_of = models.CharField(max_length=120, blank=True)
    paper_sheet = models.CharField(
        "reference of the paper sheet it was copied from", max_length=60, blank=True
    )
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    information = models.TextField("information relied on", blank=True)
    options = models.TextField("options looked at", blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        "incidents.RoleAssignment", models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    look_again_at = models.DateTimeField(null=True, blank=True)
    revisits = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="revisited_by",
        verbose_name="the decision that it looks at again",
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "entries"
        ordering = ["occurred_at", "id"]
        indexes = [
            models.Index(fields=["incident", "occurred_at"], name="entry_in_order"),
            models.Index(fields=["incident", "kind", "occurred_at"], name="entry_by_kind"),
            models.Index(
                fields=["incident", "look_again_at"],
                condition=models.Q(look_again_at__isnull=False),
                name="decision_to_look_at_again",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} entry {self.pk}"

    @property
    def is_late(self) -> bool:
        """Written down more than 10 minutes after it happened (reference: timeline rules)."""
        return self.recorded_at - self.occurred_at > timedelta(minutes=10)
