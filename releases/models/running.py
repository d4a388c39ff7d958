"""Getting ready and running the work: what must be true first, go or no-go, and the steps of the run sheet."""

from django.db import models
from django.db.models import Q

from continuity.accounts.models import User
from releases.models.release import Release


class Check(models.Model):
    """Something that must be true before the work begins, ticked by a person; or a note on why it is not needed."""

    class Kind(models.TextChoices):
        PROCEDURE = "procedure", "Downtime procedure"
        FALLBACK = "fallback", "Fallback"
        AREAS = "areas", "Areas have confirmed"
        ROLLBACK = "rollback", "Rollback plan and its deadline"
        PEOPLE = "people", "People on duty"
        OTHER = "other", "Something else"

    release = models.ForeignKey(Release, models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.OTHER)
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["release", "order"]
        constraints = [
            models.UniqueConstraint(fields=["release", "order"], name="checks_have_an_order"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="a_check_is_ticked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class GoDecision(models.Model):
    """Whether the work goes ahead, who decided so and why. Append-only; the latest counts."""

    class Verdict(models.TextChoices):
        GO = "go", "Go"
        NO_GO = "no_go", "No go"

    release = models.ForeignKey(Release, models.CASCADE, related_name="decisions")
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="go") | ~Q(reason=""),
                name="no_go_has_a_reason",
                violation_error_message="Say why the work does not go ahead.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release_id} {self.verdict}"


class RunStep(models.Model):
    """A step of the run sheet: what is done, by whom, planned from when, and when it was done."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="run_steps")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    who = models.CharField("owner", max_length=120, blank=True)
    starts_at = models.DateTimeField("planned start")
    minutes = models.PositiveSmallIntegerField("planned length, minutes")
    note = models.CharField(max_length=300, blank=True)
    is_skipped = models.BooleanField(default=False)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["release", "order"]
        constraints = [
            models.UniqueConstraint(fields=["release", "order"], name="run_steps_have_an_order"),
            models.CheckConstraint(
                condition=Q(minutes__gt=0),
                name="a_run_step_takes_time",
                violation_error_message="A step takes at least 1 minute.",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="a_run_step_is_ticked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(is_skipped=False) | Q(done_at__isnull=False) & ~Q(note=""),
                name="a_skipped_run_step_has_a_reason",
                violation_error_message="Say why the step is skipped.",
            ),
        ]

    def __str__(self) -> str:
        return self.text
