"""Exercises: what must be practised how often, and each time it was."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse

from continuity.accounts.models import User
from continuity.plans.models import Procedure
from incidents.models import Incident


class Type(models.TextChoices):
    """The kinds of exercise of the NHS core standards for emergency preparedness."""

    COMMUNICATIONS = "communications", "Communications test"
    TABLETOP = "tabletop", "Tabletop"
    COMMAND_POST = "command_post", "Command post"
    LIVE_PLAY = "live_play", "Live play"
    TECHNICAL_RESTORE = "technical_restore", "Technical restore"
    EQUIPMENT_CHECK = "equipment_check", "Equipment check"


class Requirement(models.Model):
    """How often a type of exercise is due, and where that is said."""

    type = models.CharField(max_length=20, choices=Type, unique=True)
    interval_months = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    does_live_incident_count = models.BooleanField(default=False)

    class Meta:
        ordering = ["type"]

    def __str__(self) -> str:
        return f"{self.get_type_display()} every {self.interval_months} months"


class Exercise(models.Model):
    """One exercise. What happens in it is an incident marked as exercise."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        APPROVED = "approved", "Approved"
        RUNNING = "running", "Running"
        DEBRIEF = "debrief", "Debrief"
        REPORTED = "reported", "Reported"
        CLOSED = "closed", "Closed"
        POSTPONED = "postponed", "Postponed"
        CANCELLED = "cancelled", "Cancelled"

    STEPS: ClassVar[Mapping[str, frozenset[str]]] = {
        State.PLANNED: frozenset({State.APPROVED, State.POSTPONED, State.CANCELLED}),
        State.APPROVED: frozenset({State.RUNNING, State.POSTPONED, State.CANCELLED}),
        State.RUNNING: frozenset({State.DEBRIEF}),
        State.DEBRIEF: frozenset({State.REPORTED}),
        State.REPORTED: frozenset({State.CLOSED}),
        State.POSTPONED: frozenset({State.PLANNED, State.CANCELLED}),
        State.CLOSED: frozenset(),
        State.CANCELLED: frozenset(),
    }

    ref = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    type = models.CharField(max_length=20, choices=Type)
    state = models.CharField(max_length=20, choices=State, default=State.PLANNED)
    theme = models.CharField(max_length=200, blank=True)
    held_on = models.DateField()
    director = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    is_board_present = models.BooleanField("a board member was present", default=False)
    procedures = models.ManyToManyField(Procedure, blank=True, related_name="exercises")
    incident = models.OneToOneField(Incident, models.PROTECT, null=True, blank=True, related_name="exercise")
    injects = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    observed_rto_min = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-held_on"]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("exercises:detail", args=[self.ref])


class Objective(models.Model):
    """What an exercise shall show, how it is measured, and whether it was met."""

    class Rating(models.TextChoices):
        MET = "met", "Met"
        PARTLY = "partly", "Partly met"
        NOT_MET = "not_met", "Not met"

    exercise = models.ForeignKey(Exercise, models.CASCADE, related_name="objectives")
    text = models.CharField(max_length=200)
    measure = models.CharField(max_length=200)
    rating = models.CharField(max_length=10, choices=Rating, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
