"""What may be found: one document for each incident, piece of planned work, review, near miss and procedure.

Triggers write it in the transaction that changes what it is about, so a search never waits for a worker.
"""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q

from continuity.plans.models import Version
from incidents.models import Incident
from incidents.reviews.models import Observation, Review, Source
from releases.models import Release

# English as PostgreSQL stems it; what the British and the Americans spell otherwise stands in `spelling.py`.
ENGLISH = "english"
# The words of title, reference and lesson alone.
OF_LESSONS = Func("vector", template="ts_filter(%(expressions)s, '{a,b}')", output_field=SearchVectorField())
LATEST_FIRST = (F("at").desc(nulls_last=True), F("id").desc())


class DocumentQuerySet(models.QuerySet["Document"]):
    def lessons(self, words: SearchQuery | None) -> Self:
        """What taught something: all of it, or where the words stand in the lesson or the title."""
        taught = self.exclude(lesson="")
        return taught.alias(taught=OF_LESSONS).filter(taught=words) if words else taught

    def with_marks(self) -> Self:
        """Whether a theme holds an exercise or a restricted incident, as `holds_exercise` and `holds_restricted`."""
        sources = Source.objects.filter(review=OuterRef("review"))
        return self.annotate(
            holds_exercise=Exists(sources.filter(exercise__isnull=False)),
            holds_restricted=Exists(sources.filter(incident__is_restricted=True)),
        )

    def with_subjects(self) -> Self:
        return self.select_related(
            "incident", "release", "review__incident", "version__procedure", "observation"
        )


def _only(kind: str, link: str) -> Q:
    others = {"incident", "release", "review", "version", "observation"} - {link}
    return Q(("kind", kind), (f"{link}__isnull", False), *((other, None) for other in sorted(others)))


class Document(models.Model):
    """The words of one subject, by how much they say about it, and what it is narrowed down by."""

    class Kind(models.TextChoices):
        INCIDENT = "incident", "Incident"
        RELEASE = "release", "Planned work"
        REVIEW = "review", "Review"
        OBSERVATION = "observation", "Near miss or what went well"
        PLAN = "plan", "Procedure"

    kind = models.CharField(max_length=20, choices=Kind)
    # The database takes the document away with its subject.
    incident = models.OneToOneField(Incident, models.DO_NOTHING, null=True, related_name="+")
    release = models.OneToOneField(Release, models.DO_NOTHING, null=True, related_name="+")
    review = models.OneToOneField(Review, models.DO_NOTHING, null=True, related_name="+")
    version = models.OneToOneField(Version, models.DO_NOTHING, null=True, related_name="+")
    observation = models.OneToOneField(Observation, models.DO_NOTHING, null=True, related_name="+")
    at = models.DateTimeField(null=True)
    ref = models.TextField()
    title = models.TextField()
    lesson = models.TextField("what was learned")
    summary = models.TextField()
    names = models.TextField("names of its services")
    body = models.TextField()
    # Kept by the database with its subject.
    is_open = models.BooleanField("everybody who is logged in may read it", default=False, db_default=False)
    services = ArrayField(models.BigIntegerField(), default=list)
    # Headings of what hindered or helped, and `local-7` for the trust's own word of that primary key.
    factors = ArrayField(models.CharField(max_length=40), default=list)
    vector = models.GeneratedField(
        expression=SearchVector("ref", "title", weight="A", config=ENGLISH)
        + SearchVector("lesson", weight="B", config=ENGLISH)
        + SearchVector("summary", "names", weight="C", config=ENGLISH)
        + SearchVector("body", weight="D", config=ENGLISH),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = LATEST_FIRST
        constraints = [
            models.CheckConstraint(
                condition=_only("incident", "incident")
                | _only("release", "release")
                | _only("review", "review")
                | _only("observation", "observation")
                | _only("plan", "version"),
                name="a_document_is_about_one_thing",
            )
        ]
        indexes = [
            # Nothing waits in a list beside it, which every search would have to read through.
            GinIndex(fields=["vector", "services", "factors"], name="document_words", fastupdate=False),
            GinIndex(
                fields=["vector", "services", "factors"],
                name="document_closed_words",
                fastupdate=False,
                condition=Q(is_open=False),
            ),
            GinIndex(
                OF_LESSONS,
                F("services"),
                F("factors"),
                name="document_lesson_words",
                fastupdate=False,
                condition=~Q(lesson=""),
            ),
            models.Index(*LATEST_FIRST, name="document_latest_first"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def subject(self) -> Incident | Release | Review | Version | Observation:
        links = (self.incident, self.release, self.review, self.version, self.observation)
        return next(each for each in links if each)

    @property
    def is_exercise(self) -> bool:
        """Whether it is about an exercise; of a theme, whether one of its records is."""
        subject = self.subject
        if isinstance(subject, Review):
            is_one = subject.exercise_id or (subject.incident and subject.incident.is_exercise)
            return bool(is_one or getattr(self, "holds_exercise", False))
        return isinstance(subject, Incident) and subject.is_exercise

    @property
    def is_restricted(self) -> bool:
        """Whether it is about a restricted incident; of a theme, whether one of its records is."""
        subject = self.subject
        about = subject.incident if isinstance(subject, Review) else subject
        is_one = isinstance(about, Incident) and about.is_restricted
        return is_one or bool(getattr(self, "holds_restricted", False))

    @property
    def state(self) -> str:
        """How far its subject is, where staff are not told of it yet."""
        subject = self.subject
        if isinstance(subject, Incident | Observation):
            return ""
        is_told = subject.was_told if isinstance(subject, Release) else subject.state == "published"
        return "" if is_told else subject.get_state_display()
