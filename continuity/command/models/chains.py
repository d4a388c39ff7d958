"""Chains of escalation: who is told next when nobody answers. A chain in use is pinned to its version."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from continuity.accounts.models import User
from continuity.catalogue.models import Kept
from continuity.command.models.roles import CommandRole
from continuity.command.models.rota import Rota

# An alarm that has rung so often is on the commanders' pages instead.
MOST_ROUNDS = 5


class Chain(Kept):
    """Who is told, one after another, when something was not answered in time; one chain a cause."""

    class Cause(models.TextChoices):
        PROMISE = "promise", "A promised update is overdue"
        LEADERLESS = "leaderless", "Nobody leads a severity 1 or 2 incident"
        HANDOVER = "handover", "A handover was not answered"
        SEVERITY = "severity", "A lower severity was not confirmed"

    cause = models.CharField(max_length=20, choices=Cause, unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def ledger_label(self) -> str:
        return self.cause


class ChainVersion(models.Model):
    """One version of a chain; the newest is used by what begins now."""

    chain = models.ForeignKey(Chain, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    rounds = models.PositiveSmallIntegerField("times it goes through all its levels", default=2)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["chain", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="chain_versions_are_unique"),
            models.CheckConstraint(
                condition=Q(rounds__range=(1, MOST_ROUNDS)),
                name="a_chain_is_gone_through_1_to_5_times",
                violation_error_message="A chain is gone through 1 to 5 times.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chain}, version {self.number}"


class ChainLevel(models.Model):
    """One level of a chain: whoever holds the role in the incident, else is on call for it, or holds a post."""

    version = models.ForeignKey(ChainVersion, models.CASCADE, related_name="levels")
    order = models.PositiveSmallIntegerField()
    role = models.ForeignKey(CommandRole, models.PROTECT, null=True, blank=True, related_name="+")
    rota = models.ForeignKey(Rota, models.PROTECT, null=True, blank=True, related_name="+")
    wait_min = models.PositiveIntegerField(
        "minutes until the next level is told; empty: as long as the severity promises updates",
        null=True,
        blank=True,
    )
    is_only_at_work = models.BooleanField("only in working hours, not on bank holidays", default=False)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "order"], name="chain_levels_are_unique"),
            models.CheckConstraint(
                condition=Q(role__isnull=False, rota__isnull=True) | Q(role__isnull=True, rota__isnull=False),
                name="a_level_names_a_role_or_a_post",
                violation_error_message="Choose a role or a post for each level.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.role or self.rota)

    @property
    def wait(self) -> timedelta | None:
        """How long until the next level is told; None: as long as the severity promises updates."""
        return None if self.wait_min is None else timedelta(minutes=self.wait_min)
