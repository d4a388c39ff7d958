"""Services: what they are, whom to ring, what they need, and who says that they work."""

from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.hours import ALWAYS, weekly_words
from continuity.catalogue.models.place import Kept, Site, Team


class ServiceQuerySet(models.QuerySet["Service"]):
    def matching(self, words: str) -> Self:
        """Those that have every one of the words in their name, key or description."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(name__icontains=word) | Q(key__icontains=word) | Q(description__icontains=word)
            )
        return found

    def used_at(self, site: Site) -> Self:
        """Those that an area of the site uses."""
        return self.filter(Exists(Service.objects.filter(pk=OuterRef("pk"), areas__site=site)))


class Service(Kept):
    """Something staff rely on: mostly a system, sometimes an activity, a building service or a supplier."""

    class Kind(models.TextChoices):
        SYSTEM = "system", "System"
        ACTIVITY = "activity", "Activity"
        BUILDING = "building", "Building service"
        SUPPLIER = "supplier", "Supplier"

    class Tier(models.IntegerChoices):
        LIFE = 1, "1: life at risk within the hour"
        SAME_DAY = 2, "2: care delayed the same day"
        DAYS = 3, "3: tolerable for 1 to 2 days"
        OFFICE = 4, "4: office work"

    class Scope(models.TextChoices):
        LOCAL = "local", "Run by the trust"
        NATIONAL = "national", "National service"
        SUPPLIER = "supplier", "Run by a supplier"

    class Hours(models.TextChoices):
        ALWAYS = "always", "All day, every day"
        WEEKLY = "weekly", "Some days of the week"

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.SYSTEM)
    description = models.TextField("what it is, in plain words")
    tier = models.PositiveSmallIntegerField(choices=Tier)
    scope = models.CharField(max_length=20, choices=Scope, default=Scope.LOCAL)
    owner = models.ForeignKey(Team, models.PROTECT, related_name="services")
    ring = ArrayField(models.CharField(max_length=200), verbose_name="whom to ring, in order", default=list)
    hours = models.CharField("opening hours", max_length=20, choices=Hours, default=Hours.ALWAYS)
    open_days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)  # 0 is Monday
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    is_open_on_bank_holidays = models.BooleanField(default=True)
    rto_min = models.PositiveIntegerField("recovery time objective (RTO), minutes")
    mtpd_min = models.PositiveIntegerField("maximum tolerable period of disruption (MTPD), minutes")
    freshness_min = models.PositiveIntegerField("how long 'working' stays true, minutes", default=720)
    # Unless the trust says so of this one, what its tier allows.
    allowance_min = models.PositiveIntegerField("planned downtime a year, minutes", null=True, blank=True)
    needs: models.ManyToManyField["Service", "Dependency"] = models.ManyToManyField(
        "self", through="Dependency", symmetrical=False, related_name="needed_by"
    )

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rto_min__lt=F("mtpd_min")),
                name="rto_is_shorter_than_mtpd",
                violation_error_message=(
                    "The recovery time objective must be shorter than the maximum tolerable period."
                ),
            ),
            models.CheckConstraint(condition=Q(tier__range=(1, 4)), name="tier_is_1_to_4"),
            models.CheckConstraint(
                condition=Q(hours="always") | Q(opens__isnull=False, closes__isnull=False),
                name="weekly_hours_have_times",
                violation_error_message="Say when it opens and closes, or choose all day, every day.",
            ),
            models.CheckConstraint(
                condition=Q(hours="always") | Q(open_days__len__gt=0),
                name="weekly_hours_have_days",
                violation_error_message="Choose the days it is open, or choose all day, every day.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ledger_label(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("catalogue:service", args=[self.key])

    @property
    def hours_words(self) -> str:
        """The opening hours as people say them."""
        if self.opens is None or self.closes is None or self.hours == self.Hours.ALWAYS:
            return ALWAYS
        on_holidays = self.is_open_on_bank_holidays
        return weekly_words(self.open_days, self.opens, self.closes, on_bank_holidays=on_holidays)

    @property
    def freshness(self) -> timedelta:
        """How long 'working' stays true after somebody said so."""
        return timedelta(minutes=self.freshness_min)

    @property
    def rto(self) -> timedelta:
        return timedelta(minutes=self.rto_min)

    @property
    def mtpd(self) -> timedelta:
        return timedelta(minutes=self.mtpd_min)


class Dependency(models.Model):
    """`service` needs `on`: without it, it stops or works in part. Circles are refused by trigger."""

    class Kind(models.TextChoices):
        STOPS = "stops", "Stops without it"
        DEGRADES = "degrades", "Works in part without it"

    service = models.ForeignKey(Service, models.CASCADE, related_name="dependencies")
    on = models.ForeignKey(Service, models.CASCADE, related_name="dependants")
    kind = models.CharField(max_length=20, choices=Kind)

    class Meta:
        verbose_name_plural = "dependencies"
        constraints = [
            models.UniqueConstraint(
                fields=["service", "on"],
                name="one_dependency_a_pair",
                violation_error_message="That dependency is there already.",
            ),
            models.CheckConstraint(
                condition=~Q(service=F("on")),
                name="no_service_depends_on_itself",
                violation_error_message="A service cannot depend on itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} needs {self.on}"

    @property
    def ledger_label(self) -> str:
        return f"{self.service.key} needs {self.on.key}"


class VouchQuerySet(models.QuerySet["Vouch"]):
    def fresh(self, at: datetime) -> Self:
        """Those still within their service's freshness limit at `at`."""
        return self.filter(said_at__lte=at, holds_until__gt=at)


class Vouch(models.Model):
    """Somebody says that a service works. Silence is not 'working': it holds until the freshness limit."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="vouches")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    holds_until = models.DateTimeField()

    objects = VouchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "vouches"
        ordering = ["-said_at"]
        indexes = [
            models.Index(fields=["service", "-said_at"], name="vouch_newest_first"),
            # The board reads those that still hold, however many there once were.
            models.Index(fields=["holds_until"], name="vouch_holds"),
        ]

    def __str__(self) -> str:
        return f"{self.service} works, says {self.by}"
