"""What the pages of an incident need beside its record: presses that count once, and who follows it."""

from django.db import models

from continuity.accounts.models import User
from incidents.models.incident import Incident


class Press(models.Model):
    """A form that was sent: its key counts once, so that a browser on a bad network may send it again."""

    key = models.UUIDField(unique=True)
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    said = models.CharField("what the person was told", max_length=300)
    address = models.CharField("the page they came to", max_length=300)

    class Meta:
        verbose_name_plural = "presses"

    def __str__(self) -> str:
        return str(self.key)


class Follow(models.Model):
    """Somebody wants every update of one incident, whatever else they chose to hear."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="followers")
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "person"], name="an_incident_is_followed_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} follows {self.incident}"
