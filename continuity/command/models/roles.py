"""Command roles: who may lead an incident, and who stands beside them."""

from django.db import models

from continuity.accounts.permissions import Permission


class CommandRole(models.Model):
    """A role in an incident: strategic (Gold), tactical (Silver), operational (Bronze) and those beside them."""

    class Level(models.TextChoices):
        STRATEGIC = "strategic", "Strategic (Gold)"
        TACTICAL = "tactical", "Tactical (Silver)"
        OPERATIONAL = "operational", "Operational (Bronze)"
        SUPPORT = "support", "Support"

    code = models.SlugField(unique=True)
    title = models.CharField(max_length=80, unique=True)
    level = models.CharField(max_length=20, choices=Level)
    held_by = models.CharField("who usually holds it", max_length=120, blank=True)
    has_single_holder = models.BooleanField(default=True)
    permission = models.CharField(
        "who may hold it: whoever may do this",
        max_length=40,
        choices=Permission,
        default=Permission.INCIDENT_RUN,
    )
    reports_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    needed_from_severity = models.PositiveSmallIntegerField(
        "needed at this severity and worse", null=True, blank=True
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "title"]

    def __str__(self) -> str:
        return self.title
