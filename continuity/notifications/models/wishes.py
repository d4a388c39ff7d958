"""What people and programs want to hear about, how, and when not; and what a role hears that has not chosen."""

from django.db import models
from django.db.models import F, Q

from continuity.accounts.models import Role, User
from continuity.catalogue.models import Area, Service
from continuity.notifications.models.kinds import CHOSEN, MILDEST, PERSONAL, Channel, Kind, Severity
from continuity.notifications.models.outside import MOBILE, Endpoint

NEWS = [(each.value, each.label) for each in CHOSEN]


class Subscription(models.Model):
    """Somebody wants a kind of news by a channel: of one service, of one area, or of everything."""

    person = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="subscriptions")
    endpoint = models.ForeignKey(
        Endpoint, models.CASCADE, null=True, blank=True, related_name="subscriptions"
    )
    kind = models.CharField(max_length=20, choices=NEWS)
    channel = models.CharField(max_length=20, choices=Channel)
    severity = models.PositiveSmallIntegerField("of incidents down to", choices=Severity, default=MILDEST)
    service = models.ForeignKey(Service, models.CASCADE, null=True, blank=True, related_name="+")
    area = models.ForeignKey(Area, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "endpoint", "kind", "channel", "service", "area"],
                name="one_subscription_each",
                nulls_distinct=False,
                violation_error_message="You have chosen this already.",
            ),
            models.CheckConstraint(
                condition=Q(service__isnull=True) | Q(area__isnull=True), name="service_or_area_or_everything"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, endpoint=None) | Q(person=None, endpoint__isnull=False),
                name="a_person_or_an_endpoint_hears",
            ),
        ]
        indexes = [models.Index(fields=["kind", "service"], name="subscription_to_a_service")]

    def __str__(self) -> str:
        return f"{self.person or self.endpoint} on {self.kind} by {self.channel}"


class Preference(models.Model):
    """How a person wants to be told. Whoever has not chosen hears what their roles hear by default."""

    class Rhythm(models.TextChoices):
        AT_ONCE = "at_once", "As it happens"
        DAILY = "daily", "Once a day, all together"

    person = models.OneToOneField(User, models.CASCADE, related_name="preference", primary_key=True)
    chosen_at = models.DateTimeField(null=True, blank=True)
    mobile = models.CharField("mobile number for texts", max_length=16, blank=True, validators=[MOBILE])
    rhythm = models.CharField(max_length=10, choices=Rhythm, default=Rhythm.AT_ONCE)
    digest_at = models.TimeField("when the day's news come", null=True, blank=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
                name="quiet_hours_begin_and_end",
                violation_error_message="Say when your quiet hours begin and when they end.",
            ),
            models.CheckConstraint(
                condition=Q(rhythm="at_once") | Q(digest_at__isnull=False),
                name="a_digest_has_its_time",
                violation_error_message="Say at what time you want the day's news.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_rhythm_display().lower()}"


class RoleDefault(models.Model):
    """What holders of a role hear about everything until they choose for themselves. Seeded by a migration."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=NEWS)
    channel = models.CharField(max_length=20, choices=[(each.value, each.label) for each in PERSONAL])
    severity = models.PositiveSmallIntegerField(choices=Severity, default=MILDEST)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "kind", "channel"], name="one_default_a_role_and_kind")
        ]

    def __str__(self) -> str:
        return f"{self.role}: {Kind(self.kind).label} by {self.channel}"
