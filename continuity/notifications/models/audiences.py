"""Who is told besides those who asked: named once and used often, or put together for one notice."""

from django.db import models
from django.urls import reverse

from continuity.accounts.models import Role, User
from continuity.catalogue.models import Area, Kept, Service, Site, Team
from continuity.notifications.models.outside import Group


class AudienceList(Kept):
    """Services, places, roles, teams, people and outside groups. Without a name it belongs to one notice."""

    name = models.CharField(max_length=120, blank=True)
    services = models.ManyToManyField(Service, blank=True, related_name="+")
    sites = models.ManyToManyField(Site, blank=True, related_name="+")
    areas = models.ManyToManyField(Area, blank=True, related_name="+")
    roles = models.ManyToManyField(Role, blank=True, related_name="+")
    teams = models.ManyToManyField(Team, blank=True, related_name="+")
    people = models.ManyToManyField(User, blank=True, related_name="+")
    groups = models.ManyToManyField(Group, blank=True, related_name="+")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=~models.Q(name=""),
                name="one_audience_a_name",
                violation_error_message="There is an audience of that name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name or "Chosen for one notice"

    @property
    def ledger_label(self) -> str:
        return self.name or f"audience {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("notifications:audience", args=[self.pk])
