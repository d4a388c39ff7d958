"""The several records that a thematic review looks back at."""

from django.db import models
from django.db.models import Q

from incidents.exercises.models import Exercise
from incidents.models import Incident
from incidents.reviews.models.observation import Observation
from incidents.reviews.models.review import Review
from releases.models import Release

LINKS = ("incident", "release", "exercise", "observation")


def _only(link: str) -> Q:
    return Q(**{f"{each}__isnull": each != link for each in LINKS})


class Source(models.Model):
    """One record of a theme: an incident, a release, an exercise or an observation."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="sources")
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="+")
    release = models.ForeignKey(Release, models.PROTECT, null=True, blank=True, related_name="+")
    exercise = models.ForeignKey(Exercise, models.PROTECT, null=True, blank=True, related_name="+")
    observation = models.ForeignKey(Observation, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=_only("incident") | _only("release") | _only("exercise") | _only("observation"),
                name="a_source_is_one_record",
            ),
            *(
                models.UniqueConstraint(fields=["review", link], name=f"a_theme_holds_each_{link}_once")
                for link in LINKS
            ),
        ]

    def __str__(self) -> str:
        return str(self.record)

    @property
    def record(self) -> Incident | Release | Exercise | Observation:
        links = (self.incident, self.release, self.exercise, self.observation)
        return next(each for each in links if each)
