"""Who is told and has no account: contacts outside the trust in their groups, and the endpoints of other programs."""

import secrets
from datetime import datetime
from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from continuity.catalogue.models import Kept
from continuity.notifications.models.kinds import TO_ENDPOINTS, Channel

# As SMS gateways take numbers: E.164, or as they are dialled in the United Kingdom.
MOBILE = RegexValidator(r"^(\+[1-9][0-9]{7,14}|07[0-9]{9})\Z", "Enter a mobile number like 07700 900123")


class Group(Kept):
    """Outside contacts who are told together: GP practices, a supplier's service desk."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=120, unique=True)
    purpose = models.CharField("what they are told about", max_length=200, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def ledger_label(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("notifications:group", args=[self.key])


class ContactQuerySet(models.QuerySet["Contact"]):
    def told(self) -> Self:
        """Those who said that they want to be told, and have not changed their mind."""
        return self.filter(agreed_at__isnull=False, stopped_at=None)

    def waiting(self) -> Self:
        """Asked, and not answered yet."""
        return self.filter(agreed_at=None, stopped_at=None)


class Contact(Kept):
    """Somebody outside the trust, by role. Told only after they agreed themselves (double opt-in)."""

    name = models.CharField("who they are, by role", max_length=120)
    organisation = models.CharField(max_length=120, blank=True)
    email = models.EmailField(unique=True, error_messages={"unique": "This address is a contact already."})
    mobile = models.CharField("mobile number for texts", max_length=16, blank=True, validators=[MOBILE])
    groups = models.ManyToManyField(Group, blank=True, related_name="contacts")
    asked_at = models.DateTimeField("when they were asked whether they want this", null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField("when they asked to be told no more", null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}" if self.organisation else self.name

    @property
    def ledger_label(self) -> str:
        """By number: the record keeps no personal data."""
        return f"contact {self.pk}"

    @property
    def is_told(self) -> bool:
        return self.agreed_at is not None and self.stopped_at is None

    def has_agreed(self, since: datetime) -> bool:
        return self.agreed_at is not None and self.agreed_at >= since


def new_secret() -> str:
    """32 random bytes, as Standard Webhooks writes a key: base64 without its prefix."""
    import base64

    return base64.b64encode(secrets.token_bytes(32)).decode()


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def on(self) -> Self:
        return self.filter(is_on=True)


class Endpoint(Kept):
    """Where another program is told: a Microsoft Teams workflow, or a signed webhook."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=20, choices=[(each.value, each.label) for each in TO_ENDPOINTS])
    address = models.URLField(max_length=600)
    secret = models.CharField(max_length=60, default=new_secret, editable=False)
    is_on = models.BooleanField(default=True)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=[Channel.TEAMS.value, Channel.WEBHOOK.value]),
                name="an_endpoint_is_of_a_program",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ledger_label(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("notifications:endpoint", args=[self.key])
