"""Who took part in a review and what they wrote."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef

from continuity.accounts.models import User
from incidents.reviews.models.review import Review


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def named(self) -> Self:
        """Each with its person, by role, and whether they wrote under it, as `has_written`."""
        written = Contribution.objects.filter(review=OuterRef("review"), author=OuterRef("person"))
        people = self.select_related("person").order_by("person__job_title", "pk")
        return people.annotate(has_written=Exists(written))


class Attendance(models.Model):
    """Who was asked to a review, and whether they came, wrote, or sent apologies."""

    class State(models.TextChoices):
        INVITED = "invited", "Invited"
        ATTENDED = "attended", "Attended"
        APOLOGIES = "apologies", "Sent apologies"
        WRITTEN = "written", "Wrote"
        ABSENT = "absent", "Absent"

    review = models.ForeignKey(Review, models.CASCADE, related_name="attendances")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.INVITED)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "person"], name="invited_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.state}"


class Contribution(models.Model):
    """What somebody wrote for a review. An anonymous one stores its author nowhere."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="contributions")
    text = models.TextField()
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"contribution {self.pk}"
