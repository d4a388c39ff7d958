"""The ledger's rows: lines, the words some of them carry, and the seals over them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Cast

from continuity.core.clock import now

CURRENT_TRANSACTION = Cast(
    Cast(models.Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField()
)
# Between what people wrote and the marks of rows that a line holds (`held.py`): the record separator, which PostgreSQL
# keeps and `record()` takes out of what people wrote.
APART = "\x1e"


class Words(models.Model):
    """Free text of a line, apart from it, so that two people can take it out with a reason and a mark."""

    salt = models.CharField(max_length=32)
    text = models.TextField(blank=True)
    redacted_at = models.DateTimeField(null=True, blank=True)
    redacted_why = models.CharField(max_length=200, blank=True)
    redacted_by = models.CharField("both people who took it out", max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "words"

    def __str__(self) -> str:
        return f"words {self.pk}"

    @property
    def said(self) -> str:
        """What people wrote, without the marks of rows that the line holds."""
        return self.text.partition(APART)[0]


class Line(models.Model):
    """One thing that was done. Append-only: UPDATE, DELETE and TRUNCATE are refused by trigger.

    No foreign keys, so that a line outlives what it is about; inserting one wakes whoever LISTENs.
    """

    verb = models.CharField(max_length=60)
    to = models.CharField("came to", max_length=40, blank=True)
    at = models.DateTimeField("when it was done")
    written_at = models.DateTimeField("when it was written down", default=now)
    actor_kind = models.CharField(max_length=60)
    actor_id = models.CharField(max_length=40)
    actor_label = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    subject_label = models.CharField(max_length=200)
    words_id = models.BigIntegerField(null=True)
    words_digest = models.CharField(max_length=64, blank=True)
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    xid = models.BigIntegerField("transaction that wrote it", db_default=CURRENT_TRANSACTION, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "at"], name="line_by_subject"),
            # The timeline leaves out verbs that have rows of their own, of which there may be thousands.
            models.Index(
                fields=["subject_kind", "subject_id", "verb", "at"], name="line_by_subject_and_verb"
            ),
            models.Index(fields=["xid"], name="line_by_transaction"),
        ]
        # A line that is right cannot be put in a second time. Not `unique=True`, which makes two indexes of words.
        constraints = [models.UniqueConstraint(fields=["salt"], name="core_line_salt_key")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_label}"


class Seal(models.Model):
    """Covers the lines new since the seal before, and that seal. Append-only, like the lines."""

    made_at = models.DateTimeField()
    line_ids = ArrayField(models.BigIntegerField())
    line_digests = ArrayField(models.CharField(max_length=64))
    horizon = models.BigIntegerField("oldest transaction that was still running")
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [GinIndex(fields=["line_ids"], name="seal_by_line")]

    def __str__(self) -> str:
        return f"seal {self.pk}"


class Counter(models.Model):
    """The last number given to references of one kind and year: `REL-2026` stands at 7 after REL-2026-007."""

    series = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.series} at {self.last}"
