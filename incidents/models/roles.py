"""Who holds which command role, areas still on paper, and outside bodies to be told."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Service, Site
from incidents.models.incident import Incident


class AssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def active(self) -> Self:
        return self.filter(state=RoleAssignment.State.ACTIVE)

    def offered(self) -> Self:
        return self.filter(state=RoleAssignment.State.OFFERED)

    def standing(self, at: datetime) -> Self:
        """Offers that can still be accepted."""
        return self.offered().filter(lapses_at__gt=at)

    def lapsing(self, at: datetime) -> Self:
        """Offers that nobody answered in time."""
        return self.offered().filter(lapses_at__lte=at)

    def held_by(self, person: User) -> models.QuerySet["RoleAssignment", int]:
        """Primary keys of the roles that somebody holds now."""
        return self.active().filter(person=person).values_list("role_id", flat=True)


class RoleAssignment(models.Model):
    """Who holds a command role in an incident, offered, accepted and ended at their instants."""

    class State(models.TextChoices):
        OFFERED = "offered", "Offered"
        ACTIVE = "active", "Active"
        DECLINED = "declined", "Declined"
        LAPSED = "lapsed", "Lapsed"
        HANDED_OVER = "handed_over", "Handed over"
        RELEASED = "released", "Released"

    STEPS: ClassVar[Mapping[str, frozenset[str]]] = {
        State.OFFERED: frozenset({State.ACTIVE, State.DECLINED, State.LAPSED}),
        State.ACTIVE: frozenset({State.HANDED_OVER, State.RELEASED}),
        State.DECLINED: frozenset(),
        State.LAPSED: frozenset(),
        State.HANDED_OVER: frozenset(),
        State.RELEASED: frozenset(),
    }

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="assignments")
    role = models.ForeignKey("command.CommandRole", models.PROTECT, related_name="assignments")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="assignments")
    person_role = models.CharField("who, by role, where no person is known", max_length=120, blank=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.OFFERED)
    is_single = models.BooleanField("one holder at a time", default=True)
    is_acting = models.BooleanField("acting without training", default=False)
    offered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    offered_at = models.DateTimeField(null=True, blank=True)
    lapses_at = models.DateTimeField("until when the offer stands", null=True, blank=True)
    allowed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="who allowed acting without training",
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=200, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["role__order", "accepted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "role", "site", "service"],
                condition=Q(state="active", is_single=True),
                nulls_distinct=False,
                name="one_active_holder_a_role_and_scope",
                violation_error_message="Somebody else holds this role already.",
            ),
            models.UniqueConstraint(
                fields=["incident", "role", "person", "site", "service"],
                condition=Q(state__in=["offered", "active"], person__isnull=False),
                nulls_distinct=False,
                name="a_role_is_offered_once_to_a_person",
                violation_error_message="This role is offered to them already, or theirs.",
            ),
            models.CheckConstraint(
                condition=~Q(is_acting=True) | Q(allowed_by__isnull=False),
                name="acting_without_training_is_allowed_by_somebody",
                violation_error_message="Somebody a level above must allow acting without training.",
            ),
        ]
        indexes = [
            models.Index(fields=["lapses_at"], condition=Q(state="offered"), name="offer_lapses"),
        ]

    def __str__(self) -> str:
        return f"{self.role} in {self.incident}"

    @property
    def called(self) -> str:
        """The role with its place: Operational commander (Bronze), Ashcombe General Hospital."""
        return f"{self.role}, {self.site}" if self.site else str(self.role)

    @property
    def was_held(self) -> bool:
        """Whether somebody holds or held the role: it was not only offered."""
        state = RoleAssignment.State
        return self.state in {state.ACTIVE, state.HANDED_OVER, state.RELEASED}

    @property
    def holder(self) -> str:
        """Who holds it or is offered it, by role where no person is known."""
        return str(self.person) if self.person else self.person_role


class HandoverQuerySet(models.QuerySet["Handover"]):
    def proposed(self) -> Self:
        return self.filter(state=Handover.State.PROPOSED)

    def standing(self, at: datetime) -> Self:
        """Those that can still be accepted."""
        return self.proposed().filter(expires_at__gt=at)

    def expiring(self, at: datetime) -> Self:
        """Those that nobody answered in time."""
        return self.proposed().filter(expires_at__lte=at)


class Handover(models.Model):
    """Passing a role on, with its briefing; accepting ends the old and starts the new at one instant."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"
        FORCED = "forced", "Forced"

    STEPS: ClassVar[Mapping[str, frozenset[str]]] = {
        State.PROPOSED: frozenset(
            {State.ACCEPTED, State.DECLINED, State.WITHDRAWN, State.EXPIRED, State.FORCED}
        ),
        State.ACCEPTED: frozenset(),
        State.DECLINED: frozenset(),
        State.WITHDRAWN: frozenset(),
        State.EXPIRED: frozenset(),
        State.FORCED: frozenset(),
    }

    assignment = models.ForeignKey(RoleAssignment, models.PROTECT, related_name="handovers")
    to = models.ForeignKey(User, models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.PROPOSED)
    situation = models.TextField(blank=True)
    decisions_pending = models.TextField(blank=True)
    risks = models.TextField(blank=True)
    open_items = models.TextField("filled in by the system", blank=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField("when it goes one level up unanswered", null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_why = models.CharField("why it was declined, withdrawn or forced", max_length=200, blank=True)
    entered_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="who entered an answer by phone",
    )

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(state="proposed"),
                name="one_handover_of_a_role_at_a_time",
                violation_error_message="This role is being handed over already.",
            )
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="proposed"), name="handover_expires"),
        ]

    def __str__(self) -> str:
        return f"handover {self.pk}"


class AreaQuerySet(models.QuerySet["AreaStandDown"]):
    def on_paper(self) -> Self:
        """Areas that were not told to use the service again."""
        return self.filter(stood_down_at__isnull=True)


class AreaStandDown(models.Model):
    """One area of an incident and the one instruction it has; stood down when its instant is set."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="areas")
    area = models.ForeignKey(Area, models.PROTECT, related_name="stand_downs")
    instruction = models.CharField(
        max_length=20, choices=Incident.Instruction, default=Incident.Instruction.STAY_ON_PAPER
    )
    stood_down_at = models.DateTimeField(null=True, blank=True)
    stood_down_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ["area"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "area"], name="an_area_is_stood_down_once")
        ]

    def __str__(self) -> str:
        return f"{self.area} in {self.incident}"


class OutsideBodyQuerySet(models.QuerySet["OutsideBody"]):
    def waiting(self) -> Self:
        """Those that were not told yet, and must be."""
        return self.filter(told_at__isnull=True, needless_why="")


class OutsideBody(models.Model):
    """Somebody outside the trust who must be told: who, by when, by whom."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="outside_bodies")
    name = models.CharField(max_length=120)
    due_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    why = models.CharField("why they must be told", max_length=200, blank=True)
    how = models.CharField("how they were told", max_length=120, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    needless_why = models.CharField("why they need not be told after all", max_length=200, blank=True)

    objects = OutsideBodyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "outside bodies"
        ordering = ["due_at", "name"]

    def __str__(self) -> str:
        return self.name
