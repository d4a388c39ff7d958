"""Procedures: what staff do when a service is gone, in versions that somebody else approved."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Kept, Service, Team
from continuity.core.clock import local_day
from continuity.plans.steps import Line


class Procedure(Kept):
    """A playbook, action card, downtime or recovery procedure; what it says is in its versions."""

    class Kind(models.TextChoices):
        DOWNTIME = "downtime", "Downtime procedure"
        RECOVERY = "recovery", "Recovery procedure"
        PLAYBOOK = "playbook", "Playbook"
        ACTION_CARD = "action_card", "Action card"
        CONTACT_CARD = "contact_card", "Contact card"

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.DOWNTIME)
    services = models.ManyToManyField(Service, blank=True, related_name="procedures")
    owner = models.ForeignKey(Team, models.PROTECT, related_name="procedures")

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def ledger_label(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("plans:procedure", args=[self.key])


class VersionQuerySet(models.QuerySet["Version"]):
    def published(self) -> Self:
        return self.filter(state=Version.State.PUBLISHED)

    def unpublished(self) -> Self:
        """Those that somebody still writes, reads or may publish."""
        return self.filter(state__in=Version.BEFORE_PUBLISHING)

    def visible_to(self, person: Any) -> Self:
        """Published ones everybody, those on their way who writes or approves procedures; older ones nobody."""
        takes_part = person.is_authenticated and (
            person.may(Permission.PROCEDURE_WRITE) or person.may(Permission.PROCEDURE_APPROVE)
        )
        return self.published() | self.unpublished() if takes_part else self.published()

    def past_review(self, at: datetime) -> Self:
        return self.published().filter(review_by__lt=local_day(at))

    def current_for(self, service_ids: Collection[int]) -> Self:
        """The published versions of every procedure about one of the services, once each."""
        about = Procedure.services.through.objects.filter(
            procedure=OuterRef("procedure"), service__in=service_ids
        )
        return self.published().filter(Exists(about))

    def matching(self, words: str) -> Self:
        """Those that have every one of the words in their title, their steps or the name of a service."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(procedure__title__icontains=word)
                | Exists(Step.objects.filter(version=OuterRef("pk"), text__icontains=word))
                | Exists(Service.objects.filter(procedures=OuterRef("procedure"), name__icontains=word))
            )
        return found

    def with_step_texts(self) -> Self:
        """Each with its steps' texts in order, as `step_texts`, in the same query."""
        texts = Step.objects.filter(version=OuterRef("pk")).order_by("order").values("text")
        return self.annotate(step_texts=ArraySubquery(texts))


def what_to_do(service_ids: Collection[int]) -> "dict[int, Version]":
    """For each service that has one, its published downtime procedure with `step_texts`; one query.

    The first by title where a service has several: the page of the service shows them all.
    """
    found = (
        Version.objects.published()
        .annotate(service_id=F("procedure__services"))
        .filter(procedure__kind=Procedure.Kind.DOWNTIME, service_id__in=service_ids)
        .select_related("procedure")
        .with_step_texts()
        .order_by("service_id", "procedure__title")
        .distinct("service_id")
    )
    return {version.service_id: version for version in found}  # type: ignore[attr-defined]  # annotated


class Version(Kept):
    """One version of a procedure. Approved by somebody other than its author; once approved it is not edited."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        APPROVED = "approved", "Approved"
        PUBLISHED = "published", "Published"
        SUPERSEDED = "superseded", "Superseded"
        WITHDRAWN = "withdrawn", "Withdrawn"

    STEPS: ClassVar[Mapping[str, frozenset[str]]] = {
        State.DRAFT: frozenset({State.IN_REVIEW, State.WITHDRAWN}),
        State.IN_REVIEW: frozenset({State.DRAFT, State.APPROVED, State.WITHDRAWN}),
        State.APPROVED: frozenset({State.PUBLISHED, State.WITHDRAWN}),
        State.PUBLISHED: frozenset({State.SUPERSEDED, State.WITHDRAWN}),
        State.SUPERSEDED: frozenset(),
        State.WITHDRAWN: frozenset(),
    }
    BEFORE_PUBLISHING = frozenset({State.DRAFT, State.IN_REVIEW, State.APPROVED})
    OPEN_TO_STAFF = frozenset({State.PUBLISHED, State.SUPERSEDED})

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    author_role = models.CharField(max_length=120, blank=True)
    writers = models.ManyToManyField(User, blank=True, related_name="+")  # whoever changed a word of it
    approver = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approver_role = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    effective_from = models.DateTimeField(null=True, blank=True)
    review_by = models.DateField(null=True, blank=True)
    what_changed = models.CharField(max_length=300, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["procedure", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="version_numbers_are_unique"),
            models.UniqueConstraint(
                fields=["procedure"],
                condition=Q(state="published"),
                name="one_published_version_a_procedure",
                violation_error_message="Another version of this procedure is published already.",
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=True) | Q(approver__isnull=True) | ~Q(author=F("approver")),
                name="nobody_approves_their_own_version",
                violation_error_message="Somebody other than the author must approve a procedure.",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(review_by__isnull=False),
                name="a_published_version_has_a_review_date",
                violation_error_message="Say by when the procedure must be reviewed.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure}, version {self.number}"

    @property
    def ledger_label(self) -> str:
        return f"{self.procedure.key} version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("plans:version", args=[self.procedure.key, self.number])

    @property
    def lines(self) -> list[Line]:
        """Its steps without their numbers, which are their places."""
        return [step.line for step in self.steps.all()]

    @property
    def short_hash(self) -> str:
        """Enough of the hash to compare a printed copy with the page."""
        return self.content_hash[:8]

    def is_past_review(self, on: date) -> bool:
        return self.review_by is not None and self.review_by < on


class Step(models.Model):
    """One numbered line of a version."""

    class Evidence(models.TextChoices):
        NONE = "none", "None"
        TEXT = "text", "Text"
        NUMBER = "number", "Number"
        TIME = "time", "Time"
        FILE = "file", "File"
        SECOND_PERSON = "second_person", "A second person"

    version = models.ForeignKey(Version, models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=500)
    owner_role = models.CharField(max_length=80, blank=True)
    is_required = models.BooleanField(default=True)
    evidence = models.CharField(max_length=20, choices=Evidence, default=Evidence.NONE)
    due_after_min = models.PositiveIntegerField("due, minutes after the start", null=True, blank=True)
    depends_on = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    is_reversible = models.BooleanField(default=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["version", "order"], name="step_numbers_are_unique")]

    def __str__(self) -> str:
        return f"{self.order}. {self.text}"

    @property
    def due_after(self) -> timedelta | None:
        return None if self.due_after_min is None else timedelta(minutes=self.due_after_min)

    @property
    def line(self) -> Line:
        return Line(
            text=self.text,
            section=self.section,
            owner_role=self.owner_role,
            is_required=self.is_required,
            evidence=self.evidence,
            due_after_min=self.due_after_min,
            depends_on=tuple(self.depends_on),
            is_reversible=self.is_reversible,
        )
