"""What the trust asks of planned work: by tier of the service, and at which hours of the day."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from continuity.catalogue.hours import days_words
from continuity.catalogue.models import Kept, Service
from continuity.core.clock import say_time

SHORT, LONG = timedelta(hours=4), timedelta(hours=12)


class Approver(models.TextChoices):
    """Who agrees to planned work before it is published; never its author."""

    PEER = "peer", "Another IT manager"
    SAFETY = "clinical_safety", "Clinical safety officer"
    OWNER = "service_owner", "Service owner"


class Rule(models.TextChoices):
    """What a notice is measured by. A rule warns, and keeps from publishing where the trust says so."""

    NOTICE = "notice", "Enough notice is given"
    APPROVAL = "approval", "Everybody asked has approved"
    PROCEDURE = "procedure", "A downtime procedure is in date"
    FREEZE = "freeze", "No change freeze is touched"


class Policy(Kept):
    """The rules for services of one tier; work on several goes by the strictest. Seeded by a migration.

    Notice is counted in working days and grows with the length of the outage: up to 4 hours, up to 12, and
    longer (reference: lead times that trusts publish).
    """

    tier = models.PositiveSmallIntegerField(choices=Service.Tier, unique=True)
    notice_short = models.PositiveSmallIntegerField("working days of notice for up to 4 hours")
    notice_long = models.PositiveSmallIntegerField("working days of notice for up to 12 hours")
    notice_longest = models.PositiveSmallIntegerField("working days of notice for longer work")
    approvers = ArrayField(models.CharField(max_length=20, choices=Approver), default=list, blank=True)
    blocks = ArrayField(models.CharField(max_length=20, choices=Rule), default=list, blank=True)
    asks_checklist = models.BooleanField("offers the readiness checklist by itself", default=False)
    asks_run_sheet = models.BooleanField("offers the run sheet by itself", default=False)
    allowance_min = models.PositiveIntegerField("planned downtime of a service a year, minutes")

    class Meta:
        verbose_name_plural = "policies"
        ordering = ["tier"]
        constraints = [
            models.CheckConstraint(
                condition=Q(notice_short__lte=models.F("notice_long"))
                & Q(notice_long__lte=models.F("notice_longest")),
                name="longer_work_is_told_no_later",
                violation_error_message="Longer work needs at least as much notice as shorter work.",
            ),
            models.CheckConstraint(
                condition=Q(allowance_min__gt=0),
                name="an_allowance_is_not_nothing",
                violation_error_message="Planned downtime a year must be at least 1 minute.",
            ),
        ]

    def __str__(self) -> str:
        return f"Tier {self.tier}"

    @property
    def ledger_label(self) -> str:
        return str(self.tier)

    def notice_days(self, outage: timedelta) -> int:
        """Working days of notice for an outage of that length."""
        if outage <= SHORT:
            return self.notice_short
        return self.notice_long if outage <= LONG else self.notice_longest


class BusyTime(Kept):
    """A span of the day at which planned work hurts more, in local time. Seeded by a migration."""

    class Kind(models.TextChoices):
        DRUG_ROUND = "drug_round", "Drug round"
        HANDOVER = "handover", "Handover"
        SITE_MEETING = "site_meeting", "Site meeting"

    kind = models.CharField(max_length=20, choices=Kind)
    starts = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    days = ArrayField(models.PositiveSmallIntegerField(), default=list)  # 0 is Monday

    class Meta:
        ordering = ["starts", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "starts"],
                name="one_busy_time_a_start",
                violation_error_message="That busy time is there already.",
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(5, 720)),
                name="a_busy_time_is_5_minutes_to_12_hours",
                violation_error_message="A busy time lasts 5 minutes to 12 hours.",
            ),
            models.CheckConstraint(
                condition=Q(days__len__gt=0),
                name="a_busy_time_has_days",
                violation_error_message="Choose the days on which it is busy.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.starts_words}"

    @property
    def ledger_label(self) -> str:
        return f"{self.kind} {self.starts:%H:%M}"

    @property
    def starts_words(self) -> str:
        return say_time(self.starts)

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def days_words(self) -> str:
        """Every day, Monday to Friday, Monday and Thursday."""
        said = days_words(self.days)
        return said[0].upper() + said[1:]
