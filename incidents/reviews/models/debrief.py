"""What the people who worked through an incident said right after it: its hot debrief."""

from django.db import models
from django.db.models import Q

from continuity.accounts.models import User
from incidents.models import Incident


class HotDebrief(models.Model):
    """What was said within hours of an incident's end, or that nobody held one. Material for its review."""

    incident = models.OneToOneField(Incident, models.PROTECT, related_name="hot_debrief")
    went_well = models.TextField(blank=True)
    went_badly = models.TextField(blank=True)
    to_do_now = models.TextField(blank=True)
    who_was_there = models.TextField("who was there, as roles", blank=True)
    is_skipped = models.BooleanField(default=False)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_skipped=True) | ~Q(went_well="", went_badly="", to_do_now=""),
                name="a_hot_debrief_says_something",
                violation_error_message="Write what went well, what went badly or what to do now.",
            )
        ]

    def __str__(self) -> str:
        return f"hot debrief of {self.incident_id}"
