"""Sites, and the teams that own services and keep their pages."""

from django.db import models
from django.urls import reverse

from continuity.accounts.models import User


class Kept(models.Model):
    """What people keep on pages, perhaps two of them at the same time."""

    version = models.PositiveIntegerField(
        "counts changes, so that a stale form is noticed", default=1, editable=False
    )

    class Meta:
        abstract = True


class Site(Kept):
    """A hospital, community hospital or set of clinics of the trust."""

    class Kind(models.TextChoices):
        ACUTE = "acute", "Acute hospital"
        COMMUNITY = "community", "Community hospital"
        OUTPATIENTS = "outpatients", "Outpatient clinics"
        PRACTICE = "practice", "General practice"

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def ledger_label(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return f"{reverse('catalogue:areas')}#{self.key}"


class Team(Kept):
    """People who own services; its members may keep the pages of what they own."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=120, unique=True)
    ring = models.CharField("whom to ring", max_length=200)
    hours = models.CharField("when they answer", max_length=200)
    members = models.ManyToManyField(User, blank=True, related_name="teams")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def ledger_label(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("catalogue:team", args=[self.key])
