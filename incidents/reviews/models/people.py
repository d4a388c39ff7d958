"""Who took part in a review and what they wrote."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef

from continuity.accounts.models import User
from incidents.reviews.models.review import Review


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def asked(self) -> Self:
        return self.filter(is_asked=True)

    def invited(self) -> Self:
        return self.filter(is_invited=True)

    def came(self) -> Self:
        return self.filter(state=Attendance.State.ATTENDED)

    def without_a_part(self) -> Self:
        """Those who are neither asked nor invited any more, and did not come either."""
        return self.filter(is_asked=False, is_invited=False).exclude(state=Attendance.State.ATTENDED)

    def named(self) -> Self:
        """Each with its person, by role, and whether they wrote under it, as `has_written`."""
        written = Contribution.objects.filter(review=OuterRef("review"), author=OuterRef("person"))
        people = self.select_related("person").order_by("person__job_title", "pk")
        return people.annotate(has_written=Exists(written))


class Attendance(models.Model):
    """Who was asked to write for a review, invited to its meeting, or came; and what they did."""

    class State(models.TextChoices):
        INVITED = "invited", "Not known yet"
        ATTENDED = "attended", "Came"
        APOLOGIES = "apologies", "Sent apologies"
        WRITTEN = "written", "Wrote"
        ABSENT = "absent", "Did not come"

    review = models.ForeignKey(Review, models.CASCADE, related_name="attendances")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    is_asked = models.BooleanField("is asked to write", default=True, db_default=True)
    is_invited = models.BooleanField("is invited to the meeting", default=False, db_default=False)
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
