"""One thing that was said."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from continuity.notifications.models.kinds import URGENT, Kind


class MessageQuerySet(models.QuerySet["Message"]):
    def about(self, kind: str, ref: str) -> Self:
        """What was said about one subject, named as the ledger names it."""
        return self.filter(subject_kind=kind, subject_ref=ref)

    def to_forget(self, before: datetime) -> Self:
        """Those said before an instant of whose recipients nobody will ask again.

        News for everybody told before asks who that was: not once nothing was said about its subject since, and the
        planned work that it announced was over.
        """
        same = Message.objects.filter(
            subject_kind=OuterRef("subject_kind"), subject_ref=OuterRef("subject_ref")
        )
        # An entry's end is text: ISO 8601, which sorts as the days do.
        later = same.filter(Q(created_at__gte=before) | Q(entry__end__gte=before.date().isoformat()))
        old = self.filter(forgotten_at=None, created_at__lt=before)
        return old.filter(Q(is_to_all=False, is_to_untold=False) | ~Exists(later))


class Message(models.Model):
    """One thing said to an audience. `key` makes it idempotent: the same event is said once."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    subject_kind = models.CharField(max_length=60)
    subject_ref = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    brief = models.CharField("in one sentence, for a text message", max_length=300, blank=True)
    body = models.TextField()
    url = models.CharField(max_length=200)
    severity = models.PositiveSmallIntegerField("of the incident it is about", null=True, blank=True)
    services = ArrayField(
        models.CharField(max_length=60), verbose_name="keys of services", default=list, blank=True
    )
    # The calendar entry of planned work or a meeting, in the words of RFC 5545: see notifications/calendar.py.
    entry = models.JSONField(null=True, blank=True)
    is_to_all = models.BooleanField("reaches everybody told about its subject before", default=False)
    is_to_untold = models.BooleanField(
        "reaches only those not told about its subject before", default=False, db_default=False
    )
    is_whole = models.BooleanField("says all that earlier ones about it said", default=False)
    is_muted = models.BooleanField("was kept from everybody, since planned work explains it", default=False)
    stale_at = models.DateTimeField("when it is no longer worth sending", null=True, blank=True)
    created_at = models.DateTimeField()
    # What is left of personal deliveries once they are forgotten: by channel how many came how far and were read, and
    # how many people had been told of the subject.
    forgotten = models.JSONField("deliveries that were forgotten, counted", null=True, blank=True)
    forgotten_people = models.PositiveIntegerField(null=True, blank=True)
    forgotten_at = models.DateTimeField("when the last of them was", null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_ref"], name="message_by_subject"),
            models.Index(fields=["created_at"], condition=Q(forgotten_at=None), name="message_not_forgotten"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_urgent(self) -> bool:
        return self.severity is not None and self.severity <= URGENT

    def is_stale(self, at: datetime) -> bool:
        return self.stale_at is not None and self.stale_at <= at
