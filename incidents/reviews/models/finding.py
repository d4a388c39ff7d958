"""Factors that helped or hindered, and where a finding must go."""

from django.db import models

from continuity.accounts.models import User
from incidents.reviews.models.review import Review


class LocalFactor(models.Model):
    """The trust's own word for a factor that may come back, below its SEIPS heading."""

    area = models.CharField(max_length=20)
    name = models.CharField(max_length=120, unique=True)
    is_in_use = models.BooleanField(default=True)

    class Meta:
        ordering = ["area", "name"]

    def __str__(self) -> str:
        return self.name


class ListVersion(models.Model):
    """One version of the list of local factors: what changed in it, by whom and why. Append-only."""

    class Change(models.TextChoices):
        ADDED = "added", "Added"
        RENAMED = "renamed", "Renamed"
        RETIRED = "retired", "Retired"
        TAKEN_UP = "taken_up", "Taken up again"

    number = models.PositiveIntegerField(unique=True)
    factor = models.ForeignKey(LocalFactor, models.PROTECT, related_name="versions")
    change = models.CharField(max_length=10, choices=Change)
    was = models.CharField("what it was called before", max_length=120, blank=True)
    name = models.CharField("what it is called from then on", max_length=120)
    why = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"version {self.number}"


class Factor(models.Model):
    """Something in the work system that helped or hindered, under a SEIPS heading."""

    class Area(models.TextChoices):
        PEOPLE = "people", "People"
        TASKS = "tasks", "Tasks"
        TOOLS = "tools", "Tools and technology"
        ORGANISATION = "organisation", "Organisation"
        ENVIRONMENT = "environment", "Internal environment"
        EXTERNAL = "external", "External environment"

    review = models.ForeignKey(Review, models.CASCADE, related_name="factors")
    area = models.CharField(max_length=20, choices=Area)
    local = models.ForeignKey(LocalFactor, models.PROTECT, null=True, blank=True, related_name="factors")
    # As the local factor was called when the review was approved; it may be called otherwise since.
    local_words = models.CharField(max_length=120, blank=True, default="", db_default="")
    text = models.TextField()
    is_hindering = models.BooleanField(default=True)
    accepted_why = models.CharField("why nothing is done about it", max_length=300, blank=True)
    moments = models.JSONField("moments of the timeline it shows in", default=list, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text

    @property
    def called(self) -> str:
        """The trust's word for it, as its review says; needs the local factor."""
        return self.local_words or (self.local.name if self.local else "")

    @property
    def called_now(self) -> str:
        """What that is called today, where that is something else."""
        is_other = self.local and self.local_words and self.local.name != self.local_words
        return self.local.name if self.local and is_other else ""


class Signpost(models.Model):
    """Something else that a finding may have to go to: hazard log, risk register, plan, supplier."""

    class Where(models.TextChoices):
        HAZARD_LOG = "hazard_log", "Hazard log"
        RISK_REGISTER = "risk_register", "Risk register"
        PLAN = "plan", "Continuity plan"
        TRAINING = "training", "Training"
        SUPPLIER = "supplier", "Supplier"
        DATA_PROTECTION = "data_protection", "Data protection"
        PATIENT_SAFETY = "patient_safety", "Patient safety"

    class State(models.TextChoices):
        UNDECIDED = "undecided", "Not decided"
        NOT_NEEDED = "not_needed", "Not needed"
        NEEDED = "needed", "Needed"
        DONE = "done", "Done"

    review = models.ForeignKey(Review, models.CASCADE, related_name="signposts")
    where = models.CharField(max_length=20, choices=Where)
    state = models.CharField(max_length=20, choices=State, default=State.UNDECIDED)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "where"], name="one_signpost_each")]

    def __str__(self) -> str:
        return self.get_where_display()
