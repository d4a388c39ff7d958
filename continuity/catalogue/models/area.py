"""Areas: where staff work, and the services they use there."""

from django.db import models
from django.urls import reverse

from continuity.catalogue.models.place import Kept, Site
from continuity.catalogue.models.service import Service


class Area(Kept):
    """A ward, clinic or practice: the services it uses and how to reach whoever is on shift."""

    class Kind(models.TextChoices):
        WARD = "ward", "Ward"
        CLINIC = "clinic", "Clinic"
        DEPARTMENT = "department", "Department"
        PRACTICE = "practice", "General practice"

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    site = models.ForeignKey(Site, models.PROTECT, related_name="areas")
    phone = models.CharField("desk extension or bleep", max_length=60, blank=True)
    email = models.EmailField("shared mailbox", blank=True)
    services = models.ManyToManyField(Service, blank=True, related_name="areas")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def ledger_label(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("board:area", args=[self.key])
