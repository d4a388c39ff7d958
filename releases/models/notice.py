"""What staff read about a release: instructions and news."""

from django.db import models

from continuity.accounts.models import User
from releases.models.release import Release


class Instruction(models.Model):
    """What staff do before, during or after; for one role, or for everybody."""

    class Phase(models.TextChoices):
        BEFORE = "before", "Before"
        DURING = "during", "During"
        AFTER = "after", "After"

    release = models.ForeignKey(Release, models.CASCADE, related_name="instructions")
    phase = models.CharField(max_length=10, choices=Phase)
    order = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["release", "order"]

    def __str__(self) -> str:
        return self.text


class Update(models.Model):
    """News about a release, in the order it was told. Append-only."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="updates")
    at = models.DateTimeField()
    stage = models.CharField(max_length=40)
    text = models.TextField()
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    author_role = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.release_id} {self.stage}"
